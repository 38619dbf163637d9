//! 抽稀 Zones drawn with fewer points: borders thinned, and smoothed if asked, once for both sides and for all levels.

use crate::{ExportError, Scene};
use lifang_model::{Millimetres, Plan, Polygon};
use std::collections::BTreeMap;

/// Times corners are cut where borders are smoothed.
const ROUNDS: u32 = 2;
/// The largest tolerance, metres.
const MOST: f64 = 10_000.0;

/// 抽稀 How much thinner the outlines of zones are drawn than they are.
///
/// Neighbours share the thinned borders, and so do the zones of different levels: the border of a grid is that of its outer
/// micro-grids. Places where borders meet stay, so no zone is lost at any tolerance. Figures stay those of the exact outlines.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct Thinning {
    tolerance: Millimetres,
    smooth: bool,
}

impl Thinning {
    /// Points left out lie within so many metres of the line drawn instead; `smooth` cuts corners besides, for looking at.
    ///
    /// # Errors
    /// [`ExportError::Tolerance`] unless the tolerance lies between 1 mm and 10 km.
    pub fn new(metres: f64, smooth: bool) -> Result<Self, ExportError> {
        if !(0.001..=MOST).contains(&metres) {
            return Err(ExportError::Tolerance { metres });
        }
        Ok(Self { tolerance: Millimetres((metres * 1000.0).round() as u64), smooth })
    }

    /// What files drawn so say of their outlines, in both languages.
    #[must_use]
    pub fn said(&self) -> String {
        let metres = self.tolerance.0 as f64 / 1000.0;
        let (zh, en) = if self.smooth {
            ("，并作平滑，仅供制图", ", and smoothed, for display only")
        } else {
            ("", "")
        };
        format!(
            "边界已抽稀，误差不超过 {metres} 米{zh}；面积、周长等数值按原边界。 Outlines are thinned to within {metres} m{en}; area, \
             perimeter and all counts are of the exact outlines."
        )
    }
}

/// The outlines of the zones of one level, by zone, drawn thinner.
pub(crate) fn outlines(scene: &Scene<'_>, plan: &Plan, at: usize, thinning: Thinning) -> Vec<Vec<Polygon>> {
    // All levels are thinned together, over the land that lies in the same zone on each of them.
    let mut names: BTreeMap<Vec<Option<u32>>, u32> = BTreeMap::new();
    let labels: Vec<Option<u32>> = (0..scene.fabric.cells.len())
        .map(|cell| {
            let zone = |level: &lifang_model::LevelPlan| level.assignment.get(cell)?.map(|zone| zone.0);
            let zones: Vec<Option<u32>> = plan.levels.iter().map(zone).collect();
            let next = names.len() as u32;
            zones.iter().any(Option::is_some).then(|| *names.entry(zones).or_insert(next))
        })
        .collect();
    let mut borders = scene.fabric.borders(&labels).simplified(thinning.tolerance);
    if thinning.smooth {
        borders = borders.smoothed(ROUNDS);
    }
    let mut zone_of = vec![None; names.len()];
    for (zones, name) in names {
        zone_of[name as usize] = zones.get(at).copied().flatten();
    }
    let of_piece: Vec<Option<u32>> = borders.pieces.iter().map(|&name| zone_of[name as usize]).collect();
    let mut outlines = vec![Vec::new(); plan.levels[at].zones.len()];
    for outline in borders.dissolve(&of_piece) {
        if let Some(slot) = outlines.get_mut(outline.label as usize) {
            *slot = outline.polygons;
        }
    }
    outlines
}
