//! 测算 Coverage of a territory: all categories under all profiles.

use crate::CoverageError;
use crate::access::{Ways, open_of};
use crate::category::{Far, measure, straight};
use crate::coverage::{CategoryCoverage, Coverage, Gap, NetworkSummary, tier_mm};
use crate::gaps::Measure;
use crate::tally::Totals;
use lifang_fabric::Fabric;
use lifang_model::{
    Atom, AtomIdx, FacilityIdx, Fault, Place, Plan, Profile, Progress, ServiceCategory, Severity, Street,
    Territory, TierSet,
};
use lifang_network::{BuildOptions, Costs, costs};
use rayon::prelude::*;
use std::sync::atomic::{AtomicU64, Ordering};

/// 覆盖请求 What to measure.
#[derive(Copy, Clone, Debug)]
pub struct Request<'a> {
    /// The territory.
    pub territory: &'a Territory,
    /// Its fabric: who is whose neighbour.
    pub fabric: &'a Fabric,
    /// Its atoms.
    pub atoms: &'a [Atom],
    /// Zones to count by, if there are any.
    pub plan: Option<&'a Plan>,
    /// Categories to measure.
    pub categories: &'a [ServiceCategory],
    /// The standard to measure by.
    pub tiers: &'a TierSet,
    /// Who walks, or the one who drives (with [`crate::tiers_for`] it as `tiers`); gaps are found for the first.
    pub profiles: &'a [Profile],
    /// Whether stations can be full: then who finds no room at any within the tier is a gap too. Capacities must be of the people a
    /// category is for, not of seats.
    pub rooms: bool,
}

/// Measures coverage over streets as they come: lines from OpenStreetMap (codes like `way/123` or `w123`) meet at shared points
/// only, lines drawn by others wherever they cross.
///
/// # Errors
/// [`CoverageError`] when the request does not fit together or the user stops it.
pub fn cover(request: &Request<'_>, progress: &dyn Progress) -> Result<Coverage, CoverageError> {
    let ways = match request.profiles {
        [only] => ways_for(request.territory, request.atoms, only, progress)?,
        _ => ways(request.territory, request.atoms, progress)?,
    };
    cover_with(request, &ways, progress)
}

/// The ways [`cover`] measures on, for those who measure more than once.
///
/// # Errors
/// [`CoverageError::Cancelled`].
pub fn ways(territory: &Territory, atoms: &[Atom], progress: &dyn Progress) -> Result<Ways, CoverageError> {
    Ways::new(territory, atoms, &options(territory), progress)
}

/// The ways a profile goes by: streets people walk, or those vehicles may drive on. A vehicle comes through every gate of a walled
/// compound, shut to people on foot or not.
///
/// # Errors
/// [`CoverageError::Cancelled`].
pub fn ways_for(
    territory: &Territory,
    atoms: &[Atom],
    profile: &Profile,
    progress: &dyn Progress,
) -> Result<Ways, CoverageError> {
    let options = BuildOptions { vehicles: profile.drive.is_some(), ..options(territory) };
    Ways::new(territory, atoms, &options, progress)
}

/// The ways of a territory as it would be with changes to one whose ways are known: streets were added behind those there were,
/// or places, gates and stations changed. Everybody may still come out to the street where they did before, so a new street
/// never makes a walk longer.
///
/// # Errors
/// [`CoverageError::Cancelled`].
pub fn ways_after(
    territory: &Territory,
    atoms: &[Atom],
    (before, known): (&Territory, &Ways),
    progress: &dyn Progress,
) -> Result<Ways, CoverageError> {
    // Lines added to those of OpenStreetMap meet them as those do.
    let options = BuildOptions { vehicles: known.vehicles, ..options(before) };
    Ways::upon(territory, atoms, &options, Some((before, known)), progress)
}

fn options(territory: &Territory) -> BuildOptions {
    let node_crossings = !territory.streets.iter().any(from_openstreetmap);
    BuildOptions { node_crossings, ..BuildOptions::default() }
}

/// Whether a street's code is an OpenStreetMap way.
fn from_openstreetmap(street: &Street) -> bool {
    let code = street.code.as_str();
    ["way/", "osm/", "w"].iter().any(|prefix| {
        code.strip_prefix(prefix).is_some_and(|rest| {
            let id = rest.split(['-', '/', '.', '_', '#']).next().unwrap_or_default();
            id.len() >= 4 && id.bytes().all(|byte| byte.is_ascii_digit())
        })
    })
}

/// Measures coverage over ways made before, with the request's own territory and atoms.
///
/// # Errors
/// [`CoverageError`] when the request does not fit together or the user stops it.
pub fn cover_with(
    request: &Request<'_>,
    ways: &Ways,
    progress: &dyn Progress,
) -> Result<Coverage, CoverageError> {
    let (atoms, tiers) = (request.atoms, &request.tiers.tiers);
    if atoms.len() != request.fabric.cells.len() || atoms.len() != ways.door_of.len() {
        return Err(CoverageError::AtomsOfAnotherFabric {
            atoms: atoms.len(),
            cells: request.fabric.cells.len(),
        });
    }
    let (entries, facilities) = (ways.entries.len(), request.territory.facilities.len());
    if entries != facilities {
        return Err(CoverageError::WaysOfAnotherTerritory { entries, facilities });
    }
    if let Some(plan) = request.plan.filter(|plan| plan.fabric != request.fabric.hash) {
        return Err(CoverageError::PlanOfAnotherFabric {
            plan: plan.fabric.clone(),
            fabric: request.fabric.hash.clone(),
        });
    }
    let mut limits: Vec<(&str, u32)> = Vec::with_capacity(tiers.len());
    for tier in tiers {
        match tier_mm(tier) {
            Some(limit) => limits.push((&tier.key, limit)),
            None => {
                return Err(CoverageError::BadTier { tier: tier.key.clone(), distance_m: tier.distance_m });
            }
        }
    }
    let Some(widest) = limits.iter().map(|&(_, limit)| limit).max() else {
        return Err(CoverageError::Nothing { what: "tier" });
    };
    if request.profiles.is_empty() {
        return Err(CoverageError::Nothing { what: "profile" });
    }
    let driver = request.profiles.iter().find(|profile| profile.drive.is_some());
    if let Some(driver) = driver.filter(|_| request.profiles.len() > 1) {
        return Err(CoverageError::ProfilesApart { profile: driver.key.clone() });
    }
    if driver.is_some() != ways.vehicles {
        return Err(CoverageError::WaysOfAnotherKind { profile: request.profiles[0].key.clone() });
    }
    let work = Work {
        request,
        ways,
        totals: Totals::new(atoms, request.plan),
        costs: request.profiles.iter().map(|profile| costs(&ways.graph, profile)).collect(),
        unknown: ways.door_of.iter().map(|&door| ways.leads_nowhere(door)).collect(),
        open: request
            .categories
            .par_iter()
            .map(|category| {
                let open: Vec<FacilityIdx> = open_of(request.territory, &category.key).collect();
                let straight = straight(ways, request.territory, &open);
                (open, straight)
            })
            .collect(),
        cutoff_mm: widest * 2,
        limits,
    };
    let pairs: Vec<(usize, usize)> = (0..request.categories.len())
        .flat_map(|category| (0..request.profiles.len()).map(move |profile| (category, profile)))
        .collect();
    progress.stage("cover", Some(pairs.len() as u64));
    let done = AtomicU64::new(0);
    let results: Vec<Option<(CategoryCoverage, Vec<Gap>)>> = pairs
        .par_iter()
        .map(|&(category, profile)| {
            if progress.cancelled() {
                return None;
            }
            let result = work.category(category, profile);
            progress.advance(done.fetch_add(1, Ordering::Relaxed) + 1);
            Some(result)
        })
        .collect();
    let results: Option<Vec<_>> = results.into_iter().collect();
    let (categories, gaps): (Vec<_>, Vec<_>) = results.ok_or(CoverageError::Cancelled)?.into_iter().unzip();
    Ok(work.coverage(categories, gaps.into_iter().flatten().collect()))
}

struct Work<'a> {
    request: &'a Request<'a>,
    ways: &'a Ways,
    totals: Totals<'a>,
    costs: Vec<Costs>,
    unknown: Vec<bool>,
    /// For each category its open facilities and every door's straight distance to them.
    open: Vec<(Vec<FacilityIdx>, Vec<Option<u32>>)>,
    limits: Vec<(&'a str, u32)>,
    cutoff_mm: u32,
}

impl Work<'_> {
    /// The tier a category is judged by; the widest when it names none of the set.
    fn own_tier(&self, category: &ServiceCategory) -> (&str, u32) {
        let widest = || self.limits.iter().copied().max_by_key(|&(_, limit)| limit);
        let own = self.limits.iter().copied().find(|&(key, _)| key == category.tier);
        own.or_else(widest).unwrap_or(("", 0))
    }

    fn category(&self, category: usize, profile: usize) -> (CategoryCoverage, Vec<Gap>) {
        let Request { territory, fabric, atoms, .. } = *self.request;
        let first = profile == 0;
        let (open, straight) = &self.open[category];
        let (category, costs, profile) =
            (&self.request.categories[category], &self.costs[profile], &self.request.profiles[profile]);
        let all = territory.facilities.iter().filter(|facility| facility.category == category.key).count();
        let doors = measure(self.ways, territory, open, straight, costs, self.cutoff_mm);
        let far: Vec<&Far> = self.ways.door_of.iter().map(|&door| &doors[door as usize]).collect();
        let walks = far.iter().map(|far| far.walk);
        let distance_mm: Vec<Option<u32>> = walks.clone().map(|walk| walk.map(|(mm, _)| mm)).collect();
        let tiers =
            self.limits.iter().map(|&(key, limit)| self.totals.tier(key, limit, &distance_mm)).collect();
        let (tier, limit_mm) = self.own_tier(category);
        let turned_away = if first && self.request.rooms {
            let profile = &self.request.profiles[0];
            self.ways.turned_away(territory, atoms, open, profile, limit_mm, category.serves)
        } else {
            Vec::new()
        };
        let measure = Measure {
            territory,
            fabric,
            atoms,
            category: &category.key,
            tier,
            profile: &profile.key,
            limit_mm,
            turned_away: &turned_away,
        };
        let gaps = match (first, open.is_empty()) {
            (false, _) => Vec::new(),
            (true, true) => measure.none_at_all(self.totals.all()),
            (true, false) => measure.find(&far, &self.unknown),
        };
        let coverage = CategoryCoverage {
            category: category.key.clone(),
            profile: profile.key.clone(),
            facilities: open.len() as u32,
            closed: (all - open.len()) as u32,
            tiers,
            distance_mm,
            nearest: walks.map(|walk| walk.map(|(_, facility)| facility)).collect(),
            straight_mm: far.iter().map(|far| far.straight).collect(),
        };
        (coverage, gaps)
    }

    fn coverage(&self, categories: Vec<CategoryCoverage>, gaps: Vec<Gap>) -> Coverage {
        let network = self.ways.network();
        let unsnapped: Vec<AtomIdx> =
            (0..self.unknown.len()).filter(|&row| self.unknown[row]).map(AtomIdx::of).collect();
        let unknown = unsnapped.iter().map(|atom| self.request.atoms[atom.at()].demand).sum();
        let mut faults = network.faults.clone();
        faults.extend(self.ways.faults.iter().cloned());
        if !unsnapped.is_empty() {
            faults.push(Fault::new(
                Severity::Notice,
                "V-103",
                format!("{} cells have no street within 300 m they can come out to", unsnapped.len()),
                "Their distances are unknown and they count as not covered. Check the streets around them.",
            ));
        }
        for category in self.request.categories {
            if !self.limits.iter().any(|&(key, _)| key == category.tier) {
                faults.push(
                    Fault::new(
                        Severity::Warning,
                        "V-104",
                        format!(
                            "the category's tier {:?} is not in {:?}",
                            category.tier, self.request.tiers.key
                        ),
                        "Its gaps were judged by the widest tier.",
                    )
                    .at(Place { feature: Some(category.key.clone()), ..Place::default() }),
                );
            }
        }
        Coverage {
            tiers: self.request.tiers.clone(),
            network: NetworkSummary {
                nodes: network.nodes,
                edges: network.edges,
                km: network.km,
                components: network.components.len() as u32,
                largest_km: network.components.first().map_or(0.0, |component| component.km),
                likely_gaps: network.likely_gaps.len() as u32,
            },
            categories,
            unsnapped,
            unknown,
            gaps,
            faults,
            zone_walks: Vec::new(),
            gates: None,
        }
    }
}
