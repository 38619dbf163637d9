//! The routes.

use crate::cache::{Body, Cache};
use crate::edits::{EditBody, Step, StepBody};
use crate::error::ApiError;
use crate::plans::{LayerQuery, Plans};
use crate::{headers, page};
use axum::extract::rejection::{JsonRejection, QueryRejection};
use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};
use std::net::IpAddr;
use std::num::NonZeroUsize;
use std::sync::Arc;
use tokio::sync::Semaphore;
use tower_http::compression::CompressionLayer;
use tower_http::trace::TraceLayer;

/// The layers, as they are asked for.
const LAYERS: [&str; 11] = [
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
];

/// Those that no edit changes.
const FIXED: [&str; 7] = ["buildings", "streets", "facilities", "compounds", "gates", "areas", "boundary"];

/// Largest body of a request: the codes of some 200,000 atoms.
const LARGEST: usize = 8 << 20;

/// Longest value of a parameter, bytes: keys are far shorter.
const LONGEST: usize = 128;

pub(crate) struct Served<P> {
    plans: Arc<P>,
    pub(crate) cache: Cache,
    /// As many computations at once as there are cores: more would only share them.
    cores: Semaphore,
}

impl<P: Plans> Served<P> {
    pub(crate) fn new(plans: Arc<P>) -> Arc<Self> {
        let cores = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
        Arc::new(Self { plans, cache: Cache::default(), cores: Semaphore::new(cores) })
    }

    /// Asks the plan off the async threads.
    async fn ask<T, Q>(&self, question: Q) -> Result<T, ApiError>
    where
        T: Send + 'static,
        Q: FnOnce(&P) -> Result<T, ApiError> + Send + 'static,
    {
        let _permit = self.cores.acquire().await.map_err(|error| ApiError::internal(&error))?;
        let plans = Arc::clone(&self.plans);
        tokio::task::spawn_blocking(move || question(&plans))
            .await
            .map_err(|error| ApiError::internal(&error))?
    }

    /// Changes the plan and forgets every answer that may be another now.
    async fn change<Q>(&self, question: Q) -> Result<Json<Value>, ApiError>
    where
        Q: FnOnce(&P) -> Result<Value, ApiError> + Send + 'static,
    {
        let done = self.ask(question).await;
        self.cache.forget(|key| !FIXED.iter().any(|layer| key.contains(&format!("layer: \"{layer}\""))));
        done.map(Json)
    }

    async fn json<Q>(&self, key: String, question: Q) -> Result<Body, ApiError>
    where
        Q: FnOnce(&P) -> Result<Value, ApiError> + Send + 'static,
    {
        let work = move |plans: &P| {
            let value = question(plans)?;
            serde_json::to_vec(&value).map_err(|error| ApiError::internal(&error))
        };
        self.cache.get(key, || self.ask(work)).await
    }
}

pub(crate) fn router<P: Plans>(plans: Arc<P>) -> Router {
    with(Served::new(plans))
}

pub(crate) fn with<P: Plans>(served: Arc<Served<P>>) -> Router {
    let router = Router::new()
        .route("/api/health", get(health))
        .route("/api/plan", get(plan::<P>))
        .route("/api/verify", get(verify::<P>))
        .route("/api/gaps", get(gaps::<P>))
        .route("/api/zones/{code}", get(zone::<P>))
        .route("/api/layers/{layer}", get(layer::<P>))
        .route("/api/edits", post(edit::<P>))
        .route("/api/undo", post(undo::<P>))
        .route("/api/redo", post(redo::<P>))
        .route("/api/refresh", post(refresh::<P>))
        .route("/api/history", get(history::<P>))
        .route("/api", get(unknown))
        .route("/api/", get(unknown))
        .route("/api/{*rest}", get(unknown))
        .fallback_service(get(page::file))
        .method_not_allowed_fallback(async || ApiError::Method)
        .with_state(served)
        .layer(DefaultBodyLimit::max(LARGEST))
        .layer(CompressionLayer::new())
        .layer(TraceLayer::new_for_http());
    headers::guarded(router)
}

async fn health() -> Json<Value> {
    Json(json!({ "status": "ok", "version": env!("CARGO_PKG_VERSION") }))
}

async fn unknown() -> ApiError {
    ApiError::NotFound(
        "there is no such route; see /api/plan, /api/verify, /api/gaps, /api/zones/{code}, /api/layers/{layer}".to_owned(),
    )
}

async fn plan<P: Plans>(
    State(served): State<Arc<Served<P>>>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let body = served.json("plan".to_owned(), P::summary).await?;
    Ok(answer(&headers, &body, "application/json"))
}

async fn verify<P: Plans>(
    State(served): State<Arc<Served<P>>>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let body = served.json("verify".to_owned(), P::verify).await?;
    Ok(answer(&headers, &body, "application/json"))
}

async fn zone<P: Plans>(
    State(served): State<Arc<Served<P>>>,
    Path(code): Path<String>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let Some(code) = key(Some(code))? else { return Err(unknown().await) };
    let body = served.json(format!("zone/{code}"), move |plans| plans.zone(&code)).await?;
    Ok(answer(&headers, &body, "application/json"))
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct GapsQuery {
    category: Option<String>,
}

async fn gaps<P: Plans>(
    State(served): State<Arc<Served<P>>>,
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
struct LayerParameters {
    level: Option<String>,
    category: Option<String>,
    profile: Option<String>,
    tier: Option<String>,
}

async fn layer<P: Plans>(
    State(served): State<Arc<Served<P>>>,
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
    let body = served.cache.get(name, || served.ask(move |plans| plans.layer(&query))).await?;
    Ok(answer(&headers, &body, "application/geo+json"))
}

async fn edit<P: Plans>(
    State(served): State<Arc<Served<P>>>,
    headers: HeaderMap,
    body: Result<Json<EditBody>, JsonRejection>,
) -> Result<Json<Value>, ApiError> {
    let body = taken(&headers, body)?;
    if body.dry_run {
        return served.ask(move |plans| plans.edit(&body)).await.map(Json);
    }
    served.change(move |plans| plans.edit(&body)).await
}

async fn undo<P: Plans>(
    State(served): State<Arc<Served<P>>>,
    headers: HeaderMap,
    body: Result<Json<StepBody>, JsonRejection>,
) -> Result<Json<Value>, ApiError> {
    let body = taken(&headers, body)?;
    served.change(move |plans| plans.step(Step::Undo, &body)).await
}

async fn redo<P: Plans>(
    State(served): State<Arc<Served<P>>>,
    headers: HeaderMap,
    body: Result<Json<StepBody>, JsonRejection>,
) -> Result<Json<Value>, ApiError> {
    let body = taken(&headers, body)?;
    served.change(move |plans| plans.step(Step::Redo, &body)).await
}

async fn refresh<P: Plans>(
    State(served): State<Arc<Served<P>>>,
    headers: HeaderMap,
    body: Result<Json<StepBody>, JsonRejection>,
) -> Result<Json<Value>, ApiError> {
    taken(&headers, body)?;
    served.change(P::refresh).await
}

/// Never kept: another program may have written to the file.
async fn history<P: Plans>(State(served): State<Arc<Served<P>>>) -> Result<Json<Value>, ApiError> {
    served.ask(P::history).await.map(Json)
}

/// The body of a request that changes something. A page from elsewhere cannot send JSON here without asking first, which
/// nothing answers; and a name that was made to point here (DNS rebinding) is neither an address nor `localhost`.
fn taken<T>(headers: &HeaderMap, body: Result<Json<T>, JsonRejection>) -> Result<T, ApiError> {
    let host = headers.get(header::HOST).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let name = match host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, _)) => address,
        None => host.rsplit_once(':').map_or(host, |(name, _)| name),
    };
    if name != "localhost" && name.parse::<IpAddr>().is_err() {
        return Err(ApiError::BadRequest(
            "changes are taken from pages opened by address or as localhost only".to_owned(),
        ));
    }
    body.map(|Json(body)| body).map_err(|rejection| ApiError::BadRequest(rejection.body_text()))
}

fn parsed<T>(query: Result<Query<T>, QueryRejection>) -> Result<T, ApiError> {
    query.map(|Query(query)| query).map_err(|rejection| ApiError::BadRequest(rejection.body_text()))
}

/// A parameter as a key: an empty one means none.
fn key(value: Option<String>) -> Result<Option<String>, ApiError> {
    match value {
        Some(text) if text.len() > LONGEST || text.chars().any(char::is_control) => {
            Err(ApiError::BadRequest(format!(
                "a parameter is longer than {LONGEST} bytes or holds a control character"
            )))
        }
        other => Ok(other.filter(|text| !text.is_empty())),
    }
}

fn answer(headers: &HeaderMap, body: &Body, kind: &'static str) -> Response {
    // The browser keeps the answer but asks each time whether it still holds: another plan may be served next time.
    let said =
        [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "no-cache"), (header::ETAG, &body.etag)];
    let known = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    if known.is_some_and(|list| list.split(',').any(|tag| tag.trim() == body.etag)) {
        return (StatusCode::NOT_MODIFIED, said).into_response();
    }
    (said, body.bytes.clone()).into_response()
}
