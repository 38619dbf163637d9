//! 图 The compact graph the engine works on: loads in a common unit, CSR adjacency, groups to keep together.

use crate::walks::DoorTable;
use std::ops::Range;
use std::sync::Arc;

/// No group.
pub(crate) const NONE: u32 = u32::MAX;

/// Groups that are to stay whole, in the order in which dividing them is worse.
pub(crate) const UNIT: usize = 0;
/// See [`UNIT`].
pub(crate) const BUILDING: usize = 1;

/// One edge between two atoms, as given.
#[derive(Copy, Clone, Debug, PartialEq)]
pub(crate) struct Edge {
    /// One atom.
    pub a: u32,
    /// The other atom.
    pub b: u32,
    /// Shared border, metres; 0 for links up and down.
    pub shared: f32,
    /// What it costs to have both ends in one zone, 0 when nothing lies between.
    pub barrier: f32,
}

/// Atoms, who touches whom, and what belongs together.
///
/// `whole` counts the atoms of each unit and building in the full problem, so that a part of the graph still knows
/// when a group is not whole.
#[derive(Clone, Debug, Default)]
pub(crate) struct Graph {
    /// Load of each atom in the problem's unit.
    pub load: Vec<u32>,
    /// Position of each atom, metres.
    pub at: Vec<(f32, f32)>,
    /// First arc of each atom; one more entry than atoms.
    pub first: Vec<u32>,
    /// Far end of each arc.
    pub to: Vec<u32>,
    /// Shared border of each arc, metres.
    pub shared: Vec<f32>,
    /// Barrier cost of each arc.
    pub barrier: Vec<f32>,
    /// Stairwell unit and building of each atom; [`NONE`] for one that is a group of its own.
    pub group: [Vec<u32>; 2],
    /// Number of atoms of each group.
    pub whole: [Vec<u32>; 2],
    /// Compound or area of each atom.
    pub area: Vec<u32>,
    /// Class of kind of each atom; 0 mixes with all.
    pub kind: Vec<u8>,
    /// Zone of each atom in the plan before this one, [`NONE`] for new atoms; empty when there is no plan to start from.
    pub home: Vec<u32>,
    /// Door of each atom in [`Self::walks`], [`NONE`] for none; empty where walks do not count.
    pub door: Vec<u32>,
    /// Walking distances between doors.
    pub walks: Option<Arc<DoorTable>>,
    /// How much farther the walk along each arc is than what neighbours walk, in [`SHORT`]s; empty where walks do not count.
    pub detour: Vec<f32>,
}

/// A walk between neighbours that is no detour yet, metres, beside half as much again as the straight line.
const SHORT: f32 = 60.0;

impl Graph {
    /// A graph without groups.
    pub fn new(load: Vec<u32>, at: Vec<(f32, f32)>, edges: &[Edge]) -> Self {
        let n = load.len();
        let mut graph = Self {
            load,
            at,
            group: [vec![NONE; n], vec![NONE; n]],
            area: vec![NONE; n],
            kind: vec![0; n],
            ..Self::default()
        };
        graph.connect(edges);
        graph
    }

    /// Replaces the adjacency; loops are left out.
    fn connect(&mut self, edges: &[Edge]) {
        let n = self.load.len();
        let mut first = vec![0u32; n + 1];
        for edge in edges.iter().filter(|e| e.a != e.b) {
            first[edge.a as usize + 1] += 1;
            first[edge.b as usize + 1] += 1;
        }
        for v in 0..n {
            first[v + 1] += first[v];
        }
        let arcs = first[n] as usize;
        let mut next = first.clone();
        self.to = vec![0; arcs];
        self.shared = vec![0.0; arcs];
        self.barrier = vec![0.0; arcs];
        for edge in edges.iter().filter(|e| e.a != e.b) {
            for (from, to) in [(edge.a, edge.b), (edge.b, edge.a)] {
                let slot = next[from as usize] as usize;
                next[from as usize] += 1;
                self.to[slot] = to;
                self.shared[slot] = edge.shared;
                self.barrier[slot] = edge.barrier;
            }
        }
        self.first = first;
    }

    /// Lets walks count: the table of doors, with the detours of neighbours whose doors are far apart on foot.
    pub fn set_walks(&mut self, walks: &Arc<DoorTable>) {
        let n = self.len() as u32;
        self.door = (0..n).map(|v| walks.door(v)).collect();
        self.detour = vec![0.0; self.to.len()];
        for v in 0..n {
            for arc in self.arcs(v) {
                let w = self.to[arc] as usize;
                let (from, to) = (self.door[v as usize], self.door[w]);
                if from == NONE || to == NONE {
                    continue;
                }
                let (here, there) = (self.at[v as usize], self.at[w]);
                let straight = (here.0 - there.0).hypot(here.1 - there.1);
                // Walks need not be alike both ways, trees must be.
                let walk = walks.between(from, to).max(walks.between(to, from));
                self.detour[arc] = ((walk - 1.5 * straight) / SHORT - 1.0).max(0.0);
            }
        }
        self.walks = Some(Arc::clone(walks));
    }

    /// Number of atoms.
    pub fn len(&self) -> usize {
        self.load.len()
    }

    /// The arcs leaving an atom.
    pub fn arcs(&self, v: u32) -> Range<usize> {
        self.first[v as usize] as usize..self.first[v as usize + 1] as usize
    }

    /// The neighbours of an atom.
    pub fn near(&self, v: u32) -> &[u32] {
        &self.to[self.arcs(v)]
    }

    /// Sum of loads of some atoms.
    pub fn total(&self, atoms: &[u32]) -> u64 {
        atoms.iter().map(|&v| u64::from(self.load[v as usize])).sum()
    }

    /// Connected components among the atoms `inside` says yes to; each sorted, in order of their first atom.
    pub fn components(&self, inside: impl Fn(u32) -> bool) -> Vec<Vec<u32>> {
        let mut seen = vec![false; self.len()];
        let mut parts = Vec::new();
        for root in 0..self.len() as u32 {
            if seen[root as usize] || !inside(root) {
                continue;
            }
            seen[root as usize] = true;
            let mut part = vec![root];
            let mut head = 0;
            while head < part.len() {
                for &w in self.near(part[head]) {
                    if !seen[w as usize] && inside(w) {
                        seen[w as usize] = true;
                        part.push(w);
                    }
                }
                head += 1;
            }
            part.sort_unstable();
            parts.push(part);
        }
        parts
    }

    /// The graph on some atoms, sorted and distinct; atom `i` of it is `atoms[i]` here.
    pub fn part(&self, atoms: &[u32]) -> Self {
        let mut local = std::collections::BTreeMap::new();
        let dense = atoms.len() * 4 > self.len();
        let mut table = if dense { vec![NONE; self.len()] } else { Vec::new() };
        for (i, &v) in atoms.iter().enumerate() {
            if dense {
                table[v as usize] = i as u32;
            } else {
                local.insert(v, i as u32);
            }
        }
        let find = |v: u32| if dense { table[v as usize] } else { local.get(&v).copied().unwrap_or(NONE) };
        let pick = |column: &[u32]| atoms.iter().map(|&v| column[v as usize]).collect::<Vec<_>>();
        let mut part = Self {
            load: pick(&self.load),
            at: atoms.iter().map(|&v| self.at[v as usize]).collect(),
            area: pick(&self.area),
            kind: atoms.iter().map(|&v| self.kind[v as usize]).collect(),
            home: if self.home.is_empty() { Vec::new() } else { pick(&self.home) },
            door: if self.door.is_empty() { Vec::new() } else { pick(&self.door) },
            walks: self.walks.clone(),
            first: Vec::with_capacity(atoms.len() + 1),
            ..Self::default()
        };
        part.first.push(0);
        for &v in atoms {
            for arc in self.arcs(v) {
                let to = find(self.to[arc]);
                if to != NONE {
                    part.to.push(to);
                    part.shared.push(self.shared[arc]);
                    part.barrier.push(self.barrier[arc]);
                    if !self.detour.is_empty() {
                        part.detour.push(self.detour[arc]);
                    }
                }
            }
            part.first.push(part.to.len() as u32);
        }
        for level in [UNIT, BUILDING] {
            let (group, whole) = dense_groups(atoms.iter().map(|&v| self.group[level][v as usize]));
            part.whole[level] = whole.iter().map(|&g| self.whole[level][g as usize]).collect();
            part.group[level] = group;
        }
        part
    }

    /// Sets units or buildings from any ids, [`NONE`] for none; groups of one atom become [`NONE`].
    pub fn set_group(&mut self, level: usize, ids: &[u32]) {
        let (mut group, names) = dense_groups(ids.iter().copied());
        let mut count = vec![0u32; names.len()];
        for &g in group.iter().filter(|&&g| g != NONE) {
            count[g as usize] += 1;
        }
        for g in &mut group {
            if *g != NONE && count[*g as usize] < 2 {
                *g = NONE;
            }
        }
        self.group[level] = group;
        self.whole[level] = count;
    }
}

/// Renumbers ids from 0 in order of first appearance; returns the new ids and the old id of each.
fn dense_groups(ids: impl Iterator<Item = u32>) -> (Vec<u32>, Vec<u32>) {
    let mut seen = std::collections::BTreeMap::new();
    let mut names = Vec::new();
    let group = ids
        .map(|id| {
            if id == NONE {
                return NONE;
            }
            *seen.entry(id).or_insert_with(|| {
                names.push(id);
                names.len() as u32 - 1
            })
        })
        .collect();
    (group, names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_keeps_edges_between_its_atoms_and_the_full_size_of_groups() {
        let edge = |a, b| Edge { a, b, shared: 1.0, barrier: 0.0 };
        let mut graph =
            Graph::new(vec![1, 2, 3, 4], vec![(0.0, 0.0); 4], &[edge(0, 1), edge(1, 2), edge(2, 3)]);
        graph.set_group(BUILDING, &[7, 7, 7, 9]);
        assert_eq!(graph.group[BUILDING], [0, 0, 0, NONE], "a group of one cannot be divided");
        let part = graph.part(&[0, 1, 3]);
        assert_eq!((part.near(0), part.near(1), part.near(2)), (&[1][..], &[0][..], &[][..]));
        assert_eq!(part.whole[BUILDING], [3]);
        assert_eq!(graph.components(|v| v != 1), [vec![0], vec![2, 3]]);
    }
}
