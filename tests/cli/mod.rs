//! The command line: exit codes, messages, nothing left behind.

mod edits;
mod scenarios;

use crate::support::{json, lifang, partitioned_sample, refused, text};
use std::path::Path;

fn write(folder: &Path, name: &str, content: &str) -> String {
    let path = folder.join(name);
    std::fs::write(&path, content).unwrap();
    text(&path).to_owned()
}

fn polygons(rings: &[&str]) -> String {
    let features: Vec<String> = rings
        .iter()
        .enumerate()
        .map(|(i, ring)| {
            format!(
                r#"{{"type":"Feature","properties":{{"户数":{}}},"geometry":{{"type":"Polygon","coordinates":[{ring}]}}}}"#,
                10 + i
            )
        })
        .collect();
    format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(","))
}

const GOOD: &str = "[[107.39,29.70],[107.3902,29.70],[107.3902,29.7002],[107.39,29.7002],[107.39,29.70]]";

/// Runs `lifang new` on bad input: exit 2, the message names these, and no file is left.
fn refuses(folder: &Path, args: &[&str], named: &[&str]) {
    let plan = folder.join("plan.gpkg");
    let mut all = vec!["new", text(&plan)];
    all.extend_from_slice(args);
    let message = refused(&all);
    for word in named {
        assert!(message.contains(word), "{args:?} should name {word:?}: {message}");
    }
    let left: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.contains("plan"))
        .collect();
    assert!(left.is_empty(), "{args:?} left {left:?}");
}

#[test]
fn a_missing_column_is_named_with_those_there_are() {
    let folder = tempfile::tempdir().unwrap();
    let buildings = write(folder.path(), "b.geojson", &polygons(&[GOOD]));
    refuses(
        folder.path(),
        &["--buildings", &buildings, "--households", "户口"],
        &["b.geojson", "户口", "户数"],
    );
}

#[test]
fn a_count_that_is_no_number_is_located_by_row_and_column() {
    let folder = tempfile::tempdir().unwrap();
    let text = polygons(&[GOOD]).replace("10", "\"many\"");
    let buildings = write(
        folder.path(),
        "b.geojson",
        &text.replace("\"many\"7.39", "107.39").replace("\"many\"7", "107"),
    );
    refuses(
        folder.path(),
        &["--buildings", &buildings, "--households", "户数"],
        &["b.geojson", "row 1", "户数", "many"],
    );
}

#[test]
fn a_wrong_coordinate_system_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let metres = "[[440966,3287014],[440990,3287014],[440990,3287030],[440966,3287030],[440966,3287014]]";
    let buildings = write(folder.path(), "b.geojson", &polygons(&[metres]));
    refuses(folder.path(), &["--buildings", &buildings, "--crs", "EPSG:4326"], &["b.geojson"]);
    refuses(folder.path(), &["--buildings", &buildings, "--crs", "EPSG:999999"], &["999999"]);
}

#[test]
fn an_empty_layer_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let buildings = write(folder.path(), "b.geojson", &polygons(&[]));
    refuses(folder.path(), &["--buildings", &buildings], &["b.geojson"]);
}

#[test]
fn a_self_crossing_border_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let buildings = write(folder.path(), "b.geojson", &polygons(&[GOOD]));
    let bow = "[[107.389,29.699],[107.392,29.702],[107.392,29.699],[107.389,29.702],[107.389,29.699]]";
    let boundary = write(folder.path(), "edge.geojson", &polygons(&[bow]));
    refuses(folder.path(), &["--buildings", &buildings, "--boundary", &boundary], &["edge.geojson"]);
}

#[test]
fn a_street_file_without_lines_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let buildings = write(folder.path(), "b.geojson", &polygons(&[GOOD]));
    let streets = write(folder.path(), "s.geojson", &polygons(&[GOOD]));
    refuses(folder.path(), &["--buildings", &buildings, "--streets", &streets], &["s.geojson"]);
}

#[test]
fn a_truncated_shapefile_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let plan = partitioned_sample(folder.path(), "1");
    let out = folder.path().join("out");
    json(&[
        "--json",
        "export",
        text(&plan),
        "--layer",
        "zones",
        "--level",
        "grid",
        "--format",
        "shp",
        "--out",
        text(&out),
    ]);
    let shp = std::fs::read_dir(&out)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.extension().is_some_and(|ext| ext == "shp"))
        .unwrap();
    let bytes = std::fs::read(&shp).unwrap();
    std::fs::write(&shp, &bytes[..bytes.len() / 2]).unwrap();
    let name = shp.file_name().unwrap().to_str().unwrap().to_owned();
    refuses(folder.path(), &["--buildings", text(&shp)], &[&name]);
}

#[test]
fn a_missing_file_is_named() {
    let folder = tempfile::tempdir().unwrap();
    refuses(folder.path(), &["--osm", "nowhere.osm.pbf"], &["nowhere.osm.pbf"]);
    refuses(folder.path(), &["--buildings", "nowhere.shp"], &["nowhere.shp"]);
}

#[test]
fn a_file_that_is_no_plan_is_refused_by_every_command() {
    let folder = tempfile::tempdir().unwrap();
    let not_a_plan = write(folder.path(), "x.gpkg", "this is no database");
    for command in ["partition", "verify", "cover", "serve"] {
        assert!(refused(&[command, &not_a_plan]).contains("x.gpkg"), "{command}");
        assert!(refused(&[command, "missing.gpkg"]).contains("missing.gpkg"), "{command}");
    }
    assert_eq!(std::fs::read_to_string(&not_a_plan).unwrap(), "this is no database");
}

#[test]
fn an_existing_plan_is_not_overwritten_unless_asked() {
    let folder = tempfile::tempdir().unwrap();
    let plan = folder.path().join("plan.gpkg");
    json(&["--json", "new", text(&plan), "--sample", "taipingjie"]);
    let before = std::fs::read(&plan).unwrap();
    assert!(refused(&["new", text(&plan), "--sample", "taipingjie"]).contains("plan.gpkg"));
    assert_eq!(std::fs::read(&plan).unwrap(), before);
    json(&["--json", "new", text(&plan), "--sample", "taipingjie", "--seed", "2", "--replace"]);
    assert_ne!(std::fs::read(&plan).unwrap(), before);
}

#[test]
fn steps_out_of_order_say_which_comes_first() {
    let folder = tempfile::tempdir().unwrap();
    let plan = folder.path().join("plan.gpkg");
    json(&["--json", "new", text(&plan), "--sample", "taipingjie"]);
    assert!(refused(&["verify", text(&plan)]).contains("lifang partition"));
    let out = folder.path().join("out");
    let args = ["export", text(&plan), "--layer", "coverage", "--format", "gpkg", "--out", text(&out)];
    assert!(refused(&args).contains("lifang cover"));
    assert!(!out.exists());
}

#[test]
fn unknown_keys_name_those_there_are() {
    let folder = tempfile::tempdir().unwrap();
    let plan = partitioned_sample(folder.path(), "1");
    let out = folder.path().join("out");
    assert!(refused(&["partition", text(&plan), "--preset", "atlantis"]).contains("taipingjie"));
    let layer = ["export", text(&plan), "--layer", "moon", "--format", "csv", "--out", text(&out)];
    assert!(refused(&layer).contains("zones"));
    let level = [
        "export",
        text(&plan),
        "--layer",
        "zones",
        "--level",
        "moon",
        "--format",
        "csv",
        "--out",
        text(&out),
    ];
    assert!(refused(&level).contains("micro_grid"));
}

#[test]
fn a_plan_outside_its_band_ends_verify_with_1() {
    let folder = tempfile::tempdir().unwrap();
    let square = |i: u32| {
        let (west, east) = (107.39 + f64::from(i) * 0.0004, 107.3902 + f64::from(i) * 0.0004);
        format!("[[{west},29.70],[{east},29.70],[{east},29.7002],[{west},29.7002],[{west},29.70]]")
    };
    let rings: Vec<String> = (0..4).map(square).collect();
    let rings: Vec<&str> = rings.iter().map(String::as_str).collect();
    let buildings = write(folder.path(), "b.geojson", &polygons(&rings));
    let plan = folder.path().join("plan.gpkg");
    json(&["--json", "new", text(&plan), "--buildings", &buildings, "--households", "户数"]);
    json(&["--json", "partition", text(&plan)]);
    let output = lifang(&["--json", "verify", text(&plan)]);
    assert_eq!(output.status.code(), Some(1));
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    // 10 + 11 + 12 + 13 households are 46: no zone of 90 to 100 can be made of them.
    let violations = report["violations"].as_array().unwrap();
    assert!(!violations.is_empty());
    for violation in violations {
        assert_eq!(violation["avoidable"], false, "{violation}");
    }
}

#[test]
fn a_folder_of_plans_is_served_when_it_stands_where_a_plan_does() {
    use std::io::{BufRead as _, BufReader};
    let folder = tempfile::tempdir().unwrap();
    let mut server = std::process::Command::new(env!("CARGO_BIN_EXE_lifang"))
        .args(["--json", "serve", text(folder.path()), "--port", "0"])
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = String::new();
    BufReader::new(server.stdout.take().unwrap()).read_line(&mut first).unwrap();
    server.kill().unwrap();
    server.wait().unwrap();
    let told: serde_json::Value = serde_json::from_str(&first).unwrap();
    assert!(told["serving"].as_str().unwrap().starts_with("http://127.0.0.1:"), "{first}");
    assert_eq!(told["name"], text(folder.path()));
}

#[test]
fn two_folders_to_serve_are_refused() {
    let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let output = lifang(&["serve", text(one.path()), "--folder", text(other.path()), "--port", "0"]);
    assert!(!output.status.success());
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains(text(one.path())) && said.contains(text(other.path())), "{said}");
}

#[test]
fn a_plan_to_serve_that_is_not_there_is_told_before_its_folder() {
    let folder = tempfile::tempdir().unwrap();
    let nowhere = folder.path().join("nodir");
    let plan = nowhere.join("plan.gpkg");
    let said = refused(&["serve", text(&plan), "--port", "0"]);
    assert!(said.contains(text(&plan)) && said.contains("there is no such file"), "{said}");
    let said = refused(&["serve", "--folder", text(&nowhere), "--port", "0"]);
    assert!(said.contains(text(&nowhere)) && said.contains("is no folder"), "{said}");
}
