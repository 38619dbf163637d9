//! Arguments of the commands that look at several services together.

use clap::{ArgGroup, Args as ClapArgs};
use std::path::PathBuf;

use super::site::WeightArg;

/// `lifang score`.
#[derive(Debug, ClapArgs)]
#[command(
    after_help = "A mix says which services count, what each weighs, up to which walk it counts whole and from which on nothing.
What is too far counts 0; what nobody has data about is unknown: it is left out of the score and makes the range from low to high.
Examples:
  lifang score plan.gpkg
  lifang score plan.gpkg --profile elder --json
  lifang score plan.gpkg --mix my-mix.toml
  lifang export plan.gpkg --layer scores --level micro_grid --format gpkg --out out/"
)]
pub struct ScoreArgs {
    /// The plan file.
    pub plan: PathBuf,
    /// Mix: a key (see `lifang catalog`) or a TOML file.
    #[arg(long, default_value = "fifteen")]
    pub mix: String,
    /// Walking profile.
    #[arg(long, default_value = "adult")]
    pub profile: String,
}

/// `lifang needs`.
#[derive(Debug, ClapArgs)]
#[command(
    group = ArgGroup::new("which").args(["need", "all_of"]),
    after_help = "A need is met when every part is; it is unknown where no part is known to be missed and some part is not known.
Examples:
  lifang needs plan.gpkg --need elders
  lifang needs plan.gpkg --all-of canteen,clinic --within 500 --who elders --profile elder
  lifang needs plan.gpkg --all-of market+supermarket,pharmacy --within 500,1000      market or supermarket, and a pharmacy
  lifang needs plan.gpkg --need my-need.toml --json"
)]
pub struct NeedsArgs {
    /// The plan file.
    pub plan: PathBuf,
    /// Need: a key (see `lifang catalog`) or a TOML file; elders when not given.
    #[arg(long)]
    pub need: Option<String>,
    /// Services that are all needed; joined by + any of them will do.
    #[arg(long, value_name = "CATEGORY[+CATEGORY],...", value_delimiter = ',', requires = "within")]
    pub all_of: Vec<String>,
    /// Walking distance of all of them, or of each.
    #[arg(long, value_name = "METRES,...", value_delimiter = ',', requires = "all_of")]
    pub within: Vec<f64>,
    /// Whose need it is.
    #[arg(long, value_enum, default_value_t = WeightArg::Persons, requires = "all_of")]
    pub who: WeightArg,
    /// Walking profile.
    #[arg(long, default_value = "adult", requires = "all_of")]
    pub profile: String,
}

/// `lifang network`.
#[derive(Debug, ClapArgs)]
#[command(
    after_help = "A likely drawing error is a dead end within 5 m of a street that one cannot soon walk to. Nothing is joined unless asked.
Examples:
  lifang network plan.gpkg
  lifang network plan.gpkg --join 1,3
  lifang network plan.gpkg --join all"
)]
pub struct NetworkArgs {
    /// The plan file.
    pub plan: PathBuf,
    /// Join these likely gaps by a footway each and save the streets: numbers of the list, or `all`.
    #[arg(long, value_name = "N,...|all", value_delimiter = ',')]
    pub join: Vec<String>,
    /// Coordinate system of the places told; longitude and latitude when not given.
    #[arg(long)]
    pub crs: Option<String>,
}
