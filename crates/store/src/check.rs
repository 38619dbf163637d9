//! 检查 Looks for damage part by part, and mends what can be made anew from the rest.

use crate::error::{Problem, StoreError};
use crate::{PlanFile, derived, ground, log, plan, publication, territory};
use serde::Serialize;

/// 可修复性 What can be done about a finding.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Cure {
    /// It is made anew from the other parts.
    Remake,
    /// Only a backup has it.
    Backup,
    /// A person corrects the row that is named.
    Correct,
}

/// 检查发现 One thing that is wrong with a plan file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Which part: `pages`, `inputs`, `ground`, `plans`, `history`, `publications`, `outlines`.
    pub part: &'static str,
    /// What is wrong.
    pub what: String,
    /// What can be done.
    pub cure: Cure,
}

impl PlanFile {
    /// 检查 Everything that is wrong with the file; empty when it is whole.
    ///
    /// # Errors
    /// [`StoreError`] only when the file cannot be read at all.
    pub fn findings(&self) -> Result<Vec<Finding>, StoreError> {
        let mut found = Vec::new();
        let answer = self.read("checking", |db| {
            Ok(db.query_row("PRAGMA integrity_check(1)", [], |row| row.get::<_, String>(0))?)
        });
        match answer {
            Ok(answer) if answer == "ok" => {}
            Ok(answer) => {
                // Only what an index says beside its table can be made anew.
                let index = answer.contains("index") || answer.contains("rtree");
                let cure = if index { Cure::Remake } else { Cure::Backup };
                found.push(Finding { part: "pages", what: answer, cure });
            }
            Err(error) => found.push(Finding { part: "pages", what: error.to_string(), cure: Cure::Backup }),
        }
        let mut note = |part, result: Result<(), StoreError>, cure| {
            let Err(error) = result else { return };
            let cure = if matches!(error, StoreError::BadRow { .. }) { Cure::Correct } else { cure };
            found.push(Finding { part, what: error.to_string(), cure });
        };
        note("inputs", self.read("checking", |db| territory::read(db).map(drop)), Cure::Backup);
        note("ground", self.read("checking", |db| ground::read(db).map(drop)), Cure::Remake);
        let plans = self.read("checking", |db| {
            plan::names(db)?.iter().try_for_each(|name| plan::read(db, Some(name)).map(drop))
        });
        note("plans", plans, Cure::Backup);
        note("history", self.history().map(drop), Cure::Backup);
        let publications = self.read("checking", publication::check);
        note("publications", publications, Cure::Backup);
        let stale = self.read("checking", |db| Ok(log::tail(db)?.is_some_and(|tail| log::is_stale(&tail))));
        if stale.unwrap_or(false) {
            let what = "the outlines of zones are older than the last edits".to_owned();
            found.push(Finding { part: "outlines", what, cure: Cure::Remake });
        }
        Ok(found)
    }

    /// 重建 Makes anew what an index or a drawing says, and forgets a ground that cannot be read, so that it is made again
    /// from the inputs. Edits, plans and inputs are not touched.
    ///
    /// # Errors
    /// [`StoreError`]; the file is then as before.
    pub fn remake(&mut self) -> Result<(), StoreError> {
        self.tail = None;
        self.write("mending the file", |db| {
            db.execute_batch("REINDEX")?;
            match ground::read(db) {
                Ok(Some((fabric, _, atoms))) => {
                    if let Some(plan) = plan::read(db, None)? {
                        derived::refresh(db, &plan, &fabric, &atoms)?;
                    }
                    Ok(())
                }
                Ok(None) => Ok(()),
                Err(Problem::Damaged(_) | Problem::Row { .. }) => {
                    db.execute("DELETE FROM lifang_ground", [])?;
                    Ok(())
                }
                Err(other) => Err(other),
            }
        })
    }
}
