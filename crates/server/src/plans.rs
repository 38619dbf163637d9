//! What the routes ask of a plan, so that they can be tried without one.

use crate::error::ApiError;
use lifang_export::ExportError;
use lifang_planner::{PlannerError, Session, view};
use serde_json::Value;

pub(crate) use view::LayerQuery;

/// The questions; each may take long and is asked off the async threads.
pub(crate) trait Plans: Send + Sync + 'static {
    fn summary(&self) -> Result<Value, ApiError>;
    fn layer(&self, query: &LayerQuery) -> Result<Vec<u8>, ApiError>;
    fn verify(&self) -> Result<Value, ApiError>;
    fn gaps(&self, category: Option<&str>) -> Result<Value, ApiError>;
    fn zone(&self, code: &str) -> Result<Value, ApiError>;
}

impl Plans for Session {
    fn summary(&self) -> Result<Value, ApiError> {
        view::summary(self).map_err(said)
    }

    fn layer(&self, query: &LayerQuery) -> Result<Vec<u8>, ApiError> {
        view::layer(self, query).map_err(said)
    }

    fn verify(&self) -> Result<Value, ApiError> {
        view::verify(self).map_err(said)
    }

    fn gaps(&self, category: Option<&str>) -> Result<Value, ApiError> {
        view::gaps(self, category).map_err(said)
    }

    fn zone(&self, code: &str) -> Result<Value, ApiError> {
        view::zone(self, code).map_err(said)
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
