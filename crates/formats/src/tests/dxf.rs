//! Drawings read: ours, GDAL's, and what surveyors draw.

use super::grids;
use crate::{CadLayer, Encoding, FormatError, ReadOptions, Value, dxf_bytes, layers, read, read_layers};
use geo::Area as _;
use geo_types::{Geometry, Point};
use std::path::{Path, PathBuf};
use std::process::Command;

fn on(layer: &str) -> ReadOptions {
    ReadOptions { layer: Some(layer.to_owned()), ..ReadOptions::default() }
}

/// A drawing of these groups, in release 2000.
fn drawn(folder: &Path, page: &str, entities: &str) -> PathBuf {
    let path = folder.join("图.dxf");
    let head = format!(
        "0 SECTION 2 HEADER 9 $ACADVER 1 AC1015 9 $DWGCODEPAGE 3 {page} 0 ENDSEC 0 SECTION 2 ENTITIES"
    );
    let words = format!("{head} {entities} 0 ENDSEC 0 EOF");
    let text: String = words.split_whitespace().map(|word| format!("{word}\r\n")).collect();
    std::fs::write(&path, Encoding::Gbk.encode(&text).unwrap()).unwrap();
    path
}

/// A compound of 100 x 60 m with two houses, one round, one drawn from below, texts in them, and a well.
const ESTATE: &str = "0 LWPOLYLINE 8 小区 90 4 70 1 10 0 20 0 10 100 20 0 10 100 20 60 10 0 20 60
    0 LWPOLYLINE 8 房屋 38 52.5 70 1 10 10 20 10 10 30 20 10 10 30 20 20 10 10 20 20 1001 SOUTH 1000 141111 1070 6
    0 POLYLINE 8 房屋 66 1 10 0 20 0 70 1 230 -1 0 VERTEX 8 房屋 10 -50 20 20 42 -1 0 VERTEX 8 房屋 10 -60 20 20 42 -1 0 SEQEND
    0 POLYLINE 8 网 70 64 0 VERTEX 8 网 10 1 20 1 0 SEQEND
    0 LWPOLYLINE 8 布局 67 1 70 1 10 0 20 0 10 9 20 0 10 9 20 9
    0 TEXT 8 注记 10 12 20 12 40 2 1 混6
    0 MTEXT 8 注记 10 55 20 20 40 2 1 {\\fSimSun|b0;3\\U+53F7楼}
    0 TEXT 8 注记 10 0 20 0 72 1 11 80 21 50 1 太平街小区
    0 TEXT 8 注记 10 500 20 500 1 图例
    0 INSERT 8 管点 2 井盖 66 1 10 70 20 5 0 ATTRIB 8 管点 10 70 20 5 1 W-12 2 编号 0 SEQEND
    0 LWPOLYLINE 8 房屋 70 1 10 1 20 1 10 2
    0 LWPOLYLINE 8 房屋 70 0 10 90 20 5 10 95 20 5 10 95 20 9
    0 HATCH 8 房屋 10 0 20 0";

#[test]
fn our_own_drawing_comes_back_with_every_field() {
    let folder = tempfile::tempdir().unwrap();
    for encoding in [Encoding::Gbk, Encoding::Utf8] {
        let table = grids();
        let bytes = dxf_bytes(&[CadLayer { name: "网格", table: &table }], encoding).unwrap();
        let path = folder.path().join("方案.dxf");
        std::fs::write(&path, bytes).unwrap();
        let back = read(&path, &ReadOptions::default()).unwrap();
        assert!(back.faults.is_empty(), "{:?}", back.faults);
        let parts = |geometry: &Geometry<f64>| match geometry {
            Geometry::MultiPolygon(parts) => parts.0.iter().map(|p| 1 + p.interiors().len()).sum(),
            Geometry::Polygon(polygon) => 1 + polygon.interiors().len(),
            _ => 0,
        };
        let rings: usize = table.rows.iter().filter_map(|row| row.geometry.as_ref()).map(parts).sum();
        assert_eq!(back.rows.len(), rings, "a drawing has no holes: every ring is an outline");
        let code = table.rows[0].values[0].to_text();
        let at = back.column(&table.columns[0].name).unwrap();
        assert_eq!(back.rows[0].values[at].to_text(), code);
        let (a, b) = (table.extent().unwrap(), back.extent().unwrap());
        assert!(a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-3), "{a:?} {b:?}");
    }
}

#[test]
fn what_surveyors_draw_is_read_layer_by_layer_with_the_texts_that_stand_in_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = drawn(folder.path(), "ANSI_936", ESTATE);
    let all = ["小区", "房屋", "管点"].map(str::to_owned);
    let mut sorted = all.to_vec();
    sorted.sort_unstable();
    assert_eq!(layers(&path).unwrap(), sorted);
    let FormatError::ChooseLayer { layers, missing: None, .. } =
        read(&path, &ReadOptions::default()).unwrap_err()
    else {
        panic!("three layers are drawn on")
    };
    assert_eq!(layers, sorted);

    let houses = read(&path, &on("房屋")).unwrap();
    assert_eq!(houses.crs, None);
    let text = houses.column("text").unwrap();
    let said: Vec<String> = houses.rows.iter().map(|row| row.values[text].to_text()).collect();
    assert_eq!(said, ["混6", "3号楼", ""]);
    let south = houses.column("SOUTH").unwrap();
    assert_eq!(houses.rows[0].values[south], Value::Text("141111 6".to_owned()));
    let area = |row: usize| houses.rows[row].geometry.as_ref().unwrap().unsigned_area();
    assert!((area(0) - 200.0).abs() < 1e-9);
    // Seen from below the tower of 10 m across stands at x = 50 to 60.
    assert!((area(1) - 25.0 * std::f64::consts::PI).abs() < 0.25, "{}", area(1));
    let Some(Geometry::Polygon(tower)) = &houses.rows[1].geometry else { panic!("an area") };
    assert!(tower.exterior().0.iter().all(|c| ((c.x - 55.0).hypot(c.y - 20.0) - 5.0).abs() < 1e-9));
    assert!(matches!(houses.rows[2].geometry, Some(Geometry::LineString(_))), "what is open stays open");
    let codes: Vec<&str> = houses.faults.iter().map(|fault| fault.code.as_str()).collect();
    assert_eq!(codes, ["F-812", "F-121", "F-813", "F-814"]);
    assert!(houses.faults[0].place.row.is_some());
    assert!(houses.faults[2].cause.contains("1 HATCH, 1 MESH"), "{}", houses.faults[2].cause);

    let estate = read(&path, &on("小区")).unwrap();
    let text = estate.column("text").unwrap();
    assert_eq!(
        estate.rows[0].values[text].to_text(),
        "太平街小区",
        "the smallest outline around a text has it"
    );
    let wells = read(&path, &on("管点")).unwrap();
    let value = |name: &str| wells.rows[0].values[wells.column(name).unwrap()].to_text();
    assert_eq!((value("block"), value("编号")), ("井盖".to_owned(), "W-12".to_owned()));
    assert_eq!(wells.rows[0].geometry, Some(Geometry::Point(Point::new(70.0, 5.0))));
    let notes = read(&path, &on("注记")).unwrap();
    assert_eq!(notes.rows.len(), 4);
    assert!(matches!(read(&path, &on("道路")), Err(FormatError::ChooseLayer { missing: Some(_), .. })));
}

#[test]
fn what_is_drawn_open_stays_a_line_that_texts_can_stand_in() {
    let folder = tempfile::tempdir().unwrap();
    let around = "0 LWPOLYLINE 8 房屋 70 0 10 0 20 0 10 9 20 0 10 9 20 9 10 0 20 0";
    let path = drawn(folder.path(), "ANSI_936", &format!("{around} 0 TEXT 8 注记 10 6 20 3 1 混6"));
    let house = read(&path, &ReadOptions::default()).unwrap();
    let Some(Geometry::LineString(line)) = &house.rows[0].geometry else { panic!("a line") };
    assert_eq!(line.0.len(), 4);
    assert_eq!(house.rows[0].values[house.column("text").unwrap()].to_text(), "混6");
}

#[test]
fn all_layers_read_at_once_are_those_read_one_by_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = drawn(folder.path(), "ANSI_936", ESTATE);
    let all = read_layers(&path, &ReadOptions::default()).unwrap();
    assert_eq!(all.len(), 3);
    for (name, table) in all {
        assert_eq!(table, read(&path, &on(&name)).unwrap());
    }
}

#[test]
fn a_code_page_that_was_never_set_does_not_spoil_chinese() {
    let folder = tempfile::tempdir().unwrap();
    let path = drawn(folder.path(), "ANSI_1252", "0 POINT 8 门 10 1 20 2");
    assert_eq!(layers(&path).unwrap(), ["门"]);
    let table = read(&path, &ReadOptions { encoding: Some("GBK".to_owned()), ..ReadOptions::default() });
    assert_eq!(table.unwrap().rows.len(), 1);
}

#[test]
fn what_cannot_be_read_says_why_and_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    for (bytes, code, says) in [
        (&b"AutoCAD Binary DXF\r\n\x1a\0\0\0"[..], "F-110", "ASCII"),
        (b"AC1027\0\0\0\0\0", "F-110", "Save it as DXF"),
        (b"  0\r\nSECTION\r\n  2\r\nENTITIES\r\n  0\r\nPOINT\r\nx\r\n1\r\n", "F-811", "\"x\""),
        (b"  0\r\nSECTION\r\n  2\r\nENTITIES\r\n  0\r\n", "F-811", "end of the file"),
        (b"  0\r\nSECTION\r\n  2\r\nENTITIES\r\n  0\r\nENDSEC\r\n  0\r\nEOF\r\n", "F-811", "model space"),
        (b"not a drawing\r\nat all\r\n", "F-811", "\"not a drawing\""),
    ] {
        let path = folder.path().join("a.dxf");
        std::fs::write(&path, bytes).unwrap();
        let fault = read(&path, &ReadOptions::default()).unwrap_err().faults().remove(0);
        assert!(fault.code == code && fault.to_string().contains(says), "{fault}");
    }
}

#[test]
fn gdal_reads_and_writes_the_same_drawings() {
    let folder = tempfile::tempdir().unwrap();
    let path = drawn(folder.path(), "ANSI_936", ESTATE);
    let json = folder.path().join("g.geojson");
    let asked = ["-f", "GeoJSON", "-skipfailures", "-where", "Layer='房屋'"];
    let done = Command::new("ogr2ogr").args(asked).arg(&json).arg(&path).output();
    let Ok(done) = done else {
        eprintln!("skipped: ogr2ogr is not installed");
        return;
    };
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let theirs = read(&json, &ReadOptions::default()).unwrap();
    let ours = read(&path, &on("房屋")).unwrap();
    let tower = ours.rows[1].geometry.as_ref().unwrap().unsigned_area();
    // GDAL keeps a closed polyline as a line.
    let ring = |geometry: &Geometry<f64>| match geometry {
        Geometry::LineString(line) => geo_types::Polygon::new(line.clone(), vec![]).unsigned_area(),
        other => other.unsigned_area(),
    };
    let areas = theirs.rows.iter().filter_map(|row| row.geometry.as_ref()).map(ring);
    assert!(areas.into_iter().any(|area| (area - tower).abs() < 0.5), "{:?}", theirs.rows);

    let back = folder.path().join("gdal.dxf");
    let done =
        Command::new("ogr2ogr").args(["-f", "DXF", "-skipfailures"]).arg(&back).arg(&json).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let again = read(&back, &ReadOptions::default()).unwrap();
    let (a, b) = (theirs.extent().unwrap(), again.extent().unwrap());
    assert!(a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-6), "{a:?} {b:?}");
}
