//! 图层 Shapes with properties, found by place and encoded tile by tile.

use crate::arcs::Arcs;
use crate::clip::AROUND;
use crate::encode::Builder;
use crate::shape::Shape;
use crate::tile::{DEEPEST, TileId};
use crate::zones;
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Most features of a layer in one tile: that many are encoded in a few milliseconds.
pub(crate) const MOST: usize = 4000;

/// 属性值 The value of a property.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Property {
    /// 空 Nothing.
    None,
    /// 文本 Text.
    Text(Arc<str>),
    /// 整数 A whole number.
    Whole(i64),
    /// 实数 The bits of a number, so that equal numbers are one value.
    Real(u64),
    /// 逻辑值 Yes or no.
    Flag(bool),
}

impl From<&str> for Property {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

impl From<f64> for Property {
    fn from(number: f64) -> Self {
        Self::Real(number.to_bits())
    }
}

impl From<u32> for Property {
    fn from(number: u32) -> Self {
        Self::Whole(number.into())
    }
}

impl<T: Into<Self>> From<Option<T>> for Property {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::None, Into::into)
    }
}

type Boxed = GeomWithData<Rectangle<[f64; 2]>, u32>;

/// 图层 See the module. A feature keeps its number, which is its id in tiles less one.
#[derive(Debug)]
pub struct Layer {
    shapes: Vec<Arc<Shape>>,
    index: RTree<Boxed>,
    first: u8,
}

impl Layer {
    /// A layer of these shapes.
    #[must_use]
    pub fn new(shapes: Vec<Arc<Shape>>) -> Self {
        let seen = shapes.iter().enumerate().filter(|(_, shape)| !shape.is_empty());
        let boxes: Vec<Boxed> = seen
            .map(|(at, shape)| {
                let [x0, y0, x1, y1] = shape.bounds;
                GeomWithData::new(Rectangle::from_corners([x0, y0], [x1, y1]), at as u32)
            })
            .collect();
        Self { first: first(&shapes), shapes, index: RTree::bulk_load(boxes) }
    }

    /// The land of every cell.
    #[must_use]
    pub fn cells(arcs: &Arcs) -> Self {
        Self::new(zones::cells(arcs))
    }

    /// The zoom at which the layer begins.
    #[must_use]
    pub const fn first_zoom(&self) -> u8 {
        self.first
    }

    /// 编码瓦片 The bytes of a tile; `properties` gives those of a feature by its number. A tile without features is empty.
    pub fn tile<'a, P>(&self, name: &'a str, tile: TileId, properties: P) -> Vec<u8>
    where
        P: Fn(u32) -> Vec<(&'a str, &'a Property)>,
    {
        if tile.zoom() < self.first {
            return Vec::new();
        }
        let [x0, y0, x1, y1] = tile.window(AROUND as u32);
        let mut found: Vec<u32> = self
            .index
            .locate_in_envelope_intersecting(&AABB::from_corners([x0, y0], [x1, y1]))
            .map(|boxed| boxed.data)
            .collect();
        found.sort_unstable();
        let mut builder = Builder::new(name, tile);
        for at in found {
            if let Some(shape) = self.shapes.get(at as usize) {
                builder.add(u64::from(at) + 1, shape, properties(at).into_iter());
            }
        }
        builder.finish()
    }
}

/// The first zoom at which no tile has more than [`MOST`] features, counted by the middle of their boxes.
fn first(shapes: &[Arc<Shape>]) -> u8 {
    if shapes.len() <= MOST {
        return 0;
    }
    let middles: Vec<[f64; 2]> = shapes
        .iter()
        .filter(|shape| !shape.is_empty())
        .map(|shape| {
            [f64::midpoint(shape.bounds[0], shape.bounds[2]), f64::midpoint(shape.bounds[1], shape.bounds[3])]
        })
        .collect();
    let fits = |zoom: u8| {
        let across = f64::from(1u32 << zoom);
        let mut counts: BTreeMap<(u32, u32), usize> = BTreeMap::new();
        middles.iter().all(|[x, y]| {
            let count = counts.entry(((x * across) as u32, (y * across) as u32)).or_default();
            *count += 1;
            *count <= MOST
        })
    };
    // Deeper tiles only hold less, so the first that fits can be searched by halves.
    let (mut low, mut high) = (0, DEEPEST);
    while low < high {
        let zoom = u8::midpoint(low, high);
        if fits(zoom) { high = zoom } else { low = zoom + 1 }
    }
    low
}
