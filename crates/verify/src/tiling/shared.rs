//! Land common to two polygons, strip by strip between the heights where anything changes.

use lifang_model::Point;

/// Vertices up to which it is measured; larger outlines would take too long and count as 0.
const MOST: usize = 4000;

type Edge = ((f64, f64), (f64, f64));

/// Area inside both of two sets of rings, mm2, to floating-point precision. Inside is what rings turn around
/// counter-clockwise: where an outline is pulled across itself, the part turned inside out is not land of it.
pub(crate) fn shared_area(p: &[Vec<Point>], q: &[Vec<Point>]) -> f64 {
    let (p, q) = (edges(p), edges(q));
    if p.len().max(q.len()) > MOST {
        return 0.0;
    }
    let mut heights: Vec<f64> = p.iter().chain(&q).flat_map(|(a, b)| [a.1, b.1]).collect();
    for s in &p {
        heights.extend(q.iter().filter_map(|t| meet(s, t)));
    }
    for set in [&p, &q] {
        for (i, s) in set.iter().enumerate() {
            heights.extend(set[i + 1..].iter().filter_map(|t| meet(s, t)));
        }
    }
    heights.sort_by(f64::total_cmp);
    heights.dedup();
    let mut area = 0.0;
    for w in heights.windows(2) {
        let (low, high) = (w[0], w[1]);
        let middle = (low + high) / 2.0;
        // Between two heights no edges cross: widths change linearly, so the middle tells the mean.
        area += common(&spans(&p, middle), &spans(&q, middle)) * (high - low);
    }
    area
}

fn edges(rings: &[Vec<Point>]) -> Vec<Edge> {
    let metric = |p: Point| (f64::from(p.x), f64::from(p.y));
    rings
        .iter()
        .flat_map(|ring| (0..ring.len()).map(|i| (metric(ring[i]), metric(ring[(i + 1) % ring.len()]))))
        .filter(|(a, b)| a.1 != b.1)
        .collect()
}

/// Height at which two edges cross.
fn meet(s: &Edge, t: &Edge) -> Option<f64> {
    let (r, u) = ((s.1.0 - s.0.0, s.1.1 - s.0.1), (t.1.0 - t.0.0, t.1.1 - t.0.1));
    let den = r.0 * u.1 - r.1 * u.0;
    if den == 0.0 {
        return None;
    }
    let d = (t.0.0 - s.0.0, t.0.1 - s.0.1);
    let (a, b) = ((d.0 * u.1 - d.1 * u.0) / den, (d.0 * r.1 - d.1 * r.0) / den);
    ((0.0..=1.0).contains(&a) && (0.0..=1.0).contains(&b)).then_some(s.0.1 + a * r.1)
}

/// Where a horizontal line lies inside: ends of intervals, ascending.
fn spans(edges: &[Edge], y: f64) -> Vec<f64> {
    let mut xs: Vec<(f64, i32)> = edges
        .iter()
        .filter(|(a, b)| (a.1 > y) != (b.1 > y))
        .map(|(a, b)| (a.0 + (b.0 - a.0) * (y - a.1) / (b.1 - a.1), if a.1 > b.1 { 1 } else { -1 }))
        .collect();
    xs.sort_by(|p, q| p.0.total_cmp(&q.0));
    let mut turns = 0;
    let mut ends = Vec::new();
    for (x, turn) in xs {
        let was = turns > 0;
        turns += turn;
        if was != (turns > 0) {
            ends.push(x);
        }
    }
    ends
}

/// Length common to two lists of intervals.
fn common(a: &[f64], b: &[f64]) -> f64 {
    let (mut i, mut j, mut sum) = (0, 0, 0.0);
    while i + 1 < a.len() && j + 1 < b.len() {
        let (low, high) = (a[i].max(b[j]), a[i + 1].min(b[j + 1]));
        sum += (high - low).max(0.0);
        if a[i + 1] < b[j + 1] { i += 2 } else { j += 2 }
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    fn square(x: i32, y: i32, side: i32) -> Vec<Point> {
        vec![
            Point::new(x, y),
            Point::new(x + side, y),
            Point::new(x + side, y + side),
            Point::new(x, y + side),
        ]
    }

    #[test]
    fn two_squares_share_their_common_corner_and_a_hole_takes_from_it() {
        let a = vec![square(0, 0, 10)];
        assert_eq!(shared_area(&a, &[square(6, 6, 10)]), 16.0);
        assert_eq!(shared_area(&a, &[square(10, 0, 10)]), 0.0);
        let mut hole = square(7, 7, 2);
        hole.reverse();
        assert_eq!(shared_area(&[square(0, 0, 10), hole], &[square(6, 6, 10)]), 12.0);
    }
}
