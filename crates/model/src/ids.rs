//! 序号 Dense indexes into the tables of one territory. An index is not a code: codes are permanent, indexes are not.

macro_rules! index {
    ($(#[$doc:meta] $name:ident),+ $(,)?) => {$(
        #[$doc]
        #[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub u32);

        impl $name {
            /// The index as a `usize`, to look a table up.
            #[must_use]
            pub const fn at(self) -> usize {
                self.0 as usize
            }

            /// The index of row `row`.
            ///
            /// Tables hold fewer than 2^32 rows; a longer one saturates, which the reader of a file has already refused.
            #[must_use]
            pub fn of(row: usize) -> Self {
                Self(u32::try_from(row).unwrap_or(u32::MAX))
            }
        }
    )+};
}

index! {
    /// 最小单元序号 Row of an atom; cells of the fabric share it, one cell an atom.
    AtomIdx,
    /// 网格序号 Row of a zone inside one level of one plan.
    ZoneIdx,
    /// 建筑序号 Row of a building of the territory.
    BuildingIdx,
    /// 小区序号 Row of a compound, commercial circle, office cluster or park of the territory.
    CompoundIdx,
    /// 设施序号 Row of a facility of the territory.
    FacilityIdx,
}
