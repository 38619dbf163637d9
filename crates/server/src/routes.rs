//! 路由 The one table of routes: the router is made from it, and so is the description at `/api/openapi.json`.

mod door;
mod maps;
mod reach;
mod table;
mod variants;

use crate::error::ApiError;
use crate::hall::Hall;
use crate::state::Served;
use crate::{headers, page, read};
use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::handler::Handler;
use axum::http::Method;
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get, on};
use std::sync::Arc;
use std::time::Duration;
use tower_http::compression::{CompressionLayer, CompressionLevel};
use tower_http::trace::TraceLayer;

/// Largest body of a request that is no upload: the codes of some 200,000 atoms.
const LARGEST: usize = 8 << 20;

/// Longest an answer may take, uploads aside.
const PATIENCE: Duration = Duration::from_secs(120);

/// Longest an upload may take.
const UPLOADING: Duration = Duration::from_secs(1800);

/// What a route answers with when all goes well.
#[derive(Copy, Clone, Debug)]
pub(crate) enum Answer {
    /// JSON of a schema.
    Json(&'static str),
    /// GeoJSON of a schema.
    GeoJson(&'static str),
    /// Bytes of a media type.
    Bytes(&'static str),
}

/// 路由 One of them, with what is said of it.
pub(crate) struct Route {
    pub(crate) method: Method,
    pub(crate) path: &'static str,
    pub(crate) tag: &'static str,
    pub(crate) summary: &'static str,
    /// Parameters behind the question mark: name, whether it is needed, what it is.
    pub(crate) query: &'static [(&'static str, bool, &'static str)],
    /// Schema of the JSON body, or `multipart`.
    pub(crate) body: Option<&'static str>,
    pub(crate) status: u16,
    pub(crate) answer: Answer,
    handler: MethodRouter<Arc<Served>>,
}

impl Route {
    const fn query(mut self, query: &'static [(&'static str, bool, &'static str)]) -> Self {
        self.query = query;
        self
    }

    const fn body(mut self, schema: &'static str) -> Self {
        self.body = Some(schema);
        self
    }

    const fn status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    const fn gives(mut self, answer: Answer) -> Self {
        self.answer = answer;
        self
    }

    fn limit(mut self, bytes: usize) -> Self {
        self.handler = self.handler.layer(DefaultBodyLimit::max(bytes));
        self
    }
}

fn route<H, T>(
    method: Method,
    path: &'static str,
    tag: &'static str,
    summary: &'static str,
    schema: &'static str,
    handler: H,
) -> Route
where
    H: Handler<T, Arc<Served>>,
    T: 'static,
{
    let filter = match method {
        Method::POST => axum::routing::MethodFilter::POST,
        Method::DELETE => axum::routing::MethodFilter::DELETE,
        _ => axum::routing::MethodFilter::GET,
    };
    Route {
        method,
        path,
        tag,
        summary,
        query: &[],
        body: None,
        status: 200,
        answer: Answer::Json(schema),
        handler: on(filter, handler),
    }
}

/// Every route of the server but the page's files.
pub(crate) fn all() -> Vec<Route> {
    let mut all = table::api();
    all.extend(reach::reach());
    all.extend(variants::variants());
    all.extend(maps::maps());
    all.extend(maps::ogc());
    all
}

/// The routes of one plan, or of none.
pub(crate) fn of_plan(served: Arc<Served>) -> Router {
    let mut router = Router::new();
    for route in all() {
        router = router.route(route.path, route.handler);
    }
    router
        .route("/api", get(read::unknown))
        .route("/api/", get(read::unknown))
        .route("/api/{*rest}", get(read::unknown))
        .fallback_service(get(page::file))
        .method_not_allowed_fallback(async || ApiError::Method)
        .with_state(served)
}

/// The router over all of it: every request goes to the room of its plan.
pub(crate) fn router(hall: Arc<Hall>) -> Router {
    let router = Router::new()
        .fallback(door::enter)
        .with_state(hall)
        .layer(from_fn(in_time))
        .layer(DefaultBodyLimit::max(LARGEST))
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest))
        .layer(TraceLayer::new_for_http());
    headers::guarded(router)
}

/// Nobody waits for ever, and nobody holds a connection by sending slowly.
async fn in_time(request: Request, next: Next) -> Response {
    let patience = if request.uri().path().ends_with("/api/uploads") { UPLOADING } else { PATIENCE };
    match tokio::time::timeout(patience, next.run(request)).await {
        Ok(response) => response,
        Err(_elapsed) => ApiError::TooLong.into_response(),
    }
}
