//! 出入 Where homes and facilities meet the streets.

use crate::CoverageError;
use crate::obstacles::Obstacles;
use lifang_model::{
    Atom, BuildingIdx, CompoundIdx, Extent, Facility, FacilityIdx, Fault, Place, Point, Progress, Severity,
    Territory,
};
use lifang_network::{BuildOptions, NetworkReport, SNAP_LIMIT_MM, Snap, Snapper, StreetGraph, build_with};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// A place on a small piece of the network may use the main network when that is at most this much farther, mm.
const MAIN_NETWORK_MM: u32 = 100_000;
/// Every street this near faces a door: its people come out to all of them, mm.
const FACING_MM: u32 = 30_000;
/// Where a street meets a way out is rounded to the lattice; found anew, it lies at most this far off, mm.
const SAME_PLACE_MM: u32 = 5;

/// 门 How the people of one stairwell, or one piece of open land, come out.
#[derive(Clone, Debug, Default)]
pub(crate) struct Door {
    /// The doors themselves, or a point inside the cell where none is known; straight distances are measured from the
    /// nearest.
    pub outs: Vec<Point>,
    /// Places on streets it comes out at, the way there counted as access.
    pub exits: Vec<Snap>,
    /// The same through gates that are closed now.
    pub closed: Vec<Snap>,
    /// The compound whose gates must be passed.
    pub compound: Option<CompoundIdx>,
    /// The building.
    pub building: Option<BuildingIdx>,
}

/// How a facility is entered.
#[derive(Clone, Debug, Default)]
pub(crate) struct Entry {
    pub exits: Vec<Snap>,
    pub compound: Option<CompoundIdx>,
    pub building: Option<BuildingIdx>,
}

/// A walled compound's gates: where they are and the streets they open to.
#[derive(Clone, Debug, Default)]
struct Gates {
    open: Vec<(Point, Vec<Snap>)>,
    closed: Vec<(Point, Vec<Snap>)>,
}

/// 路网 The streets of a territory people walk, or vehicles drive on, and the ways from its buildings and facilities to them, made once and used for
/// any categories, tiers and profiles.
#[derive(Debug)]
pub struct Ways {
    pub(crate) graph: StreetGraph,
    report: NetworkReport,
    pub(crate) doors: Vec<Door>,
    /// Door of each atom.
    pub(crate) door_of: Vec<u32>,
    pub(crate) entries: Vec<Entry>,
    pub(crate) faults: Vec<Fault>,
    /// Whether they are for vehicles.
    pub(crate) vehicles: bool,
}

impl Ways {
    /// Builds the street graph and joins every atom and facility to it.
    ///
    /// # Errors
    /// [`CoverageError::Cancelled`].
    pub fn new(
        territory: &Territory,
        atoms: &[Atom],
        options: &BuildOptions,
        progress: &dyn Progress,
    ) -> Result<Self, CoverageError> {
        Self::upon(territory, atoms, options, None, progress)
    }

    /// The same for a territory as it would be with changes to one whose ways are there: everybody may still come out where they
    /// did, so that a new street never makes a walk longer.
    ///
    /// # Errors
    /// [`CoverageError::Cancelled`].
    pub(crate) fn upon(
        territory: &Territory,
        atoms: &[Atom],
        options: &BuildOptions,
        before: Option<(&Territory, &Self)>,
        progress: &dyn Progress,
    ) -> Result<Self, CoverageError> {
        progress.stage("network", None);
        let (graph, report) = build_with(&territory.streets, options);
        if progress.cancelled() {
            return Err(CoverageError::Cancelled);
        }
        progress.stage("access", None);
        let mut joiner = Joiner::new(&graph, Obstacles::new(territory));
        joiner.before = before.map(|(old, ways)| Box::new(Joiner::new(&ways.graph, Obstacles::new(old))));
        let (gates, mut faults) = joiner.gates(territory, options.vehicles);
        let (door_of, keys) = doors_of(atoms);
        let doors = keys.par_iter().map(|&atom| joiner.door(territory, &atoms[atom], &gates)).collect();
        if progress.cancelled() {
            return Err(CoverageError::Cancelled);
        }
        let houses = Houses::new(territory);
        let entries: Vec<Entry> = territory
            .facilities
            .par_iter()
            .map(|facility| joiner.entry(territory, facility, &gates, &houses))
            .collect();
        for (facility, entry) in territory.facilities.iter().zip(&entries) {
            if entry.exits.is_empty() {
                faults.push(
                    Fault::new(
                        Severity::Warning,
                        "V-102",
                        "no way from the facility to a street was found within 300 m",
                        "It serves its own building and compound only. Check its position and the streets around it.",
                    )
                    .at(Place { feature: Some(facility.code.to_string()), ..Place::default() }),
                );
            }
        }
        Ok(Self { graph, report, doors, door_of, entries, faults, vehicles: options.vehicles })
    }

    /// No street near enough to say, as against gates that are all closed: those are known to lead nowhere.
    pub(crate) fn leads_nowhere(&self, door: u32) -> bool {
        let door = &self.doors[door as usize];
        door.exits.is_empty() && door.closed.is_empty()
    }

    /// What the street graph is made of and where it looks broken.
    #[must_use]
    pub const fn network(&self) -> &NetworkReport {
        &self.report
    }
}

/// The door of each atom, and for each door the atom that stands for it: the lowest of a stairwell.
fn doors_of(atoms: &[Atom]) -> (Vec<u32>, Vec<usize>) {
    let mut lowest: BTreeMap<(BuildingIdx, u16), usize> = BTreeMap::new();
    let floor = |atom: &Atom| atom.floors.map_or(0, |floors| floors.low);
    for (row, atom) in atoms.iter().enumerate() {
        if let Some(building) = atom.building {
            let kept = lowest.entry((building, atom.unit)).or_insert(row);
            if floor(atom) < floor(&atoms[*kept]) {
                *kept = row;
            }
        }
    }
    let stands_for = |(row, atom): (usize, &Atom)| {
        atom.building.and_then(|building| lowest.get(&(building, atom.unit)).copied()).unwrap_or(row)
    };
    let standing: Vec<usize> = atoms.iter().enumerate().map(stands_for).collect();
    let mut number = vec![0u32; atoms.len()];
    let mut keys = Vec::new();
    for (row, &stands) in standing.iter().enumerate() {
        if row == stands {
            number[row] = keys.len() as u32;
            keys.push(row);
        }
    }
    (standing.iter().map(|&stands| number[stands]).collect(), keys)
}

/// Finds the building a point lies in.
struct Houses {
    /// `(extent, building)`, by western edge.
    extents: Vec<(Extent, usize)>,
    widest: i64,
}

impl Houses {
    fn new(territory: &Territory) -> Self {
        let mut extents: Vec<(Extent, usize)> = territory
            .buildings
            .iter()
            .enumerate()
            .flat_map(|(row, building)| building.outline.iter().map(move |part| (part.extent(), row)))
            .filter_map(|(extent, row)| Some((extent?, row)))
            .collect();
        extents.sort_by_key(|(extent, row)| (extent.min.x, *row));
        let widest = extents.iter().map(|(e, _)| i64::from(e.max.x) - i64::from(e.min.x)).max().unwrap_or(0);
        Self { extents, widest }
    }

    fn at(&self, territory: &Territory, p: Point) -> Option<BuildingIdx> {
        let from = self.extents.partition_point(|(e, _)| i64::from(e.min.x) + self.widest < i64::from(p.x));
        let here = |(extent, _): &&(Extent, usize)| {
            extent.max.x >= p.x && extent.min.y <= p.y && extent.max.y >= p.y
        };
        self.extents[from..]
            .iter()
            .take_while(|(extent, _)| extent.min.x <= p.x)
            .filter(here)
            .map(|&(_, row)| row)
            .filter(|&row| territory.buildings[row].outline.iter().any(|part| part.contains(p)))
            .min()
            .map(BuildingIdx::of)
    }
}

/// Finds the ways from places to streets.
pub(crate) struct Joiner<'a> {
    graph: &'a StreetGraph,
    snapper: Snapper,
    obstacles: Obstacles,
    /// The streets before the changes, whose rows are the first of those now.
    before: Option<Box<Joiner<'a>>>,
}

impl<'a> Joiner<'a> {
    pub(crate) fn new(graph: &'a StreetGraph, obstacles: Obstacles) -> Self {
        Self { graph, snapper: Snapper::new(graph), obstacles, before: None }
    }

    /// The places on streets a point comes out at: every street that faces it; the nearest one, however far; the nearest that is
    /// not steps, for those who cannot use steps; the nearest of the main network when the nearest is cut off from it; and
    /// all places it came out at before the changes.
    pub(crate) fn exits(&self, p: Point, own: Option<CompoundIdx>, at_gate: bool) -> Vec<Snap> {
        let blocked = |from, to| self.obstacles.between(from, to, own, at_gate);
        let Some(first) = self.snapper.nearest(p, &blocked) else { return Vec::new() };
        let mut exits = vec![first];
        let level = |edge: u32| !self.graph.edges()[edge as usize].steps;
        if !level(first.edge) {
            exits.extend(self.snapper.nearest_where(p, SNAP_LIMIT_MM, &level, &blocked));
        }
        if exits.iter().all(|exit| self.graph.component(exit.edge) != Some(0)) {
            let limit = SNAP_LIMIT_MM.min(first.access_mm + MAIN_NETWORK_MM);
            let main = |edge: u32| self.graph.component(edge) == Some(0) && level(edge);
            exits.extend(self.snapper.nearest_where(p, limit, &main, &blocked));
        }
        if first.access_mm <= FACING_MM {
            exits.extend(self.snapper.facing(p, FACING_MM, self.graph, &blocked));
        }
        if let Some(before) = &self.before {
            for old in before.exits(p, own, at_gate) {
                let street = before.graph.edges()[old.edge as usize].street;
                let same = |edge: u32| self.graph.edges()[edge as usize].street == street;
                let anew = self.snapper.nearest_where(old.at, SAME_PLACE_MM, &same, &|_, _| false);
                exits.extend(anew.map(|anew| Snap { access_mm: old.access_mm, ..anew }));
            }
        }
        exits.sort_unstable();
        exits.dedup();
        exits
    }

    /// The gates of every walled compound that has any; vehicles come through all of them.
    fn gates(&self, territory: &Territory, vehicles: bool) -> (Vec<Option<Gates>>, Vec<Fault>) {
        let mut faults = Vec::new();
        let mut all = Vec::with_capacity(territory.compounds.len());
        for (row, compound) in territory.compounds.iter().enumerate() {
            if !compound.walled {
                all.push(None);
                continue;
            }
            if compound.gates.is_empty() {
                faults.push(
                    Fault::new(
                        Severity::Notice,
                        "V-101",
                        "the compound is walled but none of its gates is known",
                        "Its wall was ignored for its own buildings. Give its gates to measure the way through them.",
                    )
                    .at(Place { feature: Some(compound.code.clone()), ..Place::default() }),
                );
                all.push(None);
                continue;
            }
            let mut gates = Gates::default();
            for gate in &compound.gates {
                let exits = self.exits(gate.at, Some(CompoundIdx::of(row)), true);
                if gate.open || vehicles { &mut gates.open } else { &mut gates.closed }
                    .push((gate.at, exits));
            }
            all.push(Some(gates));
        }
        (all, faults)
    }

    fn door(&self, territory: &Territory, atom: &Atom, gates: &[Option<Gates>]) -> Door {
        let building = atom.building.and_then(|building| territory.buildings.get(building.at()));
        let entrances = building.map(|building| building.entrances.as_slice()).unwrap_or_default();
        let outs = if entrances.is_empty() { std::slice::from_ref(&atom.anchor) } else { entrances };
        let mut door = Door { outs: outs.to_vec(), building: atom.building, ..Door::default() };
        let gated = atom.compound.and_then(|c| Some((c, gates.get(c.at())?.as_ref()?)));
        match gated {
            Some((compound, gates)) => {
                door.compound = Some(compound);
                door.exits = through(&gates.open, outs);
                door.closed = through(&gates.closed, outs);
            }
            None => {
                for &out in outs {
                    door.exits.extend(self.exits(out, atom.compound, false));
                }
                door.exits.sort_unstable();
                door.exits.dedup();
            }
        }
        door
    }

    fn entry(
        &self,
        territory: &Territory,
        facility: &Facility,
        gates: &[Option<Gates>],
        houses: &Houses,
    ) -> Entry {
        let inside =
            gates.iter().zip(&territory.compounds).enumerate().find_map(|(row, (gates, compound))| {
                let gates = gates.as_ref()?;
                compound.outline.iter().any(|part| part.contains(facility.at)).then_some((row, gates))
            });
        let building = houses.at(territory, facility.at);
        match inside {
            Some((row, gates)) => Entry {
                exits: through(&gates.open, &[facility.at]),
                compound: Some(CompoundIdx::of(row)),
                building,
            },
            None => Entry { exits: self.exits(facility.at, None, false), compound: None, building },
        }
    }
}

/// The ways out through gates: straight from the nearest of some doors to each gate, then the gate's own way.
fn through(gates: &[(Point, Vec<Snap>)], outs: &[Point]) -> Vec<Snap> {
    let mut exits = Vec::new();
    for (gate, ways) in gates {
        let lead = outs.iter().map(|out| out.distance(*gate)).fold(f64::INFINITY, f64::min).round();
        for way in ways {
            exits.push(Snap { access_mm: way.access_mm.saturating_add(lead as u32), ..*way });
        }
    }
    exits
}

/// The rows of the open facilities of a category.
pub(crate) fn open_of<'a>(territory: &'a Territory, key: &'a str) -> impl Iterator<Item = FacilityIdx> + 'a {
    territory
        .facilities
        .iter()
        .enumerate()
        .filter(move |(_, facility)| facility.category == key && facility.open_to_public)
        .map(|(row, _)| FacilityIdx::of(row))
}
