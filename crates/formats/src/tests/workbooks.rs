//! Workbooks made here by another library, as offices make them and as somebody with bad intent would.

use crate::*;
use lifang_model::{Fault, Severity};
use proptest::prelude::*;
use rust_xlsxwriter::{Format as Look, Formula, Workbook};
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// A household table below two lines of title, with an empty sheet before it and another table behind.
fn office(dir: &Path) -> PathBuf {
    let mut book = Workbook::new();
    book.add_worksheet().set_name("说明").unwrap();
    let sheet = book.add_worksheet().set_name("住户").unwrap();
    sheet.merge_range(0, 0, 0, 5, "太平街社区住户台账", &Look::new()).unwrap();
    sheet.merge_range(1, 0, 1, 5, "填报日期：2026年6月", &Look::new()).unwrap();
    for (i, name) in ["楼栋编号", "户数", "建成日期", "面积\n(平方米)", "独居", "备注"].iter().enumerate()
    {
        sheet.write(2, i as u16, *name).unwrap();
    }
    let date = Look::new().set_num_format("yyyy-mm-dd");
    for (row, (code, households, day, area, alone)) in
        [("A01", 36.0, 36526.0, 2880.5, true), ("007", 12.0, 45292.0, 960.0, false)].into_iter().enumerate()
    {
        let row = row as u32 + 3;
        sheet.write(row, 0, code).unwrap();
        sheet.write(row, 1, households).unwrap();
        sheet.write_with_format(row, 2, day, &date).unwrap();
        sheet.write(row, 3, area).unwrap();
        sheet.write(row, 4, alone).unwrap();
    }
    sheet.write(6, 0, "A03").unwrap();
    sheet.write(6, 1, Formula::new("=1/0").set_result("#DIV/0!")).unwrap();
    sheet.write(6, 5, Formula::new("=\"合\"&\"计\"").set_result("合计")).unwrap();
    let other = book.add_worksheet().set_name("商铺").unwrap();
    for (i, name) in ["名称", "经度", "纬度"].iter().enumerate() {
        other.write(0, i as u16, *name).unwrap();
    }
    other.write(1, 0, "面馆").unwrap();
    other.write(1, 1, 107.39).unwrap();
    other.write(1, 2, 29.7).unwrap();
    other.write(2, 0, "茶馆").unwrap();
    other.write(2, 1, "不详").unwrap();
    other.write(2, 2, 29.7).unwrap();
    let path = dir.join("台账.xlsx");
    book.save(&path).unwrap();
    path
}

fn of<'a>(table: &'a FeatureTable, code: &str) -> Vec<&'a Fault> {
    table.faults.iter().filter(|fault| fault.code == code).collect()
}

fn refused(path: &Path, options: &ReadOptions) -> Fault {
    read(path, options).unwrap_err().faults().remove(0)
}

fn text(text: &str) -> Value {
    Value::Text(text.into())
}

#[test]
fn a_household_table_below_its_title_is_read_with_its_kinds() {
    let dir = tempfile::tempdir().unwrap();
    let table = read(&office(dir.path()), &ReadOptions::default()).unwrap();
    assert_eq!(table.name, "住户");
    let columns: Vec<_> = table.columns.iter().map(|c| (c.name.as_str(), c.kind)).collect();
    assert_eq!(
        columns,
        [
            ("楼栋编号", FieldType::Text),
            ("户数", FieldType::Integer),
            ("建成日期", FieldType::Text),
            ("面积 (平方米)", FieldType::Real),
            ("独居", FieldType::Bool),
            ("备注", FieldType::Text)
        ]
    );
    let values: Vec<_> = table.rows.iter().map(|row| row.values.clone()).collect();
    assert_eq!(values.len(), 3);
    assert_eq!(
        values[0],
        [
            text("A01"),
            Value::Integer(36),
            text("2000-01-01"),
            Value::Real(2880.5),
            Value::Bool(true),
            Value::Null
        ]
    );
    assert_eq!(values[1][0], text("007"), "codes keep their zeros");
    assert_eq!(values[1][2..4], [text("2024-01-01"), Value::Real(960.0)]);
    assert_eq!(values[2], [text("A03"), Value::Null, Value::Null, Value::Null, Value::Null, text("合计")]);
    assert_eq!(of(&table, "F-706")[0].place.row, Some(3));
}

#[test]
fn a_cell_with_an_error_is_told_with_file_sheet_row_and_column() {
    let dir = tempfile::tempdir().unwrap();
    let table = read(&office(dir.path()), &ReadOptions::default()).unwrap();
    let faults = of(&table, "F-705");
    assert_eq!(faults.len(), 1, "{:?}", table.faults);
    let place = &faults[0].place;
    assert!(place.file.as_ref().unwrap().ends_with("台账.xlsx"));
    assert_eq!(
        (place.layer.as_deref(), place.row, place.column.as_deref()),
        (Some("住户"), Some(7), Some("户数"))
    );
    assert!(faults[0].cause.contains("#DIV/0!") && faults[0].severity == Severity::Warning, "{}", faults[0]);
}

#[test]
fn a_sheet_is_chosen_by_name_and_its_coordinates_become_points() {
    let dir = tempfile::tempdir().unwrap();
    let path = office(dir.path());
    assert_eq!(layers(&path).unwrap(), ["住户", "商铺"]);
    let table = read(&path, &ReadOptions { layer: Some("商铺".into()), ..ReadOptions::default() }).unwrap();
    assert_eq!(table.rows[0].geometry, Some(geo_types::Point::new(107.39, 29.7).into()));
    assert_eq!(table.rows[1].geometry, None);
    let place = &of(&table, "F-504")[0].place;
    assert_eq!((place.row, place.column.as_deref()), (Some(3), Some("经度")));
    let missing = read(&path, &ReadOptions { layer: Some("人口".into()), ..ReadOptions::default() });
    assert!(
        matches!(missing, Err(FormatError::ChooseLayer { layers, .. }) if layers == ["说明", "住户", "商铺"])
    );
    let empty = refused(&path, &ReadOptions { layer: Some("说明".into()), ..ReadOptions::default() });
    assert_eq!(empty.code, "F-703");
}

#[test]
fn cells_merged_over_rows_are_told_and_not_filled_down() {
    let dir = tempfile::tempdir().unwrap();
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write(0, 0, "楼栋").unwrap();
    sheet.write(0, 1, "房号").unwrap();
    sheet.merge_range(1, 0, 2, 0, "A01", &Look::new()).unwrap();
    sheet.write(1, 1, "101").unwrap();
    sheet.write(2, 1, "102").unwrap();
    let path = dir.path().join("m.xlsx");
    book.save(&path).unwrap();
    let table = read(&path, &ReadOptions::default()).unwrap();
    assert_eq!(table.rows[1].values, [Value::Null, text("102")]);
    let fault = of(&table, "F-707")[0];
    assert!(fault.place.row == Some(2) && fault.cause.contains("2 to 3"), "{fault}");
}

#[test]
fn too_many_rows_too_many_columns_and_too_much_unpacked_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let path = office(dir.path());
    let few = ReadOptions { max_features: 2, ..ReadOptions::default() };
    assert_eq!(refused(&path, &few).code, "F-112");
    let small = ReadOptions { max_unpacked: 1000, ..ReadOptions::default() };
    assert_eq!(refused(&path, &small).code, "F-702");
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write(0, 0, "楼栋").unwrap();
    sheet.write(4, 16_383, "far").unwrap();
    let path = dir.path().join("wide.xlsx");
    book.save(&path).unwrap();
    let fault = refused(&path, &ReadOptions::default());
    assert!(fault.code == "F-704" && fault.place.row == Some(5), "{fault}");
}

#[test]
fn one_cell_in_the_last_row_costs_no_memory_for_the_rows_between() {
    let dir = tempfile::tempdir().unwrap();
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write(0, 0, "楼栋").unwrap();
    sheet.write(1_048_575, 900, 7).unwrap();
    let path = dir.path().join("far.xlsx");
    book.save(&path).unwrap();
    let table = read(&path, &ReadOptions::default()).unwrap();
    assert_eq!((table.rows.len(), table.columns.len()), (1, 2));
    assert_eq!(table.rows[0].values, [Value::Null, Value::Integer(7)]);
}

#[test]
fn a_bomb_is_refused_by_what_it_unpacks_to() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("bomb.xlsx");
    let mut archive = zip::ZipWriter::new(std::fs::File::create(&path).unwrap());
    archive.start_file("xl/sharedStrings.xml", zip::write::SimpleFileOptions::default()).unwrap();
    let block = vec![b' '; 1 << 20];
    for _ in 0..40 {
        archive.write_all(&block).unwrap();
    }
    archive.finish().unwrap();
    assert!(std::fs::metadata(&path).unwrap().len() < 100_000);
    let options = ReadOptions { max_unpacked: 30 << 20, ..ReadOptions::default() };
    assert_eq!(refused(&path, &options).code, "F-702");
}

#[test]
fn what_only_calls_itself_a_workbook_is_refused_with_what_to_do() {
    let dir = tempfile::tempdir().unwrap();
    let whole = std::fs::read(office(dir.path())).unwrap();
    for (name, bytes, code, says) in [
        ("cut.xlsx", &whole[..whole.len() / 2], "F-701", "CSV UTF-8"),
        ("text.xlsx", b"name,count\nA,1\n".as_slice(), "F-701", "no Excel workbook"),
        ("cut.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "F-701", "CSV UTF-8"),
        ("old.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "F-110", ".xlsx"),
        ("other.xlsx", &archive(), "F-701", "save"),
    ] {
        let path = dir.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        let fault = refused(&path, &ReadOptions::default());
        assert!(fault.code == code && fault.to_string().contains(says), "{name}: {fault}");
    }
}

/// A ZIP archive that holds no workbook.
fn archive() -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    archive.start_file("readme.txt", zip::write::SimpleFileOptions::default()).unwrap();
    archive.write_all(b"hello").unwrap();
    archive.finish().unwrap().into_inner()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]
    #[test]
    fn damaged_workbooks_never_panic(at in 0.0..1.0_f64, byte: u8, cut in 0.2..1.0_f64) {
        let dir = tempfile::tempdir().unwrap();
        let path = office(dir.path());
        let mut bytes = std::fs::read(&path).unwrap();
        let place = (at * bytes.len() as f64) as usize;
        bytes[place] = byte;
        std::fs::write(&path, &bytes).unwrap();
        let _ = read(&path, &ReadOptions::default()).map_err(|error| assert!(!error.faults().is_empty()));
        bytes.truncate((cut * bytes.len() as f64) as usize);
        std::fs::write(&path, &bytes).unwrap();
        prop_assert!(read(&path, &ReadOptions::default()).is_err() || cut > 0.99);
    }
}
