//! Sizes: under and over the band.

use super::{of_zone, pockets};
use crate::parts::Parts;
use crate::proof::{Key, Proof, Proofs};
use crate::sheet::Sheet;
use lifang_model::{Band, Load, Violation, ViolationCode};
use std::collections::{BTreeMap, BTreeSet};

pub(crate) fn check(
    sheet: &Sheet<'_>,
    depth: usize,
    proofs: &Proofs,
    parts: &mut Parts,
    found: &mut Vec<Violation>,
) -> u32 {
    let level = &sheet.levels[depth];
    let mut missed: Vec<(usize, Band, Proof)> = Vec::new();
    let mut shared: BTreeMap<Key, u32> = BTreeMap::new();
    for zone in 0..level.plan.zones.len() {
        let Some(band) = missed_band(sheet, depth, zone) else { continue };
        let proof = proofs.of(sheet, parts, (depth, zone), band, true);
        if let Some(key) = proof.key {
            *shared.entry(key).or_default() += 1;
        }
        missed.push((zone, band, proof));
    }
    let bound = at_least(missed.iter().map(|(_, _, proof)| proof));
    for (zone, band, proof) in &mut missed {
        // One zone must miss; which of several that do, that arithmetic does not say, but another may.
        if let Some(&count) = proof.key.and_then(|key| shared.get(&key)).filter(|&&count| count > 1) {
            match proofs.lone(sheet, &level.members[*zone], *band) {
                Some(lone) => *proof = lone,
                None => {
                    proof.avoidable = None;
                    proof.cause.push_str(&format!(" At least one zone there must miss; {count} do."));
                }
            }
        }
    }
    pockets::prove(sheet, depth, &mut missed);
    let atoms = at_least(missed.iter().map(|(_, _, proof)| proof).filter(|proof| proof.key.is_none()));
    found.extend(missed.into_iter().map(|(zone, band, proof)| violation(sheet, depth, zone, band, proof)));
    bound.max(atoms)
}

/// How many zones must miss in every plan in which no zone reaches two of the places proofs are about. Proofs of one
/// family are about different atoms or different land and add up; those of different families may be about the same.
fn at_least<'a>(proofs: impl Iterator<Item = &'a Proof>) -> u32 {
    let mut families: BTreeMap<u8, BTreeSet<(Option<Key>, usize)>> = BTreeMap::new();
    for proof in proofs.filter(|proof| proof.avoidable == Some(false)) {
        let (family, what) = match proof.key {
            None => (0, (None, proof.atoms.first().copied().unwrap_or(usize::MAX))),
            Some(key @ (0, ..)) => (1, (Some(key), 0)),
            Some(key @ (1..=3, ..)) => (2, (Some(key), 0)),
            Some(key) => (key.0, (Some(key), 0)),
        };
        families.entry(family).or_default().insert(what);
    }
    families.values().map(|family| family.len() as u32).max().unwrap_or(0)
}

/// The band a zone misses.
fn missed_band(sheet: &Sheet<'_>, depth: usize, zone: usize) -> Option<Band> {
    let level = &sheet.levels[depth];
    let misses = |band: &Band| !band.holds(Load(level.load[zone])) && !level.members[zone].is_empty();
    level.band(zone).filter(misses)
}

/// What one zone misses its band by. Where other zones may share the proof, which only a look at all of them tells,
/// nothing is said of whether it can be avoided.
pub(crate) fn one(
    sheet: &Sheet<'_>,
    depth: usize,
    zone: usize,
    proofs: &Proofs,
    parts: &mut Parts,
) -> Option<Violation> {
    let band = missed_band(sheet, depth, zone)?;
    let mut proof = proofs.of(sheet, parts, (depth, zone), band, false);
    if proof.key.is_some() {
        proof.avoidable = None;
    }
    Some(violation(sheet, depth, zone, band, proof))
}

fn violation(sheet: &Sheet<'_>, depth: usize, zone: usize, band: Band, proof: Proof) -> Violation {
    let level = &sheet.levels[depth];
    let load = Load(level.load[zone]);
    let under = load < Load::units(band.min);
    let (code, limit) =
        if under { (ViolationCode::UnderBand, band.min) } else { (ViolationCode::OverBand, band.max) };
    let action = match (&proof.relaxation, under) {
        (Some(to), _) if proof.avoidable == Some(false) => {
            format!("Accept it, or change {} to {}.", to.what, to.to)
        }
        (_, true) => "Take atoms from a neighbour that can spare them, or join it to a neighbour.".to_owned(),
        (_, false) => "Give atoms to a neighbour that has room, or divide the zone.".to_owned(),
    };
    let atoms = if proof.atoms.is_empty() { &level.members[zone] } else { &proof.atoms };
    Violation {
        atoms: sheet.codes(atoms.iter().copied()),
        measured: load.as_units(),
        limit: f64::from(limit),
        cause: proof.cause,
        action,
        avoidable: proof.avoidable,
        relaxation: proof.relaxation,
        ..of_zone(code, level, zone)
    }
}
