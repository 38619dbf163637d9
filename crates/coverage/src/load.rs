//! 负载 How many people each station has to serve, against what it can take; and who finds every station in reach full.

use crate::access::Ways;
use crate::coverage::{Coverage, round9, tier_mm};
use lifang_model::{Atom, Demand, FacilityIdx, Profile, Territory, Who};
use lifang_network::{Choice, Group, transport};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// 站点负载 One open station and the people it is nearest to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StationLoad {
    /// The station.
    pub facility: FacilityIdx,
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: Option<String>,
    /// People within the tier to whom no station is nearer.
    pub within: Demand,
    /// Those of them it is for.
    pub people: u32,
    /// People it can serve; `None` when unknown.
    pub capacity: Option<u32>,
    /// People over capacity, 0 to 1 and more; `None` where the capacity is unknown or 0.
    pub ratio: Option<f64>,
    /// Floor area, m2; `None` when unknown.
    pub area_m2: Option<f64>,
}

/// 类别负载 All open stations of a category.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CategoryLoad {
    /// Key of the category.
    pub category: String,
    /// Key of the profile.
    pub profile: String,
    /// Key of the tier.
    pub tier: String,
    /// Whom the category is for.
    pub who: Who,
    /// All of them, within the tier or not.
    pub people: u32,
    /// People for each open station; `None` without a station.
    pub people_per_station: Option<f64>,
    /// Stations whose capacity is known, and what they can take together.
    pub capacity: (u32, u64),
    /// Stations whose floor area is known, and m2 of it for every 1,000 people; `None` where none is known or nobody is there.
    pub m2_per_1000: (u32, Option<f64>),
    /// Stations nearest to more people within the tier than they can take.
    pub overfull: u32,
    /// The stations, in the order of the territory.
    pub stations: Vec<StationLoad>,
}

impl Coverage {
    /// 负载 How many people within a tier each open station of a category is nearest to; `None` when category, profile or tier
    /// is not there. The territory and the atoms must be those of the coverage.
    #[must_use]
    pub fn load(
        &self,
        territory: &Territory,
        atoms: &[Atom],
        (category, profile, tier): (&str, &str, &str),
        who: Who,
    ) -> Option<CategoryLoad> {
        let entry = self.category(category, profile)?;
        let limit = self.tiers.tiers.iter().find(|entry| entry.key == tier).and_then(tier_mm)?;
        let mut within: BTreeMap<FacilityIdx, Demand> = BTreeMap::new();
        for ((mm, nearest), atom) in entry.distance_mm.iter().zip(&entry.nearest).zip(atoms) {
            if let (Some(facility), true) = (nearest, mm.is_some_and(|mm| mm <= limit)) {
                *within.entry(*facility).or_default() += atom.demand;
            }
        }
        let open = territory.facilities.iter().enumerate();
        let open = open.filter(|(_, facility)| facility.category == category && facility.open_to_public);
        let stations: Vec<StationLoad> = open
            .map(|(row, facility)| {
                let within = within.get(&FacilityIdx::of(row)).copied().unwrap_or_default();
                let people = who.of(&within);
                let size = facility.capacity.filter(|&capacity| capacity > 0);
                StationLoad {
                    facility: FacilityIdx::of(row),
                    code: facility.code.to_string(),
                    name: facility.name.clone(),
                    within,
                    people,
                    capacity: facility.capacity,
                    ratio: size.map(|size| round9(f64::from(people) / f64::from(size))),
                    area_m2: facility.area_m2,
                }
            })
            .collect();
        let people: u32 = atoms.iter().map(|atom| who.of(&atom.demand)).sum();
        let sizes = || stations.iter().filter_map(|station| station.capacity);
        let areas = || stations.iter().filter_map(|station| station.area_m2);
        let count = areas().count() as u32;
        let m2 = (people > 0 && count > 0).then(|| round9(areas().sum::<f64>() / f64::from(people) * 1000.0));
        Some(CategoryLoad {
            category: category.to_owned(),
            profile: profile.to_owned(),
            tier: tier.to_owned(),
            who,
            people,
            people_per_station: (!stations.is_empty())
                .then(|| round9(f64::from(people) / stations.len() as f64)),
            capacity: (sizes().count() as u32, sizes().map(u64::from).sum()),
            m2_per_1000: (count, m2),
            overfull: stations
                .iter()
                .filter(|station| station.capacity.is_some_and(|capacity| station.people > capacity))
                .count() as u32,
            stations,
        })
    }
}

impl Ways {
    /// 满员 For every atom whom it counts and the stations within a limit cannot take, when all are shared out as well as they
    /// can be; stations whose capacity nobody knows take everybody. Empty where no capacity is known.
    ///
    /// As few people as possible are left over, and of all such ways to share them out the one with least walking is told.
    pub(crate) fn turned_away(
        &self,
        territory: &Territory,
        atoms: &[Atom],
        open: &[FacilityIdx],
        profile: &Profile,
        limit_mm: u32,
        who: Who,
    ) -> Vec<Demand> {
        let capacity = |facility: &FacilityIdx| territory.facilities[facility.at()].capacity;
        if open.iter().all(|facility| capacity(facility).is_none()) {
            return Vec::new();
        }
        let homes = self.homes(atoms);
        let sized = open.iter().filter(|facility| capacity(facility).is_some()).count();
        // The places with a size first; behind them one that stands for all without.
        let mut limits: Vec<Option<u64>> = Vec::with_capacity(sized + 1);
        let walks = self.walks(territory, profile, open, limit_mm);
        // Leaving one person out costs more than moving everybody along the longest chain.
        let price = (u64::from(limit_mm) + 1) * (sized as u64 + 2);
        let mut groups: Vec<Group> = homes
            .iter()
            .map(|home| Group { people: u64::from(who.of(home)), price, choices: Vec::new() })
            .collect();
        for (facility, walks) in open.iter().zip(&walks) {
            let place = match capacity(facility) {
                Some(size) => {
                    limits.push(Some(u64::from(size)));
                    limits.len() as u32 - 1
                }
                None => sized as u32,
            };
            for &(door, mm) in walks {
                let group = &mut groups[door as usize];
                if group.people > 0 {
                    group.choices.push(Choice { cost: u64::from(mm), place });
                }
            }
        }
        limits.push(None);
        let shared = transport(&groups, &limits);
        let part = |count: u32, left: u64, people: u64| {
            ((u64::from(count) * left + people / 2) / people.max(1)).min(u64::from(count)) as u32
        };
        self.door_of
            .iter()
            .zip(atoms)
            .map(|(&door, atom)| {
                let group = &groups[door as usize];
                // Who has no station within the limit at all is not turned away.
                let left = if group.choices.is_empty() { 0 } else { shared.left[door as usize] };
                let Demand { households, persons, merchants, elders, children, day_persons } = atom.demand;
                let of = |count: u32| part(count, left, group.people);
                Demand {
                    households: of(households),
                    persons: of(persons),
                    merchants: of(merchants),
                    elders: of(elders),
                    children: of(children),
                    day_persons: of(day_persons),
                }
            })
            .collect()
    }
}
