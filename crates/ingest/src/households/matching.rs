//! 楼栋匹配 Which building a row means: by code, else by compound and number of the building.

use super::address::{label, parse, place};
use super::spots::Spot;
use crate::text::fold;
use lifang_model::{Building, Compound};
use std::collections::BTreeMap;

/// What a row means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Match {
    /// One building.
    One(usize),
    /// Several buildings it could be.
    Several(Vec<usize>),
    /// None.
    Nothing,
}

/// Buildings by everything they are called.
pub(super) struct Names {
    exact: BTreeMap<String, Vec<usize>>,
    numbers: BTreeMap<String, Vec<(String, usize)>>,
}

impl Names {
    /// `keys` are the cells of the column named for matching; without one, codes, names and addresses are what is matched.
    pub(super) fn of(
        buildings: &[Building],
        keys: Option<&[Option<String>]>,
        addresses: &[Option<&str>],
        compounds: &[Compound],
    ) -> Self {
        let mut names = Self { exact: BTreeMap::new(), numbers: BTreeMap::new() };
        for (at, building) in buildings.iter().enumerate() {
            let key = keys.and_then(|keys| keys.get(at)).and_then(Option::as_deref);
            let also = addresses.get(at).copied().flatten().filter(|_| keys.is_none());
            let also = also.filter(|address| building.name.as_deref() != Some(address));
            let exact = match keys {
                Some(_) => vec![key],
                None => vec![Some(building.code.as_str()), building.name.as_deref(), also],
            };
            let mut called: Vec<String> =
                exact.into_iter().flatten().map(tight).filter(|key| !key.is_empty()).collect();
            called.dedup();
            for name in called {
                names.exact.entry(name).or_default().push(at);
            }
            let compound =
                building.compound.and_then(|row| compounds.get(row.at())).and_then(|c| c.name.as_deref());
            let said = if keys.is_some() { key } else { building.name.as_deref() };
            for said in said.into_iter().chain(also) {
                let address = parse(said);
                let (around, number) = match address.label {
                    Some(number) => (address.place, Some(number)),
                    None => (String::new(), label(said)),
                };
                let Some(number) = number else { continue };
                let around = if around.is_empty() { compound.map(place).unwrap_or_default() } else { around };
                names.numbers.entry(number).or_default().push((around, at));
            }
        }
        names
    }

    /// Whether a key is what a building is called as a whole.
    pub(super) fn has_code(&self, key: &str) -> bool {
        self.exact.contains_key(&tight(key))
    }

    /// What a row means.
    pub(super) fn find(&self, spot: &Spot) -> Match {
        let Some(key) = spot.key.as_deref() else { return Match::Nothing };
        let around = match &spot.compound {
            Some(compound) => place(compound),
            None => spot.address.place.clone(),
        };
        // A bare number is a number of a building where the row names a compound, before it is a code.
        let number = spot.address.label.clone().or_else(|| label(key));
        let by_number = || number.as_deref().map_or(Match::Nothing, |number| self.by_number(number, &around));
        let exact = self.exact.get(&tight(key)).map_or(Match::Nothing, |rows| one(rows.clone()));
        match exact {
            Match::One(row) if spot.compound.is_none() => Match::One(row),
            exact => match by_number() {
                Match::Nothing => exact,
                found => found,
            },
        }
    }

    fn by_number(&self, number: &str, around: &str) -> Match {
        let Some(list) = self.numbers.get(number) else { return Match::Nothing };
        if around.is_empty() {
            return one(list.iter().map(|(_, row)| *row).collect());
        }
        let equal: Vec<usize> =
            list.iter().filter(|(place, _)| place == around).map(|(_, row)| *row).collect();
        if !equal.is_empty() {
            return one(equal);
        }
        // An address in full names street and district before the compound; the longest compound it ends in is meant.
        let fits = |place: &str| !place.is_empty() && around.ends_with(place);
        let longest = list.iter().filter(|(place, _)| fits(place)).map(|(place, _)| place.len()).max();
        if let Some(longest) = longest {
            return one(list
                .iter()
                .filter(|(p, _)| fits(p) && p.len() == longest)
                .map(|(_, row)| *row)
                .collect());
        }
        // Buildings of no known compound can be meant only where there is one of the number.
        match list[..] {
            [(ref place, row)] if place.is_empty() => Match::One(row),
            _ => Match::Nothing,
        }
    }
}

/// A code made comparable: width, case and spaces do not matter, separators do (1-12 is not 11-2).
fn tight(text: &str) -> String {
    fold(text).chars().filter(|c| !c.is_whitespace()).collect()
}

fn one(rows: Vec<usize>) -> Match {
    match rows[..] {
        [] => Match::Nothing,
        [row] => Match::One(row),
        _ => Match::Several(rows),
    }
}
