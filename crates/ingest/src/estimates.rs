//! 估算规则 Rules for numbers nobody gave, each with its source. Read from `data/estimates.toml`.

use crate::IngestError;
use lifang_model::{BuildingUse, Fault, Severity};
use serde::{Deserialize, Serialize};

/// 套均建筑面积 Gross floor area of a dwelling.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DwellingRule {
    /// Gross floor area of one dwelling, stairs and walls included, m2.
    pub gross_m2: f64,
    /// Where the number comes from.
    pub source: String,
    /// A: read in the source named; B: secondary; C: from memory.
    pub certainty: String,
}

/// 独户住宅 Buildings that hold one household.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SingleRule {
    /// `building` values that mean one household.
    pub buildings: Vec<String>,
    /// Above this gross floor area the floor area rule holds for them too, m2.
    pub below_gross_m2: f64,
    /// Where the rule comes from.
    pub source: String,
    /// Certainty tag of the source.
    pub certainty: String,
}

/// 默认层数 Floors of a building that says nothing about its height.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LevelsRule {
    /// The uses it holds for; empty for all.
    #[serde(default, rename = "use")]
    pub uses: Vec<BuildingUse>,
    /// Holds for footprints below this, m2; `None` for all.
    #[serde(default)]
    pub below_m2: Option<f64>,
    /// Floors above ground.
    pub levels: u16,
    /// Where the number comes from.
    pub source: String,
    /// Certainty tag of the source.
    pub certainty: String,
}

/// 层高 Height of a storey, to read floors from a height.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoreyRule {
    /// Floor to floor, m.
    pub height_m: f64,
    /// Where the number comes from.
    pub source: String,
    /// Certainty tag of the source.
    pub certainty: String,
}

/// 户均人口与年龄 People in a household.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PersonsRule {
    /// Residents of a household.
    pub per_household: f64,
    /// Share of residents of 60 and older, 0 to 1.
    pub elder_share: f64,
    /// Share of residents under 15, 0 to 1.
    pub child_share: f64,
    /// Where the numbers come from.
    pub source: String,
    /// Certainty tag of the source.
    pub certainty: String,
}

/// 用途不明的建筑 When a building of unknown use is taken to hold homes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnknownRule {
    /// Smallest footprint of a building people may live in, m2.
    pub min_footprint_m2: f64,
    /// Largest footprint of a building of homes, m2; larger ones are halls, malls or works.
    pub max_footprint_m2: f64,
    /// Where the number comes from.
    pub source: String,
    /// Certainty tag of the source.
    pub certainty: String,
}

/// 商住楼 Floors of a mixed building that hold trade.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MixedRule {
    /// Floors of trade, from the ground.
    pub trade_floors: u16,
    /// Where the number comes from.
    pub source: String,
    /// Certainty tag of the source.
    pub certainty: String,
}

/// 商户归属 How far from a building a shop may be mapped and still be in it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MerchantRule {
    /// Distance to the outline, m.
    pub reach_m: f64,
    /// Where the number comes from.
    pub source: String,
    /// Certainty tag of the source.
    pub certainty: String,
}

/// 估算规则 Every rule of estimation. Whatever they produce is marked as estimated.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EstimateRules {
    /// Floor area of a dwelling.
    pub dwelling: DwellingRule,
    /// Buildings of one household.
    pub single: SingleRule,
    /// Default floors; the first that holds is used.
    pub levels: Vec<LevelsRule>,
    /// Storey height.
    pub storey: StoreyRule,
    /// Household size and ages.
    pub persons: PersonsRule,
    /// Buildings of unknown use.
    pub unknown: UnknownRule,
    /// Mixed buildings.
    pub mixed: MixedRule,
    /// Shops near a building.
    pub merchants: MerchantRule,
}

/// 读取估算规则 Reads estimate rules.
///
/// # Errors
/// [`IngestError::Faults`] when the text is no rule file or a number lies outside what it can mean; every fault is listed.
pub fn parse_estimates(text: &str) -> Result<EstimateRules, IngestError> {
    let rules: EstimateRules = toml::from_str(text).map_err(|error| {
        let cause = format!("the estimate rules cannot be read: {}", error.to_string().trim_end());
        IngestError::Faults(vec![Fault::new(Severity::Error, "I-192", cause, "Correct the file.")])
    })?;
    let mut faults = Vec::new();
    let mut check = |name: &str, value: f64, least: f64, most: f64| {
        if !(least..=most).contains(&value) {
            let cause = format!("{name} is {value}; it must lie between {least} and {most}");
            faults.push(Fault::new(Severity::Error, "I-193", cause, "Correct the estimate rules."));
        }
    };
    check("dwelling.gross_m2", rules.dwelling.gross_m2, 10.0, 1000.0);
    check("single.below_gross_m2", rules.single.below_gross_m2, 0.0, 1e6);
    check("storey.height_m", rules.storey.height_m, 2.0, 10.0);
    check("persons.per_household", rules.persons.per_household, 1.0, 20.0);
    check("persons.elder_share", rules.persons.elder_share, 0.0, 1.0);
    check("persons.child_share", rules.persons.child_share, 0.0, 1.0);
    check("elder_share + child_share", rules.persons.elder_share + rules.persons.child_share, 0.0, 1.0);
    check("unknown.min_footprint_m2", rules.unknown.min_footprint_m2, 0.0, 1e6);
    check("unknown.max_footprint_m2", rules.unknown.max_footprint_m2, rules.unknown.min_footprint_m2, 1e7);
    check("merchants.reach_m", rules.merchants.reach_m, 0.0, 200.0);
    for rule in &rules.levels {
        check("levels.levels", f64::from(rule.levels), 1.0, 200.0);
    }
    if faults.is_empty() { Ok(rules) } else { Err(IngestError::Faults(faults)) }
}

impl EstimateRules {
    /// Floors taken for a building that says nothing about them: the first rule that holds, 1 when none does.
    #[must_use]
    pub fn default_levels(&self, use_: BuildingUse, footprint_m2: f64) -> u16 {
        let holds = |rule: &&LevelsRule| {
            (rule.uses.is_empty() || rule.uses.contains(&use_))
                && rule.below_m2.is_none_or(|limit| footprint_m2 < limit)
        };
        self.levels.iter().find(holds).map_or(1, |rule| rule.levels)
    }

    /// Whether people may live in a building of unknown use with this footprint, m2.
    #[must_use]
    pub fn may_house(&self, footprint_m2: f64) -> bool {
        (self.unknown.min_footprint_m2..=self.unknown.max_footprint_m2).contains(&footprint_m2)
    }

    /// Whether a `building` value means one household.
    #[must_use]
    pub fn is_single(&self, building: &str) -> bool {
        self.single.buildings.iter().any(|known| known == building)
    }
}
