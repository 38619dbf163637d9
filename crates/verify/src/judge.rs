//! 审核 Puts the checks together.

use crate::contiguity::Neighbours;
use crate::report::Report;
use crate::shape::Outlines;
use crate::{bands, metrics, tally, tiling};
use lifang_fabric::Fabric;
use lifang_model::{Atom, LevelPlan, Plan, Progress, Territory, Violation, ViolationCode};
use std::collections::BTreeSet;

/// 审核输入 What is judged.
#[derive(Copy, Clone, Debug)]
pub struct Input<'a> {
    /// The inputs.
    pub territory: &'a Territory,
    /// The ground.
    pub fabric: &'a Fabric,
    /// The atoms, one a cell.
    pub atoms: &'a [Atom],
    /// The plan.
    pub plan: &'a Plan,
}

/// Judges a plan. Never fails: whatever is wrong is in the report.
///
/// # Determinism
/// The same input gives the same report.
#[must_use]
pub fn verify(input: &Input, progress: &dyn Progress) -> Report {
    let Input { territory, fabric, atoms, plan } = *input;
    progress.stage("verify", None);
    let mut report = Report {
        levels: Vec::new(),
        tiling: tiling::measure(fabric, &territory.boundary),
        violations: ground(input),
        metrics_version: metrics::METRICS_VERSION,
        metrics: Vec::new(),
    };
    for (code, area, what) in [
        (ViolationCode::Gap, report.tiling.gap_m2, "belongs to no cell"),
        (ViolationCode::Overlap, report.tiling.overlap_m2, "belongs to more than one cell"),
    ] {
        if area > 0.0 {
            report.violations.push(whole_plan(
                code,
                area,
                0.0,
                format!("{area} m2 of land {what}."),
                "Build the ground anew.",
            ));
        }
    }
    if report.violations.iter().any(|violation| violation.code == ViolationCode::StaleFabric) {
        return report;
    }
    let near = Neighbours::new(atoms.len(), &fabric.links);
    let outlines = Outlines::new(fabric);
    for (row, level) in plan.levels.iter().enumerate() {
        let rules = plan.rules.levels.iter().find(|rules| rules.key == level.key);
        let parents = row.checked_sub(1).map(|above| &plan.levels[above]);
        let tally = tally::level(level, rules, &plan.rules, atoms, &near, &outlines);
        report.violations.extend(membership(level, atoms));
        report.violations.extend(pieces(level, &tally));
        let above = parents.zip(report.levels.last());
        report.violations.extend(bands::violations(level, above, &tally, &plan.rules, atoms, &near));
        if let Some(parents) = parents {
            report.violations.extend(nesting(level, parents, atoms));
        }
        report.metrics.extend(metrics::measure(level, &tally, fabric, atoms));
        report.levels.push(tally);
    }
    report.violations.extend(duplicates(plan));
    report
}

fn whole_plan(code: ViolationCode, measured: f64, limit: f64, cause: String, action: &str) -> Violation {
    Violation {
        code,
        level: String::new(),
        zone: None,
        atoms: Vec::new(),
        measured,
        limit,
        cause,
        action: action.to_owned(),
        avoidable: Some(true),
        relaxation: None,
    }
}

fn of_zone(
    code: ViolationCode,
    level: &LevelPlan,
    zone: usize,
    measured: f64,
    cause: String,
    action: &str,
) -> Violation {
    Violation {
        level: level.key.clone(),
        zone: level.zones.get(zone).map(|zone| zone.code.to_string()),
        ..whole_plan(code, measured, 1.0, cause, action)
    }
}

/// Whether plan, atoms and ground belong together at all.
fn ground(input: &Input) -> Vec<Violation> {
    let Input { fabric, atoms, plan, .. } = *input;
    let cells = fabric.cells.len();
    let lengths = plan.levels.iter().map(|level| level.assignment.len()).chain([atoms.len()]);
    if plan.fabric == fabric.hash && lengths.into_iter().all(|length| length == cells) {
        return Vec::new();
    }
    vec![whole_plan(
        ViolationCode::StaleFabric,
        atoms.len() as f64,
        cells as f64,
        format!("the plan was made over ground {}, the file now holds {}.", plan.fabric, fabric.hash),
        "Partition again from the current plan.",
    )]
}

/// Atoms with people that belong to no zone, and zones nobody belongs to.
fn membership(level: &LevelPlan, atoms: &[Atom]) -> Vec<Violation> {
    let mut violations = Vec::new();
    let lost: Vec<&Atom> = atoms
        .iter()
        .zip(&level.assignment)
        .filter(|(atom, zone)| {
            atom.demand != lifang_model::Demand::default()
                && zone.is_none_or(|zone| zone.at() >= level.zones.len())
        })
        .map(|(atom, _)| atom)
        .collect();
    if !lost.is_empty() {
        let households: u32 = lost.iter().map(|atom| atom.demand.households).sum();
        let cause = format!("{} atoms with {households} households belong to no zone.", lost.len());
        let mut violation = whole_plan(
            ViolationCode::Unassigned,
            lost.len() as f64,
            0.0,
            cause,
            "Give them to a neighbouring zone.",
        );
        violation.level.clone_from(&level.key);
        violation.atoms = lost.iter().take(20).map(|atom| atom.code.to_string()).collect();
        violations.push(violation);
    }
    for (row, members) in level.members().iter().enumerate() {
        if members.is_empty() {
            let cause = "the zone has no atoms.".to_owned();
            violations.push(of_zone(ViolationCode::Empty, level, row, 0.0, cause, "Remove the zone."));
        }
    }
    violations
}

fn pieces(level: &LevelPlan, tally: &crate::report::LevelTally) -> Vec<Violation> {
    tally
        .detail
        .iter()
        .enumerate()
        .filter(|(_, zone)| zone.pieces > 1)
        .map(|(row, zone)| {
            let cause = format!("the zone lies in {} pieces.", zone.pieces);
            let action = "Give the smaller pieces to their neighbours.";
            of_zone(ViolationCode::Disconnected, level, row, f64::from(zone.pieces), cause, action)
        })
        .collect()
}

/// Every atom's zone must lie in the zone its parent says.
fn nesting(level: &LevelPlan, parents: &LevelPlan, atoms: &[Atom]) -> Vec<Violation> {
    let mut wrong: Vec<Vec<&Atom>> = vec![Vec::new(); level.zones.len()];
    for ((atom, zone), parent) in atoms.iter().zip(&level.assignment).zip(&parents.assignment) {
        if let Some(zone) = zone.filter(|zone| zone.at() < level.zones.len())
            && level.zones[zone.at()].parent != *parent
        {
            wrong[zone.at()].push(atom);
        }
    }
    wrong
        .iter()
        .enumerate()
        .filter(|(_, atoms)| !atoms.is_empty())
        .map(|(row, atoms)| {
            let cause = format!("{} of its atoms lie outside its parent.", atoms.len());
            let action = "Give them to a zone of their own parent.";
            let mut violation =
                of_zone(ViolationCode::NotNested, level, row, atoms.len() as f64, cause, action);
            violation.limit = 0.0;
            violation.atoms = atoms.iter().take(20).map(|atom| atom.code.to_string()).collect();
            violation
        })
        .collect()
}

fn duplicates(plan: &Plan) -> Vec<Violation> {
    let mut seen = BTreeSet::new();
    let mut violations = Vec::new();
    for level in &plan.levels {
        for (row, zone) in level.zones.iter().enumerate() {
            if !seen.insert((level.key.as_str(), zone.code.as_str())) {
                let cause = format!("another zone of the level has the code {} too.", zone.code);
                let action = "Give one of them a new code.";
                violations.push(of_zone(ViolationCode::DuplicateCode, level, row, 2.0, cause, action));
            }
        }
    }
    violations
}
