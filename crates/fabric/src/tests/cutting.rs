//! Zones cut by a drawn line.

use super::invariants::checked;
use super::town::town;
use crate::Fabric;
use lifang_model::{AtomIdx, Point};
use proptest::prelude::*;
use std::sync::LazyLock;

static TOWN: LazyLock<Fabric> = LazyLock::new(|| checked(&town(100, 6), &[]));

fn all() -> Vec<AtomIdx> {
    (0..TOWN.cells.len() as u32).map(AtomIdx).collect()
}

fn pieces(part: &[AtomIdx]) -> usize {
    let mut labels = vec![None; TOWN.cells.len()];
    part.iter().for_each(|cell| labels[cell.at()] = Some(0));
    TOWN.dissolve(&labels).first().map_or(0, |outline| outline.polygons.len())
}

#[test]
fn a_straight_line_makes_two_parts_whose_cells_lie_on_their_side() {
    let x = 150_000;
    let parts = TOWN.cut(&all(), &[Point::new(x, -40_000), Point::new(x, 400_000)]);
    assert_eq!(parts.len(), 2);
    assert_eq!(parts.iter().map(Vec::len).sum::<usize>(), TOWN.cells.len());
    for part in &parts {
        assert_eq!(pieces(part), 1);
        let west = part.iter().filter(|cell| TOWN.cells[cell.at()].anchor.x < x - 20_000).count();
        let east = part.iter().filter(|cell| TOWN.cells[cell.at()].anchor.x > x + 20_000).count();
        assert!(west == 0 || east == 0, "{west} cells west and {east} cells east of the line are one part");
    }
}

#[test]
fn a_line_that_ends_inside_or_misses_divides_nothing() {
    let inside = TOWN.cut(&all(), &[Point::new(150_000, 100_000), Point::new(150_000, 180_000)]);
    assert_eq!(inside.len(), 1);
    assert_eq!(TOWN.cut(&all(), &[Point::new(900_000, 0), Point::new(900_000, 9_000)]).len(), 1);
    assert_eq!(TOWN.cut(&all(), &[Point::new(0, 0)]).len(), 1);
    assert!(TOWN.cut(&[], &[Point::new(0, 0), Point::new(1, 1)]).is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn any_scribble_leaves_connected_parts_of_all_cells(
        line in proptest::collection::vec((-50_000..350_000i32, -50_000..350_000i32), 2..9),
    ) {
        let line: Vec<Point> = line.into_iter().map(Point::from).collect();
        let parts = TOWN.cut(&all(), &line);
        prop_assert_eq!(parts.iter().map(Vec::len).sum::<usize>(), TOWN.cells.len());
        for part in &parts {
            prop_assert_eq!(pieces(part), 1);
        }
        prop_assert_eq!(&parts, &TOWN.cut(&all(), &line));
    }
}
