//! OSM设施 Facilities of an extract, by the tags of the catalogue.

use super::data::{Osm, Tags};
use super::outlines::Outline;
use crate::number::{count_text, levels_tag};
use crate::place::Boxes;
use crate::services::Catalogue;
use crate::shape::{area_m2, inner_point};
use lifang_model::{Facility, FacilityCode, Point};
use std::collections::{BTreeMap, BTreeSet};

/// Two points of one name and category this near are one facility mapped twice, m.
const SAME_M: f64 = 30.0;

/// Areas first, then nodes, then lines that no area covers; each facility once.
pub(crate) fn facilities(osm: &Osm, outlines: &[Outline], catalogue: &Catalogue<'_>) -> Vec<Facility> {
    let doors: BTreeMap<i64, (bool, Point)> = osm
        .nodes
        .iter()
        .filter(|node| node.tags.yes("entrance"))
        .map(|node| (node.id, (node.tags.is("entrance", &["main"]), node.at)))
        .collect();
    let mut found: Vec<Facility> = Vec::new();
    let mut ground: Vec<(usize, &Outline)> = Vec::new();
    for outline in outlines {
        for key in categories(&outline.tags, catalogue) {
            let nodes: BTreeSet<i64> = outline.nodes.iter().copied().collect();
            let door = nodes
                .iter()
                .filter_map(|id| doors.get(id))
                .max_by_key(|(main, p)| (*main, std::cmp::Reverse(*p)));
            let Some(at) = door.map(|(_, p)| *p).or_else(|| inner_point(&outline.polygons)) else { continue };
            let area = area_m2(&outline.polygons);
            if push(&mut found, &outline.code, &outline.tags, key, at, Some(area)) {
                ground.push((found.len() - 1, outline));
            }
        }
    }
    let index = Boxes::of_outlines(ground.iter().map(|(_, outline)| outline.polygons.as_slice()));
    let mut points: BTreeMap<(String, Option<String>), Vec<Point>> = BTreeMap::new();
    for node in &osm.nodes {
        for key in categories(&node.tags, catalogue) {
            let name = node.tags.name();
            let in_area = index.near(node.at, 0).into_iter().any(|row| {
                let (at, outline) = &ground[row as usize];
                let area = &found[*at];
                let same_name = name.is_none() || area.name.is_none() || area.name == name;
                area.category == key
                    && same_name
                    && outline.polygons.iter().any(|polygon| polygon.contains(node.at))
            });
            let twins = points.entry((key.to_owned(), name.clone())).or_default();
            let repeated = name.is_some() && twins.iter().any(|p| p.distance(node.at) <= SAME_M * 1000.0);
            if !in_area
                && !repeated
                && push(&mut found, &format!("n{}", node.id), &node.tags, key, node.at, None)
            {
                twins.push(node.at);
            }
        }
    }
    found
}

/// Categories of an object; none for what is closed for good or only planned.
fn categories<'a>(tags: &Tags, catalogue: &Catalogue<'a>) -> Vec<&'a str> {
    if tags.0.is_empty()
        || tags.yes("abandoned")
        || tags.yes("disused")
        || tags.is("opening_hours", &["off", "closed"])
    {
        return Vec::new();
    }
    catalogue.by_tags(|key| tags.get(key), tags.name().as_deref())
}

fn push(
    found: &mut Vec<Facility>,
    code: &str,
    tags: &Tags,
    key: &str,
    at: Point,
    area_m2: Option<f64>,
) -> bool {
    let taken = found.iter().rev().take(8).any(|facility| facility.code.as_str() == code);
    let code = if taken { format!("{code}-{key}") } else { code.to_owned() };
    let Ok(code) = FacilityCode::new(code) else { return false };
    // A building of several floors is larger than its footprint; nobody knows how much of it the service has.
    let storeys = tags.get("building:levels").and_then(levels_tag).unwrap_or(1);
    let area_m2 = area_m2.filter(|_| storeys == 1);
    found.push(Facility {
        code,
        name: tags.name(),
        category: key.to_owned(),
        at,
        capacity: tags.get("capacity").and_then(|text| count_text(text).ok().flatten()),
        area_m2,
        open_to_public: !tags.is("access", &["private", "no", "permit"]),
    });
    true
}
