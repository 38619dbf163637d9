//! 类型 Kinds of buildings, atoms, areas, zones and barriers.

use serde::{Deserialize, Serialize};

macro_rules! keyed {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $key:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name {
            $($(#[$vdoc])* #[serde(rename = $key)] $variant),+
        }

        impl $name {
            /// Every value, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The key used in files and on the wire.
            #[must_use]
            pub const fn key(self) -> &'static str {
                match self {
                    $(Self::$variant => $key),+
                }
            }

            /// The value with this key.
            #[must_use]
            pub fn from_key(key: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.key() == key)
            }
        }
    };
}
pub(crate) use keyed;

keyed! {
    /// 建筑用途 What a building is used for.
    BuildingUse {
        /// 住宅 Homes.
        Residential = "residential",
        /// 商住 Homes above shops.
        Mixed = "mixed",
        /// 商业 Shops, markets, hotels.
        Commercial = "commercial",
        /// 办公 Offices.
        Office = "office",
        /// 工业 Factories, warehouses.
        Industrial = "industrial",
        /// 公共 Schools, hospitals, government, culture, worship.
        Public = "public",
        /// 附属 Sheds, garages, roofs: no one lives or trades there.
        Ancillary = "ancillary",
        /// 未知 The data does not say.
        Unknown = "unknown",
    }
}

keyed! {
    /// 单元类型 What an atom is.
    AtomKind {
        /// 住宅 Homes.
        Residential = "residential",
        /// 商铺 Shops.
        Shop = "shop",
        /// 办公 Offices.
        Office = "office",
        /// 工业 Industry.
        Industrial = "industrial",
        /// 公共 Public buildings.
        Public = "public",
        /// 空地 Land without a building, or with none that counts.
        Open = "open",
    }
}

keyed! {
    /// 区域类型 The business type of an area that is to be a grid of its own.
    AreaKind {
        /// 住宅小区 Residential compound.
        Residential = "residential",
        /// 商圈 Commercial circle.
        Commercial = "commercial",
        /// 商务楼宇 Office towers.
        Office = "office",
        /// 产业园区 Industrial park.
        Industrial = "industrial",
        /// 学校 School or campus.
        School = "school",
        /// 医院 Hospital.
        Hospital = "hospital",
        /// 公园 Park.
        Park = "park",
    }
}

keyed! {
    /// 网格类型 The kind of a zone: 综合网格 or one of the 专属网格.
    ZoneKind {
        /// 综合网格 Comprehensive: residential.
        Comprehensive = "comprehensive",
        /// 商圈网格 Commercial circle or market.
        Commercial = "commercial",
        /// 楼宇网格 Office towers.
        Office = "office",
        /// 园区网格 Industrial park.
        Industrial = "industrial",
        /// 学校网格 School or campus.
        School = "school",
        /// 医院网格 Hospital.
        Hospital = "hospital",
        /// 公园网格 Park.
        Park = "park",
    }
}

impl From<AreaKind> for ZoneKind {
    fn from(kind: AreaKind) -> Self {
        match kind {
            AreaKind::Residential => Self::Comprehensive,
            AreaKind::Commercial => Self::Commercial,
            AreaKind::Office => Self::Office,
            AreaKind::Industrial => Self::Industrial,
            AreaKind::School => Self::School,
            AreaKind::Hospital => Self::Hospital,
            AreaKind::Park => Self::Park,
        }
    }
}

keyed! {
    /// 隔离类型 What lies along an arc, from nothing to a border nobody may cross; the order is the order of severity.
    BarrierClass {
        /// 无 Nothing.
        None = "none",
        /// 内部路 Footways, paths and service lanes.
        Lane = "lane",
        /// 支路 Local streets.
        Local = "local",
        /// 围墙 A wall or fence of a compound.
        Wall = "wall",
        /// 次干路 Collector streets.
        Collector = "collector",
        /// 主干路 Arterial roads.
        Arterial = "arterial",
        /// 铁路 Railway.
        Rail = "rail",
        /// 水体 River, canal, lake.
        Water = "water",
        /// 快速路 Motorway or expressway.
        Motorway = "motorway",
        /// 行政界 An administrative limit: no zone may cross it.
        Admin = "admin",
    }
}

impl BarrierClass {
    /// The severity as a small number, 0 for none.
    #[must_use]
    pub const fn rank(self) -> u8 {
        self as u8
    }
}
