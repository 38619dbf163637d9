//! 切片接口 The routes of vector tiles, the shared arcs and the assignment.

use crate::answer::{answer, key, parsed};
use crate::error::ApiError;
use crate::ground::{TileQuery, tile_id};
use crate::ogc::links::Links;
use crate::plans::Plans;
use crate::state::Served;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use std::sync::Arc;

/// Media type of vector tiles.
pub(crate) const MVT: &str = "application/vnd.mapbox-vector-tile";

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TileParameters {
    level: Option<String>,
    /// Only there so that a page can ask for the tiles of another revision under another address.
    #[serde(rename = "revision")]
    _revision: Option<String>,
}

/// A tile, kept until an edit may have changed it.
pub(crate) async fn kept(
    served: &Arc<Served>,
    query: TileQuery,
    headers: &HeaderMap,
) -> Result<Response, ApiError> {
    let name = format!("tile \"{}\" {:?} {:?}", query.layer, query.level, query.tile);
    let body = served.kept(name, move |plans| plans.tile(&query)).await?;
    Ok(answer(headers, &body, MVT))
}

/// `GET /api/tiles/{layer}/{z}/{x}/{y}`, with or without `.mvt`.
pub(crate) async fn tile(
    State(served): State<Arc<Served>>,
    Path((layer, z, x, y)): Path<(String, String, String, String)>,
    query: Result<Query<TileParameters>, QueryRejection>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let level = key(parsed(query)?.level)?;
    let tile = tile_id(&z, &x, y.strip_suffix(".mvt").unwrap_or(&y))?;
    kept(&served, TileQuery { layer, level, tile }, &headers).await
}

/// `GET /api/tiles/{layer}`: TileJSON.
pub(crate) async fn about(
    State(served): State<Arc<Served>>,
    Path(layer): Path<String>,
    query: Result<Query<TileParameters>, QueryRejection>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let level = key(parsed(query)?.level)?;
    // Tiles of a plan that is not in front are at its own address.
    let links = Links::of(&headers);
    let name = format!("tilejson \"{layer}\" {level:?} {}", links.address(""));
    let told = move |plans: &dyn Plans| {
        let mut told = plans.tilejson(&layer, level.as_deref())?;
        for path in told["tiles"].as_array_mut().into_iter().flatten() {
            *path = links.address(path.as_str().unwrap_or_default()).into();
        }
        Ok(told)
    };
    let body = served.json(name, told).await?;
    Ok(answer(&headers, &body, "application/json"))
}

/// `GET /api/arcs`.
pub(crate) async fn arcs(
    State(served): State<Arc<Served>>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    // The ground stays as it is while people edit, like the base map.
    let body = served.json("arcs \"boundary\"".to_owned(), |plans| plans.topology()).await?;
    Ok(answer(&headers, &body, "application/json"))
}

/// `GET /api/assignment`.
pub(crate) async fn assignment(
    State(served): State<Arc<Served>>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let body = served.json("assignment".to_owned(), |plans| plans.assignment()).await?;
    Ok(answer(&headers, &body, "application/json"))
}

/// `GET /api/zones`: where every zone of a level lies.
pub(crate) async fn places(
    State(served): State<Arc<Served>>,
    query: Result<Query<TileParameters>, QueryRejection>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let level = key(parsed(query)?.level)?;
    let body = served.json(format!("places {level:?}"), move |plans| plans.places(level.as_deref())).await?;
    Ok(answer(&headers, &body, "application/json"))
}

/// `GET /api/zones/{code}/outline`. Never kept: it is read off what is drawn already.
pub(crate) async fn outline(
    State(served): State<Arc<Served>>,
    Path(code): Path<String>,
    query: Result<Query<TileParameters>, QueryRejection>,
) -> Result<Response, ApiError> {
    let (level, code) = (key(parsed(query)?.level)?, key(Some(code))?.unwrap_or_default());
    let outline = served.ask(move |plans| plans.outline(level.as_deref(), &code)).await?;
    Ok(([(header::CONTENT_TYPE, "application/geo+json")], outline.to_string()).into_response())
}
