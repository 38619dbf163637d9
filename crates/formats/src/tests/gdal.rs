//! GDAL, which QGIS and much Chinese software read with, must see what we meant.

use super::{grids, shops};
use crate::{Encoding, Format, WriteOptions, write};
use std::path::Path;
use std::process::Command;

fn ogrinfo(path: &Path) -> Option<String> {
    let Ok(out) = Command::new("ogrinfo").args(["-al", "-ro"]).arg(path).output() else {
        eprintln!("skipped: ogrinfo is not installed");
        return None;
    };
    let text = String::from_utf8_lossy(&out.stdout).into_owned();
    let complaints = String::from_utf8_lossy(&out.stderr).into_owned();
    assert!(
        out.status.success() && !complaints.contains("ERROR") && !complaints.contains("Warning"),
        "{text}{complaints}"
    );
    Some(text)
}

fn cgcs2000() -> WriteOptions {
    let wkt = r#"GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",DATUM["D_China_2000",SPHEROID["CGCS2000",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]"#;
    WriteOptions { crs_wkt: Some(wkt.into()), epsg: Some(4490), ..WriteOptions::default() }
}

#[test]
fn gdal_reads_our_shapefiles_with_chinese_right() {
    let dir = tempfile::tempdir().unwrap();
    for encoding in [Encoding::Utf8, Encoding::Gbk] {
        let path = dir.path().join(format!("{encoding:?}.shp"));
        write(&path, &grids(), Format::Shapefile, &WriteOptions { encoding, ..cgcs2000() }).unwrap();
        let Some(text) = ogrinfo(&path) else { return };
        for words in [
            "Geometry: Polygon",
            "Feature Count: 3",
            "China",
            "code (String) = 500102006001001",
            "名称 (String) = 太平街一号微网格",
            "户数 (Integer) = 97",
            "compactnes (Real) = 0.7150000",
            "F05 (Integer) = -3",
            "F05 (Integer) = (null)",
            "MULTIPOLYGON (((",
        ] {
            assert!(text.contains(words), "{encoding:?} lacks {words:?}:\n{text}");
        }
    }
}

#[test]
fn gdal_reads_our_geopackages_with_chinese_right() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("计划.gpkg");
    write(&path, &grids(), Format::GeoPackage, &cgcs2000()).unwrap();
    write(&path, &shops(), Format::GeoPackage, &WriteOptions::default()).unwrap();
    let own = WriteOptions { epsg: None, ..cgcs2000() };
    let mut third = shops();
    third.name = "own".into();
    write(&path, &third, Format::GeoPackage, &own).unwrap();
    let Some(text) = ogrinfo(&path) else { return };
    for words in [
        "Layer name: 微网格",
        "Geometry: Multi Polygon",
        "Feature Count: 3",
        "Extent: (107.380000, 29.700000) - (107.430000, 29.710000)",
        "ID[\"EPSG\",4490]",
        "名称 (String) = 太平街一号微网格",
        "独居老年人口数量 (Integer64) = -3",
        "达标 (Integer(Boolean)) = 1",
        "Layer name: shops",
        "Geometry: Point",
        "名称 (String) = 茶,馆\"老\"",
    ] {
        assert!(text.contains(words), "lacks {words:?}:\n{text}");
    }
    // Known by its code in one layer, by its definition in the other.
    assert_eq!(text.matches("GEOGCRS[\"China Geodetic Coordinate System 2000\"").count(), 2, "{text}");
    let check = Command::new("ogrinfo")
        .args(["-ro", "-q", "-spat", "107.385", "29.69", "107.395", "29.705"])
        .arg(&path)
        .arg("微网格")
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&check.stdout);
    assert_eq!(text.matches("OGRFeature").count(), 1, "the R-tree finds the one grid: {text}");
}

#[test]
fn gdal_edits_our_geopackages_through_the_triggers() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("plan.gpkg");
    write(&path, &grids(), Format::GeoPackage, &cgcs2000()).unwrap();
    let sql = "delete from 微网格 where fid = 1";
    let Ok(out) = Command::new("ogrinfo").arg(&path).args(["-sql", sql]).output() else {
        eprintln!("skipped: ogrinfo is not installed");
        return;
    };
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let db = rusqlite::Connection::open(&path).unwrap();
    let left: i64 = db.query_row("select count(*) from \"rtree_微网格_geom\"", [], |row| row.get(0)).unwrap();
    assert_eq!(left, 1);
}

#[test]
fn gdal_reads_our_geojson_and_csv() {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), &grids(), Format::GeoJson, &WriteOptions::default()).unwrap();
    let Some(text) = ogrinfo(&dir.path().join("微网格.geojson")) else { return };
    assert!(text.contains("名称 (String) = 敦仁街道") && text.contains("ID[\"EPSG\",4326]"), "{text}");
    write(dir.path(), &shops(), Format::Csv, &WriteOptions::default()).unwrap();
    let text = ogrinfo(&dir.path().join("shops.csv")).unwrap();
    assert!(text.contains("名称 (String) = 面馆"), "{text}");
}

#[test]
fn gdal_reads_our_empty_layers() {
    let dir = tempfile::tempdir().unwrap();
    let mut bare = shops();
    bare.columns.clear();
    bare.rows.iter_mut().for_each(|row| row.values.clear());
    bare.name = "bare".into();
    let mut empty = shops();
    empty.rows.clear();
    empty.name = "empty".into();
    for format in [Format::Shapefile, Format::GeoPackage, Format::GeoJson] {
        for (table, count) in [(&bare, 3), (&empty, 0)] {
            let path = write(dir.path(), table, format, &WriteOptions::default()).unwrap().pop().unwrap();
            let Some(text) = ogrinfo(&path) else { return };
            assert!(text.contains(&format!("Feature Count: {count}")), "{format:?}: {text}");
            let read = crate::read(&path, &crate::ReadOptions::default()).unwrap();
            assert_eq!(read.rows.len(), count, "{format:?}");
        }
    }
}

#[test]
fn what_a_file_says_of_itself_is_seen_by_gdal_and_goes_with_its_layer() {
    let dir = tempfile::tempdir().unwrap();
    let facts = |value: &str| WriteOptions {
        facts: vec![("signature".into(), value.into()), ("plan".into(), "太平<街>\"&".into())],
        ..cgcs2000()
    };
    let path = dir.path().join("facts.gpkg");
    write(&path, &grids(), Format::GeoPackage, &facts("first")).unwrap();
    write(&path, &grids(), Format::GeoPackage, &facts("second")).unwrap();
    let db = rusqlite::Connection::open(&path).unwrap();
    let count = |table: &str| {
        db.query_row(&format!("select count(*) from {table}"), [], |row| row.get::<_, i64>(0)).unwrap()
    };
    assert_eq!(
        (count("gpkg_metadata"), count("gpkg_metadata_reference")),
        (1, 1),
        "the old layer's are gone"
    );
    let points = dir.path().join("facts.geojson");
    let degrees = WriteOptions { facts: facts("third").facts, ..WriteOptions::default() };
    write(&points, &shops(), Format::GeoJson, &degrees).unwrap();
    let read: serde_json::Value = serde_json::from_slice(&std::fs::read(&points).unwrap()).unwrap();
    assert_eq!(read["lifang"]["plan"], "太平<街>\"&");
    assert!(crate::read(&points, &crate::ReadOptions::default()).is_ok());
    let (Some(layer), Some(_)) = (ogrinfo(&path), ogrinfo(&points)) else { return };
    assert!(layer.contains("signature=second") && layer.contains("plan=太平<街>\"&"), "{layer}");
}
