//! 备选方案 Several good plans that differ clearly, so that a planner can choose.
//!
//! More plans are made than are asked for, with different seeds and with other weights brought to the fore. Those with
//! the fewest zones out of band stay; among them the best is taken first, then again and again the one furthest from all
//! taken so far. Plans that hardly differ from one taken are left out, so there may be fewer than asked for.
//!
//! # Distance
//! The share of households whose finest zone is another one, after the zones of both plans are paired so that most
//! households agree ([`crate::lineage::assign`]): 0 for the same plan up to the names of zones.

use crate::error::PartitionError;
use crate::lineage::{Overlaps, assign};
use crate::propose::{Proposal, Request, propose};
use lifang_model::{Atom, Plan, Progress, Rules, Weights};
use std::collections::BTreeMap;

/// Least share of households by which two plans offered differ.
const APART: f64 = 0.05;
/// Most plans that may be asked for.
const MOST: usize = 20;
/// How much heavier a weight is when its turn comes.
const FORE: u32 = 4;

/// 备选方案 One plan on offer.
#[derive(Clone, Debug, PartialEq)]
pub struct Alternative {
    /// The plan, with the rules as given.
    pub proposal: Proposal,
    /// What was brought to the fore: `preset`, `whole`, `compact` or `barriers`.
    pub style: &'static str,
    /// Seed it was made with.
    pub seed: u64,
    /// Distance to every plan offered, 0 to 1, in the order of the list.
    pub distance: Vec<f64>,
}

/// 备选方案 Up to `count` plans, the best first; at least one.
///
/// The same request gives the same plans at any number of threads.
///
/// # Errors
/// [`PartitionError`] if the rules or the links make no sense.
pub fn alternatives(
    request: &Request<'_>,
    count: usize,
    progress: &dyn Progress,
) -> Result<Vec<Alternative>, PartitionError> {
    let count = count.clamp(1, MOST);
    let mut made = Vec::new();
    for turn in 0..2 * count + 2 {
        if turn > 0 && progress.cancelled() {
            break;
        }
        let (style, rules) = styled(request.rules, turn);
        let seed = request.seed.wrapping_add((turn / STYLES.len()) as u64);
        let mut proposal = propose(&Request { rules: &rules, seed, ..*request }, progress)?;
        proposal.plan.rules = request.rules.clone();
        let misses: u32 = proposal.stats.levels.iter().map(|level| level.zones - level.in_band).sum();
        made.push((misses, Alternative { proposal, style, seed, distance: Vec::new() }));
    }
    // A plan made first wins a tie: it keeps the preset's own weights.
    made.sort_by_key(|(misses, _)| *misses);
    let good = made.get(count - 1).map_or(u32::MAX, |(misses, _)| *misses);
    let mut pool: Vec<Alternative> =
        made.into_iter().filter(|(misses, _)| *misses <= good).map(|(_, plan)| plan).collect();
    let mut chosen = vec![pool.remove(0)];
    while chosen.len() < count && !pool.is_empty() {
        let nearest = |plan: &Alternative| {
            let away =
                chosen.iter().map(|taken| distance(&taken.proposal.plan, &plan.proposal.plan, request.atoms));
            away.fold(f64::INFINITY, f64::min)
        };
        let far: Vec<f64> = pool.iter().map(nearest).collect();
        let best = (0..pool.len()).max_by(|&a, &b| far[a].total_cmp(&far[b]).then(b.cmp(&a)));
        match best {
            Some(best) if far[best] >= APART => chosen.push(pool.remove(best)),
            _ => break,
        }
    }
    let plans: Vec<Plan> = chosen.iter().map(|plan| plan.proposal.plan.clone()).collect();
    for plan in &mut chosen {
        let away = plans.iter().map(|other| distance(&plan.proposal.plan, other, request.atoms));
        plan.distance = away.collect();
    }
    Ok(chosen)
}

/// What may be brought to the fore, the preset's own weights first.
const STYLES: [&str; 4] = ["preset", "whole", "compact", "barriers"];

fn styled(rules: &Rules, turn: usize) -> (&'static str, Rules) {
    let style = STYLES[turn % STYLES.len()];
    let of = rules.weights;
    let fore = |weight: u32| weight.max(1).saturating_mul(FORE);
    let weights = match style {
        "whole" => {
            Weights { split_building: fore(of.split_building), split_compound: fore(of.split_compound), ..of }
        }
        "compact" => Weights { compactness: fore(of.compactness), ..of },
        "barriers" => Weights { barrier: fore(of.barrier), ..of },
        _ => of,
    };
    (style, Rules { weights, ..rules.clone() })
}

/// 方案差异 Share of households, 0 to 1, outside the best match of the finest zones of two plans over the same atoms.
#[must_use]
pub fn distance(a: &Plan, b: &Plan, atoms: &[Atom]) -> f64 {
    let (Some(a), Some(b)) = (a.levels.last(), b.levels.last()) else { return 0.0 };
    let mut overlaps = Overlaps::new();
    let mut total = 0i64;
    for ((atom, x), y) in atoms.iter().zip(&a.assignment).zip(&b.assignment) {
        let households = i64::from(atom.demand.households);
        total += households;
        if let (Some(x), Some(y)) = (x, y) {
            *overlaps.entry((x.0, y.0)).or_default() += households;
        }
    }
    let pairs: BTreeMap<u32, u32> = assign(&overlaps);
    let same: i64 = pairs.iter().map(|(&x, &y)| overlaps.get(&(x, y)).copied().unwrap_or(0)).sum();
    if total == 0 { 0.0 } else { (total - same) as f64 / total as f64 }
}

#[cfg(test)]
mod tests;
