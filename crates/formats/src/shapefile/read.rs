//! Reading a shapefile with what lies beside it.

use super::dbf_read::{Dbf, Oddity};
use super::shp_read::Shp;
use crate::FormatError;
use crate::error::{bad, io, place, row_place};
use crate::read::{ReadOptions, stem};
use crate::table::{Column, FeatureTable, FieldType, Row, Value, unique_names};
use lifang_model::{Fault, Place, Severity};
use std::path::{Path, PathBuf};

/// Faults of one kind listed one by one; the rest are counted.
const LISTED: usize = 20;

/// The file beside `path` with another extension, in either case.
fn beside(path: &Path, extension: &str) -> Option<PathBuf> {
    [extension.to_owned(), extension.to_uppercase()]
        .into_iter()
        .map(|extension| path.with_extension(extension))
        .find(|candidate| candidate.is_file())
}

fn load(path: &Path, options: &ReadOptions) -> Result<Vec<u8>, FormatError> {
    let length = std::fs::metadata(path).map_err(io(path, "look at"))?.len();
    if length > options.max_bytes {
        let cause = format!("{length} bytes; the limit is {}", options.max_bytes);
        return Err(bad("F-111", place(path), cause, "Cut out the area you plan for"));
    }
    std::fs::read(path).map_err(io(path, "read"))
}

/// The attributes of a layer.
struct Attributes {
    columns: Vec<Column>,
    declared: Vec<Option<FieldType>>,
    encoding: Option<String>,
    /// `None` for a deleted record.
    rows: Vec<Option<Vec<Value>>>,
    faults: Vec<Fault>,
}

fn attributes(path: &Path, cpg: Option<&Path>, options: &ReadOptions) -> Result<Attributes, FormatError> {
    let bytes = load(path, options)?;
    let again = "Export the layer again";
    let dbf = Dbf::open(&bytes).map_err(|why| bad("F-302", place(path), why, again))?;
    if dbf.promised > dbf.rows {
        let cause = format!("it is cut short: {} records promised, {} there", dbf.promised, dbf.rows);
        return Err(bad("F-302", place(path), cause, again));
    }
    if dbf.rows > options.max_features {
        return Err(options.too_many(path));
    }
    // A web server's error page saved as .cpg may hold anything; 64 bytes tell a name from a page.
    let label = cpg.and_then(|cpg| std::fs::read(cpg).ok()).map(|bytes| {
        let head = &bytes[..bytes.len().min(64)];
        String::from_utf8_lossy(head).trim_matches(['\u{feff}', '\0']).trim().to_owned()
    });
    let (decoder, odd) = dbf.decoder(options.encoding.as_deref(), label.as_deref()).map_err(|label| {
        bad("F-113", place(path), format!("encoding {label:?} is unknown"), "Use UTF-8 or GBK")
    })?;
    let mut faults = Vec::new();
    let mut note = |severity, code: &str, cause: String, action: &str| {
        faults.push(Fault::new(severity, code, cause, action).at(place(path)));
    };
    if let Some(label) = odd {
        let cause = format!("the .cpg says {label:?}, which is no encoding");
        note(Severity::Warning, "F-311", cause, &format!("Texts were read as {}", decoder.note));
    }
    for (name, kind) in &dbf.skipped {
        let cause =
            format!("field {:?} is of type {kind}, which holds no plain value", decoder.decode(name).0);
        note(Severity::Notice, "F-312", cause, "The field is left out");
    }
    let names = unique_names(dbf.names(&decoder));
    let mut rows = Vec::with_capacity(dbf.rows);
    let mut unreadable = 0;
    let mut stars = vec![0_usize; names.len()];
    for row in 0..dbf.rows {
        if dbf.deleted(row) {
            rows.push(None);
            continue;
        }
        let mut values = Vec::with_capacity(names.len());
        for (column, (value, odd)) in dbf.values(row, &decoder).into_iter().enumerate() {
            if odd == Oddity::Stars {
                stars[column] += 1;
            }
            if odd == Oddity::Unreadable {
                unreadable += 1;
                if unreadable <= LISTED {
                    let mut at = row_place(path, row as u64 + 1);
                    at.column = names.get(column).cloned();
                    let (cause, action) = match &value {
                        Value::Text(text) => (
                            format!("{text:?} has bytes that are no {}", decoder.note),
                            "Name the right encoding, e.g. GBK or UTF-8",
                        ),
                        _ => ("the value cannot be read".to_owned(), "It counts as not given"),
                    };
                    faults.push(Fault::new(Severity::Warning, "F-313", cause, action).at(at));
                }
            }
            values.push(value);
        }
        rows.push(Some(values));
    }
    if unreadable > LISTED {
        let cause = format!("{} more values cannot be read", unreadable - LISTED);
        faults.push(Fault::new(Severity::Warning, "F-313", cause, "They count as not given").at(place(path)));
    }
    for (name, &count) in names.iter().zip(&stars).filter(|&(_, &count)| count > 0) {
        let cause = format!("{count} cells hold asterisks: no value, or a number too long for its field");
        let at = Place { column: Some(name.clone()), ..place(path) };
        faults.push(Fault::new(Severity::Notice, "F-318", cause, "They count as not given").at(at));
    }
    Ok(Attributes {
        columns: names.into_iter().map(|name| Column { name, kind: FieldType::Text }).collect(),
        declared: dbf.kinds(),
        encoding: Some(decoder.note),
        rows,
        faults,
    })
}

/// Reads a lone `.dbf` as a table without geometry.
pub(crate) fn read_table(path: &Path, options: &ReadOptions) -> Result<FeatureTable, FormatError> {
    let found = attributes(path, beside(path, "cpg").as_deref(), options)?;
    let deleted = found.rows.iter().filter(|row| row.is_none()).count();
    let mut table = FeatureTable {
        name: stem(path),
        encoding: found.encoding,
        columns: found.columns,
        rows: found.rows.into_iter().flatten().map(|values| Row { geometry: None, values }).collect(),
        faults: found.faults,
        ..FeatureTable::default()
    };
    deleted_note(&mut table, path, deleted);
    table.settle_types(&found.declared);
    Ok(table)
}

fn deleted_note(table: &mut FeatureTable, path: &Path, deleted: usize) {
    if deleted > 0 {
        let cause = format!("{deleted} records are marked as deleted");
        table.faults.push(Fault::new(Severity::Notice, "F-314", cause, "They are left out").at(place(path)));
    }
}

/// Reads a shapefile by its `.shp`.
pub(crate) fn read(path: &Path, options: &ReadOptions) -> Result<FeatureTable, FormatError> {
    let bytes = load(path, options)?;
    let mut shp = Shp::open(&bytes).map_err(|why| {
        let action = if why.contains("multipatch") {
            "Convert it to polygons first"
        } else {
            "Export the layer again"
        };
        bad("F-301", place(path), why, action)
    })?;
    let mut geometries = Vec::new();
    let (mut flattened, mut orphans) = (0u64, Vec::new());
    while let Some(record) = shp.next() {
        let number = geometries.len() as u64 + 1;
        let record =
            record.map_err(|why| bad("F-301", row_place(path, number), why, "Export the layer again"))?;
        flattened += u64::from(record.flattened);
        if record.orphans > 0 {
            orphans.push(number);
        }
        geometries.push(record.geometry);
        if geometries.len() > options.max_features {
            return Err(options.too_many(path));
        }
    }
    let mut faults = Vec::new();
    let mut note = |severity, code: &str, row: Option<u64>, cause: String, action: &str| {
        let at = row.map_or_else(|| place(path), |row| row_place(path, row));
        faults.push(Fault::new(severity, code, cause, action).at(at));
    };
    if shp.trailing > 0 {
        let cause = format!("{} bytes follow the last record", shp.trailing);
        note(Severity::Warning, "F-315", None, cause, "They are ignored");
    }
    if flattened > 0 {
        let cause = format!("{flattened} features have heights or measures");
        note(Severity::Notice, "F-121", None, cause, "Heights and measures are left out");
    }
    for &row in orphans.iter().take(LISTED) {
        let cause = "a hole lies outside every outer ring".to_owned();
        note(Severity::Warning, "F-316", Some(row), cause, "It was taken as a polygon of its own");
    }
    let mut table = FeatureTable { name: stem(path), ..FeatureTable::default() };
    table.crs = beside(path, "prj").and_then(|prj| std::fs::read(prj).ok()).and_then(|bytes| {
        let text = String::from_utf8_lossy(&bytes).trim_matches(['\u{feff}', '\0']).trim().to_owned();
        (!text.is_empty()).then_some(text)
    });
    let Some(dbf) = beside(path, "dbf") else {
        note(
            Severity::Warning,
            "F-317",
            None,
            "there is no .dbf beside it".into(),
            "The features have no attributes",
        );
        table.faults = faults;
        table.rows = geometries.into_iter().map(|geometry| Row { geometry, values: Vec::new() }).collect();
        return Ok(table);
    };
    let found = attributes(&dbf, beside(path, "cpg").as_deref(), options)?;
    if found.rows.len() != geometries.len() {
        let cause =
            format!("the .shp has {} features, the .dbf {} records", geometries.len(), found.rows.len());
        return Err(bad(
            "F-303",
            place(path),
            cause,
            "They belong to different layers; export the layer again",
        ));
    }
    let deleted = found.rows.iter().filter(|row| row.is_none()).count();
    table.encoding = found.encoding;
    table.columns = found.columns;
    table.rows = geometries
        .into_iter()
        .zip(found.rows)
        .filter_map(|(geometry, values)| values.map(|values| Row { geometry, values }))
        .collect();
    faults.extend(found.faults);
    table.faults = faults;
    deleted_note(&mut table, &dbf, deleted);
    table.settle_types(&found.declared);
    Ok(table)
}
