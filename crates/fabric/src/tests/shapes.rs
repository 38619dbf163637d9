//! Streets, water, compounds, overlaps and other hard ground, one case each.

use super::invariants::checked;
use super::town::{building, polygon, rectangle, ring, street, territory};
use crate::Fabric;
use lifang_model::{
    Area, AreaKind, Barrier, BarrierClass, BuildingUse, Compound, Demand, Gate, LandCover, Link, LinkKind,
    Point, Polygon, StreetClass, Territory,
};

fn two_blocks() -> Territory {
    let west = building("west", vec![rectangle(10_000, 20_000, 10_000, 10_000)], 10);
    let east = building("east", vec![rectangle(70_000, 20_000, 10_000, 10_000)], 10);
    territory(vec![rectangle(0, 0, 100_000, 50_000)], vec![west, east])
}

fn link(fabric: &Fabric, a: u32, b: u32) -> Option<&Link> {
    fabric.links.iter().find(|l| (l.a.0, l.b.0) == (a, b))
}

#[test]
fn a_street_parts_land_and_names_the_border() {
    let mut territory = two_blocks();
    territory.streets.push(street(StreetClass::Primary, &[(30_000, -9_000), (30_000, 60_000)]));
    let fabric = checked(&territory, &[]);
    assert_eq!((fabric.cells.len(), fabric.enclosures), (2, 2));
    assert_eq!(fabric.cells[0].twice_area, 2 * 30_000 * 50_000);
    let link = link(&fabric, 0, 1).unwrap();
    assert_eq!((link.kind, link.shared.0, link.barrier), (LinkKind::Lateral, 50_000, BarrierClass::Arterial));
}

#[test]
fn a_dead_end_and_a_bridge_divide_nothing() {
    let mut territory = two_blocks();
    territory.streets.push(street(StreetClass::Residential, &[(30_000, -9_000), (30_000, 40_000)]));
    let mut bridge = street(StreetClass::Primary, &[(60_000, -9_000), (60_000, 60_000)]);
    bridge.bridge = true;
    territory.streets.push(bridge);
    let fabric = checked(&territory, &[]);
    assert_eq!(fabric.enclosures, 1);
    // The line of equal distance between the two.
    assert_eq!(fabric.cells[0].twice_area, 2 * 45_000 * 50_000);
    assert_eq!(link(&fabric, 0, 1).unwrap().barrier, BarrierClass::None);
}

#[test]
fn a_bridge_over_a_river_joins_the_banks() {
    let mut territory = two_blocks();
    let river = rectangle(40_000, -5_000, 12_000, 60_000);
    territory.areas.push(Area { cover: LandCover::Water, name: None, outline: river });
    let fabric = checked(&territory, &[]);
    assert_eq!(fabric.cells.len(), 3);
    assert_eq!(link(&fabric, 0, 1), None);
    assert_eq!(link(&fabric, 0, 2).unwrap().barrier, BarrierClass::Water);
    // Drawn from bank to bank only, as bridges are.
    let mut bridge = street(StreetClass::Footway, &[(40_000, 25_000), (52_000, 25_000)]);
    bridge.bridge = true;
    territory.streets.push(bridge);
    let fabric = checked(&territory, &[]);
    let joined = link(&fabric, 0, 1).unwrap();
    assert_eq!((joined.kind, joined.shared.0, joined.barrier), (LinkKind::Crossing, 0, BarrierClass::Water));
}

#[test]
fn an_open_gate_joins_the_cells_on_both_sides_of_its_wall_and_a_closed_one_does_not() {
    for (open, kind) in [(true, LinkKind::Crossing), (false, LinkKind::Lateral)] {
        let mut territory = two_blocks();
        territory.compounds.push(Compound {
            code: "c".to_owned(),
            name: None,
            kind: AreaKind::Residential,
            outline: vec![rectangle(0, 0, 45_000, 50_000)],
            walled: true,
            // Drawn on the way in, three metres from the wall.
            gates: vec![Gate { at: Point::new(48_000, 20_000), open, hours: None }],
        });
        let fabric = checked(&territory, &[]);
        let link = link(&fabric, 0, 1).unwrap();
        assert_eq!((link.kind, link.shared.0, link.barrier), (kind, 50_000, BarrierClass::Wall));
    }
}

#[test]
fn a_footway_across_a_railway_is_a_crossing() {
    let mut territory = two_blocks();
    let line = [(45_000, -5_000), (45_000, 55_000)].map(Point::from).to_vec();
    territory.barriers.push(Barrier { class: BarrierClass::Rail, line });
    assert_eq!(link(&checked(&territory, &[]), 0, 1).unwrap().kind, LinkKind::Lateral);
    territory.streets.push(street(StreetClass::Footway, &[(30_000, 5_000), (60_000, 5_000)]));
    let fabric = checked(&territory, &[]);
    let link = link(&fabric, 0, 1).unwrap();
    assert_eq!((link.kind, link.shared.0, link.barrier), (LinkKind::Crossing, 50_000, BarrierClass::Rail));
}

#[test]
fn a_compound_beside_a_street_leaves_no_strip() {
    let mut territory = two_blocks();
    territory.streets.push(street(StreetClass::Residential, &[(47_000, -9_000), (47_000, 60_000)]));
    territory.compounds.push(Compound {
        code: "c".to_owned(),
        name: None,
        kind: AreaKind::Residential,
        outline: vec![rectangle(0, 0, 44_000, 50_000)],
        walled: true,
        gates: Vec::new(),
    });
    let fabric = checked(&territory, &[]);
    assert_eq!((fabric.cells.len(), fabric.enclosures), (2, 2));
    // The strip went across the street, which divides less than the wall.
    assert_eq!(fabric.cells[0].twice_area, 2 * 44_000 * 50_000);
    assert_eq!(link(&fabric, 0, 1).unwrap().barrier, BarrierClass::Wall);
}

#[test]
fn duplicates_and_nested_footprints_all_get_cells() {
    let hall = rectangle(10_000, 10_000, 30_000, 30_000);
    let buildings = vec![
        building("hall", vec![hall.clone()], 5),
        building("hall again", vec![hall], 6),
        building("kiosk", vec![rectangle(20_000, 20_000, 3_000, 3_000)], 1),
        building("point", vec![polygon(&[(60_000, 30_000), (60_000, 30_000)])], 2),
        building("empty twin", vec![rectangle(20_000, 20_000, 3_000, 3_000)], 0),
    ];
    let fabric = checked(&territory(vec![rectangle(0, 0, 100_000, 50_000)], buildings), &[]);
    let with: Vec<u32> = fabric.cells.iter().filter_map(|c| c.building).map(|b| b.0).collect();
    assert_eq!(with, [0, 1, 2, 3]);
    let codes: Vec<_> =
        fabric.faults.iter().map(|f| (f.code.as_str(), f.place.feature.as_deref().unwrap())).collect();
    for expected in [("B-101", "point"), ("B-107", "hall again"), ("B-107", "point"), ("B-105", "empty twin")]
    {
        assert!(codes.contains(&expected), "{codes:?}");
    }
}

#[test]
fn a_courtyard_belongs_to_its_building_and_a_shed_in_it_gets_no_cell() {
    let mut block = rectangle(10_000, 10_000, 30_000, 30_000);
    block.holes.push(ring(&[(15_000, 15_000), (15_000, 35_000), (35_000, 35_000), (35_000, 15_000)]));
    let mut shed = building("shed", vec![rectangle(20_000, 20_000, 2_000, 2_000)], 0);
    shed.demand = Demand::default();
    shed.use_ = BuildingUse::Ancillary;
    let mut far = shed.clone();
    far.outline = vec![rectangle(80_000, 20_000, 2_000, 2_000)];
    let buildings = vec![building("block", vec![block], 5), shed, far];
    let fabric = checked(&territory(vec![rectangle(0, 0, 100_000, 50_000)], buildings), &[]);
    let with: Vec<u32> = fabric.cells.iter().filter_map(|c| c.building).map(|b| b.0).collect();
    assert_eq!(with, [0, 2]);
    assert!(fabric.cell_polygon(lifang_model::AtomIdx(0)).contains(Point::new(20_500, 20_500)));
}

#[test]
fn a_building_across_a_street_belongs_whole_to_one_side() {
    let mut territory = two_blocks();
    territory.buildings[0].outline = vec![rectangle(25_000, 20_000, 10_000, 10_000)];
    territory.streets.push(street(StreetClass::Residential, &[(32_000, -9_000), (32_000, 60_000)]));
    let fabric = checked(&territory, &[]);
    assert_eq!(fabric.cells.len(), 2);
    assert_eq!(fabric.cells[0].twice_area, 2 * 32_000 * 50_000);
    assert!(fabric.faults.iter().any(|f| f.code == "B-103"));
}

#[test]
fn islands_and_holes_of_the_boundary_are_kept() {
    let mut mainland = rectangle(0, 0, 50_000, 50_000);
    mainland.holes.push(ring(&[(20_000, 20_000), (20_000, 30_000), (30_000, 30_000), (30_000, 20_000)]));
    let island = polygon(&[(60_000, 0), (80_000, 3_000), (70_000, 20_000)]);
    let b = building("b", vec![rectangle(5_000, 5_000, 9_000, 9_000)], 3);
    let outside = building("outside", vec![rectangle(22_000, 22_000, 4_000, 4_000)], 3);
    let fabric = checked(&territory(vec![mainland, island], vec![b, outside]), &[]);
    assert_eq!((fabric.cells.len(), fabric.enclosures), (2, 2));
    assert_eq!(fabric.cell_polygons()[0].holes.len(), 1);
}

#[test]
fn a_building_of_ten_thousand_corners_is_one_cell() {
    let star: Vec<(i32, i32)> = (0..10_000)
        .map(|i| {
            let angle = f64::from(i) * std::f64::consts::TAU / 10_000.0;
            let r = if i % 2 == 0 { 15_000.0 } else { 14_900.0 };
            (((r * angle.cos()) as i32) + 50_000, ((r * angle.sin()) as i32) + 25_000)
        })
        .collect();
    let other = building("other", vec![rectangle(80_000, 5_000, 9_000, 9_000)], 3);
    let star = building("star", vec![polygon(&star)], 3);
    let fabric = checked(&territory(vec![rectangle(0, 0, 100_000, 50_000)], vec![star, other]), &[]);
    assert_eq!(fabric.cells.len(), 2);
}

#[test]
fn rings_that_touch_at_a_point_are_kept_apart() {
    // Four blocks; the two on the diagonal form one zone, which touches itself in the middle.
    let mut territory = territory(vec![rectangle(0, 0, 40_000, 40_000)], Vec::new());
    for line in [[(20_000, -5_000), (20_000, 45_000)], [(-5_000, 20_000), (45_000, 20_000)]] {
        territory.streets.push(street(StreetClass::Residential, &line));
    }
    let fabric = checked(&territory, &[]);
    let labels: Vec<Option<u32>> = fabric
        .cells
        .iter()
        .map(|c| Some(u32::from((c.anchor.x > 20_000) == (c.anchor.y > 20_000))))
        .collect();
    for outline in fabric.dissolve(&labels) {
        assert_eq!(outline.polygons.len(), 2);
        assert!(outline.polygons.iter().all(|p: &Polygon| p.outer.0.len() == 4));
    }
}
