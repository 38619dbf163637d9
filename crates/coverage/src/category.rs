//! 类别测算 Distances of every atom to the facilities of one category.

use crate::access::{Door, Ways};
use lifang_model::{BuildingIdx, CompoundIdx, FacilityIdx, Point, Territory};
use lifang_network::{Costs, Field, Snap};
use rstar::RTree;
use std::collections::BTreeMap;

/// How far one door is.
#[derive(Copy, Clone, Debug, Default)]
pub(crate) struct Far {
    /// On foot, with the facility; `None` beyond the cut-off.
    pub walk: Option<(u32, FacilityIdx)>,
    /// Straight, mm; the same for everyone who walks.
    pub straight: Option<u32>,
    /// On foot if the closed gates of its compound were open.
    pub through_closed: Option<u32>,
}

/// Facilities that can be reached without coming out to a street: in the same walled compound or the same building.
#[derive(Default)]
struct Inside {
    compound: BTreeMap<CompoundIdx, Vec<FacilityIdx>>,
    building: BTreeMap<BuildingIdx, Vec<FacilityIdx>>,
}

impl Inside {
    fn of<'a>(&'a self, door: &Door) -> impl Iterator<Item = FacilityIdx> + 'a {
        let compound = door.compound.and_then(|compound| self.compound.get(&compound));
        let building = door.building.and_then(|building| self.building.get(&building));
        compound.into_iter().chain(building).flatten().copied()
    }
}

/// Straight distance on the lattice.
fn straight_mm(a: Point, b: Point) -> u32 {
    // At most the diagonal of the frame, 1,415 km.
    a.distance(b).round() as u32
}

/// The straight distance of every door to the nearest of some facilities.
pub(crate) fn straight(ways: &Ways, territory: &Territory, facilities: &[FacilityIdx]) -> Vec<Option<u32>> {
    let corner = |p: Point| [f64::from(p.x), f64::from(p.y)];
    let places = facilities.iter().map(|facility| corner(territory.facilities[facility.at()].at)).collect();
    let index = RTree::bulk_load(places);
    let near = |&out: &Point| {
        let [x, y] = *index.nearest_neighbor(&corner(out))?;
        Some(straight_mm(out, Point::new(x as i32, y as i32)))
    };
    ways.doors.iter().map(|door| door.outs.iter().filter_map(near).min()).collect()
}

/// The distance of every door to the nearest of some facilities.
pub(crate) fn measure(
    ways: &Ways,
    territory: &Territory,
    facilities: &[FacilityIdx],
    straight: &[Option<u32>],
    costs: &Costs,
    cutoff_mm: u32,
) -> Vec<Far> {
    let mut sources: Vec<Snap> = Vec::new();
    let mut owner: Vec<FacilityIdx> = Vec::new();
    let mut inside = Inside::default();
    for &facility in facilities {
        let entry = &ways.entries[facility.at()];
        sources.extend(&entry.exits);
        owner.resize(sources.len(), facility);
        if let Some(compound) = entry.compound {
            inside.compound.entry(compound).or_default().push(facility);
        }
        if let Some(building) = entry.building {
            inside.building.entry(building).or_default().push(facility);
        }
    }
    let mut field = Field::default();
    field.run(&ways.graph, costs, &sources, cutoff_mm);
    let nearest = |exits: &[Snap]| {
        let reached = exits.iter().filter_map(|exit| field.distance_to(&ways.graph, costs, exit)).min()?;
        Some((reached.distance_mm, owner[reached.source as usize]))
    };
    let place = |facility: FacilityIdx| territory.facilities[facility.at()].at;
    ways.doors
        .iter()
        .zip(straight)
        .map(|(door, &straight)| {
            let direct = inside
                .of(door)
                .filter_map(|facility| {
                    let from = |&out: &Point| straight_mm(out, place(facility));
                    Some((door.outs.iter().map(from).min()?, facility))
                })
                .filter(|&(mm, _)| mm <= cutoff_mm)
                .min();
            Far {
                walk: nearest(&door.exits).into_iter().chain(direct).min(),
                straight,
                through_closed: nearest(&door.closed).map(|(mm, _)| mm),
            }
        })
        .collect()
}
