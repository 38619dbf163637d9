//! 选图层读取 Reading `FILE#LAYER`: one layer of a GeoPackage or one sheet of a workbook.

use crate::PlannerError;
use lifang_formats::{FeatureTable, ReadOptions};
use lifang_ingest::file_and_layer;
use std::path::Path;

/// The table a name means.
///
/// # Errors
/// [`PlannerError::Format`] when the file cannot be read or has no such layer.
pub(crate) fn read(named: &Path) -> Result<FeatureTable, PlannerError> {
    let (file, layer) = file_and_layer(named);
    Ok(lifang_formats::read(&file, &ReadOptions { layer, ..ReadOptions::default() })?)
}
