//! 编码 Shapes with properties to the bytes of a vector tile.

use crate::clip::{self, Units};
use crate::layer::Property;
use crate::line::Vertex;
use crate::shape::{Kind, Shape};
use crate::tile::{EXTENT, TileId};
use geozero::mvt::{Message as _, Tile, tile};
use std::collections::HashMap;

/// A vertex that moves a line by less than this is left out, units: a quarter of a screen's pixel.
const TOLERANCE: f64 = 2.0;

/// A layer of a tile under way.
pub(crate) struct Builder<'a> {
    tile: TileId,
    least: f64,
    layer: tile::Layer,
    keys: HashMap<&'a str, u32>,
    values: HashMap<&'a Property, u32>,
}

impl<'a> Builder<'a> {
    pub(crate) fn new(name: &str, tile: TileId) -> Self {
        let layer =
            tile::Layer { version: 2, name: name.to_owned(), extent: Some(EXTENT), ..tile::Layer::default() };
        let tolerance = TOLERANCE / tile.scale();
        Self { tile, least: tolerance * tolerance, layer, keys: HashMap::new(), values: HashMap::new() }
    }

    /// Adds a feature, if anything of it is seen.
    pub(crate) fn add(
        &mut self,
        id: u64,
        shape: &Shape,
        properties: impl Iterator<Item = (&'a str, &'a Property)>,
    ) {
        let (kind, geometry) = match shape.kind {
            Kind::Points => (tile::GeomType::Point, self.points(shape)),
            Kind::Lines => (tile::GeomType::Linestring, self.lines(shape)),
            Kind::Polygons => (tile::GeomType::Polygon, self.polygons(shape)),
        };
        if geometry.is_empty() {
            return;
        }
        let mut tags = Vec::new();
        for (key, value) in properties.filter(|(_, value)| **value != Property::None) {
            let (keys, values) = (&mut self.layer.keys, &mut self.layer.values);
            let key = *self.keys.entry(key).or_insert_with(|| {
                keys.push(key.to_owned());
                keys.len() as u32 - 1
            });
            let value = *self.values.entry(value).or_insert_with(|| {
                values.push(encoded(value));
                values.len() as u32 - 1
            });
            tags.extend([key, value]);
        }
        self.layer.features.push(tile::Feature { id: Some(id), tags, r#type: Some(kind as i32), geometry });
    }

    pub(crate) fn finish(self) -> tile::Layer {
        self.layer
    }

    fn units(&self, path: &[Vertex]) -> Vec<Units> {
        let kept = path.iter().filter(|vertex| vertex.weight >= self.least);
        let mut units: Vec<Units> = kept.map(|vertex| self.tile.units(vertex.at)).collect();
        units.dedup();
        units
    }

    fn points(&self, shape: &Shape) -> Vec<u32> {
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

    fn lines(&self, shape: &Shape) -> Vec<u32> {
        let mut pen = Pen::default();
        for line in shape.parts.iter().flatten() {
            for piece in clip::line(&self.units(line)) {
                pen.to(1, &piece[..1]);
                pen.to(2, &piece[1..]);
            }
        }
        pen.commands
    }

    fn polygons(&self, shape: &Shape) -> Vec<u32> {
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

fn encoded(property: &Property) -> tile::Value {
    let mut value = tile::Value::default();
    match property {
        Property::None => {}
        Property::Text(text) => value.string_value = Some(text.to_string()),
        Property::Whole(number) => value.int_value = Some(*number),
        Property::Real(bits) => value.double_value = Some(f64::from_bits(*bits)),
        Property::Flag(flag) => value.bool_value = Some(*flag),
    }
    value
}

/// The bytes of a tile of these layers; empty ones are left out.
pub(crate) fn bytes(layers: Vec<tile::Layer>) -> Vec<u8> {
    let layers = layers.into_iter().filter(|layer| !layer.features.is_empty()).collect();
    Tile { layers }.encode_to_vec()
}
