//! 方案文件 The plan file: one GeoPackage with inputs, ground, plans and results, that any GIS opens as it is.
//!
//! The truth of a plan is its assignment of atoms and the log of edits since; the outlines of zones in the file are derived
//! from it and never read back. README.md documents every table.

mod atoms;
mod change;
mod check;
mod derived;
mod desk;
mod division;
mod error;
mod file;
mod geometry;
mod gpkg;
mod ground;
mod keeper;
mod keys;
mod log;
mod pack;
mod plan;
mod publication;
mod repeats;
mod replanned;
mod result;
mod rows;
mod scenario;
mod schema;
mod srs;
mod staff;
mod style;
mod territory;

#[cfg(test)]
mod tests;

pub use change::Change;
pub use check::{Cure, Finding};
pub use division::{Division, Regrounded};
pub use error::StoreError;
pub use file::PlanFile;
pub use log::{Cursor, Entry, EntryKind, Note};
pub use publication::{Publication, Succession, signature};
pub use replanned::{Replaced, Replanning};
pub use scenario::Scenario;
pub use staff::Staff;

use lifang_fabric::Fabric;
use lifang_model::{Atom, Plan, StackPart, Territory};
use serde::Serialize;
use serde::de::DeserializeOwned;

impl PlanFile {
    /// 保存辖区 Saves the inputs, in place of those in the file.
    ///
    /// A ground that was made from other inputs is no longer handed out by [`PlanFile::ground`]; facilities, faults
    /// and names are not part of what a ground is made from.
    ///
    /// # Errors
    /// [`StoreError`]; the file is then as before.
    pub fn save_territory(&mut self, territory: &Territory) -> Result<(), StoreError> {
        self.write("saving the inputs", |db| territory::save(db, territory))
    }

    /// 辖区 The inputs, bit-equal to those saved unless another program edited them.
    ///
    /// # Errors
    /// [`StoreError`], with table and row where an edit by another program left something without meaning;
    /// [`StoreError::NotAPlan`] when no inputs were ever saved.
    pub fn territory(&self) -> Result<Territory, StoreError> {
        self.territory_if_any()?.ok_or_else(|| StoreError::NotAPlan {
            path: self.path.clone(),
            why: "it was created but nothing was saved in it".to_owned(),
        })
    }

    fn territory_if_any(&self) -> Result<Option<Territory>, StoreError> {
        self.read("reading the inputs", territory::read)
    }

    /// 保存底图 Saves the ground made from the inputs in the file.
    ///
    /// # Errors
    /// [`StoreError`]; the file is then as before.
    pub fn save_ground(
        &mut self,
        fabric: &Fabric,
        stacks: &[StackPart],
        atoms: &[Atom],
    ) -> Result<(), StoreError> {
        self.write("saving the ground", |db| ground::save(db, fabric, stacks, atoms))
    }

    /// 底图 The ground; `None` when none was saved, or when the inputs have changed since, here or in another
    /// program, so that it must be made anew.
    ///
    /// # Errors
    /// [`StoreError`].
    #[expect(clippy::type_complexity, reason = "the three belong together and have no other home")]
    pub fn ground(&self) -> Result<Option<(Fabric, Vec<StackPart>, Vec<Atom>)>, StoreError> {
        self.read("reading the ground", ground::read)
    }

    /// 保存方案 Saves a plan over the one of the same name, beside plans of other names, makes it the current one and
    /// draws its zones as layers. A plan over another fabric than this is kept, but not drawn. The plan whose place it
    /// takes stays in the log, so this can be taken back.
    ///
    /// # Errors
    /// [`StoreError`]; the file is then as before.
    pub fn save_plan(&mut self, plan: &Plan, fabric: &Fabric, atoms: &[Atom]) -> Result<(), StoreError> {
        self.save_plan_with(plan, fabric, atoms, &Note::default())
    }

    /// 签注保存 As [`PlanFile::save_plan`], saying in the log who saved it, when and why.
    ///
    /// # Errors
    /// [`StoreError`]; the file is then as before.
    pub fn save_plan_with(
        &mut self,
        plan: &Plan,
        fabric: &Fabric,
        atoms: &[Atom],
        note: &Note,
    ) -> Result<(), StoreError> {
        self.tail = None;
        self.write("saving the plan", |db| {
            plan::save(db, plan, note)?;
            derived::refresh(db, plan, fabric, atoms)
        })
    }

    /// 当前方案 The plan saved last; `None` when there is none.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn plan(&self) -> Result<Option<Plan>, StoreError> {
        self.read("reading the plan", |db| plan::read(db, None))
    }

    /// 方案名录 Names of all plans in the file, the current one first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn plans(&self) -> Result<Vec<String>, StoreError> {
        self.read("reading the plans", plan::names)
    }

    /// 指定方案 The plan of a name; `None` when there is none.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn plan_named(&self, name: &str) -> Result<Option<Plan>, StoreError> {
        self.read("reading the plan", |db| plan::read(db, Some(name)))
    }

    /// 保存覆盖结果 Saves the result of a coverage run, in place of the one in the file.
    ///
    /// # Errors
    /// [`StoreError`]; the file is then as before.
    pub fn save_coverage<T: Serialize>(&mut self, coverage: &T) -> Result<(), StoreError> {
        self.write("saving the coverage", |db| result::save(db, "coverage", coverage))
    }

    /// 覆盖结果 The coverage saved last; `None` when there is none.
    ///
    /// # Errors
    /// [`StoreError`]; [`StoreError::Corrupt`] also when `T` is not what was saved.
    pub fn coverage<T: DeserializeOwned>(&self) -> Result<Option<T>, StoreError> {
        self.read("reading the coverage", |db| result::read(db, "coverage"))
    }
}
