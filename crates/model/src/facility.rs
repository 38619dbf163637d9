//! 设施 Facilities, and the tiers and profiles they are reached by.

use crate::{FacilityCode, Point, StreetClass, Text, Who};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// 设施 A place that serves people: clinic, canteen, market, party-service centre, shelter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Facility {
    /// Permanent code.
    pub code: FacilityCode,
    /// Name, if any.
    pub name: Option<String>,
    /// Key of its [`ServiceCategory`].
    pub category: String,
    /// Where its door is.
    pub at: Point,
    /// People it can serve; `None` when unknown.
    pub capacity: Option<u32>,
    /// Floor area, m2; `None` when unknown.
    pub area_m2: Option<f64>,
    /// Closed ones never count as coverage.
    pub open_to_public: bool,
}

/// 服务类别 A category of service, from `data/services/`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServiceCategory {
    /// Key.
    pub key: String,
    /// Title in both languages.
    pub title: Text,
    /// Which of 吃住行医育护 or other family it belongs to.
    pub family: String,
    /// OpenStreetMap tags that mean it, `key=value` or `key=*`.
    #[serde(default)]
    pub osm: Vec<String>,
    /// Words in Chinese or English category columns that mean it.
    #[serde(default)]
    pub words: Vec<String>,
    /// Whom its capacity is for.
    #[serde(default)]
    pub serves: Who,
    /// Tier the category is judged by first (a key of the tier set).
    pub tier: String,
    /// Colour on the map, `#rrggbb`.
    pub colour: String,
}

/// 圈层 One ring of a service circle: a distance first; minutes are its label.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tier {
    /// Key, e.g. `5min`.
    pub key: String,
    /// Title in both languages.
    pub title: Text,
    /// Network distance, metres.
    pub distance_m: f64,
    /// The minutes the standard's label says.
    pub label_minutes: u32,
    /// Source of the number.
    pub source: String,
    /// Certainty tag of the source: A read, B secondary, C from memory.
    pub certainty: String,
}

/// 圈层标准 A standard's tiers, nearest first, from `data/tiers/`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TierSet {
    /// Key.
    pub key: String,
    /// Title in both languages.
    pub title: Text,
    /// The tiers, nearest first.
    pub tiers: Vec<Tier>,
}

/// 出行人群 Who walks or drives, from `data/profiles/`: how fast, and what stairs, slopes and crossings cost them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// Key.
    pub key: String,
    /// Title in both languages.
    pub title: Text,
    /// Speed, metres a minute; who drives has other speeds by street, told in metres of this one.
    pub metres_per_minute: f64,
    /// A metre of steps counts as this many metres; `None` when steps cannot be used.
    pub steps_factor: Option<f64>,
    /// 坡度 What slopes cost; nothing without it, and nothing where a street's slope is unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slope: Option<SlopeRule>,
    /// 过街 What crossings cost; nothing without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub crossing: Option<CrossingRule>,
    /// 驾车 How it drives; without it, it walks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drive: Option<DriveRule>,
    /// Source of the numbers.
    pub source: String,
    /// Certainty tag of the source.
    pub certainty: String,
}

/// 驾车规则 How fast a vehicle is and where it may go. One-way streets bind it; steps, footways and paths it never uses.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DriveRule {
    /// Seconds from the call until it leaves; they are taken off the minutes of a tier.
    pub turnout_s: f64,
    /// Whether it may use streets for residents or customers of the place only.
    #[serde(default)]
    pub private: bool,
    /// Whether it may use streets closed to all but emergency vehicles.
    #[serde(default)]
    pub emergency: bool,
    /// Mean speed by class of street, km/h; a class without one it does not use.
    pub kmh: BTreeMap<StreetClass, f64>,
    /// Source of the numbers.
    pub source: String,
    /// Certainty tag of the source.
    pub certainty: String,
}

/// 坡度规则 What slopes cost a walker, there and back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SlopeRule {
    /// From which slope on a metre counts as how many; the steepest step that applies counts.
    pub steps: Vec<SlopeStep>,
    /// Source of the numbers.
    pub source: String,
    /// Certainty tag of the source.
    pub certainty: String,
}

/// 坡度分级 One step of a [`SlopeRule`].
#[derive(Copy, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SlopeStep {
    /// From this slope on, rise over run in thousandths.
    pub from_permille: u16,
    /// A metre counts as this many; `None` when such a slope cannot be used.
    pub factor: Option<f64>,
}

/// 过街规则 What waiting at crossings costs a walker, seconds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CrossingRule {
    /// With lights.
    pub signals_s: f64,
    /// Marked, without lights.
    pub marked_s: f64,
    /// Neither.
    pub unmarked_s: f64,
    /// Source of the numbers.
    pub source: String,
    /// Certainty tag of the source.
    pub certainty: String,
}
