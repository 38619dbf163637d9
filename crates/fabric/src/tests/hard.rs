//! Hard cases of real ground, one each: what comes of them is the rule the README states. `LIFANG_DRAW=FILE.svg` draws ten.

use super::invariants::checked;
use super::town::{building, polygon, rectangle, ring, street, territory};
use crate::Fabric;
use lifang_model::{Area, Barrier, BarrierClass, LandCover, Point, Polygon, StreetClass, Territory};
use std::fmt::Write;

const WIDE: i32 = 100_000;
const HIGH: i32 = 60_000;

/// Ten buildings in two rows.
fn block() -> Territory {
    let at = |k: i32| rectangle(6_000 + k % 5 * 19_000, 10_000 + k / 5 * 28_000, 11_000, 9_000);
    let buildings = (0..10).map(|k| building(&format!("b{k}"), vec![at(k)], 9)).collect();
    territory(vec![rectangle(0, 0, WIDE, HIGH)], buildings)
}

fn with(lines: &[&[(i32, i32)]]) -> Territory {
    let mut ground = block();
    ground.streets.extend(lines.iter().map(|line| street(StreetClass::Residential, line)));
    ground
}

/// A street that ends in the block, with a stub, and one that crosses it and goes on a little.
fn dead_ends() -> Territory {
    with(&[
        &[(20_500, -9_000), (20_500, 50_000)],
        &[(20_500, 29_000), (37_000, 29_000)],
        &[(12_000, 27_000), (24_000, 27_000)],
    ])
}

/// Two carriageways 3 m apart.
fn dual_carriageway() -> Territory {
    with(&[&[(-9_000, 27_000), (109_000, 27_000)], &[(109_000, 30_000), (-9_000, 30_000)]])
}

/// A small roundabout where two streets meet.
fn roundabout() -> Territory {
    let circle: Vec<(i32, i32)> = (0..=16)
        .map(|k| {
            let angle = f64::from(k % 16) * std::f64::consts::TAU / 16.0;
            (58_500 + (6_000.0 * angle.cos()).round() as i32, 29_000 + (6_000.0 * angle.sin()).round() as i32)
        })
        .collect();
    with(&[
        &circle,
        &[(-9_000, 29_000), (52_500, 29_000)],
        &[(64_500, 29_000), (109_000, 29_000)],
        &[(58_500, -9_000), (58_500, 23_000)],
        &[(58_500, 35_000), (58_500, 69_000)],
    ])
}

/// A motorway on a viaduct, a tunnel, and a street on the ground.
fn viaduct_and_tunnel() -> Territory {
    let mut ground = with(&[&[(-9_000, 29_000), (109_000, 29_000)]]);
    let mut viaduct = street(StreetClass::Motorway, &[(20_500, -9_000), (20_500, 69_000)]);
    (viaduct.bridge, viaduct.layer) = (true, 1);
    let mut tunnel = street(StreetClass::Primary, &[(77_500, -9_000), (77_500, 69_000)]);
    (tunnel.tunnel, tunnel.layer) = (true, -1);
    ground.streets.extend([viaduct, tunnel]);
    ground
}

/// A street that stops 4 m short of the border on one side and 30 m on the other.
fn short_of_the_border() -> Territory {
    with(&[&[(4_000, 29_000), (96_000, 28_000)], &[(58_500, 28_400), (58_500, 30_000)]])
}

/// A slanted border through buildings, an island, a lake as a hole, and a second part.
fn cut_and_parted() -> Territory {
    let mut ground = block();
    let mut mainland = polygon(&[(-4_000, 13_000), (80_000, 17_300), (74_000, 66_000), (-6_000, 58_000)]);
    mainland.holes.push(ring(&[(30_000, 24_000), (32_000, 34_000), (52_000, 33_000), (50_000, 25_000)]));
    ground.boundary =
        vec![mainland, polygon(&[(84_000, 2_000), (104_000, 4_000), (100_000, 52_000), (81_000, 40_000)])];
    ground
}

/// A courtyard with a house in it, a house in pieces, parts of one building that overlap, and its twin.
fn courtyards_and_parts() -> Territory {
    let mut ground = block();
    let mut court = rectangle(4_000, 6_000, 42_000, 46_000);
    court.holes.push(ring(&[(12_000, 14_000), (12_000, 44_000), (38_000, 44_000), (38_000, 14_000)]));
    let house = rectangle(20_000, 24_000, 8_000, 9_000);
    let pieces = vec![rectangle(56_000, 8_000, 12_000, 8_000), rectangle(74_000, 8_000, 12_000, 8_000)];
    let parts = vec![rectangle(56_000, 34_000, 22_000, 8_000), rectangle(70_000, 30_000, 8_000, 22_000)];
    ground.buildings = vec![
        building("court", vec![court], 40),
        building("house", vec![house], 3),
        building("pieces", pieces, 8),
        building("parts", parts.clone(), 8),
        building("twin", parts, 8),
    ];
    ground
}

/// Houses that share walls, overlap, and lie across a street.
fn touching_and_across() -> Territory {
    let mut ground = with(&[&[(-9_000, 31_000), (109_000, 31_000)]]);
    let row = (0..4)
        .map(|k| building(&format!("row{k}"), vec![rectangle(4_000 + k * 11_000, 8_000, 11_000, 10_000)], 4));
    let lean = polygon(&[(50_000, 10_000), (70_000, 6_000), (74_000, 18_000), (54_000, 22_000)]);
    ground.buildings = row.collect();
    ground.buildings.push(building("lean", vec![lean], 5));
    ground.buildings.push(building("over", vec![rectangle(66_000, 10_000, 18_000, 9_000)], 5));
    ground.buildings.push(building("across", vec![rectangle(30_000, 26_000, 14_000, 16_000)], 5));
    ground.buildings.push(building("north", vec![rectangle(64_000, 40_000, 18_000, 10_000)], 5));
    ground
}

/// A sliver of a house, a street drawn beside a wall, and a pond.
fn slivers_and_water() -> Territory {
    let mut ground = with(&[&[(-9_000, 29_000), (109_000, 29_000)]]);
    let wall = [(-9_000, 30_500), (109_000, 30_100)].map(Point::from).to_vec();
    ground.barriers.push(Barrier { class: BarrierClass::Wall, line: wall });
    ground.buildings.push(building(
        "sliver",
        vec![polygon(&[(22_000, 2_000), (96_000, 2_000), (96_000, 2_030)])],
        1,
    ));
    let pond =
        polygon(&[(40_000, 53_000), (60_000, 48_500), (90_000, 50_000), (84_000, 58_500), (50_000, 59_000)]);
    ground.areas.push(Area { cover: LandCover::Water, name: None, outline: pond });
    ground
}

/// Two round towers of 10,000 corners each and a wall of 2,000 between them.
fn ten_thousand_corners() -> Territory {
    let mut ground = block();
    let round = |cx: f64, r: f64| {
        let points: Vec<(i32, i32)> = (0..10_000)
            .map(|i| {
                let angle = f64::from(i) * std::f64::consts::TAU / 10_000.0;
                let r = r + 900.0 * (angle * 12.0).sin();
                ((cx + r * angle.cos()).round() as i32, (30_000.0 + r * angle.sin()).round() as i32)
            })
            .collect();
        polygon(&points)
    };
    ground.buildings = vec![
        building("west", vec![round(26_000.0, 16_000.0)], 60),
        building("east", vec![round(74_000.0, 12_000.0)], 60),
    ];
    let line = (0..2_000)
        .map(|k| Point::new(50_000 + (2_500.0 * (f64::from(k) / 90.0).sin()) as i32, -5_000 + k * 35))
        .collect();
    ground.barriers.push(Barrier { class: BarrierClass::Wall, line });
    ground
}

fn cells_of(fabric: &Fabric, building: u32) -> usize {
    fabric.cells.iter().filter(|cell| cell.building.is_some_and(|b| b.0 == building)).count()
}

fn tiled(ground: &Territory) -> Fabric {
    checked(ground, &[])
}

fn codes(fabric: &Fabric) -> Vec<&str> {
    fabric.faults.iter().map(|fault| fault.code.as_str()).collect()
}

#[test]
fn dead_ends_stubs_and_dangles_divide_nothing() {
    assert_eq!(tiled(&dead_ends()).enclosures, 1);
}

#[test]
fn the_strip_between_two_carriageways_is_no_enclosure() {
    let fabric = tiled(&dual_carriageway());
    assert_eq!((fabric.enclosures, fabric.cells.len()), (2, 10));
}

#[test]
fn a_small_roundabout_is_no_enclosure_of_its_own() {
    let fabric = tiled(&roundabout());
    assert_eq!((fabric.enclosures, fabric.cells.len()), (4, 10));
}

#[test]
fn viaducts_and_tunnels_divide_nothing_on_the_ground() {
    assert_eq!(tiled(&viaduct_and_tunnel()).enclosures, 2);
}

#[test]
fn a_street_that_stops_a_little_short_of_the_border_reaches_it() {
    assert_eq!(tiled(&short_of_the_border()).enclosures, 2);
    // Farther away it is a dead end.
    assert_eq!(tiled(&with(&[&[(14_000, 29_000), (109_000, 29_000)]])).enclosures, 1);
}

#[test]
fn buildings_cut_by_the_border_belong_to_the_side_with_most_of_them() {
    let ground = cut_and_parted();
    let fabric = tiled(&ground);
    let with_cells: Vec<usize> = (0..10).map(|b| cells_of(&fabric, b)).collect();
    assert!(with_cells.contains(&0) && with_cells.contains(&1), "{with_cells:?}");
    assert!(codes(&fabric).contains(&"B-104"));
    assert_eq!(fabric.dissolve(&vec![Some(0); fabric.cells.len()])[0].polygons.len(), 2);
}

#[test]
fn courtyards_pieces_and_parts_are_one_cell_each() {
    let fabric = tiled(&courtyards_and_parts());
    assert_eq!((0..5).map(|b| cells_of(&fabric, b)).collect::<Vec<_>>(), [1, 1, 1, 1, 1]);
    // The twin has no land of its own: it keeps its counts on a small square.
    assert!(codes(&fabric).contains(&"B-107"), "{:?}", fabric.faults);
    // The house has the yard around it.
    let house = fabric.cells.iter().position(|cell| cell.building.is_some_and(|b| b.0 == 1)).unwrap();
    assert!(fabric.cell_polygons()[house].contains(Point::new(16_500, 28_000)));
}

#[test]
fn houses_that_touch_overlap_or_lie_across_a_street_keep_one_cell() {
    let fabric = tiled(&touching_and_across());
    assert_eq!((0..8).map(|b| cells_of(&fabric, b)).collect::<Vec<_>>(), [1; 8]);
    assert!(codes(&fabric).contains(&"B-102") && codes(&fabric).contains(&"B-103"), "{:?}", fabric.faults);
}

#[test]
fn slivers_of_houses_have_cells_and_slivers_of_land_have_not() {
    let fabric = tiled(&slivers_and_water());
    assert_eq!(cells_of(&fabric, 10), 1);
    // South, north, pond; the strip between street and wall is none.
    assert_eq!(fabric.enclosures, 3);
}

#[test]
fn twenty_thousand_corners_are_two_cells() {
    let fabric = tiled(&ten_thousand_corners());
    assert_eq!((fabric.cells.len(), fabric.enclosures), (2, 2));
}

#[test]
fn the_hard_cases_are_drawn() {
    let cases = [
        ("Dead ends and dangles", dead_ends()),
        ("Dual carriageway", dual_carriageway()),
        ("Roundabout", roundabout()),
        ("Viaduct and tunnel", viaduct_and_tunnel()),
        ("Streets short of the border", short_of_the_border()),
        ("Border through buildings, island, hole", cut_and_parted()),
        ("Courtyard, pieces, parts, twin", courtyards_and_parts()),
        ("Touching, overlapping, across a street", touching_and_across()),
        ("Slivers, double lines, water", slivers_and_water()),
        ("10,000 corners", ten_thousand_corners()),
    ];
    let mut svg = String::from(
        "<svg xmlns='http://www.w3.org/2000/svg' width='1500' height='2080' viewBox='0 0 1500 2080' font-family='sans-serif'>\n\
         <rect width='1500' height='2080' fill='white'/>\n",
    );
    for (k, (title, ground)) in cases.iter().enumerate() {
        let (x, y) = (50 + k % 2 * 730, 50 + k / 2 * 410);
        writeln!(svg, "<g transform='translate({x},{y})'><text x='0' y='0' font-size='20'>{title}</text>")
            .unwrap();
        writeln!(svg, "<g transform='translate(30,375) scale(0.0055,-0.0055)'>").unwrap();
        draw(&mut svg, ground, &tiled(ground));
        svg.push_str("</g></g>\n");
    }
    svg.push_str("</svg>\n");
    assert!(!svg.contains("NaN"));
    if let Ok(path) = std::env::var("LIFANG_DRAW") {
        std::fs::write(path, svg).unwrap();
    }
}

fn path(rings: impl Iterator<Item = impl AsRef<[Point]>>, close: &str) -> String {
    let mut d = String::new();
    for ring in rings {
        for (i, p) in ring.as_ref().iter().enumerate() {
            write!(d, "{}{} {}", if i == 0 { 'M' } else { 'L' }, p.x, p.y).unwrap();
        }
        d.push_str(close);
    }
    d
}

fn draw(svg: &mut String, ground: &Territory, fabric: &Fabric) {
    let colours = ["#cfe3f5", "#f7dcc4", "#d5edd0", "#eedcf2", "#f8efc2", "#d3eeee", "#f4d3d8", "#e4e4d0"];
    for (i, cell) in fabric.cell_polygons().iter().enumerate() {
        let d = path(cell.rings().map(|ring| &ring.0), "Z");
        let fill = colours[(i * 3) % colours.len()];
        writeln!(svg, "<path d='{d}' fill='{fill}' fill-rule='evenodd' stroke='#888' stroke-width='150'/>")
            .unwrap();
    }
    for building in &ground.buildings {
        let d = path(building.outline.iter().flat_map(Polygon::rings).map(|ring| &ring.0), "Z");
        writeln!(svg, "<path d='{d}' fill='#555' fill-opacity='0.55' fill-rule='evenodd'/>").unwrap();
    }
    let lines = ground.barriers.iter().map(|b| (&b.line, "#7a3b00", ""));
    let streets = ground
        .streets
        .iter()
        .map(|s| (&s.line, "#c00", if s.at_ground() { "" } else { "stroke-dasharray='1500 1000'" }));
    for (line, colour, dash) in streets.chain(lines) {
        let d = path(std::iter::once(line), "");
        writeln!(svg, "<path d='{d}' fill='none' stroke='{colour}' stroke-width='350' {dash}/>").unwrap();
    }
    let d = path(ground.boundary.iter().flat_map(Polygon::rings).map(|ring| &ring.0), "Z");
    writeln!(svg, "<path d='{d}' fill='none' stroke='#000' stroke-width='450'/>").unwrap();
}
