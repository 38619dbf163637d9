//! Divided buildings.

use super::invariants::checked;
use super::town::{building, rectangle, territory};
use lifang_model::{BuildingIdx, Demand, FloorBand, LinkKind, StackPart, Territory};

fn slab() -> Territory {
    let slab = building("slab", vec![rectangle(20_000, 20_000, 60_000, 12_000)], 300);
    let other = building("other", vec![rectangle(20_000, 50_000, 10_000, 12_000)], 20);
    territory(vec![rectangle(0, 0, 100_000, 80_000)], vec![slab, other])
}

fn parts(units: u16, bands: u16) -> Vec<StackPart> {
    let band = |unit, k: u16| StackPart {
        building: BuildingIdx(0),
        unit,
        floors: (bands > 1).then_some(FloorBand { low: 6 * k + 1, high: 6 * k + 6 }),
        demand: Demand::default(),
    };
    (1..=units).flat_map(|unit| (0..bands).map(move |k| band(unit, k))).collect()
}

#[test]
fn units_stand_side_by_side_from_the_west() {
    let fabric = checked(&slab(), &parts(3, 1));
    let units: Vec<_> = fabric.cells.iter().map(|c| (c.building.unwrap().0, c.unit, c.storey)).collect();
    assert_eq!(units, [(0, 1, 0), (0, 2, 0), (0, 3, 0), (1, 0, 0)]);
    assert!(fabric.cells[0].anchor.x < fabric.cells[1].anchor.x);
    assert!(fabric.cells[1].anchor.x < fabric.cells[2].anchor.x);
    let pairs: Vec<_> = fabric.links.iter().map(|l| (l.a.0, l.b.0)).collect();
    assert!(pairs.contains(&(0, 1)) && pairs.contains(&(1, 2)) && !pairs.contains(&(0, 2)));
}

#[test]
fn floors_rise_from_the_ground_cell_and_touch_no_other_building() {
    let fabric = checked(&slab(), &parts(2, 4));
    assert_eq!(fabric.cells.len(), 2 * 4 + 1);
    let vertical: Vec<_> =
        fabric.links.iter().filter(|l| l.kind == LinkKind::Vertical).map(|l| (l.a.0, l.b.0)).collect();
    assert_eq!(vertical, [(0, 1), (1, 2), (2, 3), (4, 5), (5, 6), (6, 7)]);
    for link in fabric.links.iter().filter(|l| matches!(l.kind, LinkKind::Lateral | LinkKind::Crossing)) {
        assert!([link.a, link.b].iter().all(|c| fabric.cells[c.at()].storey == 0));
    }
    let ground = fabric.cells[0].twice_area;
    assert!(fabric.cells[1..4].iter().all(|c| c.twice_area > 0 && c.twice_area < ground / 20));
    // Floors from south to north.
    assert!(fabric.cells[1].anchor.y < fabric.cells[2].anchor.y);
}

#[test]
fn stairwells_side_by_side_share_a_wall_on_every_floor_they_have_in_common() {
    // The first stairwell in four bands of six floors, the second in bands of 1-8 and 9-24, the third undivided.
    let mut stacks = parts(3, 4);
    stacks.retain(|part| part.unit == 1 || part.floors.is_some_and(|band| band.low == 1));
    let floors = |low, high| Some(FloorBand { low, high });
    stacks[4].floors = floors(1, 8);
    stacks.insert(5, StackPart { floors: floors(9, 24), ..stacks[4] });
    stacks[6].floors = None;
    let fabric = checked(&slab(), &stacks);
    let name = |i: u32| (fabric.cells[i as usize].unit, fabric.cells[i as usize].storey);
    let walls: Vec<_> = fabric
        .links
        .iter()
        .filter(|link| link.kind == LinkKind::Party)
        .map(|link| (name(link.a.0), name(link.b.0)))
        .collect();
    let first_and_second = [((1, 1), (2, 0)), ((1, 1), (2, 1)), ((1, 2), (2, 1)), ((1, 3), (2, 1))];
    assert_eq!(
        walls[..4],
        first_and_second,
        "floors 7-12 meet both bands, the ground pair is a lateral link"
    );
    assert_eq!(walls[4..], [((2, 1), (3, 0))], "stairwells one apart share no wall");
}

#[test]
fn a_tower_of_sixty_bands_still_tiles() {
    let mut territory = slab();
    territory.buildings[0].outline = vec![rectangle(20_000, 20_000, 900, 400)];
    let fabric = checked(&territory, &parts(1, 60));
    assert_eq!(fabric.cells.len(), 61);
}

#[test]
fn a_building_with_one_unit_and_bands_may_have_unit_zero() {
    let parts: Vec<StackPart> = parts(1, 3).into_iter().map(|part| StackPart { unit: 0, ..part }).collect();
    let fabric = checked(&slab(), &parts);
    assert_eq!(fabric.cells.iter().filter(|c| c.building == Some(BuildingIdx(0))).count(), 3);
}

#[test]
fn more_units_than_the_footprint_can_bear_are_carved() {
    let mut territory = slab();
    territory.buildings[0].outline = vec![rectangle(20_000, 20_000, 12, 12)];
    let fabric = checked(&territory, &parts(30, 1));
    assert_eq!(fabric.cells.len(), 31);
    assert!(fabric.faults.iter().any(|f| f.code == "B-107"));
}
