use super::town::{Town, point, square};
use crate::{GapCause, Opening, OpeningKind, OpeningRequest, openings, ways};
use lifang_model::{Area, FacilityIdx, LandCover, Silent, StreetClass};
use proptest::prelude::*;

fn found(town: &Town, most: usize) -> Vec<Opening> {
    let ways = ways(&town.territory, &town.atoms, &Silent).unwrap();
    let request = OpeningRequest {
        territory: &town.territory,
        atoms: &town.atoms,
        category: "clinic",
        profile: &town.profiles[0],
        limit_mm: 300_000,
        most,
    };
    openings(&request, &ways)
}

fn covered(town: &Town) -> u32 {
    town.coverage().categories[0].tiers[0].covered.persons
}

fn built(town: &Town, one: &Opening) -> Town {
    let mut town = town.clone();
    match one.compound.filter(|_| one.length_m == 0.0) {
        Some(compound) => {
            let gates = &mut town.territory.compounds[compound.at()].gates;
            gates.retain(|gate| gate.at != one.from);
            gates.push(lifang_model::Gate { at: one.from, open: true, hours: None });
        }
        None => {
            let street = town.street(&[(0, 0), (1, 1)]);
            (street.line, street.class) = (vec![one.from, one.to], StreetClass::Footway);
        }
    }
    town
}

/// Two streets 100 m apart that meet a kilometre away, a clinic on one and homes on the other.
fn parallel() -> Town {
    let mut town = Town::new();
    town.street(&[(0, 100), (0, 0), (1000, 0)]);
    town.street(&[(0, 100), (1000, 100)]);
    town.clinic((900, 0));
    town.house((900, 106), 40);
    town.house((500, 106), 10);
    town
}

#[test]
fn a_path_between_two_streets_serves_those_across() {
    let town = parallel();
    assert_eq!(town.coverage().gaps[0].cause, GapCause::MissingPath);
    let best = &found(&town, 5)[0];
    assert_eq!((best.kind, best.compound, best.demand.persons), (OpeningKind::Path, None, 40));
    assert!((80.0..=150.0).contains(&best.length_m), "{}", best.length_m);
    assert_eq!(covered(&built(&town, best)), 40);
}

#[test]
fn what_lies_between_says_what_must_be_built_and_nobody_builds_through_a_house() {
    let mut river = parallel();
    river.territory.areas.push(Area {
        cover: LandCover::Water,
        name: None,
        outline: square(100, 40, 900, 20),
    });
    assert_eq!(found(&river, 1)[0].kind, OpeningKind::Footbridge);
    let mut road = parallel();
    road.street(&[(100, 50), (1000, 50)]).class = StreetClass::Secondary;
    assert_eq!(found(&road, 1)[0].kind, OpeningKind::Crossing);
    let mut hall = parallel();
    let house = hall.house((900, 50), 0);
    hall.territory.buildings[house.at()].outline = vec![square(-50, 30, 1200, 40)];
    assert!(found(&hall, 1).is_empty());
}

#[test]
fn a_closed_gate_is_preferred_to_a_new_one_and_a_new_one_is_where_it_helps_most() {
    let mut town = Town::new();
    town.street(&[(0, -20), (400, -20), (400, 420), (0, 420), (0, -20)]);
    town.clinic((200, -20));
    town.compound(square(20, 0, 360, 400), &[((200, 0), false), ((200, 400), true)]);
    town.house((200, 30), 30);
    let shut = &found(&town, 3)[0];
    assert_eq!((shut.kind, shut.from, shut.demand.persons), (OpeningKind::OpenGate, point((200, 0)), 30));
    assert_eq!(covered(&built(&town, shut)), 30);
    town.territory.compounds[0].gates.remove(0);
    let fresh = &found(&town, 3)[0];
    assert_eq!((fresh.kind, fresh.demand.persons), (OpeningKind::NewGate, 30));
    assert!(fresh.from.y == 0, "in the southern wall: {:?}", fresh.from);
    assert_eq!(covered(&built(&town, fresh)), 30);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn an_opening_brings_those_it_promises_within_the_tier(
        streets in proptest::collection::vec(((0i32..6, 0i32..12), 2i32..7, any::<bool>()), 3..9),
        houses in proptest::collection::vec(((0i32..600, 0i32..600), 1u32..50), 3..10),
        clinic in (0i32..600, 0i32..600),
    ) {
        let mut town = Town::new();
        for ((x, y), long, up) in streets {
            let from = (x * 100, y * 50);
            let to = if up { (from.0, from.1 + long * 100) } else { (from.0 + long * 100, from.1) };
            town.street(&[from, to]);
        }
        town.clinic(clinic);
        for (at, persons) in houses {
            town.house(at, persons);
        }
        for one in found(&town, 4) {
            prop_assert_eq!(one.demand.persons, one.atoms.iter().map(|atom| town.atoms[atom.at()].demand.persons).sum::<u32>());
            let now = built(&town, &one).distances();
            for atom in &one.atoms {
                prop_assert!(now[atom.at()].is_some_and(|mm| mm <= 300_000), "{:?} of {:?}", atom, one);
            }
        }
    }

    #[test]
    fn the_nearest_in_a_table_of_walks_is_what_coverage_finds(
        houses in proptest::collection::vec(((0i32..600, 0i32..300), 1u32..50), 1..8),
        clinics in proptest::collection::vec((0i32..600, 0i32..300), 1..5),
        rungs in proptest::collection::btree_set(0i32..7, 1..5),
    ) {
        let mut town = Town::new();
        town.street(&[(0, 0), (600, 0)]);
        town.street(&[(0, 300), (600, 300)]);
        for rung in rungs {
            town.street(&[(rung * 100, 0), (rung * 100, 300)]);
        }
        for at in &clinics {
            town.clinic(*at);
        }
        for (at, persons) in houses {
            town.house(at, persons);
        }
        let ways = ways(&town.territory, &town.atoms, &Silent).unwrap();
        let rows: Vec<FacilityIdx> = (0..clinics.len()).map(FacilityIdx::of).collect();
        let walks = ways.walks(&town.territory, &town.profiles[0], &rows, 2_000_000);
        let mut nearest = vec![None; ways.homes(&town.atoms).len()];
        for (door, mm) in walks.into_iter().flatten() {
            let best: &mut Option<u32> = &mut nearest[door as usize];
            *best = Some(best.map_or(mm, |best| best.min(mm)));
        }
        // Houses without stairwells have one door each, in order.
        prop_assert_eq!(nearest, town.distances());
    }
}

#[test]
fn nobody_beyond_the_tier_means_nothing_to_open() {
    let mut town = Town::new();
    town.street(&[(0, 0), (1000, 0)]);
    town.clinic((0, 0));
    town.house((100, 10), 30);
    assert!(found(&town, 5).is_empty());
}
