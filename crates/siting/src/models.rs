//! 模型 MCLP and p-median.

use crate::branch::solve;
use crate::instance::Instance;
use crate::problem::check_radius;
use crate::tree::Outcome;
use crate::{Answer, CostMatrix, Effort, Problem, SitingError};
use std::time::Instant;

/// 最大覆盖 MCLP: the `sites` candidates within whose radius most weight lies (Church & ReVelle 1974).
///
/// # Errors
/// [`SitingError`] when the problem is malformed.
pub fn mclp(
    problem: &Problem<'_>,
    sites: usize,
    radius: f64,
    effort: &Effort<'_>,
) -> Result<Answer, SitingError> {
    check_radius(radius)?;
    let fixed = problem.check(Some(sites))?;
    let costs = problem.costs;
    // Whoever is not covered costs its weight.
    let within = |client: usize, candidate: usize| {
        if costs.row(client)[candidate] <= radius { 0.0 } else { f64::INFINITY }
    };
    let instance = Instance::new(costs.candidates(), sites, &fixed, problem.weights.to_vec(), within);
    let Outcome { sites, bound, proven, .. } = solve(&instance, effort);
    let covers = |client: usize| sites.iter().any(|&site| costs.row(client)[site as usize] <= radius);
    let (served, unserved): (Vec<usize>, Vec<usize>) =
        (0..costs.clients()).partition(|&client| covers(client));
    let objective: f64 = served.iter().map(|&client| problem.weights[client]).sum();
    let total: f64 = problem.weights.iter().sum();
    let unserved = unserved.into_iter().map(|client| client as u32).collect();
    Ok(Answer::new(sites, objective, (total - bound).max(objective), proven, unserved))
}

/// p-中位 p-median: the `sites` candidates to which the weighted costs of all clients add up to least (Hakimi 1964).
///
/// Serving more clients always comes before serving them nearer: the unserved are only those no choice of as many sites
/// could do without.
///
/// # Errors
/// [`SitingError`] when the problem is malformed.
pub fn p_median(problem: &Problem<'_>, sites: usize, effort: &Effort<'_>) -> Result<Answer, SitingError> {
    let fixed = problem.check(Some(sites))?;
    let costs = problem.costs;
    let weighted = |client: usize, candidate: usize| match problem.weights[client] {
        0.0 => 0.0,
        weight => weight * costs.row(client)[candidate],
    };
    let dearest = |client: usize| {
        let finite = (0..costs.candidates()).map(|candidate| weighted(client, candidate));
        finite.filter(|cost| cost.is_finite()).fold(0.0, f64::max)
    };
    let most: Vec<f64> = (0..costs.clients()).map(dearest).collect();
    let cut_off = |client: usize| costs.row(client).iter().any(|cost| cost.is_infinite());
    // Not being served costs more than serving everyone else at their dearest.
    let penalty = (most.iter().sum::<f64>() + 1.0).ceil();
    let price: Vec<f64> =
        most.iter().enumerate().map(|(client, &most)| if cut_off(client) { penalty } else { most }).collect();
    let whole = |client: usize, site: usize| weighted(client, site).min(price[client]);
    let Outcome { sites, bound, proven, .. } = match nearest_only(costs, sites) {
        None => solve(&Instance::new(costs.candidates(), sites, &fixed, price.clone(), weighted), effort),
        Some(keep) => trimmed(costs, sites, &fixed, &whole, keep, effort),
    };
    let (mut objective, mut unserved) = (0.0, Vec::new());
    for client in 0..costs.clients() {
        let row = costs.row(client);
        let cost = sites.iter().map(|&site| row[site as usize]).fold(f64::INFINITY, f64::min);
        if cost.is_finite() {
            objective += problem.weights[client] * cost;
        } else {
            unserved.push(client as u32);
        }
    }
    let weighty = unserved.iter().filter(|&&client| problem.weights[client as usize] > 0.0).count();
    let bound = (bound - penalty * weighty as f64).clamp(0.0, objective);
    Ok(Answer::new(sites, objective, bound, proven, unserved))
}

/// Tables larger than this are searched over the nearest candidates of each client first.
const LARGE: usize = 2_000_000;

/// How many candidates of each client a large table needs at first; `None` for a small one.
fn nearest_only(costs: &CostMatrix, sites: usize) -> Option<usize> {
    let cells = costs.clients().saturating_mul(costs.candidates());
    let keep = (8 * costs.candidates()).div_ceil(sites.max(1)).max(40);
    (cells > LARGE && keep < costs.candidates()).then_some(keep)
}

/// Solves with the nearest candidates of each client only: any other costs at least what the first one left out does, and
/// the search takes that as the price of doing without. So its bound holds for the whole table, and its answer is the whole
/// table's when nobody does without. Those who do get more candidates, and the search begins again with what time is left.
pub(crate) fn trimmed(
    costs: &CostMatrix,
    sites: usize,
    fixed: &[u32],
    whole: &dyn Fn(usize, usize) -> f64,
    keep: usize,
    effort: &Effort<'_>,
) -> Outcome<f64> {
    let began = Instant::now();
    let (clients, candidates) = (costs.clients(), costs.candidates());
    let mut kept = vec![keep; clients];
    let mut best: Option<Outcome<f64>> = None;
    loop {
        let mut row: Vec<f64> = Vec::with_capacity(candidates);
        let price: Vec<f64> = (0..clients)
            .map(|client| {
                row.clear();
                row.extend((0..candidates).map(|site| whole(client, site)));
                match kept[client] {
                    all if all >= candidates => row.iter().copied().fold(0.0, f64::max),
                    some => *row.select_nth_unstable_by(some, f64::total_cmp).1,
                }
            })
            .collect();
        let instance = Instance::new(candidates, sites, fixed, price.clone(), whole);
        let found = solve(&instance, &effort.left(began));
        let (mut cost, mut without) = (0.0, false);
        for client in 0..clients {
            let paid =
                found.sites.iter().map(|&site| whole(client, site as usize)).fold(f64::INFINITY, f64::min);
            cost += paid;
            if paid > price[client] {
                kept[client] = kept[client].saturating_mul(4).min(candidates);
                without = true;
            }
        }
        let bound = best.as_ref().map_or(found.bound, |best| best.bound.max(found.bound));
        let now = match best.take() {
            Some(old) if old.cost <= cost => old,
            _ => Outcome { sites: found.sites, cost, bound, proven: false },
        };
        // Costs left out need not be whole numbers where those kept are.
        let exact = if now.cost.fract() == 0.0 { instance.enough(now.cost) } else { now.cost * (1.0 - 1e-9) };
        let now = Outcome { bound: bound.min(now.cost), proven: bound >= exact, ..now };
        let late = effort.left(began).seconds == Some(0.0) || effort.stopped();
        if now.proven || !without || !found.proven || late {
            return now;
        }
        best = Some(now);
    }
}
