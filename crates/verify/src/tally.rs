//! 统计 Sums of each zone, from the atoms.

use crate::contiguity::Neighbours;
use crate::report::{LevelTally, ZoneTally};
use crate::shape::Outlines;
use lifang_model::{Atom, Certainty, CompoundIdx, Demand, Grouping, LevelPlan, LevelRules, Rules, ZoneKind};

/// The figures of one level and, beside them, the number of connected pieces and the load of each zone.
pub(crate) fn level(
    plan: &LevelPlan,
    level: Option<&LevelRules>,
    rules: &Rules,
    atoms: &[Atom],
    near: &Neighbours,
    outlines: &Outlines,
) -> LevelTally {
    let zone_of = |atom: u32| plan.assignment[atom as usize];
    let (component, count) = near.components(|a, b| zone_of(a) == zone_of(b));
    let mut pieces = vec![0u32; plan.zones.len()];
    let mut seen = vec![false; count as usize];
    for (atom, zone) in plan.assignment.iter().enumerate() {
        let piece = component[atom] as usize;
        if let Some(zone) = zone
            && !std::mem::replace(&mut seen[piece], true)
            && let Some(pieces) = pieces.get_mut(zone.at())
        {
            *pieces += 1;
        }
    }
    let shapes = outlines.of(&plan.assignment, plan.zones.len());
    let members = plan.members();
    let detail: Vec<ZoneTally> = plan
        .zones
        .iter()
        .enumerate()
        .map(|(row, zone)| {
            let members = &members[row];
            let demand: Demand = members.iter().map(|atom| atoms[atom.at()].demand).sum();
            let load = rules.load(&demand);
            let certainty = members
                .iter()
                .map(|atom| &atoms[atom.at()])
                .filter(|atom| atom.building.is_some())
                .filter(|atom| atom.demand.households > 0 || atom.sources.households == Certainty::Estimated)
                .map(|atom| atom.sources.households)
                .max()
                .unwrap_or(Certainty::Given);
            let band = level.and_then(|level| level.band.map(|band| (level, band)));
            let applies = band.is_some_and(|(level, _)| {
                let special_and_empty = zone.kind != ZoneKind::Comprehensive && load.0 == 0;
                !special_and_empty
                    && (level.grouping == Grouping::Band || !is_area(members, atoms, zone.kind))
            });
            let shape = shapes[row];
            ZoneTally {
                code: zone.code.to_string(),
                name: zone.name.clone(),
                kind: zone.kind,
                households: demand.households,
                persons: demand.persons,
                merchants: demand.merchants,
                elders: demand.elders,
                children: demand.children,
                load: load.as_units(),
                in_band: band.filter(|_| applies).map(|(_, band)| band.holds(load)),
                certainty,
                pieces: pieces[row],
                atoms: u32::try_from(members.len()).unwrap_or(u32::MAX),
                area_m2: shape.area_m2,
                perimeter_m: shape.perimeter_m,
                compactness: shape.compactness(),
            }
        })
        .collect();
    LevelTally {
        key: plan.key.clone(),
        zones: u32::try_from(detail.len()).unwrap_or(u32::MAX),
        banded: detail.iter().filter(|zone| zone.in_band.is_some()).count() as u32,
        in_band: detail.iter().filter(|zone| zone.in_band == Some(true)).count() as u32,
        households: detail.iter().map(|zone| zone.households).sum(),
        persons: detail.iter().map(|zone| zone.persons).sum(),
        merchants: detail.iter().map(|zone| zone.merchants).sum(),
        elders: detail.iter().map(|zone| zone.elders).sum(),
        children: detail.iter().map(|zone| zone.children).sum(),
        band: level.and_then(|level| level.band),
        detail,
    }
}

/// Whether a zone is one compound, commercial circle, office cluster or park: all who live or trade in it share one.
fn is_area(members: &[lifang_model::AtomIdx], atoms: &[Atom], kind: ZoneKind) -> bool {
    let mut area: Option<CompoundIdx> = None;
    for atom in members.iter().map(|atom| &atoms[atom.at()]) {
        if atom.demand.households == 0 && atom.demand.merchants == 0 {
            continue;
        }
        match (atom.compound, area) {
            (None, _) => return false,
            (Some(compound), None) => area = Some(compound),
            (Some(compound), Some(known)) if compound != known => return false,
            _ => {}
        }
    }
    area.is_some() || kind != ZoneKind::Comprehensive
}
