//! 字段含义 What a column can mean, and the names such columns usually have.

/// What a column means.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Role {
    Households,
    Persons,
    Elders,
    Children,
    Merchants,
    Floors,
    Units,
    Use,
    Name,
    Code,
    Compound,
    Category,
    Kind,
    Capacity,
    AreaM2,
    Open,
    StreetClass,
    StreetLayer,
    Bridge,
    Tunnel,
    Steps,
    Foot,
    Access,
    Walled,
}

impl Role {
    /// What people call it.
    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::Households => "households (户数)",
            Self::Persons => "persons (人口)",
            Self::Elders => "elders (老人)",
            Self::Children => "children (儿童)",
            Self::Merchants => "merchants (商户)",
            Self::Floors => "floors (层数)",
            Self::Units => "stairwell units (单元)",
            Self::Use => "use (用途)",
            Self::Name => "name (名称)",
            Self::Code => "code (编码)",
            Self::Compound => "compound (小区)",
            Self::Category => "category (类别)",
            Self::Kind => "kind (类型)",
            Self::Capacity => "capacity (容量)",
            Self::AreaM2 => "area (面积)",
            Self::Open => "open to the public (对外开放)",
            Self::StreetClass => "street class (道路等级)",
            Self::StreetLayer => "street level (层级)",
            Self::Bridge => "bridge (桥)",
            Self::Tunnel => "tunnel (隧道)",
            Self::Steps => "steps (台阶)",
            Self::Foot => "foot access (步行)",
            Self::Access => "access (通行)",
            Self::Walled => "walled (围墙)",
        }
    }

    /// Usual names, squashed (no spaces or separators, lower case), the surest first. Chinese names also match inside
    /// longer ones (`总户数(户)`); Latin names and pinyin initials only as a whole.
    pub(crate) const fn names(self) -> &'static [&'static str] {
        match self {
            Self::Households => &[
                "households", "household", "总户数", "户数", "住户数", "家庭户数", "dwellingunits", "dwellings", "buildingflats",
                "flats", "hh", "hhs", "zhs", "hs", "hushu", "jths",
            ],
            Self::Persons => &[
                "persons", "常住人口", "实有人口", "人口数", "总人口", "人数", "人口", "population", "residents", "people", "pop",
                "czrk", "syrk", "rks", "zrk", "rk", "rs", "renkou",
            ],
            Self::Elders => &["elders", "老年人口", "老年人", "老人", "60岁以上", "elderly", "seniors", "lnrk", "lnr", "lr"],
            Self::Children => &["children", "儿童", "少儿", "幼儿", "15岁以下", "kids", "etrk", "et"],
            Self::Merchants => {
                &["merchants", "商户数", "商户", "商家", "店铺", "商铺", "门面", "shops", "stores", "shs", "sh", "sps"]
            }
            Self::Floors => &[
                "floors", "地上层数", "总层数", "楼层数", "层数", "buildinglevels", "levels", "storeys", "stories",
                "numfloors", "floorcount", "dscs", "zcs", "lcs", "cs", "floor",
            ],
            Self::Units => &["units", "单元数", "单元", "stairwells", "entrancescount", "dys"],
            Self::Use => &[
                "use", "buildinguse", "建筑用途", "房屋用途", "使用性质", "用途", "建筑性质", "功能", "building", "usage",
                "fwyt", "jzyt", "yt", "syxz", "landuse", "type", "btype",
            ],
            Self::Name => &[
                "name", "namezh", "建筑名称", "楼栋名称", "楼名", "栋号", "楼号", "名称", "地址", "title", "jzmc", "ldmc",
                "xqmc", "mc", "address", "dz", "mingcheng", "nameen",
            ],
            Self::Code => &[
                "code", "@id", "建筑编码", "楼栋编码", "房屋编码", "编码", "编号", "标识码", "osmid", "osmwayid", "id", "uuid",
                "gid", "bm", "bh", "dm", "bsm", "jzbm", "ldbm", "fwbm",
            ],
            Self::Compound => {
                &["compound", "所属小区", "小区名称", "小区", "院落", "community", "estate", "ssxq", "xqmc", "xq"]
            }
            Self::Category => &[
                "category", "设施类别", "设施类型", "类别", "类型", "种类", "大类", "小类", "amenity", "class", "type", "kind",
                "sslb", "sslx", "lb", "lx", "fl",
            ],
            Self::Kind => {
                &["kind", "业态", "小区类型", "区域类型", "网格类型", "类型", "类别", "type", "category", "landuse", "qylx", "lx", "lb"]
            }
            Self::Capacity => &["capacity", "容量", "床位", "座位", "学位", "服务人数", "beds", "rl"],
            Self::AreaM2 => &["aream2", "建筑面积", "用房面积", "面积", "area", "jzmj", "mj"],
            Self::Open => &["opentopublic", "对外开放", "是否开放", "开放", "sfkf", "open"],
            Self::StreetClass => &[
                "highway", "道路等级", "道路类型", "等级", "级别", "类型", "fclass", "roadclass", "class", "dldj", "dllx", "dj",
                "lx", "type",
            ],
            Self::StreetLayer => &["layer", "层级", "zlevel"],
            Self::Bridge => &["bridge", "桥梁", "是否桥", "sfq"],
            Self::Tunnel => &["tunnel", "隧道", "地下通道", "sfsd"],
            Self::Steps => &["steps", "台阶", "阶梯", "tj"],
            Self::Foot => &["foot", "步行", "行人"],
            Self::Access => &["access", "通行"],
            Self::Walled => &["walled", "围墙", "封闭", "gated", "sffb"],
        }
    }
}
