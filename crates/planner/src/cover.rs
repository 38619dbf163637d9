//! 覆盖 Computes who reaches what within the tiers, and saves it.

use crate::{DEFAULT_TIERS, PlannerError, Session, Stage, Stopwatch};
use lifang_coverage::Coverage;
use lifang_model::{Profile, Progress, ServiceCategory};
use serde::Serialize;

/// 覆盖选项 What to compute.
#[derive(Clone, Debug)]
pub struct CoverOptions {
    /// Tier set key.
    pub tiers: String,
    /// Profile keys.
    pub profiles: Vec<String>,
    /// Category keys; empty for all.
    pub categories: Vec<String>,
}

impl Default for CoverOptions {
    fn default() -> Self {
        Self {
            tiers: DEFAULT_TIERS.to_owned(),
            profiles: vec!["adult".to_owned(), "elder".to_owned()],
            categories: Vec::new(),
        }
    }
}

impl CoverOptions {
    /// The options a coverage was computed with.
    #[must_use]
    pub fn of(coverage: &Coverage) -> Self {
        let mut options =
            Self { tiers: coverage.tiers.key.clone(), profiles: Vec::new(), categories: Vec::new() };
        for entry in &coverage.categories {
            if !options.profiles.contains(&entry.profile) {
                options.profiles.push(entry.profile.clone());
            }
            if !options.categories.contains(&entry.category) {
                options.categories.push(entry.category.clone());
            }
        }
        options
    }
}

/// 覆盖结果 What came out, in figures.
#[derive(Clone, Debug, Serialize)]
pub struct CoverSummary {
    /// Categories computed.
    pub categories: usize,
    /// Gaps found.
    pub gaps: usize,
    /// Wall time, seconds.
    pub seconds: f64,
    /// Wall time per stage.
    pub stages: Vec<Stage>,
}

impl Session {
    /// Computes coverage over the current ground and saves it.
    ///
    /// # Errors
    /// Any [`PlannerError`] of the search or of saving; the file is untouched then.
    pub fn cover(
        &mut self,
        options: &CoverOptions,
        progress: &dyn Progress,
    ) -> Result<CoverSummary, PlannerError> {
        let mut watch = Stopwatch::default();
        let tiers = self.catalog.tier_set(&options.tiers)?.clone();
        let profiles: Vec<Profile> = options
            .profiles
            .iter()
            .map(|key| self.catalog.profile(key).cloned())
            .collect::<Result<_, _>>()?;
        let categories: Vec<ServiceCategory> = if options.categories.is_empty() {
            self.catalog.services.clone()
        } else {
            options
                .categories
                .iter()
                .map(|key| self.catalog.service(key).cloned())
                .collect::<Result<_, _>>()?
        };
        let coverage = lifang_coverage::cover(
            &lifang_coverage::Request {
                territory: &self.territory,
                fabric: &self.ground.fabric,
                atoms: &self.ground.atoms,
                plan: self.plan.as_ref(),
                categories: &categories,
                tiers: &tiers,
                profiles: &profiles,
            },
            progress,
        )?;
        watch.lap("cover");
        progress.stage("save", None);
        self.saving(|file, _| Ok(file.save_coverage(&coverage)?))?;
        watch.lap("save");
        let gaps = coverage.gaps.len();
        self.coverage = Some(coverage);
        let (seconds, stages) = watch.finish();
        Ok(CoverSummary { categories: categories.len(), gaps, seconds, stages })
    }
}
