//! 搜索树 What both branch and bound searches are made of, whatever costs are counted in.

use crate::dual::State;

/// What a search ends with; where nothing below its limit was found, `cost` is the limit.
pub(crate) struct Outcome<C> {
    pub sites: Vec<u32>,
    pub cost: C,
    pub bound: C,
    pub proven: bool,
}

/// A half of the choices still to be looked into.
pub(crate) struct Node {
    pub states: Vec<State>,
    pub price: Vec<f64>,
    pub often: Vec<f64>,
    pub bound: f64,
    pub root: bool,
}

/// The cheapest choice so far.
pub(crate) struct Best<C> {
    pub sites: Vec<u32>,
    pub cost: C,
}

impl<C: PartialOrd> Best<C> {
    /// Keeps a choice that is cheaper.
    pub(crate) fn keep(&mut self, sites: Vec<u32>, cost: C) {
        if cost < self.cost {
            (self.sites, self.cost) = (sites, cost);
        }
    }
}

/// The sites a relaxation opens, ascending: those that are open, and of the free ones as many as are wanted still, those worth most
/// (`worth` is what opening one adds to the cost, 0 or less).
pub(crate) fn opened(states: &[State], worth: &[f64], sites: usize) -> Vec<u32> {
    let (mut open, mut free) = (Vec::with_capacity(sites), Vec::with_capacity(states.len()));
    for (site, state) in (0u32..).zip(states) {
        match state {
            State::Open => open.push(site),
            State::Free => free.push(site),
            State::Closed => {}
        }
    }
    let more = sites.saturating_sub(open.len()).min(free.len());
    let order = |a: &u32, b: &u32| worth[*a as usize].total_cmp(&worth[*b as usize]).then(a.cmp(b));
    if more > 0 && more < free.len() {
        free.select_nth_unstable_by(more - 1, order);
    }
    open.extend(&free[..more]);
    open.sort_unstable();
    open
}
