//! GeoPackage 1.3 (OGC 12-128r17): one SQLite file, many layers, Chinese names, no limits worth naming.

mod read;
mod schema;
mod write;

pub(crate) use read::{layers, read};
pub(crate) use write::write;

/// A name inside SQL.
fn ident(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
