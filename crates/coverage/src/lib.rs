//! 覆盖 Service circles: who reaches what on foot, who does not, and why.
//!
//! People are counted by the walking distance of their own building; polygons are only for drawing. A place that
//! cannot be joined to a street is *unknown*, one beyond the search is *unreached*, and neither is 0 ([`Reach`]).
//!
//! # Units
//! Distances are millimetres of level street for the profile, access on both sides included.
//!
//! # Determinism
//! The same input gives the same bytes at any thread count.

mod access;
mod areas;
mod category;
mod column;
mod cover;
mod coverage;
mod drive;
mod error;
mod gaps;
mod hours;
mod load;
mod needs;
mod obstacles;
mod openings;
mod radius;
mod tally;
mod walks;

#[cfg(test)]
mod tests;

pub use access::Ways;
pub use areas::{StreetPiece, cells_at};
pub use cover::{Request, cover, cover_with, ways, ways_after, ways_for};
pub use coverage::{
    CategoryCoverage, Coverage, Gap, GapCause, NetworkSummary, Reach, Shares, TierCoverage, ZoneDemand,
};
pub use drive::tiers_for;
pub use error::CoverageError;
pub use hours::{GateHours, Moment};
pub use load::{CategoryLoad, StationLoad};
pub use needs::{Met, Nearness, Score, met, part_met, points, score};
pub use openings::{Opening, OpeningKind, OpeningRequest, openings};
pub use radius::{ZoneCentre, ZoneRadius, ZoneWalk};
pub use walks::Walk;
