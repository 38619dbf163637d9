//! What was published stays as it was.

use super::{filled, town};
use crate::{Note, PlanFile, StoreError, Succession, signature};
use lifang_model::{Edit, Plan, ZoneStatus};
use std::collections::BTreeSet;

fn publish(file: &mut PlanFile, plan: &mut Plan, day: &str, content: &[u8]) {
    let mut last = None;
    for to in [ZoneStatus::Consulted, ZoneStatus::Approved, ZoneStatus::Published] {
        let edit = Edit::Stage { to };
        let patch = edit.patch(plan, &BTreeSet::new()).unwrap();
        patch.apply(plan).unwrap();
        if to == ZoneStatus::Published {
            last = Some((edit, patch));
        } else {
            file.log_edit(&edit, &patch, plan, &Note::default()).unwrap();
        }
    }
    let (edit, patch) = last.unwrap();
    let row = Succession {
        level: "grid".to_owned(),
        old: "1".to_owned(),
        new: "2".to_owned(),
        households: 3,
        persons: 9,
    };
    file.publish((&edit, &patch, plan), day, content, &[row], &Note::default()).unwrap();
}

#[test]
fn a_publication_is_kept_with_its_signature_and_codes_and_the_one_before_ends() {
    let (_folder, path, mut file) = filled();
    let mut plan = town::plan();
    publish(&mut file, &mut plan, "2026-07-01", b"first");
    let draft = Edit::Rename {
        level: "grid".to_owned(),
        zone: plan.levels[0].zones[0].code.clone(),
        name: Some("新".to_owned()),
    };
    let patch = draft.patch(&plan, &BTreeSet::new()).unwrap();
    patch.apply(&mut plan).unwrap();
    file.log_edit(&draft, &patch, &plan, &Note::default()).unwrap();
    publish(&mut file, &mut plan, "2027-01-01", b"second");
    drop(file);
    let file = PlanFile::open_read_only(&path).unwrap();
    let list = file.publications().unwrap();
    assert_eq!(list.len(), 2);
    assert_eq!((list[0].retired.as_deref(), list[1].retired.as_deref()), (Some("2027-01-01"), None));
    assert_eq!(list[0].signature, signature(b"first"));
    assert_eq!(file.published(list[0].number).unwrap(), b"first");
    assert_eq!(file.succession(list[1].number).unwrap().len(), 1);
    assert_eq!(file.published_codes().unwrap().len(), 3);
    assert_eq!(file.plan().unwrap(), Some(plan));
    let parts: Vec<_> = file.findings().unwrap().into_iter().map(|finding| finding.part).collect();
    assert_eq!(parts, ["outlines"], "they wait for a refresh");
}

#[test]
fn a_publication_can_be_neither_deleted_nor_changed_and_a_forged_one_is_found() {
    let (_folder, path, mut file) = filled();
    publish(&mut file, &mut town::plan(), "2026-07-01", b"first");
    drop(file);
    // As another program would: with triggers on.
    let db = rusqlite::Connection::open(&path).unwrap();
    for sql in ["DELETE FROM lifang_publication", "UPDATE lifang_publication SET content = x'00'"] {
        assert!(db.execute(sql, []).unwrap_err().to_string().contains("permanent"), "{sql}");
    }
    db.execute_batch("DROP TRIGGER lifang_publication_fixed; UPDATE lifang_publication SET signature = 'x'")
        .unwrap();
    drop(db);
    let file = PlanFile::open_read_only(&path).unwrap();
    assert!(matches!(file.published(1), Err(StoreError::Corrupt { .. })));
    let parts: Vec<_> = file.findings().unwrap().into_iter().map(|finding| finding.part).collect();
    assert_eq!(parts, ["publications", "outlines"]);
}

#[test]
fn what_can_be_made_anew_is_and_the_rest_is_named() {
    let (_folder, path, file) = filled();
    drop(file);
    let db = rusqlite::Connection::open(&path).unwrap();
    db.execute("UPDATE lifang_ground SET arcs = x'00'", []).unwrap();
    drop(db);
    let mut file = PlanFile::open(&path).unwrap();
    let parts = |file: &PlanFile| -> Vec<_> {
        file.findings().unwrap().into_iter().map(|finding| (finding.part, finding.cure)).collect()
    };
    assert_eq!(parts(&file), [("ground", crate::Cure::Remake)]);
    file.remake().unwrap();
    assert_eq!(parts(&file), []);
    assert_eq!(file.ground().unwrap(), None);
    assert_eq!(file.plan().unwrap(), Some(town::plan()));
}
