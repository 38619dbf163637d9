use super::town::{Town, profile};
use crate::ways;
use lifang_model::{FacilityIdx, Point, Silent, StreetClass};
use proptest::prelude::*;
use std::collections::BTreeMap;

fn towns() -> impl Strategy<Value = Town> {
    let corner = (0i32..6, 0i32..6).prop_map(|(x, y)| (x * 100, y * 100));
    let street = (proptest::collection::vec(corner, 2..5), any::<bool>());
    let place = (0i32..500, 0i32..500);
    (proptest::collection::vec(street, 1..6), proptest::collection::vec(place, 1..4)).prop_map(
        |(streets, clinics)| {
            let mut town = Town::new();
            for (line, steps) in streets {
                let street = town.street(&line);
                if steps {
                    street.class = StreetClass::Steps;
                }
            }
            for at in clinics {
                town.clinic(at);
            }
            town
        },
    )
}

fn length(line: &[Point]) -> f64 {
    line.windows(2).map(|pair| pair[0].distance(pair[1])).sum()
}

#[test]
fn a_street_is_cut_exactly_where_the_walk_ends() {
    let mut town = Town::new();
    town.street(&[(0, 0), (100, 0), (2000, 0)]);
    town.clinic((700, 20));
    let ways = ways(&town.territory, &town.atoms, &Silent).unwrap();
    let limits = [300_000, 500_000, 1_000_000];
    let pieces = ways.reached_streets(&[FacilityIdx(0)], &profile("adult", Some(1.0)), &limits);
    let told: Vec<_> = pieces
        .iter()
        .map(|piece| (piece.tier, piece.line[0].x / 1000, piece.line[piece.line.len() - 1].x / 1000))
        .collect();
    // 20 m are spent on the way to the street.
    let expected = [(0, 420, 980), (1, 220, 420), (1, 980, 1180), (2, 0, 220), (2, 1180, 1680)];
    assert_eq!(told, expected);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn pieces_of_street_nest_never_overlap_and_end_where_the_limit_is(town in towns()) {
        let ways = ways(&town.territory, &town.atoms, &Silent).unwrap();
        let open = ways.open(&town.territory, "clinic");
        for who in [profile("adult", Some(1.0)), profile("elder", Some(2.0)), profile("chair", None)] {
            let all = [100_000, 200_000, 400_000];
            let pieces = ways.reached_streets(&open, &who, &all);
            let sum = |most: usize| -> f64 {
                pieces.iter().filter(|piece| piece.tier < most).map(|piece| length(&piece.line)).sum()
            };
            for most in 1..=3 {
                // A wider circle holds the narrower ones: asked for alone, a limit reaches as much street as all up to it.
                let alone = ways.reached_streets(&open, &who, &all[most - 1..most]);
                let reached: f64 = alone.iter().map(|piece| length(&piece.line)).sum();
                prop_assert!((reached - sum(most)).abs() < 50.0, "{reached} {}", sum(most));
            }
            // No street is told twice.
            let mut by_street: BTreeMap<u32, f64> = BTreeMap::new();
            for piece in &pieces {
                *by_street.entry(piece.street).or_default() += length(&piece.line);
            }
            for (street, told) in by_street {
                prop_assert!(told <= length(&town.territory.streets[street as usize].line) + 20.0);
            }
        }
    }
}
