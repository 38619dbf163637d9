//! 对比 Compares two plans or two states of one: who changes zone, which zone became which.

use crate::changes::CoverageChange;
use crate::content::{Content, ContentAtom};
use lifang_store::Succession;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// 人数 Households and residents.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct People {
    /// Households.
    pub households: u64,
    /// Residents.
    pub persons: u64,
}

impl People {
    fn add(&mut self, atom: &ContentAtom) {
        self.households += u64::from(atom.households);
        self.persons += u64::from(atom.persons);
    }
}

/// 网格对应 A zone before and the zone it became, matched by most households in common.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Match {
    /// Code before; `None` for a zone that is new.
    pub old: Option<String>,
    /// Code after; `None` for a zone that ended.
    pub new: Option<String>,
    /// Who is in both.
    pub stayed: People,
    /// Who left the old zone for another.
    pub left: People,
    /// Who came to the new zone from another.
    pub came: People,
}

/// 层级对比 One level compared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LevelComparison {
    /// Key of the level.
    pub level: String,
    /// Zones before and after.
    pub zones: (usize, usize),
    /// Whose zone is not the one their old zone became.
    pub moved: People,
    /// Whose zone has another code than before.
    pub recoded: People,
    /// Zones and what became of them, by old code, new zones last.
    pub matches: Vec<Match>,
}

/// 对比结果 What differs between two plans. Atoms are matched by code; people of an atom only one side has are `gone` or
/// `new`, and those of an atom both have count as they do after.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Comparison {
    /// Levels both have, coarse to fine.
    pub levels: Vec<LevelComparison>,
    /// People in atoms that are no longer there.
    pub gone: People,
    /// People in atoms that were not there.
    pub new: People,
    /// Violations before and after, where both were judged.
    pub violations: Option<(usize, usize)>,
    /// Who is within which tier of which service, before and after, where both were measured.
    pub coverage: Vec<CoverageChange>,
}

/// Compares what two plans say.
///
/// Zones are matched greedily, most households in common first, then residents, then atoms, then equal codes, then the lower codes;
/// each zone is matched at most once.
#[must_use]
pub fn compare(a: &Content, b: &Content) -> Comparison {
    let before: BTreeMap<&str, &ContentAtom> =
        a.atoms.iter().map(|atom| (atom.code.as_str(), atom)).collect();
    let after: BTreeSet<&str> = b.atoms.iter().map(|atom| atom.code.as_str()).collect();
    let (mut gone, mut new) = (People::default(), People::default());
    a.atoms.iter().filter(|atom| !after.contains(atom.code.as_str())).for_each(|atom| gone.add(atom));
    b.atoms.iter().filter(|atom| !before.contains_key(atom.code.as_str())).for_each(|atom| new.add(atom));
    let mut levels = Vec::new();
    for (here, (key, zones)) in b.levels.iter().enumerate() {
        let Some(there) = a.levels.iter().position(|(other, _)| other == key) else { continue };
        let common = b.atoms.iter().filter_map(|atom| {
            let old = before.get(atom.code.as_str())?;
            let from = old.zones.get(there).copied().flatten();
            let to = atom.zones.get(here).copied().flatten();
            Some((atom, from, to))
        });
        let code = |list: &[crate::content::ContentZone], at: u32| {
            list.get(at as usize).map_or_else(String::new, |zone| zone.code.clone())
        };
        let mut shared = Shared::new();
        for (atom, from, to) in common {
            let entry = shared.entry((from, to)).or_default();
            entry.0.add(atom);
            entry.1 += 1;
        }
        let old_zones = &a.levels[there].1;
        levels.push(level(
            key,
            old_zones.len(),
            zones.len(),
            &shared,
            |at| code(old_zones, at),
            |at| code(zones, at),
        ));
    }
    Comparison { levels, gone, new, violations: None, coverage: Vec::new() }
}

/// People and atoms by the zone they left and the zone they came to; `None` where there was none.
type Shared = BTreeMap<(Option<u32>, Option<u32>), (People, u64)>;

fn level(
    key: &str,
    olds: usize,
    news: usize,
    shared: &Shared,
    old_code: impl Fn(u32) -> String,
    new_code: impl Fn(u32) -> String,
) -> LevelComparison {
    let mut pairs: Vec<(People, u64, bool, u32, u32)> = shared
        .iter()
        .filter_map(|(&(from, to), &(people, atoms))| {
            let (from, to) = (from?, to?);
            Some((people, atoms, old_code(from) == new_code(to), from, to))
        })
        .collect();
    // Zones are in order of code, so the lower place is the lower code.
    pairs.sort_by(|a, b| {
        let most = (b.0, b.1, b.2).cmp(&(a.0, a.1, a.2));
        most.then((a.3, a.4).cmp(&(b.3, b.4)))
    });
    let mut became: BTreeMap<u32, u32> = BTreeMap::new();
    let mut was: BTreeMap<u32, u32> = BTreeMap::new();
    for &(_, _, _, from, to) in &pairs {
        if !became.contains_key(&from) && !was.contains_key(&to) {
            became.insert(from, to);
            was.insert(to, from);
        }
    }
    let (mut moved, mut recoded) = (People::default(), People::default());
    let mut left: BTreeMap<u32, People> = BTreeMap::new();
    let mut came: BTreeMap<u32, People> = BTreeMap::new();
    let mut stayed: BTreeMap<u32, People> = BTreeMap::new();
    let add = |sum: &mut People, people: &People| {
        sum.households += people.households;
        sum.persons += people.persons;
    };
    for ((from, to), (people, _)) in shared {
        let same = match (from, to) {
            (Some(from), Some(to)) => became.get(from) == Some(to),
            (from, to) => from.is_none() && to.is_none(),
        };
        if from.map(&old_code) != to.map(&new_code) {
            add(&mut recoded, people);
        }
        match (same, from) {
            (true, Some(from)) => add(stayed.entry(*from).or_default(), people),
            (true, None) => {}
            (false, _) => {
                add(&mut moved, people);
                from.iter().for_each(|from| add(left.entry(*from).or_default(), people));
                to.iter().for_each(|to| add(came.entry(*to).or_default(), people));
            }
        }
    }
    let of = |map: &BTreeMap<u32, People>, at: &u32| map.get(at).copied().unwrap_or_default();
    let index = |count: usize| 0..u32::try_from(count).unwrap_or(u32::MAX);
    let mut matches: Vec<Match> = index(olds)
        .map(|from| {
            let to = became.get(&from);
            Match {
                old: Some(old_code(from)),
                new: to.map(|to| new_code(*to)),
                stayed: of(&stayed, &from),
                left: of(&left, &from),
                came: to.map_or_else(People::default, |to| of(&came, to)),
            }
        })
        .collect();
    matches.extend(index(news).filter(|to| !was.contains_key(to)).map(|to| Match {
        old: None,
        new: Some(new_code(to)),
        stayed: People::default(),
        left: People::default(),
        came: of(&came, &to),
    }));
    LevelComparison { level: key.to_owned(), zones: (olds, news), moved, recoded, matches }
}

/// 新旧编码对照 How people went from codes to codes, level by level; everybody is counted once on each level.
#[must_use]
pub fn succession(a: &Content, b: &Content) -> Vec<Succession> {
    let by_code = |content: &Content| -> BTreeMap<String, ContentAtom> {
        content.atoms.iter().map(|atom| (atom.code.clone(), atom.clone())).collect()
    };
    let (before, after) = (by_code(a), by_code(b));
    let mut sums: BTreeMap<(String, String, String), People> = BTreeMap::new();
    for (here, (key, zones)) in b.levels.iter().enumerate() {
        let there = a.levels.iter().position(|(other, _)| other == key);
        let old_of = |atom: &ContentAtom| {
            let there = there?;
            let at = atom.zones.get(there).copied().flatten()?;
            Some(a.levels[there].1.get(at as usize)?.code.clone())
        };
        let new_of = |atom: &ContentAtom| {
            let at = atom.zones.get(here).copied().flatten()?;
            Some(zones.get(at as usize)?.code.clone())
        };
        let codes: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
        for code in codes {
            let old = before.get(code).and_then(old_of).unwrap_or_default();
            let new = after.get(code).and_then(new_of).unwrap_or_default();
            if let Some(atom) = after.get(code).or_else(|| before.get(code)) {
                sums.entry((key.clone(), old, new)).or_default().add(atom);
            }
        }
    }
    sums.into_iter()
        .filter(|((_, old, new), _)| !old.is_empty() || !new.is_empty())
        .map(|((level, old, new), people)| Succession {
            level,
            old,
            new,
            households: people.households,
            persons: people.persons,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::ContentZone;
    use proptest::prelude::*;

    fn content(codes: &[&str], atoms: &[(u32, Option<u32>)]) -> Content {
        let zone = |code: &&str| ContentZone {
            code: (*code).to_owned(),
            name: None,
            kind: "comprehensive".to_owned(),
            parent: None,
        };
        Content {
            version: 1,
            plan: "p".to_owned(),
            territory: (String::new(), String::new()),
            fabric: String::new(),
            rules: serde_json::Value::Null,
            levels: vec![("grid".to_owned(), codes.iter().map(zone).collect())],
            atoms: atoms
                .iter()
                .enumerate()
                .map(|(row, &(households, zone))| ContentAtom {
                    code: format!("A{row:03}"),
                    households,
                    persons: households * 3,
                    zones: vec![zone],
                })
                .collect(),
        }
    }

    #[test]
    fn a_new_code_for_the_same_people_moves_nobody_but_is_told() {
        let a = content(&["1", "2"], &[(5, Some(0)), (7, Some(0)), (9, Some(1))]);
        let b = content(&["2", "3"], &[(5, Some(1)), (7, Some(1)), (9, Some(0))]);
        let level = &compare(&a, &b).levels[0];
        assert_eq!((level.moved.households, level.recoded.households), (0, 12));
        assert_eq!(level.matches[0].new.as_deref(), Some("3"));
    }

    #[test]
    fn a_split_moves_those_who_leave() {
        let a = content(&["1"], &[(5, Some(0)), (7, Some(0)), (9, None)]);
        let b = content(&["1", "2"], &[(5, Some(1)), (7, Some(0)), (9, Some(0))]);
        let level = &compare(&a, &b).levels[0];
        assert_eq!(level.moved, People { households: 14, persons: 42 });
        assert_eq!(level.matches[0].left.households, 5);
        assert_eq!(level.matches[0].came.households, 9);
        assert_eq!((level.matches[1].old.as_deref(), level.matches[1].came.households), (None, 5));
    }

    fn any() -> impl Strategy<Value = Content> {
        prop::collection::vec((0u32..9, prop::option::of(0u32..4)), 0..14)
            .prop_map(|atoms| content(&["1", "2", "3", "4"], &atoms))
    }

    proptest! {
        #[test]
        fn nobody_is_lost_or_counted_twice(a in any(), b in any()) {
            let total = |content: &Content| content.atoms.iter().map(|atom| u64::from(atom.households)).sum::<u64>();
            let compared = compare(&a, &b);
            let level = &compared.levels[0];
            let stayed: u64 = level.matches.iter().map(|row| row.stayed.households).sum();
            let nowhere: u64 = a.atoms.iter().zip(&b.atoms)
                .filter(|(old, new)| old.zones[0].is_none() && new.zones[0].is_none())
                .map(|(_, new)| u64::from(new.households)).sum();
            prop_assert_eq!(stayed + nowhere + level.moved.households + compared.new.households, total(&b));
            prop_assert!(level.moved.households <= level.recoded.households + stayed || level.moved.households <= total(&b));
            let same = compare(&b, &b);
            prop_assert_eq!(same.levels[0].moved, People::default());
            prop_assert_eq!(same.levels[0].recoded, People::default());
            let housed = |content: &Content| content.atoms.iter().filter(|atom| atom.zones[0].is_some())
                .map(|atom| u64::from(atom.households)).sum::<u64>();
            let rows = succession(&a, &b);
            let came: u64 = rows.iter().filter(|row| !row.new.is_empty()).map(|row| row.households).sum();
            prop_assert_eq!(came, housed(&b));
        }
    }
}
