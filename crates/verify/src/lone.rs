//! 孤立单元 Atoms that can be in no zone inside the band, whatever the rest of the plan looks like.
//!
//! A zone in the band that holds an atom of load s has at most max - s left for others, and each of those hangs together
//! with the atom inside the zone. So only atoms at the end of a path of at most max - s, their own load included, can be in
//! it. If no sum of the loads of such atoms, touching or not, lies between min - s and max - s, there is no such zone.
//!
//! Nothing of this depends on the plan, so an answer is kept. Land without load is one place, however many atoms it has:
//! whoever reaches it reaches what borders on it.

use crate::graph::OUT;
use crate::sheet::Sheet;
use lifang_model::{Band, Load};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};
use std::sync::{Mutex, PoisonError};

/// Sums beyond this number are not followed: nothing is proven then.
const MOST_SUMS: usize = 4096;

/// A zone in the band that would take more atoms than this is not grown: the atom is then looked at by itself.
const MOST_GROWN: usize = 256;

/// An atom no zone in the band can hold, and what it comes to at best, in milli-units.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) struct Lone {
    pub atom: usize,
    /// The largest load below the band of what it can be joined with, itself included.
    pub below: u64,
    /// The least load above the band, if it can be joined with that much at all.
    pub above: Option<u64>,
}

/// Land without load, and what was found of atoms before.
#[derive(Debug, Default)]
pub(crate) struct Loners {
    /// Connected piece of land without load an atom belongs to; [`OUT`] for atoms with load.
    piece: Vec<u32>,
    /// For each piece the loads and atoms that border on it, by load: offsets and entries.
    first: Vec<usize>,
    border: Vec<(u64, u32)>,
    known: Mutex<BTreeMap<(u32, u32, usize), Option<Lone>>>,
}

impl Loners {
    pub fn new(sheet: &Sheet<'_>) -> Self {
        let empty: Vec<u32> = sheet.load.iter().map(|&load| if load == 0 { 0 } else { OUT }).collect();
        let (piece, count) = sheet.graph.pieces(&empty);
        let mut rows: Vec<(u32, u64, u32)> = Vec::new();
        for (atom, &of) in piece.iter().enumerate().filter(|&(_, &of)| of != OUT) {
            let near = sheet.graph.near(atom).iter().map(|&(to, _)| (sheet.load[to as usize], to));
            rows.extend(near.filter(|&(load, _)| load > 0).map(|(load, to)| (of, load, to)));
        }
        rows.sort_unstable();
        rows.dedup();
        let mut first = vec![0; count as usize + 1];
        for &(of, ..) in &rows {
            first[of as usize + 1] += 1;
        }
        for of in 0..count as usize {
            first[of + 1] += first[of];
        }
        let border = rows.into_iter().map(|(_, load, to)| (load, to)).collect();
        Self { piece, first, border, known: Mutex::default() }
    }

    /// The first of these atoms, by load, for which there is no zone in the band.
    pub fn first(&self, sheet: &Sheet<'_>, members: &[usize], band: Band) -> Option<Lone> {
        let mut loaded: Vec<usize> = members.iter().copied().filter(|&atom| sheet.load[atom] > 0).collect();
        loaded.sort_by_key(|&atom| (Reverse(sheet.load[atom]), atom));
        loaded.into_iter().find_map(|atom| {
            let key = (band.min, band.max, atom);
            // A thread that panicked while it held the lock left whole entries only.
            let known = || self.known.lock().unwrap_or_else(PoisonError::into_inner);
            let before = known().get(&key).copied();
            before.unwrap_or_else(|| match grown(sheet, atom, band) {
                // Most atoms can be in a zone in the band, and one such zone says so of all its atoms at once.
                Some(zone) => {
                    let held = zone.into_iter().filter(|&atom| sheet.load[atom] > 0);
                    known().extend(held.map(|atom| ((band.min, band.max, atom), None)));
                    None
                }
                None => {
                    let found = self.alone(sheet, atom, band);
                    known().insert(key, found);
                    found
                }
            })
        })
    }

    /// Looks for a way to put one atom into a zone in the band; what it comes to at best where there is none.
    pub fn alone(&self, sheet: &Sheet<'_>, atom: usize, band: Band) -> Option<Lone> {
        let own = sheet.load[atom];
        let room = Load::units(band.max).0.checked_sub(own)?;
        let need = Load::units(band.min).0.checked_sub(own).filter(|&need| need > 0)?;
        let mut sums = BTreeSet::from([0u64]);
        let mut above: Option<u64> = None;
        let mut seen = BTreeSet::from([atom]);
        let mut crossed: BTreeSet<u32> = BTreeSet::new();
        let mut queue = BinaryHeap::from([Reverse((0u64, atom))]);
        while let Some(Reverse((path, here))) = queue.pop() {
            if here != atom {
                let load = sheet.load[here];
                let next: Vec<u64> = sums.iter().map(|sum| sum + load).collect();
                for sum in next {
                    if sum > room {
                        above = Some(above.map_or(sum, |least| least.min(sum)));
                    } else if sum >= need {
                        return None;
                    } else {
                        sums.insert(sum);
                    }
                }
                if sums.len() > MOST_SUMS {
                    return None;
                }
            }
            // Paths are found in order of length, so the first one to an atom, or to a piece of land, is a shortest. Says
            // whether the atom was too far.
            let mut offer = |load: u64, to: usize| {
                let length = path + load;
                if length > room {
                    above = Some(above.map_or(length, |least| least.min(length)));
                } else if seen.insert(to) {
                    queue.push(Reverse((length, to)));
                }
                length > room
            };
            for &(to, _) in sheet.graph.near(here) {
                let piece = self.piece[to as usize];
                if piece == OUT {
                    offer(sheet.load[to as usize], to as usize);
                } else if crossed.insert(piece) {
                    // By load, so what comes after one that is too far is too far as well, and no nearer to the band.
                    let border = &self.border[self.first[piece as usize]..self.first[piece as usize + 1]];
                    border.iter().any(|&(load, to)| offer(load, to as usize));
                }
            }
        }
        let below = sums.last().copied().unwrap_or(0);
        Some(Lone { atom, below: own + below, above: above.map(|sum| own + sum) })
    }
}

/// A connected zone in the band that holds an atom, grown from it outwards; `None` where that leads to none, which proves
/// nothing.
pub(crate) fn grown(sheet: &Sheet<'_>, atom: usize, band: Band) -> Option<Vec<usize>> {
    let (min, max) = (Load::units(band.min).0, Load::units(band.max).0);
    let mut zone = vec![atom];
    let mut load = sheet.load[atom];
    let mut seen = BTreeSet::from([atom]);
    let mut next = 0;
    while load < min {
        let here = *zone.get(next)?;
        next += 1;
        for &(to, _) in sheet.graph.near(here) {
            let to = to as usize;
            if load < min && load + sheet.load[to] <= max && seen.insert(to) {
                load += sheet.load[to];
                zone.push(to);
            }
        }
        if zone.len() > MOST_GROWN {
            return None;
        }
    }
    (load <= max).then_some(zone)
}
