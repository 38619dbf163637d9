//! 网格视图 The zones of a plan as they are drawn: outlines that follow the labelling, figures that follow the judge.
//!
//! An edit tells the figures of the zones it touched, and they are put in their places: the verdict on the whole plan is
//! made only where somebody asks for it, or where the plan changed by another way than an edit.

use super::{TileQuery, lock};
use crate::error::ApiError;
use lifang_model::{LevelPlan, Plan, Zone};
use lifang_planner::{EditOutcome, Session, ZoneTally};
use lifang_tiles::{Arcs, Place, Property, Table, Zones};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Mutex;

/// What a zone says of itself in tiles.
pub(super) const OF_ZONES: [&str; 13] = [
    "code",
    "name",
    "kind",
    "status",
    "households",
    "persons",
    "merchants",
    "load",
    "in_band",
    "pieces",
    "verdict",
    "area_m2",
    "tint",
];

/// What is told of it on a map so far out that a tile shows thousands.
const FAR: [&str; 3] = ["code", "verdict", "tint"];

/// The place of the code among what a zone says.
const CODE: usize = 0;

/// The place of the status among what a zone says.
const STATUS: usize = 3;

/// The last of them, worked out from the outlines.
const TINT: usize = OF_ZONES.len() - 1;

/// Colours the page has for telling neighbours apart.
const COLOURS: usize = 6;

/// A revision no plan has.
const NEVER: i64 = i64::MIN;

type Row = [Property; OF_ZONES.len()];

/// A level as it is drawn.
struct Level {
    /// The revision of the outlines and colours.
    drawn: i64,
    /// The revision of the figures.
    judged: i64,
    zones: Zones,
    told: Table,
}

/// 网格视图 See the module.
#[derive(Default)]
pub(crate) struct Levels(Mutex<BTreeMap<String, Level>>);

fn undivided() -> ApiError {
    ApiError::Unavailable("the plan has not been divided yet; POST /api/jobs/propose does it".to_owned())
}

/// The level of a key, or the finest.
fn level_of<'a>(
    session: &'a Session,
    key: Option<&str>,
) -> Result<(&'a Plan, usize, &'a LevelPlan), ApiError> {
    let plan = session.plan.as_ref().ok_or_else(undivided)?;
    let depth = match key {
        None => plan.levels.len().checked_sub(1),
        Some(key) => plan.levels.iter().position(|level| level.key == key),
    };
    let found = depth.and_then(|depth| Some((plan, depth, plan.levels.get(depth)?)));
    found.ok_or_else(|| {
        let known: Vec<&str> = plan.levels.iter().map(|level| level.key.as_str()).collect();
        ApiError::NotFound(format!("there is no such level; there are {}", known.join(", ")))
    })
}

impl Levels {
    /// Whether the figures of a level are those of the plan as it is, so that its tiles need no verdict on everything.
    pub(crate) fn judged(&self, session: &Session, key: Option<&str>) -> bool {
        let Ok((_, _, level)) = level_of(session, key) else { return true };
        lock(&self.0).get(&level.key).is_some_and(|known| known.judged == session.revision())
    }

    /// Takes in what an edit made of the zones, where the figures were those of the plan before it.
    pub(crate) fn follow(&self, session: &Session, before: i64, outcome: &EditOutcome) {
        let Some(plan) = &session.plan else { return };
        for (key, known) in lock(&self.0).iter_mut().filter(|(_, known)| known.judged == before) {
            let Some(level) = plan.level(key) else { continue };
            // An edit taken back may have made zones that are no more.
            known.told.truncate(level.zones.len());
            let mut tallies: BTreeMap<&str, &ZoneTally> = BTreeMap::new();
            for zone in outcome.zones.iter().filter(|zone| zone.level == *key) {
                tallies.extend(zone.after.as_ref().map(|tally| (zone.code.as_str(), tally)));
            }
            let touched =
                |code: &str| outcome.zones.iter().any(|zone| zone.level == *key && zone.code == code);
            for (at, zone) in level.zones.iter().enumerate() {
                let code = zone.code.as_str();
                // A stage that was taken back changes no figure.
                if known.told.get(at, CODE).is_some_and(|own| is(own, code)) && !touched(code) {
                    if !known.told.get(at, STATUS).is_some_and(|own| is(own, status(zone))) {
                        known.told.set(at, STATUS, &Property::from(status(zone)));
                    }
                } else {
                    let mut row = row_of(plan, key, level, at, tallies.get(code).copied());
                    if let Some(tint) = known.told.get(at, TINT) {
                        row[TINT] = tint.clone();
                    }
                    known.told.put(at, &row);
                }
            }
            known.judged = outcome.revision;
        }
    }

    /// The level as the plan has it now.
    fn drawn<T>(
        &self,
        arcs: &Arcs,
        session: &Session,
        key: Option<&str>,
        use_it: impl FnOnce(&Plan, usize, &mut Level) -> T,
    ) -> Result<T, ApiError> {
        let (plan, depth, level) = level_of(session, key)?;
        let mut levels = lock(&self.0);
        let known = levels.entry(level.key.clone()).or_insert_with(|| Level {
            drawn: NEVER,
            judged: NEVER,
            zones: Zones::default(),
            told: Table::new(&OF_ZONES),
        });
        let revision = session.revision();
        if known.drawn != revision {
            let labels: Vec<Option<u32>> =
                level.assignment.iter().map(|zone| zone.map(|zone| zone.0)).collect();
            known.zones.follow(arcs, &labels, level.zones.len());
        }
        let judge_anew = known.judged != revision && session.report.is_some();
        if judge_anew {
            known.told.truncate(level.zones.len());
            rows(session, plan, level).iter().enumerate().for_each(|(at, row)| known.told.put(at, row));
            known.judged = revision;
        }
        if known.drawn != revision || judge_anew {
            for (at, &tint) in known.zones.tints(COLOURS).iter().enumerate().take(known.told.len()) {
                let tint = Property::Whole(tint.into());
                if known.told.get(at, TINT) != Some(&tint) {
                    known.told.set(at, TINT, &tint);
                }
            }
            known.drawn = revision;
        }
        Ok(use_it(plan, depth, known))
    }

    /// The bytes of a tile. Its figures are as fresh as [`Levels::judged`] says, or those of the session's report.
    pub(super) fn tile(
        &self,
        arcs: &Arcs,
        session: &Session,
        query: &TileQuery,
    ) -> Result<Vec<u8>, ApiError> {
        self.drawn(arcs, session, query.level.as_deref(), |plan, depth, level| {
            let count = plan.levels.get(depth).map_or(0, |level| level.zones.len()) as u32;
            level.zones.tile("zones", query.tile, count, &level.told, &FAR)
        })
    }

    /// Where every zone of a level lies, in columns: what a map with outlines in tiles needs beside them.
    pub(crate) fn index(&self, arcs: &Arcs, session: &Session, key: Option<&str>) -> Result<Value, ApiError> {
        self.drawn(arcs, session, key, |plan, depth, level| {
            let above = depth.checked_sub(1).and_then(|above| plan.levels.get(above));
            let zones = plan.levels.get(depth).map_or(&[][..], |level| &level.zones[..]);
            let (mut codes, mut bounds, mut places) = (Vec::new(), Vec::new(), Vec::new());
            let (mut parents, mut tints) = (Vec::new(), Vec::new());
            let colours = level.zones.tints(COLOURS).to_vec();
            for (at, zone) in zones.iter().enumerate() {
                let Some(Place { bounds: box_, at: place }) = level.zones.place(at as u32) else { continue };
                codes.push(zone.code.as_str());
                bounds.push(box_.map(|degree| rounded(degree, 1e6)));
                places.push([rounded(place.0, 1e6), rounded(place.1, 1e6)]);
                let parent = zone.parent.and_then(|parent| above?.zones.get(parent.at()));
                parents.push(parent.map(|parent| parent.code.as_str()));
                tints.push(colours.get(at).copied().unwrap_or_default());
            }
            let key = plan.levels.get(depth).map(|level| level.key.as_str());
            json!({
                "revision": session.revision(), "level": key, "codes": codes, "bounds": bounds, "places": places,
                "parents": parents, "tints": tints,
            })
        })
    }

    /// The outline of one zone, as a feature with every vertex.
    pub(crate) fn outline(
        &self,
        arcs: &Arcs,
        session: &Session,
        key: Option<&str>,
        code: &str,
    ) -> Result<Value, ApiError> {
        let found = self.drawn(arcs, session, key, |plan, depth, level| {
            let zones = plan.levels.get(depth).map_or(&[][..], |level| &level.zones[..]);
            let at = zones.iter().position(|zone| zone.code.as_str() == code)?;
            let polygons: Vec<Vec<Vec<[f64; 2]>>> = level
                .zones
                .outline(at as u32)
                .into_iter()
                .map(|polygon| {
                    let ring = |ring: Vec<(f64, f64)>| {
                        ring.into_iter().map(|(lon, lat)| [rounded(lon, 1e7), rounded(lat, 1e7)]).collect()
                    };
                    polygon.into_iter().map(ring).collect()
                })
                .collect();
            Some(json!({
                "type": "Feature", "id": code, "properties": { "code": code },
                "geometry": { "type": "MultiPolygon", "coordinates": polygons },
            }))
        })?;
        found.ok_or_else(|| ApiError::NotFound(format!("there is no zone {code} on this level")))
    }
}

fn rounded(value: f64, steps: f64) -> f64 {
    (value * steps).round() / steps
}

fn is(property: &Property, text: &str) -> bool {
    matches!(property, Property::Text(own) if &**own == text)
}

const fn status(zone: &Zone) -> &'static str {
    zone.status.key()
}

fn rows(session: &Session, plan: &Plan, level: &LevelPlan) -> Vec<Row> {
    let report = session.report.as_ref();
    let judged = report.and_then(|report| report.levels.iter().find(|tally| tally.key == level.key));
    let tallies: BTreeMap<&str, &ZoneTally> =
        judged.iter().flat_map(|tally| &tally.detail).map(|tally| (tally.code.as_str(), tally)).collect();
    let row = |at: usize| {
        let code = level.zones.get(at).map_or("", |zone| zone.code.as_str());
        row_of(plan, &level.key, level, at, tallies.get(code).copied())
    };
    (0..level.zones.len()).map(row).collect()
}

fn row_of(plan: &Plan, key: &str, level: &LevelPlan, at: usize, tally: Option<&ZoneTally>) -> Row {
    let Some(zone) = level.zones.get(at) else { return std::array::from_fn(|_| Property::None) };
    let band = plan.rules.levels.iter().find(|rules| rules.key == key).and_then(|rules| rules.band);
    // The judge says whether; the band only on which side.
    let verdict = tally.map(|tally| match (tally.in_band, band) {
        (Some(true), _) => "in",
        (Some(false), Some(band)) if tally.load < f64::from(band.min) => "under",
        (Some(false), Some(_)) => "over",
        _ => "free",
    });
    [
        Property::from(zone.code.as_str()),
        Property::from(zone.name.as_deref()),
        Property::from(zone.kind.key()),
        Property::from(status(zone)),
        Property::from(tally.map(|tally| tally.households)),
        Property::from(tally.map(|tally| tally.persons)),
        Property::from(tally.map(|tally| tally.merchants)),
        Property::from(tally.map(|tally| tally.load)),
        tally.and_then(|tally| tally.in_band).map_or(Property::None, Property::Flag),
        Property::from(tally.map(|tally| tally.pieces)),
        Property::from(verdict),
        Property::from(tally.map(|tally| tally.area_m2.round())),
        Property::None,
    ]
}
