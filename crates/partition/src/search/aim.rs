//! 修复 Moves aimed at zones out of band: annealing first, then exact search around what is left.
//!
//! # When it ends
//! Each way ends when so many moves for every zone still out of band, or for a few of them, brought none in. The count starts again
//! with every zone that comes in, so work follows success and a miss that nothing can cure costs little.

use super::Search;
use crate::cover::misses;
use crate::stop::Stop;
use rand::Rng;

/// Moves without success, for each zone out of band, after which annealing ends.
const MOVES: u64 = 30;
/// Attempts without success, for each zone out of band, after which exact search ends.
const ATTEMPTS: u64 = 50;
/// Zones out of band that count at most for these two: those of a place with many are mostly there for good.
const CROWD: u64 = 2;
/// Passes of both without success after which repair ends.
const PASSES: u32 = 8;
/// Zones of an exact search: at least so many, and fewer than so many more.
const LEAST: usize = 4;
const WIDE: usize = 20;
/// Heat of annealing: the odds of accepting one more zone out of band are about 1 in 150.
const HEAT: f32 = 20.0;

/// Moves without success after which work on `bad` zones out of band ends, if it is `each` for a zone.
fn patience(each: u64, bad: usize) -> u64 {
    each * (2 + CROWD.min(bad as u64))
}

impl Search<'_> {
    /// Brings zones into the band until no more than `enough` are out of it or nothing helps. Ends with the first
    /// division that had the fewest.
    pub fn repair(&mut self, enough: usize, stop: &Stop) {
        let mut best = (self.bad.len(), self.label.clone());
        let mut waited = 0;
        while best.0 > enough && waited < PASSES && !self.over(stop) {
            self.anneal(enough, stop);
            self.carve(enough, stop);
            waited += 1;
            if self.bad.len() < best.0 {
                best = (self.bad.len(), self.label.clone());
                waited = 0;
            }
        }
        self.restore(best.1);
    }

    /// One pass of [`Self::repair`]: does not go back if nothing was gained, so that the next pass starts elsewhere.
    pub fn shake(&mut self, stop: &Stop) {
        self.anneal(0, stop);
        self.carve(0, stop);
    }

    /// Merge-split from zones out of band, or near one. Ends with the fewest out of band it saw.
    pub fn anneal(&mut self, enough: usize, stop: &Stop) {
        let mut best = (self.bad.len(), None);
        let mut last = self.moves;
        self.eased = true;
        while self.bad.len() > enough && self.moves - last < patience(MOVES, best.0) && !self.over(stop) {
            let seed = self.near_bad();
            // Two or three zones at a time are quickest; what does not vanish among them may need more room.
            let size = match self.rng.random_range(0..20u32) {
                0..=8 => 2,
                9..=17 => 3,
                _ => self.rng.random_range(4..=7),
            };
            self.step(seed, size, HEAT, 10.0);
            if self.bad.len() < best.0 {
                best = (self.bad.len(), Some(self.label.clone()));
                last = self.moves;
            }
        }
        self.eased = false;
        if let (fewest, Some(label)) = best
            && fewest < self.bad.len()
        {
            self.restore(label);
        }
    }

    /// A zone out of band, or every third time one a few steps from it: sometimes the room to move is further away.
    fn near_bad(&mut self) -> u32 {
        let mut seed = self.bad[self.rng.random_range(0..self.bad.len())];
        if self.rng.random_range(0..3u32) == 0 {
            for _ in 0..self.rng.random_range(1..=3u32) {
                self.pick(seed, 2);
                seed = self.picked[self.picked.len() - 1];
            }
        }
        seed
    }

    /// Divides exactly around zones out of band. What cannot come in where it is jumps to another place nearby, where
    /// it may meet another miss or find what it needs; it seeks places where misses have seldom been, and what was earlier counts
    /// half with every pass. Never ends with more zones out of band.
    fn carve(&mut self, enough: usize, stop: &Stop) {
        self.stays.iter_mut().for_each(|stays| *stays /= 2);
        let mut waited = 0;
        while self.bad.len() > enough && waited < patience(ATTEMPTS, self.bad.len()) && !self.over(stop) {
            let seed = self.bad[self.rng.random_range(0..self.bad.len())];
            let before = self.bad.len();
            let size = LEAST + self.rng.random_range(0..WIDE).min(self.rng.random_range(0..WIDE));
            self.divide(seed, size);
            waited = if self.bad.len() < before { 0 } else { waited + 1 };
        }
    }

    /// One attempt of [`Self::carve`].
    fn divide(&mut self, seed: u32, size: usize) {
        self.pick(seed, size);
        self.gather();
        let out = self.picked.iter().map(|&z| self.misses(z)).sum::<u32>();
        let (found, work) = self.cover.solve(
            self.problem,
            &self.region,
            &self.old,
            (out, &self.stays),
            &mut self.rng,
            &mut self.new,
        );
        self.moves += 1 + u64::from(work / 16);
        let Some(parts) = found else { return };
        if self.problem.count.is_some() && parts as usize != self.picked.len() {
            return;
        }
        let bad = self.picked.iter().filter(|&&z| self.bad.has(z)).count();
        if self.bad_after(parts) <= bad {
            self.apply(parts);
            for &z in self.picked.iter().filter(|&&z| self.bad.has(z)) {
                self.members[z as usize].iter().for_each(|&v| self.stays[v as usize] += 1);
            }
        }
    }

    /// What [`misses`] says of a zone as it is.
    fn misses(&self, z: u32) -> u32 {
        let load = self.load[z as usize];
        if self.problem.sums.holds(load) {
            return 0;
        }
        let graph = &self.problem.graph;
        let over = self.members[z as usize].iter().filter(|&&v| self.problem.oversize(v));
        let (count, large) =
            over.fold((0, 0), |sum, &v| (sum.0 + 1, sum.1 + u64::from(graph.load[v as usize])));
        misses(load - large, count, self.problem.sums.upper())
    }

    /// Zones out of band without oversize atom in the division of `self.new`.
    fn bad_after(&self, parts: u32) -> usize {
        let graph = &self.problem.graph;
        let mut zone = vec![(0u64, false); parts as usize];
        for (&v, &p) in self.region.atoms.iter().zip(&self.new) {
            let zone = &mut zone[p as usize];
            zone.0 += u64::from(graph.load[v as usize]);
            zone.1 |= self.problem.oversize(v);
        }
        zone.iter().filter(|&&(load, over)| !over && !self.problem.sums.holds(load)).count()
    }

    /// Makes what is still out of band as little off as can be: zones out of band at the full price of being off.
    pub fn settle(&mut self, stop: &Stop) {
        let start = self.moves;
        let moves = 60 * self.out.len() as u64;
        if self.out.is_empty() || start + moves > self.limit {
            return;
        }
        let kept = (self.label.clone(), self.total());
        while !self.out.is_empty() && self.moves - start < moves && !stop.now(self.moves) {
            let seed = self.out[self.rng.random_range(0..self.out.len())];
            let size = self.rng.random_range(2..=3);
            self.step(seed, size, 2.0, 5.0);
        }
        if self.total() > kept.1 {
            self.restore(kept.0);
        }
    }

    /// Whether the moves or the time are used up.
    fn over(&self, stop: &Stop) -> bool {
        self.moves >= self.limit || stop.now(self.moves)
    }
}
