//! OSM建筑 Buildings of an extract, their parts, doors and shops.

use super::data::{Osm, Tags};
use super::outlines::Outline;
use crate::estimates::EstimateRules;
use crate::faults::FaultLog;
use crate::households::Host;
use crate::inhabit::{Body, Known, Told, inhabit};
use crate::number::{count_text, levels_tag, metres_tag};
use crate::place::Boxes;
use crate::shape::{area_m2, canonical, inner_point, to_polygons};
use crate::uses;
use lifang_model::{Building, BuildingUse, Certainty, Demand, Place, Point, Sources};
use std::collections::{BTreeMap, BTreeSet};

/// A building before people are put in it.
#[derive(Debug)]
pub(crate) struct Draft {
    pub(crate) building: Building,
    /// Its inner point.
    pub(crate) at: Point,
    single: bool,
    flats: Option<u32>,
    gross_m2: Option<f64>,
    trades: bool,
    /// The value of the tag a household table is matched with, where one was named.
    key: Option<String>,
    /// Its address, for tables that know it by that and not by its name.
    address: Option<String>,
}

/// Values of `building` that are none, or none yet, or no more.
const NONE: &[&str] = &["no", "demolished", "proposed", "razed", "destroyed", "collapsed"];

/// Drafts of all buildings: outlines once each, then what their parts say about their floors.
pub(crate) fn drafts(
    outlines: &[Outline],
    osm: &Osm,
    key: Option<&str>,
    estimates: &EstimateRules,
    log: &mut FaultLog,
) -> Vec<Draft> {
    let mut drafts = Vec::new();
    let mut seen: BTreeMap<Vec<Vec<Point>>, String> = BTreeMap::new();
    let doors: BTreeMap<i64, Point> = osm
        .nodes
        .iter()
        .filter(|node| node.tags.yes("entrance") || node.tags.yes("door"))
        .map(|node| (node.id, node.at))
        .collect();
    let mut add = |outline: &Outline, log: &mut FaultLog| {
        let place = Place { feature: Some(outline.code.clone()), ..Place::default() };
        if let Some(first) = seen.insert(canonical(&outline.polygons), outline.code.clone()) {
            let cause = format!("the outline is the same as that of {first}");
            log.warning("I-108", place, cause, "The second building was left out.");
            return;
        }
        drafts.extend(draft(outline, &doors, estimates).map(|draft| Draft {
            key: key.and_then(|key| outline.tags.get(key)).map(str::to_owned),
            address: address(&outline.tags),
            ..draft
        }));
    };
    for outline in outlines.iter().filter(|outline| is_building(&outline.tags)) {
        add(outline, log);
    }
    let homes = outlines
        .iter()
        .filter(|outline| is_building(&outline.tags))
        .map(|outline| outline.polygons.as_slice());
    let index = Boxes::of_outlines(homes);
    let owners: Vec<&Outline> = outlines.iter().filter(|outline| is_building(&outline.tags)).collect();
    let parts = outlines.iter().filter(|outline| is_part(&outline.tags) && !is_building(&outline.tags));
    let mut of_owner: BTreeMap<&str, Vec<(f64, u16)>> = BTreeMap::new();
    let mut orphans = Vec::new();
    for part in parts {
        let Some(at) = inner_point(&part.polygons) else { continue };
        let owner = index
            .near(at, 0)
            .into_iter()
            .map(|row| owners[row as usize])
            .find(|owner| owner.polygons.iter().any(|polygon| polygon.contains(at)));
        match owner {
            Some(owner) => {
                if let Some(levels) = levels(&part.tags, estimates) {
                    of_owner.entry(&owner.code).or_default().push((area_m2(&part.polygons), levels));
                }
            }
            None => orphans.push(part),
        }
    }
    if !orphans.is_empty() {
        let cause = format!("{} building parts lie in no building outline", orphans.len());
        log.warning("I-127", Place::default(), cause, "Each was taken as a building of its own.");
        orphans.into_iter().for_each(|part| add(part, log));
    }
    for draft in &mut drafts {
        if let Some(parts) = of_owner.get(draft.building.code.as_str()) {
            floors_of_parts(draft, parts);
        }
    }
    drafts
}

fn is_building(tags: &Tags) -> bool {
    tags.get("building").is_some_and(|value| !NONE.contains(&value)) && !is_underground(tags)
}

fn is_part(tags: &Tags) -> bool {
    tags.yes("building:part") && !is_underground(tags)
}

/// Underground buildings take no land; their floors are never counted.
fn is_underground(tags: &Tags) -> bool {
    tags.is("location", &["underground"])
        || tags.get("layer").and_then(|layer| layer.parse::<i32>().ok()).is_some_and(|layer| layer < 0)
            && tags.is("building", &["parking", "yes", "train_station", "garage", "subway_entrance"])
}

/// Floors above the ground: named, or read from the height. Floors below `min_level` are open air.
fn levels(tags: &Tags, estimates: &EstimateRules) -> Option<u16> {
    let below =
        tags.get("building:min_level").or_else(|| tags.get("min_level")).and_then(levels_tag).unwrap_or(0);
    let named = tags.get("building:levels").or_else(|| tags.get("levels")).and_then(levels_tag);
    let measured = || {
        let height = tags.get("height").or_else(|| tags.get("building:height")).and_then(metres_tag)?;
        let clear = height - tags.get("min_height").and_then(metres_tag).unwrap_or(0.0);
        Some((clear / estimates.storey.height_m).round().clamp(1.0, 200.0) as u16)
    };
    named.map(|levels| levels.saturating_sub(below).max(1)).or_else(measured)
}

fn draft(outline: &Outline, doors: &BTreeMap<i64, Point>, estimates: &EstimateRules) -> Option<Draft> {
    let tags = &outline.tags;
    let nodes: BTreeSet<i64> = outline.nodes.iter().copied().collect();
    let flats = tags.get("building:flats").or_else(|| tags.get("flats"));
    let units = tags.get("building:units").and_then(levels_tag);
    Some(Draft {
        at: inner_point(&outline.polygons)?,
        single: tags.get("building").is_some_and(|form| estimates.is_single(form)),
        flats: flats.and_then(|text| count_text(text).ok().flatten()),
        gross_m2: None,
        trades: trades(tags),
        key: None,
        address: None,
        building: Building {
            code: outline.code.clone(),
            name: tags.name().or_else(|| address(tags)),
            outline: outline.polygons.clone(),
            use_: uses::from_tags(|key| tags.get(key)),
            levels: levels(tags, estimates),
            units,
            compound: None,
            demand: Demand::default(),
            sources: Sources::default(),
            entrances: nodes.iter().filter_map(|id| doors.get(id).copied()).collect(),
            storeys: Vec::new(),
        },
    })
}

fn address(tags: &Tags) -> Option<String> {
    let number = tags.get("addr:housenumber")?;
    let chinese = |text: &str| text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
    Some(match tags.get("addr:street") {
        // 中山路 and 12 are said, and stand in registers, as 中山路12号.
        Some(street) if chinese(street) && number.ends_with(|c: char| c.is_ascii_digit()) => {
            format!("{street}{number}号")
        }
        Some(street) if chinese(street) => format!("{street}{number}"),
        Some(street) if street.is_ascii() => format!("{number} {street}"),
        Some(street) => format!("{street} {number}"),
        None => number.to_owned(),
    })
}

/// Parts tell the floors of a building that does not: the most of any part, and the floor area of them all.
fn floors_of_parts(draft: &mut Draft, parts: &[(f64, u16)]) {
    let footprint = area_m2(&draft.building.outline);
    let covered: f64 = parts.iter().map(|(area, _)| area).sum();
    if draft.building.levels.is_none() {
        draft.building.levels = parts.iter().map(|(_, levels)| *levels).max();
    }
    // Parts that overlap would count floors twice; then only the number of floors is taken from them.
    if covered >= 0.5 * footprint && covered <= 1.05 * footprint {
        let gross: f64 = parts.iter().map(|(area, levels)| area * f64::from(*levels)).sum();
        draft.gross_m2 = Some(gross);
    }
}

/// 商户 Whether an object is a merchant: a shop, or another business with a counter.
pub(crate) fn trades(tags: &Tags) -> bool {
    const AMENITY: &[&str] = &[
        "restaurant",
        "cafe",
        "fast_food",
        "bar",
        "pub",
        "bank",
        "pharmacy",
        "nightclub",
        "bureau_de_change",
        "ice_cream",
        "car_wash",
        "car_rental",
        "fuel",
        "internet_cafe",
        "biergarten",
        "money_transfer",
        "karaoke_box",
        "driving_school",
        "language_school",
        "veterinary",
        "dentist",
    ];
    tags.get("shop").is_some_and(|value| !matches!(value, "no" | "vacant"))
        || tags.is("amenity", AMENITY)
        || tags.yes("craft")
        || tags.is("tourism", &["hotel", "hostel", "guest_house", "motel"])
        || tags.is("leisure", &["fitness_centre", "adult_gaming_centre", "dance"])
}

/// Gives each merchant to the nearest building within reach, returns how many found none.
pub(crate) fn settle_merchants(
    drafts: &mut [Draft],
    merchants: &[Point],
    estimates: &EstimateRules,
) -> usize {
    let index = Boxes::of_outlines(drafts.iter().map(|draft| draft.building.outline.as_slice()));
    let reach = estimates.merchants.reach_m * 1000.0;
    let mut lost = 0;
    for at in merchants {
        let nearest = index
            .near(*at, reach.ceil() as i32)
            .into_iter()
            .map(|row| (to_polygons(*at, &drafts[row as usize].building.outline), row))
            .filter(|(distance, _)| *distance <= reach)
            .min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        match nearest {
            Some((_, row)) => drafts[row as usize].building.demand.merchants += 1,
            None => lost += 1,
        }
    }
    for draft in drafts.iter_mut().filter(|draft| draft.trades && draft.building.demand.merchants == 0) {
        draft.building.demand.merchants = 1;
    }
    lost
}

/// Settles the use of each building and puts people in it; what each is besides, for counts of a table. `land` is the use of the land around a point, where known.
pub(crate) fn inhabited(
    drafts: Vec<Draft>,
    land: impl Fn(Point) -> Option<BuildingUse>,
    estimates: &EstimateRules,
) -> (Vec<Building>, Vec<Host>) {
    drafts
        .into_iter()
        .map(|draft| {
            let mut building = draft.building;
            let merchants = building.demand.merchants;
            let footprint_m2 = area_m2(&building.outline);
            if building.use_ == BuildingUse::Unknown {
                building.use_ = land(draft.at).unwrap_or(BuildingUse::Unknown);
            }
            building.use_ = match building.use_ {
                BuildingUse::Unknown if merchants > 0 && !estimates.may_house(footprint_m2) => {
                    BuildingUse::Commercial
                }
                BuildingUse::Residential | BuildingUse::Unknown if merchants > 0 => BuildingUse::Mixed,
                use_ => use_,
            };
            let known = Known { households: draft.flats, merchants: Some(merchants), ..Known::default() };
            let body = Body {
                use_: building.use_,
                footprint_m2,
                levels: building.levels,
                gross_m2: draft.gross_m2,
                single: draft.single,
            };
            (building.demand, building.sources) = inhabit(&known, Told::default(), &body, estimates);
            building.sources.merchants = Certainty::Given;
            let place = Place { feature: Some(building.code.clone()), ..Place::default() };
            (building, Host { known, body, key: draft.key, address: draft.address, place })
        })
        .collect()
}
