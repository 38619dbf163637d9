//! 缺口 Who is not served by one category and why, and the single gate or way that would help most.

use crate::catalog::find;
use crate::what_if::refuse;
use crate::{DEFAULT_TIERS, PlannerError, Session, Stage, Stopwatch};
use lifang_coverage::{
    Gap, GapCause, GateHours, Moment, OpeningKind, OpeningRequest, Request, Shares, cover_with, openings,
    tiers_for, ways_for,
};
use lifang_crs::{CrsSpec, FromFrame};
use lifang_model::{Demand, Progress};
use serde::Serialize;

/// Most openings that can be asked for.
const OPENINGS_MAX: usize = 100;

/// 缺口请求 What to look into.
#[derive(Clone, Debug)]
pub struct GapsRequest {
    /// Category key.
    pub category: String,
    /// Tier set key.
    pub tiers: String,
    /// Tier key; the category's own when not given.
    pub tier: Option<String>,
    /// Profile key.
    pub profile: String,
    /// How many openings to tell; 0 for none.
    pub openings: usize,
    /// Whether stations can be full, see [`lifang_coverage::Request::rooms`].
    pub rooms: bool,
    /// System of the places told; longitude and latitude when not given.
    pub crs: Option<CrsSpec>,
    /// Gates as they are at this time of day.
    pub at: Option<Moment>,
}

impl GapsRequest {
    /// The request with everything as usual.
    #[must_use]
    pub fn new(category: &str) -> Self {
        Self {
            category: category.to_owned(),
            tiers: DEFAULT_TIERS.to_owned(),
            tier: None,
            profile: "adult".to_owned(),
            openings: 10,
            rooms: false,
            crs: None,
            at: None,
        }
    }
}

/// 打通建议 An opening, for people and for the map.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OpeningRow {
    /// Its number, most people first.
    pub number: usize,
    /// What.
    pub kind: OpeningKind,
    /// Where it begins.
    pub from: (f64, f64),
    /// Where it ends; a gate's own place.
    pub to: (f64, f64),
    /// Its length, m; 0 for a gate.
    pub length_m: f64,
    /// The compound whose wall it opens, by name or code.
    pub compound: Option<String>,
    /// People it brings within the tier.
    pub demand: Demand,
    /// Codes of the buildings they live in.
    pub buildings: Vec<String>,
    /// Codes of the gaps they are in.
    pub gaps: Vec<String>,
}

/// 缺口结果 Who is not served.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GapsResult {
    /// Category key.
    pub category: String,
    /// Tier key.
    pub tier: String,
    /// Its metres.
    pub distance_m: f64,
    /// Profile key.
    pub profile: String,
    /// The gates at the time asked about, if one was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gates: Option<GateHours>,
    /// People within the tier.
    pub covered: Demand,
    /// All people.
    pub total: Demand,
    /// Shares of the two.
    pub share: Shares,
    /// People no street is near enough to; they are in no gap.
    pub unknown: Demand,
    /// The gaps, most people first.
    pub gaps: Vec<Gap>,
    /// Openings, most people first; each is weighed alone.
    pub openings: Vec<OpeningRow>,
    /// Wall time, seconds.
    pub seconds: f64,
    /// Wall time per stage.
    pub stages: Vec<Stage>,
}

impl Session {
    /// 缺口 Finds who one category does not serve, why, and what would help. Nothing is saved.
    ///
    /// # Errors
    /// [`PlannerError::UnknownKey`] or [`PlannerError::Selection`] for a request that makes no sense; else those of measuring.
    pub fn gaps(&self, request: &GapsRequest, progress: &dyn Progress) -> Result<GapsResult, PlannerError> {
        let mut watch = Stopwatch::default();
        if request.openings > OPENINGS_MAX {
            let what = format!("{} openings are more than anyone looks at", request.openings);
            return Err(refuse(what, &format!("Ask for at most {OPENINGS_MAX}")));
        }
        let profile = self.catalog.profile(&request.profile)?;
        let tiers = &tiers_for(self.catalog.tier_set(&request.tiers)?, profile);
        let mut category = self.catalog.service(&request.category)?.clone();
        if let Some(tier) = &request.tier {
            category.tier.clone_from(tier);
        }
        let tier = find("tier", &tiers.tiers, &category.tier, |tier| &tier.key)?;
        let then = request.at.as_ref().map(|moment| moment.gates(&self.territory));
        let territory = then.as_ref().map_or(&self.territory, |(territory, ..)| territory);
        let atoms = self.ground.atoms.as_slice();
        let ways = ways_for(territory, atoms, profile, progress)?;
        watch.lap("network");
        let coverage = cover_with(
            &Request {
                territory,
                fabric: &self.ground.fabric,
                atoms,
                plan: None,
                categories: std::slice::from_ref(&category),
                tiers,
                profiles: std::slice::from_ref(profile),
                rooms: request.rooms,
            },
            &ways,
            progress,
        )?;
        watch.lap("cover");
        progress.stage("openings", None);
        let found = openings(
            &OpeningRequest {
                territory,
                atoms,
                category: &category.key,
                profile,
                limit_mm: (tier.distance_m * 1000.0).round() as u32,
                // What would open a way on foot opens none to vehicles.
                most: if profile.drive.is_some() { 0 } else { request.openings },
            },
            &ways,
        );
        let own = if territory.frame.crs.is_some() { CrsSpec::Epsg(4326) } else { CrsSpec::Local };
        let out = FromFrame::new(&territory.frame, request.crs.as_ref().unwrap_or(&own))?;
        let mut rows = Vec::with_capacity(found.len());
        for (number, one) in found.iter().enumerate() {
            let compound = one.compound.and_then(|at| territory.compounds.get(at.at()));
            let mut buildings: Vec<_> =
                one.atoms.iter().filter_map(|atom| atoms[atom.at()].building).collect();
            buildings.sort_unstable();
            buildings.dedup();
            let helps = |gap: &&Gap| {
                gap.cause != GapCause::NoFacility
                    && gap.atoms.iter().any(|atom| one.atoms.binary_search(atom).is_ok())
            };
            rows.push(OpeningRow {
                number: number + 1,
                kind: one.kind,
                from: out.point(one.from)?,
                to: out.point(one.to)?,
                length_m: one.length_m,
                compound: compound.map(|one| one.name.clone().unwrap_or_else(|| one.code.clone())),
                demand: one.demand,
                buildings: buildings
                    .iter()
                    .filter_map(|at| Some(territory.buildings.get(at.at())?.code.clone()))
                    .collect(),
                gaps: coverage.gaps.iter().filter(helps).map(|gap| gap.code.clone()).collect(),
            });
        }
        watch.lap("openings");
        let tier_key = tier.key.clone();
        let figures =
            coverage.categories.first().and_then(|entry| entry.tiers.iter().find(|t| t.tier == tier_key));
        let (seconds, stages) = watch.finish();
        Ok(GapsResult {
            category: category.key.clone(),
            distance_m: tier.distance_m,
            profile: profile.key.clone(),
            gates: then.as_ref().map(|(_, gates, _)| gates.clone()),
            covered: figures.map_or_else(Demand::default, |tier| tier.covered),
            total: figures.map_or_else(Demand::default, |tier| tier.total),
            share: figures.map_or_else(Shares::default, |tier| tier.share),
            unknown: coverage.unknown,
            tier: tier_key,
            gaps: coverage.gaps,
            openings: rows,
            seconds,
            stages,
        })
    }
}
