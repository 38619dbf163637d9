//! Other programs read what we write: GDAL for names and systems, shapely for gaps and overlaps.

use crate::support::{installed, json, partitioned_sample, refused, text};
use std::path::{Path, PathBuf};
use std::process::Command;

const COVERAGE_CHECK: &str = r#"
import json, sys
from shapely.geometry import shape
from shapely.ops import unary_union
zones = [shape(f["geometry"]) for f in json.load(open(sys.argv[1]))["features"]]
assert all(z.is_valid for z in zones), "invalid zones"
union = unary_union(zones)
total = sum(z.area for z in zones)
edges = {}
for z in zones:
    for part in getattr(z, "geoms", [z]):
        for ring in [part.exterior, *part.interiors]:
            c = list(ring.coords)
            for a, b in zip(c, c[1:]):
                if (b, a) in edges and edges[(b, a)] > 0:
                    edges[(b, a)] -= 1
                else:
                    edges[(a, b)] = edges.get((a, b), 0) + 1
open_edges = sum(edges.values())
outer = sum(len(r.coords) - 1 for p in getattr(union, "geoms", [union]) for r in [p.exterior, *p.interiors])
print(json.dumps({"zones": len(zones), "overlap": (total - union.area) / total, "holes": sum(len(p.interiors) for p in getattr(union, "geoms", [union])), "open": open_edges, "outer": outer}))
"#;

fn export(plan: &Path, out: &Path, args: &[&str]) -> Vec<PathBuf> {
    let mut all = vec!["--json", "export", text(plan), "--out", text(out)];
    all.extend_from_slice(args);
    let done = json(&all);
    done["files"].as_array().unwrap().iter().map(|file| PathBuf::from(file.as_str().unwrap())).collect()
}

#[test]
fn gdal_reads_every_format_with_chinese_names_right() {
    if !installed("ogrinfo", &["--version"]) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let plan = partitioned_sample(folder.path(), "1");
    for (format, encoding, crs) in [
        ("geojson", "utf-8", "EPSG:4326"),
        ("shp", "utf-8", "EPSG:4545"),
        ("shp", "gbk", "EPSG:4490"),
        ("gpkg", "utf-8", "EPSG:4545"),
    ] {
        let out = folder.path().join(format!("{format}-{encoding}"));
        for level in ["grid", "micro_grid"] {
            let files = export(
                &plan,
                &out,
                &[
                    "--layer",
                    "zones",
                    "--level",
                    level,
                    "--format",
                    format,
                    "--encoding",
                    encoding,
                    "--crs",
                    crs,
                ],
            );
            let main = files
                .iter()
                .find(|file| file.extension().is_some_and(|ext| ext == format))
                .unwrap_or_else(|| panic!("{files:?}"));
            let output =
                Command::new("ogrinfo").args(["-al", "-q", "-geom=NO", text(main)]).output().unwrap();
            let listing = String::from_utf8(output.stdout).expect("GDAL gives UTF-8");
            let errors = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(output.status.success() && !errors.contains("ERROR"), "{format}: {errors}");
            assert!(
                listing.contains('苑') || listing.contains('街') || listing.contains('园'),
                "{format} {encoding}: {listing}"
            );
            let features = listing.matches("OGRFeature").count();
            assert_eq!(features, if level == "grid" { 10 } else { 44 }, "{format} {level}");
            let summary = Command::new("ogrinfo").args(["-al", "-so", text(main)]).output().unwrap();
            let summary = String::from_utf8_lossy(&summary.stdout).into_owned();
            assert!(
                summary.contains(crs.trim_start_matches("EPSG:"))
                    || summary.contains("CGCS2000")
                    || summary.contains("China Geodetic"),
                "{format}: {summary}"
            );
        }
    }
}

#[test]
fn shapely_finds_no_gap_and_no_overlap_between_exported_zones() {
    if !installed("/usr/bin/python3", &["-c", "import shapely"]) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let plan = partitioned_sample(folder.path(), "1");
    for (level, zones) in [("grid", 10), ("micro_grid", 44)] {
        let files = export(
            &plan,
            &folder.path().join("out"),
            &["--layer", "zones", "--level", level, "--format", "geojson"],
        );
        let output =
            Command::new("/usr/bin/python3").args(["-c", COVERAGE_CHECK, text(&files[0])]).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let found: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(found["zones"], zones);
        assert_eq!(found["holes"], 0, "{found}");
        assert!(found["overlap"].as_f64().unwrap().abs() < 1e-12, "{found}");
        // Inside, each edge of one zone is the reverse of a neighbour's; only the outer border stays single.
        assert_eq!(found["open"], found["outer"], "{found}");
    }
}

#[test]
fn thinned_zones_stay_a_coverage_and_the_dictionary_says_they_are_thinned() {
    let folder = tempfile::tempdir().unwrap();
    let plan = partitioned_sample(folder.path(), "1");
    let size = |files: &[PathBuf]| files[0].metadata().unwrap().len();
    let exact = export(&plan, &folder.path().join("exact"), &["--layer", "zones", "--format", "geojson"]);
    for (level, zones, smooth) in [("grid", 10, false), ("micro_grid", 44, false), ("micro_grid", 44, true)] {
        let out = folder.path().join(format!("{level}-{smooth}"));
        let mut args = vec!["--layer", "zones", "--level", level, "--format", "geojson", "--simplify", "2"];
        if smooth {
            args.push("--smooth");
        }
        let files = export(&plan, &out, &args);
        let words = std::fs::read_to_string(&files[1]).unwrap();
        assert!(words.contains("thinned to within 2 m") && words.contains("抽稀"), "{words}");
        assert_eq!(words.contains("smoothed"), smooth);
        let zones_said = std::fs::read_to_string(&files[0]).unwrap();
        assert!(zones_said.contains("thinned to within 2 m"), "GeoJSON says so itself");
        if level == "micro_grid" && !smooth {
            assert!(size(&files) < size(&exact));
        }
        if !installed("/usr/bin/python3", &["-c", "import shapely"]) {
            continue;
        }
        let output =
            Command::new("/usr/bin/python3").args(["-c", COVERAGE_CHECK, text(&files[0])]).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let found: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!((&found["zones"], &found["holes"]), (&zones.into(), &0.into()), "{found}");
        assert!(found["overlap"].as_f64().unwrap().abs() < 1e-12, "{found}");
        assert_eq!(found["open"], found["outer"], "{found}");
    }
    // A drawing takes it too; what is not drawn from zones says that it does not.
    let drawn = export(&plan, &folder.path().join("cad"), &["--format", "dxf", "--simplify", "1"]);
    let whole = export(&plan, &folder.path().join("cad-exact"), &["--format", "dxf"]);
    assert!(size(&drawn) < size(&whole));
    for layer in ["buildings", "circles", "plan"] {
        let args =
            ["export", text(&plan), "--layer", layer, "--format", "xlsx", "--simplify", "1", "--out", "x"];
        let said = refused(&args);
        assert!(said.contains("only the outlines of zones"), "{layer}: {said}");
    }
}

#[test]
fn every_layer_exports_in_every_format() {
    let folder = tempfile::tempdir().unwrap();
    let plan = partitioned_sample(folder.path(), "1");
    json(&["--json", "cover", text(&plan)]);
    for layer in [
        "zones",
        "grids",
        "micro_grids",
        "atoms",
        "coverage",
        "gaps",
        "buildings",
        "streets",
        "facilities",
        "compounds",
        "areas",
        "boundary",
    ] {
        for format in ["geojson", "shp", "gpkg", "csv"] {
            let out = folder.path().join(format!("{layer}-{format}"));
            let files = export(&plan, &out, &["--layer", layer, "--format", format]);
            assert!(!files.is_empty());
            for file in files {
                assert!(file.metadata().unwrap().len() > 0, "{}", file.display());
            }
        }
    }
}
