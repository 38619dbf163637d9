//! 单元集合 A set of atoms as runs of neighbouring indexes: what a brush or a polygon selects is mostly runs.

use crate::AtomIdx;
use serde::{Deserialize, Serialize};

/// 单元集合 Atoms, each once, in ascending order, kept as runs `(first, count)` that neither touch nor overlap.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "Vec<(u32, u32)>", into = "Vec<(u32, u32)>")]
pub struct AtomSet {
    runs: Vec<(u32, u32)>,
}

impl AtomSet {
    /// The runs `(first, count)`, ascending.
    #[must_use]
    pub fn runs(&self) -> &[(u32, u32)] {
        &self.runs
    }

    /// A set of runs as [`AtomSet::runs`] gives them.
    ///
    /// Returns `None` when they are not ascending, touch, overlap, are empty or leave the range of an index.
    #[must_use]
    pub fn from_runs(runs: Vec<(u32, u32)>) -> Option<Self> {
        let mut free = 0u64;
        for &(first, count) in &runs {
            let first = u64::from(first);
            let end = first + u64::from(count);
            if count == 0 || first < free || end > u64::from(u32::MAX) {
                return None;
            }
            // One more than the end: a run that touches the one before belongs to it.
            free = end + 1;
        }
        Some(Self { runs })
    }

    /// The atoms, ascending.
    pub fn iter(&self) -> impl Iterator<Item = AtomIdx> + '_ {
        self.runs.iter().flat_map(|&(first, count)| (first..first + count).map(AtomIdx))
    }

    /// Number of atoms.
    #[must_use]
    pub fn len(&self) -> usize {
        self.runs.iter().map(|&(_, count)| count as usize).sum()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.runs.is_empty()
    }

    /// Whether an atom is in it.
    #[must_use]
    pub fn contains(&self, atom: AtomIdx) -> bool {
        let after = self.runs.partition_point(|&(first, _)| first <= atom.0);
        after.checked_sub(1).is_some_and(|at| {
            let (first, count) = self.runs[at];
            atom.0 - first < count
        })
    }

    /// The highest atom.
    #[must_use]
    pub fn last(&self) -> Option<AtomIdx> {
        self.runs.last().map(|&(first, count)| AtomIdx(first + count - 1))
    }
}

impl FromIterator<AtomIdx> for AtomSet {
    fn from_iter<I: IntoIterator<Item = AtomIdx>>(atoms: I) -> Self {
        let mut atoms: Vec<u32> = atoms.into_iter().map(|atom| atom.0).collect();
        atoms.sort_unstable();
        atoms.dedup();
        let mut runs: Vec<(u32, u32)> = Vec::new();
        for atom in atoms {
            match runs.last_mut() {
                Some((first, count)) if *first + *count == atom => *count += 1,
                _ => runs.push((atom, 1)),
            }
        }
        Self { runs }
    }
}

impl TryFrom<Vec<(u32, u32)>> for AtomSet {
    type Error = &'static str;

    fn try_from(runs: Vec<(u32, u32)>) -> Result<Self, Self::Error> {
        Self::from_runs(runs).ok_or("runs of atoms must be ascending, apart and not empty")
    }
}

impl From<AtomSet> for Vec<(u32, u32)> {
    fn from(set: AtomSet) -> Self {
        set.runs
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    #[test]
    fn runs_that_are_not_canonical_are_refused() {
        for runs in [vec![(1, 0)], vec![(1, 2), (3, 1)], vec![(5, 1), (1, 1)], vec![(u32::MAX, 1)]] {
            assert_eq!(AtomSet::from_runs(runs.clone()), None, "{runs:?}");
        }
        assert_eq!(AtomSet::from_runs(vec![(1, 2), (4, 1)]).unwrap().len(), 3);
    }

    proptest! {
        #[test]
        fn a_set_holds_exactly_what_went_in(atoms in proptest::collection::vec(0u32..60, 0..40)) {
            let naive: BTreeSet<u32> = atoms.iter().copied().collect();
            let set: AtomSet = atoms.into_iter().map(AtomIdx).collect();
            prop_assert_eq!(set.iter().map(|a| a.0).collect::<Vec<_>>(), naive.iter().copied().collect::<Vec<_>>());
            prop_assert_eq!(set.len(), naive.len());
            prop_assert_eq!(set.last().map(|a| a.0), naive.last().copied());
            for atom in 0..60 {
                prop_assert_eq!(set.contains(AtomIdx(atom)), naive.contains(&atom));
            }
            prop_assert_eq!(AtomSet::from_runs(set.runs().to_vec()), Some(set));
        }
    }
}
