//! What can go wrong, and how it is said over HTTP.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// Why serving stopped.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServerError {
    /// The listener failed.
    #[error("the server stopped: {0}")]
    Io(#[source] std::io::Error),
}

/// An answer that is no data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ApiError {
    /// There is no such route, layer, level, category, profile or tier.
    NotFound(String),
    /// The request makes no sense.
    BadRequest(String),
    /// Another method than GET or HEAD.
    Method,
    /// The plan cannot give this, e.g. longitudes for a survey grid of unknown place; the text says why.
    Unavailable(String),
    /// Our fault; the cause is in the log.
    Internal,
}

impl ApiError {
    /// Logs a cause nobody outside should read, and hides it.
    pub(crate) fn internal(cause: &dyn std::fmt::Display) -> Self {
        tracing::error!(%cause, "request failed");
        Self::Internal
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let (status, key, message) = match self {
            Self::NotFound(text) => (StatusCode::NOT_FOUND, "not_found", text),
            Self::BadRequest(text) => (StatusCode::BAD_REQUEST, "bad_request", text),
            Self::Method => (
                StatusCode::METHOD_NOT_ALLOWED,
                "method_not_allowed",
                "only GET and HEAD are answered".to_owned(),
            ),
            Self::Unavailable(text) => (StatusCode::UNPROCESSABLE_ENTITY, "unavailable", text),
            Self::Internal => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "internal",
                "the server failed; its log says why".to_owned(),
            ),
        };
        (status, Json(json!({ "error": key, "message": message }))).into_response()
    }
}
