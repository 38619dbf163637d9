//! 重划存取 What replanning needs of a file and leaves in it: the atoms of the plan in force, and the lineage.

use crate::error::{Problem, StoreError};
use crate::file::PlanFile;
use crate::{atoms, derived, ground, plan, result};
use lifang_fabric::Fabric;
use lifang_model::{Atom, Lineage, Plan, StackPart};
use rusqlite::OptionalExtension;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// Key of the lineage among the results.
const LINEAGE: &str = "lineage";
/// Key of the relaxations offered last.
const RELAXATIONS: &str = "relaxations";
/// Key of the contact groups.
const GROUPS: &str = "contact_groups";

/// 一次重划 One replanning, as it is remembered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replanning {
    /// Name of the plan.
    pub plan: String,
    /// Fingerprint of the ground before.
    pub from: String,
    /// Fingerprint of the ground after.
    pub to: String,
    /// What became of every zone that changed.
    pub lineage: Vec<Lineage>,
}

/// 重划内容 What a replanning saves, all of it or nothing.
#[derive(Copy, Clone, Debug)]
pub struct Replaced<'a> {
    /// The ground, when it was made anew.
    pub ground: Option<(&'a Fabric, &'a [StackPart], &'a [Atom])>,
    /// The plan.
    pub plan: &'a Plan,
    /// The fabric the plan is over.
    pub fabric: &'a Fabric,
    /// The atoms the plan is over.
    pub atoms: &'a [Atom],
    /// What is remembered of it.
    pub memory: &'a Replanning,
}

impl PlanFile {
    /// 现存单元 The atoms last saved and the fingerprint of their fabric, also when the inputs have changed since: a plan
    /// over that fabric is told in them.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn standing_atoms(&self) -> Result<Option<(String, Vec<Atom>)>, StoreError> {
        self.read("reading the atoms", |db| {
            let sql = "SELECT fabric FROM lifang_ground";
            let hash = db.query_row(sql, [], |row| row.get::<_, String>(0)).optional()?;
            Ok(hash.zip(atoms::read(db)?))
        })
    }

    /// 保存重划 Saves a plan made from the one before it, the ground under it where that changed, and the lineage: all or
    /// nothing, for without the old atoms the old plan could not be told any more.
    ///
    /// # Errors
    /// [`StoreError`]; the file is then as before.
    pub fn save_replanned(&mut self, replaced: &Replaced<'_>) -> Result<(), StoreError> {
        self.tail = None;
        self.write("saving the plan", |db| {
            if let Some((fabric, stacks, atoms)) = replaced.ground {
                ground::save(db, fabric, stacks, atoms)?;
            }
            plan::save(db, replaced.plan, &crate::Note::default())?;
            derived::refresh(db, replaced.plan, replaced.fabric, replaced.atoms)?;
            if !replaced.memory.lineage.is_empty() {
                let mut all: Vec<Replanning> = result::read(db, LINEAGE)?.unwrap_or_default();
                all.push(replaced.memory.clone());
                result::save(db, LINEAGE, &all)?;
            }
            Ok::<(), Problem>(())
        })
    }

    /// 沿革 Every replanning of the file, the first one first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn lineage(&self) -> Result<Vec<Replanning>, StoreError> {
        Ok(self.read("reading the lineage", |db| result::read(db, LINEAGE))?.unwrap_or_default())
    }

    /// 保存联系户 Saves the contact groups of the plan, in place of those in the file.
    ///
    /// # Errors
    /// [`StoreError`]; the file is then as before.
    pub fn save_contact_groups<T: Serialize>(&mut self, groups: &T) -> Result<(), StoreError> {
        self.write("saving the contact groups", |db| result::save(db, GROUPS, groups))
    }

    /// 联系户 The contact groups saved last; `None` when there are none.
    ///
    /// # Errors
    /// [`StoreError`]; [`StoreError::Corrupt`] also when `T` is not what was saved.
    pub fn contact_groups<T: DeserializeOwned>(&self) -> Result<Option<T>, StoreError> {
        self.read("reading the contact groups", |db| result::read(db, GROUPS))
    }

    /// 保存放宽建议 Saves the relaxations offered for the plan, in place of those in the file.
    ///
    /// # Errors
    /// [`StoreError`]; the file is then as before.
    pub fn save_relaxations<T: Serialize>(&mut self, offers: &T) -> Result<(), StoreError> {
        self.write("saving the relaxations", |db| result::save(db, RELAXATIONS, offers))
    }

    /// 放宽建议 The relaxations saved last; `None` when there are none.
    ///
    /// # Errors
    /// [`StoreError`]; [`StoreError::Corrupt`] also when `T` is not what was saved.
    pub fn relaxations<T: DeserializeOwned>(&self) -> Result<Option<T>, StoreError> {
        self.read("reading the relaxations", |db| result::read(db, RELAXATIONS))
    }
}
