//! 修复 "Fix these zones": the engine solves the chosen zones and their neighbours anew, pins held, with the least change;
//! looked at before it is taken, and one edit when it is.

use crate::compare::People;
use crate::{EditOutcome, PlannerError, Session};
use lifang_model::{
    Across, AtomIdx, AtomSet, Edit, Part, Plan, Progress, Violation, ZoneCode, ZoneIdx, ZoneStatus,
};
use lifang_partition::Effort;
use lifang_store::Note;
use lifang_verify::Input;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Rings of neighbours tried one after the other where the user names none.
const RINGS: std::ops::RangeInclusive<u32> = 1..=3;

/// 修复选项 What to repair.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RepairOptions {
    /// Key of the level of the zones; the finest when `None`. Zones of a coarser level stand for the finest ones in them.
    pub level: Option<String>,
    /// Codes of the zones.
    pub zones: Vec<ZoneCode>,
    /// How many rings of neighbours may change too; when `None`, one, and up to three where that leaves something broken.
    pub rings: Option<u32>,
    /// Seed; that of the plan when `None`.
    pub seed: Option<u64>,
}

/// 划转项 Atoms that go from one zone to another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Move {
    /// Code of the zone they leave.
    pub from: String,
    /// Code of the zone they go to.
    pub to: String,
    /// Codes of the atoms.
    pub atoms: Vec<String>,
    /// Who lives there.
    #[serde(flatten)]
    pub people: People,
}

/// 修复方案 What a repair would do. It is only made when [`Session::accept`] is called.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Repair {
    /// Revision it was worked out on.
    pub base: i64,
    /// Key of the finest level, on which atoms move.
    pub level: String,
    /// The zones that were chosen, on that level.
    pub zones: Vec<String>,
    /// The neighbours that could change too.
    pub neighbours: Vec<String>,
    /// Rings of neighbours.
    pub rings: u32,
    /// What the judge finds in the chosen zones now.
    pub violations: Vec<Violation>,
    /// Those of them the repair leaves.
    pub left: Vec<Violation>,
    /// What moves.
    pub moves: Vec<Move>,
    /// Who changes zone.
    pub moved: People,
    /// The edit that does it; `None` when no division is better than the present one.
    pub edit: Option<Edit>,
    /// What the judge says of it: zones touched, violations made and cured.
    pub outcome: Option<EditOutcome>,
}

impl Session {
    /// 拟修复 Works out how chosen zones can be put right, and changes nothing.
    ///
    /// The same plan, zones and seed give the same answer.
    ///
    /// # Errors
    /// [`PlannerError::Selection`] when no zone is chosen, [`PlannerError::Edit`] when one does not exist,
    /// [`PlannerError::Conflict`] when the plan is not at `base` any more.
    pub fn repair(
        &mut self,
        options: &RepairOptions,
        base: Option<i64>,
        progress: &dyn Progress,
    ) -> Result<Repair, PlannerError> {
        self.ready(base)?;
        let chosen = self.chosen(options)?;
        let violations = self.verdict_of(&chosen);
        let rings = options.rings.map_or(RINGS, |rings| rings..=rings);
        let mut best: Option<Repair> = None;
        for rings in rings {
            let found = self.with_rings(options, &chosen, &violations, rings, progress)?;
            let done = found.left.is_empty();
            if best.as_ref().is_none_or(|best| worth(&found) < worth(best)) {
                best = Some(found);
            }
            if done || progress.cancelled() {
                break;
            }
        }
        best.ok_or_else(|| PlannerError::Selection {
            what: "no ring of neighbours is to be looked at".to_owned(),
            action: "Give a number of rings, or none".to_owned(),
        })
    }

    /// 采纳修复 Makes a repair that was looked at, as one edit that can be taken back.
    ///
    /// # Errors
    /// [`PlannerError::Nothing`] when the repair changes nothing, [`PlannerError::Conflict`] when the plan was edited
    /// since, else as [`Session::edit`].
    pub fn accept(&mut self, repair: &Repair, note: &Note) -> Result<EditOutcome, PlannerError> {
        match &repair.edit {
            Some(edit) => self.edit(edit, Some(repair.base), note),
            None => Err(PlannerError::Nothing { file: self.file(), what: "repair" }),
        }
    }

    /// The chosen zones of the finest level.
    fn chosen(&self, options: &RepairOptions) -> Result<BTreeSet<ZoneIdx>, PlannerError> {
        let plan = self.plan_or_none()?;
        let none = || PlannerError::Selection {
            what: "no zone is chosen".to_owned(),
            action: "Name zones by their code; `lifang verify PLAN` lists those that break rules".to_owned(),
        };
        let finest = plan.levels.last().ok_or_else(none)?;
        let level = options.level.clone().unwrap_or_else(|| finest.key.clone());
        let mut chosen = BTreeSet::new();
        for code in &options.zones {
            let (depth, at) = self.find(&level, code)?;
            let own = &plan.levels[depth].assignment;
            let inside = own.iter().zip(&finest.assignment).filter(|(of, _)| **of == Some(at));
            chosen.extend(inside.filter_map(|(_, zone)| *zone));
        }
        if chosen.is_empty() { Err(none()) } else { Ok(chosen) }
    }

    /// What the judge finds in some zones of the finest level.
    fn verdict_of(&mut self, zones: &BTreeSet<ZoneIdx>) -> Vec<Violation> {
        let Session { territory, ground, plan, desk, .. } = self;
        let (Some(plan), Some(judge)) = (plan.as_ref(), desk.judge.as_mut()) else { return Vec::new() };
        let depth = plan.levels.len().saturating_sub(1);
        let input = Input { territory, fabric: &ground.fabric, atoms: &ground.atoms, plan };
        let seen = judge.look(&input, &zones.iter().map(|&zone| (depth, zone)).collect());
        seen.into_values().flat_map(|verdict| verdict.violations).collect()
    }

    fn with_rings(
        &mut self,
        options: &RepairOptions,
        chosen: &BTreeSet<ZoneIdx>,
        violations: &[Violation],
        rings: u32,
        progress: &dyn Progress,
    ) -> Result<Repair, PlannerError> {
        let plan = self.plan_or_none()?;
        let free = self.rings(plan, chosen, rings);
        let walks = self.door_table(&plan.rules, progress)?;
        let done = lifang_partition::repair(
            &self.request(&plan.rules, walks.as_ref(), options.seed.unwrap_or(plan.seed), Effort::default()),
            plan,
            &free,
            progress,
        )?;
        let level = plan.levels.last().map(|level| level.key.clone()).unwrap_or_default();
        let code = |zone: &ZoneIdx| self.zone_code(plan, zone.0);
        let parts = self.parts(plan, &done.moves)?;
        let (moves, moved) = self.told_moves(plan, &parts);
        let mut found = Repair {
            base: self.revision(),
            level: level.clone(),
            zones: chosen.iter().map(code).collect(),
            neighbours: free.difference(chosen).map(code).collect(),
            rings,
            violations: violations.to_vec(),
            left: violations.to_vec(),
            moves,
            moved,
            edit: None,
            outcome: None,
        };
        if parts.is_empty() {
            return Ok(found);
        }
        let zones = found.zones.iter().filter_map(|code| ZoneCode::new(code.as_str()).ok()).collect();
        let edit = Edit::Redraw { level, zones, parts, across: Across::Follow };
        let outcome = self.try_edit(&edit, None)?;
        found.left = outcome.left_of(violations);
        found.edit = Some(edit);
        found.outcome = Some(outcome);
        Ok(found)
    }

    /// The zones within so many steps of some zones, themselves included.
    fn rings(&self, plan: &Plan, chosen: &BTreeSet<ZoneIdx>, rings: u32) -> BTreeSet<ZoneIdx> {
        let Some(level) = plan.levels.last() else { return BTreeSet::new() };
        let of = |atom: AtomIdx| level.assignment.get(atom.at()).copied().flatten();
        let mut near: BTreeMap<ZoneIdx, BTreeSet<ZoneIdx>> = BTreeMap::new();
        for link in &self.ground.fabric.links {
            if let (Some(a), Some(b)) = (of(link.a), of(link.b))
                && a != b
            {
                near.entry(a).or_default().insert(b);
                near.entry(b).or_default().insert(a);
            }
        }
        let mut all = chosen.clone();
        for _ in 0..rings {
            let next: Vec<ZoneIdx> =
                all.iter().filter_map(|zone| near.get(zone)).flatten().copied().collect();
            all.extend(next);
        }
        all
    }

    fn zone_code(&self, plan: &Plan, zone: u32) -> String {
        let zones = plan.levels.last().map_or(&[][..], |level| &level.zones[..]);
        zones.get(zone as usize).map_or_else(String::new, |zone| zone.code.to_string())
    }

    /// What the engine moves, by the code of the zone it goes to.
    fn parts(&self, plan: &Plan, moves: &BTreeMap<u32, u32>) -> Result<Vec<Part>, PlannerError> {
        let Some(depth) = plan.levels.len().checked_sub(1) else { return Ok(Vec::new()) };
        let mut by: BTreeMap<u32, Vec<AtomIdx>> = BTreeMap::new();
        for (&atom, &to) in moves {
            by.entry(to).or_default().push(AtomIdx(atom));
        }
        let mut used = self.desk.published.clone();
        let mut parts = Vec::new();
        for (to, atoms) in by {
            let there = plan.levels[depth].zones.get(to as usize);
            let there = there.filter(|zone| zone.status != ZoneStatus::Retired);
            let code = match there {
                Some(zone) => zone.code.clone(),
                None => {
                    let above = depth.checked_sub(1).and_then(|above| plan.levels.get(above));
                    let parent = atoms.first().and_then(|first| *above?.assignment.get(first.at())?);
                    let code = plan.fresh_code(depth, parent, &self.territory.code, &used)?;
                    used.insert(code.clone());
                    code
                }
            };
            parts.push(Part { code, atoms: atoms.into_iter().collect::<AtomSet>() });
        }
        Ok(parts)
    }

    fn told_moves(&self, plan: &Plan, parts: &[Part]) -> (Vec<Move>, People) {
        let mut moves: BTreeMap<(String, String), (Vec<String>, People)> = BTreeMap::new();
        let mut moved = People::default();
        let Some(level) = plan.levels.last() else { return (Vec::new(), moved) };
        for part in parts {
            for atom in part.atoms.iter() {
                let from =
                    level.assignment[atom.at()].map_or_else(String::new, |of| self.zone_code(plan, of.0));
                let own = &self.ground.atoms[atom.at()];
                let entry = moves.entry((from, part.code.to_string())).or_default();
                entry.0.push(own.code.to_string());
                for people in [&mut entry.1, &mut moved] {
                    people.households += u64::from(own.demand.households);
                    people.persons += u64::from(own.demand.persons);
                }
            }
        }
        let told = |((from, to), (atoms, people))| Move { from, to, atoms, people };
        (moves.into_iter().map(told).collect(), moved)
    }
}

impl EditOutcome {
    /// Those of some violations an edit leaves.
    fn left_of(&self, violations: &[Violation]) -> Vec<Violation> {
        let same = |a: &Violation, b: &Violation| (a.code, &a.level, &a.zone) == (b.code, &b.level, &b.zone);
        let cured = |violation: &&Violation| self.cured.iter().any(|cured| same(cured, violation));
        violations.iter().filter(|violation| !cured(violation)).cloned().collect()
    }
}

/// Less is better: what is left or newly broken, then who moves.
fn worth(repair: &Repair) -> (usize, u64) {
    let made = repair.outcome.as_ref().map_or(0, |outcome| outcome.made.len());
    (repair.left.len() + made, repair.moved.households)
}
