//! 影响查询 Who lives and trades inside a drawn area or around a place, and which zones it touches.
//!
//! A part of a building counts when the point that stands for it lies inside, so nobody is counted twice or by halves.

use crate::select::inside;
use crate::what_if::refuse;
use crate::{PlannerError, Session, Stage, Stopwatch};
use geo::geometry::Geometry;
use lifang_crs::{CrsSpec, ToFrame};
use lifang_model::{AtomIdx, Certainty, Demand, Point, ZoneStatus};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// 影响范围 What is asked about.
#[derive(Clone, Debug, PartialEq)]
pub enum ImpactArea {
    /// 圆 Everything within so many metres of a place, straight.
    Circle {
        /// The place.
        at: (f64, f64),
        /// Metres.
        radius_m: f64,
    },
    /// 多边形 The rings of an area; where they overlap, an even number of rings is outside.
    Rings(Vec<Vec<(f64, f64)>>),
    /// 文件 The polygons of a layer.
    File(PathBuf),
}

/// 触及网格 A zone that is touched.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ImpactZone {
    /// Key of its level.
    pub level: String,
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: Option<String>,
    /// People of it inside.
    pub inside: Demand,
    /// All its people.
    pub total: Demand,
    /// Whether all of it lies inside.
    pub whole: bool,
}

/// 触及建筑 A building with somebody inside the area.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ImpactBuilding {
    /// Its code.
    pub code: String,
    /// Its name or address.
    pub name: Option<String>,
    /// Its counts inside.
    pub inside: Demand,
}

/// 影响结果 Who is touched.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Impact {
    /// Counts in all.
    pub demand: Demand,
    /// How sure the households are.
    pub households: Certainty,
    /// How sure the residents are.
    pub persons: Certainty,
    /// How sure the merchants are.
    pub merchants: Certainty,
    /// Buildings inside, those nobody lives or trades in included.
    pub buildings: usize,
    /// Those with somebody, most households first.
    pub inhabited: Vec<ImpactBuilding>,
    /// Compounds touched, by name or code.
    pub compounds: Vec<String>,
    /// Facilities inside by category.
    pub facilities: BTreeMap<String, usize>,
    /// Zones touched, level by level, coarse to fine, in code order; empty without a plan.
    pub zones: Vec<ImpactZone>,
    /// Wall time, seconds.
    pub seconds: f64,
    /// Wall time per stage.
    pub stages: Vec<Stage>,
}

impl Session {
    /// 影响查询 Counts who is inside an area. An area with nobody in it is an answer too.
    ///
    /// # Errors
    /// [`PlannerError::Selection`] for an area that is none; [`PlannerError::Crs`] or [`PlannerError::Format`] when it cannot
    /// be taken over.
    pub fn impact(&self, area: &ImpactArea, crs: Option<&CrsSpec>) -> Result<Impact, PlannerError> {
        let mut watch = Stopwatch::default();
        let shape = self.shape(area, crs)?;
        watch.lap("read");
        let atoms = &self.ground.atoms;
        let within: Vec<bool> = atoms.iter().map(|atom| shape.holds(atom.anchor)).collect();
        let rows = || (0..atoms.len()).filter(|&row| within[row]);
        let mut demand = Demand::default();
        let [mut households, mut persons, mut merchants] = [Certainty::Given; 3];
        let mut buildings: BTreeMap<usize, Demand> = BTreeMap::new();
        let mut compounds = BTreeSet::new();
        for row in rows() {
            let atom = &atoms[row];
            demand += atom.demand;
            if let Some(building) = atom.building {
                *buildings.entry(building.at()).or_default() += atom.demand;
                households = households.with(atom.sources.households);
                persons = persons.with(atom.sources.persons);
                merchants = merchants.with(atom.sources.merchants);
            }
            if let Some(compound) = atom.compound.and_then(|row| self.territory.compounds.get(row.at())) {
                compounds.insert(compound.name.clone().unwrap_or_else(|| compound.code.clone()));
            }
        }
        let mut inhabited: Vec<ImpactBuilding> = buildings
            .iter()
            .filter(|(_, inside)| **inside != Demand::default())
            .filter_map(|(&row, &inside)| {
                let building = self.territory.buildings.get(row)?;
                Some(ImpactBuilding { code: building.code.clone(), name: building.name.clone(), inside })
            })
            .collect();
        inhabited.sort_by(|a, b| {
            let key =
                |one: &ImpactBuilding| (one.inside.households, one.inside.persons, one.inside.merchants);
            key(b).cmp(&key(a)).then_with(|| a.code.cmp(&b.code))
        });
        let mut facilities: BTreeMap<String, usize> = BTreeMap::new();
        for facility in self.territory.facilities.iter().filter(|facility| shape.holds(facility.at)) {
            *facilities.entry(facility.category.clone()).or_default() += 1;
        }
        let zones = self.zones_within(&within);
        watch.lap("count");
        let (seconds, stages) = watch.finish();
        Ok(Impact {
            demand,
            households,
            persons,
            merchants,
            buildings: buildings.len(),
            inhabited,
            compounds: compounds.into_iter().collect(),
            facilities,
            zones,
            seconds,
            stages,
        })
    }

    fn zones_within(&self, within: &[bool]) -> Vec<ImpactZone> {
        let mut found = Vec::new();
        let levels = self.plan.as_ref().map(|plan| plan.levels.as_slice()).unwrap_or_default();
        for level in levels {
            let mut rows: Vec<ImpactZone> = Vec::new();
            for (zone, members) in level.zones.iter().zip(level.members()) {
                let is_in = |atom: &&AtomIdx| within.get(atom.at()).copied().unwrap_or(false);
                let count = members.iter().filter(is_in).count();
                if count == 0 || zone.status == ZoneStatus::Retired {
                    continue;
                }
                let of = |atom: &AtomIdx| self.ground.atoms[atom.at()].demand;
                rows.push(ImpactZone {
                    level: level.key.clone(),
                    code: zone.code.as_str().to_owned(),
                    name: zone.name.clone(),
                    inside: members.iter().filter(is_in).map(of).sum(),
                    total: members.iter().map(of).sum(),
                    whole: count == members.len(),
                });
            }
            rows.sort_by(|a, b| a.code.cmp(&b.code));
            found.extend(rows);
        }
        found
    }

    fn shape(&self, area: &ImpactArea, crs: Option<&CrsSpec>) -> Result<Shape, PlannerError> {
        match area {
            ImpactArea::Circle { at, radius_m } => {
                if !radius_m.is_finite() || *radius_m <= 0.0 || *radius_m > 100_000.0 {
                    let what = format!("{radius_m} m is no radius");
                    return Err(refuse(what, "Give metres above 0, at most 100,000"));
                }
                Ok(Shape::Circle(self.to_frame(&[*at], crs)?[0], radius_m * 1000.0))
            }
            ImpactArea::Rings(rings) => {
                if rings.is_empty() || rings.iter().any(|ring| ring.len() < 3) {
                    return Err(refuse(
                        "an area needs rings of three corners or more".to_owned(),
                        "Draw it anew",
                    ));
                }
                let rings = rings.iter().map(|ring| self.to_frame(ring, crs));
                Ok(Shape::Rings(vec![rings.collect::<Result<_, _>>()?]))
            }
            ImpactArea::File(path) => {
                let table = crate::named::read(path)?;
                let spec = crate::site::layer_crs(self, &table, path, crs)?;
                let to = ToFrame::new(&spec, &self.territory.frame)?;
                let mut parts = Vec::new();
                for geometry in table.rows.iter().filter_map(|row| row.geometry.as_ref()) {
                    polygons(geometry, &to, &mut parts)?;
                }
                if parts.is_empty() {
                    return Err(refuse(
                        format!("{} holds no area", path.display()),
                        "Give a layer of polygons",
                    ));
                }
                Ok(Shape::Rings(parts))
            }
        }
    }
}

/// What lies inside.
enum Shape {
    /// Middle and radius, mm.
    Circle(Point, f64),
    /// Parts, each of rings of which an odd number must hold a point.
    Rings(Vec<Vec<Vec<Point>>>),
}

impl Shape {
    fn holds(&self, p: Point) -> bool {
        match self {
            Self::Circle(middle, radius) => middle.distance(p) <= *radius,
            Self::Rings(parts) => {
                parts.iter().any(|rings| rings.iter().filter(|ring| inside(ring, p)).count() % 2 == 1)
            }
        }
    }
}

/// The rings of every polygon of a geometry.
fn polygons(
    geometry: &Geometry<f64>,
    to: &ToFrame,
    parts: &mut Vec<Vec<Vec<Point>>>,
) -> Result<(), PlannerError> {
    match geometry {
        Geometry::Polygon(polygon) => {
            let rings = std::iter::once(polygon.exterior()).chain(polygon.interiors());
            let ring = |line: &geo::LineString<f64>| -> Result<Vec<Point>, PlannerError> {
                line.coords().map(|corner| Ok(to.point(corner.x, corner.y)?)).collect()
            };
            parts.push(rings.map(ring).collect::<Result<_, _>>()?);
        }
        Geometry::MultiPolygon(many) => {
            for polygon in many {
                polygons(&Geometry::Polygon(polygon.clone()), to, parts)?;
            }
        }
        Geometry::GeometryCollection(many) => {
            for one in many {
                polygons(one, to, parts)?;
            }
        }
        Geometry::Rect(rect) => polygons(&Geometry::Polygon(rect.to_polygon()), to, parts)?,
        Geometry::LineString(line) if lifang_ingest::is_outline(geometry) => {
            polygons(&Geometry::Polygon(geo::Polygon::new(line.clone(), Vec::new())), to, parts)?;
        }
        _ => {}
    }
    Ok(())
}
