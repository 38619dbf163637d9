//! 瓦片 Which tile, and where it lies in the world: Web Mercator, the world one unit wide, y southwards.

use crate::TileError;
use std::f64::consts::PI;

/// Deepest zoom: a tile of 10 m.
pub const DEEPEST: u8 = 22;

/// Units along the side of a tile.
pub const EXTENT: u32 = 4096;

/// 瓦片号 A tile of the usual pyramid (WebMercatorQuad), rows from the north.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TileId {
    z: u8,
    x: u32,
    y: u32,
}

impl TileId {
    /// The tile of this zoom, column and row.
    ///
    /// # Errors
    /// [`TileError::NoTile`] outside the pyramid.
    pub fn new(z: u32, x: u32, y: u32) -> Result<Self, TileError> {
        match u8::try_from(z) {
            Ok(depth) if depth <= DEEPEST && x < 1 << depth && y < 1 << depth => Ok(Self { z: depth, x, y }),
            _ => Err(TileError::NoTile { z, x, y }),
        }
    }

    /// Its zoom.
    #[must_use]
    pub const fn zoom(self) -> u8 {
        self.z
    }

    /// Units of the tile in one unit of the world.
    pub(crate) fn scale(self) -> f64 {
        f64::from(1u32 << self.z) * f64::from(EXTENT)
    }

    /// A place of the world in units of the tile.
    pub(crate) fn units(self, [x, y]: [f64; 2]) -> (i64, i64) {
        let to = |value: f64, tile: u32| {
            (value * self.scale()).round() as i64 - i64::from(tile) * i64::from(EXTENT)
        };
        (to(x, self.x), to(y, self.y))
    }

    /// The tile in the world with some units around it: least x, least y, most x, most y.
    pub(crate) fn window(self, around: u32) -> [f64; 4] {
        let unit = 1.0 / self.scale();
        let from = |tile: u32| (f64::from(tile) * f64::from(EXTENT) - f64::from(around)) * unit;
        let to = |tile: u32| (f64::from(tile + 1) * f64::from(EXTENT) + f64::from(around)) * unit;
        [from(self.x), from(self.y), to(self.x), to(self.y)]
    }
}

/// Degrees to the world.
pub(crate) fn world(lon: f64, lat: f64) -> [f64; 2] {
    let lat = lat.clamp(-85.051_128, 85.051_128).to_radians();
    [lon / 360.0 + 0.5, 0.5 - (lat.tan().asinh()) / (2.0 * PI)]
}

/// The world to degrees.
pub(crate) fn degrees([x, y]: [f64; 2]) -> (f64, f64) {
    ((x - 0.5) * 360.0, ((0.5 - y) * 2.0 * PI).sinh().atan().to_degrees())
}
