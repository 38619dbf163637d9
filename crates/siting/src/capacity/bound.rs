//! 容量界 The Lagrangian bound: every client may be served more or less than once, at a price; a site then takes the people who
//! pay it most until it is full.

use super::Capped;
use crate::dual::State;
use crate::problem::Budget;
use crate::tree::opened;

/// The relaxation at one set of prices.
#[derive(Clone, Debug, Default)]
pub(crate) struct Relaxed {
    pub bound: f64,
    /// What opening each candidate adds, 0 or less.
    pub worth: Vec<f64>,
    /// Candidates the relaxation opens, ascending.
    pub open: Vec<u32>,
    /// How often each client is served.
    uses: Vec<f64>,
}

/// Prices of a person by client, and what they prove.
#[derive(Clone, Debug)]
pub(crate) struct Dual {
    pub price: Vec<f64>,
    pub best: Relaxed,
    /// How often each candidate was open lately, 0 to 1.
    pub often: Vec<f64>,
}

/// Who would pay a site, most first when it cannot take all: gain of a person and client.
type Offers = Vec<Vec<(f64, u32)>>;

fn relax(case: &Capped, states: &[State], price: &[f64], offers: &mut Offers) -> Relaxed {
    offers.resize(case.candidates(), Vec::new());
    offers.iter_mut().for_each(Vec::clear);
    for (client, (&price, row)) in (0u32..).zip(price.iter().zip(&case.rows)) {
        for &(cost, site) in row {
            let gain = price - cost as f64;
            if gain <= 0.0 {
                break;
            }
            if states[site as usize] != State::Closed && case.people[client as usize] > 0 {
                offers[site as usize].push((gain, client));
            }
        }
    }
    let mut worth = vec![0.0f64; case.candidates()];
    for (site, offers) in offers.iter_mut().enumerate() {
        let people = |offers: &[(f64, u32)]| -> u64 {
            offers.iter().map(|&(_, client)| case.people[client as usize]).sum()
        };
        if case.room[site].is_some_and(|room| people(offers) > room) {
            offers.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        }
        let mut gained = 0.0;
        taken(case, site, offers, |_, gain, people| gained += gain * people as f64);
        worth[site] = -gained;
    }
    let open = opened(states, &worth, case.sites);
    let paid: f64 = price.iter().zip(&case.people).map(|(price, &people)| price * people as f64).sum();
    let mut uses = vec![0.0f64; case.people.len()];
    for &site in &open {
        taken(case, site as usize, &offers[site as usize], |client, _, people| {
            uses[client as usize] += people as f64 / case.people[client as usize] as f64;
        });
    }
    let bound = paid + open.iter().map(|&site| worth[site as usize]).sum::<f64>();
    Relaxed { bound, worth, open, uses }
}

/// The people a site takes of its offers, the last client in part.
fn taken(case: &Capped, site: usize, offers: &[(f64, u32)], mut each: impl FnMut(u32, f64, u64)) {
    let mut left = case.room[site].unwrap_or(u64::MAX);
    for &(gain, client) in offers {
        let people = case.people[client as usize].min(left);
        left -= people;
        if people > 0 {
            each(client, gain, people);
        }
    }
}

/// A lower bound at or above this proves that nothing is better than `best`; costs are whole.
pub(crate) fn enough(best: u128) -> f64 {
    let best = best as f64;
    best - 1.0 + 1e-6 + 1e-9 * best.max(1.0)
}

impl Dual {
    /// Prices to start from: what a person of each client pays at the second-cheapest candidate.
    pub(crate) fn new(case: &Capped, states: &[State]) -> Self {
        let second = |row: &Vec<(u64, u32)>| row.get(1).map_or(case.price, |&(cost, _)| cost) as f64;
        let price: Vec<f64> = case.rows.iter().map(second).collect();
        let best = relax(case, states, &price, &mut Vec::new());
        Self { price, best, often: vec![0.5; case.candidates()] }
    }

    /// Takes subgradient steps until the bound proves `upper`, the steps shrink to nothing or `steps` are done. Calls `seen`
    /// with the sites of each relaxation that raised the bound; it may return a smaller upper bound.
    pub(crate) fn raise(
        &mut self,
        case: &Capped,
        states: &[State],
        mut upper: u128,
        steps: u32,
        budget: &Budget<'_>,
        seen: &mut dyn FnMut(&[u32]) -> u128,
    ) -> u128 {
        let mut offers = Vec::new();
        let mut price = self.price.clone();
        self.best = relax(case, states, &price, &mut offers);
        let mut now = self.best.clone();
        let (mut scale, mut idle) = (1.5, 0u32);
        let mut direction = vec![0.0f64; case.people.len()];
        for step in 0..steps {
            if self.best.bound >= enough(upper) || scale < 1e-3 || (step % 8 == 0 && budget.late()) {
                break;
            }
            let mut norm = 0.0;
            for (client, direction) in direction.iter_mut().enumerate() {
                let mut lack = 1.0 - now.uses[client];
                // At the price of doing without, a client needs no site.
                if (lack > 0.0 && price[client] >= case.price as f64) || case.people[client] == 0 {
                    lack = 0.0;
                }
                *direction = 0.7 * *direction + 0.3 * lack;
                norm += *direction * *direction;
            }
            if norm == 0.0 {
                upper = upper.min(seen(&now.open));
                break;
            }
            let length =
                scale * (upper as f64 * 1.0005 - now.bound).max(1e-9 * (upper as f64).max(1.0)) / norm;
            for (client, &direction) in direction.iter().enumerate() {
                let least = case.rows[client].first().map_or(case.price, |&(cost, _)| cost) as f64;
                let moved = price[client] + length * direction / case.people[client].max(1) as f64;
                price[client] = moved.clamp(least, case.price as f64);
            }
            now = relax(case, states, &price, &mut offers);
            self.often.iter_mut().for_each(|often| *often *= 0.95);
            for &site in &now.open {
                self.often[site as usize] += 0.05;
            }
            if now.bound > self.best.bound {
                let real = now.bound > self.best.bound + 1e-7 * upper as f64;
                self.best = now.clone();
                self.price.copy_from_slice(&price);
                upper = upper.min(seen(&now.open));
                idle = if real { 0 } else { idle + 1 };
            } else {
                idle += 1;
            }
            if idle >= 15 {
                (idle, scale) = (0, scale * 0.6);
            }
        }
        upper
    }
}
