//! 输出 Figures for people, or one JSON object for programs.

use lifang_model::{Certainty, Fault, Severity};
use lifang_planner::{
    AlternativesSummary, Catalog, CoverSummary, Created, Exported, PartitionSummary, PlannerError,
    ReplanSummary, Report, Session, ZoneTally,
};
use serde::Serialize;
use serde_json::json;
use std::net::SocketAddr;

/// Prints a line; a reader that went away (`| head`) is no reason to fail.
macro_rules! say {
    ($($line:tt)*) => {{
        use std::io::Write as _;
        let _gone = writeln!(std::io::stdout(), $($line)*);
    }};
}

/// The same on standard error.
macro_rules! warn {
    ($($line:tt)*) => {{
        use std::io::Write as _;
        let _gone = writeln!(std::io::stderr(), $($line)*);
    }};
}

mod edit;
mod publish;
mod reach;
mod repair;
mod scenario;
mod site;
mod staff;

/// What can go wrong between the terminal and the planner.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// A use case.
    #[error(transparent)]
    Planner(#[from] PlannerError),
    /// Nothing to read.
    #[error("there is nothing to read. Give --buildings FILE, --osm FILE or --sample taipingjie")]
    NoSource,
    /// A band that is none.
    #[error("--band needs two whole numbers, 0 < MIN <= MAX, e.g. --band 90 100")]
    Band,
    /// Numbers that are none.
    #[error("--join takes numbers of the list that `lifang network PLAN` shows, e.g. --join 1,3, or all")]
    Join,
    /// Distances that do not fit the services.
    #[error("--within takes one distance for all services of --all-of, or one for each")]
    Within,
    /// Nothing to compare with.
    #[error("nothing was published yet, so there is nothing to compare with. Say --against PLAN")]
    Against,
    /// A rectangle that is none.
    #[error("a rectangle is rect:WEST,SOUTH,EAST,NORTH in degrees, e.g. rect:107.390,29.700,107.391,29.701")]
    Rectangle,
    /// A folder that is none.
    #[error("{} is no folder. Give one that is there with --folder", .folder.display())]
    Folder {
        /// What was given.
        folder: std::path::PathBuf,
    },
    /// Two folders to serve.
    #[error("{} and --folder {} are two folders. Give one of them", .named.display(), .folder.display())]
    TwoFolders {
        /// Where a plan stands otherwise.
        named: std::path::PathBuf,
        /// What the option says.
        folder: std::path::PathBuf,
    },
    /// An area that is none.
    #[error("say where: --point X,Y --radius METRES, or --area FILE")]
    Area,
    /// No problem to solve.
    #[error("give --clients, --candidates and --cost, or --orlib")]
    Tables,
    /// A line that is none.
    #[error("a line is two points or more in degrees, e.g. --along \"107.390,29.700 107.391,29.702\"")]
    Line,
    /// The runtime.
    #[error("the server's threads cannot be started: {0}")]
    Runtime(#[source] std::io::Error),
    /// The server.
    #[error(transparent)]
    Server(#[from] lifang_server::ServerError),
    /// The address.
    #[error(
        "cannot listen on {address}: {source}. Choose another --port, or stop the program that uses this one"
    )]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system said.
        source: std::io::Error,
    },
}

/// Prints an error to standard error.
pub fn error(error: &CliError) {
    warn!("error: {error}");
}

/// Prints results as the user asked.
pub struct Printer {
    /// Nothing but errors.
    pub quiet: bool,
    /// JSON instead of text.
    pub json: bool,
}

impl Printer {
    fn text(&self) -> bool {
        !self.quiet && !self.json
    }

    /// Figures without a text form of their own: always JSON; `--quiet` leaves them out unless `--json` asks for them.
    pub fn figures(&self, figures: &impl Serialize) {
        if self.json || !self.quiet {
            say!("{}", json!(figures));
        }
    }

    /// After `new`.
    pub fn created(&self, created: &Created) {
        if self.json {
            say!("{}", json!(created));
        } else if self.text() {
            let (homes, people) = (mark(created.households), mark(created.persons));
            let merchants = shops(created.demand.merchants, created.merchants);
            say!("{} written in {:.1} s", created.plan.display(), created.seconds);
            say!("  {}: {:.3} km2", created.name, created.area_m2 / 1e6);
            say!(
                "  {} buildings, {} atoms, {} compounds and circles, {} streets, {} facilities",
                created.buildings,
                created.atoms,
                created.compounds,
                created.streets,
                created.facilities
            );
            say!(
                "  {homes}{} households, {people}{} persons, {merchants}{}",
                created.demand.households,
                created.demand.persons,
                if [created.households, created.persons, created.merchants].contains(&Certainty::Estimated) {
                    "  (≈ marks estimates)"
                } else {
                    ""
                }
            );
        }
        if self.text() {
            if let Some(fit) = &created.control {
                say!(
                    "  local grid fitted: scale {:+.2} ppm, rotation {:+.6}°",
                    fit.scale_ppm,
                    fit.rotation_deg
                );
                for point in &fit.points {
                    say!("    {}: {:.1} mm", point.name, point.residual_mm);
                }
            }
            // What a household table was taken for decides every count, so it is not left to the plan file.
            for fault in created.faults.iter().filter(|fault| TABLE.contains(&fault.code.as_str())) {
                say!("  {}. {}", fault.cause, fault.action);
            }
        }
        if !self.quiet {
            faults(&created.faults);
        }
    }

    /// After `partition`.
    pub fn partitioned(&self, summary: &PartitionSummary, report: &Report) {
        if self.json {
            say!(
                "{}",
                json!({ "partition": summary, "levels": levels(report), "violations": report.violations.len() })
            );
        } else if self.text() {
            say!(
                "partitioned {} atoms by preset {} in {:.1} s",
                summary.atoms,
                summary.preset,
                summary.seconds
            );
            if let Some(replan) = &summary.replan {
                replanned(replan);
            }
            self.tallies(report);
            if let Some(groups) = &summary.contact_groups {
                let tallies = [("households", groups.homes), ("merchants", groups.shops)];
                for (what, tally) in tallies.into_iter().filter(|(_, tally)| tally.total > 0) {
                    say!("  {} of {} {what} in {} contact groups", tally.covered, tally.total, tally.groups);
                }
            }
            for offer in &summary.relaxations {
                say!(
                    "  {}: {} of {} to {} would help {} (lifang partition … --apply {})",
                    offer.id,
                    offer.what,
                    offer.level,
                    offer.to,
                    some(offer.zones.len(), "zone"),
                    offer.id
                );
            }
        }
    }

    /// After `partition --alternatives`.
    pub fn alternatives(&self, found: &AlternativesSummary) {
        if self.json {
            say!("{}", json!({ "alternatives": found }));
        } else if self.text() {
            say!(
                "{} of {} plans by preset {} in {:.1} s",
                found.alternatives.len(),
                found.asked,
                found.preset,
                found.seconds
            );
            for plan in &found.alternatives {
                let levels: Vec<String> = plan
                    .levels
                    .iter()
                    .map(|(key, zones, of, held)| format!("{zones} {key} ({held} of {of} in band)"))
                    .collect();
                let value = |key: &str| {
                    let metric = plan.metrics.iter().find(|metric| metric.key == key);
                    metric.map_or(f64::NAN, |metric| metric.value)
                };
                let far: Vec<String> =
                    plan.distance.iter().map(|far| format!("{:.0} %", far * 100.0)).collect();
                say!(
                    "  {}{} {:<8} {}; {} violations; compactness {:.3}; households in split units {:.0}, buildings {:.0}, \
                     compounds {:.0}; households elsewhere than in 1, 2, …: {}",
                    plan.number,
                    if found.kept == Some(plan.number) { " (kept)" } else { "" },
                    plan.style,
                    levels.join(", "),
                    plan.violations,
                    value("compactness"),
                    value("split_units"),
                    value("split_buildings"),
                    value("split_compounds"),
                    far.join(" ")
                );
            }
            if found.kept.is_none() {
                say!("  nothing was saved; add --keep with a number to take one");
            }
        }
    }

    /// After `verify`.
    pub fn report(&self, report: &Report) {
        if self.json {
            say!("{}", json!(report));
        } else if self.text() {
            self.tallies(report);
        }
    }

    fn tallies(&self, report: &Report) {
        for level in &report.levels {
            let band = level.band.filter(|_| level.banded > 0).map_or_else(String::new, |band| {
                let share = 100.0 * f64::from(level.in_band) / f64::from(level.banded);
                let of =
                    if level.banded == level.zones { String::new() } else { format!(" of {}", level.banded) };
                let proven = match level.misses_at_least {
                    0 => String::new(),
                    proven => format!("; in every plan at least {proven} are not"),
                };
                format!(", {}{of} in band {}-{} ({share:.1} %){proven}", level.in_band, band.min, band.max)
            });
            let sure = |of: fn(&ZoneTally) -> Certainty| {
                mark(level.detail.iter().map(of).max().unwrap_or(Certainty::Given))
            };
            say!(
                "  {}: {}{band}; {}{} households, {}{} persons",
                level.key,
                some(level.zones as usize, "zone"),
                sure(|zone| zone.certainty),
                level.households,
                sure(|zone| zone.persons_certainty),
                level.persons
            );
            say!("    {}", terms(report, &level.key));
        }
        say!("  tiling: gap {:.6} m2, overlap {:.6} m2", report.tiling.gap_m2, report.tiling.overlap_m2);
        let unavoidable = report.violations.iter().filter(|v| v.avoidable == Some(false)).count();
        let found = some(report.violations.len(), "violation");
        say!("  {found}, {unavoidable} of them proven unavoidable");
        for violation in report.violations.iter().take(20) {
            let zone = violation.zone.as_deref().unwrap_or("-");
            say!(
                "    {} {} {zone}: {} {}",
                violation.code.key(),
                violation.level,
                violation.cause,
                violation.action
            );
        }
        if report.violations.len() > 20 {
            say!("    … and {} more; see them all with --json", report.violations.len() - 20);
        }
    }

    /// After `cover`.
    pub fn covered(&self, summary: &CoverSummary, session: &Session) {
        let coverage = session.coverage.as_ref();
        if self.json {
            let categories = coverage.map(|coverage| {
                coverage
                    .categories
                    .iter()
                    .map(|entry| {
                        json!({
                            "category": entry.category, "profile": entry.profile, "facilities": entry.facilities,
                            "closed": entry.closed, "tiers": entry.tiers,
                        })
                    })
                    .collect::<Vec<_>>()
            });
            say!(
                "{}",
                json!({
                    "cover": summary, "categories": categories, "gaps": coverage.map(|c| &c.gaps),
                    "loads": session.loads(), "zone_walks": coverage.map(|c| &c.zone_walks),
                })
            );
        } else if self.text() {
            say!("{} categories, {} gaps, in {:.1} s", summary.categories, summary.gaps, summary.seconds);
            self.gates(summary.gates.as_ref());
            let entries = || coverage.iter().flat_map(|coverage| &coverage.categories);
            for entry in entries().filter(|entry| entry.facilities > 0) {
                let shares: Vec<String> = entry
                    .tiers
                    .iter()
                    .map(|tier| {
                        let share = tier
                            .share
                            .households
                            .map_or("unknown".to_owned(), |s| format!("{:.1} %", s * 100.0));
                        format!("{} {share}", tier.tier)
                    })
                    .collect();
                say!(
                    "  {:<16} {:<6} {:>3} open: {} of households",
                    entry.category,
                    entry.profile,
                    entry.facilities,
                    shares.join(", ")
                );
            }
            // The data may lack them, not the place: no share is claimed.
            let mut missing: Vec<&str> = entries()
                .filter(|entry| entry.facilities == 0)
                .map(|entry| entry.category.as_str())
                .collect();
            missing.dedup();
            if !missing.is_empty() {
                say!("  no open facility in the data: {}", missing.join(", "));
            }
            self.loads(&session.loads());
        }
    }

    /// After `export`.
    pub fn exported(&self, exported: &Exported) {
        if self.json {
            say!("{}", json!(exported));
        } else if self.text() {
            for file in &exported.files {
                say!("  {}  ({})", file.display(), exported.crs);
            }
            if let (Some(stage), Some(signature)) = (exported.stage, &exported.signature) {
                say!("  {stage}, signature {signature}");
            }
        }
    }

    /// When the map is up. The address is told even when quiet: without it there is nothing to open.
    pub fn serving(&self, address: SocketAddr, name: &str) {
        if self.json {
            say!("{}", json!({ "serving": format!("http://{address}/"), "name": name }));
        } else {
            say!("{name}: http://{address}/  (Ctrl-C stops)");
        }
    }

    /// `catalog`.
    pub fn catalog(&self, catalog: &Catalog) {
        if self.json {
            say!(
                "{}",
                json!({
                    "presets": catalog.presets, "tiers": catalog.tiers,
                    "profiles": catalog.profiles, "services": catalog.services,
                    "mixes": catalog.mixes, "needs": catalog.needs,
                })
            );
            return;
        }
        say!("presets");
        for rules in &catalog.presets {
            say!(
                "  {:<12} {} {} [{}] {}",
                rules.key,
                rules.title.en,
                rules.title.zh,
                rules.certainty,
                rules.source
            );
        }
        say!("tiers");
        for set in &catalog.tiers {
            let tiers: Vec<String> =
                set.tiers.iter().map(|t| format!("{} {} m", t.key, t.distance_m)).collect();
            say!("  {:<12} {}", set.key, tiers.join(", "));
        }
        say!("profiles");
        for profile in &catalog.profiles {
            say!("  {:<16} {} {}", profile.key, profile.title.en, profile.title.zh);
        }
        say!("mixes");
        for mix in &catalog.mixes {
            say!("  {:<16} {} {} ({} items)", mix.key, mix.title.en, mix.title.zh, mix.items.len());
        }
        say!("needs");
        for need in &catalog.needs {
            say!("  {:<16} {} {}", need.key, need.title.en, need.title.zh);
        }
        say!("services");
        for service in &catalog.services {
            say!("  {:<16} {} {} ({})", service.key, service.title.en, service.title.zh, service.family);
        }
    }
}

/// What replanning changed.
fn replanned(replan: &ReplanSummary) {
    for change in &replan.changes {
        say!(
            "  {}: {} of {} zones as they were, {} go on, {} split off, {} new, {} retired; {} of {} households changed zone",
            change.key,
            change.unchanged,
            change.before,
            change.kept,
            change.split,
            change.new,
            change.retired,
            change.moved,
            change.stayed_or_moved
        );
    }
    for lineage in replan.lineage.iter().take(20) {
        let shares: Vec<String> = lineage
            .shares
            .iter()
            .take(4)
            .map(|share| format!("{} ({})", share.zone, share.households))
            .collect();
        let others =
            if lineage.others > 0 { format!(" and {} others", lineage.others) } else { String::new() };
        say!("    {} {}: {}{others}", lineage.event.key(), lineage.zone, shares.join(", "));
    }
    if replan.lineage.len() > 20 {
        say!("    … and {} more; see them all with --json", replan.lineage.len() - 20);
    }
}

fn levels(report: &Report) -> Vec<serde_json::Value> {
    report
        .levels
        .iter()
        .map(|level| {
            json!({
                "key": level.key, "zones": level.zones, "banded": level.banded, "in_band": level.in_band,
                "misses_at_least": level.misses_at_least, "households": level.households, "persons": level.persons,
            })
        })
        .collect()
}

/// What the objective weighs beside the hard rules, term by term.
fn terms(report: &Report, level: &str) -> String {
    let value = |key: &str| {
        let metric = report.metrics.iter().find(|metric| metric.level == level && metric.key == key);
        metric.map_or(0.0, |metric| metric.value)
    };
    let barriers: Vec<String> = report
        .metrics
        .iter()
        .filter(|metric| metric.level == level && metric.value >= 1.0)
        .filter_map(|metric| Some(format!("{} {:.0} m", metric.key.strip_prefix("barrier_")?, metric.value)))
        .collect();
    let inside = if barriers.is_empty() { "none".to_owned() } else { barriers.join(", ") };
    format!(
        "compactness {:.2}, roundness {:.2}, kinds {:.1} % pure, load {:.1} ± {:.1}; households in divided units {:.0}, \
         buildings {:.0}, compounds {:.0}; barriers inside zones: {inside}",
        value("compactness"),
        value("roundness"),
        100.0 * value("kind_purity"),
        value("load_mean"),
        value("balance"),
        value("split_units"),
        value("split_buildings"),
        value("split_compounds")
    )
}

/// Merchants counted, or that nobody counted any.
fn shops(number: u32, certainty: Certainty) -> String {
    if (number, certainty) == (0, Certainty::Unknown) {
        return "merchants unknown".to_owned();
    }
    format!("{}{number} merchants", mark(certainty))
}

/// So many of something.
fn some(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

const fn mark(certainty: Certainty) -> &'static str {
    match certainty {
        Certainty::Given => "",
        Certainty::Estimated => "≈",
        Certainty::Unknown => "?",
    }
}

/// Warnings in full up to a point; notices only as a count.
/// Notices about a household table: what a row is, how ages were reckoned, what was joined.
const TABLE: [&str; 3] = ["I-131", "I-137", "I-140"];

fn faults(faults: &[Fault]) {
    let warnings: Vec<&Fault> = faults.iter().filter(|fault| fault.severity >= Severity::Warning).collect();
    for fault in warnings.iter().take(10) {
        warn!("warning: {fault}");
    }
    if warnings.len() > 10 {
        warn!("… and {} more warnings; all are in the plan file", warnings.len() - 10);
    }
    let notices = faults.len() - warnings.len();
    if notices > 0 {
        warn!("{notices} notices are in the plan file");
    }
}
