//! Reading a layer of a GeoPackage. The file is opened read-only and never changed.

use super::ident;
use crate::FormatError;
use crate::error::{bad, place, row_place};
use crate::read::ReadOptions;
use crate::table::{Column, FeatureTable, FieldType, Row, Value};
use crate::wkb;
use lifang_model::{Fault, Severity};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags, OptionalExtension};
use std::path::Path;

fn broken(path: &Path) -> impl Fn(rusqlite::Error) -> FormatError + '_ {
    move |error| {
        bad(
            "F-401",
            place(path),
            format!("the GeoPackage is damaged or no GeoPackage: {error}"),
            "Export it again",
        )
    }
}

fn open(path: &Path) -> Result<Connection, FormatError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let plain = Connection::open_with_flags(path, flags);
    let works = |c: &Connection| c.query_row("select count(*) from sqlite_master", [], |_| Ok(())).is_ok();
    if let Ok(connection) = plain
        && works(&connection)
    {
        return Ok(connection);
    }
    // A file in WAL mode on a medium that cannot be written opens only as immutable.
    let mut uri = String::from("file:");
    for byte in path.to_string_lossy().bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' => uri.push(byte as char),
            b'\\' if cfg!(windows) => uri.push('/'),
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri.push_str("?immutable=1");
    let connection =
        Connection::open_with_flags(uri, flags | OpenFlags::SQLITE_OPEN_URI).map_err(broken(path))?;
    connection.query_row("select count(*) from sqlite_master", [], |_| Ok(())).map_err(broken(path))?;
    Ok(connection)
}

/// The feature layers, in the file's order.
pub(crate) fn layers(path: &Path) -> Result<Vec<String>, FormatError> {
    feature_layers(&open(path)?, path)
}

fn feature_layers(db: &Connection, path: &Path) -> Result<Vec<String>, FormatError> {
    let mut query = db
        .prepare("select table_name from gpkg_contents where data_type = 'features' order by rowid")
        .map_err(broken(path))?;
    let names = query.query_map([], |row| row.get(0)).map_err(broken(path))?;
    names.collect::<Result<_, _>>().map_err(broken(path))
}

/// Reads one feature layer.
pub(crate) fn read(path: &Path, options: &ReadOptions) -> Result<FeatureTable, FormatError> {
    let db = open(path)?;
    let names = feature_layers(&db, path)?;
    let name = match (&options.layer, names.as_slice()) {
        (Some(wanted), names) => {
            names.iter().find(|name| *name == wanted).cloned().ok_or_else(|| FormatError::ChooseLayer {
                path: path.to_owned(),
                missing: Some(wanted.clone()),
                layers: names.to_vec(),
            })?
        }
        (None, [only]) => only.clone(),
        (None, []) => {
            return Err(bad("F-402", place(path), "it holds no layer with geometry", "Choose another file"));
        }
        (None, several) => {
            return Err(FormatError::ChooseLayer {
                path: path.to_owned(),
                missing: None,
                layers: several.to_vec(),
            });
        }
    };
    let (geometry_column, srs_id): (String, i64) = db
        .query_row(
            "select column_name, srs_id from gpkg_geometry_columns where table_name = ?1",
            [&name],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .map_err(broken(path))?;
    let mut table = FeatureTable {
        crs: crs(&db, srs_id).map_err(broken(path))?,
        encoding: Some("UTF-8 (GeoPackage)".into()),
        name,
        ..FeatureTable::default()
    };
    let columns = columns(&db, &table.name).map_err(broken(path))?;
    let (mut kept, mut declared) = (Vec::new(), Vec::new());
    let mut shape = None;
    for (column, sql_type, key) in columns {
        let at = |cause: String, action: &str| {
            let mut place = place(path);
            place.layer = Some(table.name.clone());
            place.column = Some(column.clone());
            Fault::new(Severity::Notice, "F-411", cause, action).at(place)
        };
        if column.eq_ignore_ascii_case(&geometry_column) {
            shape = Some(kept.len());
            kept.push(column);
            continue;
        }
        if sql_type.starts_with("BLOB") {
            table.faults.push(at("the column holds binary data".into(), "It is left out"));
            continue;
        }
        // The row number GIS software adds is no attribute of the thing.
        if key && matches!(column.to_lowercase().as_str(), "fid" | "ogc_fid" | "objectid") {
            continue;
        }
        table.columns.push(Column { name: column.clone(), kind: FieldType::Text });
        declared.push(kind(&sql_type));
        kept.push(column);
    }
    let Some(shape) = shape else {
        let cause = format!("layer {:?} lacks its geometry column {geometry_column:?}", table.name);
        return Err(bad("F-401", place(path), cause, "Export it again"));
    };
    rows(&db, path, &mut table, &kept, shape, options)?;
    // SQLite keeps yes and no as 1 and 0.
    for (i, _) in declared.iter().enumerate().filter(|(_, kind)| **kind == Some(FieldType::Bool)) {
        for value in table.rows.iter_mut().filter_map(|row| row.values.get_mut(i)) {
            if let Value::Integer(flag @ (0 | 1)) = value {
                *value = Value::Bool(*flag == 1);
            }
        }
    }
    table.settle_types(&declared);
    Ok(table)
}

fn rows(
    db: &Connection,
    path: &Path,
    table: &mut FeatureTable,
    kept: &[String],
    shape: usize,
    options: &ReadOptions,
) -> Result<(), FormatError> {
    let list: Vec<String> = kept.iter().map(|name| ident(name)).collect();
    let mut query = db
        .prepare(&format!("select {} from {} order by rowid", list.join(", "), ident(&table.name)))
        .or_else(|_view| db.prepare(&format!("select {} from {}", list.join(", "), ident(&table.name))))
        .map_err(broken(path))?;
    let mut cursor = query.query([]).map_err(broken(path))?;
    let mut flattened = 0u64;
    while let Some(row) = cursor.next().map_err(broken(path))? {
        let number = table.rows.len() as u64 + 1;
        if table.rows.len() >= options.max_features {
            return Err(options.too_many(path));
        }
        let mut at = row_place(path, number);
        at.layer = Some(table.name.clone());
        let (mut geometry, mut values) = (None, Vec::with_capacity(kept.len()));
        for (i, column) in kept.iter().enumerate() {
            let value = row.get_ref(i).map_err(broken(path))?;
            if i != shape {
                values.push(cell(value).ok_or_else(|| {
                    at.column = Some(column.clone());
                    bad("F-403", at.clone(), "the text is no UTF-8", "Export the layer again")
                })?);
                continue;
            }
            match value {
                ValueRef::Null => {}
                ValueRef::Blob(blob) => {
                    let found = wkb::decode_gpkg(blob).map_err(|why| {
                        bad(
                            "F-404",
                            at.clone(),
                            format!("the geometry {why}"),
                            "Repair or remove this feature",
                        )
                    })?;
                    flattened += u64::from(found.flattened);
                    geometry = found.geometry;
                }
                _ => {
                    return Err(bad(
                        "F-404",
                        at,
                        "the geometry is no binary",
                        "Repair or remove this feature",
                    ));
                }
            }
        }
        table.rows.push(Row { geometry, values });
    }
    if flattened > 0 {
        let cause = format!("{flattened} features have heights or measures");
        let action = "Heights and measures are left out";
        table.faults.push(Fault::new(Severity::Notice, "F-121", cause, action).at(place(path)));
    }
    Ok(())
}

/// The layer's system: `EPSG:…`, or its definition; `None` for the two "undefined" ones.
fn crs(db: &Connection, srs_id: i64) -> rusqlite::Result<Option<String>> {
    if srs_id == -1 || srs_id == 0 {
        return Ok(None);
    }
    let found: Option<(String, i64, String)> = db
        .query_row(
            "select organization, organization_coordsys_id, definition from gpkg_spatial_ref_sys where srs_id = ?1",
            [srs_id],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
        )
        .optional()?;
    Ok(found.and_then(|(organization, id, definition)| {
        if organization.eq_ignore_ascii_case("epsg") {
            return Some(format!("EPSG:{id}"));
        }
        let definition = definition.trim();
        (!definition.is_empty() && !definition.eq_ignore_ascii_case("undefined"))
            .then(|| definition.to_owned())
    }))
}

/// Name, type in capitals, and whether it is the key, of every column.
fn columns(db: &Connection, table: &str) -> rusqlite::Result<Vec<(String, String, bool)>> {
    let mut query = db.prepare(&format!("pragma table_info({})", ident(table)))?;
    let rows = query.query_map([], |row| {
        let sql_type: String = row.get(2)?;
        Ok((row.get(1)?, sql_type.to_uppercase(), row.get::<_, i64>(5)? > 0))
    })?;
    rows.collect()
}

fn kind(sql_type: &str) -> Option<FieldType> {
    let name = sql_type.split('(').next().unwrap_or("").trim();
    Some(match name {
        "BOOLEAN" => FieldType::Bool,
        "TINYINT" | "SMALLINT" | "MEDIUMINT" | "INT" | "INTEGER" => FieldType::Integer,
        "FLOAT" | "DOUBLE" | "REAL" => FieldType::Real,
        "TEXT" | "DATE" | "DATETIME" => FieldType::Text,
        _ => return None,
    })
}

/// A cell; `None` for text that is no UTF-8.
fn cell(value: ValueRef<'_>) -> Option<Value> {
    Some(match value {
        ValueRef::Null | ValueRef::Blob(_) => Value::Null,
        ValueRef::Integer(number) => Value::Integer(number),
        ValueRef::Real(number) if number.is_finite() => Value::Real(number),
        ValueRef::Real(_) => Value::Null,
        ValueRef::Text(bytes) => Value::Text(std::str::from_utf8(bytes).ok()?.to_owned()),
    })
}
