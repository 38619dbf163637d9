//! Scenarios, repair, states, staff and copies on the command line.

use crate::support::{json, lifang, partitioned_sample, refused, text};
use serde_json::Value;

#[test]
fn a_scenario_is_branched_edited_compared_merged_and_its_files_are_signed() {
    let folder = tempfile::tempdir().unwrap();
    let plan = partitioned_sample(folder.path(), "1");
    let plan = text(&plan);
    let main =
        json(&["--json", "scenario", "list", plan])["scenarios"][0]["name"].as_str().unwrap().to_owned();
    json(&["--json", "scenario", "branch", plan, "方案二", "--reason", "试"]);
    let report = json(&["--json", "verify", plan]);
    let zones: Vec<&str> = report["levels"][1]["detail"]
        .as_array()
        .unwrap()
        .iter()
        .map(|zone| zone["code"].as_str().unwrap())
        .collect();
    let siblings =
        zones.windows(2).find(|pair| pair[0][..pair[0].len() - 2] == pair[1][..pair[1].len() - 2]).unwrap();
    let merged = lifang(&["--json", "edit", plan, "--merge", siblings[1], "--to", siblings[0]]);
    assert_eq!(merged.status.code(), Some(1), "two micro-grids in one are too many");
    let out = folder.path().join("compare");
    let name = format!("{plan}#{main}");
    let compared = json(&["--json", "compare", &name, plan, "--out", text(&out)]);
    assert!(compared["levels"][1]["moved"]["households"].as_u64().unwrap() > 0);
    let changes: Value =
        serde_json::from_slice(&std::fs::read(out.join("changes.geojson")).unwrap()).unwrap();
    assert_eq!(changes["features"].as_array().unwrap().len(), 1);
    assert_eq!(changes["features"][0]["properties"]["old"], siblings[1]);
    assert_eq!(changes["lifang"]["plan"], "方案二");
    assert!(std::fs::read_to_string(out.join("codes.csv")).unwrap().contains(siblings[1]));
    json(&["--json", "scenario", "switch", plan, &main]);
    let exported =
        json(&["--json", "export", plan, "--layer", "zones", "--format", "csv", "--out", text(&out)]);
    let signature = exported["signature"].as_str().unwrap();
    let dictionary = std::fs::read_to_string(out.join("zones-micro_grid-dictionary.csv")).unwrap();
    assert!(dictionary.contains(signature), "{dictionary}");
    let tried = lifang(&["--json", "scenario", "merge", plan, "方案二", "--dry-run"]);
    assert_eq!(tried.status.code(), Some(1));
    assert_eq!(json(&["--json", "history", plan])["entries"].as_array().unwrap().len(), 0);
    lifang(&["--json", "scenario", "merge", plan, "方案二"]);
    let broken = json_any(&["--json", "verify", plan]);
    assert!(!broken["violations"].as_array().unwrap().is_empty());
    let before = format!("{plan}@e0");
    assert_eq!(json(&["--json", "compare", &before, &name])["levels"][1]["zones"][1], zones.len() - 1);
    let repair = json_any(&["--json", "repair", plan, "--zones", siblings[0], "--dry-run"]);
    assert!(!repair["violations"].as_array().unwrap().is_empty());
    assert_eq!(
        json(&["--json", "history", plan])["entries"].as_array().unwrap().len(),
        1,
        "looking is no edit"
    );
    let copy = folder.path().join("copy.gpkg");
    json(&["--json", "backup", plan, text(&copy)]);
    assert!(refused(&["backup", plan, text(&copy)]).contains("exists"));
    assert_eq!(json_any(&["--json", "verify", text(&copy)]), broken);
    assert!(refused(&["scenario", "switch", plan, "丙"]).contains("丙"));
    assert!(
        refused(&["export", plan, "--layer", "changes", "--format", "shp", "--out", text(&out)])
            .contains("--against")
    );
}

/// As [`json`], whether rules are broken or not.
fn json_any(args: &[&str]) -> Value {
    let output = lifang(args);
    assert!(
        matches!(output.status.code(), Some(0 | 1)),
        "{args:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).unwrap()
}
