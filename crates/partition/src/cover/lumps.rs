//! Joining the atoms of a region to lumps.

use super::{Cover, MOST};
use crate::graph::{BUILDING, NONE, UNIT};
use crate::problem::Problem;
use crate::region::{Inner, Region, find};
use rand::Rng;
use rand_chacha::ChaCha8Rng;

impl Cover {
    /// Joins atoms to lumps of at most `cap`; `false` if there are still too many.
    pub(super) fn lumps(
        &mut self,
        problem: &Problem,
        region: &Region,
        old: &[u32],
        cap: u64,
        rng: &mut ChaCha8Rng,
    ) -> bool {
        let graph = &problem.graph;
        let n = region.atoms.len();
        self.root.clear();
        self.root.extend(0..n as u32);
        self.size.clear();
        self.size.extend(region.atoms.iter().map(|&v| u64::from(graph.load[v as usize])));
        self.order.clear();
        self.order.extend(0..region.edges.len() as u32);
        for i in (1..self.order.len()).rev() {
            self.order.swap(i, rng.random_range(0..=i));
        }
        // Zones as they are should mostly remain sets that can be chosen, so lumps mostly lie within one.
        let stray = [0, 5, 20][rng.random_range(0..3)];
        self.late.clear();
        self.order.retain(|&row| {
            let edge = &region.edges[row as usize];
            let late =
                (old[edge.a as usize] != old[edge.b as usize]) != (rng.random_range(0..100u32) < stray);
            if late {
                self.late.push(row);
            }
            !late
        });
        self.order.append(&mut self.late);
        // Groups first, then the rest, and only then the atoms without load: they hold lumps together.
        for level in [UNIT, BUILDING] {
            let group = |i: u32| graph.group[level][region.atoms[i as usize] as usize];
            self.join(
                region,
                |edge| group(edge.a) != NONE && group(edge.a) == group(edge.b),
                |a, b| a + b <= cap,
            );
        }
        if cap > 0 {
            self.join(region, |_| true, |a, b| a > 0 && b > 0 && a + b <= cap);
        }
        // Nothing but atoms without load is joined from here on.
        let empty = |i: u32| graph.load[region.atoms[i as usize] as usize] == 0;
        self.order.retain(|&row| {
            let edge = &region.edges[row as usize];
            empty(edge.a) || empty(edge.b)
        });
        if rng.random_range(0..4u32) == 0 {
            self.join(region, |_| true, |a, b| a == 0 && b == 0);
        }
        let loose = stray == 20;
        let mixed = |a: u64, b: u64| (a == 0) != (b == 0);
        let within = |edge: &Inner| loose || old[edge.a as usize] == old[edge.b as usize];
        while self.join(region, within, mixed) {}
        while self.join(region, |_| true, mixed) {}
        self.lump.clear();
        self.lump.resize(n, NONE);
        self.load.clear();
        for i in 0..n as u32 {
            let root = find(&mut self.root, i) as usize;
            if self.lump[root] == NONE {
                if self.load.len() == MOST {
                    return false;
                }
                self.lump[root] = self.load.len() as u32;
                self.load.push(self.size[root]);
            }
            self.lump[i as usize] = self.lump[root];
        }
        self.near.clear();
        self.near.resize(self.load.len(), 0);
        for edge in &region.edges {
            let (a, b) = (self.lump[edge.a as usize], self.lump[edge.b as usize]);
            if a != b {
                self.near[a as usize] |= 1 << b;
                self.near[b as usize] |= 1 << a;
            }
        }
        true
    }

    /// Joins the ends of edges that `may` be joined and whose loads `fit`; whether any were.
    fn join(
        &mut self,
        region: &Region,
        may: impl Fn(&Inner) -> bool,
        fit: impl Fn(u64, u64) -> bool,
    ) -> bool {
        let mut joined = false;
        for &row in &self.order {
            let edge = &region.edges[row as usize];
            if !may(edge) {
                continue;
            }
            let (a, b) = (find(&mut self.root, edge.a), find(&mut self.root, edge.b));
            if a != b && fit(self.size[a as usize], self.size[b as usize]) {
                let (keep, gone) = (a.min(b), a.max(b));
                self.root[gone as usize] = keep;
                self.size[keep as usize] += self.size[gone as usize];
                joined = true;
            }
        }
        joined
    }
}
