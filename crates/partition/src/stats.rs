//! 统计 What the engine did and what it reached.

use serde::{Deserialize, Serialize};

/// 阶段 One stage and its time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StageStats {
    /// Stage, e.g. `grid`, `micro_grid`.
    pub key: String,
    /// Wall time, seconds. Never part of a plan.
    pub seconds: f64,
    /// Moves made.
    pub moves: u64,
}

/// 层级统计 What one level reached.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LevelStats {
    /// Key of the level.
    pub key: String,
    /// Zones.
    pub zones: u32,
    /// Zones in band; all of them where the level has no band.
    pub in_band: u32,
    /// A number of zones that no plan can bring into the band, as long as no zone holds two oversize atoms.
    pub unavoidable: u32,
}

impl LevelStats {
    /// Share of zones in band, 0 to 1; 1 when there is no zone.
    #[must_use]
    pub fn share(&self) -> f64 {
        if self.zones == 0 { 1.0 } else { f64::from(self.in_band) / f64::from(self.zones) }
    }
}

/// 统计 What the engine did and what it reached.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Stats {
    /// Stages in order.
    pub stages: Vec<StageStats>,
    /// Levels, coarse to fine.
    pub levels: Vec<LevelStats>,
    /// Things the planner should know, e.g. that codes needed one more digit.
    pub notes: Vec<String>,
    /// Whether the time limit or the user cut the work short; only then may a second run differ.
    pub cut_short: bool,
}
