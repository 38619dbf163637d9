//! 余地 Land that is no grid yet, in connected pieces, and what taking some of it away would do to them.
//!
//! A city's leftover land is mostly one piece of everything between the areas. Whether an area can be taken out of it is
//! therefore asked from its edge: searches go out from all atoms around it in step, and end when all but one have met or
//! run out of land. The work is that of the smaller pieces, not of the city.

use crate::graph::NONE;
use crate::ground::Ground;

/// Pieces of land: the piece of each atom, and what each counts, milli-units.
pub(super) struct Pool {
    piece: Vec<u32>,
    load: Vec<u64>,
}

/// The searches around some atoms: which of them reached each atom, and which have met.
struct Searches {
    reached: std::collections::BTreeMap<u32, u32>,
    /// Atoms found by each search, and how many of them it has looked around from.
    found: Vec<(Vec<u32>, usize)>,
    root: Vec<u32>,
}

impl Pool {
    pub fn new(ground: &Ground, inside: impl Fn(u32) -> bool) -> Self {
        let mut pool = Self { piece: vec![NONE; ground.graph.len()], load: Vec::new() };
        for piece in ground.graph.components(inside) {
            for &v in &piece {
                pool.piece[v as usize] = pool.load.len() as u32;
            }
            pool.load.push(ground.total(&piece));
        }
        pool
    }

    /// Takes connected atoms out, unless that would leave more pieces that count something and cannot stand than there
    /// are; whether it did.
    pub fn take(&mut self, ground: &Ground, taken: &[u32], stands: impl Fn(u64) -> bool) -> bool {
        let Some(&first) = taken.first() else { return true };
        let whole = self.piece[first as usize];
        let before = self.load[whole as usize];
        let rest = before - ground.total(taken);
        for &v in taken {
            self.piece[v as usize] = NONE;
        }
        let small = self.cut_off(ground, taken, whole);
        let loads: Vec<u64> = small.iter().map(|atoms| ground.total(atoms)).collect();
        let main = rest - loads.iter().sum::<u64>();
        let bad = |load: u64| usize::from(load > 0 && !stands(load));
        if bad(main) + loads.iter().map(|&load| bad(load)).sum::<usize>() > bad(before) {
            for &v in taken {
                self.piece[v as usize] = whole;
            }
            return false;
        }
        self.load[whole as usize] = main;
        for (atoms, load) in small.into_iter().zip(loads) {
            for v in atoms {
                self.piece[v as usize] = self.load.len() as u32;
            }
            self.load.push(load);
        }
        true
    }

    /// The pieces a piece falls into without the taken atoms, all but the last one found.
    fn cut_off(&self, ground: &Ground, taken: &[u32], whole: u32) -> Vec<Vec<u32>> {
        let mut all =
            Searches { reached: std::collections::BTreeMap::new(), found: Vec::new(), root: Vec::new() };
        for &v in taken.iter().flat_map(|&v| ground.graph.near(v)) {
            if self.piece[v as usize] == whole && !all.reached.contains_key(&v) {
                let name = all.root.len() as u32;
                all.reached.insert(v, name);
                all.found.push((vec![v], 0));
                all.root.push(name);
            }
        }
        loop {
            // Searches that met are one; it still looks around while any of them does.
            let mut open: Vec<u32> = (0..all.root.len() as u32)
                .filter(|&s| all.found[s as usize].1 < all.found[s as usize].0.len())
                .map(|s| all.root_of(s))
                .collect();
            open.sort_unstable();
            open.dedup();
            if open.len() < 2 {
                return all.ended(open.first().copied());
            }
            for s in 0..all.root.len() as u32 {
                all.step(self, ground, s, whole);
            }
        }
    }
}

impl Searches {
    fn root_of(&self, mut s: u32) -> u32 {
        while self.root[s as usize] != s {
            s = self.root[s as usize];
        }
        s
    }

    /// Looks around from one more atom of a search.
    fn step(&mut self, pool: &Pool, ground: &Ground, s: u32, whole: u32) {
        let (atoms, looked) = &mut self.found[s as usize];
        let Some(&v) = atoms.get(*looked) else { return };
        *looked += 1;
        for &w in ground.graph.near(v) {
            if pool.piece[w as usize] != whole {
                continue;
            }
            match self.reached.get(&w) {
                None => {
                    self.reached.insert(w, s);
                    self.found[s as usize].0.push(w);
                }
                Some(&other) => {
                    let (a, b) = (self.root_of(s), self.root_of(other));
                    self.root[a.max(b) as usize] = a.min(b);
                }
            }
        }
    }

    /// The pieces that were searched to their end, without `open`; without any open, all but the largest.
    fn ended(self, open: Option<u32>) -> Vec<Vec<u32>> {
        let mut pieces: std::collections::BTreeMap<u32, Vec<u32>> = std::collections::BTreeMap::new();
        for (&v, &s) in &self.reached {
            pieces.entry(self.root_of(s)).or_default().push(v);
        }
        let largest = pieces.iter().max_by_key(|(root, atoms)| (atoms.len(), std::cmp::Reverse(**root)));
        let main = open.or_else(|| largest.map(|(&root, _)| root));
        pieces.into_iter().filter(|&(root, _)| Some(root) != main).map(|(_, atoms)| atoms).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::{Edge, Graph};
    use proptest::prelude::*;

    fn ground(side: u32, milli: &[u64]) -> Ground {
        let mut edges = Vec::new();
        for i in 0..side * side {
            if i % side + 1 < side {
                edges.push(Edge { a: i, b: i + 1, shared: 1.0, barrier: 0.0 });
            }
            if i + side < side * side {
                edges.push(Edge { a: i, b: i + side, shared: 1.0, barrier: 0.0 });
            }
        }
        let n = milli.len();
        Ground { graph: Graph::new(vec![0; n], vec![(0.0, 0.0); n], &edges), milli: milli.to_vec() }
    }

    proptest! {
        #[test]
        fn pieces_are_those_a_search_of_everything_finds(
            milli in prop::collection::vec(0u64..4, 36),
            hidden in prop::collection::vec(any::<bool>(), 36),
            wanted in prop::collection::vec(prop::collection::btree_set(0u32..36, 1..9), 1..6),
        ) {
            let ground = ground(6, &milli);
            let mut inside: Vec<bool> = hidden.iter().zip(0u32..).map(|(&hide, i)| !hide || i.is_multiple_of(3)).collect();
            let mut pool = Pool::new(&ground, |v| inside[v as usize]);
            let stands = |load: u64| load.is_multiple_of(3);
            for set in wanted {
                let parts = ground.graph.components(|v| set.contains(&v) && inside[v as usize]);
                let Some(taken) = parts.into_iter().next() else { continue };
                let bad = |inside: &[bool]| {
                    let pieces = ground.graph.components(|v| inside[v as usize]);
                    pieces.iter().map(|p| ground.total(p)).filter(|&load| load > 0 && !stands(load)).count()
                };
                let mut after = inside.clone();
                taken.iter().for_each(|&v| after[v as usize] = false);
                let may = bad(&after) <= bad(&inside);
                prop_assert_eq!(pool.take(&ground, &taken, stands), may);
                if may {
                    inside = after;
                }
                for piece in ground.graph.components(|v| inside[v as usize]) {
                    let name = pool.piece[piece[0] as usize];
                    prop_assert!(piece.iter().all(|&v| pool.piece[v as usize] == name));
                    prop_assert_eq!(pool.load[name as usize], ground.total(&piece));
                    prop_assert_eq!(pool.piece.iter().filter(|&&p| p == name).count(), piece.len());
                }
            }
        }
    }
}
