//! Snap rounding and faces.

use crate::noding::{Segment, node};
use crate::planar::Planar;
use lifang_model::Point;
use proptest::collection::vec;
use proptest::prelude::*;

type Pair = ((i32, i32), (i32, i32));

fn segments(points: &[Pair]) -> Vec<Segment> {
    (0..).zip(points).map(|(tag, &(a, b))| Segment { a: a.into(), b: b.into(), tag }).collect()
}

#[test]
fn a_crossing_splits_both_segments() {
    let noded = node(&segments(&[((0, 0), (10, 10)), ((0, 10), (10, 0))]));
    assert_eq!(noded.ends.len(), 4);
    assert!(noded.points.contains(&Point::new(5, 5)));
}

#[test]
fn two_squares_one_in_the_other_make_three_faces() {
    let square = |x: i32, side: i32| {
        let c = [(x, x), (x + side, x), (x + side, x + side), (x, x + side)];
        (0..4).map(move |i| (c[i], c[(i + 1) % 4]))
    };
    let all: Vec<_> = square(0, 100).chain(square(30, 10)).collect();
    let noded = node(&segments(&all));
    let map = Planar::new(noded.points, noded.ends);
    assert_eq!(map.faces(), 3);
    let mut areas = map.twice_area.clone();
    areas.sort_unstable();
    assert_eq!(areas, [0, 200, 20_000 - 200]);
    assert_ne!(map.face_at((70, 70)), map.face_at((20, 20)));
    assert_eq!(map.face_at((-2, 5)), 0);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn noded_edges_meet_only_at_their_ends(points in vec(((0..60, 0..60), (0..60, 0..60)), 1..40)) {
        let noded = node(&segments(&points));
        let at = |i: u32| noded.points[i as usize];
        for (i, &[a, b]) in noded.ends.iter().enumerate() {
            let (a, b) = (at(a), at(b));
            for &p in &noded.points {
                let inside = a.cross(b, p) == 0 && p != a && p != b
                    && (p.x - a.x).signum() * (p.x - b.x).signum() <= 0
                    && (p.y - a.y).signum() * (p.y - b.y).signum() <= 0;
                let used = noded.ends.iter().any(|e| at(e[0]) == p || at(e[1]) == p);
                prop_assert!(!(inside && used), "{p:?} lies inside {a:?} {b:?}");
            }
            for &[c, d] in &noded.ends[i + 1..] {
                prop_assert!(crate::noding::crossing(a, b, at(c), at(d)).is_none());
            }
        }
        // The faces of the map cover exactly what its outline encloses.
        let map = Planar::new(noded.points, noded.ends);
        prop_assert!(map.twice_area.iter().all(|&a| a >= 0));
    }
}
