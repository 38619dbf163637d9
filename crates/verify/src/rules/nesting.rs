//! Nesting: every zone lies inside its parent.

use super::of_zone;
use crate::graph::OUT;
use crate::sheet::Sheet;
use lifang_model::{Violation, ViolationCode};

pub(crate) fn check(sheet: &Sheet<'_>, depth: usize, found: &mut Vec<Violation>) {
    found.extend((0..sheet.levels[depth].members.len()).filter_map(|zone| one(sheet, depth, zone)));
}

/// How far one zone reaches beyond its parent.
pub(crate) fn one(sheet: &Sheet<'_>, depth: usize, zone: usize) -> Option<Violation> {
    let coarse = &sheet.levels[depth.checked_sub(1)?];
    let level = &sheet.levels[depth];
    let members = &level.members[zone];
    let parent = level.plan.zones[zone].parent.map(|parent| parent.0);
    let out: Vec<usize> = members.iter().copied().filter(|&atom| Some(coarse.zone[atom]) != parent).collect();
    if out.is_empty() {
        return None;
    }
    let named = parent.and_then(|parent| coarse.plan.zones.get(parent as usize));
    let elsewhere = out.iter().filter(|&&atom| coarse.zone[atom] != OUT).count();
    let cause = match named {
        None => format!("the zone names no parent that exists on level {}.", coarse.plan.key),
        Some(parent) => format!(
            "{} of its {} atoms lie outside its parent {}: {elsewhere} in another zone, {} in none.",
            out.len(),
            members.len(),
            parent.code,
            out.len() - elsewhere
        ),
    };
    Some(Violation {
        atoms: sheet.codes(out.iter().copied()),
        measured: out.len() as f64,
        limit: 0.0,
        cause,
        action: "Move these atoms to a zone of their own parent, or move them on both levels.".to_owned(),
        // Cutting the zone along its parents' border always cures this, whatever it does to sizes.
        avoidable: Some(true),
        ..of_zone(ViolationCode::NotNested, level, zone)
    })
}
