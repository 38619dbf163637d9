//! 发布 Publishes, compares, checks.

use super::edit::note;
use crate::args::publish::{CompareArgs, PublishArgs};
use crate::bars::Bars;
use crate::print::{CliError, Printer};
use crate::{FINE, VIOLATIONS};
use lifang_model::ZoneStatus;
use lifang_planner::{Content, Session};
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

/// Compares two plans or publications.
pub fn compare(args: &CompareArgs, bars: &Bars, out: &Printer) -> Result<u8, CliError> {
    let (before, old) = content(&args.before, bars)?;
    let (after, new) = content(&args.after, bars)?;
    let mut compared = lifang_planner::compare(&before, &after);
    compared.violations = old.zip(new);
    bars.done();
    out.compared(&compared);
    Ok(FINE)
}

/// What a plan file or a publication says, and how many violations the judge finds in a plan file.
fn content(name: &str, bars: &Bars) -> Result<(Content, Option<usize>), CliError> {
    let number = name.rsplit_once('@').and_then(|(file, number)| Some((file, number.parse().ok()?)));
    if let Some((file, number)) = number.filter(|_| !Path::new(name).exists()) {
        return Ok((Session::open(Path::new(file), bars)?.publication(number)?, None));
    }
    let session = Session::open(Path::new(name), bars)?;
    let violations = session.report.as_ref().map(|report| report.violations.len());
    Ok((session.content()?, violations))
}

/// Checks a plan file; exit code 1 when something is wrong with it.
pub fn check(plan: &Path, repair: bool, bars: &Bars, out: &Printer) -> Result<u8, CliError> {
    let checked = lifang_planner::check(plan, repair, bars)?;
    bars.done();
    out.checked(&checked);
    Ok(if checked.findings.is_empty() { FINE } else { VIOLATIONS })
}
