//! Facilities of the community and of its surroundings, with gaps left on purpose.

use crate::backdrop::Scene;
use crate::block::Block;
use crate::community::{AREAS, Built, Job, Kind};
use crate::error::SampleError;
use crate::house::Role;
use crate::lattice::Lattice;
use crate::plane::{V, length, point_along};
use crate::site::Site;
use lifang_model::{Facility, FacilityCode, StreetClass};
use rand::Rng;
use rand_chacha::ChaCha8Rng;

/// No elder care stands within this of the corner that is to lack it, metres.
const ELDER_GAP: f64 = 750.0;

/// Collects facilities, numbering them as they come.
#[derive(Default)]
pub(crate) struct Facilities {
    pub all: Vec<Facility>,
}

/// What a facility offers.
struct Offer<'a> {
    category: &'a str,
    name: String,
    capacity: Option<u32>,
    area_m2: Option<f64>,
    open: bool,
}

fn offer(category: &str, name: impl Into<String>) -> Offer<'_> {
    Offer { category, name: name.into(), capacity: None, area_m2: None, open: true }
}

impl Offer<'_> {
    fn sized(mut self, capacity: u32, area_m2: f64) -> Self {
        self.capacity = Some(capacity);
        self.area_m2 = Some(area_m2);
        self
    }

    fn closed(mut self) -> Self {
        self.open = false;
        self
    }
}

impl Facilities {
    fn add(&mut self, at: V, offer: Offer) -> Result<(), SampleError> {
        self.all.push(Facility {
            code: FacilityCode::new(format!("F{:05}", self.all.len() + 1))?,
            name: Some(offer.name),
            category: offer.category.to_owned(),
            at: at.round()?,
            capacity: offer.capacity,
            area_m2: offer.area_m2,
            open_to_public: offer.open,
        });
        Ok(())
    }

    /// Facilities of one community's areas.
    pub fn community(&mut self, areas: &[Built], place: &str) -> Result<(), SampleError> {
        for area in areas {
            let doors = |role: Role| doors(&area.site, role);
            let centre = area.kind == (Kind::Circle { centre: true });
            let elders = matches!(area.kind, Kind::Homes { job: Job::ElderHome, .. });
            // Without a house of its own it rents rooms on the street.
            let rooms = |role: Role, wanted: bool, other: Role| {
                let own = doors(role);
                let rented = if own.is_empty() && wanted { doors(other) } else { Vec::new() };
                own.into_iter().chain(rented).take(1)
            };
            for at in rooms(Role::Centre, centre, Role::Terrace) {
                self.add(at, offer("party_centre", format!("{place}党群服务中心")).sized(600, 1800.0))?;
                self.add(at, offer("toilet", "广场公厕").sized(12, 60.0))?;
                self.add(at, offer("shelter", "太平广场应急避难场所").sized(1500, 2400.0))?;
            }
            for (k, at) in doors(Role::MarketHall).into_iter().enumerate() {
                self.add(at, offer("market", ["农贸市场", "生鲜市场"][k % 2]).sized(260, 2600.0))?;
            }
            for at in doors(Role::School) {
                self.add(at, offer("primary_school", "太平街小学").sized(1080, 5200.0))?;
                self.add(at, offer("sport", "太平街小学操场").sized(200, 1900.0).closed())?;
            }
            for at in doors(Role::Kindergarten) {
                self.add(at, offer("kindergarten", format!("{place}幼儿园")).sized(270, 1500.0))?;
            }
            for at in rooms(Role::ElderHome, elders, Role::Shop) {
                self.add(at, offer("elder_care", format!("{place}养老服务中心")).sized(60, 1600.0))?;
                self.add(at, offer("canteen", "长者食堂").sized(120, 260.0))?;
            }
            for at in doors(Role::Mall).into_iter().take(1) {
                self.add(at, offer("supermarket", "惠民超市").sized(400, 1800.0))?;
            }
            if area.kind == (Kind::Circle { centre: false }) {
                for at in doors(Role::Hall).into_iter().take(1) {
                    self.add(at, offer("culture", "文化活动中心").sized(300, 900.0))?;
                }
            }
            self.street_level(area, place)?;
        }
        Ok(())
    }

    /// What sits on the ground floor of terraces and shops.
    fn street_level(&mut self, area: &Built, place: &str) -> Result<(), SampleError> {
        let (terraces, shops) = (doors(&area.site, Role::Terrace), doors(&area.site, Role::Shop));
        let pick = |list: &[V], k: usize| list.get(list.len() * k / 5).copied();
        let wanted = match area.kind {
            Kind::Circle { centre: true } => vec![
                (pick(&terraces, 1), offer("clinic", format!("{place}卫生服务站")).sized(80, 320.0)),
                (pick(&terraces, 2), offer("pharmacy", "康民大药房")),
                (pick(&terraces, 3), offer("post", "太平街邮政所").sized(60, 150.0)),
                (pick(&terraces, 4), offer("police", "太平街警务室").sized(20, 90.0)),
            ],
            Kind::Circle { centre: false } => vec![
                (pick(&terraces, 2), offer("pharmacy", "同济药房")),
                (pick(&terraces, 4), offer("canteen", "社区食堂").sized(90, 180.0)),
            ],
            Kind::Homes { job: Job::Pond, .. } => vec![
                (pick(&shops, 2), offer("nursery", "小太阳托育园").sized(45, 300.0)),
                (pick(&shops, 4), offer("supermarket", "邻里生鲜超市").sized(80, 260.0)),
            ],
            // For its own staff only: it must not count.
            Kind::Homes { job: Job::FarGate, .. } => {
                vec![(pick(&shops, 2), offer("elder_care", "单位离退休活动室").sized(30, 120.0).closed())]
            }
            Kind::Homes { job: Job::None, .. } => vec![
                (pick(&shops, 2), offer("sport", "邻里健身房").sized(50, 240.0)),
                (pick(&shops, 3), offer("pharmacy", "百姓药房")),
            ],
            Kind::Homes { .. } => Vec::new(),
        };
        for (at, what) in wanted {
            if let Some(at) = at {
                self.add(at, what)?;
            }
        }
        Ok(())
    }

    /// Bus stops on the wider streets of a block, on its own pavement.
    pub fn stops(&mut self, block: &Block, site: &Site, rng: &mut ChaCha8Rng) -> Result<(), SampleError> {
        for side in 0..4 {
            let wide = matches!(block.class[side], StreetClass::Primary | StreetClass::Secondary);
            if wide && rng.random_bool(0.4) {
                let line = &site.sides[side];
                let at = point_along(line, length(line) * rng.random_range(0.3..0.7)).0;
                self.add(site.axes.ground(at), offer("bus_stop", "公交站"))?;
            }
        }
        Ok(())
    }

    /// Facilities of a block of the surroundings; `lacking` is the corner kept without elder care.
    pub fn around(
        &mut self,
        site: &Site,
        scene: Scene,
        rng: &mut ChaCha8Rng,
        lacking: V,
    ) -> Result<(), SampleError> {
        let all: Vec<V> =
            site.drafts.iter().flat_map(|d| d.doors.first()).map(|&d| site.axes.ground(d)).collect();
        let Some(&first) = all.first() else { return Ok(()) };
        let any = all[rng.random_range(0..all.len())];
        match scene {
            Scene::School if rng.random_bool(0.5) => {
                self.add(first, offer("middle_school", "实验中学").sized(1800, 12000.0))?;
                self.add(first, offer("sport", "中学体育场").sized(400, 6000.0))
            }
            Scene::School => self.add(first, offer("primary_school", "实验小学").sized(1200, 8000.0)),
            Scene::Hospital => self.add(first, offer("hospital", "中医院").sized(420, 26000.0)),
            Scene::Park => {
                let middle = site.axes.ground(site.on_side(0, length(&site.sides[0]) / 2.0));
                self.add(middle, offer("park", "城市公园"))?;
                self.add(middle, offer("toilet", "公园公厕").sized(10, 50.0))?;
                self.add(middle, offer("shelter", "公园应急避难场所").sized(3000, 9000.0))
            }
            Scene::Works => Ok(()),
            Scene::Slabs | Scene::Towers | Scene::OldTown => {
                let (category, name) = match rng.random_range(0..16) {
                    0 => ("clinic", "社区卫生服务站"),
                    1 | 2 => ("pharmacy", "大药房"),
                    3 => ("supermarket", "生活超市"),
                    4 => ("kindergarten", "幼儿园"),
                    5 => ("elder_care", "日间照料中心"),
                    6 => ("market", "菜市场"),
                    7 => ("canteen", "便民食堂"),
                    8 => ("culture", "文化站"),
                    9 => ("police", "派出所"),
                    10 => ("post", "邮政支局"),
                    11 => ("party_centre", "社区党群服务中心"),
                    12 => ("nursery", "托育中心"),
                    _ => return Ok(()),
                };
                if category == "elder_care" && any.dist(lacking) < ELDER_GAP {
                    return Ok(());
                }
                self.add(any, offer(category, name).sized(120, 400.0))
            }
        }
    }

    /// The park along the river, entered where the streets end.
    pub fn quay(&mut self, lattice: &Lattice) -> Result<(), SampleError> {
        let (strips, _) = lattice.home();
        let road = lattice.bands[lattice.river].0;
        for i in strips.clone().chain([strips.end]).step_by(2) {
            let at = lattice.terrain.bend(V { x: lattice.xs[i], y: road - 27.0 });
            self.add(at, offer("park", "滨江公园"))?;
        }
        let at = lattice.terrain.bend(V { x: lattice.xs[strips.start + 1], y: road - 27.0 });
        self.add(at, offer("toilet", "滨江公厕").sized(8, 40.0))
    }
}

/// Street doors of the buildings with a role, on the ground; a terrace's shops open at its last door.
fn doors(site: &Site, role: Role) -> Vec<V> {
    let of = site.drafts.iter().filter(|d| d.role == role);
    of.filter_map(|d| d.doors.last()).map(|&door| site.axes.ground(door)).collect()
}

/// The corner that is to lack elder care: the area farthest from the elder home.
pub(crate) fn lacking(areas: &[Built]) -> V {
    let homes: Vec<V> = areas.iter().take(AREAS).flat_map(|a| doors(&a.site, Role::ElderHome)).collect();
    let from = homes.first().copied().unwrap_or_default();
    let middle = |a: &Built| a.site.axes.ground(V::default());
    areas
        .iter()
        .take(AREAS)
        .filter(|a| matches!(a.kind, Kind::Homes { .. }))
        .map(middle)
        .max_by(|a, b| a.dist(from).total_cmp(&b.dist(from)))
        .unwrap_or_default()
}
