//! Opening a workbook that may be damaged or hostile, and choosing the sheet.

use super::{cells, old};
use crate::error::{bad, io, place};
use crate::{FormatError, ReadOptions, Value};
use calamine::{Dimensions, Reader, SheetType, SheetVisible, Xls, Xlsx};
use std::fs::File;
use std::io::BufReader;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

/// An open workbook.
pub(crate) enum Book {
    /// Of today: sheets are read as streams.
    Now(Box<Xlsx<BufReader<File>>>),
    /// Of Excel 97 to 2003: sheets were read on opening.
    Old(Box<Xls<BufReader<File>>>),
}

impl Book {
    fn metadata(&self) -> &[calamine::Sheet] {
        match self {
            Self::Now(book) => book.sheets_metadata(),
            Self::Old(book) => book.sheets_metadata(),
        }
    }

    /// Gives row and column, from 0, and value of every cell of a sheet in order until `each` says no more.
    pub fn each_cell(
        &mut self,
        sheet: &str,
        path: &Path,
        mut each: impl FnMut(u32, u32, Result<Value, String>) -> Result<bool, FormatError>,
    ) -> Result<(), FormatError> {
        match self {
            Self::Now(book) => {
                let mut reader = book.worksheet_cells_reader(sheet).map_err(|error| damaged(path, error))?;
                while let Some(cell) = reader.next_cell().map_err(|error| damaged(path, error))? {
                    let (row, column) = cell.get_position();
                    if !each(row, column, cells::value(cell.get_value()))? {
                        break;
                    }
                }
            }
            Self::Old(book) => {
                let range = book.worksheet_range(sheet).map_err(|error| damaged(path, error))?;
                let (top, left) = range.start().unwrap_or_default();
                for (row, column, cell) in range.used_cells() {
                    let value = cells::value(&cells::by_reference(cell));
                    if !each(top + row as u32, left + column as u32, value)? {
                        break;
                    }
                }
            }
        }
        Ok(())
    }

    /// The merged cells of a sheet.
    pub fn merged(&mut self, sheet: &str, path: &Path) -> Result<Vec<Dimensions>, FormatError> {
        match self {
            Self::Now(book) => book.merge_cells_by_sheet_name(sheet).map_err(|error| damaged(path, error)),
            Self::Old(book) => book.merge_cells_by_sheet_name(sheet).map_err(|error| damaged(path, error)),
        }
    }
}

/// First bytes of the container of old Office documents ([MS-CFB] 2.2).
pub(crate) const OLD: &[u8; 4] = b"\xd0\xcf\x11\xe0";

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
    let mut head = [0; 4];
    std::io::Read::read_exact(&mut file()?, &mut head).map_err(|error| damaged(path, error))?;
    if &head == OLD {
        return Ok(Book::Old(Box::new(old::open(path, options)?)));
    }
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
    let book = Xlsx::new(file()?).map_err(|error| damaged(path, error))?;
    Ok(Book::Now(Box::new(book)))
}

/// Whether a sheet has any cell with something in it.
fn is_filled(book: &mut Book, name: &str, path: &Path) -> Result<bool, FormatError> {
    let mut filled = false;
    book.each_cell(name, path, |_, _, value| {
        filled = value != Ok(Value::Null);
        Ok(!filled)
    })?;
    Ok(filled)
}

fn sheets(book: &Book, hidden_too: bool) -> Vec<String> {
    book.metadata()
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
