//! 着色 Which labels lie beside each other, kept up with a labelling that changes, and a colour number for each.

use std::collections::BTreeMap;

/// Borders between labels, counted in arcs; every pair from both sides.
#[derive(Clone, Debug, Default)]
pub(crate) struct Borders {
    arcs: BTreeMap<(u32, u32), u32>,
}

impl Borders {
    /// An arc lies between two labels now.
    pub(crate) fn add(&mut self, a: u32, b: u32) {
        for pair in [(a, b), (b, a)] {
            *self.arcs.entry(pair).or_insert(0) += 1;
        }
    }

    /// An arc that lay between two labels does so no more.
    pub(crate) fn remove(&mut self, a: u32, b: u32) {
        for pair in [(a, b), (b, a)] {
            if let Some(count) = self.arcs.get_mut(&pair) {
                *count -= 1;
                if *count == 0 {
                    self.arcs.remove(&pair);
                }
            }
        }
    }

    /// 着色 A colour number below `colours` for each label below `count`, another than its neighbours' (Welsh and Powell
    /// 1967, most neighbours first). Among the free colours the least used is taken, so that the map does not drown in
    /// one; where none is free, the one fewest neighbours have.
    pub(crate) fn tints(&self, count: usize, colours: usize) -> Vec<u8> {
        let mut beside: Vec<Vec<u32>> = vec![Vec::new(); count];
        for &(a, b) in self.arcs.keys() {
            if let Some(list) = beside.get_mut(a as usize).filter(|_| (b as usize) < count) {
                list.push(b);
            }
        }
        let mut order: Vec<usize> = (0..count).collect();
        order.sort_by_key(|&label| (std::cmp::Reverse(beside[label].len()), label));
        let mut chosen: Vec<Option<u8>> = vec![None; count];
        let mut used = vec![0usize; colours];
        for label in order {
            let mut near = vec![0usize; colours];
            for &other in &beside[label] {
                if let Some(taken) = chosen[other as usize] {
                    near[usize::from(taken)] += 1;
                }
            }
            let best = (0..colours).min_by_key(|&colour| (near[colour], used[colour], colour)).unwrap_or(0);
            chosen[label] = Some(best as u8);
            if let Some(times) = used.get_mut(best) {
                *times += 1;
            }
        }
        chosen.into_iter().map(Option::unwrap_or_default).collect()
    }
}
