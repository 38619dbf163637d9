//! 覆盖结果 What is kept and shown.

use crate::column;
use crate::hours::GateHours;
use crate::radius::ZoneWalk;
use lifang_model::{AtomIdx, Demand, FacilityIdx, Fault, TierSet};
use serde::{Deserialize, Serialize};

/// 可达状态 How far an atom is from the nearest facility; three different values, none of which is 0.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Walking distance, mm.
    Known(u32),
    /// Farther than twice the largest tier, or no way at all.
    Beyond,
    /// No street near enough to say.
    Unsnapped,
}

/// 路网概况 The street network distances were measured on.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct NetworkSummary {
    /// Junctions and ends.
    pub nodes: u32,
    /// Edges.
    pub edges: u32,
    /// Length, km.
    pub km: f64,
    /// Connected pieces.
    pub components: u32,
    /// Length of the longest piece, km.
    pub largest_km: f64,
    /// Dead ends that nearly touch another street.
    pub likely_gaps: u32,
}

/// 覆盖结果 Coverage of a territory: every category under every profile.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Coverage {
    /// The standard measured by.
    pub tiers: TierSet,
    /// The streets measured on.
    pub network: NetworkSummary,
    /// Categories in the order given, the profiles of each in the order given.
    pub categories: Vec<CategoryCoverage>,
    /// Atoms no street is near enough to: unknown, not unreached. Only a facility in their own building or walled
    /// compound has a known distance to them.
    pub unsnapped: Vec<AtomIdx>,
    /// People of the unsnapped atoms; they are part of every total.
    pub unknown: Demand,
    /// Who is not served: for each category, its own tier and the first profile.
    pub gaps: Vec<Gap>,
    /// What looks wrong.
    pub faults: Vec<Fault>,
    /// How far the homes of each zone walk to its station or its central door, level by level; empty without a plan.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub zone_walks: Vec<ZoneWalk>,
    /// The gates at the time of day it was measured for; `None` when at no time in particular.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gates: Option<GateHours>,
}

/// 类别覆盖 One category under one profile.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CategoryCoverage {
    /// Key of the category.
    pub category: String,
    /// Key of the profile.
    pub profile: String,
    /// Open facilities, inside the boundary and outside.
    pub facilities: u32,
    /// Facilities closed to the public; they never count as coverage.
    pub closed: u32,
    /// One entry a tier, nearest first.
    pub tiers: Vec<TierCoverage>,
    /// Walking distance of each atom to its nearest facility, mm; `None` beyond twice the largest tier, and for the
    /// atoms in [`Coverage::unsnapped`].
    #[serde(with = "column")]
    pub distance_mm: Vec<Option<u32>>,
    /// That facility.
    #[serde(with = "column")]
    pub nearest: Vec<Option<FacilityIdx>>,
    /// Straight distance of each atom to the facility nearest in a straight line, mm; `None` only without facilities.
    #[serde(with = "column")]
    pub straight_mm: Vec<Option<u32>>,
}

/// 占比 Shares of people covered, 0 to 1; `None` when nobody is counted.
#[derive(Copy, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Shares {
    /// Of households.
    pub households: Option<f64>,
    /// Of residents.
    pub persons: Option<f64>,
    /// Of elders.
    pub elders: Option<f64>,
    /// Of children.
    pub children: Option<f64>,
}

impl Shares {
    /// The shares of `covered` in `total`.
    #[must_use]
    pub fn of(covered: &Demand, total: &Demand) -> Self {
        let share =
            |covered: u32, total: u32| (total > 0).then(|| round9(f64::from(covered) / f64::from(total)));
        Self {
            households: share(covered.households, total.households),
            persons: share(covered.persons, total.persons),
            elders: share(covered.elders, total.elders),
            children: share(covered.children, total.children),
        }
    }
}

/// 网格覆盖 Code of a zone, the demand covered in it and all its demand.
pub type ZoneDemand = (String, Demand, Demand);

/// 圈层覆盖 One tier of one category.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TierCoverage {
    /// Key of the tier.
    pub tier: String,
    /// Demand within the tier, its edge included.
    pub covered: Demand,
    /// All demand.
    pub total: Demand,
    /// Shares of the two.
    pub share: Shares,
    /// The same for each zone of each level of the plan, coarse to fine, in code order; empty without a plan.
    #[serde(with = "zones", default, skip_serializing_if = "Vec::is_empty")]
    pub zones: Vec<ZoneDemand>,
}

/// 原因 Why people are not served.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GapCause {
    /// 缺门 A gate that is closed now would bring them within the tier.
    MissingGate,
    /// 缺路 Near enough in a straight line, too far to walk.
    MissingPath,
    /// 缺设施 Too far in any way.
    MissingFacility,
    /// 满员 Near enough, but the stations in reach cannot take all who have none nearer with room.
    Capacity,
    /// 无设施 The category has no open facility at all: one gap for everyone.
    NoFacility,
}

/// 缺口 A connected group of buildings that one category does not serve.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Gap {
    /// `V-` category, tier and number, most people first. Not permanent: gaps are found anew each time.
    pub code: String,
    /// Key of the category.
    pub category: String,
    /// Key of the tier missed.
    pub tier: String,
    /// Key of the profile.
    pub profile: String,
    /// The atoms with people; empty for [`GapCause::NoFacility`].
    pub atoms: Vec<AtomIdx>,
    /// Codes of their buildings.
    pub buildings: Vec<String>,
    /// Names of the same buildings, where known.
    pub names: Vec<Option<String>>,
    /// Their people; of [`GapCause::Capacity`] those for whom there is no room, shared out over the buildings.
    pub demand: Demand,
    /// Why.
    pub cause: GapCause,
    /// Straight distance to the nearest facility from the atom with most people, m.
    pub straight_m: Option<f64>,
    /// Walking distance from the same atom, m; `None` beyond twice the largest tier.
    pub network_m: Option<f64>,
    /// Walking over straight distance.
    pub detour_ratio: Option<f64>,
    /// The facility that atom would walk to.
    pub nearest: Option<FacilityIdx>,
}

impl Coverage {
    /// The coverage of one category under one profile.
    #[must_use]
    pub fn category(&self, category: &str, profile: &str) -> Option<&CategoryCoverage> {
        self.categories.iter().find(|entry| entry.category == category && entry.profile == profile)
    }

    /// How far an atom is; `None` when the category, the profile or the atom is not there.
    #[must_use]
    pub fn reach(&self, category: &str, profile: &str, atom: AtomIdx) -> Option<Reach> {
        let distance = *self.category(category, profile)?.distance_mm.get(atom.at())?;
        Some(match distance {
            Some(mm) => Reach::Known(mm),
            None if self.unsnapped.binary_search(&atom).is_ok() => Reach::Unsnapped,
            None => Reach::Beyond,
        })
    }

    /// A labelling of the cells for drawing: 0 within the tier, nothing elsewhere. Land without people is reached too,
    /// so that a circle has no holes where nobody lives. Empty when the category, profile or tier is not there.
    #[must_use]
    pub fn reached(&self, category: &str, profile: &str, tier: &str) -> Vec<Option<u32>> {
        let limit = self.tiers.tiers.iter().find(|entry| entry.key == tier).and_then(tier_mm);
        match (self.category(category, profile), limit) {
            (Some(entry), Some(limit)) => {
                entry.distance_mm.iter().map(|mm| mm.filter(|&mm| mm <= limit).map(|_| 0)).collect()
            }
            _ => Vec::new(),
        }
    }
}

/// Nine decimals: enough for anyone, and few enough that a JSON reader gives back the same number.
pub(crate) fn round9(ratio: f64) -> f64 {
    (ratio * 1e9).round() / 1e9
}

/// A tier's distance on the lattice; `None` when it is no distance.
pub(crate) fn tier_mm(tier: &lifang_model::Tier) -> Option<u32> {
    let mm = (tier.distance_m * 1000.0).round();
    (1.0..1e9).contains(&mm).then_some(mm as u32)
}

/// Zones as `[code, [covered …], [total …]]`: thousands of zones times categories, profiles and tiers.
mod zones {
    use super::ZoneDemand;
    use lifang_model::Demand;
    use serde::{Deserialize, Deserializer, Serializer};

    type Counts = [u32; 6];

    fn counts(demand: &Demand) -> Counts {
        let Demand { households, persons, merchants, elders, children, day_persons } = *demand;
        [households, persons, merchants, elders, children, day_persons]
    }

    fn demand([households, persons, merchants, elders, children, day_persons]: Counts) -> Demand {
        Demand { households, persons, merchants, elders, children, day_persons }
    }

    pub(super) fn serialize<S: Serializer>(zones: &[ZoneDemand], to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(zones.iter().map(|(code, covered, total)| (code, counts(covered), counts(total))))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<ZoneDemand>, D::Error> {
        let rows = Vec::<(String, Counts, Counts)>::deserialize(from)?;
        Ok(rows.into_iter().map(|(code, covered, total)| (code, demand(covered), demand(total))).collect())
    }
}
