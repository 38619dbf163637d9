//! 坐标输出 Lattice shapes in the coordinates of the output.
//!
//! Every lattice point is converted by itself, so a point two neighbours share becomes the same number in both: all
//! inner edges of a tiling still cancel after conversion.

use crate::ExportError;
use geo_types::{Coord, Geometry, LineString, MultiPolygon};
use lifang_crs::{CrsSpec, FromFrame};
use lifang_model::{Frame, Point, Polygon, Ring};

/// 换算 From the frame to the system asked for.
pub(crate) struct Shapes {
    path: FromFrame,
}

impl Shapes {
    pub(crate) fn new(frame: &Frame, crs: &CrsSpec) -> Result<Self, ExportError> {
        Ok(Self { path: FromFrame::new(frame, crs)? })
    }

    fn coord(&self, p: Point) -> Result<Coord<f64>, ExportError> {
        let (x, y) = self.path.point(p)?;
        Ok(Coord { x, y })
    }

    pub(crate) fn point(&self, p: Point) -> Result<Option<Geometry<f64>>, ExportError> {
        Ok(Some(Geometry::Point(self.coord(p)?.into())))
    }

    /// `None` for less than two points.
    pub(crate) fn line(&self, line: &[Point]) -> Result<Option<Geometry<f64>>, ExportError> {
        let coords: Vec<_> = line.iter().map(|p| self.coord(*p)).collect::<Result<_, _>>()?;
        Ok((coords.len() > 1).then_some(Geometry::LineString(LineString(coords))))
    }

    fn ring(&self, ring: &Ring) -> Result<LineString<f64>, ExportError> {
        let mut coords: Vec<_> = ring.0.iter().map(|p| self.coord(*p)).collect::<Result<_, _>>()?;
        coords.extend(coords.first().copied());
        Ok(LineString(coords))
    }

    /// Always a multipolygon, so that a layer has one type; `None` when nothing has an area.
    pub(crate) fn polygons(&self, polygons: &[Polygon]) -> Result<Option<Geometry<f64>>, ExportError> {
        let mut parts = Vec::with_capacity(polygons.len());
        for polygon in polygons.iter().filter(|polygon| polygon.outer.0.len() > 2) {
            let holes = polygon.holes.iter().filter(|hole| hole.0.len() > 2);
            let holes = holes.map(|hole| self.ring(hole)).collect::<Result<_, _>>()?;
            parts.push(geo_types::Polygon::new(self.ring(&polygon.outer)?, holes));
        }
        Ok((!parts.is_empty()).then_some(Geometry::MultiPolygon(MultiPolygon(parts))))
    }
}
