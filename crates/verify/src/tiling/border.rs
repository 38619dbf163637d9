//! The outer border of all cells against the border of the territory.

use super::cells::chain;
use super::{Twice, turn, twice_area};
use lifang_fabric::Fabric;
use lifang_model::{Point, Ring, Territory};
use std::collections::{BTreeMap, BTreeSet};

/// How far rounding to the lattice may move the point where a line meets the border, mm: half a diagonal, and half again
/// for the other end of a line that was rounded too.
const ROUNDING_MM: f64 = 1.0;

/// Land between the two borders: inside the territory's only is a gap, inside the cells' only is an overlap with the
/// world outside.
pub(crate) fn compare(territory: &Territory, fabric: &Fabric) -> Twice {
    let cells = fabric.cells.len();
    let real = |cell: Option<u32>| cell.is_some_and(|cell| (cell as usize) < cells);
    let outer: Vec<(u32, bool)> = (0u32..)
        .zip(&fabric.arcs)
        .filter(|(_, arc)| real(arc.left) != real(arc.right))
        .map(|(row, arc)| (row, real(arc.left)))
        .collect();
    let (drawn, _) = chain(fabric, &outer);
    let wanted = merged(territory.boundary.iter().flat_map(|polygon| {
        let outer = std::iter::once(turned(&polygon.outer, true));
        outer.chain(polygon.holes.iter().map(|hole| turned(hole, false)))
    }));
    let mut sum = Twice::default();
    let mut left: Vec<Option<&Vec<Point>>> = drawn.iter().map(Some).collect();
    for ring in &wanted {
        let lens = left.iter().enumerate().find_map(|(i, other)| Some((i, between(ring, (*other)?)?)));
        match lens {
            Some((i, lens)) => {
                left[i] = None;
                sum.gap += lens.gap;
                sum.overlap += lens.overlap;
            }
            None => add(&mut sum, twice_area(ring)),
        }
    }
    // Rings that are no border of the territory: holes among the cells are gaps, islands beyond it overlaps.
    let unmatched = left.into_iter().flatten().map(|ring| twice_area(ring));
    let mut rest = Twice::default();
    unmatched.for_each(|area| add(&mut rest, -area));
    // Where rings could not be paired at all their areas still balance.
    let common = sum.gap.min(rest.overlap);
    let common_holes = sum.overlap.min(rest.gap);
    Twice {
        gap: sum.gap - common + rest.gap - common_holes,
        overlap: sum.overlap - common_holes + rest.overlap - common,
    }
}

/// A ring turned counter-clockwise if it is an outer one, else clockwise.
fn turned(ring: &Ring, outer: bool) -> Vec<Point> {
    let mut points = ring.0.clone();
    if (twice_area(&points) > 0) != outer {
        points.reverse();
    }
    points
}

/// The rings with edges that run both ways left out, so that parts side by side become one.
fn merged(rings: impl Iterator<Item = Vec<Point>>) -> Vec<Vec<Point>> {
    let rings: Vec<Vec<Point>> = rings.collect();
    let mut open: BTreeSet<(Point, Point)> = BTreeSet::new();
    let mut shared = false;
    for ring in &rings {
        for (i, &a) in ring.iter().enumerate() {
            let b = ring[(i + 1) % ring.len()];
            if open.remove(&(b, a)) {
                shared = true;
            } else {
                open.insert((a, b));
            }
        }
    }
    if !shared {
        return rings;
    }
    let mut merged = Vec::new();
    while let Some((start, mut at)) = open.pop_first() {
        let mut ring = vec![start];
        while at != start {
            ring.push(at);
            let lowest = Point::new(i32::MIN, i32::MIN);
            let Some(&next) = open.range((at, lowest)..).next().filter(|(from, _)| *from == at) else {
                break;
            };
            open.remove(&next);
            at = next.1;
        }
        merged.push(ring);
    }
    merged
}

fn add(sum: &mut Twice, area: i128) {
    if area > 0 {
        sum.gap += area as f64;
    } else {
        sum.overlap += area.unsigned_abs() as f64;
    }
}

/// The land between two rings where the second has all vertices of the first, in order, and more; `None` if not.
fn between(ring: &[Point], other: &[Point]) -> Option<Twice> {
    let first = *ring.first()?;
    let mut at: BTreeMap<Point, usize> = BTreeMap::new();
    for (i, &p) in other.iter().enumerate() {
        at.entry(p).or_insert(i);
    }
    let start = *at.get(&first)?;
    let place = |p: Point| at.get(&p).map(|&i| (i + other.len() - start) % other.len());
    let mut sum = Twice::default();
    let mut from = 0;
    for k in 1..=ring.len() {
        let to = if k == ring.len() { other.len() } else { place(ring[k])? };
        if to <= from {
            return None;
        }
        let (a, b) = (ring[k - 1], ring[k % ring.len()]);
        // Along the territory's edge and back along the cells': positive where the territory reaches farther.
        let mut lens: Vec<Point> = vec![a, b];
        lens.extend((from + 1..to).rev().map(|i| other[(start + i) % other.len()]));
        if !lens[2..].iter().all(|&p| on_line(a, b, p)) {
            add(&mut sum, twice_area(&lens));
        }
        from = to;
    }
    Some(sum)
}

/// Whether a point lies on the line through two others, as nearly as the lattice can say.
fn on_line(a: Point, b: Point, p: Point) -> bool {
    turn(a, b, p).unsigned_abs() as f64 <= a.distance(b) * ROUNDING_MM
}
