//! Siting, gaps and impact on the program itself, and service circles on real cities.

use crate::support::{json, refused, shared, text};
use std::path::{Path, PathBuf};

fn city(folder: &Path, osm: &str) -> Option<PathBuf> {
    let osm = shared(osm)?;
    let plan = folder.join("city.gpkg");
    json(&["--json", "new", text(&plan), "--osm", text(&osm)]);
    Some(plan)
}

#[test]
fn elders_are_covered_no_better_than_adults_anywhere_in_nanjing() {
    let folder = tempfile::tempdir().unwrap();
    let Some(plan) = city(folder.path(), "data/nanjing/xinjiekou.osm.pbf") else { return };
    let cover = json(&["--json", "cover", text(&plan), "--profiles", "adult,elder,wheelchair"]);
    let entries = cover["categories"].as_array().unwrap();
    let persons =
        |entry: &serde_json::Value, tier: usize| entry["tiers"][tier]["covered"]["persons"].as_u64().unwrap();
    let mut compared = 0;
    for adult in entries.iter().filter(|entry| entry["profile"] == "adult") {
        for other in entries.iter().filter(|e| e["category"] == adult["category"] && e["profile"] != "adult")
        {
            for tier in 0..adult["tiers"].as_array().unwrap().len() {
                assert!(persons(other, tier) <= persons(adult, tier), "{} {tier}", adult["category"]);
                compared += 1;
            }
        }
    }
    assert!(compared > 50);
}

#[test]
fn a_new_station_in_nanjing_covers_what_the_model_promised_and_a_built_way_what_the_gaps_promised() {
    let folder = tempfile::tempdir().unwrap();
    let Some(plan) = city(folder.path(), "data/nanjing/xinjiekou.osm.pbf") else { return };
    let sited = json(&[
        "--json",
        "site",
        text(&plan),
        "--category",
        "clinic",
        "--model",
        "mclp",
        "--p",
        "3",
        "--tier",
        "10min",
    ]);
    let covered = |side: &serde_json::Value, tier: &str| {
        let tiers = side["tiers"].as_array().unwrap();
        tiers.iter().find(|t| t["tier"] == tier).unwrap()["covered"]["persons"].as_u64().unwrap()
    };
    assert_eq!(sited["answer"]["proven"], true);
    assert_eq!(sited["answer"]["objective"].as_f64().unwrap() as u64, covered(&sited["after"], "10min"));
    assert!(covered(&sited["after"], "10min") > covered(&sited["before"], "10min"));
    let station = &sited["answer"]["stations"][0];
    let place = format!("{},{}", station["at"][0], station["at"][1]);
    let added =
        json(&["--json", "site", text(&plan), "--category", "clinic", "--tier", "10min", "--add", &place]);
    let gain = covered(&added["after"], "10min") - covered(&added["before"], "10min");
    assert_eq!(gain, station["adds"]["persons"].as_u64().unwrap());

    let gaps = json(&["--json", "gaps", text(&plan), "--category", "bus_stop", "--openings", "5"]);
    let openings = gaps["openings"].as_array().unwrap();
    let promised = |one: &serde_json::Value| one["demand"]["persons"].as_u64().unwrap();
    assert!(openings.windows(2).all(|pair| promised(&pair[0]) >= promised(&pair[1])));
    for one in openings.iter().filter(|one| one["length_m"].as_f64().unwrap() > 0.0).take(2) {
        let at = |end: &str, axis: usize| one[end][axis].as_f64().unwrap();
        let way = format!("{},{},{},{}", at("from", 0), at("from", 1), at("to", 0), at("to", 1));
        let built = json(&["--json", "site", text(&plan), "--category", "bus_stop", "--bridge", &way]);
        let tier = built["tier"].as_str().unwrap();
        let gain = covered(&built["after"], tier) - covered(&built["before"], tier);
        // Whoever lives beside the new way comes out onto it, which can change their other walks by some metres.
        assert!(gain * 10 >= promised(one) * 9, "{gain} of {one}");
    }
}

#[test]
fn impact_counts_a_circle_and_says_what_is_wrong_with_an_area() {
    let folder = tempfile::tempdir().unwrap();
    let plan = folder.path().join("plan.gpkg");
    json(&["--json", "new", text(&plan), "--sample", "taipingjie"]);
    let near = json(&["--json", "impact", text(&plan), "--point", "107.391,29.702", "--radius", "150"]);
    let wide = json(&["--json", "impact", text(&plan), "--point", "107.391,29.702", "--radius", "3000"]);
    let households = |found: &serde_json::Value| found["demand"]["households"].as_u64().unwrap();
    assert!(households(&near) < households(&wide));
    assert_eq!(households(&wide), 4_180, "everyone");
    assert!(refused(&["impact", text(&plan), "--point", "500,29.7", "--radius", "150"]).contains("degrees"));
    assert!(refused(&["site", text(&plan), "--category", "clinic"]).contains("nothing to find out"));
    assert!(refused(&["gaps", text(&plan), "--category", "volcano"]).contains("volcano"));
}

#[test]
fn the_first_problem_of_the_or_library_is_solved_with_proof() {
    let Some(file) = shared("data/pmed/pmed1.txt") else { return };
    let found = json(&["--json", "graph", "site", "--model", "p-median", "--orlib", text(&file)]);
    assert_eq!((found["objective"].as_f64(), found["proven"].as_bool()), (Some(5819.0), Some(true)));
    assert_eq!(found["sites"].as_array().unwrap().len(), 5);
}
