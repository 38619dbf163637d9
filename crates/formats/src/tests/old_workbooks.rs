//! Workbooks of Excel 97 to 2003: one made by `xlwt` 1.3 (Python), an empty sheet before the table and a hidden one behind; and what calls
//! itself one.

use crate::*;
use proptest::prelude::*;
use std::io::Write as _;

const HOUSEHOLDS: &[u8] = include_bytes!("files/household.xls");

fn text(text: &str) -> Value {
    Value::Text(text.into())
}

#[test]
fn an_old_workbook_reads_as_a_new_one_does_also_under_a_new_name_or_that_of_wps() {
    let dir = tempfile::tempdir().unwrap();
    for name in ["台账.xls", "台账.et", "台账.xlsx"] {
        let path = dir.path().join(name);
        std::fs::write(&path, HOUSEHOLDS).unwrap();
        assert_eq!(layers(&path).unwrap(), ["住户"], "{name}");
        let table = read(&path, &ReadOptions::default()).unwrap();
        let columns: Vec<_> = table.columns.iter().map(|c| c.name.as_str()).collect();
        assert_eq!(columns, ["楼栋编号", "户数", "建成日期", "面积 (平方米)", "独居", "备注"]);
        let day = text("2000-01-01");
        let first =
            [text("A01"), Value::Integer(36), day, Value::Real(2880.5), Value::Bool(true), Value::Null];
        assert_eq!(table.rows[0].values, first);
        assert_eq!(table.rows[1].values[0], text("007"), "codes keep their zeros");
        assert_eq!(table.rows[3].values[..2], [text("A04"), Value::Integer(7)]);
        let codes: Vec<_> = table.faults.iter().map(|f| f.code.as_str()).collect();
        assert!(codes.contains(&"F-706") && codes.contains(&"F-707"), "{codes:?}");
        let hidden = ReadOptions { layer: Some("隐藏".to_owned()), ..ReadOptions::default() };
        assert_eq!(read(&path, &hidden).unwrap().columns[0].name, "x", "{name}");
    }
}

#[test]
fn a_new_workbook_under_an_old_name_is_read() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("名单.xls");
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write(0, 0, "户数").unwrap();
    sheet.write(1, 0, 12.0).unwrap();
    std::fs::write(&path, book.save_to_buffer().unwrap()).unwrap();
    assert_eq!(read(&path, &ReadOptions::default()).unwrap().rows[0].values, [Value::Integer(12)]);
}

#[test]
fn a_workbook_with_a_password_and_a_letter_are_told_apart() {
    let dir = tempfile::tempdir().unwrap();
    for (name, stream, says) in
        [("锁.xlsx", "/EncryptedPackage", "password"), ("信.xls", "/WordDocument", "holds no sheet")]
    {
        let path = dir.path().join(name);
        let mut container = cfb::create(&path).unwrap();
        container.create_stream(stream).unwrap().write_all(&[7; 5000]).unwrap();
        drop(container);
        let fault = read(&path, &ReadOptions::default()).unwrap_err().faults().remove(0);
        assert!(fault.code == "F-110" && fault.cause.contains(says), "{name}: {fault}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn damaged_old_workbooks_never_panic(at in 0..HOUSEHOLDS.len(), bytes in any::<[u8; 3]>(), cut in 0.2..1.0_f64) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("x.xls");
        let mut whole = HOUSEHOLDS.to_vec();
        for (k, byte) in bytes.into_iter().enumerate() {
            whole[(at + k * 131) % HOUSEHOLDS.len()] = byte;
        }
        std::fs::write(&path, &whole).unwrap();
        let _ = read(&path, &ReadOptions::default()).map_err(|error| assert!(!error.faults().is_empty()));
        whole.truncate((cut * whole.len() as f64) as usize);
        std::fs::write(&path, &whole).unwrap();
        let _ = read(&path, &ReadOptions::default()).map_err(|error| assert!(!error.faults().is_empty()));
    }
}
