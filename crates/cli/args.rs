//! 参数 What can be typed. Meaning is given in `commands`.

pub mod edit;
pub mod publish;
pub mod reach;
pub mod repair;
pub mod scenario;
pub mod site;
pub mod staff;
pub mod table;

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Lifang 里坊: divides communities into grids and micro-grids, measures 15-minute service circles, finds the gaps.
#[derive(Debug, Parser)]
#[command(
    name = "lifang",
    version,
    max_term_width = 110,
    after_help = "Examples:
  lifang new plan.gpkg --sample taipingjie
  lifang new plan.gpkg --osm city.osm.pbf --name 新街口
  lifang partition plan.gpkg --preset taipingjie
  lifang verify plan.gpkg --json
  lifang cover plan.gpkg
  lifang site plan.gpkg --category canteen --model mclp --p 3
  lifang score plan.gpkg
  lifang needs plan.gpkg --all-of canteen,clinic --within 500 --who elders --profile elder
  lifang impact plan.gpkg --point 107.391,29.702 --radius 200
  lifang export plan.gpkg --layer zones --level micro_grid --format shp --encoding gbk --out out/
  lifang serve plan.gpkg

Exit codes: 0 fine, 1 the plan breaks rules, 2 the input cannot be used."
)]
pub struct Args {
    /// No progress bars and no summary; errors are still told.
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// Print the figures as one JSON object.
    #[arg(long, global = true)]
    pub json: bool,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make a plan file from layers, an OpenStreetMap extract or the sample.
    New(Box<NewArgs>),
    /// Divide the plan into zones.
    Partition(PartitionArgs),
    /// Judge the plan: tallies, tiling, violations. Exit code 1 when rules are broken.
    Verify {
        /// The plan file.
        plan: PathBuf,
    },
    /// Change the plan by hand: move, merge, split, pin, rename. Exit code 1 when that breaks a rule.
    Edit(Box<edit::EditArgs>),
    /// Put chosen zones right: the engine divides them and their neighbours anew with the least change.
    Repair(repair::RepairArgs),
    /// Take the last edit back.
    Undo(edit::StepArgs),
    /// Bring back what was taken back last.
    Redo(edit::StepArgs),
    /// List every edit ever made, what was taken back included.
    History {
        /// The plan file.
        plan: PathBuf,
    },
    /// Take the plan from draft to consulted, approved and published.
    Publish(publish::PublishArgs),
    /// Compare two plans: who changes zone, which zone became which.
    Compare(publish::CompareArgs),
    /// Plans beside each other in one file: branch, list, rename, switch, merge back.
    Scenario(scenario::ScenarioArgs),
    /// Who has which role in which zone.
    Staff(staff::StaffArgs),
    /// Copy a plan file, whole also while others write to it.
    Backup {
        /// The plan file.
        plan: PathBuf,
        /// The copy; there must be no file of that name.
        to: PathBuf,
    },
    /// Check a plan file for damage. Exit code 1 when something is wrong.
    Check {
        /// The plan file.
        plan: PathBuf,
        /// Copy the file, then make anew what can be.
        #[arg(long)]
        repair: bool,
    },
    /// Compute who reaches which service within the tiers.
    Cover(CoverArgs),
    /// List who one category does not serve and why, and the gates and ways that would help most.
    Gaps(site::GapsArgs),
    /// Choose places for new stations, or see what closing, moving or opening one would do.
    Site(Box<site::SiteArgs>),
    /// Score every home by a mix of services: per building, zone and level.
    Score(reach::ScoreArgs),
    /// Tell who has several services near at once, e.g. a canteen and a clinic.
    Needs(reach::NeedsArgs),
    /// List the pieces of the street network and likely drawing errors, and join them.
    Network(reach::NetworkArgs),
    /// Count who lives and trades inside an area, and the zones it touches.
    Impact(site::ImpactArgs),
    /// Write boundary files.
    Export(ExportArgs),
    /// Show the plan on a map in the browser.
    Serve(ServeArgs),
    /// Make the demo community, partition it, compute coverage, write every output and serve the map.
    Demo(DemoArgs),
    /// List the presets, tiers, profiles and services there are.
    Catalog,
    /// Work on plain tables, without a plan file.
    #[command(subcommand)]
    Graph(GraphCommand),
    /// Tessellate buildings inside streets, without a plan file.
    Tessellate(TessellateArgs),
}

/// `lifang new`.
#[derive(Debug, ClapArgs)]
#[command(after_help = "Examples:
  lifang new plan.gpkg --buildings b.shp --households 户数 --streets s.shp --boundary edge.shp --crs EPSG:4545
  lifang new plan.gpkg --buildings b.shp --table 住户.xlsx --sheet 住户 --table-key 楼栋编号 --building-key CODE
  lifang new plan.gpkg --buildings b.shp --table 人口.csv --table-key 地址 --elder-age 65 --as-of 2026-07-01
  lifang new plan.gpkg --buildings 地方坐标.shp --control 控制点.csv --control-crs EPSG:4545
  lifang new plan.gpkg --osm extract.osm.pbf
A layer of a GeoPackage or CAD drawing, or a sheet of a workbook, is chosen by FILE#NAME, e.g. --facilities 设施.xlsx#卫生.
  lifang new plan.gpkg --buildings b.shp --parcels 地块.shp --parcels-as cells --snap 0.5
  lifang new plan.gpkg --buildings b.shp --cut 切分线.geojson
  lifang new plan.gpkg --sample taipingjie --seed 7")]
pub struct NewArgs {
    /// The plan file to make.
    pub plan: PathBuf,
    /// Building footprints (GeoJSON, Shapefile, GeoPackage, KML, DXF; CSV or Excel with a WKT column).
    #[arg(long, value_name = "FILE", conflicts_with_all = ["osm", "sample"], required_unless_present_any = ["osm", "sample"])]
    pub buildings: Option<PathBuf>,
    /// Column of household counts; without it they are estimated and marked so.
    #[arg(long, value_name = "COLUMN", requires = "buildings")]
    pub households: Option<String>,
    /// Column of resident counts.
    #[arg(long, value_name = "COLUMN", requires = "buildings")]
    pub persons: Option<String>,
    /// Column of residents of 60 and older.
    #[arg(long, value_name = "COLUMN", requires = "buildings")]
    pub elders: Option<String>,
    /// Column of residents under 15.
    #[arg(long, value_name = "COLUMN", requires = "buildings")]
    pub children: Option<String>,
    /// Column of merchant counts.
    #[arg(long, value_name = "COLUMN", requires = "buildings")]
    pub merchants: Option<String>,
    /// Column of floors above ground.
    #[arg(long, value_name = "COLUMN", requires = "buildings")]
    pub floors: Option<String>,
    /// Column of stairwell units.
    #[arg(long, value_name = "COLUMN", requires = "buildings")]
    pub units: Option<String>,
    /// Column of building use.
    #[arg(long = "use", value_name = "COLUMN", requires = "buildings")]
    pub use_: Option<String>,
    /// Column of building names.
    #[arg(long, value_name = "COLUMN", requires = "buildings")]
    pub name_column: Option<String>,
    /// Column of permanent building codes.
    #[arg(long, value_name = "COLUMN", requires = "buildings")]
    pub code_column: Option<String>,
    /// Column naming the compound of a building.
    #[arg(long, value_name = "COLUMN", requires = "buildings")]
    pub compound: Option<String>,
    /// Street centre lines.
    #[arg(long, value_name = "FILE", requires = "buildings")]
    pub streets: Option<PathBuf>,
    /// Facilities.
    #[arg(long, value_name = "FILE", requires = "buildings")]
    pub facilities: Option<PathBuf>,
    /// Column of facility categories.
    #[arg(long, value_name = "COLUMN", requires = "facilities")]
    pub category: Option<String>,
    /// Compounds, commercial circles, office clusters, parks.
    #[arg(long, value_name = "FILE", requires = "buildings")]
    pub compounds: Option<PathBuf>,
    /// Gates of walled compounds: points, with columns `open` (开放) and `opening_hours` (开放时间) where known.
    #[arg(long, value_name = "FILE", requires = "compounds")]
    pub gates: Option<PathBuf>,
    /// Border of the area to partition; the buildings' surroundings when not given.
    #[arg(long, value_name = "FILE", conflicts_with = "sample")]
    pub boundary: Option<PathBuf>,
    /// Coordinate system of files that declare none: EPSG:n, GCJ-02, BD-09, local, or a PROJ or WKT text.
    #[arg(long, value_name = "CRS")]
    pub crs: Option<String>,
    /// Text encoding of shapefile tables, when detection is wrong: gbk or utf-8.
    #[arg(long, value_name = "ENCODING", requires = "buildings")]
    pub encoding: Option<String>,
    /// An OpenStreetMap extract.
    #[arg(long, value_name = "FILE.osm.pbf", conflicts_with = "sample")]
    pub osm: Option<PathBuf>,
    /// The synthetic community.
    #[arg(long, value_name = "NAME", value_enum)]
    pub sample: Option<Sample>,
    /// Seed of the sample.
    #[arg(long, default_value_t = 1, requires = "sample")]
    pub seed: u64,
    /// Buildings of the sample, to 100000; its published size when not given.
    #[arg(long, value_name = "N", requires = "sample")]
    pub size: Option<u32>,
    /// Households, residents or merchants counted in a table.
    #[command(flatten)]
    pub table: table::TableArgs,
    /// Control points of a local grid.
    #[command(flatten)]
    pub control: table::ControlArgs,
    /// Name of the territory, for titles.
    #[arg(long)]
    pub name: Option<String>,
    /// Official code that zone codes begin with.
    #[arg(long)]
    pub code: Option<String>,
    /// Parcels to build the ground on.
    #[command(flatten)]
    pub parcels: ParcelArgs,
    /// Lines that divide cells exactly where they run. Buildings stay whole and keep their people; land cut off becomes a cell
    /// of its own.
    #[arg(long, value_name = "FILE")]
    pub cut: Option<PathBuf>,
    /// Preset that says how buildings may be divided.
    #[arg(long, default_value = lifang_planner::DEFAULT_PRESET)]
    pub preset: String,
    /// Replace an existing plan file.
    #[arg(long)]
    pub replace: bool,
}

/// Samples there are.
#[derive(Copy, Clone, Debug, ValueEnum)]
pub enum Sample {
    /// A synthetic community with the published figures of Taipingjie.
    Taipingjie,
}

/// `lifang partition`.
#[derive(Debug, ClapArgs)]
#[command(after_help = "Examples:
  lifang partition plan.gpkg --preset taipingjie
  lifang partition plan.gpkg --zones grid=10          ten grids, the rest as the preset says
  lifang partition plan.gpkg --from current          after edits of the inputs: change as little as will do
  lifang partition new.gpkg --from old.gpkg          the same with a new survey in a file of its own
  lifang partition plan.gpkg --apply R1              relax the rules as offered, and replan
  lifang partition plan.gpkg --alternatives 3        look at three different good plans; --keep 2 takes the second")]
pub struct PartitionArgs {
    /// The plan file.
    pub plan: PathBuf,
    /// Preset: a key (see `lifang catalog`) or a TOML file; taipingjie when not given, with --from the current rules.
    #[arg(long)]
    pub preset: Option<String>,
    /// Start from a plan and move as few households as will do: `current`, or another plan file.
    #[arg(long, value_name = "current|FILE")]
    pub from: Option<String>,
    /// Apply a relaxation that was offered (R1, R2, …; see --json), starting from the current plan.
    #[arg(long, value_name = "ID")]
    pub apply: Option<String>,
    /// Make exactly so many zones of a level (areas and special zones included) instead of as many as its band makes; may be
    /// repeated, e.g. --zones grid=10 --zones micro_grid=44.
    #[arg(long, value_name = "LEVEL=NUMBER", value_parser = zones_of, conflicts_with_all = ["from", "apply"])]
    pub zones: Vec<(String, u32)>,
    /// Make up to N clearly different good plans and tell their figures; nothing is saved without --keep.
    #[arg(long, value_name = "N", conflicts_with_all = ["from", "apply"], value_parser = clap::value_parser!(u8).range(1..=20))]
    pub alternatives: Option<u8>,
    /// The number of the alternative that becomes the plan.
    #[arg(long, value_name = "K", requires = "alternatives")]
    pub keep: Option<usize>,
    /// Seed; the same seed gives the same plan.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Moves to try; by default as many as the size calls for.
    #[arg(long)]
    pub moves: Option<u64>,
    /// Stop after this many seconds even if moves are left. A run cut short need not repeat exactly.
    #[arg(long, value_name = "SECONDS")]
    pub budget: Option<f64>,
}

/// `grid=10`.
fn zones_of(text: &str) -> Result<(String, u32), String> {
    let (level, number) = text.split_once('=').ok_or("give a level and a number, e.g. grid=10")?;
    match number.trim().parse() {
        Ok(number) if number > 0 && !level.trim().is_empty() => Ok((level.trim().to_owned(), number)),
        _ => Err(format!("{text}: give a level and a number above 0, e.g. grid=10")),
    }
}

/// `lifang cover`.
#[derive(Debug, ClapArgs)]
#[command(after_help = "Examples:
  lifang cover plan.gpkg
  lifang cover plan.gpkg --profiles adult,elder,wheelchair --categories clinic,canteen
  lifang cover plan.gpkg --profile fire --categories fire_station       minutes of driving, one-way streets respected
  lifang cover plan.gpkg --at 22:30                  gates that are shut at that hour are shut for everybody
  lifang cover plan.gpkg --at \"Su 22:30\" --json")]
pub struct CoverArgs {
    /// The plan file.
    pub plan: PathBuf,
    /// Tier set.
    #[arg(long, default_value = lifang_planner::DEFAULT_TIERS)]
    pub tiers: String,
    /// Profiles: who walks (adult, child, elder, wheelchair), or by itself who drives (fire, ambulance).
    #[arg(long, alias = "profile", value_delimiter = ',', default_value = "adult,elder")]
    pub profiles: Vec<String>,
    /// Service categories; all when not given.
    #[arg(long, value_delimiter = ',')]
    pub categories: Vec<String>,
    /// Stations can be full: who finds no room within the tier is a gap of cause `capacity`. Capacities must be people, not seats.
    #[arg(long)]
    pub capacity: bool,
    /// Gates as they are at this time, by their opening hours: 22:30, "Su 22:30", "2026-12-24 22:30". Gates of unknown hours stay open.
    #[arg(long, value_name = "[DAY ]HH:MM")]
    pub at: Option<lifang_planner::Moment>,
}

/// `lifang export`.
#[derive(Debug, ClapArgs)]
#[command(
    after_help = "Layers: zones, grids, micro_grids, changes, contact_groups, atoms, coverage, gaps, buildings, streets, facilities,
compounds, gates, areas, boundary; without --layer the whole plan goes into one Excel workbook or CAD drawing.
Drawings are in metres: --crs EPSG:4524 has the zone number in front of eastings, EPSG:4545 has not, local is the plan's own.
Measured anew for one --category (and --profile): responsibility (the land nearest to each open station,
no overlap, --snap-to LEVEL follows zone borders), circles (the land within each tier of each station), reached_streets (pieces of
street by tier, cut where the walk ends). Measured anew for a --mix or --need: scores (buildings, or the zones of --level), needs.
PLAN may be a state: plan.gpkg@1 (publication), plan.gpkg@2026-07-01 (in force that day), plan.gpkg@e17 (after entry 17 of the
history), plan.gpkg#NAME (a scenario). The layer `changes` shows whose zone changed since --against, or since the last publication.
Examples:
  lifang export plan.gpkg --layer zones --level micro_grid --format geojson --out out/
  lifang export plan.gpkg@2026-07-01 --layer zones --format shp --encoding gbk --out out/
  lifang export plan.gpkg --layer changes --against plan.gpkg@1 --format gpkg --out out/
  lifang export plan.gpkg --layer zones --level grid --format shp --encoding gbk --crs EPSG:4545 --out out/
  lifang export plan.gpkg --format xlsx --out 成果/方案.xlsx
  lifang export plan.gpkg --format dxf --encoding gbk --crs EPSG:4545 --out 成果/
  lifang export plan.gpkg --layer zones --format csv --geometry wkt --out out/
  lifang export plan.gpkg --layer zones --format geojson --simplify 2 --smooth --out out/
  lifang export plan.gpkg --layer coverage --category clinic --tier 15min --format gpkg --out out/
  lifang export plan.gpkg --layer responsibility --category clinic --snap-to micro_grid --format shp --out out/
  lifang export plan.gpkg --layer reached_streets --category canteen --profile elder --format geojson --out out/
  lifang export plan.gpkg --layer scores --level micro_grid --format gpkg --out out/"
)]
pub struct ExportArgs {
    /// The plan file, or a state of it.
    pub plan: String,
    /// Layer; `plan` is the whole plan as one workbook or drawing.
    #[arg(long, default_value = "plan")]
    pub layer: String,
    /// Level of zones, e.g. micro_grid; the finest when not given.
    #[arg(long)]
    pub level: Option<String>,
    /// Service category of coverage and gaps.
    #[arg(long)]
    pub category: Option<String>,
    /// Tier of coverage.
    #[arg(long)]
    pub tier: Option<String>,
    /// Profile of coverage.
    #[arg(long)]
    pub profile: Option<String>,
    /// File format.
    #[arg(long, value_enum)]
    pub format: FormatArg,
    /// Coordinate system of the files; WGS 84 for GeoJSON and the source's own for others when not given.
    #[arg(long)]
    pub crs: Option<String>,
    /// Text encoding of shapefiles, CSV and DXF.
    #[arg(long, value_enum, default_value_t = EncodingArg::Utf8)]
    pub encoding: EncodingArg,
    /// What a CSV says of where its rows are.
    #[arg(long, value_enum, default_value_t = GeometryArg::Points)]
    pub geometry: GeometryArg,
    /// Folder or file to write to.
    #[arg(long)]
    pub out: PathBuf,
    /// The plan, or state of a plan, that the layer `changes` starts from.
    #[arg(long, value_name = "PLAN")]
    pub against: Option<String>,
    /// Tier set of responsibility, circles and reached_streets.
    #[arg(long, default_value = lifang_planner::DEFAULT_TIERS)]
    pub tiers: String,
    /// The one station of circles: code or name; all when not given.
    #[arg(long)]
    pub station: Option<String>,
    /// Level whose zones the areas of responsibility keep whole.
    #[arg(long, value_name = "LEVEL")]
    pub snap_to: Option<String>,
    /// Mix of scores: a key (see `lifang catalog`) or a TOML file.
    #[arg(long, default_value = "fifteen")]
    pub mix: String,
    /// Need of needs: a key or a TOML file.
    #[arg(long, default_value = "elders")]
    pub need: String,
    /// Write names and telephone numbers of staff beside the zones.
    #[arg(long)]
    pub with_staff: bool,
    /// Draw the outlines of zones with fewer points: what is left out lies within so many metres. Neighbours, and levels,
    /// share the thinned borders; counts and areas stay exact.
    #[arg(long, value_name = "METRES")]
    pub simplify: Option<f64>,
    /// Round the corners of thinned outlines, for printed maps.
    #[arg(long, requires = "simplify")]
    pub smooth: bool,
}

/// File formats.
#[derive(Copy, Clone, Debug, ValueEnum)]
pub enum FormatArg {
    /// RFC 7946 GeoJSON.
    Geojson,
    /// ESRI Shapefile with .prj and .cpg.
    Shp,
    /// OGC GeoPackage.
    Gpkg,
    /// CSV that Excel opens.
    Csv,
    /// Excel workbook.
    Xlsx,
    /// AutoCAD drawing (DXF, release 12), in metres.
    Dxf,
    /// KML, WGS 84.
    Kml,
}

/// What a CSV says of where its rows are.
#[derive(Copy, Clone, Debug, ValueEnum)]
pub enum GeometryArg {
    /// Coordinates of points, nothing of areas and lines.
    Points,
    /// A point inside every feature.
    Inner,
    /// The whole geometry in a column WKT.
    Wkt,
}

/// Encodings.
#[derive(Copy, Clone, Debug, ValueEnum)]
pub enum EncodingArg {
    /// UTF-8.
    #[value(name = "utf-8", alias = "utf8")]
    Utf8,
    /// GBK.
    Gbk,
}

/// Where to listen.
#[derive(Debug, ClapArgs)]
pub struct ListenArgs {
    /// Address to listen on; anything but loopback lets others see the plan.
    #[arg(long, default_value = "127.0.0.1")]
    pub host: std::net::IpAddr,
    /// Port; 0 picks a free one.
    #[arg(long, default_value_t = 8080)]
    pub port: u16,
}

/// `lifang serve`.
#[derive(Debug, ClapArgs)]
#[command(after_help = "Examples:
  lifang serve                       open, upload or make plans of this folder in the browser
  lifang serve plans/                open, upload or make plans of that folder
  lifang serve plan.gpkg --port 9000

GET /api/openapi.json describes every route; QGIS takes the server as an OGC API. RUST_LOG=debug logs every request, \
LIFANG_LOG=json as JSON.")]
pub struct ServeArgs {
    /// The plan file to open first; none, or a folder of plans, shows the start page.
    pub plan: Option<PathBuf>,
    /// Folder whose plans are listed and where new ones are made; that of the plan, else the current one.
    #[arg(long)]
    pub folder: Option<PathBuf>,
    /// Where to listen.
    #[command(flatten)]
    pub listen: ListenArgs,
}

/// `lifang demo`.
#[derive(Debug, ClapArgs)]
pub struct DemoArgs {
    /// Folder for the plan and its outputs.
    #[arg(long, default_value = "demo")]
    pub out: PathBuf,
    /// Seed of the sample.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Make the files but do not serve the map.
    #[arg(long)]
    pub no_serve: bool,
    /// Where to listen.
    #[command(flatten)]
    pub listen: ListenArgs,
}

/// `lifang graph`.
#[derive(Debug, Subcommand)]
pub enum GraphCommand {
    /// Divide atoms into connected zones inside a size band.
    Partition {
        /// CSV with id,households and optionally x,y,compound.
        #[arg(long)]
        atoms: PathBuf,
        /// CSV with a,b and optionally shared_m.
        #[arg(long)]
        adjacency: PathBuf,
        /// Smallest and largest size.
        #[arg(long, num_args = 2, value_names = ["MIN", "MAX"])]
        band: Vec<u32>,
        /// Make exactly so many zones instead of as many as the band makes.
        #[arg(long, value_name = "NUMBER")]
        zones: Option<u32>,
        /// Seed.
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// Stop after this many seconds even if moves are left.
        #[arg(long, value_name = "SECONDS")]
        budget: Option<f64>,
        /// Where the labels go: id,part.
        #[arg(long)]
        out: PathBuf,
    },
    /// Choose sites from a table of costs.
    Site(Box<site::GraphSiteArgs>),
    /// Find every node within a distance of every facility.
    Reach {
        /// CSV with id.
        #[arg(long)]
        nodes: PathBuf,
        /// CSV with u,v,length (metres).
        #[arg(long)]
        edges: PathBuf,
        /// CSV with id,node.
        #[arg(long)]
        facilities: PathBuf,
        /// Largest distance, included.
        #[arg(long, value_name = "METRES")]
        cutoff: f64,
        /// Where the answer goes: facility,node,metres.
        #[arg(long)]
        out: PathBuf,
    },
}

/// `lifang tessellate`.
#[derive(Debug, ClapArgs)]
#[command(after_help = "Examples:
  lifang tessellate --buildings b.geojson --streets s.geojson --out cells.gpkg
  lifang tessellate --osm city.osm.pbf --json                     figures only
  lifang tessellate --buildings b.shp --parcels p.shp --snap 0.3 --out cells.shp
The figures name cells, arcs, area error, gaps, overlaps, faults by code, processor time and memory.")]
pub struct TessellateArgs {
    /// Building footprints.
    #[arg(long, value_name = "FILE", required_unless_present = "osm")]
    pub buildings: Option<PathBuf>,
    /// Street centre lines, which enclose.
    #[arg(long, value_name = "FILE", conflicts_with = "osm")]
    pub streets: Option<PathBuf>,
    /// An OpenStreetMap extract: its streets, rail, water and walls enclose.
    #[arg(long, value_name = "FILE.osm.pbf", conflicts_with = "buildings")]
    pub osm: Option<PathBuf>,
    /// Border; the buildings' surroundings when not given.
    #[arg(long)]
    pub boundary: Option<PathBuf>,
    /// Parcels to build the ground on.
    #[command(flatten)]
    pub parcels: ParcelArgs,
    /// Lines that divide cells exactly where they run. Buildings stay whole; land cut off becomes a cell of its own.
    #[arg(long, value_name = "FILE")]
    pub cut: Option<PathBuf>,
    /// Coordinate system of files that declare none.
    #[arg(long)]
    pub crs: Option<String>,
    /// File for the cells: .gpkg, .geojson or .shp; without it only the figures are told.
    #[arg(long)]
    pub out: Option<PathBuf>,
}

/// Parcels, compounds or grids in force that the ground is built on.
#[derive(Debug, ClapArgs)]
pub struct ParcelArgs {
    /// Parcels, compounds or grids in force; fitted to each other, with every gap and overlap told.
    #[arg(long, value_name = "FILE")]
    pub parcels: Option<PathBuf>,
    /// What parcels are: `limits` divide the ground, `cells` become the atoms, with the counts of their buildings.
    #[arg(long, value_enum, default_value_t = ParcelRoleArg::Limits, requires = "parcels")]
    pub parcels_as: ParcelRoleArg,
    /// Parcels' corners and edges nearer to each other than this, in metres, are taken for the same.
    #[arg(long, value_name = "METRES", default_value_t = 0.2, requires = "parcels")]
    pub snap: f64,
}

/// What parcels are to the ground.
#[derive(Copy, Clone, Debug, PartialEq, Eq, ValueEnum)]
pub enum ParcelRoleArg {
    /// Their borders divide.
    Limits,
    /// Each is one cell.
    Cells,
}
