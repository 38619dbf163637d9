//! 切分线 The lines planners drew to divide cells: told so that they are found again whenever the ground is built anew.

use crate::FabricError;
use crate::build::goes_on;
use crate::divide::Divided;
use crate::fabric::Fabric;
use lifang_model::{AtomIdx, Cut, Fault, Place, Point, Progress, Severity, StackPart, Territory};
use std::collections::BTreeMap;

/// 画线切分 What a drawn line did, and how a territory says it.
#[derive(Clone, Debug, PartialEq)]
pub struct Drawn {
    /// To be added to the territory's cuts: [`crate::build`] then gives the same fabric.
    pub cut: Cut,
    /// The fabric now.
    pub divided: Divided,
}

impl Fabric {
    /// 画线切分 Divides cells along a drawn line as [`Fabric::divide`] does, and says the cut by points in the cells it divides;
    /// `None` where it divides none of them.
    ///
    /// # Errors
    /// As [`Fabric::divide`].
    pub fn draw(
        &self,
        territory: &Territory,
        stacks: &[StackPart],
        cells: &[AtomIdx],
        line: &[Point],
    ) -> Result<Option<Drawn>, FabricError> {
        let mut own: Vec<AtomIdx> = cells.to_vec();
        own.sort_unstable();
        own.dedup();
        // Cells the line only touches would get a corner each; a rebuild must meet the same cells and no others.
        let mut divided = loop {
            let Some(divided) = self.parted(territory, &own, line)? else { return Ok(None) };
            let mut crossed = divided.from.clone();
            crossed.sort_unstable();
            crossed.dedup();
            if crossed.len() == own.len() {
                break divided;
            }
            own = crossed;
        };
        divided.fabric.relink(territory, stacks);
        let within =
            own.iter().filter_map(|cell| self.cells.get(cell.at())).map(|cell| cell.anchor).collect();
        Ok(Some(Drawn { cut: Cut { line: line.to_vec(), within }, divided }))
    }

    /// The cells a cut means.
    fn meant(&self, cut: &Cut) -> Vec<AtomIdx> {
        let ground = || (0..).zip(&self.cells).filter(|(_, cell)| cell.storey == 0);
        if cut.within.is_empty() {
            return ground().map(|(row, _)| AtomIdx(row)).collect();
        }
        let anchors: BTreeMap<Point, u32> = ground().map(|(row, cell)| (cell.anchor, row)).collect();
        let found = |p: &Point| anchors.get(p).copied();
        let mut cells: Vec<AtomIdx> = cut.within.iter().filter_map(found).map(AtomIdx).collect();
        if cells.len() < cut.within.len() {
            // The ground changed since: a cell has another anchor now.
            let polygons = self.cell_polygons();
            for p in cut.within.iter().filter(|p| found(p).is_none()) {
                let host = ground()
                    .find(|(row, _)| polygons.get(*row as usize).is_some_and(|land| land.contains(*p)));
                cells.extend(host.map(|(row, _)| AtomIdx(row)));
            }
        }
        cells
    }
}

/// Divides the cells of a fabric without links along every line of its territory. A line that divides nothing any more is told.
pub(crate) fn cut(
    mut fabric: Fabric,
    territory: &Territory,
    progress: &dyn Progress,
) -> Result<Fabric, FabricError> {
    for (row, cut) in (1u64..).zip(&territory.cuts) {
        goes_on(progress)?;
        match fabric.parted(territory, &fabric.meant(cut), &cut.line)? {
            Some(divided) => fabric = divided.fabric,
            None => {
                let cause = "the drawn line divides no cell";
                let action =
                    "Draw it across land, from border to border of a cell; buildings are never divided.";
                let place = Place { layer: Some("cuts".to_owned()), row: Some(row), ..Place::default() };
                fabric.faults.push(Fault::new(Severity::Notice, "B-114", cause, action).at(place));
            }
        }
    }
    Ok(fabric)
}
