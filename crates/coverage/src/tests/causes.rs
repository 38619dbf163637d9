use super::town::{Town, category, square};
use crate::GapCause;
use lifang_model::{Area, Barrier, BarrierClass, LandCover, LinkKind};

/// A compound with a clinic just outside its southern wall and streets all around it.
fn walled(gates: &[((i32, i32), bool)]) -> Town {
    let mut town = Town::new();
    town.street(&[(0, -20), (400, -20), (400, 420), (0, 420), (0, -20)]);
    town.clinic((200, -20));
    town.compound(square(20, 0, 360, 400), gates);
    town.house((200, 30), 30);
    town
}

#[test]
fn people_of_a_walled_compound_walk_through_its_gates() {
    let near = walled(&[((200, 0), true)]);
    assert_eq!(near.distances()[0], Some(30_000 + 20_000));
    let far = walled(&[((200, 400), true)]);
    // North to the gate, out to the street, half around the block.
    assert_eq!(far.distances()[0], Some(370_000 + 20_000 + 200_000 + 440_000 + 200_000));
    let gaps = far.coverage().gaps;
    assert_eq!((gaps.len(), gaps[0].cause), (1, GapCause::MissingPath));
    assert_eq!((gaps[0].straight_m, gaps[0].network_m), (Some(50.0), Some(1230.0)));
    assert_eq!(gaps[0].detour_ratio, Some(1230.0 / 50.0));
    assert_eq!(
        (gaps[0].buildings.as_slice(), gaps[0].code.as_str()),
        (&["b0".to_owned()][..], "V-clinic-5min-001")
    );
}

#[test]
fn a_closed_gate_that_would_serve_is_the_cause() {
    let town = walled(&[((200, 0), false), ((200, 400), true)]);
    let gaps = town.coverage().gaps;
    assert_eq!((gaps.len(), gaps[0].cause), (1, GapCause::MissingGate));
    let shut = walled(&[((200, 0), false)]);
    let coverage = shut.coverage();
    assert_eq!(coverage.categories[0].distance_mm, [None]);
    assert!(coverage.unsnapped.is_empty(), "behind closed gates one is unreached, not unknown");
    assert_eq!(coverage.gaps[0].cause, GapCause::MissingGate);
}

#[test]
fn a_wall_without_known_gates_is_ignored_and_said_so() {
    let coverage = walled(&[]).coverage();
    assert_eq!(coverage.categories[0].distance_mm, [Some(50_000)]);
    assert!(coverage.faults.iter().any(|fault| fault.code == "V-101"));
}

#[test]
fn a_clinic_inside_the_wall_is_entered_by_the_gates_and_straight_from_inside() {
    let mut town = walled(&[((200, 400), true)]);
    town.territory.facilities[0].at = super::town::point((200, 60));
    let outside = town.house((200, -30), 10);
    let distances = town.distances();
    assert_eq!(distances[0], Some(30_000));
    assert_eq!(distances[outside.at()], Some(10_000 + 200_000 + 440_000 + 200_000 + 20_000 + 340_000));
}

#[test]
fn a_clinic_in_ones_own_building_needs_no_street() {
    let mut town = Town::new();
    let home = town.house((0, 0), 30);
    town.clinic((3, 4));
    let coverage = town.coverage();
    assert_eq!(coverage.categories[0].distance_mm[home.at()], Some(5_000));
    assert!(coverage.faults.iter().any(|fault| fault.code == "V-102"));
}

#[test]
fn nobody_walks_across_water_or_rails_to_a_street() {
    let mut town = Town::new();
    town.street(&[(0, 0), (1000, 0)]);
    town.street(&[(0, 0), (0, 200), (1000, 200)]);
    town.clinic((500, 0));
    town.house((500, 50), 30);
    assert_eq!(town.distances()[0], Some(50_000));
    let around = Some(150_000 + 500_000 + 200_000 + 500_000);
    let mut river = town.clone();
    river.territory.areas.push(Area {
        cover: LandCover::Water,
        name: None,
        outline: square(300, 10, 400, 20),
    });
    assert_eq!(river.distances()[0], around);
    assert_eq!(river.coverage().gaps[0].cause, GapCause::MissingPath);
    let line = [(200, 20), (800, 20)].into_iter().map(super::town::point).collect();
    town.territory.barriers.push(Barrier { class: BarrierClass::Rail, line });
    assert_eq!(town.distances()[0], around);
}

#[test]
fn neighbours_left_out_for_one_cause_are_one_gap() {
    let mut town = Town::new();
    town.street(&[(0, 0), (4000, 0)]);
    town.clinic((0, 0));
    let houses: Vec<_> = [100, 800, 820, 840, 860].into_iter().map(|x| town.house((x, 10), 20)).collect();
    town.house((2000, 10), 90);
    // An arterial road divides the last house from the others.
    town.fabric.links.last_mut().unwrap().barrier = BarrierClass::Arterial;
    let shed = &mut town.atoms[houses[3].at()];
    shed.demand = Default::default();
    let above = town.storey(houses[2], 7, (820, 10), 5);
    let gaps = town.coverage().gaps;
    assert_eq!(gaps.len(), 2);
    assert_eq!(gaps[0].demand.persons, 90, "the gap with most people comes first");
    assert_eq!(gaps[1].atoms, [houses[1], houses[2], houses[4], above]);
    assert_eq!(gaps[1].buildings, ["b1", "b2", "b4"]);
    assert_eq!(gaps[1].cause, GapCause::MissingFacility);
    assert_eq!(gaps[1].network_m, Some(810.0));
}

#[test]
fn gaps_are_found_for_each_categorys_own_tier_and_the_first_profile() {
    let mut town = Town::new();
    town.street(&[(0, 0), (4000, 0)]);
    town.categories =
        vec![category("clinic", "15min"), category("market", "5min"), category("school", "none")];
    for key in ["clinic", "market", "school"] {
        town.facility(key, (0, 0));
    }
    let home = town.house((700, 10), 30);
    let far = town.house((1500, 10), 30);
    town.link(home, far, LinkKind::Crossing, BarrierClass::None);
    let coverage = town.coverage();
    let found: Vec<_> =
        coverage.gaps.iter().map(|gap| (gap.code.as_str(), gap.profile.as_str(), gap.atoms.len())).collect();
    assert_eq!(
        found,
        [
            ("V-clinic-15min-001", "adult", 1),
            ("V-market-5min-001", "adult", 2),
            ("V-school-15min-001", "adult", 1)
        ]
    );
    assert!(coverage.faults.iter().any(|fault| fault.code == "V-104"));
}
