//! 定数 A fixed number of zones, where the planner says how many there are to be.
//!
//! The usual search lets the band decide. With a number given, zones are joined or divided until there are as many, their
//! loads are levelled by annealing a price that grows with the square of the distance from the mean, so that a surplus
//! spreads over many zones instead of staying in one, and only then the band counts. From there on no move changes the
//! number.

use crate::dp::Tree;
use crate::problem::Problem;
use crate::region::{Grain, Region};
use crate::search::dense;
use rand_chacha::ChaCha8Rng;
use std::cmp::Reverse;
use std::collections::BTreeSet;

/// Some land that gets a share of a number of zones.
#[derive(Copy, Clone, Debug)]
pub(crate) struct Piece {
    load: u64,
    atoms: u32,
    /// Fewest and most zones in band it could make.
    least: u32,
    most: u32,
}

impl Piece {
    /// Land of so much load, in the unit of the ends of the band, and so many atoms.
    pub fn new(load: u64, atoms: usize, (min, max): (u64, u64)) -> Self {
        let atoms = u32::try_from(atoms).unwrap_or(u32::MAX).max(1);
        let of = |zones: u64| u32::try_from(zones).unwrap_or(u32::MAX).clamp(1, atoms);
        let least = of(load.div_ceil(max.max(1)));
        Self { load, atoms, least, most: of(load / min.max(1)).max(least) }
    }
}

/// Shares `count` zones out: every piece gets as few as can be in band, then the one with the largest zones one more, as
/// long as they can be in band; what is left goes the same way without minding the band. Where `count` does not suffice,
/// the pieces get one each and the rest goes to the largest zones. Ties go to the first.
pub(crate) fn share(count: u32, pieces: &[Piece]) -> Vec<u32> {
    let sum = |shares: &[u32]| shares.iter().map(|&share| u64::from(share)).sum::<u64>();
    let mut shares: Vec<u32> = pieces.iter().map(|piece| piece.least).collect();
    if sum(&shares) > u64::from(count) {
        shares.fill(1);
    }
    let mut left = u64::from(count).saturating_sub(sum(&shares));
    for within in [true, false] {
        let room = |piece: &Piece| if within { piece.most } else { piece.atoms };
        while left > 0 {
            let size = |a: usize, b: usize| u128::from(pieces[a].load) * u128::from(shares[b]);
            let open = (0..pieces.len()).filter(|&i| shares[i] < room(&pieces[i]));
            let Some(next) = open.max_by(|&a, &b| size(a, b).cmp(&size(b, a)).then(b.cmp(&a))) else { break };
            shares[next] += 1;
            left -= 1;
        }
    }
    shares
}

/// Joins and divides zones until there are `count`, or every zone is a single atom.
pub(crate) fn adjust(problem: &Problem, label: &[u32], count: u32, rng: &mut ChaCha8Rng) -> (Vec<u32>, u32) {
    let (mut label, zones) = dense(label);
    let mut members = vec![Vec::new(); zones as usize];
    for (v, &z) in label.iter().enumerate() {
        members[z as usize].push(v as u32);
    }
    let mut load: Vec<u64> = members.iter().map(|atoms| problem.graph.total(atoms)).collect();
    let mut order: BTreeSet<(u64, u32)> = load.iter().zip(0..).map(|(&load, z)| (load, z)).collect();
    while order.len() > count as usize {
        let Some((light, z)) = order.pop_first() else { break };
        let near = members[z as usize].iter().flat_map(|&v| problem.graph.near(v));
        let lightest = near
            .map(|&w| label[w as usize])
            .filter(|&other| other != z)
            .min_by_key(|&other| (load[other as usize], other));
        // In a connected graph every zone but the only one has a neighbour.
        let Some(other) = lightest else { break };
        order.remove(&(load[other as usize], other));
        let moved = std::mem::take(&mut members[z as usize]);
        for &v in &moved {
            label[v as usize] = other;
        }
        members[other as usize].extend(moved);
        load[other as usize] += light;
        order.insert((load[other as usize], other));
    }
    let mut heavy: BTreeSet<(u64, Reverse<u32>)> =
        order.into_iter().map(|(load, z)| (load, Reverse(z))).collect();
    let mut zones = heavy.len();
    let (mut region, mut tree) = (Region::default(), Tree::default());
    while zones < count as usize {
        let Some((_, Reverse(z))) = heavy.pop_last() else { break };
        let atoms = std::mem::take(&mut members[z as usize]);
        region.atoms.clone_from(&atoms);
        region.close(&problem.graph);
        if atoms.len() < 2 || !region.tree(problem, Grain::Atom, 0.0, false, rng, &mut tree) {
            continue;
        }
        let side = half(&tree);
        let fresh = members.len() as u32;
        let (mut kept, mut gone) = (Vec::new(), Vec::new());
        for (&v, &place) in atoms.iter().zip(&region.place) {
            if side[place as usize] {
                label[v as usize] = fresh;
                gone.push(v);
            } else {
                kept.push(v);
            }
        }
        let (left, right) = (problem.graph.total(&kept), problem.graph.total(&gone));
        heavy.insert((left, Reverse(z)));
        heavy.insert((right, Reverse(fresh)));
        members[z as usize] = kept;
        members.push(gone);
        zones += 1;
    }
    dense(&label)
}

/// The side of the cut that divides the load of a tree most evenly, and its vertices where loads are equal.
fn half(tree: &Tree) -> Vec<bool> {
    let n = tree.parent.len();
    let mut below: Vec<(u64, u64)> = tree.load.iter().map(|&load| (u64::from(load), 1)).collect();
    for i in (1..n).rev() {
        let (load, count) = below[i];
        let parent = &mut below[tree.parent[i] as usize];
        *parent = (parent.0 + load, parent.1 + count);
    }
    let (load, count) = below[0];
    let cut = (1..n).min_by_key(|&i| ((2 * below[i].0).abs_diff(load), (2 * below[i].1).abs_diff(count), i));
    let mut side = vec![false; n];
    if let Some(cut) = cut {
        side[cut] = true;
        for i in cut + 1..n {
            side[i] = side[tree.parent[i] as usize];
        }
    }
    side
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_are_shared_out_so_that_every_piece_can_be_in_band() {
        let pieces =
            |loads: &[u64]| loads.iter().map(|&load| Piece::new(load, 50, (90, 100))).collect::<Vec<_>>();
        // 360 is four zones or none, so the 2480 beside it make 25 of the 33 and not 26.
        assert_eq!(share(33, &pieces(&[2480, 360, 360])), [25, 4, 4]);
        assert_eq!(share(34, &pieces(&[2480, 360, 360])), [26, 4, 4]);
        // What cannot be in band is made all the same, where the zones are largest.
        assert_eq!(share(37, &pieces(&[2480, 360, 360])), [28, 5, 4]);
        assert_eq!(share(4, &pieces(&[2480, 360, 360])), [2, 1, 1]);
        assert_eq!(share(2, &pieces(&[2480, 360, 360])), [1, 1, 1], "every piece is a zone at least");
        assert_eq!(share(9, &[Piece::new(1000, 3, (90, 100)), Piece::new(10, 4, (90, 100))]), [3, 4]);
        assert!(share(9, &[]).is_empty());
    }
}
