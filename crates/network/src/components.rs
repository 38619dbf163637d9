//! 连通性 Connected pieces of the network, and dead ends that look like drawing errors.

use crate::{Costs, Field, Snap, Snapper, StreetGraph};
use lifang_model::{Point, Street};
use petgraph::unionfind::UnionFind;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// 连通分量 A connected piece of the network.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Component {
    /// Junctions and ends.
    pub nodes: u32,
    /// Edges.
    pub edges: u32,
    /// Length, km.
    pub km: f64,
    /// One of its junctions.
    pub at: Point,
}

/// 疑似断点 A dead end that nearly touches another street one cannot soon walk to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LikelyGap {
    /// The dead end.
    pub at: Point,
    /// The nearest place on the other street.
    pub to: Point,
    /// How far apart they are, mm.
    pub gap_mm: u32,
    /// Code of the street that ends.
    pub street: String,
    /// Code of the other.
    pub other: String,
}

/// The component of each node, numbered from the longest, and what each is made of.
pub(crate) fn connect(graph: &StreetGraph) -> (Vec<u32>, Vec<Component>) {
    let mut union: UnionFind<u32> = UnionFind::new(graph.nodes().len());
    for edge in graph.edges() {
        union.union(edge.a, edge.b);
    }
    let class = union.into_labeling();
    // By class: first node, nodes, edges, mm.
    let mut pieces: BTreeMap<u32, (u32, u32, u32, u64)> = BTreeMap::new();
    for (node, &class) in (0u32..).zip(&class) {
        pieces.entry(class).or_insert((node, 0, 0, 0)).1 += 1;
    }
    for edge in graph.edges() {
        if let Some(piece) = pieces.get_mut(&class[edge.a as usize]) {
            piece.2 += 1;
            piece.3 += u64::from(edge.length_mm);
        }
    }
    let mut order: Vec<_> = pieces.into_iter().collect();
    order.sort_by_key(|&(_, (first, _, _, mm))| (std::cmp::Reverse(mm), first));
    let mut number = vec![0u32; class.len()];
    for (rank, &(class, _)) in (0u32..).zip(&order) {
        number[class as usize] = rank;
    }
    let components = order
        .iter()
        .map(|&(_, (first, nodes, edges, mm))| Component {
            nodes,
            edges,
            km: mm as f64 / 1e6,
            at: graph.nodes()[first as usize],
        })
        .collect();
    (class.iter().map(|&class| number[class as usize]).collect(), components)
}

/// A gap is no gap when one can walk around it in ten times its width and fifty metres.
const DETOUR_MM: u32 = 50_000;

/// Dead ends within `gap_mm` of another street of their level.
pub(crate) fn likely_gaps(graph: &StreetGraph, streets: &[Street], gap_mm: u32) -> Vec<LikelyGap> {
    let (snapper, costs) = (Snapper::new(graph), Costs::lengths(graph));
    let mut field = Field::default();
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    for node in 0..graph.nodes().len() as u32 {
        let &[(_, own)] = graph.arcs(node) else { continue };
        let edge = graph.edges()[own as usize];
        let here = graph.nodes()[node as usize];
        let other = |candidate: u32| {
            let other = graph.edges()[candidate as usize];
            other.level == edge.level && other.a != node && other.b != node
        };
        let Some(snap) = snapper.nearest_where(here, gap_mm, &other, &|_, _| false) else { continue };
        let along_mm = if edge.a == node { 0 } else { edge.length_mm };
        let start = Snap { edge: own, along_mm, access_mm: 0, at: here };
        let around = DETOUR_MM.saturating_add(snap.access_mm.saturating_mul(10));
        field.run(graph, &costs, &[start], around);
        if field.distance_to(graph, &costs, &Snap { access_mm: 0, ..snap }).is_some()
            || !seen.insert((here.min(snap.at), here.max(snap.at)))
        {
            continue;
        }
        let code = |edge: u32| streets[graph.edges()[edge as usize].street as usize].code.clone();
        found.push(LikelyGap {
            at: here,
            to: snap.at,
            gap_mm: snap.access_mm,
            street: code(own),
            other: code(snap.edge),
        });
    }
    found
}
