//! Cells divided along a drawn line.

use super::invariants::{check, checked};
use super::town::{rectangle, territory, town};
use crate::{Fabric, FabricPatch, build};
use lifang_model::{AtomIdx, Point, Polygon, Silent, Territory};
use proptest::prelude::*;
use std::sync::LazyLock;

static TOWN: LazyLock<(Territory, Fabric)> = LazyLock::new(|| {
    let territory = town(100, 6);
    let fabric = checked(&territory, &[]);
    (territory, fabric)
});

fn all(fabric: &Fabric) -> Vec<AtomIdx> {
    (0..fabric.cells.len() as u32).map(AtomIdx).collect()
}

/// What must hold after any cut.
fn whole(territory: &Territory, before: &Fabric, after: &Fabric, from: &[AtomIdx]) {
    check(territory, after);
    assert_eq!(after.cells.len(), before.cells.len() + from.len());
    for (old, new) in before.cells.iter().zip(&after.cells) {
        assert_eq!(
            (old.building, old.unit, old.storey, old.anchor),
            (new.building, new.unit, new.storey, new.anchor)
        );
    }
    for (&from, cell) in from.iter().zip(&after.cells[before.cells.len()..]) {
        assert!(cell.building.is_none() && cell.enclosure == before.cells[from.at()].enclosure);
    }
    // Every building stands whole in the cell that has its anchor, as far as it did before.
    let (was, is) = (before.cell_polygons(), after.cell_polygons());
    for (i, cell) in before.cells.iter().enumerate() {
        let Some(building) = cell.building.and_then(|at| territory.buildings.get(at.at())) else { continue };
        for p in building.outline.iter().flat_map(|f| f.outer.0.iter()).filter(|p| was[i].contains(**p)) {
            assert!(is[i].contains(*p), "a corner of building {i} went to another cell");
        }
    }
}

#[test]
fn land_is_divided_along_the_line_and_the_building_keeps_its_side() {
    let house = super::town::building("h", vec![rectangle(10_000, 10_000, 10_000, 10_000)], 5);
    let territory = territory(vec![rectangle(0, 0, 100_000, 50_000)], vec![house]);
    let before = checked(&territory, &[]);
    let line = [Point::new(60_000, -100), Point::new(60_000, 50_100)];
    let divided = before.divide(&territory, &[], &[AtomIdx(0)], &line).unwrap();
    whole(&territory, &before, &divided.fabric, &divided.from);
    assert_eq!(divided.from, [AtomIdx(0)]);
    let areas: Vec<i64> = divided.fabric.cells.iter().map(|c| c.twice_area / 2_000_000).collect();
    assert_eq!(areas, [3_000, 2_000]);
    assert_eq!(divided.fabric.links.len(), 1);
    assert_eq!(divided.fabric.links[0].shared.0, 50_000);
    assert_ne!(divided.fabric.hash, before.hash);
}

#[test]
fn a_cut_through_a_building_goes_around_it() {
    let house = super::town::building("h", vec![rectangle(40_000, 20_000, 10_000, 10_000)], 5);
    let territory = territory(vec![rectangle(0, 0, 100_000, 50_000)], vec![house]);
    let before = checked(&territory, &[]);
    let line = [Point::new(43_000, -100), Point::new(43_000, 50_100)];
    let divided = before.divide(&territory, &[], &[AtomIdx(0)], &line).unwrap();
    whole(&territory, &before, &divided.fabric, &divided.from);
    // The anchor lies east of the line: the west is the new cell, without the strip of house that reaches into it.
    let areas: Vec<i64> = divided.fabric.cells.iter().map(|c| c.twice_area / 2_000_000).collect();
    assert_eq!(areas, [57 * 50 + 30, 43 * 50 - 30]);
}

#[test]
fn a_line_that_ends_inside_or_misses_divides_nothing() {
    let (territory, fabric) = &*TOWN;
    for line in [vec![Point::new(900_000, 0), Point::new(900_000, 9_000)], vec![Point::new(0, 0)], Vec::new()]
    {
        let divided = fabric.divide(territory, &[], &all(fabric), &line).unwrap();
        assert_eq!((&divided.fabric, divided.from.len()), (fabric, 0));
    }
    let far = [Point::new(i32::MAX, 0), Point::new(0, 0)];
    assert!(fabric.divide(territory, &[], &all(fabric), &far).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_scribble_leaves_a_valid_fabric_with_every_building_whole(
        line in proptest::collection::vec((-50_000..350_000i32, -50_000..350_000i32), 2..7),
        chosen in proptest::collection::vec(any::<bool>(), 200),
    ) {
        let (territory, fabric) = &*TOWN;
        let line: Vec<Point> = line.into_iter().map(Point::from).collect();
        let cells: Vec<AtomIdx> =
            all(fabric).into_iter().filter(|c| chosen.get(c.at()).copied().unwrap_or(true)).collect();
        let divided = fabric.divide(territory, &[], &cells, &line).unwrap();
        whole(territory, fabric, &divided.fabric, &divided.from);
        prop_assert!(divided.from.iter().all(|from| cells.contains(from)));
        // Untouched cells keep their land to the square millimetre but for corners rounded onto their border.
        let total = |f: &Fabric| f.cells.iter().map(|c| i128::from(c.twice_area)).sum::<i128>();
        let wanted: i128 = territory.boundary.iter().map(Polygon::twice_area).sum();
        prop_assert!((total(&divided.fabric) - wanted).abs() < 1_000_000);
    }
}

#[test]
fn upper_floors_stand_where_they_stood() {
    let house = super::town::building("h", vec![rectangle(10_000, 10_000, 20_000, 12_000)], 5);
    let territory = territory(vec![rectangle(0, 0, 60_000, 50_000)], vec![house]);
    let band = |low| lifang_model::StackPart {
        building: lifang_model::BuildingIdx(0),
        unit: 1,
        floors: Some(lifang_model::FloorBand { low, high: low }),
        demand: lifang_model::Demand::default(),
    };
    let stacks = [band(1), band(2), band(3)];
    let before = build(&territory, &stacks, &Silent).unwrap();
    let line = [Point::new(20_000, -100), Point::new(20_000, 50_100)];
    let divided = before.divide(&territory, &stacks, &all(&before), &line).unwrap();
    whole(&territory, &before, &divided.fabric, &divided.from);
    assert_eq!(before.cells.len(), 3);
    assert_eq!(divided.fabric.cells[1..3], before.cells[1..3]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn cuts_drawn_one_after_the_other_are_those_of_a_ground_built_anew(
        lines in proptest::collection::vec(proptest::collection::vec((-20_000..320_000i32, -20_000..320_000i32), 2..4), 1..4),
        chosen in proptest::collection::vec(any::<bool>(), 200),
    ) {
        let (territory, fabric) = &*TOWN;
        let mut territory = territory.clone();
        let mut now = fabric.clone();
        let mut patches = Vec::new();
        for line in lines {
            let line: Vec<Point> = line.into_iter().map(Point::from).collect();
            let cells: Vec<AtomIdx> =
                all(&now).into_iter().filter(|c| chosen.get(c.at()).copied().unwrap_or(true)).collect();
            let Some(drawn) = now.draw(&territory, &[], &cells, &line).unwrap() else { continue };
            let after = drawn.divided.fabric;
            whole(&territory, &now, &after, &drawn.divided.from);
            let total = |f: &Fabric| f.cells.iter().map(|c| i128::from(c.twice_area)).sum::<i128>();
            prop_assert_eq!(total(&after), total(&now), "not a square millimetre is lost or made");
            let patch = FabricPatch::between(&now, &after).unwrap();
            prop_assert!(patch.apply(&now).as_ref() == Some(&after));
            prop_assert!(patch.inverse().apply(&after).as_ref() == Some(&now));
            patches.push(patch);
            territory.cuts.push(drawn.cut);
            now = after;
        }
        prop_assert_eq!(&build(&territory, &[], &Silent).unwrap(), &now);
        for patch in patches.iter().rev() {
            now = patch.inverse().apply(&now).unwrap();
        }
        prop_assert_eq!(&now, fabric);
    }
}

#[test]
fn a_cut_finds_its_cells_again_when_buildings_moved_and_tells_when_there_are_none() {
    let house = |x| super::town::building("h", vec![rectangle(x, 10_000, 10_000, 10_000)], 5);
    let mut territory = territory(vec![rectangle(0, 0, 100_000, 50_000)], vec![house(10_000)]);
    let before = checked(&territory, &[]);
    let line = [Point::new(60_000, -100), Point::new(60_000, 50_100)];
    let drawn = before.draw(&territory, &[], &[AtomIdx(0)], &line).unwrap().unwrap();
    territory.cuts.push(drawn.cut);
    territory.buildings = vec![house(20_000)];
    let moved = checked(&territory, &[]);
    let areas = |f: &Fabric| f.cells.iter().map(|c| c.twice_area / 2_000_000).collect::<Vec<i64>>();
    assert_eq!(areas(&moved), [3_000, 2_000]);
    // The line now lies beyond the border.
    territory.boundary = vec![rectangle(0, 0, 40_000, 50_000)];
    let smaller = checked(&territory, &[]);
    assert_eq!(smaller.cells.len(), 1);
    let told: Vec<_> = smaller.faults.iter().map(|fault| fault.code.as_str()).collect();
    assert_eq!(told, ["B-114"]);
}
