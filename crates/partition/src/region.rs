//! 邻域 A region: the atoms of a few neighbouring zones, and random spanning trees of it.

use crate::dp::Tree;
use crate::graph::{BUILDING, Graph, NONE, UNIT};
use crate::problem::Problem;
use rand::{Rng, RngCore};
use rand_chacha::ChaCha8Rng;

/// An edge inside a region, by positions in [`Region::atoms`].
#[derive(Copy, Clone, Debug)]
pub(crate) struct Inner {
    /// One end.
    pub a: u32,
    /// The other end, larger.
    pub b: u32,
    /// Shared border, metres.
    pub shared: f32,
    /// Barrier cost.
    pub barrier: f32,
    /// Barrier cost and detour: what a tree minds.
    pub hindrance: f32,
}

/// What stays in one piece while a tree is drawn and cut.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Grain {
    /// Nothing: atoms are cut apart freely.
    Atom,
    /// Stairwell units.
    Unit,
    /// Buildings.
    Building,
}

/// Atoms taken together to be divided anew. Built again for every move, so all memory is kept.
#[derive(Clone, Debug, Default)]
pub(crate) struct Region {
    /// The atoms.
    pub atoms: Vec<u32>,
    /// The edges between them.
    pub edges: Vec<Inner>,
    local: Vec<u32>,
    keys: Vec<u64>,
    root: Vec<u32>,
    class: Vec<u32>,
    size: Vec<u32>,
    first: Vec<u32>,
    far: Vec<(u32, u32)>,
    slot: Vec<u32>,
    chosen: Vec<u32>,
    /// Position in the tree of each atom.
    pub place: Vec<u32>,
}

impl Region {
    /// Takes over `self.atoms` as filled by the caller and finds the edges between them.
    pub fn close(&mut self, graph: &Graph) {
        if self.local.len() < graph.len() {
            self.local.resize(graph.len(), NONE);
        }
        for (i, &v) in self.atoms.iter().enumerate() {
            self.local[v as usize] = i as u32;
        }
        self.edges.clear();
        for (a, &v) in self.atoms.iter().enumerate() {
            for arc in graph.arcs(v) {
                let b = self.local[graph.to[arc] as usize];
                if b != NONE && a as u32 > b {
                    continue;
                }
                if b != NONE {
                    let (shared, barrier) = (graph.shared[arc], graph.barrier[arc]);
                    let hindrance = barrier + graph.detour.get(arc).copied().unwrap_or(0.0);
                    self.edges.push(Inner { a: a as u32, b, shared, barrier, hindrance });
                }
            }
        }
        for &v in &self.atoms {
            self.local[v as usize] = NONE;
        }
    }

    /// A point near the region, to measure from.
    pub fn origin(&self, graph: &Graph) -> (f32, f32) {
        self.atoms.first().map_or((0.0, 0.0), |&v| graph.at[v as usize])
    }

    /// Draws a random spanning tree; `false` if the region is not connected. `noise` is the spread of random costs.
    ///
    /// Edges that lead over barriers, far around or out of a unit, building, compound, kind or present zone come late in Kruskal's order, so that
    /// the tree meets every group in as few pieces as it can; in a `plain` tree all edges are alike.
    pub fn tree(
        &mut self,
        problem: &Problem,
        grain: Grain,
        noise: f32,
        plain: bool,
        rng: &mut ChaCha8Rng,
        tree: &mut Tree,
    ) -> bool {
        let n = self.atoms.len();
        tree.clear();
        if n == 0 {
            return false;
        }
        let graph = &problem.graph;
        self.root.clear();
        self.root.extend(0..n as u32);
        self.size.clear();
        self.size.extend(self.atoms.iter().map(|&v| graph.load[v as usize]));
        if grain != Grain::Atom {
            self.contract(problem, grain);
        }
        self.class.clear();
        for i in 0..n as u32 {
            let class = find(&mut self.root, i);
            self.class.push(class);
        }
        self.keys.clear();
        for (row, edge) in self.edges.iter().enumerate() {
            let draw = (rng.next_u32() >> 8) as f32 / (1 << 24) as f32;
            let weight = if plain {
                draw
            } else {
                draw * (1.0 + edge.hindrance.min(30.0)) + self.surcharge(graph, edge)
            };
            self.keys.push(u64::from((weight * 65_536.0) as u32) << 32 | row as u64);
        }
        self.keys.sort_unstable();
        self.chosen.clear();
        for i in 0..self.keys.len() {
            let row = self.keys[i] as u32;
            let edge = self.edges[row as usize];
            let (a, b) = (find(&mut self.root, edge.a), find(&mut self.root, edge.b));
            if a != b {
                self.root[a.max(b) as usize] = a.min(b);
                self.chosen.push(row);
            }
        }
        self.order(problem, noise, rng, tree)
    }

    /// Joins the atoms of each unit or building that touch each other, unless a zone could not hold them.
    fn contract(&mut self, problem: &Problem, grain: Grain) {
        let graph = &problem.graph;
        let upper = u64::from(problem.sums.upper());
        for i in 0..self.edges.len() {
            let edge = self.edges[i];
            let (v, w) = (self.atoms[edge.a as usize], self.atoms[edge.b as usize]);
            let same = |level: usize| {
                let group = graph.group[level][v as usize];
                group != NONE && group == graph.group[level][w as usize]
            };
            if same(UNIT) || (grain == Grain::Building && same(BUILDING)) {
                let (a, b) = (find(&mut self.root, edge.a), find(&mut self.root, edge.b));
                if a != b {
                    let (keep, gone) = (a.min(b), a.max(b));
                    let load = u64::from(self.size[keep as usize]) + u64::from(self.size[gone as usize]);
                    if load <= upper {
                        self.root[gone as usize] = keep;
                        self.size[keep as usize] = load as u32;
                    }
                }
            }
        }
    }

    fn surcharge(&self, graph: &Graph, edge: &Inner) -> f32 {
        let (v, w) = (self.atoms[edge.a as usize] as usize, self.atoms[edge.b as usize] as usize);
        let same =
            |level: usize| graph.group[level][v] != NONE && graph.group[level][v] == graph.group[level][w];
        if same(UNIT) {
            return 0.0;
        }
        let mut sum = 0.3;
        // A tree that leaves each present zone late meets it in one piece, so that a cut can follow the present border.
        if graph.home.get(v) != graph.home.get(w) {
            sum += 1.0;
        }
        if !same(BUILDING) {
            sum += 0.5;
        }
        if graph.area[v] != graph.area[w] {
            sum += 0.7;
        }
        if graph.kind[v] != graph.kind[w] && graph.kind[v] != 0 && graph.kind[w] != 0 {
            sum += 0.5;
        }
        sum
    }

    /// Roots the chosen edges at a random vertex and lists the contracted vertices parents first.
    fn order(&mut self, problem: &Problem, noise: f32, rng: &mut ChaCha8Rng, tree: &mut Tree) -> bool {
        let n = self.atoms.len();
        self.first.clear();
        self.first.resize(n + 1, 0);
        for &row in &self.chosen {
            let edge = self.edges[row as usize];
            self.first[self.class[edge.a as usize] as usize + 1] += 1;
            self.first[self.class[edge.b as usize] as usize + 1] += 1;
        }
        for i in 0..n {
            self.first[i + 1] += self.first[i];
        }
        self.slot.clear();
        self.slot.extend_from_slice(&self.first[..n]);
        self.far.clear();
        self.far.resize(2 * self.chosen.len(), (0, 0));
        for &row in &self.chosen {
            let edge = self.edges[row as usize];
            let (a, b) = (self.class[edge.a as usize], self.class[edge.b as usize]);
            for (from, to) in [(a, b), (b, a)] {
                let slot = &mut self.slot[from as usize];
                self.far[*slot as usize] = (to, row);
                *slot += 1;
            }
        }
        // `slot` now serves as the position of each class in the tree.
        self.slot.fill(NONE);
        let start = self.class[rng.random_range(0..n)];
        tree.node.push(start);
        tree.parent.push(0);
        tree.load.push(self.size[start as usize]);
        tree.cut.push(0.0);
        tree.keep.push(0.0);
        self.slot[start as usize] = 0;
        let mut head = 0;
        while head < tree.node.len() {
            let class = tree.node[head];
            let range = self.first[class as usize] as usize..self.first[class as usize + 1] as usize;
            for &(to, row) in &self.far[range] {
                if self.slot[to as usize] == NONE {
                    let edge = self.edges[row as usize];
                    self.slot[to as usize] = tree.node.len() as u32;
                    tree.node.push(to);
                    tree.parent.push(head as u32);
                    tree.load.push(self.size[to as usize]);
                    let (cut, keep) = self.edge_costs(problem, &edge);
                    let draw = (rng.next_u32() >> 8) as f32 / (1 << 24) as f32;
                    tree.cut.push(cut + noise * draw);
                    tree.keep.push(keep);
                }
            }
            head += 1;
        }
        self.place.clear();
        self.place.extend(self.class.iter().map(|&class| self.slot[class as usize]));
        self.place.iter().all(|&place| place != NONE)
    }

    /// What cutting and keeping a tree edge cost in the dynamic programme: a forecast of the objective.
    fn edge_costs(&self, problem: &Problem, edge: &Inner) -> (f32, f32) {
        let graph = &problem.graph;
        let terms = &problem.terms;
        let (v, w) = (self.atoms[edge.a as usize] as usize, self.atoms[edge.b as usize] as usize);
        let same =
            |level: usize| graph.group[level][v] != NONE && graph.group[level][v] == graph.group[level][w];
        let mut cut = terms.outline * edge.shared;
        let mut keep = (terms.barrier * edge.barrier).min(10.0);
        if same(UNIT) {
            cut += 0.5 * terms.split[UNIT];
        }
        if same(BUILDING) {
            cut += 0.5 * terms.split[BUILDING];
        }
        if graph.area[v] != graph.area[w] {
            keep += 0.2 * terms.area;
        }
        if graph.kind[v] != graph.kind[w] && graph.kind[v] != 0 && graph.kind[w] != 0 {
            keep += 0.2 * terms.kind;
        }
        (cut, keep)
    }
}

/// The root of an element, shortening the path on the way.
pub(crate) fn find(root: &mut [u32], mut i: u32) -> u32 {
    while root[i as usize] != i {
        root[i as usize] = root[root[i as usize] as usize];
        i = root[i as usize];
    }
    i
}
