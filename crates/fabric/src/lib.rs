//! 底图 The ground: enclosures, enclosed tessellation on shared arcs, stacks, adjacency, dissolve.
//!
//! [`build`] runs in two arrangements. The first nodes border, limits and footprints on the millimetre lattice and
//! labels its faces: which enclosure, whose footprint. The second adds the lines of equal distance between the
//! footprints of each enclosure, nodes again and labels again. Cells are unions of faces, so they tile the territory
//! by construction.
//!
//! # References
//! Fleischmann, Feliciotti, Romice, Porta 2020, *Morphological tessellation as a way of partitioning space*, Computers,
//! Environment and Urban Systems 80 (land to the nearest footprint); Hobby 1999 (snap rounding).

mod align;
mod arcs;
mod border;
mod borders;
mod build;
mod carve;
mod chain;
mod claims;
mod clip;
mod crossing;
mod cut;
mod cuts;
mod dissolve;
mod divide;
mod dsu;
mod enclose;
mod error;
mod fabric;
mod fault;
mod grid;
mod ground;
mod hash;
mod inside;
mod level;
mod links;
mod mend;
mod noding;
mod parabola;
mod patch;
mod pieces;
mod planar;
mod pole;
mod reuse;
mod settle;
mod simplify;
mod snap;
mod sources;
mod strips;
mod tessellate;
mod topology;
mod voronoi;
mod zoning;

#[cfg(test)]
mod tests;

pub use borders::Borders;
pub use build::{build, rebuild};
pub use cuts::Drawn;
pub use dissolve::Outline;
pub use divide::Divided;
pub use error::FabricError;
pub use fabric::{Arc, Cell, Fabric};
pub use mend::{Finding, Flaw, Mended, mend};
pub use patch::FabricPatch;
pub use reuse::Reuse;
pub use topology::Topology;
pub use zoning::Zoning;
