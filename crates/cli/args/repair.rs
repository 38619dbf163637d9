//! Arguments of `lifang repair`.

use super::edit::NoteArgs;
use clap::Args as ClapArgs;
use std::path::PathBuf;

/// `lifang repair`.
#[derive(Debug, ClapArgs)]
#[command(
    after_help = "The zones and their neighbours are divided anew with as few moves as will do; pinned buildings stay.
Examples:
  lifang repair plan.gpkg --zones 500102006001003 --dry-run       what would move, and what that cures
  lifang repair plan.gpkg --zones 500102006001003,500102006001004
  lifang repair plan.gpkg --level grid --zones 500102006001 --rings 0
One entry of the history, which `lifang undo` takes back. Exit code 1 when something is left broken or newly is."
)]
pub struct RepairArgs {
    /// The plan file.
    pub plan: PathBuf,
    /// Codes of the zones to put right.
    #[arg(long, value_name = "ZONES", value_delimiter = ',', required = true)]
    pub zones: Vec<String>,
    /// Level of the zones; the finest when not given. A coarser zone stands for those in it.
    #[arg(long)]
    pub level: Option<String>,
    /// Rings of neighbours that may change too; one, and up to three where that does not do, when not given.
    #[arg(long, value_name = "N")]
    pub rings: Option<u32>,
    /// Seed; that of the plan when not given.
    #[arg(long)]
    pub seed: Option<u64>,
    /// Say what would move, and do nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// Who, why, on which revision.
    #[command(flatten)]
    pub note: NoteArgs,
}
