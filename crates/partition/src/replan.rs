//! 最小变动重划 Replanning from the plan in force: pinned zones and atoms stay, codes follow people, and as few
//! households as will do change zone.
//!
//! # How
//! 1. Every atom is looked up in the plan before ([`matching`]) and starts in its zone of then.
//! 2. What is new becomes zones of its own if its load calls for that, and joins the zones around it otherwise
//!    ([`arrive`], [`attach`]). A zone that has come apart keeps its heaviest piece.
//! 3. Zones out of band are mended on as few neighbours as will do ([`mend`]), the finest level first; coarser zones
//!    follow, made of whole finer ones.
//! 4. Codes go to the zones that keep most people, new zones get codes never used before ([`number`]), and the lineage
//!    says what became of every zone ([`crate::lineage`]).
//!
//! Zones that meet their band and touch nothing that changed stay as they are, to the atom.
//!
//! # Determinism
//! One thread decides; the same request gives the same plan at any number of threads.

mod arrive;
mod attach;
mod board;
mod matching;
mod mend;
mod number;
mod repair;

pub use repair::{Repaired, repair};

use crate::certificate::{Certificate, certify};
use crate::error::PartitionError;
use crate::graph::NONE;
use crate::ground::{Ground, ground};
use crate::level::{LevelSums, finest, level_sums};
use crate::nest::{Nested, quotient};
use crate::problem::Problem;
use crate::propose::{Proposal, Request, in_band, special};
use crate::stats::{LevelStats, StageStats, Stats};
use crate::stop::Stop;
use board::Board;
use lifang_model::{Atom, AtomIdx, Grouping, Lineage, Plan, Progress, ZoneKind};
use matching::{Was, matches};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

/// Cuts tried for one zone out of band before it is given up.
const CUTS: u64 = 6000;

/// 现行方案 The plan to start from.
#[derive(Copy, Clone, Debug)]
pub struct Before<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// The atoms it is over.
    pub atoms: &'a [Atom],
    /// Codes ever used, by level; those of the plan need not be among them.
    pub used: &'a BTreeMap<String, BTreeSet<String>>,
}

/// 变动统计 What one level of a plan has become.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LevelChange {
    /// Key of the level.
    pub key: String,
    /// Zones before.
    pub before: u32,
    /// Zones after.
    pub after: u32,
    /// Zones that are the same to the atom.
    pub unchanged: u32,
    /// Zones that go on under their code.
    pub kept: u32,
    /// New zones made of households of zones before.
    pub split: u32,
    /// New zones of households that are new.
    pub new: u32,
    /// Zones that are no more.
    pub retired: u32,
    /// Households that were there before and whose zone now has another code.
    pub moved: u32,
    /// Households that were there before.
    pub stayed_or_moved: u32,
}

/// 重划结果 The plan, and what changed.
#[derive(Clone, Debug, PartialEq)]
pub struct Replanned {
    /// The plan with its figures and certificates.
    pub proposal: Proposal,
    /// What became of every zone that is not the same to the atom, coarse to fine.
    pub lineage: Vec<Lineage>,
    /// Figures, coarse to fine.
    pub changes: Vec<LevelChange>,
}

/// The present zones while they are being changed. Numbers below the count of old zones are old zones.
pub(crate) struct Work<'a> {
    pub request: &'a Request<'a>,
    pub before: Before<'a>,
    pub ground: Ground,
    pub sums: Vec<Option<LevelSums>>,
    pub was: Vec<Option<Was>>,
    /// Zone before of each atom, by level.
    pub home: Vec<Vec<u32>>,
    /// Zone of the finest level of each atom.
    pub label: Vec<u32>,
    /// Parent of each zone, by level; all 0 on the coarsest.
    pub parent: Vec<Vec<u32>>,
    /// The area new coarse zones are made of.
    pub area: BTreeMap<u32, u32>,
    /// Atoms that may not leave their zone.
    pub pinned: Vec<bool>,
}

/// 最小变动重划 Makes a plan from the one before it, over the same territory or a changed one.
///
/// A plan that meets the rules is given back as it is. Cancelling gives the best plan so far.
///
/// # Errors
/// [`PartitionError`] if rules, links or the plan before make no sense together. Missing a band is no error.
pub fn replan(
    request: &Request<'_>,
    before: Before<'_>,
    progress: &dyn Progress,
) -> Result<Replanned, PartitionError> {
    let began = Instant::now();
    progress.stage("replan", None);
    let stop = Stop::new(progress, request.effort.deadline());
    let mut work = Work::new(request, before)?;
    let mut stats = Stats::default();
    work.arrive(&stop);
    let mut moves = work.mend_finest(&stop);
    for depth in (0..request.rules.levels.len().saturating_sub(1)).rev() {
        moves += work.mend_coarse(depth, &stop);
    }
    let numbered = number::number(&work)?;
    let drafts = &numbered.drafts;
    let certificates: Vec<Certificate> =
        certify(request.atoms, &work.ground, request.rules, &work.sums, drafts);
    for (level, drafts) in request.rules.levels.iter().zip(drafts) {
        let missed = certificates.iter().filter(|c| c.level == level.key);
        stats.levels.push(LevelStats {
            key: level.key.clone(),
            zones: drafts.len() as u32,
            in_band: drafts.iter().filter(|d| in_band(level, &work.ground, d)).count() as u32,
            unavoidable: missed.filter(|c| c.avoidable == Some(false)).count() as u32,
        });
    }
    let left = work.label.iter().filter(|&&zone| zone == NONE).count();
    if left > 0 {
        stats.notes.push(format!("{left} atoms without households touch no zone and are assigned to none"));
    }
    let lost = before.plan.pinned.len() - work.pinned.iter().filter(|&&pinned| pinned).count();
    if lost > 0 {
        stats.notes.push(format!("{lost} pinned atoms are no more"));
    }
    stats.stages.push(StageStats { key: "replan".to_owned(), seconds: began.elapsed().as_secs_f64(), moves });
    stats.cut_short = stop.asked();
    let plan = Plan {
        name: request.name.to_owned(),
        fabric: request.fabric_hash.to_owned(),
        rules: request.rules.clone(),
        seed: request.seed,
        levels: numbered.levels,
        pinned: (0..request.atoms.len()).filter(|&v| work.pinned[v]).map(AtomIdx::of).collect(),
    };
    Ok(Replanned {
        proposal: Proposal { plan, stats, certificates },
        lineage: numbered.lineage,
        changes: numbered.changes,
    })
}

impl<'a> Work<'a> {
    fn new(request: &'a Request<'a>, before: Before<'a>) -> Result<Self, PartitionError> {
        let rules = request.rules;
        if rules.levels.is_empty() {
            return Err(PartitionError::NoLevel(rules.key.clone()));
        }
        let ground = ground(request.atoms, request.links, request.walks, rules)?;
        let sums = level_sums(rules, &ground)?;
        let was = matches(before.atoms, request.atoms);
        let mut home = Vec::new();
        let mut parent: Vec<Vec<u32>> = Vec::new();
        for (depth, level) in rules.levels.iter().enumerate() {
            let old = before.plan.levels.iter().find(|old| old.key == level.key);
            let Some(old) = old else {
                return Err(PartitionError::OtherLevels {
                    missing: level.key.clone(),
                    known: before
                        .plan
                        .levels
                        .iter()
                        .map(|old| old.key.clone())
                        .collect::<Vec<_>>()
                        .join(", "),
                });
            };
            if old.assignment.len() != before.atoms.len() {
                let (found, expected) = (old.assignment.len(), before.atoms.len());
                return Err(PartitionError::Length { what: "the current plan", found, expected });
            }
            let zone = |was: &Option<Was>| {
                let zone = was.as_ref().and_then(|was| old.assignment[was.atom as usize]);
                zone.filter(|zone| zone.at() < old.zones.len()).map_or(NONE, |zone| zone.0)
            };
            let here: Vec<u32> = was.iter().map(zone).collect();
            let coarse = depth.checked_sub(1).map(|above| &home[above]);
            parent.push(parents(&ground, &old.zones, &here, coarse));
            home.push(here);
        }
        let label = home.last().cloned().unwrap_or_default();
        let held: BTreeSet<u32> = before.plan.pinned.iter().map(|atom| atom.0).collect();
        let pinned = was
            .iter()
            .zip(&label)
            .map(|(was, &zone)| zone != NONE && was.is_some_and(|was| was.same && held.contains(&was.atom)))
            .collect();
        Ok(Self { request, before, ground, sums, was, home, label, parent, area: BTreeMap::new(), pinned })
    }

    /// Place of the finest level.
    pub(crate) fn finest(&self) -> usize {
        self.request.rules.levels.len() - 1
    }

    /// The old zones of a level.
    pub(crate) fn old(&self, depth: usize) -> &'a [lifang_model::Zone] {
        let key = &self.request.rules.levels[depth].key;
        self.before.plan.levels.iter().find(|old| old.key == *key).map_or(&[], |old| &old.zones)
    }

    /// Zones held to no band: markets, parks and the like where nobody counts, and those that are zones of their own
    /// as the rules say, together with the zones inside them.
    fn exempt(&self, depth: usize, load: &[u64]) -> Vec<bool> {
        let mut family: BTreeMap<u32, u64> = BTreeMap::new();
        for (&parent, load) in self.parent[depth].iter().zip(load) {
            *family.entry(parent).or_default() += load;
        }
        let olds = self.old(depth);
        let exempt = |(zone, (&load, parent)): (usize, (&u64, &u32))| {
            let Some(kind) = olds.get(zone).map(|zone| zone.kind) else { return false };
            let whole = if depth > 0 { family.get(parent).copied().unwrap_or(load) } else { load };
            kind != ZoneKind::Comprehensive && (load == 0 || special(self.request.rules, kind, whole))
        };
        load.iter().zip(&self.parent[depth]).enumerate().map(exempt).collect()
    }

    /// Atoms of every zone of the finest level.
    fn members(&self) -> Vec<Vec<u32>> {
        let mut members = vec![Vec::new(); self.parent[self.finest()].len()];
        for (v, &zone) in (0u32..).zip(&self.label) {
            if zone != NONE {
                members[zone as usize].push(v);
            }
        }
        members
    }

    /// Households that leave home cost this much, against the rules' other terms.
    fn change(&self) -> f32 {
        self.request.rules.weights.change as f32
    }

    fn most(&self) -> u64 {
        self.request.effort.moves.map_or(CUTS, |moves| moves.min(CUTS))
    }

    fn mend_finest(&mut self, stop: &Stop<'_>) -> u64 {
        let depth = self.finest();
        let Some(sums) = self.sums[depth].as_ref() else { return 0 };
        let mut graph = self.ground.graph.clone();
        graph.load = self.ground.milli.iter().map(|&load| sums.scale.one(load)).collect();
        graph.home.clone_from(&self.home[depth]);
        let bound = self.bound();
        let weights = &self.request.rules.weights;
        let problem = Problem::new(graph, sums.sums.clone(), sums.scale.target(sums.band), weights);
        let members = self.members();
        let load: Vec<u64> = members.iter().map(|atoms| self.ground.total(atoms)).collect();
        let exempt = self.exempt(depth, &load);
        let same = self.as_before(depth, &load);
        let mut board = Board::new(
            problem,
            std::mem::take(&mut self.label),
            std::mem::take(&mut self.parent[depth]),
            exempt,
            self.pinned.clone(),
            bound,
            self.change(),
        );
        let cuts = mend::mend(&mut board, &same, self.request.seed, self.most(), stop);
        (self.label, self.parent[depth]) = (board.label, board.parent);
        cuts
    }

    /// Atoms of areas that are coarse zones of their own: they are not moved to another one, as long as finer zones can
    /// add up to their area.
    fn bound(&self) -> Vec<bool> {
        let area = &self.ground.graph.area;
        let finest = finest(self.request.rules, &self.sums);
        let areas = self.request.rules.levels.first().is_some_and(|level| level.grouping == Grouping::Area);
        let (Some((_, sums)), true) = (finest, areas && self.finest() > 0) else {
            return vec![false; area.len()];
        };
        let mut load = vec![0u64; self.request.compounds.len()];
        for (&area, &milli) in area.iter().zip(&self.ground.milli) {
            if let Some(load) = load.get_mut(area as usize) {
                *load += milli;
            }
        }
        let stands: Vec<bool> =
            load.iter().map(|&load| sums.sums.can_tile(u64::from(sums.scale.one(load)))).collect();
        area.iter().map(|&area| stands.get(area as usize).copied().unwrap_or(false)).collect()
    }

    /// Zones with the same load and the same band as before.
    fn as_before(&self, depth: usize, load: &[u64]) -> Vec<bool> {
        let level = &self.request.rules.levels[depth];
        let rules = &self.before.plan.rules;
        let band = rules.levels.iter().find(|old| old.key == level.key).and_then(|old| old.band);
        let plan = self.before.plan.levels.iter().find(|old| old.key == level.key);
        let mut old = vec![0u64; self.old(depth).len()];
        if let Some(plan) = plan {
            for (atom, zone) in self.before.atoms.iter().zip(&plan.assignment) {
                if let Some(load) = zone.and_then(|zone| old.get_mut(zone.at())) {
                    *load += rules.load(&atom.demand).0;
                }
            }
        }
        load.iter()
            .enumerate()
            .map(|(zone, load)| band == level.band && old.get(zone).is_some_and(|old| old == load))
            .collect()
    }

    /// Regroups whole finer zones where a coarser zone came apart or left its band.
    fn mend_coarse(&mut self, depth: usize, stop: &Stop<'_>) -> u64 {
        let Some(sums) = self.sums[depth].as_ref().or_else(|| self.sums.iter().flatten().next()) else {
            return 0;
        };
        // Atoms of the zones one level finer, which are the units here.
        let mut of: Vec<Vec<u32>> = vec![Vec::new(); self.parent[depth + 1].len()];
        for v in 0..self.label.len() as u32 {
            if let Some(zone) = self.zone_of(v, depth + 1) {
                of[zone as usize].push(v);
            }
        }
        let units: Vec<u32> = (0..of.len() as u32).filter(|&zone| !of[zone as usize].is_empty()).collect();
        let zones: Vec<Nested> = units
            .iter()
            .map(|&zone| Nested { atoms: of[zone as usize].clone(), children: Vec::new() })
            .collect();
        let mut graph = quotient(&self.ground, sums, &zones);
        graph.home = zones.iter().map(|zone| most(&self.ground, &zone.atoms, &self.home[depth])).collect();
        let mut label: Vec<u32> = units.iter().map(|&zone| self.parent[depth + 1][zone as usize]).collect();
        let pinned: Vec<bool> =
            zones.iter().map(|zone| zone.atoms.iter().any(|&v| self.pinned[v as usize])).collect();
        let weight: Vec<u64> = zones.iter().map(|zone| self.ground.total(&zone.atoms)).collect();
        let loose = arrive::loosen(&graph, &weight, &mut label, &pinned);
        for unit in attach::attach(&graph, &mut label, loose) {
            // Nothing is beside it: it goes on as a zone of its own.
            label[unit as usize] = self.parent[depth].len() as u32;
            self.parent[depth].push(0);
        }
        let mut cuts = 0;
        if self.sums[depth].is_some() {
            let mut load = vec![0u64; self.parent[depth].len()];
            for (&zone, &weight) in label.iter().zip(&weight) {
                load[zone as usize] += weight;
            }
            let areas = self.areas(depth, &label, &zones);
            let mut exempt = self.exempt(depth, &load);
            for &zone in areas.keys() {
                exempt[zone as usize] = true;
            }
            let same = self.as_before(depth, &load);
            let any = sums.scale.band(sums.band, self.request.rules.weights.balance);
            let problem = Problem::new(graph, any, sums.scale.target(sums.band), &self.request.rules.weights);
            let parent = std::mem::take(&mut self.parent[depth]);
            let mut board =
                Board::new(problem, label, parent, exempt, pinned, vec![false; units.len()], self.change());
            cuts = mend::mend(&mut board, &same, self.request.seed, self.most(), stop);
            (label, self.parent[depth]) = (board.label, board.parent);
        }
        for (&unit, &zone) in units.iter().zip(&label) {
            self.parent[depth + 1][unit as usize] = zone;
        }
        cuts
    }

    /// The zone of an atom on a level.
    pub(crate) fn zone_of(&self, v: u32, depth: usize) -> Option<u32> {
        let mut zone = self.label[v as usize];
        for above in (depth + 1..=self.finest()).rev() {
            if zone == NONE {
                return None;
            }
            zone = self.parent[above][zone as usize];
        }
        (zone != NONE).then_some(zone)
    }

    /// Coarse zones made of an area: it holds more than half of their load, and they more than half of its.
    fn areas(&self, depth: usize, label: &[u32], zones: &[Nested]) -> BTreeMap<u32, u32> {
        let mut atoms: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for (&zone, unit) in label.iter().zip(zones) {
            atoms.entry(zone).or_default().extend_from_slice(&unit.atoms);
        }
        number::areas(&self.ground, self.request, depth, &atoms)
    }
}

/// The zone most of some atoms' load was in; [`NONE`] if most of it is new.
fn most(ground: &Ground, atoms: &[u32], home: &[u32]) -> u32 {
    let mut share: BTreeMap<u32, (u64, u32)> = BTreeMap::new();
    for &v in atoms {
        let share = share.entry(home[v as usize]).or_default();
        share.0 += ground.milli[v as usize];
        share.1 += 1;
    }
    share.iter().max_by(|a, b| a.1.cmp(b.1).then(b.0.cmp(a.0))).map_or(NONE, |(&zone, _)| zone)
}

/// The parent of every old zone, as the plan says or, where it does not, as its atoms do.
fn parents(
    ground: &Ground,
    zones: &[lifang_model::Zone],
    home: &[u32],
    coarse: Option<&Vec<u32>>,
) -> Vec<u32> {
    let Some(coarse) = coarse else { return vec![0; zones.len()] };
    let mut atoms = vec![Vec::new(); zones.len()];
    for (v, &zone) in (0u32..).zip(home) {
        if zone != NONE {
            atoms[zone as usize].push(v);
        }
    }
    let found = |row: usize| {
        let most = most(ground, &atoms[row], coarse);
        if most == NONE { zones[row].parent.map_or(0, |parent| parent.0) } else { most }
    };
    (0..zones.len()).map(found).collect()
}

#[cfg(test)]
mod tests;
