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
    /// A method the route does not answer.
    Method,
    /// The plan cannot give this, e.g. longitudes for a survey grid of unknown place; the text says why.
    Unavailable(String),
    /// An edit that cannot be made; the text says why and what to do.
    Refused(String),
    /// Somebody was faster: the page has seen `base`, the plan is at `current`.
    Conflict { message: String, base: i64, current: i64 },
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
            Self::Conflict { message, base, current } => {
                let body =
                    json!({ "error": "conflict", "message": message, "base": base, "current": current });
                return (StatusCode::CONFLICT, Json(body)).into_response();
            }
            Self::Refused(text) => (StatusCode::UNPROCESSABLE_ENTITY, "refused", text),
            Self::NotFound(text) => (StatusCode::NOT_FOUND, "not_found", text),
            Self::BadRequest(text) => (StatusCode::BAD_REQUEST, "bad_request", text),
            Self::Method => (
                StatusCode::METHOD_NOT_ALLOWED,
                "method_not_allowed",
                "the route does not answer this method".to_owned(),
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
