//! What requests and answers of all routes have in common: tags, parameters, who may change something.

use crate::cache::Body;
use crate::error::ApiError;
use axum::Json;
use axum::extract::Query;
use axum::extract::rejection::{JsonRejection, QueryRejection};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::net::IpAddr;

/// Longest value of a parameter, bytes: keys are far shorter.
const LONGEST: usize = 256;

/// Whether the request comes from a page of ours. A page from elsewhere cannot send JSON here without asking first, which
/// nothing answers, but it can send a form; and a name that was made to point here (DNS rebinding) is neither an address
/// nor `localhost`.
pub(crate) fn ours(headers: &HeaderMap) -> Result<(), ApiError> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let host = text(header::HOST).unwrap_or_default();
    let name = match host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, _)) => address,
        None => host.rsplit_once(':').map_or(host, |(name, _)| name),
    };
    if name != "localhost" && name.parse::<IpAddr>().is_err() {
        return Err(ApiError::Forbidden(
            "changes are taken from pages opened by address or as localhost only".to_owned(),
        ));
    }
    match text(header::ORIGIN) {
        Some(origin) if origin.split_once("://").is_none_or(|(_, from)| from != host) => {
            Err(ApiError::Forbidden("changes are taken from pages of this server only".to_owned()))
        }
        _ => Ok(()),
    }
}

/// The body of a request that changes something.
pub(crate) fn taken<T>(headers: &HeaderMap, body: Result<Json<T>, JsonRejection>) -> Result<T, ApiError> {
    ours(headers)?;
    body.map(|Json(body)| body).map_err(|rejection| match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => ApiError::TooLarge(rejection.body_text()),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => ApiError::WrongType(rejection.body_text()),
        _ => ApiError::BadRequest(rejection.body_text()),
    })
}

/// The parameters behind the question mark.
pub(crate) fn parsed<T>(query: Result<Query<T>, QueryRejection>) -> Result<T, ApiError> {
    query.map(|Query(query)| query).map_err(|rejection| ApiError::BadRequest(rejection.body_text()))
}

/// A parameter as a key: an empty one means none.
pub(crate) fn key(value: Option<String>) -> Result<Option<String>, ApiError> {
    match value {
        Some(text) if text.len() > LONGEST || text.chars().any(char::is_control) => {
            Err(ApiError::BadRequest(format!(
                "a parameter is longer than {LONGEST} bytes or holds a control character"
            )))
        }
        other => Ok(other.filter(|text| !text.is_empty())),
    }
}

/// An answer that was worked out once, or the word that the asker's copy still holds.
pub(crate) fn answer(headers: &HeaderMap, body: &Body, kind: &'static str) -> Response {
    // The browser keeps the answer but asks each time whether it still holds: another plan may be served next time.
    let said =
        [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "no-cache"), (header::ETAG, &body.etag)];
    let known = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    if known.is_some_and(|list| list.split(',').any(|tag| tag.trim() == body.etag)) {
        return (StatusCode::NOT_MODIFIED, said).into_response();
    }
    (said, body.bytes.clone()).into_response()
}
