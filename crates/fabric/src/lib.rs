//! 底图 The ground: enclosures, enclosed tessellation on shared arcs, stacks, adjacency, dissolve.

mod fabric;

pub use fabric::{Arc, Cell, Fabric};
