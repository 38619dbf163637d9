//! Snap rounding: any heap of lattice segments becomes a planar set of lattice edges.
//!
//! Hobby, *Practical segment intersection with finite precision output*, Comput. Geom. 13 (1999) 199-214: every
//! endpoint and every crossing, rounded to the lattice, is a hot pixel; every segment is bent through the centres of
//! the hot pixels it passes. The result has no proper crossing, no vertex inside an edge, and no point moved by more
//! than half a lattice step in each direction. All tests are exact integer arithmetic.

use crate::grid::Grid;
use lifang_model::Point;
use rayon::prelude::*;

/// A segment to be noded; `tag` says what it is.
#[derive(Copy, Clone, Debug)]
pub(crate) struct Segment {
    pub(crate) a: Point,
    pub(crate) b: Point,
    pub(crate) tag: u32,
}

/// A noded edge's origin: the tag of a segment, and whether the edge runs the way the segment did.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Origin {
    pub(crate) tag: u32,
    pub(crate) forward: bool,
}

/// Edges that meet only at their ends, each once, sorted; `ends[e][0] < ends[e][1]` as points.
pub(crate) struct Noded {
    pub(crate) points: Vec<Point>,
    pub(crate) ends: Vec<[u32; 2]>,
    start: Vec<u32>,
    origins: Vec<Origin>,
}

impl Noded {
    /// Where edge `e` comes from.
    pub(crate) fn origins(&self, e: usize) -> &[Origin] {
        &self.origins[self.start[e] as usize..self.start[e + 1] as usize]
    }
}

/// Nodes segments. Sorted output: the same set of segments gives the same bytes at any thread count.
pub(crate) fn node(segments: &[Segment]) -> Noded {
    let grid = Grid::of_segments(segments.len(), |i| (segments[i].a, segments[i].b));
    let mut points: Vec<Point> = segments.iter().flat_map(|s| [s.a, s.b]).collect();
    points.par_extend((0..grid.cells()).into_par_iter().flat_map_iter(|c| crossings(segments, grid.cell(c))));
    drop(grid);
    sort(&mut points);
    points.dedup();

    let pixels = Grid::of_points(&points);
    let bent: Vec<Vec<u128>> = segments
        .par_chunks(1024)
        .map(|chunk| {
            let (mut hits, mut bent) = (Vec::new(), Vec::with_capacity(2 * chunk.len()));
            chunk.iter().for_each(|s| bend(s, &points, &pixels, &mut hits, &mut bent));
            bent
        })
        .collect();
    let mut pieces = bent.concat();
    drop(bent);
    pieces.par_sort_unstable();
    pieces.dedup();

    let n = pieces.len();
    let mut noded = Noded {
        points,
        ends: Vec::with_capacity(n),
        start: Vec::with_capacity(n + 1),
        origins: Vec::with_capacity(n),
    };
    noded.start.push(0);
    for (ends, origin) in pieces.into_iter().map(unpacked) {
        if noded.ends.last() != Some(&ends) {
            if !noded.ends.is_empty() {
                noded.start.push(noded.origins.len() as u32);
            }
            noded.ends.push(ends);
        }
        noded.origins.push(origin);
    }
    if !noded.ends.is_empty() {
        noded.start.push(noded.origins.len() as u32);
    }
    noded
}

/// Sorts points as their order says, but by whole numbers, which takes half the time.
fn sort(points: &mut Vec<Point>) {
    const SIGN: u32 = 1 << 31;
    let key = |p: &Point| u64::from(p.x as u32 ^ SIGN) << 32 | u64::from(p.y as u32 ^ SIGN);
    let mut keys: Vec<u64> = points.iter().map(key).collect();
    keys.par_sort_unstable();
    let point = |key: u64| Point::new(((key >> 32) as u32 ^ SIGN) as i32, (key as u32 ^ SIGN) as i32);
    points.clear();
    points.extend(keys.into_iter().map(point));
}

/// An edge and where it comes from as one number: in the order of its ends, its tag and its direction.
fn packed([i, j]: [u32; 2], origin: Origin) -> u128 {
    u128::from(i) << 96 | u128::from(j) << 64 | u128::from(origin.tag) << 1 | u128::from(origin.forward)
}

fn unpacked(piece: u128) -> ([u32; 2], Origin) {
    let origin = Origin { tag: (piece >> 1) as u32, forward: piece & 1 == 1 };
    ([(piece >> 96) as u32, (piece >> 64) as u32], origin)
}

/// The rounded proper crossings of the segments of one grid cell, found by a sweep from west to east.
fn crossings(segments: &[Segment], cell: &[u32]) -> Vec<Point> {
    let mut found = Vec::new();
    if cell.len() < 2 {
        return found;
    }
    let mut order: Vec<(i32, i32, u32)> = cell
        .iter()
        .map(|&i| {
            let s = &segments[i as usize];
            (s.a.x.min(s.b.x), s.a.x.max(s.b.x), i)
        })
        .collect();
    order.sort_unstable();
    for (k, &(_, east, i)) in order.iter().enumerate() {
        let s = &segments[i as usize];
        let (south, north) = (s.a.y.min(s.b.y), s.a.y.max(s.b.y));
        for &(west, _, j) in &order[k + 1..] {
            if west > east {
                break;
            }
            let t = &segments[j as usize];
            if t.a.y.max(t.b.y) >= south && t.a.y.min(t.b.y) <= north {
                found.extend(crossing(s.a, s.b, t.a, t.b));
            }
        }
    }
    found
}

/// The proper crossing of two segments, rounded to the lattice; `None` when they merely touch or miss.
pub(crate) fn crossing(a: Point, b: Point, c: Point, d: Point) -> Option<Point> {
    let (p, q) = (a.cross(b, c), a.cross(b, d));
    if (p > 0) == (q > 0) || p == 0 || q == 0 {
        return None;
    }
    let (r, s) = (c.cross(d, a), c.cross(d, b));
    if (r > 0) == (s > 0) || r == 0 || s == 0 {
        return None;
    }
    // a + (b - a) r / (r - s)
    let (num, den) = if r > s {
        (i128::from(r), i128::from(r) - i128::from(s))
    } else {
        (-i128::from(r), i128::from(s) - i128::from(r))
    };
    let along = |from: i32, to: i32| {
        let delta = i128::from(to) - i128::from(from);
        let rounded = (2 * num * delta + den).div_euclid(2 * den);
        (i128::from(from) + rounded) as i32
    };
    Some(Point::new(along(a.x, b.x), along(a.y, b.y)))
}

/// Whether a segment passes through the half-open pixel of a lattice point.
///
/// The pixel's corners count as moved by an infinitesimal (-e, -e^2), which makes the pixels a partition of the
/// plane, so that a line through a shared corner belongs to exactly one of them.
fn passes(a: Point, b: Point, pixel: Point) -> bool {
    if pixel.x < a.x.min(b.x) || pixel.x > a.x.max(b.x) || pixel.y < a.y.min(b.y) || pixel.y > a.y.max(b.y) {
        return false;
    }
    let (dx, dy) = (i128::from(b.x) - i128::from(a.x), i128::from(b.y) - i128::from(a.y));
    let (px, py) = (i128::from(pixel.x) - i128::from(a.x), i128::from(pixel.y) - i128::from(a.y));
    let side = |cx: i128, cy: i128| {
        let exact = 2 * (dx * py - dy * px) + dx * cy - dy * cx;
        if exact != 0 {
            exact > 0
        } else if dy != 0 {
            dy > 0
        } else {
            dx < 0
        }
    };
    let first = side(-1, -1);
    side(1, -1) != first || side(1, 1) != first || side(-1, 1) != first
}

/// Adds the edges a segment becomes when bent through the hot pixels on its way.
fn bend(s: &Segment, points: &[Point], pixels: &Grid, hits: &mut Vec<(i64, u32)>, out: &mut Vec<u128>) {
    hits.clear();
    if s.a == s.b {
        return;
    }
    let (dx, dy) = (i64::from(s.b.x) - i64::from(s.a.x), i64::from(s.b.y) - i64::from(s.a.y));
    pixels.near(s.a, s.b, 1, |i| {
        let p = points[i as usize];
        if p == s.a || p == s.b || passes(s.a, s.b, p) {
            let along = dx * (i64::from(p.x) - i64::from(s.a.x)) + dy * (i64::from(p.y) - i64::from(s.a.y));
            hits.push((along, i));
        }
    });
    // The pixels a line visits are monotone in both axes, so the projection orders them.
    hits.sort_unstable();
    out.extend(hits.windows(2).filter(|w| w[0].1 != w[1].1).map(|w| {
        let (i, j) = (w[0].1, w[1].1);
        packed(if i < j { [i, j] } else { [j, i] }, Origin { tag: s.tag, forward: i < j })
    }));
}
