//! Random ground, however ugly, gives a valid fabric.

use super::invariants::check;
use super::town::{building, polygon, rectangle, street, territory};
use crate::build;
use lifang_model::{Barrier, BarrierClass, Building, Point, Polygon, Silent, StreetClass};
use proptest::collection::vec;
use proptest::prelude::*;

fn anywhere() -> impl Strategy<Value = (i32, i32)> {
    (-5_000..65_000, -5_000..65_000)
}

/// Coarse places make touching, equal and collinear things likely.
fn coarse() -> impl Strategy<Value = (i32, i32)> {
    (0..12, 0..12).prop_map(|(x, y)| (x * 5_000, y * 5_000))
}

fn footprint() -> impl Strategy<Value = Polygon> {
    prop_oneof![
        (coarse(), 1..5i32, 1..5i32).prop_map(|((x, y), w, h)| rectangle(x, y, w * 2_500, h * 2_500)),
        (anywhere(), 1..9_000i32, 1..9_000i32).prop_map(|((x, y), w, h)| rectangle(x, y, w, h)),
        vec(coarse(), 3..7).prop_map(|points| polygon(&points)),
        vec(anywhere(), 0..6).prop_map(|points| polygon(&points)),
    ]
}

fn buildings() -> impl Strategy<Value = Vec<Building>> {
    vec(vec(footprint(), 1..3), 0..14).prop_map(|outlines| {
        outlines.into_iter().enumerate().map(|(i, o)| building(&format!("b{i}"), o, i as u32 % 3)).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn any_ground_becomes_a_valid_fabric(
        buildings in buildings(),
        lines in vec(vec(prop_oneof![coarse(), anywhere()], 2..5), 0..8),
        slanted in any::<bool>(),
    ) {
        let boundary = if slanted {
            polygon(&[(1_000, 300), (58_321, 2_777), (60_000, 57_123), (30_011, 50_001), (-1_003, 59_999)])
        } else {
            rectangle(0, 0, 60_000, 60_000)
        };
        let mut territory = territory(vec![boundary], buildings);
        for (i, line) in lines.iter().enumerate() {
            if i % 2 == 0 {
                territory.streets.push(street(StreetClass::Residential, line));
            } else {
                let line = line.iter().copied().map(Point::from).collect();
                territory.barriers.push(Barrier { class: BarrierClass::Wall, line });
            }
        }
        let fabric = build(&territory, &[], &Silent).unwrap();
        check(&territory, &fabric, 1e-4);
        // Whoever is counted and stands inside has a cell.
        for (i, building) in territory.buildings.iter().enumerate() {
            let inside = building.outline.iter().all(|p| {
                !p.outer.0.is_empty() && p.outer.0.iter().all(|&q| territory.boundary[0].contains(q))
            });
            if inside && !slanted && building.demand.households > 0 {
                let has = fabric.cells.iter().any(|c| c.building.is_some_and(|b| b.at() == i));
                prop_assert!(has, "building {i} has no cell: {:?}", fabric.faults);
            }
        }
    }
}
