//! A block: the land between street centre lines, and the site inside its pavements that is built on.

use crate::lattice::{BlockId, Lattice, half_width};
use crate::plane::{V, centroid, meet, shift_left};
use lifang_model::StreetClass;

/// Sides of a block, in the order its outline runs.
pub(crate) const SOUTH: usize = 0;
pub(crate) const EAST: usize = 1;
pub(crate) const NORTH: usize = 2;
pub(crate) const WEST: usize = 3;

/// A block.
pub(crate) struct Block {
    pub id: BlockId,
    /// Centre lines of the streets around, counter-clockwise from the south-west, each with both ends.
    pub sides: [Vec<V>; 4],
    pub class: [StreetClass; 4],
}

impl Block {
    pub fn new(lattice: &Lattice, id: BlockId) -> Self {
        let BlockId { strip, band, row } = id;
        let ys = lattice.breaks(strip, band);
        let (y0, y1) = (ys[row], ys[row + 1]);
        let mut north = lattice.across(strip, y1);
        let mut west = lattice.along(strip, band, y0, y1);
        north.reverse();
        west.reverse();
        Self {
            id,
            sides: [lattice.across(strip, y0), lattice.along(strip + 1, band, y0, y1), north, west],
            class: [
                lattice.break_class(strip, band, row),
                lattice.line_class(strip + 1),
                lattice.break_class(strip, band, row + 1),
                lattice.line_class(strip),
            ],
        }
    }

    /// The outline along the centre lines.
    pub fn ring(&self) -> Vec<V> {
        self.sides.iter().flat_map(|side| side[..side.len() - 1].iter().copied()).collect()
    }

    /// The sides moved inward by half the width of their streets and trimmed where they meet.
    pub fn inset(&self) -> [Vec<V>; 4] {
        let moved: Vec<Vec<V>> = self
            .sides
            .iter()
            .zip(self.class)
            .map(|(side, class)| shift_left(side, half_width(class)))
            .collect();
        let corner: Vec<V> = (0..4).map(|i| crossing(&moved[i], &moved[(i + 1) % 4])).collect();
        std::array::from_fn(|i| {
            let (start, end) = (corner[(i + 3) % 4], corner[i]);
            trim(&moved[i], start, end)
        })
    }
}

/// Where the end of one side meets the start of the next; the nearest pair of vertices if they miss each other.
fn crossing(a: &[V], b: &[V]) -> V {
    for p in a.windows(2).rev() {
        for q in b.windows(2) {
            if let Some(point) = meet(p[0], p[1], q[0], q[1]) {
                return point;
            }
        }
    }
    match (a.last(), b.first()) {
        (Some(p), Some(q)) => p.lerp(*q, 0.5),
        _ => V::default(),
    }
}

/// The vertices of a side that lie between its two corners, with the corners.
fn trim(side: &[V], start: V, end: V) -> Vec<V> {
    let direction = end.sub(start);
    let mut line = vec![start];
    line.extend(side.iter().copied().filter(|p| {
        p.sub(start).dot(direction) > 0.5 * direction.len()
            && end.sub(*p).dot(direction) > 0.5 * direction.len()
    }));
    line.push(end);
    line
}

/// The largest angle rows may be turned from due east, so that homes still face south.
const MOST_TURN: f64 = 0.40;

/// The place and turn of a block's own axes.
#[derive(Copy, Clone, Debug)]
pub(crate) struct Axes {
    origin: V,
    cos: f64,
    sin: f64,
}

impl Axes {
    pub fn of(inset: &[Vec<V>; 4]) -> Self {
        let ring: Vec<V> = inset.iter().flat_map(|side| side[..side.len() - 1].iter().copied()).collect();
        let chord = |side: &[V]| side.first().zip(side.last()).map(|(a, b)| b.sub(*a)).unwrap_or_default();
        // Rows follow the streets south and north of them, as surveyors lay them out.
        let way = chord(&inset[SOUTH]).unit().sub(chord(&inset[NORTH]).unit());
        let turn = way.y.atan2(way.x).clamp(-MOST_TURN, MOST_TURN);
        Self { origin: centroid(&ring), cos: turn.cos(), sin: turn.sin() }
    }

    pub fn local(&self, p: V) -> V {
        let d = p.sub(self.origin);
        V { x: self.cos * d.x + self.sin * d.y, y: self.cos * d.y - self.sin * d.x }
    }

    pub fn ground(&self, p: V) -> V {
        V { x: self.cos * p.x - self.sin * p.y, y: self.sin * p.x + self.cos * p.y }.add(self.origin)
    }
}
