use super::*;
use lifang_model::{
    AtomRules, Band, CodeRules, Grouping, LevelRules, MeasureRules, Sources, Storey, Text, Weights,
};
use proptest::prelude::*;

fn rules(split_above: u32, merchants_weight: f64, by_floor: bool) -> Rules {
    let text = || Text { en: String::new(), zh: String::new() };
    Rules {
        key: "test".to_owned(),
        title: text(),
        source: String::new(),
        certainty: "C".to_owned(),
        measure: MeasureRules::households(merchants_weight),
        atoms: AtomRules { split_above: Some(split_above), by_floor },
        special: lifang_model::SpecialRules::default(),
        codes: CodeRules { separator: String::new(), row_height_m: 50 },
        weights: Weights {
            split_unit: 1,
            split_building: 1,
            split_compound: 1,
            compactness: 1,
            barrier: 1,
            balance: 1,
            kind: 1,
            change: 0,
            walking: 0,
        },
        groups: None,
        levels: vec![LevelRules {
            key: "micro_grid".to_owned(),
            title: text(),
            grouping: Grouping::Band,
            band: Some(Band { min: 90, target: 95, max: 100 }),
            count: None,
            code_digits: 2,
        }],
    }
}

fn building(use_: BuildingUse, levels: Option<u16>, units: Option<u16>, demand: Demand) -> Building {
    Building {
        code: "1".to_owned(),
        name: None,
        outline: Vec::new(),
        use_,
        levels,
        units,
        compound: None,
        demand,
        sources: Sources::GIVEN,
        entrances: Vec::new(),
        storeys: Vec::new(),
    }
}

#[test]
fn counted_homes_stay_on_their_floor_and_what_is_less_sure_is_spread() {
    let demand = Demand { households: 58, persons: 100, ..Demand::default() };
    let mut slab = building(BuildingUse::Residential, Some(6), Some(2), demand);
    let storey = |unit, floor, households, persons| Storey { unit, floor, households, persons, merchants: 0 };
    slab.storeys = vec![storey(1, 1, 29, 40), storey(2, 6, 17, 60), storey(2, 0, 12, 0)];
    let parts = stack_parts(&[slab.clone()], &rules(45, 0.0, true));
    let of = |unit: u16, low: u16| -> (u32, u32) {
        let floors = parts
            .iter()
            .filter(|part| part.unit == unit && part.floors.is_none_or(|f| f.low <= low && low <= f.high));
        floors
            .map(|part| (part.demand.households, part.demand.persons))
            .fold((0, 0), |a, b| (a.0 + b.0, a.1 + b.1))
    };
    assert_eq!(of(1, 1), (29, 40));
    assert_eq!(of(2, 6), (19, 60));
    assert_eq!(parts.iter().map(|part| part.demand.households).sum::<u32>(), 58);
    // Counts that no longer add up to the building's are not used.
    slab.demand.households = 72;
    let even = stack_parts(&[Building { storeys: Vec::new(), ..slab.clone() }], &rules(45, 0.0, true));
    let households =
        |parts: &[StackPart]| parts.iter().map(|part| part.demand.households).collect::<Vec<_>>();
    assert_eq!(households(&stack_parts(&[slab], &rules(45, 0.0, true))), households(&even));
}

#[test]
fn a_tower_of_33_floors_and_132_households_yields_whole_floors_of_four() {
    let demand = Demand { households: 132, persons: 383, ..Demand::default() };
    for units in [Some(1), None] {
        let tower = building(BuildingUse::Residential, Some(33), units, demand);
        let parts = stack_parts(&[tower], &rules(45, 0.0, true));
        assert_eq!(parts.len(), 17, "two floors of four are the most that cannot jump over a band of 90-100");
        for part in &parts {
            let band = part.floors.map_or((0, 0), |band| (band.low, band.high));
            assert_eq!(part.demand.households, 4 * u32::from(band.1 - band.0 + 1), "{part:?}");
            assert_eq!(part.unit, 1);
        }
    }
}

#[test]
fn a_slab_whose_stairwells_make_a_zone_is_divided_no_further() {
    let demand = Demand { households: 72, ..Demand::default() };
    let slab = building(BuildingUse::Residential, Some(6), None, demand);
    let parts = stack_parts(&[slab], &rules(45, 0.0, true));
    assert_eq!(parts.iter().map(|part| part.demand.households).collect::<Vec<_>>(), [24, 24, 24]);
    assert!(parts.iter().all(|part| part.floors.is_none()));
}

#[test]
fn stairwells_no_number_of_which_makes_a_zone_are_offered_in_bands_of_floors() {
    // Three stairwells of 28 or 29 make 84 to 87, four make 112 to 116.
    let demand = Demand { households: 85, ..Demand::default() };
    let slab = building(BuildingUse::Residential, Some(17), None, demand);
    let parts = stack_parts(&[slab], &rules(45, 0.0, true));
    assert_eq!(parts.iter().map(|part| part.unit).max(), Some(3));
    assert!(parts.iter().all(|part| part.demand.households <= 11 && part.floors.is_some()), "{parts:?}");
}

#[test]
fn a_lone_stairwell_of_less_than_a_zone_stays_whole() {
    let demand = Demand { households: 63, ..Demand::default() };
    let tower = building(BuildingUse::Residential, Some(18), None, demand);
    assert!(stack_parts(&[tower], &rules(45, 0.0, true)).is_empty());
}

#[test]
fn a_small_building_stays_whole() {
    let demand = Demand { households: 45, ..Demand::default() };
    assert!(
        stack_parts(&[building(BuildingUse::Residential, Some(6), Some(3), demand)], &rules(45, 0.0, true))
            .is_empty()
    );
}

proptest! {
    #[test]
    fn the_parts_of_a_building_hold_exactly_what_it_holds(
        households in 0u32..700, per in 0u32..5, merchants in 0u32..300, elders in 0u32..99, day in 0u32..999,
        levels in proptest::option::of(0u16..60), units in proptest::option::of(0u16..12), mixed in any::<bool>(),
        by_floor in any::<bool>(),
    ) {
        let demand = Demand { households, persons: households * per, merchants, elders, children: elders / 2, day_persons: day };
        let use_ = if mixed { BuildingUse::Mixed } else { BuildingUse::Commercial };
        let parts = stack_parts(&[building(use_, levels, units, demand)], &rules(45, 1.0, by_floor));
        if !parts.is_empty() {
            prop_assert_eq!(parts.iter().map(|part| part.demand).sum::<Demand>(), demand);
            let things = if households > 0 { households } else { merchants };
            prop_assert!(parts.len() as u32 <= things, "{} parts for {things}", parts.len());
            // Floors of a unit follow each other from the ground without a gap.
            for unit in parts.chunk_by(|a, b| a.unit == b.unit) {
                let mut next = 1;
                for band in unit.iter().filter_map(|part| part.floors) {
                    prop_assert_eq!(band.low, next);
                    prop_assert!(band.high >= band.low);
                    next = band.high + 1;
                }
            }
        }
    }
}
