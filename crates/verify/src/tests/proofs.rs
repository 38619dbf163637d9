//! "Unavoidable" is tried against every possible plan of small maps, and pieces against a naive search.

use super::town::*;
use crate::Input;
use crate::lone::{Loners, grown};
use crate::sheet::Sheet;
use lifang_model::{AreaKind, AtomIdx, BarrierClass, CompoundIdx, ViolationCode, ZoneKind};
use lifang_model::{Band, Grouping, LevelPlan, Link, LinkKind, Load, Millimetres, ZoneIdx};
use proptest::prelude::*;

pub(super) fn connected(links: &[(u32, u32)], atoms: &[u32]) -> bool {
    let Some(&first) = atoms.first() else { return true };
    let mut seen = vec![first];
    let mut grew = true;
    while grew {
        grew = false;
        for &(a, b) in links {
            for (from, to) in [(a, b), (b, a)] {
                if seen.contains(&from) && atoms.contains(&to) && !seen.contains(&to) {
                    seen.push(to);
                    grew = true;
                }
            }
        }
    }
    seen.len() == atoms.len()
}

/// Whether some division into connected zones puts every zone with load in the band.
fn possible(links: &[(u32, u32)], load: &[u32], band: Band) -> bool {
    fn place(at: usize, zones: &mut Vec<Vec<u32>>, links: &[(u32, u32)], load: &[u32], band: Band) -> bool {
        if at == load.len() {
            return zones.iter().all(|zone| {
                let sum = zone.iter().map(|&a| load[a as usize]).sum();
                band.holds(Load::units(sum)) && connected(links, zone)
            });
        }
        for i in 0..zones.len() {
            zones[i].push(at as u32);
            if place(at + 1, zones, links, load, band) {
                return true;
            }
            zones[i].pop();
        }
        zones.push(vec![at as u32]);
        let found = place(at + 1, zones, links, load, band);
        zones.pop();
        found
    }
    place(0, &mut Vec::new(), links, load, band)
}

pub(super) fn small(links: &[(u32, u32)], load: &[u32], zones: &[u32], band: Band) -> Town {
    let mut fabric = squares(load.len(), 1);
    fabric.links = links
        .iter()
        .map(|&(a, b)| Link {
            a: AtomIdx(a),
            b: AtomIdx(b),
            kind: LinkKind::Lateral,
            shared: Millimetres(1),
            barrier: BarrierClass::None,
        })
        .collect();
    let mut town = bare(fabric, vec![rectangle(load.len() as i32 * SIDE, SIDE)], load);
    town.plan.rules = rules(vec![level("zone", Grouping::Band, Some(band))]);
    let most = zones.iter().copied().max().unwrap_or(0);
    town.plan.levels = vec![LevelPlan {
        key: "zone".into(),
        zones: (0..=most).map(|k| zone(&format!("Z{k}"), None)).collect(),
        assignment: zones.iter().map(|&k| Some(ZoneIdx(k))).collect(),
    }];
    town
}

prop_compose! {
    fn map()(n in 2usize..7)(
        load in prop::collection::vec(0u32..9, n),
        zones in prop::collection::vec(0u32..3, n),
        pairs in prop::collection::vec(any::<bool>(), n * (n - 1) / 2),
    ) -> (Vec<(u32, u32)>, Vec<u32>, Vec<u32>) {
        let n = load.len() as u32;
        let all = (0..n).flat_map(|a| (a + 1..n).map(move |b| (a, b)));
        (all.zip(pairs).filter(|(_, linked)| *linked).map(|(pair, _)| pair).collect(), load, zones)
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn what_is_called_unavoidable_fails_in_every_plan((links, load, zones) in map(), min in 3u32..7, wide in 0u32..3) {
        let band = Band { min, target: min, max: min + wide };
        let town = small(&links, &load, &zones, band);
        let report = town.judge();
        let bound = report.levels[0].misses_at_least;
        prop_assert!(bound <= report.levels[0].banded - report.levels[0].in_band);
        prop_assert!(bound == 0 || !possible(&links, &load, band));
        for violation in report.violations {
            let size = matches!(violation.code, ViolationCode::UnderBand | ViolationCode::OverBand);
            if size && violation.avoidable == Some(false) {
                prop_assert!(!possible(&links, &load, band), "{}", violation.cause);
            }
        }
    }

    #[test]
    fn a_zone_is_called_torn_exactly_when_it_is((links, load, zones) in map()) {
        let town = small(&links, &load, &zones, BAND);
        let report = town.judge();
        for (k, tally) in report.levels[0].detail.iter().enumerate() {
            let atoms: Vec<u32> = (0..load.len() as u32).filter(|&a| zones[a as usize] == k as u32).collect();
            prop_assert_eq!(tally.pieces > 1, !connected(&links, &atoms));
            prop_assert_eq!(tally.pieces == 0, atoms.is_empty());
            let sum: u32 = atoms.iter().map(|&a| load[a as usize]).sum();
            prop_assert_eq!(tally.in_band, Some(BAND.holds(Load::units(sum))));
            let said = report.violations.iter().any(|v| {
                v.code == ViolationCode::Disconnected && v.zone.as_deref() == Some(tally.code.as_str())
            });
            prop_assert_eq!(said, tally.pieces > 1);
        }
    }
}

#[test]
fn the_cause_says_the_arithmetic_and_the_relaxation_is_the_smallest() {
    let band = Band { min: 90, target: 95, max: 100 };
    let lone = small(&[(0, 1)], &[40, 22], &[0, 0], band);
    let violation = lone.judge().violations.remove(0);
    assert_eq!(violation.avoidable, Some(false));
    assert_eq!(
        violation.cause,
        "the 62 households connected here are fewer than 90 and nothing adjacent may join."
    );
    let dead_end = small(&[(0, 1), (1, 2)], &[60, 40, 76], &[0, 0, 1], band);
    assert_eq!(dead_end.judge().violations.len(), 1, "60 and 40 are a zone");
    let two = small(&[(0, 1), (1, 2)], &[60, 40, 76], &[0, 1, 1], band);
    let causes: Vec<_> = two.judge().violations.into_iter().map(|v| (v.avoidable, v.cause)).collect();
    assert_eq!(causes.len(), 2);
    assert_eq!(causes[0].0, None, "the zone of 60 could have had the 40");
    assert!(causes[0].1.ends_with("At least one zone there must miss; 2 do."), "{}", causes[0].1);
    assert_eq!(causes[1].0, Some(false), "the 76 fit nowhere: {}", causes[1].1);
    let joined = small(&[(0, 1), (1, 2)], &[60, 60, 56], &[0, 0, 0], band);
    let violations = joined.judge().violations;
    assert_eq!(
        (violations.len(), violations[0].avoidable),
        (1, Some(false)),
        "176 is no sum of zones of 90 to 100"
    );
    assert!(
        violations[0].cause.contains("1 zones hold at most 100, 2 at least 180"),
        "{}",
        violations[0].cause
    );
    let relaxation = violations[0].relaxation.clone().unwrap();
    assert_eq!((relaxation.what.as_str(), relaxation.to.as_str()), ("band", "[88, 100]"));
}

#[test]
fn beside_an_atom_that_is_too_large_only_what_is_too_small_is_certain() {
    let band = Band { min: 90, target: 95, max: 100 };
    // 120 alone is too large; the 50 behind it can go nowhere, the 95 before it are fine.
    let town = small(&[(0, 1), (1, 2)], &[95, 120, 50], &[0, 1, 2], band);
    let violations = town.judge().violations;
    let of = |zone: &str| violations.iter().find(|v| v.zone.as_deref() == Some(zone)).map(|v| v.avoidable);
    assert_eq!((of("Z0"), of("Z1"), of("Z2")), (None, Some(Some(false)), Some(Some(false))));
    assert_eq!(town.judge().levels[0].misses_at_least, 1, "proofs of two kinds may be about one miss");
    let apart = small(&[(0, 1), (2, 3)], &[120, 95, 130, 95], &[0, 1, 2, 3], band);
    assert_eq!(apart.judge().levels[0].misses_at_least, 2);
}

/// Whether some connected zone that holds the atom is in the band.
fn holds(links: &[(u32, u32)], load: &[u32], atom: u32, band: Band) -> bool {
    (0u32..1 << load.len()).filter(|set| set & (1 << atom) != 0).any(|set| {
        let zone: Vec<u32> = (0..load.len() as u32).filter(|a| set & (1 << a) != 0).collect();
        let sum = zone.iter().map(|&a| load[a as usize]).sum();
        band.holds(Load::units(sum)) && connected(links, &zone)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, ..ProptestConfig::default() })]

    #[test]
    fn an_atom_said_to_fit_no_zone_fits_no_connected_set((links, load, zones) in map(), min in 3u32..9, wide in 0u32..3) {
        let band = Band { min, target: min, max: min + wide };
        for violation in small(&links, &load, &zones, band).judge().violations {
            if violation.cause.contains("no plan puts it") {
                let code = violation.atoms[0].to_string();
                let atom = (0..load.len() as u32).find(|&a| format!("B{a}") == code).unwrap();
                prop_assert!(!holds(&links, &load, atom, band), "{}", violation.cause);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, ..ProptestConfig::default() })]

    #[test]
    fn a_zone_grown_into_the_band_is_one_and_none_of_its_atoms_is_found_to_fit_no_zone(
        (links, load, _) in map(),
        min in 3u32..9,
        wide in 0u32..3,
    ) {
        let band = Band { min, target: min, max: min + wide };
        let town = small(&links, &load, &vec![0; load.len()], band);
        let Town { territory, fabric, atoms, plan } = &town;
        let input = Input { territory, fabric, atoms, plan };
        let sheet = Sheet::new(&input);
        for atom in 0..load.len() {
            let Some(zone) = grown(&sheet, atom, band) else { continue };
            let held: Vec<u32> = zone.iter().map(|&atom| atom as u32).collect();
            let sum = held.iter().map(|&atom| load[atom as usize]).sum();
            prop_assert!(zone.contains(&atom) && band.holds(Load::units(sum)) && connected(&links, &held));
            for &atom in zone.iter().filter(|&&atom| load[atom] > 0) {
                prop_assert_eq!(Loners::new(&sheet).alone(&sheet, atom, band), None);
            }
        }
    }
}

#[test]
fn a_tower_among_towers_is_told_from_one_beside_a_divisible_slab() {
    let band = Band { min: 90, target: 95, max: 100 };
    // Three towers in a row, 182 in all: two zones of 91 would do, but no tower can be part of either. Then 178 more.
    let links = [(0, 1), (1, 2), (2, 3), (3, 4)];
    let row = small(&links, &[63, 56, 63, 89, 89], &[0, 0, 1, 2, 3], band);
    let violations = row.judge().violations;
    let first = violations.iter().find(|v| v.zone.as_deref() == Some("Z0")).unwrap();
    assert_eq!(first.avoidable, Some(false));
    assert_eq!(
        first.cause,
        "B0 counts 63; with what it can be joined with it comes to 63 at most, fewer than 90, or 119 at least, \
         more than 100: no plan puts it inside the band."
    );
    let beside = small(&[(0, 1), (1, 2), (2, 3)], &[63, 30, 63, 30], &[0, 1, 2, 2], band);
    assert!(beside.judge().violations.iter().all(|v| v.avoidable.is_none()), "93 and 93 would do");
}

#[test]
fn nothing_hangs_together_over_an_administrative_limit() {
    let band = Band { min: 90, target: 95, max: 100 };
    let mut town = small(&[(0, 1), (1, 2)], &[60, 35, 92], &[0, 0, 1], band);
    town.fabric.links[0].barrier = BarrierClass::Admin;
    let codes: Vec<_> = town.judge().violations.iter().map(|v| v.code).collect();
    assert_eq!(codes, [ViolationCode::Disconnected], "95, but on both sides of the limit");
    let mut apart = small(&[(0, 1), (1, 2)], &[60, 35, 57], &[0, 1, 1], band);
    apart.fabric.links[0].barrier = BarrierClass::Admin;
    let violations = apart.judge().violations;
    assert_eq!((violations.len(), violations[0].avoidable), (1, Some(false)), "{}", violations[0].cause);
}

#[test]
fn a_small_market_is_exempt_only_where_the_rules_say_so_and_only_on_its_own_land() {
    let band = Band { min: 90, target: 95, max: 100 };
    let market = |own: bool, inside: bool| {
        let mut town = small(&[(0, 1)], &[95, 12], &[0, 1], band);
        town.plan.levels[0].zones[1].kind = ZoneKind::Commercial;
        if own {
            town.plan.rules.special.own = vec![AreaKind::Commercial];
        }
        town.territory.compounds = good().territory.compounds;
        town.territory.compounds[0].kind = AreaKind::Commercial;
        town.atoms[1].compound = inside.then_some(CompoundIdx(0));
        town.judge().violations.len()
    };
    assert_eq!(market(true, true), 0);
    assert_eq!(market(false, true), 1, "the preset knows no special zones");
    assert_eq!(market(true, false), 1, "calling a zone a market does not make it one");
}

/// Whether some plan of connected zones puts every zone that touches one of `atoms` in the band.
fn cured(links: &[(u32, u32)], load: &[u32], atoms: &[u32], band: Band) -> bool {
    fn place(zones: &mut Vec<Vec<u32>>, at: u32, n: u32, good: &dyn Fn(&[Vec<u32>]) -> bool) -> bool {
        if at == n {
            return good(zones);
        }
        for i in 0..zones.len() {
            zones[i].push(at);
            if place(zones, at + 1, n, good) {
                return true;
            }
            zones[i].pop();
        }
        zones.push(vec![at]);
        let found = place(zones, at + 1, n, good);
        zones.pop();
        found
    }
    let good = |zones: &[Vec<u32>]| {
        zones.iter().all(|zone| {
            let sum = zone.iter().map(|&a| load[a as usize]).sum();
            let counts = atoms.iter().any(|a| zone.contains(a));
            connected(links, zone) && (!counts || band.holds(Load::units(sum)))
        })
    };
    place(&mut Vec::new(), 0, load.len() as u32, &good)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn where_bound_atoms_fit_nothing_no_plan_is_without_a_miss((links, load, zones) in map(), min in 4u32..12, wide in 0u32..3) {
        let band = Band { min, target: min, max: min + wide };
        for violation in small(&links, &load, &zones, band).judge().violations {
            if violation.cause.contains("in every plan a zone here") {
                let all: Vec<u32> = (0..load.len() as u32).collect();
                prop_assert!(!cured(&links, &load, &all, band), "{}", violation.cause);
            }
        }
    }
}

#[test]
fn two_towers_whose_floors_hang_on_their_grounds_are_told_from_slabs_side_by_side() {
    let band = Band { min: 90, target: 95, max: 100 };
    // Grounds 0 and 6 touch; on each stand five floors of 10, so that a tower counts 57. A block of 90 on either side.
    let floors = |ground: u32| (ground..ground + 5).map(|floor| (floor, floor + 1));
    let links: Vec<(u32, u32)> = floors(0).chain(floors(6)).chain([(0, 6), (6, 12), (0, 13)]).collect();
    let load = [7, 10, 10, 10, 10, 10, 7, 10, 10, 10, 10, 10, 90, 90];
    let one = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2];
    let towers = small(&links, &load, &one, band).judge().violations;
    assert_eq!((towers.len(), towers[0].avoidable), (1, Some(false)), "{}", towers[0].cause);
    assert_eq!(
        towers[0].cause,
        "B1 and what hangs on it alone count 57; joined with what else must stay together they come to 57 at most, fewer \
         than 90, or 114 at least, more than 100: in every plan a zone here is outside the band."
    );
    let two = [0, 0, 0, 0, 0, 0, 3, 3, 3, 3, 3, 3, 1, 2];
    let apart = small(&links, &load, &two, band).judge().violations;
    assert_eq!(
        apart.iter().map(|v| v.avoidable).collect::<Vec<_>>(),
        [None, None],
        "one of them could be spared"
    );
    // Floors that touch those next door can be divided between zones.
    let slab: Vec<(u32, u32)> = links.iter().copied().chain((1..6).map(|floor| (floor, floor + 6))).collect();
    let slab = small(&slab, &load, &one, band).judge().violations;
    assert!(slab.iter().all(|v| v.avoidable.is_none()), "{}", slab[0].cause);
}
