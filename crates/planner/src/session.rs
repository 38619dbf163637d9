//! 会话 An open plan: its inputs, its ground, its plan and its results.

use crate::desk::Desk;
use crate::{Catalog, PlannerError};
use lifang_coverage::Coverage;
use lifang_export::Scene;
use lifang_fabric::{Fabric, Reuse};
use lifang_model::{Atom, Plan, Progress, Rules, StackPart, Territory};
use lifang_partition::ContactGroups;
use lifang_store::{PlanFile, StoreError};
use lifang_verify::Report;
use std::path::{Path, PathBuf};

/// 底图与单元 The fabric and the atoms on it; cell `i` is atom `i`.
#[derive(Clone, Debug, PartialEq)]
pub struct Ground {
    /// Cells, arcs, adjacency.
    pub fabric: Fabric,
    /// How buildings are divided.
    pub stacks: Vec<StackPart>,
    /// The atoms.
    pub atoms: Vec<Atom>,
}

/// 会话 Everything about one plan, in memory.
#[derive(Debug)]
pub struct Session {
    /// The plan file, if it has one.
    pub path: PathBuf,
    /// Inputs.
    pub territory: Territory,
    /// Ground.
    pub ground: Ground,
    /// The plan, once partitioned.
    pub plan: Option<Plan>,
    /// What `verify` says of the plan.
    pub report: Option<Report>,
    /// Coverage, once computed.
    pub coverage: Option<Coverage>,
    /// Contact groups of the plan, where its rules ask for them.
    pub groups: Option<ContactGroups>,
    /// Data files.
    pub catalog: Catalog,
    /// What editing needs at hand.
    pub(crate) desk: Desk,
}

impl Session {
    /// Opens a plan file and judges its plan anew.
    ///
    /// # Errors
    /// [`PlannerError::Store`] when the file is missing, damaged, newer or no plan file.
    pub fn open(path: &Path, progress: &dyn Progress) -> Result<Self, PlannerError> {
        Self::open_with(path, Reuse::new(), progress)
    }

    /// As [`Session::open`], building a ground whose inputs changed with what was built before.
    pub(crate) fn open_with(
        path: &Path,
        mut reuse: Reuse,
        progress: &dyn Progress,
    ) -> Result<Self, PlannerError> {
        let file = open_to_read(path)?;
        let mut desk = Desk::at(file.revision());
        let territory = file.territory()?;
        let plan = file.plan()?;
        let catalog = Catalog::built_in()?;
        let ground = match file.ground()? {
            Some((fabric, stacks, atoms)) => Ground { fabric, stacks, atoms },
            None => {
                let rules = match &plan {
                    Some(plan) => plan.rules.clone(),
                    None => catalog.rules(crate::DEFAULT_PRESET)?,
                };
                let mut ground = Ground::rebuild(&territory, &rules, &mut reuse, progress)?;
                if let Some((_, before)) = file.standing_atoms()? {
                    lifang_partition::keep_codes(&mut ground.atoms, &before)?;
                }
                ground
            }
        };
        let coverage = file.coverage()?;
        desk.reuse = reuse;
        let mut session = Self {
            path: path.to_owned(),
            territory,
            ground,
            plan,
            report: None,
            coverage,
            groups: None,
            catalog,
            desk,
        };
        session.judge(progress);
        Ok(session)
    }

    /// Judges the current plan anew, and finds its contact groups.
    pub fn judge(&mut self, progress: &dyn Progress) {
        self.report = self.plan.as_ref().map(|plan| {
            let input = lifang_verify::Input {
                territory: &self.territory,
                fabric: &self.ground.fabric,
                atoms: &self.ground.atoms,
                plan,
            };
            match &mut self.desk.judge {
                // It followed every edit and knows the land already.
                Some(judge) => judge.report(&input, progress),
                None => lifang_verify::verify(&input, progress),
            }
        });
        // Groups of a plan over another ground would name atoms that are no more.
        let plan = self.plan.as_ref().filter(|plan| plan.fabric == self.ground.fabric.hash);
        self.groups = plan.and_then(|plan| {
            lifang_partition::contact_groups(plan, &self.ground.atoms, &self.ground.fabric.links)
        });
    }

    /// What `verify` says of the plan.
    ///
    /// # Errors
    /// [`PlannerError::NoPlan`] before the first partition, [`PlannerError::NotJudged`] after an edit.
    pub fn report(&self) -> Result<&Report, PlannerError> {
        let file = || self.file();
        self.report.as_ref().ok_or_else(|| match self.plan {
            Some(_) => PlannerError::NotJudged { file: file() },
            None => PlannerError::NoPlan { file: file() },
        })
    }

    /// Everything an export or a map layer is drawn from.
    #[must_use]
    pub fn scene(&self) -> Scene<'_> {
        Scene {
            territory: &self.territory,
            fabric: &self.ground.fabric,
            atoms: &self.ground.atoms,
            plan: self.plan.as_ref(),
            report: self.report.as_ref(),
            coverage: self.coverage.as_ref(),
            categories: &self.catalog.services,
            groups: self.groups.as_ref().map_or(&[], |groups| &groups.groups),
        }
    }

    /// The plan file's name, as the user gave it.
    #[must_use]
    pub fn file(&self) -> String {
        self.path.display().to_string()
    }
}

/// Opens a plan file to read; one of an older version is brought up to date first, as any save would.
pub(crate) fn open_to_read(path: &Path) -> Result<PlanFile, PlannerError> {
    match PlanFile::open_read_only(path) {
        Err(StoreError::Older { .. }) => {
            drop(PlanFile::open(path)?);
            Ok(PlanFile::open_read_only(path)?)
        }
        other => Ok(other?),
    }
}

impl Ground {
    /// Builds the ground of a territory, dividing buildings as the rules say.
    ///
    /// # Errors
    /// [`PlannerError::Fabric`] or [`PlannerError::Partition`].
    pub fn build(
        territory: &Territory,
        rules: &Rules,
        progress: &dyn Progress,
    ) -> Result<Self, PlannerError> {
        Self::rebuild(territory, rules, &mut Reuse::new(), progress)
    }

    /// 局部重建 As [`Ground::build`], to the byte, in less time where little changed since `reuse` was last used: land is shared out
    /// anew only in the enclosures that changed.
    ///
    /// # Errors
    /// As [`Ground::build`].
    pub fn rebuild(
        territory: &Territory,
        rules: &Rules,
        reuse: &mut Reuse,
        progress: &dyn Progress,
    ) -> Result<Self, PlannerError> {
        let stacks = lifang_partition::stack_parts(&territory.buildings, rules);
        let fabric = lifang_fabric::rebuild(territory, &stacks, reuse, progress)?;
        let atoms = lifang_partition::atoms(territory, &fabric, &stacks)?;
        Ok(Self { fabric, stacks, atoms })
    }
}
