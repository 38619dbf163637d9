//! 服务状态 What is held for one open plan, or for none: answers kept, events, jobs; and what all plans share.

use crate::cache::{Body, Cache};
use crate::error::ApiError;
use crate::events::Events;
use crate::jobs::Jobs;
use crate::plans::Plans;
use crate::upload::Uploads;
use serde_json::{Value, json};
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::sync::Semaphore;

/// Layers that no edit changes.
const FIXED: [&str; 7] = ["buildings", "streets", "facilities", "compounds", "gates", "areas", "boundary"];

/// 共用 What all plans share.
pub(crate) struct Shared {
    /// Where plans are listed, opened and made.
    pub(crate) folder: PathBuf,
    /// As many computations at once as there are cores: more would only share them.
    cores: Arc<Semaphore>,
    jobs: Arc<Jobs>,
    uploads: Arc<Uploads>,
}

impl Shared {
    pub(crate) fn new(folder: PathBuf) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
        Self {
            folder,
            // One more, so that a slow answer on a machine of one core does not keep the quick ones waiting.
            cores: Arc::new(Semaphore::new(cores + 1)),
            jobs: Arc::default(),
            uploads: Arc::default(),
        }
    }
}

/// See the module.
pub(crate) struct Served {
    pub(crate) folder: PathBuf,
    plan: Option<Arc<dyn Plans>>,
    pub(crate) cache: Cache,
    cores: Arc<Semaphore>,
    pub(crate) events: Events,
    pub(crate) jobs: Arc<Jobs>,
    pub(crate) uploads: Arc<Uploads>,
}

impl Served {
    pub(crate) fn new(shared: &Shared, plan: Option<Arc<dyn Plans>>) -> Arc<Self> {
        Arc::new(Self {
            folder: shared.folder.clone(),
            plan,
            cache: Cache::default(),
            cores: Arc::clone(&shared.cores),
            events: Events::default(),
            jobs: Arc::clone(&shared.jobs),
            uploads: Arc::clone(&shared.uploads),
        })
    }

    /// The plan, where there is one.
    pub(crate) fn plan(&self) -> Option<Arc<dyn Plans>> {
        self.plan.clone()
    }

    /// Closes the plan: waits for whoever is changing it.
    pub(crate) fn close(&self) {
        if let Some(plan) = &self.plan {
            plan.close();
        }
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
