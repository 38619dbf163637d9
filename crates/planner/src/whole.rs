//! 整体导出 The whole plan in one file: an Excel workbook or a CAD drawing.

use crate::{Exported, PlannerError, Session};
use lifang_crs::CrsSpec;
use lifang_export::Thinning;
use lifang_formats::{CadLayer, Encoding, Format, Sheet};
use lifang_model::Progress;
use std::path::{Path, PathBuf};

/// 整体导出请求 What to write the whole plan as, and where.
#[derive(Debug)]
pub struct WholeRequest {
    /// [`Format::Xlsx`] or [`Format::Dxf`].
    pub format: Format,
    /// Coordinate system; `None` for WGS 84 in a workbook and for the plan's own metres in a drawing.
    pub crs: Option<CrsSpec>,
    /// How much thinner a drawing draws the outlines of zones; exact if `None`.
    pub thinning: Option<Thinning>,
    /// Text encoding of a drawing.
    pub encoding: Encoding,
    /// The file when it ends in the format's extension, else a folder; made when missing.
    pub out: PathBuf,
}

impl Session {
    /// Writes the whole plan to one file.
    ///
    /// # Errors
    /// [`PlannerError::NoPlan`] for a workbook without a plan, [`PlannerError::UnknownKey`] for another format,
    /// [`PlannerError::Export`] otherwise; the file appears whole or not at all.
    pub fn export_whole(
        &self,
        request: &WholeRequest,
        progress: &dyn Progress,
    ) -> Result<Exported, PlannerError> {
        progress.stage("export", None);
        let scene = self.scene();
        let (crs, files) = match request.format {
            Format::Xlsx => {
                if self.plan.is_none() {
                    return Err(PlannerError::NoPlan { file: self.file() });
                }
                if request.thinning.is_some() {
                    return Err(lifang_export::ExportError::NotThinned { layer: "a workbook" }.into());
                }
                let crs = match &request.crs {
                    Some(crs) => crs.clone(),
                    // A survey grid nobody tied to Earth has no degrees.
                    None if self.territory.frame.crs.is_none() => CrsSpec::Local,
                    None => CrsSpec::Epsg(4326),
                };
                let tables = lifang_export::book(&scene, &crs, &self.facts()?)?;
                let titles: Vec<Vec<String>> =
                    tables.iter().map(|(_, table)| lifang_export::titles(&scene, table)).collect();
                let sheets: Vec<Sheet<'_>> = tables
                    .iter()
                    .zip(&titles)
                    .map(|((name, table), titles)| Sheet { name, table, titles })
                    .collect();
                let file = place(&request.out, "plan", Format::Xlsx);
                (crs, lifang_formats::write_workbook(&file, &sheets)?)
            }
            Format::Dxf => {
                let crs = self.crs_for(request.crs.as_ref(), Format::Dxf)?;
                let tables = lifang_export::drawing(&scene, &crs, request.thinning)?;
                let layers: Vec<CadLayer<'_>> =
                    tables.iter().map(|(name, table)| CadLayer { name, table }).collect();
                let file = place(&request.out, "plan", Format::Dxf);
                (crs, lifang_formats::write_drawing(&file, &layers, request.encoding)?)
            }
            other => {
                return Err(PlannerError::UnknownKey {
                    what: "format of a whole plan",
                    key: other.extension().to_owned(),
                    known: "xlsx, dxf".to_owned(),
                });
            }
        };
        let signature = if self.plan.is_some() { Some(self.signature()?) } else { None };
        let stage = self.plan.as_ref().map(|plan| plan.stage().key());
        Ok(Exported { files, crs: crs.to_string(), signature, stage })
    }
}

/// The file itself, or one in a folder.
fn place(out: &Path, stem: &str, format: Format) -> PathBuf {
    let named = out.extension().is_some_and(|ending| ending.eq_ignore_ascii_case(format.extension()));
    if named { out.to_owned() } else { out.join(format!("{stem}.{}", format.extension())) }
}
