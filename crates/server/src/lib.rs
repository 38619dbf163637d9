//! 服务 HTTP: the map page, GeoJSON layers, figures, edits, jobs, a folder of plans.
//!
//! One plan is open at a time, or none; edits go through the use cases and name the revision they were made on. Work is
//! done off the async threads, once for each answer between two edits. `GET /api/openapi.json` describes the routes.
//!
//! # Errors
//! Every answer under `/api/` that is not data is a problem (RFC 9457) with `error`, a key, and `message`, a text made for
//! people; causes that are none of theirs go to the log only.

mod answer;
mod cache;
mod change;
mod download;
mod edits;
mod error;
mod events;
mod folder;
mod ground;
mod headers;
mod jobs;
mod listen;
#[cfg(test)]
mod load_tests;
mod ogc;
mod openapi;
mod page;
mod plans;
mod reach;
mod read;
#[cfg(test)]
mod real_tests;
mod routes;
mod state;
mod tasks;
#[cfg(test)]
mod tests;
mod tiles;
mod upload;
mod variants;

pub use error::ServerError;

use crate::plans::{Open, Plans};
use crate::state::Served;
use lifang_planner::Session;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;

/// How long answers under way may take once the server was asked to stop.
const FAREWELL: Duration = Duration::from_secs(10);

/// 服务内容 What is served.
#[derive(Debug)]
pub struct Content {
    /// The plan that is open at first, if any.
    pub session: Option<Session>,
    /// The folder whose plans are listed and opened, and where new ones are made.
    pub folder: PathBuf,
}

impl Content {
    fn served(self) -> Arc<Served> {
        let open = self.session.map(|session| Arc::new(Open::new(session)) as Arc<dyn Plans>);
        Served::new(self.folder, open)
    }
}

/// The routes over one open plan; others of its folder can be opened.
///
/// # Determinism
/// The same plan gives the same bytes and the same `ETag`.
pub fn app(session: Session) -> axum::Router {
    let folder = match session.path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
        _ => Path::new(".").to_owned(),
    };
    app_of(Content { session: Some(session), folder })
}

/// The routes over a folder of plans, one of them open or none.
pub fn app_of(content: Content) -> axum::Router {
    routes::router(content.served())
}

/// Serves until `shutdown` is ready, then ends events and jobs, lets running answers finish, and closes the plan.
///
/// Who may connect is decided by whoever bound the listener.
///
/// # Errors
/// [`ServerError::Io`] when the listener fails.
pub async fn serve(
    listener: TcpListener,
    content: Content,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), ServerError> {
    let served = content.served();
    let (asked, stopped) = tokio::sync::oneshot::channel::<()>();
    let stopping = Arc::clone(&served);
    let shutdown = async move {
        shutdown.await;
        // Events never end by themselves, and a job would keep the program waiting for minutes.
        stopping.events.close();
        stopping.jobs.close();
        let _nobody_waits = asked.send(());
    };
    let serving = axum::serve(listener, routes::router(Arc::clone(&served))).with_graceful_shutdown(shutdown);
    let late = async {
        if stopped.await.is_err() {
            std::future::pending::<()>().await;
        }
        tokio::time::sleep(FAREWELL).await;
    };
    let done = tokio::select! {
        done = serving.into_future() => done,
        () = late => {
            tracing::warn!("some answers did not finish in time");
            Ok(())
        }
    };
    // Zones others see in the file follow the edits, and the file is one file again.
    if let Some(plan) = served.put(None) {
        tokio::task::spawn_blocking(move || plan.close())
            .await
            .map_err(|error| ServerError::Io(error.into()))?;
    }
    done.map_err(ServerError::Io)
}
