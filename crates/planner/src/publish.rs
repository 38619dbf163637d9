//! 导出 Writes boundary files.

use crate::{PlannerError, Session};
use lifang_crs::CrsSpec;
use lifang_export::{Fact, LayerKind, LayerRequest, Target};
use lifang_formats::{CsvGeometry, Encoding, Format};
use lifang_model::Progress;
use serde::Serialize;
use std::path::PathBuf;

/// 导出请求 What to write, and where.
#[derive(Debug)]
pub struct ExportRequest {
    /// Layer, with its level, category and tier.
    pub layer: LayerRequest,
    /// File format.
    pub format: Format,
    /// Coordinate system of the files; `None` for the format's own: WGS 84 for GeoJSON, the plan's for others.
    pub crs: Option<CrsSpec>,
    /// Text encoding of shapefile tables.
    pub encoding: Encoding,
    /// What a CSV says of where its rows are.
    pub csv_geometry: CsvGeometry,
    /// Folder to write to; made when missing.
    pub out: PathBuf,
    /// Write the names and telephone numbers of staff beside the zones.
    pub with_staff: bool,
}

/// 导出结果 The files written.
#[derive(Clone, Debug, Serialize)]
pub struct Exported {
    /// Files, in the order written.
    pub files: Vec<PathBuf>,
    /// Coordinate system of the files.
    pub crs: String,
    /// BLAKE3 of what the plan says, hexadecimal: that of its publication, if it was published and not edited since.
    pub signature: Option<String>,
    /// How far the plan is: draft, consulted, approved or published.
    pub stage: Option<&'static str>,
}

impl Session {
    /// Writes one layer.
    ///
    /// # Errors
    /// [`PlannerError::NoPlan`] or [`PlannerError::NoCoverage`] when the layer needs one, [`PlannerError::Export`]
    /// otherwise; files appear whole or not at all.
    pub fn export(&self, request: &ExportRequest, progress: &dyn Progress) -> Result<Exported, PlannerError> {
        progress.stage("export", None);
        match request.layer.layer {
            LayerKind::Zones | LayerKind::ContactGroups if self.plan.is_none() => {
                return Err(PlannerError::NoPlan { file: self.file() });
            }
            LayerKind::Coverage | LayerKind::Gaps if self.coverage.is_none() => {
                return Err(PlannerError::NoCoverage { file: self.file() });
            }
            _ => {}
        }
        let crs = self.crs_for(request.crs.as_ref(), request.format)?;
        let scene = self.scene();
        let mut table = lifang_export::table(&scene, &request.layer, &crs)?;
        if request.with_staff && request.layer.layer == LayerKind::Zones {
            self.add_staff(&mut table)?;
        }
        let (format, encoding, out) = (request.format, request.encoding, request.out.as_path());
        let csv_geometry = request.csv_geometry;
        let target =
            Target { layer: Some(request.layer.layer), format, crs: &crs, encoding, csv_geometry, out };
        let mut facts = self.facts()?;
        facts.extend(request.layer.thinning.map(|thinning| Fact::new("outlines", "边界", thinning.said())));
        let files = lifang_export::save(&scene, &table, &target, &facts)?;
        let signature = if self.plan.is_some() { Some(self.signature()?) } else { None };
        let stage = self.plan.as_ref().map(|plan| plan.stage().key());
        Ok(Exported { files, crs: crs.to_string(), signature, stage })
    }

    /// The CRS the user's data came in, or the frame's own.
    pub(crate) fn own_crs(&self) -> Result<CrsSpec, PlannerError> {
        match &self.territory.frame.source {
            Some(source) => Ok(CrsSpec::parse(source)?),
            None => Ok(lifang_crs::frame_spec(&self.territory.frame)),
        }
    }
}
