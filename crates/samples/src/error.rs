//! Why a community cannot be made.

use lifang_model::{CodeError, LatticeError};

/// Why no sample was made.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SampleError {
    /// The number of buildings asked for is out of range.
    #[error("{asked} buildings were asked for; a sample has {min} to {max}")]
    Buildings {
        /// What was asked for.
        asked: u32,
        /// The smallest sample.
        min: u32,
        /// The largest sample.
        max: u32,
    },
    /// The drawn blocks cannot hold the households the figures ask for.
    #[error("the blocks drawn from seed {seed} hold {held} micro-grids of households; {needed} are needed")]
    Capacity {
        /// The seed.
        seed: u64,
        /// What fits.
        held: u32,
        /// What is needed.
        needed: u32,
    },
    /// A coordinate left the frame.
    #[error(transparent)]
    Lattice(#[from] LatticeError),
    /// A code could not be composed.
    #[error(transparent)]
    Code(#[from] CodeError),
}
