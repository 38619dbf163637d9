//! 违规 What a plan breaks, why, and what would cure it.

use crate::kind::keyed;
use serde::{Deserialize, Serialize};

keyed! {
    /// 违规编号 Stable codes of violations; `P` for plan.
    ViolationCode {
        /// 未分配 An atom with demand belongs to no zone.
        Unassigned = "P-101",
        /// 空网格 A zone without atoms.
        Empty = "P-102",
        /// 不连通 A zone in several pieces.
        Disconnected = "P-201",
        /// 户数不足 Load under the band.
        UnderBand = "P-301",
        /// 户数超出 Load over the band.
        OverBand = "P-302",
        /// 不嵌套 A zone reaches beyond its parent.
        NotNested = "P-401",
        /// 类型混杂 A zone holds atoms of several compounds or kinds that the preset keeps apart.
        MixedKind = "P-402",
        /// 有空隙 Land that belongs to no cell.
        Gap = "P-501",
        /// 有重叠 Land that belongs to two cells.
        Overlap = "P-502",
        /// 编码重复 Two zones with one code.
        DuplicateCode = "P-601",
        /// 底图不符 The plan was made over another fabric.
        StaleFabric = "P-701",
    }
}

/// 放宽建议 The smallest change of rules or data that would remove a violation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Relaxation {
    /// What to change, e.g. `band`.
    pub what: String,
    /// To what, e.g. `[88, 102]`.
    pub to: String,
}

/// 违规 One violation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Violation {
    /// Stable code.
    pub code: ViolationCode,
    /// Level it concerns.
    pub level: String,
    /// Code of the zone; `None` when it concerns the whole plan.
    pub zone: Option<String>,
    /// Codes of the atoms concerned, at most 20.
    pub atoms: Vec<String>,
    /// What was measured, in the unit of `limit`.
    pub measured: f64,
    /// What is allowed.
    pub limit: f64,
    /// Why.
    pub cause: String,
    /// What to do.
    pub action: String,
    /// `Some(false)` when proven unavoidable, `Some(true)` when a better plan is known to exist, `None` when unknown.
    pub avoidable: Option<bool>,
    /// The smallest relaxation, if one is known.
    pub relaxation: Option<Relaxation>,
}
