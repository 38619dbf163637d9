//! 归属 Which compound a building stands in, what lies inside the boundary, and what is to be said about it all.

use crate::boundary::{MARGIN_M, around};
use crate::codes::Codes;
use crate::estimates::EstimateRules;
use crate::faults::FaultLog;
use crate::shape::{area_m2, extent, inner_point};
use crate::text::{fold, squash};
use crate::uses;
use geo::ConvexHull;
use lifang_model::{
    AreaKind, Building, BuildingUse, Certainty, Compound, CompoundIdx, Extent, Place, Point, Polygon, Ring,
};
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};
use std::collections::BTreeMap;

/// The kind of area a word names, in Chinese or English.
#[must_use]
pub(crate) fn area_kind(word: &str) -> Option<AreaKind> {
    let folded = fold(word);
    if let Some(kind) = AreaKind::from_key(&folded) {
        return Some(kind);
    }
    let special: &[(&str, AreaKind)] = &[
        ("学校", AreaKind::School),
        ("校园", AreaKind::School),
        ("大学", AreaKind::School),
        ("university", AreaKind::School),
        ("college", AreaKind::School),
        ("医院", AreaKind::Hospital),
        ("公园", AreaKind::Park),
        ("绿地", AreaKind::Park),
        ("garden", AreaKind::Park),
        ("商圈", AreaKind::Commercial),
        ("市场", AreaKind::Commercial),
        ("楼宇", AreaKind::Office),
        ("园区", AreaKind::Industrial),
        ("小区", AreaKind::Residential),
        ("院落", AreaKind::Residential),
        ("neighbourhood", AreaKind::Residential),
    ];
    if let Some((_, kind)) = special.iter().find(|(known, _)| folded.contains(known)) {
        return Some(*kind);
    }
    Some(match uses::from_words(&folded)? {
        BuildingUse::Residential | BuildingUse::Mixed => AreaKind::Residential,
        BuildingUse::Commercial => AreaKind::Commercial,
        BuildingUse::Office => AreaKind::Office,
        BuildingUse::Industrial => AreaKind::Industrial,
        BuildingUse::Public | BuildingUse::Ancillary | BuildingUse::Unknown => return None,
    })
}

/// An index of boxes: rows of a table by where they lie.
pub(crate) struct Boxes(RTree<GeomWithData<Rectangle<[i32; 2]>, u32>>);

impl Boxes {
    pub(crate) fn of(extents: impl Iterator<Item = (u32, Extent)>) -> Self {
        let corner = |p: Point| [p.x, p.y];
        let boxes = extents
            .map(|(row, e)| GeomWithData::new(Rectangle::from_corners(corner(e.min), corner(e.max)), row));
        Self(RTree::bulk_load(boxes.collect()))
    }

    pub(crate) fn of_outlines<'a>(outlines: impl Iterator<Item = &'a [Polygon]>) -> Self {
        Self::of(outlines.enumerate().filter_map(|(row, outline)| Some((row as u32, extent(outline)?))))
    }

    /// Rows whose box meets the square of this half width around a point, in row order.
    pub(crate) fn near(&self, p: Point, reach_mm: i32) -> Vec<u32> {
        let by = |v: i32, d: i32| v.saturating_add(d);
        let square = AABB::from_corners(
            [by(p.x, -reach_mm), by(p.y, -reach_mm)],
            [by(p.x, reach_mm), by(p.y, reach_mm)],
        );
        self.rows(&square)
    }

    /// Rows whose box meets a box, in row order.
    pub(crate) fn within(&self, extent: Extent) -> Vec<u32> {
        self.rows(&AABB::from_corners([extent.min.x, extent.min.y], [extent.max.x, extent.max.y]))
    }

    fn rows(&self, window: &AABB<[i32; 2]>) -> Vec<u32> {
        let mut rows: Vec<u32> =
            self.0.locate_in_envelope_intersecting(window).map(|found| found.data).collect();
        rows.sort_unstable();
        rows
    }
}

/// Puts buildings into the compounds their rows name. A name no compound layer has becomes a compound of its own, its
/// outline the convex hull of its buildings.
pub(crate) fn by_name(
    buildings: &mut [Building],
    names: &[Option<String>],
    compounds: &mut Vec<Compound>,
    codes: &mut Codes,
    log: &mut FaultLog,
) {
    let mut known: BTreeMap<String, CompoundIdx> = BTreeMap::new();
    for (row, compound) in compounds.iter().enumerate() {
        for called in [Some(&compound.code), compound.name.as_ref()].into_iter().flatten() {
            known.entry(squash(called)).or_insert(CompoundIdx::of(row));
        }
    }
    let mut fresh: BTreeMap<String, (String, Vec<usize>)> = BTreeMap::new();
    for (row, name) in names.iter().enumerate() {
        let Some(name) = name else { continue };
        match known.get(&squash(name)) {
            Some(found) => buildings[row].compound = Some(*found),
            None => fresh.entry(squash(name)).or_insert_with(|| (name.clone(), Vec::new())).1.push(row),
        }
    }
    let count = fresh.len();
    // In the order the names first appear, so that row-based codes follow the data.
    let mut groups: Vec<(String, Vec<usize>)> = fresh.into_values().collect();
    groups.sort_by_key(|(_, rows)| rows.first().copied());
    for (name, rows) in groups {
        let Some(hull) = hull_of(rows.iter().flat_map(|row| &buildings[*row].outline)) else { continue };
        let row = compounds.len();
        let kind = majority(rows.iter().map(|row| &buildings[*row]));
        let code = codes.take(None, 'c', row, Place::default(), log);
        compounds.push(Compound {
            code,
            name: Some(name),
            kind,
            outline: vec![hull],
            walled: false,
            gates: Vec::new(),
        });
        for row in rows {
            buildings[row].compound = Some(CompoundIdx::of(compounds.len() - 1));
        }
    }
    if count > 0 {
        let cause = format!("{count} compounds are named by buildings but drawn in no layer");
        log.notice("I-125", Place::default(), cause, "Their outline is the convex hull of their buildings.");
    }
}

/// The kind most floor space of some buildings has.
fn majority<'a>(buildings: impl Iterator<Item = &'a Building>) -> AreaKind {
    let mut area: BTreeMap<AreaKind, f64> = BTreeMap::new();
    for building in buildings {
        let kind = match building.use_ {
            BuildingUse::Commercial => AreaKind::Commercial,
            BuildingUse::Office => AreaKind::Office,
            BuildingUse::Industrial => AreaKind::Industrial,
            _ => AreaKind::Residential,
        };
        *area.entry(kind).or_default() +=
            area_m2(&building.outline) * f64::from(building.levels.unwrap_or(1));
    }
    area.into_iter().max_by(|a, b| a.1.total_cmp(&b.1)).map_or(AreaKind::Residential, |(kind, _)| kind)
}

fn hull_of<'a>(polygons: impl Iterator<Item = &'a Polygon>) -> Option<Polygon> {
    let points: geo::MultiPoint<f64> = polygons
        .flat_map(|polygon| &polygon.outer.0)
        .map(|p| geo::Point::new(f64::from(p.x), f64::from(p.y)))
        .collect();
    let hull = points.convex_hull();
    // Hull corners are input points, so they are whole millimetres already.
    let mut ring: Vec<Point> = hull.exterior().coords().map(|c| Point::new(c.x as i32, c.y as i32)).collect();
    ring.pop();
    (ring.len() >= 3).then(|| Polygon { outer: Ring(ring), holes: Vec::new() })
}

/// Puts each building that is in no compound yet into the smallest compound that holds its inner point.
pub(crate) fn by_position(buildings: &mut [Building], compounds: &[Compound]) {
    let index = Boxes::of_outlines(compounds.iter().map(|compound| compound.outline.as_slice()));
    let areas: Vec<i128> =
        compounds.iter().map(|compound| compound.outline.iter().map(Polygon::twice_area).sum()).collect();
    for building in buildings.iter_mut().filter(|building| building.compound.is_none()) {
        let Some(at) = inner_point(&building.outline) else { continue };
        building.compound = index
            .near(at, 0)
            .into_iter()
            .filter(|row| compounds[*row as usize].outline.iter().any(|polygon| polygon.contains(at)))
            .min_by_key(|row| (areas[*row as usize], *row))
            .map(CompoundIdx);
    }
}

/// The boundary nobody drew, with a notice.
pub(crate) fn hull(buildings: &[Building], log: &mut FaultLog) -> Vec<Polygon> {
    let Some(polygon) = around(buildings) else { return Vec::new() };
    let cause = format!(
        "no boundary was given; it was drawn around the {} buildings with a margin of {MARGIN_M} m ({:.1} ha)",
        buildings.len(),
        polygon.area_m2() / 1e4
    );
    log.notice("I-119", Place::default(), cause, "Give a boundary layer to partition another area.");
    vec![polygon]
}

/// Says how many buildings lie outside the boundary and how many counts were estimated or are unknown.
pub(crate) fn tell(buildings: &[Building], boundary: &[Polygon], rules: &EstimateRules, log: &mut FaultLog) {
    let inside = |building: &&Building| {
        inner_point(&building.outline).is_some_and(|p| boundary.iter().any(|polygon| polygon.contains(p)))
    };
    let within = buildings.iter().filter(inside).count();
    if within == 0 && !buildings.is_empty() && !boundary.is_empty() {
        let cause = "no building lies inside the boundary";
        log.error(
            "I-109",
            Place::default(),
            cause,
            "Check the boundary and the coordinate system of both layers.",
        );
    } else if within < buildings.len() {
        let cause =
            format!("{} of {} buildings lie outside the boundary", buildings.len() - within, buildings.len());
        log.notice("I-120", Place::default(), cause, "They are drawn on the map but belong to no grid.");
    }
    let of = |certainty: Certainty| buildings.iter().filter(move |b| b.sources.households == certainty);
    let estimated = of(Certainty::Estimated).count();
    if estimated > 0 {
        let households: u64 = of(Certainty::Estimated).map(|b| u64::from(b.demand.households)).sum();
        let cause = format!(
            "households of {estimated} buildings were estimated at {households} (1 to {} m2 of floor area: {})",
            rules.dwelling.gross_m2, rules.dwelling.source
        );
        log.notice("I-121", Place::default(), cause, "Give a column of households to replace the estimate.");
    }
    let unknown = of(Certainty::Unknown).count();
    if unknown > 0 {
        let cause = format!("households of {unknown} buildings that may hold homes are not in the data");
        log.warning("I-122", Place::default(), cause, "They count as 0, marked unknown; fill the column in.");
    }
}
