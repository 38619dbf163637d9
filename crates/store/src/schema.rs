//! 结构版本 Numbered migrations, from the first version on. A file of an older version is brought up in one
//! transaction when it is opened for writing; a newer one is refused.

use crate::error::Problem;
use crate::gpkg::Layer;
use crate::srs::UNDEFINED;
use rusqlite::{Connection, OptionalExtension, params};

/// A step from one version to the next.
type Migration = fn(&Connection) -> Result<(), Problem>;

/// Entry `i` leads from version `i` to `i + 1`. Entries are never changed once released, only added.
const MIGRATIONS: &[Migration] = &[first, edits, scenarios, storeys, cuts];

/// The version this program writes.
pub(crate) fn newest() -> i64 {
    MIGRATIONS.len() as i64
}

/// The inputs, in the order a GIS lists them.
pub(crate) const INPUTS: &[Layer<'static>] = &[
    Layer { table: "boundary", geometry: Some("POLYGON"), description: "辖区边界 The area to partition" },
    Layer {
        table: "buildings",
        geometry: Some("MULTIPOLYGON"),
        description: "建筑 Buildings with their counts",
    },
    Layer {
        table: "entrances",
        geometry: Some("POINT"),
        description: "楼门 Doors; building = fid of the building",
    },
    Layer {
        table: "compounds",
        geometry: Some("MULTIPOLYGON"),
        description: "小区、商圈、楼宇、园区 Areas of one business type",
    },
    Layer {
        table: "gates",
        geometry: Some("POINT"),
        description: "大门 Gates; compound = fid of the compound",
    },
    Layer { table: "streets", geometry: Some("LINESTRING"), description: "道路 Streets people walk on" },
    Layer {
        table: "barriers", geometry: Some("LINESTRING"), description: "隔离线 Lines that divide land"
    },
    Layer { table: "areas", geometry: Some("POLYGON"), description: "地块 Water, green and squares" },
    Layer { table: "facilities", geometry: Some("POINT"), description: "设施 Facilities" },
    Layer { table: "faults", geometry: None, description: "问题 What was wrong or adjusted in the inputs" },
];

/// The schema version of a file; `None` when it has none, so is no plan file.
pub(crate) fn version(db: &Connection) -> Result<Option<i64>, rusqlite::Error> {
    if !has_table(db, "lifang_meta")? {
        return Ok(None);
    }
    db.query_row("SELECT value FROM lifang_meta WHERE key = 'schema_version'", [], |row| row.get(0))
        .optional()
}

/// Whether a file has a table: an older one that is only read lacks those that came later.
pub(crate) fn has_table(db: &Connection, name: &str) -> Result<bool, rusqlite::Error> {
    let sql = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?1";
    Ok(db.query_row(sql, [name], |row| row.get::<_, i64>(0)).optional()?.is_some())
}

/// Brings a file from a version up to the newest.
pub(crate) fn migrate(db: &Connection, from: i64) -> Result<(), Problem> {
    for step in MIGRATIONS.iter().skip(usize::try_from(from).unwrap_or(0)) {
        step(db)?;
    }
    set(db, "schema_version", newest())?;
    db.execute(
        "INSERT OR REPLACE INTO lifang_meta VALUES ('app_version', ?1)",
        params![env!("CARGO_PKG_VERSION")],
    )?;
    Ok(())
}

/// Sets a number of the meta table.
pub(crate) fn set(db: &Connection, key: &str, value: i64) -> Result<(), Problem> {
    db.execute("INSERT OR REPLACE INTO lifang_meta VALUES (?1, ?2)", params![key, value])?;
    Ok(())
}

/// The number of changes the file has seen, by this program and others.
pub(crate) fn revision(db: &Connection) -> Result<i64, rusqlite::Error> {
    db.query_row("SELECT value FROM lifang_meta WHERE key = 'revision'", [], |row| row.get(0))
}

fn first(db: &Connection) -> Result<(), Problem> {
    db.execute_batch(include_str!("../schema/001.sql"))?;
    set(db, "revision", 0)?;
    for layer in INPUTS {
        layer.register(db, UNDEFINED)?;
        db.execute_batch(&watch(layer.table))?;
    }
    crate::style::first(db)
}

fn edits(db: &Connection) -> Result<(), Problem> {
    db.execute_batch(include_str!("../schema/002.sql"))?;
    Ok(())
}

fn scenarios(db: &Connection) -> Result<(), Problem> {
    db.execute_batch(include_str!("../schema/003.sql"))?;
    Ok(())
}

fn storeys(db: &Connection) -> Result<(), Problem> {
    db.execute_batch(include_str!("../schema/004.sql"))?;
    let description = "楼层户数 Homes by unit and floor; building = fid of the building, 0: not known";
    Layer { table: "storeys", geometry: None, description }.register(db, UNDEFINED)?;
    db.execute_batch(&watch("storeys"))?;
    Ok(())
}

fn cuts(db: &Connection) -> Result<(), Problem> {
    db.execute_batch(include_str!("../schema/005.sql"))?;
    let description =
        "切分线 Lines that divide cells; within: points of the cells meant, lattice mm; none: all it crosses";
    // The layer lies where the inputs lie.
    let srs = crate::srs::current(db)?;
    Layer { table: "cuts", geometry: Some("LINESTRING"), description }.register(db, srs)?;
    db.execute_batch(&watch("cuts"))?;
    crate::atoms::take_in_rows(db)
}

/// Notices edits of inputs by other programs: the revision moves, so that a save from an older state is refused, and
/// the ground, which may have been made from what was edited, is no longer used.
fn watch(table: &str) -> String {
    let stale = match table {
        // Not what the ground is made of.
        "facilities" | "faults" | "entrances" | "gates" => "",
        _ => "UPDATE lifang_ground SET stale = 1 WHERE stale = 0;",
    };
    ["INSERT", "UPDATE", "DELETE"]
        .map(|event| {
            format!(
                "CREATE TRIGGER \"lifang_watch_{table}_{}\" AFTER {event} ON {table} BEGIN \
                 UPDATE lifang_meta SET value = value + 1 WHERE key = 'revision'; {stale} END;",
                event.to_lowercase()
            )
        })
        .concat()
}
