//! 沿革 What became of the zones of a plan when it was made anew from the one before it.

use crate::ZoneCode;
use crate::kind::keyed;
use serde::{Deserialize, Serialize};

keyed! {
    /// 沿革事件 What happened to one zone.
    LineageEvent {
        /// 保留 The zone goes on under its code; households may have come or gone.
        Kept = "kept",
        /// 合并 The zone goes on under its code and took over most of a zone that is no more.
        Merged = "merged",
        /// 拆分 A new zone, most of whose households come from zones before it.
        Split = "split",
        /// 新建 A new zone, most of whose households are new to the plan.
        New = "new",
        /// 停用 The zone is no more; its code never comes back.
        Retired = "retired",
    }
}

/// 户数流向 Households a zone shares with one of the other plan.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct LineageShare {
    /// Code of the other zone.
    pub zone: ZoneCode,
    /// Households in both.
    pub households: u32,
}

/// 网格沿革 Where the households of a zone come from, or went to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lineage {
    /// Key of the level.
    pub level: String,
    /// The zone's code.
    pub zone: ZoneCode,
    /// What happened to it.
    pub event: LineageEvent,
    /// Zones of the plan before that its households come from, the largest share first; for a retired zone, zones of
    /// the new plan they went to.
    pub shares: Vec<LineageShare>,
    /// Households that were in no zone before, or are in none now.
    pub others: u32,
}
