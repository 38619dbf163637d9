//! 服务 HTTP: the map page, GeoJSON layers, figures.
//!
//! Reads one open plan and changes nothing. Work is done off the async threads, once for each answer; see
//! [`app`] for the routes.
//!
//! # Errors
//! Every answer under `/api/` that is not data is JSON `{"error": key, "message": text}`. The text is made for people;
//! causes that are none of theirs go to the log only.

mod api;
mod cache;
mod error;
mod headers;
mod page;
mod plans;
#[cfg(test)]
mod tests;

pub use error::ServerError;

use lifang_planner::Session;
use std::future::Future;
use std::sync::Arc;
use tokio::net::TcpListener;

/// The routes over one open plan.
///
/// | route | answer |
/// |---|---|
/// | `GET /api/plan` | summary: levels, totals, coverage shares, counts of violations and gaps |
/// | `GET /api/layers/{layer}` | RFC 7946 GeoJSON; `level`, `category`, `profile`, `tier` as the layer needs them |
/// | `GET /api/verify` | the verify report |
/// | `GET /api/gaps` | gaps in coverage, of one `category` or all |
/// | `GET /api/zones/{code}` | what one zone reaches of each service |
/// | `GET /api/health` | `{"status":"ok"}` |
/// | `GET /…` | the page, out of the binary |
///
/// # Determinism
/// The same plan gives the same bytes and the same `ETag`.
pub fn app(session: Arc<Session>) -> axum::Router {
    api::router(session)
}

/// Serves a plan until `shutdown` is ready, then lets running answers finish.
///
/// Who may connect is decided by whoever bound the listener.
///
/// # Errors
/// [`ServerError::Io`] when the listener fails.
pub async fn serve(
    listener: TcpListener,
    session: Arc<Session>,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), ServerError> {
    axum::serve(listener, app(session)).with_graceful_shutdown(shutdown).await.map_err(ServerError::Io)
}
