//! 实数分布 Homes where they were counted: by stairwell and floor, what is not known so finely spread evenly over the rest.

use super::apportion;
use lifang_model::{Building, Storey};

/// A building of so many stairwells and floors, with what was counted in it.
pub(super) struct Counted<'a> {
    pub(super) building: &'a Building,
    pub(super) units: u32,
    pub(super) levels: u32,
}

impl Counted<'_> {
    /// What was counted of one thing by unit, then by floor; `None` when nothing was, or when it does not add up to the
    /// `total` of the building, which somebody changed since.
    pub(super) fn of(&self, total: u32, thing: impl Fn(&Storey) -> u32) -> Option<Vec<Vec<u32>>> {
        let storeys = &self.building.storeys;
        let sum: u64 = storeys.iter().map(|storey| u64::from(thing(storey))).sum();
        if total == 0 || sum != u64::from(total) {
            return None;
        }
        let (units, levels) = (self.units as usize, self.levels as usize);
        let mut floors = vec![vec![0; levels]; units];
        // Known places first, then the floors of a stairwell, then a floor of any stairwell, then anywhere.
        let within = |n: u16, most: usize| (1..=most).contains(&usize::from(n)).then(|| usize::from(n) - 1);
        let mut loose = 0;
        for storey in storeys {
            let number = thing(storey);
            match (within(storey.unit, units), within(storey.floor, levels)) {
                (Some(unit), Some(floor)) => floors[unit][floor] += number,
                (Some(unit), None) => {
                    let parts = apportion(number, &vec![1; levels]);
                    floors[unit].iter_mut().zip(parts).for_each(|(floor, part)| *floor += part);
                }
                (None, Some(floor)) => {
                    let parts = apportion(number, &vec![1; units]);
                    floors.iter_mut().zip(parts).for_each(|(unit, part)| unit[floor] += part);
                }
                (None, None) => loose += number,
            }
        }
        let parts = apportion(loose, &vec![1; units * levels]);
        for (at, part) in parts.into_iter().enumerate() {
            floors[at / levels][at % levels] += part;
        }
        Some(floors)
    }
}
