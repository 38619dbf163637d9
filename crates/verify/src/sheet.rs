//! The judge's working sheet: the plan with every index checked, loads counted, neighbours packed.

use crate::Input;
use crate::graph::{Graph, OUT};
use lifang_model::{Band, Grouping, LevelPlan, LevelRules, Load, ZoneKind};
use std::collections::BTreeMap;

/// One level of the plan, checked.
pub(crate) struct LevelSheet<'a> {
    pub plan: &'a LevelPlan,
    /// Its rules; `None` if the plan's rules do not know the level.
    pub rules: Option<&'a LevelRules>,
    /// Zone of every atom, [`OUT`] if none or one that does not exist.
    pub zone: Vec<u32>,
    /// Atoms whose zone does not exist.
    pub stray: Vec<usize>,
    /// Atoms of every zone.
    pub members: Vec<Vec<usize>>,
    /// Load of every zone, milli-units.
    pub load: Vec<u64>,
    /// Piece of every atom, and the zone of every piece.
    pub piece: Vec<u32>,
    pub pieces: Vec<u32>,
    /// The area each zone is made of; only where areas are zones.
    pub area: Vec<Option<u32>>,
    /// Whether each zone is a market, park or the like to which no band applies.
    pub special: Vec<bool>,
}

impl LevelSheet<'_> {
    /// The band a zone is held to: none where it is an area, or a market, park or the like.
    pub fn band(&self, zone: usize) -> Option<Band> {
        (self.area[zone].is_none() && !self.special[zone]).then(|| self.rules?.band).flatten()
    }
}

/// The sheet.
pub(crate) struct Sheet<'a> {
    pub input: &'a Input<'a>,
    pub graph: Graph,
    /// Load of every atom, milli-units.
    pub load: Vec<u64>,
    /// Compound of every atom, [`OUT`] if none or one that does not exist.
    pub compound: Vec<u32>,
    /// Load of every compound.
    pub compound_load: Vec<u64>,
    /// Land of every compound, mm2, as its cells say.
    compound_land: Vec<u64>,
    pub levels: Vec<LevelSheet<'a>>,
}

/// Land of an atom's cell, mm2.
fn land(input: &Input<'_>, atom: usize) -> u64 {
    input.fabric.cells.get(atom).map_or(0, |cell| u64::try_from(cell.twice_area).unwrap_or(0) / 2)
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
        let mut sheet =
            Self { input, graph, load, compound, compound_load, compound_land, levels: Vec::new() };
        for level in &plan.levels {
            let checked = sheet.level(level);
            sheet.levels.push(checked);
        }
        sheet
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
        let rules = self.input.plan.rules.levels.iter().find(|rules| rules.key == plan.key);
        let mut level = LevelSheet {
            plan,
            rules,
            zone,
            stray,
            members,
            load,
            piece,
            pieces,
            area: vec![None; plan.zones.len()],
            special: Vec::new(),
        };
        level.special = (0..plan.zones.len()).map(|zone| self.special(&level, zone)).collect();
        if rules.is_some_and(|rules| rules.grouping == Grouping::Area) {
            level.area = (0..plan.zones.len()).map(|zone| self.area_of(&level, zone)).collect();
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
    fn area_of(&self, level: &LevelSheet<'_>, zone: usize) -> Option<u32> {
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
