//! 放宽建议 The smallest change of rules or data that would remove a violation.

use crate::graph::OUT;
use crate::sheet::Sheet;
use lifang_model::{Band, Load, Relaxation};
use std::collections::BTreeMap;

/// The smallest change: a band that fits if it is within a tenth of this one, else the neighbouring parent to join.
pub(crate) fn cure(
    sheet: &Sheet<'_>,
    depth: usize,
    atoms: &[usize],
    load: Load,
    band: Band,
) -> Option<Relaxation> {
    let wider = widen_to(band, load);
    let near =
        |(min, max): (u64, u64)| min * 10 >= u64::from(band.min) * 9 && max * 10 <= u64::from(band.max) * 11;
    if let Some(fit) = wider.filter(|&fit| near(fit)) {
        return Some(said(fit));
    }
    neighbour(sheet, depth, atoms, load, band).or_else(|| wider.map(said))
}

/// The coarser zone with the longest common border that, joined with this load, could be divided within the band.
fn neighbour(sheet: &Sheet<'_>, depth: usize, atoms: &[usize], load: Load, band: Band) -> Option<Relaxation> {
    let coarse = &sheet.levels[depth.checked_sub(1)?];
    let own = coarse.zone.get(*atoms.first()?).copied()?;
    let mut border: BTreeMap<u32, u64> = BTreeMap::new();
    for &atom in atoms {
        for &(to, shared) in sheet.graph.near(atom) {
            let zone = coarse.zone[to as usize];
            if zone != OUT && zone != own {
                *border.entry(zone).or_default() += shared;
            }
        }
    }
    let fits = |&(&zone, _): &(&u32, &u64)| band.can_tile(Load(coarse.load[zone as usize]) + load);
    let (&zone, _) =
        border.iter().filter(fits).max_by_key(|&(&zone, &shared)| (shared, std::cmp::Reverse(zone)))?;
    let code = coarse.plan.zones.get(zone as usize)?.code.as_str().to_owned();
    Some(Relaxation { what: "join".to_owned(), to: code })
}

fn said((min, max): (u64, u64)) -> Relaxation {
    Relaxation { what: "band".to_owned(), to: format!("[{min}, {max}]") }
}

pub(crate) fn widen(band: Band, load: Load) -> Option<Relaxation> {
    widen_to(band, load).map(said)
}

/// The band nearest to this one into which some number of equal parts of a load falls.
fn widen_to(band: Band, load: Load) -> Option<(u64, u64)> {
    let (min, max) = (u64::from(band.min), u64::from(band.max));
    if load.0 == 0 || max == 0 {
        return None;
    }
    let fewest = (load.0 / (max * 1000)).max(1);
    let part = |k: u64| (min.min(load.0 / (k * 1000)), max.max(load.0.div_ceil(k * 1000)));
    [fewest, fewest + 1]
        .map(part)
        .into_iter()
        .filter(|&(low, _)| low > 0)
        .min_by_key(|&(low, high)| (min - low) + (high - max))
}
