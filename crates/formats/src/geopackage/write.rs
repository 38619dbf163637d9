//! Writing a layer into a new GeoPackage, or adding it to one that exists.

use super::{ident, schema};
use crate::FormatError;
use crate::atomic::{FileSet, temporary};
use crate::error::{bad, io, place};
use crate::geom::{self, Shape};
use crate::table::{FeatureTable, FieldType, Value, unique_names};
use crate::wkb;
use crate::write::WriteOptions;
use rusqlite::{Connection, OptionalExtension, params, types::Value as Sql};
use std::path::Path;

/// Builds the file under a temporary name: a copy of the old one, if there is one, with the layer added or replaced.
pub(crate) fn write(
    files: &mut FileSet,
    path: &Path,
    table: &FeatureTable,
    options: &WriteOptions,
) -> Result<(), FormatError> {
    let lower = table.name.to_lowercase();
    let reserved = ["gpkg_", "rtree_", "sqlite_"].iter().any(|prefix| lower.starts_with(prefix));
    if table.name.trim().is_empty() || reserved || table.name.contains('\0') {
        let cause = format!("{:?} cannot be the name of a layer", table.name);
        return Err(bad("F-921", place(path), cause, "Choose another name"));
    }
    let file = temporary(path)?;
    let exists = path.is_file();
    if exists {
        let old = Connection::open(path).map_err(failed(path))?;
        let is_geopackage = old.prepare("select 1 from gpkg_contents").is_ok();
        if !is_geopackage {
            let cause = "a file that is no GeoPackage lies there";
            return Err(bad("F-922", place(path), cause, "Remove it, or export under another name"));
        }
        // Through SQLite, so that a journal beside the old file is taken into account.
        let mut copy = Connection::open(file.path()).map_err(failed(path))?;
        let backup = rusqlite::backup::Backup::new(&old, &mut copy).map_err(failed(path))?;
        backup.run_to_completion(1024, std::time::Duration::ZERO, None).map_err(failed(path))?;
    }
    let mut db = Connection::open(file.path()).map_err(failed(path))?;
    fill(&mut db, table, options).map_err(failed(path))?;
    db.close().map_err(|(_, error)| failed(path)(error))?;
    file.as_file().sync_all().map_err(io(path, "flush"))?;
    files.adopt(path, file);
    Ok(())
}

fn failed(path: &Path) -> impl Fn(rusqlite::Error) -> FormatError + '_ {
    move |error| {
        bad(
            "F-923",
            place(path),
            format!("SQLite refused: {error}"),
            "Check the space on the disk and try again",
        )
    }
}

fn fill(db: &mut Connection, table: &FeatureTable, options: &WriteOptions) -> rusqlite::Result<()> {
    // A temporary file nobody else sees needs no journal; it is flushed once, before it gets its name.
    db.execute_batch("pragma journal_mode = off; pragma synchronous = off; pragma foreign_keys = off;")?;
    db.execute_batch(schema::PRAGMAS)?;
    let tx = db.transaction()?;
    tx.execute_batch(schema::TABLES)?;
    let srs_id = reference_system(&tx, options)?;
    remove(&tx, &table.name)?;
    let t = ident(&table.name);
    let names = column_names(table);
    let mut create =
        format!("create table {t} (\"fid\" integer primary key autoincrement not null, \"geom\" {}", {
            geometry_type(table)
        });
    for (name, column) in names.iter().zip(&table.columns) {
        create.push_str(&format!(", {} {}", ident(name), sql_type(column.kind)));
    }
    create.push(')');
    tx.execute(&create, [])?;
    let extent = table.extent();
    let e = extent.map(|e| e.map(Some)).unwrap_or_default();
    tx.execute(
        "insert into gpkg_contents (table_name, data_type, identifier, description, last_change, min_x, min_y, \
         max_x, max_y, srs_id) values (?1, 'features', ?1, '', ?2, ?3, ?4, ?5, ?6, ?7)",
        params![table.name, schema::LAST_CHANGE, e[0], e[1], e[2], e[3], srs_id],
    )?;
    tx.execute(
        "insert into gpkg_geometry_columns values (?1, 'geom', ?2, ?3, 0, 0)",
        params![table.name, geometry_type(table), srs_id],
    )?;
    tx.execute(
        "insert into gpkg_extensions values (?1, 'geom', 'gpkg_rtree_index', \
         'http://www.geopackage.org/spec120/#extension_rtree', 'write-only')",
        [&table.name],
    )?;
    tx.execute_batch(&schema::rtree_table(&table.name))?;
    rows(&tx, table, &names, srs_id)?;
    facts(&tx, &table.name, &options.facts)?;
    tx.execute_batch(&schema::rtree_triggers(&table.name))?;
    tx.commit()
}

fn rows(db: &Connection, table: &FeatureTable, names: &[String], srs_id: i32) -> rusqlite::Result<()> {
    let multi = matches!(geometry_type(table), "MULTIPOLYGON" | "MULTILINESTRING");
    let mut list = String::from("\"fid\", \"geom\"");
    let mut marks = String::from("?, ?");
    for name in names {
        list.push_str(&format!(", {}", ident(name)));
        marks.push_str(", ?");
    }
    let mut insert = db.prepare(&format!("insert into {} ({list}) values ({marks})", ident(&table.name)))?;
    let rtree = ident(&format!("rtree_{}_geom", table.name));
    let mut index = db.prepare(&format!("insert into {rtree} values (?1, ?2, ?3, ?4, ?5)"))?;
    for (i, row) in table.rows.iter().enumerate() {
        let fid = i as i64 + 1;
        let blob = match &row.geometry {
            Some(geometry) => Sql::Blob(wkb::encode_gpkg(geometry, srs_id, multi)),
            None => Sql::Null,
        };
        let cells = row.values.iter().map(|value| match value {
            Value::Null => Sql::Null,
            Value::Bool(yes) => Sql::Integer(i64::from(*yes)),
            Value::Integer(number) => Sql::Integer(*number),
            Value::Real(number) => Sql::Real(*number),
            Value::Text(text) => Sql::Text(text.clone()),
        });
        let all = [Sql::Integer(fid), blob].into_iter().chain(cells);
        insert.execute(rusqlite::params_from_iter(all))?;
        if let Some([x0, y0, x1, y1]) = geom::extent(row.geometry.as_ref()) {
            index.execute(params![fid, x0, x1, y0, y1])?;
        }
    }
    Ok(())
}

/// Says of the layer what is known of it, in the way GDAL and QGIS show as metadata of a layer.
fn facts(db: &Connection, name: &str, facts: &[(String, String)]) -> rusqlite::Result<()> {
    if facts.is_empty() {
        return Ok(());
    }
    db.execute_batch(schema::METADATA)?;
    let escaped = |text: &str| {
        text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
    };
    let mut xml = String::from("<GDALMultiDomainMetadata><Metadata>");
    for (key, value) in facts {
        xml.push_str(&format!("<MDI key=\"{}\">{}</MDI>", escaped(key), escaped(value)));
    }
    xml.push_str("</Metadata></GDALMultiDomainMetadata>");
    db.execute(
        "insert into gpkg_metadata (md_scope, md_standard_uri, mime_type, metadata)
         values ('dataset', 'http://gdal.org', 'text/xml', ?1)",
        [xml],
    )?;
    db.execute(
        "insert into gpkg_metadata_reference (reference_scope, table_name, timestamp, md_file_id)
         values ('table', ?1, ?2, ?3)",
        params![name, schema::LAST_CHANGE, db.last_insert_rowid()],
    )?;
    Ok(())
}

/// Takes away a layer of the same name with everything that belongs to it.
fn remove(db: &Connection, name: &str) -> rusqlite::Result<()> {
    let old: Option<String> = db
        .query_row(
            "select table_name from gpkg_contents where lower(table_name) = lower(?1)",
            [name],
            |row| row.get(0),
        )
        .optional()?;
    let Some(old) = old else { return Ok(()) };
    let geometry: Option<String> = db
        .query_row("select column_name from gpkg_geometry_columns where table_name = ?1", [&old], |row| {
            row.get(0)
        })
        .optional()?;
    if let Some(column) = geometry {
        db.execute_batch(&format!("drop table if exists {};", ident(&format!("rtree_{old}_{column}"))))?;
    }
    // Triggers on the table go with it.
    db.execute_batch(&format!("drop table if exists {};", ident(&old)))?;
    for list in ["gpkg_geometry_columns", "gpkg_contents", "gpkg_extensions"] {
        db.execute(&format!("delete from {list} where table_name = ?1"), [&old])?;
    }
    let told: i64 =
        db.query_row("select count(*) from sqlite_master where name = 'gpkg_metadata_reference'", [], |r| {
            r.get(0)
        })?;
    if told > 0 {
        db.execute(
            "delete from gpkg_metadata where id in
             (select md_file_id from gpkg_metadata_reference where table_name = ?1)",
            [&old],
        )?;
        db.execute("delete from gpkg_metadata_reference where table_name = ?1", [&old])?;
    }
    let counts: i64 =
        db.query_row("select count(*) from sqlite_master where name = 'gpkg_ogr_contents'", [], |r| {
            r.get(0)
        })?;
    if counts > 0 {
        db.execute("delete from gpkg_ogr_contents where table_name = ?1", [&old])?;
    }
    Ok(())
}

/// The row of the coordinate system, made if it is not there.
fn reference_system(db: &Connection, options: &WriteOptions) -> rusqlite::Result<i32> {
    let definition = options.crs_wkt.as_deref().unwrap_or("undefined");
    if let Some(code) = options.epsg.and_then(|code| i32::try_from(code).ok()) {
        db.execute(
            "insert or ignore into gpkg_spatial_ref_sys values (?1, ?2, 'EPSG', ?2, ?3, null)",
            params![title(options), code, definition],
        )?;
        return Ok(code);
    }
    if options.crs_wkt.is_none() {
        return Ok(-1);
    }
    let known: Option<i32> = db
        .query_row("select srs_id from gpkg_spatial_ref_sys where definition = ?1", [definition], |row| {
            row.get(0)
        })
        .optional()?;
    if let Some(id) = known {
        return Ok(id);
    }
    // Numbers of our own begin beyond every EPSG code.
    let id: i32 =
        db.query_row("select max(max(srs_id), 99999) + 1 from gpkg_spatial_ref_sys", [], |row| row.get(0))?;
    db.execute(
        "insert into gpkg_spatial_ref_sys values (?1, ?2, 'NONE', ?2, ?3, null)",
        params![title(options), id, definition],
    )?;
    Ok(id)
}

/// The name inside the WKT, else the code.
fn title(options: &WriteOptions) -> String {
    let quoted = options.crs_wkt.as_deref().and_then(|wkt| wkt.split('"').nth(1));
    match (quoted, options.epsg) {
        (Some(name), _) if !name.is_empty() => name.to_owned(),
        (_, Some(code)) => format!("EPSG:{code}"),
        _ => "unnamed".to_owned(),
    }
}

fn geometry_type(table: &FeatureTable) -> &'static str {
    match geom::layer_shape(table.rows.iter().filter_map(|row| row.geometry.as_ref())) {
        Some(Shape::Point) => "POINT",
        Some(Shape::MultiPoint) if all_multi_points(table) => "MULTIPOINT",
        Some(Shape::Line) => "MULTILINESTRING",
        Some(Shape::Polygon) => "MULTIPOLYGON",
        Some(Shape::MultiPoint | Shape::Mixed) | None => "GEOMETRY",
    }
}

fn all_multi_points(table: &FeatureTable) -> bool {
    table.rows.iter().filter_map(|row| row.geometry.as_ref()).all(|g| geom::shape(g) == Shape::MultiPoint)
}

/// Column names that clash neither with each other nor with the key and the geometry.
fn column_names(table: &FeatureTable) -> Vec<String> {
    let all =
        ["fid".to_owned(), "geom".to_owned()].into_iter().chain(table.columns.iter().map(|c| c.name.clone()));
    unique_names(all).into_iter().skip(2).collect()
}

const fn sql_type(kind: FieldType) -> &'static str {
    match kind {
        FieldType::Bool => "BOOLEAN",
        FieldType::Integer => "INTEGER",
        FieldType::Real => "DOUBLE",
        FieldType::Text => "TEXT",
    }
}
