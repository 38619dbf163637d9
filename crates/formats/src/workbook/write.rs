//! Writing workbooks: tables as sheets that Excel, WPS and LibreOffice open with a fixed header and a filter.

use crate::FormatError;
use crate::error::{bad, place, row_place};
use crate::table::{FeatureTable, Value};
use lifang_model::{Fault, Severity};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, Workbook, Worksheet, XlsxError};
use std::path::Path;

/// Most rows of a sheet, the header included, and most characters of a cell: limits of Excel.
const ROWS: usize = 1_048_576;
const CHARACTERS: usize = 32_767;

/// Narrowest and widest column, characters.
const WIDTHS: (f64, f64) = (6.0, 48.0);

/// Rows looked at for the width of a column.
const SAMPLE: usize = 2_000;

/// The largest whole number that a cell, which holds a float, tells apart from its neighbours.
const WHOLE: i64 = 9_007_199_254_740_992;

/// 工作表 A table as a sheet of a workbook.
#[derive(Copy, Clone, Debug)]
pub struct Sheet<'a> {
    /// Name of the sheet; what Excel does not take is replaced.
    pub name: &'a str,
    /// The table; its geometry is left out.
    pub table: &'a FeatureTable,
    /// What stands over each column; the names of the columns where there is none.
    pub titles: &'a [String],
}

/// 工作簿 Sheets as an Excel workbook: the header stands still, columns filter, numbers are numbers, and a text is a text
/// even when it begins as a formula does.
///
/// # Errors
/// [`FormatError::Unwritable`] naming sheet, row and column of what Excel cannot hold: more than 1,048,576 rows, more than
/// 32,767 characters.
///
/// # Determinism
/// The same tables give the same bytes; the date of the file is a constant.
pub fn workbook_bytes(sheets: &[Sheet<'_>]) -> Result<Vec<u8>, FormatError> {
    bytes_at(sheets, Path::new("workbook.xlsx"))
}

pub(crate) fn bytes_at(sheets: &[Sheet<'_>], path: &Path) -> Result<Vec<u8>, FormatError> {
    fits(sheets, path)?;
    let broken = |error: XlsxError| {
        bad("F-931", place(path), format!("the workbook cannot be made: {error}"), "Export as CSV")
    };
    let mut book = Workbook::new();
    let date = ExcelDateTime::from_ymd(2000, 1, 1).map_err(broken)?;
    book.set_properties(&DocProperties::new().set_creation_datetime(&date));
    let mut taken: Vec<String> = Vec::new();
    for sheet in sheets {
        let name = free_name(sheet.name, &taken);
        let page = book.add_worksheet();
        page.set_name(&name).map_err(broken)?;
        fill(page, sheet).map_err(broken)?;
        taken.push(name);
    }
    book.save_to_buffer().map_err(broken)
}

/// Refuses what Excel would cut.
fn fits(sheets: &[Sheet<'_>], path: &Path) -> Result<(), FormatError> {
    let mut faults = Vec::new();
    for sheet in sheets {
        if sheet.table.rows.len() >= ROWS {
            let cause = format!(
                "sheet {:?} has {} rows; Excel takes {}",
                sheet.name,
                sheet.table.rows.len(),
                ROWS - 1
            );
            faults.push(
                Fault::new(Severity::Error, "F-931", cause, "Export as CSV or GeoPackage").at(place(path)),
            );
        }
        for (at, row) in sheet.table.rows.iter().enumerate() {
            for (column, value) in sheet.table.columns.iter().zip(&row.values) {
                if matches!(value, Value::Text(text) if text.chars().count() > CHARACTERS) {
                    let mut place = row_place(path, at as u64 + 2);
                    (place.layer, place.column) = (Some(sheet.name.to_owned()), Some(column.name.clone()));
                    let cause =
                        format!("the text is longer than the {CHARACTERS} characters a cell of Excel holds");
                    faults.push(
                        Fault::new(Severity::Error, "F-931", cause, "Export as CSV or GeoPackage").at(place),
                    );
                }
            }
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(FormatError::Unwritable(faults)) }
}

fn fill(page: &mut Worksheet, sheet: &Sheet<'_>) -> Result<(), XlsxError> {
    let head = Format::new().set_bold().set_text_wrap().set_align(FormatAlign::Top);
    // The mark Excel itself gives a text that begins as a formula, so that editing the cell does not make it one.
    let quoted = Format::new().set_quote_prefix();
    let table = sheet.table;
    for (at, column) in table.columns.iter().enumerate() {
        let column_at = at as u16;
        let title = sheet.titles.get(at).unwrap_or(&column.name);
        page.write_string_with_format(0, column_at, title.as_str(), &head)?;
        let cells = table.rows.iter().take(SAMPLE).filter_map(|row| row.values.get(at));
        let widest =
            cells.map(|value| width(&value.to_text())).chain(title.lines().map(width)).fold(0.0, f64::max);
        page.set_column_width(column_at, (widest + 2.0).clamp(WIDTHS.0, WIDTHS.1))?;
    }
    for (row, number) in table.rows.iter().zip(1u32..) {
        for (value, column) in row.values.iter().zip(0u16..) {
            match value {
                Value::Null => {}
                Value::Bool(yes) => {
                    page.write_boolean(number, column, *yes)?;
                }
                Value::Integer(whole) if whole.abs() <= WHOLE => {
                    page.write_number(number, column, *whole as f64)?;
                }
                Value::Integer(whole) => {
                    page.write_string(number, column, whole.to_string())?;
                }
                Value::Real(real) if real.is_finite() => {
                    page.write_number(number, column, *real)?;
                }
                Value::Real(_) => {}
                Value::Text(text) if text.starts_with(['=', '+', '-', '@']) => {
                    page.write_string_with_format(number, column, text.as_str(), &quoted)?;
                }
                Value::Text(text) => {
                    page.write_string(number, column, text.as_str())?;
                }
            }
        }
    }
    page.set_freeze_panes(1, u16::from(table.columns.len() > 1))?;
    if let Some(last) = table.columns.len().checked_sub(1) {
        page.autofilter(0, 0, table.rows.len() as u32, last as u16)?;
    }
    Ok(())
}

/// Width of a text, in digits: a Han character takes two.
fn width(text: &str) -> f64 {
    text.chars().map(|c| if c.is_ascii() { 1.0 } else { 2.0 }).sum()
}

/// A name Excel takes that no sheet before has: at most 31 characters, none of `[]:*?/\`, no apostrophe at its ends.
fn free_name(wanted: &str, taken: &[String]) -> String {
    let plain: String =
        wanted.chars().map(|c| if c.is_control() || "[]:*?/\\".contains(c) { '_' } else { c }).collect();
    let plain = plain.trim().trim_matches('\'');
    let base = if plain.is_empty() { "Sheet" } else { plain };
    let cut = |text: &str, most: usize| text.chars().take(most).collect::<String>();
    let mut name = cut(base, 31);
    for n in 2.. {
        if !taken.iter().any(|other| other.to_lowercase() == name.to_lowercase()) {
            break;
        }
        let end = format!("_{n}");
        name = format!("{}{end}", cut(base, 31 - end.len()));
    }
    name
}
