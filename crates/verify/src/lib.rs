//! 审核 The independent judge: tallies, violations, metrics.
//!
//! Shares no code with the engine that makes plans; hand-drawn plans are judged alike. README.md says how.

mod bands;
mod contiguity;
mod judge;
mod metrics;
mod report;
mod shape;
mod tally;
mod tiling;

#[cfg(test)]
mod tests;

pub use judge::{Input, verify};
pub use metrics::METRICS_VERSION;
pub use report::{LevelTally, Metric, Report, Tiling, ZoneTally};
