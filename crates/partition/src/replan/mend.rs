//! 修补 Zones out of band are brought back by moving as few households as will do.
//!
//! A zone out of band is divided anew together with one neighbour, then two, and so on: first inside its parent, then
//! across. For every such set of zones many random spanning trees are cut exactly ([`crate::dp`]), and the cut with the
//! least price wins, households that leave their present zone included. The first number of zones that helps is taken,
//! so nothing far away is ever touched, and work stops as soon as the bands hold.

use super::board::{Board, Find};
use crate::dp::{Dp, Tree};
use crate::problem::Judge;
use crate::region::{Grain, Region};
use crate::search::{Search, dense};
use crate::solve::stream;
use crate::stop::Stop;
use rand::Rng;
use rand_chacha::ChaCha8Rng;
use std::collections::BTreeSet;

/// Rounds over all zones out of band.
const PASSES: u64 = 4;
/// Most zones divided anew at a time by single cuts.
const MOST: usize = 6;
/// Sets of each size that are tried, and cuts for each.
const SETS: usize = 24;
const CUTS: u64 = 64;
/// Zones in the last resort, a search of its own; how many sets of each size, and moves for each set.
const BALLS: [usize; 3] = [7, 14, 21];
const BALL_SETS: usize = 2;
const BALL_MOVES: u64 = 20_000;
/// Cuts for a zone that was just as far off the band before anything changed.
const STUBBORN: u64 = 600;
/// Attempts to give households back to their zones after a repair, for each zone.
const BACK: u64 = 60;

/// Brings zones back into their band. `same` says of a zone that it is as it was before; on such a one little is spent.
/// Returns the cuts made.
pub(crate) fn mend(board: &mut Board, same: &[bool], seed: u64, most: u64, stop: &Stop<'_>) -> u64 {
    let mut mender = Mender { board, region: Region::default(), cut: Cut::default(), cuts: 0 };
    for pass in 0..PASSES {
        let mut helped = false;
        for zone in mender.board.bad() {
            if stop.asked() {
                return mender.cuts;
            }
            if !mender.board.is_bad(zone) {
                continue;
            }
            let stubborn = same.get(zone as usize).copied().unwrap_or(false);
            let most = if stubborn { most.min(STUBBORN) } else { most };
            let mut rng = stream(seed, &[pass, u64::from(zone)]);
            helped |= mender.help(zone, most, stubborn, &mut rng, stop);
        }
        if !helped {
            break;
        }
    }
    mender.cuts
}

/// Scratch memory of a cut.
#[derive(Default)]
struct Cut {
    tree: Tree,
    dp: Dp,
    judge: Judge,
    part: Vec<u32>,
}

struct Mender<'a> {
    board: &'a mut Board,
    region: Region,
    cut: Cut,
    cuts: u64,
}

impl Mender<'_> {
    /// Tries to leave fewer zones out of band around this one; whether that was possible. `lightly`: by single cuts only.
    fn help(&mut self, zone: u32, most: u64, lightly: bool, rng: &mut ChaCha8Rng, stop: &Stop<'_>) -> bool {
        for across in [false, true] {
            let limit = self.cuts + most / 2;
            if !across && self.board.hopeless(zone) {
                continue;
            }
            for size in 1..=MOST {
                let sets = self.sets(zone, size, across, rng);
                let mut best: Option<(Vec<u32>, Find)> = None;
                for set in sets {
                    if self.cuts > limit || stop.asked() {
                        break;
                    }
                    let bound = best.as_ref().map(|best| best.1.key());
                    if let Some(found) = self.cuts_of(&set, bound, rng) {
                        best = Some((set, found));
                    }
                }
                if let Some((set, found)) = best {
                    let zones = self.board.apply(&set, &found);
                    self.give_back(&zones, rng);
                    return true;
                }
            }
            for size in BALLS {
                for set in self.sets(zone, size, across, rng).into_iter().take(BALL_SETS) {
                    if lightly || stop.asked() {
                        break;
                    }
                    if let Some(found) = self.search(&set, rng, stop) {
                        let zones = self.board.apply(&set, &found);
                        self.give_back(&zones, rng);
                        return true;
                    }
                }
            }
        }
        false
    }

    /// Connected sets of `size` zones around one, whose load could be divided into zones in band.
    fn sets(&self, zone: u32, size: usize, across: bool, rng: &mut ChaCha8Rng) -> Vec<Vec<u32>> {
        let mut seen = BTreeSet::new();
        let mut sets = Vec::new();
        let tries = if size <= 1 { 1 } else { SETS * 8 };
        for _ in 0..tries {
            let mut set = vec![zone];
            while set.len() < size {
                let mut near: Vec<u32> = Vec::new();
                for &z in &set {
                    near.extend(self.board.near(z, across));
                }
                near.sort_unstable();
                near.dedup();
                near.retain(|z| !set.contains(z));
                if near.is_empty() {
                    break;
                }
                set.push(near[rng.random_range(0..near.len())]);
            }
            if set.len() < size && size <= MOST {
                break;
            }
            set.sort_unstable();
            if seen.insert(set.clone()) && self.board.could_help(&set) {
                sets.push(set);
                if sets.len() >= SETS {
                    break;
                }
            }
        }
        sets
    }

    /// The best of many cuts that leaves fewer zones out of band than there are, and is better than `bound`.
    fn cuts_of(&mut self, set: &[u32], bound: Option<(usize, f32)>, rng: &mut ChaCha8Rng) -> Option<Find> {
        let before = self.board.bad_in(set);
        self.board.enclose(set, &mut self.region);
        let mut best: Option<Find> = None;
        for attempt in 0..CUTS {
            let Some(found) = self.one(set, attempt, rng) else { break };
            let key = found.key();
            let least = best.as_ref().map(Find::key).or(bound);
            let better = least.is_none_or(|least| key.0 < least.0 || key.0 == least.0 && key.1 < least.1);
            if key.0 < before && better && self.board.allowed(set, &found) {
                best = Some(found);
            }
        }
        best
    }

    /// One cut of one tree over the region; `None` if the region hangs together nowhere.
    fn one(&mut self, set: &[u32], attempt: u64, rng: &mut ChaCha8Rng) -> Option<Find> {
        self.cuts += 1;
        let problem = &self.board.problem;
        let grain = [Grain::Building, Grain::Unit, Grain::Building, Grain::Atom][(attempt % 4) as usize];
        let plain = attempt % 8 == 7;
        // From cuts that forecast their price well to ones that try anything.
        let noise = if attempt.is_multiple_of(2) { 1.0 } else { 10.0 };
        let Cut { tree, dp, judge, part } = &mut self.cut;
        if !self.region.tree(problem, grain, noise, plain, rng, tree) {
            return None;
        }
        let (parts, _) = dp.solve(tree, &problem.sums, part);
        let part: Vec<u32> = self.region.place.iter().map(|&place| part[place as usize]).collect();
        Some(self.board.weigh(set, &self.region, part, parts, judge))
    }

    /// A search over a larger set, when no single cut helped.
    fn search(&mut self, set: &[u32], rng: &mut ChaCha8Rng, stop: &Stop<'_>) -> Option<Find> {
        let before = self.board.bad_in(set);
        self.board.enclose(set, &mut self.region);
        self.region.atoms.sort_unstable();
        self.region.close(&self.board.problem.graph);
        let problem = self.board.problem.part(&self.region.atoms);
        let label: Vec<u32> = self.region.atoms.iter().map(|&v| self.board.label[v as usize]).collect();
        let (label, zones) = dense(&label);
        let mut search = Search::new(&problem, label, zones, rng.clone());
        search.limit = BALL_MOVES;
        search.anneal(0, stop);
        self.cuts += search.moves;
        let (part, parts) = search.dense();
        let found = self.board.weigh(set, &self.region, part, parts, &mut self.cut.judge);
        (found.bad < before && self.board.allowed(set, &found)).then_some(found)
    }

    /// Moves households back where that costs nothing: pairs of the zones just changed, the price falling each time.
    fn give_back(&mut self, zones: &[u32], rng: &mut ChaCha8Rng) {
        for attempt in 0..BACK * zones.len() as u64 {
            let zone = zones[rng.random_range(0..zones.len())];
            let near: Vec<u32> =
                self.board.near(zone, true).into_iter().filter(|z| zones.contains(z)).collect();
            if near.is_empty() {
                continue;
            }
            let mut set = vec![zone, near[rng.random_range(0..near.len())]];
            set.sort_unstable();
            self.board.enclose(&set, &mut self.region);
            let now: Vec<u32> = self
                .region
                .atoms
                .iter()
                .map(|&v| u32::from(self.board.label[v as usize] != set[0]))
                .collect();
            let now = self.board.weigh(&set, &self.region, now, 2, &mut self.cut.judge);
            let Some(found) = self.one(&set, attempt, rng) else { continue };
            let better = found.bad <= now.bad && found.price < now.price - 1e-3 && found.parts == 2;
            if better && self.board.allowed(&set, &found) {
                self.board.apply(&set, &found);
            }
        }
    }
}
