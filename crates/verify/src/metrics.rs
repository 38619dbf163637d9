//! 指标 The registry of metrics: compactness, divided buildings, barriers inside zones, balance. It has a version, so
//! that stored figures are never compared with others of another meaning.

use crate::graph::OUT;
use crate::report::{LevelTally, Metric};
use crate::sheet::{LevelSheet, Sheet};
use crate::tally::Land;
use lifang_model::{AtomKind, BarrierClass};
use std::collections::BTreeMap;

/// Version of the registry; it changes whenever a figure is measured differently or a new one comes.
pub const METRICS_VERSION: u32 = 3;

/// Measures every level. Keys are
/// - `compactness` 紧凑度, mean Polsby-Popper of zones with land;
/// - `roundness` 惯性矩紧凑度, mean over zones with land of A^2 / (2 pi J), A the area and J the polar second moment about the
///   centroid, each cell a disc at its anchor: 1 for a disc, 0.95 for a square, towards 0 for a thread;
/// - `kind_purity` 业态纯度, share of the load that is of its zone's main kind of building, 1 where no kinds mix;
/// - `balance` 规模标准差, standard deviation of the load of zones held to a band, and `load_mean` 平均规模, its mean;
/// - `split_units`, `split_buildings`, `split_compounds` 拆分户数, households in such as lie in several zones;
/// - `barrier_…` 隔离长度, metres of barrier with one zone on both sides, by class;
/// - `unassigned_land` 未分配用地, land in no zone.
pub(crate) fn measure(sheet: &Sheet<'_>, land: &Land, tallies: &[LevelTally]) -> Vec<Metric> {
    sheet.levels.iter().zip(tallies).flat_map(|(level, tally)| of_level(sheet, land, level, tally)).collect()
}

fn of_level(sheet: &Sheet<'_>, land: &Land, level: &LevelSheet<'_>, tally: &LevelTally) -> Vec<Metric> {
    let metric = |key: &str, value: f64, unit: &str| Metric {
        key: key.to_owned(),
        level: tally.key.clone(),
        value,
        unit: unit.to_owned(),
    };
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len().max(1) as f64;
    let shapes: Vec<f64> = tally.detail.iter().filter(|z| z.area_m2 > 0.0).map(|z| z.compactness).collect();
    let loads: Vec<f64> = tally.detail.iter().filter(|z| z.in_band.is_some()).map(|z| z.load).collect();
    let load_mean = mean(&loads);
    let squares: Vec<f64> = loads.iter().map(|load| (load - load_mean).powi(2)).collect();
    let atoms = sheet.input.atoms;
    let building = |atom: usize| atoms[atom].building.map(|b| (b.0, 0));
    let unit = |atom: usize| atoms[atom].building.map(|b| (b.0, atoms[atom].unit));
    let compound = |atom: usize| Some((sheet.compound[atom], 0)).filter(|&(c, _)| c != OUT);
    let split = |group: &dyn Fn(usize) -> Option<(u32, u16)>| divided(sheet, level, group) as f64;
    let mut metrics = vec![
        metric("compactness", mean(&shapes), "Polsby-Popper, mean of zones"),
        metric("roundness", mean(&roundness(sheet, land, level)), "1 for a disc, mean of zones"),
        metric("kind_purity", purity(sheet, level), "share of load"),
        metric("balance", mean(&squares).sqrt(), "standard deviation of load"),
        metric("load_mean", load_mean, "households"),
        metric("split_units", split(&unit), "households"),
        metric("split_buildings", split(&building), "households"),
        metric("split_compounds", split(&compound), "households"),
        metric("unassigned_land", unassigned(land, level), "m2"),
    ];
    for (class, metres) in barriers(sheet, land, level) {
        metrics.push(metric(&format!("barrier_{}", class.key()), metres, "metres inside zones"));
    }
    metrics
}

/// A^2 / (2 pi J) of every zone with land.
fn roundness(sheet: &Sheet<'_>, land: &Land, level: &LevelSheet<'_>) -> Vec<f64> {
    let mut round = Vec::with_capacity(level.members.len());
    for members in &level.members {
        // Square metres, and metres from the first anchor: both far from where doubles lose a millimetre.
        let cells: Vec<(f64, f64, f64)> = members
            .iter()
            .filter_map(|&atom| {
                let area = *land.twice.get(atom)? as f64 / 2e6;
                let (x, y) = sheet.input.atoms[atom].anchor.metres();
                (area > 0.0).then_some((area, x, y))
            })
            .collect();
        let area: f64 = cells.iter().map(|cell| cell.0).sum();
        if area > 0.0 {
            let (x0, y0) = (cells[0].1, cells[0].2);
            let centre = |of: fn(&(f64, f64, f64)) -> f64, from: f64| {
                cells.iter().map(|cell| cell.0 * (of(cell) - from)).sum::<f64>() / area + from
            };
            let (cx, cy) = (centre(|cell| cell.1, x0), centre(|cell| cell.2, y0));
            let own = |area: f64| area * area / std::f64::consts::TAU;
            let moment: f64 =
                cells.iter().map(|&(a, x, y)| a * ((x - cx).powi(2) + (y - cy).powi(2)) + own(a)).sum();
            round.push(own(area) / moment);
        }
    }
    round
}

/// Share of the load in atoms of their zone's main kind; 1 without load.
fn purity(sheet: &Sheet<'_>, level: &LevelSheet<'_>) -> f64 {
    let (mut main, mut all) = (0, 0);
    for members in &level.members {
        let mut kinds: BTreeMap<AtomKind, u64> = BTreeMap::new();
        for &atom in members {
            *kinds.entry(sheet.input.atoms[atom].kind).or_default() += sheet.load[atom];
        }
        main += kinds.values().copied().max().unwrap_or(0);
        all += kinds.values().sum::<u64>();
    }
    if all == 0 { 1.0 } else { main as f64 / all as f64 }
}

/// Households of the groups whose homes lie in two or more zones.
fn divided(sheet: &Sheet<'_>, level: &LevelSheet<'_>, group: &dyn Fn(usize) -> Option<(u32, u16)>) -> u64 {
    let mut groups: BTreeMap<(u32, u16), (u32, bool, u64)> = BTreeMap::new();
    for (atom, &zone) in level.zone.iter().enumerate() {
        let households = u64::from(sheet.input.atoms[atom].demand.households);
        if let Some(key) = group(atom).filter(|_| households > 0) {
            let entry = groups.entry(key).or_insert((zone, false, 0));
            entry.1 |= entry.0 != zone;
            entry.2 += households;
        }
    }
    groups.values().filter(|(_, split, _)| *split).map(|(_, _, households)| households).sum()
}

fn barriers(sheet: &Sheet<'_>, land: &Land, level: &LevelSheet<'_>) -> BTreeMap<BarrierClass, f64> {
    let mut metres: BTreeMap<BarrierClass, f64> = BTreeMap::new();
    let of = |cell: Option<u32>| cell.and_then(|cell| level.zone.get(cell as usize).copied()).unwrap_or(OUT);
    for (arc, length) in sheet.input.fabric.arcs.iter().zip(&land.arc) {
        let zone = of(arc.left);
        if arc.barrier != BarrierClass::None && zone != OUT && zone == of(arc.right) {
            *metres.entry(arc.barrier).or_default() += length / 1e3;
        }
    }
    metres
}

fn unassigned(land: &Land, level: &LevelSheet<'_>) -> f64 {
    let cells = land.twice.iter().zip(&level.zone);
    cells.filter(|&(_, &zone)| zone == OUT).map(|(&twice, _)| twice).sum::<i128>() as f64 / 2e6
}
