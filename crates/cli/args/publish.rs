//! Arguments of the commands that publish, compare and check.

use super::edit::NoteArgs;
use clap::Args as ClapArgs;
use std::path::PathBuf;

/// `lifang publish`.
#[derive(Debug, ClapArgs)]
#[command(
    group = clap::ArgGroup::new("step").required(true).args(["consult", "approve", "withdraw", "effective", "list"]),
    after_help = "Stages follow each other: draft, consulted, approved, published. The next edit begins a new draft.
Examples:
  lifang publish plan.gpkg --consult --reason 征求意见
  lifang publish plan.gpkg --approve --author 街道办
  lifang publish plan.gpkg --effective 2026-07-01
  lifang publish plan.gpkg --list"
)]
pub struct PublishArgs {
    /// The plan file.
    pub plan: PathBuf,
    /// The draft is shown for comment.
    #[arg(long)]
    pub consult: bool,
    /// What was shown is approved.
    #[arg(long)]
    pub approve: bool,
    /// Back to draft, before publication.
    #[arg(long)]
    pub withdraw: bool,
    /// What was approved is in force from this day on, YYYY-MM-DD. Only a plan without avoidable violations.
    #[arg(long, value_name = "DATE")]
    pub effective: Option<String>,
    /// List what was published.
    #[arg(long)]
    pub list: bool,
    /// Who, why, on which revision.
    #[command(flatten)]
    pub note: NoteArgs,
}

/// `lifang compare`.
#[derive(Debug, ClapArgs)]
#[command(
    after_help = "A and B are plan files or states: FILE@1 (publication), FILE@2026-07-01 (in force that day), FILE@e17 (after entry 17 of the
history), FILE#NAME (a scenario). --out writes the land that changes as a map layer, and tables: which zone became which, old and
new codes, coverage before and after.
Examples:
  lifang compare before.gpkg after.gpkg
  lifang compare plan.gpkg@1 plan.gpkg --json
  lifang compare plan.gpkg#方案一 plan.gpkg#方案二 --out compare/"
)]
pub struct CompareArgs {
    /// Plan file, or FILE@NUMBER of a publication, as it was.
    #[arg(value_name = "A")]
    pub before: String,
    /// Plan file, or FILE@NUMBER of a publication, as it became.
    #[arg(value_name = "B")]
    pub after: String,
    /// Folder for the map layer and the tables.
    #[arg(long)]
    pub out: Option<PathBuf>,
    /// Format of the map layer.
    #[arg(long, value_enum, default_value_t = super::FormatArg::Geojson)]
    pub format: super::FormatArg,
    /// Coordinate system of the map layer; WGS 84 for GeoJSON and the source's own for others when not given.
    #[arg(long)]
    pub crs: Option<String>,
    /// Text encoding of tables.
    #[arg(long, value_enum, default_value_t = super::EncodingArg::Utf8)]
    pub encoding: super::EncodingArg,
}
