//! The sample community, with a real plan over real ground, in coordinates with many decimals.

use super::tiling::{level, unmatched};
use super::{main_file, town};
use crate::{LayerKind, LayerRequest, Scene, export, table};
use lifang_crs::CrsSpec;
use lifang_formats::{Encoding, Format, ReadOptions};
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

#[test]
fn every_outline_is_valid_to_geos_in_every_format() {
    let town = sample();
    let scene = Scene { coverage: None, ..town.scene() };
    for format in [Format::GeoJson, Format::GeoPackage, Format::Shapefile] {
        for request in [LayerRequest::of(LayerKind::Zones), LayerRequest::of(LayerKind::Atoms)] {
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
