//! What GDAL, and with it QGIS, makes of the file.

use super::filled;
use std::process::Command;

/// What `ogrinfo` says, and its complaints; `None` where it is not installed.
fn ogrinfo(arguments: &[&str], path: &std::path::Path) -> Option<(String, String)> {
    let Ok(output) = Command::new("ogrinfo").args(arguments).arg(path).output() else {
        eprintln!("skipped: ogrinfo is not installed");
        return None;
    };
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Some((text(&output.stdout), text(&output.stderr)))
}

#[test]
fn gdal_opens_every_layer_without_a_complaint() {
    let (_folder, path, file) = filled();
    drop(file);
    let Some((said, complaints)) = ogrinfo(&["-ro", "-al", "-nomd"], &path) else { return };
    assert_eq!(complaints, "");
    for text in ["㙟里小区", "党群服务中心", "500102006001002", "EPSG\",4545", "Geometry Column = geom"]
    {
        assert!(said.contains(text), "{text} is missing from\n{said}");
    }
    for layer in ["buildings", "entrances", "gates", "zones_grid", "zones_micro_grid"] {
        assert!(said.contains(&format!("Layer name: {layer}")), "{layer} is missing from\n{said}");
    }
}

#[test]
fn the_spatial_index_finds_what_lies_in_a_window_and_nothing_else() {
    let (_folder, path, file) = filled();
    drop(file);
    // The south-east building only.
    let window = ["440978", "3287014", "440980", "3287016"];
    let arguments: Vec<&str> = ["-ro", "-spat"].into_iter().chain(window).collect();
    let output = Command::new("ogrinfo").args(arguments).arg(&path).arg("buildings").output();
    let Ok(output) = output else { return eprintln!("skipped: ogrinfo is not installed") };
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains("Feature Count: 1") && said.contains("code (String) = B1"), "{said}");
}

#[test]
fn the_index_holds_one_box_for_every_feature_with_a_shape() {
    let (_folder, _path, file) = filled();
    let tables: Vec<String> = file
        .db
        .prepare("SELECT table_name FROM gpkg_geometry_columns ORDER BY 1")
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    assert_eq!(tables.len(), 12);
    let count = |sql: String| file.db.query_row(&sql, [], |row| row.get::<_, i64>(0)).unwrap();
    for table in tables {
        let indexed = count(format!("SELECT count(*) FROM \"rtree_{table}_geom\""));
        let empty = i64::from(table == "compounds");
        assert_eq!(indexed + empty, count(format!("SELECT count(*) FROM \"{table}\"")), "{table}");
        let triggers = count(format!(
            "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'rtree_{table}_geom%'"
        ));
        assert_eq!(triggers, 6, "{table}");
    }
}

#[test]
fn derived_layers_say_so_and_carry_the_sums() {
    let (_folder, _path, file) = filled();
    let description: String = file
        .db
        .query_row("SELECT description FROM gpkg_contents WHERE table_name = 'zones_micro_grid'", [], |row| {
            row.get(0)
        })
        .unwrap();
    assert!(description.starts_with("derived") && description.contains("微网格"), "{description}");
    let sql = "SELECT code, parent, households, in_band, area_m2, length(geom) > 100 FROM zones_micro_grid";
    let rows: Vec<(String, String, u32, bool, f64, bool)> = file
        .db
        .prepare(sql)
        .unwrap()
        .query_map([], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?))
        })
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    let parent = || "500102006001".to_owned();
    assert_eq!(
        rows,
        [
            ("500102006001001".to_owned(), parent(), 10, true, 200.0, true),
            ("500102006001002".to_owned(), parent(), 50, false, 200.0, true),
        ]
    );
}

#[test]
fn gdal_reads_the_file_after_edits_and_is_told_that_the_outlines_are_stale() {
    let (_folder, path, mut file) = filled();
    let mut plan = file.plan().unwrap().unwrap();
    let edit = lifang_model::Edit::Transfer {
        level: "micro_grid".to_owned(),
        atoms: [lifang_model::AtomIdx(0)].into_iter().collect(),
        to: lifang_model::ZoneCode::new("500102006001002").unwrap(),
        across: lifang_model::Across::Refuse,
    };
    let patch = edit.patch(&plan, &std::collections::BTreeSet::new()).unwrap();
    patch.apply(&mut plan).unwrap();
    file.hold().unwrap();
    file.log_edit(&edit, &patch, &plan, &crate::Note::default()).unwrap();
    // While the file is held, and after.
    let Some((said, complaints)) = ogrinfo(&["-ro", "-al", "-so"], &path) else { return };
    assert_eq!(complaints, "");
    assert!(said.contains("DESCRIPTION=stale"), "{said}");
    drop(file);
    let Some((_, complaints)) = ogrinfo(&["-ro", "-al"], &path) else { return };
    assert_eq!(complaints, "");
}
