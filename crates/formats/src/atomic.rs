//! 原子写入 A whole file or none: temporary names in the same directory, then renames.

use crate::FormatError;
use crate::error::io;
use std::io::Write;
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// Files that belong together; nothing is visible under its own name before all are written.
pub(crate) struct FileSet {
    parts: Vec<(PathBuf, NamedTempFile)>,
}

impl FileSet {
    pub(crate) const fn new() -> Self {
        Self { parts: Vec::new() }
    }

    /// Writes one file of the set under a temporary name.
    pub(crate) fn add(&mut self, path: &Path, bytes: &[u8]) -> Result<(), FormatError> {
        let mut file = temporary(path)?;
        file.write_all(bytes).map_err(io(path, "write"))?;
        self.parts.push((path.to_owned(), file));
        Ok(())
    }

    /// Takes a temporary file that is already written.
    pub(crate) fn adopt(&mut self, path: &Path, file: NamedTempFile) {
        self.parts.push((path.to_owned(), file));
    }

    /// Brings all to disk, then gives them their names.
    pub(crate) fn commit(self) -> Result<Vec<PathBuf>, FormatError> {
        for (path, file) in &self.parts {
            file.as_file().sync_all().map_err(io(path, "flush"))?;
        }
        let mut done = Vec::with_capacity(self.parts.len());
        for (path, file) in self.parts {
            file.persist(&path).map_err(|error| io(&path, "replace")(error.error))?;
            done.push(path);
        }
        Ok(done)
    }
}

/// An empty temporary file beside `path`, readable like any file a user makes.
pub(crate) fn temporary(path: &Path) -> Result<NamedTempFile, FormatError> {
    let directory = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let mut builder = tempfile::Builder::new();
    builder.prefix(".lifang-").suffix(".tmp");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(std::fs::Permissions::from_mode(0o644));
    }
    builder.tempfile_in(directory).map_err(io(path, "create a file beside it"))
}
