//! 错误 What can go wrong in a use case. Every message says where, why and what to do.

use std::path::PathBuf;

/// Errors of the use cases.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PlannerError {
    /// A coordinate reference system.
    #[error(transparent)]
    Crs(#[from] lifang_crs::CrsError),
    /// A file that cannot be read or written.
    #[error(transparent)]
    Format(#[from] lifang_formats::FormatError),
    /// Input that is no territory.
    #[error(transparent)]
    Ingest(#[from] lifang_ingest::IngestError),
    /// A sample nobody can build.
    #[error(transparent)]
    Sample(#[from] lifang_samples::SampleError),
    /// Ground that cannot be tiled.
    #[error(transparent)]
    Fabric(#[from] lifang_fabric::FabricError),
    /// A partition.
    #[error(transparent)]
    Partition(#[from] lifang_partition::PartitionError),
    /// Coverage.
    #[error(transparent)]
    Coverage(#[from] lifang_coverage::CoverageError),
    /// A street network.
    #[error(transparent)]
    Network(#[from] lifang_network::NetworkError),
    /// A siting problem.
    #[error(transparent)]
    Siting(#[from] lifang_siting::SitingError),
    /// The plan file.
    #[error(transparent)]
    Store(#[from] lifang_store::StoreError),
    /// An export.
    #[error(transparent)]
    Export(#[from] lifang_export::ExportError),
    /// A key that names nothing.
    #[error("there is no {what} {key:?}; choose one of: {known}")]
    UnknownKey {
        /// What was looked for.
        what: &'static str,
        /// The key.
        key: String,
        /// Those that exist.
        known: String,
    },
    /// A rules file that does not parse or contradicts itself.
    #[error("{file}: {cause}. {action}")]
    Rules {
        /// The file, or the name of the built-in one.
        file: String,
        /// What is wrong.
        cause: String,
        /// What to do.
        action: String,
    },
    /// A plain table with a bad cell.
    #[error("{file} row {row} column {column:?}: {cause}. {action}")]
    Table {
        /// The file.
        file: String,
        /// Row, counted from 1 with the header as row 1.
        row: u64,
        /// Column.
        column: String,
        /// What is wrong.
        cause: String,
        /// What to do.
        action: String,
    },
    /// A file of the operating system.
    #[error("{}: {source}. {action}", .path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
        /// What to do.
        action: &'static str,
    },
    /// The plan file holds no plan yet.
    #[error("{file} has not been partitioned yet. Run `lifang partition {file}` first")]
    NoPlan {
        /// The plan file.
        file: String,
    },
    /// The plan is told in atoms the file no longer holds.
    #[error(
        "{file}: the plan was made over a ground that is no longer in the file, so nobody can say who was in which zone. \
         Start from a copy of the file made before, or partition anew"
    )]
    PlanOfOtherGround {
        /// The plan file.
        file: String,
    },
    /// A relaxation that is no change of rules.
    #[error(
        "{id} ({what} to {to}) is no change of rules that can be applied. Change the data, or edit the preset by hand"
    )]
    Relaxation {
        /// Its id.
        id: String,
        /// What it changes.
        what: String,
        /// To what.
        to: String,
    },
    /// The plan was edited since it was judged.
    #[error("{file} was edited and not judged since. Judge it first, as `lifang verify {file}` does")]
    NotJudged {
        /// The plan file.
        file: String,
    },
    /// An edit that cannot be made.
    #[error(transparent)]
    Edit(#[from] lifang_model::EditError),
    /// The plan changed since whoever asks last saw it.
    #[error(
        "{file}: the plan is at revision {current} now, this was meant for {base}. Look at what changed, then do it again"
    )]
    Conflict {
        /// The plan file.
        file: String,
        /// The revision the request was made on.
        base: i64,
        /// The revision there is.
        current: i64,
    },
    /// Nothing to take back or bring back.
    #[error("{file}: there is nothing to {what}. `lifang history {file}` lists what was done")]
    Nothing {
        /// The plan file.
        file: String,
        /// `undo` or `redo`.
        what: &'static str,
    },
    /// What was published stays.
    #[error("{file}: {what}")]
    Published {
        /// The plan file.
        file: String,
        /// What was asked for, why it cannot be, and what to do.
        what: String,
    },
    /// A selection that cannot be understood.
    #[error("{what}. {action}")]
    Selection {
        /// What is wrong.
        what: String,
        /// What to do.
        action: String,
    },
    /// The user stopped it before there was anything to save.
    #[error("it was stopped; nothing was changed")]
    Cancelled,
    /// The plan file holds no coverage yet.
    #[error("{file} holds no coverage yet. Run `lifang cover {file}` first")]
    NoCoverage {
        /// The plan file.
        file: String,
    },
}
