//! 交换 Greedy opening and the interchange of one open and one closed site (Resende & Werneck 2007), to a local optimum.

use crate::instance::Instance;

/// The outside price, which nobody can close.
const OUTSIDE: u32 = u32::MAX;

/// Open sites with each client's two cheapest.
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

    fn assign(&mut self) {
        let instance = self.instance;
        self.first = instance.price.iter().map(|&price| (price, OUTSIDE)).collect();
        self.second = instance.price.clone();
        for site in (0..self.open.len()).filter(|&site| self.open[site]) {
            for &(client, cost) in instance.column(site) {
                let (first, second) = (&mut self.first[client as usize], &mut self.second[client as usize]);
                if cost < first.0 {
                    *second = first.0;
                    *first = (cost, site as u32);
                } else if cost < *second {
                    *second = cost;
                }
            }
        }
    }

    /// What opening a site saves.
    fn gain(&self, site: usize) -> f64 {
        let saves = |&(client, cost): &(u32, f64)| (self.first[client as usize].0 - cost).max(0.0);
        self.instance.column(site).iter().map(saves).sum()
    }

    /// Opens the site that saves most until enough are open.
    pub(crate) fn fill(&mut self) {
        let mut count = self.open.iter().filter(|&&open| open).count();
        while count < self.instance.sites {
            let closed = (0..self.open.len()).filter(|&site| !self.open[site]);
            let most = closed
                .map(|site| (self.gain(site), site))
                .reduce(|best, next| if next.0 > best.0 { next } else { best });
            let Some((_, site)) = most else { return };
            self.open[site] = true;
            count += 1;
            self.assign();
        }
    }

    /// Makes the best interchange until none helps. Fixed sites stay.
    pub(crate) fn improve(&mut self) {
        let instance = self.instance;
        let mut extra = vec![0.0f64; instance.candidates];
        let mut touched: Vec<u32> = Vec::new();
        let dust = 1e-9 * instance.price.iter().sum::<f64>().max(1.0);
        loop {
            let mut loss = vec![0.0f64; instance.candidates];
            for (first, second) in self.first.iter().zip(&self.second) {
                if first.1 != OUTSIDE {
                    loss[first.1 as usize] += second - first.0;
                }
            }
            let may_close = |site: usize| self.open[site] && !instance.fixed[site];
            let by_loss = (0..instance.candidates).filter(|&site| may_close(site));
            let Some(cheapest) = by_loss.reduce(|a, b| if loss[b] < loss[a] { b } else { a }) else { return };
            let mut best = (dust, None);
            for site in (0..instance.candidates).filter(|&site| !self.open[site]) {
                let mut gain = 0.0;
                for &(client, cost) in instance.column(site) {
                    let ((near, nearest), second) =
                        (self.first[client as usize], self.second[client as usize]);
                    if cost < near {
                        gain += near - cost;
                    }
                    if nearest != OUTSIDE && cost < second {
                        if extra[nearest as usize] == 0.0 {
                            touched.push(nearest);
                        }
                        extra[nearest as usize] += second - cost.max(near);
                    }
                }
                let mut offer = |out: usize, profit: f64| {
                    if profit > best.0 {
                        best = (profit, Some((site, out)));
                    }
                };
                offer(cheapest, gain - loss[cheapest] + extra[cheapest]);
                for out in touched.drain(..) {
                    let out = out as usize;
                    if may_close(out) {
                        offer(out, gain - loss[out] + extra[out]);
                    }
                    extra[out] = 0.0;
                }
            }
            let (_, Some((site, out))) = best else { return };
            self.open[site] = true;
            self.open[out] = false;
            self.assign();
        }
    }
}
