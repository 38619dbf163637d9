//! 格式 Bytes to feature tables and back: GeoJSON, Shapefile, GeoPackage, CSV, Excel, KML, DXF; OpenStreetMap extracts.
//!
//! A reader gives the right answer or a clear error: file, row, cause, action. It never panics, whatever the bytes
//! say, and never allocates by a number a file merely claims. A writer leaves a whole file or none: everything goes
//! to a temporary name in the same directory and is renamed.
//!
//! # Determinism
//! The same table gives the same bytes; dates that formats demand are constants.

mod atomic;
mod csv;
mod dxf;
mod encoding;
mod error;
mod geojson;
mod geom;
mod geopackage;
mod kml;
pub mod osm;
mod position;
mod read;
mod shapefile;
mod table;
mod wkb;
mod wkt;
mod workbook;
mod write;

pub use csv::{CsvGeometry, csv_bytes, with_positions};
pub use dxf::{CadLayer, dxf_bytes};
pub use encoding::Encoding;
pub use error::FormatError;
pub use geojson::geojson_bytes;
pub use kml::kml_bytes;
pub use read::{ReadOptions, layers, read, read_layers};
pub use table::{Column, FeatureTable, FieldType, Row, Value};
pub use workbook::{Sheet, workbook_bytes};
pub use write::{Format, WriteOptions, write, write_drawing, write_workbook};

#[cfg(test)]
mod tests;
