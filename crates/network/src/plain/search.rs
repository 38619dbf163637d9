//! Label-correcting search over a ring of buckets.
//!
//! Buckets need no order inside: a node improved again is queued again, and what is final is the smallest sum of
//! lengths over all paths, which does not depend on the order of the queue.

use super::{DIRECT, PlainGraph};

/// What a search carries along: a distance, alone or with the source it is measured from.
pub trait Label: Copy {
    /// Nothing reached yet.
    const NONE: Self;
    /// The label after `length` more.
    #[must_use]
    fn plus(self, length: f64) -> Self;
    /// Whether this label is strictly better.
    fn beats(self, other: Self) -> bool;
    /// The distance.
    fn distance(self) -> f64;
}

impl Label for f64 {
    const NONE: Self = Self::INFINITY;
    fn plus(self, length: f64) -> Self {
        self + length
    }
    fn beats(self, other: Self) -> bool {
        self < other
    }
    fn distance(self) -> f64 {
        self
    }
}

impl Label for (f64, u32) {
    const NONE: Self = (f64::INFINITY, u32::MAX);
    fn plus(self, length: f64) -> Self {
        (self.0 + length, self.1)
    }
    fn beats(self, other: Self) -> bool {
        self.0 < other.0 || (self.0 == other.0 && self.1 < other.1)
    }
    fn distance(self) -> f64 {
        self.0
    }
}

/// Most buckets a ring may have.
const RING: usize = 1 << 16;

/// 搜索空间 The memory of a search, to be used again and again, also on other graphs.
#[derive(Clone, Debug)]
pub struct Scratch<L> {
    /// Label by position; all [`Label::NONE`] between searches.
    labels: Vec<L>,
    /// Positions labelled in this search.
    touched: Vec<u32>,
    ring: Vec<Vec<(L, u32)>>,
    found: Vec<(u32, L)>,
}

/// 搜索空间 For [`PlainGraph::bounded`].
pub type Search = Scratch<f64>;
/// 搜索空间 For [`PlainGraph::nearest`].
pub type NearestSearch = Scratch<(f64, u32)>;

impl<L> Default for Scratch<L> {
    fn default() -> Self {
        Self { labels: Vec::new(), touched: Vec::new(), ring: Vec::new(), found: Vec::new() }
    }
}

impl<L: Label> Scratch<L> {
    pub(super) fn found(&self) -> &[(u32, L)] {
        &self.found
    }

    pub(super) fn run(&mut self, graph: &PlainGraph, sources: impl Iterator<Item = (u32, L)>, cutoff: f64) {
        if self.labels.len() < graph.node.len() {
            self.labels.resize(graph.node.len(), L::NONE);
        }
        // Half a mean arc: narrow enough that few nodes are scanned twice, wide enough that few buckets are empty.
        let width = (graph.mean * 0.5).max(graph.longest / (RING - 4) as f64).max(f64::MIN_POSITIVE);
        let buckets = ((graph.longest / width) as usize + 3).next_power_of_two();
        if self.ring.len() < buckets {
            self.ring.resize_with(buckets, Vec::new);
        }
        let mut run = Run {
            graph,
            cutoff,
            per_unit: 1.0 / width,
            mask: buckets - 1,
            waiting: 0,
            labels: &mut self.labels,
            touched: &mut self.touched,
            ring: &mut self.ring,
        };
        for (node, label) in sources {
            if let Some(&position) = graph.place.get(node as usize) {
                run.start(position, label);
            }
        }
        run.settle();
        self.found.clear();
        self.found.reserve(self.touched.len());
        for &position in &self.touched {
            let label = &mut self.labels[position as usize];
            self.found.push((graph.node[position as usize], *label));
            *label = L::NONE;
        }
        self.touched.clear();
    }
}

struct Run<'a, L> {
    graph: &'a PlainGraph,
    cutoff: f64,
    per_unit: f64,
    mask: usize,
    waiting: usize,
    labels: &'a mut [L],
    touched: &'a mut Vec<u32>,
    ring: &'a mut [Vec<(L, u32)>],
}

impl<L: Label> Run<'_, L> {
    /// Labels a position if that is better; whether it was.
    #[inline(always)]
    fn improve(&mut self, position: u32, label: L) -> bool {
        let slot = &mut self.labels[position as usize];
        // A distance over the cut-off fails here too, and so does an overflow to infinity under an endless cut-off.
        if !(label.distance() <= self.cutoff && label.beats(*slot)) {
            return false;
        }
        if slot.distance() == f64::INFINITY {
            self.touched.push(position);
        }
        *slot = label;
        true
    }

    #[inline(always)]
    fn reach(&mut self, junction: u32, label: L) {
        if self.improve(junction, label) {
            let bucket = (label.distance() * self.per_unit) as usize & self.mask;
            self.ring[bucket].push((label, junction));
            self.waiting += 1;
        }
    }

    fn start(&mut self, position: u32, label: L) {
        if position < self.graph.junctions {
            return self.reach(position, label);
        }
        if self.improve(position, label) {
            let code = self.graph.chain_of[(position - self.graph.junctions) as usize];
            let place = position - self.graph.chains[code as usize].inner;
            self.forward(code, place + 1, label);
            self.backward(code, place, label);
        }
    }

    /// Walks a chain from its step number `step` to the end, or until someone was there before.
    fn forward(&mut self, chain: u32, step: u32, mut label: L) {
        let graph = self.graph;
        let chain = graph.chains[chain as usize];
        for i in step..chain.count {
            label = label.plus(graph.steps[(chain.steps + i) as usize]);
            if !self.improve(chain.inner + i, label) {
                return;
            }
        }
        self.reach(chain.to, label.plus(graph.steps[(chain.steps + chain.count) as usize]));
    }

    /// Walks a chain from its step number `step` back to the start.
    fn backward(&mut self, chain: u32, step: u32, mut label: L) {
        let graph = self.graph;
        let chain = graph.chains[chain as usize];
        for i in (1..=step).rev() {
            label = label.plus(graph.steps[(chain.steps + i) as usize]);
            if !self.improve(chain.inner + i - 1, label) {
                return;
            }
        }
        self.reach(chain.from, label.plus(graph.steps[chain.steps as usize]));
    }

    fn settle(&mut self) {
        let graph = self.graph;
        let mut bucket = 0usize;
        while self.waiting > 0 {
            while let Some((label, junction)) = self.ring[bucket].pop() {
                self.waiting -= 1;
                if self.labels[junction as usize].beats(label) {
                    continue;
                }
                let (from, to) = (graph.first[junction as usize], graph.first[junction as usize + 1]);
                for arc in &graph.arcs[from as usize..to as usize] {
                    match arc.chain {
                        DIRECT => self.reach(arc.head, label.plus(arc.length)),
                        code if code & 1 == 0 => self.forward(code >> 1, 0, label),
                        code => {
                            let count = graph.chains[(code >> 1) as usize].count;
                            self.backward(code >> 1, count, label);
                        }
                    }
                }
            }
            bucket = (bucket + 1) & self.mask;
        }
    }
}
