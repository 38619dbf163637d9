//! 统计 Who is covered, in all and zone by zone.

use crate::coverage::{Shares, TierCoverage, ZoneDemand};
use lifang_model::{Atom, Demand, Plan};

/// The demand of a territory and of each zone of its plan, counted once.
pub(crate) struct Totals<'a> {
    atoms: &'a [Atom],
    all: Demand,
    levels: Vec<Level<'a>>,
}

struct Level<'a> {
    codes: Vec<&'a str>,
    zone: Vec<Option<usize>>,
    total: Vec<Demand>,
}

impl<'a> Totals<'a> {
    pub(crate) fn new(atoms: &'a [Atom], plan: Option<&'a Plan>) -> Self {
        let levels = plan.map(|plan| plan.levels.as_slice()).unwrap_or_default();
        let levels = levels
            .iter()
            .map(|level| {
                let mut total = vec![Demand::default(); level.zones.len()];
                let within = |zone: lifang_model::ZoneIdx| (zone.at() < total.len()).then_some(zone.at());
                let zone: Vec<_> = level.assignment.iter().map(|zone| zone.and_then(within)).collect();
                for (atom, zone) in atoms.iter().zip(&zone) {
                    if let Some(zone) = *zone {
                        total[zone] += atom.demand;
                    }
                }
                Level { codes: level.zones.iter().map(|zone| zone.code.as_str()).collect(), zone, total }
            })
            .collect();
        Self { atoms, all: atoms.iter().map(|atom| atom.demand).sum(), levels }
    }

    pub(crate) const fn all(&self) -> Demand {
        self.all
    }

    /// One tier: who is within `limit_mm`.
    pub(crate) fn tier(&self, key: &str, limit_mm: u32, distance_mm: &[Option<u32>]) -> TierCoverage {
        let within: Vec<bool> =
            distance_mm.iter().map(|distance| distance.is_some_and(|mm| mm <= limit_mm)).collect();
        let covered_atoms = || self.atoms.iter().zip(&within).filter(|&(_, &within)| within);
        let covered: Demand = covered_atoms().map(|(atom, _)| atom.demand).sum();
        let mut zones: Vec<ZoneDemand> = Vec::new();
        for level in &self.levels {
            let mut sums = vec![Demand::default(); level.total.len()];
            for ((atom, &within), zone) in self.atoms.iter().zip(&within).zip(&level.zone) {
                if let (true, Some(zone)) = (within, *zone) {
                    sums[zone] += atom.demand;
                }
            }
            let rows = level.codes.iter().zip(sums).zip(&level.total);
            zones.extend(rows.map(|((&code, covered), &total)| (code.to_owned(), covered, total)));
        }
        TierCoverage {
            tier: key.to_owned(),
            covered,
            total: self.all,
            share: Shares::of(&covered, &self.all),
            zones,
        }
    }
}
