//! 缺口 Connected groups of buildings with people that a category does not serve, and why.

use crate::category::Far;
use crate::coverage::{Gap, GapCause, round9};
use lifang_fabric::Fabric;
use lifang_model::{Atom, AtomIdx, BarrierClass, Demand, Territory};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// What a gap is measured against.
pub(crate) struct Measure<'a> {
    pub territory: &'a Territory,
    pub fabric: &'a Fabric,
    pub atoms: &'a [Atom],
    pub category: &'a str,
    pub tier: &'a str,
    pub profile: &'a str,
    pub limit_mm: u32,
    /// By atom, who finds every station full; empty where no capacity is known.
    pub turned_away: &'a [Demand],
}

/// A group of neighbours ends at a road this wide.
const DIVIDES: BarrierClass = BarrierClass::Arterial;

fn lives_someone(demand: &Demand) -> bool {
    demand.households > 0 || demand.persons > 0 || demand.elders > 0 || demand.children > 0
}

impl Measure<'_> {
    /// Why an atom is not served; `None` when it is.
    fn cause(&self, row: usize, far: &Far) -> Option<GapCause> {
        let limit = self.limit_mm;
        if far.walk.is_some_and(|(mm, _)| mm <= limit) {
            self.turned_away.get(row).filter(|demand| lives_someone(demand)).map(|_| GapCause::Capacity)
        } else if far.through_closed.is_some_and(|mm| mm <= limit) {
            Some(GapCause::MissingGate)
        } else if far.straight.is_some_and(|mm| mm <= limit) {
            Some(GapCause::MissingPath)
        } else {
            Some(GapCause::MissingFacility)
        }
    }

    fn code(&self, number: usize) -> String {
        format!("V-{}-{}-{number:03}", self.category, self.tier)
    }

    /// The one gap of a category without any open facility.
    pub(crate) fn none_at_all(&self, all: Demand) -> Vec<Gap> {
        vec![Gap {
            code: self.code(0),
            category: self.category.to_owned(),
            tier: self.tier.to_owned(),
            profile: self.profile.to_owned(),
            atoms: Vec::new(),
            buildings: Vec::new(),
            names: Vec::new(),
            demand: all,
            cause: GapCause::NoFacility,
            straight_m: None,
            network_m: None,
            detour_ratio: None,
            nearest: None,
        }]
    }

    /// The gaps, most people first. Groups are neighbouring buildings left out for the same cause; buildings without
    /// people keep a group together but are not listed. `unknown` atoms are in no gap.
    pub(crate) fn find(&self, far: &[&Far], unknown: &[bool]) -> Vec<Gap> {
        let causes: Vec<Option<GapCause>> = (0..self.atoms.len())
            .map(|row| {
                let counts = self.atoms[row].building.is_some() && !unknown[row];
                counts.then(|| self.cause(row, far[row])).flatten()
            })
            .collect();
        let mut groups = Groups::new(self.atoms.len());
        for link in &self.fabric.links {
            let (a, b) = (link.a.at(), link.b.at());
            let together = |a: Option<&Option<GapCause>>, b| a.is_some_and(Option::is_some) && a == b;
            if link.barrier < DIVIDES && together(causes.get(a), causes.get(b)) {
                groups.join(a, b);
            }
        }
        let mut members: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (row, atom) in self.atoms.iter().enumerate() {
            if causes[row].is_some() && lives_someone(&atom.demand) {
                members.entry(groups.of(row)).or_default().push(row);
            }
        }
        let mut found: Vec<(Demand, Vec<usize>)> = members
            .into_values()
            .map(|rows| (rows.iter().map(|&row| self.missing(row, causes[row])).sum(), rows))
            .collect();
        found.sort_by_key(|(demand, rows): &(Demand, Vec<usize>)| {
            (Reverse(demand.persons), Reverse(demand.households), rows[0])
        });
        found
            .into_iter()
            .enumerate()
            .filter_map(|(number, (demand, rows))| self.gap(number + 1, demand, &rows, far, causes[rows[0]]?))
            .collect()
    }

    /// Whom a gap counts of an atom.
    fn missing(&self, row: usize, cause: Option<GapCause>) -> Demand {
        match cause {
            Some(GapCause::Capacity) => self.turned_away.get(row).copied().unwrap_or_default(),
            _ => self.atoms[row].demand,
        }
    }

    fn gap(
        &self,
        number: usize,
        demand: Demand,
        rows: &[usize],
        far: &[&Far],
        cause: GapCause,
    ) -> Option<Gap> {
        let people = |&row: &usize| {
            let demand = &self.atoms[row].demand;
            (demand.persons, demand.households, Reverse(row))
        };
        let most = rows.iter().copied().max_by_key(people)?;
        let metres = |mm: u32| f64::from(mm) / 1000.0;
        let (straight_m, walk) = (far[most].straight.map(metres), far[most].walk);
        let network_m = walk.map(|(mm, _)| metres(mm));
        let mut buildings: Vec<_> = rows.iter().filter_map(|&row| self.atoms[row].building).collect();
        buildings.sort_unstable();
        buildings.dedup();
        let buildings: Vec<_> =
            buildings.iter().filter_map(|b| self.territory.buildings.get(b.at())).collect();
        Some(Gap {
            code: self.code(number),
            category: self.category.to_owned(),
            tier: self.tier.to_owned(),
            profile: self.profile.to_owned(),
            atoms: rows.iter().map(|&row| AtomIdx::of(row)).collect(),
            buildings: buildings.iter().map(|building| building.code.clone()).collect(),
            names: buildings.iter().map(|building| building.name.clone()).collect(),
            demand,
            cause,
            straight_m,
            network_m,
            detour_ratio: network_m
                .zip(straight_m)
                .filter(|&(_, straight)| straight > 0.0)
                .map(|(network, straight)| round9(network / straight)),
            nearest: walk.map(|(_, facility)| facility),
        })
    }
}

/// Union-find; the lowest row names its group.
struct Groups(Vec<usize>);

impl Groups {
    fn new(rows: usize) -> Self {
        Self((0..rows).collect())
    }

    fn of(&mut self, mut row: usize) -> usize {
        while self.0[row] != row {
            self.0[row] = self.0[self.0[row]];
            row = self.0[row];
        }
        row
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.of(a), self.of(b));
        self.0[a.max(b)] = a.min(b);
    }
}
