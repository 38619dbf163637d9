//! 多面 Areas from closed ways and from multipolygon relations, whose rings may come in pieces.

use super::data::{MemberKind, OsmData, Relation, Way};
use crate::geom;
use geo_types::{Coord, Polygon};
use lifang_model::{Fault, Place, Severity};

/// 拼接结果 What an area came to.
#[derive(Clone, Debug, Default)]
pub struct Assembled {
    /// Outlines with their holes, in degrees.
    pub polygons: Vec<Polygon<f64>>,
    /// Rings that do not close, ways outside the extract, holes outside any outline.
    pub faults: Vec<Fault>,
}

fn fault(relation: &Relation, cause: String) -> Fault {
    let place = Place { feature: Some(format!("relation/{}", relation.id)), ..Place::default() };
    Fault::new(Severity::Warning, "F-611", cause, "This part is left out").at(place)
}

/// Joins the ways of a multipolygon or boundary relation into rings and the rings into polygons with holes.
///
/// Roles are only a hint: where `inner` and `outer` are missing or all the same, what lies inside what decides.
/// Deterministic: ways are joined in member order.
#[must_use]
pub fn assemble_area(data: &OsmData, relation: &Relation) -> Assembled {
    let mut result = Assembled::default();
    let (mut outer, mut inner) = (Vec::new(), Vec::new());
    let mut absent = 0;
    for member in relation.members.iter().filter(|member| member.kind == MemberKind::Way) {
        match data.way(member.id) {
            Some(way) if way.refs.len() > 1 => {
                if &*member.role == "inner" {
                    inner.push(way)
                } else {
                    outer.push(way)
                }
            }
            Some(_) => {}
            None => absent += 1,
        }
    }
    if absent > 0 {
        result.faults.push(fault(relation, format!("{absent} of its ways lie outside the extract")));
    }
    let mut rings = Vec::new();
    for (ways, clockwise) in [(outer, false), (inner, true)] {
        for ring in join(&ways, relation, &mut result.faults) {
            match ring_points(data, &ring, clockwise) {
                Some(points) => rings.push(points),
                None => {
                    result.faults.push(fault(relation, "a ring has nodes outside the extract".to_owned()))
                }
            }
        }
    }
    // Outer rings were turned counter-clockwise and inner ones clockwise above, so direction carries the role.
    let (polygons, orphans) = geom::assemble(rings, false);
    if orphans > 0 {
        let cause = format!("{orphans} inner rings lie in no outer ring and count as outer ones");
        result.faults.push(fault(relation, cause));
    }
    result.polygons = polygons;
    result
}

impl OsmData {
    /// The polygon of a closed way, in degrees; `None` when it is open, too short, or leaves the extract.
    #[must_use]
    pub fn way_polygon(&self, way: &Way) -> Option<Polygon<f64>> {
        let points = way.is_closed().then(|| ring_points(self, &way.refs, false)).flatten()?;
        Some(Polygon::new(points.into(), Vec::new()))
    }
}

/// Positions of a closed ring in the wanted direction; `None` when a node is missing or it has no area.
fn ring_points(data: &OsmData, refs: &[i64], clockwise: bool) -> Option<Vec<Coord<f64>>> {
    let mut points = Vec::with_capacity(refs.len());
    for &id in refs {
        let (x, y) = data.node(id)?.degrees();
        points.push(Coord { x, y });
    }
    let area = geom::twice_area(&points);
    if area == 0.0 {
        return None;
    }
    if (area < 0.0) != clockwise {
        points.reverse();
    }
    Some(points)
}

/// Joins ways end to end into closed rings of node ids; what stays open becomes a fault.
fn join(ways: &[&Way], relation: &Relation, faults: &mut Vec<Fault>) -> Vec<Vec<i64>> {
    let mut rings = Vec::new();
    let mut open: Vec<&Way> = Vec::new();
    for &way in ways {
        if way.refs.first() == way.refs.last() {
            if way.is_closed() {
                rings.push(way.refs.to_vec());
            }
        } else {
            open.push(way);
        }
    }
    // End node to the ways that end there.
    let mut ends = std::collections::BTreeMap::<i64, Vec<usize>>::new();
    for (i, way) in open.iter().enumerate() {
        for id in [way.refs[0], way.refs[way.refs.len() - 1]] {
            ends.entry(id).or_default().push(i);
        }
    }
    let mut used = vec![false; open.len()];
    for start in 0..open.len() {
        if used[start] {
            continue;
        }
        used[start] = true;
        let mut chain = open[start].refs.to_vec();
        while let (Some(&first), Some(&last)) = (chain.first(), chain.last()) {
            if first == last {
                break;
            }
            let next = ends.get(&last).and_then(|list| list.iter().copied().find(|&i| !used[i]));
            let Some(next) = next else { break };
            used[next] = true;
            let refs = &open[next].refs;
            if refs[0] == last {
                chain.extend(&refs[1..]);
            } else {
                chain.extend(refs[..refs.len() - 1].iter().rev());
            }
        }
        if chain.first() == chain.last() && chain.len() > 3 {
            rings.push(chain);
        } else {
            let ends = format!("{:?} and {:?}", chain.first().unwrap_or(&0), chain.last().unwrap_or(&0));
            faults.push(fault(relation, format!("a ring does not close: it ends at nodes {ends}")));
        }
    }
    rings
}
