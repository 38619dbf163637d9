//! 几何编码 Lattice shapes as GeoPackage geometry blobs (OGC 12-128r17, clause 2.1.3) and back.
//!
//! A lattice point is written as `origin + mm / 1000` in the frame's CRS. With origins below 10^9 m a double keeps
//! such a sum to a ten-thousandth of a millimetre, so rounding on the way back finds the very same lattice point.

use crate::error::Problem;
use lifang_model::{Extent, Frame, Point, Polygon, Ring};

/// Largest origin, metres, for which the way there and back is exact.
const ORIGIN_LIMIT: f64 = 1e9;

/// 格网换算 From the lattice to the CRS of the layers and back.
#[derive(Copy, Clone, Debug)]
pub(crate) struct Lattice {
    origin: (f64, f64),
    srs: i32,
}

impl Lattice {
    pub(crate) fn new(frame: &Frame, srs: i32) -> Result<Self, Problem> {
        let fits = |value: f64| value.abs() <= ORIGIN_LIMIT;
        if fits(frame.origin.0) && fits(frame.origin.1) {
            Ok(Self { origin: frame.origin, srs })
        } else {
            Err(Problem::Unfit(format!("the frame's origin {:?} is not within 10^9 m", frame.origin)))
        }
    }

    /// Easting and northing in the frame's CRS, metres.
    pub(crate) fn metres(&self, p: Point) -> (f64, f64) {
        let (x, y) = p.metres();
        (x + self.origin.0, y + self.origin.1)
    }

    fn point(&self, x: f64, y: f64) -> Result<Point, String> {
        Point::from_metres(x - self.origin.0, y - self.origin.1).map_err(|error| error.to_string())
    }

    pub(crate) fn write_point(&self, p: Point) -> Vec<u8> {
        let mut out = self.header(false);
        self.wkb_point(&mut out, p);
        out
    }

    pub(crate) fn write_line(&self, line: &[Point]) -> Vec<u8> {
        let mut out = self.header(line.is_empty());
        wkb_type(&mut out, LINE);
        self.wkb_points(&mut out, line, None);
        out
    }

    pub(crate) fn write_polygon(&self, polygon: &Polygon) -> Vec<u8> {
        let mut out = self.header(polygon.outer.0.is_empty());
        self.wkb_polygon(&mut out, polygon);
        out
    }

    pub(crate) fn write_polygons(&self, polygons: &[Polygon]) -> Vec<u8> {
        let mut out = self.header(polygons.is_empty());
        wkb_type(&mut out, POLYGONS);
        count(&mut out, polygons.len());
        for polygon in polygons {
            self.wkb_polygon(&mut out, polygon);
        }
        out
    }

    /// Without an envelope: the spatial index has it, and four numbers are a quarter of an ordinary footprint.
    fn header(&self, empty: bool) -> Vec<u8> {
        let mut out = vec![b'G', b'P', 0, 1 | u8::from(empty) << 4];
        out.extend_from_slice(&self.srs.to_le_bytes());
        out
    }

    fn wkb_point(&self, out: &mut Vec<u8>, p: Point) {
        wkb_type(out, POINT);
        self.coordinates(out, p);
    }

    fn wkb_polygon(&self, out: &mut Vec<u8>, polygon: &Polygon) {
        wkb_type(out, POLYGON);
        let nothing = polygon.outer.0.is_empty() && polygon.holes.is_empty();
        count(out, if nothing { 0 } else { 1 + polygon.holes.len() });
        for ring in polygon.rings().take(if nothing { 0 } else { usize::MAX }) {
            self.wkb_points(out, &ring.0, ring.0.first().copied());
        }
    }

    fn wkb_points(&self, out: &mut Vec<u8>, points: &[Point], closing: Option<Point>) {
        count(out, points.len() + usize::from(closing.is_some()));
        for p in points.iter().copied().chain(closing) {
            self.coordinates(out, p);
        }
    }

    fn coordinates(&self, out: &mut Vec<u8>, p: Point) {
        let (x, y) = self.metres(p);
        out.extend_from_slice(&x.to_le_bytes());
        out.extend_from_slice(&y.to_le_bytes());
    }

    /// Reads a blob. Heights and measures, which other programs may add, are left out.
    pub(crate) fn read(&self, blob: &[u8]) -> Result<Shape, String> {
        let flags = match blob {
            [b'G', b'P', _, flags, ..] => *flags,
            _ => return Err("the geometry is no GeoPackage geometry".to_owned()),
        };
        let envelope = match flags >> 1 & 7 {
            0 => 0,
            1 => 32,
            2 | 3 => 48,
            4 => 64,
            _ => return Err("the geometry has an unknown envelope".to_owned()),
        };
        let bytes = blob.get(8 + envelope..).ok_or(EARLY)?;
        let mut cursor = Cursor { bytes, little: true };
        cursor.shape(self)
    }
}

/// 形状 What a geometry column holds.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Shape {
    Point(Point),
    Line(Vec<Point>),
    Polygons(Vec<Polygon>),
}

/// The box around polygons.
pub(crate) fn extent(polygons: &[Polygon]) -> Option<Extent> {
    polygons.iter().filter_map(Polygon::extent).reduce(Extent::union)
}

const POINT: u32 = 1;
const LINE: u32 = 2;
const POLYGON: u32 = 3;
const LINES: u32 = 5;
const POLYGONS: u32 = 6;
const EARLY: &str = "the geometry ends early";

fn wkb_type(out: &mut Vec<u8>, kind: u32) {
    out.push(1);
    out.extend_from_slice(&kind.to_le_bytes());
}

fn count(out: &mut Vec<u8>, count: usize) {
    // A lattice shape has far fewer than 2^32 points: its coordinates are 32 bits wide and rings do not repeat points.
    out.extend_from_slice(&u32::try_from(count).unwrap_or(u32::MAX).to_le_bytes());
}

struct Cursor<'a> {
    bytes: &'a [u8],
    little: bool,
}

impl Cursor<'_> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], String> {
        let (head, rest) = self.bytes.split_first_chunk::<N>().ok_or(EARLY)?;
        self.bytes = rest;
        Ok(*head)
    }

    fn u32(&mut self) -> Result<u32, String> {
        let bytes = self.take()?;
        Ok(if self.little { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) })
    }

    fn f64(&mut self) -> Result<f64, String> {
        let bytes = self.take()?;
        Ok(if self.little { f64::from_le_bytes(bytes) } else { f64::from_be_bytes(bytes) })
    }

    /// Byte order, then the type: its kind and the number of coordinates beyond x and y.
    fn kind(&mut self) -> Result<(u32, usize), String> {
        let [order] = self.take()?;
        self.little = order == 1;
        let kind = self.u32()?;
        Ok((kind % 1000, [0, 1, 1, 2].get((kind / 1000) as usize).copied().unwrap_or(0)))
    }

    fn count(&mut self, least: usize) -> Result<usize, String> {
        let count = self.u32()? as usize;
        if count.saturating_mul(least) <= self.bytes.len() { Ok(count) } else { Err(EARLY.to_owned()) }
    }

    fn point(&mut self, lattice: &Lattice, extra: usize) -> Result<Point, String> {
        let (x, y) = (self.f64()?, self.f64()?);
        for _ in 0..extra {
            self.f64()?;
        }
        lattice.point(x, y)
    }

    fn points(&mut self, lattice: &Lattice, extra: usize) -> Result<Vec<Point>, String> {
        (0..self.count(16)?).map(|_| self.point(lattice, extra)).collect()
    }

    fn polygon(&mut self, lattice: &Lattice, extra: usize) -> Result<Polygon, String> {
        let mut rings = Vec::new();
        for _ in 0..self.count(4)? {
            let mut points = self.points(lattice, extra)?;
            points.pop();
            rings.push(Ring(points));
        }
        if rings.is_empty() {
            return Ok(Polygon::default());
        }
        let outer = rings.remove(0);
        Ok(Polygon { outer, holes: rings })
    }

    fn shape(&mut self, lattice: &Lattice) -> Result<Shape, String> {
        let (kind, extra) = self.kind()?;
        match kind {
            POINT => Ok(Shape::Point(self.point(lattice, extra)?)),
            LINE => Ok(Shape::Line(self.points(lattice, extra)?)),
            POLYGON => Ok(Shape::Polygons(vec![self.polygon(lattice, extra)?])),
            LINES => {
                if self.count(9)? != 1 {
                    return Err("a line has several parts; split it into features of one part".to_owned());
                }
                match self.kind()? {
                    (LINE, extra) => Ok(Shape::Line(self.points(lattice, extra)?)),
                    _ => Err("a part of a line is no line".to_owned()),
                }
            }
            POLYGONS => {
                let mut polygons = Vec::new();
                for _ in 0..self.count(9)? {
                    match self.kind()? {
                        (POLYGON, extra) => polygons.push(self.polygon(lattice, extra)?),
                        _ => return Err("a part of an area is no polygon".to_owned()),
                    }
                }
                Ok(Shape::Polygons(polygons))
            }
            other => Err(format!("geometry type {other} has no place in this layer")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lifang_model::FRAME_LIMIT_MM;
    use proptest::prelude::*;

    fn frame(x: f64, y: f64) -> Frame {
        Frame { crs: None, origin: (x, y), source: None }
    }

    fn point() -> impl Strategy<Value = Point> {
        let side = || -FRAME_LIMIT_MM..=FRAME_LIMIT_MM;
        (side(), side()).prop_map(Point::from)
    }

    fn points() -> impl Strategy<Value = Vec<Point>> {
        proptest::collection::vec(point(), 0..9)
    }

    fn polygon() -> impl Strategy<Value = Polygon> {
        (points(), proptest::collection::vec(points().prop_map(Ring), 0..3))
            .prop_map(|(outer, holes)| Polygon { outer: Ring(outer), holes })
    }

    proptest! {
        #[test]
        fn every_lattice_shape_comes_back_bit_equal(
            x in -1e9..1e9, y in -1e9..1e9, p in point(), line in points(),
            polygons in proptest::collection::vec(polygon(), 0..3),
        ) {
            let lattice = Lattice::new(&frame(x, y), 4545).unwrap();
            prop_assert_eq!(lattice.read(&lattice.write_point(p)), Ok(Shape::Point(p)));
            prop_assert_eq!(lattice.read(&lattice.write_line(&line)), Ok(Shape::Line(line)));
            for polygon in &polygons {
                let blob = lattice.write_polygon(polygon);
                prop_assert_eq!(lattice.read(&blob), Ok(Shape::Polygons(vec![polygon.clone()])));
            }
            prop_assert_eq!(lattice.read(&lattice.write_polygons(&polygons)), Ok(Shape::Polygons(polygons)));
        }

        #[test]
        fn nonsense_is_refused_without_panic(mut blob in proptest::collection::vec(any::<u8>(), 0..80)) {
            let lattice = Lattice::new(&frame(0.0, 0.0), -1).unwrap();
            let _ = lattice.read(&blob);
            blob.splice(0..0, [b'G', b'P', 0, 1, 0, 0, 0, 0, 1, 6, 0, 0, 0]);
            let _ = lattice.read(&blob);
        }
    }

    #[test]
    fn heights_and_the_other_byte_order_are_understood() {
        let lattice = Lattice::new(&frame(100.0, 0.0), -1).unwrap();
        let mut blob = vec![b'G', b'P', 0, 0, 0, 0, 0, 0, 0];
        blob.extend_from_slice(&1001u32.to_be_bytes());
        for value in [101.5f64, -2.0, 30.0] {
            blob.extend_from_slice(&value.to_be_bytes());
        }
        assert_eq!(lattice.read(&blob), Ok(Shape::Point(Point::new(1500, -2000))));
    }

    #[test]
    fn an_origin_that_would_lose_millimetres_is_refused() {
        assert!(Lattice::new(&frame(1e12, 0.0), -1).is_err());
        assert!(Lattice::new(&frame(f64::NAN, 0.0), -1).is_err());
    }
}
