//! 模型 MCLP and p-median.

use crate::branch::{Outcome, solve};
use crate::instance::Instance;
use crate::problem::check_radius;
use crate::{Answer, Effort, Problem, SitingError};

/// 最大覆盖 MCLP: the `sites` candidates within whose radius most weight lies (Church & ReVelle 1974).
///
/// # Errors
/// [`SitingError`] when the problem is malformed.
pub fn mclp(
    problem: &Problem<'_>,
    sites: usize,
    radius: f64,
    effort: &Effort,
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
pub fn p_median(problem: &Problem<'_>, sites: usize, effort: &Effort) -> Result<Answer, SitingError> {
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
    let instance = Instance::new(costs.candidates(), sites, &fixed, price, weighted);
    let Outcome { sites, bound, proven, .. } = solve(&instance, effort);
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
