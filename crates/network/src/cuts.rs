//! 打断 Where lines are cut into edges, and which cuts are one junction.

use lifang_model::{OneWay, Point, Street, StreetClass, Traffic};
use petgraph::unionfind::UnionFind;
use rstar::{AABB, RTree, RTreeObject};

/// A street's centre line in the direction that sorts first.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    /// Row of the street.
    pub street: u32,
    pub level: i8,
    pub ground: bool,
    pub steps: bool,
    pub class: StreetClass,
    pub traffic: Traffic,
    pub points: Vec<Point>,
    /// Distance of each point from the first, mm.
    pub at: Vec<f64>,
}

impl Line {
    /// The line of a street, `None` when it has fewer than two different points.
    pub(crate) fn new(row: u32, street: &Street) -> Option<Self> {
        let mut points = street.line.clone();
        points.dedup();
        if points.len() < 2 {
            return None;
        }
        let mut traffic = street.traffic;
        if points.iter().rev().lt(points.iter()) {
            points.reverse();
            traffic.oneway = traffic.oneway.map(OneWay::reversed);
        }
        let mut at = Vec::with_capacity(points.len());
        let mut sum = 0.0;
        at.push(sum);
        for pair in points.windows(2) {
            sum += pair[0].distance(pair[1]);
            at.push(sum);
        }
        let level = match street.layer {
            0 if street.bridge => 1,
            0 if street.tunnel => -1,
            layer => layer,
        };
        let steps = street.class == StreetClass::Steps;
        Some(Self {
            street: row,
            level,
            ground: street.at_ground(),
            steps,
            class: street.class,
            traffic,
            points,
            at,
        })
    }
}

/// A place where a line is cut. Its position is rounded once, so the pieces of a line always add up to the whole.
#[derive(Copy, Clone, Debug, PartialEq)]
pub(crate) struct Cut {
    pub line: u32,
    /// Position along the line, mm.
    pub position: u32,
    pub point: Point,
}

/// One segment of one line in the spatial index.
#[derive(Copy, Clone, Debug)]
struct Segment {
    line: u32,
    index: u32,
    from: Point,
    to: Point,
}

fn corner(p: Point) -> [f64; 2] {
    [f64::from(p.x), f64::from(p.y)]
}

impl RTreeObject for Segment {
    type Envelope = AABB<[f64; 2]>;
    fn envelope(&self) -> Self::Envelope {
        AABB::from_corners(corner(self.from), corner(self.to))
    }
}

/// Where on a segment the nearest point to `p` is, 0 to 1, and how far away.
pub(crate) fn project(from: Point, to: Point, p: Point) -> (f64, f64) {
    let ([fx, fy], [tx, ty], [px, py]) = (corner(from), corner(to), corner(p));
    let (dx, dy) = (tx - fx, ty - fy);
    let square = dx * dx + dy * dy;
    let t = if square > 0.0 { (((px - fx) * dx + (py - fy) * dy) / square).clamp(0.0, 1.0) } else { 0.0 };
    (t, (fx + t * dx - px).hypot(fy + t * dy - py))
}

/// The lattice point at a share of a segment.
pub(crate) fn between(from: Point, to: Point, t: f64) -> Point {
    let mix = |a: i32, b: i32| (f64::from(a) + t * (f64::from(b) - f64::from(a))).round() as i32;
    Point::new(mix(from.x, to.x), mix(from.y, to.y))
}

/// All cuts of all lines and which of them meet.
pub(crate) struct Cuts<'a> {
    lines: &'a [Line],
    cuts: Vec<Cut>,
    /// Pairs of cuts that are one junction.
    joined: Vec<(u32, u32)>,
    index: RTree<Segment>,
}

impl<'a> Cuts<'a> {
    pub(crate) fn new(lines: &'a [Line]) -> Self {
        let segments = (0u32..).zip(lines).flat_map(|(line, l)| {
            (0u32..).zip(l.points.windows(2)).map(move |(index, pair)| Segment {
                line,
                index,
                from: pair[0],
                to: pair[1],
            })
        });
        Self { lines, cuts: Vec::new(), joined: Vec::new(), index: RTree::bulk_load(segments.collect()) }
    }

    fn cut(&mut self, line: u32, at: f64, point: Point) -> u32 {
        self.cuts.push(Cut { line, position: at.round() as u32, point });
        (self.cuts.len() - 1) as u32
    }

    fn cut_segment(&mut self, segment: Segment, t: f64, point: Point) -> u32 {
        let at = &self.lines[segment.line as usize].at;
        let (from, to) = (at[segment.index as usize], at[segment.index as usize + 1]);
        self.cut(segment.line, from + t * (to - from), point)
    }

    /// Lines meet where they have the same vertex on the same level. Where one of them ends, all with that vertex
    /// meet: bridges and stairs come down to the ground at their ends.
    pub(crate) fn at_shared_vertices(&mut self) {
        let mut found: Vec<(Point, i8, u32, u32)> = Vec::new();
        for (row, line) in (0u32..).zip(self.lines) {
            for (vertex, &point) in (0u32..).zip(&line.points) {
                found.push((point, line.level, row, vertex));
            }
        }
        found.sort_unstable();
        for place in found.chunk_by(|x, y| x.0 == y.0) {
            let ends = |&(_, _, line, vertex): &(Point, i8, u32, u32)| {
                vertex == 0 || vertex as usize + 1 == self.lines[line as usize].points.len()
            };
            if place.iter().any(ends) {
                self.join_vertices(place);
            } else {
                for level in place.chunk_by(|x, y| x.1 == y.1).filter(|level| level.len() > 1) {
                    self.join_vertices(level);
                }
            }
        }
    }

    fn join_vertices(&mut self, vertices: &[(Point, i8, u32, u32)]) {
        let start = self.cuts.len() as u32;
        for &(point, _, line, vertex) in vertices {
            let cut = self.cut(line, self.lines[line as usize].at[vertex as usize], point);
            self.joined.push((start, cut));
        }
    }

    /// A line's end within `tolerance` of another line of its level meets it there.
    pub(crate) fn at_touching_ends(&mut self, tolerance_mm: u32) {
        let tolerance = f64::from(tolerance_mm);
        for row in 0..self.lines.len() as u32 {
            let line = &self.lines[row as usize];
            for vertex in [0, line.points.len() - 1] {
                let (end, here) = (line.points[vertex], line.at[vertex]);
                let [x, y] = corner(end);
                let around =
                    AABB::from_corners([x - tolerance, y - tolerance], [x + tolerance, y + tolerance]);
                let mut near: Vec<Segment> = self
                    .index
                    .locate_in_envelope_intersecting(&around)
                    .filter(|s| self.lines[s.line as usize].level == line.level)
                    .copied()
                    .collect();
                near.sort_unstable_by_key(|s| (s.line, s.index));
                for segment in near {
                    let (t, distance) = project(segment.from, segment.to, end);
                    let other = &self.lines[segment.line as usize].at;
                    let (from, to) = (other[segment.index as usize], other[segment.index as usize + 1]);
                    let there = from + t * (to - from);
                    // The line itself is near its own end without coming back to it.
                    let itself = segment.line == row && (there - here).abs() <= 4.0 * tolerance;
                    if distance <= tolerance && !itself {
                        let own = self.cut(row, here, end);
                        let cut = self.cut_segment(segment, t, between(segment.from, segment.to, t));
                        self.joined.push((own, cut));
                    }
                }
            }
        }
    }

    /// Lines on the ground meet wherever they cross, touch or run over each other.
    pub(crate) fn at_crossings(&mut self) {
        let segments: Vec<Segment> =
            self.index.iter().filter(|s| self.lines[s.line as usize].ground).copied().collect();
        let mut pairs = Vec::new();
        for one in &segments {
            for two in self.index.locate_in_envelope_intersecting(&one.envelope()) {
                let neighbours = one.line == two.line && one.index.abs_diff(two.index) < 2;
                let once = (one.line, one.index) < (two.line, two.index);
                if once && !neighbours && self.lines[two.line as usize].ground {
                    pairs.push((*one, *two));
                }
            }
        }
        pairs.sort_unstable_by_key(|(one, two)| (one.line, one.index, two.line, two.index));
        for (one, two) in pairs {
            for (t, u) in meetings(one, two) {
                let point = between(one.from, one.to, t);
                let (a, b) = (self.cut_segment(one, t, point), self.cut_segment(two, u, point));
                self.joined.push((a, b));
            }
        }
    }

    /// The cuts of each line in order, at most one a position, each with its junction; junctions are numbered in the
    /// order they come up.
    pub(crate) fn finish(self) -> (Vec<Vec<(Cut, u32)>>, Vec<Point>) {
        let mut union: UnionFind<u32> = UnionFind::new(self.cuts.len());
        for &(a, b) in &self.joined {
            union.union(a, b);
        }
        let mut order: Vec<u32> = (0..self.cuts.len() as u32).collect();
        order.sort_by_key(|&i| {
            let cut = &self.cuts[i as usize];
            (cut.line, cut.position, cut.point)
        });
        let same = |a: &u32, b: &u32| {
            let (a, b) = (&self.cuts[*a as usize], &self.cuts[*b as usize]);
            (a.line, a.position) == (b.line, b.position)
        };
        for place in order.chunk_by(same) {
            for &other in &place[1..] {
                union.union(place[0], other);
            }
        }
        let class = union.into_labeling();
        let mut number = vec![u32::MAX; class.len()];
        let mut points: Vec<Point> = Vec::new();
        let mut lines: Vec<Vec<(Cut, u32)>> = vec![Vec::new(); self.lines.len()];
        for place in order.chunk_by(same) {
            let cut = self.cuts[place[0] as usize];
            let node = &mut number[class[place[0] as usize] as usize];
            if *node == u32::MAX {
                *node = points.len() as u32;
                points.push(cut.point);
            }
            let point = &mut points[*node as usize];
            *point = (*point).min(cut.point);
            lines[cut.line as usize].push((cut, *node));
        }
        (lines, points)
    }
}

/// Where two segments meet, as shares of each: one place, or both ends of what they have in common.
fn meetings(one: Segment, two: Segment) -> Vec<(f64, f64)> {
    let (p, q, r, s) = (one.from, one.to, two.from, two.to);
    let (r_side, s_side) = (p.cross(q, r), p.cross(q, s));
    let (p_side, q_side) = (r.cross(s, p), r.cross(s, q));
    let apart = |a: i64, b: i64| (a > 0 && b > 0) || (a < 0 && b < 0);
    if apart(r_side, s_side) || apart(p_side, q_side) {
        return Vec::new();
    }
    let share = |a: i64, b: i64| a as f64 / (a as f64 - b as f64);
    if r_side != 0 && s_side != 0 && p_side != 0 && q_side != 0 {
        return vec![(share(p_side, q_side), share(r_side, s_side))];
    }
    let on = |a: Point, b: Point, point: Point, side: i64| {
        side == 0
            && (a.x.min(b.x)..=a.x.max(b.x)).contains(&point.x)
            && (a.y.min(b.y)..=a.y.max(b.y)).contains(&point.y)
    };
    let mut found = Vec::new();
    for (end, point, side) in [(0.0, r, r_side), (1.0, s, s_side)] {
        if on(p, q, point, side) {
            found.push((project(p, q, point).0, end));
        }
    }
    for (end, point, side) in [(0.0, p, p_side), (1.0, q, q_side)] {
        if on(r, s, point, side) {
            found.push((end, project(r, s, point).0));
        }
    }
    found
}
