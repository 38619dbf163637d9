//! 候选点 Where a station could be: any building, places from a layer, or places given.

use crate::what_if::refuse;
use crate::{PlannerError, Session};
use geo::InteriorPoint as _;
use lifang_crs::{CrsSpec, ToFrame};
use lifang_model::{AtomIdx, Point};
use serde::Serialize;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// 候选来源 Where candidates come from.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Candidates {
    /// 建筑 Any building.
    #[default]
    Buildings,
    /// 图层 The features of a layer, e.g. idle premises: points, or a point inside each outline.
    Layer(PathBuf),
    /// 点位 Places.
    Points(Vec<(f64, f64)>),
}

/// 候选点 A place a station could be.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Candidate {
    pub at: Point,
    /// Code of the building.
    pub building: Option<String>,
    pub name: Option<String>,
}

/// 候选点概况 What was chosen from.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CandidatesUsed {
    /// `buildings`, `layer` or `points`.
    pub source: &'static str,
    /// Places there are.
    pub there: usize,
    /// Places the model chose from.
    pub used: usize,
    /// Where there were too many, the largest building within so many metres of each other was taken: what is proven holds
    /// among those.
    pub spacing_m: Option<f64>,
}

/// The widest two candidates are ever kept apart, metres.
const WIDEST_M: u32 = 10_000;

impl Candidates {
    /// At most `most` candidates.
    pub(crate) fn gather(
        &self,
        session: &Session,
        crs: Option<&CrsSpec>,
        most: usize,
    ) -> Result<(Vec<Candidate>, CandidatesUsed), PlannerError> {
        let (source, all) = match self {
            Self::Buildings => ("buildings", buildings(session)),
            Self::Layer(path) => ("layer", layer(session, path, crs)?),
            Self::Points(places) => {
                let places = session.to_frame(places, crs)?;
                (
                    "points",
                    places.into_iter().map(|at| Candidate { at, building: None, name: None }).collect(),
                )
            }
        };
        if all.is_empty() {
            return Err(refuse("there is no place a station could be".to_owned(), "Give other candidates"));
        }
        let there = all.len();
        let (used, spacing_m) = thinned(all, most);
        let summary = CandidatesUsed { source, there, used: used.len(), spacing_m };
        Ok((used, summary))
    }
}

/// Every building with a cell, the largest first.
fn buildings(session: &Session) -> Vec<Candidate> {
    let mut cell: BTreeMap<usize, AtomIdx> = BTreeMap::new();
    for (row, atom) in session.ground.atoms.iter().enumerate() {
        if let Some(building) = atom.building {
            cell.entry(building.at()).or_insert(AtomIdx::of(row));
        }
    }
    let mut found: Vec<(u64, Candidate)> = cell
        .into_iter()
        .filter_map(|(row, atom)| {
            let building = session.territory.buildings.get(row)?;
            let area: f64 = building.outline.iter().map(lifang_model::Polygon::area_m2).sum();
            let door = building.entrances.first().copied();
            let candidate = Candidate {
                at: door.unwrap_or(session.ground.atoms[atom.at()].anchor),
                building: Some(building.code.clone()),
                name: building.name.clone(),
            };
            Some(((area * 100.0) as u64, candidate))
        })
        .collect();
    found.sort_by_cached_key(|(area, candidate)| (Reverse(*area), candidate.building.clone()));
    found.into_iter().map(|(_, candidate)| candidate).collect()
}

/// The places of a layer; features without a place inside are left out.
fn layer(session: &Session, path: &Path, crs: Option<&CrsSpec>) -> Result<Vec<Candidate>, PlannerError> {
    let table = crate::named::read(path)?;
    let spec = layer_crs(session, &table, path, crs)?;
    let to = ToFrame::new(&spec, &session.territory.frame)?;
    let title = ["name", "NAME", "Name", "名称", "title"].iter().find_map(|name| table.column(name));
    let mut found = Vec::new();
    for row in &table.rows {
        let Some(inside) = row.geometry.as_ref().and_then(|geometry| geometry.interior_point()) else {
            continue;
        };
        let name = title.and_then(|at| row.values.get(at)).map(lifang_formats::Value::to_text);
        found.push(Candidate {
            at: to.point(inside.x(), inside.y())?,
            building: None,
            name: name.filter(|name| !name.is_empty()),
        });
    }
    Ok(found)
}

/// The system of a layer: as told, as the file says, degrees where the numbers can be nothing else.
pub(crate) fn layer_crs(
    session: &Session,
    table: &lifang_formats::FeatureTable,
    path: &Path,
    crs: Option<&CrsSpec>,
) -> Result<CrsSpec, PlannerError> {
    if let Some(crs) = crs {
        return Ok(crs.clone());
    }
    if let Some(declared) = &table.crs {
        return Ok(CrsSpec::parse(declared)?);
    }
    if session.territory.frame.crs.is_none() {
        return Ok(CrsSpec::Local);
    }
    match table.extent() {
        Some([west, south, east, north])
            if west >= -180.0 && east <= 180.0 && south >= -90.0 && north <= 90.0 =>
        {
            Ok(CrsSpec::Epsg(4326))
        }
        _ => Err(refuse(
            format!("{} does not say which coordinate system it is in", path.display()),
            "Give --crs, e.g. --crs EPSG:4545",
        )),
    }
}

/// At most `most`, the first within so many metres of each other kept.
fn thinned(all: Vec<Candidate>, most: usize) -> (Vec<Candidate>, Option<f64>) {
    if all.len() <= most {
        return (all, None);
    }
    // The narrowest whole number of metres that will do, by halving.
    let (mut low, mut high) = (0, WIDEST_M);
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if apart(&all, f64::from(middle) * 1000.0).len() <= most { high = middle } else { low = middle }
    }
    let mut rows = apart(&all, f64::from(high) * 1000.0);
    rows.truncate(most);
    let keep: BTreeSet<usize> = rows.into_iter().collect();
    let kept = all.into_iter().enumerate().filter(|(row, _)| keep.contains(row)).map(|(_, one)| one);
    (kept.collect(), Some(f64::from(high)))
}

/// Rows of which each is at least so far from every earlier one kept.
fn apart(all: &[Candidate], spacing: f64) -> Vec<usize> {
    let cell =
        |p: Point| ((f64::from(p.x) / spacing).floor() as i64, (f64::from(p.y) / spacing).floor() as i64);
    let mut kept: BTreeMap<(i64, i64), Vec<usize>> = BTreeMap::new();
    let mut rows = Vec::new();
    for (row, candidate) in all.iter().enumerate() {
        let (x, y) = cell(candidate.at);
        let around = (x - 1..=x + 1).flat_map(|x| (y - 1..=y + 1).map(move |y| (x, y)));
        let near = |&other: &usize| all[other].at.distance(candidate.at) < spacing;
        if !around.filter_map(|key| kept.get(&key)).flatten().any(near) {
            kept.entry((x, y)).or_default().push(row);
            rows.push(row);
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn candidates_are_thinned_to_the_number_asked_for_and_lie_apart() {
        let place = |i: i32| Candidate {
            at: Point::new(i % 100 * 7_000, i / 100 * 7_000),
            building: Some(i.to_string()),
            name: None,
        };
        let all: Vec<Candidate> = (0..10_000).map(place).collect();
        let (kept, spacing) = thinned(all.clone(), 300);
        let spacing = spacing.unwrap() * 1000.0;
        assert!(kept.len() <= 300 && kept.len() > 150 && kept[0] == all[0]);
        for (i, a) in kept.iter().enumerate() {
            assert!(kept[..i].iter().all(|b| a.at.distance(b.at) >= spacing));
        }
        assert_eq!(thinned(all[..5].to_vec(), 5), (all[..5].to_vec(), None));
    }
}
