//! 困局 Atoms that zones in the band can only take from each other.
//!
//! Take a few atoms, the core, and those that touch them, the ring. What a zone has of the core falls into connected pieces,
//! each with one atom of the ring at least that leads out of the core, or the zone has nothing else. So in a plan without misses
//! the core is divided into pieces of two kinds: connected sets of the core that are in the band by themselves, and sets that hang
//! together with an atom of the ring and count, with it, no more than the band's most; whatever else a zone has of ring and land
//! beyond is not asked. A piece needs no second atom of the ring: with it, it would only take more. No two pieces share an atom. Where
//! no choice of such pieces takes all of some atoms, a zone that holds one of those misses in every plan.
//!
//! The search for a choice is an exact cover, depth first, the atom with the fewest pieces left first; it ends without an answer
//! after a number of steps, never by the clock. The core starts with a zone's atoms and takes in the heaviest of its ring, which
//! are what zones here compete for.

use crate::graph::{Graph, OUT};
use lifang_model::{Band, Load};
use std::collections::{BTreeMap, BTreeSet};

/// Atoms of a core, and of a ring, at most.
const CORE: usize = 64;
const RING: usize = 128;
/// Pieces listed at most, for one core.
const PIECES: usize = 4000;
/// Choices tried at most, for one core.
const CHOICES: u32 = 2000;
/// Steps of one zone's searches at most, and times the core is made larger.
const STEPS: u64 = 400_000;
const ROUNDS: usize = 10;
/// Steps of the searches for all zones of a level, or of a plain graph, at most: what fifty zones can spend.
pub(crate) const ALL_STEPS: u64 = 50 * STEPS;
/// The core takes in atoms of its ring that count at least this share of the band's most: one in.
const SHARES: [u64; 3] = [2, 4, 10];

/// Land and links the atoms lie in.
pub(crate) struct Field<'a> {
    pub graph: &'a Graph,
    /// Load of every atom, milli-units.
    pub load: &'a [u64],
    pub band: Band,
}

/// Atoms one of which is in a zone outside the band, in every plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pocket {
    /// The atoms, none of which can be left out.
    pub atoms: Vec<usize>,
    /// How many atoms lead out of the core they were found in.
    pub ring: usize,
    /// How many pieces there are that zones in the band could take of it.
    pub pieces: usize,
}

/// Looks for a pocket around the atoms of a zone, of atoms that are not `taken` by another. `steps` is what may still be spent on this
/// and others.
pub(crate) fn find(
    field: &Field<'_>,
    members: &[usize],
    taken: &BTreeSet<usize>,
    steps: &mut u64,
) -> Option<Pocket> {
    let most = Load::units(field.band.max).0;
    let start: Vec<usize> = members.iter().copied().filter(|&atom| field.load[atom] > 0).collect();
    if start.is_empty() || start.len() > CORE || start.iter().any(|&atom| field.load[atom] > most) {
        return None;
    }
    let mut own = STEPS.min(*steps);
    let before = own;
    let found = SHARES.iter().find_map(|share| {
        let mut core = start.clone();
        for _ in 0..ROUNDS {
            let mut cover = Cover::new(field, &core)?;
            if !cover.list(&mut own) {
                return None;
            }
            let need = cover.need(taken);
            if need != 0 && cover.fails(need, &mut own) == Some(true) {
                return Some(cover.least(need, &mut own));
            }
            let more = cover.more(most / share);
            if more.is_empty() || own == 0 {
                return None;
            }
            core.extend(more);
        }
        None
    });
    *steps -= before - own;
    found
}

/// A piece of the core: its atoms as bits, and the row of the ring's atom it goes on at, [`OUT`] for none.
type Piece = (u64, u32);

struct Cover<'a> {
    field: &'a Field<'a>,
    core: Vec<usize>,
    ring: Vec<usize>,
    /// The core's atoms that touch each of the core's and each of the ring's.
    near: Vec<u64>,
    at_ring: Vec<u64>,
    pieces: Vec<Piece>,
    /// The pieces that hold each atom of the core.
    holding: Vec<Vec<u32>>,
    choices: u32,
}

impl<'a> Cover<'a> {
    /// A core and its ring; `None` where one of them is too large, or an atom larger than a zone may be touches the core: the zone of
    /// that misses anyway, and could take in what it likes.
    fn new(field: &'a Field<'a>, core: &[usize]) -> Option<Self> {
        if core.len() > CORE {
            return None;
        }
        let row: BTreeMap<usize, usize> = core.iter().enumerate().map(|(row, &atom)| (atom, row)).collect();
        let mut ring: BTreeMap<usize, u64> = BTreeMap::new();
        let mut near = vec![0u64; core.len()];
        for (at, &atom) in core.iter().enumerate() {
            for &(to, _) in field.graph.near(atom) {
                let to = to as usize;
                match row.get(&to) {
                    Some(&other) => near[at] |= 1 << other,
                    None => *ring.entry(to).or_default() |= 1 << at,
                }
            }
        }
        let most = Load::units(field.band.max).0;
        if ring.len() > RING || ring.keys().any(|&atom| field.load[atom] > most) {
            return None;
        }
        let (ring, at_ring) = ring.into_iter().unzip();
        let (core, pieces, holding) = (core.to_vec(), Vec::new(), Vec::new());
        Some(Self { field, core, ring, near, at_ring, pieces, holding, choices: 0 })
    }

    /// The atoms of the core that are to be taken.
    fn need(&self, taken: &BTreeSet<usize>) -> u64 {
        let wanted = |&(_, atom): &(usize, &usize)| self.field.load[*atom] > 0 && !taken.contains(atom);
        self.core.iter().enumerate().filter(wanted).fold(0, |need, (row, _)| need | 1 << row)
    }

    /// What the core should take in: what leads nowhere else, and what counts at least so much.
    fn more(&self, least: u64) -> Vec<usize> {
        let beyond = |&atom: &usize| {
            let near = self.field.graph.near(atom).iter().map(|&(to, _)| to as usize);
            near.filter(|to| *to != atom && !self.core.contains(to)).count()
        };
        let wanted = |atom: &usize| match self.field.load[*atom] {
            0 => beyond(atom) <= 1,
            load => load >= least || beyond(atom) == 0,
        };
        self.ring.iter().copied().filter(wanted).collect()
    }

    /// Lists the pieces; `false` if there are too many.
    fn list(&mut self, steps: &mut u64) -> bool {
        let all = if self.core.len() == CORE { u64::MAX } else { (1 << self.core.len()) - 1 };
        for row in 0..self.core.len() {
            let bit = 1u64 << row;
            // Every piece is listed once, from its first atom.
            let later = all & !(bit | (bit - 1));
            let load = self.field.load[self.core[row]];
            if !self.grow((bit, OUT), self.near[row] & later, later, load, steps) {
                return false;
            }
        }
        for row in 0..self.ring.len() {
            let load = self.field.load[self.ring[row]];
            if !self.grow((0, row as u32), self.at_ring[row], all, load, steps) {
                return false;
            }
        }
        self.holding = vec![Vec::new(); self.core.len()];
        for (at, &(set, _)) in self.pieces.iter().enumerate() {
            bits(set).for_each(|row| self.holding[row].push(at as u32));
        }
        true
    }

    /// Lists every piece that adds to one atoms of `border`, and of `may` beyond it.
    fn grow(&mut self, (set, ring): Piece, border: u64, may: u64, load: u64, steps: &mut u64) -> bool {
        if *steps == 0 || self.pieces.len() == PIECES {
            return false;
        }
        *steps -= 1;
        if set != 0 && (ring != OUT || self.field.band.holds(Load(load))) {
            self.pieces.push((set, ring));
        }
        let most = Load::units(self.field.band.max).0;
        let (mut border, mut may) = (border, may);
        while border != 0 {
            let row = border.trailing_zeros() as usize;
            let bit = 1u64 << row;
            border &= !bit;
            may &= !bit;
            let sum = load + self.field.load[self.core[row]];
            if sum <= most && !self.grow((set | bit, ring), border | self.near[row] & may, may, sum, steps) {
                return false;
            }
        }
        true
    }

    /// Whether no choice of pieces takes all of `need`; `None` if that is not found out.
    fn fails(&mut self, need: u64, steps: &mut u64) -> Option<bool> {
        self.choices = CHOICES;
        self.choose(need, 0, 0, steps).map(|found| !found)
    }

    fn choose(&mut self, need: u64, used: u64, rings: u128, steps: &mut u64) -> Option<bool> {
        let free = |&at: &&u32| {
            let (set, ring) = self.pieces[*at as usize];
            set & used == 0 && (ring == OUT || rings & (1 << ring) == 0)
        };
        let mut best: Option<(usize, usize)> = None;
        for row in bits(need) {
            let cost = self.holding[row].len() as u64;
            *steps = steps.checked_sub(cost / 8 + 1)?;
            let count = self.holding[row].iter().filter(free).count();
            if best.is_none_or(|(fewest, _)| count < fewest) {
                best = Some((count, row));
            }
        }
        let Some((_, row)) = best else { return Some(true) };
        self.choices = self.choices.checked_sub(1)?;
        for at in 0..self.holding[row].len() {
            let (set, ring) = self.pieces[self.holding[row][at] as usize];
            if set & used != 0 || (ring != OUT && rings & (1 << ring) != 0) {
                continue;
            }
            let ring = if ring == OUT { 0 } else { 1u128 << ring };
            if self.choose(need & !set, used | set, rings | ring, steps)? {
                return Some(true);
            }
        }
        Some(false)
    }

    /// The pocket with every atom left out that it does not need, the last ones taken in first.
    fn least(&mut self, mut need: u64, steps: &mut u64) -> Pocket {
        for row in (0..self.core.len()).rev() {
            let less = need & !(1 << row);
            if less != need && less != 0 && self.fails(less, steps) == Some(true) {
                need = less;
            }
        }
        let atoms = bits(need).map(|row| self.core[row]).collect();
        Pocket { atoms, ring: self.ring.len(), pieces: self.pieces.len() }
    }
}

/// The positions of the bits that are set, from the lowest.
fn bits(mut set: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        (set != 0).then(|| {
            let i = set.trailing_zeros() as usize;
            set &= set - 1;
            i
        })
    })
}
