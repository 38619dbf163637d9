//! OpenStreetMap extracts (`.osm.pbf`).

mod data;
mod read;
mod rings;

pub use data::{Member, MemberKind, Node, OsmData, Relation, TaggedNode, Tags, Way};
pub use read::read_pbf;
pub use rings::{Assembled, assemble_area};

#[cfg(test)]
mod tests;
