//! 指标 The registry of metrics: compactness, divided buildings, barriers inside zones, balance. It has a version, so
//! that stored figures are never compared with others of another meaning.

use crate::graph::OUT;
use crate::report::{LevelTally, Metric};
use crate::sheet::{LevelSheet, Sheet};
use crate::tally::Land;
use lifang_model::BarrierClass;
use std::collections::BTreeMap;

/// Version of the registry; it changes whenever a figure is measured differently or a new one comes.
pub const METRICS_VERSION: u32 = 2;

/// Measures every level. Keys are
/// - `compactness` 紧凑度, mean Polsby-Popper of zones with land;
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
