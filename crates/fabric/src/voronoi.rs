//! 泰森多边形 The borders of nearest land between the footprints of one enclosure.
//!
//! The segment Voronoi diagram of all walls (Fortune's sweep with lazily exact predicates, as in Boost.Polygon and its port
//! `boostvoronoi`) gives the true lines of equal distance: straight between two walls or two corners, parabolas
//! between a wall and a corner. Only the lines between different sites are kept.

use crate::align::Aligned;
use crate::chain::{Line, Stretches};
use crate::ground::{Ground, NONE};
use crate::parabola::sample;
use boostvoronoi::prelude::{Builder, BvError, Diagram};
use lifang_model::Point;

/// A wall: a noded edge with the site whose land begins on each side.
#[derive(Copy, Clone, Debug)]
pub(crate) struct Wall {
    pub(crate) a: Point,
    pub(crate) b: Point,
    pub(crate) left: u32,
    pub(crate) right: u32,
}

/// The walls of one enclosure. Land beyond a wall with no site on that side is nearest to the wall's own site.
pub(crate) fn walls(ground: &Ground, enclosure: u32, edges: &[u32]) -> Vec<Wall> {
    edges
        .iter()
        .filter_map(|&e| {
            let site = |h: u32| {
                let land = ground.land[ground.map.face[h as usize] as usize];
                if land.enclosure == enclosure { land.site } else { NONE }
            };
            let (left, right) = (site(2 * e), site(2 * e + 1));
            let (a, b) = ground.map.ends_of(2 * e);
            (left != right).then_some(Wall {
                a,
                b,
                left: if left == NONE { right } else { left },
                right: if right == NONE { left } else { right },
            })
        })
        .collect()
}

/// How far the walls are taken from the origin for the sweep, mm. Its predicates are evaluated in floating point with
/// *relative* error bounds and again in big integers where those are too wide; beside the origin a coordinate is small
/// against what it was computed from, so that half of all predicates were evaluated twice. Here doubles resolve 2 nm.
const AWAY: i64 = 10_000_000;

/// The lines between the lands of different sites; `None` if the sweep failed, which valid walls should never cause.
pub(crate) fn borders(walls: &[Wall], low: Point, high: Point) -> Option<Vec<Line>> {
    let origin = (
        (i64::from(low.x) + i64::from(high.x)) / 2 - AWAY,
        (i64::from(low.y) + i64::from(high.y)) / 2 - AWAY,
    );
    let span = (i64::from(high.x) - i64::from(low.x)).max(i64::from(high.y) - i64::from(low.y));
    // Four far walls keep every line finite; they are too far to own any land of the enclosure.
    let near_end = i32::try_from(AWAY - 2 * span - 1000).ok()?;
    let far_end = i32::try_from(AWAY + 2 * span + 1000).ok()?;
    if let Some(aligned) = Aligned::new(walls) {
        let segments: Option<Vec<[i32; 4]>> =
            aligned.walls.iter().map(|wall| shifted(wall.map(i64::from), (-AWAY, -AWAY))).collect();
        if let Some(mut lines) = swept(walls, segments?, near_end, far_end) {
            for line in &mut lines {
                let last = line.points.len() - 1;
                for (k, p) in line.points.iter_mut().enumerate() {
                    *p = aligned.back((p.0 - AWAY as f64, p.1 - AWAY as f64), k == 0 || k == last);
                }
            }
            return Some(lines);
        }
    }
    let corners = |wall: &Wall| [wall.a.x, wall.a.y, wall.b.x, wall.b.y].map(i64::from);
    let segments: Option<Vec<[i32; 4]>> = walls.iter().map(|wall| shifted(corners(wall), origin)).collect();
    let mut lines = swept(walls, segments?, near_end, far_end)?;
    for line in &mut lines {
        for p in &mut line.points {
            p.0 += origin.0 as f64;
            p.1 += origin.1 as f64;
        }
    }
    Some(lines)
}

/// The ends of a wall seen from an origin.
fn shifted([ax, ay, bx, by]: [i64; 4], origin: (i64, i64)) -> Option<[i32; 4]> {
    let to = |v: i64, origin: i64| i32::try_from(v - origin).ok();
    Some([to(ax, origin.0)?, to(ay, origin.1)?, to(bx, origin.0)?, to(by, origin.1)?])
}

/// The lines between sites, in the frame of the segments the walls are given as.
fn swept(walls: &[Wall], mut segments: Vec<[i32; 4]>, near_end: i32, far_end: i32) -> Option<Vec<Line>> {
    let corners = [[near_end, near_end], [far_end, near_end], [far_end, far_end], [near_end, far_end]];
    for k in 0..4 {
        let (p, q) = (corners[k], corners[(k + 1) % 4]);
        segments.push([p[0], p[1], q[0], q[1]]);
    }
    // The sweep is third-party code with internal assertions; a failure there must not take the whole build down.
    let diagram = std::panic::catch_unwind(|| sweep(&segments)).ok()?.ok()?;
    Nearest { diagram: &diagram, walls, segments: &segments, corners: corners_of(walls, &segments) }
        .lines()
        .ok()
}

fn sweep(segments: &[[i32; 4]]) -> Result<Diagram, BvError> {
    Builder::<i32>::default().with_segments(segments.iter())?.build()
}

/// A wall as it leaves a corner: `(corner, direction, site on its left, site on its right)`; sorted by corner.
type Corners = Vec<([i32; 2], [f64; 2], u32, u32)>;

fn corners_of(walls: &[Wall], segments: &[[i32; 4]]) -> Corners {
    let mut corners: Corners = Vec::with_capacity(2 * walls.len());
    for (wall, &[ax, ay, bx, by]) in walls.iter().zip(segments) {
        let d = [f64::from(bx) - f64::from(ax), f64::from(by) - f64::from(ay)];
        corners.push(([ax, ay], d, wall.left, wall.right));
        corners.push(([bx, by], [-d[0], -d[1]], wall.right, wall.left));
    }
    corners.sort_by_key(|corner| corner.0);
    corners
}

struct Nearest<'a> {
    diagram: &'a Diagram,
    walls: &'a [Wall],
    segments: &'a [[i32; 4]],
    corners: Corners,
}

/// What a Voronoi cell grows from.
#[derive(Copy, Clone)]
enum Seed {
    Corner([i32; 2]),
    Wall(usize),
    Far,
}

impl Nearest<'_> {
    fn lines(&self) -> Result<Vec<Line>, BvError> {
        let cells: Vec<(Seed, Option<u32>)> = self
            .diagram
            .cells()
            .iter()
            .map(|cell| self.seed(cell))
            .map(|seed| (seed, self.only(seed)))
            .collect();
        let mut stretches = Stretches::default();
        let mut drawn = Vec::new();
        for edge in self.diagram.edges().iter().step_by(2) {
            let twin = self.diagram.edge(edge.twin()?)?;
            let (left, right) = (cells[edge.cell()?.usize()], cells[twin.cell()?.usize()]);
            if matches!(left.0, Seed::Far)
                || matches!(right.0, Seed::Far)
                || (left.1.is_some() && left.1 == right.1)
            {
                continue;
            }
            let (Some(from), Some(to)) = (edge.vertex0(), twin.vertex0()) else { continue };
            let (p, q) = (self.diagram.vertex(from)?, self.diagram.vertex(to)?);
            let (p, q) = ((p.x(), p.y()), (q.x(), q.y()));
            drawn.clear();
            match (edge.is_curved(), left.0, right.0) {
                (true, Seed::Corner(c), Seed::Wall(w)) | (true, Seed::Wall(w), Seed::Corner(c)) => {
                    let focus = (f64::from(c[0]), f64::from(c[1]));
                    sample(focus, self.segments[w].map(f64::from), p, q, &mut drawn);
                }
                _ => drawn.extend([p, q]),
            }
            let middle = drawn[drawn.len() / 2];
            let before = drawn[drawn.len() / 2 - 1];
            let middle = ((middle.0 + before.0) / 2.0, (middle.1 + before.1) / 2.0);
            let sites = (self.site(left, middle), self.site(right, middle));
            if sites.0 != sites.1 {
                stretches.push([from.u32(), to.u32()], sites, &drawn);
            }
        }
        Ok(stretches.straighten(self.diagram.vertices().len()))
    }

    fn seed(&self, cell: &boostvoronoi::prelude::Cell) -> Seed {
        let index = cell.source_index().usize();
        if index >= self.walls.len() {
            Seed::Far
        } else if cell.contains_segment() {
            Seed::Wall(index)
        } else {
            let [ax, ay, bx, by] = self.segments[index];
            Seed::Corner(if cell.contains_segment_startpoint() { [ax, ay] } else { [bx, by] })
        }
    }

    /// The only site a seed can belong to, if there is only one.
    fn only(&self, seed: Seed) -> Option<u32> {
        match seed {
            Seed::Far => None,
            Seed::Wall(w) => (self.walls[w].left == self.walls[w].right).then_some(self.walls[w].left),
            Seed::Corner(c) => {
                let around = self.around(c);
                let first = around.first()?.2;
                around.iter().all(|&(_, _, l, r)| l == first && r == first).then_some(first)
            }
        }
    }

    /// The walls that leave a corner.
    fn around(&self, c: [i32; 2]) -> &[([i32; 2], [f64; 2], u32, u32)] {
        let from = self.corners.partition_point(|corner| corner.0 < c);
        let count = self.corners[from..].iter().take_while(|corner| corner.0 == c).count();
        &self.corners[from..from + count]
    }

    /// The site that owns the land of a seed at a place.
    fn site(&self, (seed, only): (Seed, Option<u32>), at: (f64, f64)) -> u32 {
        match (only, seed) {
            (Some(site), _) => site,
            (None, Seed::Far) => NONE,
            (None, Seed::Wall(w)) => {
                let [ax, ay, bx, by] = self.segments[w].map(f64::from);
                let side = (bx - ax) * (at.1 - ay) - (by - ay) * (at.0 - ax);
                if side >= 0.0 { self.walls[w].left } else { self.walls[w].right }
            }
            (None, Seed::Corner(c)) => {
                let around = self.around(c);
                let d = [at.0 - f64::from(c[0]), at.1 - f64::from(c[1])];
                // The sector the place lies in runs counter-clockwise from one wall to the next; where those belong
                // to two sites the corner is common to both and the land is equally near: the first gets it.
                let turn = |w: &[f64; 2]| {
                    (w[0] * d[1] - w[1] * d[0])
                        .atan2(w[0] * d[0] + w[1] * d[1])
                        .rem_euclid(std::f64::consts::TAU)
                };
                let after = around.iter().min_by(|p, q| turn(&p.1).total_cmp(&turn(&q.1))).map(|w| w.2);
                let before = around.iter().max_by(|p, q| turn(&p.1).total_cmp(&turn(&q.1))).map(|w| w.3);
                after.unwrap_or(NONE).min(before.unwrap_or(NONE))
            }
        }
    }
}
