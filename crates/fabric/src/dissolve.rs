//! 融合 Outlines of any labelling of the cells, from the shared arcs alone.
//!
//! An arc is border where its two sides carry different labels. Border arcs are chained into rings by turning, at
//! every node, to the clockwise neighbour of where one came from: the face walk of a planar map. No coordinate is
//! computed, so neighbours share their vertices bit by bit, and the work is linear in the arcs.

use crate::dsu::Sets;
use crate::fabric::{Arc, Fabric};
use crate::planar::by_angle;
use lifang_model::{AtomIdx, Point, Polygon, Ring};
use std::collections::BTreeMap;

/// 轮廓 The land of one label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outline {
    /// The label.
    pub label: u32,
    /// Its pieces, each connected, in the order of their lowest cell.
    pub polygons: Vec<Polygon>,
}

impl Fabric {
    /// 融合 The outlines of the labels, ascending. Cells without a label, and cells beyond the end of `labels`, belong
    /// to nobody. Polygons are valid in the sense of OGC Simple Features: rings may touch at points only.
    #[must_use]
    pub fn dissolve(&self, labels: &[Option<u32>]) -> Vec<Outline> {
        outlines(&self.arcs, self.cells.len(), labels)
    }

    /// The land of one cell; empty if there is no such cell. For many cells use [`Fabric::cell_polygons`].
    #[must_use]
    pub fn cell_polygon(&self, atom: AtomIdx) -> Polygon {
        let mut halves = Vec::new();
        for (i, arc) in (0u32..).zip(&self.arcs) {
            halves.extend((arc.left == Some(atom.0)).then_some(2 * i));
            halves.extend((arc.right == Some(atom.0)).then_some(2 * i + 1));
        }
        let mut polygon = Polygon::default();
        for (_, ring) in rings(&self.arcs, &halves) {
            let area = ring.twice_area();
            if area > 0 && polygon.outer.0.is_empty() {
                polygon.outer = ring;
            } else if area != 0 {
                polygon.holes.push(ring);
            }
        }
        polygon
    }

    /// The land of every cell, in order.
    #[must_use]
    pub fn cell_polygons(&self) -> Vec<Polygon> {
        polygons(&self.arcs, self.cells.len())
    }

    /// The arcs between different labels, outer border included, ascending.
    #[must_use]
    pub fn border_arcs(&self, labels: &[Option<u32>]) -> Vec<u32> {
        let label = |cell: Option<u32>| cell.and_then(|c| labels.get(c as usize).copied().flatten());
        let parted = |arc: &Arc| label(arc.left) != label(arc.right);
        (0u32..).zip(&self.arcs).filter(|(_, arc)| parted(arc)).map(|(i, _)| i).collect()
    }
}

/// The outlines of labelled cells.
fn outlines(arcs: &[Arc], cells: usize, labels: &[Option<u32>]) -> Vec<Outline> {
    let label = |cell: Option<u32>| cell.and_then(|c| labels.get(c as usize).copied().flatten());
    // Connected pieces of equal label: a ring belongs to the piece of the cell on its left.
    let mut sets = Sets::new(cells);
    let mut halves: Vec<u32> = Vec::new();
    for (i, arc) in (0u32..).zip(arcs) {
        let (l, r) = (label(arc.left), label(arc.right));
        if let (Some(a), Some(b), true) = (arc.left, arc.right, l.is_some() && l == r) {
            sets.join(a, b);
        } else if l != r {
            halves.extend(l.map(|_| 2 * i));
            halves.extend(r.map(|_| 2 * i + 1));
        }
    }
    let mut pieces: BTreeMap<(u32, u32), Polygon> = BTreeMap::new();
    for (cell, ring) in rings(arcs, &halves) {
        let Some(key) = label(Some(cell)) else { continue };
        let polygon = pieces.entry((key, sets.find(cell))).or_default();
        let area = ring.twice_area();
        if area > 0 && polygon.outer.0.is_empty() {
            polygon.outer = ring;
        } else if area != 0 {
            polygon.holes.push(ring);
        }
    }
    let mut outlines: Vec<Outline> = Vec::new();
    for ((label, _), polygon) in pieces {
        match outlines.last_mut() {
            Some(last) if last.label == label => last.polygons.push(polygon),
            _ => outlines.push(Outline { label, polygons: vec![polygon] }),
        }
    }
    outlines
}

/// The polygon of every cell.
pub(crate) fn polygons(arcs: &[Arc], cells: usize) -> Vec<Polygon> {
    let labels: Vec<Option<u32>> = (0..cells as u32).map(Some).collect();
    let mut polygons = vec![Polygon::default(); cells];
    for outline in outlines(arcs, cells, &labels) {
        if let Some(polygon) = outline.polygons.into_iter().next() {
            polygons[outline.label as usize] = polygon;
        }
    }
    polygons
}

/// The points of a half-arc in its direction: `2i` along arc `i`, `2i + 1` against it.
struct Half<'a>(&'a Arc, bool);

impl<'a> Half<'a> {
    fn of(arcs: &'a [Arc], h: u32) -> Self {
        Self(&arcs[h as usize / 2], h.is_multiple_of(2))
    }

    fn at(&self, i: usize) -> Point {
        let points = &self.0.points;
        points[if self.1 { i } else { points.len() - 1 - i }]
    }

    fn last(&self) -> Point {
        self.at(self.0.points.len() - 1)
    }

    fn cell(&self) -> Option<u32> {
        if self.1 { self.0.left } else { self.0.right }
    }
}

/// Chains half-arcs, which have their land on the left, into simple rings with the cell on the left of each.
fn rings(arcs: &[Arc], halves: &[u32]) -> Vec<(u32, Ring)> {
    // Every half-arc of the set leaves its first point; at the same point its twin direction arrives.
    let mut leaving: Vec<(Point, u32)> = Vec::with_capacity(2 * halves.len());
    for &h in halves {
        if arcs[h as usize / 2].points.len() >= 2 {
            leaving.push((Half::of(arcs, h).at(0), h));
            leaving.push((Half::of(arcs, h).last(), h ^ 1));
        }
    }
    leaving.sort_unstable();
    leaving.dedup();
    let mut from = 0;
    let mut next: Vec<u32> = vec![u32::MAX; 2 * arcs.len()];
    while from < leaving.len() {
        let node = leaving[from].0;
        let to = from + leaving[from..].iter().take_while(|l| l.0 == node).count();
        let around = &mut leaving[from..to];
        around.sort_by(|&(_, g), &(_, h)| {
            by_angle(node, Half::of(arcs, g).at(1), Half::of(arcs, h).at(1)).then(g.cmp(&h))
        });
        for (k, &(_, h)) in around.iter().enumerate() {
            next[(h ^ 1) as usize] = around[(k + around.len() - 1) % around.len()].1;
        }
        from = to;
    }
    let mut wanted = vec![false; 2 * arcs.len()];
    for &h in halves {
        wanted[h as usize] = next[h as usize] != u32::MAX;
    }
    let mut out = Vec::new();
    for &first in halves {
        if !wanted[first as usize] {
            continue;
        }
        let Some(cell) = Half::of(arcs, first).cell() else { continue };
        let mut points: Vec<(Point, bool)> = Vec::new();
        let mut h = first;
        while wanted[h as usize] {
            wanted[h as usize] = false;
            let half = Half::of(arcs, h);
            let n = half.0.points.len() - 1;
            points.extend((0..n).map(|i| (half.at(i), i == 0)));
            h = next[h as usize];
        }
        split(points, &mut |ring| out.push((cell, ring)));
    }
    out
}

/// Splits a closed walk at the nodes it passes twice, so that every ring is simple. The flag marks nodes.
fn split(walk: Vec<(Point, bool)>, emit: &mut dyn FnMut(Ring)) {
    let mut open: Vec<(Point, bool)> = Vec::with_capacity(walk.len());
    let mut place: BTreeMap<Point, usize> = BTreeMap::new();
    for (p, node) in walk {
        if node {
            if let Some(&at) = place.get(&p) {
                for (q, _) in open[at..].iter().filter(|(_, node)| *node) {
                    place.remove(q);
                }
                let ring: Vec<Point> = open.drain(at..).map(|(q, _)| q).collect();
                emit(Ring(ring));
            }
            place.insert(p, open.len());
        }
        open.push((p, node));
    }
    if open.len() > 2 {
        emit(Ring(open.into_iter().map(|(q, _)| q).collect()));
    }
}
