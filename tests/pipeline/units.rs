//! Territories without buildings: units with a population.

use crate::support::{json, text};
use std::fmt::Write;

/// Square units of 250 m in `side` rows, in metres of UTM zone 35N, with 100 to 400 people each.
fn units(side: u32) -> (String, u64) {
    let mut features = String::new();
    let mut total = 0;
    for row in 0..side {
        for column in 0..side {
            let id = row * side + column;
            let people = 100 + (id * 37 + row * 11) % 301;
            total += u64::from(people);
            let (x, y) = (f64::from(column) * 250.0 + 385_000.0, f64::from(row) * 250.0 + 6_672_000.0);
            let ring = [(0.0, 0.0), (250.0, 0.0), (250.0, 250.0), (0.0, 250.0), (0.0, 0.0)]
                .map(|(dx, dy)| format!("[{},{}]", x + dx, y + dy))
                .join(",");
            let comma = if features.is_empty() { "" } else { "," };
            write!(
                features,
                r#"{comma}{{"type":"Feature","properties":{{"unit":"U{id}","people":{people}}},"geometry":{{"type":"Polygon","coordinates":[[{ring}]]}}}}"#
            )
            .unwrap();
        }
    }
    (format!(r#"{{"type":"FeatureCollection","features":[{features}]}}"#), total)
}

#[test]
fn units_with_a_population_become_zones_by_residents() {
    let folder = tempfile::tempdir().unwrap();
    let (layer, total) = units(12);
    let (file, plan) = (folder.path().join("units.geojson"), folder.path().join("units.gpkg"));
    std::fs::write(&file, layer).unwrap();
    let new = [
        "--json",
        "new",
        text(&plan),
        "--buildings",
        text(&file),
        "--persons",
        "people",
        "--crs",
        "EPSG:3067",
    ];
    let created = json(&new);
    assert_eq!(created["demand"]["persons"].as_u64(), Some(total));
    assert_eq!(
        (created["persons"].as_str(), created["households"].as_str()),
        (Some("given"), Some("estimated"))
    );
    json(&["--json", "partition", text(&plan), "--preset", "people"]);
    let report = json(&["--json", "verify", text(&plan)]);
    let level = &report["levels"][0];
    assert_eq!(level["persons"].as_u64(), Some(total));
    assert_eq!(level["zones"], level["in_band"], "{}", report["violations"]);
    let detail = level["detail"].as_array().unwrap();
    assert!(
        detail.iter().all(|zone| zone["load"].as_f64() == zone["persons"].as_f64() && zone["pieces"] == 1)
    );
    assert_eq!(report["tiling"]["gap_m2"].as_f64(), Some(0.0));
}
