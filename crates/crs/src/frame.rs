//! 本地框架 The metric frame a plan lives in.

use crate::engine::{self, Facts, Kind};
use crate::transform::lonlat_path;
use crate::{CrsError, CrsSpec};
use lifang_model::Frame;

/// Largest error of a projected system's scale before a frame of our own is used instead: 0.5 %, which a national
/// Gauss-Krüger or UTM zone never reaches and Web Mercator passes beyond 6° of latitude.
const SCALE_TOLERANCE: f64 = 0.005;

/// Picks the frame for data in `spec` with this extent `[min_x, min_y, max_x, max_y]`.
///
/// - Degrees (and Web Mercator, feet, or any projection badly out of scale there): a transverse Mercator on the
///   centre of the extent, rounded to 0.01°, so that the same data always gets the same frame. On WGS 84, so that
///   PROJ knows how to shift datums.
/// - Projected metres: that system, minus a whole-metre origin in the middle of the extent.
/// - Local: metres as they are, minus a whole-metre origin; no CRS.
///
/// # Errors
/// [`CrsError`] for an unknown system, an extent that is not finite, or one outside the system.
pub fn choose_frame(spec: &CrsSpec, extent: [f64; 4]) -> Result<Frame, CrsError> {
    let [min_x, min_y, max_x, max_y] = extent;
    if !extent.iter().all(|v| v.is_finite()) || min_x > max_x || min_y > max_y {
        return Err(CrsError::BadExtent { min_x, min_y, max_x, max_y });
    }
    let centre = ((min_x + max_x) / 2.0, (min_y + max_y) / 2.0);
    let metre = (centre.0.round(), centre.1.round());
    if *spec == CrsSpec::Local {
        return Ok(Frame { crs: None, origin: metre, source: Some(spec.to_string()) });
    }
    if let CrsSpec::Fitted(grid) = spec {
        // The frame stands on the known system: lengths there are as true as the surveyors' own.
        let (x, y) = grid.map().forth(centre.0, centre.1);
        let frame = choose_frame(grid.onto(), [x, y, x, y])?;
        return Ok(Frame { source: Some(spec.to_string()), ..frame });
    }
    let facts = match spec {
        CrsSpec::Epsg(_) | CrsSpec::Definition(_) => Some(engine::facts(&spec.proj_text())?),
        _ => None,
    };
    let (lon, lat) = lonlat_path(spec)?.point(centre.0, centre.1)?;
    let source = Some(spec.to_string());
    if let Some(facts) = facts
        && facts.kind == Kind::Projected
        && fit_to_measure(spec, &facts, centre, (lon, lat))?
    {
        return Ok(Frame { crs: Some(spec.to_string()), origin: metre, source });
    }
    Ok(Frame { crs: Some(own_frame(lon, lat)), origin: (0.0, 0.0), source })
}

/// The PROJ string of our own frame around a place.
pub(crate) fn own_frame(lon: f64, lat: f64) -> String {
    let (lon, lat) = (round_100th(lon), round_100th(lat));
    format!(
        "+proj=tmerc +lat_0={lat} +lon_0={lon} +k=1 +x_0=0 +y_0=0 +datum=WGS84 +units=m +no_defs +type=crs"
    )
}

fn round_100th(degrees: f64) -> f64 {
    let rounded = (degrees * 100.0).round() / 100.0;
    // No "-0" in a definition.
    if rounded == 0.0 { 0.0 } else { rounded }
}

/// Whether lengths in the projected system are true enough around the place.
fn fit_to_measure(
    spec: &CrsSpec,
    facts: &Facts,
    centre: (f64, f64),
    (lon, lat): (f64, f64),
) -> Result<bool, CrsError> {
    let mercator = facts.method.contains("Mercator") && !facts.method.contains("Transverse");
    if !facts.metric || mercator {
        return Ok(false);
    }
    let truth = engine::path(&spec.proj_text(), &own_frame(lon, lat))?;
    let crs = spec.to_string();
    let at = |x, y| engine::convert(&truth, x, y, &crs);
    let middle = at(centre.0, centre.1)?;
    for (dx, dy) in [(1000.0, 0.0), (0.0, 1000.0)] {
        let p = at(centre.0 + dx, centre.1 + dy)?;
        let length = (p.0 - middle.0).hypot(p.1 - middle.1);
        if (length / 1000.0 - 1.0).abs() > SCALE_TOLERANCE {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The coordinate system of a frame, its origin left aside; [`CrsSpec::Local`] when nobody gave one.
#[must_use]
pub fn frame_spec(frame: &Frame) -> CrsSpec {
    match &frame.crs {
        None => CrsSpec::Local,
        Some(text) => CrsSpec::parse(text).unwrap_or_else(|_unknown| CrsSpec::Definition(text.clone())),
    }
}
