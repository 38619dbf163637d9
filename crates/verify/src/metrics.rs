//! 指标 The registry of metrics: compactness, divided buildings, barriers inside zones, balance.

use crate::report::{LevelTally, Metric};
use lifang_fabric::Fabric;
use lifang_model::{Atom, BarrierClass, LevelPlan, ZoneIdx};
use std::collections::BTreeMap;

/// Version of the registry; it changes whenever a figure is measured differently.
pub const METRICS_VERSION: u32 = 1;

pub(crate) fn measure(plan: &LevelPlan, tally: &LevelTally, fabric: &Fabric, atoms: &[Atom]) -> Vec<Metric> {
    let metric = |key: &str, value: f64, unit: &str| Metric {
        key: key.to_owned(),
        level: plan.key.clone(),
        value,
        unit: unit.to_owned(),
    };
    let zones = tally.detail.len().max(1) as f64;
    let compactness = tally.detail.iter().map(|zone| zone.compactness).sum::<f64>() / zones;
    let banded: Vec<f64> =
        tally.detail.iter().filter(|zone| zone.in_band.is_some()).map(|zone| zone.load).collect();
    let mean = banded.iter().sum::<f64>() / banded.len().max(1) as f64;
    let variance = banded.iter().map(|load| (load - mean).powi(2)).sum::<f64>() / banded.len().max(1) as f64;
    let mut metrics = vec![
        metric("compactness", compactness, "Polsby-Popper, mean of zones"),
        metric("balance", variance.sqrt(), "standard deviation of load"),
    ];
    let divided = |key: &dyn Fn(&Atom) -> Option<(u32, u16)>| divided_households(plan, atoms, key);
    metrics.push(metric("split_units", divided(&|a| a.building.map(|b| (b.0, a.unit))), "households"));
    metrics.push(metric("split_buildings", divided(&|a| a.building.map(|b| (b.0, 0))), "households"));
    metrics.push(metric("split_compounds", divided(&|a| a.compound.map(|c| (c.0, 0))), "households"));
    let zone_of =
        |cell: Option<u32>| cell.and_then(|cell| plan.assignment.get(cell as usize).copied().flatten());
    let mut metres: BTreeMap<BarrierClass, f64> = BTreeMap::new();
    for arc in &fabric.arcs {
        let (left, right) = (zone_of(arc.left), zone_of(arc.right));
        if arc.barrier != BarrierClass::None && left.is_some() && left == right {
            let length: f64 = arc.points.windows(2).map(|pair| pair[0].distance(pair[1])).sum();
            *metres.entry(arc.barrier).or_default() += length / 1000.0;
        }
    }
    for (class, length) in metres {
        metrics.push(metric(&format!("barrier_{}", class.key()), length, "metres inside zones"));
    }
    metrics
}

/// Households of groups whose atoms lie in more than one zone.
fn divided_households(plan: &LevelPlan, atoms: &[Atom], key: &dyn Fn(&Atom) -> Option<(u32, u16)>) -> f64 {
    let mut groups: BTreeMap<(u32, u16), (Option<ZoneIdx>, bool, u64)> = BTreeMap::new();
    for (atom, zone) in atoms.iter().zip(&plan.assignment) {
        if atom.demand.households == 0 {
            continue;
        }
        if let Some(key) = key(atom) {
            let entry = groups.entry(key).or_insert((*zone, false, 0));
            entry.1 |= entry.0 != *zone;
            entry.2 += u64::from(atom.demand.households);
        }
    }
    groups.values().filter(|(_, divided, _)| *divided).map(|(_, _, households)| *households as f64).sum()
}
