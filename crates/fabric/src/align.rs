//! 取正 The walls of an enclosure turned square to the axes before the sweep.
//!
//! Houses stand in rows: most walls of an enclosure run in two directions. On the lattice, though, walls meant to be parallel
//! are so only to within a millimetre, and two lines that are nearly parallel meet somewhere doubles cannot tell: the sweep then
//! has to work in big integers, which took more than half of its time. Turned by the common direction and moved by at most
//! [`MOVED`] mm they are parallel to an axis exactly. Corners stay corners; where moving would make walls touch, nothing is moved.

use crate::grid::Grid;
use crate::noding::crossing;
use crate::voronoi::Wall;
use lifang_model::{Extent, Point};

/// How far the ends of a wall may differ from the direction of an axis to be put on it, mm: the lattice alone makes it 1.4.
const OFF: f64 = 2.0;
/// How far a corner may move in each direction, mm.
const MOVED: f64 = 2.5;
/// Directions told apart when the commonest one is sought.
const BINS: usize = 2048;

/// Walls turned square, beside the origin.
pub(crate) struct Aligned {
    /// The walls in order, beside the origin.
    pub(crate) walls: Vec<[i32; 4]>,
    /// Corners there, sorted, and what each was.
    corners: Vec<([i32; 2], Point)>,
    turn: (f64, f64),
    centre: (f64, f64),
}

impl Aligned {
    /// Turns walls square to the axes; `None` if few of them have a direction in common, if they are square already, or if two
    /// would touch then that do not now.
    pub(crate) fn new(walls: &[Wall]) -> Option<Self> {
        if walls.len() < 8 {
            return None;
        }
        let turn = direction(walls)?;
        let Extent { min, max } = Extent::of(walls.iter().flat_map(|wall| [wall.a, wall.b]))?;
        let middle = |low: i32, high: i32| ((i64::from(low) + i64::from(high)) / 2) as f64;
        let centre = (middle(min.x, max.x), middle(min.y, max.y));
        let mut points: Vec<Point> = walls.iter().flat_map(|wall| [wall.a, wall.b]).collect();
        points.sort_unstable();
        points.dedup();
        let place = |p: Point| points.binary_search(&p).unwrap_or_default();
        let ends: Vec<[usize; 2]> = walls.iter().map(|wall| [place(wall.a), place(wall.b)]).collect();
        let turned: Vec<[f64; 2]> = points
            .iter()
            .map(|p| {
                let (x, y) = (f64::from(p.x) - centre.0, f64::from(p.y) - centre.1);
                [x * turn.0 + y * turn.1, y * turn.0 - x * turn.1]
            })
            .collect();
        let (xs, ys) = (Shared::new(&turned, &ends, 0).places(), Shared::new(&turned, &ends, 1).places());
        let at: Vec<[i32; 2]> = xs.into_iter().zip(ys).map(|(x, y)| [x, y]).collect();
        let mut corners: Vec<([i32; 2], Point)> = at.iter().copied().zip(points.iter().copied()).collect();
        corners.sort_unstable();
        if corners.windows(2).any(|w| w[0].0 == w[1].0) {
            return None;
        }
        let walls: Vec<[i32; 4]> =
            ends.iter().map(|&[a, b]| [at[a][0], at[a][1], at[b][0], at[b][1]]).collect();
        apart(&walls).then_some(Self { walls, corners, turn, centre })
    }

    /// A place on a line taken back; the ends of lines that lie on a corner come back to it exactly.
    pub(crate) fn back(&self, p: (f64, f64), is_end: bool) -> (f64, f64) {
        let near = [p.0.round(), p.1.round()];
        if is_end && (p.0 - near[0]).abs() < 0.01 && (p.1 - near[1]).abs() < 0.01 {
            let near = near.map(|v| v as i32);
            if let Ok(at) = self.corners.binary_search_by_key(&near, |corner| corner.0) {
                let corner = self.corners[at].1;
                return (f64::from(corner.x), f64::from(corner.y));
            }
        }
        let (cos, sin) = self.turn;
        (p.0 * cos - p.1 * sin + self.centre.0, p.0 * sin + p.1 * cos + self.centre.1)
    }
}

/// The direction most of the length of the walls runs in, or across, as cosine and sine, within 45 degrees of east.
fn direction(walls: &[Wall]) -> Option<(f64, f64)> {
    // The slope within 45 degrees of an axis says the same as the angle, without trigonometry.
    let slope = |wall: &Wall| {
        let (x, y) = (f64::from(wall.b.x) - f64::from(wall.a.x), f64::from(wall.b.y) - f64::from(wall.a.y));
        let (along, across) = if x.abs() >= y.abs() { (x, y) } else { (y, -x) };
        if along < 0.0 { (-along, -across) } else { (along, across) }
    };
    let bin = |(along, across): (f64, f64)| {
        let share = if along > 0.0 { across / along } else { 0.0 };
        (((share + 1.0) / 2.0 * BINS as f64) as usize).min(BINS - 1)
    };
    let mut lengths = vec![0.0; BINS];
    let mut square = 0.0;
    let mut total = 0.0;
    for wall in walls {
        let (along, across) = slope(wall);
        lengths[bin((along, across))] += along;
        total += along;
        square += if across == 0.0 { along } else { 0.0 };
    }
    // A direction on the edge of two bins counts in both.
    let of = |i: usize| lengths[i] + lengths.get(i + 1).copied().unwrap_or(0.0);
    let best = (0..BINS).max_by(|&i, &j| of(i).total_cmp(&of(j)).then(j.cmp(&i)))?;
    let common = of(best);
    if common < 0.4 * total || square > 0.6 * common {
        return None;
    }
    let within = walls.iter().map(slope).filter(|&s| (best..=best + 1).contains(&bin(s)));
    let sum = within.fold((0.0, 0.0), |sum, s| (sum.0 + s.0, sum.1 + s.1));
    let length = (sum.0 * sum.0 + sum.1 * sum.1).sqrt();
    (length > 0.0).then_some((sum.0 / length, sum.1 / length))
}

/// Corners that share a coordinate because a wall between them runs along the other axis.
struct Shared {
    /// Which set each corner is of; the least coordinate of each set and the greatest.
    of: Vec<usize>,
    range: Vec<(f64, f64)>,
}

impl Shared {
    fn new(at: &[[f64; 2]], ends: &[[usize; 2]], axis: usize) -> Self {
        let range = at.iter().map(|p| (p[axis], p[axis])).collect();
        let mut shared = Self { of: (0..at.len()).collect(), range };
        for &[a, b] in ends {
            let (off, long) = (at[a][axis] - at[b][axis], at[a][1 - axis] - at[b][1 - axis]);
            if off.abs() > OFF || long.abs() < 100.0 * off.abs() {
                continue;
            }
            let (a, b) = (shared.find(a), shared.find(b));
            let (p, q) = (shared.range[a], shared.range[b]);
            let both = (p.0.min(q.0), p.1.max(q.1));
            // Long rows of houses must not drift: half a millimetre of the reach is for rounding.
            if a != b && both.1 - both.0 <= 2.0 * (MOVED - 0.5) {
                let (keep, gone) = (a.min(b), a.max(b));
                shared.of[gone] = keep;
                shared.range[keep] = both;
            }
        }
        shared
    }

    fn find(&mut self, mut i: usize) -> usize {
        while self.of[i] != i {
            self.of[i] = self.of[self.of[i]];
            i = self.of[i];
        }
        i
    }

    /// The coordinate of every corner on the lattice.
    fn places(mut self) -> Vec<i32> {
        (0..self.of.len())
            .map(|i| {
                let set = self.find(i);
                let (low, high) = self.range[set];
                ((low + high) / 2.0).round() as i32
            })
            .collect()
    }
}

/// Whether walls meet at their ends only.
fn apart(walls: &[[i32; 4]]) -> bool {
    let ends = |i: usize| (Point::new(walls[i][0], walls[i][1]), Point::new(walls[i][2], walls[i][3]));
    let grid = Grid::of_segments(walls.len(), ends);
    let inside = |p: Point, a: Point, b: Point| {
        p != a
            && p != b
            && a.cross(b, p) == 0
            && (a.x.min(b.x)..=a.x.max(b.x)).contains(&p.x)
            && (a.y.min(b.y)..=a.y.max(b.y)).contains(&p.y)
    };
    (0..walls.len()).all(|i| {
        let (a, b) = ends(i);
        let mut free = a != b;
        grid.near(a, b, 1, |j| {
            if !free || j as usize <= i {
                return;
            }
            let (c, d) = ends(j as usize);
            let far = a.x.max(b.x) < c.x.min(d.x)
                || c.x.max(d.x) < a.x.min(b.x)
                || a.y.max(b.y) < c.y.min(d.y)
                || c.y.max(d.y) < a.y.min(b.y);
            free = far
                || !(crossing(a, b, c, d).is_some()
                    || inside(c, a, b)
                    || inside(d, a, b)
                    || inside(a, c, d)
                    || inside(b, c, d));
        });
        free
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ground::NONE;
    use proptest::prelude::*;

    fn turned(x: f64, y: f64, angle: f64) -> Point {
        let (sin, cos) = angle.sin_cos();
        Point::new((x * cos - y * sin).round() as i32, (x * sin + y * cos).round() as i32)
    }

    /// Houses in rows, turned by an angle.
    fn rows(angle: f64, gap: f64) -> Vec<Wall> {
        let mut walls = Vec::new();
        for (i, j) in (0..4).flat_map(|i| (0..3).map(move |j| (i, j))) {
            let (x, y) = (f64::from(i) * (12_000.0 + gap), f64::from(j) * 20_000.0);
            let ring = [(x, y), (x + 12_000.0, y), (x + 12_000.0, y + 9_000.0), (x, y + 9_000.0)]
                .map(|(x, y)| turned(x, y, angle));
            let site = i * 3 + j;
            walls.extend((0..4).map(|k| Wall {
                a: ring[k],
                b: ring[(k + 1) % 4],
                left: site as u32,
                right: NONE,
            }));
        }
        walls
    }

    proptest! {
        #[test]
        fn turned_houses_come_square_and_every_corner_comes_back(angle in 0.02f64..0.75) {
            let walls = rows(angle, 3_000.0);
            let aligned = Aligned::new(&walls).unwrap();
            for (wall, &[ax, ay, bx, by]) in walls.iter().zip(&aligned.walls) {
                prop_assert!(ax == bx || ay == by, "{wall:?} is {ax} {ay} {bx} {by}");
                for (p, x, y) in [(wall.a, ax, ay), (wall.b, bx, by)] {
                    let end = aligned.back((f64::from(x), f64::from(y)), true);
                    prop_assert_eq!(end, (f64::from(p.x), f64::from(p.y)));
                    let free = aligned.back((f64::from(x), f64::from(y)), false);
                    prop_assert!((free.0 - end.0).hypot(free.1 - end.1) <= MOVED * 1.5);
                }
            }
        }
    }

    #[test]
    fn houses_a_millimetre_apart_stay_as_they_are() {
        assert!(Aligned::new(&rows(0.3, 0.6)).is_none());
    }

    #[test]
    fn houses_that_are_square_already_need_no_turn() {
        assert!(Aligned::new(&rows(0.0, 3_000.0)).is_none());
    }
}
