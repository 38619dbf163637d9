//! 编码顺序 Zone codes: the territory's code, then each level's sequence number.
//!
//! # Order
//! The standards ask for "west to east, north to south" (DB11/T 2157-2023, CJ/T 349-2010), which orders no polygons.
//! Here: 1. the centroid of a zone is the mean of its atoms' anchors; 2. it falls in a row of `row_height_m` metres,
//! rows are counted on the local frame's own raster so that an edit elsewhere moves no row; 3. rows go from north to
//! south, in a row zones go from west to east; 4. ties go to the zone with the lower first atom. Sequence numbers start
//! at 1 inside the parent. A planner may later change an order by hand; codes once given are never given again.

use crate::error::PartitionError;
use lifang_model::{Atom, AtomIdx, CodeRules, ZoneCode};
use std::cmp::Reverse;

/// The order in which zones are numbered: positions in `zones`, each zone a list of atoms.
pub(crate) fn order(zones: &[Vec<u32>], atoms: &[Atom], rules: &CodeRules) -> Vec<usize> {
    let row = i64::from(rules.row_height_m.max(1)) * 1000;
    let key = |zone: &[u32]| {
        let n = zone.len().max(1) as i64;
        let (x, y) = zone.iter().fold((0i64, 0i64), |(x, y), &v| {
            let p = atoms[v as usize].anchor;
            (x + i64::from(p.x), y + i64::from(p.y))
        });
        (Reverse((y / n).div_euclid(row)), x / n, zone.iter().min().copied().map(|v| AtomIdx(v).0))
    };
    let keys: Vec<_> = zones.iter().map(|zone| key(zone)).collect();
    let mut order: Vec<usize> = (0..zones.len()).collect();
    order.sort_by(|&a, &b| keys[a].cmp(&keys[b]).then(a.cmp(&b)));
    order
}

/// Digits for `count` zones: those of the rules, or as many as it takes.
pub(crate) fn digits(count: usize, wanted: u8) -> usize {
    usize::from(wanted).max(count.max(1).to_string().len())
}

/// The code of zone number `sequence` (from 1) under `parent`, which is empty for an unknown territory.
///
/// # Errors
/// [`PartitionError::Code`] if the text is no code.
pub(crate) fn code(
    parent: &str,
    rules: &CodeRules,
    sequence: usize,
    digits: usize,
) -> Result<ZoneCode, PartitionError> {
    let separator = if parent.is_empty() { "" } else { rules.separator.as_str() };
    Ok(ZoneCode::new(format!("{parent}{separator}{sequence:0digits$}"))?)
}
