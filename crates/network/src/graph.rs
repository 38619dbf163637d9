//! 路网图 The graph itself: junctions, edges between them, and their shapes, in flat arrays.

use crate::cuts::between;
use crate::{Component, LikelyGap};
use lifang_model::{Fault, Point, StreetClass, Traffic};
use serde::{Deserialize, Serialize};

/// 路段 A piece of street between two junctions.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct Edge {
    /// Junction at its start.
    pub a: u32,
    /// Junction at its end; equal to `a` on a loop.
    pub b: u32,
    /// Row of its street in the list the graph was built from.
    pub street: u32,
    /// Whether it is a flight of steps.
    pub steps: bool,
    /// Class of its street.
    pub class: StreetClass,
    /// Level over ground.
    pub level: i8,
    /// What its street costs besides its length; one-way streets lead forward from `a` to `b`.
    pub traffic: Traffic,
    /// Where along its street it begins, and how long the street is, mm: what is waited for once is shared out by length.
    pub along_street: (u32, u32),
    /// Length, mm. The edges of a street add up to the length of the whole street exactly, however it is cut.
    pub length_mm: u32,
}

/// 路网图 Junctions and edges, numbered by geometry alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StreetGraph {
    pub(crate) nodes: Vec<Point>,
    pub(crate) component: Vec<u32>,
    pub(crate) edges: Vec<Edge>,
    /// First point of each edge's shape in `points`, and the end of the last.
    pub(crate) shape_first: Vec<u32>,
    pub(crate) points: Vec<Point>,
    /// First arc of each node in `arcs`, and the end of the last.
    pub(crate) first: Vec<u32>,
    /// `(node at the other end, edge)`; a loop appears twice.
    pub(crate) arcs: Vec<(u32, u32)>,
}

impl StreetGraph {
    /// Where each junction is.
    #[must_use]
    pub fn nodes(&self) -> &[Point] {
        &self.nodes
    }

    /// The edges.
    #[must_use]
    pub fn edges(&self) -> &[Edge] {
        &self.edges
    }

    /// The line of an edge from `a` to `b`; empty for an edge that is not there.
    #[must_use]
    pub fn shape(&self, edge: u32) -> &[Point] {
        let i = edge as usize;
        match (self.shape_first.get(i), self.shape_first.get(i + 1)) {
            (Some(&from), Some(&to)) => &self.points[from as usize..to as usize],
            _ => &[],
        }
    }

    /// The line of an edge between two places along it, mm from `a`; both ends are rounded to the lattice. Empty when there is
    /// no such edge or the places are not in order.
    #[must_use]
    pub fn piece(&self, edge: u32, from_mm: u32, to_mm: u32) -> Vec<Point> {
        let shape = self.shape(edge);
        let Some(facts) = self.edges.get(edge as usize).filter(|_| from_mm < to_mm) else {
            return Vec::new();
        };
        let whole: f64 = shape.windows(2).map(|pair| pair[0].distance(pair[1])).sum();
        if whole == 0.0 {
            return Vec::new();
        }
        let scale = whole / f64::from(facts.length_mm.max(1));
        let (from, to) = (f64::from(from_mm) * scale, (f64::from(to_mm) * scale).min(whole));
        let (mut line, mut at) = (Vec::new(), 0.0);
        for pair in shape.windows(2) {
            let next = at + pair[0].distance(pair[1]);
            let place = |mm: f64| between(pair[0], pair[1], ((mm - at) / (next - at)).clamp(0.0, 1.0));
            if line.is_empty() && from < next {
                line.push(place(from));
            }
            if !line.is_empty() {
                line.push(place(to));
                if to <= next {
                    break;
                }
            }
            at = next;
        }
        line.dedup();
        if line.len() > 1 { line } else { Vec::new() }
    }

    /// The junctions next to a junction, with the edge that leads there.
    #[must_use]
    pub fn arcs(&self, node: u32) -> &[(u32, u32)] {
        let i = node as usize;
        match (self.first.get(i), self.first.get(i + 1)) {
            (Some(&from), Some(&to)) => &self.arcs[from as usize..to as usize],
            _ => &[],
        }
    }

    /// The connected component of an edge, 0 for the longest, in the order of [`NetworkReport::components`].
    #[must_use]
    pub fn component(&self, edge: u32) -> Option<u32> {
        let edge = self.edges.get(edge as usize)?;
        self.component.get(edge.a as usize).copied()
    }

    /// The connected component of a junction, numbered as in [`StreetGraph::component`].
    #[must_use]
    pub fn component_of(&self, node: u32) -> Option<u32> {
        self.component.get(node as usize).copied()
    }

    /// Fills `first` and `arcs` from the edges.
    pub(crate) fn link(&mut self) {
        let mut first = vec![0u32; self.nodes.len() + 1];
        for edge in &self.edges {
            first[edge.a as usize + 1] += 1;
            first[edge.b as usize + 1] += 1;
        }
        for i in 1..first.len() {
            first[i] += first[i - 1];
        }
        let mut next = first.clone();
        self.arcs = vec![(0, 0); self.edges.len() * 2];
        for (row, edge) in (0u32..).zip(&self.edges) {
            for (from, to) in [(edge.a, edge.b), (edge.b, edge.a)] {
                let slot = &mut next[from as usize];
                self.arcs[*slot as usize] = (to, row);
                *slot += 1;
            }
        }
        self.first = first;
    }
}

/// 路网报告 What a graph is made of and where it looks broken.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct NetworkReport {
    /// Junctions and ends.
    pub nodes: u32,
    /// Edges.
    pub edges: u32,
    /// Length of all edges, km.
    pub km: f64,
    /// Connected pieces, longest first.
    pub components: Vec<Component>,
    /// Dead ends that nearly touch another street. Nothing is repaired.
    pub likely_gaps: Vec<LikelyGap>,
    /// What was left out or looks wrong.
    pub faults: Vec<Fault>,
}
