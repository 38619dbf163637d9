//! 划线切分 A drawn line divides the land of some cells; the cut follows the arcs nearest to it, so that no cell is broken.

use crate::dsu::Sets;
use crate::fabric::Fabric;
use crate::ground::NONE;
use crate::noding::{Segment, node};
use crate::planar::{OUTSIDE, Planar};
use lifang_model::{AtomIdx, Point};
use std::collections::{BTreeMap, VecDeque};

/// How far the ends of the line are drawn out, mm: a hand stops at the border or a little before.
const BEYOND: f64 = 10_000.0;

impl Fabric {
    /// 划线切分 The parts a drawn line makes of the land of some cells, each connected, in the order of their lowest cell;
    /// one part when the line divides nothing. A cell goes to the side with most of its land; a cell that would lie apart
    /// from its side goes to the neighbour it has most border with, and upper floors go with the ground they stand on.
    ///
    /// Cells that do not exist are ignored; so is a line of fewer than two points.
    #[must_use]
    pub fn cut(&self, cells: &[AtomIdx], line: &[Point]) -> Vec<Vec<AtomIdx>> {
        let mut own: Vec<u32> =
            cells.iter().map(|cell| cell.0).filter(|c| (*c as usize) < self.cells.len()).collect();
        own.sort_unstable();
        own.dedup();
        let side = self.sides(&own, &drawn_out(line));
        let side = self.connected(&own, side);
        let mut parts: BTreeMap<u32, Vec<AtomIdx>> = BTreeMap::new();
        for (&cell, &side) in own.iter().zip(&side) {
            parts.entry(side).or_default().push(AtomIdx(cell));
        }
        let mut parts: Vec<Vec<AtomIdx>> = parts.into_values().collect();
        parts.sort();
        parts
    }

    /// The side of the line with most of the land of each cell.
    fn sides(&self, own: &[u32], line: &[Point]) -> Vec<u32> {
        let place = |cell: Option<u32>| cell.and_then(|cell| own.binary_search(&cell).ok());
        let mut segments: Vec<Segment> = Vec::new();
        for (tag, arc) in (0u32..).zip(&self.arcs) {
            if place(arc.left).is_some() || place(arc.right).is_some() {
                segments.extend(arc.points.windows(2).map(|w| Segment { a: w[0], b: w[1], tag }));
            }
        }
        segments.extend(line.windows(2).filter(|w| w[0] != w[1]).map(|w| Segment {
            a: w[0],
            b: w[1],
            tag: NONE,
        }));
        let noded = node(&segments);
        let map = Planar::new(noded.points.clone(), noded.ends.clone());
        let drawn = |e: usize| noded.origins(e).iter().any(|origin| origin.tag == NONE);
        // The cell of each face, from the arcs around it; across the line alone it stays the same.
        let mut of: Vec<Option<Option<usize>>> = vec![None; map.faces()];
        let mut queue = VecDeque::new();
        for h in 0..2 * map.ends.len() {
            let face = map.face[h];
            if face == OUTSIDE || of[face as usize].is_some() {
                continue;
            }
            if let Some(origin) = noded.origins(h / 2).iter().find(|origin| origin.tag != NONE) {
                let arc = &self.arcs[origin.tag as usize];
                let left = origin.forward == h.is_multiple_of(2);
                of[face as usize] = Some(place(if left { arc.left } else { arc.right }));
                queue.push_back(face);
            }
        }
        while let Some(face) = queue.pop_front() {
            for &h in map.around(face) {
                let other = map.face[(h ^ 1) as usize];
                if other != OUTSIDE && of[other as usize].is_none() {
                    of[other as usize] = of[face as usize];
                    queue.push_back(other);
                }
            }
        }
        let of: Vec<Option<usize>> = of.into_iter().map(Option::flatten).collect();
        let mut sets = Sets::new(map.faces());
        for e in 0..map.ends.len() {
            let (l, r) = (map.face[2 * e], map.face[2 * e + 1]);
            if !drawn(e) && of[l as usize].is_some() && of[r as usize].is_some() {
                sets.join(l, r);
            }
        }
        let mut shares: Vec<BTreeMap<u32, i128>> = vec![BTreeMap::new(); own.len()];
        for face in 1..map.faces() as u32 {
            if let Some(at) = of[face as usize] {
                *shares[at].entry(sets.find(face)).or_default() += map.twice_area[face as usize];
            }
        }
        let most = |shares: &BTreeMap<u32, i128>| {
            shares.iter().max_by_key(|(side, area)| (**area, NONE - **side)).map(|s| *s.0)
        };
        shares.iter().map(|shares| most(shares).unwrap_or(OUTSIDE)).collect()
    }

    /// The sides with what lies apart from the largest piece of each moved to the neighbour with most common border.
    fn connected(&self, own: &[u32], mut side: Vec<u32>) -> Vec<u32> {
        let place = |cell: Option<u32>| cell.and_then(|cell| own.binary_search(&cell).ok());
        let mut beside: Vec<Vec<(usize, f64)>> = vec![Vec::new(); own.len()];
        for arc in &self.arcs {
            if let (Some(l), Some(r)) = (place(arc.left), place(arc.right)) {
                let length = arc.points.windows(2).map(|w| w[0].distance(w[1])).sum();
                beside[l].push((r, length));
                beside[r].push((l, length));
            }
        }
        // Every pass moves whole pieces and leaves fewer of them.
        for _ in 0..own.len() {
            let mut sets = Sets::new(own.len());
            for (i, others) in beside.iter().enumerate() {
                for &(j, _) in others.iter().filter(|(j, _)| side[*j] == side[i]) {
                    sets.join(i as u32, j as u32);
                }
            }
            let piece: Vec<u32> = (0..own.len() as u32).map(|i| sets.find(i)).collect();
            let mut area: BTreeMap<u32, i64> = BTreeMap::new();
            for (i, &piece) in piece.iter().enumerate() {
                *area.entry(piece).or_default() += self.cells[own[i] as usize].twice_area;
            }
            let mut main: BTreeMap<u32, (i64, u32)> = BTreeMap::new();
            for (&piece, &area) in &area {
                let best = main.entry(side[piece as usize]).or_insert((area, piece));
                if area > best.0 {
                    *best = (area, piece);
                }
            }
            let apart = area.iter().filter(|(piece, _)| main[&side[**piece as usize]].1 != **piece);
            let smallest_first = {
                let mut apart: Vec<(i64, u32)> = apart.map(|(&piece, &area)| (area, piece)).collect();
                apart.sort_unstable();
                apart
            };
            let Some((to, gone)) = smallest_first.into_iter().find_map(|(_, gone)| {
                let mut shares: BTreeMap<u32, f64> = BTreeMap::new();
                for i in (0..own.len()).filter(|&i| piece[i] == gone) {
                    for &(j, length) in beside[i].iter().filter(|(j, _)| piece[*j] != gone) {
                        *shares.entry(side[j]).or_default() += length;
                    }
                }
                let best = shares.into_iter().max_by(|p, q| p.1.total_cmp(&q.1).then(q.0.cmp(&p.0)));
                best.map(|(to, _)| (to, gone))
            }) else {
                break;
            };
            for i in (0..own.len()).filter(|&i| piece[i] == gone) {
                side[i] = to;
            }
        }
        side
    }
}

/// The line with both ends drawn straight on.
pub(crate) fn drawn_out(line: &[Point]) -> Vec<Point> {
    let mut out = line.to_vec();
    out.dedup();
    let beyond = |end: Point, inner: Point| {
        let length = inner.distance(end);
        let limit = f64::from(lifang_model::FRAME_LIMIT_MM);
        let go = |from: i32, to: i32| {
            (f64::from(to) + (f64::from(to) - f64::from(from)) / length * BEYOND).round().clamp(-limit, limit)
                as i32
        };
        Point::new(go(inner.x, end.x), go(inner.y, end.y))
    };
    if let ([first, second, ..], [.., before, last]) = (out.as_slice(), out.as_slice()) {
        let (start, end) = (beyond(*first, *second), beyond(*last, *before));
        out.insert(0, start);
        out.push(end);
    }
    out
}
