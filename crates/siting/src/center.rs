//! p-中心 p-center: the farthest client as near as possible.

use crate::covering::{Decision, decide, reduced, rows_within};
use crate::{Answer, Effort, Problem, SitingError};

/// p-中心 The `sites` candidates for which the largest cost of a client to its nearest site is least (Hakimi 1964), found
/// as the smallest radius that so many sites can cover. Weights do not matter.
///
/// # Errors
/// [`SitingError`] when the problem is malformed.
pub fn p_center(problem: &Problem<'_>, sites: usize, effort: &Effort) -> Result<Answer, SitingError> {
    let fixed = problem.check(Some(sites))?;
    let costs = problem.costs;
    let mut radii: Vec<f64> = (0..costs.clients())
        .flat_map(|client| costs.row(client))
        .copied()
        .filter(|cost| cost.is_finite())
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
    while low < high {
        let middle = low + (high - low) / 2;
        let (rows, lost) = rows_within(problem, &fixed, radii[middle]);
        let decision = if lost.len() > unserved.len() {
            Decision::Impossible
        } else {
            decide(&reduced(rows, costs.candidates()), costs.candidates(), sites - fixed.len(), effort)
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
