//! Writing CSV that Excel opens right and that cannot run anything there.

use super::is_formula;
use crate::error::row_place;
use crate::table::{FeatureTable, Value};
use crate::{Encoding, FormatError};
use geo_types::Geometry;
use lifang_model::{Fault, Severity};
use std::path::Path;

/// The table as CSV: UTF-8 with a byte order mark, or GBK; CRLF line ends.
///
/// A layer of points gets two columns more, `lon` and `lat` for degrees, else `x` and `y`, unless the table has them
/// already. Other geometries are left out: Excel cuts a cell at 32,767 characters. Texts that Excel would run as a
/// formula get an apostrophe in front, which [`crate::read`] takes away again.
///
/// # Errors
/// [`FormatError::Unwritable`] naming each cell with a character GBK lacks.
pub fn csv_bytes(table: &FeatureTable, encoding: Encoding) -> Result<Vec<u8>, FormatError> {
    bytes_at(table, encoding, Path::new(&table.name))
}

pub(crate) fn bytes_at(
    table: &FeatureTable,
    encoding: Encoding,
    path: &Path,
) -> Result<Vec<u8>, FormatError> {
    let position = position_columns(table);
    let mut out = if encoding == Encoding::Utf8 { "\u{feff}".as_bytes().to_vec() } else { Vec::new() };
    let mut faults = Vec::new();
    let mut put = |out: &mut Vec<u8>, row: u64, column: &str, text: &str| match encoding.encode(&quoted(text))
    {
        Ok(bytes) => out.extend(bytes),
        Err(lacking) => {
            let mut at = row_place(path, row);
            at.column = Some(column.to_owned());
            let cause = format!("GBK has no character {lacking:?}");
            faults.push(Fault::new(Severity::Error, "F-911", cause, "Export with encoding UTF-8").at(at));
        }
    };
    let names =
        table.columns.iter().map(|c| c.name.as_str()).chain(position.iter().flat_map(|(x, y)| [*x, *y]));
    for (i, name) in names.enumerate() {
        if i > 0 {
            out.push(b',');
        }
        put(&mut out, 1, name, name);
    }
    out.extend(b"\r\n");
    for (i, row) in table.rows.iter().enumerate() {
        let line = i as u64 + 2;
        for (k, (column, value)) in table.columns.iter().zip(&row.values).enumerate() {
            if k > 0 {
                out.push(b',');
            }
            match value {
                Value::Text(text) => put(&mut out, line, &column.name, text),
                Value::Real(number) if !number.is_finite() => {}
                // Numbers are written bare: the sign of a negative one is no formula.
                other => out.extend(other.to_text().into_bytes()),
            }
        }
        if position.is_some() {
            if !table.columns.is_empty() {
                out.push(b',');
            }
            match &row.geometry {
                Some(Geometry::Point(p)) => out.extend(format!("{},{}", p.x(), p.y()).into_bytes()),
                _ => out.push(b','),
            }
        }
        out.extend(b"\r\n");
    }
    if faults.is_empty() { Ok(out) } else { Err(FormatError::Unwritable(faults)) }
}

/// Names for the two coordinate columns of a point layer.
fn position_columns(table: &FeatureTable) -> Option<(&'static str, &'static str)> {
    let all_points = table.rows.iter().all(|row| matches!(row.geometry, None | Some(Geometry::Point(_))));
    let [x0, y0, x1, y1] = table.extent().filter(|_| all_points)?;
    let degrees = x0 >= -180.0 && x1 <= 180.0 && y0 >= -90.0 && y1 <= 90.0;
    let (x, y) = if degrees { ("lon", "lat") } else { ("x", "y") };
    let taken =
        table.columns.iter().any(|c| c.name.eq_ignore_ascii_case(x) || c.name.eq_ignore_ascii_case(y));
    (!taken).then_some((x, y))
}

/// A cell: made harmless, and quoted where it must be.
pub(crate) fn quoted(text: &str) -> String {
    let safe = if is_formula(text) { format!("'{text}") } else { text.to_owned() };
    if safe.contains([',', '"', '\n', '\r', ';', '\t']) || safe.starts_with(' ') || safe.ends_with(' ') {
        format!("\"{}\"", safe.replace('"', "\"\""))
    } else {
        safe
    }
}
