//! 切分 Cells divided exactly along drawn lines: before a plan is made on them, and by an edit of one.

use crate::edit::{input, look, outcome};
use crate::{CoverOptions, CrsSpec, EditOutcome, Ground, Layer, PlannerError, Session};
use lifang_fabric::{Fabric, FabricPatch};
use lifang_model::{AtomIdx, Cut, Edit, EditError, Plan, Point, Silent, Territory, ZoneCode};
use lifang_store::{Change, Division};
use lifang_verify::Judge;
use std::collections::BTreeSet;
use std::sync::OnceLock;

/// Puts the lines of a layer into a territory, each dividing every cell it crosses.
pub(crate) fn add(territory: &mut Territory, layer: &Layer) -> Result<(), PlannerError> {
    let (lines, faults) = lifang_ingest::drawn_lines(layer, &territory.frame)?;
    territory.faults.extend(faults);
    territory.cuts.extend(lines.into_iter().map(|line| Cut { line, within: Vec::new() }));
    Ok(())
}

impl Session {
    /// 精确切分 The edit that divides a zone exactly along a drawn line, its cells too; nothing is changed. Buildings stay whole:
    /// the side with a cell's anchor, which lies in the footprint, keeps the building and everybody in it, and the cut goes
    /// around it. Coordinates as in [`Session::cut`].
    ///
    /// # Errors
    /// As [`Session::cut`].
    pub fn divide(
        &self,
        level: &str,
        zone: &ZoneCode,
        line: &[(f64, f64)],
        crs: Option<&CrsSpec>,
    ) -> Result<Edit, PlannerError> {
        self.find(level, zone)?;
        let line = self.to_frame(line, crs)?;
        Ok(Edit::Divide { level: level.to_owned(), zone: zone.clone(), line })
    }

    /// What dividing a zone along a line changes of the ground and the plan.
    pub(crate) fn division_along(
        &self,
        level: &str,
        zone: &ZoneCode,
        line: &[Point],
    ) -> Result<Change, PlannerError> {
        let plan = self.plan_or_none()?;
        let (depth, at) = self.find(level, zone)?;
        let ground = &self.ground;
        let first = ground.atoms.len();
        let members = |plan: &Plan| -> Vec<AtomIdx> {
            let assignment = &plan.levels[depth].assignment;
            (0..assignment.len()).filter(|&row| assignment[row] == Some(at)).map(AtomIdx::of).collect()
        };
        let drawn = ground.fabric.draw(&self.territory, &ground.stacks, &members(plan), line)?;
        let Some(drawn) = drawn else {
            // It crosses no cell: the borders of cells are where it runs.
            let parts = ground.fabric.cut(&members(plan), line);
            let edit = self.parted(level, zone, parts)?;
            return Ok(Change::Patch(edit.patch(plan, &self.desk.published)?));
        };
        let (fabric, from) = (&drawn.divided.fabric, drawn.divided.from);
        let unfit = || PlannerError::Edit(EditError::Unfit("the ground was made otherwise"));
        let delta = FabricPatch::between(&ground.fabric, fabric).ok_or_else(unfit)?;
        let mut atoms = lifang_partition::atoms(&self.territory, fabric, &ground.stacks)?.split_off(first);
        let taken: BTreeSet<_> = ground.atoms.iter().map(|atom| &atom.code).collect();
        if atoms.len() != from.len() || atoms.iter().any(|atom| taken.contains(&atom.code)) {
            return Err(unfit());
        }
        atoms.iter_mut().for_each(|atom| atom.demand = lifang_model::Demand::default());
        let mut division = Division {
            cut: drawn.cut,
            fabric: delta,
            first: first as u32,
            atoms,
            from,
            patch: lifang_model::Patch::default(),
        };
        let mut grown = plan.clone();
        Change::Divide(Box::new(division.clone())).apply(&mut grown)?;
        let edit = self.parted(level, zone, fabric.cut(&members(&grown), line))?;
        division.patch = edit.patch(&grown, &self.desk.published)?;
        Ok(Change::Divide(Box::new(division)))
    }

    /// Changes the ground with the plan, in memory, and says what that does.
    pub(crate) fn reground(&mut self, change: &Change) -> Result<EditOutcome, PlannerError> {
        let (revision, file) = (self.revision(), self.file());
        let turn = Turn::of(change, &self.territory, &self.ground)?;
        let Session { territory, ground, plan, desk, .. } = self;
        let (Some(plan), Some(judge)) = (plan.as_mut(), desk.judge.as_mut()) else {
            return Err(PlannerError::NoPlan { file });
        };
        let patch = &turn.division.patch;
        let touched = patch.touched(plan);
        let before = look(judge, &input(territory, ground, plan), &touched, patch);
        change.apply(plan)?;
        turn.make(territory, ground);
        *judge = Judge::new(&input(territory, ground, plan), &Silent);
        desk.names = OnceLock::new();
        let after = look(judge, &input(territory, ground, plan), &touched, patch);
        Ok(EditOutcome { ground: true, ..outcome(revision, &touched, before, after) })
    }

    /// Computes coverage again where there was some: it was told in the atoms of the ground before.
    pub(crate) fn cover_again(&mut self) -> Result<(), PlannerError> {
        let options = self.coverage.take().map(|coverage| CoverOptions::of(&coverage));
        self.groups = None;
        if let Some(options) = options {
            self.cover(&options, &Silent)?;
        }
        Ok(())
    }
}

/// A change of the ground that fits it.
pub(crate) struct Turn<'a> {
    division: &'a Division,
    forward: bool,
    fabric: Fabric,
}

impl<'a> Turn<'a> {
    /// What a change makes of a ground; an error where it was made for another.
    pub(crate) fn of(change: &'a Change, territory: &Territory, ground: &Ground) -> Result<Self, EditError> {
        let (division, forward) = match change {
            Change::Divide(division) => (division.as_ref(), true),
            Change::Join(division) => (division.as_ref(), false),
            _ => return Err(EditError::Unfit("it changes no cell")),
        };
        let delta = if forward { division.fabric.clone() } else { division.fabric.inverse() };
        let other = EditError::Unfit("the ground is no longer the one whose cells were divided");
        let fabric = delta.apply(&ground.fabric).ok_or_else(|| other.clone())?;
        let length = division.first as usize + if forward { 0 } else { division.atoms.len() };
        if ground.atoms.len() != length || !forward && territory.cuts.last() != Some(&division.cut) {
            return Err(other);
        }
        Ok(Self { division, forward, fabric })
    }

    /// Makes it.
    pub(crate) fn make(self, territory: &mut Territory, ground: &mut Ground) {
        ground.fabric = self.fabric;
        if self.forward {
            ground.atoms.extend(self.division.atoms.iter().cloned());
            territory.cuts.push(self.division.cut.clone());
        } else {
            ground.atoms.truncate(self.division.first as usize);
            territory.cuts.pop();
        }
    }
}
