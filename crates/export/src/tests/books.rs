//! The whole plan as a workbook and as a drawing.

use super::town::town;
use crate::{ExportError, Fact, book, drawing, titles};
use lifang_crs::CrsSpec;
use lifang_formats::Value;

#[test]
fn a_workbook_has_zones_buildings_violations_and_a_dictionary_that_names_every_column() {
    let town = town();
    let facts = [Fact::new("signature", "签名", "abc".to_owned())];
    let sheets = book(&town.scene(), &CrsSpec::Epsg(4326), &facts).unwrap();
    let names: Vec<&str> = sheets.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names[0], "概况 Summary");
    for wanted in ["grid", "楼栋对照", "问题", "数据问题", "字段说明"] {
        assert!(names.iter().any(|name| name.contains(wanted)), "{names:?}");
    }
    let sheet = |wanted: &str| &sheets.iter().find(|(name, _)| name.contains(wanted)).unwrap().1;
    let words = sheet("字段说明");
    for (name, table) in &sheets {
        for (column, title) in table.columns.iter().zip(titles(&town.scene(), table)) {
            assert!(title.ends_with(&format!("\n{}", column.name)), "{name}: {title} has no Chinese");
        }
        let said = words.rows.iter().filter(|row| row.values[0] == Value::Text(name.clone())).count();
        assert!(said == table.columns.len() || name.contains("字段说明"), "{name}");
    }
    // Every building's atom has its zone of every level; numbers are numbers.
    let buildings = sheet("楼栋对照");
    let zone = buildings.column("zone_micro_grid").unwrap();
    let homes = buildings.column("households").unwrap();
    assert!(!buildings.rows.is_empty());
    assert!(buildings.rows.iter().all(|row| matches!(row.values[zone], Value::Text(_))));
    let total: i64 = buildings
        .rows
        .iter()
        .map(|row| match row.values[homes] {
            Value::Integer(number) => number,
            ref other => panic!("{other:?}"),
        })
        .sum();
    let given: u32 = town.scene().atoms.iter().map(|atom| atom.demand.households).sum();
    assert_eq!(total, i64::from(given));
    let zones = sheet("micro_grid");
    let lon = zones.column("lon").unwrap();
    assert!(
        zones
            .rows
            .iter()
            .all(|row| matches!(row.values[lon], Value::Real(lon) if (70.0..140.0).contains(&lon)))
    );
    let summary = sheet("概况");
    assert!(summary.rows.iter().any(|row| row.values[2] == Value::Text("abc".to_owned())));
}

#[test]
fn a_drawing_has_a_layer_a_level_in_metres_and_refuses_degrees() {
    let town = town();
    let layers = drawing(&town.scene(), &CrsSpec::Local, None).unwrap();
    assert!(layers.len() >= 3, "{:?}", layers.iter().map(|(name, _)| name).collect::<Vec<_>>());
    let levels = town.scene().plan.unwrap().levels.len();
    for (name, table) in &layers[..levels] {
        let [x0, _, x1, _] = table.extent().unwrap();
        assert!(x0 > 1_000.0 && x1 - x0 > 50.0, "{name}");
    }
    assert!(matches!(drawing(&town.scene(), &CrsSpec::Epsg(4326), None), Err(ExportError::NotMetric { .. })));
}
