//! 边界弧 The borders between labels as arcs of their own: what is thinned or smoothed for display, once for both sides.

use crate::dissolve::Outline;
use crate::dsu::Sets;
use crate::fabric::{Arc, Fabric};
use crate::topology::Topology;
use lifang_model::Point;
use std::collections::BTreeMap;

/// 边界弧 The arcs between differently labelled cells, joined where nothing else meets them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Borders {
    /// The arcs; `left` and `right` are pieces.
    pub arcs: Vec<Arc>,
    /// The label of each piece: a connected part of the land of one label. In the order of their lowest cell.
    pub pieces: Vec<u32>,
}

impl Fabric {
    /// 边界弧 The borders of a labelling; unlabelled land is outside.
    #[must_use]
    pub fn borders(&self, labels: &[Option<u32>]) -> Borders {
        let label = |cell: u32| labels.get(cell as usize).copied().flatten();
        let mut sets = Sets::new(self.cells.len());
        for arc in &self.arcs {
            if let (Some(a), Some(b)) = (arc.left, arc.right)
                && label(a).is_some()
                && label(a) == label(b)
            {
                sets.join(a, b);
            }
        }
        let mut names: BTreeMap<u32, u32> = BTreeMap::new();
        let mut pieces = Vec::new();
        for cell in 0..self.cells.len() as u32 {
            if let (Some(label), root) = (label(cell), sets.find(cell))
                && root == cell
            {
                names.insert(root, pieces.len() as u32);
                pieces.push(label);
            }
        }
        let mut piece = |cell: Option<u32>| names.get(&sets.find(cell?)).copied();
        let arcs = self.arcs.iter().map(|arc| (piece(arc.left), piece(arc.right), arc));
        let parted: Vec<(Option<u32>, Option<u32>, &Arc)> =
            arcs.filter(|(l, r, arc)| l != r && arc.points.len() >= 2).collect();
        Borders { arcs: join(&parted), pieces }
    }
}

/// Joins arcs end to end where only two of the same sides and kind meet.
fn join(parted: &[(Option<u32>, Option<u32>, &Arc)]) -> Vec<Arc> {
    let ends = |i: u32| {
        let points = &parted[i as usize].2.points;
        [points[0], points[points.len() - 1]]
    };
    let mut at: BTreeMap<Point, Vec<u32>> = BTreeMap::new();
    for i in 0..parted.len() as u32 {
        for p in ends(i) {
            at.entry(p).or_default().push(i);
        }
    }
    // The arc that goes on after arriving at `p` along `i` in the direction `forward`, and its own direction.
    let follower = |p: Point, i: u32, forward: bool| {
        let &[a, b] = at.get(&p)?.as_slice() else { return None };
        if a == b {
            return None;
        }
        let next = if a == i { b } else { a };
        let goes = ends(next)[0] == p;
        let kind = |i: u32, forward: bool| {
            let (l, r, arc) = parted[i as usize];
            if forward { (l, r, arc.barrier) } else { (r, l, arc.barrier) }
        };
        (kind(next, goes) == kind(i, forward)).then_some((next, goes))
    };
    let mut used = vec![false; parted.len()];
    let mut joined = Vec::new();
    for first in 0..parted.len() as u32 {
        if used[first as usize] {
            continue;
        }
        // Back to where the chain begins, or around a loop.
        let (mut i, mut forward) = (first, false);
        let mut steps = 0;
        while let Some(next) = follower(ends(i)[usize::from(forward)], i, forward) {
            if next.0 == first || steps > parted.len() {
                break;
            }
            (i, forward) = next;
            steps += 1;
        }
        forward = !forward;
        let (l, r, arc) = parted[i as usize];
        let (left, right) = if forward { (l, r) } else { (r, l) };
        let mut points: Vec<Point> = Vec::new();
        loop {
            used[i as usize] = true;
            let own = &parted[i as usize].2.points;
            let skip = usize::from(!points.is_empty());
            if forward {
                points.extend(own.iter().skip(skip));
            } else {
                points.extend(own.iter().rev().skip(skip));
            }
            match follower(ends(i)[usize::from(forward)], i, forward) {
                Some(next) if !used[next.0 as usize] => (i, forward) = next,
                _ => break,
            }
        }
        joined.push(Arc { points, left, right, barrier: arc.barrier });
    }
    joined
}

impl Borders {
    /// 融合 The outlines of other labels, one a piece: coarser zones over the borders of finer ones, so that both share what is
    /// thinned or smoothed. Ascending; pieces without a label belong to nobody.
    #[must_use]
    pub fn dissolve(&self, labels: &[Option<u32>]) -> Vec<Outline> {
        let topology = Topology::of(&self.arcs, self.pieces.len());
        let pieces = (0..self.pieces.len() as u32).zip(labels);
        let mut members: Vec<(u32, u32)> =
            pieces.filter_map(|(piece, label)| Some(((*label)?, piece))).collect();
        members.sort_unstable();
        members
            .chunk_by(|a, b| a.0 == b.0)
            .map(|group| {
                let (label, pieces) = (group[0].0, group.iter().map(|member| member.1).collect::<Vec<u32>>());
                Outline { label, polygons: topology.land(&self.arcs, labels, label, &pieces) }
            })
            .collect()
    }

    /// The outlines of the labels, ascending, as [`Fabric::dissolve`] gives them; rings may begin elsewhere.
    #[must_use]
    pub fn outlines(&self) -> Vec<Outline> {
        let topology = Topology::of(&self.arcs, self.pieces.len());
        let mut order: Vec<(u32, u32)> = self.pieces.iter().copied().zip(0..).collect();
        order.sort_unstable();
        let mut outlines: Vec<Outline> = Vec::new();
        for (label, piece) in order {
            for polygon in topology.polygons(&self.arcs, &[piece], |other| other == piece) {
                match outlines.last_mut() {
                    Some(last) if last.label == label => last.polygons.push(polygon),
                    _ => outlines.push(Outline { label, polygons: vec![polygon] }),
                }
            }
        }
        outlines
    }
}
