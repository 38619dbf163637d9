//! 错误 Why a fabric could not be built.

/// Why [`crate::build`] gives no fabric. Faults of single objects are no errors: they are listed in the fabric.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FabricError {
    /// The user asked to stop.
    #[error("building the fabric was cancelled")]
    Cancelled,
    /// There is nothing to tile.
    #[error("the boundary of the territory encloses no land; give a boundary polygon of positive area")]
    EmptyBoundary,
    /// A coordinate lies beyond the local frame, where exact arithmetic is not promised.
    #[error(
        "{what} reaches to ({x}, {y}) mm, beyond the 500 km the local frame covers; choose a nearer origin"
    )]
    OutOfFrame {
        /// What has the coordinate.
        what: &'static str,
        /// East, mm.
        x: i32,
        /// North, mm.
        y: i32,
    },
}
