//! What the page reads of the open plan.

use crate::answer::{answer, key, parsed};
use crate::error::ApiError;
use crate::plans::{LayerQuery, Plans};
use crate::state::Served;
use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

/// The layers, as they are asked for.
pub(crate) const LAYERS: [&str; 12] = [
    "zones",
    "atoms",
    "buildings",
    "streets",
    "facilities",
    "compounds",
    "gates",
    "areas",
    "boundary",
    "coverage",
    "gaps",
    "contact_groups",
];

pub(crate) async fn health() -> Json<Value> {
    Json(json!({ "status": "ok", "version": env!("CARGO_PKG_VERSION") }))
}

pub(crate) async fn unknown() -> ApiError {
    ApiError::NotFound("there is no such route; GET /api/openapi.json lists them".to_owned())
}

pub(crate) async fn plan(
    State(served): State<Arc<Served>>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let body = served.json("plan".to_owned(), |plans| plans.summary()).await?;
    Ok(answer(&headers, &body, "application/json"))
}

pub(crate) async fn verify(
    State(served): State<Arc<Served>>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let body = served.json("verify".to_owned(), |plans| plans.verify()).await?;
    Ok(answer(&headers, &body, "application/json"))
}

pub(crate) async fn zone(
    State(served): State<Arc<Served>>,
    Path(code): Path<String>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let Some(code) = key(Some(code))? else { return Err(unknown().await) };
    let body = served.json(format!("zone/{code}"), move |plans| plans.zone(&code)).await?;
    Ok(answer(&headers, &body, "application/json"))
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct GapsQuery {
    category: Option<String>,
}

pub(crate) async fn gaps(
    State(served): State<Arc<Served>>,
    query: Result<Query<GapsQuery>, QueryRejection>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let GapsQuery { category } = parsed(query)?;
    let category = key(category)?;
    let name = format!("gaps/{}", category.as_deref().unwrap_or_default());
    let body = served.json(name, move |plans| plans.gaps(category.as_deref())).await?;
    Ok(answer(&headers, &body, "application/json"))
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LayerParameters {
    level: Option<String>,
    category: Option<String>,
    profile: Option<String>,
    tier: Option<String>,
}

pub(crate) async fn layer(
    State(served): State<Arc<Served>>,
    Path(layer): Path<String>,
    query: Result<Query<LayerParameters>, QueryRejection>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    if !LAYERS.contains(&layer.as_str()) {
        return Err(ApiError::NotFound(format!("there is no such layer; there are {}", LAYERS.join(", "))));
    }
    let LayerParameters { level, category, profile, tier } = parsed(query)?;
    let query = LayerQuery {
        layer,
        level: key(level)?,
        category: key(category)?,
        profile: key(profile)?,
        tier: key(tier)?,
    };
    let name = format!("layer/{query:?}");
    let body = served.kept(name, move |plans| plans.layer(&query)).await?;
    Ok(answer(&headers, &body, "application/geo+json"))
}

/// Never kept: another program may have written to the file.
pub(crate) async fn history(State(served): State<Arc<Served>>) -> Result<Json<Value>, ApiError> {
    served.ask(|plans| plans.history()).await.map(Json)
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CompareQuery {
    with: String,
}

/// Never kept: the other file is not watched.
pub(crate) async fn compare(
    State(served): State<Arc<Served>>,
    query: Result<Query<CompareQuery>, QueryRejection>,
) -> Result<Json<Value>, ApiError> {
    let CompareQuery { with } = parsed(query)?;
    let other = crate::folder::existing(&served.folder, &with)?;
    served.ask(move |plans: &dyn Plans| plans.compare(&other)).await.map(Json)
}
