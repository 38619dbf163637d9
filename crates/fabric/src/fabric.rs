//! 底图 The fabric: a planar map of arcs, each with a left and a right cell.

use lifang_model::{BarrierClass, BuildingIdx, Fault, Link, Point};
use serde::{Deserialize, Serialize};

/// 弧段 A piece of border between two cells, or between a cell and the outside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arc {
    /// At least two points; the first equals the last on an island's closed arc.
    pub points: Vec<Point>,
    /// Cell on the left going from the first point to the last; `None` outside the territory.
    pub left: Option<u32>,
    /// Cell on the right.
    pub right: Option<u32>,
    /// What lies along the arc.
    pub barrier: BarrierClass,
}

/// 单元格 The land of one atom: row `i` here is atom `i`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cell {
    /// The building, `None` for land without one.
    pub building: Option<BuildingIdx>,
    /// Stairwell unit from 1; 0 when the building is not divided by unit.
    pub unit: u16,
    /// Place in the stack of this unit from the ground up, 0 for the ground or an undivided building.
    pub storey: u16,
    /// The enclosure it lies in.
    pub enclosure: u32,
    /// A point inside the cell.
    pub anchor: Point,
    /// Twice the area, mm2.
    pub twice_area: i64,
}

/// 底图 Cells that tile the territory exactly, the arcs they share and who touches whom.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fabric {
    /// The arcs, in a fixed order.
    pub arcs: Vec<Arc>,
    /// The cells.
    pub cells: Vec<Cell>,
    /// Who touches whom, `a < b`, sorted, each pair once. Floors above the ground link only up and down.
    pub links: Vec<Link>,
    /// Number of enclosures.
    pub enclosures: u32,
    /// What was found and done: overlaps, duplicates, buildings cut by the border.
    pub faults: Vec<Fault>,
    /// Fingerprint of everything above; a plan names the fabric it is over by this.
    pub hash: String,
}
