//! Writing a shapefile and everything other software wants beside it.

use super::dbf_write;
use super::shp_write::ShpWriter;
use crate::atomic::FileSet;
use crate::error::{bad, place, row_place};
use crate::geom::{self, Shape};
use crate::table::{FeatureTable, FieldType};
use crate::write::WriteOptions;
use crate::{FormatError, csv};
use lifang_model::{Fault, Severity};
use std::path::Path;

/// Adds `.shp .shx .dbf .cpg .fields.csv`, and `.prj` when the system is known, to the set.
pub(crate) fn write(
    files: &mut FileSet,
    path: &Path,
    table: &FeatureTable,
    options: &WriteOptions,
) -> Result<(), FormatError> {
    let geometries = || table.rows.iter().filter_map(|row| row.geometry.as_ref());
    let shape = geom::layer_shape(geometries());
    let mut faults = Vec::new();
    if shape == Some(Shape::Mixed) {
        let first = geometries().next().map(geom::shape);
        let odd = table
            .rows
            .iter()
            .position(|row| row.geometry.as_ref().is_some_and(|g| Some(geom::shape(g)) != first))
            .unwrap_or(0);
        let cause = "the layer mixes points, lines and polygons; a shapefile holds one kind";
        faults.push(
            Fault::new(Severity::Error, "F-913", cause, "Export as GeoPackage, or each kind on its own")
                .at(row_place(path, odd as u64 + 1)),
        );
    }
    let encoded = dbf_write::encode(table, options.encoding, path);
    if let Err(FormatError::Unwritable(more)) = &encoded {
        faults.extend(more.iter().cloned());
    }
    if !faults.is_empty() {
        return Err(FormatError::Unwritable(faults));
    }
    let (dbf, short) = encoded?;
    let mut writer = ShpWriter::new(shape.unwrap_or(Shape::Mixed));
    for row in &table.rows {
        writer.push(row.geometry.as_ref());
    }
    let too_large = || bad("F-914", place(path), "the shapefile would pass 4 GB", "Export as GeoPackage");
    let (shp, shx) = writer.finish().ok_or_else(too_large)?;
    // The .shp comes last: software that watches the folder finds its companions there.
    files.add(&path.with_extension("dbf"), &dbf)?;
    files.add(&path.with_extension("shx"), &shx)?;
    files.add(&path.with_extension("cpg"), options.encoding.cpg().as_bytes())?;
    let prj = path.with_extension("prj");
    if let Some(wkt) = &options.crs_wkt {
        files.add(&prj, wkt.as_bytes())?;
    } else if prj.is_file() {
        // An old .prj would give the new coordinates a false meaning.
        let cause = "a .prj of an earlier export lies there, and the new one has no known coordinate system";
        return Err(bad("F-915", place(&prj), cause, "Remove it, or export under another name"));
    }
    files.add(&path.with_extension("fields.csv"), &dictionary(table, &short))?;
    files.add(path, &shp)
}

/// The list of short and full field names, UTF-8 with a mark so that Excel reads it.
fn dictionary(table: &FeatureTable, short: &[String]) -> Vec<u8> {
    let kind = |kind: FieldType| match kind {
        FieldType::Bool => "bool",
        FieldType::Integer => "integer",
        FieldType::Real => "real",
        FieldType::Text => "text",
    };
    let mut text = String::from("\u{feff}field,name,type\r\n");
    for (column, short) in table.columns.iter().zip(short) {
        for (i, cell) in [short.as_str(), &column.name, kind(column.kind)].into_iter().enumerate() {
            text.push_str(if i > 0 { "," } else { "" });
            text.push_str(&csv::quoted(cell));
        }
        text.push_str("\r\n");
    }
    text.into_bytes()
}
