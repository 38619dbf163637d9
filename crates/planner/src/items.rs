//! 要素查询 Features of a layer one page at a time: by place, in a wanted coordinate system, with stable ids.

use crate::view::{self, LayerQuery};
use crate::{PlannerError, Session};
use geo::Intersects as _;
use geo_types::{Geometry, LineString, Polygon, Rect, coord};
use lifang_crs::CrsSpec;
use lifang_formats::{FeatureTable, Value};
use serde_json::{Map, json};
use std::collections::BTreeSet;

/// 要素集 A layer in one coordinate system, ready to be asked.
#[derive(Debug)]
pub struct Items {
    table: FeatureTable,
    ids: Vec<String>,
    north_first: bool,
    decimals: i32,
}

/// 查询框 A box to look into: least and most of both axes, in the order of the system's axes.
pub type Window = [f64; 4];

/// Whether the first axis of a system is north: true of degrees as EPSG has them and of the Gauss-Krüger grids of CGCS2000.
/// `None` where nobody here knows.
#[must_use]
pub fn north_first(spec: &CrsSpec) -> Option<bool> {
    match spec {
        CrsSpec::Epsg(4326 | 4490 | 4491..=4554) => Some(true),
        CrsSpec::Epsg(3857 | 32601..=32660 | 32701..=32760) => Some(false),
        _ => None,
    }
}

impl Items {
    /// A layer in a system; `north_first` says how its coordinates are given and taken.
    ///
    /// # Errors
    /// As [`view::layer`].
    pub fn new(
        session: &Session,
        query: &LayerQuery,
        spec: &CrsSpec,
        north_first: bool,
    ) -> Result<Self, PlannerError> {
        let table = view::table(session, query, spec)?;
        let code = table.column("code");
        let codes: Vec<String> = table
            .rows
            .iter()
            .map(|row| code.and_then(|at| row.values.get(at)).map(Value::to_text).unwrap_or_default())
            .collect();
        let distinct: BTreeSet<&String> = codes.iter().filter(|code| !code.is_empty()).collect();
        // Codes are permanent; where they do not tell features apart, their place in the layer does.
        let ids = if distinct.len() == codes.len() {
            codes
        } else {
            (1..=table.rows.len()).map(|row| row.to_string()).collect()
        };
        let decimals = if spec.is_geographic()? { 9 } else { 4 };
        Ok(Self { table, ids, north_first, decimals })
    }

    /// Places of the features that touch a box; all without one. A box in degrees whose west is east of its east goes
    /// over the date line.
    #[must_use]
    pub fn within(&self, window: Option<Window>) -> Vec<usize> {
        let Some(window) = window else { return (0..self.table.rows.len()).collect() };
        let [x0, y0, x1, y1] =
            if self.north_first { [window[1], window[0], window[3], window[2]] } else { window };
        let boxed = |x0, x1| Rect::new(coord! { x: x0, y: y0.min(y1) }, coord! { x: x1, y: y1.max(y0) });
        let boxes = if x0 <= x1 { vec![boxed(x0, x1)] } else { vec![boxed(x0, 180.0), boxed(-180.0, x1)] };
        let touches = |geometry: &Geometry<f64>| boxes.iter().any(|window| geometry.intersects(window));
        let rows = self.table.rows.iter().enumerate();
        rows.filter(|(_, row)| row.geometry.as_ref().is_some_and(touches)).map(|(at, _)| at).collect()
    }

    /// The place of the feature with this id.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<usize> {
        self.ids.iter().position(|known| known == id)
    }

    /// A feature as GeoJSON in the system's own order of axes; `None` when there is none at this place.
    #[must_use]
    pub fn feature(&self, at: usize) -> Option<serde_json::Value> {
        let row = self.table.rows.get(at)?;
        let properties: Map<String, serde_json::Value> = self
            .table
            .columns
            .iter()
            .zip(&row.values)
            .map(|(column, value)| (column.name.clone(), told(value)))
            .collect();
        let geometry = row.geometry.as_ref().map(|geometry| self.geometry(geometry));
        Some(
            json!({ "type": "Feature", "id": self.ids.get(at)?, "geometry": geometry, "properties": properties }),
        )
    }

    fn position(&self, x: f64, y: f64) -> serde_json::Value {
        let unit = 10f64.powi(self.decimals);
        let round = |value: f64| (value * unit).round() / unit;
        if self.north_first { json!([round(y), round(x)]) } else { json!([round(x), round(y)]) }
    }

    fn line(&self, line: &LineString<f64>) -> serde_json::Value {
        line.coords().map(|c| self.position(c.x, c.y)).collect()
    }

    fn polygon(&self, polygon: &Polygon<f64>) -> serde_json::Value {
        std::iter::once(polygon.exterior()).chain(polygon.interiors()).map(|ring| self.line(ring)).collect()
    }

    fn geometry(&self, geometry: &Geometry<f64>) -> serde_json::Value {
        let (kind, coordinates): (&str, serde_json::Value) = match geometry {
            Geometry::Point(p) => ("Point", self.position(p.x(), p.y())),
            Geometry::MultiPoint(all) => {
                ("MultiPoint", all.iter().map(|p| self.position(p.x(), p.y())).collect())
            }
            Geometry::Line(line) => ("LineString", self.line(&LineString::from(vec![line.start, line.end]))),
            Geometry::LineString(line) => ("LineString", self.line(line)),
            Geometry::MultiLineString(all) => {
                ("MultiLineString", all.iter().map(|line| self.line(line)).collect())
            }
            Geometry::Polygon(polygon) => ("Polygon", self.polygon(polygon)),
            Geometry::MultiPolygon(all) => {
                ("MultiPolygon", all.iter().map(|one| self.polygon(one)).collect())
            }
            Geometry::Rect(rect) => ("Polygon", self.polygon(&rect.to_polygon())),
            Geometry::Triangle(triangle) => ("Polygon", self.polygon(&triangle.to_polygon())),
            Geometry::GeometryCollection(all) => {
                let geometries: Vec<serde_json::Value> = all.iter().map(|one| self.geometry(one)).collect();
                return json!({ "type": "GeometryCollection", "geometries": geometries });
            }
        };
        json!({ "type": kind, "coordinates": coordinates })
    }
}

fn told(value: &Value) -> serde_json::Value {
    match value {
        Value::Null => serde_json::Value::Null,
        Value::Bool(flag) => json!(flag),
        Value::Integer(number) => json!(number),
        Value::Real(number) => json!(number),
        Value::Text(text) => json!(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo_types::Point;
    use lifang_formats::{Column, FieldType, Row};

    fn items(north_first: bool) -> Items {
        let row = |x: f64, y: f64, code: &str| Row {
            geometry: Some(Geometry::Point(Point::new(x, y))),
            values: vec![Value::Text(code.to_owned())],
        };
        let table = FeatureTable {
            columns: vec![Column { name: "code".to_owned(), kind: FieldType::Text }],
            rows: vec![row(107.0, 29.0, "A"), row(179.5, 29.0, "B"), row(-179.5, 29.0, "C")],
            ..FeatureTable::default()
        };
        Items { table, ids: vec!["A".to_owned(), "B".to_owned(), "C".to_owned()], north_first, decimals: 9 }
    }

    #[test]
    fn a_box_is_read_in_the_order_of_the_axes_and_may_cross_the_date_line() {
        assert_eq!(items(false).within(Some([106.0, 28.0, 108.0, 30.0])), [0]);
        assert_eq!(items(true).within(Some([28.0, 106.0, 30.0, 108.0])), [0]);
        assert_eq!(items(false).within(Some([179.0, 28.0, -179.0, 30.0])), [1, 2]);
        assert_eq!(items(false).within(None).len(), 3);
        assert_eq!(items(true).feature(0).unwrap()["geometry"]["coordinates"], json!([29.0, 107.0]));
        assert_eq!(items(false).find("C"), Some(2));
    }
}
