//! 沿革 Codes follow people: which new zone goes on as which old one, and what became of the others.

use lifang_model::{Lineage, LineageEvent, LineageShare, ZoneCode};
use pathfinding::kuhn_munkres::kuhn_munkres;
use pathfinding::matrix::Matrix;
use std::collections::{BTreeMap, BTreeSet};

/// Largest side of an assignment solved exactly; what is larger is matched greedily, largest overlap first.
const LARGEST: usize = 400;

/// What an old and a new zone share, as a weight: households first, atoms to break ties.
pub(crate) type Overlaps = BTreeMap<(u32, u32), i64>;

/// The new zone each old zone goes on as, so that the weight of what stays is greatest (the assignment problem, by Kuhn
/// and Munkres).
///
/// Pairs that share at least as much as both share with all others together belong to a greatest assignment; they are
/// fixed first. What is left falls into small groups that share nothing with each other, and each is solved by itself.
pub(crate) fn assign(overlaps: &Overlaps) -> BTreeMap<u32, u32> {
    let mut left: Vec<((u32, u32), i64)> =
        overlaps.iter().filter(|(_, weight)| **weight > 0).map(|(&pair, &weight)| (pair, weight)).collect();
    let mut fixed = BTreeMap::new();
    loop {
        let (mut of_old, mut of_new) = (BTreeMap::new(), BTreeMap::new());
        for &((old, new), weight) in &left {
            *of_old.entry(old).or_insert(0i64) += weight;
            *of_new.entry(new).or_insert(0i64) += weight;
        }
        let (mut taken, mut news) = (BTreeMap::new(), BTreeSet::new());
        for &((old, new), weight) in &left {
            let rivals = of_old[&old] + of_new[&new] - 2 * weight;
            if weight >= rivals && !taken.contains_key(&old) && news.insert(new) {
                taken.insert(old, new);
            }
        }
        if taken.is_empty() {
            break;
        }
        left.retain(|((old, new), _)| !taken.contains_key(old) && !news.contains(new));
        fixed.extend(taken);
    }
    for group in groups(&left) {
        fixed.extend(solve(&group));
    }
    fixed
}

/// Pairs that hang together by a zone they share, in order of their first pair.
fn groups(pairs: &[((u32, u32), i64)]) -> Vec<Vec<((u32, u32), i64)>> {
    let mut of_old: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    let mut of_new: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for (row, &((old, new), _)) in pairs.iter().enumerate() {
        of_old.entry(old).or_default().push(row);
        of_new.entry(new).or_default().push(row);
    }
    let mut seen = vec![false; pairs.len()];
    let mut groups = Vec::new();
    for first in 0..pairs.len() {
        if seen[first] {
            continue;
        }
        seen[first] = true;
        let (mut stack, mut group) = (vec![first], Vec::new());
        while let Some(row) = stack.pop() {
            group.push(row);
            let (old, new) = pairs[row].0;
            for &next in of_old[&old].iter().chain(&of_new[&new]) {
                if !seen[next] {
                    seen[next] = true;
                    stack.push(next);
                }
            }
        }
        group.sort_unstable();
        groups.push(group.into_iter().map(|row| pairs[row]).collect());
    }
    groups
}

/// The greatest assignment of one group.
fn solve(pairs: &[((u32, u32), i64)]) -> Vec<(u32, u32)> {
    let place = |of: &dyn Fn(&(u32, u32)) -> u32| {
        let mut all: Vec<u32> = pairs.iter().map(|(pair, _)| of(pair)).collect();
        all.sort_unstable();
        all.dedup();
        all
    };
    let (olds, news) = (place(&|pair| pair.0), place(&|pair| pair.1));
    if olds.len().max(news.len()) > LARGEST {
        return greedy(pairs);
    }
    // Rows may not outnumber columns.
    let turned = olds.len() > news.len();
    let (rows, columns) = if turned { (&news, &olds) } else { (&olds, &news) };
    let mut weights = Matrix::new(rows.len(), columns.len(), 0i64);
    for &((old, new), weight) in pairs {
        let (row, column) = if turned { (new, old) } else { (old, new) };
        if let (Ok(row), Ok(column)) = (rows.binary_search(&row), columns.binary_search(&column)) {
            weights[(row, column)] = weight;
        }
    }
    let (_, chosen) = kuhn_munkres(&weights);
    chosen
        .into_iter()
        .enumerate()
        .filter(|&(row, column)| weights[(row, column)] > 0)
        .map(|(row, column)| if turned { (columns[column], rows[row]) } else { (rows[row], columns[column]) })
        .collect()
}

fn greedy(pairs: &[((u32, u32), i64)]) -> Vec<(u32, u32)> {
    let mut order = pairs.to_vec();
    order.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    let mut done: BTreeMap<u32, u32> = BTreeMap::new();
    let mut used = BTreeSet::new();
    for ((old, new), _) in order {
        if !done.contains_key(&old) && used.insert(new) {
            done.insert(old, new);
        }
    }
    done.into_iter().collect()
}

/// One level of two plans, told by code.
pub(crate) struct Tale<'a> {
    /// Key of the level.
    pub level: &'a str,
    /// Codes before, and after.
    pub old: &'a [ZoneCode],
    /// Old zones that were in force until now.
    pub lived: &'a [bool],
    /// See `old`.
    pub new: &'a [ZoneCode],
    /// Households in both, by rows of `old` and `new`.
    pub shared: &'a BTreeMap<(u32, u32), u32>,
    /// Households of every old zone, by today's count, and of every new one.
    pub old_households: &'a [u32],
    /// See `old_households`.
    pub new_households: &'a [u32],
    /// New zones that are the same, to the atom.
    pub unchanged: &'a [bool],
}

impl Tale<'_> {
    /// What became of every zone that is not the same to the atom: new zones in order, then retired ones.
    pub fn tell(&self) -> Vec<Lineage> {
        let goes_on: BTreeMap<&ZoneCode, u32> =
            (0u32..).zip(self.new).map(|(row, code)| (code, row)).collect();
        let ends = |row: &u32| self.lived[*row as usize] && !goes_on.contains_key(&self.old[*row as usize]);
        let retired: Vec<u32> = (0..self.old.len() as u32).filter(ends).collect();
        let before: BTreeMap<&ZoneCode, u32> =
            (0u32..).zip(self.old).map(|(row, code)| (code, row)).collect();
        // The zone most of a retired zone's households went to.
        let heir = |row: u32| {
            let shares = self.shared.range((row, 0)..=(row, u32::MAX));
            shares.max_by_key(|&(&(_, new), &n)| (n, std::cmp::Reverse(new))).map(|(&(_, new), _)| new)
        };
        let mut merged: BTreeMap<u32, u32> = BTreeMap::new();
        for &row in &retired {
            if let Some(heir) = heir(row) {
                *merged.entry(heir).or_default() += 1;
            }
        }
        let mut told = Vec::new();
        for (row, code) in (0u32..).zip(self.new) {
            if self.unchanged[row as usize] {
                continue;
            }
            let shares = self.shares(|&(old, new)| (new == row).then(|| &self.old[old as usize]));
            let known: u32 = shares.iter().map(|share| share.households).sum();
            let others = self.new_households[row as usize].saturating_sub(known);
            let event = match (before.contains_key(code), merged.contains_key(&row)) {
                (true, false) => LineageEvent::Kept,
                (true, true) => LineageEvent::Merged,
                (false, _) if known > others => LineageEvent::Split,
                (false, _) => LineageEvent::New,
            };
            told.push(Lineage { level: self.level.to_owned(), zone: code.clone(), event, shares, others });
        }
        for &row in &retired {
            let shares = self.shares(|&(old, new)| (old == row).then(|| &self.new[new as usize]));
            let known: u32 = shares.iter().map(|share| share.households).sum();
            told.push(Lineage {
                level: self.level.to_owned(),
                zone: self.old[row as usize].clone(),
                event: LineageEvent::Retired,
                shares,
                others: self.old_households[row as usize].saturating_sub(known),
            });
        }
        told
    }

    fn shares<'b>(&'b self, other: impl Fn(&(u32, u32)) -> Option<&'b ZoneCode>) -> Vec<LineageShare> {
        let mut shares: Vec<LineageShare> = self
            .shared
            .iter()
            .filter(|(_, households)| **households > 0)
            .filter_map(|(pair, &households)| {
                other(pair).map(|zone| LineageShare { zone: zone.clone(), households })
            })
            .collect();
        shares.sort_by(|a, b| b.households.cmp(&a.households).then(a.zone.cmp(&b.zone)));
        shares
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The greatest weight over all ways to match, by trying them.
    fn brute(overlaps: &Overlaps, old: u32, olds: u32, used: &mut Vec<u32>) -> i64 {
        if old == olds {
            return 0;
        }
        let mut best = brute(overlaps, old + 1, olds, used);
        let mine: Vec<(u32, i64)> =
            overlaps.range((old, 0)..=(old, u32::MAX)).map(|(pair, &weight)| (pair.1, weight)).collect();
        for (new, weight) in mine {
            if !used.contains(&new) {
                used.push(new);
                best = best.max(weight + brute(overlaps, old + 1, olds, used));
                used.pop();
            }
        }
        best
    }

    proptest! {
        #[test]
        fn the_assignment_keeps_as_many_households_as_any_can(
            pairs in proptest::collection::btree_map((0u32..6, 0u32..6), 0i64..60, 0..20)
        ) {
            let chosen = assign(&pairs);
            let mut news: Vec<u32> = chosen.values().copied().collect();
            news.sort_unstable();
            news.dedup();
            prop_assert_eq!(news.len(), chosen.len(), "a new zone goes on as one old zone at most");
            let kept: i64 = chosen.iter().map(|(&old, &new)| pairs[&(old, new)]).sum();
            prop_assert_eq!(kept, brute(&pairs, 0, 6, &mut Vec::new()));
        }
    }

    #[test]
    fn a_zone_that_takes_over_another_is_told_as_merged_and_the_other_as_retired() {
        let code = |text: &str| ZoneCode::new(text).unwrap();
        let tale = Tale {
            level: "micro_grid",
            old: &[code("01"), code("02"), code("03")],
            lived: &[true; 3],
            new: &[code("01"), code("03"), code("04"), code("05")],
            shared: &BTreeMap::from([((0, 0), 40), ((1, 0), 50), ((1, 1), 5), ((2, 1), 90), ((2, 2), 60)]),
            old_households: &[90, 55, 150],
            new_households: &[90, 95, 62, 99],
            unchanged: &[false; 4],
        };
        let told = tale.tell();
        let events: Vec<(&str, LineageEvent)> = told.iter().map(|l| (l.zone.as_str(), l.event)).collect();
        assert_eq!(
            events,
            [
                ("01", LineageEvent::Merged),
                ("03", LineageEvent::Kept),
                ("04", LineageEvent::Split),
                ("05", LineageEvent::New),
                ("02", LineageEvent::Retired),
            ]
        );
        assert_eq!((told[0].shares[0].zone.as_str(), told[0].shares[0].households), ("02", 50));
        assert_eq!((told[0].others, told[4].others, told[3].others), (0, 0, 99));
    }
}
