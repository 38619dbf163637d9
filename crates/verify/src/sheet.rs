//! The judge's working sheet: the plan with every index checked, loads counted, neighbours packed.

use crate::Input;
use crate::graph::{Graph, OUT};
use lifang_model::{Band, Grouping, LevelPlan, LevelRules, Load, ZoneKind, ZoneStatus};
use std::collections::BTreeMap;

/// What one level of the plan comes to. It outlives a change of the plan, so that only what is touched is found anew.
#[derive(Debug, Default)]
pub(crate) struct LevelState {
    /// Zone of every atom, [`OUT`] if none or one that does not exist.
    pub zone: Vec<u32>,
    /// Atoms whose zone does not exist.
    pub stray: Vec<usize>,
    /// Atoms of every zone.
    pub members: Vec<Vec<usize>>,
    /// Load of every zone, milli-units.
    pub load: Vec<u64>,
    /// Piece of every atom, and the zone of every piece. Pieces of one zone are numbered in order of their first atom.
    pub piece: Vec<u32>,
    pub pieces: Vec<u32>,
    /// The area each zone is made of; only where areas are zones.
    pub area: Vec<Option<u32>>,
    /// Whether each zone is a market, park or the like to which no band applies.
    pub special: Vec<bool>,
}

/// One level of the plan, checked.
pub(crate) struct LevelSheet<'a> {
    pub plan: &'a LevelPlan,
    /// Its rules; `None` if the plan's rules do not know the level.
    pub rules: Option<&'a LevelRules>,
    pub state: LevelState,
}

impl std::ops::Deref for LevelSheet<'_> {
    type Target = LevelState;
    fn deref(&self) -> &LevelState {
        &self.state
    }
}

impl LevelSheet<'_> {
    /// Whether a zone is one that ended: retired, and without atoms as it should be.
    pub fn ended(&self, zone: usize) -> bool {
        self.plan.zones[zone].status == ZoneStatus::Retired && self.members[zone].is_empty()
    }

    /// The band a zone is held to: none where it is an area, or a market, park or the like, or ended.
    pub fn band(&self, zone: usize) -> Option<Band> {
        let free = self.area[zone].is_some() || self.special[zone] || self.ended(zone);
        (!free).then(|| self.rules?.band).flatten()
    }

    /// Whether areas are zones on this level.
    pub fn of_areas(&self) -> bool {
        self.rules.is_some_and(|rules| rules.grouping == Grouping::Area)
    }
}

/// What no change of the plan changes, as long as ground and rules stay.
#[derive(Debug, Default)]
pub(crate) struct GroundState {
    pub graph: Graph,
    /// Load of every atom, milli-units.
    pub load: Vec<u64>,
    /// Compound of every atom, [`OUT`] if none or one that does not exist.
    pub compound: Vec<u32>,
    /// Load of every compound.
    pub compound_load: Vec<u64>,
    /// Land of every compound, mm2, as its cells say.
    compound_land: Vec<u64>,
}

/// The sheet.
pub(crate) struct Sheet<'a> {
    pub input: &'a Input<'a>,
    pub ground: GroundState,
    pub levels: Vec<LevelSheet<'a>>,
}

impl std::ops::Deref for Sheet<'_> {
    type Target = GroundState;
    fn deref(&self) -> &GroundState {
        &self.ground
    }
}

/// Land of an atom's cell, mm2.
fn land(input: &Input<'_>, atom: usize) -> u64 {
    input.fabric.cells.get(atom).map_or(0, |cell| u64::try_from(cell.twice_area).unwrap_or(0) / 2)
}

/// The rules of a level.
fn rules_of<'a>(input: &Input<'a>, plan: &LevelPlan) -> Option<&'a LevelRules> {
    input.plan.rules.levels.iter().find(|rules| rules.key == plan.key)
}

impl<'a> Sheet<'a> {
    pub fn new(input: &'a Input<'a>) -> Self {
        let Input { territory, fabric, atoms, plan } = *input;
        let rules = &plan.rules;
        let load: Vec<u64> = atoms.iter().map(|atom| rules.load(&atom.demand).0).collect();
        let compounds = territory.compounds.len();
        let compound: Vec<u32> = atoms
            .iter()
            .map(|atom| atom.compound.filter(|c| c.at() < compounds).map_or(OUT, |c| c.0))
            .collect();
        let mut compound_load = vec![0; compounds];
        let mut compound_land = vec![0; compounds];
        for (atom, (&compound, &load)) in compound.iter().zip(&load).enumerate() {
            if compound != OUT {
                compound_load[compound as usize] += load;
                compound_land[compound as usize] += land(input, atom);
            }
        }
        let graph = Graph::new(atoms.len(), &fabric.links);
        let ground = GroundState { graph, load, compound, compound_load, compound_land };
        let mut sheet = Self { input, ground, levels: Vec::new() };
        for level in &plan.levels {
            let checked = sheet.level(level);
            sheet.levels.push(checked);
        }
        sheet
    }

    /// The sheet of a plan whose states are known.
    pub fn of(input: &'a Input<'a>, ground: GroundState, states: Vec<LevelState>) -> Self {
        let levels = input.plan.levels.iter().zip(states);
        let levels = levels.map(|(plan, state)| LevelSheet { plan, rules: rules_of(input, plan), state });
        let mut sheet = Self { input, ground, levels: levels.collect() };
        for depth in 0..sheet.levels.len() {
            // It hangs on the kind of a zone too, and takes no look at atoms but those of the few special ones.
            let level = &sheet.levels[depth];
            let zones = level.plan.zones.len().min(level.members.len());
            let special = (0..zones).map(|zone| sheet.special(level, zone)).collect();
            sheet.levels[depth].state.special = special;
        }
        sheet
    }

    /// What is to be kept when the plan changes.
    pub fn into_states(self) -> (GroundState, Vec<LevelState>) {
        (self.ground, self.levels.into_iter().map(|level| level.state).collect())
    }

    fn level(&self, plan: &'a LevelPlan) -> LevelSheet<'a> {
        let atoms = self.input.atoms.len();
        let mut zone = vec![OUT; atoms];
        let mut stray = Vec::new();
        let mut members = vec![Vec::new(); plan.zones.len()];
        let mut load = vec![0; plan.zones.len()];
        for (atom, of) in plan.assignment.iter().enumerate().take(atoms) {
            let Some(of) = of else { continue };
            match members.get_mut(of.at()) {
                Some(list) => {
                    zone[atom] = of.0;
                    list.push(atom);
                    load[of.at()] += self.load[atom];
                }
                None => stray.push(atom),
            }
        }
        let (piece, count) = self.graph.pieces(&zone);
        let mut pieces = vec![OUT; count as usize];
        for (&piece, &zone) in piece.iter().zip(&zone) {
            if piece != OUT {
                pieces[piece as usize] = zone;
            }
        }
        let area = vec![None; plan.zones.len()];
        let state = LevelState { zone, stray, members, load, piece, pieces, area, special: Vec::new() };
        let mut level = LevelSheet { plan, rules: rules_of(self.input, plan), state };
        level.state.special = (0..plan.zones.len()).map(|zone| self.special(&level, zone)).collect();
        if level.of_areas() {
            level.state.area = (0..plan.zones.len()).map(|zone| self.area_of(&level, zone)).collect();
        }
        level
    }

    /// Whether a zone is exempt by its kind: nobody counts there, or the rules make such areas zones of their own, fewer
    /// count there than the finest band's least, and all of them in an area of that kind.
    fn special(&self, level: &LevelSheet<'_>, zone: usize) -> bool {
        let kind = level.plan.zones[zone].kind;
        let load = level.load[zone];
        if kind == ZoneKind::Comprehensive || load == 0 {
            return kind != ZoneKind::Comprehensive;
        }
        let rules = &self.input.plan.rules;
        let least =
            rules.levels.iter().rev().find_map(|level| level.band).map_or(0, |band| Load::units(band.min).0);
        let same = |&atom: &usize| {
            let compound = self.input.territory.compounds.get(self.compound[atom] as usize);
            self.load[atom] == 0 || compound.is_some_and(|compound| ZoneKind::from(compound.kind) == kind)
        };
        rules.is_special(kind) && load < least && level.members[zone].iter().all(same)
    }

    /// The compound a zone is made of: it has more than half of the zone's load, and the zone more than half of the
    /// compound's; land is weighed instead where the compound has no load at all.
    pub fn area_of(&self, level: &LevelSheet<'_>, zone: usize) -> Option<u32> {
        let weigh = |weight: &dyn Fn(usize) -> u64, whole: &[u64]| {
            let mut of: BTreeMap<u32, u64> = BTreeMap::new();
            let mut total = 0;
            for &atom in &level.members[zone] {
                total += weight(atom);
                *of.entry(self.compound[atom]).or_default() += weight(atom);
            }
            let (&compound, &part) = of.iter().filter(|&(&c, _)| c != OUT).max_by_key(|&(_, &w)| w)?;
            (part > 0 && 2 * part > total && 2 * part > whole[compound as usize]).then_some(compound)
        };
        weigh(&|atom| self.load[atom], &self.compound_load).or_else(|| {
            weigh(&|atom| land(self.input, atom), &self.compound_land)
                .filter(|&compound| self.compound_load[compound as usize] == 0)
        })
    }

    /// Whether zones of the finest level can add up to a load exactly; without a band, any load will do.
    pub fn stands(&self, load: u64) -> bool {
        match self.input.plan.rules.levels.iter().rev().find_map(|level| level.band) {
            Some(band) => band.can_tile(Load(load)),
            None => load > 0,
        }
    }

    /// Codes of some atoms, at most 20.
    pub fn codes(&self, atoms: impl IntoIterator<Item = usize>) -> Vec<String> {
        const MOST: usize = 20;
        let code = |atom: usize| self.input.atoms.get(atom).map(|atom| atom.code.as_str().to_owned());
        atoms.into_iter().filter_map(code).take(MOST).collect()
    }
}
