//! GeoJSON geometry objects to `geo-types`, each mistake with its path inside the object.

use geo_types::{Coord, Geometry, GeometryCollection, LineString, MultiLineString, MultiPolygon, Polygon};
use serde_json::{Map, Value};

/// Nesting of collections that is still followed.
const MAX_DEPTH: u8 = 16;

/// What was adjusted while reading.
#[derive(Default)]
pub(super) struct Notes {
    /// Heights were dropped.
    pub flattened: bool,
    /// Rings whose last position is not the first; they were closed.
    pub closed: usize,
}

/// Reads a geometry object; `None` for an empty one.
pub(super) fn geometry(
    object: &Map<String, Value>,
    depth: u8,
    notes: &mut Notes,
) -> Result<Option<Geometry<f64>>, String> {
    if depth > MAX_DEPTH {
        return Err(format!("collections are nested deeper than {MAX_DEPTH}"));
    }
    let kind = match object.get("type") {
        Some(Value::String(kind)) => kind.as_str(),
        Some(other) => return Err(format!("`type` is {}, not text", kind_of(other))),
        None => return Err("the geometry has no `type`".to_owned()),
    };
    if kind == "GeometryCollection" {
        let parts = list(object.get("geometries"), "geometries")?;
        let mut found = Vec::with_capacity(parts.len());
        for (i, part) in parts.iter().enumerate() {
            let Value::Object(part) = part else {
                return Err(format!("geometries[{i}] is {}, not a geometry", kind_of(part)));
            };
            found.extend(geometry(part, depth + 1, notes).map_err(|why| format!("geometries[{i}]: {why}"))?);
        }
        return Ok((!found.is_empty()).then_some(Geometry::GeometryCollection(GeometryCollection(found))));
    }
    let coordinates = object.get("coordinates");
    let at = "coordinates";
    Ok(Some(match kind {
        "Point" => {
            if list(coordinates, at)?.is_empty() {
                return Ok(None);
            }
            Geometry::Point(position(coordinates, at, notes)?.into())
        }
        "MultiPoint" => {
            let points = positions(coordinates, at, notes)?;
            if points.is_empty() {
                return Ok(None);
            }
            crate::geom::from_points(points)
        }
        "LineString" => {
            if list(coordinates, at)?.is_empty() {
                return Ok(None);
            }
            line(coordinates, at, notes)?.into()
        }
        "MultiLineString" => {
            let lines = each(coordinates, at, |value, at| line(Some(value), at, notes))?;
            if lines.is_empty() {
                return Ok(None);
            }
            MultiLineString(lines).into()
        }
        "Polygon" => match polygon(coordinates, at, notes)? {
            Some(polygon) => polygon.into(),
            None => return Ok(None),
        },
        "MultiPolygon" => {
            let polygons = each(coordinates, at, |value, at| polygon(Some(value), at, notes))?;
            let polygons: Vec<_> = polygons.into_iter().flatten().collect();
            if polygons.is_empty() {
                return Ok(None);
            }
            MultiPolygon(polygons).into()
        }
        other => return Err(format!("{other:?} is no geometry type")),
    }))
}

/// What a JSON value is, in words.
pub(super) const fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

fn list<'a>(value: Option<&'a Value>, at: &str) -> Result<&'a [Value], String> {
    match value {
        Some(Value::Array(items)) => Ok(items),
        Some(other) => Err(format!("{at} is {}, not a list", kind_of(other))),
        None => Err(format!("there is no `{at}`")),
    }
}

fn each<T>(
    value: Option<&Value>,
    at: &str,
    mut read: impl FnMut(&Value, &str) -> Result<T, String>,
) -> Result<Vec<T>, String> {
    list(value, at)?.iter().enumerate().map(|(i, item)| read(item, &format!("{at}[{i}]"))).collect()
}

fn position(value: Option<&Value>, at: &str, notes: &mut Notes) -> Result<Coord<f64>, String> {
    let numbers = list(value, at)?;
    if numbers.len() < 2 {
        return Err(format!("{at} has {} numbers; a position needs 2", numbers.len()));
    }
    let number = |i: usize| match &numbers[i] {
        Value::Number(number) => {
            number.as_f64().filter(|n| n.is_finite()).ok_or_else(|| format!("{at}[{i}] is out of range"))
        }
        other => Err(format!("{at}[{i}] is {}, not a number", kind_of(other))),
    };
    let (x, y) = (number(0)?, number(1)?);
    for i in 2..numbers.len() {
        number(i)?;
        notes.flattened = true;
    }
    Ok(Coord { x, y })
}

fn positions(value: Option<&Value>, at: &str, notes: &mut Notes) -> Result<Vec<Coord<f64>>, String> {
    each(value, at, |item, at| position(Some(item), at, notes))
}

fn line(value: Option<&Value>, at: &str, notes: &mut Notes) -> Result<LineString<f64>, String> {
    let points = positions(value, at, notes)?;
    if points.len() < 2 {
        return Err(format!("{at} has {} positions; a line needs 2", points.len()));
    }
    Ok(LineString(points))
}

fn polygon(value: Option<&Value>, at: &str, notes: &mut Notes) -> Result<Option<Polygon<f64>>, String> {
    let mut rings = Vec::new();
    for (i, ring) in list(value, at)?.iter().enumerate() {
        let at = format!("{at}[{i}]");
        let mut points = positions(Some(ring), &at, notes)?;
        if points.len() < 4 {
            return Err(format!(
                "{at} has {} positions; a ring needs 4, the last one equal to the first",
                points.len()
            ));
        }
        if points.first() != points.last() {
            points.push(points[0]);
            notes.closed += 1;
        }
        rings.push(LineString(points));
    }
    let mut rings = rings.into_iter();
    Ok(rings.next().map(|outer| Polygon::new(outer, rings.collect())))
}
