//! The log of edits: kept, replayed, taken back, checked.

use super::{place, town};
use crate::{Change, Cursor, EntryKind, Note, PlanFile, StoreError};
use lifang_model::{Across, AtomIdx, Edit, Patch, Plan, ZoneCode};
use std::collections::BTreeSet;

fn transfer(atom: u32, to: &str) -> Edit {
    Edit::Transfer {
        level: "micro_grid".to_owned(),
        atoms: [AtomIdx(atom)].into_iter().collect(),
        to: ZoneCode::new(to).unwrap(),
        across: Across::Refuse,
    }
}

const SOUTH: &str = "500102006001001";
const NORTH: &str = "500102006001002";

fn note(reason: &str) -> Note {
    Note {
        at: Some("2026-05-01T08:00:00Z".to_owned()),
        author: Some("李工".to_owned()),
        reason: Some(reason.to_owned()),
    }
}

/// Applies an edit and logs it.
fn edit(file: &mut PlanFile, plan: &mut Plan, edit: &Edit) -> Patch {
    let patch = edit.patch(plan, &BTreeSet::new()).unwrap();
    patch.apply(plan).unwrap();
    file.log_edit(edit, &patch, plan, &note("试")).unwrap();
    patch
}

fn start() -> (tempfile::TempDir, std::path::PathBuf, PlanFile, Plan) {
    let (folder, path) = place();
    let mut file = PlanFile::create(&path).unwrap();
    let (fabric, stacks, atoms) = town::ground();
    let plan = Plan { pinned: Vec::new(), ..town::plan() };
    file.save_territory(&town::territory()).unwrap();
    file.save_ground(&fabric, &stacks, &atoms).unwrap();
    file.save_plan(&plan, &fabric, &atoms).unwrap();
    (folder, path, file, plan)
}

#[test]
fn an_edit_is_there_when_the_file_is_opened_again_and_the_outlines_are_said_to_be_stale() {
    let (_folder, path, mut file, mut plan) = start();
    edit(&mut file, &mut plan, &transfer(0, NORTH));
    drop(file);
    let file = PlanFile::open(&path).unwrap();
    assert_eq!(file.plan().unwrap(), Some(plan.clone()));
    let said = |file: &PlanFile| {
        let sql = "SELECT description FROM gpkg_contents WHERE table_name = 'zones_micro_grid'";
        file.db.query_row(sql, [], |row| row.get::<_, String>(0)).unwrap()
    };
    assert!(said(&file).starts_with("stale"), "{}", said(&file));
    let (fabric, _, atoms) = town::ground();
    let mut file = file;
    file.refresh(&plan, &fabric, &atoms).unwrap();
    assert!(said(&file).starts_with("derived"), "{}", said(&file));
    edit(&mut file, &mut plan, &transfer(1, NORTH));
    edit(&mut file, &mut plan, &transfer(1, SOUTH));
    assert_eq!(said(&file).matches("stale").count(), 1);
    assert_eq!(PlanFile::open(&path).unwrap().plan().unwrap(), Some(plan));
}

#[test]
fn the_history_says_who_did_what_and_what_is_still_in_force() {
    let (_folder, path, mut file, mut plan) = start();
    edit(&mut file, &mut plan, &transfer(0, NORTH));
    let second = edit(&mut file, &mut plan, &transfer(1, NORTH));
    second.inverse().apply(&mut plan).unwrap();
    file.log_undo(2, &plan, &note("错了")).unwrap();
    assert_eq!(file.cursor().unwrap(), Cursor { undo: vec![1], redo: vec![2] });
    edit(&mut file, &mut plan, &transfer(1, NORTH));
    let file = PlanFile::open(&path).unwrap();
    assert_eq!(file.cursor().unwrap(), Cursor { undo: vec![1, 4], redo: vec![] });
    let history = file.history().unwrap();
    let kinds: Vec<_> = history.iter().map(|entry| (entry.kind, entry.of, entry.in_force)).collect();
    use EntryKind::{Edit, Undo};
    assert_eq!(
        kinds,
        [(Edit, None, true), (Edit, None, false), (Undo, Some(2), false), (Edit, None, true)],
        "what was taken back stays in the history"
    );
    assert_eq!(history[0].edit, Some(transfer(0, NORTH)));
    assert_eq!(history[2].note.reason.as_deref(), Some("错了"));
    assert_eq!(file.change(2).unwrap(), Change::Patch(second));
    assert_eq!(file.plan().unwrap(), Some(plan));
}

#[test]
fn only_what_was_done_last_is_taken_back() {
    let (_folder, _path, mut file, mut plan) = start();
    edit(&mut file, &mut plan, &transfer(0, NORTH));
    edit(&mut file, &mut plan, &transfer(1, NORTH));
    file.log_undo(1, &plan, &Note::default()).unwrap();
    assert!(matches!(file.cursor(), Err(StoreError::Corrupt { .. })));
    assert!(matches!(file.check(), Err(StoreError::Corrupt { .. })));
}

#[test]
fn a_long_log_is_folded_into_the_assignment_and_nothing_changes() {
    let (_folder, path, mut file, mut plan) = start();
    file.hold().unwrap();
    for turn in 0..1_050 {
        edit(&mut file, &mut plan, &transfer(turn / 2 % 2, if turn % 2 == 0 { NORTH } else { SOUTH }));
    }
    drop(file);
    let file = PlanFile::open(&path).unwrap();
    let logged: u64 = file.db.query_row("SELECT logged FROM lifang_plan", [], |row| row.get(0)).unwrap();
    assert_eq!(logged, 1_000);
    assert_eq!(file.plan().unwrap(), Some(plan));
    file.check().unwrap();
}

#[test]
fn a_plan_saved_over_another_can_be_taken_back() {
    let (_folder, path, mut file, plan) = start();
    let (fabric, _, atoms) = town::ground();
    let mut other = plan.clone();
    other.seed = 7;
    other.levels.remove(0);
    other.levels[0].zones.iter_mut().for_each(|zone| zone.parent = None);
    file.save_plan(&other, &fabric, &atoms).unwrap();
    file.save_plan(&other, &fabric, &atoms).unwrap();
    assert_eq!(file.cursor().unwrap().undo, [1], "saving the same again is no change");
    let mut now = other.clone();
    file.change(1).unwrap().inverse().apply(&mut now).unwrap();
    assert_eq!(now, plan);
    file.log_undo(1, &now, &Note::default()).unwrap();
    assert_eq!(PlanFile::open(&path).unwrap().plan().unwrap(), Some(plan));
}

#[test]
fn a_changed_or_missing_entry_is_noticed() {
    for sql in [
        "UPDATE lifang_edit SET author = '别人' WHERE seq = 1",
        "DELETE FROM lifang_edit WHERE seq = 1",
        "UPDATE lifang_edit SET change = (SELECT change FROM lifang_edit WHERE seq = 2) WHERE seq = 1",
    ] {
        let (_folder, path, mut file, mut plan) = start();
        edit(&mut file, &mut plan, &transfer(0, NORTH));
        edit(&mut file, &mut plan, &transfer(1, NORTH));
        file.db.execute(sql, []).unwrap();
        assert!(matches!(file.history(), Err(StoreError::Corrupt { .. })), "{sql}");
        drop(file);
        assert!(PlanFile::open(&path).unwrap().check().is_err(), "{sql}");
    }
}

#[test]
fn an_edit_from_an_older_state_is_refused() {
    let (_folder, path, mut mine, mut plan) = start();
    let mut theirs = PlanFile::open(&path).unwrap();
    let mut other = plan.clone();
    edit(&mut mine, &mut plan, &transfer(0, NORTH));
    let wish = transfer(1, NORTH);
    let patch = wish.patch(&other, &BTreeSet::new()).unwrap();
    patch.apply(&mut other).unwrap();
    let error = theirs.log_edit(&wish, &patch, &other, &Note::default()).unwrap_err();
    assert!(matches!(error, StoreError::Changed { .. }), "{error}");
    assert_eq!(theirs.plan().unwrap(), Some(plan));
}

#[test]
fn while_one_edits_others_read_and_afterwards_there_is_one_file() {
    let (folder, path, mut file, mut plan) = start();
    assert!(file.hold().unwrap());
    edit(&mut file, &mut plan, &transfer(0, NORTH));
    // A map open in another program keeps a read transaction; it sees the state it began with.
    let reader = PlanFile::open_read_only(&path).unwrap();
    reader.db.execute_batch("BEGIN").unwrap();
    assert_eq!(reader.history().map(|log| log.len()).unwrap_or(1), 1);
    edit(&mut file, &mut plan, &transfer(1, NORTH));
    assert_eq!(PlanFile::open_read_only(&path).unwrap().plan().unwrap(), Some(plan.clone()));
    drop(reader);
    // One who only looks in must not take the log away from the one who edits.
    PlanFile::open(&path).unwrap();
    edit(&mut file, &mut plan, &transfer(1, SOUTH));
    drop(file);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    assert_eq!(std::fs::read(&path).unwrap()[18], 1, "rollback journal at rest");
    assert_eq!(PlanFile::open(&path).unwrap().plan().unwrap(), Some(plan));
}

#[test]
fn a_file_with_edits_is_read_where_nothing_can_be_written() {
    let (_folder, path, mut file, mut plan) = start();
    edit(&mut file, &mut plan, &transfer(0, NORTH));
    drop(file);
    let file = PlanFile::open_read_only(&path).unwrap();
    assert_eq!(file.plan().unwrap(), Some(plan));
    assert_eq!(file.history().unwrap().len(), 1);
}

/// `LIFANG_UNDO_TURNS=10000` makes it the whole measure.
#[test]
fn so_many_edits_and_as_many_undos_leave_the_plan_as_it_was_to_the_byte() {
    let turns = std::env::var("LIFANG_UNDO_TURNS").ok().and_then(|text| text.parse().ok()).unwrap_or(300u64);
    let (_folder, path, mut file, mut plan) = start();
    let bytes = |plan: &Plan| serde_json::to_vec(plan).unwrap();
    let before = bytes(&plan);
    file.hold().unwrap();
    let mut patches = Vec::new();
    for turn in 0..turns {
        let now = plan.levels[1].assignment[turn as usize % 4];
        let to = if now == Some(lifang_model::ZoneIdx(0)) { NORTH } else { SOUTH };
        patches.push(edit(&mut file, &mut plan, &transfer((turn % 4) as u32, to)));
    }
    let after = bytes(&plan);
    for (seq, patch) in (1u64..).zip(&patches).collect::<Vec<_>>().into_iter().rev() {
        assert_eq!(file.change(seq).unwrap(), Change::Patch(patch.clone()));
        patch.inverse().apply(&mut plan).unwrap();
        file.log_undo(seq, &plan, &Note::default()).unwrap();
    }
    assert!(bytes(&plan) == before);
    drop(file);
    let file = PlanFile::open(&path).unwrap();
    assert!(bytes(&file.plan().unwrap().unwrap()) == before, "opened again");
    assert!(bytes(&file.plan_after(turns).unwrap()) == after, "the way there is in the history too");
    assert_eq!(file.history().unwrap().len() as u64, turns * 2);
}
