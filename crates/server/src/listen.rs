//! The route of the events.

use crate::error::ApiError;
use crate::state::Served;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt as _;
use serde_json::json;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

/// Long enough to cost nothing, short enough that a proxy does not hang up.
const PULSE: Duration = Duration::from_secs(15);

/// `GET /api/events`.
pub(crate) async fn events(
    State(served): State<Arc<Served>>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let last = headers.get("last-event-id").and_then(|value| value.to_str().ok());
    // Listening begins before the revision is read: an edit between the two is told twice rather than never.
    let stream = served.events.listen(last);
    let hello = match served.plan() {
        Some(plan) => {
            served.work(move || Ok(json!({ "file": plan.file_name(), "revision": plan.revision() }))).await?
        }
        None => json!({ "file": null, "revision": null }),
    };
    let stream = stream.map(move |event| {
        let data = if matches!(event.kind, "hello" | "reset") { &hello } else { &event.data };
        let mut out = Event::default().event(event.kind).data(data.to_string());
        if let Some(id) = served.events.id(&event) {
            out = out.id(id);
        }
        Ok::<_, Infallible>(out)
    });
    Ok(Sse::new(stream).keep_alive(KeepAlive::new().interval(PULSE)).into_response())
}
