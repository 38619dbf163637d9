//! 着色 Which labels lie beside each other, kept up with a labelling that changes, and a colour number for each.

use std::collections::BTreeMap;

/// Borders between labels, counted in arcs; every pair once, the lower label first.
#[derive(Clone, Debug, Default)]
pub(crate) struct Borders {
    arcs: BTreeMap<(u32, u32), u32>,
    /// Colours that were given, for how many labels and of how many colours; none where neighbours have changed since.
    given: Option<(usize, usize, Vec<u8>)>,
}

impl Borders {
    /// So many arcs more, or fewer, lie between labels now.
    pub(crate) fn change(&mut self, between: BTreeMap<(u32, u32), i32>) {
        for (pair, more) in between.into_iter().filter(|(_, more)| *more != 0) {
            let before = self.arcs.get(&pair).copied().unwrap_or(0);
            let after = before.saturating_add_signed(more);
            if after == 0 {
                self.arcs.remove(&pair);
            } else {
                self.arcs.insert(pair, after);
            }
            if (before == 0) != (after == 0) {
                self.given = None;
            }
        }
    }

    /// 着色 A colour number below `colours` for each label below `count`, another than its neighbours' (Welsh and Powell
    /// 1967, most neighbours first). Among the free colours the least used is taken, so that the map does not drown in
    /// one; where none is free, the one fewest neighbours have. Worked out anew only where neighbours have changed.
    pub(crate) fn tints(&mut self, count: usize, colours: usize) -> &[u8] {
        let known = self.given.take().filter(|given| (given.0, given.1) == (count, colours));
        let given = known.unwrap_or_else(|| (count, colours, self.coloured(count, colours)));
        &self.given.insert(given).2
    }

    fn coloured(&self, count: usize, colours: usize) -> Vec<u8> {
        let mut beside: Vec<Vec<u32>> = vec![Vec::new(); count];
        for &(a, b) in self.arcs.keys().filter(|pair| (pair.1 as usize) < count) {
            beside[a as usize].push(b);
            beside[b as usize].push(a);
        }
        let mut order: Vec<usize> = (0..count).collect();
        order.sort_by_key(|&label| (std::cmp::Reverse(beside[label].len()), label));
        let mut chosen: Vec<Option<u8>> = vec![None; count];
        let mut used = vec![0usize; colours];
        let mut near = vec![0usize; colours];
        for label in order {
            near.fill(0);
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
