use super::town::Town;
use crate::GapCause;
use lifang_model::Who;

/// Two homes on a street, a small station between them and a larger one behind the second.
fn street(first: Option<u32>, second: Option<u32>) -> Town {
    let mut town = Town::new();
    town.street(&[(0, 0), (3000, 0)]);
    town.clinic((200, 0)).capacity = first;
    let far = town.clinic((500, 0));
    (far.capacity, far.area_m2) = (second, Some(120.0));
    town.house((100, 10), 40);
    town.house((310, 10), 60);
    town
}

#[test]
fn people_no_station_in_reach_has_room_for_are_a_gap_of_their_own_cause() {
    // The first home reaches the first station only; the second reaches both.
    assert_eq!(street(Some(40), Some(60)).coverage().gaps, []);
    let short = street(Some(70), Some(20)).coverage().gaps;
    assert_eq!(short.len(), 1);
    assert_eq!((short[0].cause, short[0].demand.persons), (GapCause::Capacity, 10));
    assert_eq!(short[0].buildings, ["b1"]);
    // The nearest of two is full, but the other takes them: nobody is turned away.
    assert_eq!(street(Some(40), Some(500)).coverage().gaps, []);
    // An unknown capacity is no limit, and 0 is not unknown.
    assert_eq!(street(Some(0), None).coverage().gaps.len(), 1, "the first home has no other station");
    assert_eq!(street(None, None).coverage().gaps, []);
}

#[test]
fn load_is_told_against_capacity_and_floor_area() {
    let town = street(Some(80), None);
    let coverage = town.coverage();
    let who = ("clinic", "adult", "5min");
    let load = coverage.load(&town.territory, &town.atoms, who, Who::Persons).unwrap();
    assert_eq!((load.people, load.people_per_station), (100, Some(50.0)));
    assert_eq!((load.capacity, load.m2_per_1000), ((1, 80), (1, Some(1200.0))));
    // Both homes are nearest to the first.
    assert_eq!((load.stations[0].people, load.stations[0].ratio), (100, Some(1.25)));
    assert_eq!((load.stations[1].people, load.stations[1].ratio), (0, None));
    assert_eq!(load.overfull, 1);
    assert!(coverage.load(&town.territory, &town.atoms, ("bank", "adult", "5min"), Who::Persons).is_none());
}
