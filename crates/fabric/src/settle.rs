//! 面积归零 The rest of the sum: one more corner on the outer border takes exactly so much land as is too much.
//!
//! A corner `p` on an edge from `u` to `v` changes twice the area by `(p - u) x (v - u)`. Over the lattice that takes every
//! multiple of the greatest common divisor of the edge's width and height, so on a slanted edge, where alone the sum goes wrong,
//! there is nearly always a place less than a millimetre off the line for any small number.

use crate::border::{Border, to_segment};
use crate::fabric::Arc;
use lifang_model::Point;

/// How far off the border a corner may lie, mm; `verify` allows a millimetre for rounding.
const OFF: f64 = 0.9;
/// How far a corner stays from both ends of its edge, mm.
const APART: i128 = 5;
/// How many edges are tried, the longest first.
const TRIES: usize = 50;
/// How many edges, and how many multiples of what an edge can take, are tried where two corners are needed.
const PAIRS: usize = 12;

/// Adds a corner, or two, to the outer arcs chosen, so that the area they enclose shrinks by `excess` square millimetres, twice.
/// Whether there was a place for it; where not, nothing is changed.
pub(crate) fn settle(
    arcs: &mut [Arc],
    border: &Border,
    excess: i128,
    chosen: impl Fn(usize) -> bool,
) -> bool {
    let one = |arcs: &mut [Arc], excess| {
        let edges = edges(arcs, excess, &chosen);
        edges.into_iter().any(|edge| add(arcs, border, edge, excess))
    };
    if excess == 0 || one(arcs, excess) {
        return true;
    }
    // Where no edge has the divisor for it, one corner leaves what another can take.
    for edge in edges(arcs, excess, &chosen).into_iter().take(PAIRS) {
        let (dx, dy) = edge.along(arcs);
        let (divisor, _, _) = euclid(dy, -dx);
        for times in (1..=PAIRS as i128).flat_map(|times| [times, -times]) {
            let first = divisor * times;
            if !add(arcs, border, edge, first) {
                continue;
            }
            if one(arcs, excess - first) {
                return true;
            }
            if let Some(arc) = arcs.get_mut(edge.arc) {
                arc.points.remove(edge.at + 1);
            }
        }
    }
    false
}

/// An edge of the outer border.
#[derive(Copy, Clone)]
struct Edge {
    arc: usize,
    at: usize,
}

impl Edge {
    fn ends(self, arcs: &[Arc]) -> (Point, Point) {
        let points = &arcs[self.arc].points;
        (points[self.at], points[self.at + 1])
    }

    fn along(self, arcs: &[Arc]) -> (i128, i128) {
        let (u, v) = self.ends(arcs);
        apart(u, v)
    }
}

/// The slanted edges long enough for a corner that takes so much, the longest first.
fn edges(arcs: &[Arc], excess: i128, chosen: impl Fn(usize) -> bool) -> Vec<Edge> {
    let outer = |arc: &Arc| arc.left.is_none() || arc.right.is_none();
    let mut edges: Vec<(i128, usize, usize)> = Vec::new();
    for (row, arc) in arcs.iter().enumerate().filter(|(row, arc)| outer(arc) && chosen(*row)) {
        for (at, w) in arc.points.windows(2).enumerate() {
            let (dx, dy) = apart(w[0], w[1]);
            let square = dx * dx + dy * dy;
            // On a shorter one the corner would lie too far off.
            if square as f64 * OFF * OFF >= (excess * excess) as f64 && dx != 0 && dy != 0 {
                edges.push((-square, row, at));
            }
        }
    }
    edges.sort_unstable();
    edges.into_iter().take(TRIES).map(|(_, arc, at)| Edge { arc, at }).collect()
}

/// Adds a corner on one edge that takes so much, if it may lie there.
fn add(arcs: &mut [Arc], border: &Border, edge: Edge, excess: i128) -> bool {
    let (u, v) = edge.ends(arcs);
    let wanted = if arcs[edge.arc].left.is_none() { excess } else { -excess };
    let Some(p) = corner(u, v, wanted) else { return false };
    let on_border = border.edge_at(p).is_some_and(|(c, d)| to_segment(p, c, d) <= OFF);
    let free = on_border && is_free(arcs, (u, v), p);
    if free {
        arcs[edge.arc].points.insert(edge.at + 1, p);
    }
    free
}

fn apart(a: Point, b: Point) -> (i128, i128) {
    (i128::from(b.x) - i128::from(a.x), i128::from(b.y) - i128::from(a.y))
}

/// The lattice point `p` next to the middle of an edge with `(p - u) x (v - u)` as wanted.
fn corner(u: Point, v: Point, wanted: i128) -> Option<Point> {
    let (dx, dy) = apart(u, v);
    // x * dy - y * dx = wanted
    let (divisor, fx, fy) = euclid(dy, -dx);
    if divisor == 0 || wanted % divisor != 0 {
        return None;
    }
    let (x, y) = (fx * (wanted / divisor), fy * (wanted / divisor));
    let (step_x, step_y) = (dx / divisor, dy / divisor);
    let length = dx * dx + dy * dy;
    // Along the edge from where this solution lies to the middle, in steps.
    let lacks = length / 2 - (x * dx + y * dy);
    let steps = (2 * lacks + length / divisor).div_euclid(2 * (length / divisor));
    let (x, y) = (x + steps * step_x, y + steps * step_y);
    let along = x * dx + y * dy;
    let margin = ((length as f64).sqrt() as i128 + 1) * APART;
    if along < margin || length - along < margin {
        return None;
    }
    Some(Point::new(i32::try_from(i128::from(u.x) + x).ok()?, i32::try_from(i128::from(u.y) + y).ok()?))
}

/// The greatest common divisor, not negative, with the factors that make it of the two.
fn euclid(a: i128, b: i128) -> (i128, i128, i128) {
    let (mut r, mut s, mut t) = ((a, b), (1, 0), (0, 1));
    while r.1 != 0 {
        let q = r.0.div_euclid(r.1);
        r = (r.1, r.0 - q * r.1);
        s = (s.1, s.0 - q * s.1);
        t = (t.1, t.0 - q * t.1);
    }
    if r.0 < 0 { (-r.0, -s.0, -t.0) } else { (r.0, s.0, t.0) }
}

/// Whether nothing else lies where the edge moves.
fn is_free(arcs: &[Arc], (u, v): (Point, Point), p: Point) -> bool {
    let (low, high) =
        (Point::new(u.x.min(v.x) - 4, u.y.min(v.y) - 4), Point::new(u.x.max(v.x) + 4, u.y.max(v.y) + 4));
    let beside = |q: Point| q != u && q != v && to_segment(q, u, v) < 2.0;
    let beyond = |c: Point, d: Point| {
        c.x.max(d.x) < low.x || c.x.min(d.x) > high.x || c.y.max(d.y) < low.y || c.y.min(d.y) > high.y
    };
    arcs.iter().flat_map(|arc| arc.points.windows(2)).map(|w| (w[0], w[1])).all(|(c, d)| {
        beyond(c, d) || (c, d) == (u, v) || !beside(c) && !beside(d) && to_segment(p, c, d) >= 1.0
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_corner_takes_exactly_what_is_wanted_and_lies_beside_its_edge(
            u in (-100_000..100_000i32, -100_000..100_000i32),
            w in (-60_000..60_000i32, -60_000..60_000i32),
            wanted in -2_000..2_000i128,
        ) {
            let (u, v) = (Point::from(u), Point::new(u.0 + w.0, u.1 + w.1));
            prop_assume!(u != v && wanted != 0);
            if let Some(p) = corner(u, v, wanted) {
                let ((x, y), (dx, dy)) = (apart(u, p), apart(u, v));
                prop_assert_eq!(x * dy - y * dx, wanted);
                let off = wanted.unsigned_abs() as f64 / u.distance(v);
                prop_assert!((to_segment(p, u, v) - off).abs() < 1e-6);
            } else {
                let (divisor, fx, fy) = euclid(i128::from(w.1), -i128::from(w.0));
                prop_assert_eq!(fx * i128::from(w.1) - fy * i128::from(w.0), divisor);
                let near_an_end = divisor.unsigned_abs() as f64 * 10.0 < u.distance(v);
                prop_assert!(wanted % divisor != 0 || near_an_end || u.distance(v) < 11.0 * divisor as f64);
            }
        }
    }
}
