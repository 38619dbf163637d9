//! 边界 The area to partition when nobody drew it: a hull around the buildings.

use crate::shape::{area_m2, clean, union};
use geo::algorithm::concave_hull::{ConcaveHull, ConcaveHullOptions};
use geo::{Buffer, ConvexHull, MultiPoint, Simplify};
use lifang_model::{Building, Point, Polygon};
use std::collections::BTreeMap;

/// Land kept around the buildings, m.
pub(crate) const MARGIN_M: f64 = 30.0;

/// Outlines are sampled this densely, so that the hull cannot cut through a building between two of its corners by more
/// than the margin gives back, m.
const SAMPLE_M: f64 = 20.0;

/// One sample is kept in a square of this side, m.
const THIN_M: f64 = 8.0;

/// Edges of the hull shorter than this are not dug into, m: gaps between neighbouring blocks stay inside.
const SHORTEST_DIG_M: f64 = 150.0;

/// Corners that stand out less than this are left out, m.
const SMOOTH_M: f64 = 2.0;

/// 外包边界 A simple polygon around all buildings: their concave hull and a margin of 30 m. Deterministic; `None` without
/// buildings.
///
/// The hull is the concave hull of Park and Oh (2012) as `geo` implements it; where that fails to hold the buildings, the
/// convex hull takes its place.
pub(crate) fn around(buildings: &[Building]) -> Option<Polygon> {
    let samples = samples(buildings);
    if samples.is_empty() {
        return None;
    }
    let points: MultiPoint<f64> = samples.iter().map(|p| geo::Point::from(p.metres())).collect();
    let options = ConcaveHullOptions::default().concavity(2.0).length_threshold(SHORTEST_DIG_M);
    let concave = grown(&points.concave_hull_with_options(options));
    let holds = |hull: &Polygon| samples.iter().all(|p| hull.contains(*p));
    concave.filter(holds).or_else(|| grown(&points.convex_hull())).or_else(|| square_around(&samples))
}

/// Points along all outlines, at most one in each small square, in order.
fn samples(buildings: &[Building]) -> Vec<Point> {
    let thin = (THIN_M * 1000.0) as i32;
    let mut kept: BTreeMap<(i32, i32), Point> = BTreeMap::new();
    for (a, b) in buildings.iter().flat_map(|building| &building.outline).flat_map(|part| part.outer.edges())
    {
        let steps = (a.distance(b) / (SAMPLE_M * 1000.0)).ceil().max(1.0) as u32;
        for step in 0..steps {
            let t = f64::from(step) / f64::from(steps);
            let along =
                |from: i32, to: i32| (f64::from(from) + t * (f64::from(to) - f64::from(from))).round() as i32;
            let p = Point::new(along(a.x, b.x), along(a.y, b.y));
            kept.entry((p.x.div_euclid(thin), p.y.div_euclid(thin))).or_insert(p);
        }
    }
    kept.into_values().collect()
}

/// The hull with its margin, on the lattice; the largest part without holes.
fn grown(hull: &geo::Polygon<f64>) -> Option<Polygon> {
    let wide = hull.buffer(MARGIN_M + SMOOTH_M);
    let parts: Vec<Vec<Vec<Point>>> = wide
        .simplify(SMOOTH_M)
        .iter()
        .filter_map(|part| {
            part.exterior()
                .coords()
                .map(|c| Point::from_metres(c.x, c.y).ok())
                .collect::<Option<Vec<Point>>>()
        })
        .map(|outer| vec![outer])
        .collect();
    let polygons = union(&clean(&parts).polygons);
    let largest = polygons
        .into_iter()
        .max_by(|a, b| area_m2(std::slice::from_ref(a)).total_cmp(&area_m2(std::slice::from_ref(b))))?;
    Some(Polygon { outer: largest.outer, holes: Vec::new() })
}

/// The last resort, for a hull without area: the box around the points and the margin.
fn square_around(samples: &[Point]) -> Option<Polygon> {
    let extent = lifang_model::Extent::of(samples.iter().copied())?;
    let margin = (MARGIN_M * 1000.0) as i32;
    let (west, south) = (extent.min.x.checked_sub(margin)?, extent.min.y.checked_sub(margin)?);
    let (east, north) = (extent.max.x.checked_add(margin)?, extent.max.y.checked_add(margin)?);
    let corners = [(west, south), (east, south), (east, north), (west, north)];
    Some(Polygon { outer: lifang_model::Ring(corners.map(Point::from).to_vec()), holes: Vec::new() })
}
