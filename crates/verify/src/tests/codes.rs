//! For every code a good plan that is spoilt in one way, so that exactly this code is found.

use super::town::*;
use lifang_model::{CompoundIdx, Demand, Grouping, LevelPlan, ViolationCode, ZoneIdx};

#[test]
fn a_good_plan_has_no_violation_and_is_counted_right() {
    let report = good().judge();
    assert_eq!(report.violations, vec![]);
    let (grid, micro) = (&report.levels[0], &report.levels[1]);
    assert_eq!((grid.zones, grid.banded, micro.zones, micro.banded, micro.in_band), (2, 0, 8, 8, 8));
    assert_eq!((grid.households, micro.persons, micro.merchants), (240, 720, 12));
    assert!(grid.detail.iter().all(|z| z.in_band.is_none() && z.pieces == 1), "an area is held to no band");
    let shops = &micro.detail[3];
    assert_eq!((shops.load, shops.merchants, shops.atoms, shops.in_band), (30.0, 6, 6, Some(true)));
    assert_eq!((shops.area_m2, shops.perimeter_m), (600.0, 100.0));
    assert!((shops.compactness - std::f64::consts::PI * 0.24).abs() < 1e-12);
    let value =
        |key: &str| report.metrics.iter().find(|m| m.key == key && m.level == "micro_grid").unwrap().value;
    assert_eq!((value("balance"), value("load_mean"), value("split_compounds")), (0.0, 30.0, 240.0));
}

#[test]
fn an_atom_with_anybody_in_it_must_be_in_a_zone() {
    let mut town = good();
    for level in &mut town.plan.levels {
        level.assignment[24] = None;
    }
    assert_eq!(town.codes(), ["P-101"]);
    let violation = &town.judge().violations[0];
    assert_eq!((violation.atoms.as_slice(), violation.measured), (["B24".to_owned()].as_slice(), 1.0));
    town.count(24, Demand::default());
    assert_eq!(town.codes(), [""; 0], "land where nobody is counted may be left out");
}

#[test]
fn people_lost_between_buildings_and_atoms_are_missed() {
    let mut town = good();
    town.atoms[24].demand.merchants = 1;
    assert_eq!(town.codes(), ["P-101"]);
    assert!(town.judge().violations[0].cause.contains("11 merchants instead of 12"));
}

#[test]
fn a_zone_without_atoms_is_empty() {
    let mut town = good();
    town.plan.levels[1].zones.push(zone("10299", Some(1)));
    assert_eq!(town.codes(), ["P-102"]);
}

#[test]
fn a_zone_must_hang_together_even_by_land_where_nobody_lives() {
    let mut town = good();
    town.plan.levels[1].assignment[24] = Some(ZoneIdx(0));
    assert_eq!(town.codes(), ["P-201"]);
    let violation = town.judge().violations.remove(0);
    assert_eq!((violation.measured, violation.atoms), (2.0, vec!["B24".to_owned()]));
}

#[test]
fn a_zone_may_be_under_the_band() {
    let mut town = good();
    town.plan.levels[1].assignment[0] = Some(ZoneIdx(1));
    assert_eq!(town.codes(), ["P-301"]);
    let violation = town.judge().violations.remove(0);
    assert_eq!((violation.measured, violation.limit, violation.avoidable), (20.0, 30.0, None));
    assert_eq!(violation.zone.as_deref(), Some("10101"));
    assert_eq!(town.judge().levels[1].in_band, 7);
}

#[test]
fn a_zone_may_be_over_the_band() {
    let mut town = good();
    town.count(0, homes(25));
    assert_eq!(town.codes(), ["P-302"]);
    let violation = town.judge().violations.remove(0);
    assert_eq!((violation.measured, violation.limit, violation.avoidable), (45.0, 40.0, None));
    assert!(violation.relaxation.is_some());
}

#[test]
fn an_atom_larger_than_the_band_cannot_be_helped() {
    let mut town = good();
    town.count(0, homes(41));
    let violation = town.judge().violations.remove(0);
    assert_eq!((violation.code, violation.avoidable), (ViolationCode::OverBand, Some(false)));
    assert_eq!(violation.atoms, vec!["B0".to_owned()]);
    let relaxation = violation.relaxation.unwrap();
    assert_eq!((relaxation.what.as_str(), relaxation.to.as_str()), ("atoms.split_above", "40"));
}

#[test]
fn an_area_whose_load_no_number_of_zones_adds_up_to_is_unavoidable() {
    let mut town = good();
    // 50 households in the west: too many for one zone of 30 to 40, too few for two.
    for i in (0..30).filter(|i| i % 6 < 3) {
        town.count(i, homes(if [0, 1, 2, 6, 7].contains(&i) { 10 } else { 0 }));
    }
    for zone in 2..4 {
        let merged = town.plan.levels[1].assignment.iter_mut().filter(|z| **z == Some(ZoneIdx(zone)));
        merged.for_each(|z| *z = Some(ZoneIdx(1)));
    }
    let violations = town.judge().violations;
    let violation = violations.iter().find(|v| v.zone.as_deref() == Some("10102")).unwrap();
    assert_eq!(violation.avoidable, Some(false));
    assert!(violation.cause.contains("50"), "{}", violation.cause);
}

#[test]
fn a_zone_must_lie_in_its_parent() {
    let mut town = good();
    town.plan.levels[1].zones[0].parent = Some(ZoneIdx(1));
    assert_eq!(town.codes(), ["P-401"]);
    town.plan.levels[1].zones[0].parent = None;
    assert_eq!(town.codes(), ["P-401"]);
    town.plan.levels[1].zones[0].parent = Some(ZoneIdx(77));
    assert_eq!(town.codes(), ["P-401"]);
}

#[test]
fn a_grid_must_not_take_homes_of_another_compound() {
    let mut town = good();
    for i in 0..3 {
        town.plan.levels[0].assignment[i] = Some(ZoneIdx(1));
    }
    town.plan.levels[1].zones[0].parent = Some(ZoneIdx(1));
    assert_eq!(town.codes(), ["P-402"]);
    let violation = town.judge().violations.remove(0);
    assert_eq!(
        (violation.zone.as_deref(), violation.measured, violation.avoidable),
        (Some("102"), 2.0, None)
    );
    assert!(violation.cause.contains("30 of west"), "{}", violation.cause);
}

#[test]
fn a_piece_its_own_compound_cannot_reach_may_be_taken_in() {
    let mut town = good();
    // The three cells in the south-east belong to the west, but lie apart from it.
    for i in 3..6 {
        town.atoms[i].compound = Some(CompoundIdx(0));
    }
    town.fabric.links.retain(|link| !(link.a.0 == 2 && link.b.0 == 3));
    let violations = town.judge().violations;
    assert_eq!(violations.len(), 1, "{violations:?}");
    assert_eq!((violations[0].code, violations[0].avoidable), (ViolationCode::MixedKind, Some(false)));
}

#[test]
fn land_outside_all_areas_is_held_to_the_band_of_its_grid() {
    let mut town = good();
    for atom in &mut town.atoms {
        atom.compound = atom.compound.filter(|c| c.0 == 0);
    }
    let violations = town.judge().violations;
    assert_eq!(violations.len(), 1, "{violations:?}");
    assert_eq!((violations[0].code, violations[0].zone.as_deref()), (ViolationCode::UnderBand, Some("102")));
    assert_eq!((violations[0].measured, violations[0].avoidable), (120.0, Some(false)));
}

#[test]
fn two_zones_must_not_have_one_code() {
    let mut town = good();
    town.plan.levels[1].zones[7].code = town.plan.levels[1].zones[0].code.clone();
    assert_eq!(town.codes(), ["P-601"]);
    let mut town = good();
    town.plan.levels[1].zones[7].code = town.plan.levels[0].zones[0].code.clone();
    assert_eq!(town.codes(), ["P-601"]);
}

#[test]
fn a_plan_over_another_fabric_is_stale() {
    let mut town = good();
    town.plan.fabric = "another".into();
    assert_eq!(town.codes(), ["P-701"]);
}

#[test]
fn a_level_the_rules_do_not_know_is_counted_but_held_to_nothing() {
    let mut town = good();
    let all = LevelPlan {
        key: "unknown".into(),
        zones: vec![zone("9", None)],
        assignment: vec![Some(ZoneIdx(0)); 30],
    };
    town.plan.levels.insert(0, all);
    town.plan.levels[1].zones.iter_mut().for_each(|z| z.parent = Some(ZoneIdx(0)));
    assert_eq!(town.codes(), [""; 0]);
}

#[test]
fn a_report_survives_json_and_keeps_the_agreed_shape() {
    let mut town = good();
    town.plan.rules.levels[0].grouping = Grouping::Band;
    let report = town.judge();
    let json = serde_json::to_value(&report).unwrap();
    for (path, key) in
        [("", "levels"), ("", "tiling"), ("", "violations"), ("", "metrics"), ("/levels/0", "detail")]
    {
        assert!(json.pointer(path).unwrap().get(key).is_some(), "{path} {key}");
    }
    assert!(json["tiling"]["gap_m2"].is_number() && json["tiling"]["overlap_m2"].is_number());
    assert_eq!(json["levels"][0]["band"]["min"], 200);
    assert_eq!(json["violations"][0]["code"], "P-301");
    assert_eq!(serde_json::from_value::<crate::Report>(json).unwrap(), report);
}
