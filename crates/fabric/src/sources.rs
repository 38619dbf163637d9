//! What goes into the first arrangement: border, limits, footprints, cuts.

use crate::border::{Border, to_segment};
use crate::grid::Grid;
use crate::noding::Segment;
use crate::strips::Strips;
use crate::{FabricError, fault};
use lifang_model::{
    Barrier, BarrierClass, Building, BuildingIdx, BuildingUse, Demand, Extent, FRAME_LIMIT_MM, Fault,
    LandCover, Point, Polygon, Ring, Severity, StackPart, Street, Territory,
};
use std::collections::BTreeMap;

/// Where a segment of the first arrangement comes from.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// The border of the territory.
    Border,
    /// A line enclosures end at.
    Limit(BarrierClass),
    /// The outline of a building.
    Outline(u32),
    /// A cut between units of a building.
    Cut,
}

/// Everything the first arrangement is made of.
pub(crate) struct Sources {
    pub(crate) segments: Vec<Segment>,
    pub(crate) sources: Vec<Source>,
    /// Per building: whether it may have cells of its own.
    pub(crate) counted: Vec<bool>,
    /// Divided buildings: unit numbers in order, and the parts of each.
    pub(crate) stacks: BTreeMap<u32, Stack>,
    pub(crate) faults: Vec<Fault>,
}

/// A divided building.
pub(crate) struct Stack {
    /// `(unit, number of floor bands)`, ascending.
    pub(crate) units: Vec<(u16, u16)>,
    /// The cuts; `None` with one unit or a degenerate outline.
    pub(crate) strips: Option<Strips>,
}

/// Distance within which a shed belongs to the building beside it, mm.
const SHED_REACH: f64 = 5_000.0;

/// Collects the segments.
pub(crate) fn gather(territory: &Territory, parts: &[StackPart]) -> Result<Sources, FabricError> {
    let extent = Extent::of(territory.boundary.iter().flat_map(|p| p.outer.0.iter().copied()))
        .ok_or(FabricError::EmptyBoundary)?;
    check(territory)?;
    let mut out = Sources {
        segments: Vec::new(),
        sources: Vec::new(),
        counted: counted(&territory.buildings),
        stacks: stacks(&territory.buildings, parts),
        faults: Vec::new(),
    };
    for polygon in &territory.boundary {
        out.rings(polygon, Source::Border, None);
    }
    let border = Border::new(&territory.boundary);
    let streets = territory.streets.iter().filter(|s| divides(s));
    let lines: Vec<(&[Point], BarrierClass)> = streets
        .map(|street| (street.line.as_slice(), street.class.barrier()))
        .chain(territory.barriers.iter().map(|Barrier { class, line }| (line.as_slice(), *class)))
        .collect();
    let loose = loose_ends(lines.iter().map(|line| line.0));
    for &(line, class) in &lines {
        out.line(&reaching(line, &border, &loose), Source::Limit(class), &border, extent);
    }
    let water = territory.areas.iter().filter(|a| a.cover == LandCover::Water);
    for polygon in water.map(|a| &a.outline) {
        out.limit(polygon, BarrierClass::Water, &border, extent);
    }
    for compound in &territory.compounds {
        let class = if compound.walled { BarrierClass::Wall } else { BarrierClass::None };
        for polygon in &compound.outline {
            out.limit(polygon, class, &border, extent);
        }
    }
    for (i, building) in territory.buildings.iter().enumerate() {
        if !out.counted[i] {
            continue;
        }
        let source = Source::Outline(i as u32);
        for polygon in &building.outline {
            if polygon.extent().is_some_and(|e| e.touches(&extent)) {
                out.rings(polygon, source, Some(&border));
            }
        }
        if building.outline.iter().all(|p| p.twice_area() <= 0) {
            out.faults.push(fault::building(
                Severity::Warning,
                "B-101",
                building,
                "the footprint encloses no area",
                "the building keeps its counts on a marker-sized cell at its place, if it has a place",
            ));
        }
        let cuts: Vec<_> = out
            .stacks
            .get(&(i as u32))
            .and_then(|s| s.strips.as_ref())
            .map_or(Vec::new(), |s| s.lines().collect());
        for (a, b) in cuts {
            out.line(&[a, b], Source::Cut, &border, extent);
        }
    }
    Ok(out)
}

/// Streets on the ground, from service lanes up, end enclosures.
fn divides(street: &Street) -> bool {
    street.at_ground() && street.class.barrier() >= BarrierClass::Lane
}

/// The points where exactly one line ends and no other passes, sorted.
fn loose_ends<'a>(lines: impl Iterator<Item = &'a [Point]>) -> Vec<Point> {
    let mut all: Vec<(Point, bool)> = Vec::new();
    for line in lines {
        let n = line.len();
        all.extend(line.iter().enumerate().map(|(i, &p)| (p, i == 0 || i + 1 == n)));
    }
    all.sort_unstable();
    all.chunk_by(|a, b| a.0 == b.0).filter(|at| matches!(at, [(_, true)])).map(|at| at[0].0).collect()
}

/// A line with its loose ends drawn out to the border where that is near.
fn reaching(line: &[Point], border: &Border, loose: &[Point]) -> Vec<Point> {
    let mut out = Vec::with_capacity(line.len() + 2);
    let on = |inner: Point, end: Point| loose.binary_search(&end).ok().and_then(|_| border.ahead(inner, end));
    if let [first, second, ..] = *line {
        out.extend(on(second, first));
    }
    out.extend_from_slice(line);
    if let [.., before, last] = *line {
        out.extend(on(before, last));
    }
    out
}

impl Sources {
    fn push(&mut self, points: &[Point], closed: bool, source: Source) {
        let tag = self.sources.len() as u32;
        self.sources.push(source);
        let n = points.len();
        let last = if closed { n } else { n.saturating_sub(1) };
        for i in 0..last {
            let (a, b) = (points[i], points[(i + 1) % n]);
            if a != b {
                self.segments.push(Segment { a, b, tag });
            }
        }
    }

    /// The rings of a polygon, the outer one counter-clockwise and the holes clockwise whatever way they came.
    fn rings(&mut self, polygon: &Polygon, source: Source, border: Option<&Border>) {
        for (k, ring) in polygon.rings().enumerate() {
            let mut points = border.map_or_else(|| ring.0.clone(), |b| b.fit(&ring.0, true));
            if (ring.twice_area() > 0) != (k == 0) {
                points.reverse();
            }
            self.push(&points, true, source);
        }
    }

    fn limit(&mut self, polygon: &Polygon, class: BarrierClass, border: &Border, extent: Extent) {
        for Ring(points) in polygon.rings() {
            let mut closed = points.clone();
            closed.extend(points.first());
            self.line(&closed, Source::Limit(class), border, extent);
        }
    }

    /// An open line; its stretches far from the territory are left out.
    fn line(&mut self, line: &[Point], source: Source, border: &Border, extent: Extent) {
        for run in line.windows(2) {
            if Extent::of(run.iter().copied()).is_some_and(|e| e.touches(&extent)) {
                let points = border.fit(run, false);
                self.push(&points, false, source);
            }
        }
    }
}

/// Sheds with nobody in them that stand at another building get no cell of their own.
fn counted(buildings: &[Building]) -> Vec<bool> {
    let shed: Vec<bool> =
        buildings.iter().map(|b| b.use_ == BuildingUse::Ancillary && b.demand == Demand::default()).collect();
    if !shed.contains(&true) {
        return vec![true; buildings.len()];
    }
    let mut edges: Vec<(Point, Point)> = Vec::new();
    for (building, _) in buildings.iter().zip(&shed).filter(|(_, shed)| !**shed) {
        edges.extend(building.outline.iter().flat_map(Polygon::rings).flat_map(Ring::edges));
    }
    let grid = Grid::of_segments(edges.len(), |i| edges[i]);
    let near = |p: Point, q: Point| {
        let mut found = false;
        grid.near(p, q, SHED_REACH as i64, |i| {
            let (c, d) = edges[i as usize];
            // Two segments are nearest at an end of one of them, unless they cross, when the distance is 0.
            found = found
                || to_segment(p, c, d) <= SHED_REACH
                || to_segment(c, p, q) <= SHED_REACH
                || to_segment(d, p, q) <= SHED_REACH
                || crate::noding::crossing(p, q, c, d).is_some();
        });
        found
    };
    buildings
        .iter()
        .zip(&shed)
        .map(|(b, shed)| !shed || !b.outline.iter().flat_map(|p| p.outer.edges()).any(|(p, q)| near(p, q)))
        .collect()
}

/// The divided buildings; parts that name no building are ignored.
fn stacks(buildings: &[Building], parts: &[StackPart]) -> BTreeMap<u32, Stack> {
    let mut units: BTreeMap<BuildingIdx, BTreeMap<u16, u16>> = BTreeMap::new();
    for part in parts.iter().filter(|part| part.building.at() < buildings.len()) {
        let bands = units.entry(part.building).or_default().entry(part.unit).or_default();
        *bands = bands.saturating_add(1);
    }
    units
        .into_iter()
        .map(|(building, units)| {
            let units: Vec<(u16, u16)> = units.into_iter().collect();
            let outline = &buildings[building.at()].outline;
            let strips = if units.len() > 1 { Strips::new(outline, units.len()) } else { None };
            (building.0, Stack { units, strips })
        })
        .collect()
}

/// Refuses coordinates exact arithmetic is not promised for.
fn check(territory: &Territory) -> Result<(), FabricError> {
    let bad = |p: &&Point| p.x.unsigned_abs().max(p.y.unsigned_abs()) > FRAME_LIMIT_MM.unsigned_abs();
    let refuse = |what, found: Option<&Point>| match found {
        Some(p) => Err(FabricError::OutOfFrame { what, x: p.x, y: p.y }),
        None => Ok(()),
    };
    let polygon = |p: &'_ Polygon| p.rings().flat_map(|r| r.0.iter()).find(bad).copied();
    refuse("the boundary", territory.boundary.iter().find_map(polygon).as_ref())?;
    refuse("a building", territory.buildings.iter().flat_map(|b| &b.outline).find_map(polygon).as_ref())?;
    refuse("a compound", territory.compounds.iter().flat_map(|c| &c.outline).find_map(polygon).as_ref())?;
    refuse("an area", territory.areas.iter().find_map(|a| polygon(&a.outline)).as_ref())?;
    refuse("a street", territory.streets.iter().flat_map(|s| &s.line).find(bad))?;
    refuse("a barrier", territory.barriers.iter().flat_map(|b| &b.line).find(bad))
}
