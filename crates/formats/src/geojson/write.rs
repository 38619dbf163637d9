//! Writing GeoJSON as RFC 7946 asks: outer rings counter-clockwise, no `crs`.

use crate::error::{place, row_place};
use crate::table::{FeatureTable, Value};
use crate::{FormatError, WriteOptions, geom};
use geo_types::{Coord, Geometry, LineString, Polygon};
use lifang_model::{Fault, Place, Severity};
use std::path::Path;

/// Decimals of degrees for maps on a screen: a centimetre.
const DECIMALS: u8 = 7;

/// The table as a GeoJSON FeatureCollection, seven decimals (a centimetre). Coordinates must be WGS 84 degrees.
///
/// # Errors
/// [`FormatError::Unwritable`] naming each row whose coordinates are no degrees.
pub fn geojson_bytes(table: &FeatureTable) -> Result<Vec<u8>, FormatError> {
    write(table, DECIMALS, &[], Path::new(&table.name))
}

/// Text under way, and how many decimals its coordinates get.
struct Out {
    text: String,
    decimals: usize,
}

impl Out {
    fn push(&mut self, c: char) {
        self.text.push(c);
    }

    fn push_str(&mut self, text: &str) {
        self.text.push_str(text);
    }
}

/// The same with the decimals and facts of a file.
pub(crate) fn bytes_of(
    table: &FeatureTable,
    options: &WriteOptions,
    path: &Path,
) -> Result<Vec<u8>, FormatError> {
    write(table, options.decimals.unwrap_or(DECIMALS), &options.facts, path)
}

fn write(
    table: &FeatureTable,
    decimals: u8,
    facts: &[(String, String)],
    path: &Path,
) -> Result<Vec<u8>, FormatError> {
    let mut faults = Vec::new();
    for (i, row) in table.rows.iter().enumerate() {
        let Some([x0, y0, x1, y1]) = geom::extent(row.geometry.as_ref()) else { continue };
        // Written so that a NaN fails as well.
        if !(x0 >= -180.0 && x1 <= 180.0 && y0 >= -90.0 && y1 <= 90.0) {
            let at = Place { layer: Some(table.name.clone()), ..row_place(path, i as u64 + 1) };
            let cause = "the coordinates are no degrees of longitude and latitude, as GeoJSON wants them";
            faults.push(
                Fault::new(Severity::Error, "F-902", cause, "Export in WGS 84, or as GeoPackage").at(at),
            );
        }
    }
    if !faults.is_empty() {
        return Err(FormatError::Unwritable(faults));
    }
    let fail = |error: serde_json::Error| {
        let fault = Fault::new(Severity::Error, "F-903", error.to_string(), "Report this").at(place(path));
        FormatError::Unwritable(vec![fault])
    };
    let names: Vec<String> = table
        .columns
        .iter()
        .map(|c| serde_json::to_string(&c.name))
        .collect::<Result<_, _>>()
        .map_err(fail)?;
    let mut out = Out { text: String::new(), decimals: usize::from(decimals.min(15)) };
    out.push_str("{\"type\":\"FeatureCollection\",\"name\":");
    out.push_str(&serde_json::to_string(&table.name).map_err(fail)?);
    if !facts.is_empty() {
        // A foreign member, which RFC 7946 (6.1) lets every reader pass over.
        out.push_str(",\"lifang\":{");
        for (i, (key, value)) in facts.iter().enumerate() {
            let comma = if i == 0 { "" } else { "," };
            let (key, value) =
                (serde_json::to_string(key).map_err(fail)?, serde_json::to_string(value).map_err(fail)?);
            out.push_str(&format!("{comma}{key}:{value}"));
        }
        out.push('}');
    }
    out.push_str(",\"features\":[");
    for (i, row) in table.rows.iter().enumerate() {
        out.push_str(if i == 0 { "\n" } else { ",\n" });
        out.push_str("{\"type\":\"Feature\",\"properties\":{");
        for (k, (name, value)) in names.iter().zip(&row.values).enumerate() {
            if k > 0 {
                out.push(',');
            }
            out.push_str(name);
            out.push(':');
            put_value(&mut out, value).map_err(fail)?;
        }
        out.push_str("},\"geometry\":");
        match row.geometry.as_ref().filter(|geometry| geom::extent([*geometry]).is_some()) {
            Some(geometry) => put_geometry(&mut out, geometry),
            None => out.push_str("null"),
        }
        out.push('}');
    }
    out.push_str("\n]}\n");
    Ok(out.text.into_bytes())
}

fn put_value(out: &mut Out, value: &Value) -> Result<(), serde_json::Error> {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(yes) => out.push_str(if *yes { "true" } else { "false" }),
        Value::Integer(number) => out.push_str(&number.to_string()),
        // `to_string` of serde gives the shortest digits that read back the same, and null for what JSON lacks.
        Value::Real(number) => out.push_str(&serde_json::to_string(number)?),
        Value::Text(text) => out.push_str(&serde_json::to_string(text)?),
    }
    Ok(())
}

fn put_number(out: &mut Out, number: f64) {
    let mut text = format!("{number:.*}", out.decimals);
    while text.contains('.') && text.ends_with('0') {
        text.pop();
    }
    if text.ends_with('.') {
        text.pop();
    }
    out.push_str(if text == "-0" { "0" } else { &text });
}

fn put_coord(out: &mut Out, c: Coord<f64>) {
    out.push('[');
    put_number(out, c.x);
    out.push(',');
    put_number(out, c.y);
    out.push(']');
}

fn put_list<T>(out: &mut Out, items: &[T], mut put: impl FnMut(&mut Out, &T)) {
    out.push('[');
    for (i, item) in items.iter().enumerate() {
        if i > 0 {
            out.push(',');
        }
        put(out, item);
    }
    out.push(']');
}

fn put_coords(out: &mut Out, coords: &[Coord<f64>]) {
    put_list(out, coords, |out, c| put_coord(out, *c));
}

fn put_polygon(out: &mut Out, polygon: &Polygon<f64>) {
    out.push('[');
    put_coords(out, &geom::turned(polygon.exterior(), true));
    for hole in polygon.interiors().iter().filter(|hole| !hole.0.is_empty()) {
        out.push(',');
        put_coords(out, &geom::turned(hole, false));
    }
    out.push(']');
}

fn put_geometry(out: &mut Out, geometry: &Geometry<f64>) {
    let mut open = |kind: &str| {
        out.push_str("{\"type\":\"");
        out.push_str(kind);
        out.push_str(if kind == "GeometryCollection" { "\",\"geometries\":" } else { "\",\"coordinates\":" });
    };
    match geometry {
        Geometry::Point(p) => {
            open("Point");
            put_coord(out, p.0);
        }
        Geometry::MultiPoint(points) => {
            open("MultiPoint");
            put_list(out, &points.0, |out, p| put_coord(out, p.0));
        }
        Geometry::LineString(LineString(coords)) => {
            open("LineString");
            put_coords(out, coords);
        }
        Geometry::Line(line) => {
            open("LineString");
            put_coords(out, &[line.start, line.end]);
        }
        Geometry::MultiLineString(lines) => {
            open("MultiLineString");
            put_list(out, &lines.0, |out, line| put_coords(out, &line.0));
        }
        Geometry::MultiPolygon(polygons) => {
            open("MultiPolygon");
            put_list(out, &polygons.0, put_polygon);
        }
        Geometry::Polygon(_) | Geometry::Rect(_) | Geometry::Triangle(_) => {
            open("Polygon");
            for polygon in geom::polygons_of(geometry) {
                put_polygon(out, &polygon);
            }
        }
        Geometry::GeometryCollection(parts) => {
            open("GeometryCollection");
            put_list(out, &parts.0, put_geometry);
        }
    }
    out.push('}');
}
