//! The rules a plan is held to, one file each for those that need more than a few lines.

mod band;
mod kinds;
mod nesting;
mod pockets;
mod whole;

pub(crate) use whole::stale;

use crate::graph::OUT;
use crate::parts::Parts;
use crate::proof::Proofs;
use crate::report::{LevelTally, ZoneTally};
use crate::sheet::{LevelSheet, Sheet};
use lifang_model::{Violation, ViolationCode};

/// What the rules look things up in; it depends on ground and rules, not on the plan.
#[derive(Default)]
pub(crate) struct Known {
    parts: Parts,
    proofs: Proofs,
    stands: Vec<bool>,
    /// People lost between buildings and atoms.
    lost: Option<Violation>,
}

impl Known {
    pub fn new(sheet: &Sheet<'_>) -> Self {
        let mut parts = Parts::new(sheet);
        let stands = if sheet.levels.iter().any(LevelSheet::of_areas) {
            kinds::standing(sheet, &mut parts)
        } else {
            Vec::new()
        };
        Self { parts, proofs: Proofs::new(sheet), stands, lost: whole::conserved(sheet) }
    }
}

/// Checks everything but the land itself.
pub(crate) fn check(sheet: &Sheet<'_>, tallies: &mut [LevelTally], known: &mut Known) -> Vec<Violation> {
    let mut found = Vec::new();
    for (depth, (level, tally)) in sheet.levels.iter().zip(tallies).enumerate() {
        found.extend(unassigned(sheet, depth));
        for (zone, tally) in tally.detail.iter().enumerate() {
            found.extend(broken(sheet, level, zone, tally));
        }
        tally.misses_at_least = band::check(sheet, depth, &known.proofs, &mut known.parts, &mut found);
        nesting::check(sheet, depth, &mut found);
        for zone in 0..level.members.len() {
            found.extend(kinds::one(sheet, depth, zone, &known.stands, &mut known.parts));
        }
    }
    whole::duplicates(sheet, &mut found);
    found.extend(known.lost.clone());
    found
}

/// Checks one zone.
pub(crate) fn check_zone(
    sheet: &Sheet<'_>,
    depth: usize,
    zone: usize,
    tally: &ZoneTally,
    known: &mut Known,
) -> Vec<Violation> {
    let mut found = Vec::new();
    found.extend(broken(sheet, &sheet.levels[depth], zone, tally));
    found.extend(band::one(sheet, depth, zone, &known.proofs, &mut known.parts));
    found.extend(nesting::one(sheet, depth, zone));
    found.extend(kinds::one(sheet, depth, zone, &known.stands, &mut known.parts));
    found
}

/// A zone without atoms, or in pieces.
fn broken(sheet: &Sheet<'_>, level: &LevelSheet<'_>, zone: usize, tally: &ZoneTally) -> Option<Violation> {
    match (tally.atoms, tally.pieces) {
        (0, _) => (!level.ended(zone)).then(|| empty(level, zone)),
        (_, 0 | 1) => None,
        (_, pieces) => Some(disconnected(sheet, level, zone, pieces)),
    }
}

/// A violation of one zone; the caller fills in what differs.
pub(crate) fn of_zone(code: ViolationCode, level: &LevelSheet<'_>, zone: usize) -> Violation {
    Violation {
        code,
        level: level.plan.key.clone(),
        zone: level.plan.zones.get(zone).map(|zone| zone.code.as_str().to_owned()),
        atoms: Vec::new(),
        measured: 0.0,
        limit: 0.0,
        cause: String::new(),
        action: String::new(),
        avoidable: None,
        relaxation: None,
    }
}

/// A violation of the whole plan.
pub(crate) fn of_plan(
    code: ViolationCode,
    measured: f64,
    limit: f64,
    cause: String,
    action: &str,
) -> Violation {
    Violation {
        code,
        level: String::new(),
        zone: None,
        atoms: Vec::new(),
        measured,
        limit,
        cause,
        action: action.to_owned(),
        avoidable: None,
        relaxation: None,
    }
}

/// Atoms with anybody in them that are in no zone.
pub(crate) fn unassigned(sheet: &Sheet<'_>, depth: usize) -> Option<Violation> {
    let level = &sheet.levels[depth];
    let atoms = sheet.input.atoms;
    let left: Vec<usize> = (0..atoms.len())
        .filter(|&atom| level.zone[atom] == OUT && atoms[atom].demand != lifang_model::Demand::default())
        .collect();
    if left.is_empty() {
        return None;
    }
    let households: u64 = left.iter().map(|&atom| u64::from(atoms[atom].demand.households)).sum();
    let stray = level.stray.len();
    let lost =
        if stray > 0 { format!("; {stray} atoms name a zone that does not exist") } else { String::new() };
    let alone = |&atom: &usize| sheet.graph.near(atom).is_empty();
    Some(Violation {
        level: level.plan.key.clone(),
        atoms: sheet.codes(left.iter().copied()),
        // An atom that touches nothing can still be a zone of its own, so this can always be cured.
        avoidable: Some(true),
        ..of_plan(
            ViolationCode::Unassigned,
            left.len() as f64,
            0.0,
            format!(
                "{} atoms with {households} households belong to no zone, {} of them touch nothing{lost}.",
                left.len(),
                left.iter().filter(|atom| alone(atom)).count()
            ),
            "Give each to a zone it touches, or make it a zone of its own.",
        )
    })
}

fn empty(level: &LevelSheet<'_>, zone: usize) -> Violation {
    Violation {
        measured: 0.0,
        limit: 1.0,
        cause: "the zone holds no atom.".to_owned(),
        action: "Give it atoms or retire its code.".to_owned(),
        avoidable: Some(true),
        ..of_zone(ViolationCode::Empty, level, zone)
    }
}

fn disconnected(sheet: &Sheet<'_>, level: &LevelSheet<'_>, zone: usize, pieces: u32) -> Violation {
    let mut of: std::collections::BTreeMap<u32, (u64, Vec<usize>)> = std::collections::BTreeMap::new();
    for &atom in &level.members[zone] {
        let entry = of.entry(level.piece[atom]).or_default();
        entry.0 += sheet.load[atom];
        entry.1.push(atom);
    }
    let mut of: Vec<(u64, Vec<usize>)> = of.into_values().collect();
    // The heaviest piece is the zone; the others are what came off it.
    of.sort_by_key(|(load, atoms)| std::cmp::Reverse((*load, atoms.len())));
    let off: Vec<usize> = of.into_iter().skip(1).flat_map(|(_, atoms)| atoms).collect();
    let load: u64 = off.iter().map(|&atom| sheet.load[atom]).sum();
    Violation {
        atoms: sheet.codes(off.iter().copied()),
        measured: f64::from(pieces),
        limit: 1.0,
        cause: format!(
            "the zone lies in {pieces} pieces that do not touch; the smaller ones count {} in {} atoms.",
            lifang_model::Load(load).as_units(),
            off.len()
        ),
        action: "Join the pieces by an atom between them, or give the smaller ones to zones they touch."
            .to_owned(),
        ..of_zone(ViolationCode::Disconnected, level, zone)
    }
}
