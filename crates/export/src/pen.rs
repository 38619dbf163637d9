//! 绘制 Lattice shapes as geometry of the output, for tables made elsewhere.

use crate::ExportError;
use crate::shape::Shapes;
use geo_types::Geometry;
use lifang_crs::CrsSpec;
use lifang_model::{Frame, Point, Polygon};

/// 绘制 Turns shapes of the frame into geometry of a coordinate system, point by point, so that what touches inside touches in
/// the output.
pub struct Pen(Shapes);

impl Pen {
    /// From a frame to a system.
    ///
    /// # Errors
    /// [`ExportError`] when the system cannot be reached from the frame.
    pub fn new(frame: &Frame, crs: &CrsSpec) -> Result<Self, ExportError> {
        Ok(Self(Shapes::new(frame, crs)?))
    }

    /// A point.
    ///
    /// # Errors
    /// [`ExportError`] when it cannot be converted.
    pub fn point(&self, p: Point) -> Result<Option<Geometry<f64>>, ExportError> {
        self.0.point(p)
    }

    /// A line; `None` for less than two points.
    ///
    /// # Errors
    /// [`ExportError`] when it cannot be converted.
    pub fn line(&self, line: &[Point]) -> Result<Option<Geometry<f64>>, ExportError> {
        self.0.line(line)
    }

    /// A multipolygon; `None` when nothing has an area.
    ///
    /// # Errors
    /// [`ExportError`] when it cannot be converted.
    pub fn polygons(&self, polygons: &[Polygon]) -> Result<Option<Geometry<f64>>, ExportError> {
        self.0.polygons(polygons)
    }
}
