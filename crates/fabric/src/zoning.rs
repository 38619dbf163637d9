//! 分区轮廓 Outlines that follow edits: only the zones an edit touches are drawn again.

use crate::dissolve::Outline;
use crate::fabric::Fabric;
use crate::topology::Topology;
use lifang_model::AtomIdx;
use std::collections::{BTreeMap, BTreeSet};

/// 分区轮廓 The outlines of a labelling, kept up to date. Made for editors and servers that hold a fabric open.
///
/// An outline depends on the cells of its own label alone, so after a change only the labels cells left or joined are
/// drawn again; all others stay as they were, byte for byte.
#[derive(Clone, Debug)]
pub struct Zoning {
    hash: String,
    topology: Topology,
    labels: Vec<Option<u32>>,
    members: BTreeMap<u32, Vec<u32>>,
    outlines: BTreeMap<u32, Outline>,
}

impl Zoning {
    /// Draws all labels once. Cells beyond the end of `labels` belong to nobody.
    #[must_use]
    pub fn new(fabric: &Fabric, labels: &[Option<u32>]) -> Self {
        let topology = Topology::new(fabric);
        let mut labels = labels.to_vec();
        labels.resize(fabric.cells.len(), None);
        let mut members: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for (cell, label) in (0u32..).zip(&labels) {
            if let Some(label) = label {
                members.entry(*label).or_default().push(cell);
            }
        }
        let outlines = topology.dissolve(fabric, &labels);
        let outlines = outlines.into_iter().map(|outline| (outline.label, outline)).collect();
        Self { hash: fabric.hash.clone(), topology, labels, members, outlines }
    }

    /// 改归属 Gives cells other labels, or none, and draws the labels this touches again; returns them, ascending. A label
    /// without an outline afterwards has no land left. Changes of cells that do not exist are ignored; the last change of
    /// a cell counts.
    ///
    /// Should `fabric` be another one than the outlines were drawn from, everything is drawn again.
    pub fn relabel(&mut self, fabric: &Fabric, changes: &[(AtomIdx, Option<u32>)]) -> Vec<u32> {
        if fabric.hash != self.hash || fabric.cells.len() != self.labels.len() {
            let mut labels = std::mem::take(&mut self.labels);
            labels.resize(fabric.cells.len(), None);
            for &(atom, label) in changes {
                if let Some(own) = labels.get_mut(atom.at()) {
                    *own = label;
                }
            }
            let before: BTreeSet<u32> = self.outlines.keys().copied().collect();
            *self = Self::new(fabric, &labels);
            return before
                .into_iter()
                .chain(self.outlines.keys().copied())
                .collect::<BTreeSet<_>>()
                .into_iter()
                .collect();
        }
        let mut touched: BTreeSet<u32> = BTreeSet::new();
        for &(atom, label) in changes {
            let Some(own) = self.labels.get_mut(atom.at()) else { continue };
            if *own == label {
                continue;
            }
            if let Some(old) = std::mem::replace(own, label) {
                touched.insert(old);
                let members = self.members.entry(old).or_default();
                if let Ok(at) = members.binary_search(&atom.0) {
                    members.remove(at);
                }
            }
            if let Some(new) = label {
                touched.insert(new);
                let members = self.members.entry(new).or_default();
                if let Err(at) = members.binary_search(&atom.0) {
                    members.insert(at, atom.0);
                }
            }
        }
        for &label in &touched {
            let cells = self.members.get(&label).map_or(&[][..], Vec::as_slice);
            let polygons = self.topology.land(&fabric.arcs, &self.labels, label, cells);
            if cells.is_empty() {
                self.members.remove(&label);
            }
            if polygons.is_empty() {
                self.outlines.remove(&label);
            } else {
                self.outlines.insert(label, Outline { label, polygons });
            }
        }
        touched.into_iter().collect()
    }

    /// The label of every cell.
    #[must_use]
    pub fn labels(&self) -> &[Option<u32>] {
        &self.labels
    }

    /// The cells of a label, ascending.
    #[must_use]
    pub fn cells(&self, label: u32) -> &[u32] {
        self.members.get(&label).map_or(&[], Vec::as_slice)
    }

    /// The land of a label, if it has any.
    #[must_use]
    pub fn outline(&self, label: u32) -> Option<&Outline> {
        self.outlines.get(&label)
    }

    /// All outlines, by label: what [`Fabric::dissolve`] gives for [`Zoning::labels`].
    pub fn outlines(&self) -> impl Iterator<Item = &Outline> {
        self.outlines.values()
    }
}
