//! 任务 Work that takes long: it has an id, tells how far it is, can be stopped, and keeps its result to be fetched.
//!
//! One job at a time, whatever the plan: two that divide or judge would only share the cores, and on one plan undo each other's
//! work. A job reads
//! the plan file for itself, so that people go on looking and editing meanwhile; when somebody edited, its result is not
//! saved over the edit but fails as a conflict.

use crate::error::ApiError;
use crate::state::Served;
use lifang_model::Progress;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::Semaphore;

/// Finished jobs kept.
const KEPT: usize = 100;

/// Jobs that may wait.
const WAITING: usize = 20;

/// Progress is told no more often than this.
const PACE: Duration = Duration::from_millis(200);

#[derive(Copy, Clone, Debug, PartialEq, Eq)]
enum Phase {
    Queued,
    Running,
    Done,
    Failed,
    Cancelled,
}

impl Phase {
    const fn key(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    const fn over(self) -> bool {
        matches!(self, Self::Done | Self::Failed | Self::Cancelled)
    }
}

#[derive(Debug)]
struct State {
    phase: Phase,
    stage: Option<&'static str>,
    done: u64,
    total: Option<u64>,
    began: Option<Instant>,
    seconds: f64,
    result: Option<Value>,
    error: Option<ApiError>,
}

/// 任务 One of them.
#[derive(Debug)]
pub(crate) struct Job {
    id: String,
    kind: &'static str,
    /// The plan file it is about.
    file: String,
    cancelled: AtomicBool,
    state: Mutex<State>,
}

impl Job {
    fn lock(&self) -> MutexGuard<'_, State> {
        // Every change of the state is one assignment after another; none can panic halfway.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is told of it; the result only to those who ask for this job.
    fn told(&self, whole: bool) -> Value {
        let state = self.lock();
        let seconds = match state.began {
            Some(began) if !state.phase.over() => began.elapsed().as_secs_f64(),
            _ => state.seconds,
        };
        let mut told = json!({
            "id": self.id, "kind": self.kind, "file": self.file, "state": state.phase.key(),
            "stage": state.stage, "done": state.done, "total": state.total,
            "seconds": (seconds * 1000.0).round() / 1000.0,
            "error": state.error.as_ref().map(ApiError::problem),
        });
        if whole && let Some(told) = told.as_object_mut() {
            told.insert("result".to_owned(), state.result.clone().unwrap_or(Value::Null));
        }
        told
    }
}

/// How a job tells where it is.
struct Teller<'a> {
    job: &'a Job,
    served: &'a Served,
    last: Mutex<Instant>,
}

impl Teller<'_> {
    fn tell(&self) {
        self.served.events.tell("job", self.job.told(false));
    }
}

impl Progress for Teller<'_> {
    fn stage(&self, key: &'static str, total: Option<u64>) {
        {
            let mut state = self.job.lock();
            (state.stage, state.done, state.total) = (Some(key), 0, total);
        }
        self.tell();
    }

    fn advance(&self, done: u64) {
        self.job.lock().done = done;
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if last.elapsed() >= PACE {
            *last = Instant::now();
            drop(last);
            self.tell();
        }
    }

    fn cancelled(&self) -> bool {
        self.job.cancelled.load(Ordering::Relaxed)
    }
}

/// See the module.
pub(crate) struct Jobs {
    list: Mutex<(u64, BTreeMap<u64, Arc<Job>>)>,
    lane: Arc<Semaphore>,
}

impl Default for Jobs {
    fn default() -> Self {
        Self { list: Mutex::default(), lane: Arc::new(Semaphore::new(1)) }
    }
}

impl Jobs {
    /// Whether one about this file waits or runs.
    pub(crate) fn busy(&self, file: &str) -> bool {
        self.lock().1.values().any(|job| job.file == file && !job.lock().phase.over())
    }

    fn lock(&self) -> MutexGuard<'_, (u64, BTreeMap<u64, Arc<Job>>)> {
        self.list.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Every job kept, newest first.
    pub(crate) fn all(&self) -> Value {
        self.lock().1.values().rev().map(|job| job.told(false)).collect::<Vec<_>>().into()
    }

    fn find(&self, id: &str) -> Result<Arc<Job>, ApiError> {
        let number = id.strip_prefix('j').and_then(|number| number.parse::<u64>().ok());
        number
            .and_then(|number| self.lock().1.get(&number).cloned())
            .ok_or_else(|| ApiError::NotFound("there is no such job; GET /api/jobs lists them".to_owned()))
    }

    /// One job, with its result once it is done.
    pub(crate) fn one(&self, id: &str) -> Result<Value, ApiError> {
        self.find(id).map(|job| job.told(true))
    }

    /// Asks a job to stop. One that is over stays as it is.
    pub(crate) fn cancel(&self, id: &str) -> Result<Value, ApiError> {
        let job = self.find(id)?;
        job.cancelled.store(true, Ordering::Relaxed);
        Ok(job.told(true))
    }

    /// Asks all of them to stop.
    pub(crate) fn close(&self) {
        self.lock().1.values().for_each(|job| job.cancelled.store(true, Ordering::Relaxed));
    }

    fn enter(&self, kind: &'static str, file: String) -> Result<Arc<Job>, ApiError> {
        let mut list = self.lock();
        let (next, jobs) = &mut *list;
        if jobs.values().filter(|job| !job.lock().phase.over()).count() > WAITING {
            return Err(ApiError::Refused("too many jobs are waiting; wait, or cancel one".to_owned()));
        }
        while jobs.len() >= KEPT {
            let Some(oldest) = jobs.iter().find(|(_, job)| job.lock().phase.over()).map(|(id, _)| *id) else {
                break;
            };
            jobs.remove(&oldest);
        }
        *next += 1;
        let state = State {
            phase: Phase::Queued,
            stage: None,
            done: 0,
            total: None,
            began: None,
            seconds: 0.0,
            result: None,
            error: None,
        };
        let job = Arc::new(Job {
            id: format!("j{next}"),
            kind,
            file,
            cancelled: AtomicBool::new(false),
            state: Mutex::new(state),
        });
        jobs.insert(*next, Arc::clone(&job));
        Ok(job)
    }
}

/// Begins a job; the answer says its id.
pub(crate) fn begin<W>(
    served: &Arc<Served>,
    kind: &'static str,
    file: String,
    work: W,
) -> Result<Value, ApiError>
where
    W: FnOnce(&Served, &dyn Progress) -> Result<Value, ApiError> + Send + 'static,
{
    let job = served.jobs.enter(kind, file)?;
    let told = job.told(true);
    served.events.tell("job", job.told(false));
    let served = Arc::clone(served);
    tokio::spawn(async move {
        let permit = Arc::clone(&served.jobs.lane).acquire_owned().await;
        let (inside, running) = (Arc::clone(&job), Arc::clone(&served));
        let outcome = tokio::task::spawn_blocking(move || {
            let teller = Teller { job: &inside, served: &running, last: Mutex::new(Instant::now()) };
            if teller.cancelled() {
                return Err(ApiError::Cancelled);
            }
            {
                let mut state = inside.lock();
                (state.phase, state.began) = (Phase::Running, Some(Instant::now()));
            }
            teller.tell();
            work(&running, &teller)
        });
        let outcome = outcome.await.unwrap_or_else(|error| Err(ApiError::internal(&error)));
        drop(permit);
        finish(&job, outcome);
        served.events.tell("job", job.told(false));
    });
    Ok(told)
}

fn finish(job: &Job, outcome: Result<Value, ApiError>) {
    let mut state = job.lock();
    state.seconds = state.began.map_or(0.0, |began| began.elapsed().as_secs_f64());
    match outcome {
        Ok(result) => {
            state.phase = Phase::Done;
            state.result = Some(result);
        }
        Err(error) => {
            let stopped = job.cancelled.load(Ordering::Relaxed);
            state.phase = if stopped { Phase::Cancelled } else { Phase::Failed };
            state.error = Some(if stopped { ApiError::Cancelled } else { error });
        }
    }
    tracing::info!(
        job = job.id,
        kind = job.kind,
        state = state.phase.key(),
        seconds = state.seconds,
        "job over"
    );
}
