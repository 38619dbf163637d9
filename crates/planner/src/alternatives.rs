//! 备选方案 Several good plans with their figures, and one of them kept.

use crate::{PartitionOptions, PlannerError, Session, Stopwatch};
use lifang_model::Progress;
use lifang_verify::Metric;
use serde::Serialize;

/// 备选方案 The figures of one plan on offer, as `verify` judges it.
#[derive(Clone, Debug, Serialize)]
pub struct AlternativeFigures {
    /// Number, from 1; `--keep` takes it.
    pub number: usize,
    /// What was brought to the fore: `preset`, `whole`, `compact` or `barriers`.
    pub style: &'static str,
    /// Seed it was made with.
    pub seed: u64,
    /// Zones of every level, coarse to fine: (key, zones, of those with a band, inside it).
    pub levels: Vec<(String, u32, u32, u32)>,
    /// Violations.
    pub violations: usize,
    /// Violations proven unavoidable.
    pub unavoidable: usize,
    /// Metrics of the finest level: compactness, households in split buildings and the like.
    pub metrics: Vec<Metric>,
    /// Share of households outside the best match with every plan offered, in order; 0 with itself.
    pub distance: Vec<f64>,
}

/// 备选方案一览 The plans on offer.
#[derive(Clone, Debug, Serialize)]
pub struct AlternativesSummary {
    /// Preset used.
    pub preset: String,
    /// How many were asked for; fewer are offered where good plans hardly differ.
    pub asked: usize,
    /// The plans, the best first.
    pub alternatives: Vec<AlternativeFigures>,
    /// The one that was kept.
    pub kept: Option<usize>,
    /// Wall time, seconds.
    pub seconds: f64,
}

impl Session {
    /// Makes up to `count` clearly different good plans. With `keep`, the plan of that number becomes the plan of the
    /// file, as [`Session::partition`] would have made it; without, nothing is saved. The same options offer the same
    /// plans under the same numbers, so that one may look first and keep later.
    ///
    /// # Errors
    /// [`PlannerError::UnknownKey`] for a number that is not offered, [`PlannerError::Published`] for one to keep in place of
    /// a published plan, and any error of building, partitioning or saving;
    /// the file is untouched then.
    pub fn alternatives(
        &mut self,
        options: &PartitionOptions,
        count: usize,
        keep: Option<usize>,
        progress: &dyn Progress,
    ) -> Result<AlternativesSummary, PlannerError> {
        let began = Stopwatch::default();
        if keep.is_some() {
            self.unpublished()?;
        }
        let rules = self.rules(options)?;
        let rebuilt = self.fit_ground(&rules, progress)?;
        let walks = self.door_table(&rules, progress)?;
        let mut plans = lifang_partition::alternatives(
            &self.request(&rules, walks.as_ref(), options.seed, options.effort),
            count,
            progress,
        )?;
        let mut figures = Vec::new();
        for (at, plan) in plans.iter().enumerate() {
            let report = lifang_verify::verify(
                &lifang_verify::Input {
                    territory: &self.territory,
                    fabric: &self.ground.fabric,
                    atoms: &self.ground.atoms,
                    plan: &plan.proposal.plan,
                },
                progress,
            );
            let finest = plan.proposal.plan.levels.last().map(|level| level.key.clone()).unwrap_or_default();
            let levels = report.levels.iter();
            figures.push(AlternativeFigures {
                number: at + 1,
                style: plan.style,
                seed: plan.seed,
                levels: levels.map(|l| (l.key.clone(), l.zones, l.banded, l.in_band)).collect(),
                violations: report.violations.len(),
                unavoidable: report.violations.iter().filter(|v| v.avoidable == Some(false)).count(),
                metrics: report.metrics.into_iter().filter(|metric| metric.level == finest).collect(),
                distance: plan.distance.clone(),
            });
        }
        if let Some(number) = keep {
            let at = number.checked_sub(1).filter(|&at| at < plans.len());
            let at = at.ok_or_else(|| PlannerError::UnknownKey {
                what: "alternative",
                key: number.to_string(),
                known: (1..=plans.len()).map(|n| n.to_string()).collect::<Vec<_>>().join(", "),
            })?;
            let chosen = plans.swap_remove(at);
            self.adopt(chosen.proposal, chosen.seed, rebuilt, Stopwatch::default(), progress)?;
        }
        Ok(AlternativesSummary {
            preset: rules.key,
            asked: count,
            alternatives: figures,
            kept: keep,
            seconds: began.finish().0,
        })
    }
}
