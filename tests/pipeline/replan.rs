//! Replanning: a new compound appears in the sample, a block is demolished; only what is near changes zone.

use crate::support::{json, lifang, partitioned_sample, refused, text};
use lifang_model::{
    AreaKind, Building, Compound, CompoundIdx, Demand, Point, Polygon, Ring, Sources, Territory,
};
use lifang_store::PlanFile;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

fn square(x: i32, y: i32, side: i32) -> Polygon {
    let corner = |dx, dy| Point::new(x + dx * side, y + dy * side);
    Polygon { outer: Ring(vec![corner(0, 0), corner(1, 0), corner(1, 1), corner(0, 1)]), holes: Vec::new() }
}

/// Six towers of 100 homes on the largest green of the sample.
pub(super) fn new_compound(territory: &mut Territory) {
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
        let building = Building {
            code: format!("NEW-{tower}"),
            name: None,
            outline: vec![square(-268_000 + tower % 3 * 17_000, 36_000 + tower / 3 * 26_000, 13_000)],
            levels: Some(25),
            units: Some(1),
            compound: Some(idx),
            demand: Demand { households: 100, persons: 290, ..Demand::default() },
            sources: Sources::GIVEN,
            use_: lifang_model::BuildingUse::Residential,
            ..territory.buildings[0].clone()
        };
        territory.buildings.push(building);
    }
}

/// A block of 12 homes above shops comes down; what is left of its circle can still be divided.
pub(super) fn demolish(territory: &mut Territory) -> Building {
    let block = |b: &Building| b.compound == Some(CompoundIdx(4)) && b.demand.households == 12;
    let at = territory.buildings.iter().position(block).unwrap();
    territory.buildings.remove(at)
}

pub(super) fn change(plan: &Path, how: impl FnOnce(&mut Territory)) {
    let mut file = PlanFile::open(plan).unwrap();
    let mut territory = file.territory().unwrap();
    how(&mut territory);
    file.save_territory(&territory).unwrap();
}

/// Atoms with anybody in them by code of their micro-grid.
pub(super) fn zones(plan: &Path) -> BTreeMap<String, BTreeSet<String>> {
    let file = PlanFile::open_read_only(plan).unwrap();
    let (_, _, atoms) = file.ground().unwrap().unwrap();
    let plan = file.plan().unwrap().unwrap();
    let level = plan.levels.last().unwrap();
    let mut zones: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (atom, zone) in atoms.iter().zip(&level.assignment) {
        if let Some(zone) = zone.filter(|_| atom.demand != Demand::default()) {
            let code = level.zones[zone.at()].code.as_str().to_owned();
            zones.entry(code).or_default().insert(atom.code.as_str().to_owned());
        }
    }
    zones
}

fn micro(answer: &Value) -> Value {
    answer["partition"]["replan"]["changes"][1].clone()
}

#[test]
fn replanning_a_plan_in_band_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let plan = partitioned_sample(folder.path(), "1");
    let before = PlanFile::open_read_only(&plan).unwrap().plan().unwrap();
    let answer = json(&["--json", "partition", text(&plan), "--from", "current"]);
    assert_eq!(PlanFile::open_read_only(&plan).unwrap().plan().unwrap(), before);
    assert_eq!((&micro(&answer)["unchanged"], &micro(&answer)["moved"]), (&44.into(), &0.into()));
    assert_eq!(answer["partition"]["replan"]["lineage"].as_array().unwrap().len(), 0);
}

#[test]
fn a_new_compound_gets_zones_of_its_own_and_no_household_moves() {
    let folder = tempfile::tempdir().unwrap();
    let plan = partitioned_sample(folder.path(), "1");
    let before = zones(&plan);
    change(&plan, new_compound);
    let answer = json(&["--json", "partition", text(&plan), "--from", "current"]);
    let micro = micro(&answer);
    assert_eq!((&micro["before"], &micro["after"], &micro["kept"]), (&44.into(), &50.into(), &44.into()));
    assert_eq!((&micro["new"], &micro["moved"]), (&6.into(), &0.into()));
    assert_eq!(answer["violations"], 0);
    assert!(lifang(&["verify", text(&plan)]).status.success());
    let after = zones(&plan);
    assert!(
        before.iter().all(|(code, atoms)| after.get(code) == Some(atoms)),
        "zones not touched are the same"
    );
    let remembered = PlanFile::open_read_only(&plan).unwrap().lineage().unwrap();
    assert_eq!(remembered.len(), 1);
    assert_eq!(remembered[0].lineage.iter().filter(|l| l.event.key() == "new").count(), 7);
}

#[test]
fn a_demolished_block_moves_few_households_and_no_code_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    let old = partitioned_sample(folder.path(), "1");
    let new = folder.path().join("new.gpkg");
    std::fs::copy(&old, &new).unwrap();
    let mut gone = None;
    change(&new, |territory| gone = Some(demolish(territory)));
    // The survey came in a file of its own: the plan to start from is in the old one.
    let answers: Vec<Value> = ["1", "2"]
        .map(|threads| {
            let copy = folder.path().join(format!("new-{threads}.gpkg"));
            std::fs::copy(&new, &copy).unwrap();
            let args = ["--json", "partition", text(&copy), "--from", text(&old)];
            let done = crate::support::lifang_with(&args, &[("RAYON_NUM_THREADS", threads)]);
            assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
            serde_json::from_slice(&done.stdout).unwrap()
        })
        .into();
    assert_eq!(answers[0]["partition"]["replan"], answers[1]["partition"]["replan"]);
    assert_eq!(zones(&folder.path().join("new-1.gpkg")), zones(&folder.path().join("new-2.gpkg")));
    let micro = micro(&answers[0]);
    assert_eq!((&micro["before"], &micro["after"], &micro["kept"]), (&44.into(), &44.into(), &44.into()));
    assert!(micro["unchanged"].as_u64().unwrap() >= 40, "{micro}");
    assert!(micro["moved"].as_u64().unwrap() <= 150, "{micro}");
    assert_eq!(micro["stayed_or_moved"], 4180 - 12);
    assert_eq!(answers[0]["violations"], 0);
    // Every zone that changed lies in the circle the block stood in.
    let (before, after) = (zones(&old), zones(&folder.path().join("new-1.gpkg")));
    let gone = gone.unwrap().code;
    let home = before.iter().find(|(_, atoms)| atoms.iter().any(|code| code.starts_with(&gone))).unwrap().0;
    let grid = &home[..home.len() - 2];
    for (code, atoms) in &after {
        assert!(code.starts_with(grid) || before.get(code) == Some(atoms), "{code} is far from the change");
    }
}

#[test]
fn offered_relaxations_are_applied_by_their_ids_and_kept_in_the_rules() {
    let folder = tempfile::tempdir().unwrap();
    let square = |i: u32| {
        let (west, east) = (107.39 + f64::from(i) * 0.0004, 107.3902 + f64::from(i) * 0.0004);
        let ring = format!("[[{west},29.7],[{east},29.7],[{east},29.7002],[{west},29.7002],[{west},29.7]]");
        format!(
            r#"{{"type":"Feature","properties":{{"户数":{}}},"geometry":{{"type":"Polygon","coordinates":[{ring}]}}}}"#,
            10 + i
        )
    };
    let features: Vec<String> = (0..4).map(square).collect();
    let buildings = folder.path().join("b.geojson");
    let collection = format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(","));
    std::fs::write(&buildings, collection).unwrap();
    let plan = folder.path().join("plan.gpkg");
    json(&["--json", "new", text(&plan), "--buildings", text(&buildings), "--households", "户数"]);
    assert!(refused(&["partition", text(&plan), "--apply", "R1"]).contains("lifang partition"));
    // 46 households in all: neither a grid of 270 nor a micro-grid of 90.
    let mut answer = json(&["--json", "partition", text(&plan)]);
    let mut applied = 0;
    while answer["violations"] != 0 && applied < 4 {
        let offers = answer["partition"]["relaxations"].as_array().unwrap();
        assert_eq!(offers[0]["id"], "R1", "{answer}");
        answer = json(&["--json", "partition", text(&plan), "--apply", "r1"]);
        assert_eq!(answer["partition"]["replan"]["relaxed"]["what"], "band");
        applied += 1;
    }
    assert_eq!((applied, &answer["violations"]), (2, &0.into()), "{answer}");
    assert!(answer["partition"]["relaxations"].as_array().unwrap().is_empty());
    let rules = PlanFile::open_read_only(&plan).unwrap().plan().unwrap().unwrap().rules;
    assert_eq!(rules.levels[1].band.unwrap().min, 46);
    assert!(rules.source.contains("relaxed (R1): band of micro_grid 90-100 to 46-100"), "{}", rules.source);
    assert!(refused(&["partition", text(&plan), "--apply", "R9"]).contains("R9"));
}

#[test]
fn a_plan_must_be_there_to_start_from() {
    let folder = tempfile::tempdir().unwrap();
    let plan = folder.path().join("plan.gpkg");
    json(&["--json", "new", text(&plan), "--sample", "taipingjie"]);
    assert!(refused(&["partition", text(&plan), "--from", "current"]).contains("lifang partition"));
    assert!(refused(&["partition", text(&plan), "--from", "nowhere.gpkg"]).contains("nowhere.gpkg"));
}
