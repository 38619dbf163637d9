//! Areas drawn by hand that nearly fit.

use super::town::{polygon, rectangle};
use crate::noding::{Segment, node};
use crate::{Flaw, Mended, mend};
use lifang_model::{Millimetres, Polygon};
use proptest::collection::vec;
use proptest::prelude::*;

fn area(outline: &[Polygon]) -> i128 {
    outline.iter().map(Polygon::twice_area).sum()
}

/// Every edge is that of one area, or of two, once each way: no overlap, and shared vertices.
fn fits(mended: &Mended) -> bool {
    let mut edges: Vec<Segment> = Vec::new();
    for (tag, outline) in (0u32..).zip(&mended.outlines) {
        for (a, b) in outline.iter().flat_map(Polygon::rings).flat_map(|ring| ring.edges()) {
            edges.push(Segment { a, b, tag });
        }
    }
    let noded = node(&edges);
    let once = (0..noded.ends.len()).all(|e| {
        let origins = noded.origins(e);
        origins.len() == 1 || (origins.len() == 2 && origins[0].forward != origins[1].forward)
    });
    once && (0..noded.ends.len()).map(|e| noded.origins(e).len()).sum::<usize>() == edges.len()
}

#[test]
fn a_hairline_gap_open_at_both_ends_is_closed() {
    let west = rectangle(0, 0, 50_000, 40_000);
    let east = polygon(&[(50_300, 100), (90_000, 0), (90_000, 40_000), (50_200, 39_900)]);
    let mended = mend(&[vec![west], vec![east]], Millimetres(500));
    assert!(fits(&mended));
    // The corners met, so that the common border is one line.
    assert_eq!(area(&mended.outlines[0]) + area(&mended.outlines[1]), 2 * 90_000 * 40_000);
    let gap = mended.findings.iter().find(|f| f.flaw == Flaw::Gap).unwrap();
    assert_eq!((gap.areas.as_slice(), gap.given_to), ([0, 1].as_slice(), Some(1)));
    assert!((gap.area_m2 - 13.975).abs() < 0.01, "{gap:?}");
}

#[test]
fn an_overlap_goes_to_the_smaller_and_is_told() {
    let large = rectangle(0, 0, 50_000, 40_000);
    let small = rectangle(45_000, 10_000, 20_000, 10_000);
    let mended = mend(&[vec![large], vec![small.clone()]], Millimetres(100));
    assert!(fits(&mended));
    assert_eq!(area(&mended.outlines[1]), small.twice_area());
    assert_eq!(mended.findings.len(), 1);
    let told = &mended.findings[0];
    assert_eq!((told.flaw, told.given_to, told.area_m2), (Flaw::Overlap, Some(1), 50.0));
    let faults = mended.faults(&["A1".to_owned(), "A2".to_owned()]);
    assert_eq!(faults[0].code, "B-111");
    assert!(faults[0].cause.contains("A1, A2 overlap: 50.00 m2"), "{}", faults[0]);
    assert!(faults[0].action.contains("A2"));
}

#[test]
fn a_wide_gap_is_left_open_and_told() {
    // Four areas around a yard of 4 x 4 m.
    let areas = [
        rectangle(0, 0, 24_000, 20_000),
        rectangle(24_000, 0, 20_000, 24_000),
        rectangle(20_000, 24_000, 24_000, 20_000),
        rectangle(0, 20_000, 20_000, 24_000),
    ];
    let mended = mend(&areas.map(|area| vec![area]), Millimetres(300));
    assert_eq!(mended.findings.len(), 1);
    let told = &mended.findings[0];
    assert_eq!((told.areas.as_slice(), told.given_to, told.area_m2), ([0, 1, 2, 3].as_slice(), None, 16.0));
    assert!(mended.faults(&[])[0].action.contains("left open"));
}

#[test]
fn a_corner_near_the_middle_of_an_edge_bends_it() {
    let south = rectangle(0, 0, 60_000, 20_000);
    let west = polygon(&[(0, 20_000), (30_000, 20_150), (30_000, 40_000), (0, 40_000)]);
    let east = polygon(&[(30_100, 20_100), (60_000, 20_000), (60_000, 40_000), (30_050, 40_000)]);
    let mended = mend(&[vec![south], vec![west], vec![east]], Millimetres(200));
    assert!(fits(&mended));
    let all: i128 = mended.outlines.iter().map(|outline| area(outline)).sum();
    assert_eq!(all, 2 * 60_000 * 40_000);
}

#[test]
fn corners_of_one_area_are_not_merged() {
    let notched = polygon(&[
        (0, 0),
        (20_000, 0),
        (20_000, 10_000),
        (10_100, 10_000),
        (10_050, 9_900),
        (10_000, 10_000),
        (0, 10_000),
    ]);
    let mended = mend(&[vec![notched.clone()]], Millimetres(500));
    assert_eq!(area(&mended.outlines[0]), notched.twice_area());
    assert!(mended.findings.is_empty());
}

#[test]
fn areas_that_fit_stay_as_they_are() {
    let areas: Vec<Vec<Polygon>> =
        (0..9).map(|k| vec![rectangle(k % 3 * 20_000, k / 3 * 20_000, 20_000, 20_000)]).collect();
    let mended = mend(&areas, Millimetres(500));
    assert!(mended.findings.is_empty() && mended.moved_m2 == 0.0);
    assert!(fits(&mended));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(80))]

    #[test]
    fn whatever_was_drawn_fits_afterwards(
        corners in vec((-400..400i32, -400..400i32), 36),
        tolerance in 0..2_000u64,
    ) {
        // A chequerboard whose corners each area drew a little elsewhere.
        let areas: Vec<Vec<Polygon>> = (0..9usize)
            .map(|k| {
                let (x, y) = ((k % 3) as i32 * 20_000, (k / 3) as i32 * 20_000);
                let at = |i: usize, dx: i32, dy: i32| {
                    let (u, v) = corners[4 * k + i];
                    (x + dx + u, y + dy + v)
                };
                vec![polygon(&[at(0, 0, 0), at(1, 20_000, 0), at(2, 20_000, 20_000), at(3, 0, 20_000)])]
            })
            .collect();
        let mended = mend(&areas, Millimetres(tolerance));
        prop_assert!(fits(&mended));
        prop_assert_eq!(&mended, &mend(&areas, Millimetres(tolerance)));
        let all: i128 = mended.outlines.iter().map(|outline| area(outline)).sum();
        prop_assert!((all - 2 * 60_000 * 60_000).abs() < 2 * 60_000 * 4 * 2_500);
        if tolerance > 1_200 {
            // All four drawings of an inner corner met, so nothing is left open inside.
            prop_assert!(mended.findings.iter().all(|f| f.given_to.is_some()), "{:?}", mended.findings);
        }
    }
}
