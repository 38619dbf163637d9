//! 网格切片 Tiles of labels. What was drawn in a tile is kept: after an edit only the labels that changed are drawn again, and
//! the rest is copied.

use crate::clip::AROUND;
use crate::encode::{self, Drawing};
use crate::layer::MOST;
use crate::shape::Shape;
use crate::table::Table;
use crate::tile::TileId;
use crate::wire;
use crate::zones::Zones;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Labels from which a tile is worth keeping.
const WORTH: usize = 16;

/// Labels kept in all, some hundred bytes each.
const KEPT: usize = 200_000;

/// A label in a tile.
#[derive(Clone, Debug)]
struct Piece {
    label: u32,
    /// What was drawn; the same shape is drawn the same.
    shape: Arc<Shape>,
    geometry: Box<[u8]>,
}

/// Tiles that were drawn.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sheets {
    tiles: BTreeMap<TileId, (u64, Vec<Piece>)>,
    asked: u64,
}

impl Sheets {
    /// Keeps a tile, and forgets the ones asked for longest ago.
    fn keep(&mut self, tile: TileId, pieces: Vec<Piece>) {
        self.asked += 1;
        self.tiles.insert(tile, (self.asked, pieces));
        let mut total: usize = self.tiles.values().map(|(_, pieces)| pieces.len()).sum();
        while total > KEPT && self.tiles.len() > 1 {
            let Some(&oldest) = self.tiles.iter().min_by_key(|(_, (asked, _))| *asked).map(|(tile, _)| tile)
            else {
                return;
            };
            total -= self.tiles.remove(&oldest).map_or(0, |(_, pieces)| pieces.len());
        }
    }
}

impl Zones {
    /// 编码瓦片 The bytes of a tile of the labels below `count`, with their names as points in a layer called `labels`; the rows
    /// of `table` say what each tells. A tile of a map so far out that it shows more than 4,000 labels tells the columns `far`
    /// alone, and no names: few of them could be read.
    pub fn tile(&mut self, name: &str, tile: TileId, count: u32, table: &Table, far: &[&str]) -> Vec<u8> {
        let [x0, y0, x1, y1] = tile.window(AROUND as u32);
        let shown: Vec<(u32, Arc<Shape>)> = (0..count)
            .filter_map(|label| Some((label, self.shape(label)?)))
            .filter(|(_, shape)| {
                let [a, b, c, d] = shape.bounds;
                a <= x1 && c >= x0 && b <= y1 && d >= y0
            })
            .map(|(label, shape)| (label, Arc::clone(shape)))
            .collect();
        let is_far = shown.len() > MOST;
        let pieces = self.pieces(tile, shown);
        let columns: Vec<usize> =
            (0..table.names().len()).filter(|&at| !is_far || far.contains(&table.names()[at])).collect();
        let drawing = Drawing::new(tile);
        let (mut land, mut names) = (Sheet::new(table), Sheet::new(table));
        for piece in pieces.iter().filter(|piece| !piece.geometry.is_empty()) {
            land.add(piece.label, encode::kind(&piece.shape), &piece.geometry, &columns);
        }
        if !is_far {
            for piece in &pieces {
                let place = self.middle(piece.label).map(|at| drawing.point(at)).unwrap_or_default();
                if !place.is_empty() {
                    names.add(piece.label, 1, &place, &columns);
                }
            }
        }
        let mut out = Vec::new();
        land.write(&mut out, name);
        names.write(&mut out, "labels");
        if pieces.len() >= WORTH {
            self.sheets.keep(tile, pieces);
        }
        out
    }

    /// What is seen of some labels in a tile: taken from what was drawn of it before where the shape is the same.
    fn pieces(&mut self, tile: TileId, shown: Vec<(u32, Arc<Shape>)>) -> Vec<Piece> {
        let drawing = Drawing::new(tile);
        let draw = |label: u32, shape: Arc<Shape>| {
            let geometry = drawing.geometry(&shape).into();
            Piece { label, shape, geometry }
        };
        let Some((_, known)) = self.sheets.tiles.remove(&tile) else {
            return shown.into_par_iter().map(|(label, shape)| draw(label, shape)).collect();
        };
        let mut known = known.into_iter().peekable();
        let mut pieces = Vec::with_capacity(shown.len());
        for (label, shape) in shown {
            while known.next_if(|piece| piece.label < label).is_some() {}
            let same = known.next_if(|piece| piece.label == label && Arc::ptr_eq(&piece.shape, &shape));
            pieces.push(same.unwrap_or_else(|| draw(label, shape)));
        }
        pieces
    }
}

/// A layer under way whose values have numbers already.
struct Sheet<'a> {
    table: &'a Table,
    features: Vec<u8>,
    keys: Numbers,
    values: Numbers,
    tags: Vec<u32>,
}

impl<'a> Sheet<'a> {
    fn new(table: &'a Table) -> Self {
        Self {
            table,
            features: Vec::new(),
            keys: Numbers::new(table.names().len()),
            values: Numbers::new(table.numbers()),
            tags: Vec::new(),
        }
    }

    fn add(&mut self, label: u32, kind: u8, geometry: &[u8], columns: &[usize]) {
        let row = self.table.row(label);
        self.tags.clear();
        for &column in columns {
            let Some(&value) = row.get(column) else { continue };
            if !self.table.bytes(value).is_empty() {
                self.tags.extend([self.keys.of(column as u32), self.values.of(value)]);
            }
        }
        wire::feature(&mut self.features, u64::from(label) + 1, kind, &self.tags, geometry);
    }

    /// Nothing of a layer without features.
    fn write(&self, out: &mut Vec<u8>, name: &str) {
        if !self.features.is_empty() {
            let keys = self.keys.order.iter().filter_map(|&at| self.table.names().get(at as usize).copied());
            let values = self.values.order.iter().map(|&at| self.table.bytes(at));
            wire::layer(out, name, &self.features, keys, values);
        }
    }
}

/// Numbers given anew in the order in which they are met, so that a tile does not show what came before it.
struct Numbers {
    given: Vec<u32>,
    order: Vec<u32>,
}

impl Numbers {
    fn new(most: usize) -> Self {
        Self { given: vec![u32::MAX; most], order: Vec::new() }
    }

    fn of(&mut self, number: u32) -> u32 {
        let Some(given) = self.given.get_mut(number as usize) else { return 0 };
        if *given == u32::MAX {
            *given = self.order.len() as u32;
            self.order.push(number);
        }
        *given
    }
}
