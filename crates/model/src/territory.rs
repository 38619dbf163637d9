//! 辖区 The territory a plan is made for, as `ingest` or `samples` hands it over.

use crate::{
    AreaKind, Barrier, BuildingUse, CompoundIdx, Demand, Facility, Fault, Point, Polygon, Sources, Street,
};
use serde::{Deserialize, Serialize};

/// 本地坐标框架 What the lattice means on Earth: `local metres = CRS metres - origin`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Frame {
    /// PROJ definition or authority code of a metric CRS, east and north in metres; `None` for a survey grid whose
    /// relation to Earth nobody gave: such a plan works, but cannot be exported in longitude and latitude.
    pub crs: Option<String>,
    /// Metres subtracted from the CRS's easting and northing.
    pub origin: (f64, f64),
    /// The CRS the user's data came in, e.g. `EPSG:4545`.
    pub source: Option<String>,
}

/// 建筑 A building with its counts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Building {
    /// Identifier from the source, unique in the territory and permanent.
    pub code: String,
    /// Name or address, if any.
    pub name: Option<String>,
    /// Footprint parts on the lattice, as given: they may overlap others; `fabric` deals with it and says so.
    pub outline: Vec<Polygon>,
    /// Use.
    pub use_: BuildingUse,
    /// Floors above ground; `None` when unknown.
    pub levels: Option<u16>,
    /// Stairwell units (单元) side by side; `None` when unknown.
    pub units: Option<u16>,
    /// The compound it stands in.
    pub compound: Option<CompoundIdx>,
    /// Counts of the whole building.
    pub demand: Demand,
    /// How sure the counts are.
    pub sources: Sources,
    /// Doors, where known.
    pub entrances: Vec<Point>,
    /// Homes by stairwell unit and floor, where somebody counted them; sorted, each pair once. They are used as long as
    /// their households add up to those of `demand`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub storeys: Vec<Storey>,
}

/// 楼层户数 How many live and trade on one floor of one stairwell unit.
///
/// Ages are not kept so finely: on a floor of one home they would be somebody's.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Storey {
    /// Stairwell unit from 1; 0 when it is not known.
    pub unit: u16,
    /// Floor from 1 at the ground; 0 when it is not known.
    pub floor: u16,
    /// Households.
    pub households: u32,
    /// Residents.
    pub persons: u32,
    /// Shops and other merchants.
    pub merchants: u32,
}

/// 大门 A gate in the wall of a compound.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Gate {
    /// Where it is.
    pub at: Point,
    /// Whether people on foot can pass.
    pub open: bool,
    /// When they can, as OpenStreetMap's `opening_hours` or a Chinese table writes it; `None` when unknown. It counts only when a
    /// time of day is asked about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<String>,
}

/// 小区、商圈、楼宇、园区 An area of one business type that is to be kept together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Compound {
    /// Identifier, unique in the territory.
    pub code: String,
    /// Name, if any.
    pub name: Option<String>,
    /// Business type.
    pub kind: AreaKind,
    /// Outline.
    pub outline: Vec<Polygon>,
    /// Whether a wall runs along the outline, so that it is entered by its gates only.
    pub walled: bool,
    /// The gates; an empty list in a walled compound means unknown.
    pub gates: Vec<Gate>,
}

/// 地表 What an [`Area`] of the base map shows.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LandCover {
    /// 水面 Water.
    Water,
    /// 绿地 Park, grass, wood.
    Green,
    /// 广场 Square, pedestrian area.
    Square,
    /// 场地 Pitch, playground.
    Pitch,
}

/// 地块 Land that is drawn, and for water also divides.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Area {
    /// What it is.
    pub cover: LandCover,
    /// Name, if any.
    pub name: Option<String>,
    /// Outline.
    pub outline: Polygon,
}

/// 切分线 A line a planner drew to divide cells where it runs. Buildings stay whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cut {
    /// The line; at least two points.
    pub line: Vec<Point>,
    /// A point in every cell it divides, as those cells are after the cuts before it; none: every cell it crosses.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub within: Vec<Point>,
}

/// 辖区 Everything known about the ground and the people on it, in one frame.
///
/// `boundary` is what gets partitioned; streets, facilities and areas may reach beyond it, because people walk across
/// borders. Buildings outside the boundary are kept for the map but get no atom.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Territory {
    /// Name, for titles.
    pub name: String,
    /// Official code zone codes are built on, e.g. 12 digits; empty when unknown.
    pub code: String,
    /// What the lattice means on Earth.
    pub frame: Frame,
    /// The area to partition; several parts and holes are allowed.
    pub boundary: Vec<Polygon>,
    /// Buildings.
    pub buildings: Vec<Building>,
    /// Compounds and other areas of one kind.
    pub compounds: Vec<Compound>,
    /// Streets.
    pub streets: Vec<Street>,
    /// Dividing lines that are not streets.
    pub barriers: Vec<Barrier>,
    /// Water, green and squares.
    pub areas: Vec<Area>,
    /// Lines that divide cells, in the order they were drawn.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cuts: Vec<Cut>,
    /// Facilities.
    pub facilities: Vec<Facility>,
    /// What was wrong or adjusted on the way in.
    pub faults: Vec<Fault>,
}
