//! 底图变更 Exactly what differs between two fabrics: little where a line divided a few cells of a city.

use crate::fabric::{Arc, Cell, Fabric};
use lifang_model::Link;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// 底图变更 What leads from one fabric to another, and back; faults and enclosures are the same in both.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FabricPatch {
    arcs: Splice<Arc>,
    cells: Splice<Cell>,
    links: Splice<Link>,
    /// Fingerprint before.
    before: String,
    /// Fingerprint after.
    after: String,
}

impl FabricPatch {
    /// What leads from one fabric to the other; `None` when they differ in enclosures or faults, which no cut changes.
    #[must_use]
    pub fn between(a: &Fabric, b: &Fabric) -> Option<Self> {
        if a.enclosures != b.enclosures || a.faults != b.faults {
            return None;
        }
        Some(Self {
            // Two arcs never begin along the same stretch in the same direction.
            arcs: Splice::between(&a.arcs, &b.arcs, |_, arc| {
                (arc.points.first().copied(), arc.points.get(1).copied())
            }),
            cells: Splice::between(&a.cells, &b.cells, |row, _| row),
            links: Splice::between(&a.links, &b.links, |_, link| (link.a, link.b)),
            before: a.hash.clone(),
            after: b.hash.clone(),
        })
    }

    /// Fingerprint of the fabric it changes.
    #[must_use]
    pub fn before(&self) -> &str {
        &self.before
    }

    /// Fingerprint of the fabric it makes.
    #[must_use]
    pub fn after(&self) -> &str {
        &self.after
    }

    /// The patch that takes this one back exactly.
    #[must_use]
    pub fn inverse(&self) -> Self {
        Self {
            arcs: self.arcs.inverse(),
            cells: self.cells.inverse(),
            links: self.links.inverse(),
            before: self.after.clone(),
            after: self.before.clone(),
        }
    }

    /// The fabric it makes of one; `None` when that is not the one it was made for.
    #[must_use]
    pub fn apply(&self, fabric: &Fabric) -> Option<Fabric> {
        if fabric.hash != self.before {
            return None;
        }
        Some(Fabric {
            arcs: self.arcs.apply(&fabric.arcs)?,
            cells: self.cells.apply(&fabric.cells)?,
            links: self.links.apply(&fabric.links)?,
            enclosures: fabric.enclosures,
            faults: fabric.faults.clone(),
            hash: self.after.clone(),
        })
    }
}

/// What differs between two lists: what goes, by its place before, and what comes, by its place after.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Splice<T> {
    gone: Vec<(u32, T)>,
    come: Vec<(u32, T)>,
}

impl<T: Clone + PartialEq> Splice<T> {
    /// Whatever the keys say, applying it to `a` gives `b`; good keys make it short.
    fn between<K: Ord>(a: &[T], b: &[T], key: impl Fn(usize, &T) -> K) -> Self {
        let keyed = |list: &'_ [T]| -> BTreeMap<K, usize> {
            list.iter().enumerate().map(|(row, item)| (key(row, item), row)).collect()
        };
        let only = |own: &[T], other: &[T]| -> Vec<(u32, T)> {
            let others = keyed(other);
            let missing = |(row, item): &(usize, &T)| {
                others.get(&key(*row, item)).and_then(|&at| other.get(at)) != Some(*item)
            };
            own.iter().enumerate().filter(missing).map(|(row, item)| (row as u32, item.clone())).collect()
        };
        let short = Self { gone: only(a, b), come: only(b, a) };
        if short.apply(a).as_deref() == Some(b) {
            return short;
        }
        let whole = |list: &[T]| (0..).zip(list.iter().cloned()).collect();
        Self { gone: whole(a), come: whole(b) }
    }

    fn inverse(&self) -> Self {
        Self { gone: self.come.clone(), come: self.gone.clone() }
    }

    fn apply(&self, list: &[T]) -> Option<Vec<T>> {
        let mut gone = self.gone.iter().peekable();
        let mut stays = Vec::with_capacity(list.len());
        for (row, item) in (0u32..).zip(list) {
            match gone.next_if(|(at, _)| *at == row) {
                Some((_, expected)) if expected == item => {}
                Some(_) => return None,
                None => stays.push(item),
            }
        }
        if gone.next().is_some() {
            return None;
        }
        let mut stays = stays.into_iter();
        let mut come = self.come.iter().peekable();
        let length = stays.len() + self.come.len();
        let mut out = Vec::with_capacity(length);
        for row in 0..length as u32 {
            out.push(match come.next_if(|(at, _)| *at == row) {
                Some((_, item)) => item.clone(),
                None => stays.next()?.clone(),
            });
        }
        come.next().is_none().then_some(out)
    }
}

#[cfg(test)]
mod tests {
    use super::Splice;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_list_leads_to_any_other_and_back(
            a in proptest::collection::vec(0u8..6, 0..12),
            b in proptest::collection::vec(0u8..6, 0..12),
        ) {
            for splice in [Splice::between(&a, &b, |_, item| *item), Splice::between(&a, &b, |row, _| row)] {
                prop_assert_eq!(splice.apply(&a), Some(b.clone()));
                prop_assert_eq!(splice.inverse().apply(&b), Some(a.clone()));
            }
        }
    }

    #[test]
    fn a_list_it_was_not_made_for_is_refused() {
        let splice = Splice::between(&[1, 2, 3], &[1, 3, 4], |_, item| *item);
        assert_eq!((splice.gone.len(), splice.come.len()), (1, 1));
        assert_eq!(splice.apply(&[1, 5, 3]), None);
        assert_eq!(splice.apply(&[1]), None);
    }
}
