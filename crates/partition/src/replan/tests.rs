use super::*;
use crate::{Effort, propose};
use lifang_fabric::Fabric;
use lifang_model::{
    AreaKind, AtomCode, AtomKind, BarrierClass, Building, BuildingUse, Certainty, Compound, CompoundIdx,
    Demand, LevelPlan, LineageEvent, Link, LinkKind, Millimetres, Point, Polygon, Ring, Rules, Silent,
    Sources, Territory, ZoneIdx, ZoneStatus,
};
use proptest::prelude::*;

fn preset(name: &str) -> Rules {
    let path = format!("{}/../../data/presets/{name}.toml", env!("CARGO_MANIFEST_DIR"));
    toml::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// Atoms and links of a place.
struct Town {
    atoms: Vec<Atom>,
    links: Vec<Link>,
    compounds: Vec<Compound>,
}

impl Town {
    fn request<'a>(&'a self, rules: &'a Rules) -> Request<'a> {
        Request {
            atoms: &self.atoms,
            links: &self.links,
            walks: None,
            compounds: &self.compounds,
            rules,
            territory_code: "500102006001",
            fabric_hash: "f",
            name: "p",
            seed: 1,
            effort: Effort::default(),
        }
    }

    fn of(territory: &Territory, rules: &Rules) -> Self {
        let stacks = crate::stack_parts(&territory.buildings, rules);
        let fabric: Fabric = lifang_fabric::build(territory, &stacks, &Silent).unwrap();
        let atoms = crate::atoms(territory, &fabric, &stacks).unwrap();
        Self { atoms, links: fabric.links, compounds: territory.compounds.clone() }
    }

    /// Square cells of 20 m in rows, everything in one grid.
    fn board(width: usize, loads: &[u32]) -> Self {
        let mut atoms = Vec::new();
        let mut links = Vec::new();
        let link = |a: usize, b: usize| Link {
            a: AtomIdx::of(a),
            b: AtomIdx::of(b),
            kind: LinkKind::Lateral,
            shared: Millimetres(20_000),
            barrier: BarrierClass::None,
        };
        for (i, &households) in loads.iter().enumerate() {
            let (x, y) = (i % width, i / width);
            atoms.push(Atom {
                code: AtomCode::new(format!("A{i}")).unwrap(),
                kind: AtomKind::Residential,
                building: Some(lifang_model::BuildingIdx::of(i)),
                compound: None,
                unit: 0,
                floors: None,
                demand: Demand { households, ..Demand::default() },
                sources: Sources::GIVEN,
                anchor: Point::new(x as i32 * 20_000, y as i32 * 20_000),
            });
            if x + 1 < width && i + 1 < loads.len() {
                links.push(link(i, i + 1));
            }
            if i + width < loads.len() {
                links.push(link(i, i + width));
            }
        }
        Self { atoms, links, compounds: Vec::new() }
    }
}

fn again(town: &Town, rules: &Rules, plan: &Plan, atoms: &[Atom]) -> Replanned {
    let used = BTreeMap::new();
    replan(&town.request(rules), Before { plan, atoms, used: &used }, &Silent).unwrap()
}

/// Zones connected, nested, and every code once.
fn check(town: &Town, plan: &Plan) {
    let mut near = vec![Vec::new(); town.atoms.len()];
    for link in &town.links {
        near[link.a.at()].push(link.b.at());
        near[link.b.at()].push(link.a.at());
    }
    let mut codes = BTreeSet::new();
    let mut coarser: Option<&LevelPlan> = None;
    for level in &plan.levels {
        for (z, members) in level.members().iter().enumerate() {
            let inside: BTreeSet<usize> = members.iter().map(|v| v.at()).collect();
            let retired = level.zones[z].status == ZoneStatus::Retired;
            assert_eq!(retired, inside.is_empty(), "retired zones are empty, and only they are");
            let Some(&first) = inside.first() else { continue };
            let mut seen = BTreeSet::from([first]);
            let mut stack = vec![first];
            while let Some(v) = stack.pop() {
                stack.extend(near[v].iter().filter(|w| inside.contains(w) && seen.insert(**w)));
            }
            assert_eq!(seen.len(), inside.len(), "zone {z} of {} is in pieces", level.key);
            assert!(codes.insert(level.zones[z].code.clone()), "{} twice", level.zones[z].code);
            if let Some(coarser) = coarser {
                let parent = level.zones[z].parent;
                assert!(parent.is_some() && inside.iter().all(|&v| coarser.assignment[v] == parent));
            }
        }
        for (atom, zone) in town.atoms.iter().zip(&level.assignment) {
            assert!(zone.is_some() || atom.demand.households == 0);
        }
        coarser = Some(level);
    }
}

fn sample() -> Territory {
    let options = lifang_samples::SampleOptions { seed: 1, buildings: None };
    lifang_samples::taipingjie(&options).unwrap()
}

/// Codes of the finest zones by code of their atoms that hold anybody.
fn zones_of<'a>(plan: &'a Plan, atoms: &'a [Atom]) -> BTreeMap<&'a str, BTreeSet<&'a str>> {
    let level = plan.levels.last().unwrap();
    let mut zones: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (atom, zone) in atoms.iter().zip(&level.assignment) {
        if let Some(zone) = zone.filter(|_| atom.demand != Demand::default()) {
            zones.entry(level.zones[zone.at()].code.as_str()).or_default().insert(atom.code.as_str());
        }
    }
    zones
}

#[test]
fn a_plan_that_meets_the_rules_is_given_back_as_it_is() {
    let rules = preset("taipingjie");
    let town = Town::of(&sample(), &rules);
    let plan = propose(&town.request(&rules), &Silent).unwrap().plan;
    let done = again(&town, &rules, &plan, &town.atoms);
    assert_eq!(done.proposal.plan, plan);
    assert!(done.lineage.is_empty());
    assert_eq!((done.changes[1].unchanged, done.changes[1].moved), (44, 0));
}

/// The plan of the sample after the first building of `homes` homes in a compound is demolished.
fn demolish(compound: u32, homes: u32) -> (Town, Replanned) {
    let rules = preset("taipingjie");
    let mut territory = sample();
    let old = Town::of(&territory, &rules);
    let plan = propose(&old.request(&rules), &Silent).unwrap().plan;
    let slab = |b: &Building| b.compound == Some(CompoundIdx(compound)) && b.demand.households == homes;
    let at = territory.buildings.iter().position(slab).unwrap();
    territory.buildings.remove(at);
    let town = Town::of(&territory, &rules);
    let done = again(&town, &rules, &plan, &old.atoms);
    check(&town, &done.proposal.plan);
    (town, done)
}

#[test]
fn a_demolished_block_moves_only_households_beside_it() {
    // 283 homes less 6 are still three micro-grids, 380 less 12 still four.
    for (compound, homes) in [(0, 6), (4, 12)] {
        let (_, done) = demolish(compound, homes);
        assert_eq!(done.proposal.stats.levels[1].share(), 1.0, "{:?}", done.proposal.certificates);
        let change = &done.changes[1];
        assert_eq!((change.before, change.after, change.kept, change.retired), (44, 44, 44, 0));
        assert!(change.unchanged >= 40 && change.moved <= 150, "{change:?}");
        assert_eq!(done.changes[0].moved, 0, "no household changes grid");
    }
}

#[test]
fn where_an_area_can_no_longer_be_divided_its_neighbour_takes_some_of_it() {
    // Two areas of 12 x 6 and 13 x 6 cells of 5 homes; 360 less 15 are too many for three zones, too few for four.
    let rules = preset("taipingjie");
    let area = |i: usize| CompoundIdx(u32::from(i % 25 >= 12));
    let compound = |code: &str| Compound {
        code: code.to_owned(),
        name: Some(code.to_owned()),
        kind: AreaKind::Residential,
        outline: Vec::new(),
        walled: false,
        gates: Vec::new(),
    };
    let town = |loads: &[u32]| {
        let mut town = Town::board(25, loads);
        for (i, atom) in town.atoms.iter_mut().enumerate() {
            atom.compound = Some(area(i));
        }
        town.compounds = vec![compound("A"), compound("B")];
        town
    };
    let mut loads = vec![5; 150];
    let before = town(&loads);
    let plan = propose(&before.request(&rules), &Silent).unwrap().plan;
    assert_eq!(plan.levels.iter().map(|level| level.zones.len()).collect::<Vec<_>>(), [2, 8]);
    for at in [0, 1, 25] {
        loads[at] = 0;
    }
    let after = town(&loads);
    let done = again(&after, &rules, &plan, &before.atoms);
    check(&after, &done.proposal.plan);
    assert_eq!(done.proposal.stats.levels[1].share(), 1.0, "{:?}", done.proposal.certificates);
    let grids = &done.proposal.plan.levels[0];
    let stays = |i: usize| area(i).0 == 0 || grids.assignment[i] == plan.levels[0].assignment[i];
    assert!((0..150).all(stays), "an area that can stand gives nothing away");
    assert!((50..=75).contains(&done.changes[0].moved), "{:?}", done.changes);
}

/// Six towers of 100 homes on the green of a compound.
fn build_compound(territory: &mut Territory) {
    let square = |x: i32, y: i32, side: i32| Polygon {
        outer: Ring(vec![
            Point::new(x, y),
            Point::new(x + side, y),
            Point::new(x + side, y + side),
            Point::new(x, y + side),
        ]),
        holes: Vec::new(),
    };
    let idx = CompoundIdx::of(territory.compounds.len());
    territory.compounds.push(Compound {
        code: "C99".to_owned(),
        name: Some("新苑".to_owned()),
        kind: AreaKind::Residential,
        outline: vec![square(-272_000, 30_000, 54_000)],
        walled: false,
        gates: Vec::new(),
    });
    for tower in 0..6 {
        territory.buildings.push(Building {
            code: format!("NEW-{tower}"),
            name: None,
            outline: vec![square(-268_000 + tower % 3 * 17_000, 36_000 + tower / 3 * 26_000, 13_000)],
            use_: BuildingUse::Residential,
            levels: Some(25),
            units: Some(1),
            compound: Some(idx),
            demand: Demand { households: 100, persons: 290, ..Demand::default() },
            sources: Sources { households: Certainty::Given, ..Sources::GIVEN },
            ..territory.buildings[0].clone()
        });
    }
}

#[test]
fn a_new_compound_becomes_a_grid_with_new_codes_and_leaves_the_others_alone() {
    let rules = preset("taipingjie");
    let mut territory = sample();
    let old = Town::of(&territory, &rules);
    let plan = propose(&old.request(&rules), &Silent).unwrap().plan;
    build_compound(&mut territory);
    let town = Town::of(&territory, &rules);
    let done = again(&town, &rules, &plan, &old.atoms);
    check(&town, &done.proposal.plan);
    assert_eq!(done.proposal.stats.levels[1].share(), 1.0, "{:?}", done.proposal.certificates);
    let [grids, micro] = &done.changes[..] else { panic!() };
    assert_eq!((grids.before, grids.after, grids.new), (10, 11, 1), "{grids:?}");
    assert_eq!((micro.before, micro.after, micro.kept, micro.new), (44, 50, 44, 6), "{micro:?}");
    assert_eq!((micro.moved, grids.moved), (0, 0));
    let new: Vec<&Lineage> = done.lineage.iter().filter(|l| l.event == LineageEvent::New).collect();
    assert_eq!(new[0].zone.as_str(), "500102006001011");
    assert_eq!(new[1].zone.as_str(), "50010200600101101");
    assert_eq!(done.proposal.plan.levels[0].zones[10].name.as_deref(), Some("新苑"));
    let (before, after) = (zones_of(&plan, &old.atoms), zones_of(&done.proposal.plan, &town.atoms));
    assert!(before.iter().all(|(code, atoms)| after.get(code) == Some(atoms)));
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    let alone = pool.install(|| again(&town, &rules, &plan, &old.atoms));
    assert_eq!(alone.proposal.plan, done.proposal.plan, "one thread and several give the same plan");
}

#[test]
fn codes_once_used_never_come_back() {
    let rules = preset("census");
    let town = Town::board(10, &[10; 80]);
    let plan = propose(&town.request(&rules), &Silent).unwrap().plan;
    let mut grown = Town::board(10, &[10; 120]);
    grown.atoms.truncate(120);
    let used = BTreeMap::from([(
        "enumeration_area".to_owned(),
        BTreeSet::from(["500102006001009".to_owned(), "500102006001041".to_owned()]),
    )]);
    let before = Before { plan: &plan, atoms: &town.atoms, used: &used };
    let done = replan(&grown.request(&rules), before, &Silent).unwrap();
    check(&grown, &done.proposal.plan);
    let new: Vec<&str> = done
        .lineage
        .iter()
        .filter(|l| matches!(l.event, LineageEvent::New | LineageEvent::Split))
        .map(|l| l.zone.as_str())
        .collect();
    assert!(!new.is_empty() && new.iter().all(|code| *code >= "500102006001042"), "{new:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_repair_moves_only_what_is_free_and_leaves_fewer_zones_out_of_band(
        pushed in prop::collection::vec(0usize..120, 1..8), pins in prop::collection::vec(0usize..120, 0..4),
    ) {
        let rules = preset("census");
        let loads: Vec<u32> = (0..120).map(|i| 6 + (i * 7 % 11) as u32).collect();
        let town = Town::board(12, &loads);
        let mut plan = propose(&town.request(&rules), &Silent).unwrap().plan;
        // Cells go to the zone of the cell on their right: some zones fall apart, some leave their band.
        for &at in pushed.iter().filter(|at| *at % 12 < 11) {
            plan.levels[0].assignment[at] = plan.levels[0].assignment[at + 1];
        }
        plan.pinned = pins.iter().map(|&v| AtomIdx::of(v)).collect::<BTreeSet<_>>().into_iter().collect();
        let level = &plan.levels[0];
        let free: BTreeSet<ZoneIdx> = (0..level.zones.len() as u32 / 2).map(ZoneIdx).collect();
        let done = repair(&town.request(&rules), &plan, &free, &Silent).unwrap();
        prop_assert_eq!(&done, &repair(&town.request(&rules), &plan, &free, &Silent).unwrap());
        let mut after: Vec<u32> = level.assignment.iter().map(|zone| zone.unwrap().0).collect();
        for (&atom, &to) in &done.moves {
            let from = level.assignment[atom as usize].unwrap();
            prop_assert!(free.contains(&from) && !plan.pinned.contains(&AtomIdx(atom)));
            prop_assert!(free.contains(&ZoneIdx(to)) || to as usize >= level.zones.len());
            after[atom as usize] = to;
        }
        let band = rules.levels[0].band.unwrap();
        let broken = |zones: &[u32]| {
            let mut load: BTreeMap<u32, u32> = BTreeMap::new();
            for (at, &zone) in zones.iter().enumerate() {
                *load.entry(zone).or_default() += loads[at];
            }
            load.values().filter(|load| **load < band.min || **load > band.max).count()
        };
        let pieces = |zones: &[u32]| {
            let graph = |v: usize, w: usize| zones[v] == zones[w];
            let mut seen = [false; 120];
            let mut count = 0;
            for first in 0..120 {
                let mut stack = if seen[first] { Vec::new() } else { vec![first] };
                count += stack.len();
                while let Some(v) = stack.pop() {
                    if std::mem::replace(&mut seen[v], true) {
                        continue;
                    }
                    let near = [(v % 12 > 0, v.wrapping_sub(1)), (v % 12 < 11, v + 1), (v >= 12, v.wrapping_sub(12)), (v < 108, v + 12)];
                    stack.extend(near.iter().filter(|(there, w)| *there && graph(v, *w)).map(|(_, w)| *w));
                }
            }
            count
        };
        let before: Vec<u32> = level.assignment.iter().map(|zone| zone.unwrap().0).collect();
        prop_assert!(pieces(&after) <= pieces(&before));
        if pieces(&after) == pieces(&before) {
            prop_assert!(broken(&after) <= broken(&before));
            prop_assert!(done.moves.is_empty() || broken(&after) < broken(&before));
        }
    }
}

#[test]
fn rules_with_other_levels_are_refused() {
    let town = Town::board(10, &[10; 80]);
    let plan = propose(&town.request(&preset("census")), &Silent).unwrap().plan;
    let rules = preset("taipingjie");
    let used = BTreeMap::new();
    let before = Before { plan: &plan, atoms: &town.atoms, used: &used };
    let refused = replan(&town.request(&rules), before, &Silent).unwrap_err();
    assert!(refused.to_string().contains("grid") && refused.to_string().contains("enumeration_area"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn pins_stay_zones_hold_together_and_nothing_in_band_gets_worse(
        changes in proptest::collection::vec((0usize..120, 0u32..30), 0..12),
        pins in proptest::collection::vec(0usize..120, 0..6),
        gone in 0usize..10,
    ) {
        let rules = preset("census");
        let loads: Vec<u32> = (0..120).map(|i| 6 + (i * 7 % 11) as u32).collect();
        let town = Town::board(12, &loads);
        let mut plan = propose(&town.request(&rules), &Silent).unwrap().plan;
        plan.pinned = pins.iter().map(|&v| AtomIdx::of(v)).collect::<BTreeSet<_>>().into_iter().collect();
        let mut after = loads;
        for &(at, load) in &changes {
            after[at] = load;
        }
        after.truncate(120 - gone);
        let new = Town::board(12, &after);
        let done = again(&new, &rules, &plan, &town.atoms);
        check(&new, &done.proposal.plan);
        let (old_level, new_level) = (&plan.levels[0], &done.proposal.plan.levels[0]);
        let code = |level: &LevelPlan, zone: Option<ZoneIdx>| level.zones[zone.unwrap().at()].code.clone();
        let used: BTreeSet<_> = old_level.zones.iter().map(|zone| zone.code.clone()).collect();
        for pin in plan.pinned.iter().filter(|pin| pin.at() < after.len()) {
            prop_assert_eq!(
                code(old_level, old_level.assignment[pin.at()]),
                code(new_level, new_level.assignment[pin.at()])
            );
        }
        for lineage in &done.lineage {
            let fresh = matches!(lineage.event, LineageEvent::New | LineageEvent::Split);
            prop_assert_eq!(fresh, !used.contains(&lineage.zone));
        }
        // A zone out of band before the repair is the only reason to touch anything.
        let band = rules.levels[0].band.unwrap();
        let mut load = vec![0; old_level.zones.len()];
        for (v, zone) in old_level.assignment.iter().enumerate().take(after.len()) {
            load[zone.unwrap().at()] += after[v];
        }
        let fine = load.iter().all(|&load| band.min <= load && load <= band.max);
        prop_assert!(!fine || gone > 0 || done.changes[0].moved == 0);
        let again = again(&new, &rules, &done.proposal.plan, &new.atoms);
        if done.proposal.stats.levels[0].share() == 1.0 {
            prop_assert_eq!(&again.proposal.plan.levels, &done.proposal.plan.levels);
        }
    }
}
