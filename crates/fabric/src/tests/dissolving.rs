//! Outlines of labels by another way than the product's: all labels in one face walk over sorted ends. And the outlines that
//! follow edits, against those drawn anew.

use super::invariants::checked;
use super::town::town;
use crate::dissolve::Outline;
use crate::dsu::Sets;
use crate::fabric::Arc;
use crate::planar::by_angle;
use crate::{Fabric, Zoning};
use lifang_model::{AtomIdx, Point, Polygon, Ring};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::sync::LazyLock;

static TOWN: LazyLock<Fabric> = LazyLock::new(|| checked(&town(150, 9), &[]));

fn labels() -> impl Strategy<Value = Vec<Option<u32>>> {
    proptest::collection::vec(proptest::option::weighted(0.9, 0..9u32), TOWN.cells.len())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn outlines_are_those_of_one_walk_over_all_labels(labels in labels()) {
        prop_assert_eq!(TOWN.dissolve(&labels), outlines(&TOWN.arcs, TOWN.cells.len(), &labels));
    }

    #[test]
    fn outlines_that_follow_edits_equal_those_drawn_anew(
        first in labels(),
        edits in proptest::collection::vec(
            proptest::collection::vec((0..TOWN.cells.len() as u32 + 3, proptest::option::weighted(0.9, 0..11u32)), 1..5),
            1..8,
        ),
    ) {
        let mut zoning = Zoning::new(&TOWN, &first);
        let mut labels = first;
        for edit in edits {
            let before: Vec<Outline> = zoning.outlines().cloned().collect();
            let changes: Vec<(AtomIdx, Option<u32>)> = edit.iter().map(|&(cell, to)| (AtomIdx(cell), to)).collect();
            let touched = zoning.relabel(&TOWN, &changes);
            for (cell, to) in edit {
                if let Some(own) = labels.get_mut(cell as usize) {
                    *own = to;
                }
            }
            let now: Vec<Outline> = zoning.outlines().cloned().collect();
            prop_assert_eq!(&now, &TOWN.dissolve(&labels));
            prop_assert_eq!(zoning.labels(), labels.as_slice());
            for outline in before.iter().filter(|outline| !touched.contains(&outline.label)) {
                prop_assert_eq!(zoning.outline(outline.label), Some(outline));
            }
        }
    }
}

#[test]
fn another_fabric_is_drawn_anew() {
    let other = checked(&town(40, 2), &[]);
    let labels: Vec<Option<u32>> = (0..TOWN.cells.len() as u32).map(|cell| Some(cell % 5)).collect();
    let mut zoning = Zoning::new(&TOWN, &labels);
    zoning.relabel(&other, &[(AtomIdx(0), Some(9))]);
    assert_eq!(zoning.outlines().cloned().collect::<Vec<_>>(), other.dissolve(zoning.labels()));
    assert_eq!(zoning.cells(9), [0]);
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
