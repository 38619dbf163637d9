//! 困局 What zones in the band can only take from each other: the last and longest proof ([`crate::pocket`]).

use crate::cure::widen;
use crate::graph::OUT;
use crate::parts::Parts;
use crate::pocket::{self, Field};
use crate::proof::Proof;
use crate::sheet::Sheet;
use lifang_model::{Band, Load, ZoneKind};
use std::collections::BTreeSet;

/// Tries the last and longest proof for every zone nothing was proven of, each about atoms of its own.
pub(crate) fn prove(sheet: &Sheet<'_>, depth: usize, parts: &mut Parts, missed: &mut [(usize, Band, Proof)]) {
    /// Steps of all searches together: some tenths of a second.
    const STEPS: u64 = 20_000_000;
    let mut steps = STEPS;
    let proven = missed.iter().filter(|(_, _, proof)| proof.avoidable == Some(false));
    let mut taken: BTreeSet<usize> = proven.flat_map(|(_, _, proof)| proof.atoms.iter().copied()).collect();
    for (zone, band, proven) in missed.iter_mut().filter(|(_, _, proof)| proof.avoidable.is_none()) {
        if let Some(better) = proof(sheet, parts, (depth, *zone), *band, &taken, &mut steps) {
            taken.extend(better.atoms.iter().copied());
            *proven = better;
        }
    }
}

/// Atoms around a zone of which one is in a zone outside the band in every plan, none of them `taken`. Nothing is said where areas
/// are zones, which need be in no band, nor of atoms in areas that may be zones of their own kind.
fn proof(
    sheet: &Sheet<'_>,
    parts: &mut Parts,
    (depth, zone): (usize, usize),
    band: Band,
    taken: &BTreeSet<usize>,
    steps: &mut u64,
) -> Option<Proof> {
    let level = &sheet.levels[depth];
    if level.of_areas() || *steps == 0 {
        return None;
    }
    let members = &level.members[zone];
    let coarse = depth.checked_sub(1).map(|above| &sheet.levels[above]);
    let area = coarse.and_then(|coarse| {
        let parent = coarse.zone[*members.first()?];
        let compound = coarse.area.get(parent as usize).copied().flatten()?;
        let own = |&atom: &usize| sheet.load[atom] == 0 || sheet.compound[atom] == compound;
        coarse.members[parent as usize].iter().all(own).then_some(compound)
    });
    let inside = area.map(|compound| parts.area(sheet, compound));
    let free = |atom: usize| sheet.load[atom] == 0 && sheet.compound[atom] == OUT;
    let may = |atom: usize| inside.is_none_or(|pieces| pieces.of.contains_key(&atom) || free(atom));
    let rules = &sheet.input.plan.rules;
    let exempt = |atom: &usize| {
        let compound = sheet.input.territory.compounds.get(sheet.compound[*atom] as usize);
        compound.is_some_and(|compound| rules.is_special(ZoneKind::from(compound.kind)))
    };
    if members.iter().any(exempt) {
        return None;
    }
    let field = Field { graph: &sheet.graph, load: &sheet.load, band };
    let found =
        pocket::find(&field, members, &may, taken, steps).filter(|found| !found.atoms.iter().any(exempt))?;
    let units = |milli: u64| Load(milli).as_units();
    let named = |&atom: &usize| format!("{} ({})", sheet.input.atoms[atom].code, units(sheet.load[atom]));
    const NAMED: usize = 8;
    let mut names: Vec<String> = found.atoms.iter().take(NAMED).map(named).collect();
    if found.atoms.len() > NAMED {
        names.push(format!("and {} more", found.atoms.len() - NAMED));
    }
    let cause = format!(
        "{}: of the {} ways in which zones in the band could hold some of them, past {} neighbours that only one zone each can \
         have, no choice holds them all: in every plan a zone here is outside the band.",
        names.join(", "),
        found.pieces,
        found.ring
    );
    let relaxation = widen(band, Load(level.load[zone]));
    Some(Proof { atoms: found.atoms, cause, avoidable: Some(false), relaxation, key: None })
}
