//! 划分 Atoms to zones: stacks, tree DP, merge-split, nested levels, codes, certificates.
//!
//! The way from a territory to a plan: [`stack_parts`] says which buildings are divided, `lifang_fabric` gives every
//! part its land, [`atoms`] puts the counts on it, [`propose`] makes the plan. [`partition_graph`] does the same for a
//! plain graph without a map.
//!
//! # Determinism
//! Same request, same result, at any number of threads, unless a limit in seconds or the user cuts the work short.

mod alternatives;
mod areas;
mod atoms;
mod certificate;
mod codes;
mod count;
mod cover;
mod dp;
mod error;
mod graph;
mod ground;
mod groups;
mod lasting;
mod level;
mod lineage;
mod nest;
mod plain;
mod problem;
mod propose;
mod region;
mod replan;
mod scale;
mod search;
mod solve;
mod stack;
mod stats;
mod stop;
mod sums;
mod walks;

pub use alternatives::{Alternative, alternatives, distance};
pub use atoms::atoms;
pub use certificate::Certificate;
pub use error::PartitionError;
pub use groups::{ContactGroups, GroupCoverage, contact_groups};
pub use lasting::keep_codes;
pub use plain::{Effort, GraphRequest, GraphSolution, partition_graph};
pub use propose::{Proposal, Request, propose};
pub use replan::{Before, LevelChange, Repaired, Replanned, repair, replan};
pub use stack::stack_parts;
pub use stats::{LevelStats, StageStats, Stats};
pub use walks::DoorTable;
