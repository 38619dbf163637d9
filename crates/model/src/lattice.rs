//! 毫米格网 Points, rings and polygons on the 1 mm integer lattice of the local frame.

use serde::{Deserialize, Serialize};

/// Largest absolute coordinate, 500 km: differences then fit 31 bits and cross products 62, so `i64` never overflows.
pub const FRAME_LIMIT_MM: i32 = 500_000_000;

/// Why a coordinate has no place on the lattice.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum LatticeError {
    /// The coordinate is not a number or lies further than 500 km from the frame's origin.
    #[error("coordinate ({x}, {y}) m lies outside the 500 km the local frame covers")]
    OutOfFrame {
        /// East, metres.
        x: f64,
        /// North, metres.
        y: f64,
    },
}

/// 点 A lattice point: millimetres east and north of the frame's origin.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "(i32, i32)", into = "(i32, i32)")]
pub struct Point {
    /// East, mm.
    pub x: i32,
    /// North, mm.
    pub y: i32,
}

impl From<(i32, i32)> for Point {
    fn from((x, y): (i32, i32)) -> Self {
        Self { x, y }
    }
}

impl From<Point> for (i32, i32) {
    fn from(point: Point) -> Self {
        (point.x, point.y)
    }
}

impl Point {
    /// A point from millimetres.
    #[must_use]
    pub const fn new(x: i32, y: i32) -> Self {
        Self { x, y }
    }

    /// Rounds metres to the lattice.
    ///
    /// # Errors
    /// [`LatticeError::OutOfFrame`] beyond 500 km, or when a coordinate is not finite.
    pub fn from_metres(x: f64, y: f64) -> Result<Self, LatticeError> {
        let limit = f64::from(FRAME_LIMIT_MM);
        let (mx, my) = ((x * 1000.0).round(), (y * 1000.0).round());
        if mx.abs() <= limit && my.abs() <= limit {
            Ok(Self { x: mx as i32, y: my as i32 })
        } else {
            Err(LatticeError::OutOfFrame { x, y })
        }
    }

    /// East and north in metres.
    #[must_use]
    pub fn metres(self) -> (f64, f64) {
        (f64::from(self.x) / 1000.0, f64::from(self.y) / 1000.0)
    }

    /// Straight distance to another point, mm.
    #[must_use]
    pub fn distance(self, other: Self) -> f64 {
        (f64::from(self.x) - f64::from(other.x)).hypot(f64::from(self.y) - f64::from(other.y))
    }

    /// Twice the signed area of the triangle `self`, `b`, `c`, mm2; positive when it turns left. Exact.
    #[must_use]
    pub fn cross(self, b: Self, c: Self) -> i64 {
        let (ux, uy) = (i64::from(b.x) - i64::from(self.x), i64::from(b.y) - i64::from(self.y));
        let (vx, vy) = (i64::from(c.x) - i64::from(self.x), i64::from(c.y) - i64::from(self.y));
        ux * vy - uy * vx
    }
}

/// 环 A closed ring; the first point is not repeated at the end.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Ring(pub Vec<Point>);

impl Ring {
    /// Twice the signed area, mm2; positive for counter-clockwise. Exact.
    #[must_use]
    pub fn twice_area(&self) -> i128 {
        let Some(&last) = self.0.last() else { return 0 };
        let (mut sum, mut p) = (0i128, last);
        for &q in &self.0 {
            // Products of two `i32` fit an `i64`, their difference may not.
            let product = |u: i32, v: i32| i64::from(u) * i64::from(v);
            sum += i128::from(product(p.x, q.y)) - i128::from(product(q.x, p.y));
            p = q;
        }
        sum
    }

    /// The edges, the closing one included.
    pub fn edges(&self) -> impl Iterator<Item = (Point, Point)> + '_ {
        let n = self.0.len();
        (0..n).map(move |i| (self.0[i], self.0[(i + 1) % n]))
    }

    /// The box around the ring; `None` when it has no point.
    #[must_use]
    pub fn extent(&self) -> Option<Extent> {
        Extent::of(self.0.iter().copied())
    }

    /// Length of the outline, mm.
    #[must_use]
    pub fn perimeter(&self) -> f64 {
        self.edges().map(|(p, q)| p.distance(q)).sum()
    }
}

/// 面 A polygon: the outer ring runs counter-clockwise, holes clockwise.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Polygon {
    /// The outer ring.
    pub outer: Ring,
    /// The holes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub holes: Vec<Ring>,
}

impl Polygon {
    /// Twice the area without the holes, mm2. Exact for well-oriented rings.
    #[must_use]
    pub fn twice_area(&self) -> i128 {
        self.outer.twice_area().abs() - self.holes.iter().map(|hole| hole.twice_area().abs()).sum::<i128>()
    }

    /// Area, m2.
    #[must_use]
    pub fn area_m2(&self) -> f64 {
        self.twice_area() as f64 / 2e6
    }

    /// All rings, the outer first.
    pub fn rings(&self) -> impl Iterator<Item = &Ring> {
        std::iter::once(&self.outer).chain(&self.holes)
    }

    /// The box around the outer ring.
    #[must_use]
    pub fn extent(&self) -> Option<Extent> {
        self.outer.extent()
    }

    /// Whether the point lies inside or on the outline, by exact ray crossing.
    #[must_use]
    pub fn contains(&self, p: Point) -> bool {
        let mut inside = false;
        for ring in self.rings() {
            for (a, b) in ring.edges() {
                let side = a.cross(b, p);
                if side == 0
                    && p.x >= a.x.min(b.x)
                    && p.x <= a.x.max(b.x)
                    && p.y >= a.y.min(b.y)
                    && p.y <= a.y.max(b.y)
                {
                    return true;
                }
                if (a.y > p.y) != (b.y > p.y) && ((side > 0) == (b.y > a.y)) {
                    inside = !inside;
                }
            }
        }
        inside
    }
}

/// 范围 An axis-parallel box.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extent {
    /// South-west corner.
    pub min: Point,
    /// North-east corner.
    pub max: Point,
}

impl Extent {
    /// The box around some points; `None` when there are none.
    pub fn of(points: impl IntoIterator<Item = Point>) -> Option<Self> {
        let mut points = points.into_iter();
        let first = points.next()?;
        Some(points.fold(Self { min: first, max: first }, |mut e, p| {
            e.min.x = e.min.x.min(p.x);
            e.min.y = e.min.y.min(p.y);
            e.max.x = e.max.x.max(p.x);
            e.max.y = e.max.y.max(p.y);
            e
        }))
    }

    /// The box around both.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self {
            min: Point::new(self.min.x.min(other.min.x), self.min.y.min(other.min.y)),
            max: Point::new(self.max.x.max(other.max.x), self.max.y.max(other.max.y)),
        }
    }

    /// Whether the boxes share a point.
    #[must_use]
    pub fn touches(&self, other: &Self) -> bool {
        self.min.x <= other.max.x
            && other.min.x <= self.max.x
            && self.min.y <= other.max.y
            && other.min.y <= self.max.y
    }

    /// The middle of the box.
    #[must_use]
    pub fn centre(&self) -> Point {
        let mid = |a: i32, b: i32| ((i64::from(a) + i64::from(b)) / 2) as i32;
        Point::new(mid(self.min.x, self.max.x), mid(self.min.y, self.max.y))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn square(x: i32, y: i32, side: i32) -> Ring {
        Ring(vec![
            Point::new(x, y),
            Point::new(x + side, y),
            Point::new(x + side, y + side),
            Point::new(x, y + side),
        ])
    }

    #[test]
    fn a_hole_is_taken_from_the_area_and_is_not_inside() {
        let mut hole = square(2, 2, 4);
        hole.0.reverse();
        let polygon = Polygon { outer: square(0, 0, 10), holes: vec![hole] };
        assert_eq!(polygon.twice_area(), 2 * (100 - 16));
        assert!(polygon.contains(Point::new(1, 1)));
        assert!(!polygon.contains(Point::new(4, 4)));
        assert!(polygon.contains(Point::new(0, 5)), "the outline belongs to the polygon");
        assert!(!polygon.contains(Point::new(11, 5)));
    }

    #[test]
    fn a_coordinate_beyond_the_frame_is_refused() {
        assert!(Point::from_metres(600_000.0, 0.0).is_err());
        assert!(Point::from_metres(f64::NAN, 0.0).is_err());
        assert_eq!(Point::from_metres(1.0004, -2.0006), Ok(Point::new(1000, -2001)));
    }
}
