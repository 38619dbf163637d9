//! Why a partition cannot even be tried. A plan that misses its band is no error: it comes with certificates.

/// 划分错误 What is wrong with a request.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum PartitionError {
    /// The atoms and something that must have one row an atom differ in length.
    #[error("{what} has {found} rows, but there are {expected} atoms")]
    Length {
        /// What differs.
        what: &'static str,
        /// Its rows.
        found: usize,
        /// The rows it must have.
        expected: usize,
    },
    /// An edge or a link names an atom that does not exist.
    #[error("edge {row} joins atoms {a} and {b}, but the last atom is number {last}")]
    NoSuchAtom {
        /// Row of the edge, from 0.
        row: usize,
        /// One end.
        a: u32,
        /// Other end.
        b: u32,
        /// Highest atom number.
        last: i64,
    },
    /// A band with min 0, or not min <= target <= max.
    #[error("band of {level}: {min}-{target}-{max} must satisfy 0 < min <= target <= max")]
    Band {
        /// Level.
        level: String,
        /// Smallest size.
        min: u32,
        /// Size aimed at.
        target: u32,
        /// Largest size.
        max: u32,
    },
    /// A number of zones there cannot be.
    #[error(
        "{count} zones were asked for, but there are {pieces} separate pieces and {atoms} atoms: give a number between"
    )]
    Count {
        /// The number asked for.
        count: u32,
        /// Connected pieces, each of which is at least one zone.
        pieces: usize,
        /// Atoms, each of which is in one zone.
        atoms: usize,
    },
    /// The rules have no level.
    #[error("the rules {0:?} have no level")]
    NoLevel(String),
    /// The plan to start from has other levels than the rules.
    #[error(
        "the current plan has no level {missing:?}, only {known}; partition anew, or use the rules it was made with"
    )]
    OtherLevels {
        /// Level of the rules.
        missing: String,
        /// Levels of the plan.
        known: String,
    },
    /// A zone or atom code cannot be formed.
    #[error("a code cannot be formed: {0}")]
    Code(#[from] lifang_model::CodeError),
    /// More load than the engine counts.
    #[error("a total of {0} households is more than the engine counts")]
    TooMuch(u64),
}
