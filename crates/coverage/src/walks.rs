//! 步行距离表 Who lives within a walk of each of many places: the table siting chooses from.

use crate::access::{Door, Ways};
use lifang_model::{Atom, BuildingIdx, CompoundIdx, Demand, FacilityIdx, Point, Profile, Territory};
use lifang_network::{Costs, Field, Snap, costs};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// 步行 A door (its place in [`Ways::homes`]) and how far it is, mm.
pub type Walk = (u32, u32);

/// Where walks begin: the exits to the streets, the places themselves, and what needs no street to be reached.
#[derive(Copy, Clone)]
struct Start<'a> {
    exits: &'a [Snap],
    outs: &'a [Point],
    compound: Option<CompoundIdx>,
    building: Option<BuildingIdx>,
}

/// Doors by what they are reached through.
pub(crate) struct Index {
    /// Doors by edge: offsets and `(door, snap)`.
    first: Vec<u32>,
    on_edge: Vec<(u32, Snap)>,
    compound: BTreeMap<CompoundIdx, Vec<u32>>,
    building: BTreeMap<BuildingIdx, Vec<u32>>,
}

impl Index {
    pub(crate) fn new(doors: &[Door], edges: usize) -> Self {
        let mut on_edge: Vec<(u32, Snap)> = Vec::new();
        let mut compound: BTreeMap<CompoundIdx, Vec<u32>> = BTreeMap::new();
        let mut building: BTreeMap<BuildingIdx, Vec<u32>> = BTreeMap::new();
        for (door, entry) in (0u32..).zip(doors) {
            on_edge.extend(entry.exits.iter().map(|exit| (door, *exit)));
            if let Some(key) = entry.compound {
                compound.entry(key).or_default().push(door);
            }
            if let Some(key) = entry.building {
                building.entry(key).or_default().push(door);
            }
        }
        on_edge.sort_unstable_by_key(|&(door, exit)| (exit.edge, door));
        let mut first = vec![0u32; edges + 1];
        for (_, exit) in &on_edge {
            first[exit.edge as usize + 1] += 1;
        }
        for edge in 0..edges {
            first[edge + 1] += first[edge];
        }
        Self { first, on_edge, compound, building }
    }

    pub(crate) fn of_edge(&self, edge: u32) -> &[(u32, Snap)] {
        &self.on_edge[self.first[edge as usize] as usize..self.first[edge as usize + 1] as usize]
    }
}

impl Ways {
    /// 住户门口 The people behind each door: a stairwell, a building without stairwells, a piece of open land.
    #[must_use]
    pub fn homes(&self, atoms: &[Atom]) -> Vec<Demand> {
        let mut homes = vec![Demand::default(); self.doors.len()];
        for (&door, atom) in self.door_of.iter().zip(atoms) {
            homes[door as usize] += atom.demand;
        }
        homes
    }

    /// 步行距离表 For each facility the doors within a cut-off on foot, by door. The nearest of several facilities in
    /// this table is the one [`crate::cover`] finds, at the same distance. The facilities must be rows of the territory
    /// the ways were made of; whether they are open does not matter.
    #[must_use]
    pub fn walks(
        &self,
        territory: &Territory,
        profile: &Profile,
        facilities: &[FacilityIdx],
        cutoff_mm: u32,
    ) -> Vec<Vec<Walk>> {
        let costs = costs(&self.graph, profile);
        let index = Index::new(&self.doors, self.graph.edges().len());
        facilities
            .par_iter()
            .map_init(
                || (Field::default(), Vec::new()),
                |memory, facility| {
                    let (Some(entry), Some(place)) =
                        (self.entries.get(facility.at()), territory.facilities.get(facility.at()))
                    else {
                        return Vec::new();
                    };
                    let start = Start {
                        exits: &entry.exits,
                        outs: std::slice::from_ref(&place.at),
                        compound: entry.compound,
                        building: entry.building,
                    };
                    self.walk(&costs, &index, start, cutoff_mm, memory)
                },
            )
            .collect()
    }

    /// The door of each atom, by place in [`Ways::homes`].
    #[must_use]
    pub fn doors(&self) -> &[u32] {
        &self.door_of
    }

    /// 门间步行 For each door with people behind it the doors within a cut-off on foot, by door; for the others none.
    #[must_use]
    pub fn between_doors(&self, homes: &[Demand], profile: &Profile, cutoff_mm: u32) -> Vec<Vec<Walk>> {
        let costs = costs(&self.graph, profile);
        let index = Index::new(&self.doors, self.graph.edges().len());
        self.doors
            .par_iter()
            .zip(homes)
            .map_init(
                || (Field::default(), Vec::new()),
                |memory, (door, home)| {
                    if *home == Demand::default() {
                        return Vec::new();
                    }
                    let start = Start {
                        exits: &door.exits,
                        outs: &door.outs,
                        compound: door.compound,
                        building: door.building,
                    };
                    self.walk(&costs, &index, start, cutoff_mm, memory)
                },
            )
            .collect()
    }

    fn walk(
        &self,
        costs: &Costs,
        index: &Index,
        start: Start<'_>,
        cutoff_mm: u32,
        (field, edges): &mut (Field, Vec<u32>),
    ) -> Vec<Walk> {
        field.run(&self.graph, costs, start.exits, cutoff_mm);
        edges.clear();
        edges.extend(start.exits.iter().map(|exit| exit.edge));
        for node in field.reached() {
            edges.extend(self.graph.arcs(node).iter().map(|&(_, edge)| edge));
        }
        edges.sort_unstable();
        edges.dedup();
        let mut found: Vec<Walk> = Vec::new();
        for &edge in edges.iter() {
            for (door, exit) in index.of_edge(edge) {
                if let Some(reached) = field.distance_to(&self.graph, costs, exit) {
                    found.push((*door, reached.distance_mm));
                }
            }
        }
        // Who lives in the same walled compound or building needs no street.
        let compound = start.compound.and_then(|key| index.compound.get(&key));
        let building = start.building.and_then(|key| index.building.get(&key));
        for &door in compound.into_iter().chain(building).flatten() {
            let apart = |out: &Point| start.outs.iter().map(|from| out.distance(*from).round() as u32).min();
            let straight = self.doors[door as usize].outs.iter().filter_map(apart).min();
            found.extend(straight.filter(|&mm| mm <= cutoff_mm).map(|mm| (door, mm)));
        }
        found.sort_unstable();
        found.dedup_by_key(|&mut (door, _)| door);
        found
    }
}
