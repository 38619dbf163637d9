//! Outlines of cells, chained from the arcs around them.

use super::{Twice, inside, twice_area};
use lifang_fabric::Fabric;
use lifang_model::Point;

/// The rings of every cell: land on their left, so outer rings run counter-clockwise.
pub(crate) struct Outlines<'a> {
    fabric: &'a Fabric,
    /// Arcs around every cell, packed; whether they run with the cell on their left.
    start: Vec<usize>,
    arcs: Vec<(u32, bool)>,
}

impl<'a> Outlines<'a> {
    pub fn new(fabric: &'a Fabric) -> Self {
        let cells = fabric.cells.len();
        let sides = |arc: &lifang_fabric::Arc| [(arc.left, true), (arc.right, false)];
        let valid = |cell: Option<u32>| cell.map(|c| c as usize).filter(|&c| c < cells);
        let mut start = vec![0usize; cells + 1];
        for (cell, _) in fabric.arcs.iter().flat_map(sides) {
            if let Some(cell) = valid(cell) {
                start[cell + 1] += 1;
            }
        }
        for i in 0..cells {
            start[i + 1] += start[i];
        }
        let mut at = start.clone();
        let mut arcs = vec![(0, true); start[cells]];
        for (row, arc) in (0u32..).zip(&fabric.arcs) {
            for (cell, forward) in sides(arc) {
                if let Some(cell) = valid(cell) {
                    arcs[at[cell]] = (row, forward);
                    at[cell] += 1;
                }
            }
        }
        Self { fabric, start, arcs }
    }

    /// The rings of a cell, and whether all of them close.
    pub fn rings(&self, cell: usize) -> (Vec<Vec<Point>>, bool) {
        chain(self.fabric, &self.arcs[self.start[cell]..self.start[cell + 1]])
    }

    /// Cells whose outline is open or inside out, whose holes lie outside of them, or which claim another area than
    /// their outline has.
    pub fn faults(&self) -> Twice {
        let mut sum = Twice::default();
        for (row, cell) in self.fabric.cells.iter().enumerate() {
            let claimed = i128::from(cell.twice_area);
            let (rings, closed) = self.rings(row);
            // A cell without arcs owns nothing; what it should own is missing elsewhere.
            if rings.is_empty() {
                continue;
            }
            let areas: Vec<i128> = rings.iter().map(|ring| twice_area(ring)).collect();
            let drawn: i128 = areas.iter().sum();
            if !closed || drawn <= 0 {
                sum.gap += claimed.unsigned_abs() as f64;
                continue;
            }
            let outer: Vec<&[Point]> =
                rings.iter().zip(&areas).filter(|&(_, &a)| a > 0).map(|(ring, _)| ring.as_slice()).collect();
            for (ring, &area) in rings.iter().zip(&areas) {
                // A hole touches its outer ring in single points at most: one of its vertices tells.
                let held = area > 0
                    || ring.iter().any(|&p| inside(&outer, p) || outer.iter().any(|o| o.contains(&p)));
                if !held {
                    sum.overlap += area.unsigned_abs() as f64;
                }
            }
            if claimed > drawn {
                sum.overlap += (claimed - drawn) as f64;
            } else {
                sum.gap += (drawn - claimed) as f64;
            }
        }
        sum
    }
}

/// Chains directed arcs into closed rings; `false` if some do not close.
pub(crate) fn chain(fabric: &Fabric, arcs: &[(u32, bool)]) -> (Vec<Vec<Point>>, bool) {
    let line = |&(arc, forward): &(u32, bool)| {
        let points = &fabric.arcs[arc as usize].points;
        let (first, last) = (points.first().copied(), points.last().copied());
        if forward { (first, last) } else { (last, first) }
    };
    let mut order: Vec<(Option<Point>, usize)> =
        arcs.iter().enumerate().map(|(i, arc)| (line(arc).0, i)).collect();
    order.sort_unstable();
    let mut used = vec![false; arcs.len()];
    let mut rings = Vec::new();
    let mut closed = true;
    for first in 0..arcs.len() {
        if used[first] {
            continue;
        }
        let mut ring: Vec<Point> = Vec::new();
        let begin = line(&arcs[first]).0;
        let mut at = first;
        loop {
            used[at] = true;
            let (row, forward) = arcs[at];
            let points = &fabric.arcs[row as usize].points;
            let keep = points.len().saturating_sub(1);
            if forward {
                ring.extend(&points[..keep])
            } else {
                ring.extend(points.iter().rev().take(keep))
            }
            let end = line(&arcs[at]).1;
            if end == begin {
                break;
            }
            let from = order.partition_point(|(p, _)| *p < end);
            let next = order[from..].iter().take_while(|(p, _)| *p == end).find(|(_, i)| !used[*i]);
            match next {
                Some(&(_, i)) => at = i,
                None => {
                    closed = false;
                    break;
                }
            }
        }
        rings.push(ring);
    }
    (rings, closed)
}
