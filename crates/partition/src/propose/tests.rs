use super::*;
use crate::graph::NONE;
use lifang_model::{
    AreaKind, AtomCode, AtomKind, BarrierClass, CompoundIdx, Demand, LinkKind, Millimetres, Point, Silent,
    Sources,
};
use std::collections::BTreeSet;

/// The preset of this name, as shipped.
fn preset(name: &str) -> Rules {
    let path = format!("{}/../../data/presets/{name}.toml", env!("CARGO_MANIFEST_DIR"));
    toml::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// Square cells of 20 m in rows; `area` says to which compound a cell belongs.
struct Town {
    atoms: Vec<Atom>,
    links: Vec<Link>,
    compounds: Vec<Compound>,
}

fn town(
    width: usize,
    height: usize,
    load: impl Fn(usize, usize) -> u32,
    area: impl Fn(usize, usize) -> Option<u32>,
) -> Town {
    let mut atoms = Vec::new();
    let mut links = Vec::new();
    let mut areas = 0;
    let link = |a: usize, b: usize| Link {
        a: AtomIdx::of(a),
        b: AtomIdx::of(b),
        kind: LinkKind::Lateral,
        shared: Millimetres(20_000),
        barrier: BarrierClass::None,
    };
    for y in 0..height {
        for x in 0..width {
            let i = y * width + x;
            let households = load(x, y);
            let compound = area(x, y);
            areas = areas.max(compound.map_or(0, |c| c + 1));
            atoms.push(Atom {
                code: AtomCode::new(format!("A{i}")).unwrap(),
                kind: if households > 0 { AtomKind::Residential } else { AtomKind::Open },
                building: None,
                compound: compound.map(CompoundIdx),
                unit: 0,
                floors: None,
                demand: Demand { households, ..Demand::default() },
                sources: Sources::GIVEN,
                anchor: Point::new(x as i32 * 20_000, y as i32 * 20_000),
            });
            if x + 1 < width {
                links.push(link(i, i + 1));
            }
            if y + 1 < height {
                links.push(link(i, i + width));
            }
        }
    }
    let compounds = (0..areas)
        .map(|c| Compound {
            code: format!("C{c}"),
            name: Some(format!("苑{c}")),
            kind: if c % 4 == 3 { AreaKind::Commercial } else { AreaKind::Residential },
            outline: Vec::new(),
            walled: false,
            gates: Vec::new(),
        })
        .collect();
    Town { atoms, links, compounds }
}

fn run(town: &Town, rules: &Rules, seed: u64) -> Proposal {
    let request = Request {
        atoms: &town.atoms,
        links: &town.links,
        walks: None,
        compounds: &town.compounds,
        rules,
        territory_code: "500102006001",
        fabric_hash: "f",
        name: "p",
        seed,
        effort: Effort::default(),
    };
    propose(&request, &Silent).unwrap()
}

/// What must hold of any plan: everything assigned, connected, nested, counted once, codes unique and in order.
fn check(town: &Town, proposal: &Proposal) {
    let mut near = vec![Vec::new(); town.atoms.len()];
    for link in &town.links {
        if link.barrier != BarrierClass::Admin {
            near[link.a.at()].push(link.b.at());
            near[link.b.at()].push(link.a.at());
        }
    }
    let mut coarser: Option<&LevelPlan> = None;
    for level in &proposal.plan.levels {
        let members = level.members();
        assert!(members.iter().all(|zone| !zone.is_empty()));
        for (z, zone) in members.iter().enumerate() {
            let inside: BTreeSet<usize> = zone.iter().map(|v| v.at()).collect();
            let mut seen = BTreeSet::from([zone[0].at()]);
            let mut stack = vec![zone[0].at()];
            while let Some(v) = stack.pop() {
                stack.extend(near[v].iter().filter(|w| inside.contains(w) && seen.insert(**w)));
            }
            assert_eq!(seen.len(), inside.len(), "zone {z} of {} is in pieces", level.key);
            if let Some(coarser) = coarser {
                let parent = level.zones[z].parent.unwrap();
                assert!(zone.iter().all(|v| coarser.assignment[v.at()] == Some(parent)));
                assert!(level.zones[z].code.as_str().starts_with(coarser.zones[parent.at()].code.as_str()));
            }
        }
        let codes: Vec<&str> = level.zones.iter().map(|zone| zone.code.as_str()).collect();
        assert!(codes.windows(2).all(|pair| pair[0] < pair[1]), "{codes:?}");
        for (atom, zone) in town.atoms.iter().zip(&level.assignment) {
            assert!(zone.is_some() || atom.demand.households == 0);
        }
        coarser = Some(level);
    }
}

#[test]
fn compounds_become_named_grids_and_their_micro_grids_are_in_band() {
    // Four compounds of 6 x 6 cells, 380 households each, with a cross of empty land between them.
    let area = |x: usize, y: usize| (x != 6 && y != 6).then(|| (x / 7 + 2 * (y / 7)) as u32);
    let load = |x: usize, y: usize| if x == 6 || y == 6 { 0 } else { 10 + u32::from((x + y * 13) % 9 < 5) };
    let town = town(13, 13, load, area);
    let proposal = run(&town, &preset("taipingjie"), 1);
    check(&town, &proposal);
    let [grids, micro] = &proposal.plan.levels[..] else { panic!() };
    let names: Vec<_> = grids.zones.iter().map(|zone| zone.name.clone().unwrap()).collect();
    assert_eq!(names, ["苑2", "苑3", "苑0", "苑1"], "from the north-west to the south-east");
    assert_eq!(grids.zones[1].kind, ZoneKind::Commercial);
    assert_eq!(grids.zones[0].code.as_str(), "500102006001001");
    assert!(micro.zones.iter().all(|zone| zone.name.is_some()));
    assert_eq!(proposal.stats.levels[1].share(), 1.0, "{:?}", proposal.certificates);
    assert!(grids.assignment.iter().all(Option::is_some), "the empty land belongs to the grids beside it");
}

#[test]
fn tiny_areas_dissolve_and_the_land_outside_is_grouped_so_that_micro_grids_exist() {
    let area = |x: usize, y: usize| {
        (x.is_multiple_of(4) && y.is_multiple_of(4)).then_some((x / 4 + 8 * (y / 4)) as u32)
    };
    let town = town(30, 30, |x, y| [0, 7, 12, 3][(x * 7 + y * 5) % 4], area);
    let proposal = run(&town, &preset("taipingjie"), 7);
    check(&town, &proposal);
    let [grids, micro] = &proposal.stats.levels[..] else { panic!() };
    assert!((9..=20).contains(&grids.zones), "{}", grids.zones);
    assert!(grids.share() == 1.0 && micro.share() >= 0.98, "{grids:?} {micro:?}");
}

#[test]
fn what_cannot_be_in_band_is_said_with_the_arithmetic() {
    // 350 households in all: 3 zones hold at most 300, 4 need at least 360.
    let town = town(10, 7, |_, _| 5, |_, _| None);
    let mut rules = preset("taipingjie");
    rules.levels.remove(0);
    let proposal = run(&town, &rules, 3);
    check(&town, &proposal);
    assert_eq!(proposal.certificates.len(), 1);
    let certificate = &proposal.certificates[0];
    assert_eq!(certificate.avoidable, Some(false));
    assert!(
        certificate.cause.contains("too much for 3 zones of at most 100, too little for 4"),
        "{certificate:?}"
    );
    assert_eq!(certificate.relaxation.as_ref().unwrap().to, "[87, 100]");
}

#[test]
fn an_oversize_building_is_a_zone_nobody_can_help() {
    let town = town(9, 9, |x, y| if (x, y) == (4, 4) { 150 } else { 5 }, |_, _| None);
    let mut rules = preset("taipingjie");
    rules.levels.remove(0);
    let proposal = run(&town, &rules, 3);
    check(&town, &proposal);
    let certain: Vec<_> = proposal.certificates.iter().filter(|c| c.avoidable == Some(false)).collect();
    assert_eq!(certain.len(), 1);
    assert!(certain[0].cause.contains("A40"));
    assert_eq!(proposal.stats.levels[0].unavoidable, 1);
}

#[test]
fn nothing_crosses_an_administrative_limit() {
    let mut town = town(10, 4, |_, _| 9, |_, _| None);
    for link in &mut town.links {
        if (link.a.at() % 10, link.b.at() % 10) == (4, 5) {
            link.barrier = BarrierClass::Admin;
        }
    }
    let mut rules = preset("taipingjie");
    rules.levels.remove(0);
    check(&town, &run(&town, &rules, 5));
}

#[test]
fn the_plan_does_not_depend_on_the_number_of_threads() {
    let town = town(
        40,
        40,
        |x, y| [0, 11, 23, 36, 5][(x * 7 + y * 3 + x * y) % 5],
        |x, y| Some((x / 10 + 4 * (y / 10)) as u32),
    );
    let rules = preset("taipingjie");
    let plan = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| run(&town, &rules, 11).plan)
    };
    let one = plan(1);
    assert_eq!(one, plan(2));
    assert_eq!(one, plan(3));
}

#[test]
fn every_preset_is_sound_and_makes_a_plan() {
    for name in ["taipingjie", "national", "chengdu", "census"] {
        let rules = preset(name);
        assert_eq!(rules.key, name);
        let town = town(24, 24, |x, y| [4, 9, 0, 14][(x + y * 3) % 4], |_, _| None);
        let proposal = run(&town, &rules, 2);
        check(&town, &proposal);
        let last = proposal.stats.levels.last().unwrap();
        assert!(last.share() == 1.0, "{name}: {last:?}");
    }
}

#[test]
fn an_empty_territory_gives_an_empty_plan() {
    let town = Town { atoms: Vec::new(), links: Vec::new(), compounds: Vec::new() };
    let proposal = run(&town, &preset("taipingjie"), 0);
    assert!(proposal.plan.levels.iter().all(|level| level.zones.is_empty()));
    let bare = self::town(3, 3, |_, _| 0, |_, _| Some(0));
    check(&bare, &run(&bare, &preset("taipingjie"), 0));
    assert_eq!(NONE, u32::MAX);
}

#[test]
fn the_sample_community_becomes_ten_grids_and_forty_four_micro_grids_all_in_band() {
    let rules = preset("taipingjie");
    let options = lifang_samples::SampleOptions { seed: 1, buildings: None };
    let territory = lifang_samples::taipingjie(&options).unwrap();
    let stacks = crate::stack_parts(&territory.buildings, &rules);
    let fabric = lifang_fabric::build(&territory, &stacks, &Silent).unwrap();
    let atoms = crate::atoms(&territory, &fabric, &stacks).unwrap();
    let counted: Demand = atoms.iter().map(|atom| atom.demand).sum();
    assert_eq!((counted.households, counted.persons, counted.merchants), (4180, 12_116, 2775));
    let town = Town { atoms, links: fabric.links.clone(), compounds: territory.compounds.clone() };
    let proposal = run(&town, &rules, 1);
    check(&town, &proposal);
    let figures: Vec<_> = proposal.stats.levels.iter().map(|level| (level.zones, level.in_band)).collect();
    assert_eq!(figures, [(10, 10), (44, 44)]);
    assert!(proposal.certificates.is_empty());
    assert!(proposal.plan.levels.iter().all(|level| level.assignment.iter().all(Option::is_some)));
}

#[test]
fn a_market_where_nobody_lives_is_a_grid_of_its_own_unless_it_cuts_homes_off() {
    // Homes left and right, a market of two columns in the middle; with a passage at the bottom it cuts nobody off.
    let mut rules = preset("taipingjie");
    rules.special.min_area_m2 = 0;
    let market = |rules: &Rules| {
        let inside = |x: usize, y: usize| (4..6).contains(&x) && y >= 1;
        let mut town =
            town(10, 6, |x, y| if inside(x, y) { 0 } else { 10 }, |x, y| inside(x, y).then_some(0));
        town.compounds[0].kind = AreaKind::Commercial;
        run(&town, rules, 1)
    };
    let of_kind = |proposal: &Proposal, depth: usize| {
        let zones = proposal.plan.levels[depth].zones.iter();
        zones.filter(|zone| zone.kind == ZoneKind::Commercial).count()
    };
    let own = market(&rules);
    assert_eq!((of_kind(&own, 0), of_kind(&own, 1)), (1, 1), "one grid, one micro-grid in it");
    assert!(own.certificates.is_empty(), "{:?}", own.certificates);
    rules.special.own.clear();
    assert_eq!(of_kind(&market(&rules), 0), 0, "a preset may leave markets to the grids around them");
}

#[test]
fn a_park_that_would_cut_homes_off_stays_with_the_grids_around_it() {
    let mut rules = preset("taipingjie");
    rules.special.min_area_m2 = 0;
    // 50 homes on the far side of a park across the whole territory: alone they make no micro-grid.
    let homes = |x: usize, _| match x {
        0..=16 => 5,
        17 => 0,
        _ => 10,
    };
    let mut town = town(19, 5, homes, |x, _| (x == 17).then_some(0));
    town.compounds[0].kind = AreaKind::Park;
    let proposal = run(&town, &rules, 1);
    check(&town, &proposal);
    assert!(proposal.plan.levels[0].zones.iter().all(|zone| zone.kind != ZoneKind::Park));
    assert!(proposal.certificates.is_empty(), "{:?}", proposal.certificates);
}

#[test]
fn a_level_has_as_many_zones_as_the_rules_ask_for() {
    let mut rules = preset("taipingjie");
    // 16 x 20 cells of 10 households: two compounds that stand alone, and land around them.
    let area = |x: usize, y: usize| match (x, y) {
        (0..6, 0..6) => Some(0),
        (10..16, 14..20) => Some(1),
        _ => None,
    };
    let town = town(16, 20, |_, _| 10, area);
    let free = run(&town, &rules, 1);
    for (grids, micro) in [(6, 33), (8, 34), (7, 35)] {
        rules.levels[0].count = Some(grids);
        rules.levels[1].count = Some(micro);
        let found = run(&town, &rules, 1);
        let counts: Vec<usize> = found.plan.levels.iter().map(|level| level.zones.len()).collect();
        assert_eq!(counts, [grids as usize, micro as usize], "of the band alone {:?}", free.stats.levels);
        assert!(found.stats.notes.is_empty(), "{:?}", found.stats.notes);
    }
    // Fewer than the compounds that stand alone: they stay, and that is said.
    rules.levels[0].count = Some(1);
    rules.levels[1].count = None;
    let found = run(&town, &rules, 1);
    assert!(found.plan.levels[0].zones.len() > 1);
    assert_eq!(found.stats.notes.len(), 1);
}
