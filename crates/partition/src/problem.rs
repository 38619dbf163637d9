//! 问题 One partition problem: a graph, the loads zones may have, and what the soft terms weigh.
//!
//! # The objective, in tiers
//! 1. Contiguity holds by construction: a zone is always a subtree of some spanning tree.
//! 2. A zone outside its band costs [`MISS`] and more the further it is off; the soft terms of a zone
//!    add up to far less.
//! 3. Households in stairwell units and in buildings that are divided between zones.
//! 4. The rest by weight: mixed compounds, mixed kinds, compactness, barriers inside, walks from the middle, distance from
//!    the target.
//!
//! # Units
//! Each soft term is scaled so that about 1 is a typical zone's worth: loads by the target, moments of inertia by that
//! of a disc with the average zone's area, borders by that disc's outline, barriers by 30 m of local street, walks by the mean
//! distance from that disc's middle with a detour of 1.3.

use crate::graph::{BUILDING, Graph, NONE, UNIT};
use crate::region::Region;
use crate::scale::LONGEST;
use crate::sums::{LEVEL_REACH, MISS, Sums};
use crate::walks::DoorTable;
use lifang_model::Weights;

/// Soft weights, scaled for one problem.
#[derive(Copy, Clone, Debug, Default)]
pub(crate) struct Terms {
    /// By [`UNIT`] and [`BUILDING`].
    pub split: [f32; 2],
    /// Load outside the zone's main compound.
    pub area: f32,
    /// Load outside the zone's main kind.
    pub kind: f32,
    /// Moment of inertia.
    pub inertia: f32,
    /// Border between zones.
    pub outline: f32,
    /// Barriers inside zones.
    pub barrier: f32,
    /// Mean walk from the middle, metres.
    pub walk: f32,
}

/// Mean distance from the middle of a disc, in radii.
const MIDDLE: f32 = 2.0 / 3.0;
/// What streets usually add to the straight line.
const DETOUR: f32 = 1.3;

/// 划分问题 What is to be partitioned, and how a partition is judged.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    /// The atoms.
    pub graph: Graph,
    /// The allowed loads.
    pub sums: Sums,
    /// The same with the costs used while repairing.
    pub eased: Sums,
    /// The soft weights.
    pub terms: Terms,
    /// Load aimed at.
    pub target: f32,
    /// Number of zones wanted; `None` where the band decides.
    pub count: Option<u32>,
}

impl Problem {
    /// Scales the weights of the rules to the size of this problem's zones.
    pub fn new(graph: Graph, sums: Sums, target: u32, weights: &Weights) -> Self {
        let target = target.max(1) as f32;
        let total: u64 = graph.load.iter().map(|&load| u64::from(load)).sum();
        let zones = (total as f32 / target).max(1.0);
        let area = ground(&graph) / zones;
        let disc = area / std::f32::consts::TAU;
        let outline = 2.0 * (std::f32::consts::PI * area).sqrt();
        let weight = |w: u32| w as f32;
        let grouped = |level: usize| graph.group[level].iter().any(|&g| g != NONE);
        let terms = Terms {
            split: [
                if grouped(UNIT) { weight(weights.split_unit) } else { 0.0 },
                if grouped(BUILDING) { weight(weights.split_building) } else { 0.0 },
            ],
            area: if differs(&graph.area) { weight(weights.split_compound) } else { 0.0 },
            kind: if differs(&graph.kind) { weight(weights.kind) } else { 0.0 },
            inertia: if disc > 0.0 { 0.3 * weight(weights.compactness) / disc } else { 0.0 },
            outline: if outline > 0.0 { weight(weights.compactness) / outline } else { 0.0 },
            barrier: weight(weights.barrier),
            walk: if area > 0.0 && graph.walks.is_some() {
                0.3 * weight(weights.walking) / (DETOUR * MIDDLE * (area / std::f32::consts::PI).sqrt())
            } else {
                0.0
            },
        };
        let eased = sums.eased();
        Self { graph, sums, eased, terms, target, count: None }
    }

    /// The same problem on some of its atoms, with the same scales.
    pub fn part(&self, atoms: &[u32]) -> Self {
        Self {
            graph: self.graph.part(atoms),
            sums: self.sums.clone(),
            eased: self.eased.clone(),
            terms: self.terms,
            target: self.target,
            count: self.count,
        }
    }

    /// The same problem with a price on loads away from the mean of so many zones instead of the band. Loads are counted in
    /// coarser units where zones are so large that tables of all their loads would be.
    pub fn levelled(&self, count: u32) -> Self {
        let total: u64 = self.graph.load.iter().map(|&load| u64::from(load)).sum();
        let most = total.div_ceil(u64::from(count.max(1))) * LEVEL_REACH;
        let unit = u32::try_from(most.div_ceil(LONGEST)).unwrap_or(u32::MAX).max(1);
        let mut graph = self.graph.clone();
        for load in &mut graph.load {
            *load = *load / unit + u32::from(*load % unit > unit / 2);
        }
        let mean = total as f64 / f64::from(count.max(1)) / f64::from(unit);
        let sums = Sums::level(mean as f32);
        Self { graph, eased: sums.clone(), sums, terms: self.terms, target: mean as f32, count: self.count }
    }

    /// Whether so many zones in the band can have this load between them.
    pub fn fits(&self, count: u32, load: u64) -> bool {
        let count = u64::from(count);
        count * self.sums.lowest() <= load && load <= count * u64::from(self.sums.upper())
    }

    /// Whether an atom is larger than any zone may be.
    pub fn oversize(&self, v: u32) -> bool {
        self.graph.load[v as usize] > self.sums.upper()
    }
}

fn differs<T: PartialEq>(column: &[T]) -> bool {
    column.windows(2).any(|pair| pair[0] != pair[1])
}

/// Rough land area in m2: each atom a square as wide as the mean distance to its neighbours.
fn ground(graph: &Graph) -> f32 {
    (0..graph.len() as u32)
        .map(|v| {
            let near = graph.near(v);
            if near.is_empty() {
                return 0.0;
            }
            let here = graph.at[v as usize];
            let mean = near
                .iter()
                .map(|&w| {
                    let there = graph.at[w as usize];
                    (here.0 - there.0).hypot(here.1 - there.1)
                })
                .sum::<f32>()
                / near.len() as f32;
            mean * mean
        })
        .sum()
}

/// A soft term of one zone, kept below half the price of a miss: no river is worth a zone out of band.
fn limited(cost: f32) -> f32 {
    const MOST: f32 = 0.4 * MISS;
    cost.max(0.0) * MOST / (cost.max(0.0) + MOST)
}

/// Scratch memory of [`Judge::price`].
#[derive(Clone, Debug, Default)]
pub(crate) struct Judge {
    /// Leaves the walks out: while zones are brought into their band they would only cost time.
    pub hasty: bool,
    sum: Vec<ZoneSum>,
    hubs: Vec<Hub>,
    seen: Vec<(u32, u32, u32)>,
}

#[derive(Copy, Clone, Debug, Default)]
struct ZoneSum {
    load: u64,
    count: f32,
    x: f32,
    y: f32,
    square: f32,
    barrier: f32,
}

/// The middle of a part and the walks from it.
#[derive(Copy, Clone, Debug)]
struct Hub {
    people: f32,
    x: f32,
    y: f32,
    door: u32,
    off: f32,
    metres: f32,
}

impl Default for Hub {
    fn default() -> Self {
        Self { people: 0.0, x: 0.0, y: 0.0, door: NONE, off: 0.0, metres: 0.0 }
    }
}

impl Judge {
    /// Cost of dividing a region into `parts` parts: everything the division can change, and nothing else. `sums` are
    /// the problem's own or its eased ones.
    pub fn price(
        &mut self,
        problem: &Problem,
        sums: &Sums,
        region: &Region,
        part: &[u32],
        parts: u32,
    ) -> f32 {
        let terms = &problem.terms;
        let graph = &problem.graph;
        self.sum.clear();
        self.sum.resize(parts as usize, ZoneSum::default());
        let origin = region.origin(graph);
        for (&v, &p) in region.atoms.iter().zip(part) {
            let (x, y) = graph.at[v as usize];
            let (x, y) = (x - origin.0, y - origin.1);
            let zone = &mut self.sum[p as usize];
            zone.load += u64::from(graph.load[v as usize]);
            zone.count += 1.0;
            zone.x += x;
            zone.y += y;
            zone.square += x * x + y * y;
        }
        let mut cost = 0.0;
        for edge in &region.edges {
            let zone = part[edge.a as usize];
            if zone == part[edge.b as usize] {
                self.sum[zone as usize].barrier += edge.barrier;
            } else {
                cost += terms.outline * edge.shared;
            }
        }
        for zone in &self.sum {
            cost += sums.cost(zone.load);
            let spread =
                zone.square / zone.count - (zone.x * zone.x + zone.y * zone.y) / (zone.count * zone.count);
            cost += limited(terms.inertia * spread) + limited(terms.barrier * zone.barrier);
        }
        if terms.walk > 0.0
            && !self.hasty
            && let Some(walks) = &graph.walks
        {
            self.walks(graph, walks, region, part, origin);
            let mean = |hub: &Hub| if hub.people > 0.0 { hub.metres / hub.people } else { 0.0 };
            cost += self.hubs.iter().map(|hub| limited(terms.walk * mean(hub))).sum::<f32>();
        }
        for level in [UNIT, BUILDING] {
            if terms.split[level] > 0.0 {
                let divided = self.divided(graph, region, part, level);
                cost += terms.split[level] * divided / problem.target;
            }
        }
        if terms.area > 0.0 {
            cost += terms.area * self.mixed(graph, region, part, |v| graph.area[v as usize]) / problem.target;
        }
        if terms.kind > 0.0 {
            let kind = |v: u32| match graph.kind[v as usize] {
                0 => NONE,
                kind => u32::from(kind),
            };
            cost += terms.kind * self.mixed(graph, region, part, kind) / problem.target;
        }
        cost
    }

    /// The walks of every part from its middle: the door nearest to the centre of its people.
    fn walks(&mut self, graph: &Graph, walks: &DoorTable, region: &Region, part: &[u32], origin: (f32, f32)) {
        self.hubs.clear();
        self.hubs.resize(self.sum.len(), Hub::default());
        let people = |v: u32| match graph.door[v as usize] {
            NONE => None,
            door => Some((door, graph.load[v as usize] as f32)).filter(|&(_, load)| load > 0.0),
        };
        let place = |v: u32| {
            let (x, y) = graph.at[v as usize];
            (x - origin.0, y - origin.1)
        };
        for (&v, &p) in region.atoms.iter().zip(part) {
            if let Some((_, load)) = people(v) {
                let ((x, y), hub) = (place(v), &mut self.hubs[p as usize]);
                (hub.people, hub.x, hub.y) = (hub.people + load, hub.x + load * x, hub.y + load * y);
            }
        }
        for (&v, &p) in region.atoms.iter().zip(part) {
            if let Some((door, _)) = people(v) {
                let ((x, y), hub) = (place(v), &mut self.hubs[p as usize]);
                let (dx, dy) = (x - hub.x / hub.people, y - hub.y / hub.people);
                let off = dx * dx + dy * dy;
                // Stairs and floors of one building share a place: the lower door, whatever the order.
                if hub.door == NONE || off < hub.off || (off <= hub.off && door < hub.door) {
                    (hub.door, hub.off) = (door, off);
                }
            }
        }
        for (&v, &p) in region.atoms.iter().zip(part) {
            if let Some((door, load)) = people(v) {
                let hub = &mut self.hubs[p as usize];
                hub.metres += load * walks.between(hub.door, door);
            }
        }
    }

    /// Load in units or buildings that are not whole in one zone, and a little for every piece.
    fn divided(&mut self, graph: &Graph, region: &Region, part: &[u32], level: usize) -> f32 {
        self.seen.clear();
        for (&v, &p) in region.atoms.iter().zip(part) {
            let group = graph.group[level][v as usize];
            if group != NONE {
                self.seen.push((group, p, graph.load[v as usize]));
            }
        }
        self.seen.sort_unstable();
        let mut sum = 0.0;
        for piece in self.seen.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
            if (piece.len() as u32) < graph.whole[level][piece[0].0 as usize] {
                sum += 4.0 + piece.iter().map(|&(_, _, load)| load as f32).sum::<f32>();
            }
        }
        sum
    }

    /// Load that is not of its zone's main class; an atom without load counts as 1, one without class not at all.
    fn mixed(&mut self, graph: &Graph, region: &Region, part: &[u32], class: impl Fn(u32) -> u32) -> f32 {
        self.seen.clear();
        for (&v, &p) in region.atoms.iter().zip(part) {
            let class = class(v);
            if class != NONE {
                self.seen.push((p, class, graph.load[v as usize].max(1)));
            }
        }
        self.seen.sort_unstable();
        let mut sum = 0.0;
        for zone in self.seen.chunk_by(|a, b| a.0 == b.0) {
            let (mut all, mut main) = (0u64, 0u64);
            for class in zone.chunk_by(|a, b| a.1 == b.1) {
                let load = class.iter().map(|&(_, _, load)| u64::from(load)).sum::<u64>();
                all += load;
                main = main.max(load);
            }
            sum += (all - main) as f32;
        }
        sum
    }
}
