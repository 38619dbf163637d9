//! 孤立单元 Atoms that can be in no zone inside the band, whatever the rest of the plan looks like.
//!
//! A zone in the band that holds an atom of load s has at most max - s left for others, and each of those hangs together
//! with the atom inside the zone. So only atoms at the end of a path of at most max - s, their own load included, can be in
//! it. If no sum of the loads of such atoms, touching or not, lies between min - s and max - s, there is no such zone.

use crate::sheet::Sheet;
use lifang_model::{Band, Load};
use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};

/// Sums beyond this number are not followed: nothing is proven then.
const MOST_SUMS: usize = 4096;

/// An atom no zone in the band can hold, and what it comes to at best, in milli-units.
pub(crate) struct Lone {
    pub atom: usize,
    /// The largest load below the band of what it can be joined with, itself included.
    pub below: u64,
    /// The least load above the band, if it can be joined with that much at all.
    pub above: Option<u64>,
}

/// The first of these atoms, by load, for which there is no zone in the band.
pub(crate) fn lone(sheet: &Sheet<'_>, members: &[usize], band: Band) -> Option<Lone> {
    let mut loaded: Vec<usize> = members.iter().copied().filter(|&atom| sheet.load[atom] > 0).collect();
    loaded.sort_by_key(|&atom| (Reverse(sheet.load[atom]), atom));
    loaded.into_iter().find_map(|atom| alone(sheet, atom, band))
}

fn alone(sheet: &Sheet<'_>, atom: usize, band: Band) -> Option<Lone> {
    let own = sheet.load[atom];
    let room = Load::units(band.max).0.checked_sub(own)?;
    let need = Load::units(band.min).0.checked_sub(own).filter(|&need| need > 0)?;
    let mut sums = BTreeSet::from([0u64]);
    let mut above: Option<u64> = None;
    let mut seen = BTreeSet::from([atom]);
    let mut queue = BinaryHeap::from([Reverse((0u64, atom))]);
    while let Some(Reverse((path, here))) = queue.pop() {
        let load = sheet.load[here];
        if here != atom && load > 0 {
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
        for &(to, _) in sheet.graph.near(here) {
            let to = to as usize;
            let length = path + sheet.load[to];
            if length > room {
                above = Some(above.map_or(length, |least| least.min(length)));
            } else if seen.insert(to) {
                // Paths are found in order of length, so the first one to an atom is a shortest.
                queue.push(Reverse((length, to)));
            }
        }
    }
    let below = sums.last().copied().unwrap_or(0);
    Some(Lone { atom, below: own + below, above: above.map(|sum| own + sum) })
}
