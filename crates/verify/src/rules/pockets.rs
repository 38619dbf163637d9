//! 困局 What zones in the band can only take from each other: the last and longest proof ([`crate::pocket`]).

use crate::cure::widen;
use crate::pocket::{self, ALL_STEPS, Field};
use crate::proof::Proof;
use crate::sheet::Sheet;
use lifang_model::{Band, Load, ZoneKind};
use std::collections::BTreeSet;

/// Tries the last and longest proof for every zone nothing was proven of, each about atoms of its own.
pub(crate) fn prove(sheet: &Sheet<'_>, depth: usize, missed: &mut [(usize, Band, Proof)]) {
    let mut steps = ALL_STEPS;
    let proven = missed.iter().filter(|(_, _, proof)| proof.avoidable == Some(false));
    let mut taken: BTreeSet<usize> = proven.flat_map(|(_, _, proof)| proof.atoms.iter().copied()).collect();
    for (zone, band, proven) in missed.iter_mut().filter(|(_, _, proof)| proof.avoidable.is_none()) {
        if let Some(better) = proof(sheet, (depth, *zone), *band, &taken, &mut steps) {
            taken.extend(better.atoms.iter().copied());
            *proven = better;
        }
    }
}

/// Atoms around a zone of which one is in a zone outside the band in every plan, none of them `taken`. Nothing is said where areas
/// are zones, which need be in no band, nor of atoms in areas that may be zones of their own kind.
///
/// Parents and areas set no limit to what may be joined, not even an area that is a zone of its own in this plan: another plan may add
/// homes outside all areas, or those of an area that cannot stand alone, to the same parent without breaking a rule (P-402).
fn proof(
    sheet: &Sheet<'_>,
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
        pocket::find(&field, members, taken, steps).filter(|found| !found.atoms.iter().any(exempt))?;
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
