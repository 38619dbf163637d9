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
fn elders_are_covered_no_better_than_adults_anywhere_in_nanjing_and_monaco() {
    for osm in ["data/nanjing/xinjiekou.osm.pbf", "data/monaco/monaco.osm.pbf"] {
        elders_are_covered_no_better(osm);
    }
}

fn elders_are_covered_no_better(osm: &str) {
    let folder = tempfile::tempdir().unwrap();
    let Some(plan) = city(folder.path(), osm) else { return };
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
        // A new way makes no walk longer, so nobody who was served is lost.
        assert!(gain >= promised(one), "{gain} of {one}");
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

#[test]
fn nanjing_is_scored_and_its_layers_measured_anew_are_files_of_every_format() {
    let folder = tempfile::tempdir().unwrap();
    let Some(plan) = city(folder.path(), "data/nanjing/xinjiekou.osm.pbf") else { return };
    let score = json(&["--json", "score", text(&plan)]);
    assert!(score["all"]["score"].as_f64().unwrap() > 20.0);
    // Nobody mapped a kindergarten there: that is no proof that there is none.
    let items = score["items"].as_array().unwrap();
    let blank = items.iter().find(|item| item["data"] == false).unwrap();
    assert_eq!((&blank["unknown"], blank["whole"].as_u64()), (&score["all"]["people"], Some(0)));
    let need = ["--all-of", "market+supermarket+convenience,pharmacy", "--within", "500,1000"];
    let own = json(&[&["--json", "needs", text(&plan)], &need[..]].concat());
    let named = json(&["--json", "needs", text(&plan), "--need", "everyone"]);
    assert_eq!(own["all"], named["all"]);
    assert!(refused(&["needs", text(&plan), "--all-of", "clinic", "--within", "1,2"]).contains("--within"));
    let out = folder.path().join("out");
    for (layer, format) in [
        ("responsibility", "shp"),
        ("circles", "gpkg"),
        ("reached_streets", "geojson"),
        ("reached_streets", "shp"),
        ("scores", "csv"),
        ("scores", "gpkg"),
        ("needs", "shp"),
    ] {
        let told = json(&[
            "--json",
            "export",
            text(&plan),
            "--layer",
            layer,
            "--category",
            "clinic",
            "--format",
            format,
            "--out",
            text(&out),
        ]);
        for file in told["files"].as_array().unwrap() {
            assert!(std::fs::metadata(file.as_str().unwrap()).unwrap().len() > 0, "{layer} {format}");
        }
    }
    let none =
        refused(&["export", text(&plan), "--layer", "circles", "--format", "gpkg", "--out", text(&out)]);
    assert!(none.contains("--category"), "{none}");
}

#[test]
fn san_francisco_gives_what_spopt_publishes_for_it() {
    let Some(folder) = shared("data/spopt-sf") else { return };
    let work = tempfile::tempdir().unwrap();
    let lines = |name: &str| -> Vec<Vec<String>> {
        let text = std::fs::read_to_string(folder.join(name)).unwrap();
        let cells = |line: &str| line.split(',').map(|cell| cell.trim_matches('"').to_owned()).collect();
        text.lines().skip(1).map(cells).collect()
    };
    let rows = lines("SF_network_distance_candidateStore_16_censusTract_205_new.csv");
    let mut stores: Vec<&str> = rows.iter().map(|row| row[1].as_str()).collect();
    stores.sort_unstable();
    stores.dedup();
    let mut tracts: std::collections::BTreeMap<&str, (&str, Vec<&str>)> = Default::default();
    for row in &rows {
        let entry = tracts.entry(&row[2]).or_insert((&row[3], vec![""; stores.len()]));
        entry.1[stores.binary_search(&row[1].as_str()).unwrap()] = &row[0];
    }
    assert_eq!((tracts.len(), stores.len()), (205, 16));
    let write = |name: &str, text: String| {
        let path = work.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let people = tracts.values().enumerate().map(|(row, (weight, _))| format!("{row},{weight}\n"));
    let clients = write("clients.csv", format!("id,households\n{}", people.collect::<String>()));
    let places: String = (0..stores.len()).map(|row| format!("{row}\n")).collect();
    let candidates = write("candidates.csv", format!("id\n{places}"));
    let cost = write("cost.csv", tracts.values().map(|(_, costs)| costs.join(",") + "\n").collect());
    let tables =
        ["--clients", text(&clients), "--candidates", text(&candidates), "--cost", text(&cost), "--json"];
    let solve = |model: &[&str]| {
        let found = json(&[&["graph", "site", "--model"], model, &tables[..]].concat());
        assert_eq!(found["proven"], true, "{model:?}");
        (found["objective"].as_f64().unwrap(), found["unserved"].as_u64().unwrap())
    };
    let weight: f64 = tracts.values().map(|(weight, _)| weight.parse::<f64>().unwrap()).sum();
    // The numbers of pysal/spopt's own tests and notebooks over the same table: 5,000 m, four stores.
    assert_eq!(solve(&["lscp", "--radius", "5000"]).0, 8.0);
    assert_eq!(205 - solve(&["mclp", "--radius", "5000", "--p", "4"]).1, 184, "89.756 % of the tracts");
    let (median, _) = solve(&["p-median", "--p", "4"]);
    assert!((median / weight - 2_982.126_857_989_065_7).abs() < 1e-6, "{}", median / weight);
    let (centre, _) = solve(&["p-center", "--p", "4"]);
    assert!((centre - 7_403.063_810_849_859).abs() < 1e-6, "{centre}");
}
