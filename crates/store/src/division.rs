//! 切分 Cells divided along a drawn line: inputs, ground and every plan over it change together, and go back together.

use crate::change::Change;
use crate::error::{Problem, StoreError};
use crate::log::{self, EntryKind, Fresh, Note};
use crate::{PlanFile, ground, pack, plan, territory};
use lifang_fabric::{Fabric, FabricPatch};
use lifang_model::{Atom, AtomIdx, Cut, Edit, EditError, Patch, Plan, StackPart, Territory};
use rusqlite::{Connection, params};
use serde::{Deserialize, Serialize};

/// 切分 Everything a cut changed: exact in both directions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Division {
    /// The line, added to the inputs.
    pub cut: Cut,
    /// What it changed of the ground.
    pub fabric: FabricPatch,
    /// How many atoms there were.
    pub first: u32,
    /// The atoms added behind them.
    pub atoms: Vec<Atom>,
    /// For each of those the atom its land came from; it begins in the same zones.
    pub from: Vec<AtomIdx>,
    /// What it changed of the plan on the ground as it is after.
    pub patch: Patch,
}

impl Division {
    /// The same for a plan that only stands on the ground.
    fn bare(&self) -> Self {
        Self { patch: Patch::default(), ..self.clone() }
    }

    /// Takes the division over into a plan, or changes nothing.
    pub(crate) fn divide(&self, plan: &mut Plan) -> Result<(), EditError> {
        self.grow(plan)?;
        let done = self.patch.apply(plan);
        if done.is_err() {
            self.shrink(plan)?;
        }
        done
    }

    /// Takes it back, or changes nothing.
    pub(crate) fn join(&self, plan: &mut Plan) -> Result<(), EditError> {
        self.patch.inverse().apply(plan)?;
        let done = self.shrink(plan);
        if done.is_err() {
            self.patch.apply(plan)?;
        }
        done
    }

    fn grow(&self, plan: &mut Plan) -> Result<(), EditError> {
        let first = self.first as usize;
        if plan.fabric != self.fabric.before()
            || plan.levels.iter().any(|level| level.assignment.len() != first)
        {
            return Err(EditError::Unfit("it divides the cells of another ground"));
        }
        for level in &mut plan.levels {
            let zones: Vec<_> =
                self.from.iter().map(|from| level.assignment.get(from.at()).copied().flatten()).collect();
            level.assignment.extend(zones);
        }
        self.fabric.after().clone_into(&mut plan.fabric);
        Ok(())
    }

    fn shrink(&self, plan: &mut Plan) -> Result<(), EditError> {
        let first = self.first as usize;
        let whole = |assignment: &[Option<lifang_model::ZoneIdx>]| {
            assignment.len() == first + self.from.len()
                && self
                    .from
                    .iter()
                    .zip(&assignment[first..])
                    .all(|(from, zone)| assignment.get(from.at()) == Some(zone))
        };
        if plan.fabric != self.fabric.after() || plan.levels.iter().any(|level| !whole(&level.assignment)) {
            return Err(EditError::Unfit(
                "land that was cut off lies in another zone than the land beside it",
            ));
        }
        if plan.pinned.iter().any(|atom| atom.at() >= first) {
            return Err(EditError::Unfit("land that was cut off is pinned"));
        }
        for level in &mut plan.levels {
            level.assignment.truncate(first);
        }
        self.fabric.before().clone_into(&mut plan.fabric);
        Ok(())
    }
}

/// 新底图 Inputs and ground after a change of both.
#[derive(Copy, Clone, Debug)]
pub struct Regrounded<'a> {
    /// The inputs; of them only the cuts differ from those in the file.
    pub territory: &'a Territory,
    /// The fabric.
    pub fabric: &'a Fabric,
    /// How buildings are divided.
    pub stacks: &'a [StackPart],
    /// The atoms.
    pub atoms: &'a [Atom],
}

impl PlanFile {
    /// 记入切分 Adds to the log that cells were divided, or that this was taken back or brought back: `kind` and `of` as in the
    /// log. `change` leads to the plan `after` over what is in `over`. Cuts, ground and plan are saved together; other plans
    /// over the same ground go along with an entry of their own. Coverage was told in other atoms and is forgotten.
    ///
    /// # Errors
    /// [`StoreError::Unfit`] when another plan over the ground was edited, branched or published since the cells were
    /// divided, so that they cannot be joined again; else as [`PlanFile::log_edit`]. The file is then as before.
    pub fn log_division(
        &mut self,
        (kind, of, edit): (EntryKind, Option<u64>, Option<&Edit>),
        change: &Change,
        after: &Plan,
        over: &Regrounded<'_>,
        note: &Note,
    ) -> Result<u64, StoreError> {
        let base = self.revision();
        self.tail = None;
        let tail = self.write("saving the edit", |db| {
            let none = || Problem::Unfit("there is no plan to edit".to_owned());
            let tail = log::tail(db)?.ok_or_else(none)?;
            for name in plan::names(db)?.iter().filter(|name| **name != after.name) {
                carry(db, name, change, (edit, base, note))?;
            }
            carry_bases(db, change)?;
            let fresh = Fresh { kind, of, base, note, edit, change: of.is_none().then_some(change) };
            let mut tail = log::append(db, &tail, &fresh)?;
            plan::write(db, tail.plan, after)?;
            log::folded(db, &mut tail)?;
            ground::save(db, over.fabric, over.stacks, over.atoms)?;
            territory::save_cuts(db, over.territory)?;
            db.execute("DELETE FROM lifang_result WHERE key = 'coverage'", [])?;
            Ok(tail)
        })?;
        let seq = tail.seq;
        self.tail = Some(tail);
        Ok(seq)
    }
}

/// What both directions need to know of a change of the ground.
fn parts(change: &Change) -> Result<(&Division, bool), Problem> {
    match change {
        Change::Divide(division) => Ok((division, true)),
        Change::Join(division) => Ok((division, false)),
        _ => Err(Problem::Unfit("the change is none of the ground".to_owned())),
    }
}

/// Takes another plan of the file along, where it stands on the ground that changes.
fn carry(
    db: &Connection,
    name: &str,
    change: &Change,
    (edit, base, note): (Option<&Edit>, i64, &Note),
) -> Result<(), Problem> {
    let (division, forward) = parts(change)?;
    let Some(mut other) = plan::read(db, Some(name))? else { return Ok(()) };
    let (from, to) = (division.fabric.before(), division.fabric.after());
    if other.fabric != if forward { from } else { to } {
        return Ok(());
    }
    let sql = "SELECT id, logged FROM lifang_plan WHERE name = ?1";
    let (id, logged) = db.query_row(sql, [name], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let cursor = log::cursor(db, id)?;
    // Its own entry of the same cut, where that is what it would take back or bring back next.
    let next = if forward { cursor.redo.last() } else { cursor.undo.last() }.copied();
    let own = next.map(|seq| Ok::<_, Problem>((seq, log::change(db, id, seq)?))).transpose()?;
    let own = own.filter(|(_, own)| matches!(own, Change::Divide(own) if own.fabric == division.fabric));
    let sql = "SELECT coalesce(max(seq), 0) FROM lifang_publication WHERE plan = ?1";
    let published: u64 = db.query_row(sql, [id], |row| row.get(0))?;
    let (kind, of, change) = match own {
        Some((seq, own)) if forward => (EntryKind::Redo, Some(seq), own),
        Some((seq, own)) if seq > published => (EntryKind::Undo, Some(seq), own.inverse()),
        None if forward => (EntryKind::Edit, None, Change::Divide(Box::new(division.bare()))),
        _ => {
            return Err(Problem::Unfit(format!(
                "the plan {name:?} stands on the divided cells: it was edited, branched or published since. Undo there \
                 first, or give the zones back with an edit"
            )));
        }
    };
    let unfit =
        |error: EditError| Problem::Damaged(format!("the log does not fit the plan {name:?}: {error}"));
    change.apply(&mut other).map_err(unfit)?;
    let packed = of.is_none().then_some(&change);
    let edit = edit.filter(|_| of.is_none());
    let tail = log::tail_of(db, id, logged)?;
    let mut tail = log::append(db, &tail, &Fresh { kind, of, base, note, edit, change: packed })?;
    plan::write(db, id, &other)?;
    log::folded(db, &mut tail)
}

/// Takes along what scenarios had in common last with the plan they came from.
fn carry_bases(db: &Connection, change: &Change) -> Result<(), Problem> {
    let (division, forward) = parts(change)?;
    let mut statement = db.prepare("SELECT plan, base FROM lifang_scenario ORDER BY plan")?;
    let rows: Vec<(i64, Vec<u8>)> =
        statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
    for (id, sealed) in rows {
        let json = pack::unseal("the base of a scenario", &sealed)?;
        let mut base: Plan = serde_json::from_slice(&json)
            .map_err(|error| Problem::Damaged(format!("the base of a scenario: {error}")))?;
        let bare = division.bare();
        if base.fabric != if forward { bare.fabric.before() } else { bare.fabric.after() } {
            continue;
        }
        // A merge may have left in it what the cut made of this plan or that: then that is taken back with the cut.
        let undone = log::cursor(db, id)?.redo.last().map(|seq| log::change(db, id, *seq)).transpose()?;
        let own = match undone {
            Some(Change::Divide(own)) if !forward && own.fabric == bare.fabric => Some(*own),
            _ => None,
        };
        let ways = [Some(&bare), Some(division).filter(|_| !forward), own.as_ref()];
        let done = ways
            .into_iter()
            .flatten()
            .map(|way| if forward { way.divide(&mut base) } else { way.join(&mut base) });
        // Each changes nothing where it fails.
        let refused = done.take_while(Result::is_err).count() == ways.iter().flatten().count();
        if refused {
            let what = "a scenario was merged since the cells were divided, so they cannot be joined again";
            return Err(Problem::Unfit(what.to_owned()));
        }
        let json = serde_json::to_vec(&base).map_err(|error| Problem::Unfit(error.to_string()))?;
        db.execute("UPDATE lifang_scenario SET base = ?2 WHERE plan = ?1", params![id, pack::seal(&json)?])?;
    }
    Ok(())
}
