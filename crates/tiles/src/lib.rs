//! 切片 Vector tiles of the ground and of any labelling of it; the shared arcs as TopoJSON.
//!
//! [`Arcs`] projects the ground once; [`Zones`] follows a labelling and keeps the shape of every label; [`Layer`] holds
//! shapes with properties, finds those of a tile and encodes them. README.md says what neighbours may rely on.
//!
//! # Determinism
//! The same ground, labels and properties give the same bytes.
//!
//! # References
//! Mapbox Vector Tile Specification 2.1; Douglas and Peucker 1973 (simplification); Bostock 2013, TopoJSON.

mod arcs;
mod clip;
mod encode;
mod error;
mod layer;
mod line;
mod shape;
mod sheet;
mod table;
mod tile;
mod tint;
mod topo;
mod wire;
mod zones;

#[cfg(test)]
mod tests;

pub use arcs::Arcs;
pub use error::TileError;
pub use layer::{Layer, Property};
pub use shape::Shape;
pub use table::Table;
pub use tile::{DEEPEST, EXTENT, TileId};
pub use topo::topology;
pub use zones::{Place, Zones};
