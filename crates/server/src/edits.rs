//! 编辑接口 What the page asks to have changed, and how it becomes an edit.

use crate::error::ApiError;
use crate::plans;
use lifang_model::{Across, AtomSet, Edit, Silent, ZoneCode, ZoneKind};
use lifang_planner::{Division, EditOutcome, Note, PlannerError, Selection, Session};
use serde::Deserialize;
use serde_json::{Value, json};

/// An edit as the page sends it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct EditBody {
    /// Revision the page has seen; another one is a conflict.
    pub base: Option<i64>,
    /// Only say what it would do.
    #[serde(default)]
    pub dry_run: bool,
    pub edit: Wanted,
    #[serde(default)]
    pub note: Note,
}

/// Undo and redo.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct StepBody {
    pub base: Option<i64>,
    pub note: Note,
}

/// What the planner wants; zones by code, atoms by any selection.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Wanted {
    Move {
        level: String,
        atoms: Selection,
        to: String,
        #[serde(default)]
        follow: bool,
    },
    Merge {
        level: String,
        from: Vec<String>,
        into: String,
        #[serde(default)]
        follow: bool,
    },
    Split {
        level: String,
        zone: String,
        /// Number of parts; without one, parts inside the band.
        into: Option<u32>,
        /// A line to divide it along instead, longitude and latitude of its points.
        along: Option<Vec<(f64, f64)>>,
        /// Divide the cells the line crosses exactly there, instead of following their borders.
        #[serde(default)]
        exact: bool,
    },
    New {
        level: String,
        atoms: Selection,
        name: Option<String>,
        #[serde(default)]
        follow: bool,
    },
    Pin {
        level: String,
        zones: Vec<String>,
    },
    Unpin {
        level: String,
        zones: Vec<String>,
    },
    Rename {
        level: String,
        zone: String,
        name: Option<String>,
    },
}

/// The way there and back of the edit log.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Undo,
    Redo,
}

/// Makes or tries an edit.
pub(crate) fn edit(session: &mut Session, body: &EditBody) -> Result<EditOutcome, ApiError> {
    let edit = wanted(session, &body.edit)?;
    if body.dry_run {
        return session.try_edit(&edit, body.base).map_err(said);
    }
    session.edit(&edit, body.base, &body.note).map_err(said)
}

/// Takes an edit back or brings it back.
pub(crate) fn step(session: &mut Session, step: Step, body: &StepBody) -> Result<EditOutcome, ApiError> {
    let outcome = match step {
        Step::Undo => session.undo(body.base, &body.note),
        Step::Redo => session.redo(body.base, &body.note),
    };
    outcome.map_err(said)
}

/// Everything ever done, oldest first, and the revision the page is to name next.
pub(crate) fn history(session: &Session) -> Result<Value, ApiError> {
    Ok(json!({ "revision": session.revision(), "entries": session.history().map_err(said)? }))
}

fn code(text: &str) -> Result<ZoneCode, ApiError> {
    ZoneCode::new(text.trim()).map_err(|error| ApiError::Refused(error.to_string()))
}

fn codes(list: &[String]) -> Result<Vec<ZoneCode>, ApiError> {
    list.iter().map(|text| code(text)).collect()
}

fn wanted(session: &Session, wanted: &Wanted) -> Result<Edit, ApiError> {
    let select = |selection: &Selection| session.select(selection, None).map_err(said);
    let across = |follow: bool| if follow { Across::Follow } else { Across::Refuse };
    Ok(match wanted {
        Wanted::Move { level, atoms, to, follow } => Edit::Transfer {
            level: level.clone(),
            atoms: select(atoms)?,
            to: code(to)?,
            across: across(*follow),
        },
        Wanted::Merge { level, from, into, follow } => Edit::Merge {
            level: level.clone(),
            from: codes(from)?,
            into: code(into)?,
            across: across(*follow),
        },
        Wanted::Split { along: Some(line), into: Some(_), .. } => {
            let why =
                format!("a zone is split into parts or along a line of {} points, not both", line.len());
            return Err(ApiError::Refused(why));
        }
        Wanted::Split { level, zone, along: Some(line), exact: true, .. } => {
            session.divide(level, &code(zone)?, line, None).map_err(said)?
        }
        Wanted::Split { level, zone, along: Some(line), .. } => {
            session.cut(level, &code(zone)?, line, None).map_err(said)?
        }
        Wanted::Split { level, zone, into, .. } => {
            let division = into.map_or(Division::Band, Division::Into);
            session.division(level, &code(zone)?, division, &Silent).map_err(said)?
        }
        Wanted::New { level, atoms, name, follow } => {
            let atoms = select(atoms)?;
            Edit::New {
                level: level.clone(),
                code: session.fresh_code_for(level, &atoms).map_err(said)?,
                name: name.clone(),
                kind: ZoneKind::Comprehensive,
                parent: None,
                atoms,
                across: across(*follow),
            }
        }
        Wanted::Pin { level, zones } => {
            Edit::Pin { level: level.clone(), zones: codes(zones)?, atoms: AtomSet::default() }
        }
        Wanted::Unpin { level, zones } => {
            Edit::Unpin { level: level.clone(), zones: codes(zones)?, atoms: AtomSet::default() }
        }
        Wanted::Rename { level, zone, name } => {
            Edit::Rename { level: level.clone(), zone: code(zone)?, name: name.clone() }
        }
    })
}

/// What of an error in a change the page is told.
pub(crate) fn said(error: PlannerError) -> ApiError {
    match error {
        PlannerError::NoPlan { .. } | PlannerError::Crs(_) => ApiError::Refused(error.to_string()),
        other => plans::said(other),
    }
}
