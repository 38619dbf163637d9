//! Pockets against every way to hold their atoms, on maps small enough to try them all.

use super::proofs::{connected, small};
use crate::Input;
use crate::pocket::{self, Field};
use crate::sheet::Sheet;
use lifang_model::{Band, Load, ViolationCode};
use proptest::prelude::*;
use std::collections::BTreeSet;

/// Whether disjoint connected zones in the band can hold all atoms of `wanted`, a set of bits.
fn held(zones: &[u32], wanted: u32) -> bool {
    let Some(first) = (0..32).find(|at| wanted & (1 << at) != 0) else { return true };
    zones.iter().filter(|&&zone| zone & (1 << first) != 0).any(|&zone| {
        let rest: Vec<u32> = zones.iter().copied().filter(|other| other & zone == 0).collect();
        held(&rest, wanted & !zone)
    })
}

fn zones(links: &[(u32, u32)], load: &[u32], may: u32, band: Band) -> Vec<u32> {
    let sets = (1u32..1 << load.len()).filter(|set| set & !may == 0);
    let atoms = |set: u32| (0..load.len() as u32).filter(|at| set & (1 << at) != 0).collect::<Vec<_>>();
    let sum = |set: u32| atoms(set).iter().map(|&at| load[at as usize]).sum::<u32>();
    sets.filter(|&set| band.holds(Load::units(sum(set))) && connected(links, &atoms(set))).collect()
}

prop_compose! {
    /// Chains with some links more, so that there is little choice.
    fn map()(n in 4usize..10)(
        load in prop::collection::vec(prop_oneof![Just(0u32), 3u32..8, 3u32..8, 5u32..8], n),
        more in prop::collection::vec((0..n as u32, 0..n as u32), 0..4),
        may in any::<u32>(),
        all in any::<bool>(),
    ) -> (Vec<(u32, u32)>, Vec<u32>, u32) {
        let n = load.len() as u32;
        let chain = (1..n).map(|at| (at - 1, at));
        let links: BTreeSet<(u32, u32)> = chain.chain(more.into_iter().filter(|(a, b)| a < b)).collect();
        (links.into_iter().collect(), load, if all { u32::MAX } else { may | 1 })
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn no_zones_in_the_band_hold_all_of_a_pocket((links, load, may) in map(), from in 0u32..10, min in 8u32..11, wide in 0u32..3) {
        let band = Band { min, target: min, max: min + wide };
        let town = small(&links, &load, &vec![0; load.len()], band);
        let input = Input { territory: &town.territory, fabric: &town.fabric, atoms: &town.atoms, plan: &town.plan };
        let sheet = Sheet::new(&input);
        let field = Field { graph: &sheet.graph, load: &sheet.load, band };
        let from = [from as usize % load.len()];
        let allowed = |atom: usize| may & (1 << atom) != 0;
        let mut steps = 1_000_000;
        let Some(found) = pocket::find(&field, &from, &allowed, &BTreeSet::new(), &mut steps) else { return Ok(()) };
        let zones = zones(&links, &load, may & ((1 << load.len()) - 1), band);
        let bits = |atoms: &[usize]| atoms.iter().fold(0u32, |set, atom| set | 1 << atom);
        prop_assert!(!held(&zones, bits(&found.atoms)), "{found:?}");
        prop_assert!(found.atoms.iter().all(|&atom| load[atom] > 0 && allowed(atom)));
        // What another pocket has is not claimed again.
        let taken: BTreeSet<usize> = found.atoms.iter().copied().collect();
        if let Some(other) = pocket::find(&field, &from, &allowed, &taken, &mut steps) {
            prop_assert!(other.atoms.iter().all(|atom| !taken.contains(atom)));
            prop_assert!(!held(&zones, bits(&other.atoms)), "{other:?}");
        }
    }

    #[test]
    fn an_atom_that_no_zone_can_hold_is_a_pocket((links, load, _) in map(), from in 0u32..10, min in 8u32..11) {
        let band = Band { min, target: min, max: min };
        let from = from as usize % load.len();
        // On so small a map everything around is taken in, if it counts enough.
        if !load.iter().all(|&load| load <= min && 10 * load >= min) {
            return Ok(());
        }
        let town = small(&links, &load, &vec![0; load.len()], band);
        let input = Input { territory: &town.territory, fabric: &town.fabric, atoms: &town.atoms, plan: &town.plan };
        let sheet = Sheet::new(&input);
        let field = Field { graph: &sheet.graph, load: &sheet.load, band };
        let lonely = !held(&zones(&links, &load, (1 << load.len()) - 1, band), 1 << from);
        let found = pocket::find(&field, &[from], &|_| true, &BTreeSet::new(), &mut 1_000_000);
        prop_assert!(!lonely || found.is_some());
    }
}

/// A plain graph is judged as a plan is; every zone outside the band is told, and no more.
#[test]
fn a_plain_graph_is_judged_too() {
    let band = Band { min: 90, target: 95, max: 100 };
    let edges = [(0, 1), (1, 2), (2, 3), (3, 4), (4, 4), (4, 99)];
    let misses = crate::graph_misses(&[63, 63, 30, 120, 95], &edges, &[0, 1, 1, 2, 3], band);
    let told: Vec<_> = misses.iter().map(|miss| (miss.zone, miss.load, miss.atoms.as_slice())).collect();
    assert_eq!(told, [(0, 63, &[0][..]), (2, 120, &[3][..])]);
    assert!(misses.iter().all(|miss| miss.avoidable == Some(false)));
    let open = crate::graph_misses(&[63, 63, 30, 30], &[(0, 1), (0, 2), (1, 3)], &[0, 0, 0, 0], band);
    assert_eq!((open.len(), open[0].avoidable), (1, None), "93 and 93 would do");
}

/// Five slabs of 63 and 51 in a row, and one tower of floors of ten at their end, which only one zone can begin at.
#[test]
fn slabs_with_one_tower_to_take_from_are_told() {
    let band = Band { min: 90, target: 95, max: 100 };
    let links = [(0, 1), (1, 2), (2, 3), (3, 4), (4, 5), (5, 6), (6, 7), (7, 8)];
    let town = small(&links, &[63, 51, 63, 51, 63, 10, 10, 10, 10], &[0, 0, 1, 1, 2, 2, 2, 2, 3], band);
    let violations = town.judge().violations;
    let size = |code| matches!(code, ViolationCode::UnderBand | ViolationCode::OverBand);
    let first = violations.iter().find(|v| size(v.code) && v.zone.as_deref() == Some("Z0")).unwrap();
    assert_eq!(first.avoidable, Some(false), "{}", first.cause);
    let last = town.judge().levels[0].misses_at_least;
    assert!((1..=3).contains(&last), "{last}");
}

/// The same slabs, each beside a tower of its own: each can be a zone with three floors.
#[test]
fn slabs_with_a_tower_each_are_not_called_a_pocket() {
    let band = Band { min: 90, target: 95, max: 100 };
    let links = [(0, 1), (0, 2), (2, 3), (3, 4), (1, 5), (5, 6), (6, 7)];
    let town = small(&links, &[63, 63, 10, 10, 10, 10, 10, 10], &[0, 0, 1, 1, 1, 1, 1, 1], band);
    assert!(town.judge().violations.iter().all(|v| v.avoidable.is_none()), "93 and 93 would do");
}
