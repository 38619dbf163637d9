//! The routes of the jobs: divide, repair, cover.

use crate::answer::{key, ours, taken};
use crate::error::ApiError;
use crate::jobs::begin;
use crate::plans::said;
use crate::state::Served;
use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use lifang_model::Progress;
use lifang_planner::{
    CoverOptions, DEFAULT_PRESET, DEFAULT_TIERS, Effort, From, Moment, PartitionOptions, PlannerError,
    ReplanOptions, Session,
};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

pub(crate) type Begun = Result<(StatusCode, Json<Value>), ApiError>;

/// Longest a job may be asked to search, seconds.
const LONGEST: f64 = 3600.0;

/// The plan that is open, read anew by a job.
pub(crate) fn on_plan<W>(served: &Arc<Served>, kind: &'static str, work: W) -> Begun
where
    W: FnOnce(&mut Session, &dyn Progress) -> Result<Value, PlannerError> + Send + 'static,
{
    let plan = served.plan().ok_or(ApiError::NoPlanOpen)?;
    let told = begin(served, kind, plan.file_name(), move |served, progress| {
        let mut session = Session::open(&plan.path(), progress).map_err(said)?;
        let result = work(&mut session, progress).map_err(said)?;
        drop(session);
        plan.reload()?;
        served.changed(&*plan, kind);
        Ok(result)
    })?;
    Ok((StatusCode::ACCEPTED, Json(told)))
}

pub(crate) fn effort(moves: Option<u64>, seconds: Option<f64>) -> Result<Effort, ApiError> {
    match seconds {
        Some(limit) if !(limit > 0.0 && limit <= LONGEST) => {
            Err(ApiError::BadRequest(format!("seconds must be above 0 and at most {LONGEST}")))
        }
        _ => Ok(Effort { moves, seconds }),
    }
}

/// A preset by key only: a path would let a page read files.
pub(crate) fn preset(name: Option<String>) -> Result<Option<String>, ApiError> {
    match name {
        Some(name)
            if !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')) =>
        {
            Err(ApiError::BadRequest("a preset is named by its key; GET /api/catalog lists them".to_owned()))
        }
        other => Ok(other),
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct ProposeBody {
    preset: Option<String>,
    /// How many zones a level is to have, by key; as many as the band makes without.
    zones: BTreeMap<String, u32>,
    seed: Option<u64>,
    moves: Option<u64>,
    seconds: Option<f64>,
}

/// `POST /api/jobs/propose`: a plan from nothing.
pub(crate) async fn propose(
    State(served): State<Arc<Served>>,
    headers: HeaderMap,
    body: Result<Json<ProposeBody>, JsonRejection>,
) -> Begun {
    let body = taken(&headers, body)?;
    let options = PartitionOptions {
        preset: preset(body.preset)?.unwrap_or_else(|| DEFAULT_PRESET.to_owned()),
        counts: body.zones.into_iter().collect(),
        seed: body.seed.unwrap_or(1),
        effort: effort(body.moves, body.seconds)?,
    };
    on_plan(&served, "propose", move |session, progress| Ok(json!(session.partition(&options, progress)?)))
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct RepairBody {
    preset: Option<String>,
    relax: Option<String>,
    seed: Option<u64>,
    moves: Option<u64>,
    seconds: Option<f64>,
}

/// `POST /api/jobs/repair`: from the plan there is, moving as few households as will do.
pub(crate) async fn repair(
    State(served): State<Arc<Served>>,
    headers: HeaderMap,
    body: Result<Json<RepairBody>, JsonRejection>,
) -> Begun {
    let body = taken(&headers, body)?;
    let options = ReplanOptions {
        from: From::Current,
        preset: preset(body.preset)?,
        relax: body.relax,
        seed: body.seed.unwrap_or(1),
        effort: effort(body.moves, body.seconds)?,
    };
    on_plan(&served, "repair", move |session, progress| Ok(json!(session.replan(&options, progress)?)))
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct CoverBody {
    tiers: Option<String>,
    profiles: Option<Vec<String>>,
    categories: Vec<String>,
    /// Gates as they are at this time: `22:30`, `Su 22:30`, `2026-12-24 22:30`.
    at: Option<String>,
}

/// `POST /api/jobs/cover`: who reaches what.
pub(crate) async fn cover(
    State(served): State<Arc<Served>>,
    headers: HeaderMap,
    body: Result<Json<CoverBody>, JsonRejection>,
) -> Begun {
    let body = taken(&headers, body)?;
    let at = key(body.at)?.map(|at| at.parse::<Moment>()).transpose().map_err(ApiError::BadRequest)?;
    let options = CoverOptions {
        tiers: body.tiers.unwrap_or_else(|| DEFAULT_TIERS.to_owned()),
        profiles: body.profiles.unwrap_or_else(|| CoverOptions::default().profiles),
        categories: body.categories,
        rooms: false,
        at,
    };
    on_plan(&served, "cover", move |session, progress| Ok(json!(session.cover(&options, progress)?)))
}

/// `GET /api/jobs`.
pub(crate) async fn all(State(served): State<Arc<Served>>) -> Json<Value> {
    Json(json!({ "jobs": served.jobs.all() }))
}

/// `GET /api/jobs/{id}`.
pub(crate) async fn one(
    State(served): State<Arc<Served>>,
    Path(id): Path<String>,
) -> Result<Json<Value>, ApiError> {
    served.jobs.one(&id).map(Json)
}

/// `DELETE /api/jobs/{id}`.
pub(crate) async fn cancel(
    State(served): State<Arc<Served>>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Json<Value>, ApiError> {
    ours(&headers)?;
    served.jobs.cancel(&id).map(Json)
}
