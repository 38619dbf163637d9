//! 选址问题 What is given and what is answered.

use crate::SitingError;
use serde::{Deserialize, Serialize};
use std::time::Instant;

/// 费用矩阵 What it costs each client to use each candidate, e.g. metres; infinite where there is no way.
#[derive(Clone, Debug, PartialEq)]
pub struct CostMatrix {
    clients: usize,
    candidates: usize,
    cells: Vec<f64>,
}

impl CostMatrix {
    /// A table of one row a client.
    ///
    /// # Errors
    /// [`SitingError::WrongShape`], [`SitingError::BadCost`].
    pub fn new(clients: usize, candidates: usize, cells: Vec<f64>) -> Result<Self, SitingError> {
        if clients.checked_mul(candidates) != Some(cells.len()) {
            return Err(SitingError::WrongShape { clients, candidates, cells: cells.len() });
        }
        if let Some(at) = cells.iter().position(|cost| cost.is_nan() || *cost < 0.0) {
            let (client, candidate) = (at / candidates, at % candidates);
            return Err(SitingError::BadCost { client, candidate, cost: cells[at] });
        }
        Ok(Self { clients, candidates, cells })
    }

    /// How many clients.
    #[must_use]
    pub const fn clients(&self) -> usize {
        self.clients
    }

    /// How many candidates.
    #[must_use]
    pub const fn candidates(&self) -> usize {
        self.candidates
    }

    /// The costs of one client; empty for one that is not there.
    #[must_use]
    pub fn row(&self, client: usize) -> &[f64] {
        let start = client.saturating_mul(self.candidates);
        self.cells.get(start..start + self.candidates).unwrap_or_default()
    }
}

/// 选址问题 Clients with weights, candidates, and the sites that exist already.
#[derive(Copy, Clone, Debug)]
pub struct Problem<'a> {
    /// Costs.
    pub costs: &'a CostMatrix,
    /// Weight of each client, e.g. households.
    pub weights: &'a [f64],
    /// Candidates where a station stands: they stay, and count among the sites.
    pub fixed: &'a [u32],
}

impl Problem<'_> {
    /// The existing sites, sorted, each once; or what is wrong with the problem.
    pub(crate) fn check(&self, sites: Option<usize>) -> Result<Vec<u32>, SitingError> {
        let (clients, candidates) = (self.costs.clients(), self.costs.candidates());
        if let Some(client) = self.weights.iter().position(|weight| !weight.is_finite() || *weight < 0.0) {
            return Err(SitingError::BadWeight { client, weight: self.weights[client] });
        }
        if self.weights.len() != clients {
            let client = self.weights.len().min(clients);
            return Err(SitingError::BadWeight { client, weight: f64::NAN });
        }
        if let Some(&site) = self.fixed.iter().find(|&&site| site as usize >= candidates) {
            return Err(SitingError::NoSuchSite { site, candidates });
        }
        let mut fixed = self.fixed.to_vec();
        fixed.sort_unstable();
        fixed.dedup();
        if let Some(sites) = sites.filter(|&sites| sites == 0 || sites < fixed.len() || sites > candidates) {
            return Err(SitingError::BadCount { sites, fixed: fixed.len(), candidates });
        }
        Ok(fixed)
    }
}

pub(crate) fn check_radius(radius: f64) -> Result<(), SitingError> {
    if radius.is_nan() || radius < 0.0 { Err(SitingError::BadRadius { radius }) } else { Ok(()) }
}

/// 计算量 How long to go on.
#[derive(Copy, Clone)]
pub struct Effort<'a> {
    /// Nodes of the search tree; the default is deterministic.
    pub nodes: u64,
    /// A cap on the time; answers cut short by it are not reproducible.
    pub seconds: Option<f64>,
    /// Asked again and again while a search runs; once it says `true`, the search ends with the best it has and a bound that
    /// holds.
    pub stop: Option<&'a (dyn Fn() -> bool + Sync)>,
}

impl std::fmt::Debug for Effort<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { nodes, seconds, stop } = self;
        f.debug_struct("Effort")
            .field("nodes", nodes)
            .field("seconds", seconds)
            .field("stop", &stop.is_some())
            .finish()
    }
}

impl Default for Effort<'_> {
    fn default() -> Self {
        Self { nodes: 20_000, seconds: None, stop: None }
    }
}

impl Effort<'_> {
    /// The same with the time that is left of it.
    pub(crate) fn left(&self, began: Instant) -> Self {
        let left = |seconds: f64| (seconds - began.elapsed().as_secs_f64()).max(0.0);
        Self { seconds: self.seconds.map(left), ..*self }
    }

    /// Whether somebody asked to stop.
    pub(crate) fn stopped(&self) -> bool {
        self.stop.is_some_and(|stop| stop())
    }
}

/// An effort being spent.
#[derive(Clone, Debug)]
pub(crate) struct Budget<'a> {
    nodes: u64,
    began: Instant,
    effort: Effort<'a>,
}

impl<'a> Budget<'a> {
    pub(crate) fn new(effort: &Effort<'a>) -> Self {
        Self { nodes: effort.nodes, began: Instant::now(), effort: *effort }
    }

    /// Takes one node; `false` when nothing is left.
    pub(crate) fn take(&mut self) -> bool {
        let left = self.nodes > 0 && !self.late();
        self.nodes = self.nodes.saturating_sub(1);
        left
    }

    pub(crate) fn late(&self) -> bool {
        let past = |seconds: f64| self.began.elapsed().as_secs_f64() >= seconds;
        self.effort.seconds.is_some_and(past) || self.effort.stopped()
    }
}

/// 选址结果 The sites chosen and how good they are.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// Candidates chosen, the existing sites among them, ascending.
    pub sites: Vec<u32>,
    /// LSCP: number of sites. MCLP: weight covered. p-median: total weighted cost. p-center: largest cost.
    pub objective: f64,
    /// What no choice of sites can beat: from below where less is better, from above for MCLP.
    pub bound: f64,
    /// Distance of the two as a share of the objective; 0 when proven.
    pub gap: f64,
    /// Whether the answer is known to be best.
    pub proven: bool,
    /// Clients no chosen site serves: out of reach of every candidate (LSCP, p-center) or of those chosen (MCLP,
    /// p-median). They are no part of the objective.
    pub unserved: Vec<u32>,
}

impl Answer {
    pub(crate) fn new(sites: Vec<u32>, objective: f64, bound: f64, proven: bool, unserved: Vec<u32>) -> Self {
        let bound = if proven { objective } else { bound };
        let gap =
            if objective == bound { 0.0 } else { (objective - bound).abs() / objective.abs().max(1e-12) };
        Self { sites, objective, bound, gap, proven, unserved }
    }
}
