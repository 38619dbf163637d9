//! 几何 The little geometry formats need: extents, ring directions, which hole belongs where.

use geo_types::{Coord, Geometry, LineString, MultiLineString, MultiPoint, MultiPolygon, Polygon};

/// Twice the signed area of a closed or open ring; positive counter-clockwise.
pub(crate) fn twice_area(ring: &[Coord<f64>]) -> f64 {
    let Some(&origin) = ring.first() else { return 0.0 };
    // Relative to the first point, so that large coordinates do not eat the digits.
    let rel = |c: &Coord<f64>| (c.x - origin.x, c.y - origin.y);
    let mut sum = 0.0;
    for (i, a) in ring.iter().enumerate() {
        let ((ax, ay), (bx, by)) = (rel(a), rel(&ring[(i + 1) % ring.len()]));
        sum += ax * by - bx * ay;
    }
    sum
}

/// A point inside a polygon, for a label; its first corner where it has no inside.
pub(crate) fn inner_point(polygon: &Polygon<f64>) -> Coord<f64> {
    use geo::InteriorPoint as _;
    let corner = polygon.exterior().0.first().copied().unwrap_or_default();
    polygon.interior_point().map_or(corner, |p| p.0)
}

/// The points of a geometry that is made of points; none of another, whose corners they are not.
pub(crate) fn lone_points(geometry: &Geometry<f64>) -> Vec<Coord<f64>> {
    if polygons_of(geometry).is_empty() && lines_of(geometry).is_empty() {
        points_of(geometry)
    } else {
        Vec::new()
    }
}

/// Where a feature is, as one point: itself, a point inside its largest part, the middle of its longest line.
pub(crate) fn position(geometry: &Geometry<f64>) -> Option<Coord<f64>> {
    let size = |polygon: &&Polygon<f64>| twice_area(&polygon.exterior().0).abs();
    let polygons = polygons_of(geometry);
    if let Some(polygon) = polygons.iter().max_by(|a, b| size(a).total_cmp(&size(b))) {
        return Some(inner_point(polygon));
    }
    let lines = lines_of(geometry);
    if let Some(line) = lines.iter().max_by_key(|line| line.0.len()) {
        return line.0.get(line.0.len() / 2).copied();
    }
    points_of(geometry).first().copied()
}

/// The ring in the wanted direction.
pub(crate) fn turned(ring: &LineString<f64>, counter_clockwise: bool) -> Vec<Coord<f64>> {
    let mut points = ring.0.clone();
    if (twice_area(&points) > 0.0) != counter_clockwise {
        points.reverse();
    }
    points
}

/// One geometry of several: of one kind where they are of one, else a collection; `None` of none.
pub(crate) fn together(mut parts: Vec<Geometry<f64>>) -> Option<Geometry<f64>> {
    if parts.len() < 2 {
        return parts.pop();
    }
    Some(match layer_shape(&parts) {
        Some(Shape::Polygon) => from_polygons(parts.iter().flat_map(polygons_of).collect()),
        Some(Shape::Line) => from_lines(parts.iter().flat_map(lines_of).collect()),
        Some(Shape::Point | Shape::MultiPoint) => from_points(parts.iter().flat_map(points_of).collect()),
        _ => Geometry::GeometryCollection(geo_types::GeometryCollection(parts)),
    })
}

/// The box around some geometries.
pub(crate) fn extent<'a>(geometries: impl IntoIterator<Item = &'a Geometry<f64>>) -> Option<[f64; 4]> {
    let mut found: Option<[f64; 4]> = None;
    for geometry in geometries {
        each_coord(geometry, &mut |c| {
            let e = found.get_or_insert([c.x, c.y, c.x, c.y]);
            *e = [e[0].min(c.x), e[1].min(c.y), e[2].max(c.x), e[3].max(c.y)];
        });
    }
    found
}

/// Calls for every coordinate of a geometry.
pub(crate) fn each_coord(geometry: &Geometry<f64>, call: &mut dyn FnMut(Coord<f64>)) {
    fn polygon(polygon: &Polygon<f64>, call: &mut dyn FnMut(Coord<f64>)) {
        polygon.exterior().0.iter().copied().for_each(&mut *call);
        for hole in polygon.interiors() {
            hole.0.iter().copied().for_each(&mut *call);
        }
    }
    match geometry {
        Geometry::Point(p) => call(p.0),
        Geometry::MultiPoint(points) => points.0.iter().for_each(|p| call(p.0)),
        Geometry::LineString(line) => line.0.iter().copied().for_each(call),
        Geometry::MultiLineString(lines) => {
            lines.0.iter().for_each(|line| line.0.iter().copied().for_each(&mut *call));
        }
        Geometry::Polygon(p) => polygon(p, call),
        Geometry::MultiPolygon(polygons) => polygons.0.iter().for_each(|p| polygon(p, call)),
        Geometry::GeometryCollection(parts) => {
            // Depth is bounded by the readers.
            for part in &parts.0 {
                each_coord(part, call);
            }
        }
        Geometry::Line(line) => {
            call(line.start);
            call(line.end);
        }
        Geometry::Rect(rect) => polygon(&rect.to_polygon(), call),
        Geometry::Triangle(triangle) => polygon(&triangle.to_polygon(), call),
    }
}

/// What a layer's geometries have in common.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Shape {
    Point,
    MultiPoint,
    Line,
    Polygon,
    Mixed,
}

/// The shape of one geometry.
pub(crate) const fn shape(geometry: &Geometry<f64>) -> Shape {
    match geometry {
        Geometry::Point(_) => Shape::Point,
        Geometry::MultiPoint(_) => Shape::MultiPoint,
        Geometry::LineString(_) | Geometry::MultiLineString(_) | Geometry::Line(_) => Shape::Line,
        Geometry::Polygon(_) | Geometry::MultiPolygon(_) | Geometry::Rect(_) | Geometry::Triangle(_) => {
            Shape::Polygon
        }
        Geometry::GeometryCollection(_) => Shape::Mixed,
    }
}

/// The shape of a layer; `None` when it holds no geometry.
pub(crate) fn layer_shape<'a>(geometries: impl IntoIterator<Item = &'a Geometry<f64>>) -> Option<Shape> {
    geometries.into_iter().map(shape).reduce(|a, b| match (a, b) {
        (a, b) if a == b => a,
        (Shape::Point | Shape::MultiPoint, Shape::Point | Shape::MultiPoint) => Shape::MultiPoint,
        _ => Shape::Mixed,
    })
}

/// All points of a point geometry.
pub(crate) fn points_of(geometry: &Geometry<f64>) -> Vec<Coord<f64>> {
    let mut all = Vec::new();
    each_coord(geometry, &mut |c| all.push(c));
    all
}

/// The lines of a line geometry.
pub(crate) fn lines_of(geometry: &Geometry<f64>) -> Vec<LineString<f64>> {
    match geometry {
        Geometry::LineString(line) => vec![line.clone()],
        Geometry::MultiLineString(lines) => lines.0.clone(),
        Geometry::Line(line) => vec![LineString(vec![line.start, line.end])],
        _ => Vec::new(),
    }
}

/// The polygons of a polygon geometry.
pub(crate) fn polygons_of(geometry: &Geometry<f64>) -> Vec<Polygon<f64>> {
    match geometry {
        Geometry::Polygon(polygon) => vec![polygon.clone()],
        Geometry::MultiPolygon(polygons) => polygons.0.clone(),
        Geometry::Rect(rect) => vec![rect.to_polygon()],
        Geometry::Triangle(triangle) => vec![triangle.to_polygon()],
        _ => Vec::new(),
    }
}

/// One geometry from parts: the single one if there is one, else the multi one.
pub(crate) fn from_lines(mut lines: Vec<LineString<f64>>) -> Geometry<f64> {
    match (lines.len(), lines.pop()) {
        (1, Some(line)) => line.into(),
        (_, Some(last)) => {
            lines.push(last);
            MultiLineString(lines).into()
        }
        (_, None) => MultiLineString(lines).into(),
    }
}

/// One geometry from parts: the single one if there is one, else the multi one.
pub(crate) fn from_polygons(mut polygons: Vec<Polygon<f64>>) -> Geometry<f64> {
    match (polygons.len(), polygons.pop()) {
        (1, Some(polygon)) => polygon.into(),
        (_, Some(last)) => {
            polygons.push(last);
            MultiPolygon(polygons).into()
        }
        (_, None) => MultiPolygon(polygons).into(),
    }
}

/// A multi-point from coordinates.
pub(crate) fn from_points(points: Vec<Coord<f64>>) -> Geometry<f64> {
    MultiPoint(points.into_iter().map(Into::into).collect()).into()
}

/// Whether a point lies inside a closed ring; `None` on its edge.
pub(crate) fn inside(ring: &[Coord<f64>], p: Coord<f64>) -> Option<bool> {
    let mut within = false;
    for pair in ring.windows(2) {
        let (a, b) = (pair[0], pair[1]);
        let side = (b.x - a.x) * (p.y - a.y) - (b.y - a.y) * (p.x - a.x);
        let boxed = p.x >= a.x.min(b.x) && p.x <= a.x.max(b.x) && p.y >= a.y.min(b.y) && p.y <= a.y.max(b.y);
        if side == 0.0 && boxed {
            return None;
        }
        if (a.y > p.y) != (b.y > p.y) && ((side > 0.0) == (b.y > a.y)) {
            within = !within;
        }
    }
    Some(within)
}

struct Ring {
    points: Vec<Coord<f64>>,
    area: f64,
    bounds: [f64; 4],
}

impl Ring {
    fn new(points: Vec<Coord<f64>>) -> Self {
        let bounds = points.iter().fold([f64::MAX, f64::MAX, f64::MIN, f64::MIN], |e, c| {
            [e[0].min(c.x), e[1].min(c.y), e[2].max(c.x), e[3].max(c.y)]
        });
        Self { area: twice_area(&points), points, bounds }
    }

    /// Whether another ring lies inside, judged by its first vertex off our edge.
    fn holds(&self, other: &Self) -> bool {
        let (a, b) = (self.bounds, other.bounds);
        a[0] <= b[0]
            && a[1] <= b[1]
            && a[2] >= b[2]
            && a[3] >= b[3]
            && other.points.iter().find_map(|&p| inside(&self.points, p)).unwrap_or(true)
    }
}

/// Sorts closed rings into polygons with holes; the count tells how many holes lay in no outer ring and became
/// polygons themselves.
///
/// Where both directions occur, `outer_is_clockwise` rings are outer ones and each hole goes to the smallest that
/// holds it. Where all rings run the same way, as careless software writes them, a ring inside an odd number of
/// others is a hole.
pub(crate) fn assemble(rings: Vec<Vec<Coord<f64>>>, outer_is_clockwise: bool) -> (Vec<Polygon<f64>>, usize) {
    let rings: Vec<Ring> = rings.into_iter().map(Ring::new).collect();
    let clockwise = rings.iter().filter(|ring| ring.area < 0.0).count();
    let uniform = clockwise == 0 || clockwise == rings.len();
    let is_outer: Vec<bool> = if uniform {
        let depth = |i: usize| {
            (0..rings.len())
                .filter(|&j| j != i && rings[j].area.abs() > rings[i].area.abs() && rings[j].holds(&rings[i]))
                .count()
        };
        if rings.len() == 1 {
            vec![true]
        } else {
            (0..rings.len()).map(|i| depth(i).is_multiple_of(2)).collect()
        }
    } else {
        rings.iter().map(|ring| (ring.area < 0.0) == outer_is_clockwise).collect()
    };
    let mut holes: Vec<Vec<usize>> = vec![Vec::new(); rings.len()];
    let mut orphans = 0;
    let mut outer: Vec<usize> = (0..rings.len()).filter(|&i| is_outer[i]).collect();
    for i in (0..rings.len()).filter(|&i| !is_outer[i]) {
        let owner = (0..rings.len())
            .filter(|&j| is_outer[j] && rings[j].holds(&rings[i]))
            .min_by(|&a, &b| rings[a].area.abs().total_cmp(&rings[b].area.abs()));
        match owner {
            Some(owner) => holes[owner].push(i),
            None => {
                outer.push(i);
                orphans += 1;
            }
        }
    }
    outer.sort_unstable();
    let line = |i: usize| LineString(rings[i].points.clone());
    let polygons = outer
        .into_iter()
        .map(|i| Polygon::new(line(i), holes[i].iter().map(|&h| line(h)).collect()))
        .collect();
    (polygons, orphans)
}
