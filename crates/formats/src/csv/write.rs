//! Writing CSV that Excel opens right and that cannot run anything there.

use super::is_formula;
use crate::error::row_place;
use crate::geom::position;
use crate::table::{Column, FeatureTable, FieldType, Row, Value};
use crate::wkt::wkt;
use crate::{Encoding, FormatError};
use geo_types::Geometry;
use lifang_model::{Fault, Severity};
use std::path::Path;

/// CSV几何 What a CSV says of where its rows are.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub enum CsvGeometry {
    /// 点 Coordinates of points; nothing of lines and areas.
    #[default]
    Points,
    /// 内点 A point of every feature: inside its largest part.
    Inner,
    /// 文本几何 A column `WKT` with the whole geometry, which QGIS, GDAL and PostGIS read. Excel cuts a cell at 32,767
    /// characters, and outlines can be longer.
    Wkt,
}

/// The table as CSV: UTF-8 with a byte order mark, or GBK; CRLF line ends.
///
/// A layer of points gets two columns more, `lon` and `lat` for degrees, else `x` and `y`, unless the table has them
/// already. Other geometries are left out unless asked for with [`CsvGeometry`]. Texts that Excel would run as a
/// formula get an apostrophe in front, which [`crate::read`] takes away again.
///
/// # Errors
/// [`FormatError::Unwritable`] naming each cell with a character GBK lacks.
pub fn csv_bytes(table: &FeatureTable, encoding: Encoding) -> Result<Vec<u8>, FormatError> {
    bytes_at(table, encoding, CsvGeometry::Points, Path::new(&table.name))
}

/// 附坐标 The table with two columns more that hold a point of every feature, named as in CSV; the same table where it has
/// them already or no feature is anywhere.
#[must_use]
pub fn with_positions(table: &FeatureTable) -> FeatureTable {
    let mut table = table.clone();
    let Some((x, y)) = position_columns(&table, false) else { return table };
    table.columns.extend([x, y].map(|name| Column { name: name.to_owned(), kind: FieldType::Real }));
    // A hundred-thousandth of a degree is a metre; a point to write beside a name needs no more than a millimetre.
    let scale = if x == "lon" { 1e8 } else { 1e3 };
    for row in &mut table.rows {
        let at = row.geometry.as_ref().and_then(position);
        let number = |value: f64| Value::Real((value * scale).round() / scale);
        row.values.extend(at.map_or([Value::Null, Value::Null], |at| [number(at.x), number(at.y)]));
    }
    table
}

/// The table with a column of well-known text.
fn with_wkt(table: &FeatureTable) -> FeatureTable {
    let mut table = table.clone();
    table.columns.push(Column { name: "WKT".to_owned(), kind: FieldType::Text });
    for row in &mut table.rows {
        let text = row.geometry.take().map(|geometry| wkt(&geometry)).filter(|text| !text.is_empty());
        row.values.push(text.map_or(Value::Null, Value::Text));
    }
    table
}

pub(crate) fn bytes_at(
    table: &FeatureTable,
    encoding: Encoding,
    geometry: CsvGeometry,
    path: &Path,
) -> Result<Vec<u8>, FormatError> {
    match geometry {
        CsvGeometry::Points => points_at(table, encoding, path),
        CsvGeometry::Inner => points_at(&with_positions(table), encoding, path),
        CsvGeometry::Wkt => points_at(&with_wkt(table), encoding, path),
    }
}

fn points_at(table: &FeatureTable, encoding: Encoding, path: &Path) -> Result<Vec<u8>, FormatError> {
    let position = position_columns(table, true);
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

/// Names for the two coordinate columns of a layer, if need be only of points.
fn position_columns(table: &FeatureTable, points_only: bool) -> Option<(&'static str, &'static str)> {
    let is_point = |row: &Row| matches!(row.geometry, None | Some(Geometry::Point(_)));
    let all_points = !points_only || table.rows.iter().all(is_point);
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
