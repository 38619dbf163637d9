//! What can go wrong, and how it is said over HTTP.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

/// Why serving stopped.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServerError {
    /// The listener failed.
    #[error("the server stopped: {0}")]
    Io(#[source] std::io::Error),
}

/// An answer that is no data: a problem as RFC 9457 has them, with a key for programs.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum ApiError {
    /// There is no such route, layer, level, category, profile or tier.
    NotFound(String),
    /// No plan is open.
    NoPlanOpen,
    /// The request makes no sense.
    BadRequest(String),
    /// More bytes than are taken.
    TooLarge(String),
    /// Another kind of body is wanted.
    WrongType(String),
    /// A page from elsewhere wants to change something.
    Forbidden(String),
    /// A method the route does not answer.
    Method,
    /// The plan cannot give this, e.g. longitudes for a survey grid of unknown place; the text says why.
    Unavailable(String),
    /// Something that cannot be done; the text says why and what to do.
    Refused(String),
    /// Somebody was faster: the page has seen `base`, the plan is at `current`; `changes` came between, as far as known.
    Conflict { message: String, base: i64, current: i64, changes: Vec<Value> },
    /// It took too long.
    TooLong,
    /// The user stopped it.
    Cancelled,
    /// Our fault; the cause is in the log.
    Internal,
}

impl ApiError {
    /// Logs a cause nobody outside should read, and hides it.
    pub(crate) fn internal(cause: &dyn std::fmt::Display) -> Self {
        tracing::error!(%cause, "request failed");
        Self::Internal
    }

    /// The key programs go by, the status, and the text for people.
    pub(crate) fn told(&self) -> (&'static str, StatusCode, String) {
        match self {
            Self::NotFound(text) => ("not_found", StatusCode::NOT_FOUND, text.clone()),
            Self::NoPlanOpen => (
                "no_plan_open",
                StatusCode::NOT_FOUND,
                "no plan is open; open one with POST /api/plans/open, or make one".to_owned(),
            ),
            Self::BadRequest(text) => ("bad_request", StatusCode::BAD_REQUEST, text.clone()),
            Self::TooLarge(text) => ("too_large", StatusCode::PAYLOAD_TOO_LARGE, text.clone()),
            Self::WrongType(text) => ("wrong_type", StatusCode::UNSUPPORTED_MEDIA_TYPE, text.clone()),
            Self::Forbidden(text) => ("forbidden", StatusCode::FORBIDDEN, text.clone()),
            Self::Method => (
                "method_not_allowed",
                StatusCode::METHOD_NOT_ALLOWED,
                "the route does not answer this method".to_owned(),
            ),
            Self::Unavailable(text) => ("unavailable", StatusCode::UNPROCESSABLE_ENTITY, text.clone()),
            Self::Refused(text) => ("refused", StatusCode::UNPROCESSABLE_ENTITY, text.clone()),
            Self::Conflict { message, .. } => ("conflict", StatusCode::CONFLICT, message.clone()),
            Self::TooLong => (
                "too_long",
                StatusCode::SERVICE_UNAVAILABLE,
                "the answer took too long; ask again, or for less".to_owned(),
            ),
            Self::Cancelled => ("cancelled", StatusCode::CONFLICT, "it was cancelled".to_owned()),
            Self::Internal => (
                "internal",
                StatusCode::INTERNAL_SERVER_ERROR,
                "the server failed; its log says why".to_owned(),
            ),
        }
    }

    /// The body: a problem with the members of RFC 9457, and `error` and `message`, which the page reads.
    pub(crate) fn problem(&self) -> Value {
        let (key, status, message) = self.told();
        let mut body = json!({
            "type": "about:blank", "title": status.canonical_reason(), "status": status.as_u16(),
            "detail": message, "error": key, "message": message,
        });
        if let (Self::Conflict { base, current, changes, .. }, Some(body)) = (self, body.as_object_mut()) {
            body.insert("base".to_owned(), (*base).into());
            body.insert("current".to_owned(), (*current).into());
            body.insert("changes".to_owned(), changes.clone().into());
        }
        body
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = (self.told().1, Json(self.problem())).into_response();
        response
            .headers_mut()
            .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        response
    }
}
