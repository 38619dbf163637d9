//! 方案夹 The folder of plans: what is in it, opening one, making one from the sample.

use crate::answer::taken;
use crate::error::ApiError;
use crate::hall::{Hall, address};
use crate::jobs::begin;
use crate::plans::said;
use crate::state::Served;
use crate::tasks::Begun;
use crate::upload::Upload;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::{HeaderMap, StatusCode};
use axum::{Extension, Json};
use lifang_planner::{Catalog, DEFAULT_PRESET, NewRequest, SampleOptions, Source, shelf};
use serde::Deserialize;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Where a plan of this name is or would be.
pub(crate) fn place(folder: &Path, file: &str) -> Result<PathBuf, ApiError> {
    shelf::place(folder, file).map_err(|error| ApiError::BadRequest(error.to_string()))
}

/// A plan of this name that is there.
pub(crate) fn existing(folder: &Path, file: &str) -> Result<PathBuf, ApiError> {
    let path = place(folder, file)?;
    // A link could lead out of the folder.
    let plain = std::fs::symlink_metadata(&path).is_ok_and(|meta| meta.is_file());
    if plain {
        Ok(path)
    } else {
        Err(ApiError::NotFound("there is no such plan; GET /api/plans lists them".to_owned()))
    }
}

/// A place of this name that is free.
pub(crate) fn free(folder: &Path, file: &str) -> Result<PathBuf, ApiError> {
    let path = place(folder, file)?;
    match std::fs::symlink_metadata(&path) {
        Ok(_) => Err(ApiError::Refused("there is a file of this name; choose another".to_owned())),
        Err(_) => Ok(path),
    }
}

/// `GET /api/plans`.
pub(crate) async fn list(
    State(served): State<Arc<Served>>,
    Extension(hall): Extension<Arc<Hall>>,
) -> Result<Json<Value>, ApiError> {
    let folder = served.folder.clone();
    let plan = served.plan();
    let name = folder.canonicalize().unwrap_or_else(|_| folder.clone());
    let name = name.file_name().map(|name| name.to_string_lossy().into_owned());
    served
        .work(move || {
            let plans = shelf::list(&folder).map_err(said)?;
            let open = plan.map(|plan| plan.file_name());
            let (front, opened) = (hall.front_name(), hall.opened());
            Ok(Json(
                json!({ "folder": name, "plans": plans, "open": open, "front": front, "opened": opened }),
            ))
        })
        .await
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OpenBody {
    file: String,
}

/// `POST /api/plans/open`: puts a plan in front.
pub(crate) async fn open(
    State(served): State<Arc<Served>>,
    Extension(hall): Extension<Arc<Hall>>,
    headers: HeaderMap,
    body: Result<Json<OpenBody>, JsonRejection>,
) -> Result<Json<Value>, ApiError> {
    let OpenBody { file } = taken(&headers, body)?;
    served.work(move || hall.put_in_front(&file)).await.map(Json)
}

/// `POST /api/plans/close`: closes the plan of the address for everybody.
pub(crate) async fn close(
    State(served): State<Arc<Served>>,
    Extension(hall): Extension<Arc<Hall>>,
    headers: HeaderMap,
    body: Result<Json<serde_json::Map<String, Value>>, JsonRejection>,
) -> Result<Json<Value>, ApiError> {
    taken(&headers, body)?;
    if let Some(plan) = served.plan() {
        served
            .work(move || {
                hall.close(&plan.file_name());
                Ok(())
            })
            .await?;
    }
    Ok(Json(json!({ "open": null })))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SampleBody {
    file: String,
    seed: Option<u64>,
    buildings: Option<u32>,
    preset: Option<String>,
}

/// `POST /api/plans/sample`: a job that makes the synthetic community.
pub(crate) async fn sample(
    State(served): State<Arc<Served>>,
    Extension(hall): Extension<Arc<Hall>>,
    headers: HeaderMap,
    body: Result<Json<SampleBody>, JsonRejection>,
) -> Begun {
    let body = taken(&headers, body)?;
    let out = free(&served.folder, &body.file)?;
    let options = SampleOptions { seed: body.seed.unwrap_or(1), buildings: body.buildings };
    make(&served, hall, out, Source::Sample(options), crate::tasks::preset(body.preset)?, None)
}

/// A job that makes a plan file, and puts it in front where no plan is. The files of the upload it is made from stay as long
/// as it runs.
pub(crate) fn make(
    served: &Arc<Served>,
    hall: Arc<Hall>,
    out: PathBuf,
    source: Source,
    preset: Option<String>,
    upload: Option<Arc<Upload>>,
) -> Begun {
    let file = out.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let preset = preset.unwrap_or_else(|| DEFAULT_PRESET.to_owned());
    let told = begin(served, "create", file.clone(), move |_, progress| {
        let request = NewRequest {
            out: out.clone(),
            replace: false,
            source,
            preset,
            parcels: None,
            cuts: None,
            control: None,
        };
        let (session, created) = lifang_planner::create(&request, progress).map_err(said)?;
        drop((session, upload));
        hall.tell_all("plans", &json!({}));
        if hall.front_name().is_none() {
            hall.put_in_front(&file)?;
        }
        Ok(created_told(&created))
    })?;
    Ok((StatusCode::ACCEPTED, Json(told)))
}

/// What was made; where the file lies on the server's disk is nobody's business.
fn created_told(created: &lifang_planner::Created) -> Value {
    let mut told = json!(created);
    if let Some(told) = told.as_object_mut() {
        told.shift_remove("plan");
        let file = created.plan.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
        told.insert("address".to_owned(), address(&file).into());
        told.insert("file".to_owned(), file.into());
    }
    told
}

/// `GET /api/catalog`.
pub(crate) async fn catalog() -> Result<Json<Value>, ApiError> {
    let catalog = Catalog::built_in().map_err(said)?;
    Ok(Json(json!({
        "presets": catalog.presets, "tiers": catalog.tiers, "profiles": catalog.profiles, "services": catalog.services,
        "default_preset": DEFAULT_PRESET, "default_tiers": lifang_planner::DEFAULT_TIERS,
    })))
}
