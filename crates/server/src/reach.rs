//! 选址与影响 Who lives in a drawn area; where a station, a gate or a path would help most, and what changes would do.
//!
//! Nothing here changes the plan.

use crate::answer::{answer, key, parsed, taken};
use crate::error::ApiError;
use crate::jobs::begin;
use crate::plans::said;
use crate::state::Served;
use crate::tasks::Begun;
use axum::Json;
use axum::extract::rejection::{JsonRejection, QueryRejection};
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use lifang_planner::{
    Candidates, GapsRequest, ImpactArea, Moment, Session, SiteModel, SiteRequest, SiteWeight, WhatIf,
};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

/// Longest a search may take, seconds.
const LONGEST: f64 = 600.0;

/// Most corners of an area, and most places a station could be.
const MOST_PLACES: usize = 20_000;

/// Most changes of one what-if, and most new stations.
const MOST_CHANGES: usize = 200;

/// Longitude and latitude.
type Place = (f64, f64);

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ImpactQuery {
    lon: f64,
    lat: f64,
    radius_m: f64,
}

/// A GeoJSON geometry (RFC 7946); a height is taken and without effect.
#[derive(Debug, Deserialize)]
#[serde(tag = "type", content = "coordinates")]
enum Shape {
    Polygon(Vec<Vec<Vec<f64>>>),
    MultiPolygon(Vec<Vec<Vec<Vec<f64>>>>),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ImpactBody {
    at: Option<Place>,
    radius_m: Option<f64>,
    polygon: Option<Shape>,
}

fn area(body: ImpactBody) -> Result<ImpactArea, ApiError> {
    let rings = match body {
        ImpactBody { at: Some(at), radius_m: Some(radius_m), polygon: None } => {
            return Ok(ImpactArea::Circle { at, radius_m });
        }
        ImpactBody { at: None, radius_m: None, polygon: Some(Shape::Polygon(rings)) } => rings,
        ImpactBody { at: None, radius_m: None, polygon: Some(Shape::MultiPolygon(parts)) } => parts.concat(),
        _ => {
            let text = "give either at with radius_m, or polygon as a GeoJSON Polygon or MultiPolygon";
            return Err(ApiError::BadRequest(text.to_owned()));
        }
    };
    if rings.iter().map(Vec::len).sum::<usize>() > MOST_PLACES {
        return Err(ApiError::TooLarge(format!("an area has at most {MOST_PLACES} corners")));
    }
    let corner = |position: &Vec<f64>| match position[..] {
        [lon, lat] | [lon, lat, _] => Ok((lon, lat)),
        _ => Err(ApiError::BadRequest("a position is a longitude and a latitude".to_owned())),
    };
    let ring = |ring: &Vec<Vec<f64>>| ring.iter().map(corner).collect::<Result<Vec<Place>, _>>();
    Ok(ImpactArea::Rings(rings.iter().map(ring).collect::<Result<_, _>>()?))
}

/// `GET /api/impact`: who is within so many metres of a place. Never kept: no two people ask about the same place.
pub(crate) async fn around(
    State(served): State<Arc<Served>>,
    query: Result<Query<ImpactQuery>, QueryRejection>,
) -> Result<Json<Value>, ApiError> {
    let ImpactQuery { lon, lat, radius_m } = parsed(query)?;
    let area = ImpactArea::Circle { at: (lon, lat), radius_m };
    served.ask(move |plans| plans.impact(&area)).await.map(Json)
}

/// `POST /api/impact`: a question, though it is asked with a body.
pub(crate) async fn impact(
    State(served): State<Arc<Served>>,
    headers: HeaderMap,
    body: Result<Json<ImpactBody>, JsonRejection>,
) -> Result<Json<Value>, ApiError> {
    let area = area(taken(&headers, body)?)?;
    served.ask(move |plans| plans.impact(&area)).await.map(Json)
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OpeningsQuery {
    category: String,
    tiers: Option<String>,
    tier: Option<String>,
    profile: Option<String>,
    most: Option<usize>,
    /// Gates as they are at this time.
    at: Option<String>,
}

/// A time of day: `22:30`, `Su 22:30`, `2026-12-24 22:30`.
fn moment(text: Option<String>) -> Result<Option<Moment>, ApiError> {
    key(text)?.map(|at| at.parse::<Moment>()).transpose().map_err(ApiError::BadRequest)
}

/// `GET /api/openings`: the single gates, crossings and paths that would help most.
pub(crate) async fn openings(
    State(served): State<Arc<Served>>,
    query: Result<Query<OpeningsQuery>, QueryRejection>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let OpeningsQuery { category, tiers, tier, profile, most, at } = parsed(query)?;
    let mut request = GapsRequest::new(&key(Some(category))?.unwrap_or_default());
    request.tier = key(tier)?;
    request.tiers = key(tiers)?.unwrap_or(request.tiers);
    request.profile = key(profile)?.unwrap_or(request.profile);
    request.openings = most.unwrap_or(request.openings);
    request.at = moment(at)?;
    let body = served.json(format!("openings/{request:?}"), move |plans| plans.openings(&request)).await?;
    Ok(answer(&headers, &body, "application/json"))
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct WhatIfBody {
    close: Vec<String>,
    add: Vec<Place>,
    moves: Vec<(String, Place)>,
    open_gates: Vec<Place>,
    close_gates: Vec<Place>,
    links: Vec<[Place; 2]>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum From {
    Buildings,
    Points(Vec<Place>),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SiteBody {
    category: String,
    tiers: Option<String>,
    tier: Option<String>,
    profile: Option<String>,
    model: Option<String>,
    p: Option<usize>,
    weight: Option<String>,
    capacity: Option<u32>,
    candidates: Option<From>,
    #[serde(default)]
    what_if: WhatIfBody,
    seconds: Option<f64>,
    /// Gates as they are at this time of day, before and after.
    at: Option<String>,
}

fn site_request(body: SiteBody) -> Result<SiteRequest, ApiError> {
    let wrong = |what: &str, known: &str| ApiError::BadRequest(format!("{what} is one of {known}"));
    let mut request = SiteRequest::new(&key(Some(body.category))?.unwrap_or_default());
    request.model = match body.model.as_deref() {
        // A number of stations without a model asks where they would reach most people.
        None => body.p.map(|_| SiteModel::Mclp),
        Some(word) => {
            let known = SiteModel::ALL.map(SiteModel::key).join(", ");
            Some(SiteModel::from_key(word).ok_or_else(|| wrong("model", &known))?)
        }
    };
    request.new_sites = match body.p {
        Some(p) if !(1..=MOST_CHANGES).contains(&p) => {
            return Err(ApiError::BadRequest(format!("p is from 1 to {MOST_CHANGES}")));
        }
        p => p,
    };
    request.weight = match body.weight.as_deref() {
        None | Some("persons") => SiteWeight::Persons,
        Some("households") => SiteWeight::Households,
        Some("elders") => SiteWeight::Elders,
        Some("children") => SiteWeight::Children,
        Some(_) => return Err(wrong("weight", "persons, households, elders, children")),
    };
    request.capacity = body.capacity;
    request.tier = key(body.tier)?;
    request.at = moment(body.at)?;
    request.tiers = key(body.tiers)?.unwrap_or(request.tiers);
    request.profile = key(body.profile)?.unwrap_or(request.profile);
    request.candidates = match body.candidates {
        None | Some(From::Buildings) => Candidates::Buildings,
        Some(From::Points(places)) if places.len() > MOST_PLACES => {
            return Err(ApiError::TooLarge(format!("at most {MOST_PLACES} candidates are taken")));
        }
        Some(From::Points(places)) => Candidates::Points(places),
    };
    if let Some(seconds) = body.seconds {
        if !(seconds > 0.0 && seconds <= LONGEST) {
            return Err(ApiError::BadRequest(format!("seconds must be above 0 and at most {LONGEST}")));
        }
        request.seconds = seconds;
    }
    let WhatIfBody { close, add, moves, open_gates, close_gates, links } = body.what_if;
    let changes = close.len() + add.len() + moves.len() + open_gates.len() + close_gates.len() + links.len();
    if changes > MOST_CHANGES {
        return Err(ApiError::TooLarge(format!("at most {MOST_CHANGES} changes are tried at once")));
    }
    request.what_if = WhatIf { close, add, moves, open_gates, close_gates, links };
    Ok(request)
}

/// `POST /api/jobs/site`: where stations would be best, and what changes would do.
pub(crate) async fn site(
    State(served): State<Arc<Served>>,
    headers: HeaderMap,
    body: Result<Json<SiteBody>, JsonRejection>,
) -> Begun {
    let request = site_request(taken(&headers, body)?)?;
    let plan = served.plan().ok_or(ApiError::NoPlanOpen)?;
    let told = begin(&served, "site", plan.file_name(), move |_, progress| {
        let session = Session::open(&plan.path(), progress).map_err(said)?;
        let result = session.site(&request, progress).map_err(said)?;
        // The search ends when it is asked to; who asked gets no result.
        if progress.cancelled() { Err(ApiError::Cancelled) } else { Ok(json!(result)) }
    })?;
    Ok((StatusCode::ACCEPTED, Json(told)))
}
