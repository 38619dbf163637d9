//! 情景 Scenarios: branch, list, rename, switch, merge back.

use crate::compare::People;
use crate::merge::{Clash, Prefer, merge};
use crate::{EditOutcome, PlannerError, Session};
use lifang_model::{Patch, Progress};
use lifang_store::{Change, EntryKind, Note, PlanFile, Scenario};
use serde::Serialize;

/// 合并结果 What merging a scenario does, or would do.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Merged {
    /// The plan merged into.
    pub into: String,
    /// The plan merged.
    pub from: String,
    /// Who changes zone in the plan merged into, on its finest level.
    pub moved: People,
    /// What both sides changed, and not alike. Nothing is saved while there are any and no side is preferred.
    pub clashes: Vec<Clash>,
    /// What the judge says of it; `None` when nothing was saved or there was nothing to do.
    pub outcome: Option<EditOutcome>,
}

impl Session {
    /// 情景名录 The plans of the file, the current one first.
    ///
    /// # Errors
    /// [`PlannerError::Store`].
    pub fn scenarios(&self) -> Result<Vec<Scenario>, PlannerError> {
        Ok(PlanFile::open_read_only(&self.path)?.scenarios()?)
    }

    /// 分支 Copies the plan under another name and goes on with the copy.
    ///
    /// # Errors
    /// [`PlannerError::NoPlan`], [`PlannerError::Store`] when the name is taken, else as [`Session::edit`].
    pub fn branch(&mut self, name: &str, base: Option<i64>, note: &Note) -> Result<(), PlannerError> {
        self.ready(base)?;
        let plan = self.saving(|file, session| {
            Ok(file.branch(name, (&session.ground.fabric, &session.ground.atoms), note)?)
        })?;
        self.plan = Some(plan);
        self.desk.replaced();
        Ok(())
    }

    /// 情景更名 Gives a plan of the file another name.
    ///
    /// # Errors
    /// [`PlannerError::Store`] when there is none of the old name or the new one is taken, else as [`Session::edit`].
    pub fn rename_scenario(&mut self, from: &str, to: &str, base: Option<i64>) -> Result<(), PlannerError> {
        self.ready(base)?;
        self.saving(|file, _| Ok(file.rename_plan(from, to)?))?;
        if let Some(plan) = self.plan.as_mut().filter(|plan| plan.name == from) {
            plan.name = to.to_owned();
        }
        Ok(())
    }

    /// 切换 Goes on with another plan of the file. Coverage is told zone by zone, so it is computed again where there was
    /// some.
    ///
    /// # Errors
    /// [`PlannerError::Store`] when there is none of that name or it is over other ground, else as [`Session::edit`].
    pub fn switch(
        &mut self,
        name: &str,
        base: Option<i64>,
        progress: &dyn Progress,
    ) -> Result<(), PlannerError> {
        self.ready(base)?;
        let plan = self.saving(|file, session| {
            Ok(file.switch(name, &session.ground.fabric, &session.ground.atoms)?)
        })?;
        self.plan = Some(plan);
        self.desk.replaced();
        self.judge(progress);
        // What was offered for the other plan does not hold for this one.
        self.saving(|file, session| {
            file.save_relaxations(&Vec::<crate::Offer>::new())?;
            Ok(file.save_contact_groups(&session.groups)?)
        })?;
        if let Some(options) = self.coverage.as_ref().map(crate::CoverOptions::of) {
            self.cover(&options, progress)?;
        }
        Ok(())
    }

    /// 合并 Merges a scenario into the current plan, which must be the one it was branched from: what only one of the two
    /// changed since is taken. One entry of the history, which undo takes back.
    ///
    /// With clashes nothing is saved unless a side is preferred; with `try_only` nothing is saved in any case.
    ///
    /// # Errors
    /// [`PlannerError::Selection`] when the scenario was not branched from the current plan,
    /// [`PlannerError::Published`] when the two follow other rules or ground, else as [`Session::edit`].
    pub fn merge_scenario(
        &mut self,
        name: &str,
        prefer: Option<Prefer>,
        try_only: bool,
        base: Option<i64>,
        note: &Note,
    ) -> Result<Merged, PlannerError> {
        self.ready(base)?;
        let ours = self.plan_or_none()?.clone();
        let (common, theirs) = self.saving(|file, _| Ok((file.common(name)?, file.plan_named(name)?)))?;
        let (Some((origin, common)), Some(theirs)) = (common, theirs) else {
            return Err(PlannerError::Selection {
                what: format!("{name:?} was not branched from another plan"),
                action: "`lifang scenario list PLAN` says what was branched from what".to_owned(),
            });
        };
        if origin != ours.name {
            return Err(PlannerError::Selection {
                what: format!(
                    "{name:?} was branched from {origin:?}, and {:?} is the current plan",
                    ours.name
                ),
                action: format!("Switch to {origin:?} first"),
            });
        }
        let atoms = &self.ground.atoms;
        let atom = |row: usize| atoms.get(row).map_or_else(String::new, |atom| atom.code.to_string());
        let territory = &self.territory.code;
        let published = &self.desk.published;
        let (merged, clashes) =
            merge(&self.file(), (&common, &ours, &theirs), prefer, atom, |plan, depth, parent, used| {
                let used = used.union(published).cloned().collect();
                Ok(plan.fresh_code(depth, parent, territory, &used)?)
            })?;
        let mut moved = People::default();
        if let (Some(was), Some(now)) = (ours.levels.last(), merged.levels.last()) {
            for ((was, now), atom) in was.assignment.iter().zip(&now.assignment).zip(atoms) {
                if was != now {
                    moved.households += u64::from(atom.demand.households);
                    moved.persons += u64::from(atom.demand.persons);
                }
            }
        }
        let mut done =
            Merged { into: ours.name.clone(), from: name.to_owned(), moved, clashes, outcome: None };
        if merged == ours || !done.clashes.is_empty() && prefer.is_none() {
            return Ok(done);
        }
        let patch = Patch::between(&ours, &merged).ok_or(lifang_model::EditError::Nothing)?;
        let change = Change::Patch(patch.clone());
        done.outcome = Some(if try_only {
            self.try_change(&change)?
        } else {
            let reason = note.reason.clone().or_else(|| Some(format!("合并情景 merged {name}")));
            let note = Note { reason, ..note.clone() };
            let log = |file: &mut PlanFile, session: &Self| {
                Ok(file.log_merge(&theirs, &patch, session.plan_or_none()?, &note)?)
            };
            self.commit(&change, log, Some((EntryKind::Merge, None)))?
        });
        Ok(done)
    }
}
