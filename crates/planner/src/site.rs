//! 选址 Where new stations of a category would help, and what would change if one closed, moved or opened: on the plan's own
//! walking distances, with the open stations kept. Nothing is saved.

use crate::catalog::find;
use crate::what_if::{refuse, station};
use crate::{DEFAULT_TIERS, PlannerError, Session, Stage, Stopwatch, WhatIf};
use lifang_coverage::{
    Coverage, GapCause, GateHours, Moment, Shares, Walk, Ways, cover_with, tiers_for, ways_after, ways_for,
};
use lifang_crs::{CrsSpec, FromFrame};
use lifang_model::{Demand, FacilityIdx, Profile, Progress, ServiceCategory, Silent, Territory, TierSet};
use lifang_siting::{CostMatrix, Effort, Model, Problem};
use serde::Serialize;
use std::collections::BTreeMap;

mod candidates;
mod changed;
#[cfg(test)]
mod tests;

pub(crate) use candidates::layer_crs;
pub use candidates::{Candidates, CandidatesUsed};
pub use changed::SiteChanged;

/// Category of a station that is only a candidate: nobody's.
const CANDIDATE: &str = "\u{1}candidate";
/// How far p-median and p-center look, mm.
const FAR_MM: u32 = 50_000_000;
/// Most costs a table may hold: 1 GB.
const CELLS_MAX: usize = 125_000_000;

/// 权重 Whom the model counts.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub enum SiteWeight {
    /// 居民 Residents; households where nobody knows the residents.
    #[default]
    Persons,
    /// 户 Households.
    Households,
    /// 老人 Residents of 60 and older.
    Elders,
    /// 儿童 Residents under 15.
    Children,
}

impl SiteWeight {
    const fn of(self, demand: &Demand) -> u32 {
        match self {
            Self::Persons => demand.persons,
            Self::Households => demand.households,
            Self::Elders => demand.elders,
            Self::Children => demand.children,
        }
    }

    const fn key(self) -> &'static str {
        match self {
            Self::Persons => "persons",
            Self::Households => "households",
            Self::Elders => "elders",
            Self::Children => "children",
        }
    }
}

/// 选址请求 What to find out.
#[derive(Clone, Debug)]
pub struct SiteRequest {
    /// Category key.
    pub category: String,
    /// Model; without one only the changes of `what_if` are tried.
    pub model: Option<Model>,
    /// New stations; LSCP finds how many.
    pub new_sites: Option<usize>,
    /// Tier set key.
    pub tiers: String,
    /// Tier key; the category's own when not given.
    pub tier: Option<String>,
    /// Profile key.
    pub profile: String,
    /// Whom the model counts.
    pub weight: SiteWeight,
    /// How many of them a new station can take; existing ones take what their own capacity says, those without one anybody.
    /// Without it stations are never full.
    pub capacity: Option<u32>,
    /// Where a station could be.
    pub candidates: Candidates,
    /// Most candidates; more are thinned out.
    pub candidates_max: usize,
    /// Changes to try first.
    pub what_if: WhatIf,
    /// System of all coordinates given and told; longitude and latitude when not given.
    pub crs: Option<CrsSpec>,
    /// Gates as they are at this time of day, before and after.
    pub at: Option<Moment>,
    /// Cap on the time of the search, seconds.
    pub seconds: f64,
}

impl SiteRequest {
    /// The request with everything as usual.
    #[must_use]
    pub fn new(category: &str) -> Self {
        Self {
            category: category.to_owned(),
            model: None,
            new_sites: None,
            tiers: DEFAULT_TIERS.to_owned(),
            tier: None,
            profile: "adult".to_owned(),
            weight: SiteWeight::default(),
            capacity: None,
            candidates: Candidates::default(),
            candidates_max: 2000,
            what_if: WhatIf::default(),
            crs: None,
            at: None,
            seconds: 60.0,
        }
    }
}

/// 圈层数字 Who is within one tier.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SiteTier {
    /// Key of the tier.
    pub tier: String,
    /// Metres.
    pub distance_m: f64,
    /// People within it.
    pub covered: Demand,
    /// All people.
    pub total: Demand,
    /// Shares of the two.
    pub share: Shares,
}

/// 缺口小计 Gaps of one cause.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SiteGaps {
    /// Why.
    pub cause: GapCause,
    /// How many groups.
    pub gaps: usize,
    /// Their people.
    pub demand: Demand,
}

/// 覆盖对照 One side of the before/after table.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SiteCover {
    /// Open stations, outside the boundary included.
    pub stations: u32,
    /// Who is within each tier, nearest first.
    pub tiers: Vec<SiteTier>,
    /// Who is not within the tier asked about, by cause.
    pub gaps: Vec<SiteGaps>,
}

/// 新站 A station the model would open.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NewStation {
    /// Its number, most added first.
    pub number: usize,
    /// Where: longitude and latitude, or the system asked for.
    pub at: (f64, f64),
    /// Code of the building.
    pub building: Option<String>,
    /// Name of the place, if known.
    pub name: Option<String>,
    /// Everyone within the tier of it.
    pub within: Demand,
    /// Those whom neither an existing station nor a new one before this has within the tier.
    pub adds: Demand,
    /// How many of those counted it takes, where stations have a capacity.
    pub takes: Option<u64>,
}

/// 选址答案 What the model says.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SiteAnswer {
    /// Model.
    pub model: Model,
    /// Whom it counts.
    pub weight: &'static str,
    /// LSCP: stations in all. MCLP: weight within the tier. p-median: weight times metres. p-center: metres.
    pub objective: f64,
    /// What no choice among these candidates can beat.
    pub bound: f64,
    /// Distance of the two, percent.
    pub gap_pct: f64,
    /// Whether the choice is proven best among these candidates.
    pub proven: bool,
    /// People no chosen or existing station serves: beyond the tier (LSCP, MCLP), or without any way (p-median, p-center).
    pub unserved: Demand,
    /// How many a new station can take, where that was asked about.
    pub capacity: Option<u32>,
    /// With it: how many of those counted no station takes, by room or by distance.
    pub without_room: Option<u64>,
    /// What was chosen from.
    pub candidates: CandidatesUsed,
    /// The new stations, most added first.
    pub stations: Vec<NewStation>,
}

/// 选址结果 Before, after, and what makes the difference.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SiteResult {
    /// Category key.
    pub category: String,
    /// Profile key.
    pub profile: String,
    /// Tier asked about.
    pub tier: String,
    /// Its metres.
    pub distance_m: f64,
    /// The gates at the time asked about, if one was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gates: Option<GateHours>,
    /// Changes tried, in words.
    pub changes: Vec<String>,
    /// As it is.
    pub before: SiteCover,
    /// With the changes and the new stations.
    pub after: SiteCover,
    /// Who comes within the tier.
    pub gained: SiteChanged,
    /// Who falls out of it.
    pub lost: SiteChanged,
    /// What the model says, when there was one.
    pub answer: Option<SiteAnswer>,
    /// Wall time, seconds.
    pub seconds: f64,
    /// Wall time per stage.
    pub stages: Vec<Stage>,
}

impl Session {
    /// 选址 Chooses new stations of a category, or tells what changes would do.
    ///
    /// # Errors
    /// [`PlannerError::UnknownKey`], [`PlannerError::Selection`] and [`PlannerError::Siting`] for a request that makes no
    /// sense; else those of measuring.
    pub fn site(&self, request: &SiteRequest, progress: &dyn Progress) -> Result<SiteResult, PlannerError> {
        let mut watch = Stopwatch::default();
        let profile = self.catalog.profile(&request.profile)?;
        let tiers = &tiers_for(self.catalog.tier_set(&request.tiers)?, profile);
        let mut category = self.catalog.service(&request.category)?.clone();
        if let Some(tier) = &request.tier {
            category.tier.clone_from(tier);
        }
        let tier = find("tier", &tiers.tiers, &category.tier, |tier| &tier.key)?;
        if request.model.is_none() && request.what_if.is_empty() {
            return Err(refuse(
                "there is nothing to find out".to_owned(),
                "Give a model and a number of new stations, or a change to try",
            ));
        }
        let crs = request.crs.as_ref();
        let scale = Scale { category: &category, tiers, profile, rooms: request.capacity.is_some() };
        let limit_mm = (tier.distance_m * 1000.0).round() as u32;
        let then = request.at.as_ref().map(|moment| moment.gates(&self.territory));
        let is = then.as_ref().map_or(&self.territory, |(territory, ..)| territory);
        let (mut territory, changes) = request.what_if.apply(self, is, &category.key, crs)?;
        let now = ways_for(is, &self.ground.atoms, profile, progress)?;
        let before = self.cover_of(is, &now, &scale, progress)?;
        watch.lap("before");
        let (answer, after) = match request.model {
            None => {
                let then = ways_after(&territory, &self.ground.atoms, (is, &now), progress)?;
                (None, self.cover_of(&territory, &then, &scale, progress)?)
            }
            Some(model) => {
                let (answer, then) = self.choose(
                    request,
                    model,
                    &mut territory,
                    (is, &now),
                    &scale,
                    limit_mm,
                    &mut watch,
                    progress,
                )?;
                // Who stopped the search wants to see what it had found.
                let told: &dyn Progress = if progress.cancelled() { &Silent } else { progress };
                (Some(answer), self.cover_of(&territory, &then, &scale, told)?)
            }
        };
        let (gained, lost) = self.changed(&before, &after, limit_mm);
        watch.lap("after");
        let (seconds, stages) = watch.finish();
        Ok(SiteResult {
            category: category.key.clone(),
            profile: profile.key.clone(),
            tier: tier.key.clone(),
            distance_m: tier.distance_m,
            gates: then.as_ref().map(|(_, gates, _)| gates.clone()),
            changes,
            before: told(before),
            after: told(after),
            gained,
            lost,
            answer,
            seconds,
            stages,
        })
    }

    /// Adds every candidate to the territory, measures, solves, and opens those chosen.
    #[expect(clippy::too_many_arguments, reason = "one stage of the use case above, with all it has at hand")]
    fn choose(
        &self,
        request: &SiteRequest,
        model: Model,
        territory: &mut Territory,
        now: (&Territory, &Ways),
        scale: &Scale<'_>,
        limit_mm: u32,
        watch: &mut Stopwatch,
        progress: &dyn Progress,
    ) -> Result<(SiteAnswer, Ways), PlannerError> {
        let key = &scale.category.key;
        let existing: Vec<FacilityIdx> = (0..territory.facilities.len())
            .filter(|&row| {
                let facility = &territory.facilities[row];
                facility.category == *key && facility.open_to_public
            })
            .map(FacilityIdx::of)
            .collect();
        let (places, candidates) =
            request.candidates.gather(self, request.crs.as_ref(), request.candidates_max)?;
        let base = territory.facilities.len();
        for (number, place) in places.iter().enumerate() {
            territory.facilities.push(station(&format!("new-{}", number + 1), CANDIDATE, place.at)?);
        }
        let then = ways_after(territory, &self.ground.atoms, now, progress)?;
        watch.lap("candidates");
        progress.stage("walks", None);
        let rows: Vec<FacilityIdx> =
            existing.iter().copied().chain((base..base + places.len()).map(FacilityIdx::of)).collect();
        let cutoff = if model.needs_radius() { limit_mm } else { FAR_MM };
        let walks = then.walks(territory, scale.profile, &rows, cutoff);
        watch.lap("walks");
        progress.stage("solve", None);
        let homes = then.homes(&self.ground.atoms);
        let people = Clients::new(&homes, request.weight);
        let costs = people.costs(&walks)?;
        let fixed: Vec<u32> = (0..existing.len() as u32).collect();
        let problem = Problem { costs: &costs, weights: &people.weights, fixed: &fixed };
        let sites = match request.new_sites {
            Some(new) => existing.len() + new,
            None if !model.needs_count() => 0,
            None => {
                let what = format!("{} needs the number of new stations", model.key());
                return Err(refuse(what, "Give --p N"));
            }
        };
        let radius = f64::from(limit_mm) / 1000.0;
        let stop = || progress.cancelled();
        let effort = Effort { nodes: u64::MAX, seconds: Some(request.seconds), stop: Some(&stop) };
        let (answer, filled) = match request.capacity {
            None => (lifang_siting::solve(model, &problem, sites, radius, &effort)?, None),
            Some(size) => {
                let own = existing.iter().map(|at| territory.facilities[at.at()].capacity.map(u64::from));
                let room: Vec<Option<u64>> =
                    own.chain(std::iter::repeat_n(Some(u64::from(size)), places.len())).collect();
                let found = lifang_siting::solve_with_room(model, &problem, &room, sites, radius, &effort)?;
                (found.answer.clone(), Some(found))
            }
        };
        watch.lap("solve");
        let chosen: Vec<usize> =
            answer.sites.iter().map(|&site| site as usize).filter(|&site| site >= existing.len()).collect();
        for &site in &chosen {
            let facility = &mut territory.facilities[rows[site].at()];
            facility.category.clone_from(key);
            facility.capacity = request.capacity;
        }
        let own = if self.territory.frame.crs.is_some() { CrsSpec::Epsg(4326) } else { CrsSpec::Local };
        let out = FromFrame::new(&self.territory.frame, request.crs.as_ref().unwrap_or(&own))?;
        let mut stations = Vec::with_capacity(chosen.len());
        for (number, (site, within, adds)) in
            one_by_one(&walks, &homes, existing.len(), chosen, limit_mm, request.weight)
                .into_iter()
                .enumerate()
        {
            let place = &places[site - existing.len()];
            stations.push(NewStation {
                number: number + 1,
                at: out.point(place.at)?,
                building: place.building.clone(),
                name: place.name.clone(),
                within,
                adds,
                takes: filled.as_ref().map(|filled| filled.load[site]),
            });
        }
        let answer = SiteAnswer {
            model,
            weight: people.weight.key(),
            objective: answer.objective,
            bound: answer.bound,
            gap_pct: 100.0 * answer.gap,
            proven: answer.proven,
            unserved: match &filled {
                None => people.of(&answer.unserved, &homes),
                // Of those only some of whom find room the rest is counted beside.
                Some(filled) => {
                    let whole = |client: &u32| filled.shares[*client as usize].is_empty();
                    let none: Vec<u32> = answer.unserved.iter().copied().filter(whole).collect();
                    people.of(&none, &homes)
                }
            },
            capacity: request.capacity,
            without_room: filled.map(|filled| filled.left.iter().sum()),
            candidates,
            stations,
        };
        Ok((answer, then))
    }

    fn cover_of(
        &self,
        territory: &Territory,
        ways: &Ways,
        scale: &Scale<'_>,
        progress: &dyn Progress,
    ) -> Result<Coverage, PlannerError> {
        let request = lifang_coverage::Request {
            territory,
            fabric: &self.ground.fabric,
            atoms: &self.ground.atoms,
            plan: None,
            categories: std::slice::from_ref(scale.category),
            tiers: scale.tiers,
            profiles: std::slice::from_ref(scale.profile),
            rooms: scale.rooms,
        };
        Ok(cover_with(&request, ways, progress)?)
    }
}

/// What is measured, and by what.
struct Scale<'a> {
    category: &'a ServiceCategory,
    tiers: &'a TierSet,
    profile: &'a Profile,
    rooms: bool,
}

fn told(coverage: Coverage) -> SiteCover {
    let mut gaps: BTreeMap<GapCause, (usize, Demand)> = BTreeMap::new();
    for gap in &coverage.gaps {
        let sum = gaps.entry(gap.cause).or_default();
        sum.0 += 1;
        sum.1 += gap.demand;
    }
    let metres: BTreeMap<&str, f64> =
        coverage.tiers.tiers.iter().map(|tier| (tier.key.as_str(), tier.distance_m)).collect();
    let entry = coverage.categories.into_iter().next();
    SiteCover {
        stations: entry.as_ref().map_or(0, |entry| entry.facilities),
        tiers: entry
            .map_or_else(Vec::new, |entry| entry.tiers)
            .into_iter()
            .map(|tier| SiteTier {
                distance_m: metres.get(tier.tier.as_str()).copied().unwrap_or(0.0),
                tier: tier.tier,
                covered: tier.covered,
                total: tier.total,
                share: tier.share,
            })
            .collect(),
        gaps: gaps.into_iter().map(|(cause, (gaps, demand))| SiteGaps { cause, gaps, demand }).collect(),
    }
}

/// The doors with somebody behind them.
struct Clients {
    weight: SiteWeight,
    /// Door of each client.
    door: Vec<u32>,
    /// Client of each door.
    client: Vec<Option<u32>>,
    weights: Vec<f64>,
}

impl Clients {
    fn new(homes: &[Demand], weight: SiteWeight) -> Self {
        let unknown = weight == SiteWeight::Persons && homes.iter().all(|home| home.persons == 0);
        let weight = if unknown { SiteWeight::Households } else { weight };
        let (mut door, mut client, mut weights) = (Vec::new(), vec![None; homes.len()], Vec::new());
        for (row, home) in (0u32..).zip(homes) {
            if weight.of(home) > 0 {
                client[row as usize] = Some(door.len() as u32);
                door.push(row);
                weights.push(f64::from(weight.of(home)));
            }
        }
        Self { weight, door, client, weights }
    }

    /// Metres from every client to every site, infinite where it is beyond the search.
    fn costs(&self, walks: &[Vec<Walk>]) -> Result<CostMatrix, PlannerError> {
        let count = self.door.len().saturating_mul(walks.len());
        if count > CELLS_MAX {
            return Err(refuse(
                format!("{} homes and {} places are too many to choose from", self.door.len(), walks.len()),
                "Lower --candidates-max",
            ));
        }
        let (sites, mut cells) = (walks.len(), vec![f64::INFINITY; count]);
        for (site, walks) in walks.iter().enumerate() {
            for &(door, mm) in walks {
                if let Some(client) = self.client[door as usize] {
                    cells[client as usize * sites + site] = f64::from(mm) / 1000.0;
                }
            }
        }
        Ok(CostMatrix::new(self.door.len(), sites, cells)?)
    }

    fn of(&self, clients: &[u32], homes: &[Demand]) -> Demand {
        clients.iter().map(|&client| homes[self.door[client as usize] as usize]).sum()
    }
}

/// The chosen sites, the one that adds most first; of equal ones the first in the list of candidates.
fn one_by_one(
    walks: &[Vec<Walk>],
    homes: &[Demand],
    existing: usize,
    mut chosen: Vec<usize>,
    limit_mm: u32,
    weight: SiteWeight,
) -> Vec<(usize, Demand, Demand)> {
    let near =
        |site: usize| walks[site].iter().filter(|&&(_, mm)| mm <= limit_mm).map(|&(door, _)| door as usize);
    let mut served = vec![false; homes.len()];
    for site in 0..existing {
        near(site).for_each(|door| served[door] = true);
    }
    let mut told = Vec::with_capacity(chosen.len());
    while !chosen.is_empty() {
        let adds = |site: usize, served: &[bool]| -> Demand {
            near(site).filter(|&door| !served[door]).map(|door| homes[door]).sum()
        };
        let (place, most) = chosen
            .iter()
            .enumerate()
            .map(|(place, &site)| (place, adds(site, &served)))
            .reduce(|best, next| {
                let key = |demand: &Demand| (weight.of(demand), demand.households);
                if key(&next.1) > key(&best.1) { next } else { best }
            })
            .unwrap_or_default();
        let site = chosen.remove(place);
        near(site).for_each(|door| served[door] = true);
        told.push((site, near(site).map(|door| homes[door]).sum(), most));
    }
    told
}
