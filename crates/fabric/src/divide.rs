//! 切分单元格 A drawn line divides cells themselves, exactly where it runs, but never a building.
//!
//! Land is divided, people are not: the part of a cell that holds the building keeps the cell's place, its building and so
//! everybody counted in it; the footprint stays with it whole, the cut goes around it. Every other part becomes a cell of
//! land without a building at the end of the table. Cells that were not chosen keep their land; where the line meets their
//! border, a corner is added to it.

use crate::border::Border;
use crate::fabric::{Arc, Cell, Fabric};
use crate::ground::NONE;
use crate::inside::{lattice_inside, lattice_point};
use crate::noding::{Noded, Segment, node};
use crate::planar::{OUTSIDE, Planar};
use crate::{FabricError, arcs, crossing, cut, dsu::Sets, hash, level, links, settle::settle};
use lifang_model::{AtomIdx, BarrierClass, FRAME_LIMIT_MM, Point, Polygon, StackPart, Territory};
use std::collections::{BTreeMap, VecDeque};

/// Parts smaller than this stay with the neighbouring part of their cell, twice mm2 (10 m2).
const SPECK: i128 = 20_000_000;

/// 切分结果 A fabric some of whose cells were divided.
#[derive(Clone, Debug, PartialEq)]
pub struct Divided {
    /// The fabric; cells that were there before have the same place.
    pub fabric: Fabric,
    /// For each cell added at the end the one its land came from, in order.
    pub from: Vec<AtomIdx>,
}

/// What was noded: arcs by number, footprints, the drawn line.
const FOOTPRINT: u32 = NONE - 1;

impl Fabric {
    /// 切分单元格 Divides cells along a drawn line, which is drawn on for 10 m at both ends. `territory` and `stacks` are those the
    /// fabric was built from. A line that divides none of the cells gives the same fabric and no new cells. To undo it, keep
    /// the fabric there was.
    ///
    /// Where the line meets the outer border the corner it adds lies on the lattice, up to half a millimetre off.
    ///
    /// # Errors
    /// [`FabricError::OutOfFrame`] for a point beyond the local frame.
    pub fn divide(
        &self,
        territory: &Territory,
        stacks: &[StackPart],
        cells: &[AtomIdx],
        line: &[Point],
    ) -> Result<Divided, FabricError> {
        let Some(mut divided) = self.parted(territory, cells, line)? else {
            return Ok(Divided { fabric: self.clone(), from: Vec::new() });
        };
        divided.fabric.relink(territory, stacks);
        Ok(divided)
    }

    /// As [`Fabric::divide`], with links and fingerprint still to be made; `None` where nothing is divided.
    pub(crate) fn parted(
        &self,
        territory: &Territory,
        cells: &[AtomIdx],
        line: &[Point],
    ) -> Result<Option<Divided>, FabricError> {
        let limit = FRAME_LIMIT_MM.unsigned_abs();
        if let Some(p) = line.iter().find(|p| p.x.unsigned_abs().max(p.y.unsigned_abs()) > limit) {
            return Err(FabricError::OutOfFrame { what: "the drawn line", x: p.x, y: p.y });
        }
        let mut own: Vec<u32> = cells
            .iter()
            .map(|cell| cell.0)
            .filter(|&c| self.cells.get(c as usize).is_some_and(|cell| cell.storey == 0))
            .collect();
        own.sort_unstable();
        own.dedup();
        let ground = Patch::new(self, territory, &own, line);
        let parts = ground.parts(self, territory);
        let divided = parts.iter().any(|&part| part >= self.cells.len() as u32 && part != NONE);
        Ok(divided.then(|| ground.assemble(self, territory, &parts)))
    }

    /// Finds links and fingerprint anew.
    pub(crate) fn relink(&mut self, territory: &Territory, stacks: &[StackPart]) {
        let mut links = links::links(&self.arcs, &self.cells, stacks);
        crossing::add(territory, &self.arcs, &self.cells, &mut links);
        crossing::gates(territory, &self.arcs, &mut links);
        self.links = links.into_values().collect();
        self.hash = hash::hash(self);
    }
}

/// The chosen cells with the line and their footprints, noded.
struct Patch<'a> {
    own: &'a [u32],
    map: Planar,
    noded: Noded,
    /// The chosen cell each face lies in, [`NONE`] for none.
    cell: Vec<u32>,
    /// Arcs that bound a chosen cell.
    touched: Vec<bool>,
}

impl<'a> Patch<'a> {
    fn new(fabric: &Fabric, territory: &Territory, own: &'a [u32], line: &[Point]) -> Self {
        let chosen = |cell: Option<u32>| cell.is_some_and(|cell| own.binary_search(&cell).is_ok());
        let touched: Vec<bool> =
            fabric.arcs.iter().map(|arc| chosen(arc.left) || chosen(arc.right)).collect();
        let mut segments: Vec<Segment> = Vec::new();
        let mut add = |points: &[Point], tag: u32| {
            let edges = points.windows(2).filter(|w| w[0] != w[1]);
            segments.extend(edges.map(|w| Segment { a: w[0], b: w[1], tag }));
        };
        for (tag, arc) in (0u32..).zip(&fabric.arcs).filter(|(tag, _)| touched[*tag as usize]) {
            add(&arc.points, tag);
        }
        for ring in own.iter().flat_map(|&cell| footprint(fabric, territory, cell)).flat_map(Polygon::rings) {
            ring.edges().for_each(|(a, b)| add(&[a, b], FOOTPRINT));
        }
        add(&Border::new(&territory.boundary).fit(&cut::drawn_out(line), false), NONE);
        let mut noded = node(&segments);
        let map = Planar::new(std::mem::take(&mut noded.points), std::mem::take(&mut noded.ends));
        let mut patch = Self { own, map, noded, cell: Vec::new(), touched };
        patch.cell = patch.cells(fabric);
        patch
    }

    /// The arc along an edge, and whether the edge runs the way of the arc.
    fn arc(&self, edge: usize) -> Option<(u32, bool)> {
        let origins = self.noded.origins(edge).iter();
        origins.filter(|origin| origin.tag < FOOTPRINT).map(|origin| (origin.tag, origin.forward)).next()
    }

    /// What lies on the left of a half-edge along an arc.
    fn beside(&self, fabric: &Fabric, half: u32) -> Option<Option<u32>> {
        let (arc, forward) = self.arc(half as usize / 2)?;
        let arc = &fabric.arcs[arc as usize];
        Some(if forward == half.is_multiple_of(2) { arc.left } else { arc.right })
    }

    fn cells(&self, fabric: &Fabric) -> Vec<u32> {
        let map = &self.map;
        let mut cell: Vec<Option<u32>> = vec![None; map.faces()];
        cell[OUTSIDE as usize] = Some(NONE);
        let mut queue = VecDeque::new();
        for h in 0..2 * map.ends.len() as u32 {
            let face = map.face[h as usize] as usize;
            if let (None, Some(side)) = (cell[face], self.beside(fabric, h)) {
                cell[face] = Some(side.filter(|c| self.own.binary_search(c).is_ok()).unwrap_or(NONE));
                queue.push_back(face as u32);
            }
        }
        while let Some(face) = queue.pop_front() {
            for &h in map.around(face) {
                let other = map.face[(h ^ 1) as usize] as usize;
                if cell[other].is_none() && self.arc(h as usize / 2).is_none() {
                    cell[other] = cell[face as usize];
                    queue.push_back(other as u32);
                }
            }
        }
        cell.into_iter().map(|cell| cell.unwrap_or(NONE)).collect()
    }

    /// The cell of every face after the cut: the old one, or a new one beyond the end of the table.
    fn parts(&self, fabric: &Fabric, territory: &Territory) -> Vec<u32> {
        let map = &self.map;
        let faces = map.faces();
        // Faces of one footprint stay together whatever runs between them.
        let built: Vec<bool> = (0..faces as u32)
            .map(|face| {
                let cell = self.cell[face as usize];
                cell != NONE
                    && lattice_point(map, face)
                        .is_some_and(|p| footprint(fabric, territory, cell).iter().any(|f| f.contains(p)))
            })
            .collect();
        let same =
            |l: u32, r: u32| self.cell[l as usize] == self.cell[r as usize] && self.cell[l as usize] != NONE;
        let drawn = |e: usize| self.noded.origins(e).iter().any(|origin| origin.tag == NONE);
        let sides = |e: usize| (map.face[2 * e], map.face[2 * e + 1]);
        let mut across = Sets::new(faces);
        for e in 0..map.ends.len() {
            let (l, r) = sides(e);
            if same(l, r) && !drawn(e) {
                across.join(l, r);
            }
        }
        // The side of the anchor keeps the cell: the anchor of a building lies in its footprint.
        let mut anchors: BTreeMap<u32, (u32, u32)> = BTreeMap::new();
        for &cell in self.own {
            let p = fabric.cells[cell as usize].anchor;
            let face = map.face_at((2 * i64::from(p.x), 2 * i64::from(p.y)));
            if self.cell[face as usize] == cell {
                anchors.insert(cell, (face, across.find(face)));
            }
        }
        let near: Vec<bool> = (0..faces as u32)
            .map(|face| {
                let anchor = anchors.get(&self.cell[face as usize]);
                anchor.is_some_and(|anchor| anchor.1 == across.find(face))
            })
            .collect();
        // The far part of the footprint goes with the near one and leaves the land around it.
        let mut sets = Sets::new(faces);
        for e in 0..map.ends.len() {
            let (l, r) = sides(e);
            let houses = [l, r].map(|face| built[face as usize]);
            let joined = match houses {
                [true, true] => true,
                [false, false] => !drawn(e),
                _ => !drawn(e) && near[l as usize],
            };
            if same(l, r) && joined {
                sets.join(l, r);
            }
        }
        self.join_specks(&mut sets, &same);
        let main: BTreeMap<u32, u32> =
            anchors.iter().map(|(&cell, anchor)| (cell, sets.find(anchor.0))).collect();
        let mut names: BTreeMap<(u32, u32), u32> = BTreeMap::new();
        for face in 0..faces as u32 {
            let cell = self.cell[face as usize];
            let root = sets.find(face);
            if cell != NONE && main.get(&cell).is_some_and(|&main| main != root) {
                names.insert((cell, root), NONE);
            }
        }
        for (new, name) in (fabric.cells.len() as u32..).zip(names.values_mut()) {
            *name = new;
        }
        (0..faces as u32)
            .map(|face| {
                let cell = self.cell[face as usize];
                names.get(&(cell, sets.find(face))).copied().unwrap_or(cell)
            })
            .collect()
    }

    /// Joins parts smaller than [`SPECK`] to the part of the same cell they have most border with, the smallest first.
    fn join_specks(&self, sets: &mut Sets, same: &impl Fn(u32, u32) -> bool) {
        let map = &self.map;
        loop {
            let mut area: BTreeMap<u32, i128> = BTreeMap::new();
            let mut beside: BTreeMap<u32, BTreeMap<u32, f64>> = BTreeMap::new();
            for face in (0..map.faces() as u32).filter(|&face| self.cell[face as usize] != NONE) {
                *area.entry(sets.find(face)).or_default() += map.twice_area[face as usize];
            }
            for e in 0..map.ends.len() {
                let (l, r) = (map.face[2 * e], map.face[2 * e + 1]);
                let (a, b) = (sets.find(l), sets.find(r));
                if a != b && same(l, r) {
                    for (own, other) in [(a, b), (b, a)] {
                        *beside.entry(own).or_default().entry(other).or_default() += map.length(e);
                    }
                }
            }
            let specks = beside.iter().filter(|(part, _)| area.get(part).is_some_and(|&area| area < SPECK));
            let Some((&speck, others)) = specks.min_by_key(|(part, _)| (area.get(part).copied(), **part))
            else {
                return;
            };
            let longest = others.iter().max_by(|p, q| p.1.total_cmp(q.1).then(q.0.cmp(p.0)));
            let Some((&other, _)) = longest else { return };
            sets.join(speck, other);
        }
    }

    /// The fabric with the new parts, without links.
    fn assemble(&self, fabric: &Fabric, territory: &Territory, parts: &[u32]) -> Divided {
        let map = &self.map;
        let side = |h: u32| match parts[map.face[h as usize] as usize] {
            NONE => self.beside(fabric, h).flatten().unwrap_or(NONE),
            part => part,
        };
        let barrier = |e: u32| match self.arc(e as usize) {
            Some((arc, _)) => fabric.arcs[arc as usize].barrier,
            None => BarrierClass::None,
        };
        let mut nodes: Vec<Point> = fabric
            .arcs
            .iter()
            .flat_map(|arc| [arc.points.first(), arc.points.last()])
            .flatten()
            .copied()
            .collect();
        nodes.sort_unstable();
        // Edges that bound no chosen cell are stretches of line or footprint elsewhere, and are left out.
        let bounds = |h: u32| parts[map.face[h as usize] as usize] != NONE;
        let seen = |h: u32| if bounds(h) || bounds(h ^ 1) { side(h) } else { NONE };
        let new = arcs::chained(map, seen, barrier, |p| nodes.binary_search(&p).is_ok());
        let mut all: Vec<Arc> = Vec::with_capacity(fabric.arcs.len() + new.len());
        all.extend(
            fabric
                .arcs
                .iter()
                .zip(&self.touched)
                .filter(|(_, touched)| !**touched)
                .map(|(arc, _)| arc.clone()),
        );
        let first = all.len();
        all.extend(new);
        // A corner where the line meets the outer border lies a fraction of a millimetre off it.
        let excess = level::enclosed(&all) - level::enclosed(&fabric.arcs);
        if excess != 0 {
            settle(&mut all, &Border::new(&territory.boundary), excess, |row| row >= first);
        }

        let mut from: BTreeMap<u32, u32> = BTreeMap::new();
        for (&part, &cell) in parts.iter().zip(&self.cell).filter(|(part, cell)| part != cell) {
            from.insert(part, cell);
        }
        let mut cells = fabric.cells.clone();
        cells.extend(from.values().map(|&cell| Cell {
            building: None,
            unit: 0,
            storey: 0,
            ..fabric.cells[cell as usize].clone()
        }));
        let mut edges: BTreeMap<u32, Vec<(Point, Point)>> = BTreeMap::new();
        let mut areas: Vec<i128> = vec![0; cells.len()];
        for arc in &all {
            let swept = level::swept(arc);
            for (cell, area) in [(arc.left, swept), (arc.right, -swept)] {
                let Some(cell) = cell else { continue };
                areas[cell as usize] += area;
                if cell as usize >= fabric.cells.len() {
                    let own = edges.entry(cell).or_default();
                    own.extend(arc.points.windows(2).map(|w| (w[0], w[1])));
                }
            }
        }
        for (cell, area) in cells.iter_mut().zip(areas) {
            cell.twice_area = area as i64;
        }
        for (cell, edges) in edges {
            cells[cell as usize].anchor =
                lattice_inside(&edges).or_else(|| edges.first().map(|e| e.0)).unwrap_or_default();
        }
        let divided = Fabric {
            arcs: all,
            cells,
            links: Vec::new(),
            enclosures: fabric.enclosures,
            faults: fabric.faults.clone(),
            hash: String::new(),
        };
        Divided { fabric: divided, from: from.into_values().map(AtomIdx).collect() }
    }
}

/// The footprint of a cell's building; nothing for land.
fn footprint<'a>(fabric: &Fabric, territory: &'a Territory, cell: u32) -> &'a [Polygon] {
    let building = fabric.cells[cell as usize].building.and_then(|at| territory.buildings.get(at.at()));
    building.map_or(&[], |building| building.outline.as_slice())
}
