//! What another program, QGIS for one, may do to the inputs.

use super::{filled, town};
use crate::{PlanFile, StoreError};
use rusqlite::Connection;

/// Edits the file as another program would, with triggers on; except those of the spatial index, which call functions
/// that only a GIS has.
fn edit(path: &std::path::Path, sql: &str) {
    let db = Connection::open(path).unwrap();
    let select = "SELECT 'DROP TRIGGER \"' || name || '\";' FROM sqlite_master
        WHERE type = 'trigger' AND name LIKE 'rtree%'";
    let drops: Vec<String> = db
        .prepare(select)
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    db.execute_batch(&drops.concat()).unwrap();
    db.execute_batch(sql).unwrap();
}

#[test]
fn an_edit_by_gdal_keeps_the_spatial_index_and_is_seen_here() {
    let (_folder, path, _file) = filled();
    let sql = "UPDATE buildings SET households = 13 WHERE fid = 1";
    let Ok(output) = std::process::Command::new("ogrinfo").arg(&path).args(["-sql", sql]).output() else {
        return eprintln!("skipped: ogrinfo is not installed");
    };
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    let file = PlanFile::open(&path).unwrap();
    assert_eq!(file.territory().unwrap().buildings[0].demand.households, 13);
    assert_eq!(file.ground().unwrap(), None);
}

#[test]
fn an_edit_of_a_building_is_seen_and_the_ground_is_no_longer_used() {
    let (_folder, path, mut file) = filled();
    edit(&path, "UPDATE buildings SET households = 13 WHERE fid = 1");
    assert!(matches!(file.save_territory(&town::territory()), Err(StoreError::Changed { .. })));
    let file = PlanFile::open(&path).unwrap();
    assert_eq!(file.territory().unwrap().buildings[0].demand.households, 13);
    assert_eq!(file.ground().unwrap(), None);
}

#[test]
fn an_edit_of_a_facility_keeps_the_ground() {
    let (_folder, path, _file) = filled();
    edit(&path, "UPDATE facilities SET open_to_public = 0");
    assert!(PlanFile::open(&path).unwrap().ground().unwrap().is_some());
}

#[test]
fn a_deleted_compound_leaves_a_fault_and_shifts_no_reference() {
    let (_folder, path, _file) = filled();
    edit(&path, "DELETE FROM compounds WHERE fid = 2");
    let territory = PlanFile::open(&path).unwrap().territory().unwrap();
    assert_eq!(territory.compounds.len(), 1);
    assert_eq!(territory.buildings[0].compound, None);
    let faults: Vec<&str> = territory.faults.iter().map(|fault| fault.code.as_str()).collect();
    assert_eq!(faults, ["I-104", "S-201", "S-201"], "the gate and the building");
    let (_folder, path, _file) = filled();
    edit(&path, "DELETE FROM compounds WHERE fid = 1");
    let territory = PlanFile::open(&path).unwrap().territory().unwrap();
    assert_eq!(territory.buildings[0].compound, Some(lifang_model::CompoundIdx(0)));
    assert_eq!(territory.compounds[0].gates.len(), 1);
}

#[test]
fn a_word_without_meaning_is_reported_with_its_row() {
    let (_folder, path, _file) = filled();
    edit(&path, "UPDATE buildings SET use = '住宅' WHERE fid = 2");
    let error = PlanFile::open(&path).unwrap().territory().unwrap_err();
    let text = error.to_string();
    assert!(
        text.contains("[buildings] row 2") && text.contains("\"use\"") && text.contains("住宅"),
        "{text}"
    );
    edit(&path, "UPDATE buildings SET use = 'mixed', households = -1 WHERE fid = 2");
    let text = PlanFile::open(&path).unwrap().territory().unwrap_err().to_string();
    assert!(text.contains("\"households\"") && text.contains("-1"), "{text}");
}
