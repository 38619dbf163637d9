//! 无缝拼接 Whether the cells cover the territory exactly once, judged from the arcs alone.
//!
//! Every arc is the border of the cell on its left and the cell on its right. So at any point the turns of all cells'
//! outlines around it add up to the turns of the outer border: if no two arcs cross, every outline is closed and every
//! hole lies in its cell, then each point inside the outer border lies in exactly one cell, and what remains is to
//! compare the outer border with that of the territory. Areas are exact integers in square millimetres.

mod border;
mod cells;
mod crossing;
mod shared;

use crate::report::Tiling;
use crate::rules::of_plan;
use lifang_fabric::Fabric;
use lifang_model::{FRAME_LIMIT_MM, Point, Territory, Violation, ViolationCode};

/// Areas in twice mm2.
#[derive(Copy, Clone, Debug, Default)]
pub(crate) struct Twice {
    pub gap: f64,
    pub overlap: f64,
}

impl Twice {
    fn square_metres(self) -> Tiling {
        Tiling { gap_m2: self.gap / 2e6, overlap_m2: self.overlap / 2e6 }
    }
}

/// Gaps and overlaps among the cells.
pub(crate) fn measure(fabric: &Fabric) -> Tiling {
    let outlines = cells::Outlines::new(fabric);
    let mut sum = outlines.faults();
    sum.overlap += crossing::overlaps(fabric, &outlines).overlap;
    sum.square_metres()
}

/// Land between the cells' outer border and the territory's.
pub(crate) fn border(territory: &Territory, fabric: &Fabric) -> Tiling {
    border::compare(territory, fabric).square_metres()
}

/// Violations of the land: none of it may be missing or twice.
pub(crate) fn violations(tiling: &Tiling) -> Vec<Violation> {
    let mut found = Vec::new();
    if tiling.gap_m2 > 0.0 {
        let cause = format!("{} m2 of the territory belong to no cell.", tiling.gap_m2);
        found.push(of_plan(ViolationCode::Gap, tiling.gap_m2, 0.0, cause, "Build the ground anew."));
    }
    if tiling.overlap_m2 > 0.0 {
        let cause = format!("{} m2 belong to two cells, or to a cell beyond the border.", tiling.overlap_m2);
        found.push(of_plan(ViolationCode::Overlap, tiling.overlap_m2, 0.0, cause, "Build the ground anew."));
    }
    found
}

/// Twice the signed area of a closed line (its last point need not repeat the first), mm2.
pub(crate) fn twice_area(points: &[Point]) -> i128 {
    let mut sum = 0i128;
    for (i, p) in points.iter().enumerate() {
        let q = points[(i + 1) % points.len()];
        sum += i128::from(p.x) * i128::from(q.y) - i128::from(q.x) * i128::from(p.y);
    }
    sum
}

/// Twice the signed area of a triangle: positive when it turns left. Any `i32` points.
pub(crate) fn turn(a: Point, b: Point, c: Point) -> i128 {
    let d = |p: i32, q: i32| i128::from(q) - i128::from(p);
    d(a.x, b.x) * d(a.y, c.y) - d(a.y, b.y) * d(a.x, c.x)
}

/// Whether a point lies inside a set of rings, by the even-odd rule; on an edge either answer may come.
pub(crate) fn inside(rings: &[&[Point]], p: Point) -> bool {
    let mut inside = false;
    for ring in rings {
        for (i, &a) in ring.iter().enumerate() {
            let b = ring[(i + 1) % ring.len()];
            if (a.y > p.y) != (b.y > p.y) && ((turn(a, b, p) > 0) == (b.y > a.y)) {
                inside = !inside;
            }
        }
    }
    inside
}

/// Whether a point lies within the frame every coordinate has to be in.
pub(crate) fn in_frame(p: Point) -> bool {
    p.x.unsigned_abs() <= FRAME_LIMIT_MM as u32 && p.y.unsigned_abs() <= FRAME_LIMIT_MM as u32
}
