//! Editing on the command line: each command is a process of its own, so everything goes through the file.

use crate::support::{installed, json, lifang, partitioned_sample, refused, text};
use serde_json::Value;
use std::path::Path;

fn says(args: &[&str]) -> Value {
    let mut all = vec!["--json"];
    all.extend_from_slice(args);
    let output = lifang(&all);
    assert!(
        matches!(output.status.code(), Some(0 | 1)),
        "{args:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The rows of a level in the judge's report, largest first.
fn zones(plan: &Path, level: usize) -> Vec<Value> {
    let report = says(&["verify", text(plan)]);
    let mut zones = report["levels"][level]["detail"].as_array().unwrap().clone();
    zones.sort_by_key(|zone| std::cmp::Reverse(zone["atoms"].as_u64()));
    zones
}

#[test]
fn a_plan_is_split_and_taken_back_and_the_history_keeps_both() {
    let folder = tempfile::tempdir().unwrap();
    let plan = partitioned_sample(folder.path(), "1");
    let before = says(&["verify", text(&plan)]);
    let zone = zones(&plan, 1)[0]["code"].as_str().unwrap().to_owned();
    let tried = says(&["edit", text(&plan), "--split", &zone, "--into", "2", "--dry-run"]);
    assert_eq!(tried["entry"], 0);
    assert_eq!(says(&["history", text(&plan)])["entries"].as_array().unwrap().len(), 0);
    let output = lifang(&["--json", "edit", text(&plan), "--split", &zone, "--into", "2", "--reason", "试"]);
    let outcome: Value = serde_json::from_slice(&output.stdout).unwrap();
    let broke = !outcome["made"].as_array().unwrap().is_empty();
    assert_eq!(output.status.code(), Some(i32::from(broke)), "exit code 1 exactly when a rule was broken");
    assert_eq!(outcome["zones"].as_array().unwrap().len(), 2);
    assert_eq!(outcome["made"], tried["made"]);
    let revision = outcome["revision"].as_i64().unwrap();
    let base = (revision - 1).to_string();
    assert!(refused(&["undo", text(&plan), "--base", &base]).contains(&revision.to_string()));
    says(&["undo", text(&plan)]);
    assert_eq!(says(&["verify", text(&plan)]), before);
    let entries = says(&["history", text(&plan)]);
    assert_eq!(entries["entries"].as_array().unwrap().len(), 2);
    assert_eq!(entries["entries"][0]["reason"], "试");
    assert!(refused(&["undo", text(&plan)]).contains("nothing to undo"));
    says(&["redo", text(&plan)]);
    if installed("ogrinfo", &["--version"]) {
        let output =
            std::process::Command::new("ogrinfo").args(["-ro", "-al", "-so"]).arg(&plan).output().unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    }
    assert_eq!(says(&["check", text(&plan)])["findings"].as_array().unwrap().len(), 0);
}

#[test]
fn atoms_move_only_over_borders_they_are_told_to_cross() {
    let folder = tempfile::tempdir().unwrap();
    let plan = partitioned_sample(folder.path(), "1");
    let (all, copy) = (zones(&plan, 1), folder.path().join("copy.gpkg"));
    std::fs::copy(&plan, &copy).unwrap();
    let out = folder.path().join("atoms.csv");
    json(&["--json", "export", text(&plan), "--layer", "atoms", "--format", "csv", "--out", text(&out)]);
    let table = std::fs::read_to_string(&out).unwrap();
    let table = table.trim_start_matches('\u{feff}');
    let mut rows = csv::Reader::from_reader(table.as_bytes());
    let head = rows.headers().unwrap().clone();
    let column = |name: &str| head.iter().position(|column| column == name).unwrap();
    let (code, grid, micro) = (column("code"), column("zone_grid"), column("zone_micro_grid"));
    let atoms: Vec<csv::StringRecord> = rows.records().map(Result::unwrap).collect();
    let first = &atoms[0];
    let far = atoms.iter().find(|atom| atom[grid] != first[grid] && !atom[micro].is_empty()).unwrap();
    let message = refused(&["edit", text(&plan), "--move", &first[code], "--to", &far[micro]]);
    assert!(message.contains(&first[grid]) && message.contains(&far[grid]), "{message}");
    let outcome = says(&["edit", text(&plan), "--move", &first[code], "--to", &far[micro], "--follow"]);
    assert_eq!(outcome["zones"].as_array().unwrap().len(), 4, "two micro-grids and two grids");
    let compared = says(&["compare", text(&copy), text(&plan)]);
    assert_eq!(compared["levels"].as_array().unwrap().len(), 2);
    assert_eq!(compared["gone"]["households"], 0);
    assert!(
        refused(&["edit", text(&plan), "--move", "no such atom", "--to", &far[micro]])
            .contains("no such atom")
    );
    let zone = all[1]["code"].as_str().unwrap();
    says(&["edit", text(&plan), "--rename", zone, "--name", "锦绣苑一"]);
    assert!(zones(&plan, 1).iter().any(|row| row["name"] == "锦绣苑一"));
    says(&["edit", text(&plan), "--pin", zone]);
    let other = all[2]["code"].as_str().unwrap();
    assert!(refused(&["edit", text(&plan), "--merge", zone, "--to", other, "--follow"]).contains("pinned"));
}

#[test]
fn a_plan_that_breaks_rules_is_not_published() {
    let folder = tempfile::tempdir().unwrap();
    let plan = partitioned_sample(folder.path(), "1");
    assert!(refused(&["publish", text(&plan), "--effective", "2026-02-30"]).contains("2026-02-30"));
    let zone = zones(&plan, 1)[0]["code"].as_str().unwrap().to_owned();
    says(&["edit", text(&plan), "--split", &zone, "--into", "2"]);
    says(&["publish", text(&plan), "--consult"]);
    says(&["publish", text(&plan), "--approve"]);
    assert!(refused(&["publish", text(&plan), "--effective", "2026-07-01"]).contains("verify"));
    assert_eq!(says(&["publish", text(&plan), "--list"])["publications"].as_array().unwrap().len(), 0);
}
