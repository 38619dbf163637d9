//! 联系户 Contact groups: twenty to thirty households, or merchants of a street, around a central one.

use crate::kind::keyed;
use crate::{AtomCode, ZoneCode};
use serde::{Deserialize, Serialize};

keyed! {
    /// 联系户类型 Whom a contact group holds.
    GroupKind {
        /// 住户 Households of a stairwell or of neighbouring floors.
        Homes = "homes",
        /// 商户 Merchants of a shop street.
        Shops = "shops",
    }
}

/// 联系户规则 Sizes of contact groups, in households or merchants.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupRules {
    /// Fewest that make a group.
    pub min: u32,
    /// Most one central household looks after.
    pub max: u32,
}

/// 联系户成员 What a group has of one atom. Counts alone: nobody is named.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupMember {
    /// The atom.
    pub atom: AtomCode,
    /// Households or merchants of it in this group; less than the atom's when it holds too many for one group.
    pub count: u32,
}

/// 联系户组 A contact group inside one zone of the finest level.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactGroup {
    /// The zone.
    pub zone: ZoneCode,
    /// Number inside the zone, from 1; given anew with every plan, so no code.
    pub number: u32,
    /// Whom it holds.
    pub kind: GroupKind,
    /// 中心户 The atom the central household is best chosen from: the middle of the group.
    pub centre: AtomCode,
    /// Households, or merchants.
    pub count: u32,
    /// Its atoms, in walking order.
    pub members: Vec<GroupMember>,
}
