use super::town::{Town, category, profile, text};
use crate::{Request, Ways, ZoneCentre, cover_with};
use lifang_model::{AtomIdx, Demand, FacilityIdx, Silent, Tier, TierSet, ZoneIdx};
use lifang_network::BuildOptions;
use proptest::prelude::*;

/// Streets on a lattice; houses apart from each other, each in one of three zones or none.
fn towns() -> impl Strategy<Value = (Town, Vec<Option<ZoneIdx>>)> {
    let corner = (0i32..6, 0i32..6).prop_map(|(x, y)| (x * 100, y * 100));
    let street = proptest::collection::vec(corner, 2..5);
    let place = (0i32..25, 0i32..25);
    let house = (0u32..40, proptest::option::weighted(0.9, 0u32..3));
    (proptest::collection::vec(street, 1..7), proptest::collection::btree_map(place, house, 1..16)).prop_map(
        |(streets, houses)| {
            let mut town = Town::new();
            for line in streets {
                town.street(&line);
            }
            let mut labels = Vec::new();
            for ((x, y), (persons, zone)) in houses {
                town.house((x * 20 + 7, y * 20 + 3), persons);
                labels.push(zone.map(ZoneIdx));
            }
            (town, labels)
        },
    )
}

/// By house the walks to every house, through coverage of a station put at its door.
fn walks(town: &Town) -> Vec<Vec<Option<u32>>> {
    let wide = Tier {
        key: "wide".into(),
        title: text("wide"),
        distance_m: 40_000.0,
        label_minutes: 1,
        source: "test".into(),
        certainty: "C".into(),
    };
    let tiers = TierSet { key: "wide".into(), title: text("wide"), tiers: vec![wide] };
    (0..town.atoms.len())
        .map(|row| {
            let mut one = town.clone();
            let at = one.atoms[row].anchor;
            one.clinic((0, 0)).at = at;
            let request = Request {
                territory: &one.territory,
                fabric: &one.fabric,
                atoms: &one.atoms,
                plan: None,
                categories: &[category("clinic", "wide")],
                tiers: &tiers,
                profiles: &[profile("adult", Some(1.0))],
                rooms: false,
            };
            let ways = Ways::new(&one.territory, &one.atoms, &BuildOptions::default(), &Silent).unwrap();
            cover_with(&request, &ways, &Silent).unwrap().categories[0].distance_mm.clone()
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn the_central_door_of_a_zone_is_the_one_a_search_from_every_door_finds((town, labels) in towns()) {
        let walks = walks(&town);
        let ways = Ways::new(&town.territory, &town.atoms, &BuildOptions::default(), &Silent).unwrap();
        let ground = (&town.territory, &town.fabric, town.atoms.as_slice());
        let found = ways.radii(ground, &labels, &[], &profile("adult", Some(1.0)));
        for (zone, told) in found.iter().enumerate() {
            let rows: Vec<usize> =
                (0..labels.len()).filter(|&row| labels[row] == Some(ZoneIdx::of(zone))).collect();
            let Some(told) = told else {
                prop_assert!(rows.is_empty());
                continue;
            };
            let homes = |row: usize| u64::from(town.atoms[row].demand.households);
            // Unreached, sum, longest, reached, row.
            let best = rows.iter().map(|&centre| {
                let (mut lost, mut sum, mut longest, mut reached) = (0, 0, 0, 0);
                for &row in rows.iter().filter(|&&row| homes(row) > 0) {
                    match walks[centre][row] {
                        Some(mm) => {
                            sum += homes(row) * u64::from(mm);
                            longest = longest.max(mm);
                            reached += homes(row);
                        }
                        None => lost += homes(row),
                    }
                }
                (lost, sum, longest, reached, centre)
            }).min().unwrap();
            let (lost, sum, longest, reached, centre) = best;
            prop_assert_eq!((told.reached, told.unreached), (reached, lost));
            if reached + lost == 0 {
                prop_assert!(told.centre.is_none());
                continue;
            }
            prop_assert_eq!(&told.centre, &Some(ZoneCentre::Door(AtomIdx::of(centre))));
            let mean = (reached > 0).then(|| (sum as f64 / reached as f64).round() / 1000.0);
            prop_assert_eq!(told.mean_m, mean);
            prop_assert_eq!(told.max_m, (reached > 0 && lost == 0).then(|| f64::from(longest) / 1000.0));
        }
    }
}

#[test]
fn who_has_no_way_is_counted_and_leaves_no_longest_walk() {
    let mut town = Town::new();
    town.street(&[(0, 0), (400, 0)]);
    town.street(&[(0, 1000), (400, 1000)]);
    for at in [(0, 10), (100, 10), (400, 10), (400, 990)] {
        town.house(at, 30);
    }
    town.house((200, 3000), 0);
    let zone = |labels: [u32; 5]| labels.map(|zone| Some(ZoneIdx(zone)));
    let ways = Ways::new(&town.territory, &town.atoms, &BuildOptions::default(), &Silent).unwrap();
    let ground = (&town.territory, &town.fabric, town.atoms.as_slice());
    let adult = profile("adult", Some(1.0));
    let found = ways.radii(ground, &zone([0, 0, 0, 0, 2]), &[], &adult);
    let parted = found[0].as_ref().unwrap();
    assert_eq!((parted.reached, parted.unreached), (30, 10));
    assert_eq!(parted.centre, Some(ZoneCentre::Door(AtomIdx(1))));
    // 120 m, nothing and 320 m with the ways to and from the doors.
    assert_eq!((parted.mean_m, parted.max_m), (Some(146.667), None));
    assert!(found[1].is_none(), "nothing is in it");
    let empty = found[2].as_ref().unwrap();
    assert_eq!((empty.centre.is_none(), empty.mean_m, empty.max_m), (true, None, None));
    let whole = ways.radii(ground, &zone([0, 0, 0, 1, 1]), &[], &adult);
    assert_eq!(whole[0].as_ref().unwrap().max_m, Some(320.0));
    assert_eq!(whole[1].as_ref().unwrap().mean_m, Some(0.0), "they live behind the central door");
}

#[test]
fn the_homes_of_a_zone_with_a_station_walk_to_the_nearest_one_inside() {
    let (territory, fabric, atoms) = super::sample::community();
    let options = BuildOptions { node_crossings: true, ..BuildOptions::default() };
    let ways = Ways::new(&territory, &atoms, &options, &Silent).unwrap();
    let stations: Vec<FacilityIdx> =
        (0..territory.facilities.len()).step_by(7).map(FacilityIdx::of).collect();
    let (west, east) = atoms
        .iter()
        .fold((i32::MAX, i32::MIN), |(west, east), atom| (west.min(atom.anchor.x), east.max(atom.anchor.x)));
    let half = |x: i32| ZoneIdx(u32::from(i64::from(x) * 2 > i64::from(west) + i64::from(east)));
    let labels: Vec<_> = atoms.iter().map(|atom| Some(half(atom.anchor.x))).collect();
    let adult = profile("adult", Some(1.0));
    let found = ways.radii((&territory, &fabric, &atoms), &labels, &stations, &adult);
    let mut seen = 0;
    for (zone, told) in found.iter().enumerate() {
        let told = told.as_ref().unwrap();
        let Some(ZoneCentre::Stations(inside)) = &told.centre else { panic!("{told:?}") };
        let near = ways.nearest(&territory, inside, &adult, 50_000_000);
        let (mut sum, mut longest, mut reached) = (0u64, 0, 0);
        for (row, atom) in atoms.iter().enumerate().filter(|(row, _)| labels[*row] == Some(ZoneIdx::of(zone)))
        {
            let Demand { households, .. } = atom.demand;
            if let Some((mm, _)) = near[row].filter(|_| households > 0) {
                sum += u64::from(households) * u64::from(mm);
                longest = longest.max(mm);
                reached += u64::from(households);
            }
        }
        assert_eq!(told.reached, reached);
        assert_eq!(told.mean_m, Some((sum as f64 / reached as f64).round() / 1000.0));
        assert_eq!(told.max_m, Some(f64::from(longest) / 1000.0));
        seen += inside.len();
    }
    assert!(seen > 1);
    // Nobody has to walk farther when the whole place has one middle among 256 doors and two halves have one each.
    let sum = |labels: &[Option<ZoneIdx>]| -> f64 {
        let found = ways.radii((&territory, &fabric, &atoms), labels, &[], &adult);
        found.iter().flatten().map(|zone| zone.mean_m.unwrap() * zone.reached as f64).sum()
    };
    let one: Vec<_> = atoms.iter().map(|_| Some(ZoneIdx(0))).collect();
    assert!(sum(&labels) < sum(&one));
}
