//! 情景 Scenarios: plans beside each other in one file, each with its own log, and what each had in common last with the
//! one it came from.

use crate::error::{Problem, StoreError};
use crate::log::{self, EntryKind, Note};
use crate::{Change, PlanFile, derived, pack, plan};
use lifang_fabric::Fabric;
use lifang_model::{Atom, Patch, Plan};
use rusqlite::{Connection, OptionalExtension, params};
use serde::Serialize;

/// 情景 One plan of the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Scenario {
    /// Its name.
    pub name: String,
    /// Whether it is the one that is shown and edited.
    pub current: bool,
    /// Entries of its log.
    pub entries: u64,
    /// The plan it was branched from; `None` for one that came from none.
    pub origin: Option<String>,
    /// Entry of the origin's log it was branched at or last merged at.
    pub seq: Option<u64>,
    /// Who branched it, when, why.
    #[serde(flatten)]
    pub note: Note,
}

impl PlanFile {
    /// 情景名录 The plans of the file, the current one first, then by name.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn scenarios(&self) -> Result<Vec<Scenario>, StoreError> {
        self.read("reading the scenarios", |db| {
            let mut statement = db.prepare_cached(
                "SELECT p.name, p.current, (SELECT count(*) FROM lifang_edit AS e WHERE e.plan = p.id),
                   o.name, s.seq, s.at, s.author, s.reason
                 FROM lifang_plan AS p LEFT JOIN lifang_scenario AS s ON s.plan = p.id
                 LEFT JOIN lifang_plan AS o ON o.id = s.origin ORDER BY p.current DESC, p.name",
            )?;
            let rows = statement.query_map([], |row| {
                Ok(Scenario {
                    name: row.get(0)?,
                    current: row.get(1)?,
                    entries: row.get(2)?,
                    origin: row.get(3)?,
                    seq: row.get(4)?,
                    note: Note { at: row.get(5)?, author: row.get(6)?, reason: row.get(7)? },
                })
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    /// 分支 Copies the current plan under another name and makes the copy the current one. It begins a log of its own;
    /// codes that were published are permanent in it too.
    ///
    /// # Errors
    /// [`StoreError::Unfit`] when the name is taken or there is no plan; any other [`StoreError`]. The file is then as
    /// before.
    pub fn branch(
        &mut self,
        name: &str,
        (fabric, atoms): (&Fabric, &[Atom]),
        note: &Note,
    ) -> Result<Plan, StoreError> {
        self.tail = None;
        self.write("branching the plan", |db| {
            free(db, name)?;
            let tail = log::tail(db)?.ok_or_else(no_plan)?;
            let common = plan::read(db, None)?.ok_or_else(no_plan)?;
            let copy = Plan { name: name.to_owned(), ..common.clone() };
            db.execute("UPDATE lifang_plan SET current = 0", [])?;
            db.execute(
                "INSERT INTO lifang_plan (name, fabric, seed, rules, pinned, revision, current)
                 VALUES (?1, '', '', '', x'', 0, 1)",
                [name],
            )?;
            let id = db.last_insert_rowid();
            plan::write(db, id, &copy)?;
            db.execute(
                "INSERT INTO lifang_code SELECT ?2, code FROM lifang_code WHERE plan = ?1",
                [tail.plan, id],
            )?;
            db.execute(
                "INSERT INTO lifang_scenario VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                params![id, tail.plan, tail.seq, packed(&common)?, note.at, note.author, note.reason],
            )?;
            derived::refresh(db, &copy, fabric, atoms)?;
            Ok(copy)
        })
    }

    /// 情景更名 Gives a plan another name.
    ///
    /// # Errors
    /// [`StoreError::Unfit`] when there is none of the old name, or the new one is taken.
    pub fn rename_plan(&mut self, from: &str, to: &str) -> Result<(), StoreError> {
        self.tail = None;
        self.write("renaming the plan", |db| {
            let id = id_of(db, from)?;
            free(db, to)?;
            db.execute("UPDATE lifang_plan SET name = ?2 WHERE id = ?1", params![id, to])?;
            Ok(())
        })
    }

    /// 切换 Makes another plan of the file the current one and draws it.
    ///
    /// # Errors
    /// [`StoreError::Unfit`] when there is none of that name, or it is over another ground than the one in the file.
    pub fn switch(&mut self, name: &str, fabric: &Fabric, atoms: &[Atom]) -> Result<Plan, StoreError> {
        self.tail = None;
        self.write("switching the plan", |db| {
            let id = id_of(db, name)?;
            let plan = plan::read(db, Some(name))?.ok_or_else(no_plan)?;
            if plan.fabric != fabric.hash {
                return Err(Problem::Unfit(format!(
                    "the plan {name:?} is over other ground than the one in the file now: buildings were divided \
                     otherwise, or the inputs changed, since it was made"
                )));
            }
            db.execute("UPDATE lifang_plan SET current = (id = ?1)", [id])?;
            derived::refresh(db, &plan, fabric, atoms)?;
            Ok(plan)
        })
    }

    /// 共同起点 What a plan and the one it was branched from had in common last; `None` when it was not branched.
    ///
    /// # Errors
    /// [`StoreError::Unfit`] when there is none of that name.
    pub fn common(&self, name: &str) -> Result<Option<(String, Plan)>, StoreError> {
        self.read("reading the scenario", |db| {
            let id = id_of(db, name)?;
            let sql =
                "SELECT o.name, s.base FROM lifang_scenario AS s JOIN lifang_plan AS o ON o.id = s.origin
                WHERE s.plan = ?1";
            let row: Option<(String, Vec<u8>)> =
                db.query_row(sql, [id], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
            let Some((origin, sealed)) = row else { return Ok(None) };
            let json = pack::unseal("the base of a scenario", &sealed)?;
            let base = serde_json::from_slice(&json)
                .map_err(|error| Problem::Damaged(format!("the base of a scenario: {error}")))?;
            Ok(Some((origin, base)))
        })
    }

    /// 记入合并 Adds to the log of the current plan that another one was merged into it; `after` is the plan with it. What
    /// the other one is now is what the two have in common from here on.
    ///
    /// # Errors
    /// As [`PlanFile::log_edit`].
    pub fn log_merge(
        &mut self,
        other: &Plan,
        patch: &Patch,
        after: &Plan,
        note: &Note,
    ) -> Result<u64, StoreError> {
        let base = self.revision();
        self.tail = None;
        let tail = self.write("merging the plan", |db| {
            let tail = log::tail(db)?.ok_or_else(no_plan)?;
            let change = Change::Patch(patch.clone());
            let kind = EntryKind::Merge;
            let fresh = log::Fresh { kind, of: None, base, note, edit: None, change: Some(&change) };
            let mut tail = log::append(db, &tail, &fresh)?;
            plan::write(db, tail.plan, after)?;
            log::folded(db, &mut tail)?;
            let id = id_of(db, &other.name)?;
            db.execute(
                "UPDATE lifang_scenario SET seq = ?2, base = ?3 WHERE plan = ?1",
                params![id, tail.seq, packed(other)?],
            )?;
            Ok(tail)
        })?;
        let seq = tail.seq;
        self.tail = Some(tail);
        Ok(seq)
    }

    /// 底图历史 What turned the ground into the one in the file, as the log of the current plan tells it: newest first, each as the
    /// change that takes it back. Ground that was built anew is not among it.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when the log was tampered with.
    pub fn grounds_back(&self) -> Result<Vec<Change>, StoreError> {
        self.read("reading the history", |db| {
            let tail = log::tail(db)?.ok_or_else(no_plan)?;
            log::grounds_back(db, tail.plan)
        })
    }

    /// 某版方案 The current plan as it was right after an entry of its log; 0 for before the first.
    ///
    /// # Errors
    /// [`StoreError::Unfit`] when the log has no such entry.
    pub fn plan_after(&self, seq: u64) -> Result<Plan, StoreError> {
        self.read("reading the history", |db| {
            let tail = log::tail(db)?.ok_or_else(no_plan)?;
            if seq > tail.seq {
                let what = format!("the history has {} entries, there is no entry {seq}", tail.seq);
                return Err(Problem::Unfit(what));
            }
            let mut plan = plan::read(db, None)?.ok_or_else(no_plan)?;
            log::back(db, tail.plan, seq, &mut plan)?;
            Ok(plan)
        })
    }
}

fn packed(plan: &Plan) -> Result<Vec<u8>, Problem> {
    let json = serde_json::to_vec(plan).map_err(|error| Problem::Unfit(error.to_string()))?;
    pack::seal(&json)
}

fn id_of(db: &Connection, name: &str) -> Result<i64, Problem> {
    let id =
        db.query_row("SELECT id FROM lifang_plan WHERE name = ?1", [name], |row| row.get(0)).optional()?;
    id.ok_or_else(|| Problem::Unfit(format!("there is no plan {name:?}")))
}

fn free(db: &Connection, name: &str) -> Result<(), Problem> {
    if name.trim().is_empty() || name.trim() != name {
        return Err(Problem::Unfit(format!("{name:?} is no name for a plan")));
    }
    match id_of(db, name) {
        Ok(_) => Err(Problem::Unfit(format!("there is a plan {name:?} already"))),
        Err(Problem::Unfit(_)) => Ok(()),
        Err(other) => Err(other),
    }
}

fn no_plan() -> Problem {
    Problem::Unfit("there is no plan in it yet".to_owned())
}
