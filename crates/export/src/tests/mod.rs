mod books;
mod files;
mod sample;
mod tables;
mod tiling;
mod town;

use lifang_formats::Format;
use std::path::{Path, PathBuf};

/// The file of an export that a user would open.
fn main_file(files: &[PathBuf], format: Format) -> &Path {
    let ends = |file: &&PathBuf| file.extension().is_some_and(|ending| ending == format.extension());
    files.iter().find(ends).unwrap()
}
