//! Lines cut to their enclosure.

use crate::border::near_on;
use crate::chain::Line;
use crate::grid::Grid;
use crate::ground::{Ground, NONE};
use crate::noding::crossing;
use crate::planar::west_of;
use lifang_model::Point;

/// A piece of border between two sites inside an enclosure.
#[derive(Copy, Clone, Debug)]
pub(crate) struct Piece {
    pub(crate) a: Point,
    pub(crate) b: Point,
    pub(crate) left: u32,
    pub(crate) right: u32,
}

/// The outline of an enclosure, to cut lines with.
pub(crate) struct Outline<'a> {
    ground: &'a Ground,
    enclosure: u32,
    edges: &'a [u32],
    grid: Grid,
}

impl<'a> Outline<'a> {
    /// `edges` are those with the enclosure on exactly one side.
    pub(crate) fn new(ground: &'a Ground, enclosure: u32, edges: &'a [u32]) -> Self {
        let grid = Grid::of_segments(edges.len(), |i| ground.map.ends_of(2 * edges[i]));
        Self { ground, enclosure, edges, grid }
    }

    fn side(&self, half: u32) -> u32 {
        self.ground.land[self.ground.map.face[half as usize] as usize].enclosure
    }

    /// Whether a point in half millimetres lies in the enclosure.
    fn holds(&self, doubled: (i64, i64)) -> bool {
        let at = |i: u32| self.ground.map.ends_of(2 * self.edges[i as usize]);
        west_of(&self.grid, at, doubled)
            .is_some_and(|(i, up)| self.side(2 * self.edges[i as usize] + u32::from(up)) == self.enclosure)
    }

    /// The pieces of a line inside the enclosure, on the lattice.
    pub(crate) fn cut(&self, line: &Line, out: &mut Vec<Piece>) {
        let limit = f64::from(lifang_model::FRAME_LIMIT_MM);
        let on_lattice = |p: &(f64, f64)| {
            Point::new(p.0.round().clamp(-limit, limit) as i32, p.1.round().clamp(-limit, limit) as i32)
        };
        let points: Vec<Point> = line.points.iter().map(on_lattice).collect();
        let mut inside: Option<bool> = None;
        let mut found: Vec<(f64, Point)> = Vec::new();
        for w in points.windows(2).filter(|w| w[0] != w[1]) {
            let touched = self.meets(w[0], w[1], &mut found);
            // Most stretches lie well inside: the answer for the one before holds on.
            if let (false, Some(holds)) = (touched, inside) {
                if holds {
                    out.push(Piece { a: w[0], b: w[1], left: line.left, right: line.right });
                }
                continue;
            }
            let meets: Vec<Point> =
                [w[0]].into_iter().chain(found.iter().map(|f| f.1)).chain([w[1]]).collect();
            if touched {
                inside = None;
            }
            for pair in meets.windows(2).filter(|pair| pair[0] != pair[1]) {
                let middle = (
                    i64::from(pair[0].x) + i64::from(pair[1].x),
                    i64::from(pair[0].y) + i64::from(pair[1].y),
                );
                let holds = match inside {
                    Some(known) if !touched => known,
                    _ => self.holds(middle),
                };
                inside = Some(holds);
                if holds {
                    out.push(Piece { a: pair[0], b: pair[1], left: line.left, right: line.right });
                }
            }
            if touched {
                // The end may lie on the outline itself: what follows is looked up afresh.
                inside = None;
            }
        }
    }

    /// Where a segment meets the outline, in order, and whether it comes near it at all.
    fn meets(&self, a: Point, b: Point, found: &mut Vec<(f64, Point)>) -> bool {
        found.clear();
        let mut touched = false;
        self.grid.near(a, b, 1, |i| {
            let e = self.edges[i as usize];
            let (c, d) = self.ground.map.ends_of(2 * e);
            if apart(a, b, c, d) {
                return;
            }
            if let Some(at) = crossing(a, b, c, d) {
                // The border of the territory keeps its shape: meet it where the lattice is nearest to its line.
                let on_border = self.side(2 * e) == NONE || self.side(2 * e + 1) == NONE;
                let at = if on_border { near_on(c, d, at) } else { at };
                found.push((a.distance(at), at));
                touched = true;
            } else if touches(a, b, c, d) {
                for p in [c, d] {
                    if a.cross(b, p) == 0 && between(a, b, p) {
                        found.push((a.distance(p), p));
                    }
                }
                touched = true;
            }
        });
        found.sort_by(|p, q| p.0.total_cmp(&q.0).then(p.1.cmp(&q.1)));
        found.dedup_by_key(|f| f.1);
        touched
    }
}

/// Whether the boxes of two segments are.
fn apart(a: Point, b: Point, c: Point, d: Point) -> bool {
    a.x.max(b.x) < c.x.min(d.x)
        || c.x.max(d.x) < a.x.min(b.x)
        || a.y.max(b.y) < c.y.min(d.y)
        || c.y.max(d.y) < a.y.min(b.y)
}

fn between(a: Point, b: Point, p: Point) -> bool {
    p.x >= a.x.min(b.x) && p.x <= a.x.max(b.x) && p.y >= a.y.min(b.y) && p.y <= a.y.max(b.y)
}

/// Whether an end of one segment lies on the other.
fn touches(a: Point, b: Point, c: Point, d: Point) -> bool {
    (a.cross(b, c) == 0 && between(a, b, c))
        || (a.cross(b, d) == 0 && between(a, b, d))
        || (c.cross(d, a) == 0 && between(c, d, a))
        || (c.cross(d, b) == 0 && between(c, d, b))
}
