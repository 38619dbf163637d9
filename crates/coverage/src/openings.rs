//! 打通点 The single opening that would bring most people within a tier: a gate in a wall, a path, a crossing, a footbridge.
//!
//! Each is weighed alone: the people who are beyond the tier now and would be within it if this one were open. A gate is
//! tried at every closed gate and every few metres of a wall; a way from every place on the network that is reached to every
//! place near it that is not, or only by a detour. Ways through buildings are no ways.

use crate::access::{Joiner, Ways, open_of};
use crate::category::{measure, straight};
use crate::obstacles::{Obstacles, Stop};
use crate::walks::Index;
use lifang_model::{
    Atom, AtomIdx, BarrierClass, CompoundIdx, Demand, FacilityIdx, Point, Profile, Territory,
};
use lifang_network::{Costs, Field, Snap, StreetGraph, costs};
use rstar::primitives::GeomWithData;
use rstar::{AABB, RTree};
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;

/// Longest way that is proposed, mm.
const LONGEST_MM: f64 = 150_000.0;
/// Where a way meets a street is rounded to the lattice, so a promise keeps this much in hand, mm.
const ROUNDING_MM: u32 = 5;
/// A way must save at least so much, mm.
const SAVES_MM: u32 = 50_000;
/// Distance of the places tried along walls and streets, mm.
const STEP_MM: f64 = 25_000.0;
/// Places a way to one place may begin at, nearest to the facility first.
const PARTNERS: usize = 6;
/// Places are tried one by one in the order of what they could bring at most; this many at most.
const TRIED: usize = 1_500;

/// 打通方式 What would be opened.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OpeningKind {
    /// 开门 A gate that is closed now.
    OpenGate,
    /// 新门 A new gate in a wall.
    NewGate,
    /// 通路 A path over open ground.
    Path,
    /// 过街 A crossing of a wide road.
    Crossing,
    /// 天桥 A footbridge or an underpass: over water, rails or a motorway.
    Footbridge,
}

/// 打通点 An opening and whom it would bring within the tier.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Opening {
    /// What.
    pub kind: OpeningKind,
    /// Where it begins, on the side that is served; a gate's own place.
    pub from: Point,
    /// Where it ends; a gate's own place.
    pub to: Point,
    /// Its length, m; 0 for a gate.
    pub length_m: f64,
    /// The compound whose wall it opens.
    pub compound: Option<CompoundIdx>,
    /// People it brings within the tier.
    pub demand: Demand,
    /// Their atoms, ascending.
    pub atoms: Vec<AtomIdx>,
}

/// 打通请求 What is to be opened up.
#[derive(Copy, Clone, Debug)]
pub struct OpeningRequest<'a> {
    /// The territory.
    pub territory: &'a Territory,
    /// Its atoms.
    pub atoms: &'a [Atom],
    /// Key of the category.
    pub category: &'a str,
    /// Who walks.
    pub profile: &'a Profile,
    /// The tier, mm.
    pub limit_mm: u32,
    /// How many openings to tell.
    pub most: usize,
}

/// The best openings, most people first. Of two that mostly help the same people only the better one is told.
#[must_use]
pub fn openings(request: &OpeningRequest<'_>, ways: &Ways) -> Vec<Opening> {
    let open: Vec<FacilityIdx> = open_of(request.territory, request.category).collect();
    let search = Search::new(request, ways, &open);
    if search.beyond.is_empty() || open.is_empty() || request.most == 0 {
        return Vec::new();
    }
    let mut found = search.gates();
    found.extend(search.links());
    let rank =
        |demand: &Demand| (Reverse(demand.persons), Reverse(demand.households), Reverse(demand.elders));
    found.sort_by_cached_key(|one| (rank(&one.demand), one.kind, one.length_m as u64, one.from, one.to));
    let mut told: Vec<Opening> = Vec::new();
    for one in found {
        if told.len() == request.most {
            break;
        }
        let helped = |other: &Opening| {
            let both = one.atoms.iter().filter(|&atom| other.atoms.binary_search(atom).is_ok());
            both.map(|atom| u64::from(request.atoms[atom.at()].demand.persons)).sum::<u64>() * 2
                > u64::from(one.demand.persons)
                || one.atoms == other.atoms
        };
        if !told.iter().any(helped) {
            told.push(one);
        }
    }
    told
}

/// A place on the network.
struct Place {
    snap: Snap,
    /// From the nearest facility, mm; `None` beyond the tier.
    reached: Option<u32>,
}

/// What a place could bring at most, the place, and the distance there by a way from each partner, with the partner.
type Hope = (u64, u32, Vec<(u32, u32)>);

struct Search<'a> {
    request: &'a OpeningRequest<'a>,
    ways: &'a Ways,
    costs: Costs,
    field: Field,
    /// Doors with people beyond the tier, with the people and where they come out.
    beyond: Vec<(u32, Demand, Point)>,
    is_beyond: Vec<bool>,
    homes: Vec<Demand>,
    index: Index,
    obstacles: Obstacles,
}

impl<'a> Search<'a> {
    fn new(request: &'a OpeningRequest<'a>, ways: &'a Ways, open: &[FacilityIdx]) -> Self {
        let costs = costs(&ways.graph, request.profile);
        let straight = straight(ways, request.territory, open);
        let far = measure(ways, request.territory, open, &straight, &costs, request.limit_mm);
        let homes = ways.homes(request.atoms);
        let lives = |home: &Demand| home.persons > 0 || home.households > 0;
        let is_beyond: Vec<bool> =
            far.iter().zip(&homes).map(|(far, home)| far.walk.is_none() && lives(home)).collect();
        let beyond = (0u32..)
            .zip(&is_beyond)
            .filter(|&(_, &beyond)| beyond)
            .filter_map(|(door, _)| {
                let out = *ways.doors[door as usize].outs.first()?;
                Some((door, homes[door as usize], out))
            })
            .collect();
        let sources: Vec<Snap> =
            open.iter().flat_map(|facility| ways.entries[facility.at()].exits.iter().copied()).collect();
        let mut field = Field::default();
        field.run(&ways.graph, &costs, &sources, request.limit_mm);
        Self {
            request,
            ways,
            field,
            beyond,
            is_beyond,
            homes,
            index: Index::new(&ways.doors, ways.graph.edges().len()),
            obstacles: Obstacles::new(request.territory),
            costs,
        }
    }

    /// Doors as an opening.
    fn told(
        &self,
        kind: OpeningKind,
        [from, to]: [Point; 2],
        compound: Option<CompoundIdx>,
        doors: &[u32],
    ) -> Opening {
        let helped = |door: u32| doors.binary_search(&door).is_ok();
        let atoms = self.ways.door_of.iter().enumerate().filter(|&(_, &door)| helped(door));
        let inhabited = |row: &usize| {
            let demand = &self.request.atoms[*row].demand;
            demand.persons > 0 || demand.households > 0
        };
        Opening {
            kind,
            from,
            to,
            length_m: from.distance(to).round() / 1000.0,
            compound,
            demand: doors.iter().map(|&door| self.homes[door as usize]).sum(),
            atoms: atoms.map(|(row, _)| row).filter(inhabited).map(AtomIdx::of).collect(),
        }
    }

    /// Gates of walled compounds whose gates are known, where somebody inside is beyond the tier.
    fn gates(&self) -> Vec<Opening> {
        let joiner = Joiner::new(&self.ways.graph, Obstacles::new(self.request.territory));
        let limit = self.request.limit_mm;
        let mut found = Vec::new();
        for (row, compound) in self.request.territory.compounds.iter().enumerate() {
            let own = CompoundIdx::of(row);
            let inside: Vec<(u32, &[Point])> = self
                .beyond
                .iter()
                .filter(|&&(door, ..)| self.ways.doors[door as usize].compound == Some(own))
                .map(|&(door, ..)| (door, self.ways.doors[door as usize].outs.as_slice()))
                .collect();
            if !compound.walled || compound.gates.is_empty() || inside.is_empty() {
                continue;
            }
            let mut best: Option<(u32, Vec<u32>, OpeningKind, Point)> = None;
            let closed =
                compound.gates.iter().filter(|gate| !gate.open).map(|gate| (OpeningKind::OpenGate, gate.at));
            let walls = compound.outline.iter().flat_map(|part| part.rings()).flat_map(|ring| ring.edges());
            let fresh = walls.flat_map(|(a, b)| along(a, b)).map(|at| (OpeningKind::NewGate, at));
            for (kind, at) in closed.chain(fresh) {
                let exits = joiner.exits(at, Some(own), true);
                let far = exits
                    .iter()
                    .filter_map(|exit| self.field.distance_to(&self.ways.graph, &self.costs, exit));
                let Some(far) = far.map(|reached| reached.distance_mm).min() else { continue };
                let helped = |&&(_, outs): &&(u32, &[Point])| {
                    let lead = outs.iter().map(|out| out.distance(at)).fold(f64::INFINITY, f64::min).round();
                    lead + f64::from(far) <= f64::from(limit)
                };
                let doors: Vec<u32> = inside.iter().filter(helped).map(|&(door, _)| door).collect();
                let persons: u32 = doors.iter().map(|&door| self.weight(door)).sum();
                // A gate that is there already is opened sooner than a new one is built.
                if !doors.is_empty() && best.as_ref().is_none_or(|(most, ..)| persons > *most) {
                    best = Some((persons, doors, kind, at));
                }
            }
            if let Some((_, doors, kind, at)) = best {
                found.push(self.told(kind, [at, at], Some(own), &doors));
            }
        }
        found
    }

    /// What a door counts when openings are compared: people, or households where nobody knows the people.
    fn weight(&self, door: u32) -> u32 {
        let home = &self.homes[door as usize];
        if home.persons > 0 { home.persons } else { home.households }
    }

    /// Places on streets at ground level people can walk, a few metres apart.
    fn places(&self) -> Vec<Place> {
        let graph = &self.ways.graph;
        let mut places = Vec::new();
        for (edge, facts) in (0u32..).zip(graph.edges()) {
            if facts.level != 0 || self.costs.edge(edge).is_none() {
                continue;
            }
            for snap in stops(graph, edge) {
                let reached = self.field.distance_to(graph, &self.costs, &snap);
                places.push(Place { snap, reached: reached.map(|reached| reached.distance_mm) });
            }
        }
        places
    }

    /// Ways from places that are reached to places that are not.
    fn links(&self) -> Vec<Opening> {
        let graph = &self.ways.graph;
        let places = self.places();
        let corner = |p: Point| [f64::from(p.x), f64::from(p.y)];
        let near = RTree::bulk_load(
            (0u32..)
                .zip(&places)
                .filter(|(_, place)| place.reached.is_some())
                .map(|(row, place)| GeomWithData::new(corner(place.snap.at), row))
                .collect(),
        );
        let homes = RTree::bulk_load(
            self.beyond
                .iter()
                .map(|&(door, _, out)| GeomWithData::new(corner(out), self.weight(door)))
                .collect(),
        );
        let houses = Houses::new(self.request.territory);
        let limit = self.request.limit_mm.saturating_sub(ROUNDING_MM);
        let mut hopes: Vec<Hope> = Vec::new();
        for (row, place) in (0u32..).zip(&places) {
            let middle = corner(place.snap.at);
            let mut partners: Vec<(u32, u32)> = near
                .locate_within_distance(middle, LONGEST_MM * LONGEST_MM)
                .filter_map(|other| {
                    let partner = &places[other.data as usize];
                    let length = partner.snap.at.distance(place.snap.at).round() as u32;
                    let there = partner.reached?.saturating_add(length);
                    let saves = place.reached.is_none_or(|now| there.saturating_add(SAVES_MM) <= now);
                    (there < limit && saves && length > 0).then_some((there, other.data))
                })
                .collect();
            partners.sort_unstable();
            // The nearest may be behind a building: then the next.
            partners.truncate(PARTNERS);
            let Some(&(there, _)) = partners.first() else { continue };
            let left = f64::from(limit - there);
            let most: u64 =
                homes.locate_within_distance(middle, left * left).map(|home| u64::from(home.data)).sum();
            if most > 0 {
                hopes.push((most, row, partners));
            }
        }
        hopes.sort_unstable_by_key(|&(most, row, _)| (Reverse(most), row));
        let (mut found, mut field) = (Vec::new(), Field::default());
        let mut counts: Vec<u64> = Vec::new();
        for &(most, row, ref partners) in hopes.iter().take(TRIED) {
            // Enough good ones are known that this one cannot be among them.
            if counts.len() >= 4 * self.request.most && counts[4 * self.request.most - 1] >= most {
                break;
            }
            let to = places[row as usize].snap;
            let clear =
                |&&(_, partner): &&(u32, u32)| !houses.between(places[partner as usize].snap.at, to.at);
            let Some(&(there, partner)) = partners.iter().find(clear) else { continue };
            let from = places[partner as usize].snap;
            field.run(graph, &self.costs, &[to], limit - there);
            let mut edges: Vec<u32> = vec![to.edge];
            edges.extend(field.reached().flat_map(|node| graph.arcs(node).iter().map(|&(_, edge)| edge)));
            edges.sort_unstable();
            edges.dedup();
            let mut doors: Vec<u32> = Vec::new();
            for &edge in &edges {
                for (door, exit) in self.index.of_edge(edge) {
                    if self.is_beyond[*door as usize] && field.distance_to(graph, &self.costs, exit).is_some()
                    {
                        doors.push(*door);
                    }
                }
            }
            doors.sort_unstable();
            doors.dedup();
            if doors.is_empty() {
                continue;
            }
            let (kind, compound) = self.kind(from.at, to.at);
            found.push(self.told(kind, [from.at, to.at], compound, &doors));
            let count: u64 = doors.iter().map(|&door| u64::from(self.weight(door))).sum();
            counts.insert(counts.partition_point(|&other| other >= count), count);
        }
        found
    }

    fn kind(&self, from: Point, to: Point) -> (OpeningKind, Option<CompoundIdx>) {
        let stops = self.obstacles.crossed(from, to);
        if stops.contains(&Stop::Ground) {
            return (OpeningKind::Footbridge, None);
        }
        let wall = stops.iter().find_map(|stop| match stop {
            Stop::Wall(compound) => Some(*compound),
            Stop::Ground => None,
        });
        if let Some(compound) = wall {
            return (OpeningKind::NewGate, compound);
        }
        let wide = self
            .request
            .territory
            .streets
            .iter()
            .filter(|street| street.at_ground() && street.class.barrier() >= BarrierClass::Collector);
        let crosses =
            wide.flat_map(|street| street.line.windows(2)).any(|pair| cross(from, to, pair[0], pair[1]));
        (if crosses { OpeningKind::Crossing } else { OpeningKind::Path }, None)
    }
}

/// Places along a segment, its start included.
fn along(from: Point, to: Point) -> impl Iterator<Item = Point> {
    let steps = (from.distance(to) / STEP_MM).ceil().max(1.0);
    let mix = move |a: i32, b: i32, t: f64| (f64::from(a) + t * (f64::from(b) - f64::from(a))).round() as i32;
    (0..steps as u32).map(move |step| {
        let t = f64::from(step) / steps;
        Point::new(mix(from.x, to.x, t), mix(from.y, to.y, t))
    })
}

/// Places along an edge: its shape's points and more between them, both ends included.
fn stops(graph: &StreetGraph, edge: u32) -> Vec<Snap> {
    let shape = graph.shape(edge);
    let length = graph.edges()[edge as usize].length_mm;
    let whole: f64 = shape.windows(2).map(|pair| pair[0].distance(pair[1])).sum();
    let scale = if whole > 0.0 { f64::from(length) / whole } else { 0.0 };
    let mut places: Vec<Snap> = Vec::new();
    let mut add = |at: Point, mm: f64| {
        let along_mm = ((mm * scale).round() as u32).min(length);
        places.push(Snap { edge, along_mm, access_mm: 0, at });
    };
    let mut before = 0.0;
    let mut last = f64::NEG_INFINITY;
    for pair in shape.windows(2) {
        for at in along(pair[0], pair[1]) {
            let here = before + pair[0].distance(at);
            // Bends of a curve lie closer than anyone needs to try.
            if here - last >= STEP_MM * 0.5 {
                add(at, here);
                last = here;
            }
        }
        before += pair[0].distance(pair[1]);
    }
    if let Some(&end) = shape.last() {
        add(end, whole);
    }
    places
}

/// Whether two segments cross; touching at an end does not count.
fn cross(a: Point, b: Point, c: Point, d: Point) -> bool {
    let apart = |p: i64, q: i64| (p > 0 && q < 0) || (p < 0 && q > 0);
    apart(a.cross(b, c), a.cross(b, d)) && apart(c.cross(d, a), c.cross(d, b))
}

/// The outlines of buildings.
struct Houses(RTree<rstar::primitives::Line<[f64; 2]>>);

impl Houses {
    fn new(territory: &Territory) -> Self {
        let corner = |p: Point| [f64::from(p.x), f64::from(p.y)];
        let sides = territory
            .buildings
            .iter()
            .flat_map(|building| building.outline.iter())
            .flat_map(|part| part.rings())
            .flat_map(|ring| ring.edges())
            .map(|(a, b)| rstar::primitives::Line::new(corner(a), corner(b)));
        Self(RTree::bulk_load(sides.collect()))
    }

    fn between(&self, from: Point, to: Point) -> bool {
        let corner = |p: Point| [f64::from(p.x), f64::from(p.y)];
        let point = |[x, y]: [f64; 2]| Point::new(x as i32, y as i32);
        self.0
            .locate_in_envelope_intersecting(&AABB::from_corners(corner(from), corner(to)))
            .any(|side| cross(from, to, point(side.from), point(side.to)))
    }
}
