//! The one form p-median and MCLP are solved in: every client pays what its nearest open site costs, or a price of
//! its own when no open site is cheaper.

use std::cmp::Ordering;

/// A sparse p-median problem with outside prices.
#[derive(Clone, Debug)]
pub(crate) struct Instance {
    pub clients: usize,
    pub candidates: usize,
    /// Sites to open, the fixed ones included.
    pub sites: usize,
    pub fixed: Vec<bool>,
    /// What a client pays without a cheaper site.
    pub price: Vec<f64>,
    /// Candidates cheaper than the price by client, cheapest first: offsets and `(cost, candidate)`.
    pub row_first: Vec<u32>,
    pub rows: Vec<(f64, u32)>,
    /// The same by candidate: offsets and `(client, cost)`.
    pub column_first: Vec<u32>,
    pub columns: Vec<(u32, f64)>,
    /// Whether all costs are whole numbers, so that objectives are too.
    pub whole: bool,
}

impl Instance {
    /// From the candidates of each client that may be cheaper than its price. Costs paid at fixed sites are prices.
    pub(crate) fn new(
        candidates: usize,
        sites: usize,
        fixed: &[u32],
        mut price: Vec<f64>,
        costs: impl Fn(usize, usize) -> f64,
    ) -> Self {
        let clients = price.len();
        let mut is_fixed = vec![false; candidates];
        for &site in fixed {
            is_fixed[site as usize] = true;
        }
        let (mut row_first, mut rows) = (vec![0u32], Vec::new());
        for (client, price) in price.iter_mut().enumerate() {
            for &site in fixed {
                *price = price.min(costs(client, site as usize));
            }
            let start = rows.len();
            for candidate in 0..candidates {
                let cost = costs(client, candidate);
                if cost < *price {
                    rows.push((cost, candidate as u32));
                }
            }
            rows[start..].sort_unstable_by(by_cost);
            row_first.push(rows.len() as u32);
        }
        let mut column_first = vec![0u32; candidates + 1];
        for &(_, candidate) in &rows {
            column_first[candidate as usize + 1] += 1;
        }
        for i in 0..candidates {
            column_first[i + 1] += column_first[i];
        }
        let mut next = column_first.clone();
        let mut columns = vec![(0u32, 0.0f64); rows.len()];
        for client in 0..clients {
            for &(cost, candidate) in &rows[row_first[client] as usize..row_first[client + 1] as usize] {
                let slot = &mut next[candidate as usize];
                columns[*slot as usize] = (client as u32, cost);
                *slot += 1;
            }
        }
        let is_whole = |cost: &f64| cost.fract() == 0.0 && cost.abs() < 1e12;
        let whole = price.iter().all(is_whole) && rows.iter().all(|(cost, _)| is_whole(cost));
        Self {
            clients,
            candidates,
            sites,
            fixed: is_fixed,
            price,
            row_first,
            rows,
            column_first,
            columns,
            whole,
        }
    }

    pub(crate) fn row(&self, client: usize) -> &[(f64, u32)] {
        &self.rows[self.row_first[client] as usize..self.row_first[client + 1] as usize]
    }

    pub(crate) fn column(&self, candidate: usize) -> &[(u32, f64)] {
        &self.columns[self.column_first[candidate] as usize..self.column_first[candidate + 1] as usize]
    }

    /// What all clients pay with these sites open.
    pub(crate) fn cost(&self, open: &[u32]) -> f64 {
        let mut paid = self.price.clone();
        for &site in open {
            for &(client, cost) in self.column(site as usize) {
                let slot = &mut paid[client as usize];
                *slot = slot.min(cost);
            }
        }
        paid.iter().sum()
    }

    /// A lower bound at or above this proves that nothing is better than `best`.
    pub(crate) fn enough(&self, best: f64) -> f64 {
        let dust = 1e-9 * best.abs().max(1.0);
        if self.whole { best - 1.0 + 1e-6 + dust } else { best - dust }
    }

    /// The best bound a floating-point bound stands for.
    pub(crate) fn rounded(&self, bound: f64) -> f64 {
        if self.whole { (bound - 1e-6 - 1e-9 * bound.abs()).ceil() } else { bound }
    }
}

fn by_cost(x: &(f64, u32), y: &(f64, u32)) -> Ordering {
    x.0.total_cmp(&y.0).then(x.1.cmp(&y.1))
}
