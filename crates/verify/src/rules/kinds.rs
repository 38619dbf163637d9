//! Areas kept apart: where every compound is a zone of its own, no zone holds homes of two.
//!
//! A compound that cannot stand alone may be joined to others: one to whose load zones of the finest level cannot add up,
//! as a whole or in the piece of it that hangs together. Only those that can stand are kept apart.

use super::of_zone;
use crate::graph::OUT;
use crate::parts::Parts;
use crate::sheet::Sheet;
use lifang_model::{Load, Violation, ViolationCode};
use std::collections::BTreeMap;

/// Which compounds could be zones of their own.
pub(crate) fn standing(sheet: &Sheet<'_>, parts: &mut Parts) -> Vec<bool> {
    (0..)
        .zip(&sheet.compound_load)
        .map(|(c, &load)| sheet.stands(load) && sheet.stands(parts.heaviest(sheet, c).1))
        .collect()
}

/// What one zone counts beside its main area.
pub(crate) fn one(
    sheet: &Sheet<'_>,
    depth: usize,
    zone: usize,
    stands: &[bool],
    parts: &mut Parts,
) -> Option<Violation> {
    let level = &sheet.levels[depth];
    if !level.of_areas() {
        return None;
    }
    let members = &level.members[zone];
    let mut load: BTreeMap<u32, u64> = BTreeMap::new();
    for &atom in members {
        let compound = sheet.compound[atom];
        if compound != OUT && sheet.load[atom] > 0 && stands[compound as usize] {
            *load.entry(compound).or_default() += sheet.load[atom];
        }
    }
    let main = level.area[zone].or_else(|| load.iter().max_by_key(|&(_, &load)| load).map(|(&c, _)| c));
    let main = main.filter(|main| load.len() > usize::from(load.contains_key(main)))?;
    let foreign: Vec<usize> = members
        .iter()
        .copied()
        .filter(|&atom| {
            sheet.compound[atom] != main && sheet.load[atom] > 0 && load.contains_key(&sheet.compound[atom])
        })
        .collect();
    // A piece that its own compound cannot reach has to go to somebody.
    let stranded = foreign.iter().all(|&atom| {
        let heaviest = parts.heaviest(sheet, sheet.compound[atom]).0;
        parts.area(sheet, sheet.compound[atom]).of.get(&atom) != Some(&heaviest)
    });
    let name = |compound: u32| {
        let compound = &sheet.input.territory.compounds[compound as usize];
        compound.name.clone().unwrap_or_else(|| compound.code.clone())
    };
    let others: Vec<String> = load.keys().copied().filter(|&c| c != main).map(name).collect();
    let count: u64 = foreign.iter().map(|&atom| sheet.load[atom]).sum();
    let why = if stranded { "; they do not touch the rest of their own area" } else { "" };
    Some(Violation {
        atoms: sheet.codes(foreign.iter().copied()),
        measured: load.len() as f64 + f64::from(u8::from(!load.contains_key(&main))),
        limit: 1.0,
        cause: format!(
            "beside {} the zone counts {} of {}{why}.",
            name(main),
            Load(count).as_units(),
            others.join(", ")
        ),
        action: "Give these atoms back to the zone of their own area.".to_owned(),
        avoidable: stranded.then_some(false),
        ..of_zone(ViolationCode::MixedKind, level, zone)
    })
}
