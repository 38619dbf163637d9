//! 发布 Publishes, compares, checks.

use super::edit::note;
use crate::args::publish::{CompareArgs, PublishArgs};
use crate::bars::Bars;
use crate::print::{CliError, Printer};
use crate::{FINE, VIOLATIONS};
use lifang_model::ZoneStatus;
use lifang_planner::{ChangesRequest, Session, State};
use std::path::Path;

/// Takes a plan a stage further.
pub fn publish(args: &PublishArgs, bars: &Bars, out: &Printer) -> Result<u8, CliError> {
    let mut session = Session::open(&args.plan, bars)?;
    if args.list {
        bars.done();
        out.publications(&session.publications()?);
        return Ok(FINE);
    }
    let note = note(&args.note);
    if let Some(day) = &args.effective {
        let mut published = session.publish(day, args.note.base, &note, bars)?;
        published.revision = super::edit::finish(session, bars)?;
        out.published(&published);
        return Ok(FINE);
    }
    let to = match (args.consult, args.approve) {
        (true, _) => ZoneStatus::Consulted,
        (_, true) => ZoneStatus::Approved,
        _ => ZoneStatus::Draft,
    };
    let mut outcome = session.stage(to, args.note.base, &note)?;
    outcome.revision = super::edit::finish(session, bars)?;
    out.staged(to, &outcome);
    Ok(FINE)
}

/// Compares two plans or states of plans.
pub fn compare(args: &CompareArgs, bars: &Bars, out: &Printer) -> Result<u8, CliError> {
    let after = open(&args.after, bars)?;
    let (before, compared) = match State::parse(&args.before) {
        // What was published can be compared even where the ground it was over is gone.
        (file, State::Publication(number)) => {
            let before = Session::open(&file, bars)?.publication(number)?;
            let compared = lifang_planner::compare(&before, &after.content()?);
            (before, compared)
        }
        _ => {
            let before = open(&args.before, bars)?;
            (before.content()?, before.compare(&after)?)
        }
    };
    let files = match &args.out {
        None => Vec::new(),
        Some(folder) => {
            let request = ChangesRequest {
                format: args.format.into(),
                crs: super::crs(args.crs.as_ref())?,
                encoding: args.encoding.into(),
                out: folder.clone(),
            };
            after.export_comparison(&before, &compared, &request)?
        }
    };
    bars.done();
    out.compared(&compared, &files);
    Ok(FINE)
}

/// Opens a plan, or a state of one.
pub fn open(name: &str, bars: &Bars) -> Result<Session, CliError> {
    let (file, state) = State::parse(name);
    Ok(Session::open_state(&file, &state, bars)?)
}

/// Copies a plan file.
pub fn backup(plan: &Path, to: &Path, bars: &Bars, out: &Printer) -> Result<u8, CliError> {
    lifang_planner::backup(plan, to)?;
    bars.done();
    out.copied(to);
    Ok(FINE)
}

/// Checks a plan file; exit code 1 when something is wrong with it.
pub fn check(plan: &Path, repair: bool, bars: &Bars, out: &Printer) -> Result<u8, CliError> {
    let checked = lifang_planner::check(plan, repair, bars)?;
    bars.done();
    out.checked(&checked);
    Ok(if checked.findings.is_empty() { FINE } else { VIOLATIONS })
}
