//! Damaged bytes must end in an error or a table, never in a panic or a flood of memory.

use super::{grids, shared, shops};
use crate::*;
use proptest::prelude::*;
use std::path::{Path, PathBuf};

/// Our own files, and the real ones where they are.
fn samples(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for format in
        [Format::GeoJson, Format::GeoPackage, Format::Shapefile, Format::Csv, Format::Kml, Format::Dxf]
    {
        found.extend(write(dir, &grids(), format, &WriteOptions::default()).unwrap());
        found.extend(write(dir, &shops(), format, &WriteOptions::default()).unwrap());
    }
    for folder in ["geojson-bad", "geojson-good", "shapefile", "shapefile-gbk"] {
        let Some(folder) = shared(&format!("formats/{folder}")) else { continue };
        let mut paths: Vec<_> =
            std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        found.extend(paths);
    }
    found.retain(|path| std::fs::metadata(path).unwrap().len() < 200_000);
    found
}

#[test]
fn no_damage_brings_a_reader_down() {
    let dir = tempfile::tempdir().unwrap();
    let samples = samples(dir.path());
    let trial = tempfile::tempdir().unwrap();
    let config = ProptestConfig::with_cases(400);
    proptest!(config, |(pick in any::<prop::sample::Index>(), cut in any::<prop::sample::Index>(), shorten in prop::bool::weighted(0.3),
        hits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..12))| {
        let sample = pick.get(&samples);
        let mut bytes = std::fs::read(sample).unwrap();
        for (at, value) in hits {
            if !bytes.is_empty() {
                let at = at.index(bytes.len());
                bytes[at] = value;
            }
        }
        if shorten && !bytes.is_empty() {
            bytes.truncate(cut.index(bytes.len()));
        }
        // Companions stay whole, so that a damaged .dbf meets its .shp and the other way round.
        let main = if sample.extension().is_some_and(|e| e == "dbf" || e == "cpg" || e == "shx" || e == "prj") {
            sample.with_extension("shp")
        } else {
            sample.clone()
        };
        for extension in ["shp", "dbf", "cpg", "prj"] {
            let beside = sample.with_extension(extension);
            if beside.exists() {
                std::fs::write(trial.path().join("t").with_extension(extension), std::fs::read(beside).unwrap()).unwrap();
            }
        }
        let name = |path: &Path| trial.path().join("t").with_extension(path.extension().unwrap());
        std::fs::write(name(sample), &bytes).unwrap();
        if let Ok(table) = read(&name(&main), &ReadOptions::default()) {
            prop_assert!(table.rows.iter().all(|row| row.values.len() == table.columns.len()));
        }
        for extension in ["shp", "dbf", "cpg", "prj"] {
            let _ = std::fs::remove_file(trial.path().join("t").with_extension(extension));
        }
    });
}

#[test]
fn a_claimed_count_reserves_no_memory() {
    // A line string that claims four billion points.
    let mut blob = b"GP\0\x01\0\0\0\0".to_vec();
    blob.extend([1, 2, 0, 0, 0, 0xff, 0xff, 0xff, 0xff]);
    assert!(wkb::decode_gpkg(&blob).is_err());
    // Collections nested without end.
    let mut blob = b"GP\0\x01\0\0\0\0".to_vec();
    for _ in 0..100_000 {
        blob.extend([1, 7, 0, 0, 0, 1, 0, 0, 0]);
    }
    assert!(wkb::decode_gpkg(&blob).is_err());
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("deep.geojson");
    std::fs::write(&path, "[".repeat(200_000)).unwrap();
    assert!(read(&path, &ReadOptions::default()).is_err());
    let nested = r#"{"type":"GeometryCollection","geometries":["#.repeat(100);
    std::fs::write(&path, nested.clone() + &"]}".repeat(100)).unwrap();
    assert!(read(&path, &ReadOptions::default()).is_err());
}
