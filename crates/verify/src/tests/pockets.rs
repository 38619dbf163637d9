//! Pockets against every way to hold their atoms, on maps small enough to try them all.

use super::proofs::{connected, small};
use super::town::{good, level, rules, zone};
use crate::Input;
use crate::pocket::{self, Field};
use crate::sheet::Sheet;
use lifang_model::{Band, CompoundIdx, Grouping, LevelPlan, Load, ViolationCode, ZoneIdx};
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

fn zones(links: &[(u32, u32)], load: &[u32], band: Band) -> Vec<u32> {
    let sets = 1u32..1 << load.len();
    let atoms = |set: u32| (0..load.len() as u32).filter(|at| set & (1 << at) != 0).collect::<Vec<_>>();
    let sum = |set: u32| atoms(set).iter().map(|&at| load[at as usize]).sum::<u32>();
    sets.filter(|&set| band.holds(Load::units(sum(set))) && connected(links, &atoms(set))).collect()
}

prop_compose! {
    /// Chains with some links more, so that there is little choice.
    fn map()(n in 4usize..10)(
        load in prop::collection::vec(prop_oneof![Just(0u32), 3u32..8, 3u32..8, 5u32..8], n),
        more in prop::collection::vec((0..n as u32, 0..n as u32), 0..4),
    ) -> (Vec<(u32, u32)>, Vec<u32>) {
        let n = load.len() as u32;
        let chain = (1..n).map(|at| (at - 1, at));
        let links: BTreeSet<(u32, u32)> = chain.chain(more.into_iter().filter(|(a, b)| a < b)).collect();
        (links.into_iter().collect(), load)
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn no_zones_in_the_band_hold_all_of_a_pocket((links, load) in map(), from in 0u32..10, min in 8u32..11, wide in 0u32..3) {
        let band = Band { min, target: min, max: min + wide };
        let town = small(&links, &load, &vec![0; load.len()], band);
        let input = Input { territory: &town.territory, fabric: &town.fabric, atoms: &town.atoms, plan: &town.plan };
        let sheet = Sheet::new(&input);
        let field = Field { graph: &sheet.graph, load: &sheet.load, band };
        let from = [from as usize % load.len()];
        let mut steps = 1_000_000;
        let Some(found) = pocket::find(&field, &from, &BTreeSet::new(), &mut steps) else { return Ok(()) };
        let zones = zones(&links, &load, band);
        let bits = |atoms: &[usize]| atoms.iter().fold(0u32, |set, atom| set | 1 << atom);
        prop_assert!(!held(&zones, bits(&found.atoms)), "{found:?}");
        prop_assert!(found.atoms.iter().all(|&atom| load[atom] > 0));
        // What another pocket has is not claimed again.
        let taken: BTreeSet<usize> = found.atoms.iter().copied().collect();
        if let Some(other) = pocket::find(&field, &from, &taken, &mut steps) {
            prop_assert!(other.atoms.iter().all(|atom| !taken.contains(atom)));
            prop_assert!(!held(&zones, bits(&other.atoms)), "{other:?}");
        }
    }

    #[test]
    fn an_atom_that_no_zone_can_hold_is_a_pocket((links, load) in map(), from in 0u32..10, min in 8u32..11) {
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
        let lonely = !held(&zones(&links, &load, band), 1 << from);
        let found = pocket::find(&field, &[from], &BTreeSet::new(), &mut 1_000_000);
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

/// Labels are names, not rows of a table.
#[test]
fn a_plain_graph_may_have_any_labels() {
    let band = Band { min: 90, target: 95, max: 100 };
    let misses = crate::graph_misses(&[95, 30, 120], &[(0, 1)], &[7, u32::MAX, u32::MAX - 1, 3], band);
    let told: Vec<_> = misses.iter().map(|miss| (miss.zone, miss.load)).collect();
    assert_eq!(told, [(u32::MAX - 1, 120), (u32::MAX, 30)]);
}

/// Three slabs of 63 that touch the ground floors of the same two towers: each needs three floors, and a tower can be begun in one
/// zone only. Nothing shorter tells: the load of all could be divided, each slab with the floors alone makes a zone, and so does what
/// hangs together in a tower.
#[test]
fn three_slabs_with_two_towers_to_take_from_are_told() {
    let band = Band { min: 90, target: 95, max: 100 };
    let (t, u) = (3, 16);
    let floors = |ground: u32| (ground..ground + 12).map(|floor| (floor, floor + 1));
    let slabs = (0..3).flat_map(|slab| [(slab, t), (slab, u)]);
    let links: Vec<(u32, u32)> = slabs.chain(floors(t)).chain(floors(u)).chain([(t + 12, 29)]).collect();
    let load: Vec<u32> = [[63].repeat(3), [10].repeat(26), vec![95]].concat();
    let zone = |atom: u32| match atom {
        0..3 => atom,
        29 => 5,
        floor if (floor - t) % 13 < 3 => 1 + (floor - t) / 13,
        floor => 3 + (floor - t) / 13,
    };
    let zones: Vec<u32> = (0..30).map(zone).collect();
    let violations = small(&links, &load, &zones, band).judge().violations;
    assert_eq!((violations.len(), violations[0].zone.as_deref()), (1, Some("Z0")));
    assert_eq!(violations[0].avoidable, Some(false), "{}", violations[0].cause);
    assert!(violations[0].cause.contains("no choice holds them all"), "{}", violations[0].cause);
    assert_eq!(violations[0].atoms, ["B0", "B1", "B2"]);
}

/// Two slabs, each beside a tower of its own: each can be a zone with three floors.
#[test]
fn slabs_with_a_tower_each_are_not_called_a_pocket() {
    let band = Band { min: 90, target: 95, max: 100 };
    let links = [(0, 1), (0, 2), (2, 3), (3, 4), (1, 5), (5, 6), (6, 7)];
    let town = small(&links, &[63, 63, 10, 10, 10, 10, 10, 10], &[0, 0, 1, 1, 1, 1, 1, 1], band);
    assert!(town.judge().violations.iter().all(|v| v.avoidable.is_none()), "93 and 93 would do");
}

/// A ring of an area, 63, 63, 30 and 30, and of two homes outside, 63 and 30, that lie between its ends. Inside the area the first
/// slab can be in no zone; in a plan that adds both homes to its grid, which P-402 allows, three zones of 93 do.
#[test]
fn homes_outside_an_area_that_another_plan_adds_to_it_are_not_ruled_out() {
    let town = |grid: [u32; 6], parents: &[u32], fine: [u32; 6]| {
        let band = Band { min: 90, target: 95, max: 100 };
        let links = [(0, 1), (1, 2), (2, 3), (3, 4), (4, 5), (0, 5)];
        let mut town = small(&links, &[63, 63, 30, 30, 63, 30], &[0; 6], band);
        town.territory.compounds = good().territory.compounds[..1].to_vec();
        town.atoms[..4].iter_mut().for_each(|atom| atom.compound = Some(CompoundIdx(0)));
        let wide = Band { min: 90, target: 200, max: 400 };
        town.plan.rules =
            rules(vec![level("grid", Grouping::Area, Some(wide)), level("zone", Grouping::Band, Some(band))]);
        let grids = grid.iter().max().map_or(0, |most| most + 1);
        town.plan.levels = vec![
            LevelPlan {
                key: "grid".into(),
                zones: (0..grids).map(|k| zone(&format!("G{k}"), None)).collect(),
                assignment: grid.iter().map(|&k| Some(ZoneIdx(k))).collect(),
            },
            LevelPlan {
                key: "zone".into(),
                zones: (0..).zip(parents).map(|(k, &of)| zone(&format!("Z{k}"), Some(of))).collect(),
                assignment: fine.iter().map(|&k| Some(ZoneIdx(k))).collect(),
            },
        ];
        town
    };
    let apart = town([0, 0, 0, 0, 1, 1], &[0, 0, 0, 1], [0, 1, 1, 2, 3, 3]).judge().violations;
    let told: Vec<_> = apart.iter().map(|v| (v.code, v.zone.as_deref(), v.avoidable)).collect();
    assert_eq!(
        told,
        [(ViolationCode::UnderBand, Some("Z0"), None), (ViolationCode::UnderBand, Some("Z2"), None)],
        "{}",
        apart[0].cause
    );
    assert_eq!(town([0; 6], &[0, 0, 0], [0, 1, 1, 2, 2, 0]).codes(), [""; 0], "that plan has no violation");
}
