//! 普通图 Partition of a plain graph: a table of loads and a table of edges, no buildings, no map.

use crate::error::PartitionError;
use crate::graph::{Edge, Graph};
use crate::problem::Problem;
use crate::scale::Scale;
use crate::solve::{Budget, solve};
use crate::stats::{LevelStats, StageStats, Stats};
use crate::stop::Stop;
use crate::sums::Sums;
use lifang_model::{Band, Progress, Weights};
use std::time::{Duration, Instant};

/// 力度 How much work to spend.
#[derive(Copy, Clone, Debug, Default, PartialEq)]
pub struct Effort {
    /// Most moves over everything, looked at between rounds on large problems; `None`: as many as the problem calls for.
    /// Reproducible, and more moves never give a worse division of a plain graph.
    pub moves: Option<u64>,
    /// Most seconds. If this bites, the result is the best so far and a second run may differ.
    pub seconds: Option<f64>,
}

impl Effort {
    /// When to stop.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        self.seconds
            .filter(|s| s.is_finite() && *s >= 0.0)
            .and_then(|s| Instant::now().checked_add(Duration::from_secs_f64(s.min(1e9))))
    }

    /// Moves a zone for a problem of about `zones` zones.
    pub(crate) fn budget(&self, zones: u64) -> Budget {
        Budget { each: self.moves.map(|moves| moves / zones.max(1)) }
    }
}

/// 图划分请求 A plain graph to partition.
#[derive(Copy, Clone, Debug)]
pub struct GraphRequest<'a> {
    /// Load of each atom.
    pub loads: &'a [u32],
    /// Edges: two atoms and the length of the border they share (0 if it does not matter).
    pub edges: &'a [(u32, u32, f64)],
    /// Positions in metres, for compactness.
    pub xy: Option<&'a [(f64, f64)]>,
    /// Groups to keep together, such as compounds; any ids.
    pub groups: Option<&'a [i64]>,
    /// The band of every zone.
    pub band: Band,
    /// Number of zones, at most one for each atom; `None`: as many as the band makes. Where so many cannot be in the
    /// band, there are as many all the same.
    pub zones: Option<u32>,
    /// Seed.
    pub seed: u64,
    /// Effort.
    pub effort: Effort,
}

/// 图划分结果 The zones found.
#[derive(Clone, Debug)]
pub struct GraphSolution {
    /// Zone of each atom, from 0; each zone is connected.
    pub labels: Vec<u32>,
    /// Number of zones.
    pub zones: u32,
    /// Number of zones in band.
    pub in_band: u32,
    /// Figures.
    pub stats: Stats,
}

/// Weights of a plain graph: compact and balanced, groups kept together.
const WEIGHTS: Weights = Weights {
    split_unit: 0,
    split_building: 0,
    split_compound: 1,
    compactness: 1,
    barrier: 0,
    balance: 1,
    kind: 0,
    change: 0,
    walking: 0,
};

/// Partitions a plain graph into connected zones within a band.
///
/// The same request gives the same labels at any number of threads.
///
/// # Errors
/// [`PartitionError`] if rows do not fit each other or the band is empty. Missing the band is no error.
pub fn partition_graph(
    request: &GraphRequest<'_>,
    progress: &dyn Progress,
) -> Result<GraphSolution, PartitionError> {
    let n = request.loads.len();
    let rows = [("xy", request.xy.map(<[_]>::len)), ("groups", request.groups.map(<[_]>::len))];
    for (what, found) in rows {
        if let Some(found) = found.filter(|&found| found != n) {
            return Err(PartitionError::Length { what, found, expected: n });
        }
    }
    let began = Instant::now();
    let loads: Vec<u64> = request.loads.iter().map(|&load| u64::from(load) * 1000).collect();
    let scale = Scale::new(&loads, &[("band", request.band)])?;
    let mut edges = Vec::with_capacity(request.edges.len());
    for (row, &(a, b, shared)) in request.edges.iter().enumerate() {
        if a as usize >= n || b as usize >= n {
            return Err(PartitionError::NoSuchAtom { row, a, b, last: n as i64 - 1 });
        }
        let shared = if shared.is_finite() && shared > 0.0 { shared as f32 } else { 0.0 };
        edges.push(Edge { a, b, shared, barrier: 0.0 });
    }
    let origin = request.xy.and_then(<[_]>::first).copied().unwrap_or((0.0, 0.0));
    let at = match request.xy {
        Some(xy) => xy.iter().map(|&(x, y)| ((x - origin.0) as f32, (y - origin.1) as f32)).collect(),
        None => vec![(0.0, 0.0); n],
    };
    let mut graph = Graph::new(scale.loads(&loads), at, &edges);
    if let Some(groups) = request.groups {
        let mut names = groups.to_vec();
        names.sort_unstable();
        names.dedup();
        graph.area = groups.iter().map(|g| names.binary_search(g).map_or(0, |at| at as u32)).collect();
    }
    let total: u64 = graph.load.iter().map(|&load| u64::from(load)).sum();
    let target = match request.zones {
        Some(count) => {
            let count = u64::from(count.max(1));
            ((total + count / 2) / count).clamp(1, u64::from(u32::MAX / 4)) as u32
        }
        None => scale.target(request.band),
    };
    let (min, max) = scale.ends(request.band);
    let sums = Sums::band(min, target, max, WEIGHTS.balance as f32);
    let mut problem = Problem::new(graph, sums, target, &WEIGHTS);
    problem.count = request.zones;
    if let Some(count) = request.zones {
        let pieces = problem.graph.components(|_| true).len();
        if (count as usize) < pieces.max(1) || count as usize > n {
            return Err(PartitionError::Count { count, pieces, atoms: n });
        }
    }
    progress.stage("partition", None);
    let stop = Stop::new(progress, request.effort.deadline());
    let budget = request.effort.budget(total / u64::from(target));
    let found = solve(&problem, request.seed, budget, &stop);
    let mut load = vec![0u64; found.zones as usize];
    for (&z, &units) in found.label.iter().zip(request.loads) {
        load[z as usize] += u64::from(units);
    }
    let held = |load: u64| u64::from(request.band.min) <= load && load <= u64::from(request.band.max);
    let in_band = load.iter().filter(|&&load| held(load)).count() as u32;
    let level = LevelStats {
        key: "zone".to_owned(),
        zones: found.zones,
        in_band,
        unavoidable: crate::certificate::lower_bound(&problem),
    };
    let stage =
        StageStats { key: "zone".to_owned(), seconds: began.elapsed().as_secs_f64(), moves: found.moves };
    let stats =
        Stats { stages: vec![stage], levels: vec![level], notes: scale.notes(), cut_short: stop.asked() };
    Ok(GraphSolution { labels: found.label, zones: found.zones, in_band, stats })
}

#[cfg(test)]
mod tests;
