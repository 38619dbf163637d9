//! 人员 Roles, rosters in, rosters out.

use crate::FINE;
use crate::args::staff::StaffCommand;
use crate::bars::Bars;
use crate::print::{CliError, Printer};
use lifang_planner::{Catalog, Encoding, Session};

/// Runs one of them.
pub fn staff(command: &StaffCommand, bars: &Bars, out: &Printer) -> Result<u8, CliError> {
    match command {
        StaffCommand::Roles => {
            bars.done();
            out.roles(&Catalog::built_in()?.roles);
        }
        StaffCommand::Import { plan, file, note } => {
            let mut session = Session::open(plan, bars)?;
            let roster = session.import_staff(file, note.base)?;
            session.end_editing();
            bars.done();
            out.roster(&roster);
        }
        StaffCommand::Export { plan, out: file, with_staff } => {
            let session = Session::open(plan, bars)?;
            let files = session.export_staff(file, *with_staff, Encoding::Utf8)?;
            bars.done();
            out.files(&files);
        }
    }
    Ok(FINE)
}
