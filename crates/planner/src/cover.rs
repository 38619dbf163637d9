//! 覆盖 Computes who reaches what within the tiers, and saves it.

use crate::{DEFAULT_TIERS, PlannerError, Session, Stage, Stopwatch};
use lifang_coverage::{CategoryLoad, Coverage, GapCause, GateHours, Moment, tiers_for, ways, ways_for};
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
    /// Gates as they are at this time of day; as they are by day without it.
    pub at: Option<Moment>,
}

impl Default for CoverOptions {
    fn default() -> Self {
        Self {
            tiers: DEFAULT_TIERS.to_owned(),
            profiles: vec!["adult".to_owned(), "elder".to_owned()],
            categories: Vec::new(),
            rooms: false,
            at: None,
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
            at: coverage.gates.as_ref().and_then(|gates| gates.at.parse().ok()),
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
    /// The gates at the time asked about, if one was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gates: Option<GateHours>,
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
        let coverage = self.measured(options, &mut watch, progress)?;
        progress.stage("save", None);
        self.saving(|file, _| Ok(file.save_coverage(&coverage)?))?;
        watch.lap("save");
        let (gaps, gates) = (coverage.gaps.len(), coverage.gates.clone());
        let categories = CoverOptions::of(&coverage).categories.len();
        self.coverage = Some(coverage);
        let (seconds, stages) = watch.finish();
        Ok(CoverSummary { categories, gaps, gates, seconds, stages })
    }

    /// Computes coverage over the current ground and keeps nothing of it.
    pub(crate) fn measured(
        &self,
        options: &CoverOptions,
        watch: &mut Stopwatch,
        progress: &dyn Progress,
    ) -> Result<Coverage, PlannerError> {
        let profiles: Vec<Profile> = options
            .profiles
            .iter()
            .map(|key| self.catalog.profile(key).cloned())
            .collect::<Result<_, _>>()?;
        let drives = profiles.iter().any(|profile| profile.drive.is_some());
        let tiers = match profiles.as_slice() {
            [only] => tiers_for(self.catalog.tier_set(&options.tiers)?, only),
            _ => self.catalog.tier_set(&options.tiers)?.clone(),
        };
        let categories: Vec<ServiceCategory> = if options.categories.is_empty() {
            self.catalog.services.clone()
        } else {
            options
                .categories
                .iter()
                .map(|key| self.catalog.service(key).cloned())
                .collect::<Result<_, _>>()?
        };
        let then = options.at.as_ref().map(|moment| moment.gates(&self.territory));
        let territory = then.as_ref().map_or(&self.territory, |(territory, ..)| territory);
        let ways = match profiles.as_slice() {
            [only] => ways_for(territory, &self.ground.atoms, only, progress)?,
            _ => ways(territory, &self.ground.atoms, progress)?,
        };
        let mut coverage = lifang_coverage::cover_with(
            &lifang_coverage::Request {
                territory,
                fabric: &self.ground.fabric,
                atoms: &self.ground.atoms,
                plan: self.plan.as_ref(),
                categories: &categories,
                tiers: &tiers,
                profiles: &profiles,
                rooms: options.rooms,
            },
            &ways,
            progress,
        )?;
        watch.lap("cover");
        if let Some((_, gates, faults)) = then {
            coverage.gates = Some(gates);
            coverage.faults.extend(faults);
        }
        if let Some(plan) = &self.plan {
            coverage.zone_walks =
                if drives { self.zone_walks(progress)? } else { self.walks_of(plan, &ways)? };
            watch.lap("zone walks");
        }
        Ok(coverage)
    }
}
