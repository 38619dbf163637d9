//! 组合需求与评分 Several services together: which homes have all they need, and how well a home is served by a mix.
//!
//! Three things are never confused: a service that is too far or cannot be reached counts nothing; one nobody has data about,
//! or a home no street is near enough to, is unknown and widens the score into a range.

use crate::access::{Ways, open_of};
use crate::category::measure;
use crate::coverage::{Reach, round9};
use lifang_model::{FacilityIdx, MixItem, NeedPart, Profile, Territory};
use lifang_network::costs;
use rayon::prelude::*;

/// 邻近 How near the nearest of some services is to every atom.
#[derive(Clone, Debug, PartialEq)]
pub struct Nearness {
    /// Whether the data name any facility of these services, open or closed. Without one nothing is known of them.
    pub data: bool,
    /// Open facilities.
    pub open: u32,
    /// How far each atom is.
    pub reach: Vec<Reach>,
}

impl Nearness {
    /// How far an atom is; `None` when nobody knows.
    #[must_use]
    pub fn known(&self, atom: usize) -> Option<Reach> {
        match self.reach.get(atom) {
            Some(Reach::Unsnapped) | None => None,
            Some(&reach) => self.data.then_some(reach),
        }
    }
}

/// 满足 Whether a need is met.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Met {
    /// All parts are.
    Yes,
    /// Some part is known not to be.
    No,
    /// No part is known not to be, and some part is not known at all.
    Unknown,
}

/// 评分 The score of one atom, 0 to 100.
#[derive(Copy, Clone, Debug, Default, PartialEq)]
pub struct Score {
    /// By the items that are known; `None` when none is.
    pub score: Option<f64>,
    /// If all unknown items counted nothing.
    pub low: f64,
    /// If all unknown items counted whole.
    pub high: f64,
}

impl Ways {
    /// 邻近 How near the nearest open facility of some categories is to every atom, up to a cut-off.
    #[must_use]
    pub fn nearness(
        &self,
        territory: &Territory,
        services: &[String],
        profile: &Profile,
        cutoff_mm: u32,
    ) -> Nearness {
        let costs = costs(&self.graph, profile);
        let data = territory.facilities.iter().any(|facility| services.contains(&facility.category));
        let mut open: Vec<FacilityIdx> = services.iter().flat_map(|key| open_of(territory, key)).collect();
        open.sort_unstable();
        open.dedup();
        let straight = vec![None; self.doors.len()];
        let doors = measure(self, territory, &open, &straight, &costs, cutoff_mm);
        let reach = |&door: &u32| match doors[door as usize].walk {
            Some((mm, _)) => Reach::Known(mm),
            None if self.leads_nowhere(door) => Reach::Unsnapped,
            None => Reach::Beyond,
        };
        Nearness { data, open: open.len() as u32, reach: self.door_of.iter().map(reach).collect() }
    }

    /// The same for several groups of services, each with its cut-off, in parallel.
    #[must_use]
    pub fn nearnesses(
        &self,
        territory: &Territory,
        groups: &[(&[String], u32)],
        profile: &Profile,
    ) -> Vec<Nearness> {
        let one =
            |&(services, cutoff): &(&[String], u32)| self.nearness(territory, services, profile, cutoff);
        groups.par_iter().map(one).collect()
    }
}

/// Metres on the lattice; nothing for what is no distance.
fn mm(metres: f64) -> u32 {
    (metres * 1000.0).round().clamp(0.0, 1e9) as u32
}

/// 分项满足 Whether one part of a need is met at an atom.
#[must_use]
pub fn part_met(part: &NeedPart, near: &Nearness, atom: usize) -> Met {
    match near.known(atom) {
        None => Met::Unknown,
        Some(Reach::Known(far)) if far <= mm(part.within_m) => Met::Yes,
        Some(_) => Met::No,
    }
}

/// 需求满足 Whether all parts of a need are met at an atom; `near` has one entry a part.
#[must_use]
pub fn met(parts: &[NeedPart], near: &[Nearness], atom: usize) -> Met {
    let each = || parts.iter().zip(near).map(|(part, near)| part_met(part, near, atom));
    if each().any(|met| met == Met::No) {
        Met::No
    } else if each().any(|met| met == Met::Unknown) {
        Met::Unknown
    } else {
        Met::Yes
    }
}

/// 分项得分 What one item counts at an atom, 0 to 1; `None` when nobody knows.
#[must_use]
pub fn points(item: &MixItem, near: &Nearness, atom: usize) -> Option<f64> {
    Some(match near.known(atom)? {
        Reach::Known(far) => {
            let (full, zero) = (f64::from(mm(item.full_m)), f64::from(mm(item.zero_m)));
            let far = f64::from(far);
            if far <= full {
                1.0
            } else if far >= zero {
                0.0
            } else {
                (zero - far) / (zero - full)
            }
        }
        Reach::Beyond | Reach::Unsnapped => 0.0,
    })
}

/// 评分 The score of an atom; `near` has one entry an item.
#[must_use]
pub fn score(items: &[MixItem], near: &[Nearness], atom: usize) -> Score {
    let (mut points_sum, mut known, mut all) = (0.0, 0.0, 0.0);
    for (item, near) in items.iter().zip(near) {
        all += item.weight;
        if let Some(points) = points(item, near, atom) {
            known += item.weight;
            points_sum += item.weight * points;
        }
    }
    if all <= 0.0 {
        return Score::default();
    }
    let percent = |part: f64, whole: f64| round9(100.0 * part / whole);
    Score {
        score: (known > 0.0).then(|| percent(points_sum, known)),
        low: percent(points_sum, all),
        high: percent(points_sum + all - known, all),
    }
}
