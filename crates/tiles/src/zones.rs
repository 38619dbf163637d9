//! 轮廓跟随 The shape of every label, kept up with a labelling that changes.

use crate::arcs::{Arcs, NOBODY};
use crate::line::{Vertex, weigh};
use crate::shape::{Kind, Shape};
use crate::sheet::Sheets;
use crate::tile::degrees;
use crate::tint::Borders;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// 轮廓 See the module.
#[derive(Clone, Debug, Default)]
pub struct Zones {
    labels: Vec<u32>,
    members: Vec<BTreeSet<u32>>,
    shapes: Vec<Option<Arc<Shape>>>,
    anchors: Vec<Option<[f64; 2]>>,
    borders: Borders,
    pub(crate) sheets: Sheets,
}

/// 位置 Where a label lies, degrees.
#[derive(Copy, Clone, Debug, PartialEq)]
pub struct Place {
    /// West, south, east, north.
    pub bounds: [f64; 4],
    /// Longitude and latitude of a point inside, for its name.
    pub at: (f64, f64),
}

impl Zones {
    /// 跟随 Takes in a labelling of the cells with labels below `count`, and draws anew what differs from the one before.
    /// Gives the number of labels drawn.
    pub fn follow(&mut self, arcs: &Arcs, labels: &[Option<u32>], count: usize) -> usize {
        let label = |cell: usize| {
            labels.get(cell).copied().flatten().filter(|at| (*at as usize) < count).unwrap_or(NOBODY)
        };
        self.members.resize(count.max(self.members.len()), BTreeSet::new());
        self.labels.resize(arcs.cells(), NOBODY);
        let changed: Vec<u32> = (0..arcs.cells() as u32)
            .filter(|&cell| self.labels[cell as usize] != label(cell as usize))
            .collect();
        let mut touched: BTreeSet<u32> = BTreeSet::new();
        // Whoever meets a changed cell at a corner may have its border broken elsewhere now.
        self.meet(arcs, &changed, &mut touched);
        let edges = edges(arcs, &changed);
        let mut between: BTreeMap<(u32, u32), i32> = BTreeMap::new();
        for pair in edges.iter().filter_map(|&arc| self.parted(arcs, arc)) {
            *between.entry(pair).or_default() -= 1;
        }
        for &cell in &changed {
            let (old, new) = (self.labels[cell as usize], label(cell as usize));
            if let Some(members) = self.members.get_mut(old as usize) {
                members.remove(&cell);
            }
            if let Some(members) = self.members.get_mut(new as usize) {
                members.insert(cell);
            }
            self.labels[cell as usize] = new;
        }
        for pair in edges.iter().filter_map(|&arc| self.parted(arcs, arc)) {
            *between.entry(pair).or_default() += 1;
        }
        self.borders.change(between);
        self.meet(arcs, &changed, &mut touched);
        self.shapes.resize(self.members.len(), None);
        self.anchors.resize(self.members.len(), None);
        let (labels, members) = (&self.labels, &self.members);
        let drawn: Vec<(u32, Shape, Option<[f64; 2]>)> = touched
            .into_par_iter()
            .filter_map(|label| {
                let cells = members.get(label as usize)?;
                Some((label, shape(arcs, cells, labels), anchor(arcs, cells)))
            })
            .collect();
        let count = drawn.len();
        for (label, shape, anchor) in drawn {
            self.shapes[label as usize] = (!shape.is_empty()).then(|| Arc::new(shape));
            self.anchors[label as usize] = anchor;
        }
        count
    }

    /// The labels on both sides of an arc, where they are two.
    fn parted(&self, arcs: &Arcs, arc: u32) -> Option<(u32, u32)> {
        let [a, b] = arcs.sides[arc as usize].map(|side| self.labels.get(side as usize).copied());
        let (a, b) = (a?, b?);
        (a != b && a != NOBODY && b != NOBODY).then_some((a.min(b), a.max(b)))
    }

    /// The labels of everything around some cells.
    fn meet(&self, arcs: &Arcs, cells: &[u32], touched: &mut BTreeSet<u32>) {
        for &cell in cells {
            touched.extend(self.labels.get(cell as usize).copied());
            for &half in arcs.around(cell) {
                for &arc in arcs.at(arcs.from(half)) {
                    let sides = arcs.sides[arc as usize];
                    touched.extend(sides.iter().filter_map(|&side| self.labels.get(side as usize).copied()));
                }
            }
        }
        touched.remove(&NOBODY);
    }

    /// The shape of a label; `None` when it has no cell.
    #[must_use]
    pub fn shape(&self, label: u32) -> Option<&Arc<Shape>> {
        self.shapes.get(label as usize)?.as_ref()
    }

    /// 着色 A colour number below `colours` for every label, another than that of labels along the same border.
    pub fn tints(&mut self, colours: usize) -> &[u8] {
        self.borders.tints(self.shapes.len(), colours)
    }

    /// 位置 Where a label lies; `None` when it has no land.
    #[must_use]
    pub fn place(&self, label: u32) -> Option<Place> {
        let [x0, y0, x1, y1] = self.shape(label)?.bounds;
        let at = self.anchors.get(label as usize).copied().flatten()?;
        // The world's y runs southwards.
        let ((west, north), (east, south)) = (degrees([x0, y0]), degrees([x1, y1]));
        Some(Place { bounds: [west, south, east, north], at: degrees(at) })
    }

    /// 轮廓 The polygons of a label, longitude and latitude, each an outer ring and its holes, closed; none when it has
    /// no land. Every vertex is there.
    #[must_use]
    pub fn outline(&self, label: u32) -> Vec<Vec<Vec<(f64, f64)>>> {
        let ring = |ring: &Vec<Vertex>| {
            let round = ring.iter().chain(ring.first());
            round.map(|vertex| degrees(vertex.at)).collect::<Vec<_>>()
        };
        let parts = self.shape(label).map_or(&[][..], |shape| &shape.parts);
        parts.iter().map(|part| part.iter().map(ring).collect()).collect()
    }

    /// A point of the label in the world, for its name: that inside the cell nearest to the middle.
    pub(crate) fn middle(&self, label: u32) -> Option<[f64; 2]> {
        self.anchors.get(label as usize).copied().flatten()
    }
}

/// The arcs around some cells, each once.
fn edges(arcs: &Arcs, cells: &[u32]) -> Vec<u32> {
    let mut edges: Vec<u32> =
        cells.iter().flat_map(|&cell| arcs.around(cell).iter().map(|half| half / 2)).collect();
    edges.sort_unstable();
    edges.dedup();
    edges
}

/// The shape of every cell.
pub(crate) fn cells(arcs: &Arcs) -> Vec<Arc<Shape>> {
    let labels: Vec<u32> = (0..arcs.cells() as u32).collect();
    (0..arcs.cells() as u32)
        .into_par_iter()
        .map(|cell| Arc::new(shape(arcs, &BTreeSet::from([cell]), &labels)))
        .collect()
}

/// The rings of a cell as half-arcs, the outer one first.
pub(crate) fn rings(arcs: &Arcs, cell: u32) -> Vec<Vec<u32>> {
    let halves: Vec<u32> =
        arcs.around(cell).iter().copied().filter(|&half| arcs.left(half) != arcs.right(half)).collect();
    let mut walks = walks(arcs, &halves);
    let size = |walk: &Vec<u32>| {
        let ring: Vec<Vertex> = walk.iter().flat_map(|&half| weighed(arcs, &[half])).collect();
        area(&ring)
    };
    walks.sort_by(|a, b| size(a).total_cmp(&size(b)));
    walks
}

fn anchor(arcs: &Arcs, cells: &BTreeSet<u32>) -> Option<[f64; 2]> {
    let count = cells.len() as f64;
    let anchors = || cells.iter().filter_map(|&cell| arcs.anchors.get(cell as usize).copied());
    let (x, y) = anchors().fold((0.0, 0.0), |sum, at| (sum.0 + at[0] / count, sum.1 + at[1] / count));
    anchors().min_by(|a, b| {
        let far = |at: &[f64; 2]| (at[0] - x).powi(2) + (at[1] - y).powi(2);
        far(a).total_cmp(&far(b))
    })
}

fn shape(arcs: &Arcs, cells: &BTreeSet<u32>, labels: &[u32]) -> Shape {
    let label = |cell: u32| labels.get(cell as usize).copied().unwrap_or(NOBODY);
    let parted = |arc: u32| {
        let [left, right] = arcs.sides[arc as usize];
        label(left) != label(right)
    };
    let halves: Vec<u32> = cells
        .iter()
        .flat_map(|&cell| arcs.around(cell).iter().copied())
        .filter(|&half| parted(half / 2))
        .collect();
    let mut rings: Vec<(f64, Vec<Vertex>)> = Vec::new();
    for walk in walks(arcs, &halves) {
        let ring = drawn(arcs, &walk, &parted);
        let area = area(&ring);
        if area != 0.0 {
            rings.push((area, ring));
        }
    }
    // The land is on the left, so outer rings run against the clock; with y southwards that is a negative area.
    let mut parts: Vec<Vec<Vec<Vertex>>> =
        rings.iter().filter(|(area, _)| *area < 0.0).map(|(_, ring)| vec![ring.clone()]).collect();
    for (_, hole) in rings.into_iter().filter(|(area, _)| *area > 0.0) {
        let Some(probe) = middle(&hole) else { continue };
        let within = match parts.len() {
            1 => Some(0),
            _ => parts.iter().position(|part| part.first().is_some_and(|outer| inside(outer, probe))),
        };
        if let Some(part) = within.and_then(|at| parts.get_mut(at)) {
            part.push(hole);
        }
    }
    Shape::new(Kind::Polygons, parts)
}

/// Chains half-arcs with their land on the left into closed walks: at every place, to the first one clockwise of where one
/// came from.
fn walks(arcs: &Arcs, halves: &[u32]) -> Vec<Vec<u32>> {
    let mut leaving: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for &half in halves {
        leaving.entry(arcs.from(half)).or_default().push(half);
    }
    let mut used: BTreeSet<u32> = BTreeSet::new();
    let mut out = Vec::new();
    for &first in halves {
        if used.contains(&first) {
            continue;
        }
        let mut walk = Vec::new();
        let mut half = first;
        while used.insert(half) {
            walk.push(half);
            let choices = leaving.get(&arcs.to(half)).map_or(&[][..], Vec::as_slice);
            let back = arcs.leaving(half ^ 1);
            let turn = |next: u32| (back - arcs.leaving(next)).rem_euclid(std::f64::consts::TAU);
            let next = match choices {
                [only] => Some(*only),
                // Going straight back is a turn of the whole circle, not of none.
                several => several.iter().copied().min_by(|&a, &b| {
                    let whole = |turn: f64| if turn == 0.0 { std::f64::consts::TAU } else { turn };
                    whole(turn(a)).total_cmp(&whole(turn(b)))
                }),
            };
            match next {
                Some(next) => half = next,
                None => break,
            }
        }
        out.push(walk);
    }
    out
}

/// A closed walk as a ring, simplified between the places where three or more borders meet, so that whoever is on the
/// other side gets the same vertices.
fn drawn(arcs: &Arcs, walk: &[u32], parted: &impl Fn(u32) -> bool) -> Vec<Vertex> {
    let junction = |half: u32| arcs.at(arcs.from(half)).iter().filter(|&&arc| parted(arc)).count() != 2;
    // A ring without a junction is broken at its lowest place, which is the same from both sides.
    let first = walk
        .iter()
        .position(|&half| junction(half))
        .or_else(|| (0..walk.len()).min_by_key(|&at| arcs.from(walk[at])))
        .unwrap_or(0);
    let turned = || walk[first..].iter().chain(&walk[..first]).copied();
    let mut ring: Vec<Vertex> = Vec::new();
    let mut chain: Vec<u32> = Vec::new();
    for half in turned() {
        if !chain.is_empty() && junction(half) {
            ring.extend(weighed(arcs, &chain));
            chain.clear();
        }
        chain.push(half);
    }
    ring.extend(weighed(arcs, &chain));
    ring
}

/// The vertices of a chain but its last, weighed in the direction of its lower end.
fn weighed(arcs: &Arcs, chain: &[u32]) -> Vec<Vertex> {
    let mut points: Vec<[f64; 2]> = Vec::new();
    for &half in chain {
        let range = arcs.range(half / 2);
        let part = &arcs.points[range];
        points.pop();
        if half.is_multiple_of(2) {
            points.extend(part);
        } else {
            points.extend(part.iter().rev());
        }
    }
    let (Some(&head), Some(&tail)) = (chain.first(), chain.last()) else { return Vec::new() };
    let forwards = (arcs.from(head), head / 2, head % 2) <= (arcs.to(tail), tail / 2, 1 - tail % 2);
    let mut line = if forwards {
        weigh(&points)
    } else {
        points.reverse();
        let mut line = weigh(&points);
        line.reverse();
        line
    };
    line.pop();
    line
}

fn area(ring: &[Vertex]) -> f64 {
    let Some(origin) = ring.first().map(|vertex| vertex.at) else { return 0.0 };
    let off = |at: usize| [ring[at].at[0] - origin[0], ring[at].at[1] - origin[1]];
    (1..ring.len().saturating_sub(1))
        .map(|at| off(at)[0] * off(at + 1)[1] - off(at + 1)[0] * off(at)[1])
        .sum()
}

/// A point of a ring away from its corners, where other rings may touch it.
fn middle(ring: &[Vertex]) -> Option<[f64; 2]> {
    match ring {
        [a, b, ..] => Some([f64::midpoint(a.at[0], b.at[0]), f64::midpoint(a.at[1], b.at[1])]),
        _ => None,
    }
}

fn inside(ring: &[Vertex], p: [f64; 2]) -> bool {
    let mut inside = false;
    for (i, a) in ring.iter().enumerate() {
        let (a, b) = (a.at, ring[(i + 1) % ring.len()].at);
        if (a[1] > p[1]) != (b[1] > p[1]) && p[0] < (b[0] - a[0]) * (p[1] - a[1]) / (b[1] - a[1]) + a[0] {
            inside = !inside;
        }
    }
    inside
}
