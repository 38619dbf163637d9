//! Arguments of the commands that choose sites and ask who is touched.

use clap::{ArgGroup, Args as ClapArgs, ValueEnum};
use lifang_planner::SiteModel;
use std::path::PathBuf;

/// Siting models.
#[derive(Copy, Clone, Debug, ValueEnum)]
pub enum ModelArg {
    /// The fewest sites that leave nobody beyond the radius.
    Lscp,
    /// So many sites, most people within the radius.
    Mclp,
    /// So many sites, least distance of all people added up.
    PMedian,
    /// So many sites, the farthest person nearest.
    PCenter,
}

impl From<ModelArg> for SiteModel {
    fn from(model: ModelArg) -> Self {
        match model {
            ModelArg::Lscp => Self::Lscp,
            ModelArg::Mclp => Self::Mclp,
            ModelArg::PMedian => Self::PMedian,
            ModelArg::PCenter => Self::PCenter,
        }
    }
}

/// Whom a model counts.
#[derive(Copy, Clone, Debug, ValueEnum)]
pub enum WeightArg {
    /// Residents; households where nobody knows the residents.
    Persons,
    /// Households.
    Households,
    /// Residents of 60 and older.
    Elders,
    /// Residents under 15.
    Children,
}

/// A place, `X,Y`: longitude and latitude, or what --crs says.
#[derive(Copy, Clone, Debug, PartialEq)]
pub struct Xy(pub (f64, f64));

impl std::str::FromStr for Xy {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let numbers: Option<Vec<f64>> = text.split(',').map(|part| part.trim().parse().ok()).collect();
        match numbers.as_deref() {
            Some(&[x, y]) => Ok(Self((x, y))),
            _ => Err("a place is X,Y, e.g. 107.391,29.702".to_owned()),
        }
    }
}

/// A way, `X,Y,X,Y`.
#[derive(Copy, Clone, Debug, PartialEq)]
pub struct Line(pub [(f64, f64); 2]);

impl std::str::FromStr for Line {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let numbers: Option<Vec<f64>> = text.split(',').map(|part| part.trim().parse().ok()).collect();
        match numbers.as_deref() {
            Some(&[a, b, c, d]) => Ok(Self([(a, b), (c, d)])),
            _ => Err("a way is X,Y,X,Y: its two ends".to_owned()),
        }
    }
}

/// A station and a place, `STATION=X,Y`.
#[derive(Clone, Debug, PartialEq)]
pub struct Move(pub String, pub (f64, f64));

impl std::str::FromStr for Move {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (station, place) = text.rsplit_once('=').ok_or("a move is STATION=X,Y")?;
        Ok(Self(station.to_owned(), place.parse::<Xy>()?.0))
    }
}

/// `lifang site`.
#[derive(Debug, ClapArgs)]
#[command(
    after_help = "Open stations stay; a model adds N new ones. Without a model only the changes are tried. Nothing is saved.
Every answer carries a bound no other choice among the candidates can beat, and says whether the two meet.
Examples:
  lifang site plan.gpkg --category canteen --model mclp --p 3
  lifang site plan.gpkg --category elder_care --model mclp --p 3 --weight elders --capacity 200
  lifang site plan.gpkg --category clinic --model lscp --tier 15min --profile elder
  lifang site plan.gpkg --category canteen --model p-median --p 2 --candidates idle.geojson --json
  lifang site plan.gpkg --category clinic --close 'F-12' --add 107.391,29.702
  lifang site plan.gpkg --category clinic --gate 107.391,29.702
  lifang site plan.gpkg --category market --bridge 107.391,29.702,107.392,29.702"
)]
pub struct SiteArgs {
    /// The plan file.
    pub plan: PathBuf,
    /// Service category, see `lifang catalog`.
    #[arg(long)]
    pub category: String,
    /// What the new stations are chosen for.
    #[arg(long, value_enum)]
    pub model: Option<ModelArg>,
    /// New stations; lscp finds how many.
    #[arg(long, value_name = "N", requires = "model")]
    pub p: Option<usize>,
    /// Tier the people are to be within; the category's own when not given.
    #[arg(long)]
    pub tier: Option<String>,
    /// Tier set.
    #[arg(long, default_value = lifang_planner::DEFAULT_TIERS)]
    pub tiers: String,
    /// Walking profile.
    #[arg(long, default_value = "adult")]
    pub profile: String,
    /// Whom the model counts.
    #[arg(long, value_enum, default_value_t = WeightArg::Persons)]
    pub weight: WeightArg,
    /// How many of them a new station can take; existing ones take what their own capacity says.
    #[arg(long, value_name = "PEOPLE", requires = "model")]
    pub capacity: Option<u32>,
    /// Where a station could be: `buildings`, or a layer file of idle premises (points or outlines).
    #[arg(long, value_name = "buildings|FILE", default_value = "buildings")]
    pub candidates: String,
    /// A place a station could be, instead of --candidates; may be given many times.
    #[arg(long, value_name = "X,Y", conflicts_with = "candidates", allow_hyphen_values = true)]
    pub candidate: Vec<Xy>,
    /// Most candidates; the largest building within some distance of each other stands for the others.
    #[arg(long, value_name = "N", default_value_t = 2000, value_parser = clap::value_parser!(u32).range(1..=20_000))]
    pub candidates_max: u32,
    /// Close a station: code or name.
    #[arg(long, value_name = "STATION")]
    pub close: Vec<String>,
    /// Open a station.
    #[arg(long, value_name = "X,Y", allow_hyphen_values = true)]
    pub add: Vec<Xy>,
    /// Move a station.
    #[arg(long = "move", value_name = "STATION=X,Y")]
    pub moves: Vec<Move>,
    /// Open a gate in the wall of a compound.
    #[arg(long, value_name = "X,Y", allow_hyphen_values = true)]
    pub gate: Vec<Xy>,
    /// Close a gate.
    #[arg(long, value_name = "X,Y", allow_hyphen_values = true)]
    pub close_gate: Vec<Xy>,
    /// Build a footbridge, an underpass or a path from street to street.
    #[arg(long, value_name = "X,Y,X,Y", allow_hyphen_values = true)]
    pub bridge: Vec<Line>,
    /// Coordinate system of all places, given and told; longitude and latitude when not given.
    #[arg(long)]
    pub crs: Option<String>,
    /// Gates as they are at this time, by their opening hours: 22:30, "Su 22:30", "2026-12-24 22:30". Gates of unknown hours stay open.
    #[arg(long, value_name = "[DAY ]HH:MM")]
    pub at: Option<lifang_planner::Moment>,
    /// Stop searching after this many seconds; the bound then says how far from best the answer may be.
    #[arg(long, value_name = "SECONDS", default_value_t = 60.0)]
    pub limit: f64,
}

/// `lifang gaps`.
#[derive(Debug, ClapArgs)]
#[command(
    after_help = "Causes: missing_gate (a gate that is closed now would do), missing_path (near enough in a straight line),
missing_facility (too far in any way), no_facility (there is none at all), capacity (with --capacity: all in reach are full). Each opening is weighed alone: the people who are
beyond the tier now and would be within it if this one gate or way were open.
Examples:
  lifang gaps plan.gpkg --category clinic
  lifang gaps plan.gpkg --category pharmacy --at 22:30
  lifang gaps plan.gpkg --category park --tier 10min --profile elder --openings 20 --json"
)]
pub struct GapsArgs {
    /// The plan file.
    pub plan: PathBuf,
    /// Service category, see `lifang catalog`.
    #[arg(long)]
    pub category: String,
    /// Tier the people are to be within; the category's own when not given.
    #[arg(long)]
    pub tier: Option<String>,
    /// Tier set.
    #[arg(long, default_value = lifang_planner::DEFAULT_TIERS)]
    pub tiers: String,
    /// Walking profile.
    #[arg(long, default_value = "adult")]
    pub profile: String,
    /// Stations can be full: who finds no room within the tier is a gap of cause `capacity`. Capacities must be people, not seats.
    #[arg(long)]
    pub capacity: bool,
    /// Gates as they are at this time, by their opening hours: 22:30, "Su 22:30", "2026-12-24 22:30". Gates of unknown hours stay open.
    #[arg(long, value_name = "[DAY ]HH:MM")]
    pub at: Option<lifang_planner::Moment>,
    /// How many openings to tell.
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub openings: usize,
    /// Coordinate system of the places told; longitude and latitude when not given.
    #[arg(long)]
    pub crs: Option<String>,
}

/// `lifang impact`.
#[derive(Debug, ClapArgs)]
#[command(
    group = ArgGroup::new("where").required(true).args(["point", "area"]),
    after_help = "Examples:
  lifang impact plan.gpkg --point 107.391,29.702 --radius 200
  lifang impact plan.gpkg --area closed-for-works.geojson --json"
)]
pub struct ImpactArgs {
    /// The plan file.
    pub plan: PathBuf,
    /// Middle of a circle.
    #[arg(long, value_name = "X,Y", requires = "radius", allow_hyphen_values = true)]
    pub point: Option<Xy>,
    /// Its radius, straight.
    #[arg(long, value_name = "METRES", requires = "point")]
    pub radius: Option<f64>,
    /// A layer of polygons.
    #[arg(long, value_name = "FILE")]
    pub area: Option<PathBuf>,
    /// Coordinate system of the place or the file; longitude and latitude, or what the file says, when not given.
    #[arg(long)]
    pub crs: Option<String>,
}

/// `lifang graph site`.
#[derive(Debug, ClapArgs)]
#[command(
    group = ArgGroup::new("input").required(true).args(["orlib", "cost"]),
    after_help = "Examples:
  lifang graph site --model mclp --clients clients.csv --candidates candidates.csv --cost cost.csv --p 5 --radius 1125
  lifang graph site --model p-median --orlib pmed1.txt --json"
)]
pub struct GraphSiteArgs {
    /// What the sites are chosen for.
    #[arg(long, value_enum)]
    pub model: ModelArg,
    /// CSV with id,households.
    #[arg(long, value_name = "FILE", required_unless_present = "orlib")]
    pub clients: Option<PathBuf>,
    /// CSV with id and optionally existing (1 where a station stands already).
    #[arg(long, value_name = "FILE", required_unless_present = "orlib")]
    pub candidates: Option<PathBuf>,
    /// CSV without a header: one row a client, metres to each candidate; empty or inf where there is no way.
    #[arg(long, value_name = "FILE", requires_all = ["clients", "candidates"])]
    pub cost: Option<PathBuf>,
    /// A p-median file of the OR-Library instead of the three tables.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["clients", "candidates", "cost"])]
    pub orlib: Option<PathBuf>,
    /// Sites in all, existing ones included; an OR-Library file has its own number.
    #[arg(long, value_name = "N")]
    pub p: Option<usize>,
    /// Radius of lscp and mclp.
    #[arg(long, value_name = "METRES")]
    pub radius: Option<f64>,
    /// CSV with id,capacity of every candidate; weights are whole people then, and clients may be shared between sites.
    #[arg(long, value_name = "FILE", conflicts_with = "orlib")]
    pub capacity: Option<PathBuf>,
    /// Stop searching after this many seconds; the bound then says how far from best the answer may be.
    #[arg(long, value_name = "SECONDS", default_value_t = 50.0)]
    pub limit: f64,
    /// Where the assignment goes: client,site,cost.
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}
