//! Borders thinned and smoothed for display.

use super::invariants::checked;
use super::town::town;
use crate::noding::{Segment, node};
use crate::{Borders, Fabric};
use lifang_model::{Millimetres, Point, Polygon, Ring};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::sync::LazyLock;

static TOWN: LazyLock<Fabric> = LazyLock::new(|| checked(&town(150, 4), &[]));

fn labels() -> impl Strategy<Value = Vec<Option<u32>>> {
    proptest::collection::vec(proptest::option::weighted(0.9, 0..6u32), TOWN.cells.len())
}

/// How often each pair of pieces meets.
fn meetings(borders: &Borders) -> BTreeMap<(Option<u32>, Option<u32>), usize> {
    let mut count = BTreeMap::new();
    for arc in &borders.arcs {
        *count.entry((arc.left.min(arc.right), arc.left.max(arc.right))).or_default() += 1;
    }
    count
}

/// No two edges cross or coincide, and every piece has land.
fn sound(borders: &Borders) -> Result<(), TestCaseError> {
    let edges = borders.arcs.iter().flat_map(|arc| arc.points.windows(2));
    let edges: Vec<Segment> = edges.map(|w| Segment { a: w[0], b: w[1], tag: 0 }).collect();
    prop_assert_eq!(node(&edges).ends.len(), edges.len(), "edges cross or coincide");
    let outlines = borders.outlines();
    prop_assert_eq!(outlines.iter().map(|o| o.polygons.len()).sum::<usize>(), borders.pieces.len());
    for polygon in outlines.iter().flat_map(|outline| &outline.polygons) {
        prop_assert!(polygon.outer.twice_area() > 0);
        prop_assert!(polygon.holes.iter().all(|hole| hole.twice_area() < 0));
    }
    Ok(())
}

/// Rings that do not say where they begin.
fn turned(polygons: &[Polygon]) -> Vec<Vec<Vec<Point>>> {
    let ring = |ring: &Ring| {
        let mut points = ring.0.clone();
        let least = (0..points.len()).min_by_key(|&i| points[i]).unwrap_or(0);
        points.rotate_left(least);
        points
    };
    polygons
        .iter()
        .map(|polygon| {
            let mut holes: Vec<_> = polygon.holes.iter().map(ring).collect();
            holes.sort();
            [vec![ring(&polygon.outer)], holes].concat()
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn borders_give_the_outlines_of_the_labels(labels in labels()) {
        let (drawn, dissolved) = (TOWN.borders(&labels).outlines(), TOWN.dissolve(&labels));
        prop_assert_eq!(drawn.len(), dissolved.len());
        for (a, b) in drawn.iter().zip(&dissolved) {
            prop_assert_eq!(a.label, b.label);
            prop_assert_eq!(turned(&a.polygons), turned(&b.polygons));
        }
    }

    #[test]
    fn coarser_labels_over_finer_borders_give_the_outlines_of_the_coarser_ones(labels in labels()) {
        let coarse: Vec<Option<u32>> = labels.iter().map(|label| label.filter(|&l| l < 5).map(|l| l / 2)).collect();
        let borders = TOWN.borders(&labels);
        let of_piece: Vec<Option<u32>> =
            borders.pieces.iter().map(|&label| Some(label).filter(|&l| l < 5).map(|l| l / 2)).collect();
        let (drawn, dissolved) = (borders.dissolve(&of_piece), TOWN.dissolve(&coarse));
        let land = |polygons: &[Polygon]| polygons.iter().map(Polygon::twice_area).sum::<i128>();
        let all = |outlines: &[crate::Outline]| -> Vec<(u32, usize, i128)> {
            outlines.iter().map(|o| (o.label, o.polygons.len(), land(&o.polygons))).collect()
        };
        prop_assert_eq!(all(&drawn), all(&dissolved));
    }

    #[test]
    fn thinning_keeps_the_topology_at_any_tolerance(labels in labels(), tolerance in 0..60_000u64) {
        let borders = TOWN.borders(&labels);
        let thin = borders.simplified(Millimetres(tolerance));
        sound(&thin)?;
        prop_assert_eq!(meetings(&thin), meetings(&borders));
        let count = |borders: &Borders| borders.arcs.iter().map(|arc| arc.points.len()).sum::<usize>();
        prop_assert!(count(&thin) <= count(&borders));
        // What was left out lies within the tolerance of the line drawn instead, and ends stay.
        for (before, after) in borders.arcs.iter().zip(&thin.arcs) {
            prop_assert_eq!(before.points.first(), after.points.first());
            prop_assert_eq!(before.points.last(), after.points.last());
            for &p in &before.points {
                let line = after.points.windows(2).map(|w| crate::border::to_segment(p, w[0], w[1]));
                prop_assert!(line.fold(f64::MAX, f64::min) <= tolerance as f64 + 1e-6);
            }
        }
    }

    #[test]
    fn smoothing_keeps_the_topology(labels in labels(), tolerance in 0..5_000u64, rounds in 1..4u32) {
        let borders = TOWN.borders(&labels);
        let smooth = borders.simplified(Millimetres(tolerance)).smoothed(rounds);
        sound(&smooth)?;
        prop_assert_eq!(meetings(&smooth), meetings(&borders));
    }
}

#[test]
fn half_of_the_points_draw_a_town_to_half_a_metre() {
    let labels: Vec<Option<u32>> =
        TOWN.cells.iter().map(|cell| Some((cell.anchor.x / 100_000) as u32)).collect();
    let borders = TOWN.borders(&labels);
    let thin = borders.simplified(Millimetres(500));
    let count = |borders: &Borders| borders.arcs.iter().map(|arc| arc.points.len()).sum::<usize>();
    assert!(count(&thin) * 2 < count(&borders), "{} of {}", count(&thin), count(&borders));
}
