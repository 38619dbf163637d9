//! What the routes ask of a plan, so that they can be tried without one.

use crate::edits::{self, EditBody, Step, StepBody};
use crate::error::ApiError;
use lifang_export::ExportError;
use lifang_model::Silent;
use lifang_planner::{PlannerError, Session, view};
use serde_json::Value;
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

pub(crate) use view::LayerQuery;

/// The questions; each may take long and is asked off the async threads.
pub(crate) trait Plans: Send + Sync + 'static {
    fn summary(&self) -> Result<Value, ApiError>;
    fn layer(&self, query: &LayerQuery) -> Result<Vec<u8>, ApiError>;
    fn verify(&self) -> Result<Value, ApiError>;
    fn gaps(&self, category: Option<&str>) -> Result<Value, ApiError>;
    fn zone(&self, code: &str) -> Result<Value, ApiError>;
    fn edit(&self, body: &EditBody) -> Result<Value, ApiError>;
    fn step(&self, step: Step, body: &StepBody) -> Result<Value, ApiError>;
    fn history(&self) -> Result<Value, ApiError>;
    /// Draws the zones in the file anew and computes coverage for them.
    fn refresh(&self) -> Result<Value, ApiError>;
    /// The last thing asked.
    fn close(&self);
}

/// An open plan that many read and one at a time edits.
pub(crate) struct Open(RwLock<Session>);

impl Open {
    pub(crate) fn new(session: Session) -> Self {
        Self(RwLock::new(session))
    }

    fn read(&self) -> RwLockReadGuard<'_, Session> {
        // An edit that panicked was not written down; the session is as it was before or is opened anew.
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Session> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Plans for Open {
    fn summary(&self) -> Result<Value, ApiError> {
        let session = self.read();
        let mut summary = view::summary(&session).map_err(said)?;
        if let Some(fields) = summary.as_object_mut() {
            fields.insert("revision".to_owned(), session.revision().into());
        }
        Ok(summary)
    }

    fn layer(&self, query: &LayerQuery) -> Result<Vec<u8>, ApiError> {
        view::layer(&self.read(), query).map_err(said)
    }

    fn verify(&self) -> Result<Value, ApiError> {
        view::verify(&self.read()).map_err(said)
    }

    fn gaps(&self, category: Option<&str>) -> Result<Value, ApiError> {
        view::gaps(&self.read(), category).map_err(said)
    }

    fn zone(&self, code: &str) -> Result<Value, ApiError> {
        view::zone(&self.read(), code).map_err(said)
    }

    fn edit(&self, body: &EditBody) -> Result<Value, ApiError> {
        edits::edit(&mut self.write(), body)
    }

    fn step(&self, step: Step, body: &StepBody) -> Result<Value, ApiError> {
        edits::step(&mut self.write(), step, body)
    }

    fn history(&self) -> Result<Value, ApiError> {
        edits::history(&self.read())
    }

    fn refresh(&self) -> Result<Value, ApiError> {
        let mut session = self.write();
        session.refresh(&Silent).map_err(edits::said)?;
        Ok(serde_json::json!({ "revision": session.revision() }))
    }

    fn close(&self) {
        let mut session = self.write();
        if session.editing()
            && let Err(error) = session.refresh(&Silent)
        {
            // Every edit is on the disk; only the outlines others see are old, and the next opening says so.
            tracing::warn!(%error, "the zones in the file could not be drawn anew");
        }
        session.end_editing();
    }
}

/// What of an error people are told: their own mistakes and what their plan lacks, nothing of our insides.
fn said(error: PlannerError) -> ApiError {
    match error {
        PlannerError::UnknownKey { .. } | PlannerError::Export(ExportError::Unknown { .. }) => {
            ApiError::NotFound(error.to_string())
        }
        PlannerError::NoPlan { .. }
        | PlannerError::NoCoverage { .. }
        | PlannerError::Crs(_)
        | PlannerError::Export(_) => ApiError::Unavailable(error.to_string()),
        other => ApiError::internal(&other),
    }
}
