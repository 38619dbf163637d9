//! 精确覆盖 Exact search in a small neighbourhood, for zones that random trees do not bring into the band.
//!
//! Where atoms are a third of a zone each, as entrances of 30 to 36 households are, almost no random tree can be cut in
//! band: the parts must be exactly the right triples. Such a neighbourhood has only a few hundred connected sets in
//! band, and choosing disjoint ones that leave nothing over is an exact cover, searched depth first, the atom with the
//! fewest sets left first. What may be left over is limited to fewer pieces than there are zones out of band now.
//!
//! Atoms are joined to at most 128 lumps first: every atom without load to a neighbour at random, and small atoms to
//! each other where there are too many sets to list. So an answer is always valid, but a failure proves nothing.

use crate::graph::NONE;
use crate::problem::Problem;
use crate::region::Region;
use crate::sums::{Sums, sums_of};
use rand::Rng;
use rand_chacha::ChaCha8Rng;

mod jump;
mod lumps;

/// Bits of a set of lumps.
const MOST: usize = 128;
/// Sets in band listed at most, and steps made in listing them: beyond it small atoms are joined to larger lumps.
const SETS: usize = 1200;
const STEPS: u32 = 8000;
/// Nodes of one search for fewer parts out of band.
const NODES: u32 = 100;

/// Scratch memory and state of the search.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cover {
    root: Vec<u32>,
    size: Vec<u64>,
    order: Vec<u32>,
    late: Vec<u32>,
    /// Lump of each atom of the region.
    lump: Vec<u32>,
    load: Vec<u64>,
    near: Vec<u128>,
    /// Whether zones in band add up to a load.
    tiles: Vec<bool>,
    /// Sets in band.
    sets: Vec<u128>,
    /// Words of a set of sets.
    words: usize,
    /// The sets that hold each lump, as bits: `words` words a lump.
    holding: Vec<u64>,
    /// All sets, as bits.
    every: Vec<u64>,
    /// Sets that are still open at each depth, as bits: `words` words a depth.
    open: Vec<u64>,
    chosen: Vec<u128>,
    all: u128,
    covered: u128,
    left: u128,
    over: u128,
    upper: u32,
    limit: u32,
    steps: u32,
    nodes: u32,
}

impl Cover {
    /// Divides a region, now divided as `old` with `out` parts out of band: so that fewer are, or else as many elsewhere, where the
    /// atoms have seldom been out of band ([`Self::jump`]). `part` becomes the part of each atom. Returns the number of parts, and
    /// the work done in nodes.
    pub fn solve(
        &mut self,
        problem: &Problem,
        region: &Region,
        old: &[u32],
        (out, stays): (u32, &[u32]),
        rng: &mut ChaCha8Rng,
        part: &mut Vec<u32>,
    ) -> (Option<u32>, u32) {
        let sums = &problem.sums;
        let upper = sums.upper();
        let coarse = [0, upper / 8, upper / 6, upper / 4];
        let first = coarse[rng.random_range(0..coarse.len())];
        let mut spent = 0;
        for (i, cap) in [first, upper / 4, upper / 3, upper / 2].into_iter().enumerate() {
            if (i > 0 && cap <= first) || !self.lumps(problem, region, old, u64::from(cap), rng) {
                continue;
            }
            let listed = self.list(sums);
            spent += (STEPS - self.steps) / 64;
            if !listed {
                continue;
            }
            self.upper = upper;
            let found = self.attempt(0, out.saturating_sub(1), NODES, &mut spent)
                || self.jump(problem, region, (out, stays), rng, &mut spent);
            return (found.then(|| self.parts(part)), spent);
        }
        (None, spent)
    }

    /// Searches from the start, the lumps of `left` left out of band, for at most `limit` parts out of band.
    fn attempt(&mut self, left: u128, limit: u32, nodes: u32, spent: &mut u32) -> bool {
        self.chosen.clear();
        self.covered = 0;
        self.left = self.over | left;
        self.limit = limit;
        self.nodes = nodes;
        self.open.clear();
        self.open.extend_from_slice(&self.every);
        for lump in bits(left) {
            for (open, held) in self.open.iter_mut().zip(&self.holding[lump * self.words..]) {
                *open &= !held;
            }
        }
        let found = self.search(0);
        *spent += nodes - self.nodes;
        found
    }

    /// Lists the connected sets in band, in random order; `false` if there are too many.
    fn list(&mut self, sums: &Sums) -> bool {
        let count = self.load.len();
        self.all = if count == MOST { u128::MAX } else { (1 << count) - 1 };
        let total: u64 = self.load.iter().sum();
        if self.tiles.len() as u64 <= total {
            self.tiles = sums_of(sums.allowed(), (total + total / 2) as usize);
        }
        self.over = 0;
        for (i, &load) in self.load.iter().enumerate() {
            if load > u64::from(sums.upper()) {
                self.over |= 1 << i;
            }
        }
        self.sets.clear();
        self.steps = STEPS;
        for root in 0..count {
            let bit = 1u128 << root;
            if bit & self.over == 0 {
                // Every set is listed once, from its first lump.
                let later = self.all & !(bit | (bit - 1)) & !self.over;
                if !self.grow(sums, bit, self.near[root] & later, later, self.load[root]) {
                    return false;
                }
            }
        }
        self.index();
        true
    }

    /// Notes which sets hold each lump.
    fn index(&mut self) {
        self.words = self.sets.len().div_ceil(64);
        self.holding.clear();
        self.holding.resize(self.words * self.load.len(), 0);
        self.every.clear();
        self.every.resize(self.words, 0);
        for (at, &set) in self.sets.iter().enumerate() {
            let (word, bit) = (at / 64, 1u64 << (at % 64));
            self.every[word] |= bit;
            for lump in bits(set) {
                self.holding[lump * self.words + word] |= bit;
            }
        }
    }

    /// Opens at depth `depth` + 1 the sets open at `depth` that hold none of `lumps`.
    fn narrow(&mut self, depth: usize, lumps: u128) {
        let words = self.words;
        self.open.truncate((depth + 1) * words);
        self.open.extend_from_within(depth * words..);
        let open = &mut self.open[(depth + 1) * words..];
        for lump in bits(lumps) {
            for (open, held) in open.iter_mut().zip(&self.holding[lump * words..]) {
                *open &= !held;
            }
        }
    }

    /// Lists every connected set in band that adds to `set` lumps of `border`, and of `may` beyond it.
    fn grow(&mut self, sums: &Sums, set: u128, border: u128, may: u128, load: u64) -> bool {
        if self.steps == 0 || self.sets.len() >= SETS {
            return false;
        }
        self.steps -= 1;
        if sums.holds(load) {
            self.sets.push(set);
        }
        let (mut border, mut may) = (border, may);
        while border != 0 {
            let next = border.trailing_zeros() as usize;
            let bit = 1u128 << next;
            border &= !bit;
            may &= !bit;
            let sum = load + self.load[next];
            if sum <= u64::from(sums.upper())
                && !self.grow(sums, set | bit, border | self.near[next] & may, may, sum)
            {
                return false;
            }
        }
        true
    }

    /// Chooses disjoint sets among those open at `depth` until nothing is free.
    fn search(&mut self, depth: usize) -> bool {
        if self.nodes == 0 || !self.hopeful() {
            return false;
        }
        self.nodes -= 1;
        let free = self.all & !self.covered & !self.left;
        if free == 0 {
            return true;
        }
        let tight = self.tightest(depth, free);
        let words = self.words;
        let open = depth * words;
        for word in 0..words {
            let mut those = self.open[open + word] & self.holding[tight * words + word];
            while those != 0 {
                let set = self.sets[word * 64 + those.trailing_zeros() as usize];
                those &= those - 1;
                self.narrow(depth, set);
                self.covered |= set;
                self.chosen.push(set);
                if self.search(depth + 1) {
                    return true;
                }
                self.covered &= !set;
                self.chosen.pop();
            }
        }
        if self.limit > 0 {
            let bit = 1u128 << tight;
            self.narrow(depth, bit);
            self.left |= bit;
            if self.search(depth + 1) {
                return true;
            }
            self.left &= !bit;
        }
        false
    }

    /// The lump of `free` that the fewest sets open at `depth` hold.
    fn tightest(&self, depth: usize, free: u128) -> usize {
        let words = self.words;
        let open = &self.open[depth * words..(depth + 1) * words];
        let (mut fewest, mut tight) = (u32::MAX, 0);
        for lump in bits(free) {
            let held = &self.holding[lump * words..(lump + 1) * words];
            let count = open.iter().zip(held).fold(0, |sum, (open, held)| sum + (open & held).count_ones());
            if count < fewest {
                (fewest, tight) = (count, lump);
                if count == 0 {
                    break;
                }
            }
        }
        tight
    }

    /// Whether what is not covered yet can still end in few enough pieces out of band.
    fn hopeful(&self) -> bool {
        let mut rest = self.all & !self.covered;
        let mut need = 0;
        while rest != 0 && need <= self.limit {
            let (piece, load) = self.piece(rest);
            rest &= !piece;
            if piece & self.left != 0 {
                let load = bits(piece & self.left & !self.over).map(|i| self.load[i]).sum();
                let over = (piece & self.over).count_ones();
                if misses(load, over, self.upper) > over.max(1) {
                    return false;
                }
                need += over.max(1);
            } else {
                need += u32::from(!self.tiles.get(load as usize).copied().unwrap_or(false));
            }
        }
        need <= self.limit
    }

    /// The connected piece of `rest` that holds its first lump, and its load.
    fn piece(&self, rest: u128) -> (u128, u64) {
        let mut piece = rest & rest.wrapping_neg();
        let mut fresh = piece;
        let mut load = 0;
        while fresh != 0 {
            let mut reached = 0;
            for i in bits(fresh) {
                reached |= self.near[i];
                load += self.load[i];
            }
            fresh = reached & rest & !piece;
            piece |= fresh;
        }
        (piece, load)
    }

    /// The parts found: the chosen sets, and what is left in connected pieces with one oversize lump at most.
    fn parts(&mut self, part: &mut Vec<u32>) -> u32 {
        let mut of = [NONE; MOST];
        let mut parts = 0;
        let mut rest = self.left;
        let mut pieces = std::mem::take(&mut self.chosen);
        let chosen = pieces.len();
        while rest != 0 {
            pieces.push(self.piece(rest).0);
            rest &= !pieces[pieces.len() - 1];
        }
        for &piece in &pieces[..chosen] {
            bits(piece).for_each(|i| of[i] = parts);
            parts += 1;
        }
        for &piece in &pieces[chosen..] {
            // Every oversize lump takes what is nearest to it.
            let mut seeds: Vec<u128> = bits(piece & self.over).map(|i| 1 << i).collect();
            if seeds.is_empty() {
                seeds.push(piece);
            }
            let mut open = piece & !seeds.iter().fold(0, |all, seed| all | seed);
            while open != 0 {
                for seed in &mut seeds {
                    let reached = bits(*seed).fold(0, |reached, i| reached | self.near[i]) & open;
                    *seed |= reached;
                    open &= !reached;
                }
            }
            for seed in seeds {
                bits(seed).for_each(|i| of[i] = parts);
                parts += 1;
            }
        }
        part.clear();
        part.extend(self.lump.iter().map(|&lump| of[lump as usize]));
        self.chosen = pieces;
        parts
    }
}

/// How many zones out of band count for a piece with `over` oversize atoms and otherwise this load: too large a piece is
/// no better than several.
pub(crate) fn misses(load: u64, over: u32, upper: u32) -> u32 {
    let upper = u64::from(upper);
    let room = if over == 0 { upper + upper / 2 } else { u64::from(over) * upper / 2 };
    over.max(1) + (load.saturating_sub(room).div_ceil(upper + upper / 2)) as u32
}

/// The positions of the bits that are set, from the lowest.
fn bits(set: u128) -> impl Iterator<Item = usize> {
    ones(set as u64, 0).chain(ones((set >> 64) as u64, 64))
}

/// The same of half a set, whose first bit has the position `first`.
fn ones(mut half: u64, first: usize) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        (half != 0).then(|| {
            let i = first + half.trailing_zeros() as usize;
            half &= half - 1;
            i
        })
    })
}
