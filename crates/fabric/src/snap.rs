//! 吸附 Outlines that nearly meet made to meet: corners go to corners of others, edges bend through corners of others.

use crate::border::to_segment;
use crate::grid::Grid;
use lifang_model::{Point, Polygon};
use std::collections::BTreeMap;

/// The rings of each area after snapping, outer ones counter-clockwise and holes clockwise. A corner goes to the nearest
/// corner of another area within the tolerance, where that came earlier; then every edge takes up the corners of others
/// within the tolerance of it. No point moves farther than the tolerance, and corners of one area never merge.
pub(crate) fn snapped(areas: &[Vec<Polygon>], tolerance: f64) -> Vec<Vec<Vec<Point>>> {
    let rings: Vec<Vec<Vec<Point>>> =
        areas.iter().map(|area| area.iter().flat_map(directed).collect()).collect();
    if tolerance < 1.0 {
        return rings;
    }
    let mut all: Vec<Point> = rings.iter().flatten().flatten().copied().collect();
    all.sort_unstable();
    all.dedup();
    let grid = Grid::of_points(&all);
    let reach = tolerance.ceil() as i64;
    let place = |p: Point| all.binary_search(&p).unwrap_or_default();
    // The areas that have a corner at each place; empty until an area keeps one there.
    let mut owners: Vec<Vec<u32>> = vec![Vec::new(); all.len()];
    let mut moved: BTreeMap<(u32, Point), Point> = BTreeMap::new();
    for (area, rings) in (0u32..).zip(&rings) {
        for &p in rings.iter().flatten() {
            if moved.contains_key(&(area, p)) {
                continue;
            }
            let mut best: Option<(f64, u32)> = None;
            let mut consider = |i: u32| {
                let off = p.distance(all[i as usize]);
                let others = &owners[i as usize];
                let free = !others.is_empty() && (off == 0.0 || !others.contains(&area));
                if free && off <= tolerance && best.is_none_or(|old| (off, i) < old) {
                    best = Some((off, i));
                }
            };
            grid.near(p, p, reach, &mut consider);
            let to = best.map_or(place(p), |(_, i)| i as usize);
            if !owners[to].contains(&area) {
                owners[to].push(area);
            }
            moved.insert((area, p), all[to]);
        }
    }
    (0u32..)
        .zip(&rings)
        .map(|(area, rings)| {
            let bend = |ring: &Vec<Point>| {
                let ring: Vec<Point> =
                    ring.iter().map(|&p| moved.get(&(area, p)).copied().unwrap_or(p)).collect();
                let mut bent = Vec::with_capacity(ring.len());
                for (i, &a) in ring.iter().enumerate() {
                    let b = ring[(i + 1) % ring.len()];
                    bent.push(a);
                    let mut on: Vec<(f64, Point)> = Vec::new();
                    grid.near(a, b, reach, |k| {
                        let q = all[k as usize];
                        let others = &owners[k as usize];
                        let inner = ahead(a, b, q) && ahead(b, a, q);
                        if !others.is_empty()
                            && !others.contains(&area)
                            && inner
                            && to_segment(q, a, b) <= tolerance
                        {
                            on.push((a.distance(q), q));
                        }
                    });
                    on.sort_by(|p, q| p.0.total_cmp(&q.0).then(p.1.cmp(&q.1)));
                    on.dedup_by_key(|on| on.1);
                    bent.extend(on.into_iter().map(|on| on.1));
                }
                bent.dedup();
                bent
            };
            rings.iter().map(bend).collect()
        })
        .collect()
}

/// Whether a point lies on the side of `b` seen from `a` across the perpendicular at `a`.
fn ahead(a: Point, b: Point, q: Point) -> bool {
    let d = |u: i32, v: i32| i128::from(v) - i128::from(u);
    d(a.x, b.x) * d(a.x, q.x) + d(a.y, b.y) * d(a.y, q.y) > 0
}

/// The rings of a polygon, the outer one counter-clockwise and the holes clockwise whatever way they came.
pub(crate) fn directed(polygon: &Polygon) -> Vec<Vec<Point>> {
    let turned = |(k, ring): (usize, &lifang_model::Ring)| {
        let mut points = ring.0.clone();
        if (ring.twice_area() > 0) != (k == 0) {
            points.reverse();
        }
        points
    };
    polygon.rings().enumerate().map(turned).collect()
}
