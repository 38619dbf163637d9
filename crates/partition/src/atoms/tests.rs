use super::*;
use lifang_model::{Compound, FloorBand, Frame, Ring};

fn square(x: i32, y: i32, side: i32) -> Polygon {
    let ring = [(x, y), (x + side, y), (x + side, y + side), (x, y + side)];
    Polygon { outer: Ring(ring.into_iter().map(Point::from).collect()), holes: Vec::new() }
}

fn building(code: &str, at: i32, households: u32) -> Building {
    Building {
        code: code.to_owned(),
        name: None,
        outline: vec![square(at, 0, 10)],
        use_: BuildingUse::Residential,
        levels: Some(2),
        units: None,
        compound: None,
        demand: Demand { households, persons: households * 3, ..Demand::default() },
        sources: Sources::GIVEN,
        entrances: Vec::new(),
        storeys: Vec::new(),
    }
}

fn cell(building: Option<u32>, unit: u16, storey: u16, x: i32) -> Cell {
    Cell {
        building: building.map(BuildingIdx),
        unit,
        storey,
        enclosure: 0,
        anchor: Point::new(x, 5),
        twice_area: 1,
    }
}

fn territory(buildings: Vec<Building>) -> Territory {
    Territory {
        name: String::new(),
        code: String::new(),
        frame: Frame { crs: None, origin: (0.0, 0.0), source: None },
        boundary: vec![square(-500, -500, 1000)],
        buildings,
        compounds: vec![Compound {
            code: "c".to_owned(),
            name: None,
            kind: lifang_model::AreaKind::Park,
            outline: vec![square(200, 0, 50)],
            walled: false,
            gates: Vec::new(),
        }],
        streets: Vec::new(),
        barriers: Vec::new(),
        areas: Vec::new(),
        cuts: Vec::new(),
        facilities: Vec::new(),
        faults: Vec::new(),
    }
}

fn fabric(cells: Vec<Cell>) -> Fabric {
    Fabric {
        arcs: Vec::new(),
        cells,
        links: Vec::new(),
        enclosures: 1,
        faults: Vec::new(),
        hash: String::new(),
    }
}

#[test]
fn nobody_is_lost_when_a_building_or_a_floor_has_no_cell() {
    let town = territory(vec![building("a", 0, 10), building("b", 30, 8), building("far", 9000, 5)]);
    let floor = |low, households| StackPart {
        building: BuildingIdx(0),
        unit: 1,
        floors: Some(FloorBand { low, high: low }),
        demand: Demand { households, persons: households * 3, ..Demand::default() },
    };
    let stacks = [floor(1, 6), floor(2, 4)];
    // The second floor of `a` and all of `b` have no cell; `far` lies outside the boundary.
    let ground = fabric(vec![cell(Some(0), 1, 0, 5), cell(None, 0, 0, 34), cell(None, 0, 0, 210)]);
    let atoms = atoms(&town, &ground, &stacks).unwrap();
    let households: Vec<u32> = atoms.iter().map(|atom| atom.demand.households).collect();
    assert_eq!(households, [10, 8, 0]);
    let codes: Vec<&str> = atoms.iter().map(|atom| atom.code.as_str()).collect();
    assert_eq!(codes, ["a-U1-F01", "E0-1", "E0-2"]);
    assert_eq!(atoms[1].kind, AtomKind::Residential, "people live there now");
    assert_eq!(atoms[2].compound, Some(CompoundIdx(0)), "open land belongs to the compound around it");
}

#[test]
fn long_strange_and_repeated_codes_become_short_printable_and_unique() {
    let long = "长".repeat(90);
    let names = [long.as_str(), "b\n", "x", "x", ""];
    let town = territory(names.iter().map(|name| building(name, 0, 1)).collect());
    let ground = fabric((0..5).map(|b| cell(Some(b), 0, 0, 5)).collect());
    let atoms = atoms(&town, &ground, &[]).unwrap();
    let codes: BTreeSet<&str> = atoms.iter().map(|atom| atom.code.as_str()).collect();
    assert_eq!(codes.len(), 5);
    assert!(codes.contains("x"));
}
