//! Writing the `.shp` and `.shx`.

use crate::geom::{self, Shape};
use geo_types::{Coord, Geometry};

/// Builds both files at once.
pub(super) struct ShpWriter {
    shape: Shape,
    shp: Vec<u8>,
    shx: Vec<u8>,
    extent: Option<[f64; 4]>,
    records: u32,
}

impl ShpWriter {
    pub(super) fn new(shape: Shape) -> Self {
        Self { shape, shp: vec![0; 100], shx: vec![0; 100], extent: None, records: 0 }
    }

    const fn code(&self) -> u32 {
        match self.shape {
            Shape::Point => 1,
            Shape::Line => 3,
            Shape::Polygon => 5,
            Shape::MultiPoint => 8,
            Shape::Mixed => 0,
        }
    }

    /// Appends a record; a feature without geometry becomes a null shape.
    pub(super) fn push(&mut self, geometry: Option<&Geometry<f64>>) {
        let body = self.body(geometry);
        self.records += 1;
        self.shx.extend(((self.shp.len() / 2) as u32).to_be_bytes());
        self.shx.extend(((body.len() / 2) as u32).to_be_bytes());
        self.shp.extend(self.records.to_be_bytes());
        self.shp.extend(((body.len() / 2) as u32).to_be_bytes());
        self.shp.extend(body);
    }

    fn body(&mut self, geometry: Option<&Geometry<f64>>) -> Vec<u8> {
        let null = 0u32.to_le_bytes().to_vec();
        let Some(geometry) = geometry else { return null };
        let Some(extent) = geom::extent([geometry]) else { return null };
        let all = self.extent.get_or_insert(extent);
        *all = [all[0].min(extent[0]), all[1].min(extent[1]), all[2].max(extent[2]), all[3].max(extent[3])];
        let mut out = self.code().to_le_bytes().to_vec();
        match self.shape {
            Shape::Point => {
                if let Some(c) = geom::points_of(geometry).first() {
                    put(&mut out, *c);
                }
            }
            Shape::MultiPoint => {
                let points = geom::points_of(geometry);
                extent.iter().for_each(|v| out.extend(v.to_le_bytes()));
                out.extend((points.len() as u32).to_le_bytes());
                points.into_iter().for_each(|c| put(&mut out, c));
            }
            Shape::Line => {
                put_parts(
                    &mut out,
                    extent,
                    geom::lines_of(geometry).into_iter().map(|line| line.0).collect(),
                );
            }
            Shape::Polygon => {
                // ESRI turns outer rings clockwise, holes the other way.
                let mut rings = Vec::new();
                for polygon in geom::polygons_of(geometry) {
                    rings.push(geom::turned(polygon.exterior(), false));
                    rings.extend(polygon.interiors().iter().map(|hole| geom::turned(hole, true)));
                }
                rings.retain(|ring| !ring.is_empty());
                put_parts(&mut out, extent, rings);
            }
            Shape::Mixed => {}
        }
        out
    }

    /// The bytes of `.shp` and `.shx`; `None` when the `.shp` would pass the 4 GB its header can tell.
    pub(super) fn finish(mut self) -> Option<(Vec<u8>, Vec<u8>)> {
        let code = self.code();
        let extent = self.extent.unwrap_or([0.0; 4]);
        for bytes in [&mut self.shp, &mut self.shx] {
            let words = i32::try_from(bytes.len() / 2).ok()?;
            bytes[..4].copy_from_slice(&9994u32.to_be_bytes());
            bytes[24..28].copy_from_slice(&words.to_be_bytes());
            bytes[28..32].copy_from_slice(&1000u32.to_le_bytes());
            bytes[32..36].copy_from_slice(&code.to_le_bytes());
            for (i, value) in extent.iter().enumerate() {
                bytes[36 + 8 * i..44 + 8 * i].copy_from_slice(&value.to_le_bytes());
            }
        }
        Some((self.shp, self.shx))
    }
}

fn put(out: &mut Vec<u8>, c: Coord<f64>) {
    out.extend(c.x.to_le_bytes());
    out.extend(c.y.to_le_bytes());
}

fn put_parts(out: &mut Vec<u8>, extent: [f64; 4], parts: Vec<Vec<Coord<f64>>>) {
    extent.iter().for_each(|v| out.extend(v.to_le_bytes()));
    let total: usize = parts.iter().map(Vec::len).sum();
    out.extend((parts.len() as u32).to_le_bytes());
    out.extend((total as u32).to_le_bytes());
    let mut start = 0u32;
    for part in &parts {
        out.extend(start.to_le_bytes());
        start += part.len() as u32;
    }
    parts.into_iter().flatten().for_each(|c| put(out, c));
}
