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

#[cfg(test)]
mod tests {
    use super::*;
    use lifang_model::{BuildingUse, Demand, Ring, Sources};
    use proptest::prelude::*;

    fn block(x: i32, y: i32, wide: i32, deep: i32) -> Building {
        let corners = [(x, y), (x + wide, y), (x + wide, y + deep), (x, y + deep)];
        let outer = Ring(corners.map(|(x, y)| Point::new(x * 1000, y * 1000)).to_vec());
        Building {
            code: String::new(),
            name: None,
            outline: vec![Polygon { outer, holes: Vec::new() }],
            use_: BuildingUse::Unknown,
            levels: None,
            units: None,
            compound: None,
            demand: Demand::default(),
            sources: Sources::default(),
            entrances: Vec::new(),
            storeys: Vec::new(),
        }
    }

    #[test]
    fn one_building_gets_its_margin_and_none_no_boundary() {
        let hull = around(&[block(0, 0, 20, 10)]).unwrap();
        let area = hull.area_m2();
        assert!((20.0 * 10.0 + 60.0 * 30.0..80.0 * 70.0).contains(&area), "{area}");
        assert_eq!(around(&[]), None);
    }

    #[test]
    fn open_land_around_a_bend_stays_outside() {
        let arm: Vec<Building> = (0..40).map(|k| block(k * 30, 0, 20, 20)).collect();
        let leg: Vec<Building> = (1..40).map(|k| block(0, k * 30, 20, 20)).collect();
        let hull = around(&[arm, leg].concat()).unwrap();
        assert!(!hull.contains(Point::new(900_000, 900_000)));
        assert!(hull.area_m2() < 600_000.0, "{}", hull.area_m2());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(60))]

        #[test]
        fn the_boundary_is_sound_and_holds_every_corner(
            blocks in prop::collection::vec((0i32..2000, 0i32..2000, 5i32..150, 5i32..60), 1..40),
        ) {
            let buildings: Vec<Building> = blocks.iter().map(|(x, y, w, d)| block(*x, *y, *w, *d)).collect();
            let hull = around(&buildings).unwrap();
            prop_assert!(hull.outer.twice_area() > 0);
            prop_assert!(hull.holes.is_empty());
            let cleaned = clean(&[vec![hull.outer.0.clone()]]);
            prop_assert_eq!(cleaned.repaired, None);
            let corners = buildings.iter().flat_map(|b| &b.outline).flat_map(|p| &p.outer.0);
            prop_assert!(corners.into_iter().all(|p| hull.contains(*p)));
        }
    }
}
