//! Drawn lines divide cells: when a plan is made, and by an edit that can be taken back.

use super::ground::{estate, exact, rectangle, save};
use crate::support::{json, lifang, partitioned_sample, refused, text};
use serde_json::{Value, json as object};
use std::path::{Path, PathBuf};

fn lines(folder: &Path, name: &str, lines: &[[[f64; 2]; 2]]) -> PathBuf {
    let feature = |line: &[[f64; 2]; 2]| object!({"type": "Feature", "properties": {}, "geometry": {"type": "LineString", "coordinates": line}});
    save(folder, name, &lines.iter().map(feature).collect::<Vec<_>>())
}

/// West, south, east, north of all coordinates of a feature.
fn span(feature: &Value) -> [f64; 4] {
    let numbers: Vec<f64> = feature["geometry"]["coordinates"]
        .to_string()
        .split(|c: char| "[], ".contains(c))
        .filter_map(|part| part.parse().ok())
        .collect();
    numbers.chunks_exact(2).fold([f64::MAX, f64::MAX, f64::MIN, f64::MIN], |[w, s, e, n], p| {
        [w.min(p[0]), s.min(p[1]), e.max(p[0]), n.max(p[1])]
    })
}

#[test]
fn lines_of_a_file_divide_cells_and_everybody_stays_with_the_building() {
    let folder = tempfile::tempdir().unwrap();
    let (houses, _, border) = estate(folder.path());
    let [west, south, east, north] = span(&rectangle(object!({}), [-5.0, -5.0, 130.0, 85.0]));
    let middle = |share: f64| south + (north - south) * share;
    let cut = lines(folder.path(), "cut.geojson", &[[[west, middle(0.47)], [east, middle(0.53)]]]);
    let base = ["--json", "tessellate", "--buildings", text(&houses), "--boundary", text(&border)];
    let whole = json(&base);
    let divided = json(&[&base[..], &["--cut", text(&cut)]].concat());
    exact(&divided);
    assert!(divided["cells"].as_u64() > whole["cells"].as_u64(), "{divided}");

    let make = |name: &str, more: &[&str]| {
        let plan = folder.path().join(name);
        let new = ["--json", "new", text(&plan), "--buildings", text(&houses), "--households", "户数"];
        let made = json(&[&new[..], &["--boundary", text(&border)], more].concat());
        (plan, made)
    };
    let (_, before) = make("whole.gpkg", &[]);
    let (plan, after) = make("cut.gpkg", &["--cut", text(&cut)]);
    assert_eq!(before["demand"], after["demand"]);
    assert!(after["atoms"].as_u64() > before["atoms"].as_u64(), "{after}");
    json(&["--json", "check", text(&plan)]);
    // Another preset divides buildings otherwise: the ground is built anew, with its cuts.
    lifang(&["partition", text(&plan)]);
    lifang(&["partition", text(&plan), "--from", "current", "--preset", "people"]);
    let out = folder.path().join("atoms");
    let done =
        json(&["--json", "export", text(&plan), "--layer", "atoms", "--format", "csv", "--out", text(&out)]);
    let csv = std::fs::read_to_string(done["files"][0].as_str().unwrap()).unwrap();
    assert_eq!(csv.lines().count() as u64, after["atoms"].as_u64().unwrap() + 1, "{csv}");

    let none = lines(folder.path(), "none.geojson", &[[[0.0, 0.0], [0.0, 1.0]]]);
    assert!(refused(&[&base[1..], &["--cut", text(&none)]].concat()).contains("none.geojson"));
    let areas = refused(&[&base[1..], &["--cut", text(&border)]].concat());
    assert!(areas.contains("no line"), "{areas}");
}

#[test]
fn a_zone_is_divided_exactly_along_a_line_and_put_together_again() {
    let folder = tempfile::tempdir().unwrap();
    let plan = partitioned_sample(folder.path(), "1");
    let export = |layer: &str, level: &[&str], name: &str| {
        let out = folder.path().join(name);
        let args =
            ["--json", "export", text(&plan), "--layer", layer, "--format", "geojson", "--out", text(&out)];
        let done = json(&[&args[..], level].concat());
        (std::fs::read_to_string(done["files"][0].as_str().unwrap()).unwrap(), done["signature"].clone())
    };
    let zones = |name: &str| export("zones", &["--level", "micro_grid"], name);
    let (text_before, signature) = zones("before");
    let before: Value = serde_json::from_str(&text_before).unwrap();
    let (atoms_before, _) = export("atoms", &[], "atoms");
    let people = |zones: &Value| -> u64 {
        zones["features"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|z| z["properties"]["households"].as_u64())
            .sum()
    };
    // A zone of upper floors has no land a line could cut.
    let features = before["features"].as_array().unwrap();
    let asked = |zone: &Value| {
        let [west, south, east, north] = span(zone);
        let middle = f64::midpoint(west, east);
        let code = zone["properties"]["code"].as_str().unwrap().to_owned();
        (code, format!("{middle},{south} {middle},{north}"))
    };
    let edit = |(code, line): &(String, String), more: &[&str]| {
        let base =
            ["--json", "edit", text(&plan), "--split", code, "--along", line, "--exact", "--reason", "划线"];
        // Exit code 1 is fine: two halves of a micro-grid are too small.
        serde_json::from_slice::<Value>(&lifang(&[&base[..], more].concat()).stdout).ok()
    };
    let look = |cut: (String, String)| {
        let tried = edit(&cut, &["--dry-run"])?;
        (tried["ground"] == true).then_some((cut, tried))
    };
    let (cut, tried) = features.iter().map(asked).find_map(look).unwrap();
    assert_eq!(zones("tried"), (text_before.clone(), signature.clone()), "looking changes nothing");
    let told = edit(&cut, &[]).unwrap();
    assert_eq!((&told["ground"], &told["zones"]), (&Value::Bool(true), &tried["zones"]), "{told}");
    let (text_after, changed) = zones("after");
    let after: Value = serde_json::from_str(&text_after).unwrap();
    assert_ne!(changed, signature);
    assert_eq!(people(&after), people(&before), "nobody is lost");
    let atoms =
        |text: &str| serde_json::from_str::<Value>(text).unwrap()["features"].as_array().unwrap().len();
    assert!(atoms(&export("atoms", &[], "atoms").0) > atoms(&atoms_before));
    json(&["--json", "check", text(&plan)]);
    let history = json(&["--json", "history", text(&plan)]);
    assert!(history.to_string().contains("\"divide\""), "{history}");
    // The plan before the cut is still to be had, over the cells it had.
    let (then, out) = (format!("{}@e0", text(&plan)), folder.path().join("then"));
    let args = ["--layer", "zones", "--level", "micro_grid", "--format", "geojson", "--out", text(&out)];
    let done = json(&[&["--json", "export", &then][..], &args].concat());
    assert_eq!(std::fs::read_to_string(done["files"][0].as_str().unwrap()).unwrap(), text_before);
    json(&["--json", "undo", text(&plan)]);
    assert_eq!(zones("undone"), (text_before, signature), "byte by byte");
    assert_eq!(export("atoms", &[], "atoms").0, atoms_before);
    lifang(&["redo", text(&plan)]);
    assert_eq!(zones("redone"), (text_after, changed));
    assert!(refused(&["edit", text(&plan), "--split", &cut.0, "--exact"]).contains("--along"));
}
