//! Arguments of `lifang scenario`.

use super::edit::NoteArgs;
use clap::{Args as ClapArgs, Subcommand, ValueEnum};
use std::path::PathBuf;

/// `lifang scenario`.
#[derive(Debug, ClapArgs)]
#[command(after_help = "Scenarios are plans beside each other in one file, each with its own history.
Examples:
  lifang scenario branch plan.gpkg 方案二 --reason 小区整体划入
  lifang edit plan.gpkg --merge 500102006001004 --to 500102006001003
  lifang compare plan.gpkg#太平街道 plan.gpkg --out compare/
  lifang scenario switch plan.gpkg 太平街道
  lifang scenario merge plan.gpkg 方案二 --dry-run
  lifang scenario list plan.gpkg")]
pub struct ScenarioArgs {
    /// What to do.
    #[command(subcommand)]
    pub what: ScenarioCommand,
}

/// What can be done with scenarios.
#[derive(Debug, Subcommand)]
pub enum ScenarioCommand {
    /// List the plans of the file; the current one has a star.
    List {
        /// The plan file.
        plan: PathBuf,
    },
    /// Copy the current plan under a name, and go on with the copy.
    Branch {
        /// The plan file.
        plan: PathBuf,
        /// Name of the copy.
        name: String,
        /// Who, why, on which revision.
        #[command(flatten)]
        note: NoteArgs,
    },
    /// Give a plan another name.
    Rename {
        /// The plan file.
        plan: PathBuf,
        /// Its name.
        from: String,
        /// Its name from now on.
        to: String,
        /// Who, why, on which revision.
        #[command(flatten)]
        note: NoteArgs,
    },
    /// Go on with another plan of the file.
    Switch {
        /// The plan file.
        plan: PathBuf,
        /// Its name.
        name: String,
        /// Who, why, on which revision.
        #[command(flatten)]
        note: NoteArgs,
    },
    /// Take what a scenario changed into the plan it was branched from, which must be the current one. Exit code 1 when
    /// both changed the same thing otherwise, or a rule is broken by it.
    Merge {
        /// The plan file.
        plan: PathBuf,
        /// Name of the scenario.
        name: String,
        /// Which side to take where both changed the same thing; without it such a merge is only told.
        #[arg(long, value_enum)]
        prefer: Option<Side>,
        /// Say what it would do, and do nothing.
        #[arg(long)]
        dry_run: bool,
        /// Who, why, on which revision.
        #[command(flatten)]
        note: NoteArgs,
    },
}

/// Sides of a merge.
#[derive(Copy, Clone, Debug, ValueEnum)]
pub enum Side {
    /// The plan merged into.
    Ours,
    /// The scenario.
    Theirs,
}
