//! What CAD, Excel and telephones get, read back by programs that are not ours.

use super::{grids, shops};
use crate::{
    CadLayer, CsvGeometry, Encoding, FeatureTable, Format, Row, Sheet, Value, WriteOptions, with_positions,
    write, write_drawing, write_workbook,
};
use calamine::{Data, Reader, Xlsx, open_workbook};
use std::path::Path;
use std::process::Command;

fn ogrinfo(path: &Path, more: &[&str]) -> Option<String> {
    let output = Command::new("ogrinfo").args(["-ro", "-al"]).args(more).arg(path).output();
    let Ok(output) = output else {
        eprintln!("skipped: ogrinfo is not installed");
        return None;
    };
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    Some(said)
}

/// Sheet by sheet what calamine finds.
fn cells(path: &Path, sheet: &str) -> Vec<Vec<Data>> {
    let mut book: Xlsx<_> = open_workbook(path).unwrap();
    book.worksheet_range(sheet).unwrap().rows().map(<[Data]>::to_vec).collect()
}

#[test]
fn a_workbook_holds_numbers_as_numbers_and_texts_as_texts_never_formulas() {
    let folder = tempfile::tempdir().unwrap();
    let mut table = shops();
    for (row, name) in table.rows.iter_mut().zip(["=1+1", "@SUM(A1)", "-3栋"]) {
        row.values[0] = Value::Text(name.to_owned());
    }
    let path = folder.path().join("表.xlsx");
    let titles = ["名称\nname".to_owned(), "座位\nseats".to_owned()];
    let sheets = ["网格/一览:表", "网格/一览:表"].map(|name| Sheet { name, table: &table, titles: &titles });
    write_workbook(&path, &sheets).unwrap();
    let rows = cells(&path, "网格_一览_表");
    assert_eq!(rows[0], [Data::String(titles[0].clone()), Data::String(titles[1].clone())]);
    assert_eq!(rows[1], [Data::String("=1+1".to_owned()), Data::Float(20.0)]);
    assert_eq!(rows[3], [Data::String("-3栋".to_owned()), Data::Float(7.0)]);
    assert_eq!(cells(&path, "网格_一览_表_2"), rows);
    let mut book: Xlsx<_> = open_workbook(&path).unwrap();
    assert_eq!(book.worksheet_formula("网格_一览_表").unwrap().used_cells().count(), 0);
    // Our own reader takes it back, and Excel's XML has a fixed header and a filter.
    let back = crate::read(&path, &crate::ReadOptions::default()).unwrap();
    assert_eq!(back.rows[0].values[..2], [Value::Text("=1+1".to_owned()), Value::Integer(20)]);
    let mut archive = zip::ZipArchive::new(std::fs::File::open(&path).unwrap()).unwrap();
    let mut xml = String::new();
    std::io::Read::read_to_string(&mut archive.by_name("xl/worksheets/sheet1.xml").unwrap(), &mut xml)
        .unwrap();
    assert!(xml.contains("state=\"frozen\"") && xml.contains("<autoFilter ref=\"A1:B4\""), "{xml}");
    assert!(!xml.contains("<f>"));
    let again = folder.path().join("again.xlsx");
    write_workbook(&again, &sheets).unwrap();
    assert_eq!(
        std::fs::read(path).unwrap(),
        std::fs::read(again).unwrap(),
        "the same tables give the same bytes"
    );
}

#[test]
fn what_excel_would_cut_is_refused_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let mut table = shops();
    table.rows[1].values[0] = Value::Text("长".repeat(40_000));
    let error = write(folder.path(), &table, Format::Xlsx, &WriteOptions::default()).unwrap_err();
    let faults = error.faults();
    assert_eq!((faults[0].code.as_str(), faults[0].place.row), ("F-931", Some(3)));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn other_programs_open_the_workbook() {
    let folder = tempfile::tempdir().unwrap();
    let files = write(folder.path(), &grids(), Format::Xlsx, &WriteOptions::default()).unwrap();
    let Some(said) = ogrinfo(&files[0], &[]) else { return };
    assert!(said.contains("太平街一号微网格") && said.contains("户数 (Integer) = 97"), "{said}");
    let script = "import openpyxl, sys; b = openpyxl.load_workbook(sys.argv[1]); s = b.worksheets[0]; print(s['B2'].value, s['C2'].value + 1, s.freeze_panes)";
    match Command::new("python3").args(["-c", script]).arg(&files[0]).output() {
        Ok(output) if output.status.success() => {
            assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), "太平街一号微网格 98 B2");
        }
        _ => eprintln!("skipped: openpyxl is not installed"),
    }
}

/// Squares in metres, one with a hole, and a label.
fn metres() -> FeatureTable {
    let mut table = grids();
    for row in &mut table.rows {
        if let Some(geometry) = row.geometry.take() {
            use geo::MapCoords as _;
            let to = |c: geo_types::Coord<f64>| geo_types::Coord {
                x: (c.x - 107.0) * 1e5 + 400_000.0,
                y: (c.y - 29.0) * 1e5 + 3_200_000.0,
            };
            row.geometry = Some(geometry.map_coords(to));
        }
    }
    table
}

#[test]
fn gdal_reads_closed_outlines_layers_and_chinese_labels_of_a_drawing() {
    let folder = tempfile::tempdir().unwrap();
    let (zones, places) = (metres(), shops());
    for encoding in [Encoding::Gbk, Encoding::Utf8] {
        let path = folder.path().join("图.dxf");
        let layers = [CadLayer { name: "微网格", table: &zones }, CadLayer { name: "设施", table: &places }];
        write_drawing(&path, &layers, encoding).unwrap();
        let bytes = std::fs::read(&path).unwrap();
        assert!(bytes.starts_with(b"  0\r\nSECTION\r\n  2\r\nHEADER") && bytes.ends_with(b"  0\r\nEOF\r\n"));
        assert_eq!(bytes.is_ascii(), encoding == Encoding::Utf8);
        let Some(all) = ogrinfo(&path, &[]) else { return };
        // Two outlines and a hole of one zone, an outline of the other.
        assert_eq!(all.matches("LINESTRING Z (").count(), 4, "{all}");
        assert_eq!(all.matches("POINT Z (").count(), 3 + 5, "places and labels, no corners: {all}");
        assert!(all.contains("太平街") || all.contains("\\U+592A"), "{all}");
        if encoding == Encoding::Gbk {
            assert!(all.contains("微网格") && all.contains("面馆"), "{all}");
        }
    }
}

#[test]
fn kml_and_well_known_text_are_read_by_gdal_with_all_geometry() {
    let folder = tempfile::tempdir().unwrap();
    let kml = write(folder.path(), &grids(), Format::Kml, &WriteOptions::default()).unwrap();
    let text = std::fs::read_to_string(&kml[0]).unwrap();
    assert!(
        text.contains("<innerBoundaryIs>") && text.contains("<Data name=\"户数\"><value>97</value>"),
        "{text}"
    );
    let options = WriteOptions { csv_geometry: CsvGeometry::Wkt, ..WriteOptions::default() };
    let csv = write(folder.path(), &grids(), Format::Csv, &options).unwrap();
    let text = std::fs::read_to_string(&csv[0]).unwrap();
    assert!(text.starts_with('\u{feff}') && text.contains("\"MULTIPOLYGON (((107.38 29.7, "), "{text}");
    if let Some(said) = ogrinfo(&kml[0], &[]) {
        assert!(said.contains("太平街一号微网格") && said.contains("POLYGON"), "{said}");
        let said = ogrinfo(&csv[0], &["-oo", "GEOM_POSSIBLE_NAMES=WKT"]).unwrap();
        assert!(said.contains("MULTIPOLYGON (((107.38 29.7"), "{said}");
    }
    let refused = write(folder.path(), &metres(), Format::Kml, &WriteOptions::default()).unwrap_err();
    assert_eq!(refused.faults()[0].code, "F-932");
}

#[test]
fn a_position_lies_inside_the_largest_part_and_is_added_once() {
    let table = with_positions(&grids());
    let names: Vec<&str> = table.columns.iter().map(|column| column.name.as_str()).collect();
    assert_eq!(names[names.len() - 2..], ["lon", "lat"]);
    let Row { values, .. } = &table.rows[1];
    let [Value::Real(lon), Value::Real(lat)] = values[values.len() - 2..] else { panic!("{values:?}") };
    assert!((107.42..107.43).contains(&lon) && (29.70..29.71).contains(&lat));
    assert_eq!(table.rows[2].values[6], Value::Null);
    assert_eq!(with_positions(&table), table);
}
