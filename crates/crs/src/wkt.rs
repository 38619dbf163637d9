//! 投影文件 The text of a `.prj`.

use crate::{CrsError, CrsSpec, engine};

/// ESRI's dialect of WKT 1, one line, as a `.prj` holds it.
///
/// GCJ-02, BD-09 and local grids have none: a `.prj` that calls them WGS 84 would be a lie that moves buildings by
/// half a kilometre.
///
/// # Errors
/// [`CrsError::NoWkt`] when the system has no ESRI WKT, or [`CrsError::Unknown`].
pub fn esri_wkt(spec: &CrsSpec) -> Result<String, CrsError> {
    match spec {
        CrsSpec::Gcj02 | CrsSpec::Bd09 | CrsSpec::Local | CrsSpec::Fitted(_) => Err(CrsError::NoWkt {
            crs: spec.to_string(),
            reason: "no standard describes it. Leave the .prj out and tell the receiver".to_owned(),
        }),
        CrsSpec::Epsg(_) | CrsSpec::Definition(_) => {
            Ok(engine::esri(&spec.proj_text())?.lines().map(str::trim).collect())
        }
    }
}
