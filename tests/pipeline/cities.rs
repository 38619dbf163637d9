//! Real cities, when their files are there.

use crate::support::{json, lifang, shared, text};
use std::path::Path;

/// Partitions and judges: everyone is in a zone, every zone is one piece, the ground has no gap and no overlap.
fn judged(plan: &Path) -> serde_json::Value {
    json(&["--json", "partition", text(plan)]);
    let output = lifang(&["--json", "verify", text(plan)]);
    assert!(matches!(output.status.code(), Some(0 | 1)), "{}", String::from_utf8_lossy(&output.stderr));
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["tiling"]["gap_m2"].as_f64(), Some(0.0));
    assert_eq!(report["tiling"]["overlap_m2"].as_f64(), Some(0.0));
    for violation in report["violations"].as_array().unwrap() {
        let code = violation["code"].as_str().unwrap();
        // A handful of homes that no grid of their own can be made of lie in a neighbouring area's: P-402.
        assert!(matches!(code, "P-301" | "P-302" | "P-402"), "only sizes and kinds may miss: {violation}");
    }
    report
}

fn finest(report: &serde_json::Value) -> &serde_json::Value {
    report["levels"].as_array().unwrap().last().unwrap()
}

#[test]
fn every_household_of_punggol_is_in_a_connected_micro_grid() {
    let (Some(buildings), Some(streets)) =
        (shared("data/punggol/buildings.geojson"), shared("data/punggol/streets.geojson"))
    else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let plan = folder.path().join("punggol.gpkg");
    let new = [
        "--json",
        "new",
        text(&plan),
        "--buildings",
        text(&buildings),
        "--households",
        "dwelling_units",
        "--streets",
        text(&streets),
    ];
    let created = json(&new);
    assert_eq!(created["demand"]["households"], 28_044);
    let report = judged(&plan);
    let level = finest(&report);
    assert_eq!(level["households"], 28_044);
    let share = level["in_band"].as_f64().unwrap() / level["zones"].as_f64().unwrap();
    // Floors above the ground join nothing but their own stairwell, so blocks of 60 to 89 homes often cannot be combined.
    assert!(share > 0.75, "{share} of the micro-grids are in the band");
    let cover = json(&["--json", "cover", text(&plan)]);
    assert!(cover["categories"].is_array());
}

fn city(osm: &str, least_buildings: u64) {
    let Some(osm) = shared(osm) else { return };
    let folder = tempfile::tempdir().unwrap();
    let plan = folder.path().join("city.gpkg");
    let created = json(&["--json", "new", text(&plan), "--osm", text(&osm)]);
    assert!(created["buildings"].as_u64().unwrap() >= least_buildings, "{}", created["buildings"]);
    assert_eq!(created["households"], "estimated", "counts nobody gave are marked as estimates");
    let households = created["demand"]["households"].as_u64().unwrap();
    assert!(households > 0);
    let report = judged(&plan);
    assert_eq!(finest(&report)["households"].as_u64(), Some(households));
    let cover = json(&["--json", "cover", text(&plan)]);
    let categories = cover["categories"].as_array().unwrap();
    assert!(categories.iter().any(|category| category["facilities"].as_u64().unwrap() > 0));
}

#[test]
fn nanjing_goes_through() {
    city("data/nanjing/xinjiekou.osm.pbf", 1_200);
}

#[test]
fn hong_kong_goes_through() {
    city("data/hongkong/tsim-sha-tsui.osm.pbf", 250);
}

#[test]
fn athens_goes_through() {
    // 6,255 in the extract, of which 270 are cut by its edge.
    city("data/athens/centre.osm.pbf", 5_900);
}
