//! 融合 Outlines of labels from the shared arcs, all at once.

use crate::fabric::{Arc, Fabric};
use crate::ground::NONE;
use crate::topology::Topology;
use lifang_model::{AtomIdx, Polygon};
use rayon::prelude::*;

/// 轮廓 The land of one label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outline {
    /// The label.
    pub label: u32,
    /// Its pieces, each connected, in the order of their lowest cell.
    pub polygons: Vec<Polygon>,
}

impl Fabric {
    /// 融合 The outlines of the labels, ascending. Cells without a label, and cells beyond the end of `labels`, belong
    /// to nobody. Polygons are valid in the sense of OGC Simple Features: rings may touch at points only.
    ///
    /// For many labellings of one fabric use [`Topology::dissolve`]; while somebody edits, [`crate::Zoning`].
    #[must_use]
    pub fn dissolve(&self, labels: &[Option<u32>]) -> Vec<Outline> {
        Topology::new(self).dissolve(self, labels)
    }

    /// The land of one cell; empty if there is no such cell. For many cells use [`Fabric::cell_polygons`].
    #[must_use]
    pub fn cell_polygon(&self, atom: AtomIdx) -> Polygon {
        let own = |cell: Option<u32>| cell == Some(atom.0);
        let arcs: Vec<Arc> = self
            .arcs
            .iter()
            .filter(|arc| own(arc.left) || own(arc.right))
            .map(|arc| {
                let side = |cell| own(cell).then_some(0);
                Arc {
                    points: arc.points.clone(),
                    left: side(arc.left),
                    right: side(arc.right),
                    barrier: arc.barrier,
                }
            })
            .collect();
        Topology::of(&arcs, 1).polygons(&arcs, &[0], |cell| cell == 0).into_iter().next().unwrap_or_default()
    }

    /// The land of every cell, in order.
    #[must_use]
    pub fn cell_polygons(&self) -> Vec<Polygon> {
        polygons(&self.arcs, self.cells.len())
    }

    /// The arcs between different labels, outer border included, ascending.
    #[must_use]
    pub fn border_arcs(&self, labels: &[Option<u32>]) -> Vec<u32> {
        let label = |cell: Option<u32>| cell.and_then(|c| labels.get(c as usize).copied().flatten());
        let parted = |arc: &Arc| label(arc.left) != label(arc.right);
        (0u32..).zip(&self.arcs).filter(|(_, arc)| parted(arc)).map(|(i, _)| i).collect()
    }
}

impl Topology {
    /// 融合 As [`Fabric::dissolve`], over the fabric this is the topology of.
    #[must_use]
    pub fn dissolve(&self, fabric: &Fabric, labels: &[Option<u32>]) -> Vec<Outline> {
        let mut members: Vec<(u32, u32)> = (0..self.cells() as u32)
            .zip(labels)
            .filter_map(|(cell, label)| label.map(|label| (label, cell)))
            .collect();
        members.par_sort_unstable();
        let (keys, cells): (Vec<u32>, Vec<u32>) = members.into_iter().unzip();
        let mut groups: Vec<(u32, u32, &[u32])> = Vec::new();
        let mut of = vec![NONE; self.cells()];
        let mut rest = cells.as_slice();
        for (place, group) in (0u32..).zip(keys.chunk_by(|a, b| a == b)) {
            let (own, others) = rest.split_at(group.len());
            own.iter().for_each(|&cell| of[cell as usize] = place);
            groups.push((place, group[0], own));
            rest = others;
        }
        let borders = self.borders(&of, groups.len());
        groups
            .into_par_iter()
            .with_min_len(64)
            .map(|(place, label, cells)| {
                // What is in pieces takes a second look, to tell which ring belongs to which.
                let polygons = match self.piece(&fabric.arcs, &borders, place) {
                    Some(polygon) => vec![polygon],
                    None => self.land(&fabric.arcs, labels, label, cells),
                };
                Outline { label, polygons }
            })
            .filter(|outline| !outline.polygons.is_empty())
            .collect()
    }

    /// The land of one label, whose cells are given, ascending.
    pub(crate) fn land(
        &self,
        arcs: &[Arc],
        labels: &[Option<u32>],
        label: u32,
        cells: &[u32],
    ) -> Vec<Polygon> {
        self.polygons(arcs, cells, |cell| labels.get(cell as usize).copied().flatten() == Some(label))
    }
}

/// The polygon of every cell.
pub(crate) fn polygons(arcs: &[Arc], cells: usize) -> Vec<Polygon> {
    let topology = Topology::of(arcs, cells);
    (0..cells as u32)
        .into_par_iter()
        .with_min_len(64)
        .map(|own| {
            let pieces = topology.polygons(arcs, &[own], |cell| cell == own);
            pieces.into_iter().next().unwrap_or_default()
        })
        .collect()
}
