//! Plane geometry in metres, as the generator draws before it rounds to the lattice.

use lifang_model::{LatticeError, Point, Polygon, Ring};

/// A point or a vector, metres.
#[derive(Copy, Clone, Debug, Default, PartialEq)]
pub(crate) struct V {
    pub x: f64,
    pub y: f64,
}

pub(crate) const fn v(x: f64, y: f64) -> V {
    V { x, y }
}

impl V {
    pub fn add(self, o: Self) -> Self {
        v(self.x + o.x, self.y + o.y)
    }
    pub fn sub(self, o: Self) -> Self {
        v(self.x - o.x, self.y - o.y)
    }
    pub fn scale(self, k: f64) -> Self {
        v(self.x * k, self.y * k)
    }
    pub fn dot(self, o: Self) -> f64 {
        self.x * o.x + self.y * o.y
    }
    pub fn cross(self, o: Self) -> f64 {
        self.x * o.y - self.y * o.x
    }
    pub fn len(self) -> f64 {
        self.x.hypot(self.y)
    }
    pub fn dist(self, o: Self) -> f64 {
        self.sub(o).len()
    }
    /// The vector of length 1, or 0 when there is no direction.
    pub fn unit(self) -> Self {
        let len = self.len();
        if len > 0.0 { self.scale(1.0 / len) } else { self }
    }
    /// Turned a quarter to the left.
    pub fn left(self) -> Self {
        v(-self.y, self.x)
    }
    pub fn lerp(self, o: Self, t: f64) -> Self {
        self.add(o.sub(self).scale(t))
    }
    pub fn round(self) -> Result<Point, LatticeError> {
        Point::from_metres(self.x, self.y)
    }
}

/// Twice the signed area of a ring.
pub(crate) fn twice_area(ring: &[V]) -> f64 {
    edges(ring).map(|(p, q)| p.cross(q)).sum()
}

/// The edges of a ring, the closing one included.
pub(crate) fn edges(ring: &[V]) -> impl Iterator<Item = (V, V)> + '_ {
    (0..ring.len()).map(move |i| (ring[i], ring[(i + 1) % ring.len()]))
}

/// The centroid of a ring's area; the mean of its points when it has none.
pub(crate) fn centroid(ring: &[V]) -> V {
    let area = twice_area(ring);
    if area.abs() < 1e-9 {
        let n = ring.len().max(1) as f64;
        return ring.iter().fold(V::default(), |s, &p| s.add(p)).scale(1.0 / n);
    }
    let sum = edges(ring).fold(V::default(), |s, (p, q)| s.add(p.add(q).scale(p.cross(q))));
    sum.scale(1.0 / (3.0 * area))
}

/// The box around some points: smallest and largest corner.
pub(crate) fn extent(points: &[V]) -> (V, V) {
    points.iter().fold((v(f64::MAX, f64::MAX), v(f64::MIN, f64::MIN)), |(lo, hi), p| {
        (v(lo.x.min(p.x), lo.y.min(p.y)), v(hi.x.max(p.x), hi.y.max(p.y)))
    })
}

pub(crate) fn inside(ring: &[V], p: V) -> bool {
    edges(ring).fold(false, |inside, (a, b)| {
        let crosses = (a.y > p.y) != (b.y > p.y) && p.x < (b.x - a.x) * (p.y - a.y) / (b.y - a.y) + a.x;
        inside != crosses
    })
}

/// Where two segments meet, if they do.
pub(crate) fn meet(a: V, b: V, c: V, d: V) -> Option<V> {
    let (r, s) = (b.sub(a), d.sub(c));
    let den = r.cross(s);
    if den.abs() < 1e-12 {
        return None;
    }
    let t = c.sub(a).cross(s) / den;
    let u = c.sub(a).cross(r) / den;
    ((0.0..=1.0).contains(&t) && (0.0..=1.0).contains(&u)).then(|| a.lerp(b, t))
}

/// Distance from a point to a segment.
pub(crate) fn to_segment(p: V, a: V, b: V) -> f64 {
    let d = b.sub(a);
    let t = if d.dot(d) > 0.0 { (p.sub(a).dot(d) / d.dot(d)).clamp(0.0, 1.0) } else { 0.0 };
    p.dist(a.lerp(b, t))
}

/// Distance between two segments; 0 when they cross.
pub(crate) fn segment_gap(a: V, b: V, c: V, d: V) -> f64 {
    if meet(a, b, c, d).is_some() {
        return 0.0;
    }
    to_segment(a, c, d).min(to_segment(b, c, d)).min(to_segment(c, a, b)).min(to_segment(d, a, b))
}

/// Distance between two rings; 0 when they meet or one holds the other.
pub(crate) fn ring_gap(a: &[V], b: &[V]) -> f64 {
    if a.first().is_some_and(|&p| inside(b, p)) || b.first().is_some_and(|&p| inside(a, p)) {
        return 0.0;
    }
    let mut best = f64::MAX;
    for (p, q) in edges(a) {
        for (r, s) in edges(b) {
            best = best.min(segment_gap(p, q, r, s));
        }
    }
    best
}

/// A line moved to its left by `by`, vertices along the mean normal of their two edges.
pub(crate) fn shift_left(line: &[V], by: f64) -> Vec<V> {
    let n = line.len();
    (0..n)
        .map(|i| {
            let before = if i > 0 { line[i].sub(line[i - 1]).unit() } else { V::default() };
            let after = if i + 1 < n { line[i + 1].sub(line[i]).unit() } else { V::default() };
            line[i].add(before.add(after).unit().left().scale(by))
        })
        .collect()
}

/// Length of a line.
pub(crate) fn length(line: &[V]) -> f64 {
    line.windows(2).map(|w| w[0].dist(w[1])).sum()
}

/// The point of a line `along` metres from its start, and the direction there.
pub(crate) fn point_along(line: &[V], along: f64) -> (V, V) {
    let mut left = along.max(0.0);
    for w in line.windows(2) {
        let len = w[0].dist(w[1]);
        if left <= len && len > 0.0 {
            return (w[0].lerp(w[1], left / len), w[1].sub(w[0]).unit());
        }
        left -= len;
    }
    match line {
        [.., a, b] => (*b, b.sub(*a).unit()),
        _ => (line.first().copied().unwrap_or_default(), v(1.0, 0.0)),
    }
}

/// The part of a line between two distances from its start, with the vertices in between.
pub(crate) fn part_along(line: &[V], from: f64, to: f64) -> Vec<V> {
    let mut part = vec![point_along(line, from).0];
    let mut at = 0.0;
    for w in line.windows(2) {
        at += w[0].dist(w[1]);
        if at > from + 0.5 && at < to - 0.5 {
            part.push(w[1]);
        }
    }
    part.push(point_along(line, to).0);
    part
}

/// Rounds a ring to the lattice, counter-clockwise, without repeated points.
pub(crate) fn to_ring(points: &[V]) -> Result<Ring, LatticeError> {
    let mut ring = points.iter().map(|p| p.round()).collect::<Result<Vec<_>, _>>()?;
    ring.dedup();
    if ring.len() > 1 && ring.first() == ring.last() {
        ring.pop();
    }
    let mut ring = Ring(ring);
    if ring.twice_area() < 0 {
        ring.0.reverse();
    }
    Ok(ring)
}

/// Rounds a ring to a polygon without holes.
pub(crate) fn to_polygon(points: &[V]) -> Result<Polygon, LatticeError> {
    Ok(Polygon { outer: to_ring(points)?, holes: Vec::new() })
}

/// Rounds a line to the lattice without repeated points.
pub(crate) fn to_line(points: &[V]) -> Result<Vec<Point>, LatticeError> {
    let mut line = points.iter().map(|p| p.round()).collect::<Result<Vec<_>, _>>()?;
    line.dedup();
    Ok(line)
}

/// A closed smooth oval of `n` points around `c`.
pub(crate) fn oval(c: V, rx: f64, ry: f64, n: u32) -> Vec<V> {
    (0..n)
        .map(|i| {
            let t = f64::from(i) / f64::from(n) * std::f64::consts::TAU;
            // A little wobble keeps ponds and lawns from looking like compass work.
            let k = 1.0 + 0.07 * (2.0 * t + 0.7).sin() + 0.05 * (3.0 * t).cos();
            v(c.x + rx * k * t.cos(), c.y + ry * k * t.sin())
        })
        .collect()
}

/// The axis-parallel rectangle between two corners, counter-clockwise.
pub(crate) fn rect(lo: V, hi: V) -> Vec<V> {
    vec![lo, v(hi.x, lo.y), hi, v(lo.x, hi.y)]
}
