//! WKB Well-known binary, as GeoPackages hold it.
//!
//! Read here and not through `geozero`, whose reader reserves memory for as many points as a damaged file claims.
//! Source: OGC 06-103r4, section 8; GeoPackage 1.3, 2.1.3.

use crate::geom;
use geo_types::{Coord, Geometry, GeometryCollection, LineString, MultiPolygon, Polygon};

/// Nesting of collections that is still followed.
const MAX_DEPTH: u8 = 16;

/// A geometry and whether heights or measures were dropped from it.
pub(crate) struct Decoded {
    pub geometry: Option<Geometry<f64>>,
    pub flattened: bool,
}

struct Bytes<'a> {
    rest: &'a [u8],
    flattened: bool,
}

impl<'a> Bytes<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], String> {
        if count > self.rest.len() {
            return Err(format!("ends {} bytes too early", count - self.rest.len()));
        }
        let (head, tail) = self.rest.split_at(count);
        self.rest = tail;
        Ok(head)
    }

    fn u32(&mut self, little: bool) -> Result<u32, String> {
        let bytes: [u8; 4] = self.take(4)?.try_into().map_err(|_size| "is cut short".to_owned())?;
        Ok(if little { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) })
    }

    fn f64(&mut self, little: bool) -> Result<f64, String> {
        let bytes: [u8; 8] = self.take(8)?.try_into().map_err(|_size| "is cut short".to_owned())?;
        Ok(if little { f64::from_le_bytes(bytes) } else { f64::from_be_bytes(bytes) })
    }

    /// A count of things of at least `size` bytes each, refused when they cannot all be there.
    fn count(&mut self, little: bool, size: usize) -> Result<usize, String> {
        let count = self.u32(little)? as usize;
        if count > self.rest.len() / size {
            return Err(format!("claims {count} parts but has only {} bytes left", self.rest.len()));
        }
        Ok(count)
    }

    fn coords(&mut self, little: bool, dims: usize) -> Result<Vec<Coord<f64>>, String> {
        let count = self.count(little, dims * 8)?;
        (0..count).map(|_| self.coord(little, dims)).collect()
    }

    fn coord(&mut self, little: bool, dims: usize) -> Result<Coord<f64>, String> {
        let c = Coord { x: self.f64(little)?, y: self.f64(little)? };
        self.take((dims - 2) * 8)?;
        Ok(c)
    }

    /// One geometry with its header; `None` for an empty one.
    fn geometry(&mut self, depth: u8) -> Result<Option<Geometry<f64>>, String> {
        if depth > MAX_DEPTH {
            return Err(format!("nests collections deeper than {MAX_DEPTH}"));
        }
        let little = match self.take(1)?[0] {
            0 => false,
            1 => true,
            other => return Err(format!("has byte order {other}; 0 or 1 was expected")),
        };
        let code = self.u32(little)?;
        // ISO adds 1000, 2000, 3000 for Z, M, ZM; the extended form some software writes sets high bits instead.
        let (z, m) = (code & 0x8000_0000 != 0, code & 0x4000_0000 != 0);
        if code & 0x2000_0000 != 0 {
            self.take(4)?;
        }
        let plain = code & 0x0fff_ffff;
        let iso = plain / 1000;
        if iso > 3 {
            return Err(format!("has geometry type {code}, which no standard names"));
        }
        let dims = 2 + usize::from(z || iso == 1 || iso == 3) + usize::from(m || iso == 2 || iso == 3);
        self.flattened |= dims > 2;
        let rings = |bytes: &mut Self| -> Result<Option<Polygon<f64>>, String> {
            let count = bytes.count(little, 4)?;
            let mut rings = (0..count)
                .map(|_| bytes.coords(little, dims).map(LineString))
                .collect::<Result<Vec<_>, _>>()?
                .into_iter()
                .filter(|ring| !ring.0.is_empty());
            Ok(rings.next().map(|outer| Polygon::new(outer, rings.collect())))
        };
        Ok(match plain % 1000 {
            1 => {
                let c = self.coord(little, dims)?;
                (!(c.x.is_nan() && c.y.is_nan())).then(|| Geometry::Point(c.into()))
            }
            2 => {
                let points = self.coords(little, dims)?;
                (!points.is_empty()).then(|| LineString(points).into())
            }
            3 => rings(self)?.map(Geometry::Polygon),
            4..=7 => {
                let count = self.count(little, 5)?;
                let parts = (0..count).map(|_| self.geometry(depth + 1)).collect::<Result<Vec<_>, _>>()?;
                collect(plain % 1000, parts.into_iter().flatten().collect())?
            }
            8..=17 => return Err("is a curve or surface; convert it to lines or polygons first".to_owned()),
            _ => return Err(format!("has geometry type {code}, which no standard names")),
        })
    }
}

fn collect(kind: u32, parts: Vec<Geometry<f64>>) -> Result<Option<Geometry<f64>>, String> {
    if parts.is_empty() {
        return Ok(None);
    }
    let fits = |shape: geom::Shape| parts.iter().all(|part| geom::shape(part) == shape);
    Ok(Some(match kind {
        4 if fits(geom::Shape::Point) => geom::from_points(parts.iter().flat_map(geom::points_of).collect()),
        5 if fits(geom::Shape::Line) => {
            geo_types::MultiLineString(parts.iter().flat_map(geom::lines_of).collect()).into()
        }
        6 if fits(geom::Shape::Polygon) => {
            MultiPolygon(parts.iter().flat_map(geom::polygons_of).collect()).into()
        }
        7 => Geometry::GeometryCollection(GeometryCollection(parts)),
        _ => return Err("holds parts of the wrong kind".to_owned()),
    }))
}

/// Reads a GeoPackage geometry blob: header, optional envelope, WKB.
pub(crate) fn decode_gpkg(blob: &[u8]) -> Result<Decoded, String> {
    let mut bytes = Bytes { rest: blob, flattened: false };
    let head = bytes.take(8)?;
    if &head[..2] != b"GP" {
        return Err("does not begin with GP".to_owned());
    }
    let flags = head[3];
    let envelope = match (flags >> 1) & 7 {
        0 => 0,
        1 => 32,
        2 | 3 => 48,
        4 => 64,
        other => return Err(format!("has envelope type {other}")),
    };
    bytes.take(envelope)?;
    if flags & 0x20 != 0 {
        return Err("is of an extended type no standard describes".to_owned());
    }
    let geometry = bytes.geometry(0)?;
    let mut finite = true;
    if let Some(geometry) = &geometry {
        geom::each_coord(geometry, &mut |c| finite &= c.x.is_finite() && c.y.is_finite());
    }
    if !finite {
        return Err("holds coordinates that are no numbers".to_owned());
    }
    Ok(Decoded { geometry, flattened: bytes.flattened })
}

fn put_coords(out: &mut Vec<u8>, coords: &[Coord<f64>]) {
    out.extend((coords.len() as u32).to_le_bytes());
    for c in coords {
        put_coord(out, *c);
    }
}

fn put_coord(out: &mut Vec<u8>, c: Coord<f64>) {
    out.extend(c.x.to_le_bytes());
    out.extend(c.y.to_le_bytes());
}

fn put_head(out: &mut Vec<u8>, kind: u32) {
    out.push(1);
    out.extend(kind.to_le_bytes());
}

fn put_polygon(out: &mut Vec<u8>, polygon: &Polygon<f64>) {
    put_head(out, 3);
    let rings: Vec<_> = std::iter::once((polygon.exterior(), true))
        .chain(polygon.interiors().iter().map(|hole| (hole, false)))
        .filter(|(ring, _)| !ring.0.is_empty())
        .collect();
    out.extend((rings.len() as u32).to_le_bytes());
    for (ring, counter_clockwise) in rings {
        put_coords(out, &geom::turned(ring, counter_clockwise));
    }
}

fn put_many(out: &mut Vec<u8>, kind: u32, count: usize) {
    put_head(out, kind);
    out.extend((count as u32).to_le_bytes());
}

/// Appends a geometry as little-endian WKB, outer rings counter-clockwise; lines and polygons as multi-parts when
/// `multi` is set.
pub(crate) fn encode(out: &mut Vec<u8>, geometry: &Geometry<f64>, multi: bool) {
    match geometry {
        Geometry::Point(p) => {
            put_head(out, 1);
            put_coord(out, p.0);
        }
        Geometry::MultiPoint(points) => {
            put_many(out, 4, points.0.len());
            for p in points {
                put_head(out, 1);
                put_coord(out, p.0);
            }
        }
        Geometry::GeometryCollection(parts) => {
            put_many(out, 7, parts.0.len());
            for part in parts {
                encode(out, part, false);
            }
        }
        Geometry::LineString(_) | Geometry::MultiLineString(_) | Geometry::Line(_) => {
            let lines = geom::lines_of(geometry);
            if multi || matches!(geometry, Geometry::MultiLineString(_)) {
                put_many(out, 5, lines.len());
            }
            for line in lines {
                put_head(out, 2);
                put_coords(out, &line.0);
            }
        }
        Geometry::Polygon(_) | Geometry::MultiPolygon(_) | Geometry::Rect(_) | Geometry::Triangle(_) => {
            let polygons = geom::polygons_of(geometry);
            if multi || matches!(geometry, Geometry::MultiPolygon(_)) {
                put_many(out, 6, polygons.len());
            }
            for polygon in &polygons {
                put_polygon(out, polygon);
            }
        }
    }
}

/// A GeoPackage geometry blob with its envelope.
pub(crate) fn encode_gpkg(geometry: &Geometry<f64>, srs_id: i32, multi: bool) -> Vec<u8> {
    let mut out = b"GP\0".to_vec();
    let extent = geom::extent([geometry]);
    let empty = extent.is_none();
    let with_envelope = !empty && !matches!(geometry, Geometry::Point(_));
    out.push(1 | if with_envelope { 2 } else { 0 } | if empty { 16 } else { 0 });
    out.extend(srs_id.to_le_bytes());
    if let (true, Some(e)) = (with_envelope, extent) {
        for value in [e[0], e[2], e[1], e[3]] {
            out.extend(value.to_le_bytes());
        }
    }
    encode(&mut out, geometry, multi);
    out
}
