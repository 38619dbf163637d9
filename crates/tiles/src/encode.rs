//! 编码 Shapes with properties to the bytes of a vector tile.

use crate::clip::{self, Units};
use crate::layer::Property;
use crate::line::Vertex;
use crate::shape::{Kind, Shape};
use crate::tile::TileId;
use crate::wire;
use std::collections::HashMap;

/// A vertex that moves a line by less than this is left out, units: a quarter of a screen's pixel.
const TOLERANCE: f64 = 2.0;

/// A layer of a tile under way, of features that are told one by one.
pub(crate) struct Builder<'a> {
    name: &'a str,
    drawing: Drawing,
    features: Vec<u8>,
    keys: Vec<&'a str>,
    values: Vec<Vec<u8>>,
    key_numbers: HashMap<&'a str, u32>,
    value_numbers: HashMap<&'a Property, u32>,
}

impl<'a> Builder<'a> {
    pub(crate) fn new(name: &'a str, tile: TileId) -> Self {
        Self {
            name,
            drawing: Drawing::new(tile),
            features: Vec::new(),
            keys: Vec::new(),
            values: Vec::new(),
            key_numbers: HashMap::new(),
            value_numbers: HashMap::new(),
        }
    }

    /// Adds a feature, if anything of it is seen.
    pub(crate) fn add(
        &mut self,
        id: u64,
        shape: &Shape,
        properties: impl Iterator<Item = (&'a str, &'a Property)>,
    ) {
        let geometry = self.drawing.geometry(shape);
        if geometry.is_empty() {
            return;
        }
        let mut tags = Vec::new();
        for (key, value) in properties.filter(|(_, value)| **value != Property::None) {
            let (keys, values) = (&mut self.keys, &mut self.values);
            let key = *self.key_numbers.entry(key).or_insert_with(|| {
                keys.push(key);
                keys.len() as u32 - 1
            });
            let value = *self.value_numbers.entry(value).or_insert_with(|| {
                values.push(wire::value(value));
                values.len() as u32 - 1
            });
            tags.extend([key, value]);
        }
        wire::feature(&mut self.features, id, kind(shape), &tags, &geometry);
    }

    /// The bytes of a tile of this layer; empty without a feature.
    pub(crate) fn finish(self) -> Vec<u8> {
        let mut out = Vec::new();
        if !self.features.is_empty() {
            let values = self.values.iter().map(Vec::as_slice);
            wire::layer(&mut out, self.name, &self.features, self.keys.iter().copied(), values);
        }
        out
    }
}

/// The kind of a shape as tiles number it.
pub(crate) const fn kind(shape: &Shape) -> u8 {
    match shape.kind {
        Kind::Points => 1,
        Kind::Lines => 2,
        Kind::Polygons => 3,
    }
}

/// How shapes are drawn in a tile: thinned for its zoom, rounded to its lattice, cut to its window.
#[derive(Copy, Clone)]
pub(crate) struct Drawing {
    tile: TileId,
    least: f64,
}

impl Drawing {
    pub(crate) fn new(tile: TileId) -> Self {
        let tolerance = TOLERANCE / tile.scale();
        Self { tile, least: tolerance * tolerance }
    }

    /// The commands of a shape as they are written; empty where nothing of it is seen.
    pub(crate) fn geometry(self, shape: &Shape) -> Vec<u8> {
        wire::packed(&match shape.kind {
            Kind::Points => self.points(shape),
            Kind::Lines => self.lines(shape),
            Kind::Polygons => self.polygons(shape),
        })
    }

    /// The commands of one point; empty where it is not seen.
    pub(crate) fn point(self, at: [f64; 2]) -> Vec<u8> {
        let mut pen = Pen::default();
        let at = self.tile.units(at);
        if clip::shows(at) {
            pen.to(1, &[at]);
        }
        wire::packed(&pen.commands)
    }

    fn units(self, path: &[Vertex]) -> Vec<Units> {
        let kept = path.iter().filter(|vertex| vertex.weight >= self.least);
        let mut units: Vec<Units> = kept.map(|vertex| self.tile.units(vertex.at)).collect();
        units.dedup();
        units
    }

    fn points(self, shape: &Shape) -> Vec<u32> {
        let mut pen = Pen::default();
        let shown: Vec<Units> = shape
            .parts
            .iter()
            .flatten()
            .flatten()
            .map(|vertex| self.tile.units(vertex.at))
            .filter(|&at| clip::shows(at))
            .collect();
        if !shown.is_empty() {
            pen.to(1, &shown);
        }
        pen.commands
    }

    fn lines(self, shape: &Shape) -> Vec<u32> {
        let mut pen = Pen::default();
        for line in shape.parts.iter().flatten() {
            for piece in clip::line(&self.units(line)) {
                pen.to(1, &piece[..1]);
                pen.to(2, &piece[1..]);
            }
        }
        pen.commands
    }

    fn polygons(self, shape: &Shape) -> Vec<u32> {
        let mut pen = Pen::default();
        for part in &shape.parts {
            for (at, path) in part.iter().enumerate() {
                let mut ring = clip::ring(self.units(path));
                let area = twice_area(&ring);
                if area == 0 {
                    // Without its outer ring a polygon has no holes either.
                    if at == 0 {
                        break;
                    }
                    continue;
                }
                // Outer rings have a positive area with y downwards, holes a negative one.
                if (area > 0) != (at == 0) {
                    ring.reverse();
                }
                pen.to(1, &ring[..1]);
                pen.to(2, &ring[1..]);
                pen.commands.push(7 | (1 << 3));
            }
        }
        pen.commands
    }
}

fn twice_area(ring: &[Units]) -> i64 {
    let next = |at: usize| ring[(at + 1) % ring.len()];
    ring.iter().enumerate().map(|(at, p)| p.0 * next(at).1 - next(at).0 * p.1).sum()
}

/// Writes commands with steps from point to point.
#[derive(Default)]
struct Pen {
    commands: Vec<u32>,
    at: Units,
}

impl Pen {
    /// `MoveTo` (1) or `LineTo` (2).
    fn to(&mut self, command: u32, points: &[Units]) {
        if points.is_empty() {
            return;
        }
        self.commands.push(command | ((points.len() as u32) << 3));
        for &p in points {
            self.commands.extend([zigzag(p.0 - self.at.0), zigzag(p.1 - self.at.1)]);
            self.at = p;
        }
    }
}

fn zigzag(step: i64) -> u32 {
    let step = step as i32;
    ((step << 1) ^ (step >> 31)) as u32
}
