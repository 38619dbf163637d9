//! 平表选址 Siting on plain tables: a cost matrix, or a graph of the OR-Library.
//!
//! `clients.csv` has `id,households`; `candidates.csv` has `id` and may have `existing` (1 where a station stands already);
//! `cost.csv` has no header, one row a client, one cell a candidate, metres; an empty cell or `inf` means no way.

use super::{table::Table, write_whole};
use crate::{PlannerError, Stage, Stopwatch};
use lifang_model::Progress;
use lifang_siting::{Answer, CostMatrix, Effort, Model, Problem, RoomAnswer};
use serde::Serialize;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};

mod orlib;

/// Most costs a table may hold: 1.6 GB.
const CELLS_MAX: usize = 200_000_000;

/// 选址输入 Where the problem comes from.
#[derive(Debug)]
pub enum GraphSiteInput {
    /// Tables of clients, candidates and costs.
    Tables {
        /// Clients.
        clients: PathBuf,
        /// Candidates.
        candidates: PathBuf,
        /// Costs.
        cost: PathBuf,
    },
    /// A p-median graph of the OR-Library: every node is a client of weight 1 and a candidate.
    OrLibrary(PathBuf),
}

/// 平表选址请求 What to choose.
#[derive(Debug)]
pub struct GraphSiteRequest {
    /// Where the problem comes from.
    pub input: GraphSiteInput,
    /// Model.
    pub model: Model,
    /// Sites in all, the existing ones included; an OR-Library file has a number of its own.
    pub sites: Option<usize>,
    /// Radius, metres, included.
    pub radius: Option<f64>,
    /// Room at each candidate: a CSV with `id,capacity`; without it no site is ever full.
    pub capacity: Option<PathBuf>,
    /// Cap on the time of the search, seconds.
    pub seconds: f64,
    /// Where the assignment goes: `client,site,cost`.
    pub out: Option<PathBuf>,
}

/// 平表选址结果 What came out.
#[derive(Debug, Serialize)]
pub struct GraphSite {
    /// Model.
    pub model: Model,
    /// Clients.
    pub clients: usize,
    /// Candidates.
    pub candidates: usize,
    /// Existing sites among them.
    pub existing: usize,
    /// Sites asked for; for LSCP those it took.
    pub p: usize,
    /// Radius, metres.
    pub radius: Option<f64>,
    /// LSCP: sites. MCLP: weight covered. p-median: weighted cost. p-center: largest cost.
    pub objective: f64,
    /// What no choice of sites can beat.
    pub bound: f64,
    /// Distance of the two, percent of the objective; 0 when proven.
    pub gap_pct: f64,
    /// Whether the answer is proven best.
    pub proven: bool,
    /// Weight of all clients.
    pub weight: f64,
    /// Share of it that is covered, percent; MCLP only.
    pub covered_pct: Option<f64>,
    /// Candidates chosen.
    pub sites: Vec<u32>,
    /// Clients no chosen site serves; with capacities those some of whom none takes.
    pub unserved: usize,
    /// With capacities: how much weight no site takes.
    pub without_room: Option<u64>,
    /// Wall time, seconds.
    pub seconds: f64,
    /// Wall time per stage.
    pub stages: Vec<Stage>,
}

struct Given {
    costs: CostMatrix,
    weights: Vec<f64>,
    fixed: Vec<u32>,
    sites: Option<usize>,
}

/// Chooses sites for plain tables.
///
/// # Errors
/// [`PlannerError::Table`] for a bad cell, located; [`PlannerError::Siting`] for a problem that is none.
pub fn site_table(request: &GraphSiteRequest, progress: &dyn Progress) -> Result<GraphSite, PlannerError> {
    let mut watch = Stopwatch::default();
    progress.stage("read", None);
    let given = match &request.input {
        GraphSiteInput::Tables { clients, candidates, cost } => tables(clients, candidates, cost)?,
        GraphSiteInput::OrLibrary(path) => orlib::read(path)?,
    };
    watch.lap("read");
    let missing = |what: &str, action: &str| PlannerError::Selection {
        what: format!("{} needs {what}", request.model.key()),
        action: action.to_owned(),
    };
    let sites = match request.sites.or(given.sites) {
        None if request.model.needs_count() => return Err(missing("a number of sites", "Give --p N")),
        sites => sites.unwrap_or(0),
    };
    let radius = match request.radius {
        None if request.model.needs_radius() => return Err(missing("a radius", "Give --radius METRES")),
        radius => radius.unwrap_or(f64::INFINITY),
    };
    progress.stage("solve", None);
    let problem = Problem { costs: &given.costs, weights: &given.weights, fixed: &given.fixed };
    let stop = || progress.cancelled();
    let effort = Effort { nodes: u64::MAX, seconds: Some(request.seconds), stop: Some(&stop) };
    let (answer, filled) = match &request.capacity {
        None => (lifang_siting::solve(request.model, &problem, sites, radius, &effort)?, None),
        Some(path) => {
            let table = Table::read(path)?;
            table.expect_dense_ids("id")?;
            let room: Vec<Option<u64>> = table.column::<u64>("capacity")?.into_iter().map(Some).collect();
            let found =
                lifang_siting::solve_with_room(request.model, &problem, &room, sites, radius, &effort)?;
            (found.answer.clone(), Some(found))
        }
    };
    watch.lap("solve");
    if let Some(path) = &request.out {
        let text = match &filled {
            None => assignment(&given.costs, &answer),
            Some(filled) => shares(&given.costs, filled),
        };
        write_whole(path, text.as_bytes())?;
        watch.lap("write");
    }
    let weight: f64 = given.weights.iter().sum();
    let (seconds, stages) = watch.finish();
    Ok(GraphSite {
        model: request.model,
        clients: given.costs.clients(),
        candidates: given.costs.candidates(),
        existing: given.fixed.len(),
        p: answer.sites.len(),
        radius: request.radius.filter(|_| request.model.needs_radius()),
        objective: answer.objective,
        bound: answer.bound,
        gap_pct: 100.0 * answer.gap,
        proven: answer.proven,
        weight,
        covered_pct: (request.model == Model::Mclp && weight > 0.0)
            .then(|| 100.0 * answer.objective / weight),
        sites: answer.sites,
        unserved: answer.unserved.len(),
        without_room: filled.map(|filled| filled.left.iter().sum()),
        seconds,
        stages,
    })
}

/// Each client's nearest chosen site, of equally near ones the lowest; empty where there is no way to any.
fn assignment(costs: &CostMatrix, answer: &Answer) -> String {
    let mut text = String::from("client,site,cost\n");
    for client in 0..costs.clients() {
        let row = costs.row(client);
        let nearest = answer
            .sites
            .iter()
            .map(|&site| (row[site as usize], site))
            .min_by(|a, b| a.0.total_cmp(&b.0))
            .filter(|(cost, _)| cost.is_finite());
        match nearest {
            Some((cost, site)) => text.push_str(&format!("{client},{site},{cost}\n")),
            None => text.push_str(&format!("{client},,\n")),
        }
    }
    text
}

/// Who goes where when sites are full: one row for each client and site it uses, with how many; those left out without a site.
fn shares(costs: &CostMatrix, filled: &RoomAnswer) -> String {
    let mut text = String::from("client,site,cost,people\n");
    for (client, (shares, &left)) in filled.shares.iter().zip(&filled.left).enumerate() {
        for &(site, people) in shares {
            let cost = costs.row(client)[site as usize];
            text.push_str(&format!("{client},{site},{cost},{people}\n"));
        }
        if left > 0 || shares.is_empty() {
            text.push_str(&format!("{client},,,{left}\n"));
        }
    }
    text
}

fn tables(clients: &Path, candidates: &Path, cost: &Path) -> Result<Given, PlannerError> {
    let clients = Table::read(clients)?;
    clients.expect_dense_ids("id")?;
    let weights = clients.column::<f64>("households")?;
    let candidates = Table::read(candidates)?;
    candidates.expect_dense_ids("id")?;
    let existing = candidates.optional::<u8>("existing")?.unwrap_or_default();
    let fixed = (0u32..).zip(&existing).filter(|&(_, &there)| there != 0).map(|(row, _)| row).collect();
    let cells = matrix(cost, clients.rows(), candidates.rows())?;
    let costs = CostMatrix::new(clients.rows(), candidates.rows(), cells)?;
    Ok(Given { costs, weights, fixed, sites: None })
}

/// Reads a matrix line by line: a case of 20,000 clients is hundreds of megabytes of text.
fn matrix(path: &Path, rows: usize, columns: usize) -> Result<Vec<f64>, PlannerError> {
    let fault = |row: usize, column: usize, cause: String, action: &str| PlannerError::Table {
        file: path.display().to_string(),
        row: row as u64 + 1,
        column: if column == 0 { String::new() } else { format!("{column}") },
        cause,
        action: action.to_owned(),
    };
    let Some(count) = rows.checked_mul(columns).filter(|&count| count <= CELLS_MAX) else {
        let cause = format!("{rows} clients and {columns} candidates are more than {CELLS_MAX} costs");
        return Err(fault(0, 0, cause, "Take fewer clients or candidates"));
    };
    let io = |source| PlannerError::Io { path: path.to_owned(), source, action: "Give a readable CSV file" };
    let mut reader = BufReader::with_capacity(1 << 20, std::fs::File::open(path).map_err(io)?);
    let (mut cells, mut line, mut row) = (Vec::with_capacity(count), String::new(), 0);
    loop {
        line.clear();
        if reader.read_line(&mut line).map_err(io)? == 0 {
            break;
        }
        let text = line.trim_start_matches('\u{feff}').trim();
        if text.is_empty() {
            continue;
        }
        if row == rows {
            let cause = format!("there are more rows than the {rows} clients");
            return Err(fault(row, 0, cause, "Give one row a client, without a header"));
        }
        let before = cells.len();
        for (column, cell) in text.split(',').enumerate() {
            let cell = cell.trim();
            let value = if cell.is_empty() { Ok(f64::INFINITY) } else { cell.parse::<f64>() };
            match value {
                Ok(value) if value >= 0.0 => cells.push(value),
                _ => {
                    let cause = format!("{cell:?} is no cost of 0 or more");
                    let action = "Mend the cell; the table has no header and no column of ids";
                    return Err(fault(row, column + 1, cause, action));
                }
            }
        }
        if cells.len() - before != columns {
            let cause = format!("the row has {} cells for {columns} candidates", cells.len() - before);
            return Err(fault(row, 0, cause, "Give one cell a candidate"));
        }
        row += 1;
    }
    if row < rows {
        let cause = format!("there are {row} rows for {rows} clients");
        return Err(fault(row, 0, cause, "Give one row a client"));
    }
    Ok(cells)
}

#[cfg(test)]
mod tests;
