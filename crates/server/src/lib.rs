//! 服务 HTTP: the map page, GeoJSON layers, figures.
//!
//! Serves one open plan; edits go through the use cases and name the revision they were made on. Work is done off the
//! async threads, once for each answer between two edits; see [`app`] for the routes.
//!
//! # Errors
//! Every answer under `/api/` that is not data is JSON `{"error": key, "message": text}`. The text is made for people;
//! causes that are none of theirs go to the log only.

mod api;
mod cache;
mod edits;
mod error;
mod headers;
mod page;
mod plans;
#[cfg(test)]
mod tests;

pub use error::ServerError;

use crate::plans::{Open, Plans};
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
/// | `POST /api/edits` | `{base, edit, note, dry_run}`: what was touched, made and cured; 409 on another revision |
/// | `POST /api/undo`, `/api/redo` | `{base, note}`: the same |
/// | `POST /api/refresh` | `{}`: draws the zones in the file anew, computes coverage for them |
/// | `GET /api/history` | every edit, oldest first, and the revision |
/// | `GET /api/health` | `{"status":"ok"}` |
/// | `GET /…` | the page, out of the binary |
///
/// # Determinism
/// The same plan gives the same bytes and the same `ETag`.
pub fn app(session: Session) -> axum::Router {
    api::router(Arc::new(Open::new(session)))
}

/// Serves a plan until `shutdown` is ready, then lets running answers finish.
///
/// Who may connect is decided by whoever bound the listener.
///
/// # Errors
/// [`ServerError::Io`] when the listener fails.
pub async fn serve(
    listener: TcpListener,
    session: Session,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), ServerError> {
    let open = Arc::new(Open::new(session));
    let served = axum::serve(listener, api::router(Arc::clone(&open))).with_graceful_shutdown(shutdown).await;
    // Zones others see in the file follow the edits, and the file is one file again.
    tokio::task::spawn_blocking(move || open.close()).await.map_err(|error| ServerError::Io(error.into()))?;
    served.map_err(ServerError::Io)
}
