//! 并入 Atoms that belong to no present zone join the zones around them.

use crate::graph::{BUILDING, Graph, NONE, UNIT};
use std::collections::BTreeMap;

/// What being of one stairwell, building or compound counts for, in metres of border.
const TIES: [f32; 3] = [1e6, 1e5, 1e3];

/// Gives loose atoms to the zones they touch, from the edges inwards, each to the one it shares its stairwell, building,
/// compound or the longest and easiest border with. Returns those that touch no zone.
pub(crate) fn attach(graph: &Graph, label: &mut [u32], mut loose: Vec<u32>) -> Vec<u32> {
    loose.sort_unstable();
    while !loose.is_empty() {
        let wave: Vec<(u32, u32)> =
            loose.iter().filter_map(|&v| best(graph, label, v).map(|zone| (v, zone))).collect();
        if wave.is_empty() {
            break;
        }
        for (v, zone) in wave {
            label[v as usize] = zone;
        }
        loose.retain(|&v| label[v as usize] == NONE);
    }
    loose
}

fn best(graph: &Graph, label: &[u32], v: u32) -> Option<u32> {
    let mut ease: BTreeMap<u32, f32> = BTreeMap::new();
    for arc in graph.arcs(v) {
        let w = graph.to[arc] as usize;
        if label[w] == NONE {
            continue;
        }
        let same = |column: &[u32]| column[v as usize] != NONE && column[v as usize] == column[w];
        let ties = [same(&graph.group[UNIT]), same(&graph.group[BUILDING]), same(&graph.area)];
        let tie: f32 = ties.iter().zip(TIES).filter(|(same, _)| **same).map(|(_, worth)| worth).sum();
        let border = graph.shared[arc].max(0.1) / (1.0 + graph.barrier[arc]);
        *ease.entry(label[w]).or_insert(0.0) += border + tie;
    }
    ease.into_iter().max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0))).map(|(zone, _)| zone)
}

/// The zone the atoms of a set share the longest and easiest border with, among the zones `of` names.
pub(crate) fn beside(graph: &Graph, atoms: &[u32], of: impl Fn(u32) -> u32) -> Option<u32> {
    let mut ease: BTreeMap<u32, f32> = BTreeMap::new();
    for &v in atoms {
        for arc in graph.arcs(v) {
            let zone = of(graph.to[arc]);
            if zone != NONE {
                *ease.entry(zone).or_insert(0.0) += graph.shared[arc].max(0.1) / (1.0 + graph.barrier[arc]);
            }
        }
    }
    ease.into_iter().max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0))).map(|(zone, _)| zone)
}
