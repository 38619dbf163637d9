//! 网络搜索 Bounded search over the street graph from many places at once, partial first and last edges included.

use crate::{Costs, Snap, StreetGraph};

/// 可达结果 How far a place is from its nearest source.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reached {
    /// Distance in the profile's millimetres, access on both sides included.
    pub distance_mm: u32,
    /// The source: its place in the list the search was given.
    pub source: u32,
}

const NOWHERE: Reached = Reached { distance_mm: u32::MAX, source: u32::MAX };

/// Most buckets of the queue.
const BUCKETS: u32 = 1 << 11;

/// 距离场 Distances from the nearest source to every junction within a cut-off.
///
/// Can be run again and again; what a run leaves behind is cleared by the next.
#[derive(Clone, Debug, Default)]
pub struct Field {
    node: Vec<Reached>,
    touched: Vec<u32>,
    buckets: Vec<Vec<(Reached, u32)>>,
    /// Sources by edge: `(edge, cost from the edge's start, access, source)`.
    on_edge: Vec<(u32, u32, u32, u32)>,
    cutoff_mm: u32,
    /// The farthest bucket anything lies in.
    last: usize,
}

/// Searches from many sources at once up to a cut-off, in the profile's millimetres, the way it goes from the sources: one-way
/// edges are used forward only, by those they bind. Each place belongs to the nearest
/// source, of equally near ones to the first.
#[must_use]
pub fn nearest_source(graph: &StreetGraph, costs: &Costs, sources: &[Snap], cutoff_mm: u32) -> Field {
    let mut field = Field::default();
    field.run(graph, costs, sources, cutoff_mm);
    field
}

impl Field {
    /// The search of [`nearest_source`] in memory used before.
    pub fn run(&mut self, graph: &StreetGraph, costs: &Costs, sources: &[Snap], cutoff_mm: u32) {
        self.search(graph, costs, sources, cutoff_mm, None);
    }

    /// The same search, ended as soon as all of some junctions are settled. [`Field::at_node`] is exact for those, and
    /// [`Field::distance_to`] for places on edges both of whose ends are among them; of others nothing may be asked.
    pub fn run_to(
        &mut self,
        graph: &StreetGraph,
        costs: &Costs,
        sources: &[Snap],
        cutoff_mm: u32,
        junctions: &[u32],
    ) {
        // Those that cannot be reached at all would keep the search going to its cut-off.
        let mut near: Vec<u32> = sources.iter().filter_map(|source| graph.component(source.edge)).collect();
        near.sort_unstable();
        near.dedup();
        let same = |node: &u32| graph.component_of(*node).is_some_and(|own| near.binary_search(&own).is_ok());
        let left: Vec<u32> = junctions.iter().copied().filter(same).collect();
        self.search(graph, costs, sources, cutoff_mm, Some(left));
    }

    fn search(
        &mut self,
        graph: &StreetGraph,
        costs: &Costs,
        sources: &[Snap],
        cutoff_mm: u32,
        mut left: Option<Vec<u32>>,
    ) {
        for node in self.touched.drain(..) {
            self.node[node as usize] = NOWHERE;
        }
        self.node.resize(graph.nodes().len(), NOWHERE);
        self.on_edge.clear();
        self.last = 0;
        // The largest value stands for "nowhere".
        self.cutoff_mm = cutoff_mm.min(u32::MAX - 1);
        let mut shift = 12; // four metres
        while self.cutoff_mm >> shift >= BUCKETS {
            shift += 1;
        }
        let buckets = (self.cutoff_mm >> shift) as usize + 1;
        if self.buckets.len() < buckets {
            self.buckets.resize_with(buckets, Vec::new);
        }
        for (source, snap) in (0u32..).zip(sources) {
            let Some((before, after)) = costs.split(graph, snap.edge, snap.along_mm) else { continue };
            let edge = graph.edges()[snap.edge as usize];
            self.on_edge.push((snap.edge, before, snap.access_mm, source));
            let (forward, back) = costs.ways(snap.edge);
            if back {
                self.label(edge.a, u64::from(snap.access_mm) + u64::from(before), source, shift);
            }
            if forward {
                self.label(edge.b, u64::from(snap.access_mm) + u64::from(after), source, shift);
            }
        }
        self.on_edge.sort_unstable();
        if left.as_ref().is_some_and(Vec::is_empty) {
            self.buckets[..=self.last].iter_mut().for_each(Vec::clear);
            return;
        }
        let directed = costs.directed();
        // A node improved again is queued again, so buckets need no order inside and the result does not depend on it.
        for bucket in 0..buckets {
            while let Some((reached, node)) = self.buckets[bucket].pop() {
                if self.node[node as usize] < reached {
                    continue;
                }
                for &(next, edge) in graph.arcs(node) {
                    if let Some(cost) = costs.edge(edge) {
                        if directed {
                            let (forward, back) = costs.ways(edge);
                            let ends = graph.edges()[edge as usize];
                            // A loop leads to where it began, whichever way.
                            if !(if ends.a == node { forward } else { back }) {
                                continue;
                            }
                        }
                        let distance = u64::from(reached.distance_mm) + u64::from(cost);
                        self.label(next, distance, reached.source, shift);
                    }
                }
            }
            // What lies in the buckets so far is settled.
            if let Some(left) = &mut left {
                let settled = |node: u32| (self.node[node as usize].distance_mm >> shift) as usize <= bucket;
                while left.last().is_some_and(|&node| settled(node)) {
                    left.pop();
                }
                if left.is_empty() {
                    self.buckets[bucket..=self.last.max(bucket)].iter_mut().for_each(Vec::clear);
                    return;
                }
            }
        }
    }

    fn label(&mut self, node: u32, distance: u64, source: u32, shift: u32) {
        if distance > u64::from(self.cutoff_mm) {
            return;
        }
        let reached = Reached { distance_mm: distance as u32, source };
        let slot = &mut self.node[node as usize];
        if reached < *slot {
            if *slot == NOWHERE {
                self.touched.push(node);
            }
            *slot = reached;
            let bucket = (reached.distance_mm >> shift) as usize;
            self.last = self.last.max(bucket);
            self.buckets[bucket].push((reached, node));
        }
    }

    /// The cut-off of the last run.
    #[must_use]
    pub const fn cutoff_mm(&self) -> u32 {
        self.cutoff_mm
    }

    /// The junctions within the cut-off, in no order that means anything.
    pub fn reached(&self) -> impl Iterator<Item = u32> + '_ {
        self.touched.iter().copied()
    }

    /// The nearest source of a junction; `None` beyond the cut-off.
    #[must_use]
    pub fn at_node(&self, node: u32) -> Option<Reached> {
        self.node.get(node as usize).copied().filter(|&reached| reached != NOWHERE)
    }

    /// The nearest source of a place, its own access counted; `None` beyond the cut-off or on an edge the profile
    /// cannot use. `graph` and `costs` must be those of the search.
    #[must_use]
    pub fn distance_to(&self, graph: &StreetGraph, costs: &Costs, snap: &Snap) -> Option<Reached> {
        let (before, after) = costs.split(graph, snap.edge, snap.along_mm)?;
        let edge = graph.edges()[snap.edge as usize];
        let mut best: Option<(u64, u32)> = None;
        let mut offer = |distance: u64, source: u32| {
            let total = distance + u64::from(snap.access_mm);
            if best.is_none_or(|best| (total, source) < best) {
                best = Some((total, source));
            }
        };
        let (forward, back) = costs.ways(snap.edge);
        for (node, rest, open) in [(edge.a, before, forward), (edge.b, after, back)] {
            if let Some(reached) = self.at_node(node).filter(|_| open) {
                offer(u64::from(reached.distance_mm) + u64::from(rest), reached.source);
            }
        }
        let start = self.on_edge.partition_point(|&(edge, ..)| edge < snap.edge);
        for &(_, place, access, source) in
            self.on_edge[start..].iter().take_while(|&&(edge, ..)| edge == snap.edge)
        {
            if place == before || (if place < before { forward } else { back }) {
                offer(u64::from(access) + u64::from(place.abs_diff(before)), source);
            }
        }
        let (total, source) = best.filter(|&(total, _)| total <= u64::from(self.cutoff_mm))?;
        Some(Reached { distance_mm: total as u32, source })
    }

    /// 可达路段 The stretches of an edge within a limit, as places along it, mm from its start: disjoint, ascending, exact where
    /// the walk ends. The limit counts up to the cut-off only; `graph` and `costs` must be those of the search.
    #[must_use]
    pub fn stretches(&self, graph: &StreetGraph, costs: &Costs, edge: u32, limit_mm: u32) -> Vec<(u32, u32)> {
        let Some(cost) = costs.edge(edge) else { return Vec::new() };
        let Some(facts) = graph.edges().get(edge as usize) else { return Vec::new() };
        let (length, limit) = (facts.length_mm, limit_mm.min(self.cutoff_mm));
        // How many millimetres of the edge so much of the profile's distance is.
        let part = |left: u32| match cost {
            0 => length,
            _ => (u64::from(left) * u64::from(length) / u64::from(cost)).min(u64::from(length)) as u32,
        };
        let mut found: Vec<(u32, u32)> = Vec::new();
        let left_at = |node: u32| limit.checked_sub(self.at_node(node)?.distance_mm);
        let (forward, back) = costs.ways(edge);
        if let Some(left) = left_at(facts.a).filter(|_| forward) {
            found.push((0, part(left)));
        }
        if let Some(left) = left_at(facts.b).filter(|_| back) {
            found.push((length - part(left), length));
        }
        let start = self.on_edge.partition_point(|&(other, ..)| other < edge);
        for &(_, place, access, _) in self.on_edge[start..].iter().take_while(|&&(other, ..)| other == edge) {
            if let Some(left) = limit.checked_sub(access) {
                let (middle, reach) = (part(place), part(left));
                let from = if back { middle.saturating_sub(reach) } else { middle };
                let to = if forward { middle.saturating_add(reach) } else { middle };
                found.push((from, to.min(length)));
            }
        }
        found.sort_unstable();
        let mut told: Vec<(u32, u32)> = Vec::new();
        for (from, to) in found.into_iter().filter(|(from, to)| from < to) {
            match told.last_mut() {
                Some(last) if from <= last.1 => last.1 = last.1.max(to),
                _ => told.push((from, to)),
            }
        }
        told
    }
}
