//! 审核 The judge. A plan over a fabric goes in; tallies, violations and metrics come out.
//!
//! Nothing is taken on trust: pieces are found by a search of its own, land is added up from the arcs by exact integer
//! arithmetic, loads and totals are counted again from the atoms and the buildings. No code is shared with the solver,
//! and a plan drawn by hand is judged like any other.
//!
//! # Determinism
//! One thread, no hashing, no clock: the same input gives the same report.
//!
//! # Units
//! Areas in square metres, lengths in metres, loads in households as the preset counts them.

mod bonds;
mod counts;
mod cure;
mod graph;
mod groups;
mod judge;
mod lone;
mod metrics;
mod parts;
mod plain;
mod pocket;
mod proof;
mod report;
mod rules;
mod sheet;
mod tally;
mod tiling;

#[cfg(test)]
mod tests;

pub use judge::{Judge, ZoneVerdict};
pub use metrics::METRICS_VERSION;
pub use plain::{GraphMiss, graph_misses};
pub use report::{LevelTally, Metric, Report, Tiling, ZoneTally};

use lifang_fabric::Fabric;
use lifang_model::{Atom, Plan, Progress, Territory};

/// 审核输入 What is judged. Atom `i` is cell `i` of the fabric.
#[derive(Copy, Clone, Debug)]
pub struct Input<'a> {
    /// The territory, for its border, buildings and compounds.
    pub territory: &'a Territory,
    /// The fabric.
    pub fabric: &'a Fabric,
    /// The atoms.
    pub atoms: &'a [Atom],
    /// The plan.
    pub plan: &'a Plan,
}

/// 审核底图 Judges the land alone: gaps and overlaps among the cells, and between them and the territory's border.
#[must_use]
pub fn land(territory: &Territory, fabric: &Fabric) -> Tiling {
    let (cells, border) = (tiling::measure(fabric), tiling::border(territory, fabric));
    Tiling { gap_m2: cells.gap_m2 + border.gap_m2, overlap_m2: cells.overlap_m2 + border.overlap_m2 }
}

/// 审核 Judges a plan: tallies by level and zone, whether the land tiles, every violation with its cause, and metrics.
///
/// Any input gets a report: what points nowhere (an index out of range) counts as missing, and the report says so. A
/// plan over another fabric, or tables of different length, are refused: then only the land is judged.
///
/// # Determinism
/// The same input gives the same report.
#[must_use]
pub fn verify(input: &Input<'_>, progress: &dyn Progress) -> Report {
    Judge::new(input, progress).report(input, progress)
}
