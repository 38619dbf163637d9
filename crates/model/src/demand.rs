//! 需求 Who lives and trades somewhere, and how sure we are of it.

use serde::{Deserialize, Serialize};

/// 可信度 Where a number comes from. "Estimated", "unknown" and 0 are three different things.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Certainty {
    /// Read from the user's data, or 0 by the nature of the thing.
    Given,
    /// Computed by a stated rule from other data.
    Estimated,
    /// Nobody knows; the number beside it is 0 and means nothing.
    #[default]
    Unknown,
}

impl Certainty {
    /// The certainty of a sum: unknown beats estimated beats given.
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        self.max(other)
    }
}

/// 需求量 Counts, never records of people.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Demand {
    /// 户数 Households.
    pub households: u32,
    /// 常住人口 Residents.
    pub persons: u32,
    /// 商户 Shops and other merchants.
    pub merchants: u32,
    /// 老人 Residents of 60 and older.
    pub elders: u32,
    /// 儿童 Residents under 15.
    pub children: u32,
    /// 日间人口 People working or visiting in the day.
    pub day_persons: u32,
}

impl std::ops::AddAssign for Demand {
    fn add_assign(&mut self, other: Self) {
        self.households += other.households;
        self.persons += other.persons;
        self.merchants += other.merchants;
        self.elders += other.elders;
        self.children += other.children;
        self.day_persons += other.day_persons;
    }
}

impl std::iter::Sum for Demand {
    fn sum<I: Iterator<Item = Self>>(demands: I) -> Self {
        let mut total = Self::default();
        for demand in demands {
            total += demand;
        }
        total
    }
}

/// 数据来源 How sure each part of a [`Demand`] is.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sources {
    /// Of the household count.
    pub households: Certainty,
    /// Of the person count.
    pub persons: Certainty,
    /// Of the elder and child counts.
    pub ages: Certainty,
    /// Of the merchant count.
    pub merchants: Certainty,
}

impl Sources {
    /// Everything given.
    pub const GIVEN: Self = Self {
        households: Certainty::Given,
        persons: Certainty::Given,
        ages: Certainty::Given,
        merchants: Certainty::Given,
    };
}
