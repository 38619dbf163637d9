//! 局部重建 What is kept from one build for the next: the lines of equal distance of every enclosure, by what they follow from.

use crate::chain::Line;
use crate::voronoi::Wall;
use lifang_model::Point;
use std::collections::BTreeMap;

/// BLAKE3 of the walls of an enclosure.
pub(crate) type Key = [u8; 32];

/// 局部重建 The lines of a fabric built before. Where a few buildings changed, [`crate::rebuild`] finds lines anew only in the
/// enclosures whose walls did; the fabric that comes out is byte for byte the one [`crate::build`] gives.
#[derive(Clone, Debug, Default)]
pub struct Reuse {
    lines: BTreeMap<Key, Vec<Line>>,
    anew: usize,
}

impl Reuse {
    /// Nothing to reuse yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// In how many enclosures of the last build lines had to be found.
    #[must_use]
    pub fn anew(&self) -> usize {
        self.anew
    }

    /// The lines found before for the same walls; sites are places in the enclosure's list.
    pub(crate) fn get(&self, key: &Key) -> Option<&[Line]> {
        self.lines.get(key).map(Vec::as_slice)
    }

    /// Keeps what one build used, and forgets the rest.
    pub(crate) fn keep(&mut self, used: impl Iterator<Item = (Key, Option<Vec<Line>>)>) {
        let mut before = std::mem::take(&mut self.lines);
        self.anew = 0;
        for (key, found) in used {
            self.anew += usize::from(found.is_some());
            if let Some(lines) = found.or_else(|| before.remove(&key)) {
                self.lines.insert(key, lines);
            }
        }
    }
}

/// What the lines of an enclosure follow from: its walls with the places of their sites, and its box.
pub(crate) fn key(walls: &[Wall], sites: &[u32], low: Point, high: Point) -> Key {
    let mut hash = blake3::Hasher::new();
    let mut point = |p: Point| {
        hash.update(&p.x.to_le_bytes());
        hash.update(&p.y.to_le_bytes());
    };
    point(low);
    point(high);
    let mut bytes: Vec<u8> = Vec::with_capacity(24 * walls.len());
    for wall in walls {
        for v in [wall.a.x, wall.a.y, wall.b.x, wall.b.y] {
            bytes.extend(v.to_le_bytes());
        }
        for site in [wall.left, wall.right] {
            bytes.extend(place(sites, site).to_le_bytes());
        }
    }
    hash.update(&bytes);
    *hash.finalize().as_bytes()
}

/// The place of a site in the list of its enclosure, ascending.
pub(crate) fn place(sites: &[u32], site: u32) -> u32 {
    sites.binary_search(&site).map_or(u32::MAX, |at| at as u32)
}
