//! Geometry as well-known text (OGC 06-103r4), for tables whose readers know no other.

use crate::geom::{lines_of, points_of, polygons_of};
use geo_types::{Coord, Geometry};
use std::fmt::Write as _;

/// The geometry as text; nothing for one without points.
pub(super) fn wkt(geometry: &Geometry<f64>) -> String {
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
