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
    /// Straight, mm.
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

/// The distance of every door to the nearest of some facilities.
pub(crate) fn measure(
    ways: &Ways,
    territory: &Territory,
    facilities: &[FacilityIdx],
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
    let straight = RTree::bulk_load(
        facilities
            .iter()
            .map(|&facility| place(facility))
            .map(|p| [f64::from(p.x), f64::from(p.y)])
            .collect(),
    );
    ways.doors
        .iter()
        .map(|door| {
            let direct = inside
                .of(door)
                .map(|facility| (straight_mm(door.at, place(facility)), facility))
                .filter(|&(mm, _)| mm <= cutoff_mm)
                .min();
            let near = straight.nearest_neighbor(&[f64::from(door.at.x), f64::from(door.at.y)]);
            Far {
                walk: nearest(&door.exits).into_iter().chain(direct).min(),
                straight: near.map(|p| straight_mm(door.at, Point::new(p[0] as i32, p[1] as i32))),
                through_closed: nearest(&door.closed).map(|(mm, _)| mm),
            }
        })
        .collect()
}
