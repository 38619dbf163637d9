//! The sample community, with a real plan over real ground, in coordinates with many decimals.

use super::tiling::{level, unmatched};
use super::{main_file, town};
use crate::{ExportError, LayerKind, LayerRequest, Scene, Thinning, export, table};
use geo_types::{Geometry, Polygon};
use lifang_crs::CrsSpec;
use lifang_formats::{Encoding, FeatureTable, Format, ReadOptions};
use lifang_model::{Rules, Silent};
use std::process::Command;

fn sample() -> town::Town {
    let rules = format!("{}/../../data/presets/taipingjie.toml", env!("CARGO_MANIFEST_DIR"));
    let rules: Rules = toml::from_str(&std::fs::read_to_string(rules).unwrap()).unwrap();
    let territory = lifang_samples::taipingjie(&lifang_samples::SampleOptions::default()).unwrap();
    let stacks = lifang_partition::stack_parts(&territory.buildings, &rules);
    let fabric = lifang_fabric::build(&territory, &stacks, &Silent).unwrap();
    let atoms = lifang_partition::atoms(&territory, &fabric, &stacks).unwrap();
    let request = lifang_partition::Request {
        atoms: &atoms,
        links: &fabric.links,
        walks: None,
        compounds: &territory.compounds,
        rules: &rules,
        territory_code: &territory.code,
        fabric_hash: &fabric.hash,
        name: "方案",
        seed: 1,
        effort: lifang_partition::Effort { moves: Some(2000), seconds: None },
    };
    let plan = lifang_partition::propose(&request, &Silent).unwrap().plan;
    town::Town { territory, fabric, atoms, plan, ..town::town() }
}

#[test]
fn a_whole_community_tiles_without_gap_or_overlap_in_every_format() {
    let town = sample();
    let scene = Scene { coverage: None, ..town.scene() };
    let coarse = town.plan.levels[0].key.clone();
    let fine = town.plan.levels[town.plan.levels.len() - 1].key.clone();
    let crs = CrsSpec::Epsg(4326);
    let whole = unmatched(&table(&scene, &level(&coarse), &crs).unwrap());
    for request in [level(&fine), LayerRequest::of(LayerKind::Atoms)] {
        assert_eq!(unmatched(&table(&scene, &request, &crs).unwrap()), whole, "{request:?}");
    }
    let folder = tempfile::tempdir().unwrap();
    for format in [Format::GeoJson, Format::GeoPackage, Format::Shapefile] {
        let read_back = |request: &LayerRequest| {
            let files = export(&scene, request, format, &crs, Encoding::Utf8, folder.path()).unwrap();
            let table = lifang_formats::read(main_file(&files, format), &ReadOptions::default()).unwrap();
            unmatched(&table)
        };
        let whole = read_back(&level(&coarse));
        assert_eq!(read_back(&level(&fine)), whole, "{format:?}");
        assert_eq!(read_back(&LayerRequest::of(LayerKind::Atoms)), whole, "{format:?}");
    }
}

fn thinned(key: &str, metres: f64, smooth: bool) -> LayerRequest {
    LayerRequest { thinning: Some(Thinning::new(metres, smooth).unwrap()), ..level(key) }
}

/// The corners of all outlines.
fn corners(table: &FeatureTable) -> usize {
    let outlines = table.rows.iter().filter_map(|row| match &row.geometry {
        Some(Geometry::MultiPolygon(outline)) => Some(outline),
        _ => None,
    });
    let rings = |polygon: &Polygon<f64>| {
        polygon.exterior().0.len() + polygon.interiors().iter().map(|ring| ring.0.len()).sum::<usize>()
    };
    outlines.flat_map(|outline| outline.iter().map(rings)).sum()
}

#[test]
fn thinned_and_smoothed_zones_tile_on_every_level_alike_in_every_format() {
    let town = sample();
    let scene = Scene { coverage: None, ..town.scene() };
    let coarse = town.plan.levels[0].key.clone();
    let fine = town.plan.levels[town.plan.levels.len() - 1].key.clone();
    let crs = CrsSpec::Epsg(4326);
    let folder = tempfile::tempdir().unwrap();
    let exact = table(&scene, &level(&fine), &crs).unwrap();
    for (metres, smooth) in [(0.5, false), (3.0, true), (500.0, false)] {
        let drawn = table(&scene, &thinned(&fine, metres, smooth), &crs).unwrap();
        assert!(smooth || corners(&drawn) < corners(&exact), "{metres} m: {} corners", corners(&drawn));
        // Figures are of the land, not of the drawing.
        let figures =
            |table: &FeatureTable| table.rows.iter().map(|row| row.values.clone()).collect::<Vec<_>>();
        assert_eq!(figures(&drawn), figures(&exact));
        for format in [Format::GeoJson, Format::GeoPackage, Format::Shapefile] {
            let read_back = |key: &str| {
                let request = thinned(key, metres, smooth);
                let files = export(&scene, &request, format, &crs, Encoding::Utf8, folder.path()).unwrap();
                let table = lifang_formats::read(main_file(&files, format), &ReadOptions::default()).unwrap();
                unmatched(&table)
            };
            // Unmatched edges are the outer border alone, and all levels have the same.
            assert_eq!(read_back(&coarse), read_back(&fine), "{format:?} {metres} m");
        }
    }
}

#[test]
fn only_zones_are_thinned_and_by_a_sensible_tolerance() {
    let town = town::town();
    let request =
        LayerRequest { thinning: thinned("grid", 1.0, false).thinning, ..LayerRequest::of(LayerKind::Atoms) };
    let refused = table(&town.scene(), &request, &CrsSpec::Local);
    assert!(matches!(refused, Err(ExportError::NotThinned { layer: "atoms" })));
    for metres in [0.0, -1.0, f64::NAN, f64::INFINITY, 1e5] {
        assert!(matches!(Thinning::new(metres, false), Err(ExportError::Tolerance { .. })), "{metres}");
    }
}

#[test]
fn every_outline_is_valid_to_geos_in_every_format() {
    let town = sample();
    let scene = Scene { coverage: None, ..town.scene() };
    let coarse = &town.plan.levels[0].key;
    for format in [Format::GeoJson, Format::GeoPackage, Format::Shapefile] {
        for request in [
            LayerRequest::of(LayerKind::Zones),
            LayerRequest::of(LayerKind::Atoms),
            thinned(coarse, 2.0, false),
            thinned(coarse, 2.0, true),
        ] {
            let folder = tempfile::tempdir().unwrap();
            let files = export(&scene, &request, format, &CrsSpec::Epsg(4326), Encoding::Utf8, folder.path())
                .unwrap();
            let path = main_file(&files, format);
            let layer = path.file_stem().unwrap().to_str().unwrap();
            let shape = if format == Format::GeoPackage { "geom" } else { "geometry" };
            let sql = format!("SELECT count(*) AS n, sum(ST_IsValid({shape})) AS valid FROM \"{layer}\"");
            let asked = Command::new("ogrinfo")
                .args(["-ro", "-q", "-dialect", "SQLite", "-sql", &sql])
                .arg(path)
                .output();
            let Ok(output) = asked else { return eprintln!("skipped: ogrinfo is not installed") };
            let said = String::from_utf8_lossy(&output.stdout);
            let number = |name: &str| {
                let line = said.lines().find(|line| line.trim_start().starts_with(name))?;
                line.rsplit("= ").next()?.trim().parse::<usize>().ok()
            };
            let (Some(count), Some(valid)) = (number("n ("), number("valid (")) else {
                return eprintln!(
                    "skipped: ogrinfo has no SpatiaLite: {said}{}",
                    String::from_utf8_lossy(&output.stderr)
                );
            };
            assert!(
                count > 0 && count == valid,
                "{format:?} {:?}: {valid} of {count} are valid",
                request.layer
            );
        }
    }
}
