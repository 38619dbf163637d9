//! 图形整理 Outlines made sound on the lattice: no repeated points, no crossing edges, outer rings counter-clockwise.
//!
//! A sound outline passes unchanged. An unsound one is rebuilt by the even-odd rule (what an odd number of rings encloses
//! is inside), in integers, so nothing moves except where edges cross; the caller is told and must say so.

use i_overlay::core::fill_rule::FillRule;
use i_overlay::core::overlay::{IntOverlayOptions, Overlay};
use i_overlay::core::overlay_rule::OverlayRule;
use i_overlay::i_float::int::point::IntPoint;
use lifang_model::{Extent, Point, Polygon, Ring};

/// An outline after cleaning.
#[derive(Debug, PartialEq)]
pub(crate) struct Cleaned {
    /// The sound parts; empty when the outline encloses nothing.
    pub(crate) polygons: Vec<Polygon>,
    /// What was wrong and what was done; `None` when the outline was sound.
    pub(crate) repaired: Option<String>,
}

/// Cleans the parts of one object; each part is its rings, the outer first, closed or not.
pub(crate) fn clean(parts: &[Vec<Vec<Point>>]) -> Cleaned {
    let mut polygons = Vec::new();
    let mut repaired = None;
    for rings in parts {
        let (mut clean, fault) = clean_part(rings);
        polygons.append(&mut clean);
        repaired = repaired.or(fault);
    }
    if polygons.len() > 1 && any_touch(&polygons) {
        let before: i128 = polygons.iter().map(Polygon::twice_area).sum();
        let merged = overlay(&polygons, FillRule::NonZero);
        let after: i128 = merged.iter().map(Polygon::twice_area).sum();
        if after < before {
            let cause =
                format!("its parts overlap by {:.1} m2; they were merged", (before - after) as f64 / 2e6);
            repaired = repaired.or(Some(cause));
        }
        polygons = merged;
    }
    Cleaned { polygons, repaired }
}

fn clean_part(rings: &[Vec<Point>]) -> (Vec<Polygon>, Option<String>) {
    let rings: Vec<Ring> = rings.iter().map(|ring| Ring(tidy(ring))).collect();
    let Some(outer) = rings.first().filter(|ring| ring.0.len() >= 3) else { return (Vec::new(), None) };
    let mut polygon = Polygon {
        outer: outer.clone(),
        holes: rings[1..]
            .iter()
            .filter(|ring| ring.0.len() >= 3 && ring.twice_area() != 0)
            .cloned()
            .collect(),
    };
    match soundness(&polygon) {
        Soundness::Sound if polygon.outer.twice_area() == 0 => (Vec::new(), None),
        Soundness::Sound => {
            orient(&mut polygon);
            (vec![polygon], None)
        }
        flaw => {
            let before = polygon.twice_area();
            let polygons = settled(overlay(&[polygon], FillRule::EvenOdd));
            let after: i128 = polygons.iter().map(Polygon::twice_area).sum();
            let quiet = flaw == Soundness::Touching && before == after && polygons.len() == 1;
            let area = |twice: i128| twice as f64 / 2e6;
            let cause = format!(
                "its outline crosses or touches itself; rebuilt by the even-odd rule as {} part(s), {:.1} m2 before, \
                 {:.1} m2 after",
                polygons.len(),
                area(before),
                area(after)
            );
            (polygons, (!quiet).then_some(cause))
        }
    }
}

/// Crossings are rounded to the lattice, which can make new ones a millimetre away: rebuilds until sound, three times at
/// most, and drops a part that still is not.
fn settled(mut polygons: Vec<Polygon>) -> Vec<Polygon> {
    for _ in 0..3 {
        if polygons.iter().all(|polygon| soundness(polygon) != Soundness::Crossing) {
            return polygons;
        }
        polygons = overlay(&polygons, FillRule::EvenOdd);
    }
    polygons.retain(|polygon| soundness(polygon) != Soundness::Crossing);
    polygons
}

/// Without repeated neighbours, and without the closing point.
fn tidy(ring: &[Point]) -> Vec<Point> {
    let mut points = ring.to_vec();
    points.dedup();
    while points.len() > 1 && points.first() == points.last() {
        points.pop();
    }
    points
}

/// Turns the outer ring counter-clockwise and the holes clockwise.
fn orient(polygon: &mut Polygon) {
    if polygon.outer.twice_area() < 0 {
        polygon.outer.0.reverse();
    }
    for hole in &mut polygon.holes {
        if hole.twice_area() > 0 {
            hole.0.reverse();
        }
    }
}

fn any_touch(polygons: &[Polygon]) -> bool {
    let boxes: Vec<Extent> = polygons.iter().filter_map(Polygon::extent).collect();
    boxes.iter().enumerate().any(|(i, a)| boxes[i + 1..].iter().any(|b| a.touches(b)))
}

/// What the rings of a polygon do to themselves and each other.
#[derive(Debug, PartialEq, Eq)]
enum Soundness {
    Sound,
    /// Two rings share a point: allowed, but the rebuilt form is plainer.
    Touching,
    Crossing,
}

struct Edge {
    ring: usize,
    at: usize,
    len: usize,
    a: Point,
    b: Point,
}

/// Sweeps the edges from west to east and compares those whose boxes meet, exactly.
fn soundness(polygon: &Polygon) -> Soundness {
    let mut edges: Vec<Edge> = polygon
        .rings()
        .enumerate()
        .flat_map(|(ring, r)| {
            let len = r.0.len();
            r.edges().enumerate().map(move |(at, (a, b))| Edge { ring, at, len, a, b })
        })
        .collect();
    edges.sort_by_key(|edge| (edge.a.x.min(edge.b.x), edge.ring, edge.at));
    let mut touching = false;
    let mut open: Vec<&Edge> = Vec::new();
    for edge in &edges {
        let west = edge.a.x.min(edge.b.x);
        open.retain(|other| other.a.x.max(other.b.x) >= west);
        for other in &open {
            if edge.a.y.min(edge.b.y) > other.a.y.max(other.b.y)
                || other.a.y.min(other.b.y) > edge.a.y.max(edge.b.y)
            {
                continue;
            }
            match meeting(edge, other) {
                Soundness::Sound => {}
                Soundness::Touching => touching = true,
                Soundness::Crossing => return Soundness::Crossing,
            }
        }
        open.push(edge);
    }
    if touching {
        return Soundness::Touching;
    }
    let outer = Polygon { outer: polygon.outer.clone(), holes: Vec::new() };
    let misplaced = polygon.holes.iter().enumerate().any(|(at, hole)| {
        let p = hole.0[0];
        let inside_other = |(other, ring): (usize, &Ring)| {
            other != at && Polygon { outer: ring.clone(), holes: Vec::new() }.contains(p)
        };
        !outer.contains(p) || polygon.holes.iter().enumerate().any(inside_other)
    });
    if misplaced { Soundness::Crossing } else { Soundness::Sound }
}

fn meeting(e: &Edge, f: &Edge) -> Soundness {
    let (c1, c2) = (e.a.cross(e.b, f.a).signum(), e.a.cross(e.b, f.b).signum());
    let (d1, d2) = (f.a.cross(f.b, e.a).signum(), f.a.cross(f.b, e.b).signum());
    let collinear = c1 == 0 && c2 == 0;
    if !collinear && (c1 == c2 || d1 == d2) {
        return Soundness::Sound;
    }
    if collinear && !boxes_meet(e, f) {
        return Soundness::Sound;
    }
    let same = e.ring == f.ring;
    let apart = e.at.abs_diff(f.at);
    let neighbours = same && (apart == 1 || apart == e.len - 1);
    if neighbours {
        // Neighbours share their common point. Collinear ones are sound only when the second goes on, not back.
        let back = collinear && !goes_on(e, f);
        return if back { Soundness::Crossing } else { Soundness::Sound };
    }
    let proper = c1 * c2 < 0 && d1 * d2 < 0;
    let overlap = collinear && !meet_in_a_point(e, f);
    if same || proper || overlap { Soundness::Crossing } else { Soundness::Touching }
}

/// Whether the boxes of two edges that meet have one point in common.
fn meet_in_a_point(e: &Edge, f: &Edge) -> bool {
    let one = |(a, b): (i32, i32), (c, d): (i32, i32)| a.min(b).max(c.min(d)) == a.max(b).min(c.max(d));
    one((e.a.x, e.b.x), (f.a.x, f.b.x)) && one((e.a.y, e.b.y), (f.a.y, f.b.y))
}

fn boxes_meet(e: &Edge, f: &Edge) -> bool {
    let (Some(a), Some(b)) = (Extent::of([e.a, e.b]), Extent::of([f.a, f.b])) else { return false };
    a.touches(&b)
}

/// Whether two collinear neighbouring edges run the same way.
fn goes_on(e: &Edge, f: &Edge) -> bool {
    let way = |edge: &Edge| {
        (
            (i64::from(edge.b.x) - i64::from(edge.a.x)).signum(),
            (i64::from(edge.b.y) - i64::from(edge.a.y)).signum(),
        )
    };
    way(e) == way(f)
}

/// Rebuilds polygons in integers; parts in a fixed order, largest first.
fn overlay(polygons: &[Polygon], fill: FillRule) -> Vec<Polygon> {
    let area = |polygons: &[Polygon]| polygons.iter().map(Polygon::twice_area).sum::<i128>();
    let split = extract(polygons, fill, IntOverlayOptions::ogc());
    // The library's splitting of rings that touch themselves now and then loses land (4.5.2); unsplit rings do not, and one at a time they
    // are split well.
    let whole = extract(polygons, fill, IntOverlayOptions::default());
    let mut polygons = if area(&split) == area(&whole) {
        split
    } else {
        let mut polygons = Vec::new();
        for polygon in whole {
            let parts = extract(std::slice::from_ref(&polygon), FillRule::EvenOdd, IntOverlayOptions::ogc());
            if area(&parts) == polygon.twice_area() {
                polygons.extend(parts);
            } else {
                polygons.push(polygon);
            }
        }
        polygons
    };
    polygons.sort_by(|a, b| b.twice_area().cmp(&a.twice_area()).then_with(|| a.outer.0.cmp(&b.outer.0)));
    polygons
}

fn extract(polygons: &[Polygon], fill: FillRule, options: IntOverlayOptions) -> Vec<Polygon> {
    let contours: Vec<Vec<IntPoint>> = polygons
        .iter()
        .flat_map(Polygon::rings)
        .map(|ring| ring.0.iter().map(|p| IntPoint::new(p.x, p.y)).collect())
        .collect();
    let mut overlay = Overlay::with_contours_custom(&contours, &[], options, Default::default());
    let shapes = overlay.overlay(OverlayRule::Subject, fill);
    let polygons = shapes.into_iter().filter_map(|shape| {
        let mut rings = shape
            .into_iter()
            .map(|contour| Ring(contour.into_iter().map(|p| Point::new(p.x, p.y)).collect()));
        let mut polygon = Polygon { outer: rings.next()?, holes: rings.collect() };
        orient(&mut polygon);
        (polygon.twice_area() > 0).then_some(polygon)
    });
    polygons.collect()
}

/// The union of polygons, as sound parts, largest first.
pub(crate) fn union(polygons: &[Polygon]) -> Vec<Polygon> {
    settled(overlay(polygons, FillRule::NonZero))
}

/// The outline as a form that is equal for equal outlines, however they are drawn: each ring from its least point,
/// counter-clockwise, collinear points left out.
pub(crate) fn canonical(polygons: &[Polygon]) -> Vec<Vec<Point>> {
    let mut rings: Vec<Vec<Point>> = polygons.iter().flat_map(Polygon::rings).map(canonical_ring).collect();
    rings.sort();
    rings
}

fn canonical_ring(ring: &Ring) -> Vec<Point> {
    let points = &ring.0;
    let n = points.len();
    let mut kept: Vec<Point> = (0..n)
        .filter(|&i| points[(i + n - 1) % n].cross(points[i], points[(i + 1) % n]) != 0)
        .map(|i| points[i])
        .collect();
    if ring.twice_area() < 0 {
        kept.reverse();
    }
    if let Some(least) = kept.iter().enumerate().min_by_key(|(_, p)| **p).map(|(at, _)| at) {
        kept.rotate_left(least);
    }
    kept
}

/// Area of some polygons, m2.
pub(crate) fn area_m2(polygons: &[Polygon]) -> f64 {
    polygons.iter().map(Polygon::area_m2).sum()
}

/// The box around some polygons.
pub(crate) fn extent(polygons: &[Polygon]) -> Option<Extent> {
    polygons.iter().filter_map(Polygon::extent).reduce(Extent::union)
}

/// 内点 A point inside the largest of some polygons: its centroid where that is inside, else the middle of the widest stretch
/// inside along the horizontal through its middle, else its first corner. `None` for no polygon.
#[must_use]
pub fn inner_point(polygons: &[Polygon]) -> Option<Point> {
    let polygon = polygons.iter().max_by_key(|polygon| polygon.twice_area())?;
    if let Some(centre) = centroid(polygon).filter(|p| polygon.contains(*p)) {
        return Some(centre);
    }
    let corner = polygon.outer.0.first().copied();
    let extent = polygon.extent()?;
    // Half a millimetre off the lattice, so that the line meets no vertex; inside even where the height is a single millimetre.
    let row = i64::from(extent.min.y) + (i64::from(extent.max.y) - i64::from(extent.min.y) - 1) / 2;
    let row = row as i32;
    let y = f64::from(row) + 0.5;
    let mut xs: Vec<f64> = polygon
        .rings()
        .flat_map(Ring::edges)
        .filter(|(a, b)| (f64::from(a.y) > y) != (f64::from(b.y) > y))
        .map(|(a, b)| {
            let t = (y - f64::from(a.y)) / (f64::from(b.y) - f64::from(a.y));
            f64::from(a.x) + t * (f64::from(b.x) - f64::from(a.x))
        })
        .collect();
    xs.sort_by(f64::total_cmp);
    let Some(widest) = xs.chunks_exact(2).max_by(|a, b| (a[1] - a[0]).total_cmp(&(b[1] - b[0]))) else {
        return corner;
    };
    let p = Point::new(f64::midpoint(widest[0], widest[1]).round() as i32, row);
    if polygon.contains(p) { Some(p) } else { corner }
}

fn centroid(polygon: &Polygon) -> Option<Point> {
    let origin = polygon.outer.0.first()?;
    let (mut sx, mut sy, mut sum) = (0.0, 0.0, 0.0);
    for ring in polygon.rings() {
        for (a, b) in ring.edges() {
            let (ax, ay) = (f64::from(a.x) - f64::from(origin.x), f64::from(a.y) - f64::from(origin.y));
            let (bx, by) = (f64::from(b.x) - f64::from(origin.x), f64::from(b.y) - f64::from(origin.y));
            let cross = ax * by - bx * ay;
            sx += (ax + bx) * cross;
            sy += (ay + by) * cross;
            sum += cross;
        }
    }
    (sum != 0.0).then(|| {
        Point::new(
            (f64::from(origin.x) + sx / (3.0 * sum)).round() as i32,
            (f64::from(origin.y) + sy / (3.0 * sum)).round() as i32,
        )
    })
}

/// Distance from a point to a segment, mm.
pub(crate) fn to_segment(p: Point, a: Point, b: Point) -> f64 {
    let (px, py) = (f64::from(p.x) - f64::from(a.x), f64::from(p.y) - f64::from(a.y));
    let (dx, dy) = (f64::from(b.x) - f64::from(a.x), f64::from(b.y) - f64::from(a.y));
    let length = dx * dx + dy * dy;
    let t = if length > 0.0 { ((px * dx + py * dy) / length).clamp(0.0, 1.0) } else { 0.0 };
    (px - t * dx).hypot(py - t * dy)
}

/// Distance from a point to some polygons, mm; 0 inside.
pub(crate) fn to_polygons(p: Point, polygons: &[Polygon]) -> f64 {
    if polygons.iter().any(|polygon| polygon.contains(p)) {
        return 0.0;
    }
    polygons
        .iter()
        .flat_map(Polygon::rings)
        .flat_map(Ring::edges)
        .map(|(a, b)| to_segment(p, a, b))
        .fold(f64::INFINITY, f64::min)
}

#[cfg(test)]
mod tests;
