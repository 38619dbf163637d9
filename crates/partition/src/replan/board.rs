//! 棋盘 The present zones of one level while they are mended: who is in which, what may be moved, what that costs.
//!
//! A zone keeps its number as long as most of its households stay, so that "leaving home" has a meaning all along.

use crate::graph::NONE;
use crate::problem::{Judge, Problem};
use crate::region::Region;
use std::collections::{BTreeMap, BTreeSet};

/// The zones of one level over its units: atoms on the finest level, zones of the next finer one above it.
pub(crate) struct Board {
    /// The units, with [`crate::graph::Graph::home`], and the loads zones may have.
    pub problem: Problem,
    /// Zone of each unit; [`NONE`] for land nobody claims.
    pub label: Vec<u32>,
    /// Parent of each zone; all 0 on the coarsest level.
    pub parent: Vec<u32>,
    /// Zones to which the band does not apply.
    pub exempt: Vec<bool>,
    /// Zones nothing may be done to.
    pub frozen: Vec<bool>,
    /// Units that may not leave home.
    pub pinned: Vec<bool>,
    /// Units that may not leave their parent.
    pub bound: Vec<bool>,
    /// What a household that leaves home costs.
    pub change: f32,
    members: Vec<Vec<u32>>,
    load: Vec<u64>,
    oversize: Vec<bool>,
}

/// A way to divide some zones anew.
pub(crate) struct Find {
    /// The units of the region.
    units: Vec<u32>,
    /// Part of each unit.
    part: Vec<u32>,
    /// Number of parts.
    pub parts: u32,
    /// Zone each part goes on as; [`NONE`] for a new one.
    zone: Vec<u32>,
    /// Parts out of band.
    pub bad: usize,
    /// What it costs, households that leave home included.
    pub price: f32,
}

impl Find {
    /// What is compared: zones out of band first.
    pub fn key(&self) -> (usize, f32) {
        (self.bad, self.price)
    }
}

impl Board {
    /// Takes over a labelling. `parent`, `exempt` and `frozen` have one entry a zone.
    pub fn new(
        problem: Problem,
        label: Vec<u32>,
        parent: Vec<u32>,
        exempt: Vec<bool>,
        pinned: Vec<bool>,
        bound: Vec<bool>,
        change: f32,
    ) -> Self {
        let zones = parent.len();
        let mut board = Self {
            problem,
            label,
            parent,
            exempt,
            frozen: vec![false; zones],
            pinned,
            bound,
            change,
            members: vec![Vec::new(); zones],
            load: vec![0; zones],
            oversize: vec![false; zones],
        };
        for (v, &z) in (0u32..).zip(&board.label) {
            if z != NONE {
                board.members[z as usize].push(v);
            }
        }
        for z in 0..zones as u32 {
            board.count(z);
            let (members, pinned) = (&board.members[z as usize], &board.pinned);
            let all = !members.is_empty() && members.iter().all(|&v| pinned[v as usize]);
            // A zone in pieces is one only because pins hold it: no tree covers it.
            board.frozen[z as usize] = all || !board.connected(members);
        }
        board
    }

    fn count(&mut self, z: u32) {
        let members = &self.members[z as usize];
        self.load[z as usize] = self.problem.graph.total(members);
        self.oversize[z as usize] = members.iter().any(|&v| self.problem.oversize(v));
    }

    fn connected(&self, units: &[u32]) -> bool {
        let Some(&first) = units.first() else { return true };
        let inside: BTreeSet<u32> = units.iter().copied().collect();
        let mut seen = BTreeSet::from([first]);
        let mut stack = vec![first];
        while let Some(v) = stack.pop() {
            stack
                .extend(self.problem.graph.near(v).iter().filter(|&w| inside.contains(w) && seen.insert(*w)));
        }
        seen.len() == inside.len()
    }

    /// Whether a zone is out of band and a better division could help.
    pub fn is_bad(&self, z: u32) -> bool {
        let at = z as usize;
        !self.members[at].is_empty()
            && !self.exempt[at]
            && !self.frozen[at]
            && !self.oversize[at]
            && !self.problem.sums.holds(self.load[at])
    }

    /// All of them, in order.
    pub fn bad(&self) -> Vec<u32> {
        (0..self.parent.len() as u32).filter(|&z| self.is_bad(z)).collect()
    }

    /// How many of some zones are out of band.
    pub fn bad_in(&self, set: &[u32]) -> usize {
        set.iter().filter(|&&z| self.is_bad(z)).count()
    }

    /// Whether no division inside the parent leaves fewer zones out of band: one is, and the arithmetic says one must.
    pub fn hopeless(&self, zone: u32) -> bool {
        let parent = self.parent[zone as usize];
        let inside =
            (0..self.parent.len()).filter(|&z| self.parent[z] == parent && !self.members[z].is_empty());
        let inside: Vec<u32> = inside.map(|z| z as u32).collect();
        let free = |z: &&u32| !self.exempt[**z as usize] && !self.oversize[**z as usize];
        let total: u64 = inside.iter().filter(free).map(|&z| self.load[z as usize]).sum();
        self.bad_in(&inside) <= 1 && !self.problem.sums.can_tile(total)
    }

    /// Whether a set of zones could have fewer out of band than it has, by its load alone.
    pub fn could_help(&self, set: &[u32]) -> bool {
        let total: u64 = set.iter().map(|&z| self.load[z as usize]).sum();
        self.bad_in(set) > 1 || self.problem.sums.can_tile(total)
    }

    /// Zones that touch a zone and may be changed, in order; inside its parent only, or `across`.
    pub fn near(&self, zone: u32, across: bool) -> Vec<u32> {
        let mut near: BTreeSet<u32> = BTreeSet::new();
        for &v in &self.members[zone as usize] {
            near.extend(self.problem.graph.near(v).iter().map(|&w| self.label[w as usize]));
        }
        near.remove(&zone);
        near.remove(&NONE);
        let parent = self.parent[zone as usize];
        near.retain(|&z| {
            let at = z as usize;
            !self.frozen[at] && !self.exempt[at] && (across || self.parent[at] == parent)
        });
        near.into_iter().collect()
    }

    /// Makes the region of some zones.
    pub fn enclose(&self, set: &[u32], region: &mut Region) {
        region.atoms.clear();
        for &z in set {
            region.atoms.extend_from_slice(&self.members[z as usize]);
        }
        region.close(&self.problem.graph);
    }

    /// What a division of a region costs, and which zone every part goes on as: the one it has most of.
    pub fn weigh(&self, set: &[u32], region: &Region, part: Vec<u32>, parts: u32, judge: &mut Judge) -> Find {
        let graph = &self.problem.graph;
        let mut load = vec![0u64; parts as usize];
        let mut large = vec![false; parts as usize];
        let mut shared: BTreeMap<(u32, u32), (u64, u64, u64)> = BTreeMap::new();
        for (&v, &p) in region.atoms.iter().zip(&part) {
            let weight = u64::from(graph.load[v as usize]);
            load[p as usize] += weight;
            large[p as usize] |= self.problem.oversize(v);
            let home = graph.home.get(v as usize).copied().unwrap_or(NONE);
            if set.binary_search(&home).is_ok() {
                let shared = shared.entry((p, home)).or_default();
                shared.0 += u64::from(self.pinned[v as usize]);
                shared.1 += weight;
                shared.2 += 1;
            }
        }
        let mut order: Vec<_> = shared.into_iter().collect();
        order.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
        let mut zone = vec![NONE; parts as usize];
        let (mut stay, mut all) = (0, 0);
        for &((p, home), (_, weight, _)) in &order {
            all += weight;
            if zone[p as usize] == NONE && !zone.contains(&home) {
                zone[p as usize] = home;
                stay += weight;
            }
        }
        let held = |p: usize| large[p] || self.problem.sums.holds(load[p]);
        let bad = (0..parts as usize).filter(|&p| !held(p)).count();
        let moved = (all - stay) as f32 * self.change / self.problem.target;
        let price = judge.price(&self.problem, &self.problem.sums, region, &part, parts) + moved;
        Find { units: region.atoms.clone(), part, parts, zone, bad, price }
    }

    /// Whether a division keeps every pin at home, what is bound to its parent there, and every parent in one piece.
    pub fn allowed(&self, set: &[u32], found: &Find) -> bool {
        let home = |v: u32| self.problem.graph.home.get(v as usize).copied().unwrap_or(NONE);
        let stays = |(&v, &p): (&u32, &u32)| {
            !self.pinned[v as usize] || home(v) == NONE || found.zone[p as usize] == home(v)
        };
        if !found.units.iter().zip(&found.part).all(stays) {
            return false;
        }
        let parents: BTreeSet<u32> = set.iter().map(|&z| self.parent[z as usize]).collect();
        if parents.len() < 2 {
            return true;
        }
        let of = self.parents(found);
        let leaves = |(&v, &p): (&u32, &u32)| {
            self.bound[v as usize] && self.parent[self.label[v as usize] as usize] != of[p as usize]
        };
        if found.units.iter().zip(&found.part).any(leaves) {
            return false;
        }
        let mut after: BTreeMap<u32, u32> = BTreeMap::new();
        for (&v, &p) in found.units.iter().zip(&found.part) {
            after.insert(v, of[p as usize]);
        }
        parents.iter().all(|&parent| {
            let units: Vec<u32> = (0u32..)
                .zip(&self.label)
                .filter(|&(v, &z)| {
                    let now = || (z != NONE).then(|| self.parent[z as usize]);
                    after.get(&v).copied().or_else(now) == Some(parent)
                })
                .map(|(v, _)| v)
                .collect();
            self.connected(&units)
        })
    }

    /// The parent of every part: that of what is bound to one, else the one most of its load is in now.
    fn parents(&self, found: &Find) -> Vec<u32> {
        let mut share: Vec<BTreeMap<u32, (bool, u64, u64)>> = vec![BTreeMap::new(); found.parts as usize];
        for (&v, &p) in found.units.iter().zip(&found.part) {
            let parent = self.parent[self.label[v as usize] as usize];
            let share = share[p as usize].entry(parent).or_default();
            share.0 |= self.bound[v as usize];
            share.1 += u64::from(self.problem.graph.load[v as usize]);
            share.2 += 1;
        }
        let main = |share: &BTreeMap<u32, (bool, u64, u64)>| {
            share.iter().max_by(|a, b| a.1.cmp(b.1).then(b.0.cmp(a.0))).map_or(0, |(&parent, _)| parent)
        };
        share.iter().map(main).collect()
    }

    /// Takes over a division of the zones of `set`; returns the zones there are now.
    pub fn apply(&mut self, set: &[u32], found: &Find) -> Vec<u32> {
        let parents = self.parents(found);
        for &z in set {
            self.members[z as usize].clear();
        }
        let mut left: Vec<u32> = set.iter().copied().filter(|z| !found.zone.contains(z)).rev().collect();
        let mut zones = Vec::new();
        for (&zone, &parent) in found.zone.iter().zip(&parents) {
            let zone = if zone == NONE { left.pop().unwrap_or_else(|| self.add()) } else { zone };
            self.parent[zone as usize] = parent;
            self.exempt[zone as usize] = false;
            zones.push(zone);
        }
        for (&v, &p) in found.units.iter().zip(&found.part) {
            let zone = zones[p as usize];
            self.label[v as usize] = zone;
            self.members[zone as usize].push(v);
        }
        for &z in set.iter().chain(&zones) {
            self.count(z);
        }
        zones
    }

    fn add(&mut self) -> u32 {
        self.parent.push(0);
        self.exempt.push(false);
        self.frozen.push(false);
        self.members.push(Vec::new());
        self.load.push(0);
        self.oversize.push(false);
        self.parent.len() as u32 - 1
    }
}
