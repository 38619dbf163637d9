//! Puts the town together: draws the plan, builds its areas and surroundings, and counts its people.

use crate::apportion::apportion;
use crate::backdrop::{self, Scene};
use crate::block::Block;
use crate::border::outline;
use crate::community::{AREAS, Built, Kind, MICRO_GRIDS, community, sheds};
use crate::error::SampleError;
use crate::facility::{Facilities, lacking};
use crate::house::{Draft, Role};
use crate::lattice::{BlockId, Lattice};
use crate::names::Names;
use crate::plane::{V, to_polygon, twice_area};
use crate::roads::{self, Streets};
use crate::site::Site;
use lifang_model::{
    Area, AreaKind, Building, Compound, CompoundIdx, Demand, Frame, Gate, LandCover, Sources, Territory,
};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::collections::BTreeSet;

/// Published figures of the community.
const AREA_M2: f64 = 360_000.0;
const PERSONS: u32 = 12_116;
const MERCHANTS: u32 = 2_775;
/// Shares of residents of 60 and older and under 15.
const ELDERS: f64 = 0.22;
const CHILDREN: f64 = 0.14;
/// People at work a merchant: "merchants' staff are nearly ten thousand".
const STAFF: f64 = 3.5;
/// Fewest buildings a community has; a larger sample lays out one for every so many.
const FEWEST_IN_COMMUNITY: u32 = 190;

const PLACE: &str = "太平街社区";
const CODE: &str = "500102006001";

fn stream(seed: u64, stream: u64) -> ChaCha8Rng {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(stream);
    rng
}

/// Streams of randomness besides those of the communities, which count from 1.
const GROUND: u64 = 0;
const SURROUNDINGS: u64 = 1 << 40;
const NAMES: u64 = (1 << 40) + 1;
const REDRAWN: u64 = 1 << 41;
/// Plans of streets drawn before a seed is given up.
const PLANS: u64 = 16;

/// The plan of streets and the areas built on it. A plan with a block too small or too odd for its homes, about one in
/// seven hundred, is drawn again.
fn ground(seed: u64, buildings: Option<u32>) -> Result<(Lattice, Vec<Built>), SampleError> {
    let count = buildings.map_or(1, |n| (n / FEWEST_IN_COMMUNITY + 1) as usize);
    let wide = (1..=count).find(|w| w * w >= count).unwrap_or(1);
    let mut drawn = 0;
    loop {
        let streets = if drawn == 0 { GROUND } else { REDRAWN + drawn };
        let mut lattice = Lattice::new(&mut stream(seed, streets), (wide, count.div_ceil(wide)));
        if buildings.is_none() {
            let blocks = lattice.community(0);
            let land: f64 = blocks.iter().map(|&id| twice_area(&Block::new(&lattice, id).ring()) / 2.0).sum();
            lattice.terrain.scale = (AREA_M2 / land).sqrt();
        }
        drawn += 1;
        match build_areas(&lattice, seed, buildings) {
            Err(SampleError::Capacity { .. }) if drawn < PLANS => {}
            areas => return Ok((lattice, areas?)),
        }
    }
}

/// Makes the territory; `buildings` is the number inside the border, or `None` for the community as published.
pub(crate) fn make(seed: u64, buildings: Option<u32>) -> Result<Territory, SampleError> {
    let (lattice, areas) = ground(seed, buildings)?;
    let mut rng = stream(seed, SURROUNDINGS);
    let mut names = Names::new(&mut stream(seed, NAMES));
    let mut out = Streets::default();
    let mut covers = Vec::new();
    roads::streets(&lattice, &mut names, &mut out)?;
    roads::river(&lattice, &mut out, &mut covers)?;

    let mut facilities = Facilities::default();
    for group in areas.chunks(AREAS) {
        facilities.community(group)?;
    }
    facilities.quay(&lattice)?;
    let mut town = Town { lattice: &lattice, streets: out, covers, buildings: Vec::new() };
    let compounds = town.areas(&areas, &mut names)?;
    for area in &areas {
        facilities.stops(&area.block, &area.site, &mut rng)?;
    }
    town.surroundings(&areas, &mut rng, &mut facilities)?;

    town.covers.sort_by_key(|area| drawn_after(area.cover));
    let mut pieces: Vec<Vec<V>> = areas.iter().map(|area| area.block.ring()).collect();
    pieces.extend(river_within(&lattice, &areas));
    Ok(Territory {
        name: PLACE.to_owned(),
        code: CODE.to_owned(),
        frame: Frame {
            crs: Some("EPSG:4545".to_owned()),
            origin: (441_000.0, 3_287_000.0),
            source: Some("EPSG:4545".to_owned()),
        },
        boundary: outline(&pieces)?,
        buildings: town.buildings,
        compounds,
        streets: town.streets.all,
        barriers: Vec::new(),
        areas: town.covers,
        cuts: Vec::new(),
        facilities: facilities.all,
        faults: Vec::new(),
    })
}

/// Builds communities; with a number of buildings asked for, as many areas as it takes, then sheds to meet it.
fn build_areas(lattice: &Lattice, seed: u64, buildings: Option<u32>) -> Result<Vec<Built>, SampleError> {
    let lacking = |held| SampleError::Capacity { seed, held, needed: MICRO_GRIDS };
    let Some(wanted) = buildings else {
        let mut areas = community(lattice, seed, 0, true).map_err(lacking)?;
        for area in &mut areas {
            if matches!(area.kind, Kind::Homes { .. }) {
                sheds(area, 4);
            }
        }
        return Ok(areas);
    };
    let mut areas: Vec<Built> = Vec::new();
    let mut built = 0;
    'all: for number in 0..lattice.communities.0 * lattice.communities.1 {
        for area in community(lattice, seed, number, false).map_err(lacking)? {
            let more = area.site.drafts.len() as u32;
            if built + more > wanted && !areas.is_empty() {
                break 'all;
            }
            built += more;
            areas.push(area);
        }
    }
    for area in &mut areas {
        built += sheds(area, wanted.saturating_sub(built).min(60));
    }
    Ok(areas)
}

/// Pieces of the river with areas on both banks.
fn river_within(lattice: &Lattice, areas: &[Built]) -> Vec<Vec<V>> {
    let held: BTreeSet<BlockId> = areas.iter().map(|area| area.block.id).collect();
    (0..lattice.strips())
        .filter(|&strip| {
            let south = lattice.river - 1;
            held.contains(&BlockId { strip, band: lattice.river, row: 0 })
                && held.contains(&BlockId { strip, band: south, row: lattice.rows(strip, south) - 1 })
        })
        .map(|strip| roads::river_piece(lattice, strip))
        .collect()
}

struct Town<'a> {
    lattice: &'a Lattice,
    streets: Streets,
    covers: Vec<Area>,
    buildings: Vec<Building>,
}

impl Town<'_> {
    /// Writes the areas down and counts their people.
    fn areas(&mut self, areas: &[Built], names: &mut Names) -> Result<Vec<Compound>, SampleError> {
        let digits = areas.len().to_string().len().max(2);
        let (mut homes, mut circles) = (0, 0);
        let mut compounds = Vec::with_capacity(areas.len());
        for (row, area) in areas.iter().enumerate() {
            let circle = matches!(area.kind, Kind::Circle { .. });
            let number = if circle { &mut circles } else { &mut homes };
            *number += 1;
            let code = format!("{}{number:0digits$}", if circle { "S" } else { "C" });
            let (mut house, mut other) = (0, 0);
            for draft in &area.site.drafts {
                let counter = if draft.role == Role::Home { &mut house } else { &mut other };
                *counter += 1;
                let (code, name) = match draft.role {
                    Role::Home => (format!("{code}-{counter:02}"), Some(format!("{counter}栋"))),
                    _ => (format!("{code}-P{counter:02}"), draft.name.clone()),
                };
                self.building(&area.site, draft, code, name, Some(CompoundIdx::of(row)))?;
            }
            self.grounds(&area.site)?;
            let gates = if circle { &[] } else { area.site.gates.as_slice() };
            compounds.push(Compound {
                code,
                name: Some(match area.kind {
                    Kind::Circle { centre: true } if row < AREAS => "太平广场商圈".to_owned(),
                    Kind::Circle { .. } => names.circle(),
                    Kind::Homes { .. } => names.compound(),
                }),
                kind: if circle { AreaKind::Commercial } else { AreaKind::Residential },
                outline: vec![to_polygon(&area.site.outline_ground)?],
                walled: !circle,
                gates: gates
                    .iter()
                    .map(|gate| {
                        let at = area.site.axes.ground(gate.at).round()?;
                        Ok(Gate { at, open: gate.open, hours: None })
                    })
                    .collect::<Result<_, SampleError>>()?,
            });
        }
        self.count(areas);
        Ok(compounds)
    }

    /// Shares the published totals out over the buildings, which are all of the areas' so far.
    fn count(&mut self, areas: &[Built]) {
        let drafts: Vec<&Draft> = areas.iter().flat_map(|area| &area.site.drafts).collect();
        let micro_grids: u32 = areas.iter().map(|area| area.micro_grids).sum();
        let part = |figure: u32| {
            (f64::from(figure) * f64::from(micro_grids) / f64::from(MICRO_GRIDS)).round() as u32
        };
        let weights = |of: &dyn Fn(&Draft) -> f64| drafts.iter().map(|d| of(d)).collect::<Vec<f64>>();
        let open = |lived: bool| if lived { u32::MAX } else { 0 };
        let households = |d: &Draft| f64::from(d.households);
        let caps: Vec<u32> = drafts.iter().map(|d| open(d.households > 0)).collect();
        let persons = apportion(part(PERSONS), &weights(&|d| households(d) * d.household_size), &caps);
        let total: u32 = persons.iter().sum();
        let share = |of: f64| (f64::from(total) * of).round() as u32;
        let caps: Vec<u32> = persons.iter().map(|p| p * 2 / 3).collect();
        let elders =
            apportion(share(ELDERS), &weights(&|d| households(d) * d.household_size * d.elders), &caps);
        let caps: Vec<u32> = persons.iter().zip(&elders).map(|(p, e)| p - e).collect();
        let children =
            apportion(share(CHILDREN), &weights(&|d| households(d) * d.household_size * d.children), &caps);
        let caps: Vec<u32> = drafts.iter().map(|d| open(d.trade > 0.0)).collect();
        let merchants = apportion(part(MERCHANTS), &weights(&|d| d.trade), &caps);
        for (i, (building, draft)) in self.buildings.iter_mut().zip(&drafts).enumerate() {
            building.demand = Demand {
                households: draft.households,
                persons: persons[i],
                merchants: merchants[i],
                elders: elders[i],
                children: children[i],
                day_persons: (f64::from(merchants[i]) * STAFF).round() as u32,
            };
            building.sources = Sources::GIVEN;
        }
    }

    /// Draws every block that is no area of the territory.
    fn surroundings(
        &mut self,
        areas: &[Built],
        rng: &mut ChaCha8Rng,
        out: &mut Facilities,
    ) -> Result<(), SampleError> {
        let held: BTreeSet<BlockId> = areas.iter().map(|area| area.block.id).collect();
        let lacking = lacking(areas);
        let mut number = 0;
        for strip in 0..self.lattice.strips() {
            for band in 0..self.lattice.bands.len() {
                for row in 0..self.lattice.rows(strip, band) {
                    let id = BlockId { strip, band, row };
                    if held.contains(&id) {
                        continue;
                    }
                    let block = Block::new(self.lattice, id);
                    let mut site = Site::new(&block);
                    let scene = Scene::pick(rng);
                    backdrop::draw(&mut site, &block, rng, scene);
                    for draft in &site.drafts {
                        number += 1;
                        self.building(&site, draft, format!("N{number:06}"), None, None)?;
                    }
                    self.grounds(&site)?;
                    out.stops(&block, &site, rng)?;
                    if rng.random_bool(0.9) {
                        out.around(&site, scene, rng, lacking)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn building(
        &mut self,
        site: &Site,
        draft: &Draft,
        code: String,
        name: Option<String>,
        compound: Option<CompoundIdx>,
    ) -> Result<(), SampleError> {
        let ring: Vec<V> = draft.ring.iter().map(|&p| site.axes.ground(p)).collect();
        self.buildings.push(Building {
            code,
            name,
            outline: vec![to_polygon(&ring)?],
            use_: draft.use_,
            levels: Some(draft.levels),
            units: draft.dwellings.map(|d| d.units),
            compound,
            demand: Demand::default(),
            sources: Sources::default(),
            entrances: draft.doors.iter().map(|&d| site.axes.ground(d).round()).collect::<Result<_, _>>()?,
            storeys: Vec::new(),
        });
        Ok(())
    }

    /// Lanes, lawns and ponds of a site.
    fn grounds(&mut self, site: &Site) -> Result<(), SampleError> {
        for lane in &site.lanes {
            self.streets.add_path(self.lattice, lane.name.as_deref(), lane.class, &lane.ground)?;
        }
        for lawn in &site.lawns {
            let ring: Vec<V> = lawn.ring.iter().map(|&p| site.axes.ground(p)).collect();
            let outline = to_polygon(&ring)?;
            self.covers.push(Area { cover: lawn.cover, name: lawn.name.clone(), outline });
        }
        Ok(())
    }
}

/// Order areas are drawn in: what lies in grass comes after it.
fn drawn_after(cover: LandCover) -> u8 {
    match cover {
        LandCover::Green => 0,
        LandCover::Square => 1,
        LandCover::Pitch => 2,
        LandCover::Water => 3,
    }
}
