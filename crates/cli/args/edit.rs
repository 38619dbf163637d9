//! Arguments of the commands that edit a plan.

use clap::Args as ClapArgs;
use std::path::PathBuf;

/// Who, why, and on which revision.
#[derive(Debug, ClapArgs)]
pub struct NoteArgs {
    /// Why; kept in the history.
    #[arg(long)]
    pub reason: Option<String>,
    /// Who; kept in the history.
    #[arg(long)]
    pub author: Option<String>,
    /// Refuse unless the plan is still at this revision.
    #[arg(long, value_name = "REVISION")]
    pub base: Option<i64>,
}

/// `lifang edit`.
#[derive(Debug, ClapArgs)]
#[command(
    group = clap::ArgGroup::new("what").required(true)
        .args(["move_", "merge", "split", "new", "pin", "unpin", "rename", "renumber", "special", "retire"]),
    after_help = "ATOMS are codes of atoms, buildings or compounds, or a rectangle WEST,SOUTH,EAST,NORTH in degrees with `rect:` before it.
Examples:
  lifang edit plan.gpkg --move B12,B13-2 --to 500102006001003 --reason 小区交付
  lifang edit plan.gpkg --move rect:107.390,29.700,107.391,29.701 --to 500102006001003 --follow
  lifang edit plan.gpkg --merge 500102006001004 --to 500102006001003
  lifang edit plan.gpkg --split 500102006001003 --into 2
  lifang edit plan.gpkg --split 500102006001003 --along \"107.3901,29.7002 107.3915,29.7010\"
  lifang edit plan.gpkg --split 500102006001003 --along \"107.3901,29.7002 107.3915,29.7010\" --exact
  lifang edit plan.gpkg --new B12,B13 --kind school --name 第一小学
  lifang edit plan.gpkg --rename 500102006001003 --name 锦绣苑一
  lifang edit plan.gpkg --pin 500102006001003
Exit code 1 when the edit breaks a rule that was kept before."
)]
pub struct EditArgs {
    /// The plan file.
    pub plan: PathBuf,
    /// Level; the finest when not given.
    #[arg(long)]
    pub level: Option<String>,
    /// Atoms that go to the zone --to.
    #[arg(long = "move", value_name = "ATOMS", requires = "to")]
    pub move_: Option<String>,
    /// Zones that become part of the zone --to; their codes are retired.
    #[arg(long, value_name = "ZONES", requires = "to", value_delimiter = ',')]
    pub merge: Vec<String>,
    /// The zone atoms or zones go to.
    #[arg(long, value_name = "ZONE")]
    pub to: Option<String>,
    /// A zone to divide: --into so many parts, or into parts inside its band.
    #[arg(long, value_name = "ZONE")]
    pub split: Option<String>,
    /// Number of parts.
    #[arg(long, value_name = "K", requires = "split")]
    pub into: Option<u32>,
    /// A line to divide the zone along, longitude and latitude of its points; the cut follows the cells nearest to it.
    #[arg(
        long,
        value_name = "\"LON,LAT LON,LAT ...\"",
        requires = "split",
        conflicts_with = "into",
        allow_hyphen_values = true
    )]
    pub along: Option<String>,
    /// Divide the cells --along crosses exactly there, instead of following their borders. Buildings stay whole and keep their
    /// people; land cut off becomes a cell of its own.
    #[arg(long, requires = "along")]
    pub exact: bool,
    /// Atoms that become a zone of their own.
    #[arg(long, value_name = "ATOMS")]
    pub new: Option<String>,
    /// Zones, or ATOMS, that nobody may move.
    #[arg(long, value_name = "ZONES|ATOMS")]
    pub pin: Option<String>,
    /// Takes a pin back.
    #[arg(long, value_name = "ZONES|ATOMS")]
    pub unpin: Option<String>,
    /// A zone to name --name; without it the name is taken away.
    #[arg(long, value_name = "ZONE")]
    pub rename: Option<String>,
    /// A zone, never published, to give the code --code.
    #[arg(long, value_name = "ZONE", requires = "code")]
    pub renumber: Option<String>,
    /// A zone to make one of the kind --kind.
    #[arg(long, value_name = "ZONE", requires = "kind")]
    pub special: Option<String>,
    /// An empty zone to end.
    #[arg(long, value_name = "ZONE")]
    pub retire: Option<String>,
    /// Name of a zone.
    #[arg(long)]
    pub name: Option<String>,
    /// Code of a zone; the next free one when not given.
    #[arg(long)]
    pub code: Option<String>,
    /// Kind of a zone: comprehensive, commercial, office, industrial, school, hospital, park.
    #[arg(long)]
    pub kind: Option<String>,
    /// Move atoms on the coarser levels too where they leave their zone there.
    #[arg(long)]
    pub follow: bool,
    /// Say what the edit would do, and do nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// Who, why, on which revision.
    #[command(flatten)]
    pub note: NoteArgs,
}

/// `lifang undo` and `lifang redo`.
#[derive(Debug, ClapArgs)]
pub struct StepArgs {
    /// The plan file.
    pub plan: PathBuf,
    /// Who, why, on which revision.
    #[command(flatten)]
    pub note: NoteArgs,
}
