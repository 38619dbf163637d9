//! 方案 A plan: atoms assigned to zones, level by level. Outlines are derived from it, never stored as the truth.

use crate::{AtomIdx, Rules, ZoneCode, ZoneIdx, ZoneKind};
use serde::{Deserialize, Serialize};

/// 状态 Where a zone is in its life.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ZoneStatus {
    /// 草案 Proposed by the engine or drawn by hand.
    #[default]
    Draft,
    /// 征求意见 Shown for comment.
    Consulted,
    /// 已审定 Approved.
    Approved,
    /// 已发布 In force.
    Published,
    /// 已停用 No longer in force; its code never comes back.
    Retired,
}

impl ZoneStatus {
    /// The word used in files and on the wire.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Consulted => "consulted",
            Self::Approved => "approved",
            Self::Published => "published",
            Self::Retired => "retired",
        }
    }
}

/// 网格 A zone of one level.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Zone {
    /// Permanent code.
    pub code: ZoneCode,
    /// Name, e.g. of the compound.
    pub name: Option<String>,
    /// Kind.
    pub kind: ZoneKind,
    /// The zone of the next coarser level it belongs to.
    pub parent: Option<ZoneIdx>,
    /// Status.
    pub status: ZoneStatus,
}

/// 层级方案 The zones of one level and the atoms in each.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LevelPlan {
    /// Key of its [`crate::LevelRules`].
    pub key: String,
    /// The zones: in code order as proposed, those added by hand behind. A retired zone keeps its row, without atoms, so
    /// that indexes hold and its code never comes back.
    pub zones: Vec<Zone>,
    /// Zone of each atom; `None` when not assigned.
    pub assignment: Vec<Option<ZoneIdx>>,
}

impl LevelPlan {
    /// The atoms of each zone, in atom order.
    #[must_use]
    pub fn members(&self) -> Vec<Vec<AtomIdx>> {
        let mut members = vec![Vec::new(); self.zones.len()];
        for (row, zone) in self.assignment.iter().enumerate() {
            if let Some(list) = zone.and_then(|zone| members.get_mut(zone.at())) {
                list.push(AtomIdx::of(row));
            }
        }
        members
    }
}

/// 方案 A plan over one fabric.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// Name, for people.
    pub name: String,
    /// Fingerprint of the fabric the assignment is over; a plan over another fabric is refused.
    pub fabric: String,
    /// The rules it was made under.
    pub rules: Rules,
    /// Seed it was made with.
    pub seed: u64,
    /// Levels, coarse to fine.
    pub levels: Vec<LevelPlan>,
    /// Atoms that neither engine nor hand may move, ascending.
    pub pinned: Vec<AtomIdx>,
}

impl Plan {
    /// Every zone that is not retired, as (place of the level, zone).
    pub fn living(&self) -> impl Iterator<Item = (usize, &Zone)> {
        let zones = self.levels.iter().enumerate();
        let zones = zones.flat_map(|(at, level)| level.zones.iter().map(move |zone| (at, zone)));
        zones.filter(|(_, zone)| zone.status != ZoneStatus::Retired)
    }

    /// The level with this key.
    #[must_use]
    pub fn level(&self, key: &str) -> Option<&LevelPlan> {
        self.levels.iter().find(|level| level.key == key)
    }
}
