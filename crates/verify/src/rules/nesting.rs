//! Nesting: every zone lies inside its parent.

use super::of_zone;
use crate::graph::OUT;
use crate::sheet::Sheet;
use lifang_model::{Violation, ViolationCode};

pub(crate) fn check(sheet: &Sheet<'_>, depth: usize, found: &mut Vec<Violation>) {
    let Some(coarse) = depth.checked_sub(1).map(|above| &sheet.levels[above]) else { return };
    let level = &sheet.levels[depth];
    for (zone, members) in level.members.iter().enumerate() {
        let parent = level.plan.zones[zone].parent.map(|parent| parent.0);
        let out: Vec<usize> =
            members.iter().copied().filter(|&atom| Some(coarse.zone[atom]) != parent).collect();
        if out.is_empty() {
            continue;
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
        found.push(Violation {
            atoms: sheet.codes(out.iter().copied()),
            measured: out.len() as f64,
            limit: 0.0,
            cause,
            action: "Move these atoms to a zone of their own parent, or move them on both levels.".to_owned(),
            // Cutting the zone along its parents' border always cures this, whatever it does to sizes.
            avoidable: Some(true),
            ..of_zone(ViolationCode::NotNested, level, zone)
        });
    }
}
