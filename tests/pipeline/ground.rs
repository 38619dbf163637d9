//! The ground: all cities tile exactly, parcels fit, exports are coverages, a drawn line cuts a zone.

use crate::support::{installed, json, partitioned_sample, refused, shared, text};
use serde_json::{Value, json as object};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Cities that take seconds; with `LIFANG_CITIES=all` those that take a minute too.
fn cities() -> Vec<&'static str> {
    let mut cities = vec!["nanjing/xinjiekou", "hongkong/tsim-sha-tsui", "helsinki/centre", "athens/centre"];
    if std::env::var("LIFANG_CITIES").is_ok_and(|which| which == "all") {
        cities.extend(["fukuoka/shingu", "monaco/monaco"]);
    }
    cities
}

pub fn exact(told: &Value) {
    for flaw in ["area_error", "gap_m2", "overlap_m2", "multipart", "invalid"] {
        assert_eq!(told[flaw].as_f64(), Some(0.0), "{flaw}: {told}");
    }
    assert!(told["faults_by_code"]["B-106"].is_null(), "every enclosure could be divided: {told}");
}

#[test]
fn every_city_tiles_without_gap_overlap_or_pieces() {
    for city in cities() {
        let Some(osm) = shared(&format!("data/{city}.osm.pbf")) else { return };
        let told = json(&["--json", "tessellate", "--osm", text(&osm)]);
        exact(&told);
        assert!(told["cells"].as_u64() >= told["enclosures"].as_u64());
        eprintln!("{city}: {told}");
    }
}

/// A rectangle in metres east and north of a corner in Chongqing, as a GeoJSON feature.
pub fn rectangle(properties: Value, [west, south, east, north]: [f64; 4]) -> Value {
    let at = |x: f64, y: f64| [107.39 + x / 96_850.0, 29.70 + y / 110_870.0];
    let ring = [at(west, south), at(east, south), at(east, north), at(west, north), at(west, south)];
    object!({"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": [ring]}})
}

pub fn save(folder: &Path, name: &str, features: &[Value]) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, object!({"type": "FeatureCollection", "features": features}).to_string()).unwrap();
    path
}

/// Six houses on four parcels: a hairline gap, an overlap of a metre, and one house in no parcel.
pub fn estate(folder: &Path) -> (PathBuf, PathBuf, PathBuf) {
    let houses = [[5.0, 5.0], [30.0, 5.0], [60.0, 5.0], [5.0, 45.0], [60.0, 45.0], [110.0, 20.0]];
    let houses: Vec<Value> = houses
        .iter()
        .enumerate()
        .map(|(i, [x, y])| {
            rectangle(object!({"code": format!("H{i}"), "户数": 10 + i}), [*x, *y, x + 12.0, y + 10.0])
        })
        .collect();
    let parcels = [
        [0.0, 0.0, 50.0, 40.0],
        [50.15, 0.0, 100.0, 40.0],
        [0.0, 39.0, 50.0, 80.0],
        [50.1, 40.0, 100.0, 80.0],
    ];
    let parcels: Vec<Value> = parcels
        .iter()
        .enumerate()
        .map(|(i, sides)| rectangle(object!({"code": format!("P{i}")}), *sides))
        .collect();
    let border = [rectangle(object!({}), [-5.0, -5.0, 130.0, 85.0])];
    (
        save(folder, "houses.geojson", &houses),
        save(folder, "parcels.geojson", &parcels),
        save(folder, "border.geojson", &border),
    )
}

#[test]
fn parcels_become_cells_with_the_counts_of_their_houses_and_every_gap_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let (houses, parcels, border) = estate(folder.path());
    let plan = folder.path().join("plan.gpkg");
    let made = json(&[
        "--json",
        "new",
        text(&plan),
        "--buildings",
        text(&houses),
        "--households",
        "户数",
        "--boundary",
        text(&border),
        "--parcels",
        text(&parcels),
        "--parcels-as",
        "cells",
        "--snap",
        "0.3",
    ]);
    assert_eq!(made["demand"]["households"], 75);
    // Four parcels and the house in none.
    assert_eq!(made["buildings"], 5);
    let faults = made["faults"].as_array().unwrap();
    let told = |code: &str| faults.iter().filter(|fault| fault["code"] == code).collect::<Vec<_>>();
    assert_eq!(told("B-111").len(), 1, "one overlap: {faults:?}");
    assert!(told("B-111")[0]["cause"].as_str().unwrap().contains("P0, P2 overlap"), "{faults:?}");
    assert!(!told("B-110").is_empty(), "the hairline gap: {faults:?}");
    let atoms = folder.path().join("atoms");
    json(&["--json", "export", text(&plan), "--layer", "atoms", "--format", "csv", "--out", text(&atoms)]);
    let files = std::fs::read_dir(&atoms).unwrap().map(|file| file.unwrap().path());
    let csv: String = files.map(|file| std::fs::read_to_string(file).unwrap()).collect();
    for code in ["P0", "P1", "P2", "P3", "H5"] {
        assert!(csv.contains(code), "{csv}");
    }
}

#[test]
fn parcels_as_limits_divide_and_keep_the_houses() {
    let folder = tempfile::tempdir().unwrap();
    let (houses, parcels, border) = estate(folder.path());
    let base = ["--json", "tessellate", "--buildings", text(&houses), "--boundary", text(&border)];
    let open = json(&base);
    let limits = json(&[&base[..], &["--parcels", text(&parcels), "--snap", "0.3"]].concat());
    exact(&open);
    exact(&limits);
    assert_eq!(open["enclosures"], 1);
    // The four parcels, and what lies around them.
    assert_eq!(limits["enclosures"], 5, "{limits}");
    assert!(limits["cells"].as_u64().unwrap() >= 6);
}

/// Reads a file of zones through GDAL and says whether they are a valid coverage.
const COVERAGE: &str = r#"
import json, sys
import shapely
from shapely.geometry import shape
zones = [shape(f["geometry"]) for f in json.load(open(sys.argv[1]))["features"]]
assert zones and all(z.is_valid for z in zones), "invalid zones"
if hasattr(shapely, "coverage_is_valid"):
    assert shapely.coverage_is_valid(zones), "no coverage"
# The same by hand: each edge belongs to one zone, or to two, once each way, and the areas add up to the whole.
edges = {}
for z in zones:
    for part in getattr(z, "geoms", [z]):
        part = shapely.geometry.polygon.orient(part)
        for ring in [part.exterior, *part.interiors]:
            c = list(ring.coords)
            for a, b in zip(c, c[1:]):
                assert (a, b) not in edges, "an edge twice the same way"
                edges[(a, b)] = True
single = sum((b, a) not in edges for a, b in edges)
from shapely.ops import unary_union
union = unary_union(zones)
outer = sum(len(r.coords) - 1 for p in getattr(union, "geoms", [union]) for r in [p.exterior, *p.interiors])
total = sum(z.area for z in zones)
assert abs(total - union.area) <= 1e-12 * total, (total, union.area)
assert single >= outer, (single, outer)
holes = sum(len(p.interiors) for p in getattr(union, "geoms", [union]))
print(json.dumps({"zones": len(zones), "holes": holes, "checked": hasattr(shapely, "coverage_is_valid")}))
"#;

#[test]
fn zones_are_a_valid_coverage_in_three_formats_and_two_systems() {
    let python = std::env::var("LIFANG_PYTHON").unwrap_or_else(|_| "/usr/bin/python3".to_owned());
    if !installed(&python, &["-c", "import shapely"]) || !installed("ogr2ogr", &["--version"]) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let plan = partitioned_sample(folder.path(), "1");
    for format in ["geojson", "shp", "gpkg"] {
        for crs in ["EPSG:4490", "EPSG:4545"] {
            // GeoJSON is WGS 84 by its standard.
            if format == "geojson" && crs != "EPSG:4490" {
                continue;
            }
            let out = folder.path().join(format!("{format}-{}", &crs[5..]));
            let mut args = vec![
                "--json",
                "export",
                text(&plan),
                "--layer",
                "micro_grids",
                "--format",
                format,
                "--out",
                text(&out),
            ];
            if format != "geojson" {
                args.extend(["--crs", crs]);
            }
            let done = json(&args);
            let files =
                done["files"].as_array().unwrap().iter().map(|file| PathBuf::from(file.as_str().unwrap()));
            let main =
                files.into_iter().find(|file| file.extension().is_some_and(|ext| ext == format)).unwrap();
            let plain = out.join("plain.json");
            let precision = ["-lco", "COORDINATE_PRECISION=15", "-f", "GeoJSON"];
            let moved = Command::new("ogr2ogr").args(precision).args([&plain, &main]).output().unwrap();
            assert!(moved.status.success(), "{}", String::from_utf8_lossy(&moved.stderr));
            let judged = Command::new(&python).args(["-c", COVERAGE, text(&plain)]).output().unwrap();
            assert!(judged.status.success(), "{format} {crs}: {}", String::from_utf8_lossy(&judged.stderr));
            let found: Value = serde_json::from_slice(&judged.stdout).unwrap();
            assert_eq!((&found["zones"], &found["holes"]), (&object!(44), &object!(0)), "{format} {crs}");
        }
    }
}

#[test]
fn a_drawn_line_splits_a_zone_and_can_be_undone() {
    let folder = tempfile::tempdir().unwrap();
    let plan = partitioned_sample(folder.path(), "1");
    let out = folder.path().join("out");
    let export = |level: &str| {
        let done = json(&[
            "--json",
            "export",
            text(&plan),
            "--layer",
            "zones",
            "--level",
            level,
            "--format",
            "geojson",
            "--out",
            text(&out),
        ]);
        let file = done["files"][0].as_str().unwrap().to_owned();
        serde_json::from_str::<Value>(&std::fs::read_to_string(file).unwrap()).unwrap()
    };
    let before = export("micro_grid");
    let zone = &before["features"][0];
    let code = zone["properties"]["code"].as_str().unwrap().to_owned();
    let rings = zone["geometry"]["coordinates"].to_string();
    let numbers: Vec<f64> =
        rings.split(|c: char| "[], ".contains(c)).filter_map(|part| part.parse().ok()).collect();
    let (xs, ys): (Vec<f64>, Vec<f64>) = numbers.chunks_exact(2).map(|pair| (pair[0], pair[1])).unzip();
    let span =
        |v: &[f64]| (v.iter().copied().fold(f64::MAX, f64::min), v.iter().copied().fold(f64::MIN, f64::max));
    let ((west, east), (south, north)) = (span(&xs), span(&ys));
    let along = format!("{} {south} {} {north}", f64::midpoint(west, east), f64::midpoint(west, east));
    let mut words = along.split(' ');
    let mut pair = || format!("{},{}", words.next().unwrap(), words.next().unwrap());
    let line = format!("{} {}", pair(), pair());
    // Exit code 1 is fine: two halves of a micro-grid are too small.
    crate::support::lifang(&["--json", "edit", text(&plan), "--split", &code, "--along", &line]);
    let after = export("micro_grid");
    let count = |zones: &Value| zones["features"].as_array().unwrap().len();
    assert!(count(&after) > count(&before), "{} zones after, {} before", count(&after), count(&before));
    json(&["--json", "undo", text(&plan)]);
    assert_eq!(count(&export("micro_grid")), count(&before));
    let far = refused(&["edit", text(&plan), "--split", &code, "--along", "107.0,29.0 107.1,29.0"]);
    assert!(far.contains("does not divide"), "{far}");
    assert!(refused(&["edit", text(&plan), "--split", &code, "--along", "here"]).contains("--along"));
}
