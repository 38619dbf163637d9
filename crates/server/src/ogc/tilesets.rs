//! 切片集 The tiles of a collection as OGC API - Tiles has them.

use super::links::Links;
use super::{CRS84, Offer, offer, plain};
use crate::error::ApiError;
use crate::ground::{TileQuery, tile_id};
use crate::state::Served;
use crate::tiles::{MVT, kept};
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The only pyramid.
const NAME: &str = "WebMercatorQuad";
const URI: &str = "http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad";
const MERCATOR: &str = "http://www.opengis.net/def/crs/EPSG/0/3857";

/// Half the side of the world, metres.
const HALF: f64 = 20_037_508.342_789_244;

type Parameters = Query<BTreeMap<String, String>>;

fn known(name: &str) -> Result<(), ApiError> {
    if name == NAME { Ok(()) } else { Err(ApiError::NotFound(format!("the only tiling scheme is {NAME}"))) }
}

fn about(offer: &Offer, id: &str, links: &Links) -> Result<Value, ApiError> {
    let collection = offer.find(id)?;
    if !collection.tiles {
        return Err(ApiError::NotFound("there are no tiles of this collection".to_owned()));
    }
    let path = format!("/collections/{id}/tiles/{NAME}");
    let mut template =
        links.to("item", MVT, &format!("{path}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}"), "A tile");
    template["templated"] = true.into();
    let mut told = json!({
        "title": collection.title, "dataType": "vector", "crs": MERCATOR, "tileMatrixSetURI": URI,
        "links": [
            links.to("self", "application/json", &path, "This tileset"),
            links.to("http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme", "application/json", &format!("/tileMatrixSets/{NAME}"), NAME),
            template,
        ],
        "layers": [{ "id": collection.query.layer, "title": collection.title, "dataType": "vector" }],
    });
    if let Some([west, south, east, north]) = offer.bounds {
        told["boundingBox"] =
            json!({ "lowerLeft": [west, south], "upperRight": [east, north], "crs": CRS84 });
    }
    Ok(told)
}

/// `GET /collections/{id}/tiles`.
pub(crate) async fn tilesets(
    State(served): State<Arc<Served>>,
    Path(id): Path<String>,
    Query(query): Parameters,
    headers: HeaderMap,
) -> Result<Json<Value>, ApiError> {
    plain(&query)?;
    let links = Links::of(&headers);
    let told = about(&offer(&served).await?, &id, &links)?;
    let own = links.to("self", "application/json", &format!("/collections/{id}/tiles"), "This document");
    Ok(Json(json!({ "tilesets": [told], "links": [own] })))
}

/// `GET /collections/{id}/tiles/{set}`.
pub(crate) async fn tileset(
    State(served): State<Arc<Served>>,
    Path((id, set)): Path<(String, String)>,
    Query(query): Parameters,
    headers: HeaderMap,
) -> Result<Json<Value>, ApiError> {
    plain(&query)?;
    known(&set)?;
    about(&offer(&served).await?, &id, &Links::of(&headers)).map(Json)
}

/// `GET /collections/{id}/tiles/{set}/{zoom}/{row}/{column}`: the row comes first here.
pub(crate) async fn tile(
    State(served): State<Arc<Served>>,
    Path((id, set, zoom, row, column)): Path<(String, String, String, String, String)>,
    Query(query): Parameters,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    plain(&query)?;
    known(&set)?;
    let tile = tile_id(&zoom, &column, &row)?;
    let offer = offer(&served).await?;
    let collection = offer.find(&id)?;
    if !collection.tiles {
        return Err(ApiError::NotFound("there are no tiles of this collection".to_owned()));
    }
    let query =
        TileQuery { layer: collection.query.layer.clone(), level: collection.query.level.clone(), tile };
    kept(&served, query, &headers).await
}

/// `GET /tileMatrixSets`.
pub(crate) async fn matrix_sets(
    Query(query): Parameters,
    headers: HeaderMap,
) -> Result<Json<Value>, ApiError> {
    plain(&query)?;
    let links = Links::of(&headers);
    let own = links.to("self", "application/json", &format!("/tileMatrixSets/{NAME}"), NAME);
    Ok(Json(
        json!({ "tileMatrixSets": [{ "id": NAME, "title": NAME, "uri": URI, "crs": MERCATOR, "links": [own] }] }),
    ))
}

/// `GET /tileMatrixSets/{set}`.
pub(crate) async fn matrix_set(
    Path(set): Path<String>,
    Query(query): Parameters,
) -> Result<Json<Value>, ApiError> {
    plain(&query)?;
    known(&set)?;
    let matrices: Vec<Value> = (0..=lifang_tiles::DEEPEST)
        .map(|zoom| {
            let across = f64::from(1u32 << zoom);
            let cell = 2.0 * HALF / 256.0 / across;
            json!({
                "id": zoom.to_string(), "cellSize": cell, "scaleDenominator": cell / 0.00028, "cornerOfOrigin": "topLeft",
                "pointOfOrigin": [-HALF, HALF], "tileWidth": 256, "tileHeight": 256,
                "matrixWidth": 1u32 << zoom, "matrixHeight": 1u32 << zoom,
            })
        })
        .collect();
    Ok(Json(json!({
        "id": NAME, "title": NAME, "uri": URI, "crs": MERCATOR, "orderedAxes": ["X", "Y"],
        "wellKnownScaleSet": "http://www.opengis.net/def/wkss/OGC/1.0/GoogleMapsCompatible", "tileMatrices": matrices,
    })))
}
