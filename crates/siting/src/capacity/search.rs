//! 容量分支定界 Branch and bound: candidates are opened or closed one by one, those whose other state is too dear at once.

use super::Capped;
use super::bound::{Dual, enough};
use crate::Effort;
use crate::dual::State;
use crate::problem::Budget;
use crate::tree::{Best, Node, Outcome};

/// Subgradient steps at the root and below.
const ROOT_STEPS: u32 = 600;
const NODE_STEPS: u32 = 60;

/// Work an interchange at the root may take: candidates tried times costs looked at.
const TRIED_CELLS: usize = 400_000_000;

/// Keeps a choice when it is cheaper; tells what it costs.
fn offer(best: &mut Best<u128>, case: &Capped, sites: &[u32]) -> u128 {
    let cost = case.cost(sites);
    best.keep(sites.to_vec(), cost);
    cost
}

/// A choice of sites cheaper than `limit`: the cheapest, when there is one.
pub(crate) fn below(case: &Capped, limit: u128, effort: &Effort<'_>) -> Outcome<u128> {
    let mut budget = Budget::new(effort);
    let states: Vec<State> =
        case.fixed.iter().map(|&fixed| if fixed { State::Open } else { State::Free }).collect();
    let dual = Dual::new(case, &states);
    let mut best = Best { sites: dual.best.open.clone(), cost: limit };
    offer(&mut best, case, &dual.best.open);
    let mut stack =
        vec![Node { states, price: dual.price, often: dual.often, bound: f64::NEG_INFINITY, root: true }];
    let mut open_bound = f64::INFINITY;
    while let Some(node) = stack.pop() {
        if node.bound >= enough(best.cost) {
            continue;
        }
        if !budget.take() && !node.root {
            open_bound = stack.iter().map(|node| node.bound).fold(node.bound, f64::min);
            break;
        }
        stack.extend(expand(case, node, &mut best, &budget));
    }
    let proven = open_bound >= enough(best.cost);
    let rounded =
        (open_bound.min(best.cost as f64) - 1e-6 - 1e-9 * open_bound.abs().min(1e18)).ceil().max(0.0);
    Outcome { sites: best.sites, cost: best.cost, bound: (rounded as u128).min(best.cost), proven }
}

/// Bounds a node, decides what the bound decides, and returns the two halves that are left, the likelier last.
fn expand(case: &Capped, node: Node, best: &mut Best<u128>, budget: &Budget<'_>) -> Vec<Node> {
    let Node { mut states, price, often, root, bound } = node;
    let mut dual = Dual { price, often, ..Dual::new(case, &states) };
    let steps = if root { ROOT_STEPS } else { NODE_STEPS };
    let (mut calls, mut next) = (0usize, 0usize);
    for round in 0..5 {
        let upper = best.cost;
        let mut seen = |sites: &[u32]| {
            calls += 1;
            if calls >= next && sites.len() == case.sites {
                offer(best, case, sites);
                next = calls + 1 + calls / 4;
            }
            best.cost
        };
        dual.raise(case, &states, upper, steps, budget, &mut seen);
        if root && round == 0 && dual.best.bound < enough(best.cost) {
            interchange(case, &dual, best, budget);
        }
        let limit = enough(best.cost);
        if dual.best.bound >= limit {
            return Vec::new();
        }
        let decided = decide(case, &dual, &mut states, limit);
        let of = |wanted: State| states.iter().filter(|&&state| state == wanted).count();
        let (free, open) = (of(State::Free), of(State::Open));
        if open > case.sites || open + free < case.sites {
            return Vec::new();
        }
        if free == 0 || open == case.sites || open + free == case.sites {
            let takes = |state: State| state == State::Open || (state == State::Free && open < case.sites);
            let sites: Vec<u32> =
                (0u32..).zip(&states).filter(|&(_, &state)| takes(state)).map(|(site, _)| site).collect();
            offer(best, case, &sites);
            return Vec::new();
        }
        if decided * 10 < free || budget.late() {
            break;
        }
    }
    let doubt = |site: usize| dual.often[site].min(1.0 - dual.often[site]);
    let free = (0..states.len()).filter(|&site| states[site] == State::Free);
    let Some(site) = free.max_by(|&a, &b| {
        let worth = |site: usize| -dual.best.worth[site];
        doubt(a).total_cmp(&doubt(b)).then(worth(a).total_cmp(&worth(b))).then(b.cmp(&a))
    }) else {
        return Vec::new();
    };
    let half = |state: State| {
        let mut states = states.clone();
        states[site] = state;
        let (price, often) = (dual.price.clone(), dual.often.clone());
        Node { states, price, often, bound: dual.best.bound.max(bound), root: false }
    };
    if dual.often[site] >= 0.5 {
        vec![half(State::Closed), half(State::Open)]
    } else {
        vec![half(State::Open), half(State::Closed)]
    }
}

/// Exchanges one open and one closed site while that helps, those the relaxation thinks best of first.
fn interchange(case: &Capped, dual: &Dual, best: &mut Best<u128>, budget: &Budget<'_>) {
    let cells: usize = case.rows.iter().map(Vec::len).sum();
    let mut tries = (TRIED_CELLS / cells.max(1)).clamp(20, 20_000);
    let mut closed: Vec<u32> = (0..case.candidates() as u32).collect();
    closed.sort_by(|&a, &b| {
        let worth = |site: u32| dual.best.worth[site as usize];
        worth(a).total_cmp(&worth(b)).then(a.cmp(&b))
    });
    closed.truncate(4 * case.sites + 20);
    'again: loop {
        let open = best.sites.clone();
        for &into in &closed {
            if open.contains(&into) {
                continue;
            }
            for &out in open.iter().filter(|&&out| !case.fixed[out as usize]) {
                if tries == 0 || budget.late() {
                    return;
                }
                tries -= 1;
                let was = best.cost;
                let mut sites: Vec<u32> = open.iter().copied().filter(|&site| site != out).collect();
                sites.push(into);
                sites.sort_unstable();
                if offer(best, case, &sites) < was {
                    continue 'again;
                }
            }
        }
        return;
    }
}

/// Decides every free candidate whose other state would raise the bound to `enough`; returns how many.
fn decide(case: &Capped, dual: &Dual, states: &mut [State], enough: f64) -> usize {
    let (worth, bound) = (&dual.best.worth, dual.best.bound);
    let mut inside = vec![false; case.candidates()];
    for &site in &dual.best.open {
        inside[site as usize] = true;
    }
    let free = || (0..states.len()).filter(|&site| states[site] == State::Free);
    let dearest =
        free().filter(|&site| inside[site]).map(|site| worth[site]).fold(f64::NEG_INFINITY, f64::max);
    let cheapest = free().filter(|&site| !inside[site]).map(|site| worth[site]).fold(f64::INFINITY, f64::min);
    let decided: Vec<(usize, State)> = free()
        .filter_map(|site| {
            if inside[site] {
                (bound + cheapest - worth[site] >= enough).then_some((site, State::Open))
            } else {
                (bound + worth[site] - dearest >= enough).then_some((site, State::Closed))
            }
        })
        .collect();
    for &(site, state) in &decided {
        states[site] = state;
    }
    decided.len()
}
