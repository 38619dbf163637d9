//! Input nobody should send, but somebody will.

use super::town::*;
use lifang_model::{
    AtomIdx, BarrierClass, BuildingIdx, CompoundIdx, Demand, Link, LinkKind, Millimetres, Point, ZoneIdx,
};
use proptest::prelude::*;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

#[test]
fn nothing_at_all_is_judged_too() {
    let mut town = bare(squares(0, 0), Vec::new(), &[]);
    town.fabric.arcs.clear();
    assert_eq!(town.judge().violations, vec![]);
}

#[test]
fn indexes_that_point_nowhere_are_missing_not_fatal() {
    let mut town = good();
    town.plan.levels[1].assignment[0] = Some(ZoneIdx(999));
    town.atoms[1].compound = Some(CompoundIdx(999));
    town.atoms[2].building = Some(BuildingIdx(999));
    town.fabric.cells[2].building = Some(BuildingIdx(999));
    town.fabric.links.push(Link {
        a: AtomIdx(5),
        b: AtomIdx(u32::MAX),
        kind: LinkKind::Lateral,
        shared: Millimetres(u64::MAX),
        barrier: BarrierClass::None,
    });
    town.fabric.arcs[0].left = Some(u32::MAX);
    let report = town.judge();
    assert!(report.violations.iter().any(|v| v.code.key() == "P-101"));
    assert!(report.violations.iter().any(|v| v.code.key().starts_with("P-5")), "{:?}", report.tiling);
}

#[test]
fn tables_of_different_length_make_the_plan_stale() {
    let mut town = good();
    town.plan.levels[1].assignment.push(None);
    assert_eq!(town.codes(), ["P-701"]);
    let mut town = good();
    town.fabric.cells.pop();
    assert!(town.codes().contains(&"P-701"));
    let mut town = good();
    town.plan.levels[0].assignment.clear();
    assert!(town.codes().contains(&"P-701"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn no_input_makes_the_judge_panic(seed in any::<u64>()) {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut town = good();
        for _ in 0..rng.random_range(1..12) {
            let any = |rng: &mut ChaCha8Rng| if rng.random_bool(0.3) { u32::MAX } else { rng.random_range(0..40) };
            match rng.random_range(0..9) {
                0 => town.fabric.arcs[rng.random_range(0..20)].points = vec![Point::new(i32::MAX, i32::MIN); rng.random_range(0..4)],
                1 => town.fabric.arcs[rng.random_range(0..20)].right = Some(any(&mut rng)),
                2 => { town.fabric.cells.truncate(rng.random_range(0..31)); }
                3 => { town.atoms.truncate(rng.random_range(0..31)); }
                4 => town.plan.levels[1].assignment[0] = Some(ZoneIdx(any(&mut rng))),
                5 => { town.plan.levels.swap_remove(0); town.plan.levels.extend(good().plan.levels); }
                6 => town.territory.boundary[0].outer.0.truncate(rng.random_range(0..4)),
                7 => {
                    let most = Demand { households: u32::MAX, persons: u32::MAX, merchants: u32::MAX, ..Demand::default() };
                    if let Some(atom) = town.atoms.first_mut() { atom.demand = most; }
                }
                _ => { town.plan.rules.measure.merchants_weight = f64::NAN; town.territory.compounds.clear(); }
            }
        }
        let report = town.judge();
        prop_assert!(serde_json::to_string(&report).is_ok());
    }
}
