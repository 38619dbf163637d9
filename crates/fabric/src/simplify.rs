//! 概化 Fewer points for display, with the topology kept at any tolerance.
//!
//! A point is taken out of an arc only if no other point of the map lies in the triangle it makes with its neighbours.
//! Then the line that takes its place crosses nothing: whatever crossed it would have to end inside the triangle or cross
//! the lines that were there before. Nodes never move, so neighbours agree and no piece is lost, however large the
//! tolerance. (The test is that of Visvalingam and Whyatt's method as used for coverages; theirs is the order, too:
//! smallest triangle first.)

use crate::border::to_segment;
use crate::borders::Borders;
use crate::fabric::Arc;
use crate::grid::Grid;
use lifang_model::{Extent, Millimetres, Point};
use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};

/// Rounds of smoothing beyond which nothing is to be seen.
const MOST_ROUNDS: u32 = 5;

impl Borders {
    /// 概化 The same borders with as few points as a tolerance allows: every point left out lies within it of the line
    /// drawn instead. Pieces, neighbours and the places where borders meet stay.
    #[must_use]
    pub fn simplified(&self, tolerance: Millimetres) -> Self {
        let crowd = Crowd::new(&self.arcs);
        let mut gone = vec![false; crowd.points.len()];
        let mut straight: BTreeSet<(Point, Point)> = self.arcs.iter().filter_map(chord).collect();
        let arcs = self
            .arcs
            .iter()
            .map(|arc| Arc {
                points: thin(arc, tolerance.0 as f64, &crowd, &mut gone, &mut straight),
                ..arc.clone()
            })
            .collect();
        Self { arcs, pieces: self.pieces.clone() }
    }

    /// 平滑 The same borders with their corners cut (Chaikin 1974), `rounds` times, at most 5; for looking at, not for
    /// deciding. A corner stays where the border of another piece reaches into it, and nodes stay, so that neighbours agree.
    #[must_use]
    pub fn smoothed(&self, rounds: u32) -> Self {
        let mut arcs = self.arcs.clone();
        for _ in 0..rounds.min(MOST_ROUNDS) {
            let crowd = Crowd::new(&arcs);
            arcs = arcs.iter().map(|arc| Arc { points: cut(arc, &crowd), ..arc.clone() }).collect();
        }
        Self { arcs, pieces: self.pieces.clone() }
    }
}

/// The ends of an arc of two points.
fn chord(arc: &Arc) -> Option<(Point, Point)> {
    match *arc.points.as_slice() {
        [a, b] => Some((a.min(b), a.max(b))),
        _ => None,
    }
}

/// All points of the map, to ask which lie in a triangle.
pub(crate) struct Crowd {
    points: Vec<Point>,
    grid: Grid,
}

impl Crowd {
    pub(crate) fn new(arcs: &[Arc]) -> Self {
        let mut points: Vec<Point> = arcs.iter().flat_map(|arc| arc.points.iter().copied()).collect();
        points.sort_unstable();
        points.dedup();
        let grid = Grid::of_points(&points);
        Self { points, grid }
    }

    /// How many places there are.
    pub(crate) fn len(&self) -> usize {
        self.points.len()
    }

    /// The number of a place.
    pub(crate) fn place(&self, p: Point) -> Option<usize> {
        self.points.binary_search(&p).ok()
    }

    /// Whether a point of the map that is not gone lies in the triangle or on its edge, its corners apart.
    pub(crate) fn in_triangle(&self, a: Point, p: Point, b: Point, gone: &[bool]) -> bool {
        let Some(extent) = Extent::of([a, p, b]) else { return false };
        let mut found = false;
        self.grid.within(grown(extent), |i| {
            let q = self.points[i as usize];
            if found || gone.get(i as usize) == Some(&true) || q == a || q == p || q == b {
                return;
            }
            let sides = [a.cross(p, q).signum(), p.cross(b, q).signum(), b.cross(a, q).signum()];
            let inside = !(sides.contains(&1) && sides.contains(&-1));
            // On a line without area the box decides. A millimetre stays free beside the new line, so that rounding
            // its place in another system makes no two lines touch.
            found = (inside && (a.cross(p, b) != 0 || holds(extent, q))) || to_segment(q, a, b) <= 1.0;
        });
        found
    }
}

/// The box with a millimetre around it.
fn grown(e: Extent) -> Extent {
    Extent { min: Point::new(e.min.x - 1, e.min.y - 1), max: Point::new(e.max.x + 1, e.max.y + 1) }
}

fn holds(e: Extent, q: Point) -> bool {
    (e.min.x..=e.max.x).contains(&q.x) && (e.min.y..=e.max.y).contains(&q.y)
}

/// The points of an arc that stay.
fn thin(
    arc: &Arc,
    tolerance: f64,
    crowd: &Crowd,
    gone: &mut [bool],
    straight: &mut BTreeSet<(Point, Point)>,
) -> Vec<Point> {
    let points = &arc.points;
    let n = points.len();
    let closed = points.first() == points.last();
    let least = if closed { 4 } else { 2 };
    let mut before: Vec<usize> = (0..n).map(|i| i.saturating_sub(1)).collect();
    let mut after: Vec<usize> = (0..n).map(|i| (i + 1).min(n - 1)).collect();
    // How far what was left out may lie from the line to the next point that stays.
    let mut off = vec![0.0f64; n];
    let mut version = vec![0u32; n];
    let mut kept = n;
    let mut heap: BinaryHeap<Reverse<(u64, usize, u32)>> = BinaryHeap::new();
    let rank = |a: usize, i: usize, b: usize| points[a].cross(points[i], points[b]).unsigned_abs();
    for i in 1..n.saturating_sub(1) {
        heap.push(Reverse((rank(i - 1, i, i + 1), i, 0)));
    }
    while let Some(Reverse((_, i, seen))) = heap.pop() {
        if seen != version[i] || kept <= least {
            continue;
        }
        let (a, b) = (before[i], after[i]);
        let away = to_segment(points[i], points[a], points[b]) + off[a].max(off[i]);
        if away > tolerance || crowd.in_triangle(points[a], points[i], points[b], gone) {
            continue;
        }
        let becomes = (points[a].min(points[b]), points[a].max(points[b]));
        if (a, b) == (0, n - 1) && (closed || !straight.insert(becomes)) {
            continue;
        }
        if let Some(place) = crowd.place(points[i]) {
            gone[place] = true;
        }
        version[i] = u32::MAX;
        (after[a], before[b], off[a]) = (b, a, away);
        kept -= 1;
        for k in [a, b] {
            if k > 0 && k < n - 1 {
                version[k] += 1;
                heap.push(Reverse((rank(before[k], k, after[k]), k, version[k])));
            }
        }
    }
    (0..n).filter(|&i| version[i] != u32::MAX).map(|i| points[i]).collect()
}

/// An arc with its corners cut at a quarter of the way to their neighbours.
fn cut(arc: &Arc, crowd: &Crowd) -> Vec<Point> {
    let points = &arc.points;
    let n = points.len();
    let mut out: Vec<Point> = points.first().copied().into_iter().collect();
    for w in points.windows(3) {
        let (a, p, b) = (w[0], w[1], w[2]);
        let near = |q: Point| {
            let quarter =
                |from: i32, to: i32| (i64::from(from) + (i64::from(to) - i64::from(from)) / 4) as i32;
            Point::new(quarter(p.x, q.x), quarter(p.y, q.y))
        };
        let (low, high) = (near(a), near(b));
        if low == p || high == p || crowd.in_triangle(low, p, high, &[]) {
            out.push(p);
        } else {
            out.extend([low, high]);
        }
    }
    if n > 1 {
        out.push(points[n - 1]);
    }
    out.dedup();
    out
}
