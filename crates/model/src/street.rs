//! 道路与隔离 Streets people walk on, and lines that divide land.

use crate::kind::keyed;
use crate::{BarrierClass, Point};
use serde::{Deserialize, Serialize};

keyed! {
    /// 道路等级 Class of a street, by its OpenStreetMap `highway` value.
    StreetClass {
        /// 高速 Motorway.
        Motorway = "motorway",
        /// 快速路 Trunk.
        Trunk = "trunk",
        /// 主干路 Primary.
        Primary = "primary",
        /// 次干路 Secondary.
        Secondary = "secondary",
        /// 支路 Tertiary.
        Tertiary = "tertiary",
        /// 街巷 Residential, unclassified.
        Residential = "residential",
        /// 生活街 Living street.
        Living = "living_street",
        /// 内部路 Service road.
        Service = "service",
        /// 步行街 Pedestrian street.
        Pedestrian = "pedestrian",
        /// 自行车道 Cycleway.
        Cycleway = "cycleway",
        /// 土路 Track.
        Track = "track",
        /// 步道 Footway.
        Footway = "footway",
        /// 小径 Path.
        Path = "path",
        /// 台阶 Steps.
        Steps = "steps",
        /// 楼内通道 Corridor inside a building.
        Corridor = "corridor",
        /// 未分类 The data does not say.
        Unknown = "unknown",
    }
}

impl StreetClass {
    /// Whether a vehicle fits: not on steps, footways, paths, cycleways and corridors.
    #[must_use]
    pub const fn takes_vehicles(self) -> bool {
        !matches!(self, Self::Cycleway | Self::Footway | Self::Path | Self::Steps | Self::Corridor)
    }

    /// What the street's centre line is to the land beside it.
    #[must_use]
    pub const fn barrier(self) -> BarrierClass {
        match self {
            Self::Motorway | Self::Trunk => BarrierClass::Motorway,
            Self::Primary => BarrierClass::Arterial,
            Self::Secondary => BarrierClass::Collector,
            Self::Tertiary | Self::Residential | Self::Unknown => BarrierClass::Local,
            Self::Living | Self::Pedestrian | Self::Service | Self::Cycleway | Self::Track => {
                BarrierClass::Lane
            }
            Self::Footway | Self::Path | Self::Steps | Self::Corridor => BarrierClass::None,
        }
    }
}

keyed! {
    /// 步行通行 Whether people on foot may use a street.
    FootAccess {
        /// 可通行 Open to all.
        Yes = "yes",
        /// 限本区 Only for residents or customers of the place.
        Private = "private",
        /// 禁止 No one on foot.
        No = "no",
    }
}

keyed! {
    /// 过街方式 How people cross the road a street leads over.
    Crossing {
        /// 信号灯 With lights.
        Signals = "signals",
        /// 斑马线 Marked, without lights.
        Marked = "marked",
        /// 无标线 Neither.
        Unmarked = "unmarked",
    }
}

keyed! {
    /// 单行 Which way vehicles may go, along the line as it is given.
    OneWay {
        /// 正向 From its first point to its last.
        Forward = "forward",
        /// 反向 From its last point to its first.
        Backward = "backward",
    }
}

impl OneWay {
    /// The same street told from its other end.
    #[must_use]
    pub const fn reversed(self) -> Self {
        match self {
            Self::Forward => Self::Backward,
            Self::Backward => Self::Forward,
        }
    }
}

keyed! {
    /// 机动车限行 Whom of those who drive a street is kept for. One that is kept for nobody in particular says nothing.
    MotorLimit {
        /// 限本区 Residents or customers of the place.
        Private = "private",
        /// 应急 Emergency vehicles.
        Emergency = "emergency",
        /// 禁止 No vehicle at all.
        No = "no",
    }
}

/// 通行条件 What a street costs besides its length, and what binds vehicles.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Traffic {
    /// 坡度 Rise over run in thousandths, whichever way it goes; `None` when unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub incline_permille: Option<u16>,
    /// 过街 The crossing it is, if it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub crossing: Option<Crossing>,
    /// 单行 Which way vehicles may go; both without it. People on foot always go both ways.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub oneway: Option<OneWay>,
    /// 机动车限行 Whom of those who drive it is kept for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub motor: Option<MotorLimit>,
}

impl Traffic {
    /// Whether nothing is known that would cost anybody anything.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        *self == Self::default()
    }
}

/// 道路 A street's centre line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Street {
    /// Identifier in the source, unique in the territory.
    pub code: String,
    /// Name, if any.
    pub name: Option<String>,
    /// Class.
    pub class: StreetClass,
    /// Centre line, at least two points.
    pub line: Vec<Point>,
    /// Level over ground: streets meet only on the same level.
    pub layer: i8,
    /// On a bridge: crosses what is below without meeting it.
    pub bridge: bool,
    /// In a tunnel or underpass.
    pub tunnel: bool,
    /// Who may walk it.
    pub foot: FootAccess,
    /// What it costs besides its length.
    #[serde(default, skip_serializing_if = "Traffic::is_plain")]
    pub traffic: Traffic,
}

impl Street {
    /// Whether the street lies on the ground and so divides it.
    #[must_use]
    pub const fn at_ground(&self) -> bool {
        !self.bridge && !self.tunnel && self.layer == 0
    }
}

/// 隔离线 A line that divides land and is not a street: rail, water's edge, wall, limit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Barrier {
    /// What it is.
    pub class: BarrierClass,
    /// The line.
    pub line: Vec<Point>,
}
