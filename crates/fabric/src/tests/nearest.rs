//! Land belongs to the nearest footprint: a brute-force oracle.

use super::invariants::checked;
use super::town::town;
use crate::border::to_segment;
use lifang_model::{Building, Point, Polygon};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

fn distance(building: &Building, p: Point) -> f64 {
    if building.outline.iter().any(|polygon| polygon.contains(p)) {
        return 0.0;
    }
    let walls = building.outline.iter().flat_map(Polygon::rings).flat_map(|ring| ring.edges());
    walls.map(|(a, b)| to_segment(p, a, b)).fold(f64::MAX, f64::min)
}

#[test]
fn no_land_is_a_tenth_of_a_metre_nearer_to_another_building() {
    // One enclosure and one-piece buildings, so that the oracle needs no exceptions.
    let mut territory = town(120, 11);
    territory.streets.clear();
    let fabric = checked(&territory, &[]);
    let polygons = fabric.cell_polygons();
    let mut random = ChaCha8Rng::seed_from_u64(4);
    let extent = territory.boundary[0].extent().unwrap();
    let (mut tried, mut worst) = (0, 0.0f64);
    while tried < 4000 {
        let p = Point::new(
            random.random_range(extent.min.x..extent.max.x),
            random.random_range(extent.min.y..extent.max.y),
        );
        if !territory.boundary[0].contains(p) {
            continue;
        }
        tried += 1;
        let cell = polygons.iter().position(|polygon| polygon.contains(p)).unwrap();
        let own = fabric.cells[cell].building.unwrap();
        let nearest = territory.buildings.iter().map(|b| distance(b, p)).fold(f64::MAX, f64::min);
        let excess = distance(&territory.buildings[own.at()], p) - nearest;
        worst = worst.max(excess);
        assert!(excess <= 100.0, "at {p:?} the owner {own:?} is {excess:.0} mm farther than the nearest");
    }
    eprintln!("worst excess {worst:.1} mm");
}
