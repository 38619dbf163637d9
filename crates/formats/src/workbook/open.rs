//! Opening a workbook that may be damaged or hostile, and choosing the sheet.

use crate::error::{bad, io, place};
use crate::{FormatError, ReadOptions};
use calamine::{DataRef, Reader, SheetType, SheetVisible, Xlsx};
use std::fs::File;
use std::io::BufReader;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

pub(crate) type Book = Xlsx<BufReader<File>>;

/// Runs what trusts the bytes of a workbook. The library is written not to panic; should some bytes make it, they are a
/// damaged file like any other.
pub(crate) fn guarded<T>(
    path: &Path,
    run: impl FnOnce() -> Result<T, FormatError>,
) -> Result<T, FormatError> {
    catch_unwind(AssertUnwindSafe(run))
        .unwrap_or_else(|_| Err(damaged(path, "its parts contradict each other")))
}

/// The error for a workbook that cannot be read.
pub(crate) fn damaged(path: &Path, cause: impl std::fmt::Display) -> FormatError {
    bad(
        "F-701",
        place(path),
        format!("the workbook cannot be read: {cause}"),
        "Open it in Excel and save it again as .xlsx, or save the sheet as CSV UTF-8",
    )
}

/// Opens a workbook after every part of it was unpacked once, so that no part is larger than allowed.
pub(crate) fn open(path: &Path, options: &ReadOptions) -> Result<Book, FormatError> {
    let file = || File::open(path).map(BufReader::new).map_err(io(path, "open"));
    let mut archive = zip::ZipArchive::new(file()?).map_err(|error| damaged(path, error))?;
    let mut left = options.max_unpacked;
    for part in 0..archive.len() {
        let part = archive.by_index(part).map_err(|error| damaged(path, error))?;
        // Sizes are counted, not believed: a bomb claims small ones.
        let mut part = std::io::Read::take(part, left.saturating_add(1));
        let size = std::io::copy(&mut part, &mut std::io::sink()).map_err(|error| damaged(path, error))?;
        left = left.checked_sub(size).ok_or_else(|| {
            bad(
                "F-702",
                place(path),
                format!("it unpacks to more than {} bytes", options.max_unpacked),
                "Keep only the sheet you need, without pictures",
            )
        })?;
    }
    Xlsx::new(file()?).map_err(|error| damaged(path, error))
}

/// Whether a sheet has any cell with something in it.
fn is_filled(book: &mut Book, name: &str, path: &Path) -> Result<bool, FormatError> {
    let mut cells = book.worksheet_cells_reader(name).map_err(|error| damaged(path, error))?;
    while let Some(cell) = cells.next_cell().map_err(|error| damaged(path, error))? {
        if *cell.get_value() != DataRef::Empty {
            return Ok(true);
        }
    }
    Ok(false)
}

fn sheets(book: &Book, hidden_too: bool) -> Vec<String> {
    book.sheets_metadata()
        .iter()
        .filter(|sheet| {
            sheet.typ == SheetType::WorkSheet && (hidden_too || sheet.visible == SheetVisible::Visible)
        })
        .map(|sheet| sheet.name.clone())
        .collect()
}

/// The sheet asked for, else the first visible one that is not empty.
pub(crate) fn choose(book: &mut Book, path: &Path, options: &ReadOptions) -> Result<String, FormatError> {
    if let Some(wanted) = &options.layer {
        let all = sheets(book, true);
        return if all.contains(wanted) {
            Ok(wanted.clone())
        } else {
            Err(FormatError::ChooseLayer {
                path: path.to_owned(),
                missing: Some(wanted.clone()),
                layers: all,
            })
        };
    }
    for name in sheets(book, false) {
        if is_filled(book, &name, path)? {
            return Ok(name);
        }
    }
    Err(bad("F-703", place(path), "no visible sheet has any rows", "Name the file that holds the table"))
}

/// The visible sheets that are not empty.
pub(crate) fn layers(path: &Path, options: &ReadOptions) -> Result<Vec<String>, FormatError> {
    guarded(path, || {
        let mut book = open(path, options)?;
        let mut filled = Vec::new();
        for name in sheets(&book, false) {
            if is_filled(&mut book, &name, path)? {
                filled.push(name);
            }
        }
        Ok(filled)
    })
}
