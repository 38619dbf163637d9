//! 分支定界 Branch and bound over the Lagrangian bound: candidates are opened or closed one by one, and those whose other
//! state is too dear are decided at once.

use crate::dual::{Dual, State};
use crate::instance::Instance;
use crate::problem::{Budget, Effort};
use crate::swap::Local;
use crate::tree::{Best, Node, Outcome};

/// Subgradient steps at the root and below.
const ROOT_STEPS: u32 = 2_000;
const NODE_STEPS: u32 = 150;

/// Relaxations improved by interchange at the root: as many as tables of so many costs.
const TRIED_CELLS: usize = 200_000_000;
/// Walks away from the best choice at the root, likewise.
const WANDERED_CELLS: usize = 200_000_000;

/// Keeps what an interchange came to when it is cheaper.
fn offer(best: &mut Best<f64>, instance: &Instance, local: &Local<'_>) {
    let sites = local.sites();
    let cost = instance.cost(&sites);
    best.keep(sites, cost);
}

/// The cheapest choice of sites.
pub(crate) fn solve(instance: &Instance, effort: &Effort<'_>) -> Outcome<f64> {
    below(instance, f64::INFINITY, effort)
}

/// A choice cheaper than `limit`: the cheapest, when there is one. Otherwise the cost of the outcome is the limit and
/// `proven` says that no choice is below it.
pub(crate) fn below(instance: &Instance, limit: f64, effort: &Effort<'_>) -> Outcome<f64> {
    let mut budget = Budget::new(effort);
    let states: Vec<State> =
        instance.fixed.iter().map(|&fixed| if fixed { State::Open } else { State::Free }).collect();
    let mut local = Local::new(instance, &fixed_sites(instance));
    local.fill();
    local.improve(&budget);
    let mut best = Best { sites: local.sites(), cost: limit };
    offer(&mut best, instance, &local);
    let dual = Dual::new(instance, &states);
    let mut stack =
        vec![Node { states, price: dual.price, often: dual.often, bound: f64::NEG_INFINITY, root: true }];
    let mut open_bound = f64::INFINITY;
    while let Some(node) = stack.pop() {
        if node.bound >= instance.enough(best.cost) {
            continue;
        }
        if !budget.take() && !node.root {
            open_bound = stack.iter().map(|node| node.bound).fold(node.bound, f64::min);
            break;
        }
        let root = node.root;
        for child in expand(instance, node, &mut best, &budget) {
            if root && budget.late() {
                open_bound = open_bound.min(child.bound);
            } else {
                stack.push(child);
            }
        }
    }
    let bound = instance.rounded(open_bound.min(best.cost));
    let proven = open_bound >= instance.enough(best.cost);
    Outcome { sites: best.sites, cost: best.cost, bound: bound.min(best.cost), proven }
}

fn fixed_sites(instance: &Instance) -> Vec<u32> {
    (0..instance.candidates as u32).filter(|&site| instance.fixed[site as usize]).collect()
}

/// Bounds a node, decides what the bound decides, and returns the two halves that are left, the likelier last.
fn expand(instance: &Instance, node: Node, best: &mut Best<f64>, budget: &Budget<'_>) -> Vec<Node> {
    let Node { mut states, price, often, root, bound } = node;
    let mut dual = Dual { price, often, ..Dual::new(instance, &states) };
    let steps = if root { ROOT_STEPS } else { NODE_STEPS };
    // Interchange costs more than a step of the bound: the longer that takes, the rarer it is tried.
    let (mut calls, mut next, mut tried) = (0usize, 0usize, 0usize);
    let tries = 3 + TRIED_CELLS / instance.rows.len().max(1);
    let mut rounds = 0;
    loop {
        let mut seen = |sites: &[u32]| {
            // A relaxation is improved by interchange at the root and where it is the best so far.
            let cost = instance.cost(sites);
            calls += 1;
            let promising = root && calls >= next && tried < tries && cost < best.cost * 1.05;
            if cost < best.cost || promising {
                let mut local = Local::new(instance, sites);
                local.fill();
                local.improve(budget);
                offer(best, instance, &local);
                tried += 1;
                next = calls + 1 + calls / 8;
            }
            best.cost
        };
        dual.raise(instance, &states, seen(&dual.best.open.clone()), steps, budget, &mut seen);
        if root && rounds == 0 && dual.best.bound < instance.enough(best.cost) {
            wander(instance, &states, &dual, best, budget);
        }
        let enough = instance.enough(best.cost);
        if dual.best.bound >= enough {
            return Vec::new();
        }
        let decided = decide(instance, &dual, &mut states, enough);
        let (free, open) = count(&states);
        if open > instance.sites || open + free < instance.sites {
            return Vec::new();
        }
        if free == 0 || open == instance.sites || open + free == instance.sites {
            let sites: Vec<u32> = (0u32..)
                .zip(&states)
                .filter(|&(_, &state)| {
                    state == State::Open || (state == State::Free && open < instance.sites)
                })
                .map(|(site, _)| site)
                .collect();
            offer(best, instance, &Local::new(instance, &sites));
            return Vec::new();
        }
        rounds += 1;
        if decided * 10 < free || rounds > 5 || budget.late() {
            break;
        }
    }
    let undecided = (0..states.len()).filter(|&site| states[site] == State::Free);
    let doubt = |site: usize| dual.often[site].min(1.0 - dual.often[site]);
    let key = |&site: &usize| (doubt(site), -dual.best.worth[site]);
    let Some(site) = undecided.reduce(|a, b| {
        let (x, y) = (key(&a), key(&b));
        if y.0.total_cmp(&x.0).then(y.1.total_cmp(&x.1)).is_gt() { b } else { a }
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

/// Leaves the best choice by some random exchanges and climbs from there, farther each time nothing better is found (Hansen &
/// Mladenović 1997). The sites exchanged are those the relaxation keeps opening; the draw is the same every time.
fn wander(instance: &Instance, states: &[State], dual: &Dual, best: &mut Best<f64>, budget: &Budget<'_>) {
    let worth = |&site: &usize| states[site] != State::Closed && dual.often[site] > 0.001;
    let core: Vec<u32> = (0..states.len()).filter(worth).map(|site| site as u32).collect();
    if core.is_empty() {
        return;
    }
    let mut draw = Draw(1);
    let (mut home, mut size) = (Local::new(instance, &best.sites), 2);
    let mut cost = home.cost();
    for _ in 0..(WANDERED_CELLS / instance.rows.len().max(1)).clamp(3, 400) {
        if budget.late() || dual.best.bound >= instance.enough(best.cost) {
            return;
        }
        let open = home.sites();
        let pairs: Vec<(u32, u32)> =
            (0..size).map(|_| (core[draw.below(core.len())], open[draw.below(open.len())])).collect();
        let mut tried = home.clone();
        tried.shake(&pairs);
        tried.improve(budget);
        if tried.cost() < cost {
            (cost, size) = (tried.cost(), 2);
            home = tried;
            offer(best, instance, &home);
        } else {
            size = if size >= 24 { 2 } else { size + 1 };
        }
    }
}

/// The same numbers every time (Knuth's linear congruence).
struct Draw(u64);

impl Draw {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) % limit as u64) as usize
    }
}

fn count(states: &[State]) -> (usize, usize) {
    let of = |wanted: State| states.iter().filter(|&&state| state == wanted).count();
    (of(State::Free), of(State::Open))
}

/// Decides every free candidate whose other state would raise the bound to `enough`; returns how many.
fn decide(instance: &Instance, dual: &Dual, states: &mut [State], enough: f64) -> usize {
    let (worth, bound) = (&dual.best.worth, dual.best.bound);
    let mut inside = vec![false; instance.candidates];
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
