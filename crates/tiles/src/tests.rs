//! Neighbours share their borders in every tile, whatever was drawn before.

use crate::{Arcs, EXTENT, Layer, Property, Table, TileId, Zones, topology};
use geozero::mvt::{Message as _, Tile, tile};
use lifang_crs::{CrsSpec, choose_frame};
use lifang_fabric::{Arc, Cell, Fabric};
use lifang_model::{BarrierClass, Frame, Point};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::sync::LazyLock;

const SIDE: u32 = 6;

/// Squares of 100 m with wavy sides, metres in the frame; cell `row * SIDE + column`.
fn town() -> (Fabric, Frame) {
    let frame = choose_frame(&CrsSpec::Epsg(4545), [440_000.0, 3_287_000.0, 441_000.0, 3_288_000.0]).unwrap();
    let corner = |column: u32, row: u32| Point::new(column as i32 * 100_000, row as i32 * 100_000);
    let cell = |column: i64, row: i64| {
        let inside = |at: i64| (0..i64::from(SIDE)).contains(&at);
        (inside(column) && inside(row)).then(|| (row * i64::from(SIDE) + column) as u32)
    };
    // Steps along a side and how far the line is off there.
    let wave = [(20_000, 7_000), (50_000, -9_000), (51_000, -9_100), (80_000, 4_000)];
    let mut arcs = Vec::new();
    for row in 0..=SIDE {
        for column in 0..=SIDE {
            let from = corner(column, row);
            let (c, r) = (i64::from(column), i64::from(row));
            if column < SIDE {
                let mut points = vec![from];
                points.extend(wave.map(|(along, off)| Point::new(from.x + along, from.y + off)));
                points.push(corner(column + 1, row));
                arcs.push(Arc {
                    points,
                    left: cell(c, r),
                    right: cell(c, r - 1),
                    barrier: BarrierClass::ALL[0],
                });
            }
            if row < SIDE {
                let mut points = vec![from];
                points.extend(wave.map(|(along, off)| Point::new(from.x + off, from.y + along)));
                points.push(corner(column, row + 1));
                arcs.push(Arc {
                    points,
                    left: cell(c - 1, r),
                    right: cell(c, r),
                    barrier: BarrierClass::ALL[0],
                });
            }
        }
    }
    let cells = (0..SIDE * SIDE)
        .map(|at| Cell {
            building: None,
            unit: 0,
            storey: 0,
            enclosure: 0,
            anchor: Point::new((at % SIDE) as i32 * 100_000 + 50_000, (at / SIDE) as i32 * 100_000 + 50_000),
            twice_area: 1,
        })
        .collect();
    let fabric =
        Fabric { arcs, cells, links: Vec::new(), enclosures: 1, faults: Vec::new(), hash: "town".to_owned() };
    (fabric, frame)
}

/// The ground, projected once for all cases: opening PROJ takes longer than everything else here.
fn projected() -> &'static Arcs {
    static ARCS: LazyLock<Arcs> = LazyLock::new(|| {
        let (fabric, frame) = town();
        Arcs::new(&fabric, &frame).unwrap()
    });
    &ARCS
}

/// A point of a tile, an edge of it, and a feature's id with its rings.
type Spot = (i64, i64);
type Side = (Spot, Spot);
type Drawn = (u64, Vec<Vec<Spot>>);

fn drawn(zones: &mut Zones, tile: TileId, count: u32) -> Vec<Drawn> {
    let bytes = zones.tile("zones", tile, count, &Table::default(), &[]);
    let tile = Tile::decode(bytes.as_slice()).unwrap();
    let land = tile.layers.iter().find(|layer| layer.name == "zones");
    land.map_or_else(Vec::new, |layer| layer.features.iter().map(|f| (f.id.unwrap(), rings(f))).collect())
}

/// The rings of a polygon by the specification, read on its own.
fn rings(feature: &tile::Feature) -> Vec<Vec<Spot>> {
    let (mut rings, mut at, mut words) = (Vec::new(), (0i64, 0i64), feature.geometry.iter().copied());
    let back = |word: u32| i64::from((word >> 1) as i32 ^ -((word & 1) as i32));
    while let Some(word) = words.next() {
        let (command, count) = (word & 7, word >> 3);
        if command == 7 {
            continue;
        }
        if command == 1 {
            rings.push(Vec::new());
        }
        for _ in 0..count {
            at = (at.0 + back(words.next().unwrap()), at.1 + back(words.next().unwrap()));
            rings.last_mut().unwrap().push(at);
        }
    }
    rings
}

/// Every edge of the land inside the window is either walked once in each direction, or it is on the outer border.
fn lonely(features: &[Drawn]) -> Vec<Side> {
    let mut edges: BTreeMap<Side, i32> = BTreeMap::new();
    for ring in features.iter().flat_map(|(_, rings)| rings) {
        for (at, &from) in ring.iter().enumerate() {
            let to = ring[(at + 1) % ring.len()];
            *edges.entry((from.min(to), from.max(to))).or_default() += if from < to { 1 } else { -1 };
        }
    }
    let inside = |p: &Spot| (0..=i64::from(EXTENT)).contains(&p.0) && (0..=i64::from(EXTENT)).contains(&p.1);
    edges
        .into_iter()
        .filter(|((a, b), sum)| *sum != 0 && inside(a) && inside(b))
        .map(|(edge, _)| edge)
        .collect()
}

fn tile_of(arcs: &Arcs, zoom: u32) -> TileId {
    let [west, south, east, north] = arcs.bounds().unwrap();
    let [x, y] = crate::tile::world(f64::midpoint(west, east), f64::midpoint(south, north));
    let across = f64::from(1u32 << zoom);
    TileId::new(zoom, (x * across) as u32, (y * across) as u32).unwrap()
}

fn area(features: &[Drawn]) -> i64 {
    let twice = |ring: &Vec<Spot>| -> i64 {
        let next = |at: usize| ring[(at + 1) % ring.len()];
        ring.iter().enumerate().map(|(at, p)| p.0 * next(at).1 - next(at).0 * p.1).sum()
    };
    features.iter().flat_map(|(_, rings)| rings).map(twice).sum()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn neighbours_share_every_edge_and_the_past_does_not_matter(
        before in prop::collection::vec(prop::option::of(0u32..4), (SIDE * SIDE) as usize),
        after in prop::collection::vec(prop::option::weighted(0.95, 0u32..4), (SIDE * SIDE) as usize),
        zoom in 13u32..19,
    ) {
        let arcs = projected();
        let tile = tile_of(arcs, zoom);
        let mut followed = Zones::default();
        followed.follow(arcs, &before, 4);
        followed.follow(arcs, &after, 4);
        let mut fresh = Zones::default();
        fresh.follow(arcs, &after, 4);
        let bytes = |zones: &mut Zones| zones.tile("zones", tile, 4, &Table::default(), &[]);
        prop_assert_eq!(bytes(&mut followed), bytes(&mut fresh));
        let tints = followed.tints(6).to_vec();
        prop_assert_eq!(&tints[..], fresh.tints(6));
        for side in &arcs.sides {
            let [a, b] = side.map(|cell| after.get(cell as usize).copied().flatten());
            if let (Some(a), Some(b)) = (a, b) {
                prop_assert!(a == b || tints[a as usize] != tints[b as usize], "{} and {}", a, b);
            }
        }
        // With everybody labelled, what one zone leaves out the other has: the area is that of one zone over all.
        let full: Vec<Option<u32>> = after.iter().map(|label| Some(label.unwrap_or(0))).collect();
        let mut zones = Zones::default();
        zones.follow(arcs, &full, 4);
        let parts = drawn(&mut zones, tile, 4);
        let mut one = Zones::default();
        one.follow(arcs, &vec![Some(0); full.len()], 1);
        let whole = drawn(&mut one, tile, 1);
        // Cutting at the window rounds; inside it every edge has its twin or is the outer border.
        let outer: Vec<_> = lonely(&whole);
        if zoom <= 14 {
            // The outer border breaks at other places where zones meet at it, so compare by length of the lonely edges.
            let long = |edges: &[Side]| -> f64 {
                edges.iter().map(|(a, b)| ((a.0 - b.0) as f64).hypot((a.1 - b.1) as f64)).sum()
            };
            prop_assert!(long(&lonely(&parts)) <= long(&outer) * 1.2 + 8.0);
            let (a, b) = (area(&parts) as f64, area(&whole) as f64);
            prop_assert!((a - b).abs() <= b * 0.02 + 64.0, "{} {}", a, b);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_tile_drawn_before_shows_what_a_fresh_one_does_after_every_change(
        changes in prop::collection::vec((0..SIDE * SIDE, prop::option::weighted(0.9, 0..SIDE * SIDE), 0u32..500), 1..12),
        zoom in 13u32..17,
    ) {
        let arcs = projected();
        let tile = tile_of(arcs, zoom);
        let mut labels: Vec<Option<u32>> = (0..SIDE * SIDE).map(Some).collect();
        let mut households = vec![7u32; labels.len()];
        let row = |at: usize, count: u32| [Property::from(format!("z{at}").as_str()), Property::from((!count.is_multiple_of(5)).then_some(count))];
        let told = |households: &[u32]| {
            let mut table = Table::new(&["code", "households"]);
            households.iter().enumerate().for_each(|(at, &count)| table.put(at, &row(at, count)));
            table
        };
        let (mut kept, mut table) = (Zones::default(), told(&households));
        for (cell, label, count) in changes {
            labels[cell as usize] = label;
            households[cell as usize] = count;
            table.put(cell as usize, &row(cell as usize, count));
            kept.follow(arcs, &labels, labels.len());
            let shown = kept.tile("zones", tile, SIDE * SIDE, &table, &["code"]);
            let mut fresh = Zones::default();
            fresh.follow(arcs, &labels, labels.len());
            prop_assert_eq!(kept.tints(6), fresh.tints(6));
            prop_assert!(shown == fresh.tile("zones", tile, SIDE * SIDE, &told(&households), &["code"]));
            // Another program writes the same.
            let read = Tile::decode(shown.as_slice()).unwrap();
            prop_assert!(read.encode_to_vec() == shown);
            for layer in &read.layers {
                for feature in &layer.features {
                    let at = feature.id.unwrap() as usize - 1;
                    let said: Vec<(&str, Option<i64>, Option<&str>)> = feature
                        .tags
                        .chunks(2)
                        .map(|tag| (layer.keys[tag[0] as usize].as_str(), &layer.values[tag[1] as usize]))
                        .map(|(key, value)| (key, value.int_value, value.string_value.as_deref()))
                        .collect();
                    let name = format!("z{at}");
                    let mut wanted = vec![("code", None, Some(name.as_str()))];
                    let count = households[at];
                    wanted.extend((!count.is_multiple_of(5)).then_some(("households", Some(i64::from(count)), None)));
                    prop_assert_eq!(said, wanted);
                }
            }
        }
    }
}

#[test]
fn only_zones_around_a_change_are_drawn_anew() {
    let arcs = projected();
    let mut labels: Vec<Option<u32>> = (0..SIDE * SIDE).map(Some).collect();
    let mut zones = Zones::default();
    assert_eq!(zones.follow(arcs, &labels, labels.len()), 36);
    assert_eq!(zones.follow(arcs, &labels, labels.len()), 0);
    labels[0] = Some(1);
    let drawn = zones.follow(arcs, &labels, labels.len());
    assert!((2..=4).contains(&drawn), "{drawn}");
    assert!(zones.shape(0).is_none() && zones.shape(1).is_some());
}

#[test]
fn a_zone_with_another_inside_has_a_hole() {
    let arcs = projected();
    let middle = SIDE + 1;
    let labels: Vec<Option<u32>> = (0..SIDE * SIDE).map(|cell| Some(u32::from(cell == middle))).collect();
    let mut zones = Zones::default();
    zones.follow(arcs, &labels, 2);
    let features = drawn(&mut zones, tile_of(arcs, 15), 2);
    assert_eq!(features[0].1.len(), 2, "an outer ring and a hole");
    assert_eq!(features[1].1.len(), 1);
    // The hole is the other zone, vertex for vertex.
    let sorted = |ring: &[(i64, i64)]| {
        let mut ring = ring.to_vec();
        ring.sort_unstable();
        ring
    };
    assert_eq!(sorted(&features[0].1[1]), sorted(&features[1].1[0]));
}

#[test]
fn far_away_little_is_drawn_and_outside_nothing() {
    let arcs = projected();
    let layer = Layer::cells(arcs);
    let name = Property::from("A");
    let tell = |_: u32| vec![("code", &name)];
    assert!(layer.tile("atoms", TileId::new(14, 0, 0).unwrap(), tell).is_empty());
    let far = layer.tile("atoms", tile_of(arcs, 3), tell);
    let near = layer.tile("atoms", tile_of(arcs, 15), tell);
    assert!(far.is_empty() && near.len() > 500, "{} {}", far.len(), near.len());
    for (z, x, y) in [(23, 0, 0), (14, 1 << 14, 0), (0, 0, 1), (u32::MAX, 0, 0)] {
        assert!(TileId::new(z, x, y).is_err());
    }
}

#[test]
fn the_topology_names_every_arc_of_every_cell() {
    let arcs = projected();
    let told = topology(arcs, &[], |cell| serde_json::json!({ "code": cell }));
    let count = told["arcs"].as_array().unwrap().len();
    assert_eq!(count, town().0.arcs.len());
    for (at, atom) in told["objects"]["atoms"]["geometries"].as_array().unwrap().iter().enumerate() {
        let ring = atom["arcs"][0].as_array().unwrap();
        assert_eq!(ring.len(), 4);
        for index in ring {
            let index = index.as_i64().unwrap();
            let (arc, side) = if index < 0 { (!index, 1) } else { (index, 0) };
            assert_eq!(told["sides"][arc as usize][side], at);
        }
    }
}

#[test]
fn the_place_of_a_label_is_in_degrees_and_around_its_outline() {
    let arcs = projected();
    let labels: Vec<Option<u32>> = (0..SIDE * SIDE).map(|cell| Some(u32::from(cell >= SIDE))).collect();
    let mut zones = Zones::default();
    zones.follow(arcs, &labels, 3);
    let (place, all) = (zones.place(0).unwrap(), arcs.bounds().unwrap());
    let [west, south, east, north] = place.bounds;
    let near = |a: f64, b: f64| (a - b).abs() < 1e-9;
    assert!(near(south, all[1]) && north < all[3] && west >= all[0] && east <= all[2] && west < east);
    assert!(place.at.0 > west && place.at.0 < east && place.at.1 > south && place.at.1 < north);
    let [polygon] = &zones.outline(0)[..] else { panic!("one part") };
    let ring = &polygon[0];
    assert_eq!(ring.first(), ring.last());
    assert!(ring.len() > SIDE as usize * 2);
    assert!(ring.iter().all(|(lon, lat)| (west..=east).contains(lon) && (south..=north).contains(lat)));
    assert!(zones.place(2).is_none() && zones.outline(2).is_empty());
}
