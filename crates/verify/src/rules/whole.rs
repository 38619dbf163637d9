//! What concerns the whole plan: codes, the fabric it was made for, and that nobody got lost on the way to the atoms.

use super::of_plan;
use crate::Input;
use crate::counts::Counts;
use crate::sheet::Sheet;
use lifang_model::{Demand, Violation, ViolationCode};
use std::collections::{BTreeMap, BTreeSet};

pub(crate) fn duplicates(sheet: &Sheet<'_>, found: &mut Vec<Violation>) {
    let mut seen: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for level in &sheet.levels {
        for zone in &level.plan.zones {
            seen.entry(zone.code.as_str()).or_default().push(&level.plan.key);
        }
    }
    for (code, levels) in seen.into_iter().filter(|(_, levels)| levels.len() > 1) {
        let names: BTreeSet<&str> = levels.iter().copied().collect();
        let names: Vec<&str> = names.into_iter().collect();
        found.push(Violation {
            level: levels.last().copied().unwrap_or_default().to_owned(),
            zone: Some(code.to_owned()),
            avoidable: Some(true),
            ..of_plan(
                ViolationCode::DuplicateCode,
                levels.len() as f64,
                1.0,
                format!("{} zones have this code (level {}).", levels.len(), names.join(" and ")),
                "Give all but one of them a code that was never used.",
            )
        });
    }
}

/// Whether plan, atoms and fabric belong together at all.
pub(crate) fn stale(input: &Input<'_>) -> Option<Violation> {
    let (cells, atoms) = (input.fabric.cells.len(), input.atoms.len());
    let rows = input.plan.levels.iter().map(|level| level.assignment.len()).find(|&rows| rows != atoms);
    let cause = if input.plan.fabric != input.fabric.hash {
        format!(
            "the plan was made over ground {}, the file now holds {}.",
            input.plan.fabric, input.fabric.hash
        )
    } else if cells != atoms {
        format!("the ground has {cells} cells, but there are {atoms} atoms.")
    } else {
        format!("the plan assigns {} atoms, but there are {atoms}.", rows?)
    };
    let action = "Partition again, or open the ground the plan was made over.";
    Some(of_plan(ViolationCode::StaleFabric, rows.unwrap_or(atoms) as f64, cells as f64, cause, action))
}

/// The atoms must count what the buildings count, building by building.
pub(crate) fn conserved(sheet: &Sheet<'_>) -> Option<Violation> {
    let input = sheet.input;
    let mut held: BTreeSet<u32> =
        input.fabric.cells.iter().filter_map(|cell| cell.building).map(|b| b.0).collect();
    let border: Vec<&[lifang_model::Point]> = input
        .territory
        .boundary
        .iter()
        .flat_map(|polygon| polygon.rings())
        .map(|ring| ring.0.as_slice())
        .collect();
    // A counted building without land inside the border is counted on somebody else's land.
    for (row, building) in (0u32..).zip(&input.territory.buildings) {
        if building.demand != Demand::default() && !held.contains(&row) {
            let extents = building.outline.iter().filter_map(lifang_model::Polygon::extent);
            let middle = extents.reduce(lifang_model::Extent::union).map(|extent| extent.centre());
            if middle.is_some_and(|p| crate::tiling::inside(&border, p)) {
                held.insert(row);
            }
        }
    }
    let mut buildings = Counts::default();
    for &row in &held {
        if let Some(building) = input.territory.buildings.get(row as usize) {
            buildings.add(&building.demand);
        }
    }
    let mut atoms = Counts::default();
    for atom in input.atoms {
        atoms.add(&atom.demand);
    }
    let differences = atoms.differences(&buildings);
    let &(_, counted, given) = differences.first()?;
    let list: Vec<String> = differences
        .iter()
        .map(|(what, atoms, buildings)| format!("{atoms} {what} instead of {buildings}"))
        .collect();
    Some(of_plan(
        ViolationCode::Unassigned,
        counted as f64,
        given as f64,
        format!("the atoms do not count what the buildings count: {}.", list.join(", ")),
        "Make the atoms again from the territory.",
    ))
}
