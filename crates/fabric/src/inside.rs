//! A point well inside a face.

use crate::planar::Planar;
use lifang_model::{Extent, Point};

/// A point inside a face, mm: the middle of the widest stretch on a horizontal line half-way up.
pub(crate) fn interior_point(map: &Planar, face: u32) -> (f64, f64) {
    let edges: Vec<(Point, Point)> = map.around(face).iter().map(|&h| map.ends_of(h)).collect();
    let Some(e) = Extent::of(edges.iter().flat_map(|&(a, b)| [a, b])) else { return (0.0, 0.0) };
    // Half-integer heights miss every vertex.
    let y = (f64::from(e.min.y) + f64::from(e.max.y)).div_euclid(2.0) + 0.5;
    match widest(&edges, y, &mut Vec::new()) {
        Some((west, east)) => ((west + east) / 2.0, y),
        None => (f64::from(edges[0].0.x), f64::from(edges[0].0.y)),
    }
}

/// A lattice point strictly inside a face; `None` if a few tries find none, as in faces a few millimetres wide.
pub(crate) fn lattice_point(map: &Planar, face: u32) -> Option<Point> {
    let edges: Vec<(Point, Point)> = map.around(face).iter().map(|&h| map.ends_of(h)).collect();
    lattice_inside(&edges)
}

/// A lattice point strictly inside the region some edges bound: the middle of the widest stretch met on a few rows.
pub(crate) fn lattice_inside(edges: &[(Point, Point)]) -> Option<Point> {
    let e = Extent::of(edges.iter().flat_map(|&(a, b)| [a, b]))?;
    let height = i64::from(e.max.y) - i64::from(e.min.y);
    let mut best: Option<(f64, Point)> = None;
    let mut xs = Vec::new();
    for part in [8, 4, 12, 6, 10, 2, 14, 7, 9, 1, 15] {
        let y = (i64::from(e.min.y) + height * part / 16) as i32;
        // Just above and just below the row: a point between both stretches lies strictly inside.
        let mut at = |y: f64| widest(edges, y, &mut xs);
        let (Some(up), Some(down)) = (at(f64::from(y) + 0.25), at(f64::from(y) - 0.25)) else {
            continue;
        };
        let (west, east) = (up.0.max(down.0), up.1.min(down.1));
        let p = Point::new(((west + east) / 2.0).round() as i32, y);
        let x = f64::from(p.x);
        if x - west > 0.75 && east - x > 0.75 && best.is_none_or(|(width, _)| east - west > width * 1.5) {
            best = Some((east - west, p));
        }
    }
    best.map(|(_, p)| p)
}

/// The widest stretch of the region on the horizontal line at `y`, which must be no integer. `xs` is working memory.
fn widest(edges: &[(Point, Point)], y: f64, xs: &mut Vec<f64>) -> Option<(f64, f64)> {
    xs.clear();
    let crossings =
        edges.iter().filter(|(a, b)| (f64::from(a.y) < y) != (f64::from(b.y) < y)).map(|(a, b)| {
            let t = (y - f64::from(a.y)) / (f64::from(b.y) - f64::from(a.y));
            f64::from(a.x) + t * (f64::from(b.x) - f64::from(a.x))
        });
    xs.extend(crossings);
    xs.sort_unstable_by(f64::total_cmp);
    let mut best: Option<(f64, f64)> = None;
    for pair in xs.chunks_exact(2) {
        if best.is_none_or(|(w, e)| pair[1] - pair[0] > e - w) {
            best = Some((pair[0], pair[1]));
        }
    }
    best
}
