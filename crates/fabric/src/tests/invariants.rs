//! What every fabric must satisfy.

use super::town::{rectangle, territory, town};
use crate::{Fabric, build};
use lifang_model::{Point, Polygon, Silent, StackPart, Territory};
use std::collections::BTreeSet;

/// Checks a fabric against its territory.
pub(crate) fn check(territory: &Territory, fabric: &Fabric) {
    let n = fabric.cells.len();
    let total: i128 = fabric.cells.iter().map(|c| i128::from(c.twice_area)).sum();
    let wanted: i128 = territory.boundary.iter().map(Polygon::twice_area).sum();
    assert_eq!(total, wanted, "the cells' area is that of the boundary to the square millimetre");
    for arc in &fabric.arcs {
        assert!(arc.points.len() >= 2);
        assert_ne!(arc.left, arc.right);
        for cell in [arc.left, arc.right].into_iter().flatten() {
            assert!((cell as usize) < n);
        }
        assert!(arc.points.windows(2).all(|w| w[0] != w[1]));
    }
    // Every cell is one simple polygon whose area is the one written down, with its anchor inside.
    let labels: Vec<Option<u32>> = (0..n as u32).map(Some).collect();
    let outlines = fabric.dissolve(&labels);
    assert_eq!(outlines.len(), n, "every cell has land");
    for (outline, cell) in outlines.iter().zip(&fabric.cells) {
        assert_eq!(outline.polygons.len(), 1, "cell {} is in pieces", outline.label);
        let polygon = &outline.polygons[0];
        assert_eq!(polygon.twice_area(), i128::from(cell.twice_area), "cell {}", outline.label);
        assert!(polygon.outer.twice_area() > 0);
        assert!(polygon.holes.iter().all(|hole| hole.twice_area() < 0));
        for ring in polygon.rings() {
            let distinct: BTreeSet<Point> = ring.0.iter().copied().collect();
            assert_eq!(distinct.len(), ring.0.len(), "a ring of cell {} meets itself", outline.label);
        }
        assert!(polygon.contains(cell.anchor), "anchor of cell {} at {:?}", outline.label, cell.anchor);
    }
    // All cells together are the territory again.
    let whole = fabric.dissolve(&vec![Some(7); n]);
    let area: i128 = whole.iter().flat_map(|o| &o.polygons).map(Polygon::twice_area).sum();
    assert_eq!(area, total);
    // No two edges of the map cross.
    let segments: Vec<crate::noding::Segment> = fabric
        .arcs
        .iter()
        .flat_map(|arc| arc.points.windows(2))
        .map(|w| crate::noding::Segment { a: w[0], b: w[1], tag: 0 })
        .collect();
    let noded = crate::noding::node(&segments);
    assert_eq!(noded.ends.len(), segments.len(), "edges cross or coincide");
    // Links are ordered pairs, each once.
    assert!(fabric.links.windows(2).all(|w| (w[0].a, w[0].b) < (w[1].a, w[1].b)));
    assert!(fabric.links.iter().all(|l| l.a < l.b && l.b.at() < n));
}

pub(crate) fn checked(territory: &Territory, stacks: &[StackPart]) -> Fabric {
    let fabric = build(territory, stacks, &Silent).unwrap();
    check(territory, &fabric);
    fabric
}

#[test]
fn a_town_is_tiled_exactly() {
    let territory = town(400, 1);
    let fabric = checked(&territory, &[]);
    let with: BTreeSet<_> = fabric.cells.iter().filter_map(|c| c.building).collect();
    assert_eq!(with.len(), 400, "{:#?}", fabric.faults);
}

#[test]
fn a_border_that_runs_nearly_east_and_north_keeps_its_area() {
    // Degrees in a metric frame make such borders: the lattice has no point on them for metres.
    let mut territory = town(225, 3);
    let corners = [(-30, -11), (449_987, 23), (449_950, 450_031), (-61, 449_990)];
    territory.boundary = vec![super::town::polygon(&corners)];
    checked(&territory, &[]);
}

#[test]
fn empty_land_is_one_open_cell() {
    let fabric = checked(&territory(vec![rectangle(0, 0, 50_000, 40_000)], Vec::new()), &[]);
    assert_eq!(fabric.cells.len(), 1);
    assert_eq!(fabric.cells[0].building, None);
    assert_eq!(fabric.enclosures, 1);
}

#[test]
fn no_boundary_is_an_error_that_says_what_to_do() {
    let error = build(&territory(Vec::new(), Vec::new()), &[], &Silent).unwrap_err();
    assert!(error.to_string().contains("boundary"));
    let flat = territory(vec![rectangle(0, 0, 50_000, 0)], Vec::new());
    assert!(build(&flat, &[], &Silent).is_err());
}

#[test]
fn one_thread_and_two_give_the_same_bytes() {
    let territory = town(150, 3);
    let with = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| build(&territory, &[], &Silent).unwrap())
    };
    let (one, two) = (with(1), with(2));
    assert_eq!(one, two);
    assert_eq!(one.hash, two.hash);
}

#[test]
fn dissolving_some_labels_leaves_the_rest_out() {
    let fabric = checked(&town(60, 5), &[]);
    let labels: Vec<Option<u32>> =
        (0..fabric.cells.len() as u32).map(|i| (i % 3 != 0).then_some(i % 3)).collect();
    let outlines = fabric.dissolve(&labels);
    assert_eq!(outlines.iter().map(|o| o.label).collect::<Vec<_>>(), [1, 2]);
    for outline in &outlines {
        let area: i128 = outline.polygons.iter().map(Polygon::twice_area).sum();
        let cells = fabric.cells.iter().zip(&labels).filter(|(_, l)| **l == Some(outline.label));
        assert_eq!(area, cells.map(|(c, _)| i128::from(c.twice_area)).sum::<i128>());
    }
    let polygons = fabric.cell_polygons();
    for i in [0usize, 7, 31] {
        assert_eq!(polygons[i], fabric.cell_polygon(lifang_model::AtomIdx::of(i)));
    }
    let border = fabric.border_arcs(&labels);
    assert!(border.windows(2).all(|w| w[0] < w[1]));
    assert!(border.len() < fabric.arcs.len());
}

struct Stop;

impl lifang_model::Progress for Stop {
    fn stage(&self, _key: &'static str, _total: Option<u64>) {}
    fn advance(&self, _done: u64) {}
    fn cancelled(&self) -> bool {
        true
    }
}

#[test]
fn a_cancelled_build_says_so() {
    assert_eq!(build(&town(20, 1), &[], &Stop), Err(crate::FabricError::Cancelled));
}
