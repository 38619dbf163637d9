//! Gates by the hour, joined streets, elders against adults at every door, and driving, on the program itself.

use crate::support::{json, refused, shared, text};
use lifang_model::Silent;
use lifang_planner::Session;
use serde_json::Value;
use std::path::{Path, PathBuf};

/// A walled compound with a clinic before its southern gate, streets around it, and a path that stops 3 m before the street.
fn walled(folder: &Path) -> PathBuf {
    let at = |x: i32, y: i32| format!("[{},{}]", 441_000 + x, 3_287_000 + y);
    let line = |points: &[(i32, i32)]| -> String {
        let points: Vec<String> = points.iter().map(|&(x, y)| at(x, y)).collect();
        format!("[{}]", points.join(","))
    };
    let square = |x: i32, y: i32, width: i32, height: i32| {
        format!("[{}]", line(&[(x, y), (x + width, y), (x + width, y + height), (x, y + height), (x, y)]))
    };
    let feature = |kind: &str, at: String, more: &str| {
        format!(
            r#"{{"type":"Feature","geometry":{{"type":"{kind}","coordinates":{at}}},"properties":{{{more}}}}}"#
        )
    };
    let write = |name: &str, features: &[String]| {
        let path = folder.join(name);
        let all = features.join(",");
        std::fs::write(&path, format!(r#"{{"type":"FeatureCollection","features":[{all}]}}"#)).unwrap();
        path
    };
    let buildings = write(
        "b.geojson",
        &[
            feature("Polygon", square(190, 20, 20, 20), r#""code":"behind","户数":12"#),
            feature("Polygon", square(220, -70, 20, 20), r#""code":"outside","户数":9"#),
        ],
    );
    let ring = [(0, -20), (400, -20), (400, 420), (0, 420), (0, -20)];
    let streets = write(
        "s.geojson",
        &[
            feature("LineString", line(&ring), r#""highway":"residential""#),
            feature("LineString", line(&[(230, -150), (230, -23)]), r#""highway":"footway""#),
        ],
    );
    let facilities = write("f.geojson", &[feature("Point", at(200, -20), r#""类别":"卫生站""#)]);
    let compounds =
        write("c.geojson", &[feature("Polygon", square(20, 0, 360, 400), r#""名称":"安居苑","围墙":"是""#)]);
    let gates = write(
        "g.geojson",
        &[
            feature("Point", at(200, 0), r#""开放时间":"06:00至22:00""#),
            feature("Point", at(200, 400), r#""开放时间":"""#),
        ],
    );
    let plan = folder.join("plan.gpkg");
    json(&[
        "--json",
        "new",
        text(&plan),
        "--buildings",
        text(&buildings),
        "--streets",
        text(&streets),
        "--facilities",
        text(&facilities),
        "--compounds",
        text(&compounds),
        "--gates",
        text(&gates),
        "--crs",
        "EPSG:4545",
    ]);
    plan
}

fn gaps(found: &Value) -> Vec<(&str, Vec<&str>)> {
    let gaps = found["gaps"].as_array().unwrap().iter();
    gaps.map(|gap| {
        let buildings =
            gap["buildings"].as_array().unwrap().iter().map(|code| code.as_str().unwrap()).collect();
        (gap["cause"].as_str().unwrap(), buildings)
    })
    .collect()
}

#[test]
fn a_gate_that_is_shut_at_night_is_the_missing_gate_of_those_behind_it() {
    let folder = tempfile::tempdir().unwrap();
    let plan = walled(folder.path());
    let ask = |at: &[&str]| {
        json(&[&["--json", "gaps", text(&plan), "--category", "clinic", "--tier", "5min"], at].concat())
    };
    let day = ask(&[]);
    assert!(!gaps(&day).iter().any(|(_, who)| who.contains(&"behind")), "{day}");
    assert!(day.get("gates").is_none(), "no hour was asked about");
    let noon = ask(&["--at", "12:00"]);
    assert_eq!(gaps(&noon), gaps(&day));
    assert_eq!((noon["gates"]["open"].as_u64(), noon["gates"]["unknown"].as_u64()), (Some(1), Some(1)));
    let night = ask(&["--at", "Su 22:30"]);
    assert_eq!(night["gates"]["shut"], 1);
    let behind: Vec<_> = gaps(&night).into_iter().filter(|(_, who)| who.contains(&"behind")).collect();
    assert_eq!(behind, [("missing_gate", vec!["behind"])]);
    // The gate itself is the opening that would help, and the answer of `cover` and `site` is the same.
    assert_eq!(night["openings"][0]["length_m"], 0.0);
    let covered = json(&["--json", "cover", text(&plan), "--categories", "clinic", "--at", "22:30"]);
    assert_eq!(covered["cover"]["gates"]["shut"], 1);
    assert!(gaps(&covered).contains(&("missing_gate", vec!["behind"])));
    let place = format!("{},{}", night["openings"][0]["from"][0], night["openings"][0]["from"][1]);
    let site = ["--json", "site", text(&plan), "--category", "clinic", "--tier", "5min", "--gate", &place];
    let opened = json(&[&site[..], &["--at", "22:30"]].concat());
    let households = |side: &str| opened[side]["tiers"][0]["covered"]["households"].as_u64().unwrap();
    assert!(households("after") >= households("before") + 12, "{opened}");
    assert!(refused(&["gaps", text(&plan), "--category", "clinic", "--at", "late"]).contains("22:30"));
}

#[test]
fn a_street_that_stops_short_is_listed_joined_and_walked() {
    let folder = tempfile::tempdir().unwrap();
    let plan = walled(folder.path());
    let seen = json(&["--json", "network", text(&plan)]);
    assert_eq!((seen["pieces"].as_array().unwrap().len(), seen["gaps"].as_array().unwrap().len()), (2, 1));
    assert!((seen["gaps"][0]["gap_m"].as_f64().unwrap() - 3.0).abs() < 0.01);
    assert!(refused(&["network", text(&plan), "--join", "2"]).contains("no likely gap 2"));
    let again = json(&["--json", "network", text(&plan)]);
    assert_eq!(again["gaps"], seen["gaps"], "what was refused changed nothing");
    let joined = json(&["--json", "network", text(&plan), "--join", "1"]);
    assert_eq!(joined["joined"], 1);
    let after = json(&["--json", "network", text(&plan)]);
    assert_eq!((after["pieces"].as_array().unwrap().len(), after["gaps"].as_array().unwrap().len()), (1, 0));
    let km = |found: &Value| found["km"].as_f64().unwrap();
    assert!((km(&after) - km(&seen) - 0.003).abs() < 1e-4, "a footway of 3 m more");
    // The plan is whole and is partitioned as before.
    json(&["--json", "check", text(&plan)]);
    json(&["--json", "partition", text(&plan)]);
}

#[test]
fn at_no_door_of_a_real_city_is_an_elder_nearer_than_an_adult() {
    for osm in ["data/nanjing/xinjiekou.osm.pbf", "data/monaco/monaco.osm.pbf", "data/athens/centre.osm.pbf"]
    {
        let folder = tempfile::tempdir().unwrap();
        let Some(osm) = shared(osm) else { continue };
        let plan = folder.path().join("city.gpkg");
        json(&["--json", "new", text(&plan), "--osm", text(&osm)]);
        json(&["--json", "cover", text(&plan), "--profiles", "adult,elder"]);
        let session = Session::open(&plan, &Silent).unwrap();
        let coverage = session.coverage.as_ref().unwrap();
        let mut compared = 0;
        for adult in
            coverage.categories.iter().filter(|entry| entry.profile == "adult" && entry.facilities > 0)
        {
            let elder = coverage.category(&adult.category, "elder").unwrap();
            for (row, (adult_mm, elder_mm)) in adult.distance_mm.iter().zip(&elder.distance_mm).enumerate() {
                let nearer = elder_mm.is_some_and(|elder| adult_mm.is_none_or(|adult| elder < adult));
                assert!(!nearer, "{} at atom {row}: {adult_mm:?} {elder_mm:?}", adult.category);
                compared += 1;
            }
        }
        assert!(compared > 10_000, "{compared}");
    }
}

#[test]
fn a_fire_engine_is_measured_by_minutes_over_the_streets_of_monaco() {
    let Some(osm) = shared("data/monaco/monaco.osm.pbf") else { return };
    let folder = tempfile::tempdir().unwrap();
    let plan = folder.path().join("city.gpkg");
    json(&["--json", "new", text(&plan), "--osm", text(&osm)]);
    let drive = ["--json", "cover", text(&plan), "--profile", "fire", "--categories", "fire_station"];
    let fire = json(&drive);
    let tiers = fire["categories"][0]["tiers"].as_array().unwrap();
    let households = |tier: &Value| tier["covered"]["households"].as_u64().unwrap();
    assert!(fire["categories"][0]["facilities"].as_u64().unwrap() > 0);
    assert!(households(&tiers[0]) > 0 && tiers.is_sorted_by_key(households));
    let walk = json(&["--json", "cover", text(&plan), "--profile", "adult", "--categories", "fire_station"]);
    assert!(
        households(&tiers[0]) > households(&walk["categories"][0]["tiers"][0]),
        "five minutes by car are more"
    );
    let out = folder.path().join("out");
    let circles =
        ["--layer", "circles", "--category", "fire_station", "--profile", "fire", "--format", "gpkg"];
    json(&[&["--json", "export", text(&plan), "--out", text(&out)], &circles[..]].concat());
    let both = ["cover", text(&plan), "--profiles", "adult,fire", "--categories", "fire_station"];
    assert!(refused(&both).contains("by itself"));
    assert!(refused(&["score", text(&plan), "--profile", "fire"]).contains("drives"));
}
