//! 变化 Whom a change brings within the tier, and whom it leaves out, building by building.

use crate::Session;
use lifang_coverage::{CategoryCoverage, Coverage};
use lifang_model::Demand;
use serde::Serialize;

/// 变化的楼 Buildings on one side of the difference, with their people.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct SiteChanged {
    /// Their people. Of a building that is only partly concerned, those who are.
    pub demand: Demand,
    /// Codes of the buildings, ascending.
    pub buildings: Vec<String>,
}

impl Session {
    /// Who comes within a distance, and who falls out of it, between two measurements of the same atoms.
    pub(super) fn changed(
        &self,
        before: &Coverage,
        after: &Coverage,
        limit_mm: u32,
    ) -> (SiteChanged, SiteChanged) {
        let none: &[Option<u32>] = &[];
        let walks = |coverage: &Coverage| -> Vec<bool> {
            let first: Option<&CategoryCoverage> = coverage.categories.first();
            let walks = first.map_or(none, |entry| &entry.distance_mm);
            walks.iter().map(|walk| walk.is_some_and(|mm| mm <= limit_mm)).collect()
        };
        let (was, is) = (walks(before), walks(after));
        let side = |from: &[bool], to: &[bool]| -> SiteChanged {
            let mut changed = SiteChanged::default();
            for ((atom, from), to) in self.ground.atoms.iter().zip(from).zip(to) {
                if *from || !*to || atom.demand == Demand::default() {
                    continue;
                }
                changed.demand += atom.demand;
                let building = atom.building.and_then(|at| self.territory.buildings.get(at.at()));
                changed.buildings.extend(building.map(|building| building.code.clone()));
            }
            changed.buildings.sort_unstable();
            changed.buildings.dedup();
            changed
        };
        (side(&was, &is), side(&is, &was))
    }
}
