//! 路网 The street graph, walking profiles, snapping and bounded search.
//!
//! Streets become a graph of junctions and edges in whole millimetres ([`build`]); a profile turns lengths into costs
//! ([`costs`]); a place reaches the graph by a [`Snap`]; [`nearest_source`] walks from many places at once, partial
//! first and last edges included. [`PlainGraph`] answers the same question for plain tables of nodes and edges.
//!
//! # Determinism
//! Nodes and edges are numbered by geometry, so the order of the input streets changes nothing but the row each edge
//! names as its street. Ties between sources go to the lowest source.

mod components;
mod costs;
mod cuts;
mod error;
mod graph;
mod noding;
mod plain;
mod search;
mod snap;
mod transport;

pub use components::{Component, LikelyGap};
pub use costs::{Costs, UNUSABLE, costs};
pub use error::NetworkError;
pub use graph::{Edge, NetworkReport, StreetGraph};
pub use noding::{BuildOptions, build, build_with};
pub use plain::{NearestSearch, PlainGraph, Search};
pub use search::{Field, Reached, nearest_source};
pub use snap::{SNAP_LIMIT_MM, Snap, Snapper};
pub use transport::{Choice, Group, Transport, transport};

#[cfg(test)]
mod tests;
