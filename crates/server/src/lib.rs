//! 服务 HTTP: the map page, GeoJSON layers, figures, edits, jobs, a folder of plans.
//!
//! Many plans are open at once, each at an address of its own (`/plans/{file}/`); edits go through the use cases and name the
//! revision they were made on. Work is done off the async threads, once for each answer between two edits.
//! `GET /api/openapi.json` describes the routes.
//!
//! # Errors
//! Every answer under `/api/` that is not data is a problem (RFC 9457) with `error`, a key, and `message`, a text made for
//! people; causes that are none of theirs go to the log only.

mod answer;
mod cache;
mod change;
mod download;
#[cfg(test)]
mod edit_tests;
mod edits;
mod error;
mod events;
mod folder;
mod ground;
mod hall;
#[cfg(test)]
mod hall_tests;
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
mod warm;

pub use error::ServerError;

use crate::hall::Hall;
use crate::plans::{Open, Plans};
use lifang_planner::Session;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;

/// How long answers under way may take once the server was asked to stop.
const FAREWELL: Duration = Duration::from_secs(10);

/// How often plans that pages look at are asked whether another program changed them.
const LOOK: Duration = Duration::from_secs(2);

/// 服务内容 What is served.
#[derive(Debug)]
pub struct Content {
    /// The plan in front, if any: the one the addresses without the name of a plan mean.
    pub session: Option<Session>,
    /// The folder whose plans are listed and opened, and where new ones are made.
    pub folder: PathBuf,
}

impl Content {
    fn hall(self) -> Arc<Hall> {
        let front = self.session.map(|session| Arc::new(Open::new(session)) as Arc<dyn Plans>);
        Hall::new(self.folder, front)
    }
}

/// The routes over the folder of a plan, which is in front.
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

/// The routes over a folder of plans, one of them in front or none.
pub fn app_of(content: Content) -> axum::Router {
    routes::router(content.hall())
}

/// Serves until `shutdown` is ready, then ends events and jobs, lets running answers finish, and closes the plans.
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
    let hall = content.hall();
    hall.warm();
    let watching = tokio::spawn(watch(Arc::clone(&hall)));
    let (asked, stopped) = tokio::sync::oneshot::channel::<()>();
    let stopping = Arc::clone(&hall);
    let shutdown = async move {
        shutdown.await;
        // Events never end by themselves, and a job would keep the program waiting for minutes.
        stopping.stop();
        let _nobody_waits = asked.send(());
    };
    let serving = axum::serve(listener, routes::router(Arc::clone(&hall))).with_graceful_shutdown(shutdown);
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
    watching.abort();
    tokio::task::spawn_blocking(move || hall.close_all())
        .await
        .map_err(|error| ServerError::Io(error.into()))?;
    done.map_err(ServerError::Io)
}

/// Looks from time to time whether other programs changed what pages look at.
async fn watch(hall: Arc<Hall>) {
    let mut times = tokio::time::interval(LOOK);
    times.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        times.tick().await;
        let hall = Arc::clone(&hall);
        if tokio::task::spawn_blocking(move || hall.look()).await.is_err() {
            tracing::warn!("looking for changes of other programs failed");
        }
    }
}
