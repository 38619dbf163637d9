//! Folding nodes of degree two into chains and numbering the rest breadth first, so that neighbours lie close.

use super::{Arc, Chain, DIRECT, PlainGraph};
use crate::NetworkError;

/// Neighbours in both directions, parallel edges reduced to the shortest.
struct Adjacency {
    first: Vec<u32>,
    to: Vec<(u32, f64)>,
}

impl Adjacency {
    fn new(nodes: u32, edges: &[(u32, u32, f64)]) -> Result<Self, NetworkError> {
        if edges.len() >= 1 << 31 {
            return Err(NetworkError::TooLarge { edges: edges.len() });
        }
        let n = nodes as usize;
        let mut first = vec![0u32; n + 1];
        for (row, &(a, b, length)) in edges.iter().enumerate() {
            if let Some(node) = [a, b].into_iter().find(|&node| node >= nodes) {
                return Err(NetworkError::NoSuchNode { row, node, nodes });
            }
            if !(length.is_finite() && length >= 0.0) {
                return Err(NetworkError::BadLength { row, length });
            }
            if a != b {
                first[a as usize + 1] += 1;
                first[b as usize + 1] += 1;
            }
        }
        for i in 0..n {
            first[i + 1] += first[i];
        }
        let mut next = first.clone();
        let mut to = vec![(0u32, 0.0f64); first[n] as usize];
        for &(a, b, length) in edges.iter().filter(|&&(a, b, _)| a != b) {
            // `+ 0.0` turns -0.0 into 0.0.
            for (u, v) in [(a, b), (b, a)] {
                to[next[u as usize] as usize] = (v, length + 0.0);
                next[u as usize] += 1;
            }
        }
        let mut kept = 0usize;
        let mut compact = vec![0u32; n + 1];
        for u in 0..n {
            let (start, end) = (first[u] as usize, first[u + 1] as usize);
            to[start..end].sort_unstable_by(|x, y| x.0.cmp(&y.0).then(x.1.total_cmp(&y.1)));
            let begin = kept;
            for i in start..end {
                if kept == begin || to[kept - 1].0 != to[i].0 {
                    to[kept] = to[i];
                    kept += 1;
                }
            }
            compact[u + 1] = kept as u32;
        }
        to.truncate(kept);
        Ok(Self { first: compact, to })
    }

    fn of(&self, node: u32) -> &[(u32, f64)] {
        &self.to[self.first[node as usize] as usize..self.first[node as usize + 1] as usize]
    }

    /// The neighbour of a node of degree two one does not come from, and how far it is.
    fn onward(&self, node: u32, from: u32) -> (u32, f64) {
        let both = self.of(node);
        if both[0].0 == from { both[1] } else { both[0] }
    }
}

/// Which nodes the search must stop at: all that are not of degree two, and one node of each ring that has no other.
fn junctions(adjacency: &Adjacency, nodes: u32) -> Vec<bool> {
    let mut junction: Vec<bool> = (0..nodes).map(|node| adjacency.of(node).len() != 2).collect();
    let mut seen = junction.clone();
    let walk = |start: u32, junction: &[bool], seen: &mut [bool]| {
        for &(next, _) in adjacency.of(start) {
            let (mut from, mut at) = (start, next);
            while !junction[at as usize] && !seen[at as usize] {
                seen[at as usize] = true;
                (from, at) = (at, adjacency.onward(at, from).0);
            }
        }
    };
    for node in (0..nodes).filter(|&node| junction[node as usize]).collect::<Vec<_>>() {
        walk(node, &junction, &mut seen);
    }
    for node in 0..nodes {
        if !seen[node as usize] {
            junction[node as usize] = true;
            seen[node as usize] = true;
            walk(node, &junction, &mut seen);
        }
    }
    junction
}

/// All nodes, breadth first from the lowest of each component.
fn breadth_first(adjacency: &Adjacency, nodes: u32) -> Vec<u32> {
    let mut order = Vec::with_capacity(nodes as usize);
    let mut seen = vec![false; nodes as usize];
    for start in 0..nodes {
        if seen[start as usize] {
            continue;
        }
        seen[start as usize] = true;
        let mut head = order.len();
        order.push(start);
        while let Some(&node) = order.get(head) {
            head += 1;
            for &(next, _) in adjacency.of(node) {
                if !seen[next as usize] {
                    seen[next as usize] = true;
                    order.push(next);
                }
            }
        }
    }
    order
}

pub(super) fn fold(nodes: u32, edges: &[(u32, u32, f64)]) -> Result<PlainGraph, NetworkError> {
    let adjacency = Adjacency::new(nodes, edges)?;
    let junction = junctions(&adjacency, nodes);
    let mut node: Vec<u32> =
        breadth_first(&adjacency, nodes).into_iter().filter(|&node| junction[node as usize]).collect();
    let mut place = vec![u32::MAX; nodes as usize];
    for (position, &node) in (0u32..).zip(&node) {
        place[node as usize] = position;
    }
    let count = node.len();
    let mut chains: Vec<Chain> = Vec::new();
    let mut steps = Vec::new();
    let mut chain_of = Vec::new();
    // Arcs by tail: `(tail, arc)`, in the order they are found, then grouped.
    let mut found: Vec<(u32, Arc)> = Vec::new();
    for from in 0..count as u32 {
        let start = node[from as usize];
        for &(next, length) in adjacency.of(start) {
            if junction[next as usize] {
                found.push((from, Arc { head: place[next as usize], chain: DIRECT, length }));
                continue;
            }
            if place[next as usize] != u32::MAX {
                continue; // walked from its other end
            }
            let number = chains.len() as u32;
            let mut chain =
                Chain { from, to: 0, inner: node.len() as u32, count: 0, steps: steps.len() as u32 };
            let (mut before, mut at) = (start, next);
            steps.push(length);
            while !junction[at as usize] {
                place[at as usize] = node.len() as u32;
                node.push(at);
                chain_of.push(number);
                chain.count += 1;
                let (after, length) = adjacency.onward(at, before);
                steps.push(length);
                (before, at) = (at, after);
            }
            chain.to = place[at as usize];
            chains.push(chain);
            found.push((from, Arc { head: chain.to, chain: number << 1, length: 0.0 }));
            found.push((chain.to, Arc { head: from, chain: number << 1 | 1, length: 0.0 }));
        }
    }
    let mut first = vec![0u32; count + 1];
    for &(tail, _) in &found {
        first[tail as usize + 1] += 1;
    }
    for i in 0..count {
        first[i + 1] += first[i];
    }
    found.sort_by_key(|&(tail, _)| tail);
    let whole = |arc: &Arc| match arc.chain {
        DIRECT => arc.length,
        code => {
            let chain = chains[(code >> 1) as usize];
            steps[chain.steps as usize..=(chain.steps + chain.count) as usize].iter().sum()
        }
    };
    let (mut sum, mut longest) = (0.0, 0.0f64);
    for (_, arc) in &found {
        let length = whole(arc);
        sum += length;
        longest = longest.max(length);
    }
    let mean = if found.is_empty() { 0.0 } else { sum / found.len() as f64 };
    let arcs = found.into_iter().map(|(_, arc)| arc).collect();
    Ok(PlainGraph {
        place,
        node,
        junctions: count as u32,
        first,
        arcs,
        chains,
        steps,
        chain_of,
        mean,
        longest,
    })
}
