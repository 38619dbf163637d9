//! 容量 The same models when a station can take only so many: LSCP, MCLP, p-median and p-center with room at every site.
//!
//! People of one client may be shared between sites. Given the sites, they are shared out exactly (transportation); which sites,
//! is found by branch and bound over a Lagrangian bound whose sites fill up like knapsacks (Geoffrion & McBride 1978), so every
//! answer carries a bound that holds.

mod bound;
mod center;
mod models;
mod search;
#[cfg(test)]
mod tests;

pub use models::solve_with_room;

use crate::Answer;
use lifang_network::{Choice, Group, Transport, transport};
use serde::{Deserialize, Serialize};

/// 容量结果 The sites chosen and who goes where.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RoomAnswer {
    /// Sites, objective, bound, proof. `unserved` lists the clients some of whose people no site takes.
    pub answer: Answer,
    /// By client the sites that take its people, ascending, and how many each.
    pub shares: Vec<Vec<(u32, u64)>>,
    /// By client how many no site takes.
    pub left: Vec<u64>,
    /// By candidate how many it takes; 0 where it is not chosen.
    pub load: Vec<u64>,
}

/// What is to be solved: every client pays for each of its people what the site that takes it costs, or the price of doing without.
#[derive(Clone, Debug)]
pub(crate) struct Capped {
    pub people: Vec<u64>,
    /// What doing without costs a person.
    pub price: u64,
    /// By client `(cost of a person, candidate)`, cheapest first, none dearer than the price.
    pub rows: Vec<Vec<(u64, u32)>>,
    /// Room of each candidate; `None` without limit.
    pub room: Vec<Option<u64>>,
    pub fixed: Vec<bool>,
    /// Sites to open, the fixed ones included.
    pub sites: usize,
}

impl Capped {
    pub(crate) fn candidates(&self) -> usize {
        self.room.len()
    }

    /// How people are shared out over some open sites, exactly.
    pub(crate) fn share(&self, open: &[u32]) -> Transport {
        let mut place = vec![None; self.candidates()];
        for (number, &site) in (0u32..).zip(open) {
            place[site as usize] = Some(number);
        }
        let groups: Vec<Group> = self
            .people
            .iter()
            .zip(&self.rows)
            .map(|(&people, row)| Group {
                people,
                price: self.price,
                choices: row
                    .iter()
                    .filter_map(|&(cost, site)| Some(Choice { cost, place: place[site as usize]? }))
                    .collect(),
            })
            .collect();
        let limits: Vec<Option<u64>> = open.iter().map(|&site| self.room[site as usize]).collect();
        transport(&groups, &limits)
    }

    /// What all pay with these sites open.
    pub(crate) fn cost(&self, open: &[u32]) -> u128 {
        self.share(open).cost
    }
}
