//! 需求组合 Several services together: needs that are met only when all parts are, and mixes a home is scored by.

use crate::{Demand, Text};
use serde::{Deserialize, Serialize};

/// 对象 Whom a need or a score counts.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Who {
    /// 居民 Residents.
    #[default]
    Persons,
    /// 户 Households.
    Households,
    /// 老人 Residents of 60 and older.
    Elders,
    /// 儿童 Residents under 15.
    Children,
}

impl Who {
    /// Every value, in order.
    pub const ALL: [Self; 4] = [Self::Persons, Self::Households, Self::Elders, Self::Children];

    /// The key used in files and on the wire.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Persons => "persons",
            Self::Households => "households",
            Self::Elders => "elders",
            Self::Children => "children",
        }
    }

    /// The value with this key.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|who| who.key() == key)
    }

    /// How many of them there are.
    #[must_use]
    pub const fn of(self, demand: &Demand) -> u32 {
        match self {
            Self::Persons => demand.persons,
            Self::Households => demand.households,
            Self::Elders => demand.elders,
            Self::Children => demand.children,
        }
    }
}

/// 组合需求 A need that is met only when all its parts are, from `data/needs/`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Need {
    /// Key.
    pub key: String,
    /// Title in both languages.
    pub title: Text,
    /// Whose need it is.
    pub who: Who,
    /// Key of the [`crate::Profile`] they walk by.
    pub profile: String,
    /// The parts, all of which must be met.
    pub all: Vec<NeedPart>,
    /// Source of the numbers.
    pub source: String,
    /// Certainty tag of the source: A read, B secondary, C from memory or judgement.
    pub certainty: String,
}

/// 需求分项 One part of a need: any of some services within a walk.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NeedPart {
    /// Keys of categories, any of which will do.
    pub services: Vec<String>,
    /// Walking distance, metres; its edge is within.
    pub within_m: f64,
}

/// 评分组合 A mix of services a home is scored by, from `data/mixes/`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mix {
    /// Key.
    pub key: String,
    /// Title in both languages.
    pub title: Text,
    /// A score of this and more is called good, 0 to 100.
    pub good: f64,
    /// The items.
    #[serde(rename = "item")]
    pub items: Vec<MixItem>,
    /// Source of the mix.
    pub source: String,
    /// Certainty tag of the source.
    pub certainty: String,
}

/// 评分分项 One item of a mix: all its weight up to one distance, nothing from another on, a share in between.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MixItem {
    /// Key.
    pub key: String,
    /// Title in both languages.
    pub title: Text,
    /// Keys of categories, any of which will do.
    pub services: Vec<String>,
    /// What it counts beside the others.
    pub weight: f64,
    /// Up to this walking distance it counts whole, metres.
    pub full_m: f64,
    /// From this walking distance on it counts nothing, metres.
    pub zero_m: f64,
    /// Source of the distances.
    pub source: String,
    /// Certainty tag of the source.
    pub certainty: String,
}
