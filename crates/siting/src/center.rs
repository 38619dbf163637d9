//! p-中心 p-center: the farthest client as near as possible.

use crate::covering::{Decision, decide, reduced, rows_within};
use crate::{Answer, Effort, Problem, SitingError};
use std::time::Instant;

/// p-中心 The `sites` candidates for which the largest cost of a client to its nearest site is least (Hakimi 1964), found
/// as the smallest radius that so many sites can cover. Weights do not matter.
///
/// # Errors
/// [`SitingError`] when the problem is malformed.
pub fn p_center(problem: &Problem<'_>, sites: usize, effort: &Effort<'_>) -> Result<Answer, SitingError> {
    let fixed = problem.check(Some(sites))?;
    let costs = problem.costs;
    let began = Instant::now();
    let Start { least, most, chosen: start } = between(problem, &fixed, sites);
    let mut radii: Vec<f64> = (0..costs.clients())
        .flat_map(|client| costs.row(client))
        .copied()
        .filter(|cost| cost.is_finite() && (least..=most).contains(cost))
        .collect();
    radii.sort_unstable_by(f64::total_cmp);
    radii.dedup();
    let unserved: Vec<u32> = (0..costs.clients())
        .filter(|&client| costs.row(client).iter().all(|cost| cost.is_infinite()))
        .map(|client| client as u32)
        .collect();
    // The smallest radius known to do, and how many are known not to; in between lies what no search settled.
    let (mut low, mut high, mut too_small) = (0, radii.len(), 0);
    let mut best: Option<(usize, Vec<u32>)> = None;
    if most.is_finite() && !radii.is_empty() {
        high = radii.len() - 1;
        best = Some((high, start));
    }
    while low < high {
        let middle = low + (high - low) / 2;
        let (rows, lost) = rows_within(problem, &fixed, radii[middle]);
        let decision = if effort.stopped() {
            Decision::Unsettled
        } else if lost.len() > unserved.len() {
            Decision::Impossible
        } else {
            decide(
                &reduced(rows, costs.candidates()),
                costs.candidates(),
                sites - fixed.len(),
                &effort.left(began),
            )
        };
        match decision {
            Decision::Cover(cover) => {
                best = Some((middle, cover.into_iter().chain(fixed.iter().copied()).collect()));
                high = middle;
            }
            Decision::Impossible => {
                low = middle + 1;
                too_small = low;
            }
            Decision::Unsettled => low = middle + 1,
        }
    }
    let Some((at, mut chosen)) = best else {
        // Either there is nobody to serve, or so few sites cannot serve everyone at any distance.
        let nobody = radii.is_empty();
        let objective = if nobody { 0.0 } else { f64::INFINITY };
        return Ok(Answer::new(fixed, objective, objective, nobody || too_small == radii.len(), unserved));
    };
    // Sites left over go to the lowest candidates not chosen, as the number was asked for.
    let spare = (0..costs.candidates() as u32).filter(|site| !chosen.contains(site)).collect::<Vec<_>>();
    chosen.extend(spare.into_iter().take(sites - chosen.len()));
    chosen.sort_unstable();
    let objective = radii[at];
    Ok(Answer::new(chosen, objective, radii[too_small], too_small == at, unserved))
}

/// What the radius lies between, and the sites that reach the larger.
struct Start {
    least: f64,
    most: f64,
    chosen: Vec<u32>,
}

/// The radius lies between the farthest any client is from its nearest candidate and what opening sites greedily reaches:
/// each time the candidate nearest to the client that is worst off.
fn between(problem: &Problem<'_>, fixed: &[u32], sites: usize) -> Start {
    let costs = problem.costs;
    let nearest = |client: usize| costs.row(client).iter().copied().fold(f64::INFINITY, f64::min);
    let near: Vec<f64> = (0..costs.clients()).map(nearest).collect();
    let least = near.iter().copied().filter(|cost| cost.is_finite()).fold(0.0, f64::max);
    let served = |client: &usize| near[*client].is_finite();
    let mut paid = vec![f64::INFINITY; costs.clients()];
    let mut chosen = fixed.to_vec();
    let open = |site: usize, paid: &mut Vec<f64>| {
        for (client, paid) in paid.iter_mut().enumerate() {
            *paid = paid.min(costs.row(client)[site]);
        }
    };
    for &site in fixed {
        open(site as usize, &mut paid);
    }
    let worst = |paid: &[f64]| {
        (0..costs.clients()).filter(served).reduce(|a, b| if paid[b] > paid[a] { b } else { a })
    };
    for _ in fixed.len()..sites {
        let Some(client) = worst(&paid) else { break };
        let row = costs.row(client);
        let Some(site) = (0..row.len()).reduce(|a, b| if row[b] < row[a] { b } else { a }) else { break };
        if paid[client] <= row[site] {
            break;
        }
        open(site, &mut paid);
        chosen.push(site as u32);
    }
    Start { least, most: worst(&paid).map_or(0.0, |client| paid[client]), chosen }
}
