//! Reading CSV: points by two coordinate columns, any geometry as well-known text, or a table without geometry.

use super::is_formula;
use crate::FormatError;
use crate::encoding::Decoder;
use crate::error::{bad, io, place, row_place};
use crate::position::{Columns, Positions};
use crate::read::{ReadOptions, stem};
use crate::table::{Column, FeatureTable, FieldType, Row, Value, unique_names};
use std::borrow::Cow;
use std::path::Path;

/// Reads a CSV, TSV or semicolon-separated text with a header line.
pub(crate) fn read(path: &Path, options: &ReadOptions) -> Result<FeatureTable, FormatError> {
    let bytes = std::fs::read(path).map_err(io(path, "read"))?;
    let (text, note) = text(&bytes, options, path)?;
    let mut reader = ::csv::ReaderBuilder::new()
        .delimiter(delimiter(&text))
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut records = reader.records();
    let broken = |error: ::csv::Error| {
        let line = error.position().map_or(1, ::csv::Position::line);
        bad("F-502", row_place(path, line), format!("the line cannot be read: {error}"), "Check its quotes")
    };
    let header = match records.next() {
        Some(header) => header.map_err(broken)?,
        None => return Err(bad("F-501", place(path), "there is no header line", "Give every column a name")),
    };
    let names = unique_names(header.iter().map(|name| name.trim().to_owned()));
    let columns = Columns::find(&names, |column| sample(&text, column));
    let mut positions = Positions::new(columns, &names);
    let mut table = FeatureTable {
        name: stem(path),
        encoding: Some(note),
        columns: names.iter().map(|name| Column { name: name.clone(), kind: FieldType::Text }).collect(),
        ..FeatureTable::default()
    };
    for record in records {
        let record = record.map_err(broken)?;
        let line = record.position().map_or(0, ::csv::Position::line);
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        if record.len() > names.len() && record.iter().skip(names.len()).any(|cell| !cell.trim().is_empty()) {
            let cause = format!("the line has {} cells, the header {}", record.len(), names.len());
            return Err(bad("F-503", row_place(path, line), cause, "Quote cells that hold commas"));
        }
        if table.rows.len() >= options.max_features {
            return Err(options.too_many(path));
        }
        let cells: Vec<&str> = (0..names.len()).map(|i| record.get(i).unwrap_or("")).collect();
        let geometry = positions.of(|column| Cow::Borrowed(cells[column]), &row_place(path, line));
        let values = cells.iter().map(|cell| value(cell)).collect();
        table.lines.push(line);
        table.rows.push(Row { geometry, values });
    }
    numbers(&mut table, columns);
    positions.finish(&mut table, &place(path));
    table.settle_types(&[]);
    Ok(table)
}

/// The first cell of a column that is not empty, among the first hundred lines.
fn sample(text: &str, column: usize) -> Option<Cow<'static, str>> {
    let mut reader = ::csv::ReaderBuilder::new()
        .delimiter(delimiter(text))
        .has_headers(true)
        .flexible(true)
        .from_reader(text.as_bytes());
    let cells = reader.records().take(100).map_while(Result::ok);
    let mut cells = cells.filter_map(|record| record.get(column).map(|cell| cell.trim().to_owned()));
    cells.find(|cell| !cell.is_empty()).map(Cow::Owned)
}

fn text(bytes: &[u8], options: &ReadOptions, path: &Path) -> Result<(String, String), FormatError> {
    let wide = |little: bool, bytes: &[u8]| {
        let units: Vec<u16> = bytes
            .chunks_exact(2)
            .map(|b| if little { u16::from_le_bytes([b[0], b[1]]) } else { u16::from_be_bytes([b[0], b[1]]) })
            .collect();
        String::from_utf16_lossy(&units)
    };
    if let Some(rest) = bytes.strip_prefix(b"\xff\xfe") {
        return Ok((wide(true, rest), "UTF-16 (byte order mark)".into()));
    }
    if let Some(rest) = bytes.strip_prefix(b"\xfe\xff") {
        return Ok((wide(false, rest), "UTF-16 (byte order mark)".into()));
    }
    let marked = bytes.strip_prefix(b"\xef\xbb\xbf");
    let decoder = match (&options.encoding, marked) {
        (_, Some(_)) => Decoder::by_label("utf-8", "byte order mark"),
        (Some(label), None) => Decoder::by_label(label, "as asked"),
        (None, None) => Some(Decoder::sniff(std::iter::once(bytes))),
    };
    let decoder = decoder.ok_or_else(|| {
        let label = options.encoding.as_deref().unwrap_or_default();
        bad("F-113", place(path), format!("encoding {label:?} is unknown"), "Use UTF-8 or GBK")
    })?;
    let (text, lossy) = decoder.decode(marked.unwrap_or(bytes));
    if lossy {
        let cause = format!("some bytes are no {}", decoder.note);
        return Err(bad("F-202", place(path), cause, "Name the right encoding, e.g. GBK or UTF-8"));
    }
    Ok((text, decoder.note))
}

/// Whichever of comma, tab and semicolon the header line has most of.
fn delimiter(text: &str) -> u8 {
    let header = text.lines().next().unwrap_or("");
    let mut best = (0, b',');
    for sign in [b',', b'\t', b';'] {
        let count = header.bytes().filter(|b| *b == sign).count();
        if count > best.0 {
            best = (count, sign);
        }
    }
    best.1
}

fn value(cell: &str) -> Value {
    let cell = match cell.strip_prefix('\'') {
        Some(rest) if is_formula(rest) => rest,
        _ => cell,
    };
    if cell.trim().is_empty() { Value::Null } else { Value::Text(cell.to_owned()) }
}

/// Turns columns in which every cell is a number into numbers. Codes stay text: leading zeros, or over 15 digits.
pub(crate) fn numbers(table: &mut FeatureTable, positions: Columns) {
    for column in 0..table.columns.len() {
        let is_position = positions.pairs(column);
        let cells: Vec<Value> = table
            .rows
            .iter()
            .map(|row| match row.values.get(column) {
                Some(Value::Text(text)) => number(text, is_position),
                Some(_) => Some(Value::Null),
                None => None,
            })
            .map(|cell| cell.unwrap_or(Value::Text(String::new())))
            .collect();
        if cells.iter().any(|cell| matches!(cell, Value::Text(_))) {
            continue;
        }
        for (row, cell) in table.rows.iter_mut().zip(cells) {
            row.values[column] = cell;
        }
    }
}

fn number(text: &str, is_position: bool) -> Option<Value> {
    let text = text.trim();
    let digits = text.trim_start_matches('-');
    let code = digits.len() > 1 && digits.starts_with('0') && !digits.starts_with("0.");
    let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit() || b".eE+-".contains(&b));
    if !plain || (!is_position && (code || (digits.len() > 15 && digits.bytes().all(|b| b.is_ascii_digit()))))
    {
        return None;
    }
    if let Ok(whole) = text.parse() {
        return Some(Value::Integer(whole));
    }
    text.parse::<f64>().ok().filter(|number| number.is_finite()).map(Value::Real)
}
