//! Writing the `.dbf`: every value is encoded and measured before the first byte is written.

use super::names::short_names;
use crate::error::row_place;
use crate::table::{FeatureTable, FieldType, Value};
use crate::{Encoding, FormatError};
use lifang_model::{Fault, Severity};
use std::path::Path;

/// Widest character field dBASE knows.
const TEXT_LIMIT: usize = 254;
/// Widest number every reader takes; wider ones are written with an exponent.
const NUMBER_LIMIT: usize = 31;

struct Field {
    name: Vec<u8>,
    kind: u8,
    decimals: u8,
    width: usize,
    cells: Vec<Vec<u8>>,
}

/// The bytes of the table, and the short name of every column.
pub(super) fn encode(
    table: &FeatureTable,
    encoding: Encoding,
    path: &Path,
) -> Result<(Vec<u8>, Vec<String>), FormatError> {
    let full: Vec<&str> = table.columns.iter().map(|column| column.name.as_str()).collect();
    let short = short_names(&full, encoding);
    let mut faults = Vec::new();
    let mut fields = Vec::new();
    for (i, (column, name)) in table.columns.iter().zip(&short).enumerate() {
        let mut cells = Vec::with_capacity(table.rows.len());
        let decimals = decimals(table, i);
        for (row, values) in table.rows.iter().enumerate() {
            let mut fault = |cause: String, action: &str| {
                let mut at = row_place(path, row as u64 + 1);
                at.column = Some(column.name.clone());
                faults.push(Fault::new(Severity::Error, "F-911", cause, action).at(at));
                Vec::new()
            };
            let value = &values.values[i];
            cells.push(match (column.kind, value) {
                (FieldType::Bool, Value::Bool(yes)) => vec![if *yes { b'T' } else { b'F' }],
                (FieldType::Bool, _) => vec![b'?'],
                (FieldType::Integer, Value::Integer(number)) => number.to_string().into_bytes(),
                (FieldType::Real, Value::Real(_) | Value::Integer(_)) => real(value, decimals),
                (FieldType::Integer | FieldType::Real, _) => Vec::new(),
                (FieldType::Text, value) => match encoding.encode(&value.to_text()) {
                    Ok(bytes) if bytes.len() <= TEXT_LIMIT => bytes,
                    Ok(bytes) => fault(
                        format!("a text of {} bytes; a shapefile holds {TEXT_LIMIT}", bytes.len()),
                        "Export as GeoPackage",
                    ),
                    Err(lacking) => fault(
                        format!("GBK has no character {lacking:?}"),
                        "Export with encoding UTF-8, or as GeoPackage",
                    ),
                },
            });
        }
        let widest = cells.iter().map(Vec::len).max().unwrap_or(0).max(1);
        let (kind, decimals) = match column.kind {
            FieldType::Bool => (b'L', 0),
            FieldType::Integer => (b'N', 0),
            FieldType::Real => (b'N', decimals.max(1)),
            FieldType::Text => (b'C', 0),
        };
        // A number needs room for its decimals even when all cells are empty; an integer of up to 9 digits stays
        // one for readers that tell 32 from 64 bits by the width.
        let width = match column.kind {
            FieldType::Real => widest.max(usize::from(decimals) + 2),
            FieldType::Integer => widest.max(9),
            _ => widest,
        };
        match encoding.encode(name) {
            Ok(name) => fields.push(Field { name, kind, decimals, width, cells }),
            Err(lacking) => faults.push(
                Fault::new(
                    Severity::Error,
                    "F-911",
                    format!("GBK has no character {lacking:?}"),
                    "Use UTF-8",
                )
                .at(row_place(path, 0)),
            ),
        }
    }
    let record: usize = 1 + fields.iter().map(|field| field.width).sum::<usize>();
    let header = 33 + 32 * fields.len();
    if record > usize::from(u16::MAX) || fields.len() > 255 {
        let cause =
            format!("{} fields of {record} bytes together; a .dbf record holds 255 and 65535", fields.len());
        faults.push(
            Fault::new(Severity::Error, "F-912", cause, "Export as GeoPackage").at(crate::error::place(path)),
        );
    }
    if !faults.is_empty() {
        return Err(FormatError::Unwritable(faults));
    }
    Ok((bytes(&fields, table.rows.len(), record, header, encoding), short))
}

fn bytes(fields: &[Field], rows: usize, record: usize, header: usize, encoding: Encoding) -> Vec<u8> {
    let mut out = Vec::with_capacity(header + rows * record + 1);
    // Version 3 without memo; the date is constant, so that the same table gives the same bytes on any day.
    out.extend([0x03, 100, 1, 1]);
    out.extend((rows as u32).to_le_bytes());
    out.extend((header as u16).to_le_bytes());
    out.extend((record as u16).to_le_bytes());
    out.resize(32, 0);
    // Code page 936 for GBK. There is no number for UTF-8: the .cpg says it.
    out[29] = if encoding == Encoding::Gbk { 0x4d } else { 0 };
    for field in fields {
        let mut entry = [0; 32];
        entry[..field.name.len()].copy_from_slice(&field.name);
        entry[11] = field.kind;
        entry[16] = field.width as u8;
        entry[17] = field.decimals;
        out.extend(entry);
    }
    out.push(0x0d);
    for row in 0..rows {
        out.push(b' ');
        for field in fields {
            let cell = &field.cells[row];
            let pad = std::iter::repeat_n(b' ', field.width - cell.len());
            if field.kind == b'N' {
                out.extend(pad);
                out.extend(cell);
            } else {
                out.extend(cell);
                out.extend(pad);
            }
        }
    }
    out.push(0x1a);
    out
}

/// Decimals that keep every number of a column exact, at most 15.
fn decimals(table: &FeatureTable, column: usize) -> u8 {
    let of = |value: &Value| match value {
        Value::Real(number) if number.is_finite() => {
            let text = number.to_string();
            text.split_once('.').map_or(0, |(_, tail)| tail.len())
        }
        _ => 0,
    };
    table.rows.iter().map(|row| of(&row.values[column])).max().unwrap_or(0).min(15) as u8
}

fn real(value: &Value, decimals: u8) -> Vec<u8> {
    let number = match value {
        Value::Real(number) => *number,
        Value::Integer(number) => *number as f64,
        _ => return Vec::new(),
    };
    if !number.is_finite() {
        return Vec::new();
    }
    let digits = usize::from(decimals.max(1));
    let plain = format!("{number:.digits$}");
    let exact = plain.parse() == Ok(number);
    if exact && plain.len() <= NUMBER_LIMIT { plain } else { format!("{number:e}") }.into_bytes()
}
