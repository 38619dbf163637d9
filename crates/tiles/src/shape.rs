//! 形状 What is drawn: points, lines or polygons in the world, each vertex weighed.

use crate::line::{Vertex, weigh};
use crate::tile::world;
use geo_types::{Geometry, LineString, Polygon};

#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Points,
    Lines,
    Polygons,
}

/// 形状 See the module.
#[derive(Clone, Debug, PartialEq)]
pub struct Shape {
    pub(crate) kind: Kind,
    /// Polygons, each an outer ring and its holes, open; or one part with all points or lines.
    pub(crate) parts: Vec<Vec<Vec<Vertex>>>,
    /// Least x, least y, most x, most y.
    pub(crate) bounds: [f64; 4],
}

impl Shape {
    pub(crate) fn new(kind: Kind, parts: Vec<Vec<Vec<Vertex>>>) -> Self {
        let mut bounds = [f64::MAX, f64::MAX, f64::MIN, f64::MIN];
        for vertex in parts.iter().flatten().flatten() {
            let [x, y] = vertex.at;
            bounds = [bounds[0].min(x), bounds[1].min(y), bounds[2].max(x), bounds[3].max(y)];
        }
        Self { kind, parts, bounds }
    }

    /// Nothing is drawn of it.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// What has no geometry.
    #[must_use]
    pub fn nothing() -> Self {
        Self::new(Kind::Points, Vec::new())
    }

    /// A geometry in degrees. Of a collection only members of the kind of the first are drawn.
    #[must_use]
    pub fn of_degrees(geometry: &Geometry<f64>) -> Self {
        let (mut points, mut lines, mut polygons) = (Vec::new(), Vec::new(), Vec::new());
        take(geometry, &mut points, &mut lines, &mut polygons);
        if !polygons.is_empty() {
            Self::new(Kind::Polygons, polygons)
        } else if !lines.is_empty() {
            Self::new(Kind::Lines, vec![lines])
        } else if points.is_empty() {
            Self::nothing()
        } else {
            Self::new(Kind::Points, vec![vec![points]])
        }
    }
}

type Path = Vec<Vertex>;

fn take(geometry: &Geometry<f64>, points: &mut Path, lines: &mut Vec<Path>, polygons: &mut Vec<Vec<Path>>) {
    let mut point = |x: f64, y: f64| points.push(Vertex { at: world(x, y), weight: f64::INFINITY });
    match geometry {
        Geometry::Point(p) => point(p.x(), p.y()),
        Geometry::MultiPoint(all) => all.iter().for_each(|p| point(p.x(), p.y())),
        Geometry::Line(line) => lines.push(path(&LineString::from(vec![line.start, line.end]))),
        Geometry::LineString(line) => lines.push(path(line)),
        Geometry::MultiLineString(all) => lines.extend(all.iter().map(path)),
        Geometry::Polygon(polygon) => polygons.push(rings(polygon)),
        Geometry::MultiPolygon(all) => polygons.extend(all.iter().map(rings)),
        Geometry::Rect(rect) => polygons.push(rings(&rect.to_polygon())),
        Geometry::Triangle(triangle) => polygons.push(rings(&triangle.to_polygon())),
        Geometry::GeometryCollection(all) => all.iter().for_each(|one| take(one, points, lines, polygons)),
    }
}

fn path(line: &LineString<f64>) -> Path {
    weigh(&line.coords().map(|c| world(c.x, c.y)).collect::<Vec<_>>())
}

fn rings(polygon: &Polygon<f64>) -> Vec<Path> {
    let ring = |line: &LineString<f64>| {
        let mut ring = path(line);
        // Rings are open here.
        ring.pop();
        ring
    };
    std::iter::once(polygon.exterior()).chain(polygon.interiors()).map(ring).collect()
}
