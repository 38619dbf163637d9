//! 导出 Boundary files: the plan's layers in the formats and coordinate systems other programs read.
//!
//! Outlines come from the fabric's shared arcs and every lattice point is converted alike, so neighbours share all
//! their vertices in the output as they do inside. README.md says what each layer holds.
//!
//! # Determinism
//! The same scene gives the same bytes.

mod book;
mod certainty;
mod dictionary;
mod drawing;
mod error;
mod layers;
mod name;
mod pen;
mod save;
mod shape;
mod sheet;
mod thin;

#[cfg(test)]
mod tests;

pub use book::{book, titles};
pub use drawing::drawing;
pub use error::ExportError;
pub use pen::Pen;
pub use save::{Fact, Region, Target, regions, save};
pub use thin::Thinning;

use lifang_coverage::Coverage;
use lifang_crs::CrsSpec;
use lifang_fabric::Fabric;
use lifang_formats::{CsvGeometry, Encoding, FeatureTable, Format};
use lifang_model::{Atom, ContactGroup, Plan, ServiceCategory, Territory};
use lifang_verify::Report;
use std::path::{Path, PathBuf};

/// 图层 What can be exported.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LayerKind {
    /// 网格 Zones of one level.
    Zones,
    /// 最小单元 Atoms with the zone of each level.
    Atoms,
    /// 建筑 Buildings.
    Buildings,
    /// 服务圈 Land within a tier of a service.
    Coverage,
    /// 缺口 Groups of buildings a service does not reach.
    Gaps,
    /// 道路 Streets.
    Streets,
    /// 设施 Facilities.
    Facilities,
    /// 小区 Compounds and other areas of one kind.
    Compounds,
    /// 大门 Gates of compounds.
    Gates,
    /// 地块 Water, green, squares.
    Areas,
    /// 边界 The territory's boundary.
    Boundary,
    /// 联系户 Contact groups, each at the atom its central household is best chosen from.
    ContactGroups,
}

impl LayerKind {
    /// Every layer, in the order they are offered.
    pub const ALL: &'static [Self] = &[
        Self::Zones,
        Self::Atoms,
        Self::Buildings,
        Self::Coverage,
        Self::Gaps,
        Self::Streets,
        Self::Facilities,
        Self::Compounds,
        Self::Gates,
        Self::Areas,
        Self::Boundary,
        Self::ContactGroups,
    ];

    /// The key used on the command line, on the wire and in file names.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Zones => "zones",
            Self::Atoms => "atoms",
            Self::Buildings => "buildings",
            Self::Coverage => "coverage",
            Self::Gaps => "gaps",
            Self::Streets => "streets",
            Self::Facilities => "facilities",
            Self::Compounds => "compounds",
            Self::Gates => "gates",
            Self::Areas => "areas",
            Self::Boundary => "boundary",
            Self::ContactGroups => "contact_groups",
        }
    }

    /// The layer with this key.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|layer| layer.key() == key)
    }
}

/// 场景 Everything a layer may be made from.
#[derive(Copy, Clone, Debug)]
pub struct Scene<'a> {
    /// The inputs.
    pub territory: &'a Territory,
    /// The ground.
    pub fabric: &'a Fabric,
    /// The atoms, one a cell.
    pub atoms: &'a [Atom],
    /// The plan; [`LayerKind::Zones`] needs it.
    pub plan: Option<&'a Plan>,
    /// What `verify` says of the plan. Without it, or with violations, zones are exported as drafts.
    pub report: Option<&'a Report>,
    /// The coverage; [`LayerKind::Coverage`] and [`LayerKind::Gaps`] need it.
    pub coverage: Option<&'a Coverage>,
    /// The service categories, for their titles.
    pub categories: &'a [ServiceCategory],
    /// The contact groups; none where the rules ask for none.
    pub groups: &'a [ContactGroup],
}

/// 图层请求 Which layer, and which part of it.
#[derive(Clone, Debug)]
pub struct LayerRequest {
    /// The layer.
    pub layer: LayerKind,
    /// Level of [`LayerKind::Zones`]; the finest if `None`.
    pub level: Option<String>,
    /// Category of [`LayerKind::Coverage`] and [`LayerKind::Gaps`]; all if `None`.
    pub category: Option<String>,
    /// Tier of the same; all if `None`.
    pub tier: Option<String>,
    /// Profile of the same; all if `None`.
    pub profile: Option<String>,
    /// How much thinner the outlines of [`LayerKind::Zones`] are drawn; exact if `None`.
    pub thinning: Option<Thinning>,
}

impl LayerRequest {
    /// The whole of a layer.
    #[must_use]
    pub const fn of(layer: LayerKind) -> Self {
        Self { layer, level: None, category: None, tier: None, profile: None, thinning: None }
    }
}

/// 图层表 A layer as a table in a coordinate system; `Local` gives the metres of the frame's own system.
///
/// # Errors
/// [`ExportError`] when the scene lacks what the layer is made from, a level, category, tier or profile is unknown,
/// or the system cannot be reached from the frame.
pub fn table(scene: &Scene<'_>, request: &LayerRequest, crs: &CrsSpec) -> Result<FeatureTable, ExportError> {
    if request.thinning.is_some() && request.layer != LayerKind::Zones {
        return Err(ExportError::NotThinned { layer: request.layer.key() });
    }
    let shapes = shape::Shapes::new(&scene.territory.frame, crs)?;
    let mut table = match request.layer {
        LayerKind::Zones => layers::zones(scene, request, &shapes),
        LayerKind::Atoms => layers::atoms(scene, &shapes),
        LayerKind::Buildings => layers::buildings(scene, &shapes),
        LayerKind::Coverage => layers::coverage(scene, request, &shapes),
        LayerKind::Gaps => layers::gaps(scene, request, &shapes),
        LayerKind::Streets => layers::streets(scene, &shapes),
        LayerKind::Facilities => layers::facilities(scene, &shapes),
        LayerKind::Compounds => layers::compounds(scene, &shapes),
        LayerKind::Gates => layers::gates(scene, &shapes),
        LayerKind::Areas => layers::areas(scene, &shapes),
        LayerKind::Boundary => layers::boundary(scene, &shapes),
        LayerKind::ContactGroups => layers::groups(scene, &shapes),
    }?;
    table.name = name::stem(scene, request);
    table.crs = Some(effective(scene, crs).to_string());
    Ok(table)
}

/// 导出 Writes a layer to a file, and beside it a dictionary of its fields in Chinese and English that also says
/// which coordinate system it is in and whether it is a draft. Returns the files written.
///
/// `out` is the file when it ends in the format's extension, else a folder, which is made if it is not there; in it
/// the file is named after the layer, such as `zones-micro_grid.geojson`.
///
/// # Errors
/// As [`table`], and what the format or the operating system refuses. Each file is written whole or not at all.
pub fn export(
    scene: &Scene<'_>,
    request: &LayerRequest,
    format: Format,
    crs: &CrsSpec,
    encoding: Encoding,
    out: &Path,
) -> Result<Vec<PathBuf>, ExportError> {
    let table = table(scene, request, crs)?;
    save(
        scene,
        &table,
        &Target { layer: Some(request.layer), format, crs, encoding, csv_geometry: CsvGeometry::Points, out },
        &[],
    )
}

/// The system coordinates really are in.
fn effective(scene: &Scene<'_>, crs: &CrsSpec) -> CrsSpec {
    if *crs == CrsSpec::Local { lifang_crs::frame_spec(&scene.territory.frame) } else { crs.clone() }
}
