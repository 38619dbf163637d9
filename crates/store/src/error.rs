//! What can go wrong with a plan file: where, why, and what to do. Letter `S`.

use std::path::{Path, PathBuf};

/// Why a plan file could not be created, opened, read or saved.
///
/// Whatever the error, the file on disk is as it was before the call.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// No file there.
    #[error("S-101 {}: there is no such file. Check the name, or create the plan first", path.display())]
    Missing {
        /// The file.
        path: PathBuf,
    },
    /// A file is there already.
    #[error("S-102 {}: this file exists already. Choose another name, or ask for it to be replaced", path.display())]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// The file is something else.
    #[error("S-103 {}: this is no plan file: {why}. Open a file that Lifang made", path.display())]
    NotAPlan {
        /// The file.
        path: PathBuf,
        /// What it is, or lacks.
        why: String,
    },
    /// The file was written by a newer version.
    #[error(
        "S-104 {}: the file has schema version {found}; this program knows versions up to {known}. \
         Update Lifang to open it", path.display()
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its schema version.
        found: i64,
        /// The newest version known here.
        known: i64,
    },
    /// The file was written by an older version and opened only to be read.
    #[error("S-114 {}: the file has the older schema version {found}. Open it for saving once", path.display())]
    Older {
        /// The file.
        path: PathBuf,
        /// Its schema version.
        found: i64,
    },
    /// The content contradicts itself or the format.
    #[error("S-105 {}: the file is damaged: {what}. Restore it from a backup", path.display())]
    Corrupt {
        /// The file.
        path: PathBuf,
        /// What is damaged.
        what: String,
    },
    /// Someone else holds the file.
    #[error(
        "S-106 {}: another program is writing to the file. Close it there, or stop editing in it, and try again",
        path.display()
    )]
    Locked {
        /// The file.
        path: PathBuf,
    },
    /// The file may only be read.
    #[error(
        "S-107 {}: the file or its folder may only be read. Copy it to a folder you may write to, or save under \
         another name", path.display()
    )]
    ReadOnly {
        /// The file.
        path: PathBuf,
    },
    /// No room left.
    #[error("S-108 {}: the disk is full. Nothing was changed; make room and save again", path.display())]
    DiskFull {
        /// The file.
        path: PathBuf,
    },
    /// Someone else saved since the file was opened.
    #[error(
        "S-109 {}: another program changed the file since it was opened here (revision {seen}, now {found}). \
         Save under another name, or open it again to go on from the other version", path.display()
    )]
    Changed {
        /// The file.
        path: PathBuf,
        /// The revision last seen here.
        seen: i64,
        /// The revision in the file.
        found: i64,
    },
    /// A row holds something that has no meaning here, as an edit in another program may leave it.
    #[error("S-110 {} [{table}] row {row}: {what}. Correct the row in a GIS, or restore a backup", path.display())]
    BadRow {
        /// The file.
        path: PathBuf,
        /// The table.
        table: &'static str,
        /// The row's `fid`.
        row: i64,
        /// What is wrong with it.
        what: String,
    },
    /// A value cannot be kept without loss.
    #[error("S-111 {}: cannot be saved: {what}. Nothing was changed", path.display())]
    Unfit {
        /// The file.
        path: PathBuf,
        /// Which value, and why.
        what: String,
    },
    /// The operating system refused.
    #[error("S-112 {}: {doing} failed: {source}. Check the folder and its permissions", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What was being done.
        doing: &'static str,
        /// What the system said.
        source: std::io::Error,
    },
    /// The database engine refused for another reason.
    #[error("S-113 {}: {doing} failed: {source}. Nothing was changed", path.display())]
    Database {
        /// The file.
        path: PathBuf,
        /// What was being done.
        doing: &'static str,
        /// What the engine said.
        source: rusqlite::Error,
    },
}

/// An error before the path is known; rooms inside this crate speak this.
#[derive(Debug)]
pub(crate) enum Problem {
    Sql(rusqlite::Error),
    Row { table: &'static str, row: i64, what: String },
    Damaged(String),
    Unfit(String),
    Changed { seen: i64, found: i64 },
}

impl From<rusqlite::Error> for Problem {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sql(error)
    }
}

impl Problem {
    /// The error with the file it happened in and what was being done.
    pub(crate) fn at(self, path: &Path, doing: &'static str) -> StoreError {
        let path = path.to_owned();
        match self {
            Self::Sql(source) => sql(path, doing, source),
            Self::Row { table, row, what } => StoreError::BadRow { path, table, row, what },
            Self::Damaged(what) => StoreError::Corrupt { path, what },
            Self::Unfit(what) => StoreError::Unfit { path, what },
            Self::Changed { seen, found } => StoreError::Changed { path, seen, found },
        }
    }
}

fn sql(path: PathBuf, doing: &'static str, source: rusqlite::Error) -> StoreError {
    use rusqlite::ErrorCode as Code;
    match source.sqlite_error_code() {
        Some(Code::DatabaseBusy | Code::DatabaseLocked) => StoreError::Locked { path },
        Some(Code::ReadOnly) => StoreError::ReadOnly { path },
        Some(Code::DiskFull) => StoreError::DiskFull { path },
        Some(Code::NotADatabase) => {
            StoreError::NotAPlan { path, why: "it is not a SQLite database".to_owned() }
        }
        Some(Code::DatabaseCorrupt) => StoreError::Corrupt { path, what: source.to_string() },
        _ => StoreError::Database { path, doing, source },
    }
}
