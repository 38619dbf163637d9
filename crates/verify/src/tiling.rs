//! 拼接 Whether the cells tile the territory, proved by winding numbers.
//!
//! The signed outlines of all cells add up to the arcs that have the outside on one side, because every other arc is
//! counted once each way. So when those arcs trace the border, each point of the territory has total winding number
//! one; and when each cell's own winding number is 0 or 1 everywhere (closed, simple, counter-clockwise), each point
//! lies in exactly one cell.

use crate::report::Tiling;
use lifang_fabric::Fabric;
use lifang_model::{Point, Polygon};

/// Directed edges of one cell with the cell on their left.
type Edges = Vec<(Point, Point)>;

pub(crate) fn measure(fabric: &Fabric, boundary: &[Polygon]) -> Tiling {
    let mut cells: Vec<Edges> = vec![Vec::new(); fabric.cells.len()];
    let mut outer_twice = 0i128;
    for arc in &fabric.arcs {
        for pair in arc.points.windows(2) {
            let (a, b) = (pair[0], pair[1]);
            if let Some(edges) = arc.left.and_then(|cell| cells.get_mut(cell as usize)) {
                edges.push((a, b));
            }
            if let Some(edges) = arc.right.and_then(|cell| cells.get_mut(cell as usize)) {
                edges.push((b, a));
            }
            match (arc.left, arc.right) {
                (Some(_), None) => outer_twice += twice(a, b),
                (None, Some(_)) => outer_twice -= twice(a, b),
                _ => {}
            }
        }
    }
    let mut doubtful = 0i128;
    let mut cells_twice = 0i128;
    for (cell, edges) in fabric.cells.iter().zip(&mut cells) {
        let area: i128 = edges.iter().map(|&(a, b)| twice(a, b)).sum();
        cells_twice += area;
        if area <= 0 || area != i128::from(cell.twice_area) || !closed(edges) || crosses_itself(edges) {
            doubtful += area.abs().max(1);
        }
    }
    let boundary_twice: i128 = boundary.iter().map(Polygon::twice_area).sum();
    let to_m2 = |twice: i128| twice as f64 / 2e6;
    // Lines meet the border at lattice points up to half a millimetre off it; the area this moves is no gap.
    let slack: f64 =
        boundary.iter().flat_map(Polygon::rings).map(lifang_model::Ring::perimeter).sum::<f64>() * 1.0;
    let off = (boundary_twice - outer_twice) as f64;
    let (missing, beyond) =
        if off.abs() <= slack { (0.0, 0.0) } else { (off.max(0.0) / 2e6, (-off).max(0.0) / 2e6) };
    Tiling {
        gap_m2: missing + to_m2((outer_twice - cells_twice).max(0)),
        overlap_m2: beyond + to_m2((cells_twice - outer_twice).max(0)) + to_m2(doubtful),
    }
}

fn twice(a: Point, b: Point) -> i128 {
    i128::from(a.x) * i128::from(b.y) - i128::from(b.x) * i128::from(a.y)
}

/// Whether as many edges leave each point as arrive.
fn closed(edges: &Edges) -> bool {
    let mut from: Vec<Point> = edges.iter().map(|&(a, _)| a).collect();
    let mut to: Vec<Point> = edges.iter().map(|&(_, b)| b).collect();
    from.sort_unstable();
    to.sort_unstable();
    !from.is_empty() && from == to
}

/// Whether two edges cross, overlap, or one ends inside the other. A sweep from west to east over the cell's own edges.
fn crosses_itself(edges: &mut Edges) -> bool {
    edges.sort_unstable_by_key(|&(a, b)| (a.x.min(b.x), a.y.min(b.y), a.x.max(b.x), a.y.max(b.y)));
    let mut open: Vec<(Point, Point)> = Vec::new();
    for &(a, b) in edges.iter() {
        let west = a.x.min(b.x);
        open.retain(|&(c, d)| c.x.max(d.x) >= west);
        if open.iter().any(|&(c, d)| meets_wrongly(a, b, c, d)) {
            return true;
        }
        open.push((a, b));
    }
    false
}

/// Whether two edges have more in common than end points.
fn meets_wrongly(a: Point, b: Point, c: Point, d: Point) -> bool {
    if a.y.max(b.y) < c.y.min(d.y) || c.y.max(d.y) < a.y.min(b.y) {
        return false;
    }
    let (s1, s2) = (a.cross(b, c).signum(), a.cross(b, d).signum());
    let (t1, t2) = (c.cross(d, a).signum(), c.cross(d, b).signum());
    if s1 * s2 < 0 && t1 * t2 < 0 {
        return true;
    }
    let inside = |p: Point, q: Point, r: Point, side: i64| {
        side == 0
            && r != p
            && r != q
            && r.x >= p.x.min(q.x)
            && r.x <= p.x.max(q.x)
            && r.y >= p.y.min(q.y)
            && r.y <= p.y.max(q.y)
    };
    let twins = (a == c && b == d) || (a == d && b == c);
    twins || inside(a, b, c, s1) || inside(a, b, d, s2) || inside(c, d, a, t1) || inside(c, d, b, t2)
}
