//! 划分 Partitions an open plan and saves the result.

use crate::relax::{self, Offer};
use crate::{CoverOptions, Ground, PlannerError, ReplanSummary, Session, Stage, Stopwatch};
use lifang_model::{EditError, Progress, Rules};
use lifang_partition::{ContactGroups, DoorTable, Effort, GroupCoverage, Proposal, Request, Stats};
use serde::Serialize;
use std::sync::Arc;

/// 划分选项 How to partition.
#[derive(Clone, Debug)]
pub struct PartitionOptions {
    /// Preset key or preset file.
    pub preset: String,
    /// Levels and the number of their zones, where that is not left to the band.
    pub counts: Vec<(String, u32)>,
    /// Seed; the same seed gives the same plan.
    pub seed: u64,
    /// How hard to try.
    pub effort: Effort,
}

/// 划分结果 What came out, in figures.
#[derive(Clone, Debug, Serialize)]
pub struct PartitionSummary {
    /// Preset used.
    pub preset: String,
    /// Seed used.
    pub seed: u64,
    /// Atoms partitioned.
    pub atoms: usize,
    /// Figures of the engine.
    pub engine: Stats,
    /// Relaxations of the rules that would help zones out of band; `--apply` takes their ids.
    pub relaxations: Vec<Offer>,
    /// Contact groups, where the preset asks for them; `lifang export --layer contact_groups` lists them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact_groups: Option<GroupFigures>,
    /// What changed, when a plan was started from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replan: Option<ReplanSummary>,
    /// Wall time, seconds.
    pub seconds: f64,
    /// Wall time per stage.
    pub stages: Vec<Stage>,
}

/// 联系户覆盖 How many are in contact groups. The tier is a habit: coverage is told, not asked for.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize)]
pub struct GroupFigures {
    /// Households.
    pub homes: GroupCoverage,
    /// Merchants.
    pub shops: GroupCoverage,
}

impl GroupFigures {
    pub(crate) fn of(groups: &ContactGroups) -> Self {
        Self { homes: groups.homes, shops: groups.shops }
    }
}

impl Session {
    /// Partitions, judges and saves. When the preset divides buildings otherwise than the stored ground, the ground is
    /// built anew; coverage that was computed before is computed again for the new zones.
    ///
    /// # Errors
    /// Any [`PlannerError`] of building, partitioning or saving; the file is untouched then.
    pub fn partition(
        &mut self,
        options: &PartitionOptions,
        progress: &dyn Progress,
    ) -> Result<PartitionSummary, PlannerError> {
        let mut watch = Stopwatch::default();
        self.unpublished()?;
        let rules = self.rules(options)?;
        let rebuilt = self.fit_ground(&rules, progress)?;
        if rebuilt {
            watch.lap("fabric");
        }
        let walks = self.door_table(&rules, progress)?;
        watch.lap("doors");
        let request = self.request(&rules, walks.as_ref(), options.seed, options.effort);
        let proposal = lifang_partition::propose(&request, progress)?;
        // What a stopped search had so far is nobody's plan.
        if progress.cancelled() {
            return Err(PlannerError::Cancelled);
        }
        watch.lap("partition");
        self.adopt(proposal, options.seed, rebuilt, watch, progress)
    }

    /// The name a new plan gets: that of the one in whose place it comes.
    fn plan_name(&self) -> &str {
        self.plan.as_ref().map_or(&self.territory.name, |plan| &plan.name)
    }

    /// The rules of a preset, with the numbers of zones asked for.
    ///
    /// # Errors
    /// [`PlannerError::Edit`] for a level the preset does not have.
    pub(crate) fn rules(&self, options: &PartitionOptions) -> Result<Rules, PlannerError> {
        let mut rules = self.catalog.rules(&options.preset)?;
        for (level, count) in &options.counts {
            let known = || rules.levels.iter().map(|level| level.key.as_str()).collect::<Vec<_>>().join(", ");
            match rules.levels.iter().position(|own| own.key == *level) {
                Some(at) => rules.levels[at].count = Some(*count),
                None => return Err(EditError::UnknownLevel { level: level.clone(), known: known() }.into()),
            }
        }
        Ok(rules)
    }

    /// What the engine is asked about this ground; its answer takes the place and the name of the plan at hand.
    pub(crate) fn request<'a>(
        &'a self,
        rules: &'a Rules,
        walks: Option<&'a Arc<DoorTable>>,
        seed: u64,
        effort: Effort,
    ) -> Request<'a> {
        Request {
            atoms: &self.ground.atoms,
            links: &self.ground.fabric.links,
            walks,
            compounds: &self.territory.compounds,
            rules,
            territory_code: &self.territory.code,
            fabric_hash: &self.ground.fabric.hash,
            name: self.plan_name(),
            seed,
            effort,
        }
    }

    /// Makes a proposal the plan: judges it, saves it and what follows from it.
    pub(crate) fn adopt(
        &mut self,
        proposal: Proposal,
        seed: u64,
        rebuilt: bool,
        mut watch: Stopwatch,
        progress: &dyn Progress,
    ) -> Result<PartitionSummary, PlannerError> {
        let offers = relax::offers(&proposal.certificates);
        let preset = proposal.plan.rules.key.clone();
        self.plan = Some(proposal.plan);
        self.desk.replaced();
        self.judge(progress);
        watch.lap("verify");
        progress.stage("save", None);
        self.saving(|file, session| {
            let Ground { fabric, stacks, atoms } = &session.ground;
            if rebuilt {
                file.save_ground(fabric, stacks, atoms)?;
            }
            if let Some(plan) = &session.plan {
                file.save_plan(plan, fabric, atoms)?;
            }
            file.save_relaxations(&offers)?;
            file.save_contact_groups(&session.groups)?;
            Ok(())
        })?;
        watch.lap("save");
        // Shares are told zone by zone, so coverage follows the plan.
        if let Some(options) = self.coverage.as_ref().map(CoverOptions::of) {
            self.cover(&options, progress)?;
            watch.lap("cover");
        }
        let (seconds, stages) = watch.finish();
        Ok(PartitionSummary {
            preset,
            seed,
            atoms: self.ground.atoms.len(),
            engine: proposal.stats,
            relaxations: offers,
            contact_groups: self.groups.as_ref().map(GroupFigures::of),
            replan: None,
            seconds,
            stages,
        })
    }
}
