//! The `.shp`: records of geometry, each checked against its own length before anything is believed.

use crate::geom;
use geo_types::{Coord, Geometry, LineString};

/// What one record holds.
pub(super) struct Record {
    pub geometry: Option<Geometry<f64>>,
    /// Heights or measures were dropped.
    pub flattened: bool,
    /// Holes outside every outer ring, turned into polygons.
    pub orphans: usize,
}

/// A `.shp` in memory.
pub(super) struct Shp<'a> {
    bytes: &'a [u8],
    at: usize,
    end: usize,
    /// Bytes after the last whole record.
    pub trailing: usize,
}

/// Length of the file header.
const HEADER: usize = 100;

fn big(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at + 4)?.try_into().ok().map(u32::from_be_bytes)
}

fn little(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at + 4)?.try_into().ok().map(u32::from_le_bytes)
}

fn number(bytes: &[u8], at: usize) -> Option<f64> {
    bytes.get(at..at + 8)?.try_into().ok().map(f64::from_le_bytes)
}

impl<'a> Shp<'a> {
    /// Checks the header.
    pub(super) fn open(bytes: &'a [u8]) -> Result<Self, String> {
        if big(bytes, 0) != Some(9994) {
            return Err("this is no shapefile: it does not begin with the number 9994".to_owned());
        }
        let (Some(words), Some(kind)) = (big(bytes, 24), little(bytes, 32)) else {
            return Err("the header is cut short".to_owned());
        };
        if bytes.len() < HEADER {
            return Err("the header is cut short".to_owned());
        }
        match kind {
            31 => return Err("it holds multipatches, which are 3D bodies, not outlines".to_owned()),
            0 | 1 | 3 | 5 | 8 | 11 | 13 | 15 | 18 | 21 | 23 | 25 | 28 => {}
            other => return Err(format!("geometry type {other} does not exist")),
        }
        let promised = words as usize * 2;
        if promised > bytes.len() {
            return Err(format!(
                "it is cut short: its header promises {promised} bytes, there are {}",
                bytes.len()
            ));
        }
        if promised < HEADER {
            return Err(format!("its header promises {promised} bytes, less than a header takes"));
        }
        Ok(Self { bytes, at: HEADER, end: promised, trailing: bytes.len() - promised })
    }

    /// The next record; `None` at the end.
    pub(super) fn next(&mut self) -> Option<Result<Record, String>> {
        let left = self.end - self.at;
        if left < 12 {
            // Some software pads the file; what cannot be a record is none.
            self.trailing += left;
            self.at = self.end;
            return None;
        }
        let length = big(self.bytes, self.at + 4)? as usize * 2;
        let start = self.at + 8;
        if length < 4 || length > self.end - start {
            let left = self.end - start;
            self.at = self.end;
            return Some(Err(format!("the record claims {length} bytes, the file has {left} left")));
        }
        self.at = start + length;
        Some(record(&self.bytes[start..start + length]))
    }
}

fn record(body: &[u8]) -> Result<Record, String> {
    let kind = little(body, 0).ok_or("the record is empty")?;
    let flattened = kind > 10;
    let mut orphans = 0;
    let short = || "the record is shorter than its own counts say".to_owned();
    let geometry = match kind {
        0 => None,
        1 | 11 | 21 => {
            let c = Coord { x: number(body, 4).ok_or_else(short)?, y: number(body, 12).ok_or_else(short)? };
            Some(Geometry::Point(c.into()))
        }
        8 | 18 | 28 => {
            let count = little(body, 36).ok_or_else(short)? as usize;
            let points = coords(body, 40, count).ok_or_else(short)?;
            (!points.is_empty()).then(|| geom::from_points(points))
        }
        3 | 13 | 23 => {
            let lines: Vec<_> =
                parts(body)?.into_iter().filter(|part| part.len() > 1).map(LineString).collect();
            (!lines.is_empty()).then(|| geom::from_lines(lines))
        }
        5 | 15 | 25 => {
            let mut rings = parts(body)?;
            rings.retain(|ring| ring.len() > 2);
            for ring in &mut rings {
                if ring.first() != ring.last() {
                    ring.push(ring[0]);
                }
            }
            rings.retain(|ring| ring.len() > 3);
            let (polygons, lost) = geom::assemble(rings, true);
            orphans = lost;
            (!polygons.is_empty()).then(|| geom::from_polygons(polygons))
        }
        31 => return Err("the record is a multipatch, a 3D body, not an outline".to_owned()),
        other => return Err(format!("geometry type {other} does not exist")),
    };
    let mut finite = true;
    if let Some(geometry) = &geometry {
        geom::each_coord(geometry, &mut |c| finite &= c.x.is_finite() && c.y.is_finite());
    }
    if finite {
        Ok(Record { geometry, flattened, orphans })
    } else {
        Err("a coordinate is no number".to_owned())
    }
}

fn coords(body: &[u8], at: usize, count: usize) -> Option<Vec<Coord<f64>>> {
    let bytes = body.get(at..at.checked_add(count.checked_mul(16)?)?)?;
    bytes.chunks_exact(16).map(|pair| Some(Coord { x: number(pair, 0)?, y: number(pair, 8)? })).collect()
}

/// The parts of a line or polygon record.
fn parts(body: &[u8]) -> Result<Vec<Vec<Coord<f64>>>, String> {
    let short = || "the record is shorter than its own counts say".to_owned();
    let part_count = little(body, 36).ok_or_else(short)? as usize;
    let point_count = little(body, 40).ok_or_else(short)? as usize;
    let table_end = part_count.checked_mul(4).and_then(|n| n.checked_add(44)).ok_or_else(short)?;
    let starts: Vec<usize> = body
        .get(44..table_end)
        .ok_or_else(short)?
        .chunks_exact(4)
        .filter_map(|b| little(b, 0).map(|n| n as usize))
        .collect();
    let points = coords(body, table_end, point_count).ok_or_else(short)?;
    let ends = starts.iter().copied().skip(1).chain([point_count]);
    starts
        .iter()
        .zip(ends)
        .map(|(&start, end)| {
            points
                .get(start..end)
                .map(<[_]>::to_vec)
                .ok_or_else(|| "the parts of the record overlap".to_owned())
        })
        .collect()
}
