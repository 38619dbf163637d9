use super::*;
use lifang_model::{
    AtomCode, AtomIdx, BuildingIdx, FloorBand, LevelPlan, Millimetres, Point, Rules, Sources, Zone, ZoneCode,
    ZoneIdx, ZoneKind, ZoneStatus,
};
use proptest::prelude::*;

fn rules(min: u32, max: u32) -> Rules {
    let path = format!("{}/../../data/presets/taipingjie.toml", env!("CARGO_MANIFEST_DIR"));
    let rules: Rules = toml::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    Rules { groups: Some(GroupRules { min, max }), ..rules }
}

/// A floor, or a whole stairwell for floor 0.
fn home(building: u32, unit: u16, floor: u16, households: u32) -> Atom {
    Atom {
        code: AtomCode::new(format!("B{building}-U{unit}-F{floor}")).unwrap(),
        kind: AtomKind::Residential,
        building: Some(BuildingIdx(building)),
        compound: None,
        unit,
        floors: (floor > 0).then_some(FloorBand { low: floor, high: floor }),
        demand: Demand { households, ..Demand::default() },
        sources: Sources::GIVEN,
        anchor: Point::new(building as i32 * 10_000, i32::from(unit) * 1000),
    }
}

fn shop(at: i32, merchants: u32) -> Atom {
    let demand = Demand { merchants, ..Demand::default() };
    Atom {
        code: AtomCode::new(format!("S{at}")).unwrap(),
        kind: AtomKind::Shop,
        demand,
        anchor: Point::new(at * 8000, 0),
        ..home(500 + at as u32, 0, 0, 0)
    }
}

/// A plan with one level; `zone` says where each atom is.
fn plan(atoms: &[Atom], rules: Rules, zone: impl Fn(usize) -> u32) -> Plan {
    let count = (0..atoms.len()).map(&zone).max().map_or(0, |top| top + 1);
    let zones = (0..count).map(|z| Zone {
        code: ZoneCode::new(format!("{:02}", z + 1)).unwrap(),
        name: None,
        kind: ZoneKind::Comprehensive,
        parent: None,
        status: ZoneStatus::Draft,
    });
    let level = LevelPlan {
        key: "micro_grid".to_owned(),
        zones: zones.collect(),
        assignment: (0..atoms.len()).map(|v| Some(ZoneIdx(zone(v)))).collect(),
    };
    Plan {
        name: String::new(),
        fabric: String::new(),
        rules,
        seed: 0,
        levels: vec![level],
        pinned: Vec::new(),
    }
}

#[test]
fn a_tower_falls_into_groups_of_neighbouring_floors_around_their_middle() {
    let atoms: Vec<Atom> = (1..=24).map(|floor| home(1, 1, floor, 4)).collect();
    let done = contact_groups(&plan(&atoms, rules(20, 30), |_| 0), &atoms, &[]).unwrap();
    assert_eq!(done.homes, GroupCoverage { groups: 4, covered: 96, total: 96 });
    assert!(done.groups.iter().all(|group| group.count == 24), "sizes are even: {:?}", done.groups);
    let first = &done.groups[0];
    assert_eq!((first.members.len(), first.number), (6, 1));
    assert_eq!(first.centre.as_str(), "B1-U1-F3", "the third of six floors");
}

#[test]
fn groups_keep_to_a_stairwell_where_they_can_and_never_leave_the_zone() {
    // Two stairwells of 24: two groups, not one and a rest.
    let atoms = [home(1, 1, 0, 24), home(1, 2, 0, 24), home(2, 1, 0, 14), home(2, 2, 0, 14)];
    let done = contact_groups(&plan(&atoms, rules(20, 30), |_| 0), &atoms, &[]).unwrap();
    let sizes: Vec<u32> = done.groups.iter().map(|group| group.count).collect();
    assert_eq!(sizes, [24, 24, 28], "small stairwells of one house come together");
    // The border of a zone parts the two small stairwells: neither is enough.
    let done = contact_groups(&plan(&atoms, rules(20, 30), |v| u32::from(v == 3)), &atoms, &[]).unwrap();
    assert_eq!((done.homes.groups, done.homes.covered, done.homes.total), (2, 48, 76));
}

#[test]
fn a_stairwell_too_large_for_one_group_is_shared_by_count() {
    let atoms = [home(1, 1, 0, 55)];
    let done = contact_groups(&plan(&atoms, rules(20, 30), |_| 0), &atoms, &[]).unwrap();
    let sizes: Vec<u32> = done.groups.iter().map(|group| group.members[0].count).collect();
    assert_eq!(sizes, [27, 28]);
}

#[test]
fn shops_are_grouped_along_their_street() {
    let atoms: Vec<Atom> = (0..10).map(|at| shop(at, 5)).collect();
    let link = |a: usize| Link {
        a: AtomIdx::of(a),
        b: AtomIdx::of(a + 1),
        kind: LinkKind::Lateral,
        shared: Millimetres(8000),
        // A wide road between the fifth and the sixth shop.
        barrier: if a == 4 { BarrierClass::Arterial } else { BarrierClass::None },
    };
    let links: Vec<Link> = (0..9).map(link).collect();
    let done = contact_groups(&plan(&atoms, rules(20, 30), |_| 0), &atoms, &links).unwrap();
    assert_eq!(done.shops, GroupCoverage { groups: 2, covered: 50, total: 50 });
    assert_eq!(done.groups[0].members.last().unwrap().atom.as_str(), "S4");
    assert_eq!(done.groups[0].kind, GroupKind::Shops);
}

#[test]
fn rules_without_groups_give_none() {
    let atoms = [home(1, 1, 0, 24)];
    let without = Rules { groups: None, ..rules(20, 30) };
    assert_eq!(contact_groups(&plan(&atoms, without, |_| 0), &atoms, &[]), None);
}

/// The most that can be covered, by trying every way to cut.
fn brute(walk: &[u32], min: u32, max: u32) -> u32 {
    if walk.is_empty() {
        return 0;
    }
    let mut best = brute(&walk[1..], min, max);
    for to in 1..=walk.len() {
        let sum: u32 = walk[..to].iter().sum();
        if (min..=max).contains(&sum) {
            best = best.max(sum + brute(&walk[to..], min, max));
        }
    }
    best
}

proptest! {
    #[test]
    fn as_many_are_covered_as_any_cutting_of_the_floors_can(
        floors in proptest::collection::vec(1u32..12, 1..12), min in 5u32..15, room in 0u32..12,
    ) {
        let max = (min + room).max(12);
        let atoms: Vec<Atom> =
            (1..).zip(&floors).map(|(floor, &households)| home(1, 1, floor, households)).collect();
        let done = contact_groups(&plan(&atoms, rules(min, max), |_| 0), &atoms, &[]).unwrap();
        prop_assert_eq!(done.homes.covered, brute(&floors, min, max));
        let mut seen = std::collections::BTreeSet::new();
        for group in &done.groups {
            prop_assert!((min..=max).contains(&group.count));
            prop_assert_eq!(group.members.iter().map(|member| member.count).sum::<u32>(), group.count);
            prop_assert!(group.members.iter().any(|member| member.atom == group.centre));
            prop_assert!(group.members.iter().all(|member| seen.insert(member.atom.clone())));
        }
    }
}
