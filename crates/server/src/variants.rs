//! 方案变体 Chosen zones put right with a look first, plans beside each other in one file, alternatives, the staff of zones.

use crate::answer::{answer, taken};
use crate::error::ApiError;
use crate::jobs::begin;
use crate::plans::said;
use crate::state::Served;
use crate::tasks::{Begun, effort, on_plan, preset};
use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use lifang_model::ZoneCode;
use lifang_planner::{DEFAULT_PRESET, Note, PartitionOptions, Prefer, RepairOptions, Session};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

/// Most zones put right at once.
const MOST_ZONES: usize = 500;

/// Most alternatives made at once.
const MOST_ALTERNATIVES: usize = 9;

/// What else there is in the plan file: scenarios, what was offered to relax, contact groups.
pub(crate) fn variants(session: &Session) -> Result<Value, ApiError> {
    let figures =
        session.groups.as_ref().map(|groups| json!({ "homes": groups.homes, "shops": groups.shops }));
    Ok(json!({
        "revision": session.revision(),
        "scenarios": session.scenarios().map_err(said)?,
        "relaxations": session.relaxations().map_err(said)?,
        "contact_groups": figures,
    }))
}

/// Everybody with a role. Names go to whoever may see the plan, and into no log.
pub(crate) fn staff(session: &Session) -> Result<Value, ApiError> {
    let roles: Vec<Value> = session
        .catalog
        .roles
        .iter()
        .map(|role| json!({ "key": role.key, "title": role.title, "levels": role.levels, "most": role.most }))
        .collect();
    Ok(json!({ "roles": roles, "staff": session.staff().map_err(said)? }))
}

/// `GET /api/variants`.
pub(crate) async fn list(
    State(served): State<Arc<Served>>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let body = served.json("variants".to_owned(), |plans| plans.variants()).await?;
    Ok(answer(&headers, &body, "application/json"))
}

/// `GET /api/staff`. Not kept: names stay in the file.
pub(crate) async fn roster(State(served): State<Arc<Served>>) -> Result<Json<Value>, ApiError> {
    served.ask(|plans| plans.staff()).await.map(Json)
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct MendBody {
    level: Option<String>,
    zones: Vec<String>,
    rings: Option<u32>,
    seed: Option<u64>,
    base: Option<i64>,
    /// Whether it is done, or only looked at.
    accept: bool,
    note: Note,
}

/// `POST /api/jobs/mend`: the engine puts chosen zones right and holds the rest. The same plan and seed give the same
/// answer, so what was looked at is what is done.
pub(crate) async fn mend(
    State(served): State<Arc<Served>>,
    headers: HeaderMap,
    body: Result<Json<MendBody>, JsonRejection>,
) -> Begun {
    let body = taken(&headers, body)?;
    if body.zones.is_empty() || body.zones.len() > MOST_ZONES {
        return Err(ApiError::BadRequest(format!("from 1 to {MOST_ZONES} zones are put right at once")));
    }
    let code =
        |text: &String| ZoneCode::new(text.trim()).map_err(|error| ApiError::BadRequest(error.to_string()));
    let zones = body.zones.iter().map(code).collect::<Result<_, _>>()?;
    let options = RepairOptions { level: body.level, zones, rings: body.rings, seed: body.seed };
    let (base, note) = (body.base, body.note);
    if body.accept {
        return on_plan(&served, "mend", move |session, progress| {
            let repair = session.repair(&options, base, progress)?;
            let outcome = session.accept(&repair, &note)?;
            Ok(json!({ "repair": repair, "outcome": outcome }))
        });
    }
    let plan = served.plan().ok_or(ApiError::NoPlanOpen)?;
    let told = begin(&served, "mend", plan.file_name(), move |_, progress| {
        let mut session = Session::open(&plan.path(), progress).map_err(said)?;
        let repair = session.repair(&options, base, progress).map_err(said)?;
        if progress.cancelled() {
            Err(ApiError::Cancelled)
        } else {
            Ok(json!({ "repair": repair, "outcome": null }))
        }
    })?;
    Ok((StatusCode::ACCEPTED, Json(told)))
}

/// What is done with a scenario.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Wish {
    Branch(String),
    Switch(String),
    Rename([String; 2]),
    Merge(String),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ScenarioBody {
    wish: Wish,
    prefer: Option<Prefer>,
    /// A merge that is only looked at.
    #[serde(default)]
    dry_run: bool,
    base: Option<i64>,
    #[serde(default)]
    note: Note,
}

/// `POST /api/jobs/scenario`: another plan beside the current one, in the same file.
pub(crate) async fn scenario(
    State(served): State<Arc<Served>>,
    headers: HeaderMap,
    body: Result<Json<ScenarioBody>, JsonRejection>,
) -> Begun {
    let ScenarioBody { wish, prefer, dry_run, base, note } = taken(&headers, body)?;
    on_plan(&served, "scenario", move |session, progress| {
        Ok(match wish {
            Wish::Branch(name) => {
                session.branch(name.trim(), base, &note)?;
                json!({ "current": name.trim() })
            }
            Wish::Switch(name) => {
                session.switch(&name, base, progress)?;
                json!({ "current": name })
            }
            Wish::Rename([from, to]) => {
                session.rename_scenario(&from, to.trim(), base)?;
                json!({ "renamed": to.trim() })
            }
            Wish::Merge(name) => json!(session.merge_scenario(&name, prefer, dry_run, base, &note)?),
        })
    })
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct AlternativesBody {
    preset: Option<String>,
    seed: Option<u64>,
    moves: Option<u64>,
    seconds: Option<f64>,
    count: Option<usize>,
    /// The number of the one that becomes the plan; none is kept without.
    keep: Option<usize>,
}

/// `POST /api/jobs/alternatives`: clearly different good plans to choose from.
pub(crate) async fn alternatives(
    State(served): State<Arc<Served>>,
    headers: HeaderMap,
    body: Result<Json<AlternativesBody>, JsonRejection>,
) -> Begun {
    let body = taken(&headers, body)?;
    let count = body.count.unwrap_or(3);
    if !(1..=MOST_ALTERNATIVES).contains(&count) || body.keep.is_some_and(|keep| !(1..=count).contains(&keep))
    {
        let text = format!("count is from 1 to {MOST_ALTERNATIVES}, keep from 1 to count");
        return Err(ApiError::BadRequest(text));
    }
    let options = PartitionOptions {
        preset: preset(body.preset)?.unwrap_or_else(|| DEFAULT_PRESET.to_owned()),
        counts: Vec::new(),
        seed: body.seed.unwrap_or(1),
        effort: effort(body.moves, body.seconds)?,
    };
    on_plan(&served, "alternatives", move |session, progress| {
        Ok(json!(session.alternatives(&options, count, body.keep, progress)?))
    })
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StaffBody {
    upload: String,
    file: String,
    base: Option<i64>,
}

/// `POST /api/jobs/staff`: takes a roster from an uploaded table, in the place of the one there is.
pub(crate) async fn import(
    State(served): State<Arc<Served>>,
    headers: HeaderMap,
    body: Result<Json<StaffBody>, JsonRejection>,
) -> Begun {
    let body = taken(&headers, body)?;
    let upload = served.uploads.find(&body.upload)?;
    let path = upload.file(&body.file)?;
    on_plan(&served, "staff", move |session, _| {
        let roster = session.import_staff(&path, body.base)?;
        // The file is there as long as somebody holds the upload.
        drop(upload);
        let posts: Vec<Value> = roster
            .posts
            .iter()
            .map(|(role, title, people)| json!({ "role": role, "title": title, "people": people }))
            .collect();
        Ok(json!({ "people": roster.people, "zones": roster.zones, "posts": posts }))
    })
}
