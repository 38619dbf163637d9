//! What offices hand over besides layers: well-known text in tables, KML, features one a line, empty cells of shapefiles.

use super::{grids, shops};
use crate::wkt::{looks, parse};
use crate::*;
use geo_types::{Geometry, polygon};
use lifang_model::Severity;
use proptest::prelude::*;
use std::fs;
use std::io::Write as _;
use std::path::Path;

fn table(path: &Path) -> FeatureTable {
    read(path, &ReadOptions::default()).unwrap()
}

fn codes(table: &FeatureTable) -> Vec<&str> {
    table.faults.iter().map(|fault| fault.code.as_str()).collect()
}

fn square() -> Geometry<f64> {
    polygon![(x: 0., y: 0.), (x: 4., y: 0.), (x: 4., y: 4.), (x: 0., y: 4.), (x: 0., y: 0.)].into()
}

#[test]
fn outlines_written_as_text_are_read_back_and_their_column_is_no_attribute() {
    let dir = tempfile::tempdir().unwrap();
    let options = WriteOptions { csv_geometry: CsvGeometry::Wkt, ..WriteOptions::default() };
    for sample in [grids(), shops()] {
        let paths = write(dir.path(), &sample, Format::Csv, &options).unwrap();
        let again = table(&paths[0]);
        let names =
            |table: &FeatureTable| table.columns.iter().map(|column| column.name.clone()).collect::<Vec<_>>();
        assert_eq!(names(&again), names(&sample));
        for (row, first) in again.rows.iter().zip(&sample.rows) {
            assert_eq!(row.geometry, first.geometry);
        }
        assert!(again.faults.is_empty(), "{:?}", again.faults);
    }
}

#[test]
fn text_of_postgis_with_heights_and_open_rings_is_read_and_said() {
    let wkt::Parsed { geometry, srid, notes } =
        parse("SRID=4547;POLYGON Z ((0 0 5, 4 0 5, 4 4 5, 0 4 5))").unwrap();
    assert_eq!((geometry, srid), (Some(square()), Some(4547)));
    assert_eq!((notes.flattened, notes.closed), (true, 1));
    let many = parse("multipolygon(((0 0,4 0,4 4,0 4,0 0)))").unwrap().geometry.unwrap();
    assert_eq!(geom::polygons_of(&many), geom::polygons_of(&square()));
    assert_eq!(parse("POLYGON EMPTY").unwrap().geometry, None);
    assert!(
        looks(" linestring zm(1 2 3 4)")
            && looks("SRID=3857; POINTZ(1 2 3)")
            && !looks("多边形")
            && !looks("POINTER")
    );
    for wrong in [
        "POLYGON((0 0, 1 1))",
        "POINT(1)",
        "POINT(1e999 0)",
        "LINESTRING(1 1)",
        "POLYGON((0 0, 1 0, 1 1",
        "x",
    ] {
        assert!(parse(wrong).is_err(), "{wrong}");
    }
    let deep = "GEOMETRYCOLLECTION(".repeat(100_000);
    assert!(parse(&deep).unwrap_err().contains("inside a collection"));
}

#[test]
fn a_table_says_which_rows_of_text_have_no_position() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.csv");
    fs::write(&path, "楼栋,户数,WKT\n1,36,\"SRID=4547;POLYGON((0 0,4 0,4 4,0 4,0 0))\"\n2,12,\n3,8,POLYGON((0 0\n4,9,SRID=4549;POINT(1 1)\n").unwrap();
    let found = table(&path);
    assert_eq!(found.crs.as_deref(), Some("EPSG:4547"));
    assert_eq!(found.columns.len(), 2);
    assert_eq!(found.rows[0].geometry, Some(square()));
    assert!(found.rows[1..].iter().all(|row| row.geometry.is_none()));
    assert_eq!(codes(&found), ["F-506", "F-507"]);
    assert_eq!((found.faults[0].place.row, found.faults[0].place.column.as_deref()), (Some(4), Some("WKT")));
    // A column of that name that holds something else is an attribute, and points are where they are.
    fs::write(&path, "shape,lon,lat\nround,107.4,29.7\n").unwrap();
    let found = table(&path);
    assert_eq!((found.columns.len(), found.rows[0].geometry.is_some()), (3, true));
}

#[test]
fn a_workbook_may_hold_outlines_as_text() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("楼栋.xlsx");
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (at, text) in ["编号", "户数", "几何"].iter().enumerate() {
        sheet.write(0, at as u16, *text).unwrap();
    }
    sheet.write(1, 0, "A1").unwrap();
    sheet.write(1, 1, 36).unwrap();
    sheet.write(1, 2, "POLYGON((0 0,4 0,4 4,0 4,0 0))").unwrap();
    sheet.write(2, 0, "A2").unwrap();
    sheet.write(2, 2, "POLYGON((0 0,4 0").unwrap();
    book.save(&path).unwrap();
    let found = table(&path);
    assert_eq!((found.columns.len(), &found.rows[0].geometry), (2, &Some(square())));
    assert_eq!((codes(&found), found.faults[0].place.row), (vec!["F-506"], Some(3)));
}

#[test]
fn features_one_a_line_or_after_record_signs_are_a_layer() {
    let dir = tempfile::tempdir().unwrap();
    let feature = |n: u32| {
        format!(
            "{{\"type\":\"Feature\",\"geometry\":{{\"type\":\"Point\",\"coordinates\":[{n},2]}},\"properties\":{{\"n\":{n}}}}}"
        )
    };
    let lines = dir.path().join("a.geojsonl");
    fs::write(&lines, format!("{}\n{}\n\n", feature(1), feature(2))).unwrap();
    let signs = dir.path().join("a.json");
    fs::write(&signs, format!("\u{1e}{}\n\u{1e}{}\n", feature(1), feature(2))).unwrap();
    for path in [&lines, &signs] {
        let found = table(path);
        assert_eq!((found.rows.len(), &found.rows[1].values[0]), (2, &Value::Integer(2)));
    }
    fs::write(&lines, format!("{}\n{{\"type\":", feature(1))).unwrap();
    let error = read(&lines, &ReadOptions::default()).unwrap_err().to_string();
    assert!(error.contains("row 2") && error.contains("F-201"), "{error}");
}

#[test]
fn kml_written_is_read_back_with_every_field() {
    let dir = tempfile::tempdir().unwrap();
    for sample in [grids(), shops()] {
        let paths = write(dir.path(), &sample, Format::Kml, &WriteOptions::default()).unwrap();
        let again = table(&paths[0]);
        assert_eq!(again.crs.as_deref(), Some("OGC:CRS84"));
        assert!(again.faults.is_empty(), "{:?}", again.faults);
        for (row, first) in again.rows.iter().zip(&sample.rows) {
            let ends =
                |row: &Row| row.geometry.as_ref().and_then(|one| geom::extent([one])).unwrap_or_default();
            assert!(ends(row).iter().zip(ends(first)).all(|(a, b)| (a - b).abs() < 1e-7));
            assert_eq!(row.geometry.is_some(), first.geometry.is_some());
            for (column, value) in sample.columns.iter().zip(&first.values) {
                let at = again.columns.iter().position(|other| other.name == column.name).unwrap();
                assert_eq!(row.values[at].to_text(), value.to_text(), "{}", column.name);
            }
        }
    }
}

const PLACES: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE kml [<!ENTITY bomb "boom">]>
<kml xmlns="http://www.opengis.net/kml/2.2" xmlns:gx="http://www.google.com/kml/ext/2.2"><Document><name>文件</name>
<Folder><name>小区</name><Placemark><name>锦绣苑 &amp; &#x82B1;园&bomb;</name>
<ExtendedData><SchemaData><SimpleData name="户数">96</SimpleData></SchemaData></ExtendedData>
<MultiGeometry><Polygon><outerBoundaryIs><LinearRing><coordinates>107.1,29.1,5 107.2,29.1,5 107.2,29.2,5 107.1,29.1,5</coordinates></LinearRing></outerBoundaryIs></Polygon>
<Polygon><outerBoundaryIs><LinearRing><coordinates>107.3, 29.1 107.4, 29.1 107.4, 29.2</coordinates></LinearRing></outerBoundaryIs></Polygon></MultiGeometry></Placemark></Folder>
<Folder><name>设施</name><Placemark><name><![CDATA[诊所 <1>]]></name><Point><coordinates>107.15,29.15</coordinates></Point></Placemark>
<Placemark><name>坏</name><Point><coordinates>107.15;29.15</coordinates></Point></Placemark>
<Placemark><gx:Track><gx:coord>1 2 3</gx:coord></gx:Track></Placemark></Folder></Document></kml>"#;

#[test]
fn a_map_of_a_telephone_is_read_by_folder_and_what_it_cannot_give_is_said() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("奥维.kml");
    fs::write(&path, PLACES).unwrap();
    let found = table(&path);
    let text = |row: usize, column: usize| found.rows[row].values[column].to_text();
    assert_eq!((text(0, 0), text(0, 1)), ("锦绣苑 & 花园".into(), "小区".into()));
    assert_eq!(found.rows[0].values[2], Value::Integer(96));
    assert!(matches!(&found.rows[0].geometry, Some(Geometry::MultiPolygon(two)) if two.0.len() == 2));
    assert_eq!(text(1, 0), "诊所 <1>");
    assert!(found.rows[1].geometry.is_some() && found.rows[2].geometry.is_none());
    assert_eq!(codes(&found), ["F-802", "F-802", "F-121", "F-803"]);
    assert!(found.faults.iter().all(|fault| fault.severity != Severity::Error));
    let folder = |name: &str| ReadOptions { layer: Some(name.into()), ..ReadOptions::default() };
    assert_eq!(read(&path, &folder("设施")).unwrap().rows.len(), 3);
    assert!(read(&path, &folder("没有")).unwrap_err().to_string().contains("小区"));
    let packed = dir.path().join("a.kmz");
    let mut archive = zip::ZipWriter::new(fs::File::create(&packed).unwrap());
    archive.start_file("files/a.png", zip::write::SimpleFileOptions::default()).unwrap();
    archive.start_file("doc.kml", zip::write::SimpleFileOptions::default()).unwrap();
    archive.write_all(PLACES.as_bytes()).unwrap();
    archive.finish().unwrap();
    assert_eq!(table(&packed).rows, found.rows);
    let options = ReadOptions { max_unpacked: 100, ..ReadOptions::default() };
    assert!(read(&packed, &options).unwrap_err().to_string().contains("F-702"));
}

#[test]
fn damaged_kml_is_refused_with_its_line() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.kml");
    for (text, cause) in [
        ("<html><body>404</body></html>", "no placemark"),
        ("<kml><Document>\n<Placemark>", "ends inside"),
        ("<kml>\n\n</Folder></kml>", "row 3"),
    ] {
        fs::write(&path, text).unwrap();
        let error = read(&path, &ReadOptions::default()).unwrap_err().to_string();
        assert!(error.contains("F-801") && error.contains(cause), "{error}");
    }
    fs::write(&path, format!("<kml>{}", "<a>".repeat(1_000_000))).unwrap();
    assert!(read(&path, &ReadOptions::default()).unwrap_err().to_string().contains("inside each other"));
    for end in (0..PLACES.len()).filter(|&end| PLACES.is_char_boundary(end)) {
        fs::write(&path, &PLACES[..end]).unwrap();
        assert!(read(&path, &ReadOptions::default()).is_err(), "cut at {end}");
    }
}

#[test]
fn numbers_a_gis_left_empty_are_no_damage() {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), &shops(), Format::Shapefile, &WriteOptions::default()).unwrap();
    let path = dir.path().join("shops.dbf");
    let mut bytes = fs::read(&path).unwrap();
    let header = usize::from(u16::from_le_bytes([bytes[8], bytes[9]]));
    let (name, seats) = (usize::from(bytes[32 + 16]), usize::from(bytes[64 + 16]));
    let at = header + 1 + name;
    bytes[at..at + seats].fill(b'*');
    fs::write(&path, bytes).unwrap();
    let found = table(&dir.path().join("shops.shp"));
    assert_eq!((&found.rows[0].values[1], &found.rows[1].values[1]), (&Value::Null, &Value::Integer(-4)));
    assert_eq!(codes(&found), ["F-318"]);
    assert_eq!(found.faults[0].severity, Severity::Notice);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn no_text_brings_the_reader_of_well_known_text_down(
        text in "(SRID=[0-9]{0,6};)?(POINT|POLYGON|LINESTRING|MULTI[A-Z]{0,9}|GEOMETRYCOLLECTION)? ?[ZM]?[(), 0-9.eE+-]{0,60}\\PC{0,8}"
    ) {
        if let Ok(wkt::Parsed { geometry: Some(geometry), .. }) = parse(&text) {
            geom::each_coord(&geometry, &mut |at| assert!(at.x.is_finite() && at.y.is_finite()));
        }
    }
}
