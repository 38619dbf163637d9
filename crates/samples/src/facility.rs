//! Facilities of the community and of its surroundings, with gaps left on purpose.

use crate::backdrop::Scene;
use crate::block::Block;
use crate::community::{AREAS, Built, Kind};
use crate::error::SampleError;
use crate::house::Role;
use crate::lattice::Lattice;
use crate::offers::{AROUND, OFFERS};
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

impl Facilities {
    /// Adds one; a capacity or an area of 0 is unknown.
    fn add(
        &mut self,
        at: V,
        (category, name): (&str, &str),
        capacity: u32,
        area_m2: f64,
        open: bool,
    ) -> Result<(), SampleError> {
        self.all.push(Facility {
            code: FacilityCode::new(format!("F{:05}", self.all.len() + 1))?,
            name: Some(name.to_owned()),
            category: category.to_owned(),
            at: at.round()?,
            capacity: Some(capacity).filter(|&people| people > 0),
            area_m2: Some(area_m2).filter(|&area| area > 0.0),
            open_to_public: open,
        });
        Ok(())
    }

    /// Facilities of one community's areas.
    pub fn community(&mut self, areas: &[Built]) -> Result<(), SampleError> {
        for area in areas {
            for offer in OFFERS.iter().filter(|offer| offer.at.holds(area.kind)) {
                // Without a house of its own it rents rooms on the street.
                let rooms =
                    [offer.role, Role::Shop, Role::Terrace, Role::Home].map(|role| doors(&area.site, role));
                let Some(doors) = rooms.iter().find(|doors| !doors.is_empty()) else { continue };
                let at = doors[(doors.len() * offer.door / 10).min(doors.len() - 1)];
                self.add(at, (offer.category, offer.name), offer.capacity, offer.area_m2, offer.open)?;
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
                self.add(site.axes.ground(at), ("bus_stop", "公交站"), 0, 0.0, true)?;
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
                self.add(first, ("middle_school", "实验中学"), 1800, 12_000.0, true)?;
                self.add(first, ("sport", "中学体育场"), 400, 6000.0, rng.random_bool(0.5))
            }
            Scene::School => self.add(first, ("primary_school", "实验小学"), 1200, 8000.0, true),
            Scene::Hospital => {
                self.add(first, ("hospital", "中医院"), 420, 26_000.0, true)?;
                self.add(first, ("ambulance_station", "中医院急救站"), 0, 0.0, true)?;
                self.add(first, ("parking", "医院停车场"), 300, 9000.0, true)
            }
            Scene::Park => {
                let middle = site.axes.ground(site.on_side(0, length(&site.sides[0]) / 2.0));
                self.add(middle, ("park", "城市公园"), 0, 20_000.0, true)?;
                self.add(middle, ("playground", "公园儿童乐园"), 80, 600.0, true)?;
                self.add(middle, ("toilet", "公园公厕"), 10, 50.0, true)?;
                self.add(middle, ("shelter", "公园应急避难场所"), 3000, 9000.0, true)
            }
            Scene::Works => Ok(()),
            Scene::Slabs | Scene::Towers | Scene::OldTown => {
                let mut draw = rng.random_range(0..100u32);
                for &(often, category, name) in AROUND {
                    if draw < often {
                        let lacks = category == "elder_care" && any.dist(lacking) < ELDER_GAP;
                        return if lacks { Ok(()) } else { self.add(any, (category, name), 0, 0.0, true) };
                    }
                    draw -= often;
                }
                Ok(())
            }
        }
    }

    /// The park along the river, entered where the streets end.
    pub fn quay(&mut self, lattice: &Lattice) -> Result<(), SampleError> {
        let (strips, _) = lattice.home();
        let road = lattice.bands[lattice.river].0;
        for i in strips.clone().chain([strips.end]).step_by(2) {
            let at = lattice.terrain.bend(V { x: lattice.xs[i], y: road - 27.0 });
            self.add(at, ("park", "滨江公园"), 0, 12_000.0, true)?;
        }
        let at = lattice.terrain.bend(V { x: lattice.xs[strips.start + 1], y: road - 27.0 });
        self.add(at, ("toilet", "滨江公厕"), 8, 40.0, true)?;
        self.add(at, ("rest_station", "滨江驿站"), 12, 30.0, true)?;
        // The railway stops a few streets away.
        let north = lattice.bands[lattice.river].1;
        let at = lattice.terrain.bend(V { x: lattice.xs[strips.start - 2], y: north });
        self.add(at, ("metro", "北门轨道站"), 0, 0.0, true)
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
