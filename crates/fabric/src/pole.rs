//! 内点 The point of a region farthest from its edges, in the metric of axis-parallel squares.

use lifang_model::{Extent, Point};
use std::cmp::Ordering;
use std::collections::BinaryHeap;

/// A square of the search: the best any point in it can reach comes first.
struct Cell {
    reach: f64,
    clear: f64,
    half: f64,
    at: (f64, f64),
}

impl PartialEq for Cell {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}
impl Eq for Cell {}
impl PartialOrd for Cell {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Cell {
    fn cmp(&self, other: &Self) -> Ordering {
        self.reach
            .total_cmp(&other.reach)
            .then(other.at.0.total_cmp(&self.at.0))
            .then(other.at.1.total_cmp(&self.at.1))
    }
}

/// The pole of the region that lies inside every one of some outlines (even-odd): a lattice point and the half side
/// of the largest square around it that stays inside, mm. `None` when the region has no inside worth the name.
///
/// Quadtree search as in mapbox/polylabel, stopped at a twentieth of the best or 2 000 squares.
pub(crate) fn pole(outlines: &[&[(Point, Point)]]) -> Option<(Point, i32)> {
    let first = Extent::of(outlines.first()?.iter().flat_map(|&(a, b)| [a, b]))?;
    let (w, h) =
        (f64::from(first.max.x) - f64::from(first.min.x), f64::from(first.max.y) - f64::from(first.min.y));
    let half = w.min(h).max(1.0) / 2.0;
    let cell = |at: (f64, f64), half: f64| {
        let clear = clearance(outlines, at);
        Cell { reach: clear + half, clear, half, at }
    };
    let mut heap = BinaryHeap::new();
    let (nx, ny) = ((w / (2.0 * half)).ceil().clamp(1.0, 64.0), (h / (2.0 * half)).ceil().clamp(1.0, 64.0));
    let (sx, sy) = (w / nx, h / ny);
    for i in 0..nx as u32 {
        for j in 0..ny as u32 {
            let at = (
                f64::from(first.min.x) + (f64::from(i) + 0.5) * sx,
                f64::from(first.min.y) + (f64::from(j) + 0.5) * sy,
            );
            heap.push(cell(at, sx.max(sy) / 2.0));
        }
    }
    let mut best = (0.0, (0.0, 0.0));
    for _ in 0..2_000 {
        let Some(top) = heap.pop() else { break };
        if top.clear > best.0 {
            best = (top.clear, top.at);
        }
        if top.reach <= best.0 * 1.05 + 1.0 || top.half < 0.5 {
            break;
        }
        let q = top.half / 2.0;
        for (dx, dy) in [(-q, -q), (q, -q), (-q, q), (q, q)] {
            heap.push(cell((top.at.0 + dx, top.at.1 + dy), q));
        }
    }
    let at = (best.1.0.round(), best.1.1.round());
    let clear = clearance(outlines, at).floor();
    (clear >= 1.0).then(|| (Point::new(at.0 as i32, at.1 as i32), clear as i32))
}

/// Half side of the largest square around a point that stays inside all outlines; negative outside.
pub(crate) fn clearance(outlines: &[&[(Point, Point)]], at: (f64, f64)) -> f64 {
    let mut least = f64::MAX;
    let mut inside_all = true;
    for outline in outlines {
        let mut inside = false;
        for &(a, b) in *outline {
            let p = (f64::from(a.x) - at.0, f64::from(a.y) - at.1);
            let q = (f64::from(b.x) - at.0, f64::from(b.y) - at.1);
            if (p.1 > 0.0) != (q.1 > 0.0) && (p.0 * (q.1 - p.1) - p.1 * (q.0 - p.0) > 0.0) == (q.1 > p.1) {
                inside = !inside;
            }
            if p.0.abs().min(q.0.abs()) < least || p.0.signum() != q.0.signum() {
                least = least.min(square_distance(p, q));
            }
        }
        inside_all &= inside;
    }
    if inside_all { least } else { -least }
}

/// Distance from the origin to a segment where the distance of `(x, y)` is the larger of `|x|` and `|y|`.
fn square_distance(p: (f64, f64), q: (f64, f64)) -> f64 {
    // max(|x|, |y|) is convex along the segment; its least value is at an end, where |x| = |y|, or where x or y is 0.
    let d = (q.0 - p.0, q.1 - p.1);
    let at = |t: f64| {
        let t = if t.is_finite() { t.clamp(0.0, 1.0) } else { 0.0 };
        (p.0 + t * d.0).abs().max((p.1 + t * d.1).abs())
    };
    [0.0, 1.0, -p.0 / d.0, -p.1 / d.1, (p.1 - p.0) / (d.0 - d.1), -(p.0 + p.1) / (d.0 + d.1)]
        .into_iter()
        .map(at)
        .fold(f64::MAX, f64::min)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pole_of_an_l_lies_in_its_thicker_arm() {
        let ring = [(0, 0), (20_000, 0), (20_000, 4_000), (10_000, 4_000), (10_000, 16_000), (0, 16_000)];
        let ring = ring.map(Point::from);
        let edges: Vec<_> = (0..6).map(|i| (ring[i], ring[(i + 1) % 6])).collect();
        let (p, half) = pole(&[&edges]).unwrap();
        assert!((4_600..=5_000).contains(&half), "{half}");
        assert!(p.x < 10_000);
    }
}
