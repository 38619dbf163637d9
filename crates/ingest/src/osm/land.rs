//! OSM土地 Land of one use: compounds with their gates, and the areas of the base map.

use super::data::{Osm, Tags};
use super::outlines::Outline;
use super::streets::is_water;
use crate::faults::FaultLog;
use crate::place::Boxes;
use crate::shape::{area_m2, inner_point, to_segment};
use lifang_model::{
    Area, AreaKind, Barrier, BarrierClass, BuildingUse, Compound, Extent, Gate, LandCover, Place, Point,
    Polygon,
};
use std::collections::{BTreeMap, BTreeSet};

/// Land below this is part of something larger, m2.
const LEAST_M2: f64 = 2000.0;

/// Residential land above this is a district, not a compound, m2. A block of homes has 2 to 4 ha (GB 50180-2018).
const MOST_M2: f64 = 300_000.0;

/// A wall runs along an outline where it is this near, mm.
const ALONG_MM: f64 = 4000.0;

/// Outlines are compared with walls at points this far apart, mm.
const STEP_MM: f64 = 5000.0;

/// Share of an outline along which a wall must run to call it walled.
const WALLED_SHARE: f64 = 0.6;

/// The kind of compound an area may be.
fn kind(tags: &Tags) -> Option<AreaKind> {
    if tags.yes("building") {
        return None;
    }
    if tags.is("amenity", &["school", "university", "college"]) || tags.is("landuse", &["education"]) {
        return Some(AreaKind::School);
    }
    if tags.is("amenity", &["hospital"]) || tags.is("healthcare", &["hospital"]) {
        return Some(AreaKind::Hospital);
    }
    if tags.is("leisure", &["park"]) {
        return Some(AreaKind::Park);
    }
    match tags.get("landuse") {
        Some("residential") => return Some(AreaKind::Residential),
        Some("commercial") if tags.name().is_some_and(|name| office_like(&name)) => {
            return Some(AreaKind::Office);
        }
        Some("commercial" | "retail") => return Some(AreaKind::Commercial),
        Some("industrial") => return Some(AreaKind::Industrial),
        _ => {}
    }
    tags.is("place", &["neighbourhood", "city_block"]).then_some(AreaKind::Residential)
}

fn office_like(name: &str) -> bool {
    let name = name.to_lowercase();
    ["写字楼", "商务", "办公", "office", "business park"].iter().any(|word| name.contains(word))
}

/// Compounds of an extract: land of one use, with at least one building in it unless it is a park inside the boundary.
pub(crate) fn compounds(
    outlines: &[Outline],
    osm: &Osm,
    buildings: &[Point],
    barriers: &[Barrier],
    boundary: &[Polygon],
    log: &mut FaultLog,
) -> Vec<Compound> {
    let index =
        Boxes::of(buildings.iter().enumerate().map(|(row, p)| (row as u32, Extent { min: *p, max: *p })));
    let walls = Walls::of(barriers);
    let gates: BTreeMap<i64, Gate> = osm
        .nodes
        .iter()
        .filter_map(|node| {
            let hours = node.tags.get("opening_hours").map(str::to_owned);
            Some((node.id, Gate { at: node.at, open: gate(&node.tags)?, hours }))
        })
        .collect();
    let (mut out, mut districts) = (Vec::new(), 0u64);
    for outline in outlines {
        let Some(kind) = kind(&outline.tags) else { continue };
        let area = area_m2(&outline.polygons);
        if area < LEAST_M2 {
            continue;
        }
        if kind == AreaKind::Residential && area > MOST_M2 {
            districts += 1;
            continue;
        }
        let inside =
            || inner_point(&outline.polygons).is_some_and(|p| boundary.iter().any(|b| b.contains(p)));
        let kept = holds_any(&outline.polygons, &index, buildings) || kind == AreaKind::Park && inside();
        if !kept {
            continue;
        }
        let nodes: BTreeSet<i64> = outline.nodes.iter().copied().collect();
        let fenced = outline
            .ways
            .iter()
            .filter_map(|id| osm.ways.get(id))
            .any(|way| way.tags.is("barrier", &["wall", "fence", "city_wall"]));
        out.push(Compound {
            code: outline.code.clone(),
            name: outline.tags.name(),
            kind,
            outline: outline.polygons.clone(),
            walled: fenced || walls.share_along(&outline.polygons) >= WALLED_SHARE,
            gates: nodes.iter().filter_map(|id| gates.get(id)).cloned().collect(),
        });
    }
    if districts > 0 {
        let cause = format!("{districts} residential areas are larger than {:.0} ha", MOST_M2 / 1e4);
        log.notice("I-128", Place::default(), cause, "They are districts and were not taken as compounds.");
    }
    out
}

fn holds_any(polygons: &[Polygon], index: &Boxes, buildings: &[Point]) -> bool {
    let Some(extent) = crate::shape::extent(polygons) else { return false };
    index
        .within(extent)
        .into_iter()
        .any(|row| polygons.iter().any(|polygon| polygon.contains(buildings[row as usize])))
}

/// Whether a node is a gate, and then whether people on foot can pass.
fn gate(tags: &Tags) -> Option<bool> {
    let is_gate = tags
        .is("barrier", &["gate", "entrance", "lift_gate", "swing_gate", "sliding_gate", "kissing_gate"])
        || tags.yes("entrance");
    let shut = tags.is("foot", &["no"])
        || tags.is("access", &["no"]) && !tags.yes("foot")
        || tags.is("locked", &["yes"]);
    is_gate.then_some(!shut)
}

/// Walls by where they run.
struct Walls {
    index: Boxes,
    segments: Vec<(Point, Point)>,
}

impl Walls {
    fn of(barriers: &[Barrier]) -> Self {
        let segments: Vec<(Point, Point)> = barriers
            .iter()
            .filter(|barrier| barrier.class == BarrierClass::Wall)
            .flat_map(|barrier| barrier.line.windows(2).map(|pair| (pair[0], pair[1])))
            .collect();
        let boxes =
            segments.iter().enumerate().filter_map(|(row, (a, b))| Some((row as u32, Extent::of([*a, *b])?)));
        Self { index: Boxes::of(boxes), segments }
    }

    /// The share of some outlines along which a wall runs.
    fn share_along(&self, polygons: &[Polygon]) -> f64 {
        if self.segments.is_empty() {
            return 0.0;
        }
        let (mut along, mut all) = (0u64, 0u64);
        for (a, b) in polygons.iter().flat_map(|polygon| polygon.outer.edges()) {
            let steps = (a.distance(b) / STEP_MM).ceil().max(1.0);
            for step in 0..steps as u32 {
                let t = (f64::from(step) + 0.5) / steps;
                let mix = |p: i32, q: i32| (f64::from(p) + t * (f64::from(q) - f64::from(p))).round() as i32;
                let p = Point::new(mix(a.x, b.x), mix(a.y, b.y));
                all += 1;
                let near = self.index.near(p, ALONG_MM as i32).into_iter().any(|row| {
                    let (c, d) = self.segments[row as usize];
                    to_segment(p, c, d) <= ALONG_MM
                });
                along += u64::from(near);
            }
        }
        if all == 0 { 0.0 } else { along as f64 / all as f64 }
    }
}

/// 用地 The use that land around a building lends it when its own tags say none.
pub(crate) struct LandUse<'a> {
    outlines: Vec<(&'a Outline, BuildingUse)>,
    index: Boxes,
}

impl<'a> LandUse<'a> {
    pub(crate) fn of(outlines: &'a [Outline]) -> Self {
        let outlines: Vec<(&Outline, BuildingUse)> = outlines
            .iter()
            .filter(|outline| !outline.tags.yes("building"))
            .filter_map(|outline| Some((outline, lent(&outline.tags)?)))
            .collect();
        let index = Boxes::of_outlines(outlines.iter().map(|(outline, _)| outline.polygons.as_slice()));
        Self { outlines, index }
    }

    /// The use of the smallest such land around a point.
    pub(crate) fn at(&self, p: Point) -> Option<BuildingUse> {
        self.index
            .near(p, 0)
            .into_iter()
            .map(|row| &self.outlines[row as usize])
            .filter(|(outline, _)| outline.polygons.iter().any(|polygon| polygon.contains(p)))
            .min_by(|a, b| area_m2(&a.0.polygons).total_cmp(&area_m2(&b.0.polygons)))
            .map(|(_, use_)| *use_)
    }
}

fn lent(tags: &Tags) -> Option<BuildingUse> {
    let public = tags.is(
        "amenity",
        &[
            "school",
            "university",
            "college",
            "hospital",
            "kindergarten",
            "prison",
            "place_of_worship",
            "grave_yard",
        ],
    ) || tags.is(
        "leisure",
        &["park", "garden", "sports_centre", "stadium", "pitch", "golf_course", "marina", "track"],
    ) || tags.is("tourism", &["zoo", "theme_park", "attraction", "museum"]);
    if public {
        return Some(BuildingUse::Public);
    }
    match tags.get("landuse")? {
        "residential" => Some(BuildingUse::Residential),
        "commercial" | "retail" => Some(BuildingUse::Commercial),
        "industrial" | "port" | "quarry" | "landfill" | "depot" => Some(BuildingUse::Industrial),
        "railway" | "military" | "religious" | "cemetery" | "education" | "institutional"
        | "recreation_ground" | "civic_admin" | "grass" | "forest" => Some(BuildingUse::Public),
        "farmyard" | "garages" | "allotments" | "greenhouse_horticulture" | "construction" => {
            Some(BuildingUse::Ancillary)
        }
        _ => None,
    }
}

/// Water, green, squares and pitches of the base map.
pub(crate) fn areas(outlines: &[Outline]) -> Vec<Area> {
    let mut areas = Vec::new();
    for outline in outlines {
        let Some(cover) = cover(&outline.tags) else { continue };
        for polygon in &outline.polygons {
            areas.push(Area { cover, name: outline.tags.name(), outline: polygon.clone() });
        }
    }
    areas
}

fn cover(tags: &Tags) -> Option<LandCover> {
    if tags.yes("building") {
        return None;
    }
    if is_water(tags) {
        return Some(LandCover::Water);
    }
    if tags.is("leisure", &["pitch", "playground", "track"]) {
        return Some(LandCover::Pitch);
    }
    if tags.is("place", &["square"])
        || tags.is("highway", &["pedestrian", "footway"])
        || tags.is("amenity", &["marketplace"])
    {
        return Some(LandCover::Square);
    }
    let green = tags.is("leisure", &["park", "garden", "golf_course", "nature_reserve"])
        || tags.is(
            "landuse",
            &[
                "grass",
                "forest",
                "meadow",
                "village_green",
                "recreation_ground",
                "cemetery",
                "orchard",
                "flowerbed",
            ],
        )
        || tags.is("natural", &["wood", "scrub", "grassland", "heath"]);
    green.then_some(LandCover::Green)
}
