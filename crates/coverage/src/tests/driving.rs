use super::town::{Town, point, profile, square, tiers};
use crate::{CoverageError, Request, cover, tiers_for, ways};
use lifang_model::{DriveRule, OneWay, Profile, Silent, StreetClass};

fn fire() -> Profile {
    let rule = DriveRule {
        turnout_s: 60.0,
        private: true,
        emergency: true,
        kmh: [(StreetClass::Residential, 30.0)].into(),
        source: "test".into(),
        certainty: "C".into(),
    };
    Profile { metres_per_minute: 500.0, drive: Some(rule), ..profile("fire", None) }
}

/// The distances a fire engine drives, and how many gaps there are within five minutes.
fn driven(town: &Town) -> (Vec<Option<u32>>, usize) {
    let fire = fire();
    let tiers = tiers_for(&tiers(), &fire);
    let request = Request {
        territory: &town.territory,
        fabric: &town.fabric,
        atoms: &town.atoms,
        plan: None,
        categories: &town.categories,
        tiers: &tiers,
        profiles: &[fire],
        rooms: false,
    };
    let coverage = cover(&request, &Silent).unwrap();
    (coverage.categories[0].distance_mm.clone(), coverage.gaps.len())
}

#[test]
fn who_drives_is_judged_by_minutes_less_the_turnout() {
    let told = tiers_for(&tiers(), &fire());
    let metres: Vec<f64> = told.tiers.iter().map(|tier| tier.distance_m).collect();
    assert_eq!(metres, [2000.0, 4500.0, 7000.0], "four minutes on the road at 30 km/h are 2 km");
    let slow = Profile { drive: fire().drive.map(|rule| DriveRule { turnout_s: 600.0, ..rule }), ..fire() };
    assert_eq!(
        tiers_for(&tiers(), &slow).tiers[0].distance_m,
        0.001,
        "who leaves after five minutes is nowhere in five"
    );
    assert_eq!(tiers_for(&tiers(), &profile("adult", Some(1.0))), tiers());
}

#[test]
fn an_engine_drives_from_its_station_the_way_streets_lead_and_comes_through_every_gate() {
    let mut town = Town::new();
    town.street(&[(0, 0), (1000, 0)]).traffic.oneway = Some(OneWay::Backward);
    town.street(&[(0, 0), (0, 900), (1000, 900), (1000, 0)]);
    town.street(&[(500, 0), (500, 900)]).class = StreetClass::Footway;
    town.clinic((100, 0));
    let home = town.house((900, 10), 30);
    let (distances, gaps) = driven(&town);
    // West, around the block by its other three sides, and back along the one-way street.
    assert_eq!(distances[home.at()], Some(100_000 + 900_000 + 1_000_000 + 900_000 + 100_000 + 10_000));
    assert_eq!(gaps, 1);
    assert_eq!(town.distances()[home.at()], Some(810_000), "on foot both ways");

    let mut walled = Town::new();
    walled.street(&[(0, -20), (400, -20)]);
    walled.clinic((0, -20));
    walled.compound(square(20, 0, 360, 400), &[((200, 0), false)]);
    let inside = walled.house((200, 30), 30);
    assert_eq!(walled.distances()[inside.at()], None);
    assert_eq!(driven(&walled).0[inside.at()], Some(200_000 + 20_000 + 30_000));
}

#[test]
fn who_walks_and_who_drives_are_measured_apart() {
    let mut town = Town::new();
    town.street(&[(0, 0), (1000, 0)]);
    town.clinic((0, 0)).at = point((0, 0));
    town.house((500, 10), 9);
    let tiers = tiers();
    let (both, one) = ([profile("adult", Some(1.0)), fire()], [fire()]);
    let request = Request {
        territory: &town.territory,
        fabric: &town.fabric,
        atoms: &town.atoms,
        plan: None,
        categories: &town.categories,
        tiers: &tiers,
        profiles: &both,
        rooms: false,
    };
    assert!(matches!(cover(&request, &Silent), Err(CoverageError::ProfilesApart { .. })));
    let on_foot = ways(&town.territory, &town.atoms, &Silent).unwrap();
    let wrong = crate::cover_with(&Request { profiles: &one, ..request }, &on_foot, &Silent);
    assert!(matches!(wrong, Err(CoverageError::WaysOfAnotherKind { .. })));
}
