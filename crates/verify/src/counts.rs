//! Sums of demand that cannot overflow.

use lifang_model::Demand;

/// A sum of demands.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub households: u64,
    pub persons: u64,
    pub merchants: u64,
    pub elders: u64,
    pub children: u64,
    pub day_persons: u64,
}

impl Counts {
    pub fn add(&mut self, demand: &Demand) {
        self.households += u64::from(demand.households);
        self.persons += u64::from(demand.persons);
        self.merchants += u64::from(demand.merchants);
        self.elders += u64::from(demand.elders);
        self.children += u64::from(demand.children);
        self.day_persons += u64::from(demand.day_persons);
    }

    /// Name, this sum and the other, of every count in which they differ.
    pub fn differences(&self, other: &Self) -> Vec<(&'static str, u64, u64)> {
        [
            ("households", self.households, other.households),
            ("persons", self.persons, other.persons),
            ("merchants", self.merchants, other.merchants),
            ("elders", self.elders, other.elders),
            ("children", self.children, other.children),
            ("day persons", self.day_persons, other.day_persons),
        ]
        .into_iter()
        .filter(|(_, a, b)| a != b)
        .collect()
    }
}
