//! 网格步行半径 How far the homes of each zone walk to its station, or else to the door most central to them.

use crate::access::{Door, Ways};
use crate::areas::cells_at;
use lifang_fabric::Fabric;
use lifang_model::{Atom, AtomIdx, FacilityIdx, Point, Profile, Territory, ZoneIdx};
use lifang_network::{Costs, Field, Snap, costs};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Farther than this nobody walks inside a zone, mm.
const FAR_MM: u32 = 50_000_000;
/// In zones of more doors the central one is looked for among so many of them, those nearest to the middle of the homes.
const DOORS_MOST: usize = 256;

/// 网格中心 What the homes of a zone walk to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ZoneCentre {
    /// 站点 The stations inside the zone; every home walks to the nearest.
    Stations(Vec<FacilityIdx>),
    /// 中心门口 The door of the zone's own buildings with the least walk in all, households counted; an atom behind it.
    Door(AtomIdx),
}

/// 网格步行半径 The walks of one zone's homes.
#[derive(Clone, Debug, PartialEq)]
pub struct ZoneRadius {
    /// What they walk to; `None` where nobody lives.
    pub centre: Option<ZoneCentre>,
    /// Households that have a way there.
    pub reached: u64,
    /// Households that have none, or no street near enough to say.
    pub unreached: u64,
    /// Mean walk of those who have a way, metres; `None` when nobody has.
    pub mean_m: Option<f64>,
    /// Longest walk, metres; `None` when anybody has no way, or nobody lives there.
    pub max_m: Option<f64>,
}

/// 网格步行 The walks of one zone's homes, as they are kept and shown.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ZoneWalk {
    /// Level of the zone.
    pub level: String,
    /// Its code.
    pub code: String,
    /// `station`, `door`, or `none` where nobody lives.
    pub to: String,
    /// Codes of the stations, or of the building with the central door.
    pub centre: Vec<String>,
    /// Households that have a way there.
    pub reached: u64,
    /// Households that have none, or no street near enough to say.
    pub unreached: u64,
    /// Mean walk of those who have a way, metres.
    pub mean_m: Option<f64>,
    /// Longest walk, metres; `None` when anybody has no way.
    pub max_m: Option<f64>,
}

/// A zone's doors with the households behind them, and the junctions around them.
#[derive(Default)]
struct Homes {
    /// `(door, households)`, by door.
    doors: Vec<(u32, u64)>,
    /// Doors of buildings, with an atom of the zone behind each.
    own: Vec<(u32, AtomIdx)>,
    junctions: Vec<u32>,
    stations: Vec<FacilityIdx>,
}

/// What a centre comes to; the least is the best.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Sum {
    unreached: u64,
    /// Households times millimetres.
    walked: u64,
    longest: u32,
    reached: u64,
}

impl Ways {
    /// 网格步行半径 For every zone of a labelling how far its households walk on the streets, also on those outside the zone: to the
    /// nearest of the `stations` inside it, or where there is none to the door among those of its own buildings from which
    /// all of them together walk least (in zones of more than 256 doors one of the 256 nearest to the middle of the homes).
    /// Zones nothing is in have `None`.
    ///
    /// # Determinism
    /// Of equally good doors the first in the order of atoms.
    #[must_use]
    pub fn radii(
        &self,
        (territory, fabric, atoms): (&Territory, &Fabric, &[Atom]),
        labels: &[Option<ZoneIdx>],
        stations: &[FacilityIdx],
        profile: &Profile,
    ) -> Vec<Option<ZoneRadius>> {
        let costs = costs(&self.graph, profile);
        let zones = self.homes_of_zones((territory, fabric, atoms), labels, stations);
        // Who a zone's homes could walk to: its stations at once, or each of its doors alone.
        let mut tasks: Vec<(usize, Option<(u32, AtomIdx)>)> = Vec::new();
        for (zone, homes) in zones.iter().enumerate() {
            match homes {
                Some(homes) if homes.doors.is_empty() => {}
                Some(homes) if !homes.stations.is_empty() => tasks.push((zone, None)),
                Some(homes) => {
                    tasks.extend(self.central(homes).into_iter().map(|door| (zone, Some(door))));
                }
                None => {}
            }
        }
        let sums: Vec<Sum> = tasks
            .par_iter()
            .map_init(Field::default, |field, &(zone, door)| match &zones[zone] {
                Some(homes) => self.weigh(territory, &costs, homes, door.map(|(door, _)| door), field),
                None => Sum { unreached: 0, walked: 0, longest: 0, reached: 0 },
            })
            .collect();
        let mut told: Vec<Option<ZoneRadius>> = zones
            .iter()
            .map(|homes| {
                let unreached = homes.as_ref()?.doors.iter().map(|&(_, households)| households).sum();
                Some(ZoneRadius { centre: None, reached: 0, unreached, mean_m: None, max_m: None })
            })
            .collect();
        let mut best: BTreeMap<usize, (Sum, usize)> = BTreeMap::new();
        for (row, (&(zone, _), &sum)) in tasks.iter().zip(&sums).enumerate() {
            let slot = best.entry(zone).or_insert((sum, row));
            *slot = (*slot).min((sum, row));
        }
        for (zone, (sum, row)) in best {
            let (Some(homes), Some(slot)) = (&zones[zone], told[zone].as_mut()) else { continue };
            slot.centre = Some(match tasks[row].1 {
                Some((_, atom)) => ZoneCentre::Door(atom),
                None => ZoneCentre::Stations(homes.stations.clone()),
            });
            (slot.reached, slot.unreached) = (sum.reached, sum.unreached);
            let mean = || (sum.walked as f64 / sum.reached as f64).round() / 1000.0;
            slot.mean_m = (sum.reached > 0).then(mean);
            slot.max_m = (sum.reached > 0 && sum.unreached == 0).then(|| f64::from(sum.longest) / 1000.0);
        }
        told
    }

    fn homes_of_zones(
        &self,
        (territory, fabric, atoms): (&Territory, &Fabric, &[Atom]),
        labels: &[Option<ZoneIdx>],
        stations: &[FacilityIdx],
    ) -> Vec<Option<Homes>> {
        let count = labels.iter().flatten().map(|zone| zone.at() + 1).max().unwrap_or(0);
        let mut zones: Vec<Option<Homes>> = Vec::new();
        zones.resize_with(count, || None);
        for (row, (atom, (label, &door))) in atoms.iter().zip(labels.iter().zip(&self.door_of)).enumerate() {
            let Some(zone) = label else { continue };
            let homes = zones[zone.at()].get_or_insert_default();
            if atom.demand.households > 0 {
                homes.doors.push((door, u64::from(atom.demand.households)));
            }
            if atom.building.is_some() {
                homes.own.push((door, AtomIdx::of(row)));
            }
        }
        for homes in zones.iter_mut().flatten() {
            homes.doors.sort_unstable();
            homes.doors.dedup_by(|next, kept| {
                let same = next.0 == kept.0;
                kept.1 += if same { next.1 } else { 0 };
                same
            });
            homes.own.sort_unstable();
            homes.own.dedup_by_key(|(door, _)| *door);
            homes.own.sort_unstable_by_key(|&(_, atom)| atom);
            for &(door, _) in &homes.doors {
                for exit in &self.doors[door as usize].exits {
                    let edge = self.graph.edges()[exit.edge as usize];
                    homes.junctions.extend([edge.a, edge.b]);
                }
            }
            homes.junctions.sort_unstable();
            homes.junctions.dedup();
        }
        let places: Vec<Point> = stations.iter().map(|at| territory.facilities[at.at()].at).collect();
        for (&station, cell) in stations.iter().zip(cells_at(fabric, &places)) {
            let zone = cell.and_then(|cell| *labels.get(cell.at())?);
            if let Some(homes) = zone.and_then(|zone| zones[zone.at()].as_mut()) {
                homes.stations.push(station);
            }
        }
        zones
    }

    /// The doors the central one is looked for among, in the order of atoms.
    fn central(&self, homes: &Homes) -> Vec<(u32, AtomIdx)> {
        let mut own = homes.own.clone();
        if own.len() > DOORS_MOST {
            let place = |door: u32| self.doors[door as usize].outs.first().copied().unwrap_or_default();
            let (mut x, mut y, mut all) = (0i128, 0i128, 0i128);
            for &(door, households) in &homes.doors {
                let (at, weight) = (place(door), i128::from(households));
                x += i128::from(at.x) * weight;
                y += i128::from(at.y) * weight;
                all += weight;
            }
            let middle = Point::new((x / all.max(1)) as i32, (y / all.max(1)) as i32);
            own.sort_by(|a, b| {
                let far = |door: u32| place(door).distance(middle);
                far(a.0).total_cmp(&far(b.0)).then(a.1.cmp(&b.1))
            });
            own.truncate(DOORS_MOST);
            own.sort_unstable_by_key(|&(_, atom)| atom);
        }
        own
    }

    /// The walks of a zone's homes to one of its doors, or to the nearest of its stations.
    fn weigh(
        &self,
        territory: &Territory,
        costs: &Costs,
        homes: &Homes,
        door: Option<u32>,
        field: &mut Field,
    ) -> Sum {
        let mut sources: Vec<Snap> = Vec::new();
        match door {
            Some(door) => sources.extend(&self.doors[door as usize].exits),
            None => {
                let entries = homes.stations.iter().map(|at| &self.entries[at.at()]);
                sources.extend(entries.flat_map(|entry| &entry.exits));
            }
        }
        field.run_to(&self.graph, costs, &sources, FAR_MM, &homes.junctions);
        let mut sum = Sum { unreached: 0, walked: 0, longest: 0, reached: 0 };
        for &(own, households) in &homes.doors {
            let home = &self.doors[own as usize];
            let streets = || {
                let near = home.exits.iter().filter_map(|exit| field.distance_to(&self.graph, costs, exit));
                near.map(|reached| reached.distance_mm).min()
            };
            let walk = match door {
                Some(door) if door == own => Some(0),
                Some(door) => {
                    straight_to(home, &self.doors[door as usize]).into_iter().chain(streets()).min()
                }
                None => {
                    let inside =
                        homes.stations.iter().filter_map(|&at| self.straight_in(territory, home, at));
                    inside.chain(streets()).min()
                }
            };
            match walk {
                Some(mm) => {
                    sum.reached += households;
                    sum.walked += households * u64::from(mm);
                    sum.longest = sum.longest.max(mm);
                }
                None => sum.unreached += households,
            }
        }
        sum
    }

    /// The straight way to a station in the home's own walled compound or building.
    fn straight_in(&self, territory: &Territory, home: &Door, station: FacilityIdx) -> Option<u32> {
        let entry = &self.entries[station.at()];
        let compound = home.compound.is_some() && home.compound == entry.compound;
        let building = home.building.is_some() && home.building == entry.building;
        let place = territory.facilities[station.at()].at;
        let near = home.outs.iter().map(|out| out.distance(place).round() as u32).min();
        near.filter(|_| compound || building)
    }
}

/// The straight way between two doors of one walled compound or building.
fn straight_to(home: &Door, other: &Door) -> Option<u32> {
    let compound = home.compound.is_some() && home.compound == other.compound;
    let building = home.building.is_some() && home.building == other.building;
    let pairs = home.outs.iter().flat_map(|a| other.outs.iter().map(|b| a.distance(*b).round() as u32));
    pairs.min().filter(|_| compound || building)
}
