//! 连带 Atoms that every zone in the band takes together, and those that so come to nothing.
//!
//! Land that hangs on one atom alone and counts less than the band's least size holds no zone of its own in the band. Every
//! zone in the band that reaches it holds that atom; so, in a plan without misses, does one zone with all of the land: they
//! are bound to each other, like the floors of a tower with one stairwell to its ground.
//!
//! Where bound atoms, joined with other bound atoms whole, make up no load in the band, some zone that touches them or
//! those they could be joined with misses in every plan: if theirs does not, it divides what is bound elsewhere.

use crate::graph::OUT;
use crate::sheet::Sheet;
use lifang_model::{Band, Load};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

/// Where more than this can be joined, nothing is proven.
const MOST: usize = 512;

/// What is bound under one band.
#[derive(Debug, Default)]
pub(crate) struct Bonds {
    /// What proves a miss, by atom: a row of `stuck`, [`OUT`] for none.
    of: Vec<u32>,
    stuck: Vec<Stuck>,
}

/// Bound atoms that cannot be in a zone in the band without dividing others, milli-units.
#[derive(Clone, Debug)]
pub(crate) struct Stuck {
    /// The atom of them that counts most.
    pub atom: usize,
    /// What they count.
    pub own: u64,
    /// The largest load below the band of what they can be joined with, themselves included.
    pub below: u64,
    /// The least load above the band, if there is one.
    pub above: Option<u64>,
    /// The same for all whose neighbourhoods overlap: at least one zone in them all misses.
    pub region: u32,
}

/// Atoms bound to each other.
#[derive(Debug, Default)]
struct Class {
    atoms: Vec<usize>,
    load: u64,
}

impl Bonds {
    pub fn new(sheet: &Sheet<'_>, band: Band) -> Self {
        let class = classes(sheet, Load::units(band.min).0);
        let mut classes: BTreeMap<u32, Class> = BTreeMap::new();
        for (atom, &root) in class.iter().enumerate() {
            let class = classes.entry(root).or_default();
            class.atoms.push(atom);
            class.load += sheet.load[atom];
        }
        let mut bonds = Self { of: vec![OUT; class.len()], stuck: Vec::new() };
        let mut region: Vec<u32> = (0..class.len() as u32).collect();
        for (&root, bound) in &classes {
            let Some((below, above, reach)) = alone(sheet, &class, &classes, root, band) else { continue };
            for other in reach {
                let (a, b) = (find(&mut region, root), find(&mut region, other));
                region[a.max(b) as usize] = a.min(b);
            }
            let row = bonds.stuck.len() as u32;
            let atom = bound.atoms.iter().copied().max_by_key(|&atom| (sheet.load[atom], Reverse(atom)));
            bonds.stuck.push(Stuck { atom: atom.unwrap_or(0), own: bound.load, below, above, region: root });
            for &atom in &bound.atoms {
                bonds.of[atom] = row;
            }
        }
        for stuck in &mut bonds.stuck {
            stuck.region = find(&mut region, stuck.region);
        }
        bonds
    }

    /// What proves that a zone at some atoms must miss.
    pub fn at(&self, members: &[usize]) -> Option<&Stuck> {
        let rows = members.iter().filter_map(|&atom| self.stuck.get(self.of[atom] as usize));
        rows.max_by_key(|stuck| (stuck.own, Reverse(stuck.atom)))
    }
}

/// What is bound: the same atom for all that is. An atom joins land to the rest if, in a depth-first walk, nothing below it
/// on that side leads past it (Hopcroft and Tarjan, CACM 16, 1973, p. 372-378); one walk from the heaviest atom of each
/// connected part finds all such land but that which holds the start itself.
fn classes(sheet: &Sheet<'_>, least: u64) -> Vec<u32> {
    let n = sheet.load.len();
    let mut class: Vec<u32> = (0..n as u32).collect();
    let mut place = vec![usize::MAX; n];
    let (piece, count) = sheet.graph.pieces(&vec![0; n]);
    let mut start: Vec<usize> = vec![usize::MAX; count as usize];
    for (atom, &piece) in piece.iter().enumerate() {
        let best = &mut start[piece as usize];
        if *best == usize::MAX || sheet.load[atom] > sheet.load[*best] {
            *best = atom;
        }
    }
    for root in start {
        // Atoms in the order met; for each position the earliest one its side leads back to, and the load of its side.
        let mut order = vec![root];
        let (mut low, mut load) = (vec![0], vec![sheet.load[root]]);
        place[root] = 0;
        let mut stack = vec![(0usize, 0usize)];
        while let Some((here, next)) = stack.last_mut() {
            let here = *here;
            if let Some(&(to, _)) = sheet.graph.near(order[here]).get(*next) {
                *next += 1;
                let to = to as usize;
                if place[to] == usize::MAX {
                    place[to] = order.len();
                    stack.push((order.len(), 0));
                    low.push(order.len());
                    load.push(sheet.load[to]);
                    order.push(to);
                } else {
                    low[here] = low[here].min(place[to]);
                }
                continue;
            }
            stack.pop();
            let Some(&(up, _)) = stack.last() else { break };
            load[up] += load[here];
            if low[here] >= up && load[here] < least {
                for &bound in &order[here..] {
                    let (a, b) = (find(&mut class, order[up] as u32), find(&mut class, bound as u32));
                    class[a.max(b) as usize] = a.min(b);
                }
            }
            low[up] = low[up].min(low[here]);
        }
    }
    (0..n as u32).map(|atom| find(&mut class, atom)).collect()
}

/// What a class comes to at best below and above the band, and the classes it could be joined with, if no zone of whole
/// classes that holds it is in the band.
fn alone(
    sheet: &Sheet<'_>,
    class: &[u32],
    classes: &BTreeMap<u32, Class>,
    root: u32,
    band: Band,
) -> Option<(u64, Option<u64>, BTreeSet<u32>)> {
    let (min, max) = (Load::units(band.min).0, Load::units(band.max).0);
    let load = |class: u32| classes[&class].load;
    let own = load(root);
    if own == 0 || (min..=max).contains(&own) {
        return None;
    }
    let mut reach = BTreeSet::from([root]);
    let (mut sums, mut above) = (BTreeSet::from([own]), (own > max).then_some(own));
    // Nearest first among those equally far in load, so that what makes up a zone is met soon.
    let mut queue = BinaryHeap::from([Reverse((own, 0usize, root))]);
    while let Some(Reverse((path, _, here))) = queue.pop() {
        for &atom in &classes[&here].atoms {
            for &(to, _) in sheet.graph.near(atom) {
                let to = class[to as usize];
                if path > max || !reach.insert(to) {
                    continue;
                }
                if reach.len() > MOST {
                    return None;
                }
                let (more, length) = (load(to), path + load(to));
                // What is too far to be taken whole is not passed, but a zone that reaches it may divide it.
                if length > max {
                    above = Some(above.map_or(length, |least| least.min(length)));
                    continue;
                }
                queue.push(Reverse((length, reach.len(), to)));
                if more == 0 {
                    continue;
                }
                for sum in sums.iter().map(|sum| sum + more).collect::<Vec<_>>() {
                    if sum > max {
                        above = Some(above.map_or(sum, |least| least.min(sum)));
                    } else if sum >= min {
                        return None;
                    } else {
                        sums.insert(sum);
                    }
                }
            }
        }
    }
    let below = sums.iter().copied().filter(|&sum| sum < min).max().unwrap_or(0);
    Some((below, above, reach))
}

fn find(class: &mut [u32], mut atom: u32) -> u32 {
    while class[atom as usize] != atom {
        class[atom as usize] = class[class[atom as usize] as usize];
        atom = class[atom as usize];
    }
    atom
}
