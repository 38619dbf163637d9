//! 单元划分 How a footprint is cut into stairwell units: strips across its longest axis.

use lifang_model::{Point, Polygon};

/// The axis of a divided building and where it is cut.
#[derive(Clone, Debug)]
pub(crate) struct Strips {
    axis: (f64, f64),
    /// Positions of the cuts along the axis, mm, ascending.
    cuts: Vec<f64>,
    across: (f64, f64),
}

impl Strips {
    /// Cuts for `n` strips of equal width across the longer side of the smallest rectangle around the footprint.
    pub(crate) fn new(outline: &[Polygon], n: usize) -> Option<Self> {
        let hull = hull(outline.iter().flat_map(|polygon| polygon.outer.0.iter().copied()).collect());
        let mut best: Option<(f64, (f64, f64), [f64; 4])> = None;
        for (i, &p) in hull.iter().enumerate() {
            let q = hull[(i + 1) % hull.len()];
            let length = p.distance(q);
            if length == 0.0 {
                continue;
            }
            let u = ((f64::from(q.x) - f64::from(p.x)) / length, (f64::from(q.y) - f64::from(p.y)) / length);
            let mut r = [f64::MAX, f64::MIN, f64::MAX, f64::MIN];
            for &h in &hull {
                let (x, y) = (f64::from(h.x), f64::from(h.y));
                let (s, t) = (x * u.0 + y * u.1, y * u.0 - x * u.1);
                r = [r[0].min(s), r[1].max(s), r[2].min(t), r[3].max(t)];
            }
            let area = (r[1] - r[0]) * (r[3] - r[2]);
            if best.as_ref().is_none_or(|(old, _, _)| area < *old) {
                best = Some((area, u, r));
            }
        }
        let (_, u, r) = best?;
        let (mut axis, mut along, mut across) = if r[1] - r[0] >= r[3] - r[2] {
            (u, (r[0], r[1]), (r[2], r[3]))
        } else {
            ((-u.1, u.0), (r[2], r[3]), (-r[1], -r[0]))
        };
        // Units count from west to east, or from south to north: the same building is numbered the same way however
        // its ring starts.
        if axis.0 < -1e-9 || (axis.0.abs() <= 1e-9 && axis.1 < 0.0) {
            axis = (-axis.0, -axis.1);
            along = (-along.1, -along.0);
            across = (-across.1, -across.0);
        }
        let cuts = (1..n).map(|k| along.0 + (along.1 - along.0) * k as f64 / n as f64).collect();
        Some(Self { axis, cuts, across })
    }

    /// The cut lines, each a little longer than the footprint is wide.
    pub(crate) fn lines(&self) -> impl Iterator<Item = (Point, Point)> + '_ {
        let (u, (t0, t1)) = (self.axis, self.across);
        let at = move |s: f64, t: f64| {
            Point::new((s * u.0 - t * u.1).round() as i32, (s * u.1 + t * u.0).round() as i32)
        };
        self.cuts.iter().map(move |&s| (at(s, t0 - 3.0), at(s, t1 + 3.0)))
    }

    /// Which strip, from 0, a point lies in.
    pub(crate) fn strip_of(&self, at: (f64, f64)) -> usize {
        let s = at.0 * self.axis.0 + at.1 * self.axis.1;
        self.cuts.iter().filter(|&&cut| cut < s).count()
    }
}

/// The convex hull, counter-clockwise (Andrew's monotone chain).
fn hull(mut points: Vec<Point>) -> Vec<Point> {
    points.sort_unstable();
    points.dedup();
    if points.len() < 3 {
        return points;
    }
    let mut hull: Vec<Point> = Vec::new();
    for pass in 0..2 {
        let floor = hull.len();
        let chain: Box<dyn Iterator<Item = &Point>> =
            if pass == 0 { Box::new(points.iter()) } else { Box::new(points.iter().rev()) };
        for &p in chain {
            while hull.len() >= floor + 2 && hull[hull.len() - 2].cross(hull[hull.len() - 1], p) <= 0 {
                hull.pop();
            }
            hull.push(p);
        }
        hull.pop();
    }
    hull
}

#[cfg(test)]
mod tests {
    use super::*;
    use lifang_model::Ring;

    #[test]
    fn a_slab_is_cut_across_its_longer_side_from_west_to_east() {
        let ring = [(0, 0), (30_000, 0), (30_000, 10_000), (0, 10_000)].map(Point::from).to_vec();
        let slab = Polygon { outer: Ring(ring), holes: Vec::new() };
        let strips = Strips::new(&[slab], 3).unwrap();
        let cuts: Vec<i32> = strips.lines().map(|(a, _)| a.x).collect();
        assert_eq!(cuts, [10_000, 20_000]);
        assert_eq!(strips.strip_of((5_000.0, 5_000.0)), 0);
        assert_eq!(strips.strip_of((29_000.0, 5_000.0)), 2);
    }

    #[test]
    fn a_tall_slab_is_cut_from_south_to_north() {
        let ring = [(0, 0), (10_000, 0), (10_000, 40_000), (0, 40_000)].map(Point::from).to_vec();
        let slab = Polygon { outer: Ring(ring), holes: Vec::new() };
        let strips = Strips::new(&[slab], 2).unwrap();
        assert_eq!(strips.lines().map(|(a, b)| (a.y, b.y)).collect::<Vec<_>>(), [(20_000, 20_000)]);
        assert_eq!(strips.strip_of((5_000.0, 39_000.0)), 1);
    }
}
