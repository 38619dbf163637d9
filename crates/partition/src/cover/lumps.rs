//! Joining the atoms of a region to lumps.

use super::{Cover, MOST};
use crate::graph::{BUILDING, NONE, UNIT};
use crate::problem::Problem;
use crate::region::{Region, find};
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
        self.order.sort_by_cached_key(|&row| {
            let edge = &region.edges[row as usize];
            (old[edge.a as usize] != old[edge.b as usize]) != (rng.random_range(0..100u32) < stray)
        });
        // Groups first, then the rest, and only then the atoms without load: they hold lumps together.
        for level in [UNIT, BUILDING] {
            let group = |i: u32| graph.group[level][region.atoms[i as usize] as usize];
            self.join(region, |a, b, i, j| a + b <= cap && group(i) != NONE && group(i) == group(j));
        }
        self.join(region, |a, b, _, _| a > 0 && b > 0 && a + b <= cap);
        if rng.random_range(0..4u32) == 0 {
            self.join(region, |a, b, _, _| a == 0 && b == 0);
        }
        let loose = stray == 20;
        while self
            .join(region, |a, b, i, j| (a == 0) != (b == 0) && (loose || old[i as usize] == old[j as usize]))
        {
        }
        while self.join(region, |a, b, _, _| (a == 0) != (b == 0)) {}
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

    /// Joins the ends of edges of which `may` says yes to both loads and both atoms; whether any were.
    fn join(&mut self, region: &Region, may: impl Fn(u64, u64, u32, u32) -> bool) -> bool {
        let mut joined = false;
        for i in 0..self.order.len() {
            let edge = &region.edges[self.order[i] as usize];
            let (a, b) = (find(&mut self.root, edge.a), find(&mut self.root, edge.b));
            if a != b && may(self.size[a as usize], self.size[b as usize], edge.a, edge.b) {
                let (keep, gone) = (a.min(b), a.max(b));
                self.root[gone as usize] = keep;
                self.size[keep as usize] += self.size[gone as usize];
                joined = true;
            }
        }
        joined
    }
}
