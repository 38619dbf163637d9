//! 常驻审核 A judge that stays while a plan is edited: what ground and rules decide is found once, what an edit touches is
//! found anew, and the whole report can be had at any time.

use crate::graph::OUT;
use crate::report::{Report, Tiling, ZoneTally};
use crate::rules::{self, Known};
use crate::sheet::{GroundState, LevelState, Sheet};
use crate::tally::{self, Around, Land};
use crate::{Input, METRICS_VERSION, metrics, tiling};
use lifang_model::{AtomIdx, AtomSet, Progress, Violation, ZoneIdx};
use std::collections::{BTreeMap, BTreeSet};

/// 网格审核 What is said of one zone.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct ZoneVerdict {
    /// Key of its level.
    pub level: String,
    /// Its figures.
    pub tally: ZoneTally,
    /// What it breaks. Whether a miss can be avoided is left open here where that takes a look at all other zones.
    pub violations: Vec<Violation>,
}

/// 常驻审核 See the module.
///
/// Every call takes the input again; ground, atoms and rules must be those it was made with, and the plan the one it
/// was last told of.
pub struct Judge {
    tiling: Tiling,
    /// Set when the plan was made over other ground: then only the land is judged.
    stale: Option<Violation>,
    ground: GroundState,
    levels: Vec<LevelState>,
    land: Land,
    around: Around,
    known: Known,
}

impl std::fmt::Debug for Judge {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Judge")
            .field("tiling", &self.tiling)
            .field("stale", &self.stale)
            .finish_non_exhaustive()
    }
}

impl Judge {
    /// Takes ground and plan in.
    #[must_use]
    pub fn new(input: &Input<'_>, progress: &dyn Progress) -> Self {
        progress.stage("verify", Some(4));
        let tiling = tiling::measure(input.fabric);
        let between = tiling::border(input.territory, input.fabric);
        let tiling = Tiling {
            gap_m2: tiling.gap_m2 + between.gap_m2,
            overlap_m2: tiling.overlap_m2 + between.overlap_m2,
        };
        progress.advance(1);
        let mut judge = Self {
            tiling,
            stale: rules::stale(input),
            ground: GroundState::default(),
            levels: Vec::new(),
            land: Land::default(),
            around: Around::default(),
            known: Known::default(),
        };
        if judge.stale.is_none() {
            let sheet = Sheet::new(input);
            judge.land = Land::measure(&sheet);
            judge.around = Around::new(&sheet);
            judge.known = Known::new(&sheet);
            (judge.ground, judge.levels) = sheet.into_states();
        }
        judge
    }

    /// Judges the whole plan. The same report as [`crate::verify`] gives.
    #[must_use]
    pub fn report(&mut self, input: &Input<'_>, progress: &dyn Progress) -> Report {
        let mut report = Report {
            levels: Vec::new(),
            tiling: self.tiling,
            violations: Vec::new(),
            metrics_version: METRICS_VERSION,
            metrics: Vec::new(),
        };
        if let Some(stale) = &self.stale {
            report.violations.push(stale.clone());
        } else {
            let sheet = self.sheet(input);
            report.levels =
                (0..sheet.levels.len()).map(|level| tally::level(&sheet, &self.land, level)).collect();
            progress.advance(2);
            report.violations = rules::check(&sheet, &mut report.levels, &mut self.known);
            progress.advance(3);
            report.metrics = metrics::measure(&sheet, &self.land, &report.levels);
            for (tally, level) in report.levels.iter_mut().zip(&sheet.levels) {
                // Zones that ended have no figures.
                let mut zone = 0..;
                tally.detail.retain(|_| !zone.next().is_some_and(|zone| level.ended(zone)));
            }
            self.keep(sheet);
        }
        report.violations.extend(tiling::violations(&self.tiling));
        progress.advance(4);
        report
    }

    /// Judges some zones, given as (place of the level, zone). Zones that do not exist are left out.
    #[must_use]
    pub fn look(
        &mut self,
        input: &Input<'_>,
        zones: &BTreeSet<(usize, ZoneIdx)>,
    ) -> BTreeMap<(usize, ZoneIdx), ZoneVerdict> {
        if self.stale.is_some() {
            return BTreeMap::new();
        }
        let sheet = self.sheet(input);
        let mut found = BTreeMap::new();
        for &(depth, zone) in zones {
            let Some(level) = sheet.levels.get(depth) else { continue };
            if zone.at() >= level.members.len() || level.ended(zone.at()) {
                continue;
            }
            let tally = tally::zone(&sheet, &self.land, &self.around, depth, zone.at());
            let violations = rules::check_zone(&sheet, depth, zone.at(), &tally, &mut self.known);
            found.insert((depth, zone), ZoneVerdict { level: level.plan.key.clone(), tally, violations });
        }
        self.keep(sheet);
        found
    }

    /// What people in no zone come to on a level, if there are any.
    #[must_use]
    pub fn unassigned(&mut self, input: &Input<'_>, level: usize) -> Option<Violation> {
        if self.stale.is_some() || level >= self.levels.len() {
            return None;
        }
        let sheet = self.sheet(input);
        let found = rules::unassigned(&sheet, level);
        self.keep(sheet);
        found
    }

    /// Takes a change in: `input` holds the plan after it, `moved` the atoms that changed zone on each level.
    pub fn follow(&mut self, input: &Input<'_>, moved: &[AtomSet]) {
        if self.stale.is_some() {
            return;
        }
        let mut sheet = self.sheet(input);
        for (depth, moved) in moved.iter().enumerate().take(sheet.levels.len()) {
            follow_level(&mut sheet, depth, moved);
        }
        self.keep(sheet);
    }

    fn sheet<'a>(&mut self, input: &'a Input<'a>) -> Sheet<'a> {
        Sheet::of(input, std::mem::take(&mut self.ground), std::mem::take(&mut self.levels))
    }

    fn keep(&mut self, sheet: Sheet<'_>) {
        (self.ground, self.levels) = sheet.into_states();
    }
}

fn follow_level(sheet: &mut Sheet<'_>, depth: usize, moved: &AtomSet) {
    let input = sheet.input;
    let plan = &input.plan.levels[depth];
    let Sheet { ground, levels, .. } = &mut *sheet;
    let state = &mut levels[depth].state;
    let zones = plan.zones.len();
    state.members.resize(zones.max(state.members.len()), Vec::new());
    state.load.resize(zones.max(state.load.len()), 0);
    state.area.resize(zones.max(state.area.len()), None);
    let mut touched: BTreeSet<u32> = BTreeSet::new();
    let atoms = state.zone.len();
    for atom in moved.iter().map(AtomIdx::at).filter(|&atom| atom < atoms) {
        let old = state.zone[atom];
        let new = plan.assignment.get(atom).copied().flatten().map_or(OUT, |zone| zone.0);
        if old == new {
            continue;
        }
        state.zone[atom] = new;
        if let Some(of) = state.pieces.get_mut(state.piece[atom] as usize) {
            *of = OUT;
        }
        if let Some(load) = state.load.get_mut(old as usize) {
            *load -= ground.load[atom];
            touched.insert(old);
        }
        if let Some(members) = state.members.get_mut(new as usize) {
            members.push(atom);
            state.load[new as usize] += ground.load[atom];
            touched.insert(new);
        } else {
            state.piece[atom] = OUT;
        }
    }
    for &zone in &touched {
        let LevelState { zone: of, members, piece, pieces, .. } = &mut *state;
        let members = &mut members[zone as usize];
        members.retain(|&atom| of[atom] == zone);
        members.sort_unstable();
        members.dedup();
        for &atom in members.iter() {
            if let Some(of) = pieces.get_mut(piece[atom] as usize) {
                *of = OUT;
            }
            piece[atom] = OUT;
        }
    }
    // Numbers of pieces are never used twice, so those of zones left alone stay apart from the new ones.
    let mut queue = Vec::new();
    for &zone in &touched {
        for &first in &state.members[zone as usize] {
            if state.piece[first] != OUT {
                continue;
            }
            let piece = state.pieces.len() as u32;
            state.pieces.push(zone);
            state.piece[first] = piece;
            queue.push(first);
            while let Some(atom) = queue.pop() {
                for &(to, _) in ground.graph.near(atom) {
                    let to = to as usize;
                    if state.zone[to] == zone && state.piece[to] == OUT {
                        state.piece[to] = piece;
                        queue.push(to);
                    }
                }
            }
        }
    }
    state.members.truncate(zones);
    state.load.truncate(zones);
    state.area.truncate(zones);
    if sheet.levels[depth].of_areas() {
        for &zone in touched.iter().filter(|&&zone| (zone as usize) < zones) {
            let area = sheet.area_of(&sheet.levels[depth], zone as usize);
            sheet.levels[depth].state.area[zone as usize] = area;
        }
    }
}
