//! What is written is read back the same, for random tables.

use crate::*;
use geo_types::{Coord, Geometry, LineString, MultiPolygon, Polygon, point};
use proptest::prelude::*;

/// A convex-ish ring around a centre: star-shaped, so never self-crossing.
fn ring(x: f64, y: f64, radii: &[f64]) -> LineString<f64> {
    let n = radii.len();
    let mut points: Vec<Coord<f64>> = (0..n)
        .map(|i| {
            let angle = std::f64::consts::TAU * i as f64 / n as f64;
            let at = |v: f64| (v * 1e7).round() / 1e7;
            Coord { x: at(x + radii[i] * angle.cos()), y: at(y + radii[i] * angle.sin()) }
        })
        .collect();
    points.push(points[0]);
    LineString(points)
}

fn polygon() -> impl Strategy<Value = Polygon<f64>> {
    (-170.0..170.0f64, -80.0..80.0f64, prop::collection::vec(0.5..1.0f64, 3..9), any::<bool>()).prop_map(
        |(x, y, radii, hole)| {
            let holes = if hole { vec![reversed(ring(x, y, &[0.1, 0.2, 0.1, 0.2]))] } else { vec![] };
            Polygon::new(ring(x, y, &radii), holes)
        },
    )
}

fn reversed(mut ring: LineString<f64>) -> LineString<f64> {
    ring.0.reverse();
    ring
}

fn cell() -> impl Strategy<Value = (Value, Value, Value, Value)> {
    let text = prop_oneof![
        Just(Value::Null),
        // GBK has all of these.
        "[a-zA-Z=+@'\",;\\-一二三太平街户]{1,12}".prop_filter_map("blank ends are lost by design", |t| {
            (t.trim() == t && !t.is_empty()).then_some(Value::Text(t))
        }),
    ];
    let whole = prop_oneof![Just(Value::Null), (-99_999_999_999i64..99_999_999_999).prop_map(Value::Integer)];
    let real = prop_oneof![
        Just(Value::Null),
        (-1e9..1e9f64).prop_map(Value::Real),
        (-1e-6..1e-6f64).prop_map(Value::Real)
    ];
    let flag = prop_oneof![Just(Value::Null), any::<bool>().prop_map(Value::Bool)];
    (text, whole, real, flag)
}

fn table(geometries: Vec<Option<Geometry<f64>>>, cells: Vec<(Value, Value, Value, Value)>) -> FeatureTable {
    let column = |name: &str, kind| Column { name: name.into(), kind };
    FeatureTable {
        name: "层".into(),
        columns: vec![
            column("名", FieldType::Text),
            column("n", FieldType::Integer),
            column("r", FieldType::Real),
            column("f", FieldType::Bool),
        ],
        rows: geometries
            .into_iter()
            .zip(cells)
            .map(|(geometry, (a, b, c, d))| Row { geometry, values: vec![a, b, c, d] })
            .collect(),
        ..FeatureTable::default()
    }
}

fn back(table: &FeatureTable, format: Format, encoding: Encoding) -> FeatureTable {
    let dir = tempfile::tempdir().unwrap();
    let options = WriteOptions { encoding, ..WriteOptions::default() };
    let paths = write(dir.path(), table, format, &options).unwrap();
    read(paths.last().unwrap(), &ReadOptions::default()).unwrap()
}

/// Rows with multi-parts of one part taken as that part, since formats differ in that.
fn plain(table: &FeatureTable) -> Vec<Row> {
    let mut rows = table.rows.clone();
    for row in &mut rows {
        match &row.geometry {
            Some(Geometry::MultiPolygon(parts)) if parts.0.len() == 1 => {
                row.geometry = Some(parts.0[0].clone().into())
            }
            Some(Geometry::MultiLineString(parts)) if parts.0.len() == 1 => {
                row.geometry = Some(parts.0[0].clone().into());
            }
            _ => {}
        }
    }
    rows
}

/// Rings as sets of positions from a fixed start: formats turn rings their own way.
fn canonical(rows: Vec<Row>) -> Vec<Row> {
    let turn = |ring: &LineString<f64>, ccw| LineString(geom::turned(ring, ccw));
    let polygon = |p: &Polygon<f64>| {
        let mut outer = turn(p.exterior(), true);
        rotate(&mut outer);
        let holes = p
            .interiors()
            .iter()
            .map(|h| {
                let mut h = turn(h, false);
                rotate(&mut h);
                h
            })
            .collect();
        Polygon::new(outer, holes)
    };
    rows.into_iter()
        .map(|mut row| {
            row.geometry = row.geometry.map(|g| match g {
                Geometry::Polygon(p) => polygon(&p).into(),
                Geometry::MultiPolygon(m) => MultiPolygon(m.0.iter().map(polygon).collect()).into(),
                other => other,
            });
            row
        })
        .collect()
}

/// The JSON reader may miss the last binary digit of a number; everything else must be the same.
fn forgive(mut rows: Vec<Row>, wanted: &[Row], format: Format) -> Vec<Row> {
    if format == Format::GeoJson {
        let cells = rows.iter_mut().zip(wanted).flat_map(|(a, b)| a.values.iter_mut().zip(&b.values));
        for pair in cells {
            if let (Value::Real(a), Value::Real(b)) = pair
                && (*a - b).abs() <= b.abs() * 1e-15
            {
                *a = *b;
            }
        }
    }
    rows
}

fn rotate(ring: &mut LineString<f64>) {
    ring.0.pop();
    if let Some(start) = (0..ring.0.len()).min_by(|&a, &b| {
        let (a, b) = (ring.0[a], ring.0[b]);
        a.x.total_cmp(&b.x).then(a.y.total_cmp(&b.y))
    }) {
        ring.0.rotate_left(start);
        ring.0.push(ring.0[0]);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn polygons_come_back_from_every_format(
        parts in prop::collection::vec(prop::option::of(polygon()), 1..6),
        cells in prop::collection::vec(cell(), 6),
        gbk in any::<bool>(),
    ) {
        let given = table(parts.into_iter().map(|p| p.map(Geometry::from)).collect(), cells);
        let encoding = if gbk { Encoding::Gbk } else { Encoding::Utf8 };
        let wanted = canonical(plain(&given));
        for format in [Format::GeoJson, Format::GeoPackage, Format::Shapefile] {
            let got = back(&given, format, encoding);
            prop_assert_eq!(forgive(canonical(plain(&got)), &wanted, format), wanted.clone(), "{:?}", format);
        }
    }

    #[test]
    fn lines_come_back_from_every_format(
        lines in prop::collection::vec(prop::collection::vec((-179i32..179, -89i32..89), 2..6), 1..5),
        cells in prop::collection::vec(cell(), 5),
    ) {
        let line = |points: &Vec<(i32, i32)>| {
            LineString(points.iter().map(|&(x, y)| Coord { x: f64::from(x), y: f64::from(y) }).collect())
        };
        let given = table(lines.iter().map(|l| Some(line(l).into())).collect(), cells);
        for format in [Format::GeoJson, Format::GeoPackage, Format::Shapefile] {
            let wanted = plain(&given);
            prop_assert_eq!(forgive(plain(&back(&given, format, Encoding::Utf8)), &wanted, format), wanted, "{:?}", format);
        }
    }

    #[test]
    fn points_come_back_from_every_format(
        points in prop::collection::vec((-179_0000000i64..179_0000000, -89_0000000i64..89_0000000), 1..6),
        cells in prop::collection::vec(cell(), 6),
        gbk in any::<bool>(),
    ) {
        let encoding = if gbk { Encoding::Gbk } else { Encoding::Utf8 };
        let at = |v: i64| v as f64 / 1e7;
        let given = table(points.iter().map(|&(x, y)| Some(point! { x: at(x), y: at(y) }.into())).collect(), cells);
        for format in [Format::GeoJson, Format::GeoPackage, Format::Shapefile] {
            let got = forgive(back(&given, format, encoding).rows, &given.rows, format);
            prop_assert_eq!(&got, &given.rows, "{:?}", format);
        }
        // CSV has no types: texts and positions must come back; numbers are compared as text.
        let got = back(&given, Format::Csv, encoding);
        prop_assert_eq!(got.rows.len(), given.rows.len());
        for (a, b) in got.rows.iter().zip(&given.rows) {
            prop_assert_eq!(&a.geometry, &b.geometry);
            prop_assert_eq!(&a.values[0], &b.values[0]);
            for (x, y) in a.values.iter().zip(&b.values) {
                let same = match (x, y) {
                    (Value::Integer(a), Value::Real(b)) | (Value::Real(b), Value::Integer(a)) => *a as f64 == *b,
                    (a, b) => a.to_text() == b.to_text(),
                };
                prop_assert!(same, "{:?} {:?}", x, y);
            }
        }
    }
}
