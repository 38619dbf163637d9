//! 面对象 Closed ways and multipolygon relations as sound outlines.

use super::data::{Osm, Tags};
use crate::faults::FaultLog;
use crate::shape::clean;
use lifang_model::{Place, Point, Polygon, Ring};
use std::collections::{BTreeMap, BTreeSet};

/// Keys that make a closed way an area worth reading.
const KEYS: &[&str] = &[
    "building",
    "building:part",
    "landuse",
    "leisure",
    "natural",
    "amenity",
    "place",
    "waterway",
    "water",
    "shop",
    "tourism",
    "healthcare",
    "office",
    "social_facility",
    "man_made",
    "area",
    "sport",
    "emergency",
    "government",
    "railway",
    "public_transport",
    "club",
    "historic",
];

/// 面 An area of the extract.
#[derive(Clone, Debug)]
pub(crate) struct Outline {
    /// `w` or `r` and the id.
    pub(crate) code: String,
    pub(crate) tags: Tags,
    pub(crate) polygons: Vec<Polygon>,
    /// Nodes of its rings.
    pub(crate) nodes: Vec<i64>,
    /// Ways of its rings.
    pub(crate) ways: Vec<i64>,
}

/// Every area of the extract, ways first, each kind by id. Areas whose nodes lie outside the extract are left out, and
/// buildings among them are named.
pub(crate) fn outlines(osm: &Osm, log: &mut FaultLog) -> Vec<Outline> {
    let mut out = Vec::new();
    let mut taken: BTreeSet<i64> = BTreeSet::new();
    let mut of_relations = Vec::new();
    for relation in &osm.relations {
        if !relation.tags.is("type", &["multipolygon"]) {
            continue;
        }
        let outer: Vec<i64> =
            relation.ways.iter().filter(|(_, role)| role != "inner").map(|(id, _)| *id).collect();
        // In the old style the outer way carries the tags of the whole.
        let old_style = relation.tags.is_bare();
        let tags = if old_style {
            let Some(way) = outer.first().and_then(|id| osm.ways.get(id)) else { continue };
            way.tags.clone()
        } else {
            relation.tags.clone()
        };
        if !wanted(&tags) {
            continue;
        }
        for id in &outer {
            let twice = |way: &super::data::Way| tags.yes("building") && way.tags.yes("building");
            if old_style || osm.ways.get(id).is_some_and(twice) {
                taken.insert(*id);
            }
        }
        let code = format!("r{}", relation.id);
        let rings = |inner: bool| -> Option<Vec<Vec<i64>>> {
            let members = relation.ways.iter().filter(|(_, role)| (role == "inner") == inner);
            stitch(
                members
                    .map(|(id, _)| osm.ways.get(id).map(|way| way.refs.as_slice()))
                    .collect::<Option<_>>()?,
            )
        };
        let parts = rings(false).zip(rings(true)).and_then(|(outer, inner)| group(osm, &outer, &inner));
        let ways = relation.ways.iter().map(|(id, _)| *id).collect();
        push(&mut of_relations, code, tags, parts, ways, log);
    }
    for way in osm.ways.values() {
        if taken.contains(&way.id) || !way.is_closed() || !wanted(&way.tags) {
            continue;
        }
        // A closed street is a line unless it says it is an area; so is a closed barrier.
        let is_line = way.tags.get("highway").is_some() && !way.tags.is("area", &["yes"]);
        if is_line || way.tags.is("area", &["no"]) {
            continue;
        }
        let parts = group(osm, std::slice::from_ref(&way.refs), &[]);
        push(&mut out, format!("w{}", way.id), way.tags.clone(), parts, vec![way.id], log);
    }
    out.append(&mut of_relations);
    out
}

fn wanted(tags: &Tags) -> bool {
    KEYS.iter().any(|key| tags.yes(key))
}

/// A part is its rings of points, and the nodes they came from.
type Parts = (Vec<Vec<Vec<Point>>>, Vec<i64>);

fn push(
    out: &mut Vec<Outline>,
    code: String,
    tags: Tags,
    parts: Option<Parts>,
    ways: Vec<i64>,
    log: &mut FaultLog,
) {
    let place = Place { feature: Some(code.clone()), ..Place::default() };
    let is_building = tags.yes("building");
    let Some((parts, nodes)) = parts else {
        if is_building {
            log.warning(
                "I-126",
                place,
                "the building's outline is cut at the edge of the extract",
                "It was left out.",
            );
        }
        return;
    };
    let cleaned = clean(&parts);
    if is_building {
        if cleaned.polygons.is_empty() {
            log.warning("I-106", place, "the outline encloses no area", "The building was left out.");
        } else if let Some(what) = cleaned.repaired {
            log.warning("I-105", place, what, "Check the outline in OpenStreetMap.");
        }
    }
    if !cleaned.polygons.is_empty() {
        out.push(Outline { code, tags, polygons: cleaned.polygons, nodes, ways });
    }
}

/// Joins ways end to end into closed rings, each from the first way not used yet; `None` when an end stays open.
fn stitch(ways: Vec<&[i64]>) -> Option<Vec<Vec<i64>>> {
    let mut ends: BTreeMap<i64, Vec<usize>> = BTreeMap::new();
    for (at, way) in ways.iter().enumerate() {
        for end in [way.first()?, way.last()?] {
            ends.entry(*end).or_default().push(at);
        }
    }
    let mut used = vec![false; ways.len()];
    let mut rings = Vec::new();
    for start in 0..ways.len() {
        if used[start] {
            continue;
        }
        used[start] = true;
        let mut ring = ways[start].to_vec();
        while ring.first() != ring.last() {
            let end = *ring.last()?;
            let next = ends.get(&end)?.iter().copied().find(|at| !used[*at])?;
            used[next] = true;
            let way = ways[next];
            if way.first() == Some(&end) {
                ring.extend(&way[1..]);
            } else {
                ring.extend(way.iter().rev().skip(1));
            }
        }
        rings.push(ring);
    }
    Some(rings)
}

/// Rings as parts: each inner ring goes to the smallest outer one that holds its first point.
fn group(osm: &Osm, outer: &[Vec<i64>], inner: &[Vec<i64>]) -> Option<Parts> {
    let mut parts: Vec<Vec<Vec<Point>>> =
        outer.iter().map(|ring| Some(vec![osm.line(ring)?])).collect::<Option<_>>()?;
    if parts.is_empty() {
        return None;
    }
    let shells: Vec<Polygon> =
        parts.iter().map(|rings| Polygon { outer: Ring(rings[0].clone()), holes: Vec::new() }).collect();
    for ring in inner {
        let line = osm.line(ring)?;
        let first = line.first()?;
        let home = (0..shells.len())
            .filter(|at| shells[*at].contains(*first))
            .min_by_key(|at| shells[*at].outer.twice_area().abs());
        parts[home.unwrap_or(0)].push(line);
    }
    let nodes = outer.iter().chain(inner).flatten().copied().collect();
    Some((parts, nodes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ways_are_stitched_whatever_their_direction() {
        let ways: Vec<&[i64]> = vec![&[1, 2, 3], &[5, 4, 3], &[5, 6, 1], &[10, 11, 12, 10]];
        let rings = stitch(ways).unwrap();
        assert_eq!(rings, vec![vec![1, 2, 3, 4, 5, 6, 1], vec![10, 11, 12, 10]]);
        assert_eq!(stitch(vec![&[1, 2, 3], &[3, 4]]), None);
        assert_eq!(stitch(vec![&[]]), None);
    }
}
