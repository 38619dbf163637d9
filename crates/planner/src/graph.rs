//! 平表接口 The plain-table interface: partition and reach on CSV files, without a plan file.
//!
//! `atoms.csv` has `id,households` and may have `x,y,merchants,compound`; `adjacency.csv` has `a,b` and may have
//! `shared_m`; `nodes.csv` has `id`; `edges.csv` has `u,v,length` in metres; `facilities.csv` has `id,node`.
//! Ids are 0..n-1.

use crate::{PlannerError, Stage, Stopwatch};
use lifang_model::{Band, Progress};
use lifang_network::{PlainGraph, Search};
use lifang_partition::{Effort, GraphRequest};
use serde::Serialize;
use std::io::Write as _;
use std::path::{Path, PathBuf};

mod site;
mod table;
mod terms;
pub use site::{GraphSite, GraphSiteInput, GraphSiteRequest, site_table};
use table::Table;
pub use terms::Terms;

/// 平表划分请求 What to partition.
#[derive(Debug)]
pub struct GraphPartitionRequest {
    /// Atoms.
    pub atoms: PathBuf,
    /// Adjacency.
    pub adjacency: PathBuf,
    /// Size band in households.
    pub band: Band,
    /// Number of zones; `None`: as many as the band makes.
    pub zones: Option<u32>,
    /// Seed.
    pub seed: u64,
    /// How hard to try.
    pub effort: Effort,
    /// Where the labels go: `id,part`.
    pub out: PathBuf,
}

/// 平表划分结果 What came out.
#[derive(Debug, Serialize)]
pub struct GraphPartition {
    /// Atoms.
    pub atoms: usize,
    /// Adjacencies.
    pub edges: usize,
    /// Households.
    pub households: u64,
    /// Zones made.
    pub zones: u32,
    /// Of them inside the band; all are connected by construction.
    pub in_band: u32,
    /// Share inside the band, percent.
    pub in_band_pct: f64,
    /// How many of `misses` come with a proof: atoms, no two proofs the same ones, of which one is in a zone outside the band in every
    /// division into connected zones. A division with fewer misses than this has one whose zone holds atoms of several proofs.
    pub proven: usize,
    /// The zones outside the band, each with the atoms its proof is about, if there is one.
    pub misses: Vec<lifang_verify::GraphMiss>,
    /// The objective, term by term.
    pub terms: Terms,
    /// Figures of the engine.
    pub engine: lifang_partition::Stats,
    /// Wall time, seconds.
    pub seconds: f64,
    /// Wall time per stage.
    pub stages: Vec<Stage>,
}

/// Partitions plain tables.
///
/// # Errors
/// [`PlannerError::Table`] for a bad cell, located; [`PlannerError::Partition`] for an impossible request.
pub fn partition_table(
    request: &GraphPartitionRequest,
    progress: &dyn Progress,
) -> Result<GraphPartition, PlannerError> {
    let mut watch = Stopwatch::default();
    let atoms = Table::read(&request.atoms)?;
    atoms.expect_dense_ids("id")?;
    let loads = atoms.column::<u32>("households")?;
    let xy: Option<Vec<(f64, f64)>> = match (atoms.optional::<f64>("x")?, atoms.optional::<f64>("y")?) {
        (Some(x), Some(y)) => Some(x.into_iter().zip(y).collect()),
        _ => None,
    };
    let groups = atoms.optional::<i64>("compound")?;
    let adjacency = Table::read(&request.adjacency)?;
    let (a, b) = (adjacency.index("a", loads.len())?, adjacency.index("b", loads.len())?);
    let shared = adjacency.optional::<f64>("shared_m")?;
    let edges: Vec<(u32, u32, f64)> = a
        .into_iter()
        .zip(b)
        .enumerate()
        .map(|(row, (a, b))| (a, b, shared.as_ref().map_or(1.0, |shared| shared[row])))
        .collect();
    watch.lap("read");
    let solution = lifang_partition::partition_graph(
        &GraphRequest {
            loads: &loads,
            edges: &edges,
            xy: xy.as_deref(),
            groups: groups.as_deref(),
            band: request.band,
            zones: request.zones,
            seed: request.seed,
            effort: request.effort,
        },
        progress,
    )?;
    watch.lap("partition");
    let mut text = String::from("id,part\n");
    for (id, part) in solution.labels.iter().enumerate() {
        text.push_str(&format!("{id},{part}\n"));
    }
    write_whole(&request.out, text.as_bytes())?;
    watch.lap("write");
    let pairs: Vec<(u32, u32)> = edges.iter().map(|&(a, b, _)| (a, b)).collect();
    let misses = lifang_verify::graph_misses(&loads, &pairs, &solution.labels, request.band);
    watch.lap("verify");
    let (seconds, stages) = watch.finish();
    Ok(GraphPartition {
        atoms: loads.len(),
        edges: edges.len(),
        households: loads.iter().map(|&load| u64::from(load)).sum(),
        zones: solution.zones,
        in_band: solution.in_band,
        proven: misses.iter().filter(|miss| miss.avoidable == Some(false)).count(),
        misses,
        terms: terms::terms(&loads, &solution.labels, &edges, xy.as_deref(), groups.as_deref(), request.band),
        in_band_pct: 100.0 * f64::from(solution.in_band) / f64::from(solution.zones.max(1)),
        engine: solution.stats,
        seconds,
        stages,
    })
}

/// 平表可达请求 What to search.
#[derive(Debug)]
pub struct GraphReachRequest {
    /// Nodes.
    pub nodes: PathBuf,
    /// Edges, walked both ways.
    pub edges: PathBuf,
    /// Facilities.
    pub facilities: PathBuf,
    /// Largest distance, metres, included.
    pub cutoff: f64,
    /// Where the answer goes: `facility,node,metres`.
    pub out: PathBuf,
}

/// 平表可达结果 What came out.
#[derive(Debug, Serialize)]
pub struct GraphReach {
    /// Nodes.
    pub nodes: usize,
    /// Edges.
    pub edges: usize,
    /// Facilities.
    pub facilities: usize,
    /// Facility-node pairs within the cut-off.
    pub pairs: usize,
    /// Time of the searches alone divided by the pairs, nanoseconds.
    pub ns_per_pair: f64,
    /// Wall time, seconds.
    pub seconds: f64,
    /// Wall time per stage.
    pub stages: Vec<Stage>,
}

/// Finds every node within the cut-off of every facility.
///
/// # Errors
/// [`PlannerError::Table`] for a bad cell, located; [`PlannerError::Network`] for a graph that is none.
pub fn reach_table(request: &GraphReachRequest, progress: &dyn Progress) -> Result<GraphReach, PlannerError> {
    let mut watch = Stopwatch::default();
    progress.stage("read", None);
    let nodes = Table::read(&request.nodes)?;
    nodes.expect_dense_ids("id")?;
    let edge_table = Table::read(&request.edges)?;
    let (u, v) = (edge_table.index("u", nodes.rows())?, edge_table.index("v", nodes.rows())?);
    let length = edge_table.column::<f64>("length")?;
    let edges: Vec<(u32, u32, f64)> = u.into_iter().zip(v).zip(length).map(|((u, v), l)| (u, v, l)).collect();
    let facilities = Table::read(&request.facilities)?;
    let ids = facilities.column::<u64>("id")?;
    let sources = facilities.index("node", nodes.rows())?;
    watch.lap("read");
    let node_count = u32::try_from(nodes.rows()).unwrap_or(u32::MAX);
    let graph = PlainGraph::from_edges(node_count, &edges)?;
    watch.lap("graph");
    progress.stage("search", Some(sources.len() as u64));
    let mut search = Search::default();
    let mut found: Vec<Vec<(u32, f64)>> = Vec::with_capacity(sources.len());
    for (row, &source) in sources.iter().enumerate() {
        found.push(graph.bounded(source, request.cutoff, &mut search).to_vec());
        progress.advance(row as u64 + 1);
    }
    watch.lap("search");
    let mut text = String::from("facility,node,metres\n");
    for (id, pairs) in ids.iter().zip(&mut found) {
        pairs.sort_unstable_by_key(|&(node, _)| node);
        for (node, metres) in pairs.iter() {
            text.push_str(&format!("{id},{node},{metres}\n"));
        }
    }
    write_whole(&request.out, text.as_bytes())?;
    watch.lap("write");
    let pairs = found.iter().map(Vec::len).sum();
    let (seconds, stages) = watch.finish();
    let searched = stages.iter().find(|stage| stage.stage == "search").map_or(0.0, |stage| stage.seconds);
    Ok(GraphReach {
        nodes: nodes.rows(),
        edges: edges.len(),
        facilities: ids.len(),
        pairs,
        ns_per_pair: searched * 1e9 / (pairs.max(1) as f64),
        seconds,
        stages,
    })
}

/// Writes a file whole or not at all.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), PlannerError> {
    let fail = |source| PlannerError::Io {
        path: path.to_owned(),
        source,
        action: "Choose a folder that exists and can be written to",
    };
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut temporary = tempfile::NamedTempFile::new_in(folder).map_err(fail)?;
    temporary.write_all(bytes).map_err(fail)?;
    temporary.persist(path).map_err(|error| fail(error.error))?;
    Ok(())
}
