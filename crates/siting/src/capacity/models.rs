//! 容量模型 LSCP, MCLP, p-median and p-center with room at every site.

use super::center::center;
use super::search::below;
use super::{Capped, RoomAnswer};
use crate::problem::check_radius;
use crate::tree::Outcome;
use crate::{Answer, Effort, Model, Problem, SitingError};
use std::time::Instant;

/// Solves by the model named when candidate `j` can take `room[j]` people (`None`: any number). Weights are whole people, and
/// those of one client may be shared between sites. `sites` counts the existing ones too and means nothing to LSCP.
///
/// LSCP: the fewest sites that serve as many as all candidates together could. MCLP: most people served within the radius.
/// p-median: as many served as these sites can, and of all such ways the one with least cost. p-center: the same with the
/// shortest longest cost; its bound holds for every choice that serves as many.
///
/// # Errors
/// [`SitingError`] when the problem is malformed.
pub fn solve_with_room(
    model: Model,
    problem: &Problem<'_>,
    room: &[Option<u64>],
    sites: usize,
    radius: f64,
    effort: &Effort<'_>,
) -> Result<RoomAnswer, SitingError> {
    let count = model.needs_count().then_some(sites);
    let fixed = problem.check(count)?;
    let candidates = problem.costs.candidates();
    if room.len() != candidates {
        return Err(SitingError::BadRoom { given: room.len(), candidates });
    }
    if model.needs_radius() {
        check_radius(radius)?;
    }
    let within = |cost: f64| cost.is_finite() && (!model.needs_radius() || cost <= radius);
    let mut people = Vec::with_capacity(problem.weights.len());
    for (client, &weight) in problem.weights.iter().enumerate() {
        if weight.fract() != 0.0 || weight > 1e9 {
            return Err(SitingError::NotWhole { client, weight });
        }
        people.push(weight as u64);
    }
    // Thousandths: millimetres where costs are metres.
    let cost = |cost: f64| match model {
        Model::PMedian => (cost * 1000.0).round() as u64,
        _ => 0,
    };
    let rows: Vec<Vec<(u64, u32)>> = (0..problem.costs.clients())
        .map(|client| {
            let near = (0u32..).zip(problem.costs.row(client)).filter(|&(_, &far)| within(far));
            let mut row: Vec<(u64, u32)> = near.map(|(site, &far)| (cost(far), site)).collect();
            row.sort_unstable();
            row
        })
        .collect();
    let dearest = rows.iter().flatten().map(|&(cost, _)| cost).max().unwrap_or(0);
    if dearest > 1_000_000_000_000 {
        return Err(SitingError::BadRadius { radius: dearest as f64 / 1000.0 });
    }
    // Leaving one person out costs more than moving everybody along the longest chain of sites.
    let price = match model {
        Model::PMedian => (dearest + 1) * (sites as u64 + 2),
        _ => 1,
    };
    let mut is_fixed = vec![false; candidates];
    for &site in &fixed {
        is_fixed[site as usize] = true;
    }
    let mut case = Capped { people, price, rows, room: room.to_vec(), fixed: is_fixed, sites };
    match model {
        Model::PCenter => Ok(center(problem.costs, &mut case, effort)),
        Model::Lscp => Ok(lscp(&mut case, &fixed, effort)),
        Model::Mclp => {
            let found = below(&case, u128::MAX >> 40, effort);
            let total: u64 = case.people.iter().sum();
            let told = |cost: u128| (u128::from(total) - cost.min(u128::from(total))) as f64;
            let (objective, bound) = (told(found.cost), told(found.bound));
            Ok(told_of(&case, found.sites, objective, bound, found.proven))
        }
        Model::PMedian => {
            let found = below(&case, u128::MAX >> 40, effort);
            let shared = case.share(&found.sites);
            let left: u64 = shared.left.iter().sum();
            // Who is left out is no part of the objective, nor of the bound while as many must be.
            let without = u128::from(left) * u128::from(case.price);
            let metres = |cost: u128| cost.saturating_sub(without) as f64 / 1000.0;
            let (objective, bound) = (metres(found.cost), metres(found.bound));
            Ok(told_of(&case, found.sites, objective, bound, found.proven))
        }
    }
}

pub(super) fn told_of(
    case: &Capped,
    sites: Vec<u32>,
    objective: f64,
    bound: f64,
    proven: bool,
) -> RoomAnswer {
    let shared = case.share(&sites);
    let mut load = vec![0; case.candidates()];
    for (&site, &people) in sites.iter().zip(&shared.load) {
        load[site as usize] = people;
    }
    let named = |shares: &Vec<(u32, u64)>| {
        shares.iter().map(|&(place, people)| (sites[place as usize], people)).collect()
    };
    let shares = shared.shares.iter().map(named).collect();
    let unserved =
        (0u32..).zip(&shared.left).filter(|&(_, &left)| left > 0).map(|(client, _)| client).collect();
    let answer = Answer::new(sites, objective, bound, proven, unserved);
    RoomAnswer { answer, shares, left: shared.left, load }
}

/// The fewest sites that leave no more people out than all candidates together would.
fn lscp(case: &mut Capped, fixed: &[u32], effort: &Effort<'_>) -> RoomAnswer {
    let began = Instant::now();
    let all: Vec<u32> = (0..case.candidates() as u32).collect();
    let target = case.cost(&all);
    let mut best = greedy(case, fixed, target);
    // No fewer sites than the roomiest could hold them all.
    let total: u64 = case.people.iter().sum();
    let mut needed = u128::from(total) - target;
    for &site in fixed {
        needed = needed.saturating_sub(case.room[site as usize].map_or(needed, u128::from));
    }
    let is_free = |site: &u32| !case.fixed[*site as usize];
    let mut rooms: Vec<u128> = all
        .iter()
        .filter(|site| is_free(site))
        .map(|&site| case.room[site as usize].map_or(u128::MAX, u128::from))
        .collect();
    rooms.sort_unstable_by(|a, b| b.cmp(a));
    let mut least = fixed.len();
    for room in rooms {
        if needed == 0 {
            break;
        }
        needed = needed.saturating_sub(room);
        least += 1;
    }
    let (mut bound, mut proven) = (least, best.len() <= least);
    let least = below_no_number(case, target, (&mut best, least), &effort.left(began));
    bound = bound.max(least);
    proven |= best.len() <= bound;
    while !proven && best.len() > bound.max(1) {
        case.sites = best.len() - 1;
        match below(case, target + 1, &effort.left(began)) {
            Outcome { cost, sites, .. } if cost <= target => best = sites,
            Outcome { proven: true, .. } => {
                bound = best.len();
                proven = true;
            }
            _ => break,
        }
        proven |= best.len() <= bound;
    }
    let objective = best.len() as f64;
    told_of(case, best, objective, bound as f64, proven)
}

/// The least number of sites that the relaxation alone does not rule out, by halving: who is left out by one number of sites is left
/// out by any smaller one. A choice met on the way that reaches the target is kept.
fn below_no_number(
    case: &mut Capped,
    target: u128,
    (best, mut least): (&mut Vec<u32>, usize),
    effort: &Effort<'_>,
) -> usize {
    let began = Instant::now();
    let mut doubtful = best.len();
    while least < doubtful && !effort.left(began).seconds.is_some_and(|left| left <= 0.0) && !effort.stopped()
    {
        case.sites = least + (doubtful - least) / 2;
        match below(case, target + 1, &Effort { nodes: 0, ..effort.left(began) }) {
            Outcome { cost, sites, .. } if cost <= target => {
                doubtful = sites.len().min(case.sites);
                *best = sites;
            }
            Outcome { proven: true, .. } => least = case.sites + 1,
            _ => doubtful = case.sites,
        }
    }
    least
}

/// Sites that reach the target: opened one by one where most people wait, those not needed closed again.
fn greedy(case: &Capped, fixed: &[u32], target: u128) -> Vec<u32> {
    let mut open = fixed.to_vec();
    let mut shared = case.share(&open);
    while shared.cost > target {
        let mut waits = vec![0u64; case.candidates()];
        for (row, &left) in case.rows.iter().zip(&shared.left) {
            for &(_, site) in row {
                waits[site as usize] += left;
            }
        }
        let worth = |site: u32| waits[site as usize].min(case.room[site as usize].unwrap_or(u64::MAX));
        let closed = (0..case.candidates() as u32).filter(|site| open.binary_search(site).is_err());
        let Some(site) = closed.max_by_key(|&site| (worth(site), std::cmp::Reverse(site))) else { break };
        open.push(site);
        open.sort_unstable();
        shared = case.share(&open);
    }
    for site in open.clone().into_iter().rev().filter(|&site| !case.fixed[site as usize]) {
        let without: Vec<u32> = open.iter().copied().filter(|&other| other != site).collect();
        if case.cost(&without) <= target {
            open = without;
        }
    }
    open
}
