//! The border of a set of land pieces that share their vertices: what is left when shared edges cancel.

use crate::error::SampleError;
use crate::plane::{V, to_ring};
use lifang_model::{Point, Polygon, Ring};
use std::collections::{BTreeMap, BTreeSet};

/// The outline of the union of some rings: outer rings only, or with holes if the pieces leave any.
pub(crate) fn outline(pieces: &[Vec<V>]) -> Result<Vec<Polygon>, SampleError> {
    let mut open: BTreeSet<(Point, Point)> = BTreeSet::new();
    for piece in pieces {
        for (a, b) in to_ring(piece)?.edges() {
            if !open.remove(&(b, a)) {
                open.insert((a, b));
            }
        }
    }
    let mut next: BTreeMap<Point, Vec<Point>> = BTreeMap::new();
    for &(a, b) in &open {
        next.entry(a).or_default().push(b);
    }
    let mut outers = Vec::new();
    let mut holes = Vec::new();
    while let Some((&start, _)) = next.first_key_value() {
        let mut ring = Vec::new();
        let mut at = start;
        while let Some(ends) = next.get_mut(&at) {
            let Some(to) = ends.pop() else { break };
            if ends.is_empty() {
                next.remove(&at);
            }
            ring.push(at);
            at = to;
            if at == start {
                break;
            }
        }
        let ring = Ring(ring);
        if ring.twice_area() > 0 { outers.push(ring) } else { holes.push(ring) }
    }
    let mut polygons: Vec<Polygon> =
        outers.into_iter().map(|outer| Polygon { outer, holes: Vec::new() }).collect();
    for hole in holes {
        if let Some(polygon) = polygons.iter_mut().find(|p| hole.0.first().is_some_and(|&q| p.contains(q))) {
            polygon.holes.push(hole);
        }
    }
    Ok(polygons)
}
