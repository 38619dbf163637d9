//! 拓扑 Which arcs meet at each node and which run around each cell: what makes outlines of labels without computing a
//! coordinate.
//!
//! The outline of a label follows the arcs with the label on their left only, taking at each node the first such arc
//! clockwise from where it came: the face walk of a planar map. Neighbours therefore share their vertices bit by bit,
//! and the work is linear in the arcs of the label.

use crate::dsu::Sets;
use crate::fabric::{Arc, Fabric};
use crate::ground::NONE;
use crate::planar::by_angle;
use lifang_model::{Point, Polygon, Ring};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};

/// 拓扑 Nodes and cells of a fabric by the half-arcs around them: `2i` runs along arc `i`, `2i + 1` against it.
#[derive(Clone, Debug)]
pub struct Topology {
    /// Left cell of each half-arc, [`NONE`] outside.
    left: Vec<u32>,
    /// Node each half-arc leaves.
    from: Vec<u32>,
    /// Half-arc that leaves the node where each half-arc arrives, first clockwise from it; marked by [`CROWDED`].
    turn: Vec<u32>,
    /// Half-arcs with each cell on their left, ascending.
    cells: Lists,
}

/// Marks nodes four or more arcs meet at: walks may pass only those twice.
const CROWDED: u32 = 1 << 31;

/// Lists of numbers, packed.
#[derive(Clone, Debug, Default)]
struct Lists {
    start: Vec<u32>,
    items: Vec<u32>,
}

impl Lists {
    /// Files `0..keys.len()` under their keys, ascending; those of key [`NONE`] are left out.
    fn new(keys: &[u32], n: usize) -> Self {
        let mut start = vec![0u32; n + 1];
        for &key in keys.iter().filter(|key| **key != NONE) {
            start[key as usize + 1] += 1;
        }
        for i in 0..n {
            start[i + 1] += start[i];
        }
        let mut fill = start.clone();
        let mut items = vec![0; start[n] as usize];
        for (i, &key) in (0u32..).zip(keys).filter(|(_, key)| **key != NONE) {
            items[fill[key as usize] as usize] = i;
            fill[key as usize] += 1;
        }
        Self { start, items }
    }

    fn get(&self, key: u32) -> &[u32] {
        &self.items[self.start[key as usize] as usize..self.start[key as usize + 1] as usize]
    }
}

/// Where the labels of one labelling meet.
pub(crate) struct Borders {
    along: Vec<u32>,
    halves: Lists,
    /// Half-arcs walked along.
    used: Vec<AtomicBool>,
}

/// Appends the points of a half-arc in its direction, without the last.
fn append(points: &mut Vec<Point>, arcs: &[Arc], half: u32) {
    let own = &arcs[half as usize / 2].points;
    if half.is_multiple_of(2) {
        points.extend_from_slice(&own[..own.len() - 1]);
    } else {
        points.extend(own[1..].iter().rev());
    }
}

impl Topology {
    /// 建拓扑 The topology of a fabric. Linear in its arcs, but for sorting their ends.
    #[must_use]
    pub fn new(fabric: &Fabric) -> Self {
        Self::of(&fabric.arcs, fabric.cells.len())
    }

    pub(crate) fn of(arcs: &[Arc], cells: usize) -> Self {
        let whole = |arc: &Arc| arc.points.len() >= 2;
        let side = |cell: Option<u32>| cell.filter(|cell| (*cell as usize) < cells).unwrap_or(NONE);
        let left: Vec<u32> = arcs
            .iter()
            .flat_map(|arc| if whole(arc) { [side(arc.left), side(arc.right)] } else { [NONE; 2] })
            .collect();
        let mut ends: Vec<(Point, u32)> = (0u32..)
            .zip(arcs)
            .filter(|(_, arc)| whole(arc))
            .flat_map(|(i, arc)| [(arc.points[0], 2 * i), (arc.points[arc.points.len() - 1], 2 * i + 1)])
            .collect();
        ends.par_sort_unstable();
        let mut from = vec![NONE; left.len()];
        let mut node = NONE;
        let mut last = None;
        for &(p, half) in &ends {
            if last != Some(p) {
                node = node.wrapping_add(1);
                last = Some(p);
            }
            from[half as usize] = node;
        }
        let count = if ends.is_empty() { 0 } else { node as usize + 1 };
        let mut nodes = Lists::new(&from, count);
        let second = |half: u32| {
            let points = &arcs[half as usize / 2].points;
            if half.is_multiple_of(2) { points[1] } else { points[points.len() - 2] }
        };
        let mut rest = nodes.items.as_mut_slice();
        let mut around: Vec<&mut [u32]> = Vec::with_capacity(count);
        for node in 0..count {
            let (own, others) = rest.split_at_mut((nodes.start[node + 1] - nodes.start[node]) as usize);
            around.push(own);
            rest = others;
        }
        around.into_par_iter().with_min_len(1024).for_each(|halves| {
            let first = |half: u32| {
                let points = &arcs[half as usize / 2].points;
                if half.is_multiple_of(2) { points[0] } else { points[points.len() - 1] }
            };
            let Some(at) = halves.first().map(|&half| first(half)) else { return };
            // Two follow each other whatever their order.
            if halves.len() > 2 {
                halves.sort_unstable_by(|&g, &h| by_angle(at, second(g), second(h)).then(g.cmp(&h)));
            }
        });
        let turn = (0..left.len() as u32)
            .into_par_iter()
            .with_min_len(4096)
            .map(|half| {
                let node = from[half as usize ^ 1];
                if node == NONE {
                    return NONE;
                }
                let around = nodes.get(node);
                let back = around.iter().position(|&g| g == half ^ 1).unwrap_or_default();
                let next = around[(back + around.len() - 1) % around.len()];
                if around.len() < 4 { next } else { next | CROWDED }
            })
            .collect();
        Self { cells: Lists::new(&left, cells), left, from, turn }
    }

    /// Number of cells.
    pub(crate) fn cells(&self) -> usize {
        self.cells.start.len() - 1
    }

    /// The land of some cells, ascending, that `own` knows: its connected pieces in the order of their lowest cell.
    /// Polygons are valid in the sense of OGC Simple Features: rings may touch at points only.
    pub(crate) fn polygons(&self, arcs: &[Arc], cells: &[u32], own: impl Fn(u32) -> bool) -> Vec<Polygon> {
        let own = |cell: u32| cell != NONE && own(cell);
        let mut sets = Sets::new(cells.len());
        let mut halves: Vec<u32> = Vec::new();
        for (k, &cell) in (0u32..).zip(cells) {
            for &half in self.cells.get(cell) {
                let other = self.left[half as usize ^ 1];
                if !own(other) {
                    halves.push(half);
                } else if other > cell
                    && let Ok(j) = cells.binary_search(&other)
                {
                    sets.join(k, j as u32);
                }
            }
        }
        halves.sort_unstable();
        let mut used = vec![false; halves.len()];
        let mut rings: Vec<(u32, Ring)> = Vec::new();
        let mut walk: Vec<u32> = Vec::new();
        for first in 0..halves.len() {
            if used[first] {
                continue;
            }
            let Ok(k) = cells.binary_search(&self.left[halves[first] as usize]) else { continue };
            walk.clear();
            let mut at = Some(first);
            while let Some(k) = at.filter(|&k| !used[k]) {
                used[k] = true;
                walk.push(halves[k]);
                let along = |g: u32| own(self.left[g as usize]) && !own(self.left[g as usize ^ 1]);
                at = self.next(halves[k], along).and_then(|half| halves.binary_search(&half).ok());
            }
            let root = sets.find(k as u32);
            self.split(arcs, &walk, &mut |ring| rings.push((root, ring)));
        }
        rings.sort_by_key(|ring| ring.0);
        let mut pieces: Vec<(u32, Polygon)> = Vec::new();
        for (root, ring) in rings {
            if pieces.last().is_none_or(|piece| piece.0 != root) {
                pieces.push((root, Polygon::default()));
            }
            let Some((_, polygon)) = pieces.last_mut() else { continue };
            let area = ring.twice_area();
            if area > 0 && polygon.outer.0.is_empty() {
                polygon.outer = ring;
            } else if area != 0 {
                polygon.holes.push(ring);
            }
        }
        pieces.into_iter().map(|piece| piece.1).collect()
    }

    /// The half-arc along the same land that follows one: the first clockwise from where it arrived that runs along it.
    fn next(&self, half: u32, along: impl Fn(u32) -> bool) -> Option<u32> {
        let mut back = half;
        loop {
            let next = self.turn[back as usize] & !CROWDED;
            // Once around is back where it came from.
            if next == half ^ 1 {
                return None;
            }
            if along(next) {
                return Some(next);
            }
            back = next ^ 1;
        }
    }

    /// The label along whose land each half-arc runs: that of the cell on its left if the cell on its right has another;
    /// [`NONE`] elsewhere. `of` gives the label of every cell as a number below `labels`. And the half-arcs of every label.
    pub(crate) fn borders(&self, of: &[u32], labels: usize) -> Borders {
        let label = |cell: u32| if cell == NONE { NONE } else { of[cell as usize] };
        let along: Vec<u32> = self
            .left
            .par_chunks(2)
            .with_min_len(4096)
            .flat_map_iter(|sides| {
                let (l, r) = (label(sides[0]), label(sides[1]));
                if l == r { [NONE; 2] } else { [l, r] }
            })
            .collect();
        let halves = Lists::new(&along, labels);
        let used = along.iter().map(|_| AtomicBool::new(false)).collect();
        Borders { along, halves, used }
    }

    /// The land of a label that is one piece; `None` if it is none, or several.
    pub(crate) fn piece(&self, arcs: &[Arc], borders: &Borders, label: u32) -> Option<Polygon> {
        let mut polygon = Polygon::default();
        let mut pieces = 0;
        let mut walk: Vec<u32> = Vec::new();
        // Only the walks of this label pass its half-arcs, and one thread makes them all.
        let is_new = |half: u32| {
            let used = &borders.used[half as usize];
            !used.load(Ordering::Relaxed) && {
                used.store(true, Ordering::Relaxed);
                true
            }
        };
        for &first in borders.halves.get(label) {
            if !is_new(first) {
                continue;
            }
            walk.clear();
            walk.push(first);
            let mut at = first;
            while let Some(half) =
                self.next(at, |g| borders.along[g as usize] == label).filter(|&h| is_new(h))
            {
                walk.push(half);
                at = half;
            }
            self.split(arcs, &walk, &mut |ring| match ring.twice_area().signum() {
                1 => {
                    pieces += 1;
                    polygon.outer = ring;
                }
                -1 => polygon.holes.push(ring),
                _ => {}
            });
        }
        (pieces == 1).then_some(polygon)
    }

    /// Splits a closed walk at the nodes it passes twice, so that every ring is simple.
    fn split(&self, arcs: &[Arc], walk: &[u32], emit: &mut dyn FnMut(Ring)) {
        let ring = |halves: &[u32]| {
            let count = halves.iter().map(|half| arcs[*half as usize / 2].points.len() - 1).sum();
            let mut points = Vec::with_capacity(count);
            halves.iter().for_each(|&half| append(&mut points, arcs, half));
            Ring(points)
        };
        let twice = |half: &u32| self.turn[*half as usize ^ 1] & CROWDED != 0;
        if !walk.iter().any(twice) {
            let whole = ring(walk);
            if whole.0.len() > 2 {
                emit(whole);
            }
            return;
        }
        let mut open: Vec<u32> = Vec::with_capacity(walk.len());
        let mut place: BTreeMap<u32, usize> = BTreeMap::new();
        for &half in walk {
            let node = self.from[half as usize];
            if twice(&half) {
                if let Some(&at) = place.get(&node) {
                    for closed in &open[at..] {
                        place.remove(&self.from[*closed as usize]);
                    }
                    emit(ring(&open[at..]));
                    open.truncate(at);
                }
                place.insert(node, open.len());
            }
            open.push(half);
        }
        let last = ring(&open);
        if last.0.len() > 2 {
            emit(last);
        }
    }
}
