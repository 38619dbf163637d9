use super::town::{Town, category, profile, square, tiers};
use crate::{CoverageError, GapCause, Reach, Request, cover};
use lifang_fabric::Fabric;
use lifang_model::{
    AtomIdx, Band, CodeRules, FacilityIdx, LevelPlan, LevelRules, MeasureRules, Plan, Rules, Silent,
    StreetClass, Weights, Zone, ZoneCode, ZoneIdx, ZoneKind, ZoneStatus,
};

/// A street 3 km long with a clinic at its western end and houses 10 m north of it.
fn long_street() -> Town {
    let mut town = Town::new();
    town.street(&[(0, 0), (3000, 0)]);
    town.clinic((0, 0));
    for x in [100, 290, 490, 990, 1990, 1991] {
        town.house((x, 10), 30);
    }
    town
}

#[test]
fn people_count_by_the_walk_from_their_own_building() {
    let town = long_street();
    let coverage = town.coverage();
    let adult = coverage.category("clinic", "adult").unwrap();
    let distances: Vec<_> = adult.distance_mm.iter().map(|mm| mm.map(|mm| mm / 1000)).collect();
    assert_eq!(distances, [Some(110), Some(300), Some(500), Some(1000), Some(2000), None]);
    let covered: Vec<_> = adult.tiers.iter().map(|tier| tier.covered.persons).collect();
    assert_eq!(covered, [60, 90, 120], "a tier's edge belongs to it");
    assert_eq!(adult.tiers[0].total.persons, 180);
    assert_eq!(adult.tiers[0].share.persons, Some(0.333333333));
    assert_eq!(adult.tiers[0].share.children, None, "no child is counted, so there is no share of children");
    assert_eq!(coverage.reach("clinic", "adult", AtomIdx(4)), Some(Reach::Known(2_000_000)));
    assert_eq!(coverage.reach("clinic", "adult", AtomIdx(5)), Some(Reach::Beyond));
    assert_eq!(adult.straight_mm[5], Some(1_991_025));
    assert_eq!(adult.nearest[0], Some(FacilityIdx(0)));
    assert_eq!(coverage.reached("clinic", "adult", "10min"), [Some(0), Some(0), Some(0), None, None, None]);
    assert!(coverage.reached("clinic", "adult", "no such tier").is_empty());
}

#[test]
fn the_nearest_of_several_facilities_counts_wherever_it_is() {
    let mut town = long_street();
    town.territory.boundary = vec![square(0, 0, 500, 20)];
    town.clinic((2000, 0));
    let coverage = town.coverage();
    let adult = &coverage.categories[0];
    assert_eq!(adult.facilities, 2);
    assert_eq!(adult.nearest[4], Some(FacilityIdx(1)), "a clinic beyond the border serves those near it");
    assert_eq!(adult.distance_mm[4], Some(20_000));
}

#[test]
fn a_facility_closed_to_the_public_is_counted_but_serves_nobody() {
    let mut town = long_street();
    town.territory.facilities[0].open_to_public = false;
    let coverage = town.coverage();
    let adult = &coverage.categories[0];
    assert_eq!((adult.facilities, adult.closed), (0, 1));
    assert_eq!(adult.tiers[2].covered.persons, 0);
    assert_eq!(adult.tiers[2].share.persons, Some(0.0));
    assert!(adult.distance_mm.iter().chain(&adult.straight_mm).all(Option::is_none));
    let [gap] = coverage.gaps.as_slice() else { panic!("one gap for everyone") };
    assert_eq!((gap.cause, gap.demand.persons, gap.atoms.len()), (GapCause::NoFacility, 180, 0));
}

#[test]
fn a_home_no_street_is_near_is_unknown_and_not_unreached() {
    let mut town = long_street();
    let lost = town.house((100, 400), 9);
    let coverage = town.coverage();
    assert_eq!(coverage.unsnapped, [lost]);
    assert_eq!(coverage.unknown.persons, 9);
    assert_eq!(coverage.reach("clinic", "adult", lost), Some(Reach::Unsnapped));
    assert!(coverage.gaps.iter().all(|gap| !gap.atoms.contains(&lost)));
    assert!(coverage.faults.iter().any(|fault| fault.code == "V-103"));
}

#[test]
fn upper_floors_and_open_land_have_a_distance_too() {
    let mut town = Town::new();
    town.street(&[(0, 0), (3000, 0)]);
    town.clinic((0, 0));
    let ground = town.house((100, 10), 30);
    let above = town.storey(ground, 7, (140, 300), 50);
    let land = town.open_land((200, 20));
    let distances = town.distances();
    assert_eq!(distances[above.at()], distances[ground.at()], "floors share the door of their stairwell");
    assert_eq!(distances[land.at()], Some(220_000));
}

#[test]
fn steps_keep_elders_farther_away_and_wheelchairs_out() {
    let mut town = Town::new();
    town.street(&[(0, 0), (0, 1000)]);
    town.street(&[(0, 0), (100, 0)]).class = StreetClass::Steps;
    town.street(&[(100, 0), (400, 0)]);
    town.clinic((0, 0));
    town.house((150, 10), 30);
    town.profiles.push(profile("wheelchair", None));
    let coverage = town.coverage();
    let far: Vec<_> = coverage.categories.iter().map(|entry| entry.distance_mm[0]).collect();
    assert_eq!(far, [Some(160_000), Some(260_000), None]);
}

#[test]
fn zones_of_every_level_are_counted() {
    let mut town = long_street();
    town.categories.push(category("market", "10min"));
    town.facility("market", (1990, 0));
    let text = super::town::text("level");
    let level = |key: &str| LevelRules {
        key: key.into(),
        title: text.clone(),
        grouping: lifang_model::Grouping::Band,
        band: Some(Band { min: 1, target: 2, max: 3 }),
        count: None,
        code_digits: 3,
    };
    let zone = |code: &str| Zone {
        code: ZoneCode::new(code).unwrap(),
        name: None,
        kind: ZoneKind::Comprehensive,
        parent: None,
        status: ZoneStatus::Draft,
    };
    let plan = Plan {
        name: "plan".into(),
        fabric: "town".into(),
        rules: Rules {
            key: "test".into(),
            title: text.clone(),
            source: "test".into(),
            certainty: "C".into(),
            measure: MeasureRules::households(0.0),
            atoms: lifang_model::AtomRules { split_above: None, by_floor: false },
            special: lifang_model::SpecialRules::default(),
            codes: CodeRules { separator: String::new(), row_height_m: 50 },
            weights: Weights {
                split_unit: 0,
                split_building: 0,
                split_compound: 0,
                compactness: 0,
                barrier: 0,
                balance: 0,
                kind: 0,
                change: 0,
                walking: 0,
            },
            groups: None,
            levels: vec![level("grid"), level("micro_grid")],
        },
        seed: 1,
        levels: vec![
            LevelPlan { key: "grid".into(), zones: vec![zone("1")], assignment: vec![Some(ZoneIdx(0)); 6] },
            LevelPlan {
                key: "micro_grid".into(),
                zones: vec![zone("11"), zone("12")],
                assignment: [0, 0, 0, 1, 1].into_iter().map(|z| Some(ZoneIdx(z))).chain([None]).collect(),
            },
        ],
        pinned: Vec::new(),
    };
    let tiers = tiers();
    let request = Request {
        territory: &town.territory,
        fabric: &town.fabric,
        atoms: &town.atoms,
        plan: Some(&plan),
        categories: &town.categories,
        tiers: &tiers,
        profiles: &town.profiles,
        rooms: false,
    };
    let coverage = cover(&request, &Silent).unwrap();
    let zones: Vec<_> = coverage.categories[0].tiers[0]
        .zones
        .iter()
        .map(|(code, covered, total)| (code.as_str(), covered.persons, total.persons))
        .collect();
    assert_eq!(zones, [("1", 60, 180), ("11", 60, 90), ("12", 0, 60)]);

    let json = serde_json::to_string(&coverage).unwrap();
    assert_eq!(
        serde_json::from_str::<crate::Coverage>(&json).unwrap(),
        coverage,
        "it is stored and read back"
    );

    let other = Fabric { hash: "another".into(), ..town.fabric.clone() };
    assert!(matches!(
        cover(&Request { fabric: &other, ..request }, &Silent),
        Err(CoverageError::PlanOfAnotherFabric { .. })
    ));
}

#[test]
fn a_request_that_does_not_fit_together_is_refused() {
    let town = long_street();
    let tiers = tiers();
    let request = Request {
        territory: &town.territory,
        fabric: &town.fabric,
        atoms: &town.atoms,
        plan: None,
        categories: &town.categories,
        tiers: &tiers,
        profiles: &town.profiles,
        rooms: false,
    };
    let refused = |request: &Request<'_>| cover(request, &Silent).unwrap_err();
    assert!(matches!(
        refused(&Request { profiles: &[], ..request }),
        CoverageError::Nothing { what: "profile" }
    ));
    assert!(matches!(
        refused(&Request { atoms: &town.atoms[1..], ..request }),
        CoverageError::AtomsOfAnotherFabric { .. }
    ));
    let mut bad = tiers.clone();
    bad.tiers[1].distance_m = f64::NAN;
    assert!(matches!(refused(&Request { tiers: &bad, ..request }), CoverageError::BadTier { .. }));
}
