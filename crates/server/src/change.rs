//! What changes the open plan: edits, undo, redo, drawing anew.

use crate::answer::taken;
use crate::edits::{EditBody, Step, StepBody};
use crate::error::ApiError;
use crate::plans::Plans;
use crate::state::Served;
use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::HeaderMap;
use lifang_planner::Note;
use serde_json::{Value, json};
use std::sync::Arc;

/// A page may give itself a name, to know its own edits among the events.
const CLIENT: &str = "lifang-client";

fn client(headers: &HeaderMap) -> Option<String> {
    let name = headers.get(CLIENT)?.to_str().ok()?;
    (name.len() <= 64).then(|| name.to_owned())
}

impl Served {
    /// Makes a change, forgets every answer that may be another now, and tells who listens.
    async fn change<Q>(
        self: &Arc<Self>,
        what: &'static str,
        note: Note,
        client: Option<String>,
        change: Q,
    ) -> Result<Json<Value>, ApiError>
    where
        Q: FnOnce(&dyn Plans, &dyn Fn(&Value)) -> Result<Value, ApiError> + Send + 'static,
    {
        let served = Arc::clone(self);
        let done = self
            .ask(move |plans| {
                let file = plans.file_name();
                let tell = |outcome: &Value| {
                    if outcome["reloaded"] == true {
                        served.cache.forget(|_| true);
                        let data =
                            json!({ "file": file, "revision": outcome["revision"], "reason": "elsewhere" });
                        return served.events.tell("plan", data);
                    }
                    if outcome["ground"] == true {
                        served.cache.forget(|_| true);
                        let data =
                            json!({ "file": file, "revision": outcome["revision"], "reason": "ground" });
                        served.events.tell("plan", data);
                    }
                    served.forget_edited();
                    served.events.tell("edit", summary(what, &file, outcome, &note, client.as_deref()));
                };
                change(plans, &tell)
            })
            .await;
        match done {
            Err(ApiError::Conflict { message, base, current, .. }) => {
                let changes = self.events.edits_since(base);
                Err(ApiError::Conflict { message, base, current, changes })
            }
            other => other.map(Json),
        }
    }
}

/// What others are told of an edit: where to look, and who did it. Figures they ask for themselves.
fn summary(what: &str, file: &str, outcome: &Value, note: &Note, client: Option<&str>) -> Value {
    let zones = outcome["zones"].as_array().map_or(&[][..], Vec::as_slice);
    let zones: Vec<Value> =
        zones.iter().map(|zone| json!({ "level": zone["level"], "code": zone["code"] })).collect();
    let count = |key: &str| outcome[key].as_array().map_or(0, Vec::len);
    json!({
        "file": file, "revision": outcome["revision"], "entry": outcome["entry"], "kind": what,
        "zones": zones, "made": count("made"), "cured": count("cured"),
        "author": note.author, "reason": note.reason, "at": note.at, "client": client,
    })
}

pub(crate) async fn edit(
    State(served): State<Arc<Served>>,
    headers: HeaderMap,
    body: Result<Json<EditBody>, JsonRejection>,
) -> Result<Json<Value>, ApiError> {
    let body = taken(&headers, body)?;
    if body.dry_run {
        return served.ask(move |plans| plans.edit(&body, &|_| {})).await.map(Json);
    }
    let note = body.note.clone();
    served.change("edit", note, client(&headers), move |plans, told| plans.edit(&body, told)).await
}

pub(crate) async fn undo(
    State(served): State<Arc<Served>>,
    headers: HeaderMap,
    body: Result<Json<StepBody>, JsonRejection>,
) -> Result<Json<Value>, ApiError> {
    let body = taken(&headers, body)?;
    let note = body.note.clone();
    served
        .change("undo", note, client(&headers), move |plans, told| plans.step(Step::Undo, &body, told))
        .await
}

pub(crate) async fn redo(
    State(served): State<Arc<Served>>,
    headers: HeaderMap,
    body: Result<Json<StepBody>, JsonRejection>,
) -> Result<Json<Value>, ApiError> {
    let body = taken(&headers, body)?;
    let note = body.note.clone();
    served
        .change("redo", note, client(&headers), move |plans, told| plans.step(Step::Redo, &body, told))
        .await
}

pub(crate) async fn refresh(
    State(served): State<Arc<Served>>,
    headers: HeaderMap,
    body: Result<Json<StepBody>, JsonRejection>,
) -> Result<Json<Value>, ApiError> {
    taken(&headers, body)?;
    let shared = Arc::clone(&served);
    let refreshed = move |plans: &dyn Plans| {
        let done = plans.refresh()?;
        shared.changed(plans, "refreshed");
        Ok(done)
    };
    served.ask(refreshed).await.map(Json)
}
