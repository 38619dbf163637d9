//! Tests of the crate as its users see it.

mod damage;
mod drawings;
mod dxf;
mod fixtures;
mod gdal;
mod old_workbooks;
mod readers;
mod roundtrip;
mod workbooks;
mod writers;

use crate::{Column, FeatureTable, FieldType, Row, Value};
use geo_types::{Geometry, LineString, MultiPolygon, Polygon, point};
use std::path::{Path, PathBuf};

/// Real files to read, next to the repository; tests that want them skip, saying so, where they are absent.
pub(crate) fn shared(path: &str) -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let found = root.join(path);
    if found.exists() {
        Some(found)
    } else {
        eprintln!("skipped: {path} is absent");
        None
    }
}

pub(crate) fn square(x: f64, y: f64, side: f64) -> LineString<f64> {
    LineString::from(vec![(x, y), (x + side, y), (x + side, y + side), (x, y + side), (x, y)])
}

/// Two micro-grids, one of two parts with a hole; a row without geometry; Chinese names and values.
pub(crate) fn grids() -> FeatureTable {
    let holed = Polygon::new(square(107.38, 29.70, 0.01), vec![square(107.383, 29.703, 0.002)]);
    let two = MultiPolygon(vec![holed, Polygon::new(square(107.40, 29.70, 0.01), vec![])]);
    let one: Geometry<f64> = Polygon::new(square(107.42, 29.70, 0.01), vec![]).into();
    let column = |name: &str, kind| Column { name: name.into(), kind };
    let text = |t: &str| Value::Text(t.into());
    FeatureTable {
        name: "微网格".into(),
        columns: vec![
            column("code", FieldType::Text),
            column("名称", FieldType::Text),
            column("户数", FieldType::Integer),
            column("compactness", FieldType::Real),
            column("独居老年人口数量", FieldType::Integer),
            column("达标", FieldType::Bool),
        ],
        rows: vec![
            Row {
                geometry: Some(two.into()),
                values: vec![
                    text("500102006001001"),
                    text("太平街一号微网格"),
                    Value::Integer(97),
                    Value::Real(0.715),
                    Value::Integer(-3),
                    Value::Bool(true),
                ],
            },
            Row {
                geometry: Some(one),
                values: vec![
                    text("500102006001002"),
                    text("敦仁街道"),
                    Value::Integer(90),
                    Value::Real(1e-7),
                    Value::Null,
                    Value::Bool(false),
                ],
            },
            Row {
                geometry: None,
                values: vec![text("x"), Value::Null, Value::Null, Value::Null, Value::Null, Value::Null],
            },
        ],
        ..FeatureTable::default()
    }
}

/// Three shops.
pub(crate) fn shops() -> FeatureTable {
    let row = |x: f64, y: f64, name: &str, seats: i64| Row {
        geometry: Some(point! { x: x, y: y }.into()),
        values: vec![Value::Text(name.into()), Value::Integer(seats)],
    };
    FeatureTable {
        name: "shops".into(),
        columns: vec![
            Column { name: "名称".into(), kind: FieldType::Text },
            Column { name: "座位".into(), kind: FieldType::Integer },
        ],
        rows: vec![
            row(107.39, 29.7, "面馆", 20),
            row(107.391, 29.71, "=1+1", -4),
            row(107.4, 29.72, "茶,馆\"老\"", 7),
        ],
        ..FeatureTable::default()
    }
}
