//! Pieces zones could be made of, whatever the plan says: what hangs together within an area, and outside all areas.

use crate::graph::OUT;
use crate::sheet::Sheet;
use std::collections::BTreeMap;

/// Pieces of some atoms: which atom is in which, and the load of each.
pub(crate) struct Pieces {
    /// Piece of every atom that takes part.
    pub of: BTreeMap<usize, u32>,
    /// Load of every piece, milli-units.
    pub load: Vec<u64>,
}

/// Finds pieces of areas, each once. They depend on ground and rules, not on the plan.
#[derive(Default)]
pub(crate) struct Parts {
    /// Pieces of land without load and without compound, which any zone may take.
    free: Vec<u32>,
    /// Atoms of every compound.
    atoms: Vec<Vec<usize>>,
    areas: BTreeMap<u32, Pieces>,
}

impl Parts {
    pub fn new(sheet: &Sheet<'_>) -> Self {
        let free: Vec<u32> = (0..sheet.load.len())
            .map(|atom| if sheet.load[atom] == 0 && sheet.compound[atom] == OUT { 0 } else { OUT })
            .collect();
        let mut atoms = vec![Vec::new(); sheet.compound_load.len()];
        for (atom, &compound) in sheet.compound.iter().enumerate() {
            if let Some(list) = atoms.get_mut(compound as usize) {
                list.push(atom);
            }
        }
        Self { free: sheet.graph.pieces(&free).0, atoms, areas: BTreeMap::new() }
    }

    /// Pieces of an area's atoms; two that only free land connects are one.
    pub fn area(&mut self, sheet: &Sheet<'_>, compound: u32) -> &Pieces {
        if !self.areas.contains_key(&compound) {
            let pieces = self.find(sheet, compound);
            self.areas.insert(compound, pieces);
        }
        &self.areas[&compound]
    }

    /// The piece of an area with most load, and that load.
    pub fn heaviest(&mut self, sheet: &Sheet<'_>, compound: u32) -> (u32, u64) {
        let loads = (0u32..).zip(self.area(sheet, compound).load.iter().copied());
        loads.max_by_key(|&(piece, load)| (load, std::cmp::Reverse(piece))).unwrap_or((OUT, 0))
    }

    fn find(&self, sheet: &Sheet<'_>, compound: u32) -> Pieces {
        let none = Vec::new();
        let atoms = self.atoms.get(compound as usize).unwrap_or(&none);
        let row: BTreeMap<usize, usize> = atoms.iter().enumerate().map(|(row, &atom)| (atom, row)).collect();
        let mut parent: Vec<usize> = (0..atoms.len()).collect();
        let mut beside: BTreeMap<u32, usize> = BTreeMap::new();
        for (at, &atom) in atoms.iter().enumerate() {
            for &(to, _) in sheet.graph.near(atom) {
                let other = match (row.get(&(to as usize)), self.free[to as usize]) {
                    (Some(&other), _) => other,
                    (None, OUT) => continue,
                    (None, free) => *beside.entry(free).or_insert(at),
                };
                let (a, b) = (root(&mut parent, at), root(&mut parent, other));
                parent[a.max(b)] = a.min(b);
            }
        }
        let mut number: BTreeMap<usize, u32> = BTreeMap::new();
        let mut pieces = Pieces { of: BTreeMap::new(), load: Vec::new() };
        for (at, &atom) in atoms.iter().enumerate() {
            let next = pieces.load.len() as u32;
            let piece = *number.entry(root(&mut parent, at)).or_insert(next);
            if piece == next {
                pieces.load.push(0);
            }
            pieces.load[piece as usize] += sheet.load[atom];
            pieces.of.insert(atom, piece);
        }
        pieces
    }
}

fn root(parent: &mut [usize], mut at: usize) -> usize {
    while parent[at] != at {
        parent[at] = parent[parent[at]];
        at = parent[at];
    }
    at
}
