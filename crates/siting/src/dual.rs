//! 拉格朗日界 The Lagrangian bound: every client may use several sites or none, at a price (Cornuéjols, Fisher & Nemhauser
//! 1977), raised by subgradient steps.

use crate::instance::Instance;
use crate::problem::Budget;
use crate::tree::opened;

/// What is decided about a candidate at a node of the search tree.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum State {
    Free,
    Open,
    Closed,
}

/// The relaxation at one set of prices.
#[derive(Clone, Debug)]
pub(crate) struct Relaxed {
    pub bound: f64,
    /// What opening each candidate adds, 0 or less.
    pub worth: Vec<f64>,
    /// Candidates the relaxation opens, ascending.
    pub open: Vec<u32>,
}

/// Prices and what they prove.
#[derive(Clone, Debug)]
pub(crate) struct Dual {
    pub price: Vec<f64>,
    pub best: Relaxed,
    /// How often each candidate was open lately, 0 to 1.
    pub often: Vec<f64>,
}

fn relax(instance: &Instance, states: &[State], price: &[f64]) -> Relaxed {
    let mut worth = vec![0.0f64; instance.candidates];
    for (client, &price) in price.iter().enumerate() {
        for &(cost, candidate) in instance.row(client) {
            if cost >= price {
                break;
            }
            worth[candidate as usize] += cost - price;
        }
    }
    let open = opened(states, &worth, instance.sites);
    let bound = price.iter().sum::<f64>() + open.iter().map(|&site| worth[site as usize]).sum::<f64>();
    Relaxed { bound, worth, open }
}

impl Dual {
    /// Prices to start from: what each client pays at its second-cheapest candidate.
    pub(crate) fn new(instance: &Instance, states: &[State]) -> Self {
        let price: Vec<f64> = (0..instance.clients)
            .map(|client| instance.row(client).get(1).map_or(instance.price[client], |&(cost, _)| cost))
            .collect();
        let best = relax(instance, states, &price);
        Self { price, best, often: vec![0.5; instance.candidates] }
    }

    /// Takes subgradient steps until the bound proves `upper`, the steps shrink to nothing or `steps` are done. Calls
    /// `seen` with the sites of each relaxation that raised the bound; it may return a smaller upper bound.
    pub(crate) fn raise(
        &mut self,
        instance: &Instance,
        states: &[State],
        mut upper: f64,
        steps: u32,
        budget: &Budget<'_>,
        seen: &mut dyn FnMut(&[u32]) -> f64,
    ) -> f64 {
        let mut price = self.price.clone();
        self.best = relax(instance, states, &price);
        let mut now = self.best.clone();
        let (mut scale, mut idle) = (1.5, 0u32);
        let mut uses = vec![0i32; instance.clients];
        let mut direction = vec![0.0f64; instance.clients];
        for step in 0..steps {
            if self.best.bound >= instance.enough(upper) || scale < 1e-3 || (step % 16 == 0 && budget.late())
            {
                break;
            }
            uses.fill(1);
            for &site in &now.open {
                for &(client, cost) in instance.column(site as usize) {
                    if cost < price[client as usize] {
                        uses[client as usize] -= 1;
                    }
                }
            }
            let (mut exact, mut norm) = (true, 0.0);
            for (client, (uses, direction)) in uses.iter_mut().zip(&mut direction).enumerate() {
                // At its outside price a client needs no site.
                if *uses > 0 && price[client] >= instance.price[client] {
                    *uses = 0;
                }
                exact &= *uses == 0;
                *direction = 0.7 * *direction + 0.3 * f64::from(*uses);
                norm += *direction * *direction;
            }
            if exact || norm == 0.0 {
                upper = upper.min(seen(&now.open));
                break;
            }
            let length = scale * (upper * 1.0005 - now.bound).max(1e-9 * upper.abs().max(1.0)) / norm;
            for (client, &direction) in direction.iter().enumerate() {
                let least = instance.row(client).first().map_or(instance.price[client], |&(cost, _)| cost);
                let moved = price[client] + length * direction;
                price[client] = moved.clamp(least, instance.price[client]);
            }
            now = relax(instance, states, &price);
            for often in &mut self.often {
                *often *= 0.95;
            }
            for &site in &now.open {
                self.often[site as usize] += 0.05;
            }
            if now.bound > self.best.bound {
                let real = now.bound > self.best.bound + 1e-7 * upper.abs();
                self.best = now.clone();
                self.price.copy_from_slice(&price);
                upper = upper.min(seen(&now.open));
                idle = if real { 0 } else { idle + 1 };
            } else {
                idle += 1;
            }
            if idle >= 15 {
                idle = 0;
                scale *= 0.6;
            }
        }
        upper
    }
}
