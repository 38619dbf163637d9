//! 覆盖 Computes who reaches what within the tiers, and saves it.

use crate::{DEFAULT_TIERS, PlannerError, Session, Stage, Stopwatch};
use lifang_coverage::{CategoryLoad, Coverage, GapCause};
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
    /// Whether stations can be full, see [`lifang_coverage::Request::rooms`].
    pub rooms: bool,
}

impl Default for CoverOptions {
    fn default() -> Self {
        Self {
            tiers: DEFAULT_TIERS.to_owned(),
            profiles: vec!["adult".to_owned(), "elder".to_owned()],
            categories: Vec::new(),
            rooms: false,
        }
    }
}

impl CoverOptions {
    /// The options a coverage was computed with.
    #[must_use]
    pub fn of(coverage: &Coverage) -> Self {
        let mut options = Self {
            tiers: coverage.tiers.key.clone(),
            profiles: Vec::new(),
            categories: Vec::new(),
            rooms: false,
        };
        options.rooms = coverage.gaps.iter().any(|gap| gap.cause == GapCause::Capacity);
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
    /// 负载 How many people each open station has to serve, against what it can take: every category with a station, within
    /// its own tier, for the first profile measured. Empty before coverage was computed.
    #[must_use]
    pub fn loads(&self) -> Vec<CategoryLoad> {
        let Some(coverage) = &self.coverage else { return Vec::new() };
        let mut told: Vec<CategoryLoad> = Vec::new();
        for entry in coverage.categories.iter().filter(|entry| entry.facilities > 0) {
            let Ok(category) = self.catalog.service(&entry.category) else { continue };
            if told.iter().any(|load| load.category == entry.category) {
                continue;
            }
            let key = (entry.category.as_str(), entry.profile.as_str(), category.tier.as_str());
            told.extend(coverage.load(&self.territory, &self.ground.atoms, key, category.serves));
        }
        told
    }

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
                rooms: options.rooms,
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
