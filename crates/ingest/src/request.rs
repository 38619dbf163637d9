//! 请求 What a user asks to have read.

use crate::HouseholdTable;
use lifang_crs::CrsSpec;
use std::path::{Path, PathBuf};

/// 图层 A file, and what the file itself may not say.
#[derive(Clone, Debug, PartialEq)]
pub struct Layer {
    /// The file.
    pub path: PathBuf,
    /// The layer or table in it; `None` for the only one.
    pub layer: Option<String>,
    /// What its coordinates mean; stronger than what the file declares.
    pub crs: Option<CrsSpec>,
}

impl Layer {
    /// A file that speaks for itself.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), layer: None, crs: None }
    }
}

/// 文件与图层 Parts `FILE#NAME` into the file and the layer or sheet meant. A file whose own name has the `#` is itself.
#[must_use]
pub fn file_and_layer(named: &Path) -> (PathBuf, Option<String>) {
    let whole = || (named.to_owned(), None);
    let Some((file, layer)) = named.to_str().and_then(|text| text.rsplit_once('#')) else { return whole() };
    if layer.is_empty() || file.is_empty() || named.exists() || layer.contains(['/', '\\']) {
        return whole();
    }
    (file.into(), Some(layer.to_owned()))
}

/// 字段对应 Which column holds what. `None`: found by its name, if it has a usual one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Columns {
    /// 户数 Households.
    pub households: Option<String>,
    /// 人口 Residents.
    pub persons: Option<String>,
    /// 老人 Residents of 60 and older.
    pub elders: Option<String>,
    /// 儿童 Residents under 15.
    pub children: Option<String>,
    /// 商户 Merchants.
    pub merchants: Option<String>,
    /// 层数 Floors above ground.
    pub floors: Option<String>,
    /// 单元数 Stairwell units.
    pub units: Option<String>,
    /// 用途 Use.
    pub use_: Option<String>,
    /// 名称 Name.
    pub name: Option<String>,
    /// 编码 Permanent code.
    pub code: Option<String>,
    /// 小区 Name or code of the compound a building belongs to.
    pub compound: Option<String>,
    /// 类别 Category of a facility.
    pub category: Option<String>,
}

/// 图层请求 A territory from feature layers.
#[derive(Clone, Debug, PartialEq)]
pub struct LayersRequest {
    /// Name of the territory.
    pub name: String,
    /// Official code; empty when unknown.
    pub code: String,
    /// Building footprints.
    pub buildings: Layer,
    /// Which column holds what.
    pub columns: Columns,
    /// Street centre lines.
    pub streets: Option<Layer>,
    /// Facilities.
    pub facilities: Option<Layer>,
    /// Compounds, commercial circles, parks.
    pub compounds: Option<Layer>,
    /// Gates of walled compounds.
    pub gates: Option<Layer>,
    /// What is to be partitioned; computed from the buildings when `None`.
    pub boundary: Option<Layer>,
    /// Households, residents or merchants, joined to the buildings.
    pub table: Option<HouseholdTable>,
    /// What the coordinates mean where a file does not say; when every file does, the frame wished for.
    pub crs: Option<CrsSpec>,
    /// Text encoding of files that do not say.
    pub encoding: Option<String>,
}

/// OSM请求 A territory from an OpenStreetMap extract.
#[derive(Clone, Debug, PartialEq)]
pub struct OsmRequest {
    /// Name of the territory.
    pub name: String,
    /// Official code; empty when unknown.
    pub code: String,
    /// The extract, `.osm.pbf`.
    pub osm: PathBuf,
    /// What is to be partitioned; computed from the buildings when `None`.
    pub boundary: Option<Layer>,
    /// Households, residents or merchants, joined to the buildings by name, address or code; its
    /// [`HouseholdTable::building_key`] is a tag.
    pub table: Option<HouseholdTable>,
    /// The frame wished for.
    pub crs: Option<CrsSpec>,
}
