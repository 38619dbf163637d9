//! Geometry as well-known text (OGC 06-103r4), for tables that know no other; read through the `wkt` crate.

use crate::geom::{from_points, from_polygons, lines_of, points_of, polygons_of};
use ::wkt::Wkt;
use ::wkt::types;
use geo_types::{Coord, Geometry, GeometryCollection, LineString, MultiLineString, Polygon};
use std::fmt::Write as _;
use std::str::FromStr as _;

/// The geometry as text; nothing for one without points.
pub(crate) fn wkt(geometry: &Geometry<f64>) -> String {
    let (polygons, lines, points) = (polygons_of(geometry), lines_of(geometry), points_of(geometry));
    let mut out = String::new();
    if !polygons.is_empty() {
        let many = polygons.len() > 1;
        out.push_str(if many { "MULTIPOLYGON (" } else { "POLYGON " });
        for (at, polygon) in polygons.iter().enumerate() {
            out.push_str(if at > 0 { ", (" } else { "(" });
            for (ring, line) in std::iter::once(polygon.exterior()).chain(polygon.interiors()).enumerate() {
                out.push_str(if ring > 0 { ", " } else { "" });
                sequence(&mut out, &line.0);
            }
            out.push(')');
        }
        out.push_str(if many { ")" } else { "" });
    } else if !lines.is_empty() {
        let many = lines.len() > 1;
        out.push_str(if many { "MULTILINESTRING (" } else { "LINESTRING " });
        for (at, line) in lines.iter().enumerate() {
            out.push_str(if at > 0 { ", " } else { "" });
            sequence(&mut out, &line.0);
        }
        out.push_str(if many { ")" } else { "" });
    } else if !points.is_empty() {
        out.push_str(if points.len() > 1 { "MULTIPOINT " } else { "POINT " });
        sequence(&mut out, &points);
    }
    out
}

fn sequence(out: &mut String, points: &[Coord<f64>]) {
    out.push('(');
    for (at, p) in points.iter().enumerate() {
        // The shortest text that is read back as the same number.
        let _never = write!(out, "{}{} {}", if at > 0 { ", " } else { "" }, p.x, p.y);
    }
    out.push(')');
}

/// What was adjusted while reading.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Notes {
    /// Heights or measures were dropped.
    pub flattened: bool,
    /// Rings whose last position is not the first; they were closed.
    pub closed: usize,
}

/// What a text says.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Parsed {
    /// `None` for an empty one.
    pub geometry: Option<Geometry<f64>>,
    /// The number of its system, if the text names one (`SRID=4547;POLYGON ...`).
    pub srid: Option<u32>,
    pub notes: Notes,
}

/// 读文本几何 What a text says.
///
/// # Errors
/// The cause, in words.
pub(crate) fn parse(text: &str) -> Result<Parsed, String> {
    let (srid, text) = prefixed(text);
    // Collections inside collections would be read by recursion as deep as a file cares to nest them.
    let collects = text.starts_with(['G', 'g']);
    if collects && text.to_ascii_uppercase().matches("COLLECTION").count() > 1 {
        return Err("a collection inside a collection is not read".to_owned());
    }
    let mut notes = Notes::default();
    let parsed = Wkt::<f64>::from_str(text).map_err(|why| format!("it is no well-known text: {why}"))?;
    let geometry = geometry(parsed, &mut notes)?;
    Ok(Parsed { geometry, srid, notes })
}

/// Whether a cell begins like well-known text.
pub(crate) fn looks(text: &str) -> bool {
    const KINDS: [&str; 4] = ["POINT", "LINESTRING", "POLYGON", "GEOMETRYCOLLECTION"];
    let (_, text) = prefixed(text);
    let word: String = text.chars().take_while(char::is_ascii_alphabetic).collect::<String>().to_uppercase();
    KINDS.contains(&word.strip_prefix("MULTI").unwrap_or(&word).trim_end_matches(['Z', 'M']))
}

/// The number of a system in front, as PostGIS writes it, and the rest.
fn prefixed(text: &str) -> (Option<u32>, &str) {
    let text = text.trim();
    let Some((head, rest)) = text.split_once(';') else { return (None, text) };
    let number = head.trim().get(..5).filter(|head| head.eq_ignore_ascii_case("SRID="));
    match number.and_then(|_| head.trim()[5..].trim().parse().ok()) {
        Some(srid) => (Some(srid).filter(|&srid| srid > 0), rest.trim()),
        None => (None, text),
    }
}

fn geometry(wkt: Wkt<f64>, notes: &mut Notes) -> Result<Option<Geometry<f64>>, String> {
    let all = |line: types::LineString<f64>, notes: &mut Notes| -> Result<Vec<Coord<f64>>, String> {
        line.into_inner().0.into_iter().map(|at| position(&at, notes)).collect()
    };
    let line = |line: types::LineString<f64>, notes: &mut Notes| -> Result<Option<LineString<f64>>, String> {
        let points = all(line, notes)?;
        match points.len() {
            0 => Ok(None),
            1 => Err("a line has one position; it needs 2".to_owned()),
            _ => Ok(Some(LineString(points))),
        }
    };
    let polygon = |area: types::Polygon<f64>, notes: &mut Notes| -> Result<Option<Polygon<f64>>, String> {
        let mut rings = Vec::new();
        for ring in area.into_inner().0 {
            let mut points = all(ring, notes)?;
            if points.is_empty() {
                continue;
            }
            if points.first() != points.last() {
                points.push(points[0]);
                notes.closed += 1;
            }
            if points.len() < 4 {
                return Err(format!("a ring has {} positions; it needs 4", points.len()));
            }
            rings.push(LineString(points));
        }
        let mut rings = rings.into_iter();
        Ok(rings.next().map(|outer| Polygon::new(outer, rings.collect())))
    };
    Ok(match wkt {
        Wkt::Point(point) => match point.into_inner().0 {
            Some(at) => Some(Geometry::Point(position(&at, notes)?.into())),
            None => None,
        },
        Wkt::MultiPoint(points) => {
            let points = points.into_inner().0.into_iter().filter_map(|point| point.into_inner().0);
            let points: Vec<_> = points.map(|at| position(&at, notes)).collect::<Result<_, _>>()?;
            (!points.is_empty()).then(|| from_points(points))
        }
        Wkt::LineString(one) => line(one, notes)?.map(Geometry::LineString),
        Wkt::MultiLineString(lines) => {
            let lines = lines.into_inner().0.into_iter().map(|one| line(one, notes));
            let lines: Vec<_> = lines.filter_map(Result::transpose).collect::<Result<_, _>>()?;
            (!lines.is_empty()).then(|| MultiLineString(lines).into())
        }
        Wkt::Polygon(area) => polygon(area, notes)?.map(Geometry::Polygon),
        Wkt::MultiPolygon(areas) => {
            let areas = areas.into_inner().0.into_iter().map(|area| polygon(area, notes));
            let areas: Vec<_> = areas.filter_map(Result::transpose).collect::<Result<_, _>>()?;
            (!areas.is_empty()).then(|| from_polygons(areas))
        }
        Wkt::GeometryCollection(parts) => {
            let parts = parts.into_inner().0.into_iter().map(|part| geometry(part, notes));
            let parts: Vec<_> = parts.filter_map(Result::transpose).collect::<Result<_, _>>()?;
            (!parts.is_empty()).then_some(Geometry::GeometryCollection(GeometryCollection(parts)))
        }
    })
}

fn position(at: &types::Coord<f64>, notes: &mut Notes) -> Result<Coord<f64>, String> {
    notes.flattened |= at.z.is_some() || at.m.is_some();
    if at.x.is_finite() && at.y.is_finite() {
        Ok(Coord { x: at.x, y: at.y })
    } else {
        Err("a number is out of range".to_owned())
    }
}
