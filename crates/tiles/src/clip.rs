//! 裁剪 Cutting paths of whole units to the window of a tile.

use crate::tile::EXTENT;

/// Units kept around a tile, so that lines and outlines do not end at its edge.
pub(crate) const AROUND: i64 = 80;

const LOW: i64 = -AROUND;
const HIGH: i64 = EXTENT as i64 + AROUND;

pub(crate) type Units = (i64, i64);

/// A side of the window: which coordinate, which value, and whether inside is above it.
const SIDES: [(bool, i64, bool); 4] =
    [(true, LOW, true), (true, HIGH, false), (false, LOW, true), (false, HIGH, false)];

fn along((x, y): Units, by_x: bool) -> i64 {
    if by_x { x } else { y }
}

fn within(p: Units, (by_x, limit, above): (bool, i64, bool)) -> bool {
    if above { along(p, by_x) >= limit } else { along(p, by_x) <= limit }
}

/// Where a piece of line crosses a side. The ends are taken in one order, so that it is the same from both sides.
fn cross(a: Units, b: Units, (by_x, limit, _): (bool, i64, bool)) -> Units {
    let (a, b) = if a <= b { (a, b) } else { (b, a) };
    let (from, to) = (along(a, by_x), along(b, by_x));
    let t = (limit - from) as f64 / (to - from) as f64;
    let other = |a: i64, b: i64| (a as f64 + t * (b - a) as f64).round() as i64;
    if by_x { (limit, other(a.1, b.1)) } else { (other(a.0, b.0), limit) }
}

/// A ring cut to the window (Sutherland and Hodgman 1974); empty when nothing is left.
pub(crate) fn ring(points: Vec<Units>) -> Vec<Units> {
    let mut ring = points;
    for side in SIDES {
        if ring.iter().all(|&p| within(p, side)) {
            continue;
        }
        let mut cut = Vec::with_capacity(ring.len() + 4);
        for (at, &p) in ring.iter().enumerate() {
            let before = ring[(at + ring.len() - 1) % ring.len()];
            match (within(before, side), within(p, side)) {
                (true, true) => cut.push(p),
                (true, false) => cut.push(cross(before, p, side)),
                (false, true) => cut.extend([cross(before, p, side), p]),
                (false, false) => {}
            }
        }
        ring = cut;
    }
    ring.dedup();
    while ring.len() > 1 && ring.first() == ring.last() {
        ring.pop();
    }
    if ring.len() < 3 { Vec::new() } else { ring }
}

/// A line cut to the window, in pieces.
pub(crate) fn line(points: &[Units]) -> Vec<Vec<Units>> {
    let mut pieces: Vec<Vec<Units>> = Vec::new();
    let mut open = false;
    for pair in points.windows(2) {
        let Some((a, b)) = segment(pair[0], pair[1]) else {
            open = false;
            continue;
        };
        match pieces.last_mut() {
            Some(piece) if open && piece.last() == Some(&a) => piece.push(b),
            _ => pieces.push(vec![a, b]),
        }
        open = b == pair[1];
    }
    for piece in &mut pieces {
        piece.dedup();
    }
    pieces.retain(|piece| piece.len() > 1);
    pieces
}

fn segment(mut a: Units, mut b: Units) -> Option<(Units, Units)> {
    for side in SIDES {
        match (within(a, side), within(b, side)) {
            (true, true) => {}
            (false, false) => return None,
            (true, false) => b = cross(a, b, side),
            (false, true) => a = cross(a, b, side),
        }
    }
    Some((a, b))
}

/// Whether a point is drawn.
pub(crate) fn shows(p: Units) -> bool {
    SIDES.iter().all(|&side| within(p, side))
}
