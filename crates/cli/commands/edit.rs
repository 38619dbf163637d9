//! 编辑 Edits, undo, redo, history.

use crate::args::edit::{EditArgs, NoteArgs, StepArgs};
use crate::bars::Bars;
use crate::print::{CliError, Printer};
use crate::{FINE, VIOLATIONS};
use lifang_model::{Across, AtomSet, Edit, ZoneCode, ZoneKind};
use lifang_planner::{Division, EditOutcome, Note, PlannerError, Selection, Session};
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

/// Makes an edit, or only says what it would do.
pub fn edit(args: &EditArgs, bars: &Bars, out: &Printer) -> Result<u8, CliError> {
    let mut session = Session::open(&args.plan, bars)?;
    let edit = wanted(args, &session, bars)?;
    if args.dry_run {
        let outcome = session.try_edit(&edit, args.note.base)?;
        bars.done();
        return Ok(told(&outcome, out));
    }
    let mut outcome = session.edit(&edit, args.note.base, &note(&args.note))?;
    outcome.revision = finish(session, bars)?;
    Ok(told(&outcome, out))
}

/// Takes the last edit back.
pub fn undo(args: &StepArgs, bars: &Bars, out: &Printer) -> Result<u8, CliError> {
    let mut session = Session::open(&args.plan, bars)?;
    let mut outcome = session.undo(args.note.base, &note(&args.note))?;
    outcome.revision = finish(session, bars)?;
    Ok(told(&outcome, out))
}

/// Brings it back.
pub fn redo(args: &StepArgs, bars: &Bars, out: &Printer) -> Result<u8, CliError> {
    let mut session = Session::open(&args.plan, bars)?;
    let mut outcome = session.redo(args.note.base, &note(&args.note))?;
    outcome.revision = finish(session, bars)?;
    Ok(told(&outcome, out))
}

/// Lists what was ever done.
pub fn history(plan: &Path, bars: &Bars, out: &Printer) -> Result<u8, CliError> {
    let session = Session::open(plan, bars)?;
    bars.done();
    out.history(&session.history()?);
    Ok(FINE)
}

/// Draws the zones anew and lets go of the file; returns its revision then.
pub fn finish(mut session: Session, bars: &Bars) -> Result<i64, CliError> {
    session.refresh(bars)?;
    session.end_editing();
    bars.done();
    Ok(session.revision())
}

fn told(outcome: &EditOutcome, out: &Printer) -> u8 {
    out.edited(outcome);
    if outcome.made.is_empty() { FINE } else { VIOLATIONS }
}

/// Who, when and why: the clock is read here, the rooms below have none.
pub fn note(args: &NoteArgs) -> Note {
    Note { at: Some(now()), author: args.author.clone(), reason: args.reason.clone() }
}

/// The time, RFC 3339 in UTC.
fn now() -> String {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |past| past.as_secs());
    rfc3339(seconds)
}

fn rfc3339(seconds: u64) -> String {
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    // Days since 1 March of the year 0, so that a leap day is the last of its year.
    let days = days + 719_468;
    let era = days / 146_097;
    let of_era = days % 146_097;
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = era * 400 + year + u64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", rest / 3600, rest / 60 % 60, rest % 60)
}

/// A code of a zone as it was typed.
pub fn code(text: &str) -> Result<ZoneCode, CliError> {
    Ok(ZoneCode::new(text.trim()).map_err(|error| PlannerError::Edit(error.into()))?)
}

fn atoms(text: &str, session: &Session) -> Result<AtomSet, CliError> {
    let selection = match text.strip_prefix("rect:") {
        None => Selection::Codes(text.split(',').map(str::to_owned).collect()),
        Some(sides) => {
            let sides: Vec<f64> = sides.split(',').filter_map(|side| side.trim().parse().ok()).collect();
            let sides: [f64; 4] = sides.try_into().map_err(|_wrong: Vec<f64>| CliError::Rectangle)?;
            Selection::Rectangle(sides)
        }
    };
    Ok(session.select(&selection, None)?)
}

/// Points parted by spaces, each longitude and latitude.
fn line(text: &str) -> Result<Vec<(f64, f64)>, CliError> {
    let point = |pair: &str| {
        let (x, y) = pair.split_once(',')?;
        Some((x.parse().ok()?, y.parse().ok()?))
    };
    let points: Option<Vec<(f64, f64)>> = text.split_whitespace().map(point).collect();
    points.filter(|points| points.len() >= 2).ok_or(CliError::Line)
}

fn kind(text: Option<&str>) -> Result<ZoneKind, CliError> {
    let Some(text) = text else { return Ok(ZoneKind::Comprehensive) };
    ZoneKind::from_key(text).ok_or_else(|| {
        CliError::Planner(PlannerError::UnknownKey {
            what: "kind of zone",
            key: text.to_owned(),
            known: ZoneKind::ALL.iter().map(|kind| kind.key()).collect::<Vec<_>>().join(", "),
        })
    })
}

/// Codes of zones of the level, or atoms.
fn pinned(text: &str, level: &str, session: &Session) -> Result<(Vec<ZoneCode>, AtomSet), CliError> {
    let codes = text.split(',').map(str::trim).filter(|code| !code.is_empty());
    let known: Vec<&str> = session
        .plan
        .iter()
        .filter_map(|plan| plan.level(level))
        .flat_map(|level| level.zones.iter().map(|zone| zone.code.as_str()))
        .collect();
    let (zones, others): (Vec<&str>, Vec<&str>) = if text.starts_with("rect:") {
        (Vec::new(), vec![text])
    } else {
        codes.partition(|code| known.contains(code))
    };
    let zones = zones.into_iter().map(code).collect::<Result<_, _>>()?;
    let atoms = if others.is_empty() { AtomSet::default() } else { atoms(&others.join(","), session)? };
    Ok((zones, atoms))
}

/// The edit the arguments mean.
fn wanted(args: &EditArgs, session: &Session, bars: &Bars) -> Result<Edit, CliError> {
    let Some(plan) = &session.plan else {
        return Err(PlannerError::NoPlan { file: session.file() }.into());
    };
    let finest = plan.levels.last().map(|level| level.key.clone()).unwrap_or_default();
    let level = args.level.clone().unwrap_or(finest);
    let across = if args.follow { Across::Follow } else { Across::Refuse };
    let to = args.to.as_deref().unwrap_or_default();
    if let Some(list) = &args.move_ {
        return Ok(Edit::Transfer { level, atoms: atoms(list, session)?, to: code(to)?, across });
    }
    if !args.merge.is_empty() {
        let from = args.merge.iter().map(|zone| code(zone)).collect::<Result<_, _>>()?;
        return Ok(Edit::Merge { level, from, into: code(to)?, across });
    }
    if let (Some(zone), Some(along)) = (&args.split, &args.along) {
        let (zone, along) = (code(zone)?, line(along)?);
        return Ok(if args.exact {
            session.divide(&level, &zone, &along, None)?
        } else {
            session.cut(&level, &zone, &along, None)?
        });
    }
    if let Some(zone) = &args.split {
        let into = args.into.map_or(Division::Band, Division::Into);
        return Ok(session.division(&level, &code(zone)?, into, bars)?);
    }
    if let Some(list) = &args.new {
        let atoms = atoms(list, session)?;
        let new = match &args.code {
            Some(given) => code(given)?,
            None => session.fresh_code_for(&level, &atoms)?,
        };
        let kind = kind(args.kind.as_deref())?;
        return Ok(Edit::New {
            level,
            code: new,
            name: args.name.clone(),
            kind,
            parent: None,
            atoms,
            across,
        });
    }
    if let Some(list) = &args.pin {
        let (zones, atoms) = pinned(list, &level, session)?;
        return Ok(Edit::Pin { level, zones, atoms });
    }
    if let Some(list) = &args.unpin {
        let (zones, atoms) = pinned(list, &level, session)?;
        return Ok(Edit::Unpin { level, zones, atoms });
    }
    if let Some(zone) = &args.rename {
        return Ok(Edit::Rename { level, zone: code(zone)?, name: args.name.clone() });
    }
    if let Some(zone) = &args.renumber {
        return Ok(Edit::Renumber {
            level,
            zone: code(zone)?,
            code: code(args.code.as_deref().unwrap_or_default())?,
        });
    }
    if let Some(zone) = &args.special {
        return Ok(Edit::Special { level, zone: code(zone)?, kind: kind(args.kind.as_deref())? });
    }
    let zone = args.retire.as_deref().unwrap_or_default();
    Ok(Edit::Retire { level, zone: code(zone)? })
}

#[cfg(test)]
mod tests {
    use super::rfc3339;

    #[test]
    fn seconds_become_a_date_people_can_read() {
        assert_eq!(rfc3339(0), "1970-01-01T00:00:00Z");
        assert_eq!(rfc3339(951_782_400), "2000-02-29T00:00:00Z");
        assert_eq!(rfc3339(1_767_225_599), "2025-12-31T23:59:59Z");
        assert_eq!(rfc3339(4_107_542_400), "2100-03-01T00:00:00Z");
    }
}
