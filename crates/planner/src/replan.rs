//! 最小变动重划 Makes a plan from the one in force, in the same file or in another, and relaxes rules on request.

use crate::propose::GroupFigures;
use crate::relax::{self, Offer};
use crate::{CoverOptions, Ground, PartitionSummary, PlannerError, Session, Stopwatch};
use lifang_model::{Atom, Lineage, Plan, Progress, Rules};
use lifang_partition::{Before, Effort, LevelChange};
use lifang_store::{PlanFile, Replaced, Replanning};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// 起点 The plan to start from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum From {
    /// The one in the same file.
    Current,
    /// The one in another file, over the same territory or what has become of it.
    File(PathBuf),
}

/// 重划选项 How to replan.
#[derive(Clone, Debug)]
pub struct ReplanOptions {
    /// The plan to start from.
    pub from: From,
    /// Preset key or file; the rules of the plan to start from when `None`.
    pub preset: Option<String>,
    /// Id of an offered relaxation to apply first.
    pub relax: Option<String>,
    /// Seed; the same seed gives the same plan.
    pub seed: u64,
    /// How hard to try.
    pub effort: Effort,
}

/// 重划结果 What changed.
#[derive(Clone, Debug, Serialize)]
pub struct ReplanSummary {
    /// The plan started from: `current` or a file.
    pub from: String,
    /// Relaxation applied.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub relaxed: Option<Offer>,
    /// Figures by level, coarse to fine.
    pub changes: Vec<LevelChange>,
    /// What became of every zone that is not the same to the atom.
    pub lineage: Vec<Lineage>,
}

impl Session {
    /// Makes a plan from the one in force: pinned atoms stay, codes follow people, as few households as will do change
    /// zone. Ground, plan and lineage are saved together; coverage that was computed before is computed again.
    ///
    /// # Errors
    /// [`PlannerError::NoPlan`] when there is no plan to start from, [`PlannerError::UnknownKey`] for a relaxation that
    /// was not offered, and any error of building, partitioning or saving; the file is untouched then.
    pub fn replan(
        &mut self,
        options: &ReplanOptions,
        progress: &dyn Progress,
    ) -> Result<PartitionSummary, PlannerError> {
        let mut watch = Stopwatch::default();
        let (plan, atoms) = self.before(&options.from)?;
        let mut rules = match &options.preset {
            Some(preset) => self.catalog.rules(preset)?,
            None => plan.rules.clone(),
        };
        let relaxed = options.relax.as_deref().map(|id| self.relax(&mut rules, id)).transpose()?;
        let rebuilt = self.fit_ground(&rules, progress)?;
        watch.lap("fabric");
        let used = codes(&[Some(&plan), self.plan.as_ref()]);
        let walks = self.door_table(&rules, progress)?;
        let done = lifang_partition::replan(
            &self.request(&rules, walks.as_ref(), options.seed, options.effort),
            Before { plan: &plan, atoms: &atoms, used: &used },
            progress,
        )?;
        if progress.cancelled() {
            return Err(PlannerError::Cancelled);
        }
        watch.lap("replan");
        let offers = relax::offers(&done.proposal.certificates);
        let memory = Replanning {
            plan: done.proposal.plan.name.clone(),
            from: plan.fabric.clone(),
            to: self.ground.fabric.hash.clone(),
            lineage: done.lineage.clone(),
        };
        progress.stage("save", None);
        let replaced = &done.proposal.plan;
        self.saving(|file, session| {
            let Ground { fabric, stacks, atoms } = &session.ground;
            file.save_replanned(&Replaced {
                ground: rebuilt.then_some((fabric, stacks.as_slice(), atoms.as_slice())),
                plan: replaced,
                fabric,
                atoms,
                memory: &memory,
            })?;
            Ok(file.save_relaxations(&offers)?)
        })?;
        self.plan = Some(done.proposal.plan);
        self.desk.replaced();
        watch.lap("save");
        self.judge(progress);
        self.saving(|file, session| Ok(file.save_contact_groups(&session.groups)?))?;
        watch.lap("verify");
        if let Some(options) = self.coverage.as_ref().map(CoverOptions::of) {
            self.cover(&options, progress)?;
            watch.lap("cover");
        }
        let (seconds, stages) = watch.finish();
        Ok(PartitionSummary {
            preset: rules.key,
            seed: options.seed,
            atoms: self.ground.atoms.len(),
            engine: done.proposal.stats,
            relaxations: offers,
            contact_groups: self.groups.as_ref().map(GroupFigures::of),
            replan: Some(ReplanSummary {
                from: match &options.from {
                    From::Current => "current".to_owned(),
                    From::File(path) => path.display().to_string(),
                },
                relaxed,
                changes: done.changes,
                lineage: done.lineage,
            }),
            seconds,
            stages,
        })
    }

    /// The plan to start from, and the atoms it is told in.
    fn before(&self, from: &From) -> Result<(Plan, Vec<Atom>), PlannerError> {
        let path = match from {
            From::Current => &self.path,
            From::File(path) => path,
        };
        let none = || PlannerError::NoPlan { file: path.display().to_string() };
        let file = PlanFile::open_read_only(path)?;
        let plan = file.plan()?.ok_or_else(none)?;
        let (hash, atoms) = file.standing_atoms()?.ok_or_else(none)?;
        if hash != plan.fabric {
            return Err(PlannerError::PlanOfOtherGround { file: path.display().to_string() });
        }
        Ok((plan, atoms))
    }

    /// Applies an offered relaxation to the rules.
    /// 放宽建议 What was offered when the plan was made: the changes of rules that would cure what cannot be cured by them.
    ///
    /// # Errors
    /// [`PlannerError::Store`].
    pub fn relaxations(&self) -> Result<Vec<Offer>, PlannerError> {
        Ok(PlanFile::open_read_only(&self.path)?.relaxations()?.unwrap_or_default())
    }

    fn relax(&self, rules: &mut Rules, id: &str) -> Result<Offer, PlannerError> {
        let offers = self.relaxations()?;
        let offer = offers.iter().find(|offer| offer.id.eq_ignore_ascii_case(id));
        let offer = offer.ok_or_else(|| PlannerError::UnknownKey {
            what: "relaxation",
            key: id.to_owned(),
            known: offers.iter().map(|offer| offer.id.as_str()).collect::<Vec<_>>().join(", "),
        })?;
        relax::apply(rules, offer)?;
        Ok(offer.clone())
    }

    /// Builds the ground anew where the rules divide buildings otherwise; whether the file holds another ground than
    /// the session.
    pub(crate) fn fit_ground(
        &mut self,
        rules: &Rules,
        progress: &dyn Progress,
    ) -> Result<bool, PlannerError> {
        if lifang_partition::stack_parts(&self.territory.buildings, rules) != self.ground.stacks {
            let mut ground = Ground::rebuild(&self.territory, rules, &mut self.desk.reuse, progress)?;
            lifang_partition::keep_codes(&mut ground.atoms, &self.ground.atoms)?;
            self.ground = ground;
            // What is kept for editing belongs to the ground before.
            self.desk.replaced();
            return Ok(true);
        }
        Ok(PlanFile::open_read_only(&self.path)?.ground()?.is_none())
    }
}

/// Codes of all zones of some plans, by level.
fn codes(plans: &[Option<&Plan>]) -> BTreeMap<String, BTreeSet<String>> {
    let mut codes: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for level in plans.iter().flatten().flat_map(|plan| &plan.levels) {
        let zones = level.zones.iter().map(|zone| zone.code.as_str().to_owned());
        codes.entry(level.key.clone()).or_default().extend(zones);
    }
    codes
}
