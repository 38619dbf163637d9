//! 投影弧段 The arcs of the ground in the world, and who lies beside and where they meet.

use crate::TileError;
use crate::tile::world;
use lifang_crs::{CrsSpec, FromFrame};
use lifang_fabric::Fabric;
use lifang_model::{Frame, Point};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// No cell: the outside.
pub(crate) const NOBODY: u32 = u32::MAX;

/// 投影弧段 See the module. Half-arc `2i` goes along arc `i` and has its left cell on the left, `2i + 1` goes against it.
#[derive(Clone, Debug)]
pub struct Arcs {
    pub(crate) points: Vec<[f64; 2]>,
    /// Longitude and latitude of the same points.
    pub(crate) degrees: Vec<(f64, f64)>,
    starts: Vec<u32>,
    /// Left and right cell.
    pub(crate) sides: Vec<[u32; 2]>,
    /// Numbers of the first and the last point among the places where arcs end.
    pub(crate) ends: Vec<[u32; 2]>,
    /// Directions in which an arc leaves its first point, and its last point backwards; radians on the lattice.
    leaves: Vec<[f64; 2]>,
    /// Half-arcs around each cell, the cell on the left.
    around: Lists,
    /// Arcs that end at each place.
    at: Lists,
    /// A point inside each cell.
    pub(crate) anchors: Vec<[f64; 2]>,
}

/// Lists of numbers, one behind the other.
#[derive(Clone, Debug)]
struct Lists {
    starts: Vec<u32>,
    items: Vec<u32>,
}

impl Lists {
    /// From pairs of list and item, in the order given within each list.
    fn new(count: usize, pairs: &[(u32, u32)]) -> Self {
        let mut starts = vec![0u32; count + 1];
        for (list, _) in pairs {
            starts[*list as usize + 1] += 1;
        }
        for at in 0..count {
            starts[at + 1] += starts[at];
        }
        let mut next = starts.clone();
        let mut items = vec![0; pairs.len()];
        for (list, item) in pairs {
            let slot = &mut next[*list as usize];
            items[*slot as usize] = *item;
            *slot += 1;
        }
        Self { starts, items }
    }

    fn of(&self, list: u32) -> &[u32] {
        let at = list as usize;
        match (self.starts.get(at), self.starts.get(at + 1)) {
            (Some(&from), Some(&to)) => &self.items[from as usize..to as usize],
            _ => &[],
        }
    }
}

impl Arcs {
    /// 投影 Projects the arcs of a ground.
    ///
    /// # Errors
    /// [`TileError::Crs`] when the frame has no relation to Earth.
    pub fn new(fabric: &Fabric, frame: &Frame) -> Result<Self, TileError> {
        let spec = CrsSpec::Epsg(4326);
        // The first one says what is wrong, if anything is.
        FromFrame::new(frame, &spec)?;
        let project = |points: &[Point]| -> Result<Vec<(f64, f64)>, TileError> {
            // PROJ wants one converter per thread, and making one costs as much as projecting 100,000 points.
            let share = points.len().div_ceil(rayon::current_num_threads()).max(8192);
            let parts: Result<Vec<Vec<(f64, f64)>>, TileError> = points
                .par_chunks(share)
                .map(|part| {
                    let to = FromFrame::new(frame, &spec)?;
                    part.iter().map(|&point| Ok(to.point(point)?)).collect()
                })
                .collect();
            Ok(parts?.concat())
        };
        let lattice: Vec<Point> = fabric.arcs.iter().flat_map(|arc| arc.points.iter().copied()).collect();
        let degrees = project(&lattice)?;
        let anchors: Vec<Point> = fabric.cells.iter().map(|cell| cell.anchor).collect();
        let anchors = project(&anchors)?.into_iter().map(|(lon, lat)| world(lon, lat)).collect();
        let mut starts = vec![0u32];
        let mut places: BTreeMap<Point, u32> = BTreeMap::new();
        let (mut sides, mut ends, mut leaves) = (Vec::new(), Vec::new(), Vec::new());
        let (mut around, mut at) = (Vec::new(), Vec::new());
        for (i, arc) in (0u32..).zip(&fabric.arcs) {
            starts.push(starts[i as usize] + arc.points.len() as u32);
            sides.push([arc.left.unwrap_or(NOBODY), arc.right.unwrap_or(NOBODY)]);
            around.extend(arc.left.map(|cell| (cell, 2 * i)));
            around.extend(arc.right.map(|cell| (cell, 2 * i + 1)));
            let first = arc.points.first().copied().unwrap_or(Point::new(0, 0));
            let last = arc.points.last().copied().unwrap_or(first);
            let second = arc.points.get(1).copied().unwrap_or(last);
            let before =
                arc.points.len().checked_sub(2).and_then(|at| arc.points.get(at).copied()).unwrap_or(first);
            let mut place = |point: Point| {
                let next = places.len() as u32;
                *places.entry(point).or_insert(next)
            };
            let (from, to) = (place(first), place(last));
            ends.push([from, to]);
            at.push((from, i));
            at.push((to, i));
            let direction = |from: Point, to: Point| {
                (f64::from(to.y) - f64::from(from.y)).atan2(f64::from(to.x) - f64::from(from.x))
            };
            leaves.push([direction(first, second), direction(last, before)]);
        }
        let cells = fabric.cells.len();
        around.retain(|(cell, _)| (*cell as usize) < cells);
        Ok(Self {
            points: degrees.iter().map(|&(lon, lat)| world(lon, lat)).collect(),
            degrees,
            starts,
            sides,
            ends,
            leaves,
            around: Lists::new(cells, &around),
            at: Lists::new(places.len(), &at),
            anchors,
        })
    }

    /// Number of cells.
    #[must_use]
    pub fn cells(&self) -> usize {
        self.anchors.len()
    }

    /// West, south, east and north of everything, degrees; `None` when there is nothing.
    #[must_use]
    pub fn bounds(&self) -> Option<[f64; 4]> {
        let mut bounds = [f64::MAX, f64::MAX, f64::MIN, f64::MIN];
        for &(lon, lat) in &self.degrees {
            bounds = [bounds[0].min(lon), bounds[1].min(lat), bounds[2].max(lon), bounds[3].max(lat)];
        }
        (!self.degrees.is_empty()).then_some(bounds)
    }

    pub(crate) fn range(&self, arc: u32) -> std::ops::Range<usize> {
        self.starts[arc as usize] as usize..self.starts[arc as usize + 1] as usize
    }

    /// The cell on the left of a half-arc.
    pub(crate) fn left(&self, half: u32) -> u32 {
        self.sides[half as usize / 2][half as usize % 2]
    }

    pub(crate) fn right(&self, half: u32) -> u32 {
        self.sides[half as usize / 2][1 - half as usize % 2]
    }

    /// The place where a half-arc begins.
    pub(crate) fn from(&self, half: u32) -> u32 {
        self.ends[half as usize / 2][half as usize % 2]
    }

    pub(crate) fn to(&self, half: u32) -> u32 {
        self.from(half ^ 1)
    }

    /// The direction in which it leaves its first point.
    pub(crate) fn leaving(&self, half: u32) -> f64 {
        self.leaves[half as usize / 2][half as usize % 2]
    }

    /// Half-arcs around a cell.
    pub(crate) fn around(&self, cell: u32) -> &[u32] {
        self.around.of(cell)
    }

    /// Arcs that end at a place; a closed arc twice.
    pub(crate) fn at(&self, place: u32) -> &[u32] {
        self.at.of(place)
    }
}
