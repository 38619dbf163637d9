//! Half-edges and faces of a noded set of edges.

use crate::grid::Grid;
use lifang_model::Point;
use std::cmp::Ordering;

/// The planar map: half-edge `2e` runs along edge `e`, `2e + 1` against it; the face lies on the left.
pub(crate) struct Planar {
    pub(crate) points: Vec<Point>,
    pub(crate) ends: Vec<[u32; 2]>,
    /// Face on the left of each half-edge; face 0 is the unbounded one.
    pub(crate) face: Vec<u32>,
    /// Twice the area of each face, mm2; 0 for the unbounded one.
    pub(crate) twice_area: Vec<i128>,
    start: Vec<u32>,
    half: Vec<u32>,
    grid: Grid,
}

pub(crate) const OUTSIDE: u32 = 0;

impl Planar {
    /// Builds the map. Edges must meet only at their ends.
    pub(crate) fn new(points: Vec<Point>, ends: Vec<[u32; 2]>) -> Self {
        let next = successors(&points, &ends);
        let n = next.len();
        let grid =
            Grid::of_segments(ends.len(), |e| (points[ends[e][0] as usize], points[ends[e][1] as usize]));

        // Cycles of half-edges, each with its area and its western-most point.
        let mut cycle = vec![u32::MAX; n];
        let mut areas: Vec<i128> = Vec::new();
        let mut wests: Vec<Point> = Vec::new();
        for first in 0..n {
            if cycle[first] != u32::MAX {
                continue;
            }
            let id = areas.len() as u32;
            let base = points[ends[first / 2][first % 2] as usize];
            let (mut area, mut west, mut h) = (0i128, base, first);
            while cycle[h] == u32::MAX {
                cycle[h] = id;
                let p = points[ends[h / 2][h % 2] as usize];
                let q = points[ends[h / 2][1 - h % 2] as usize];
                area += i128::from(base.cross(p, q));
                west = west.min(p);
                h = next[h] as usize;
            }
            areas.push(area);
            wests.push(west);
        }

        // A positive cycle bounds a face; any other is the outside of a component and lies in the face west of it.
        let mut face_of_cycle = vec![u32::MAX; areas.len()];
        let mut twice_area = vec![0i128];
        for (id, &area) in areas.iter().enumerate() {
            if area > 0 {
                face_of_cycle[id] = twice_area.len() as u32;
                twice_area.push(area);
            }
        }
        let mut islands: Vec<u32> = (0..areas.len() as u32).filter(|&id| areas[id as usize] <= 0).collect();
        islands.sort_unstable_by_key(|&id| (wests[id as usize], id));
        let mut map =
            Self { points, ends, face: Vec::new(), twice_area, start: Vec::new(), half: Vec::new(), grid };
        for id in islands {
            let west = wests[id as usize];
            let at = (2 * i64::from(west.x), 2 * i64::from(west.y));
            let found = map.half_west_of(at).map_or(OUTSIDE, |h| face_of_cycle[cycle[h as usize] as usize]);
            let face = if found == u32::MAX { OUTSIDE } else { found };
            face_of_cycle[id as usize] = face;
            if face != OUTSIDE {
                map.twice_area[face as usize] += areas[id as usize];
            }
        }
        map.face = cycle.iter().map(|&c| face_of_cycle[c as usize]).collect();
        let mut start = vec![0u32; map.twice_area.len() + 1];
        for &f in &map.face {
            start[f as usize + 1] += 1;
        }
        for i in 1..start.len() {
            start[i] += start[i - 1];
        }
        let mut fill = start.clone();
        map.half = vec![0; n];
        for (h, &f) in map.face.iter().enumerate() {
            map.half[fill[f as usize] as usize] = h as u32;
            fill[f as usize] += 1;
        }
        map.start = start;
        map
    }

    pub(crate) fn faces(&self) -> usize {
        self.twice_area.len()
    }

    /// The half-edges around a face, those of its holes included, in no particular order.
    pub(crate) fn around(&self, face: u32) -> &[u32] {
        &self.half[self.start[face as usize] as usize..self.start[face as usize + 1] as usize]
    }

    /// From and to of a half-edge.
    pub(crate) fn ends_of(&self, half: u32) -> (Point, Point) {
        let [a, b] = self.ends[half as usize / 2];
        let (a, b) = (self.points[a as usize], self.points[b as usize]);
        if half.is_multiple_of(2) { (a, b) } else { (b, a) }
    }

    /// Length of an edge, mm.
    pub(crate) fn length(&self, edge: usize) -> f64 {
        let [a, b] = self.ends[edge];
        let (a, b) = (self.points[a as usize], self.points[b as usize]);
        let (x, y) = (f64::from(b.x) - f64::from(a.x), f64::from(b.y) - f64::from(a.y));
        (x * x + y * y).sqrt()
    }

    /// The face at a point given in half millimetres; on an edge, the face to its east.
    pub(crate) fn face_at(&self, doubled: (i64, i64)) -> u32 {
        self.half_west_of(doubled).map_or(OUTSIDE, |h| self.face[h as usize])
    }

    fn half_west_of(&self, doubled: (i64, i64)) -> Option<u32> {
        let at = |e: u32| {
            let [a, b] = self.ends[e as usize];
            (self.points[a as usize], self.points[b as usize])
        };
        west_of(&self.grid, at, doubled).map(|(e, up)| 2 * e + u32::from(up))
    }
}

/// The nearest segment west of a point in half millimetres, and whether it runs north.
///
/// The ray is thought an infinitesimal north of the point, so that no end of a segment lies on it.
pub(crate) fn west_of(
    grid: &Grid,
    at: impl Fn(u32) -> (Point, Point),
    doubled: (i64, i64),
) -> Option<(u32, bool)> {
    let (x2, y2) = doubled;
    let mut best: Option<(Hit, u32, bool)> = None;
    grid.westward(x2 as f64 / 2.0, y2 as f64 / 2.0, |cell, edge| {
        for &e in cell {
            let (a, b) = at(e);
            let (ya, yb) = (2 * i64::from(a.y), 2 * i64::from(b.y));
            if (ya <= y2) == (yb <= y2) {
                continue;
            }
            let up = yb > ya;
            let (lo, hi) = if up { (a, b) } else { (b, a) };
            let hit = Hit::new(lo, hi, y2);
            if hit.is_west_of(x2) && best.as_ref().is_none_or(|(old, _, _)| hit.cmp(old) == Ordering::Greater)
            {
                best = Some((hit, e, up));
            }
        }
        best.as_ref().is_some_and(|(hit, _, _)| hit.approx > (2 * edge) as f64 + 2.0)
    });
    best.map(|(_, e, up)| (e, up))
}

/// Where a segment meets the ray: `x = num / den` in half millimetres, then the slope just above.
struct Hit {
    approx: f64,
    num: i128,
    den: i128,
    dx: i128,
}

impl Hit {
    fn new(lo: Point, hi: Point, y2: i64) -> Self {
        let den = i128::from(hi.y) - i128::from(lo.y);
        let dx = i128::from(hi.x) - i128::from(lo.x);
        let num = 2 * i128::from(lo.x) * den + (i128::from(y2) - 2 * i128::from(lo.y)) * dx;
        Self { approx: num as f64 / den as f64, num, den, dx }
    }

    fn is_west_of(&self, x2: i64) -> bool {
        self.num < i128::from(x2) * self.den
    }

    fn cmp(&self, other: &Self) -> Ordering {
        if (self.approx - other.approx).abs() > 1.0 {
            return self.approx.total_cmp(&other.approx);
        }
        (self.num * other.den)
            .cmp(&(other.num * self.den))
            .then_with(|| (self.dx * other.den).cmp(&(other.dx * self.den)))
    }
}

/// For each half-edge the next one along the face on its left.
fn successors(points: &[Point], ends: &[[u32; 2]]) -> Vec<u32> {
    let mut start = vec![0u32; points.len() + 1];
    for e in ends {
        start[e[0] as usize + 1] += 1;
        start[e[1] as usize + 1] += 1;
    }
    for i in 1..start.len() {
        start[i] += start[i - 1];
    }
    let mut fill = start.clone();
    let mut out = vec![0u32; 2 * ends.len()];
    for (e, pair) in ends.iter().enumerate() {
        for side in 0..2 {
            let slot = &mut fill[pair[side] as usize];
            out[*slot as usize] = (2 * e + side) as u32;
            *slot += 1;
        }
    }
    let mut next = vec![0u32; 2 * ends.len()];
    for (node, &origin) in points.iter().enumerate() {
        let around = &mut out[start[node] as usize..start[node + 1] as usize];
        let towards = |h: u32| points[ends[h as usize / 2][1 - h as usize % 2] as usize];
        // Two follow each other whatever their order.
        if around.len() > 2 {
            around.sort_unstable_by(|&g, &h| by_angle(origin, towards(g), towards(h)).then(g.cmp(&h)));
        }
        for (k, &h) in around.iter().enumerate() {
            // Arriving against `h`, the face on the left goes on along the clockwise neighbour of `h`.
            let before = around[(k + around.len() - 1) % around.len()];
            next[(h ^ 1) as usize] = before;
        }
    }
    next
}

/// Compares two directions out of `origin` counter-clockwise from east. Exact.
pub(crate) fn by_angle(origin: Point, p: Point, q: Point) -> Ordering {
    let lower = |t: Point| t.y < origin.y || (t.y == origin.y && t.x < origin.x);
    lower(p).cmp(&lower(q)).then_with(|| 0.cmp(&origin.cross(p, q)))
}
