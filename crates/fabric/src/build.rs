//! From a territory to its fabric, stage by stage.

use crate::carve::Square;
use crate::claims::{Claims, claims};
use crate::fabric::{Arc, Cell, Fabric};
use crate::ground::{Ground, survey};
use crate::inside::lattice_inside;
use crate::pieces::{Plots, plots};
use crate::reuse::Reuse;
use crate::sources::gather;
use crate::tessellate::tessellate;
use crate::{FabricError, arcs, cuts, level};
use lifang_model::{BuildingIdx, Point, Progress, StackPart, Territory};

/// 建底图 Builds the fabric of a territory. `stacks` lists the parts of divided buildings only.
///
/// Cells are ordered by building, unit and storey; land without buildings follows by its anchor, and what the territory's cuts made
/// cells of comes last.
///
/// # Determinism
/// The same territory and stacks give the same bytes at any thread count.
///
/// # Errors
/// [`FabricError`] when the boundary encloses no land, a coordinate is out of frame, or the user asked to stop. What is
/// wrong with single objects is listed in [`Fabric::faults`].
pub fn build(
    territory: &Territory,
    stacks: &[StackPart],
    progress: &dyn Progress,
) -> Result<Fabric, FabricError> {
    made(territory, stacks, None, progress)
}

/// 局部重建 Builds the fabric of a territory that changed a little since `reuse` was last used: lines of equal distance are found
/// anew only in the enclosures the change touches. The answer is byte for byte that of [`build`], so cells that did not change keep
/// their land, and atoms their codes.
///
/// # Determinism
/// As [`build`]; what was built before changes the time, never the answer.
///
/// # Errors
/// As [`build`].
pub fn rebuild(
    territory: &Territory,
    stacks: &[StackPart],
    reuse: &mut Reuse,
    progress: &dyn Progress,
) -> Result<Fabric, FabricError> {
    made(territory, stacks, Some(reuse), progress)
}

fn made(
    territory: &Territory,
    stacks: &[StackPart],
    reuse: Option<&mut Reuse>,
    progress: &dyn Progress,
) -> Result<Fabric, FabricError> {
    progress.stage("enclosures", None);
    let sources = gather(territory, stacks)?;
    goes_on(progress)?;
    let mut ground = survey(territory, &sources)?;
    goes_on(progress)?;
    let mut faults = std::mem::take(&mut ground.faults);
    let tess = tessellate(&ground, reuse, &mut faults, progress)?;
    progress.stage("arcs", None);
    let plots = plots(&ground, &tess);
    let mut base = arcs::arcs(&tess, &plots);
    level::level(&mut base, &territory.boundary);
    goes_on(progress)?;
    let claims = claims(territory, &sources, &ground, &tess, &plots, &base, &mut faults);
    let (cells, arcs) = assemble(&ground, &plots, base, &claims);
    goes_on(progress)?;
    let mut fabric = cuts::cut(
        Fabric { arcs, cells, links: Vec::new(), enclosures: ground.enclosures, faults, hash: String::new() },
        territory,
        progress,
    )?;
    progress.stage("links", None);
    fabric.relink(territory, stacks);
    Ok(fabric)
}

pub(crate) fn goes_on(progress: &dyn Progress) -> Result<(), FabricError> {
    if progress.cancelled() { Err(FabricError::Cancelled) } else { Ok(()) }
}

/// Orders plots and claims into cells, and renames the sides of the arcs.
fn assemble(ground: &Ground, plots: &Plots, base: Vec<Arc>, claims: &Claims) -> (Vec<Cell>, Vec<Arc>) {
    let mut areas = vec![0i128; plots.plots.len()];
    for arc in &base {
        let swept = level::swept(arc);
        for (plot, area) in [(arc.left, swept), (arc.right, -swept)] {
            if let Some(plot) = plot {
                areas[plot as usize] += area;
            }
        }
    }
    let anchors = anchors(ground, plots, &base);
    let mut cells: Vec<Cell> = plots
        .plots
        .iter()
        .zip(anchors.iter().zip(&areas))
        .map(|(plot, (&anchor, &area))| {
            let site = ground.sites.get(plot.site as usize);
            Cell {
                building: site.map(|s| BuildingIdx(s.building)),
                unit: site.map_or(0, |s| s.unit),
                storey: 0,
                enclosure: plot.enclosure,
                anchor,
                twice_area: area as i64,
            }
        })
        .collect();
    let mut arcs = base;
    for carved in &claims.carved {
        let n = carved.claims.len();
        let square: &Square = &carved.square;
        let host = carved.host as usize;
        let first = cells.len() as u32;
        for (k, claim) in carved.claims.iter().enumerate() {
            let (twice_area, anchor) = square.stripe(k, n);
            cells[host].twice_area -= twice_area;
            let enclosure = cells[host].enclosure;
            cells.push(Cell {
                building: Some(BuildingIdx(claim.building)),
                unit: claim.unit,
                storey: claim.storey,
                enclosure,
                anchor,
                twice_area,
            });
        }
        cells[host].anchor = square.point_beside(&carved.polygon, cells[host].anchor);
        let names: Vec<u32> = (first..first + n as u32).collect();
        arcs.extend(square.arcs(carved.host, &names));
    }

    let mut order: Vec<u32> = (0..cells.len() as u32).collect();
    order.sort_by_key(|&i| {
        let cell = &cells[i as usize];
        (cell.building.is_none(), cell.building, cell.unit, cell.storey, cell.anchor, i)
    });
    let mut name = vec![0u32; cells.len()];
    for (new, &old) in (0u32..).zip(&order) {
        name[old as usize] = new;
    }
    for arc in &mut arcs {
        arc.left = arc.left.map(|c| name[c as usize]);
        arc.right = arc.right.map(|c| name[c as usize]);
    }
    (order.into_iter().map(|i| cells[i as usize].clone()).collect(), arcs)
}

/// A point inside each plot: in the footprint if that is the plot's own.
fn anchors(ground: &Ground, plots: &Plots, arcs: &[Arc]) -> Vec<Point> {
    let mut edges: Vec<Vec<(Point, Point)>> = vec![Vec::new(); plots.plots.len()];
    let mut anchors: Vec<Option<Point>> = plots
        .plots
        .iter()
        .zip(0u32..)
        .map(|(plot, id)| {
            let p = ground.sites.get(plot.site as usize)?.anchor?;
            let face = plots.of_anchor[plot.site as usize];
            (plots.of_face[face as usize] == id).then_some(p)
        })
        .collect();
    for arc in arcs {
        for plot in [arc.left, arc.right].into_iter().flatten() {
            if anchors[plot as usize].is_none() {
                edges[plot as usize].extend(arc.points.windows(2).map(|w| (w[0], w[1])));
            }
        }
    }
    for (anchor, edges) in anchors.iter_mut().zip(&edges) {
        if anchor.is_none() {
            *anchor = lattice_inside(edges).or_else(|| edges.first().map(|e| e.0));
        }
    }
    anchors.into_iter().map(Option::unwrap_or_default).collect()
}
