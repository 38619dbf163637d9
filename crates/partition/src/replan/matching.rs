//! 单元对应 Which atom of the current plan each atom was: by code, then by building, then by place.

use lifang_model::{Atom, Point};
use std::collections::BTreeMap;

/// An atom whose code turns up this far away, millimetres, is another one: codes may be rows of a file that has changed.
const FAR: f64 = 250_000.0;

/// 前身 What an atom was.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) struct Was {
    /// Row of the atom before.
    pub atom: u32,
    /// Whether it is the same atom, not just another part of the same building.
    pub same: bool,
}

/// The atom each new atom was; `None` for what was not there.
///
/// Parts of buildings are the same if their codes are; a building divided otherwise than before hands its atoms on by
/// unit and floor. Land without a building has no lasting code: it is the same if its anchor has not moved.
pub(crate) fn matches(old: &[Atom], new: &[Atom]) -> Vec<Option<Was>> {
    let mut codes: BTreeMap<&str, u32> = BTreeMap::new();
    let mut bases: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
    let mut places: BTreeMap<Point, u32> = BTreeMap::new();
    for (row, atom) in (0u32..).zip(old) {
        if atom.building.is_some() {
            codes.insert(atom.code.as_str(), row);
            bases.entry(base(atom)).or_default().push(row);
        } else {
            places.insert(atom.anchor, row);
        }
    }
    let near = |row: u32, atom: &Atom| old[row as usize].anchor.distance(atom.anchor) <= FAR;
    new.iter()
        .map(|atom| {
            if atom.building.is_none() {
                return places.get(&atom.anchor).map(|&row| Was { atom: row, same: true });
            }
            if let Some(&row) = codes.get(atom.code.as_str()).filter(|&&row| near(row, atom)) {
                return Some(Was { atom: row, same: true });
            }
            let parts = bases.get(base(atom))?.iter().copied().filter(|&row| near(row, atom));
            let key = |row: u32| {
                let part = &old[row as usize];
                (part.unit.abs_diff(atom.unit), floor(part).abs_diff(floor(atom)), row)
            };
            parts.min_by_key(|&row| key(row)).map(|row| Was { atom: row, same: false })
        })
        .collect()
}

fn floor(atom: &Atom) -> u16 {
    atom.floors.map_or(0, |band| band.low)
}

/// The building's part of an atom's code: what stands before unit and floors.
fn base(atom: &Atom) -> &str {
    let code = atom.code.as_str();
    let mut text = code;
    if atom.floors.is_some() {
        text = text.rfind("-F").map_or(text, |at| &text[..at]);
    }
    if atom.unit > 0 {
        text = text.rfind("-U").map_or(text, |at| &text[..at]);
    }
    if text.is_empty() { code } else { text }
}
