//! 交换 Greedy opening and the interchange of one open and one closed site (Resende & Werneck 2007), to a local optimum.

use crate::instance::Instance;
use crate::problem::Budget;
use std::cmp::Ordering;
use std::collections::BinaryHeap;

/// The outside price, which nobody can close.
const OUTSIDE: u32 = u32::MAX;

/// What a closed site would have saved when so many were open.
struct Saves {
    gain: f64,
    site: usize,
    round: usize,
}

impl Ord for Saves {
    fn cmp(&self, other: &Self) -> Ordering {
        self.gain.total_cmp(&other.gain).then(other.site.cmp(&self.site))
    }
}

impl PartialOrd for Saves {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Saves {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Saves {}

/// Open sites with each client's two cheapest.
#[derive(Clone)]
pub(crate) struct Local<'a> {
    instance: &'a Instance,
    open: Vec<bool>,
    first: Vec<(f64, u32)>,
    second: Vec<f64>,
}

impl<'a> Local<'a> {
    pub(crate) fn new(instance: &'a Instance, sites: &[u32]) -> Self {
        let mut open = vec![false; instance.candidates];
        for &site in sites {
            open[site as usize] = true;
        }
        let mut local = Self { instance, open, first: Vec::new(), second: Vec::new() };
        local.assign();
        local
    }

    pub(crate) fn sites(&self) -> Vec<u32> {
        (0..self.open.len() as u32).filter(|&site| self.open[site as usize]).collect()
    }

    /// What all clients pay.
    pub(crate) fn cost(&self) -> f64 {
        self.first.iter().map(|first| first.0).sum()
    }

    fn assign(&mut self) {
        let instance = self.instance;
        self.first = instance.price.iter().map(|&price| (price, OUTSIDE)).collect();
        self.second = instance.price.clone();
        let count = self.open.iter().filter(|&&open| open).count();
        if count * count <= 2 * instance.candidates {
            for site in 0..self.open.len() {
                if self.open[site] {
                    self.serve(site);
                }
            }
            return;
        }
        // With many open sites the two cheapest come early in a client's own list.
        for (client, (first, second)) in self.first.iter_mut().zip(&mut self.second).enumerate() {
            let mut open = instance.row(client).iter().filter(|&&(_, site)| self.open[site as usize]);
            if let Some(&nearest) = open.next() {
                *second = open.next().map_or(first.0, |next| next.0);
                *first = nearest;
            }
        }
    }

    /// Counts a site just opened.
    fn serve(&mut self, site: usize) {
        for &(client, cost) in self.instance.column(site) {
            let (first, second) = (&mut self.first[client as usize], &mut self.second[client as usize]);
            if cost < first.0 {
                *second = first.0;
                *first = (cost, site as u32);
            } else if cost < *second {
                *second = cost;
            }
        }
    }

    /// What opening a site saves.
    fn gain(&self, site: usize) -> f64 {
        let saves = |&(client, cost): &(u32, f64)| (self.first[client as usize].0 - cost).max(0.0);
        self.instance.column(site).iter().map(saves).sum()
    }

    /// Opens the site that saves most until enough are open; of equal ones the lowest. What a site saves only falls as others
    /// open, so one that is still best when counted anew is best of all (Minoux 1978).
    pub(crate) fn fill(&mut self) {
        let mut count = self.open.iter().filter(|&&open| open).count();
        if count >= self.instance.sites {
            return;
        }
        let closed = (0..self.open.len()).filter(|&site| !self.open[site]);
        let mut queue: BinaryHeap<Saves> =
            closed.map(|site| Saves { gain: self.gain(site), site, round: count }).collect();
        while count < self.instance.sites {
            let Some(mut top) = queue.pop() else { return };
            if top.round < count {
                top.gain = self.gain(top.site);
                top.round = count;
                queue.push(top);
                continue;
            }
            self.open[top.site] = true;
            count += 1;
            self.serve(top.site);
        }
    }

    /// Exchanges sites without asking what it costs, to leave a local optimum: `pairs` of `(closed, open)`.
    pub(crate) fn shake(&mut self, pairs: &[(u32, u32)]) {
        for &(into, out) in pairs {
            if !self.open[into as usize] && self.open[out as usize] && !self.instance.fixed[out as usize] {
                self.open[into as usize] = true;
                self.open[out as usize] = false;
            }
        }
        self.assign();
    }

    /// Makes the best interchange until none helps or the time is up. Fixed sites stay.
    pub(crate) fn improve(&mut self, budget: &Budget<'_>) {
        let instance = self.instance;
        let dust = 1e-9 * instance.price.iter().sum::<f64>().max(1.0);
        let mut table = Table::default();
        while !budget.late() {
            let Some((site, out)) = table.best(self, dust) else { return };
            self.open[site] = true;
            self.open[out] = false;
            self.assign();
        }
    }
}

/// What each interchange would bring, in memory used from one to the next.
#[derive(Default)]
struct Table {
    /// What opening a site saves.
    gain: Vec<f64>,
    /// What closing a site costs.
    loss: Vec<f64>,
    /// Place of an open site in its row of `extra`.
    place: Vec<u32>,
    /// By closed site and place of the open one: what they do together beyond the two alone.
    extra: Vec<f64>,
    /// Entries of `extra` that are not 0.
    touched: Vec<(u32, u32)>,
}

impl Table {
    /// The interchange that saves most, more than `dust`; of equal ones the first.
    fn best(&mut self, local: &Local<'_>, dust: f64) -> Option<(usize, usize)> {
        let instance = local.instance;
        let may_close = |site: usize| local.open[site] && !instance.fixed[site];
        self.gain.clear();
        self.gain.resize(instance.candidates, 0.0);
        self.loss.clear();
        self.loss.resize(instance.candidates, 0.0);
        self.place.resize(instance.candidates, 0);
        let mut count = 0;
        for (place, &open) in self.place.iter_mut().zip(&local.open) {
            *place = count;
            count += u32::from(open);
        }
        let width = count as usize;
        for (site, place) in self.touched.drain(..) {
            self.extra[site as usize * width + place as usize] = 0.0;
        }
        self.extra.resize(instance.candidates * width, 0.0);
        for (client, (&(near, nearest), &second)) in local.first.iter().zip(&local.second).enumerate() {
            if nearest != OUTSIDE {
                self.loss[nearest as usize] += second - near;
            }
            for &(cost, site) in instance.row(client) {
                if cost >= second {
                    break;
                }
                if cost < near {
                    self.gain[site as usize] += near - cost;
                }
                if nearest != OUTSIDE && !local.open[site as usize] {
                    let place = self.place[nearest as usize];
                    let slot = &mut self.extra[site as usize * width + place as usize];
                    if *slot == 0.0 {
                        self.touched.push((site, place));
                    }
                    *slot += second - cost.max(near);
                }
            }
        }
        let open: Vec<usize> = (0..instance.candidates).filter(|&site| local.open[site]).collect();
        let cheapest = open
            .iter()
            .copied()
            .filter(|&site| may_close(site))
            .reduce(|a, b| if self.loss[b] < self.loss[a] { b } else { a })?;
        let mut best = (dust, usize::MAX, usize::MAX);
        let mut offer = |profit: f64, site: usize, out: usize| {
            if profit > best.0 || (profit == best.0 && (site, out) < (best.1, best.2)) {
                best = (profit, site, out);
            }
        };
        for site in (0..instance.candidates).filter(|&site| !local.open[site]) {
            let together = self.extra[site * width + self.place[cheapest] as usize];
            offer(self.gain[site] - self.loss[cheapest] + together, site, cheapest);
        }
        for &(site, place) in &self.touched {
            let (site, out) = (site as usize, open[place as usize]);
            if may_close(out) {
                let together = self.extra[site * width + place as usize];
                offer(self.gain[site] - self.loss[out] + together, site, out);
            }
        }
        (best.1 != usize::MAX).then_some((best.1, best.2))
    }
}
