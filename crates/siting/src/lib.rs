//! 选址 Where a station would help: LSCP, MCLP, p-median and p-center over a table of costs, with bounds.
//!
//! Existing sites stay. Every [`Answer`] carries a bound no solution can beat; `proven` says that the two meet. Nothing
//! here knows coordinates: costs come from a network search or from a file.
//!
//! # Determinism
//! The same problem and [`Effort`] give the same answer; a limit in seconds is the only thing that depends on the clock.
//!
//! # Sources
//! Church & ReVelle 1974 (MCLP); Toregas et al. 1971 (LSCP); Hakimi 1964 (p-median, p-center); Cornuéjols, Fisher &
//! Nemhauser 1977 (Lagrangian bound); Resende & Werneck 2007 (interchange); Beasley 1985 (test problems).

mod branch;
mod capacity;
mod center;
mod covering;
mod dual;
mod error;
mod instance;
mod model;
mod models;
mod problem;
mod swap;
mod tree;

#[cfg(test)]
mod tests;

pub use capacity::{RoomAnswer, solve_with_room};
pub use center::p_center;
pub use covering::lscp;
pub use error::SitingError;
pub use model::{Model, solve};
pub use models::{mclp, p_median};
pub use problem::{Answer, CostMatrix, Effort, Problem};
