//! Writing KML: placemarks with all their fields, on the ground, in WGS 84 degrees.

use crate::error::{bad, place};
use crate::geom::{lines_of, lone_points, polygons_of, turned};
use crate::table::{FeatureTable, Value};
use crate::{FormatError, WriteOptions};
use geo_types::{Coord, Geometry, LineString};
use std::fmt::Write as _;
use std::path::Path;

/// Fields whose text names a placemark, the first that says something.
const NAMES: [&str; 4] = ["name", "名称", "code", "编码"];

/// 地标 The table as KML.
///
/// # Errors
/// [`FormatError::Input`] when coordinates are no degrees.
pub fn kml_bytes(table: &FeatureTable, options: &WriteOptions) -> Result<Vec<u8>, FormatError> {
    bytes_of(table, options, Path::new(&table.name))
}

pub(crate) fn bytes_of(
    table: &FeatureTable,
    options: &WriteOptions,
    path: &Path,
) -> Result<Vec<u8>, FormatError> {
    if let Some([x0, y0, x1, y1]) = table.extent()
        && (x0 < -180.0 || x1 > 180.0 || y0 < -90.0 || y1 > 90.0)
    {
        let cause = "KML is in WGS 84 degrees by definition, and these coordinates are none";
        return Err(bad("F-932", place(path), cause, "Export with --crs EPSG:4326"));
    }
    let decimals = usize::from(options.decimals.unwrap_or(7));
    let mut out = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<kml xmlns=\"http://www.opengis.net/kml/2.2\"><Document>\n",
    );
    let _ = writeln!(out, "<name>{}</name>", escaped(&table.name));
    if !options.facts.is_empty() {
        out.push_str("<ExtendedData>");
        for (key, value) in &options.facts {
            data(&mut out, key, value);
        }
        out.push_str("</ExtendedData>\n");
    }
    out.push_str(
        "<Style id=\"lifang\"><LineStyle><color>ffa05014</color><width>2</width></LineStyle>\
         <PolyStyle><color>33a05014</color></PolyStyle></Style>\n",
    );
    for row in &table.rows {
        out.push_str("<Placemark>");
        let said = |name: &&str| {
            let at = table.columns.iter().position(|column| column.name == **name)?;
            row.values.get(at).filter(|value| **value != Value::Null).map(Value::to_text)
        };
        if let Some(name) = NAMES.iter().find_map(said) {
            let _ = write!(out, "<name>{}</name>", escaped(&name));
        }
        out.push_str("<styleUrl>#lifang</styleUrl><ExtendedData>");
        for (column, value) in
            table.columns.iter().zip(&row.values).filter(|(_, value)| **value != Value::Null)
        {
            data(&mut out, &column.name, &value.to_text());
        }
        out.push_str("</ExtendedData>");
        if let Some(geometry) = &row.geometry {
            shape(&mut out, geometry, decimals);
        }
        out.push_str("</Placemark>\n");
    }
    out.push_str("</Document></kml>\n");
    Ok(out.into_bytes())
}

fn data(out: &mut String, key: &str, value: &str) {
    let _ = write!(out, "<Data name=\"{}\"><value>{}</value></Data>", escaped(key), escaped(value));
}

fn shape(out: &mut String, geometry: &Geometry<f64>, decimals: usize) {
    let (polygons, lines, points) = (polygons_of(geometry), lines_of(geometry), lone_points(geometry));
    let many = polygons.len() + lines.len() + points.len() != 1;
    out.push_str(if many { "<MultiGeometry>" } else { "" });
    for polygon in polygons {
        out.push_str("<Polygon><outerBoundaryIs>");
        ring(out, polygon.exterior(), true, decimals);
        out.push_str("</outerBoundaryIs>");
        for hole in polygon.interiors() {
            out.push_str("<innerBoundaryIs>");
            ring(out, hole, false, decimals);
            out.push_str("</innerBoundaryIs>");
        }
        out.push_str("</Polygon>");
    }
    for line in lines {
        out.push_str("<LineString><tessellate>1</tessellate>");
        coordinates(out, &line.0, decimals);
        out.push_str("</LineString>");
    }
    for p in points {
        out.push_str("<Point>");
        coordinates(out, &[p], decimals);
        out.push_str("</Point>");
    }
    out.push_str(if many { "</MultiGeometry>" } else { "" });
}

fn ring(out: &mut String, line: &LineString<f64>, outer: bool, decimals: usize) {
    out.push_str("<LinearRing>");
    coordinates(out, &turned(line, outer), decimals);
    out.push_str("</LinearRing>");
}

fn coordinates(out: &mut String, points: &[Coord<f64>], decimals: usize) {
    out.push_str("<coordinates>");
    for (at, p) in points.iter().enumerate() {
        let _ = write!(out, "{}{:.decimals$},{:.decimals$}", if at > 0 { " " } else { "" }, p.x, p.y);
    }
    out.push_str("</coordinates>");
}

/// A text inside an element or attribute; signs XML has no way to write are left out.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' | '\r' => out.push(' '),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => {}
            c => out.push(c),
        }
    }
    out
}
