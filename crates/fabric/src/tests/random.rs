//! Random ground, however ugly, gives a valid fabric. `LIFANG_FUZZ=10000` tries as many.

use super::invariants::check;
use super::town::{building, polygon, rectangle, street, territory};
use crate::build;
use lifang_model::{
    Area, AreaKind, Barrier, BarrierClass, Building, BuildingIdx, Compound, Demand, FloorBand, LandCover,
    Point, Polygon, Silent, StackPart, Street, StreetClass,
};
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

/// Rings within rings, whichever way they turn and whether or not they meet.
fn pierced() -> impl Strategy<Value = Polygon> {
    (footprint(), vec(footprint(), 0..3)).prop_map(|(outer, holes)| Polygon {
        outer: outer.outer,
        holes: holes.into_iter().map(|hole| hole.outer).collect(),
    })
}

fn line() -> impl Strategy<Value = Vec<(i32, i32)>> {
    vec(prop_oneof![coarse(), anywhere()], 2..5)
}

/// One part or several, with or without holes, straight or slanted.
fn boundary() -> impl Strategy<Value = Vec<Polygon>> {
    let slanted =
        polygon(&[(1_000, 300), (58_321, 2_777), (60_000, 57_123), (30_011, 50_001), (-1_003, 59_999)]);
    let mut pierced = rectangle(0, 0, 60_000, 60_000);
    pierced.holes.push(polygon(&[(20_000, 20_000), (21_000, 33_333), (35_000, 30_000)]).outer);
    let islands = vec![
        polygon(&[(0, 0), (25_013, 0), (20_007, 59_001), (-3_000, 60_000)]),
        rectangle(30_000, 5_000, 9_999, 50_000),
        polygon(&[(45_000, 0), (64_000, 1), (64_001, 30_000)]),
    ];
    prop_oneof![
        2 => Just(vec![rectangle(0, 0, 60_000, 60_000)]),
        2 => Just(vec![slanted]),
        1 => Just(vec![pierced]),
        1 => Just(islands),
    ]
}

fn streets() -> impl Strategy<Value = Vec<Street>> {
    let one = (line(), 0..6u8, -1..2i8, any::<bool>(), any::<bool>());
    vec(one, 0..6).prop_map(|all| {
        all.iter()
            .map(|(line, class, layer, bridge, tunnel)| {
                let class = [
                    StreetClass::Primary,
                    StreetClass::Residential,
                    StreetClass::Residential,
                    StreetClass::Service,
                    StreetClass::Footway,
                    StreetClass::Motorway,
                ][usize::from(*class)];
                let mut street = street(class, line);
                if *layer != 0 {
                    (street.layer, street.bridge, street.tunnel) = (*layer, *bridge, *tunnel);
                }
                street
            })
            .collect()
    })
}

fn stacks() -> impl Strategy<Value = Vec<StackPart>> {
    vec((0..6u32, 1..4u16, 1..4u16), 0..4).prop_map(|all| {
        let mut parts = Vec::new();
        for (building, units, bands) in all {
            if parts.iter().any(|part: &StackPart| part.building.0 == building) {
                continue;
            }
            for unit in 1..=units {
                for low in 1..=bands {
                    let floors = Some(FloorBand { low, high: low });
                    let demand = Demand { households: 1, ..Demand::default() };
                    parts.push(StackPart { building: BuildingIdx(building), unit, floors, demand });
                }
            }
        }
        parts
    })
}

fn cases() -> u32 {
    std::env::var("LIFANG_FUZZ").ok().and_then(|count| count.parse().ok()).unwrap_or(150)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases()))]

    #[test]
    fn any_ground_becomes_a_valid_fabric(
        boundary in boundary(),
        buildings in buildings(),
        streets in streets(),
        walls in vec((line(), 0..3u8), 0..5),
        water in vec(pierced(), 0..3),
        compounds in vec((pierced(), any::<bool>()), 0..3),
        stacks in stacks(),
    ) {
        let mut territory = territory(boundary, buildings);
        territory.streets = streets;
        for (line, class) in walls {
            let class = [BarrierClass::Wall, BarrierClass::Rail, BarrierClass::Water][usize::from(class)];
            territory.barriers.push(Barrier { class, line: line.into_iter().map(Point::from).collect() });
        }
        for outline in water {
            territory.areas.push(Area { cover: LandCover::Water, name: None, outline });
        }
        for (i, (outline, walled)) in compounds.into_iter().enumerate() {
            let kind = AreaKind::Residential;
            let (code, outline, gates) = (format!("c{i}"), vec![outline], Vec::new());
            territory.compounds.push(Compound { code, name: None, kind, outline, walled, gates });
        }
        let fabric = build(&territory, &stacks, &Silent).unwrap();
        check(&territory, &fabric);
        // Whoever is counted and stands inside has a cell.
        for (i, building) in territory.buildings.iter().enumerate() {
            let within = |q| territory.boundary.len() == 1 && territory.boundary[0].contains(q);
            let inside = building.outline.iter().all(|p| {
                p.outer.twice_area() > 0 && p.outer.0.iter().all(|&q| within(q))
            });
            let rectangular = territory.boundary[0] == rectangle(0, 0, 60_000, 60_000);
            if inside && rectangular && building.demand.households > 0 {
                let has = fabric.cells.iter().any(|c| c.building.is_some_and(|b| b.at() == i));
                prop_assert!(has, "building {i} has no cell: {:?}", fabric.faults);
            }
        }
    }
}
