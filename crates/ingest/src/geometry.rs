//! 几何拆分 Geometries of files taken apart into polygons, lines and points, and put on the lattice.

use crate::frame::{Box4, Mover};
use geo_types::{Coord, Geometry, LineString};
use lifang_crs::CrsError;
use lifang_model::Point;

/// Raw coordinates by kind; polygons as their rings, the outer first.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Pieces<P> {
    pub(crate) polygons: Vec<Vec<Vec<P>>>,
    pub(crate) lines: Vec<Vec<P>>,
    pub(crate) points: Vec<P>,
}

/// Takes a geometry apart, collections included.
pub(crate) fn pieces(geometry: &Geometry<f64>) -> Pieces<Coord<f64>> {
    let mut out = Pieces { polygons: Vec::new(), lines: Vec::new(), points: Vec::new() };
    gather(geometry, &mut out);
    out
}

fn gather(geometry: &Geometry<f64>, out: &mut Pieces<Coord<f64>>) {
    let rings = |polygon: &geo_types::Polygon<f64>| -> Vec<Vec<Coord<f64>>> {
        std::iter::once(polygon.exterior()).chain(polygon.interiors()).map(|ring| ring.0.clone()).collect()
    };
    match geometry {
        Geometry::Point(point) => out.points.push(point.0),
        Geometry::MultiPoint(points) => out.points.extend(points.iter().map(|point| point.0)),
        Geometry::Line(line) => out.lines.push(vec![line.start, line.end]),
        Geometry::LineString(line) => out.lines.push(line.0.clone()),
        Geometry::MultiLineString(lines) => {
            out.lines.extend(lines.iter().map(|line: &LineString<f64>| line.0.clone()))
        }
        Geometry::Polygon(polygon) => out.polygons.push(rings(polygon)),
        Geometry::MultiPolygon(polygons) => out.polygons.extend(polygons.iter().map(rings)),
        Geometry::Rect(rect) => out.polygons.push(rings(&rect.to_polygon())),
        Geometry::Triangle(triangle) => out.polygons.push(rings(&triangle.to_polygon())),
        Geometry::GeometryCollection(collection) => collection.iter().for_each(|part| gather(part, out)),
    }
}

impl Pieces<Coord<f64>> {
    /// Every coordinate.
    fn coords(&self) -> impl Iterator<Item = &Coord<f64>> {
        self.polygons.iter().flatten().flatten().chain(self.lines.iter().flatten()).chain(&self.points)
    }

    /// Whether every coordinate is a number, and there is one.
    pub(crate) fn is_finite(&self) -> bool {
        let mut any = false;
        self.coords().all(|c| {
            any = true;
            c.x.is_finite() && c.y.is_finite()
        }) && any
    }

    /// Puts everything on the lattice.
    pub(crate) fn moved(&self, mover: &Mover) -> Result<Pieces<Point>, CrsError> {
        let line = |coords: &Vec<Coord<f64>>| {
            coords.iter().map(|c| mover.point(c.x, c.y)).collect::<Result<Vec<_>, _>>()
        };
        Ok(Pieces {
            polygons: self
                .polygons
                .iter()
                .map(|rings| rings.iter().map(line).collect::<Result<Vec<_>, _>>())
                .collect::<Result<Vec<_>, _>>()?,
            lines: self.lines.iter().map(line).collect::<Result<Vec<_>, _>>()?,
            points: line(&self.points)?,
        })
    }
}

/// 轮廓线 Whether a geometry is a single line that ends where it began, which is read as an area wherever areas are wanted: CAD draws
/// outlines so.
#[must_use]
pub fn is_outline(geometry: &Geometry<f64>) -> bool {
    pieces(geometry).close()
}

impl<P: PartialEq> Pieces<P> {
    /// A single line that ends where it began becomes the area it goes around; whether it did.
    pub(crate) fn close(&mut self) -> bool {
        let [line] = self.lines.as_slice() else { return false };
        let closed = line.len() > 3 && line.first() == line.last();
        if closed && self.polygons.is_empty() && self.points.is_empty() {
            self.polygons.push(std::mem::take(&mut self.lines));
            return true;
        }
        false
    }
}

/// The box around geometries, of their finite coordinates; `None` without any.
pub(crate) fn box_of<'a>(geometries: impl Iterator<Item = &'a Geometry<f64>>) -> Option<Box4> {
    let mut out: Option<Box4> = None;
    for geometry in geometries {
        for c in pieces(geometry).coords().filter(|c| c.x.is_finite() && c.y.is_finite()) {
            let b = out.unwrap_or([c.x, c.y, c.x, c.y]);
            out = Some([b[0].min(c.x), b[1].min(c.y), b[2].max(c.x), b[3].max(c.y)]);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo_types::{GeometryCollection, Rect, point, polygon};

    #[test]
    fn a_collection_is_taken_apart_and_measured() {
        let collection = Geometry::GeometryCollection(GeometryCollection(vec![
            point!(x: 1.0, y: 2.0).into(),
            polygon![(x: 0.0, y: 0.0), (x: 4.0, y: 0.0), (x: 4.0, y: 4.0)].into(),
            Rect::new((5.0, 5.0), (6.0, 7.0)).into(),
        ]));
        let parts = pieces(&collection);
        assert_eq!((parts.points.len(), parts.polygons.len(), parts.lines.len()), (1, 2, 0));
        assert!(parts.is_finite());
        assert_eq!(box_of(std::iter::once(&collection)), Some([0.0, 0.0, 6.0, 7.0]));
        assert!(!pieces(&point!(x: f64::NAN, y: 0.0).into()).is_finite());
        assert!(!pieces(&Geometry::GeometryCollection(GeometryCollection(vec![]))).is_finite());
    }

    #[test]
    fn only_a_single_line_that_comes_back_encloses_an_area() {
        let at = |x, y| Point::new(x, y);
        let around = vec![at(0, 0), at(9, 0), at(9, 9), at(0, 0)];
        let open = vec![at(0, 0), at(9, 0), at(9, 9), at(0, 1)];
        let there_and_back = vec![at(0, 0), at(9, 0), at(0, 0)];
        let of = |lines: &[&Vec<Point>]| Pieces {
            lines: lines.iter().map(|line| (*line).clone()).collect(),
            ..Pieces::default()
        };
        let mut outline = of(&[&around]);
        assert!(outline.close());
        assert_eq!((outline.polygons, outline.lines), (vec![vec![around.clone()]], vec![]));
        for mut other in [of(&[&open]), of(&[&there_and_back]), of(&[&around, &around]), of(&[])] {
            assert!(!other.close() && other.polygons.is_empty());
        }
    }
}
