//! Arcs that cross: where they do, cells overlap.

use super::cells::Outlines;
use super::shared::shared_area;
use super::{Twice, in_frame, turn};
use lifang_fabric::Fabric;
use lifang_model::{Extent, Point};
use std::collections::BTreeSet;

/// Most buckets in either direction.
const MOST_BUCKETS: i64 = 2048;
/// Most pairs of cells whose common land is measured: a fabric with more is beyond counting.
const MOST_PAIRS: usize = 20_000;

struct Segment {
    a: Point,
    b: Point,
    arc: u32,
}

/// Land common to cells whose borders cross.
pub(crate) fn overlaps(fabric: &Fabric, outlines: &Outlines<'_>) -> Twice {
    let mut overlap = 0.0;
    for (a, b) in crossing_cells(fabric) {
        let (p, q) = (outlines.rings(a as usize).0, outlines.rings(b as usize).0);
        overlap += shared_area(&p, &q);
    }
    Twice { gap: 0.0, overlap: 2.0 * overlap }
}

/// Pairs of cells with a border that crosses a border of the other.
fn crossing_cells(fabric: &Fabric) -> BTreeSet<(u32, u32)> {
    let mut segments = Vec::new();
    for (row, arc) in (0u32..).zip(&fabric.arcs) {
        for w in arc.points.windows(2).filter(|w| w[0] != w[1] && in_frame(w[0]) && in_frame(w[1])) {
            segments.push(Segment { a: w[0], b: w[1], arc: row });
        }
    }
    let mut found = BTreeSet::new();
    let Some(grid) = Buckets::new(&segments) else { return found };
    let cells = fabric.cells.len() as u32;
    for bucket in grid.lists() {
        for (k, &i) in bucket.iter().enumerate() {
            let s = &segments[i as usize];
            for &j in &bucket[k + 1..] {
                let t = &segments[j as usize];
                if !crosses(s, t) || found.len() >= MOST_PAIRS {
                    continue;
                }
                let sides = |row: u32| [fabric.arcs[row as usize].left, fabric.arcs[row as usize].right];
                for x in sides(s.arc).into_iter().flatten().filter(|&x| x < cells) {
                    for y in sides(t.arc).into_iter().flatten().filter(|&y| y < cells && y != x) {
                        found.insert((x.min(y), x.max(y)));
                    }
                }
            }
        }
    }
    found
}

/// Whether two segments cross at an inner point of both. Exact.
fn crosses(s: &Segment, t: &Segment) -> bool {
    let apart = |a: i32, b: i32, c: i32, d: i32| a.max(b) < c.min(d) || c.max(d) < a.min(b);
    if apart(s.a.x, s.b.x, t.a.x, t.b.x) || apart(s.a.y, s.b.y, t.a.y, t.b.y) {
        return false;
    }
    let opposite = |p: i128, q: i128| (p > 0 && q < 0) || (p < 0 && q > 0);
    opposite(turn(s.a, s.b, t.a), turn(s.a, s.b, t.b)) && opposite(turn(t.a, t.b, s.a), turn(t.a, t.b, s.b))
}

/// Segments by the squares of a grid they pass, packed.
struct Buckets {
    start: Vec<u32>,
    list: Vec<u32>,
}

impl Buckets {
    fn new(segments: &[Segment]) -> Option<Self> {
        let extent = Extent::of(segments.iter().flat_map(|s| [s.a, s.b]))?;
        let span = |lo: i32, hi: i32| i64::from(hi) - i64::from(lo) + 1;
        let (w, h) = (span(extent.min.x, extent.max.x), span(extent.min.y, extent.max.y));
        // About one segment a square.
        let side = ((w as f64 * h as f64 / segments.len() as f64).sqrt() as i64)
            .max(w.max(h).div_euclid(MOST_BUCKETS) + 1)
            .max(1);
        let (columns, rows) = (w / side + 1, h / side + 1);
        let each = |visit: &mut dyn FnMut(usize, u32)| {
            for (row, s) in (0u32..).zip(segments) {
                passes(s, extent.min, side, columns, rows, &mut |bucket| visit(bucket, row));
            }
        };
        let mut start = vec![0u32; (columns * rows) as usize + 1];
        each(&mut |bucket, _| start[bucket + 1] += 1);
        for i in 1..start.len() {
            start[i] += start[i - 1];
        }
        let mut at = start.clone();
        let mut list = vec![0u32; *start.last()? as usize];
        each(&mut |bucket, row| {
            list[at[bucket] as usize] = row;
            at[bucket] += 1;
        });
        Some(Self { start, list })
    }

    fn lists(&self) -> impl Iterator<Item = &[u32]> {
        self.start.windows(2).map(|w| &self.list[w[0] as usize..w[1] as usize])
    }
}

/// Squares a segment passes, row by row; never too few.
fn passes(s: &Segment, min: Point, side: i64, columns: i64, rows: i64, visit: &mut dyn FnMut(usize)) {
    let local = |p: Point| (i64::from(p.x) - i64::from(min.x), i64::from(p.y) - i64::from(min.y));
    let (mut a, mut b) = (local(s.a), local(s.b));
    if a.1 > b.1 {
        std::mem::swap(&mut a, &mut b);
    }
    let x_at = |y: i64| {
        if b.1 == a.1 {
            a.0 as f64
        } else {
            a.0 as f64 + (b.0 - a.0) as f64 * (y - a.1) as f64 / (b.1 - a.1) as f64
        }
    };
    for row in (a.1 / side)..=(b.1 / side).min(rows - 1) {
        let (y0, y1) = ((row * side).max(a.1), ((row + 1) * side).min(b.1));
        let (x0, x1) = if a.1 == b.1 { (a.0 as f64, b.0 as f64) } else { (x_at(y0), x_at(y1)) };
        let (lo, hi) = ((x0.min(x1) - 1.0).max(0.0) as i64 / side, (x0.max(x1) + 1.0) as i64 / side);
        for column in lo..=hi.min(columns - 1) {
            visit((row * columns + column) as usize);
        }
    }
}
