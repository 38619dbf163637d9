//! Gaps and overlaps, and a slow oracle that asks of many points in how many cells they lie.

use super::town::*;
use crate::tiling::inside;
use lifang_model::{Point, Polygon, Ring};
use proptest::prelude::*;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// In how many cells a point lies, by its own walk around the arcs of each.
fn cover(town: &Town, p: Point) -> usize {
    let cells = town.fabric.cells.len() as u32;
    (0..cells)
        .filter(|&cell| {
            let mut odd = false;
            for arc in town.fabric.arcs.iter().filter(|a| (a.left == Some(cell)) != (a.right == Some(cell))) {
                for w in arc.points.windows(2) {
                    let (a, b) = (w[0], w[1]);
                    if (a.y > p.y) != (b.y > p.y) {
                        let x = f64::from(a.x)
                            + f64::from(b.x - a.x) * f64::from(p.y - a.y) / f64::from(b.y - a.y);
                        odd ^= x > f64::from(p.x);
                    }
                }
            }
            odd
        })
        .count()
}

#[test]
fn land_beyond_the_cells_is_a_gap() {
    let mut town = good();
    town.territory.boundary = vec![rectangle(7 * SIDE, 5 * SIDE)];
    assert_eq!(town.codes(), ["P-501"]);
    assert_eq!(town.judge().tiling.gap_m2, 500.0);
    assert_eq!(town.judge().tiling.overlap_m2, 0.0);
}

#[test]
fn a_hole_among_the_cells_is_a_gap_unless_the_territory_has_it() {
    let mut town = good();
    for arc in &mut town.fabric.arcs {
        arc.left = arc.left.filter(|&cell| cell != 8);
        arc.right = arc.right.filter(|&cell| cell != 8);
    }
    assert_eq!(town.codes(), ["P-501"]);
    assert_eq!(town.judge().tiling.gap_m2, 100.0);
    let hole = [(2, 1), (2, 2), (3, 2), (3, 1)].map(|(x, y)| Point::new(x * SIDE, y * SIDE));
    town.territory.boundary[0].holes.push(Ring(hole.to_vec()));
    assert_eq!(town.judge().tiling, crate::Tiling::default());
}

#[test]
fn cells_beyond_the_border_are_an_overlap_with_the_world() {
    let mut town = good();
    town.territory.boundary = vec![rectangle(5 * SIDE, 5 * SIDE)];
    assert_eq!(town.codes(), ["P-502"]);
    assert_eq!(town.judge().tiling.overlap_m2, 500.0);
}

#[test]
fn a_border_drawn_across_another_cell_is_an_overlap() {
    let mut town = good();
    // The arc between cells 7 and 8 is pulled across cell 8 into cell 9.
    let arc = town.fabric.arcs.iter_mut().find(|a| (a.left, a.right) == (Some(7), Some(8))).unwrap();
    arc.points.insert(1, Point::new(4 * SIDE, 3 * SIDE / 2));
    town.claim();
    assert_eq!(town.codes(), ["P-502"]);
    // The tip beyond x = 3 is half as wide and half as high as the triangle: 25 m2 in cell 9 and in cell 7.
    let tiling = town.judge().tiling;
    assert!((tiling.overlap_m2 - 25.0).abs() < 1e-6, "{tiling:?}");
    assert_eq!(tiling.gap_m2, 0.0);
}

#[test]
fn a_cell_that_claims_more_than_it_owns_is_an_overlap_and_less_a_gap() {
    let mut town = good();
    town.fabric.cells[3].twice_area += 40_000_000;
    assert_eq!(town.codes(), ["P-502"]);
    assert_eq!(town.judge().tiling.overlap_m2, 20.0);
    town.fabric.cells[3].twice_area -= 80_000_000;
    assert_eq!(town.codes(), ["P-501"]);
}

#[test]
fn an_outline_that_does_not_close_is_a_gap() {
    let mut town = good();
    let inner = town.fabric.arcs.iter().position(|a| (a.left, a.right) == (Some(7), Some(8))).unwrap();
    town.fabric.arcs.remove(inner);
    assert_eq!(town.codes(), ["P-501"]);
}

#[test]
fn a_vertex_the_lattice_moved_off_the_border_is_no_gap_but_one_pulled_away_is() {
    for (off, gap) in [(1, 0.0), (20, 0.1)] {
        let mut town = good();
        let south = town.fabric.arcs.iter_mut().find(|a| (a.left, a.right) == (Some(1), None)).unwrap();
        south.points.insert(1, Point::new(3 * SIDE / 2, off));
        town.claim();
        assert_eq!(town.judge().tiling, crate::Tiling { gap_m2: gap, overlap_m2: 0.0 });
    }
}

#[test]
fn a_territory_in_two_parts_is_tiled_by_both() {
    let mut town = good();
    town.territory.boundary = vec![
        rectangle(3 * SIDE, 5 * SIDE),
        Polygon {
            outer: Ring(
                [(3, 0), (6, 0), (6, 5), (3, 5)].map(|(x, y)| Point::new(x * SIDE, y * SIDE)).to_vec(),
            ),
            holes: Vec::new(),
        },
    ];
    assert_eq!(town.codes(), [""; 0]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    /// Some arcs are bent by up to a cell; the judge and the oracle agree on whether anything lies in two cells.
    #[test]
    fn what_is_found_to_tile_covers_every_point_once(seed in any::<u64>(), bends in 0usize..4, reach in 1i32..12_000) {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut town = good();
        for _ in 0..bends {
            let inner: Vec<usize> = (0..town.fabric.arcs.len())
                .filter(|&i| town.fabric.arcs[i].left.is_some() && town.fabric.arcs[i].right.is_some())
                .collect();
            let arc = &mut town.fabric.arcs[inner[rng.random_range(0..inner.len())]];
            let (a, b) = (arc.points[0], arc.points[1]);
            let push = |rng: &mut ChaCha8Rng, v: i32| v + rng.random_range(-reach..=reach);
            let middle = Point::new(push(&mut rng, (a.x + b.x) / 2), push(&mut rng, (a.y + b.y) / 2));
            arc.points.insert(1, middle);
        }
        town.claim();
        let tiling = town.judge().tiling;
        let border = rectangle(6 * SIDE, 5 * SIDE);
        let mut twice = 0;
        for _ in 0..400 {
            // Odd coordinates keep off the straight borders.
            let p = Point::new(rng.random_range(0..30_000) * 2 + 1, rng.random_range(0..25_000) * 2 + 1);
            let covered = cover(&town, p);
            twice += usize::from(covered > 1 && inside(&[&border.outer.0], p));
        }
        if tiling.overlap_m2 == 0.0 {
            prop_assert_eq!(twice, 0);
        } else {
            // 400 points over 3,000 m2: 7.5 m2 a point.
            prop_assert!((twice as f64) * 7.5 <= tiling.overlap_m2 * 3.0 + 60.0, "{} points, {:?}", twice, tiling);
        }
    }
}
