//! 服务状态 What the server holds: a folder of plans, the plan that is open, answers kept, events, jobs, uploads.

use crate::cache::{Body, Cache};
use crate::error::ApiError;
use crate::events::Events;
use crate::jobs::Jobs;
use crate::plans::Plans;
use crate::upload::Uploads;
use serde_json::{Value, json};
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};
use tokio::sync::Semaphore;

/// Layers that no edit changes.
const FIXED: [&str; 7] = ["buildings", "streets", "facilities", "compounds", "gates", "areas", "boundary"];

/// See the module.
pub(crate) struct Served {
    /// Where plans are listed, opened and made.
    pub(crate) folder: PathBuf,
    open: RwLock<Option<Arc<dyn Plans>>>,
    pub(crate) cache: Cache,
    /// As many computations at once as there are cores: more would only share them.
    cores: Semaphore,
    pub(crate) events: Events,
    pub(crate) jobs: Jobs,
    pub(crate) uploads: Uploads,
}

impl Served {
    pub(crate) fn new(folder: PathBuf, open: Option<Arc<dyn Plans>>) -> Arc<Self> {
        let cores = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
        Arc::new(Self {
            folder,
            open: RwLock::new(open),
            cache: Cache::default(),
            // One more, so that a slow answer on a machine of one core does not keep the quick ones waiting.
            cores: Semaphore::new(cores + 1),
            events: Events::default(),
            jobs: Jobs::default(),
            uploads: Uploads::default(),
        })
    }

    /// The plan that is open.
    pub(crate) fn plan(&self) -> Option<Arc<dyn Plans>> {
        self.open.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Puts another plan, or none, in the place of the one that is open; gives back the old one.
    pub(crate) fn put(&self, plan: Option<Arc<dyn Plans>>) -> Option<Arc<dyn Plans>> {
        let mut open = self.open.write().unwrap_or_else(PoisonError::into_inner);
        let old = std::mem::replace(&mut *open, plan);
        drop(open);
        self.cache.forget(|_| true);
        old
    }

    /// Works off the async threads.
    pub(crate) async fn work<T, W>(&self, work: W) -> Result<T, ApiError>
    where
        T: Send + 'static,
        W: FnOnce() -> Result<T, ApiError> + Send + 'static,
    {
        let _permit = self.cores.acquire().await.map_err(|error| ApiError::internal(&error))?;
        tokio::task::spawn_blocking(work).await.map_err(|error| ApiError::internal(&error))?
    }

    /// Asks the plan off the async threads.
    pub(crate) async fn ask<T, Q>(&self, question: Q) -> Result<T, ApiError>
    where
        T: Send + 'static,
        Q: FnOnce(&dyn Plans) -> Result<T, ApiError> + Send + 'static,
    {
        let plan = self.plan().ok_or(ApiError::NoPlanOpen)?;
        self.work(move || question(&*plan)).await
    }

    /// An answer kept under a key.
    pub(crate) async fn kept<Q>(&self, key: String, question: Q) -> Result<Body, ApiError>
    where
        Q: FnOnce(&dyn Plans) -> Result<Vec<u8>, ApiError> + Send + 'static,
    {
        self.cache.get(key, || self.ask(question)).await
    }

    /// A JSON answer kept under a key.
    pub(crate) async fn json<Q>(&self, key: String, question: Q) -> Result<Body, ApiError>
    where
        Q: FnOnce(&dyn Plans) -> Result<Value, ApiError> + Send + 'static,
    {
        let work = move |plans: &dyn Plans| {
            let value = question(plans)?;
            serde_json::to_vec(&value).map_err(|error| ApiError::internal(&error))
        };
        self.kept(key, work).await
    }

    /// Forgets every answer that an edit may have changed.
    pub(crate) fn forget_edited(&self) {
        self.cache.forget(|key| !FIXED.iter().any(|layer| key.contains(&format!("\"{layer}\""))));
    }

    /// Forgets everything of the plan, and tells who listens that it is another now.
    pub(crate) fn changed(&self, plan: &dyn Plans, reason: &str) {
        self.cache.forget(|_| true);
        self.events
            .tell("plan", json!({ "file": plan.file_name(), "revision": plan.revision(), "reason": reason }));
    }
}
