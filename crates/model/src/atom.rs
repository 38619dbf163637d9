//! 最小单元 Atoms: what a partition never divides. Building, stairwell unit of it, or floors of that.

use crate::{AtomCode, AtomKind, BuildingIdx, CompoundIdx, Demand, Point, Sources};
use serde::{Deserialize, Serialize};

/// 楼层段 Floors `low..=high`, counted from 1 at the ground.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct FloorBand {
    /// Lowest floor.
    pub low: u16,
    /// Highest floor.
    pub high: u16,
}

/// 楼栋分解 One part of a building that is to be an atom of its own; see [`Atom`].
///
/// A building is either one part with `unit` 0 and no floors, or parts by unit (`unit` 1, 2, … side by side), each
/// whole or again divided into floor bands from the ground up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StackPart {
    /// The building.
    pub building: BuildingIdx,
    /// Stairwell unit from 1; 0 when the building is not divided by unit.
    pub unit: u16,
    /// Floors; `None` when not divided by floor.
    pub floors: Option<FloorBand>,
    /// Counts of this part.
    pub demand: Demand,
}

/// 最小单元 The indivisible unit a zone is made of. Row `i` owns cell `i` of the fabric.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Atom {
    /// Permanent code: building code, unit and floors, or an enclosure's own.
    pub code: AtomCode,
    /// Kind.
    pub kind: AtomKind,
    /// The building; `None` for open land.
    pub building: Option<BuildingIdx>,
    /// The compound it lies in.
    pub compound: Option<CompoundIdx>,
    /// Stairwell unit from 1; 0 when not divided by unit.
    pub unit: u16,
    /// Floors; `None` when not divided by floor.
    pub floors: Option<FloorBand>,
    /// Counts.
    pub demand: Demand,
    /// How sure the counts are.
    pub sources: Sources,
    /// A point inside its cell.
    pub anchor: Point,
}
