//! 立体分层 Land for what has none on the ground: upper floors, and buildings wholly under others.
//!
//! An axis-parallel square around the pole of a footprint is cut out of its cell and into stripes from south to north, one
//! for each claim. It takes the share of the footprint that the upper floors have of all floors, as far as a square has
//! room there: so a zone of upper floors can be seen and read on a map. The square lies strictly inside, so no other arc
//! changes and the tiling stays exact.

use crate::fabric::Arc;
use crate::inside::lattice_inside;
use crate::pole::{clearance, pole};
use lifang_model::{BarrierClass, Point, Polygon, Ring};

/// Wanted height of a stripe where no footprint says how large, and least side of a square, mm.
const STRIPE: i32 = 200;
const LEAST: i32 = 1_000;

/// A square to be cut out of a cell.
pub(crate) struct Square {
    pub(crate) low: Point,
    pub(crate) side: i32,
}

/// A square with room for `stripes` in a cell, preferably within a footprint or around a wished point.
pub(crate) fn square(
    cell: &Polygon,
    footprint: Option<&[(Point, Point)]>,
    wish: Option<Point>,
    stripes: usize,
) -> Option<Square> {
    let edges: Vec<(Point, Point)> = cell.rings().flat_map(Ring::edges).collect();
    let mut wanted = i32::try_from(stripes).ok()?.checked_mul(STRIPE)?.max(LEAST);
    let least = i32::try_from(stripes).ok()?.max(2);
    let mut places: Vec<(Point, i32)> = Vec::new();
    if let Some(p) = wish {
        let clear = clearance(&[&edges], (f64::from(p.x), f64::from(p.y)));
        places.push((p, clear.clamp(-1.0, 1e8) as i32));
    }
    let tight = |places: &[(Point, i32)], wanted: i32| places.last().is_none_or(|p| p.1 <= wanted / 2 + 1);
    if let Some(footprint) = footprint.filter(|_| tight(&places, wanted)) {
        let inside = pole(&[footprint, &edges]);
        if let (None, Some((_, clear))) = (wish, inside) {
            let floors = stripes as f64;
            wanted = wanted.max((f64::from(clear) * 1.8 * (floors / (floors + 1.0)).sqrt()) as i32);
        }
        places.extend(inside);
    }
    if tight(&places, wanted) {
        places.extend(pole(&[&edges]));
    }
    let (at, clear) = places.into_iter().rev().max_by_key(|p| p.1.min(wanted / 2 + 2))?;
    // A millimetre stays free on every side.
    let side = wanted.min((2 * (clear - 1)).saturating_mul(9) / 10).max(least);
    (side < 2 * (clear - 1) || (side == least && least / 2 < clear - 1))
        .then(|| Square { low: Point::new(at.x - side / 2, at.y - side / 2), side })
}

impl Square {
    /// The corners, counter-clockwise.
    pub(crate) fn ring(&self) -> [Point; 4] {
        let Point { x, y } = self.low;
        let (e, n) = (x + self.side, y + self.side);
        [Point::new(x, y), Point::new(e, y), Point::new(e, n), Point::new(x, n)]
    }

    fn row(&self, k: usize, n: usize) -> i32 {
        self.low.y + (i64::from(self.side) * k as i64 / n as i64) as i32
    }

    /// The arcs of stripes owned by `claims` from south to north, in a square cut out of `host`.
    pub(crate) fn arcs(&self, host: u32, claims: &[u32]) -> Vec<Arc> {
        let (n, west, east) = (claims.len(), self.low.x, self.low.x + self.side);
        let arc = |points: Vec<Point>, left: u32, right: u32| Arc {
            points,
            left: Some(left),
            right: Some(right),
            barrier: BarrierClass::None,
        };
        let [sw, se, ne, nw] = self.ring();
        if n == 1 {
            return vec![arc(vec![sw, se, ne, nw, sw], claims[0], host)];
        }
        let at = |x: i32, k: usize| Point::new(x, self.row(k, n));
        let mut arcs = Vec::new();
        for k in 0..n {
            if k == 0 {
                arcs.push(arc(vec![at(west, 1), sw, se, at(east, 1)], claims[0], host));
            } else if k == n - 1 {
                arcs.push(arc(vec![at(east, k), ne, nw, at(west, k)], claims[k], host));
            } else {
                arcs.push(arc(vec![at(west, k + 1), at(west, k)], claims[k], host));
                arcs.push(arc(vec![at(east, k), at(east, k + 1)], claims[k], host));
            }
            if k > 0 {
                arcs.push(arc(vec![at(west, k), at(east, k)], claims[k], claims[k - 1]));
            }
        }
        arcs
    }

    /// Twice the area and the middle of stripe `k` of `n`.
    pub(crate) fn stripe(&self, k: usize, n: usize) -> (i64, Point) {
        let (south, north) = (self.row(k, n), self.row(k + 1, n));
        let area = 2 * i64::from(self.side) * i64::from(north - south);
        (area, Point::new(self.low.x + self.side / 2, south + (north - south) / 2))
    }

    /// A point of the cell that is not in the square.
    pub(crate) fn point_beside(&self, cell: &Polygon, anchor: Point) -> Point {
        let within = |v: i32, low: i32| v >= low && v <= low + self.side;
        if !within(anchor.x, self.low.x) || !within(anchor.y, self.low.y) {
            return anchor;
        }
        let ring = self.ring();
        let mut edges: Vec<(Point, Point)> = cell.rings().flat_map(Ring::edges).collect();
        edges.extend((0..4).map(|i| (ring[i], ring[(i + 1) % 4])));
        // Failing a point on a few rows, the millimetre left free beside the square is certain.
        lattice_inside(&edges).unwrap_or_else(|| Point::new(self.low.x - 1, self.low.y))
    }
}
