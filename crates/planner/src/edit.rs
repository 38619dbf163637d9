//! 编辑 Edits an open plan: each is judged where it touches, on the disk when the call returns, and can be taken back.

use crate::{Ground, PlannerError, Session};
use lifang_model::{AtomSet, Edit, Patch, Plan, Silent, Step, Territory, Violation, ZoneIdx};
use lifang_store::{Change, Entry, EntryKind, Note, PlanFile, Regrounded};
use lifang_verify::{Input, Judge, ZoneTally, ZoneVerdict};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// 网格变化 What an edit made of one zone.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ZoneChange {
    /// Key of its level.
    pub level: String,
    /// Its code, after the edit where it has one then.
    pub code: String,
    /// Its figures before; `None` when it is new.
    pub before: Option<ZoneTally>,
    /// Its figures after; `None` when it ended.
    pub after: Option<ZoneTally>,
}

/// 编辑结果 What an edit did.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct EditOutcome {
    /// Revision of the file with the edit; the base of the next one.
    pub revision: i64,
    /// Its number in the history; 0 when it was only tried.
    pub entry: u64,
    /// The zones whose figures, name, code or kind changed, coarse to fine.
    pub zones: Vec<ZoneChange>,
    /// Rules broken now that were not before.
    pub made: Vec<Violation>,
    /// Rules kept now that were broken before.
    pub cured: Vec<Violation>,
    /// Whether cells were divided or joined again, so that everything drawn of the ground is another.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub ground: bool,
}

/// Verdicts by place of the level and zone, and what is said of atoms in no zone.
pub(crate) struct Seen {
    zones: BTreeMap<(usize, ZoneIdx), ZoneVerdict>,
    whole: Vec<Violation>,
}

impl Session {
    /// 编辑 Makes an edit, if the plan is still at `base`; `None` takes it as it is.
    ///
    /// The report is dropped, because it no longer holds; [`Session::judge`] makes it again. The outlines in the file are
    /// stale until [`Session::refresh`].
    ///
    /// # Errors
    /// [`PlannerError::Edit`] when the edit cannot be made, [`PlannerError::Conflict`] when somebody was faster, and what
    /// the file refuses. The plan is then as before.
    pub fn edit(&mut self, edit: &Edit, base: Option<i64>, note: &Note) -> Result<EditOutcome, PlannerError> {
        self.ready(base)?;
        let change = self.change_of(edit)?;
        let entry = (EntryKind::Edit, None, Some(edit));
        self.commit(&change, |file, session| session.write_down(file, &change, entry, note), None)
    }

    /// 试编辑 Says what an edit would do, and does nothing.
    ///
    /// # Errors
    /// As [`Session::edit`].
    pub fn try_edit(&mut self, edit: &Edit, base: Option<i64>) -> Result<EditOutcome, PlannerError> {
        self.ready(base)?;
        let change = self.change_of(edit)?;
        self.try_change(&change)
    }

    /// What an edit changes.
    fn change_of(&self, edit: &Edit) -> Result<Change, PlannerError> {
        match edit {
            Edit::Divide { level, zone, line } => self.division_along(level, zone, line),
            _ => Ok(Change::Patch(edit.patch(self.plan_or_none()?, &self.desk.published)?)),
        }
    }

    /// Adds a change that was made in memory to the log.
    fn write_down(
        &self,
        file: &mut PlanFile,
        change: &Change,
        (kind, of, edit): (EntryKind, Option<u64>, Option<&Edit>),
        note: &Note,
    ) -> Result<u64, PlannerError> {
        let plan = self.plan_or_none()?;
        Ok(match (change, kind, of, edit) {
            (Change::Divide(_) | Change::Join(_), ..) => {
                let Ground { fabric, stacks, atoms } = &self.ground;
                let over = Regrounded { territory: &self.territory, fabric, stacks, atoms };
                file.log_division((kind, of, edit), change, plan, &over, note)?
            }
            (_, EntryKind::Undo, Some(of), _) => file.log_undo(of, plan, note)?,
            (_, EntryKind::Redo, Some(of), _) => file.log_redo(of, plan, note)?,
            (Change::Patch(patch), _, _, Some(edit)) => file.log_edit(edit, patch, plan, note)?,
            _ => return Err(lifang_model::EditError::Nothing.into()),
        })
    }

    /// Makes a change in memory, looks, and takes it back.
    pub(crate) fn try_change(&mut self, change: &Change) -> Result<EditOutcome, PlannerError> {
        let outcome = self.apply(change)?;
        self.apply(&change.inverse())?;
        Ok(outcome)
    }

    /// 撤销 Takes the last edit in force back.
    ///
    /// # Errors
    /// [`PlannerError::Nothing`], [`PlannerError::Published`] when it belongs to a published plan, else as
    /// [`Session::edit`].
    pub fn undo(&mut self, base: Option<i64>, note: &Note) -> Result<EditOutcome, PlannerError> {
        self.ready(base)?;
        let last = self.desk.cursor.as_ref().and_then(|cursor| cursor.undo.last().copied());
        let Some(of) = last else {
            return Err(PlannerError::Nothing { file: self.file(), what: "undo" });
        };
        if of <= self.desk.floor {
            let what = "what was done before belongs to a published plan and stays. Make a new edit instead";
            return Err(PlannerError::Published { file: self.file(), what: what.to_owned() });
        }
        let change = self.saving(|file, _| Ok(file.change(of)?))?.inverse();
        let step = (EntryKind::Undo, Some(of));
        let entry = (step.0, step.1, None);
        self.commit(&change, |file, session| session.write_down(file, &change, entry, note), Some(step))
    }

    /// 重做 Brings the edit taken back last back.
    ///
    /// # Errors
    /// [`PlannerError::Nothing`], else as [`Session::edit`].
    pub fn redo(&mut self, base: Option<i64>, note: &Note) -> Result<EditOutcome, PlannerError> {
        self.ready(base)?;
        let last = self.desk.cursor.as_ref().and_then(|cursor| cursor.redo.last().copied());
        let Some(of) = last else {
            return Err(PlannerError::Nothing { file: self.file(), what: "redo" });
        };
        let change = self.saving(|file, _| Ok(file.change(of)?))?;
        let step = (EntryKind::Redo, Some(of));
        let entry = (step.0, step.1, None);
        self.commit(&change, |file, session| session.write_down(file, &change, entry, note), Some(step))
    }

    /// 历史 Everything that was ever done to the plan, oldest first, what was taken back included.
    ///
    /// # Errors
    /// [`PlannerError::Store`] when the file cannot be read or its log was tampered with.
    pub fn history(&self) -> Result<Vec<Entry>, PlannerError> {
        Ok(PlanFile::open_read_only(&self.path)?.history()?)
    }

    pub(crate) fn ready(&mut self, base: Option<i64>) -> Result<(), PlannerError> {
        self.begin_editing(&Silent)?;
        match base {
            Some(base) if base != self.revision() => {
                Err(PlannerError::Conflict { file: self.file(), base, current: self.revision() })
            }
            _ => Ok(()),
        }
    }

    pub(crate) fn plan_or_none(&self) -> Result<&Plan, PlannerError> {
        self.plan.as_ref().ok_or_else(|| PlannerError::NoPlan { file: self.file() })
    }

    /// Applies a change, writes it down, and takes it back if that fails.
    pub(crate) fn commit(
        &mut self,
        change: &Change,
        log: impl FnOnce(&mut PlanFile, &Self) -> Result<u64, PlannerError>,
        step: Option<(EntryKind, Option<u64>)>,
    ) -> Result<EditOutcome, PlannerError> {
        let mut outcome = self.apply(change)?;
        match self.saving(log) {
            Ok(entry) => {
                outcome.entry = entry;
                outcome.revision = self.revision();
                self.report = None;
                let (kind, of) = step.unwrap_or((EntryKind::Edit, None));
                // A cursor that does not follow is read anew before it is used again.
                let mut cursor = self.desk.cursor.take();
                if cursor.as_mut().is_some_and(|cursor| cursor.follow(entry, kind, of)) {
                    self.desk.cursor = cursor;
                }
                if outcome.ground {
                    self.cover_again()?;
                    outcome.revision = self.revision();
                }
                Ok(outcome)
            }
            Err(error) => {
                self.apply(&change.inverse())?;
                Err(error)
            }
        }
    }

    /// Applies a change in memory and says what it does.
    fn apply(&mut self, change: &Change) -> Result<EditOutcome, PlannerError> {
        if let Change::Divide(_) | Change::Join(_) = change {
            return self.reground(change);
        }
        let revision = self.revision();
        let file = self.file();
        let Session { territory, ground, plan, desk, .. } = self;
        let (Some(plan), Some(judge)) = (plan.as_mut(), desk.judge.as_mut()) else {
            return Err(PlannerError::NoPlan { file });
        };
        let (territory, ground) = (&*territory, &*ground);
        let patch = match change {
            Change::Patch(patch) => patch,
            Change::Whole(plans) => {
                if plans.1.fabric != ground.fabric.hash {
                    let what = "the plan before was made over other ground, which is no longer in the file. Make the \
                                plan anew with `lifang partition`";
                    return Err(PlannerError::Published { file, what: what.to_owned() });
                }
                let before = judge.report(&input(territory, ground, plan), &Silent);
                change.apply(plan)?;
                *judge = Judge::new(&input(territory, ground, plan), &Silent);
                let after = judge.report(&input(territory, ground, plan), &Silent);
                let (made, cured) = differ(&before.violations, &after.violations);
                return Ok(EditOutcome { revision, entry: 0, zones: Vec::new(), made, cured, ground: false });
            }
            Change::Divide(_) | Change::Join(_) => {
                return Err(lifang_model::EditError::Unfit("the ground changes with it").into());
            }
        };
        let touched = patch.touched(plan);
        let before = look(judge, &input(territory, ground, plan), &touched, patch);
        patch.apply(plan)?;
        let moved: Vec<AtomSet> = (0..plan.levels.len()).map(|level| patch.moved(level)).collect();
        judge.follow(&input(territory, ground, plan), &moved);
        let after = look(judge, &input(territory, ground, plan), &touched, patch);
        Ok(outcome(revision, &touched, before, after))
    }
}

pub(crate) fn input<'a>(territory: &'a Territory, ground: &'a Ground, plan: &'a Plan) -> Input<'a> {
    Input { territory, fabric: &ground.fabric, atoms: &ground.atoms, plan }
}

pub(crate) fn look(
    judge: &mut Judge,
    input: &Input<'_>,
    touched: &BTreeSet<(usize, ZoneIdx)>,
    patch: &Patch,
) -> Seen {
    let zones = judge.look(input, touched);
    // Counting atoms in no zone means a look at all of them; only a few edits change that.
    let mut levels = BTreeSet::new();
    for step in &patch.steps {
        if let Step::Assign { level, from, to, .. } = step
            && (from.is_none() || to.is_none())
        {
            levels.insert(*level);
        }
    }
    let whole = levels.into_iter().filter_map(|level| judge.unassigned(input, level)).collect();
    Seen { zones, whole }
}

pub(crate) fn outcome(
    revision: i64,
    touched: &BTreeSet<(usize, ZoneIdx)>,
    mut old: Seen,
    mut new: Seen,
) -> EditOutcome {
    let mut zones = Vec::new();
    let (mut were, mut are) = (old.whole, new.whole);
    for at in touched {
        let (before, after) = (old.zones.remove(at), new.zones.remove(at));
        let Some(either) = after.as_ref().or(before.as_ref()) else { continue };
        let (level, code) = (either.level.clone(), either.tally.code.clone());
        let take = |verdict: Option<ZoneVerdict>, violations: &mut Vec<Violation>| {
            verdict.map(|verdict| {
                violations.extend(verdict.violations);
                verdict.tally
            })
        };
        let before = take(before, &mut were);
        let after = take(after, &mut are);
        // A change of stage alone, as the first edit of a published plan makes it, is none of the zone.
        if before != after {
            zones.push(ZoneChange { level, code, before, after });
        }
    }
    let (made, cured) = differ(&were, &are);
    EditOutcome { revision, entry: 0, zones, made, cured, ground: false }
}

/// Violations that are only after, and only before. Two are the same when rule, level and zone are.
fn differ(before: &[Violation], after: &[Violation]) -> (Vec<Violation>, Vec<Violation>) {
    let key = |violation: &Violation| (violation.code, violation.level.clone(), violation.zone.clone());
    let only = |list: &[Violation], other: &[Violation]| {
        let other: BTreeSet<_> = other.iter().map(key).collect();
        list.iter().filter(|violation| !other.contains(&key(violation))).cloned().collect()
    };
    (only(after, before), only(before, after))
}
