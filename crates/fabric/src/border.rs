//! 边界 The border of the territory: other lines meet it where its shape, and so its area, changes least.

use crate::grid::Grid;
use crate::noding::crossing;
use lifang_model::{Point, Polygon, Ring};

/// A vertex nearer to the border than this is put on it, mm.
const SNAP: f64 = 2.0;
/// How far along the border a meeting point may move to find a lattice point nearly on the line, mm.
const REACH: i64 = 20;

/// A street that stops nearer to the border than this is taken to reach it, mm: surveys are cut a little inside.
const SHORT: f64 = 10_000.0;

/// The edges of the border, for lines to be fitted to.
pub(crate) struct Border {
    edges: Vec<(Point, Point)>,
    grid: Grid,
}

impl Border {
    pub(crate) fn new(boundary: &[Polygon]) -> Self {
        let mut edges: Vec<(Point, Point)> =
            boundary.iter().flat_map(Polygon::rings).flat_map(Ring::edges).filter(|(a, b)| a != b).collect();
        edges.sort_unstable();
        edges.dedup();
        let grid = Grid::of_segments(edges.len(), |i| edges[i]);
        Self { edges, grid }
    }

    /// A line with its crossings of the border inserted and its near-touches snapped, closing edge included if `closed`.
    pub(crate) fn fit(&self, line: &[Point], closed: bool) -> Vec<Point> {
        let moved: Vec<Point> = line.iter().map(|&p| self.snap(p)).collect();
        let mut fitted = Vec::with_capacity(moved.len() + 4);
        let n = moved.len();
        for i in 0..n {
            fitted.push(moved[i]);
            if i + 1 < n || closed {
                fitted.extend(self.meetings(moved[i], moved[(i + 1) % n]));
            }
        }
        fitted
    }

    /// The points where a segment meets the border properly, in order along it.
    fn meetings(&self, a: Point, b: Point) -> Vec<Point> {
        let mut found = Vec::new();
        self.grid.near(a, b, 1, |i| {
            let (c, d) = self.edges[i as usize];
            if let Some(at) = crossing(a, b, c, d) {
                found.push((a.distance(at), near_on(c, d, at)));
            }
        });
        found.sort_by(|p, q| p.0.total_cmp(&q.0).then(p.1.cmp(&q.1)));
        found.dedup_by_key(|f| f.1);
        found.into_iter().map(|(_, p)| p).collect()
    }

    /// The edge of the border a point lies on, or within [`SNAP`] of.
    pub(crate) fn edge_at(&self, p: Point) -> Option<(Point, Point)> {
        let mut best: Option<(f64, Point, Point)> = None;
        self.grid.near(p, p, SNAP as i64 + 1, |i| {
            let (c, d) = self.edges[i as usize];
            let off = to_segment(p, c, d);
            if off <= SNAP && best.is_none_or(|(o, e, f)| (off, c, d) < (o, e, f)) {
                best = Some((off, c, d));
            }
        });
        best.map(|(_, c, d)| (c, d))
    }

    /// Where a line that ends at `end`, coming from `inner`, would meet the border if it went on for another [`SHORT`].
    pub(crate) fn ahead(&self, inner: Point, end: Point) -> Option<Point> {
        let length = inner.distance(end);
        if length == 0.0 {
            return None;
        }
        let go = |from: i32, to: i32| {
            let far = f64::from(to) + (f64::from(to) - f64::from(from)) / length * SHORT;
            far.round()
                .clamp(f64::from(-lifang_model::FRAME_LIMIT_MM), f64::from(lifang_model::FRAME_LIMIT_MM))
                as i32
        };
        self.meetings(end, Point::new(go(inner.x, end.x), go(inner.y, end.y))).first().copied()
    }

    /// The point itself, or the place on the border it all but touches.
    fn snap(&self, p: Point) -> Point {
        let Some((c, d)) = self.edge_at(p) else { return p };
        if p.distance(c) <= SNAP {
            c
        } else if p.distance(d) <= SNAP {
            d
        } else {
            near_on(c, d, p)
        }
    }
}

/// The lattice point nearest to the line `c d` among those close to `at`; a split there bends the line least.
pub(crate) fn near_on(c: Point, d: Point, at: Point) -> Point {
    let (dx, dy) = (i64::from(d.x) - i64::from(c.x), i64::from(d.y) - i64::from(c.y));
    let steep = dy.abs() > dx.abs();
    let (long, short) = if steep { (dy, dx) } else { (dx, dy) };
    if long == 0 {
        return at;
    }
    let here = if steep { i64::from(at.y) - i64::from(c.y) } else { i64::from(at.x) - i64::from(c.x) };
    let (end, step) = (long.abs(), long.signum());
    let centre = (here * step).clamp(1.min(end), (end - 1).max(1));
    let mut best: Option<(i64, i64, Point)> = None;
    for u in (centre - REACH).max(1)..=(centre + REACH).min(end - 1) {
        let twice = i128::from(short) * i128::from(u) * 2;
        let v = (twice + i128::from(end)).div_euclid(2 * i128::from(end)) as i64;
        let (x, y) = if steep { (v, u * step) } else { (u * step, v) };
        let p = Point::new((i64::from(c.x) + x) as i32, (i64::from(c.y) + y) as i32);
        let key = (c.cross(d, p).abs(), (u - centre).abs());
        if best.is_none_or(|(off, far, _)| key < (off, far)) {
            best = Some((key.0, key.1, p));
        }
    }
    best.map_or(at, |(_, _, p)| p)
}

/// Distance from a point to a segment, mm.
pub(crate) fn to_segment(p: Point, a: Point, b: Point) -> f64 {
    let (ux, uy) = (f64::from(b.x) - f64::from(a.x), f64::from(b.y) - f64::from(a.y));
    let (vx, vy) = (f64::from(p.x) - f64::from(a.x), f64::from(p.y) - f64::from(a.y));
    let square = ux * ux + uy * uy;
    let t = if square > 0.0 { ((ux * vx + uy * vy) / square).clamp(0.0, 1.0) } else { 0.0 };
    let (x, y) = (vx - t * ux, vy - t * uy);
    (x * x + y * y).sqrt()
}
