//! What a community offers, as a table: which area, which of its doors, what, how large. Gaps are left on purpose: one
//! compound after another lacks something, and some places are not for the public.

use crate::community::{Job, Kind};
use crate::house::Role;

/// Which areas of a community have it.
#[derive(Copy, Clone, PartialEq)]
pub(crate) enum At {
    /// The circle with the square.
    Centre,
    /// The other circles.
    Circles,
    /// Every compound.
    Homes,
    /// The compounds with this job.
    Job(Job),
}

impl At {
    pub fn holds(self, kind: Kind) -> bool {
        match (self, kind) {
            (Self::Centre, Kind::Circle { centre }) => centre,
            (Self::Circles, Kind::Circle { centre }) => !centre,
            (Self::Homes, Kind::Homes { .. }) => true,
            (Self::Job(wanted), Kind::Homes { job, .. }) => job == wanted,
            _ => false,
        }
    }
}

/// A facility of a community.
pub(crate) struct Offer {
    pub at: At,
    /// Buildings it may be in, and which of their doors it takes, in tenths of their number.
    pub role: Role,
    pub door: usize,
    pub category: &'static str,
    pub name: &'static str,
    /// People served at a time, and floor area, m2; 0 where nobody knows.
    pub capacity: u32,
    pub area_m2: f64,
    /// Closed ones are for their own staff or pupils.
    pub open: bool,
}

const fn offer(
    at: At,
    (role, door): (Role, usize),
    (category, name): (&'static str, &'static str),
    capacity: u32,
    area_m2: f64,
) -> Offer {
    Offer { at, role, door, category, name, capacity, area_m2, open: true }
}

const fn closed(offer: Offer) -> Offer {
    Offer { open: false, ..offer }
}

use At::{Centre, Circles, Homes};
use Role::{Centre as PartyHouse, ElderHome, Hall, Kindergarten, Mall, MarketHall, School, Shop, Terrace};

/// The table.
pub(crate) const OFFERS: &[Offer] = &[
    offer(Centre, (PartyHouse, 0), ("party_centre", "太平街社区党群服务中心"), 600, 1800.0),
    offer(Centre, (PartyHouse, 0), ("rest_station", "爱心驿站"), 20, 40.0),
    offer(Centre, (PartyHouse, 0), ("library", "太平书吧"), 60, 220.0),
    offer(Centre, (PartyHouse, 0), ("shelter", "太平广场应急避难场所"), 1500, 2400.0),
    offer(Centre, (PartyHouse, 0), ("toilet", "广场公厕"), 12, 60.0),
    offer(Centre, (Terrace, 2), ("clinic", "太平街社区卫生服务站"), 80, 320.0),
    offer(Centre, (Terrace, 4), ("pharmacy", "康民大药房"), 0, 120.0),
    offer(Centre, (Terrace, 6), ("post", "太平街邮政所"), 60, 150.0),
    offer(Centre, (Terrace, 8), ("police", "太平街警务室"), 20, 90.0),
    offer(Centre, (Terrace, 5), ("fire_station", "太平街微型消防站"), 6, 60.0),
    offer(Centre, (Terrace, 3), ("bank", "农商银行太平街支行"), 40, 260.0),
    offer(Centre, (Terrace, 1), ("restaurant", "老街面馆"), 60, 110.0),
    offer(Centre, (Terrace, 7), ("restaurant", "太平酒家"), 180, 420.0),
    offer(Centre, (Terrace, 9), ("convenience", "广场便利店"), 0, 60.0),
    offer(Centre, (MarketHall, 0), ("market", "太平街农贸市场"), 260, 2600.0),
    offer(Centre, (MarketHall, 0), ("recycling", "农贸市场垃圾收集点"), 0, 80.0),
    offer(Centre, (Mall, 0), ("supermarket", "惠民超市"), 400, 1800.0),
    offer(Centre, (Mall, 0), ("parking", "广场地下停车场"), 260, 8200.0),
    offer(Centre, (Mall, 0), ("bicycle", "广场自行车停放点"), 80, 120.0),
    offer(Circles, (Hall, 0), ("culture", "文化活动中心"), 300, 900.0),
    offer(Circles, (Mall, 0), ("supermarket", "百汇超市"), 300, 1400.0),
    offer(Circles, (Mall, 5), ("parking", "商场停车场"), 180, 5400.0),
    offer(Circles, (Mall, 5), ("charging", "商场充电站"), 24, 400.0),
    offer(Circles, (Mall, 0), ("bicycle", "共享单车停放点"), 60, 90.0),
    offer(Circles, (MarketHall, 0), ("market", "生鲜市场"), 180, 1900.0),
    offer(Circles, (Terrace, 4), ("pharmacy", "同济药房"), 0, 90.0),
    offer(Circles, (Terrace, 8), ("canteen", "社区食堂"), 90, 180.0),
    offer(Circles, (Terrace, 2), ("restaurant", "江边火锅"), 160, 380.0),
    offer(Circles, (Terrace, 6), ("convenience", "商圈便利店"), 0, 70.0),
    offer(Circles, (Terrace, 5), ("bank", "工商银行网点"), 50, 300.0),
    offer(Circles, (Terrace, 9), ("toilet", "商圈公厕"), 10, 50.0),
    offer(Homes, (Shop, 5), ("housing_service", "物业服务中心"), 20, 80.0),
    offer(Homes, (Shop, 8), ("recycling", "垃圾分类收集点"), 0, 30.0),
    offer(At::Job(Job::Pond), (Shop, 4), ("nursery", "小太阳托育园"), 45, 300.0),
    offer(At::Job(Job::Pond), (Shop, 7), ("supermarket", "邻里生鲜超市"), 80, 260.0),
    offer(At::Job(Job::Pond), (Shop, 2), ("express", "快递驿站"), 0, 60.0),
    offer(At::Job(Job::Pond), (Shop, 9), ("charging", "小区充电桩"), 12, 160.0),
    offer(At::Job(Job::School), (School, 0), ("primary_school", "太平街小学"), 1080, 5200.0),
    closed(offer(At::Job(Job::School), (School, 0), ("sport", "太平街小学操场"), 200, 1900.0)),
    offer(At::Job(Job::School), (Shop, 3), ("child_care", "四点半课堂"), 60, 180.0),
    offer(At::Job(Job::School), (Shop, 6), ("convenience", "校门口便利店"), 0, 50.0),
    offer(At::Job(Job::Kindergarten), (Kindergarten, 0), ("kindergarten", "太平街社区幼儿园"), 270, 1500.0),
    offer(At::Job(Job::Kindergarten), (Kindergarten, 0), ("playground", "儿童乐园"), 60, 240.0),
    offer(At::Job(Job::Kindergarten), (Shop, 2), ("express", "快递驿站"), 0, 60.0),
    offer(At::Job(Job::Kindergarten), (Shop, 7), ("convenience", "江景便利店"), 0, 60.0),
    offer(At::Job(Job::ElderHome), (ElderHome, 0), ("elder_care", "太平街社区养老服务中心"), 60, 1600.0),
    offer(At::Job(Job::ElderHome), (ElderHome, 0), ("canteen", "长者食堂"), 120, 260.0),
    offer(At::Job(Job::ElderHome), (ElderHome, 0), ("disability", "残疾人康复站"), 20, 120.0),
    offer(At::Job(Job::None), (Shop, 4), ("sport", "邻里健身房"), 50, 240.0),
    offer(At::Job(Job::None), (Shop, 6), ("pharmacy", "百姓药房"), 0, 80.0),
    offer(At::Job(Job::None), (Shop, 2), ("convenience", "邻里便利店"), 0, 60.0),
    offer(At::Job(Job::FarGate), (Shop, 1), ("express", "快递驿站"), 0, 60.0),
    // For its own staff only: it must not count.
    closed(offer(At::Job(Job::FarGate), (Shop, 4), ("elder_care", "单位离退休活动室"), 30, 120.0)),
];

/// What a block of homes in the surroundings may have, with how often out of 100.
pub(crate) const AROUND: &[(u32, &str, &str)] = &[
    (5, "clinic", "社区卫生服务站"),
    (8, "pharmacy", "大药房"),
    (5, "supermarket", "生活超市"),
    (8, "convenience", "便利店"),
    (5, "kindergarten", "幼儿园"),
    (4, "elder_care", "日间照料中心"),
    (4, "market", "菜市场"),
    (5, "canteen", "便民食堂"),
    (8, "restaurant", "小吃店"),
    (4, "culture", "文化站"),
    (2, "police", "派出所"),
    (2, "post", "邮政支局"),
    (3, "bank", "银行网点"),
    (4, "party_centre", "社区党群服务中心"),
    (3, "nursery", "托育中心"),
    (5, "express", "快递驿站"),
    (3, "housing_service", "物业服务中心"),
    (3, "parking", "公共停车场"),
    (2, "charging", "充电站"),
    (2, "playground", "口袋乐园"),
    (2, "child_care", "儿童之家"),
    (1, "library", "城市书房"),
    (1, "fire_station", "消防救援站"),
    (2, "rest_station", "城市驿站"),
];
