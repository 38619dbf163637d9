//! 情景 Scenarios: list, branch, rename, switch, merge.

use super::edit::{finish, note};
use crate::args::scenario::{ScenarioCommand, Side};
use crate::bars::Bars;
use crate::print::{CliError, Printer};
use crate::{FINE, VIOLATIONS};
use lifang_planner::{Prefer, Session};

/// Runs one of them.
pub fn scenario(command: &ScenarioCommand, bars: &Bars, out: &Printer) -> Result<u8, CliError> {
    match command {
        ScenarioCommand::List { plan } => {
            let session = Session::open(plan, bars)?;
            bars.done();
            out.scenarios(&session.scenarios()?);
        }
        ScenarioCommand::Branch { plan, name, note: who } => {
            let mut session = Session::open(plan, bars)?;
            session.branch(name, who.base, &note(who))?;
            told(session, bars, out)?;
        }
        ScenarioCommand::Rename { plan, from, to, note: who } => {
            let mut session = Session::open(plan, bars)?;
            session.rename_scenario(from, to, who.base)?;
            told(session, bars, out)?;
        }
        ScenarioCommand::Switch { plan, name, note: who } => {
            let mut session = Session::open(plan, bars)?;
            session.switch(name, who.base, bars)?;
            told(session, bars, out)?;
        }
        ScenarioCommand::Merge { plan, name, prefer, dry_run, note: who } => {
            let mut session = Session::open(plan, bars)?;
            let prefer = prefer.map(|side| match side {
                Side::Ours => Prefer::Ours,
                Side::Theirs => Prefer::Theirs,
            });
            let mut merged = session.merge_scenario(name, prefer, *dry_run, who.base, &note(who))?;
            match merged.outcome.as_mut().filter(|_| !dry_run) {
                Some(outcome) => outcome.revision = finish(session, bars)?,
                None => session.end_editing(),
            }
            bars.done();
            out.merged(&merged);
            let open = prefer.is_none() && !merged.clashes.is_empty();
            let made = merged.outcome.as_ref().is_some_and(|outcome| !outcome.made.is_empty());
            return Ok(if open || made { VIOLATIONS } else { FINE });
        }
    }
    Ok(FINE)
}

fn told(mut session: Session, bars: &Bars, out: &Printer) -> Result<(), CliError> {
    session.end_editing();
    bars.done();
    out.scenarios(&session.scenarios()?);
    Ok(())
}
