//! 变更 Exactly what an edit changes, before and after: applied forward, or backward to undo it.

use super::{AtomSet, EditError};
use crate::{AtomIdx, LevelPlan, Plan, Zone, ZoneIdx};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// 变更步骤 One elementary change, with what was before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Step {
    /// Atoms change zone on one level.
    Assign {
        /// Place of the level.
        level: usize,
        /// Zone of all of them before.
        from: Option<ZoneIdx>,
        /// Zone of all of them after.
        to: Option<ZoneIdx>,
        /// The atoms.
        atoms: AtomSet,
    },
    /// A zone is added behind the others of its level.
    Add {
        /// Place of the level.
        level: usize,
        /// The zone.
        zone: Zone,
    },
    /// The last zone of a level, which holds nothing, is taken away. Only undoing an [`Step::Add`] does this.
    Drop {
        /// Place of the level.
        level: usize,
        /// The zone.
        zone: Zone,
    },
    /// What is said of a zone changes.
    Zone {
        /// Place of the level.
        level: usize,
        /// Which zone.
        zone: ZoneIdx,
        /// Before.
        before: Zone,
        /// After.
        after: Zone,
    },
    /// Atoms are pinned.
    Pin {
        /// The atoms, none of which was.
        atoms: AtomSet,
    },
    /// Atoms are unpinned.
    Unpin {
        /// The atoms, all of which were.
        atoms: AtomSet,
    },
}

impl Step {
    fn inverse(&self) -> Self {
        match self.clone() {
            Self::Assign { level, from, to, atoms } => Self::Assign { level, from: to, to: from, atoms },
            Self::Add { level, zone } => Self::Drop { level, zone },
            Self::Drop { level, zone } => Self::Add { level, zone },
            Self::Zone { level, zone, before, after } => {
                Self::Zone { level, zone, before: after, after: before }
            }
            Self::Pin { atoms } => Self::Unpin { atoms },
            Self::Unpin { atoms } => Self::Pin { atoms },
        }
    }

    /// Applies the step, or changes nothing.
    fn apply(&self, plan: &mut Plan) -> Result<(), EditError> {
        match self {
            Self::Assign { level, from, to, atoms } => {
                let level = level_mut(plan, *level)?;
                let zones = level.zones.len();
                if to.is_some_and(|to| to.at() >= zones) {
                    return Err(EditError::Unfit("it names a zone that is not there"));
                }
                if atoms.last().is_some_and(|last| last.at() >= level.assignment.len())
                    || atoms.iter().any(|atom| level.assignment[atom.at()] != *from)
                {
                    return Err(EditError::Unfit("an atom lies in another zone"));
                }
                for atom in atoms.iter() {
                    level.assignment[atom.at()] = *to;
                }
            }
            Self::Add { level, zone } => level_mut(plan, *level)?.zones.push(zone.clone()),
            Self::Drop { level, zone } => {
                let level = level_mut(plan, *level)?;
                let last = level.zones.len().checked_sub(1).map(ZoneIdx::of);
                if level.zones.last() != Some(zone) || level.assignment.contains(&last) {
                    return Err(EditError::Unfit("the zone to take away is not the last, or is not empty"));
                }
                level.zones.pop();
            }
            Self::Zone { level, zone, before, after } => {
                match level_mut(plan, *level)?.zones.get_mut(zone.at()) {
                    Some(found) if found == before => *found = after.clone(),
                    _ => return Err(EditError::Unfit("a zone is not as it was")),
                }
            }
            Self::Pin { atoms } => pin(&mut plan.pinned, atoms)?,
            Self::Unpin { atoms } => unpin(&mut plan.pinned, atoms)?,
        }
        Ok(())
    }
}

fn level_mut(plan: &mut Plan, level: usize) -> Result<&mut LevelPlan, EditError> {
    plan.levels.get_mut(level).ok_or(EditError::Unfit("it names a level that is not there"))
}

fn pin(pinned: &mut Vec<AtomIdx>, atoms: &AtomSet) -> Result<(), EditError> {
    pinned.sort_unstable();
    if atoms.iter().any(|atom| pinned.binary_search(&atom).is_ok()) {
        return Err(EditError::Unfit("an atom is pinned already"));
    }
    pinned.extend(atoms.iter());
    pinned.sort_unstable();
    Ok(())
}

fn unpin(pinned: &mut Vec<AtomIdx>, atoms: &AtomSet) -> Result<(), EditError> {
    pinned.sort_unstable();
    if atoms.iter().any(|atom| pinned.binary_search(&atom).is_err()) {
        return Err(EditError::Unfit("an atom is not pinned"));
    }
    pinned.retain(|atom| !atoms.contains(*atom));
    Ok(())
}

/// 变更 What an edit changes, step by step; exact in both directions.
///
/// Pinned atoms are kept in ascending order by every patch.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Patch {
    /// The steps, in the order they are taken.
    pub steps: Vec<Step>,
}

impl Patch {
    /// The patch that takes this one back exactly.
    #[must_use]
    pub fn inverse(&self) -> Self {
        Self { steps: self.steps.iter().rev().map(Step::inverse).collect() }
    }

    /// Whether it changes nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// Changes a plan.
    ///
    /// # Errors
    /// [`EditError::Unfit`] when the plan is not in the state the patch was made for; it is then unchanged.
    pub fn apply(&self, plan: &mut Plan) -> Result<(), EditError> {
        for (done, step) in self.steps.iter().enumerate() {
            if let Err(error) = step.apply(plan) {
                for step in self.steps[..done].iter().rev() {
                    // Taking back what was just done cannot fail.
                    step.inverse().apply(plan)?;
                }
                return Err(error);
            }
        }
        Ok(())
    }

    /// What leads from one plan to another over the same ground and rules; `None` when they differ in name, ground,
    /// rules, seed or levels, or when the other has fewer zones, which no edit brings about.
    #[must_use]
    pub fn between(a: &Plan, b: &Plan) -> Option<Self> {
        let alike = a.name == b.name && a.fabric == b.fabric && a.rules == b.rules && a.seed == b.seed;
        if !alike || a.levels.len() != b.levels.len() {
            return None;
        }
        let mut steps = Vec::new();
        for (level, (old, new)) in a.levels.iter().zip(&b.levels).enumerate() {
            let fits = old.key == new.key
                && old.assignment.len() == new.assignment.len()
                && old.zones.len() <= new.zones.len();
            if !fits {
                return None;
            }
            for (row, (before, after)) in old.zones.iter().zip(&new.zones).enumerate() {
                if before != after {
                    let (before, after) = (before.clone(), after.clone());
                    steps.push(Step::Zone { level, zone: ZoneIdx::of(row), before, after });
                }
            }
            for zone in &new.zones[old.zones.len()..] {
                steps.push(Step::Add { level, zone: zone.clone() });
            }
            let mut moved: BTreeMap<_, Vec<AtomIdx>> = BTreeMap::new();
            for (row, (from, to)) in old.assignment.iter().zip(&new.assignment).enumerate() {
                if from != to {
                    moved.entry((*from, *to)).or_default().push(AtomIdx::of(row));
                }
            }
            for ((from, to), atoms) in moved {
                steps.push(Step::Assign { level, from, to, atoms: atoms.into_iter().collect() });
            }
        }
        let (old, new): (AtomSet, AtomSet) =
            (a.pinned.iter().copied().collect(), b.pinned.iter().copied().collect());
        let gone: AtomSet = old.iter().filter(|atom| !new.contains(*atom)).collect();
        let come: AtomSet = new.iter().filter(|atom| !old.contains(*atom)).collect();
        if !gone.is_empty() {
            steps.push(Step::Unpin { atoms: gone });
        }
        if !come.is_empty() {
            steps.push(Step::Pin { atoms: come });
        }
        Some(Self { steps })
    }

    /// The atoms that change zone on a level.
    #[must_use]
    pub fn moved(&self, at: usize) -> AtomSet {
        let here = self.steps.iter().filter_map(|step| match step {
            Step::Assign { level, atoms, .. } if *level == at => Some(atoms),
            _ => None,
        });
        here.flat_map(AtomSet::iter).collect()
    }

    /// The zones of a plan that the patch touches, as (place of the level, zone): those whose atoms or attributes change,
    /// and those of the finer level that hold atoms moved on the coarser one. `plan` may be the state before or after.
    #[must_use]
    pub fn touched(&self, plan: &Plan) -> BTreeSet<(usize, ZoneIdx)> {
        let mut touched = BTreeSet::new();
        let mut rows: Vec<usize> = plan.levels.iter().map(|level| level.zones.len()).collect();
        for step in &self.steps {
            match step {
                Step::Assign { level, from, to, atoms } => {
                    touched.extend([*from, *to].into_iter().flatten().map(|zone| (*level, zone)));
                    if let Some(finer) = plan.levels.get(level + 1) {
                        let zones = atoms.iter().filter_map(|atom| *finer.assignment.get(atom.at())?);
                        touched.extend(zones.map(|zone| (level + 1, zone)));
                    }
                }
                Step::Zone { level, zone, .. } => {
                    touched.insert((*level, *zone));
                }
                Step::Add { level, zone } | Step::Drop { level, zone } => {
                    let known = plan
                        .levels
                        .get(*level)
                        .and_then(|level| level.zones.iter().rposition(|other| other.code == zone.code));
                    if let Some(rows) = rows.get_mut(*level) {
                        touched.insert((*level, ZoneIdx::of(known.unwrap_or(*rows))));
                        *rows += usize::from(known.is_none());
                    }
                }
                Step::Pin { .. } | Step::Unpin { .. } => {}
            }
        }
        touched
    }
}
