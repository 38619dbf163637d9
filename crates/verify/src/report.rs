//! 审核报告 What `verify` says.

use lifang_model::{Band, Certainty, Violation, ZoneKind};
use serde::{Deserialize, Serialize};

/// 网格统计 The figures of one zone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ZoneTally {
    /// Code.
    pub code: String,
    /// Name, if any.
    pub name: Option<String>,
    /// Kind.
    pub kind: ZoneKind,
    /// Households.
    pub households: u32,
    /// Residents.
    pub persons: u32,
    /// Merchants.
    pub merchants: u32,
    /// Residents of 60 and older.
    pub elders: u32,
    /// Residents under 15.
    pub children: u32,
    /// Load under the plan's rules, households.
    pub load: f64,
    /// Whether the load is inside the band; `None` when no band applies.
    pub in_band: Option<bool>,
    /// Least certain household count in the zone.
    pub certainty: Certainty,
    /// Least certain resident count in the zone.
    #[serde(default)]
    pub persons_certainty: Certainty,
    /// Connected pieces.
    pub pieces: u32,
    /// Atoms.
    pub atoms: u32,
    /// Area, m2.
    pub area_m2: f64,
    /// Length of the outline, m.
    pub perimeter_m: f64,
    /// Polsby-Popper compactness, 4πA/P², 1 for a circle.
    pub compactness: f64,
}

/// 层级统计 The figures of one level.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LevelTally {
    /// Key of the level.
    pub key: String,
    /// Zones.
    pub zones: u32,
    /// Zones a band applies to.
    pub banded: u32,
    /// Zones inside the band.
    pub in_band: u32,
    /// Zones that miss the band in every plan, as far as arithmetic proves it: a lower bound on the misses, if no zone
    /// reaches two of the places the proofs are about.
    #[serde(default)]
    pub misses_at_least: u32,
    /// Households in zones of this level.
    pub households: u32,
    /// Residents.
    pub persons: u32,
    /// Merchants.
    pub merchants: u32,
    /// Residents of 60 and older.
    pub elders: u32,
    /// Residents under 15.
    pub children: u32,
    /// The band, if the level has one.
    pub band: Option<Band>,
    /// Every zone, in plan order.
    pub detail: Vec<ZoneTally>,
}

/// 拼接 Whether the ground tiles the territory.
#[derive(Copy, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Tiling {
    /// Land of the territory in no cell, m2.
    pub gap_m2: f64,
    /// Land in more than one cell, or outside the territory, m2.
    pub overlap_m2: f64,
}

/// 指标 One figure of the registry.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Metric {
    /// Key.
    pub key: String,
    /// Level it was measured at.
    pub level: String,
    /// Value.
    pub value: f64,
    /// Unit.
    pub unit: String,
}

/// 审核报告 Everything `verify` found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// Tallies, level by level, coarse to fine.
    pub levels: Vec<LevelTally>,
    /// Tiling of the ground.
    pub tiling: Tiling,
    /// Every violation.
    pub violations: Vec<Violation>,
    /// Version of the registry the metrics were measured by.
    pub metrics_version: u32,
    /// Metrics.
    pub metrics: Vec<Metric>,
}
