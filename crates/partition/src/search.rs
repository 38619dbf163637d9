//! 搜索 Merge-split on a few neighbouring zones, again and again.
//!
//! A move takes two to nine zones that touch, draws a random spanning tree over their atoms, cuts it exactly
//! ([`crate::dp`]) and keeps the result if the objective falls, or with the probability of simulated annealing. Zones
//! stay connected because every part is a subtree. While zones are out of band the moves start from those.

use crate::cover::Cover;
use crate::dp::{Dp, Tree};
use crate::graph::{BUILDING, NONE, UNIT};
use crate::problem::{Judge, Problem};
use crate::region::{Grain, Region};
use crate::stop::Stop;
use rand::{Rng, RngCore};
use rand_chacha::ChaCha8Rng;

mod aim;

/// A partition of a problem, and everything a move needs.
pub(crate) struct Search<'a> {
    problem: &'a Problem,
    rng: ChaCha8Rng,
    /// Zone of each atom.
    pub label: Vec<u32>,
    members: Vec<Vec<u32>>,
    load: Vec<u64>,
    /// Zones out of band that hold no oversize atom.
    bad: List,
    /// Zones out of band, those with an oversize atom included.
    out: List,
    /// Whether being off counts less, as it does while repairing.
    eased: bool,
    /// Zones without atoms.
    free: Vec<u32>,
    dp: Dp,
    tree: Tree,
    region: Region,
    judge: Judge,
    cover: Cover,
    /// How often each atom was out of band after an exact search; older times count less.
    pub stays: Vec<u32>,
    picked: Vec<u32>,
    old: Vec<u32>,
    part: Vec<u32>,
    new: Vec<u32>,
    grouped: [bool; 2],
    /// Moves made.
    pub moves: u64,
    /// No more moves than this.
    pub limit: u64,
}

impl<'a> Search<'a> {
    /// Starts from a labelling with `zones` labels, each connected.
    pub fn new(problem: &'a Problem, label: Vec<u32>, zones: u32, rng: ChaCha8Rng) -> Self {
        let mut members = vec![Vec::new(); zones as usize];
        for (v, &z) in label.iter().enumerate() {
            members[z as usize].push(v as u32);
        }
        let load = members.iter().map(|atoms| problem.graph.total(atoms)).collect();
        let grouped = [UNIT, BUILDING].map(|level| problem.graph.group[level].iter().any(|&g| g != NONE));
        let mut search = Self {
            problem,
            rng,
            label,
            members,
            load,
            bad: List::default(),
            out: List::default(),
            eased: false,
            free: Vec::new(),
            dp: Dp::default(),
            tree: Tree::default(),
            region: Region::default(),
            judge: Judge::default(),
            cover: Cover::default(),
            stays: vec![0; problem.graph.len()],
            picked: Vec::new(),
            old: Vec::new(),
            part: Vec::new(),
            new: Vec::new(),
            grouped,
            moves: 0,
            limit: u64::MAX,
        };
        for z in 0..zones {
            search.rate(z);
        }
        search
    }

    /// Zones out of band that a better division could help.
    pub fn bad(&self) -> usize {
        self.bad.len()
    }

    /// Number of zones.
    pub fn zones(&self) -> usize {
        self.members.len() - self.free.len()
    }

    /// Anneals the soft terms from any zone; violations cannot come back, for they cost far more than the heat. Done
    /// whole or, where the moves left do not suffice, not at all: half an annealing is worth less than none.
    pub fn polish(&mut self, moves: u64, heat: (f32, f32), stop: &Stop) {
        let start = self.moves;
        if moves > self.limit.saturating_sub(start) {
            return;
        }
        let kept = (self.label.clone(), self.total());
        while self.moves - start < moves && !stop.now(self.moves) {
            let seed = self.rng.random_range(0..self.members.len()) as u32;
            if self.members[seed as usize].is_empty() {
                continue;
            }
            let size = match self.rng.random_range(0..8u32) {
                0..=3 => 2,
                4..=6 => 3,
                _ => 4,
            };
            let done = (self.moves - start) as f32 / moves as f32;
            let heat = heat.0 * (heat.1 / heat.0).powf(done);
            self.step(seed, size, heat, 0.5 + 4.0 * heat);
        }
        if self.total() > kept.1 {
            self.restore(kept.0);
        }
    }

    /// The objective over everything.
    pub fn total(&mut self) -> f32 {
        let mut region = std::mem::take(&mut self.region);
        region.atoms.clear();
        region.atoms.extend(0..self.label.len() as u32);
        region.close(&self.problem.graph);
        let (label, zones) = self.dense();
        self.judge.hasty = false;
        let cost = self.judge.price(self.problem, &self.problem.sums, &region, &label, zones);
        self.region = region;
        cost
    }

    /// The labelling with labels from 0 in order of first atom, and their number.
    pub fn dense(&self) -> (Vec<u32>, u32) {
        dense(&self.label)
    }

    fn restore(&mut self, label: Vec<u32>) {
        let (label, zones) = dense(&label);
        let mut fresh = Search::new(self.problem, label, zones, self.rng.clone());
        fresh.moves = self.moves;
        fresh.limit = self.limit;
        fresh.stays = std::mem::take(&mut self.stays);
        *self = fresh;
    }

    /// One move; whether it was kept.
    fn step(&mut self, seed: u32, size: usize, heat: f32, noise: f32) -> bool {
        self.moves += 1;
        self.pick(seed, size);
        if self.picked.len() < 2 && self.problem.sums.holds(self.load[seed as usize]) {
            return false;
        }
        self.gather();
        let grain = self.grain();
        // While repairing, now and then a tree that minds no barriers and groups: it reaches what others never try.
        let plain = self.eased && self.rng.random_range(0..4u32) == 0;
        if !self.region.tree(self.problem, grain, noise, plain, &mut self.rng, &mut self.tree) {
            return false;
        }
        let sums = if self.eased { &self.problem.eased } else { &self.problem.sums };
        let (parts, _) = self.dp.solve(&self.tree, sums, &mut self.part);
        if self.problem.count.is_some() && parts as usize != self.picked.len() {
            return false;
        }
        self.new.clear();
        self.new.extend(self.region.place.iter().map(|&place| self.part[place as usize]));
        self.judge.hasty = self.eased;
        let before = self.judge.price(self.problem, sums, &self.region, &self.old, self.picked.len() as u32);
        let after = self.judge.price(self.problem, sums, &self.region, &self.new, parts);
        let rise = after - before;
        let draw = (self.rng.next_u32() >> 8) as f32 / (1 << 24) as f32;
        if rise > 0.0 && draw >= (-rise / heat).exp() {
            return false;
        }
        self.apply(parts);
        true
    }

    /// Makes the picked zones the region, as they are now.
    fn gather(&mut self) {
        self.region.atoms.clear();
        self.old.clear();
        for (p, &z) in self.picked.iter().enumerate() {
            self.region.atoms.extend_from_slice(&self.members[z as usize]);
            self.old.resize(self.region.atoms.len(), p as u32);
        }
        self.region.close(&self.problem.graph);
    }

    fn grain(&mut self) -> Grain {
        let draw = self.rng.random_range(0..10u32);
        match (self.grouped, draw) {
            ([_, true], 0..=5) => Grain::Building,
            ([true, _], 0..=7) => Grain::Unit,
            _ => Grain::Atom,
        }
    }

    /// Grows a set of `size` zones around `seed` through random borders.
    fn pick(&mut self, seed: u32, size: usize) {
        let graph = &self.problem.graph;
        self.picked.clear();
        self.picked.push(seed);
        let mut tries = 8 * size;
        while tries > 0 && self.picked.len() < size {
            tries -= 1;
            let zone = self.picked[self.rng.random_range(0..self.picked.len())];
            let atoms = &self.members[zone as usize];
            let atom = atoms[self.rng.random_range(0..atoms.len())];
            let near = graph.near(atom);
            if near.is_empty() {
                continue;
            }
            let other = self.label[near[self.rng.random_range(0..near.len())] as usize];
            if !self.picked.contains(&other) {
                self.picked.push(other);
            }
        }
        if self.picked.len() == 1 {
            // A zone with few border atoms, such as a tower: look at all of them.
            let start = self.rng.random_range(0..self.members[seed as usize].len());
            let atoms = &self.members[seed as usize];
            let outside = atoms[start..]
                .iter()
                .chain(&atoms[..start])
                .flat_map(|&v| graph.near(v))
                .map(|&w| self.label[w as usize])
                .find(|&z| z != seed);
            self.picked.extend(outside);
        }
    }

    /// Takes over `self.new` for the region.
    fn apply(&mut self, parts: u32) {
        let mut zones = std::mem::take(&mut self.picked);
        for &z in &zones {
            self.members[z as usize].clear();
            self.load[z as usize] = 0;
        }
        while zones.len() < parts as usize {
            let z = self.free.pop().unwrap_or_else(|| {
                self.members.push(Vec::new());
                self.load.push(0);
                self.members.len() as u32 - 1
            });
            zones.push(z);
        }
        for (&v, &p) in self.region.atoms.iter().zip(&self.new) {
            let z = zones[p as usize];
            self.label[v as usize] = z;
            self.members[z as usize].push(v);
            self.load[z as usize] += u64::from(self.problem.graph.load[v as usize]);
        }
        for &z in &zones {
            if self.members[z as usize].is_empty() {
                self.free.push(z);
            }
            self.rate(z);
        }
        self.picked = zones;
    }

    /// Enters a zone in the lists of zones out of band, or takes it out.
    fn rate(&mut self, z: u32) {
        let atoms = &self.members[z as usize];
        let out = !atoms.is_empty() && !self.problem.sums.holds(self.load[z as usize]);
        let bad = out && !atoms.iter().any(|&v| self.problem.oversize(v));
        self.out.set(z, out);
        self.bad.set(z, bad);
    }
}

/// A set of zones one can draw from at random: the order is arbitrary but depends only on what was done.
#[derive(Clone, Debug, Default)]
struct List {
    zones: Vec<u32>,
    place: Vec<u32>,
}

impl std::ops::Deref for List {
    type Target = [u32];
    fn deref(&self) -> &[u32] {
        &self.zones
    }
}

impl List {
    /// Whether a zone is in it.
    fn has(&self, z: u32) -> bool {
        self.place.get(z as usize).is_some_and(|&at| at != NONE)
    }

    /// Puts a zone in or takes it out.
    fn set(&mut self, z: u32, inside: bool) {
        if self.place.len() <= z as usize {
            self.place.resize(z as usize + 1, NONE);
        }
        let at = self.place[z as usize];
        if inside && at == NONE {
            self.place[z as usize] = self.zones.len() as u32;
            self.zones.push(z);
        } else if !inside && at != NONE {
            self.zones.swap_remove(at as usize);
            if let Some(&moved) = self.zones.get(at as usize) {
                self.place[moved as usize] = at;
            }
            self.place[z as usize] = NONE;
        }
    }
}

/// Labels from 0 in order of first appearance, and their number.
pub(crate) fn dense(label: &[u32]) -> (Vec<u32>, u32) {
    let top = label.iter().copied().max().map_or(0, |top| top as usize + 1);
    let mut name = vec![NONE; top];
    let mut next = 0;
    let dense = label
        .iter()
        .map(|&z| {
            let name = &mut name[z as usize];
            if *name == NONE {
                *name = next;
                next += 1;
            }
            *name
        })
        .collect();
    (dense, next)
}

#[cfg(test)]
mod tests;
