//! Who touches whom, and what hangs together.

use lifang_model::{BarrierClass, Link};

/// Label of an atom that takes no part.
pub(crate) const OUT: u32 = u32::MAX;

/// Neighbours of every atom, packed.
#[derive(Debug, Default)]
pub(crate) struct Graph {
    start: Vec<usize>,
    /// Neighbour and length of the shared border, mm.
    near: Vec<(u32, u64)>,
}

impl Graph {
    /// Links that name an atom that does not exist, or an atom twice, are left out; so are those over an administrative
    /// limit, which no zone may cross: what hangs together over one only is in pieces.
    pub fn new(atoms: usize, links: &[Link]) -> Self {
        let valid = |link: &&Link| {
            link.a.at() < atoms
                && link.b.at() < atoms
                && link.a != link.b
                && link.barrier != BarrierClass::Admin
        };
        let rows = links.iter().filter(valid).map(|link| (link.a.0, link.b.0, link.shared.0));
        Self::of(atoms, rows)
    }

    /// Neighbours by edges between atoms there are.
    pub fn of(atoms: usize, edges: impl Iterator<Item = (u32, u32, u64)> + Clone) -> Self {
        let mut start = vec![0usize; atoms + 1];
        for (a, b, _) in edges.clone() {
            start[a as usize + 1] += 1;
            start[b as usize + 1] += 1;
        }
        for i in 0..atoms {
            start[i + 1] += start[i];
        }
        let mut at = start.clone();
        let mut near = vec![(0, 0); start[atoms]];
        for (a, b, shared) in edges {
            for (from, to) in [(a, b), (b, a)] {
                near[at[from as usize]] = (to, shared);
                at[from as usize] += 1;
            }
        }
        Self { start, near }
    }

    /// Neighbours of an atom.
    pub fn near(&self, atom: usize) -> &[(u32, u64)] {
        &self.near[self.start[atom]..self.start[atom + 1]]
    }

    /// Connected pieces of atoms with the same label; [`OUT`] takes no part. Returns the piece of every atom and the
    /// number of pieces, counted in order of their first atom.
    pub fn pieces(&self, label: &[u32]) -> (Vec<u32>, u32) {
        let mut piece = vec![OUT; label.len()];
        let mut count = 0;
        let mut queue = Vec::new();
        for first in 0..label.len() {
            if label[first] == OUT || piece[first] != OUT {
                continue;
            }
            piece[first] = count;
            queue.push(first);
            while let Some(atom) = queue.pop() {
                for &(to, _) in self.near(atom) {
                    let to = to as usize;
                    if label[to] == label[first] && piece[to] == OUT {
                        piece[to] = count;
                        queue.push(to);
                    }
                }
            }
            count += 1;
        }
        (piece, count)
    }
}
