//! 编辑台 Editing: one row of the log an edit, on the disk when the call returns.

use crate::change::Change;
use crate::error::{Problem, StoreError};
use crate::log::{self, Cursor, Entry, EntryKind, Fresh, Note, Tail};
use crate::{PlanFile, derived, plan};
use lifang_fabric::Fabric;
use lifang_model::{Atom, Edit, Patch, Plan};

impl PlanFile {
    /// 记入编辑 Adds an edit of the current plan to the log. `after` is the plan with it.
    ///
    /// The outlines in the file are marked stale until [`PlanFile::refresh`].
    ///
    /// # Errors
    /// [`StoreError::Changed`] when another program saved since; any other [`StoreError`]. The file is then as before.
    pub fn log_edit(
        &mut self,
        edit: &Edit,
        patch: &Patch,
        after: &Plan,
        note: &Note,
    ) -> Result<u64, StoreError> {
        let change = Change::Patch(patch.clone());
        self.log(after, |base| Fresh {
            kind: EntryKind::Edit,
            of: None,
            base,
            note,
            edit: Some(edit),
            change: Some(&change),
        })
    }

    /// 记入撤销 Adds to the log that the entry in force last was taken back. `after` is the plan without it.
    ///
    /// # Errors
    /// As [`PlanFile::log_edit`].
    pub fn log_undo(&mut self, of: u64, after: &Plan, note: &Note) -> Result<u64, StoreError> {
        let kind = EntryKind::Undo;
        self.log(after, |base| Fresh { kind, of: Some(of), base, note, edit: None, change: None })
    }

    /// 记入重做 Adds to the log that the entry taken back last was brought back. `after` is the plan with it.
    ///
    /// # Errors
    /// As [`PlanFile::log_edit`].
    pub fn log_redo(&mut self, of: u64, after: &Plan, note: &Note) -> Result<u64, StoreError> {
        let kind = EntryKind::Redo;
        self.log(after, |base| Fresh { kind, of: Some(of), base, note, edit: None, change: None })
    }

    fn log<'a>(&mut self, after: &Plan, fresh: impl FnOnce(i64) -> Fresh<'a>) -> Result<u64, StoreError> {
        let fresh = fresh(self.revision());
        let known = self.tail.take();
        let tail = self.write("saving the edit", |db| {
            let known = match known {
                Some(tail) => tail,
                None => log::tail(db)?.ok_or_else(no_plan)?,
            };
            let mut tail = log::append(db, &known, &fresh)?;
            if log::is_long(&tail) {
                plan::write(db, tail.plan, after)?;
                log::folded(db, &mut tail)?;
            }
            Ok(tail)
        })?;
        let seq = tail.seq;
        self.tail = Some(tail);
        Ok(seq)
    }

    /// 更新图层 Writes the assignment of the current plan as it is now and draws its zones anew. `plan` must be the one
    /// the log leads to.
    ///
    /// # Errors
    /// As [`PlanFile::log_edit`].
    pub fn refresh(&mut self, plan: &Plan, fabric: &Fabric, atoms: &[Atom]) -> Result<(), StoreError> {
        self.tail = None;
        let tail = self.write("drawing the zones", |db| {
            let mut tail: Tail = log::tail(db)?.ok_or_else(no_plan)?;
            plan::write(db, tail.plan, plan)?;
            log::folded(db, &mut tail)?;
            derived::refresh(db, plan, fabric, atoms)?;
            log::drawn(&mut tail);
            Ok(tail)
        })?;
        self.tail = Some(tail);
        Ok(())
    }

    /// 历史 The log of the current plan, oldest first, every seal checked; empty without a plan.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when an entry was changed or is missing.
    pub fn history(&self) -> Result<Vec<Entry>, StoreError> {
        self.read("reading the history", |db| match log::tail(db)? {
            Some(tail) => log::entries(db, tail.plan),
            None => Ok(Vec::new()),
        })
    }

    /// 游标 What undo and redo would do.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn cursor(&self) -> Result<Cursor, StoreError> {
        self.read("reading the history", |db| match log::tail(db)? {
            Some(tail) => log::cursor(db, tail.plan),
            None => Ok(Cursor::default()),
        })
    }

    /// 条目变更 What an entry of the log of the current plan changed.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when there is no such entry.
    pub fn change(&self, seq: u64) -> Result<Change, StoreError> {
        self.read("reading the history", |db| {
            let tail = log::tail(db)?.ok_or_else(no_plan)?;
            log::change(db, tail.plan, seq)
        })
    }
}

fn no_plan() -> Problem {
    Problem::Unfit("there is no plan to edit".to_owned())
}
