//! 跳移 Where a miss goes that cannot be cured where it is.
//!
//! Most places a miss could go are near and were tried before, and a random walk stays among them. So of some connected sets
//! drawn at random those are tried first whose atoms have seldom been out of band: the frequency-based memory of tabu search
//! (Glover, Tabu Search Part I, ORSA Journal on Computing 1(3), 1989, p. 190-206).

use super::{Cover, MOST, bits};
use crate::problem::Problem;
use crate::region::Region;
use rand::Rng;
use rand_chacha::ChaCha8Rng;

/// Sets drawn, and how many of them are tried.
const DRAWN: usize = 24;
const TRIED: usize = 8;
/// Nodes of one search: that a set leads nowhere mostly shows at once.
const NODES: u32 = 30;
/// Stays are compared in parts of one; what is less is left to chance.
const FINE: u64 = 1000;

impl Cover {
    /// Divides the region so that `out` parts are out of band, one of them a set of lumps drawn at random. `stays` says of every atom
    /// of the problem how often it was out of band.
    pub(super) fn jump(
        &mut self,
        problem: &Problem,
        region: &Region,
        (out, stays): (u32, &[u32]),
        rng: &mut ChaCha8Rng,
        spent: &mut u32,
    ) -> bool {
        // Of each lump: stays of its atoms with load, and their number.
        let mut stayed = [(0u64, 0u64); MOST];
        for (&lump, &v) in self.lump.iter().zip(&region.atoms) {
            if problem.graph.load[v as usize] > 0 {
                let stayed = &mut stayed[lump as usize];
                *stayed = (stayed.0 + u64::from(stays[v as usize]), stayed.1 + 1);
            }
        }
        let mut drawn = [(u64::MAX, 0u128); DRAWN];
        for slot in &mut drawn {
            let Some(set) = self.draw(rng) else { continue };
            let sum = bits(set).fold((0, 0), |sum, i| (sum.0 + stayed[i].0, sum.1 + stayed[i].1));
            *slot = ((FINE * sum.0 + rng.random_range(0..FINE)) / sum.1.max(1), set);
        }
        drawn.sort_unstable();
        let sets = drawn.iter().take(TRIED).filter(|(stays, _)| *stays < u64::MAX);
        sets.into_iter().any(|&(_, set)| self.attempt(set, out, NODES, spent))
    }

    /// A random connected set of lumps of at most one and a half zones; `None` if it began at one that is too large for a zone.
    fn draw(&self, rng: &mut ChaCha8Rng) -> Option<u128> {
        let most = u64::from(self.upper) * 3 / 2;
        let least = rng.random_range(1..=most);
        let first = rng.random_range(0..self.load.len());
        let (mut set, mut load) = (1u128 << first, self.load[first]);
        if set & self.over != 0 {
            return None;
        }
        while load < least {
            let border = bits(set).fold(0, |all, i| all | self.near[i]) & !set & !self.over;
            let fits =
                bits(border).filter(|&i| load + self.load[i] <= most).fold(0u128, |all, i| all | 1 << i);
            let count = fits.count_ones() as usize;
            if count == 0 {
                break;
            }
            let Some(next) = bits(fits).nth(rng.random_range(0..count)) else { break };
            set |= 1 << next;
            load += self.load[next];
        }
        Some(set)
    }
}
