use super::town::{Town, category};
use lifang_model::{BarrierClass, LinkKind, StreetClass};
use proptest::prelude::*;

/// Streets on a lattice, some of them steps; houses and clinics anywhere.
fn towns() -> impl Strategy<Value = Town> {
    let corner = (0i32..6, 0i32..6).prop_map(|(x, y)| (x * 100, y * 100));
    let street = (proptest::collection::vec(corner, 2..5), any::<bool>());
    let place = (0i32..500, 0i32..500);
    (
        proptest::collection::vec(street, 1..8),
        proptest::collection::vec((place.clone(), 0u32..50), 1..12),
        proptest::collection::vec((place, any::<bool>()), 0..5),
    )
        .prop_map(|(streets, houses, clinics)| {
            let mut town = Town::new();
            for (line, steps) in streets {
                if steps {
                    town.street(&line).class = StreetClass::Steps;
                } else {
                    town.street(&line);
                }
            }
            for (at, persons) in houses {
                town.house(at, persons);
            }
            for (at, open) in clinics {
                town.clinic(at).open_to_public = open;
            }
            town
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn a_wider_tier_covers_no_fewer_people_and_elders_are_never_nearer_than_adults(town in towns()) {
        let coverage = town.coverage();
        for entry in &coverage.categories {
            for pair in entry.tiers.windows(2) {
                prop_assert!(pair[0].covered.persons <= pair[1].covered.persons);
                let (inner, outer) = (
                    coverage.reached("clinic", &entry.profile, &pair[0].tier),
                    coverage.reached("clinic", &entry.profile, &pair[1].tier),
                );
                prop_assert!(inner.iter().zip(&outer).all(|(inner, outer)| inner.is_none() || outer.is_some()));
            }
        }
        let [adult, elder] = coverage.categories.as_slice() else { panic!("two profiles") };
        for (adult, elder) in adult.distance_mm.iter().zip(&elder.distance_mm) {
            prop_assert!(elder.is_none_or(|elder| adult.is_some_and(|adult| adult <= elder)));
        }
    }

    #[test]
    fn the_nearest_facility_is_the_nearest_of_each_alone(town in towns()) {
        let all = town.coverage();
        let open: Vec<usize> = (0..town.territory.facilities.len())
            .filter(|&row| town.territory.facilities[row].open_to_public).collect();
        let mut alone = vec![None; town.atoms.len()];
        for &row in &open {
            let mut one = town.clone();
            for (other, facility) in one.territory.facilities.iter_mut().enumerate() {
                facility.open_to_public = other == row;
            }
            for (best, mm) in alone.iter_mut().zip(one.distances()) {
                if let Some(mm) = mm && best.is_none_or(|(best, _)| mm < best) {
                    *best = Some((mm, row));
                }
            }
        }
        let found: Vec<_> = all.categories[0].distance_mm.iter().zip(&all.categories[0].nearest)
            .map(|(mm, nearest)| mm.zip(nearest.map(|facility| facility.at()))).collect();
        prop_assert_eq!(found, alone);
    }

    #[test]
    fn every_home_is_covered_in_a_gap_or_unknown_and_never_two_of_these(town in towns()) {
        let coverage = town.coverage();
        prop_assume!(coverage.categories[0].facilities > 0);
        let within = coverage.reached("clinic", "adult", "5min");
        for (row, atom) in town.atoms.iter().enumerate().filter(|(_, atom)| atom.demand.persons > 0) {
            let row = lifang_model::AtomIdx::of(row);
            let gaps = coverage.gaps.iter().filter(|gap| gap.atoms.contains(&row)).count();
            let unknown = within[row.at()].is_none() && coverage.unsnapped.contains(&row);
            prop_assert_eq!(usize::from(within[row.at()].is_some()) + gaps + usize::from(unknown), 1, "{:?}", atom);
        }
    }

    #[test]
    fn the_order_of_streets_changes_nothing_and_json_gives_it_back(town in towns()) {
        let mut turned = town.clone();
        turned.territory.streets.reverse();
        let (one, two) = (town.coverage(), turned.coverage());
        prop_assert_eq!(&one.categories, &two.categories);
        prop_assert_eq!(&one.gaps, &two.gaps);
        let json = serde_json::to_string(&one).unwrap();
        prop_assert_eq!(serde_json::from_str::<crate::Coverage>(&json).unwrap(), one);
    }
}

#[test]
fn any_number_of_threads_gives_the_same_bytes() {
    let mut town = Town::new();
    for i in 0..20 {
        town.street(&[(i * 50, 0), (i * 50, 1000)]);
        town.street(&[(0, i * 50), (1000, i * 50)]);
        town.categories.push(category(&format!("shop{i}"), "10min"));
        town.facility(&format!("shop{i}"), (i * 41 % 997, i * 77 % 991));
    }
    for i in 0..200 {
        town.house((i * 37 % 1000, i * 91 % 1000), i as u32);
    }
    town.link(lifang_model::AtomIdx(0), lifang_model::AtomIdx(9), LinkKind::Lateral, BarrierClass::None);
    let with = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        serde_json::to_string(&pool.install(|| town.coverage())).unwrap()
    };
    assert_eq!(with(1), with(3));
}

/// One more street for a town.
fn extra() -> impl Strategy<Value = (Vec<(i32, i32)>, bool)> {
    let place = (0i32..500, 0i32..500);
    (proptest::collection::vec(place, 2..4), any::<bool>())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn a_new_street_never_makes_a_walk_longer(town in towns(), (line, steps) in extra()) {
        let mut after = town.clone();
        let street = after.street(&line);
        if steps {
            street.class = StreetClass::Steps;
        }
        let before = crate::ways(&town.territory, &town.atoms, &lifang_model::Silent).unwrap();
        let then = crate::ways_after(
            &after.territory, &after.atoms, (&town.territory, &before), &lifang_model::Silent).unwrap();
        let open = before.open(&town.territory, "clinic");
        for profile in &town.profiles {
            let old = before.nearest(&town.territory, &open, profile, 2_000_000);
            let new = then.nearest(&after.territory, &open, profile, 2_000_000);
            for (old, new) in old.iter().zip(&new) {
                // Places on streets are found anew to the millimetre.
                let grown = old.is_some_and(|(old, _)| new.is_none_or(|(new, _)| new > old + 10));
                prop_assert!(!grown, "{:?} {:?}", old, new);
            }
        }
    }
}

#[test]
fn a_street_that_faces_a_house_stays_a_way_out_when_a_nearer_one_is_drawn() {
    // A cul-de-sac passes closer to the house than the street it came out to; the way round to it is long.
    let mut town = Town::new();
    town.street(&[(0, 0), (1000, 0)]);
    town.clinic((500, 0));
    town.house((500, 20), 10);
    let before = town.distances();
    town.street(&[(0, 0), (0, 30), (600, 30)]);
    assert_eq!(town.distances(), before, "drawn anew from nothing, without knowing what was there");
}
