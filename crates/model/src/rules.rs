//! 划分规则 What a plan must and should satisfy. Read from `data/presets/*.toml`; never constants in code.

use crate::{AreaKind, Demand, GroupRules, Load, ZoneKind};
use serde::{Deserialize, Serialize};

/// 双语文字 A text people read, in both languages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// English.
    pub en: String,
    /// Chinese.
    pub zh: String,
}

/// 规模区间 A two-sided size band, in units of load (households, unless merchants count too).
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Band {
    /// Smallest size allowed.
    pub min: u32,
    /// Size aimed at.
    pub target: u32,
    /// Largest size allowed.
    pub max: u32,
}

impl Band {
    /// Whether a load lies inside, both ends included.
    #[must_use]
    pub fn holds(&self, load: Load) -> bool {
        Load::units(self.min) <= load && load <= Load::units(self.max)
    }

    /// Whether some number of zones in the band adds up to this load exactly: k·min <= load <= k·max for some k.
    #[must_use]
    pub fn can_tile(&self, load: Load) -> bool {
        let (min, max) = (Load::units(self.min).0, Load::units(self.max).0);
        min > 0 && max >= min && load.0 > 0 && {
            let k = load.0.div_ceil(max);
            k * min <= load.0
        }
    }
}

/// 分组方式 How the zones of a level come about.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grouping {
    /// Each compound, commercial circle, office cluster or park is one zone, named after it; what lies outside all of
    /// them is grouped by the band.
    Area,
    /// By the band alone, areas kept together where possible.
    Band,
}

/// 层级规则 One level of the hierarchy, coarse to fine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LevelRules {
    /// Key, e.g. `grid`, `micro_grid`.
    pub key: String,
    /// Title in both languages.
    pub title: Text,
    /// How zones come about.
    pub grouping: Grouping,
    /// Size band; `None` when size does not matter at this level. For [`Grouping::Area`] it applies only to zones
    /// made of land outside all areas.
    #[serde(default)]
    pub band: Option<Band>,
    /// Number of zones of this level, areas and special zones included; `None`: as many as the band makes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u32>,
    /// Digits of this level's sequence number in the code.
    pub code_digits: u8,
}

/// 计量规则 What a zone's load counts.
#[derive(Copy, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MeasureRules {
    /// Weight of a household, 0 to 10; 0 where zones are sized by people.
    #[serde(default = "one")]
    pub households_weight: f64,
    /// Weight of a merchant, 0 to 10.
    pub merchants_weight: f64,
    /// Weight of a resident, 0 to 10.
    #[serde(default)]
    pub persons_weight: f64,
}

fn one() -> f64 {
    1.0
}

impl MeasureRules {
    /// Households, and merchants by this weight.
    #[must_use]
    pub const fn households(merchants_weight: f64) -> Self {
        Self { households_weight: 1.0, merchants_weight, persons_weight: 0.0 }
    }
}

/// 专属网格规则 Areas that are zones of their own though fewer count there than the smallest zone must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SpecialRules {
    /// Kinds of such areas.
    #[serde(default)]
    pub own: Vec<AreaKind>,
    /// Least land of one, m2; smaller ones are part of what lies around them.
    #[serde(default)]
    pub min_area_m2: u32,
}

/// 单元规则 When a building may be divided.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AtomRules {
    /// Buildings with more load than this may be divided by stairwell unit, then by floors; `None`: never.
    pub split_above: Option<u32>,
    /// Whether units may again be divided by floors.
    pub by_floor: bool,
}

/// 编码规则 How zone codes are composed: territory code, then each level's sequence number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodeRules {
    /// Text between the parts.
    #[serde(default)]
    pub separator: String,
    /// Rows for the west-to-east, north-to-south order: centroids within this many metres are one row.
    pub row_height_m: u32,
}

/// 权重 How much each soft term counts once the hard rules hold; 0 switches a term off.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Weights {
    /// Households in stairwell units divided between zones.
    pub split_unit: u32,
    /// Households in buildings divided between zones.
    pub split_building: u32,
    /// Households in compounds divided between zones.
    pub split_compound: u32,
    /// Moment of inertia and outline.
    pub compactness: u32,
    /// Metres of barrier inside zones, by class.
    pub barrier: u32,
    /// Distance from the target size.
    pub balance: u32,
    /// Different kinds in one zone.
    pub kind: u32,
    /// Households that change zone against the current plan.
    pub change: u32,
    /// Mean walk from the middle of a zone to its people, over the streets; 0 where streets do not count.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub walking: u32,
}

/// Files written before there was such a weight read as those that have none.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
const fn is_zero(weight: &u32) -> bool {
    *weight == 0
}

/// 规则预设 A preset.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// Key, e.g. `taipingjie`.
    pub key: String,
    /// Title in both languages.
    pub title: Text,
    /// Where the numbers come from.
    pub source: String,
    /// A: read in the source named; B: secondary; C: from memory.
    pub certainty: String,
    /// What load counts.
    pub measure: MeasureRules,
    /// Which areas are zones of their own whatever counts there.
    #[serde(default)]
    pub special: SpecialRules,
    /// When buildings may be divided.
    pub atoms: AtomRules,
    /// How codes are composed.
    pub codes: CodeRules,
    /// Soft weights.
    pub weights: Weights,
    /// Contact groups inside the finest zones; none when not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub groups: Option<GroupRules>,
    /// Levels, coarse to fine.
    #[serde(rename = "level")]
    pub levels: Vec<LevelRules>,
}

impl Rules {
    /// The load of a demand under these rules, in milli-units.
    #[must_use]
    pub fn load(&self, demand: &Demand) -> Load {
        let milli =
            |weight: f64, count: u32| (weight.clamp(0.0, 10.0) * 1000.0).round() as u64 * u64::from(count);
        let measure = &self.measure;
        Load(
            milli(measure.households_weight, demand.households)
                + milli(measure.merchants_weight, demand.merchants)
                + milli(measure.persons_weight, demand.persons),
        )
    }

    /// Whether zones of this kind are exempt from the band where fewer count than the finest band's least.
    #[must_use]
    pub fn is_special(&self, kind: ZoneKind) -> bool {
        kind != ZoneKind::Comprehensive && self.special.own.iter().any(|&own| ZoneKind::from(own) == kind)
    }

    /// The finest level.
    #[must_use]
    pub fn finest(&self) -> Option<&LevelRules> {
        self.levels.last()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_between_the_multiples_of_a_band_cannot_be_tiled() {
        let band = Band { min: 90, target: 95, max: 100 };
        let fits = |units| band.can_tile(Load::units(units));
        assert!(fits(90) && fits(100) && fits(180) && fits(360) && fits(450));
        assert!(!fits(89) && !fits(101) && !fits(301) && !fits(359) && !fits(0));
        // From nine zones on, 810..=900 and 900..=1000 overlap: everything fits.
        assert!((810..2000).all(fits));
    }
}
