//! 修复 Puts chosen zones right.

use super::edit::{code, finish, note};
use crate::args::repair::RepairArgs;
use crate::bars::Bars;
use crate::print::{CliError, Printer};
use crate::{FINE, VIOLATIONS};
use lifang_planner::{RepairOptions, Session};

/// Looks for a repair, and makes it unless it was only asked about.
pub fn repair(args: &RepairArgs, bars: &Bars, out: &Printer) -> Result<u8, CliError> {
    let mut session = Session::open(&args.plan, bars)?;
    let options = RepairOptions {
        level: args.level.clone(),
        zones: args.zones.iter().map(|zone| code(zone)).collect::<Result<_, _>>()?,
        rings: args.rings,
        seed: args.seed,
    };
    let mut repair = session.repair(&options, args.note.base, bars)?;
    if !args.dry_run && repair.edit.is_some() {
        let mut outcome = session.accept(&repair, &note(&args.note))?;
        outcome.revision = finish(session, bars)?;
        repair.outcome = Some(outcome);
    } else {
        session.end_editing();
    }
    bars.done();
    out.repaired(&repair);
    let made = repair.outcome.as_ref().is_some_and(|outcome| !outcome.made.is_empty());
    Ok(if repair.left.is_empty() && !made { FINE } else { VIOLATIONS })
}
