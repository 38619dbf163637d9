use super::*;
use lifang_model::{Band, CodeRules, Grouping, LevelRules, MeasureRules, Sources, Text, Weights};
use proptest::prelude::*;

fn rules(split_above: u32, merchants_weight: f64, by_floor: bool) -> Rules {
    let text = || Text { en: String::new(), zh: String::new() };
    Rules {
        key: "test".to_owned(),
        title: text(),
        source: String::new(),
        certainty: "C".to_owned(),
        measure: MeasureRules { merchants_weight },
        atoms: AtomRules { split_above: Some(split_above), by_floor },
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
        },
        levels: vec![LevelRules {
            key: "micro_grid".to_owned(),
            title: text(),
            grouping: Grouping::Band,
            band: Some(Band { min: 90, target: 95, max: 100 }),
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
    }
}

#[test]
fn a_tower_of_33_floors_and_132_households_yields_whole_floors_of_four() {
    let demand = Demand { households: 132, persons: 383, ..Demand::default() };
    let tower = building(BuildingUse::Residential, Some(33), Some(1), demand);
    let parts = stack_parts(&[tower], &rules(45, 0.0, true));
    assert_eq!(parts.len(), 33);
    assert!(parts.iter().all(|part| part.demand.households == 4 && part.unit == 1));
    let floors: Vec<u16> = parts.iter().filter_map(|part| part.floors.map(|band| band.low)).collect();
    assert_eq!(floors, (1..=33).collect::<Vec<u16>>());
}

#[test]
fn a_slab_is_divided_by_stairwell_and_no_further() {
    let demand = Demand { households: 72, ..Demand::default() };
    let slab = building(BuildingUse::Residential, Some(6), None, demand);
    let parts = stack_parts(&[slab], &rules(45, 0.0, true));
    assert_eq!(parts.iter().map(|part| part.demand.households).collect::<Vec<_>>(), [24, 24, 24]);
    assert!(parts.iter().all(|part| part.floors.is_none()));
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
