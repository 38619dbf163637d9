//! 数量 Quantities with their unit in the type.

use serde::{Deserialize, Serialize};

/// 负载 What a zone is sized by, in thousandths of a household: households + w x merchants, as the preset says.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Load(pub u64);

impl Load {
    /// `units` whole households.
    #[must_use]
    pub const fn units(units: u32) -> Self {
        Self(units as u64 * 1000)
    }

    /// The load in households, for people to read.
    #[must_use]
    pub fn as_units(self) -> f64 {
        self.0 as f64 / 1000.0
    }
}

impl std::ops::Add for Load {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl std::ops::AddAssign for Load {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}

impl std::iter::Sum for Load {
    fn sum<I: Iterator<Item = Self>>(loads: I) -> Self {
        Self(loads.map(|load| load.0).sum())
    }
}

/// 毫米 A length on the lattice, in millimetres.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Millimetres(pub u64);

impl Millimetres {
    /// The length in metres.
    #[must_use]
    pub fn metres(self) -> f64 {
        self.0 as f64 / 1000.0
    }
}

/// 米 A length in metres, as people type and read it.
#[derive(Copy, Clone, Debug, Default, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Metres(pub f64);

/// 秒 A duration in seconds.
#[derive(Copy, Clone, Debug, Default, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Seconds(pub f64);
