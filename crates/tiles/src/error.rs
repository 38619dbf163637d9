//! 错误 What can go wrong.

/// Errors of tiles.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TileError {
    /// The ground has no place on Earth.
    #[error(transparent)]
    Crs(#[from] lifang_crs::CrsError),
    /// No such tile.
    #[error("there is no tile {z}/{x}/{y}; zoom goes to {DEEPEST}, columns and rows to 2^zoom - 1", DEEPEST = crate::DEEPEST)]
    NoTile {
        /// Zoom.
        z: u32,
        /// Column.
        x: u32,
        /// Row.
        y: u32,
    },
    /// The encoder refused.
    #[error("the tile cannot be encoded: {0}")]
    Encode(String),
}
