use super::{filled, place, town};
use crate::{PlanFile, StoreError};
use rusqlite::Connection;

#[test]
fn a_file_that_exists_is_not_overwritten_unless_asked() {
    let (folder, path) = place();
    std::fs::write(&path, "不是方案").unwrap();
    assert!(matches!(PlanFile::create(&path), Err(StoreError::Exists { .. })));
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "不是方案");
    PlanFile::create_over(&path).unwrap();
    PlanFile::open(&path).unwrap();
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing else is left beside it");
}

#[test]
fn what_an_earlier_file_left_beside_it_does_not_spoil_a_new_one() {
    let (_folder, path) = place();
    let journal = path.with_file_name("太平街道 plan.gpkg-journal");
    std::fs::write(&journal, [0xd9; 600]).unwrap();
    PlanFile::create(&path).unwrap().check().unwrap();
    assert!(!journal.exists());
}

#[test]
fn a_missing_file_a_folder_and_a_file_of_another_kind_are_told_apart() {
    let (folder, path) = place();
    assert!(matches!(PlanFile::open(&path), Err(StoreError::Missing { .. })));
    assert!(matches!(PlanFile::open(folder.path()), Err(StoreError::NotAPlan { .. })));
    for content in ["", "PK\u{3}\u{4} a zip archive, surely"] {
        std::fs::write(&path, content).unwrap();
        assert!(matches!(PlanFile::open(&path), Err(StoreError::NotAPlan { .. })), "{content:?}");
    }
    let other = folder.path().join("other.gpkg");
    Connection::open(&other).unwrap().execute_batch("CREATE TABLE t (a)").unwrap();
    let message = PlanFile::open_read_only(&other).unwrap_err().to_string();
    assert!(message.contains("other.gpkg") && message.contains("without a plan"), "{message}");
}

#[test]
fn a_file_from_a_newer_version_is_refused_and_left_alone() {
    let (_folder, path, file) = filled();
    drop(file);
    let db = Connection::open(&path).unwrap();
    db.execute("UPDATE lifang_meta SET value = 99 WHERE key = 'schema_version'", []).unwrap();
    drop(db);
    let before = std::fs::read(&path).unwrap();
    assert!(matches!(PlanFile::open(&path), Err(StoreError::Newer { found: 99, .. })));
    assert!(std::fs::read(&path).unwrap() == before);
}

#[test]
fn a_locked_file_is_said_to_be_locked_and_can_still_be_read() {
    let (_folder, path, mut file) = filled();
    let other = Connection::open(&path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    assert!(matches!(file.save_territory(&town::territory()), Err(StoreError::Locked { .. })));
    assert_eq!(file.plan().unwrap(), Some(town::plan()));
    other.execute_batch("COMMIT").unwrap();
    file.save_territory(&town::territory()).unwrap();
}

#[test]
fn a_save_from_an_older_state_is_refused() {
    let (_folder, path, mut mine) = filled();
    let mut theirs = PlanFile::open(&path).unwrap();
    theirs.save_territory(&town::territory()).unwrap();
    let error = mine.save_territory(&town::territory()).unwrap_err();
    assert!(matches!(error, StoreError::Changed { seen: 3, found: 4, .. }), "{error}");
    PlanFile::open(&path).unwrap().save_territory(&town::territory()).unwrap();
}

#[test]
fn a_file_opened_to_read_refuses_to_save() {
    let (_folder, path, file) = filled();
    drop(file);
    let mut file = PlanFile::open_read_only(&path).unwrap();
    assert!(matches!(file.save_territory(&town::territory()), Err(StoreError::ReadOnly { .. })));
}

#[test]
fn a_file_left_in_write_ahead_mode_opens_and_goes_back_to_one_file() {
    let (folder, path, file) = filled();
    drop(file);
    let db = Connection::open(&path).unwrap();
    db.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get::<_, String>(0)).unwrap();
    db.execute("UPDATE facilities SET name = 'x'", []).unwrap_err();
    drop(db);
    assert_eq!(PlanFile::open_read_only(&path).unwrap().plan().unwrap(), Some(town::plan()));
    PlanFile::open(&path).unwrap().save_territory(&town::territory()).unwrap();
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    assert_eq!(std::fs::read(&path).unwrap()[18], 1, "rollback journal, not write-ahead");
}

#[test]
fn damage_anywhere_is_an_error_or_a_value_but_never_a_panic() {
    let (_folder, path, file) = filled();
    drop(file);
    let whole = std::fs::read(&path).unwrap();
    for page in 0..whole.len() / 4096 {
        let mut broken = whole.clone();
        for at in (page * 4096 + 100..(page + 1) * 4096).step_by(7) {
            broken[at] ^= 0x55;
        }
        std::fs::write(&path, &broken).unwrap();
        let _ = PlanFile::open(&path).and_then(|file| file.check());
    }
    std::fs::write(&path, &whole[..whole.len() / 2]).unwrap();
    assert!(PlanFile::open(&path).and_then(|file| file.check()).is_err(), "half of the file is missing");
}

#[test]
fn a_sealed_column_with_a_changed_byte_is_called_damaged() {
    let (_folder, path, file) = filled();
    let sql =
        "UPDATE lifang_ground SET arcs = CAST(substr(arcs, 1, 20) || x'00' || substr(arcs, 22) AS BLOB)";
    file.db.execute(sql, []).unwrap();
    drop(file);
    let error = PlanFile::open(&path).unwrap().ground().unwrap_err();
    assert!(matches!(error, StoreError::Corrupt { .. }) && error.to_string().contains("arcs"), "{error}");
}

#[test]
fn a_backup_is_a_whole_plan_file() {
    let (folder, path, file) = filled();
    let copy = folder.path().join("备份.gpkg");
    file.backup(&copy).unwrap();
    assert!(matches!(file.backup(&path), Err(StoreError::Exists { .. })));
    let copy = PlanFile::open(&copy).unwrap();
    copy.check().unwrap();
    assert_eq!(copy.plan().unwrap(), Some(town::plan()));
}

#[test]
fn a_full_disk_is_said_and_what_was_saved_before_is_still_there() {
    use lifang_model::{Across, AtomIdx, Edit, ZoneCode};
    for held in [false, true] {
        let (_folder, path, mut file) = filled();
        let mut plan = lifang_model::Plan { pinned: Vec::new(), ..town::plan() };
        let (fabric, _, atoms) = town::ground();
        file.save_plan(&plan, &fabric, &atoms).unwrap();
        if held {
            assert!(file.hold().unwrap());
        }
        // As a disk with no room for one page more.
        let pages: i64 = file.db.query_row("PRAGMA page_count", [], |row| row.get(0)).unwrap();
        file.db.query_row(&format!("PRAGMA max_page_count = {pages}"), [], |_| Ok(())).unwrap();
        let mut done = 0;
        let full = loop {
            let to = if done % 2 == 0 { "500102006001002" } else { "500102006001001" };
            let edit = Edit::Transfer {
                level: "micro_grid".to_owned(),
                atoms: [AtomIdx(0)].into_iter().collect(),
                to: ZoneCode::new(to).unwrap(),
                across: Across::Refuse,
            };
            let patch = edit.patch(&plan, &std::collections::BTreeSet::new()).unwrap();
            let mut after = plan.clone();
            patch.apply(&mut after).unwrap();
            let note = crate::Note { reason: Some("很长的理由".repeat(200)), ..crate::Note::default() };
            match file.log_edit(&edit, &patch, &after, &note) {
                Ok(_) => (plan, done) = (after, done + 1),
                Err(error) => break error,
            }
            assert!(done < 500, "the disk is never full");
        };
        assert!(matches!(full, StoreError::DiskFull { .. }), "{full}");
        assert!(full.to_string().contains("太平街道"), "{full}");
        drop(file);
        let file = PlanFile::open(&path).unwrap();
        file.check().unwrap();
        assert_eq!(file.plan().unwrap(), Some(plan));
        assert_eq!(file.history().unwrap().len(), done + 1);
    }
}

#[test]
#[cfg(unix)]
fn a_folder_nothing_can_be_written_to_is_said_and_the_file_is_still_read() {
    use std::os::unix::fs::PermissionsExt;
    let (folder, path, file) = filled();
    drop(file);
    let may = |mode, target: &std::path::Path| {
        std::fs::set_permissions(target, std::fs::Permissions::from_mode(mode)).unwrap();
    };
    may(0o444, &path);
    may(0o555, folder.path());
    let privileged = std::fs::File::create(folder.path().join("probe")).is_ok();
    if privileged {
        may(0o755, folder.path());
        return eprintln!("skipped: this user may write anywhere");
    }
    assert!(matches!(PlanFile::open(&path), Err(StoreError::ReadOnly { .. })));
    assert_eq!(PlanFile::open_read_only(&path).unwrap().plan().unwrap(), Some(town::plan()));
    let other = folder.path().join("other.gpkg");
    assert!(matches!(PlanFile::create(&other), Err(StoreError::ReadOnly { .. })));
    may(0o755, folder.path());
}
