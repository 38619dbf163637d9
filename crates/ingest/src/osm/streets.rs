//! OSM道路 Streets, and the lines that divide land: rail, water, walls, limits.

use super::data::{Osm, Tags};
use super::outlines::Outline;
use crate::driving;
use crate::ways::{self, Way};
use lifang_model::{Barrier, BarrierClass, Crossing, OneWay, Point, Polygon, Street, Traffic};
use std::collections::BTreeSet;

/// Walls shorter than this divide nothing, m.
const WALL_M: f64 = 20.0;

/// Water smaller than this is drawn but divides nothing, m2: ponds and basins are walked around inside one grid.
const WATER_M2: f64 = 1000.0;

/// The streets of an extract. Ways cut at its edge keep the stretches inside.
pub(crate) fn streets(osm: &Osm) -> Vec<Street> {
    let mut streets = Vec::new();
    for way in osm.ways.values() {
        let tags = &way.tags;
        let Some(class) = tags.get("highway").and_then(ways::value) else { continue };
        let motorroad = tags.is("motorroad", &["yes"]) && tags.get("foot").is_none();
        let access = if motorroad { Some("no") } else { tags.get("access") };
        let tunnel = tags.yes("tunnel") && !tags.is("tunnel", &["building_passage"]);
        let kind = Way::new(class, layer(tags), tags.yes("bridge"), tunnel, tags.get("foot"), access)
            .costing(traffic(tags));
        for (part, line) in osm.stretches(&way.refs).into_iter().enumerate() {
            let code = if part == 0 { format!("w{}", way.id) } else { format!("w{}/{}", way.id, part + 1) };
            streets.push(kind.street(code, tags.name(), line));
        }
    }
    streets
}

/// Slope, crossing, one-way and limits. A crossing is the way over the road (`footway=crossing` and its like), not the node on it.
fn traffic(tags: &Tags) -> Traffic {
    let over = ["footway", "path", "cycleway", "pedestrian"].iter().any(|key| tags.is(key, &["crossing"]));
    let crossing = over.then(|| {
        let lights = tags.is("crossing", &["traffic_signals"]) || tags.is("crossing:signals", &["yes"]);
        let marked = tags.is("crossing", &["marked", "zebra", "uncontrolled"])
            || tags.get("crossing:markings").is_some_and(|value| value != "no");
        match (lights, marked) {
            (true, _) => Crossing::Signals,
            (false, true) => Crossing::Marked,
            (false, false) => Crossing::Unmarked,
        }
    });
    // A roundabout and a motorway lead one way unless they say otherwise.
    let implied = tags.is("junction", &["roundabout", "circular"]) || tags.is("highway", &["motorway"]);
    Traffic {
        incline_permille: tags.get("incline").and_then(ways::incline),
        crossing,
        oneway: match tags.get("oneway") {
            Some(said) => driving::oneway(said),
            None => implied.then_some(OneWay::Forward),
        },
        motor: driving::limit(
            tags.get("motor_vehicle"),
            tags.get("vehicle"),
            tags.get("access"),
            tags.get("emergency"),
        ),
    }
}

fn layer(tags: &Tags) -> Option<i8> {
    tags.get("layer")?.trim().parse::<f64>().ok().map(|layer| layer as i8)
}

fn at_ground(tags: &Tags) -> bool {
    !tags.yes("tunnel")
        && !tags.yes("bridge")
        && !tags.yes("covered")
        && layer(tags).is_none_or(|layer| layer == 0)
}

/// The dividing lines of an extract.
///
/// Rail: main tracks at grade; sidings, yards and trams in the street do not divide. Water: rivers and canals as lines, the
/// coast, and the shores of water of 1,000 m2 and more; streams and ditches can be stepped over. Walls: walls and fences of
/// 20 m and more. Limits: administrative boundaries that come inside `boundary`.
pub(crate) fn barriers(osm: &Osm, outlines: &[Outline], boundary: &[Polygon]) -> Vec<Barrier> {
    let limits = limit_ways(osm);
    let mut barriers = Vec::new();
    for way in osm.ways.values() {
        let Some(class) = class(way.id, &way.tags, &limits) else { continue };
        for line in osm.stretches(&way.refs) {
            let keep = match class {
                BarrierClass::Wall => length_m(&line) >= WALL_M,
                BarrierClass::Admin => {
                    line.iter().any(|p| boundary.iter().any(|polygon| polygon.contains(*p)))
                }
                _ => true,
            };
            if keep {
                barriers.push(Barrier { class, line });
            }
        }
    }
    for outline in outlines.iter().filter(|outline| is_water(&outline.tags) && at_ground(&outline.tags)) {
        for polygon in outline.polygons.iter().filter(|polygon| polygon.area_m2() >= WATER_M2) {
            for ring in polygon.rings() {
                let mut line = ring.0.clone();
                line.extend(ring.0.first().copied());
                barriers.push(Barrier { class: BarrierClass::Water, line });
            }
        }
    }
    barriers
}

fn class(id: i64, tags: &Tags, limits: &BTreeSet<i64>) -> Option<BarrierClass> {
    let track = tags.is("railway", &["rail", "light_rail", "narrow_gauge", "subway"]);
    if track && at_ground(tags) && !tags.is("service", &["siding", "yard", "spur", "crossover"]) {
        return Some(BarrierClass::Rail);
    }
    if tags.is("natural", &["coastline"]) || tags.is("waterway", &["river", "canal"]) && at_ground(tags) {
        return Some(BarrierClass::Water);
    }
    if tags.is("barrier", &["wall", "fence", "city_wall", "retaining_wall"]) && at_ground(tags) {
        return Some(BarrierClass::Wall);
    }
    limits.contains(&id).then_some(BarrierClass::Admin)
}

/// Ways that are administrative limits by themselves or as members of a relation.
fn limit_ways(osm: &Osm) -> BTreeSet<i64> {
    let is_limit = |tags: &Tags| tags.is("boundary", &["administrative"]);
    let alone = osm.ways.values().filter(|way| is_limit(&way.tags)).map(|way| way.id);
    let members =
        osm.relations.iter().filter(|relation| is_limit(&relation.tags)).flat_map(|relation| &relation.ways);
    alone.chain(members.map(|(id, _)| *id)).collect()
}

/// Whether an area is water.
pub(crate) fn is_water(tags: &Tags) -> bool {
    tags.is("natural", &["water", "bay"])
        || tags.is("waterway", &["riverbank", "dock"])
        || tags.is("landuse", &["reservoir", "basin"])
}

fn length_m(line: &[Point]) -> f64 {
    line.windows(2).map(|pair| pair[0].distance(pair[1])).sum::<f64>() / 1000.0
}
