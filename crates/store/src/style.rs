//! 样式 How QGIS shows the layers when it opens the file: its own `layer_styles` table.

use crate::error::Problem;
use crate::gpkg::{LAST_CHANGE, Layer};
use rusqlite::{Connection, params};

/// Creates the table and the styles of the inputs.
pub(crate) fn first(db: &Connection) -> Result<(), Problem> {
    db.execute_batch(
        "CREATE TABLE layer_styles (
           id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
           f_table_catalog TEXT, f_table_schema TEXT, f_table_name TEXT, f_geometry_column TEXT,
           styleName TEXT, styleQML TEXT, styleSLD TEXT, useAsDefault BOOLEAN, description TEXT, owner TEXT,
           ui TEXT, update_time DATETIME)",
    )?;
    Layer { table: "layer_styles", geometry: None, description: "样式 How QGIS shows the layers" }
        .register(db, 0)?;
    add(db, "boundary", &fill("0,0,0,0", "200,30,30,255", 0.6, None))?;
    add(db, "buildings", &fill("214,208,198,255", "150,142,130,255", 0.1, None))?;
    add(db, "compounds", &fill("0,0,0,0", "140,90,160,255", 0.3, Some("name")))?;
    add(db, "areas", &fill("205,226,210,255", "170,200,180,255", 0.1, None))
}

/// The style of a derived layer; coarser levels get the heavier line.
pub(crate) fn zones(db: &Connection, table: &str, level: usize) -> Result<(), Problem> {
    let width = [0.9, 0.5, 0.3].get(level).copied().unwrap_or(0.2);
    add(db, table, &fill("0,0,0,0", "20,80,160,255", width, Some("code")))
}

fn add(db: &Connection, table: &str, qml: &str) -> Result<(), Problem> {
    db.execute(
        "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName,
           styleQML, styleSLD, useAsDefault, description, owner, ui, update_time)
         VALUES ('', '', ?1, 'geom', ?1, ?2, '', 1, 'Lifang', '', NULL, ?3)",
        params![table, qml, LAST_CHANGE],
    )?;
    Ok(())
}

/// A QGIS style: one fill symbol, and labels from a field if one is named. Widths in millimetres on paper.
fn fill(colour: &str, outline: &str, width: f64, label: Option<&str>) -> String {
    let labels = label.map_or_else(String::new, |field| {
        format!(
            "<labeling type=\"simple\"><settings><text-style fieldName=\"{field}\" fontSize=\"8\" \
             textColor=\"30,30,30,255\"><text-buffer bufferDraw=\"1\" bufferSize=\"0.8\" \
             bufferColor=\"255,255,255,255\"/></text-style></settings></labeling>"
        )
    });
    format!(
        "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\
         <qgis version=\"3.22\" styleCategories=\"Symbology|Labeling\" labelsEnabled=\"{}\">\
         <renderer-v2 type=\"singleSymbol\" enableorderby=\"0\" symbollevels=\"0\" forceraster=\"0\"><symbols>\
         <symbol type=\"fill\" name=\"0\" alpha=\"1\" clip_to_extent=\"1\">\
         <layer class=\"SimpleFill\" enabled=\"1\" locked=\"0\" pass=\"0\"><Option type=\"Map\">\
         <Option type=\"QString\" name=\"color\" value=\"{colour}\"/>\
         <Option type=\"QString\" name=\"style\" value=\"solid\"/>\
         <Option type=\"QString\" name=\"outline_color\" value=\"{outline}\"/>\
         <Option type=\"QString\" name=\"outline_style\" value=\"solid\"/>\
         <Option type=\"QString\" name=\"outline_width\" value=\"{width}\"/>\
         <Option type=\"QString\" name=\"outline_width_unit\" value=\"MM\"/>\
         </Option></layer></symbol></symbols></renderer-v2>{labels}</qgis>",
        u8::from(label.is_some())
    )
}
