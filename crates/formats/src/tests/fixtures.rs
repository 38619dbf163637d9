use super::shared;
use crate::{FeatureTable, FormatError, ReadOptions, Value, read};
use geo_types::Geometry;
use lifang_model::Severity;

fn open(path: &str) -> Option<Result<FeatureTable, FormatError>> {
    shared(&format!("formats/{path}")).map(|path| read(&path, &ReadOptions::default()))
}

fn good(path: &str) -> Option<FeatureTable> {
    open(path).map(|result| result.unwrap_or_else(|error| panic!("{path}: {error}")))
}

/// The error, which must name the file and say what to do.
fn bad(path: &str) -> Option<String> {
    open(path).map(|result| {
        let error = result.expect_err(path);
        let name = path.rsplit('/').next().unwrap();
        for fault in error.faults() {
            assert!(fault.severity == Severity::Error && !fault.action.is_empty(), "{fault:?}");
            assert!(fault.place.file.unwrap().contains(name.split('.').next().unwrap()), "{error}");
        }
        error.to_string()
    })
}

#[test]
fn bad_geojson_is_refused_at_its_place() {
    for (name, words) in [
        ("bad-json", "this is no JSON"),
        ("bad-duplicate-properties", "`type` comes twice"),
        ("bad-properties-as-array", "`properties` is a list"),
        ("badcoordtype", "coordinates[0][0][0] is a number"),
        ("badfeatureid", "`id` is an object"),
        ("false", "geometries[0] is true or false"),
        ("featurecollection-obj", "this is no GeoJSON"),
        ("featurecollection", "no list of `features`"),
        ("multipoint-multidimension", "coordinates[0][0] is a list"),
        ("nofeaturetype", "\"Featre\""),
        ("point-labeled-as-a-multipolygon", "coordinates[0] is a number"),
        ("point-toofew", "a position needs 2"),
        ("point", "no `coordinates`"),
        ("rootstring", "this is no GeoJSON"),
        ("short-linearring", "a ring needs 4"),
        ("stringcoord", "row 1: F-203 coordinates[1] is text"),
    ] {
        let Some(text) = bad(&format!("geojson-bad/{name}.geojson")) else { return };
        assert!(text.contains(words), "{name}: {text}");
    }
}

#[test]
fn odd_but_clear_geojson_is_read() {
    let Some(open) = good("geojson-bad/different-first-last.geojson") else { return };
    assert!(open.faults.iter().any(|f| f.code == "F-204"), "{:?}", open.faults);
    let collection = good("geojson-bad/geometrycollection_single.geojson").unwrap();
    assert!(matches!(collection.rows[0].geometry, Some(Geometry::GeometryCollection(_))));
    for name in [
        "bad-polygon-interiorring-rhr",
        "bbox-contains-string",
        "excessive_precision_truncated",
        "geometry_changed_semantics",
    ] {
        assert_eq!(good(&format!("geojson-bad/{name}.geojson")).unwrap().rows.len(), 1);
    }
}

#[test]
fn good_geojson_is_read_whole() {
    let Some(with_id) = good("geojson-good/good-feature-with-id.geojson") else { return };
    assert_eq!(with_id.rows[0].values, [Value::Integer(100), Value::Text("value0".into())]);
    assert_eq!(with_id.crs.as_deref(), Some("OGC:CRS84"));
    assert_eq!(good("geojson-good/good-featurecollection.geojson").unwrap().rows.len(), 3);
    let high = good("geojson-good/good-featurecollection-bbox3d.geojson").unwrap();
    assert!(high.faults.iter().any(|f| f.code == "F-121"));
    assert_eq!(good("geojson-good/nullgeometry.geojson").unwrap().rows[0].geometry, None);
    let beyond = good("geojson-good/issue82.geojson").unwrap();
    assert!(beyond.crs.is_none() && beyond.faults.iter().any(|f| f.code == "F-205"));
    for name in ["good-feature", "good-linestring", "good-multipoint", "good-point"] {
        assert_eq!(good(&format!("geojson-good/{name}.geojson")).unwrap().rows.len(), 1);
    }
}

#[test]
fn punggol_is_read_with_its_columns() {
    let Some(path) = shared("punggol/buildings.geojson") else { return };
    let table = read(&path, &ReadOptions::default()).unwrap();
    assert_eq!(table.rows.len(), 376);
    let dwellings = table.columns.iter().position(|c| c.name == "dwelling_units").unwrap();
    let sum: i64 =
        table.rows.iter().map(|row| if let Value::Integer(n) = row.values[dwellings] { n } else { 0 }).sum();
    assert_eq!(sum, 28_044);
}

#[test]
fn damaged_shapefiles_are_refused() {
    for (name, words) in [
        ("bad.shp", "this is no shapefile"),
        ("badzip.zip", "zip"),
        ("empty_zipfile.zip", "ZIP"),
        ("multipatch.shp", "multipatch"),
    ] {
        let Some(text) = bad(&format!("shapefile/{name}")) else { return };
        assert!(text.contains(words), "{name}: {text}");
    }
}

#[test]
fn geometry_of_every_kind_is_read_flat() {
    let Some(long) = good("shapefile/corrupt_too_long.shp") else { return };
    assert_eq!(long.rows.len(), 10);
    assert!(long.faults.iter().any(|f| f.code == "F-315"), "{:?}", long.faults);
    for (name, rows) in [("linem", 1), ("pointz", 2), ("polygonz", 1)] {
        let table = good(&format!("shapefile/{name}.shp")).unwrap();
        assert_eq!(table.rows.len(), rows, "{name}");
        assert!(table.rows.iter().all(|row| row.geometry.is_some()));
        assert!(table.faults.iter().any(|f| f.code == "F-121"), "{name}");
        assert!(table.faults.iter().any(|f| f.code == "F-317"), "no .dbf is told");
    }
    let holed = good("shapefile/polygon_hole.shp").unwrap();
    let Some(Geometry::Polygon(polygon)) = &holed.rows[0].geometry else { panic!("{:?}", holed.rows) };
    assert_eq!(polygon.interiors().len(), 1);
    assert_eq!(good("shapefile/no-dbf.shp").unwrap().rows.len(), 14);
}

#[test]
fn chinese_is_read_whatever_the_dbf_says_of_itself() {
    let Some(tagged) = good("shapefile/cp936.dbf") else { return };
    let chinese = Value::Text("测试中文".into());
    assert_eq!(tagged.rows[0].values, std::slice::from_ref(&chinese));
    assert!(tagged.encoding.unwrap().contains("language byte"));
    // Language byte of an American PC, Chinese inside.
    let wrong = good("shapefile/file_cp936.shp").unwrap();
    assert_eq!(wrong.rows[0].values, [chinese]);
    assert!(wrong.encoding.unwrap().contains("found by its bytes"));
    let silent = good("shapefile-gbk/chinese_poly.shp").unwrap();
    assert_eq!(silent.rows[0].values[2], Value::Text("黑龙江省".into()));
    assert!(silent.crs.unwrap().starts_with("GEOGCS[\"GCS_WGS_1984\""));
    let options = ReadOptions { encoding: Some("latin1".into()), ..ReadOptions::default() };
    let forced = read(&shared("formats/shapefile/cp936.dbf").unwrap(), &options).unwrap();
    assert_eq!(forced.rows[0].values, [Value::Text("²âÊÔÖÐÎÄ".into())]);
    let options = ReadOptions { encoding: Some("no such".into()), ..ReadOptions::default() };
    assert!(read(&shared("formats/shapefile/cp936.dbf").unwrap(), &options).is_err());
}

#[test]
fn code_page_files_are_followed_and_nonsense_in_them_is_told() {
    let Some(utf) = good("shapefile/utf.shp") else { return };
    assert_eq!(utf.rows[0].values, [Value::Text("💩".into())]);
    assert!(utf.encoding.unwrap().contains(".cpg"));
    let ansi = good("shapefile/codepage.shp").unwrap();
    assert!(ansi.encoding.unwrap().starts_with("windows-1250"));
    let html = good("shapefile/htmlcpg.shp").unwrap();
    assert_eq!(html.rows[0].values, [Value::Text("💩".into())]);
    assert!(html.faults.iter().any(|f| f.code == "F-311"));
}

#[test]
fn deleted_records_are_left_out() {
    let Some(table) = good("shapefile/stations_with_deleted.dbf") else { return };
    assert_eq!(table.rows.len(), 5);
    assert!(table.faults.iter().any(|f| f.code == "F-314" && f.cause.starts_with('1')), "{:?}", table.faults);
}

#[test]
fn geopackages_are_read_by_layer() {
    let Some(text) = bad("geopackage/gpkg_test.gpkg") else { return };
    assert!(text.contains("F-103") && text.contains("pg3dzm"), "{text}");
    let path = shared("formats/geopackage/gpkg_test.gpkg").unwrap();
    let names = crate::layers(&path).unwrap();
    assert!(names.len() > 20);
    for layer in names {
        let options = ReadOptions { layer: Some(layer.clone()), ..ReadOptions::default() };
        let table = read(&path, &options).unwrap_or_else(|error| panic!("{layer}: {error}"));
        assert_eq!(table.crs.as_deref(), Some("EPSG:4326"));
        assert!(!table.rows.is_empty(), "{layer}");
        let high = layer.contains("dm") || layer.contains("dz");
        assert!(!high || table.faults.iter().any(|f| f.code == "F-121"), "{layer}");
    }
    let wrong = ReadOptions { layer: Some("nothing".into()), ..ReadOptions::default() };
    assert!(matches!(read(&path, &wrong), Err(FormatError::ChooseLayer { missing: Some(_), .. })));
    let states = good("geopackage/states10.gpkg").unwrap();
    assert_eq!(states.rows.len(), 51);
    assert!(bad("geopackage/import_db_corrupt.gpkg").unwrap().contains("F-401"));
}

#[test]
fn formats_not_read_here_are_named() {
    for (name, words) in
        [("flatgeobuf/poly00.fgb", "FlatGeobuf"), ("geoparquet/example-v1.0.0.parquet", "Parquet")]
    {
        let Some(text) = bad(name) else { return };
        assert!(text.contains(words), "{text}");
    }
    let Some(pbf) = shared("monaco/monaco.osm.pbf") else { return };
    assert!(read(&pbf, &ReadOptions::default()).unwrap_err().to_string().contains("OpenStreetMap"));
}
