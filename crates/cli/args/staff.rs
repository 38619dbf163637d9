//! Arguments of `lifang staff`.

use super::edit::NoteArgs;
use clap::{Args as ClapArgs, Subcommand};
use std::path::PathBuf;

/// `lifang staff`.
#[derive(Debug, ClapArgs)]
#[command(
    after_help = "A row of the file is one person in one role of one zone: zone,role,name,phone,since. Roles are keys or Chinese titles.
Names and telephone numbers stay in the plan file unless --with-staff asks for them.
Examples:
  lifang staff roles
  lifang staff import plan.gpkg staff.csv
  lifang staff export plan.gpkg --out posts.csv
  lifang staff export plan.gpkg --out staff.csv --with-staff
  lifang export plan.gpkg --layer zones --format csv --out out/ --with-staff"
)]
pub struct StaffArgs {
    /// What to do.
    #[command(subcommand)]
    pub what: StaffCommand,
}

/// What can be done with staff.
#[derive(Debug, Subcommand)]
pub enum StaffCommand {
    /// List the roles there are.
    Roles,
    /// Take a roster from a CSV file, in place of the one in the plan file.
    Import {
        /// The plan file.
        plan: PathBuf,
        /// The roster.
        file: PathBuf,
        /// On which revision.
        #[command(flatten)]
        note: NoteArgs,
    },
    /// Write which posts of which zones are filled; with --with-staff, the roster itself.
    Export {
        /// The plan file.
        plan: PathBuf,
        /// File to write.
        #[arg(long)]
        out: PathBuf,
        /// Write names and telephone numbers too.
        #[arg(long)]
        with_staff: bool,
    },
}
