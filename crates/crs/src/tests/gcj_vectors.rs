use crate::*;
use proptest::prelude::*;

fn metres(a: (f64, f64), b: (f64, f64)) -> f64 {
    let cos = a.1.to_radians().cos();
    ((a.0 - b.0) * cos).hypot(a.1 - b.1) * 111_320.0
}

#[test]
fn the_published_vectors_are_reproduced() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/gcj/vectors.csv");
    let Ok(mut reader) = csv::ReaderBuilder::new().flexible(true).from_path(path) else {
        eprintln!("skipped: {path} is absent");
        return;
    };
    let mut rows = 0;
    for row in reader.records() {
        let row = row.unwrap();
        let number = |i: usize| row[i].parse::<f64>().unwrap();
        let (given, wanted) = ((number(2), number(1)), (number(4), number(3)));
        // Vectors made by a one-step inverse are themselves off by metres.
        let (got, tolerance) = match &row[0] {
            name if name.starts_with("wgs84->gcj02") => (wgs84_to_gcj02(given.0, given.1), 1e-9),
            "gcj02->bd09" => (gcj02_to_bd09(given.0, given.1), 1e-6),
            "wgs84->bd09" => (wgs84_to_bd09(given.0, given.1), 1e-3),
            "bd09->gcj02" => (bd09_to_gcj02(given.0, given.1), 0.3),
            // These two do not follow from the formula that reproduces every other row: they differ from it by 11 and
            // 41 m, which is a measure of how far real Baidu coordinates may be from it.
            "bd09->wgs84" if row[5].contains("eviltransform js") => (bd09_to_wgs84(given.0, given.1), 50.0),
            "bd09->wgs84" => (bd09_to_wgs84(given.0, given.1), 5.0),
            name if name.starts_with("gcj02->wgs84") => (gcj02_to_wgs84(given.0, given.1), 5.0),
            other => panic!("unknown conversion {other}"),
        };
        assert!(metres(got, wanted) <= tolerance, "{row:?}: {got:?}");
        rows += 1;
    }
    assert_eq!(rows, 14);
}

proptest! {
    #[test]
    fn every_inverse_returns_within_a_fifth_of_a_millimetre(lon in 73.5f64..135.0, lat in 18.0f64..53.5) {
        let (x, y) = wgs84_to_gcj02(lon, lat);
        prop_assert!(metres(gcj02_to_wgs84(x, y), (lon, lat)) < 2e-4);
        let (x, y) = gcj02_to_bd09(lon, lat);
        prop_assert!(metres(bd09_to_gcj02(x, y), (lon, lat)) < 2e-4);
        let (x, y) = wgs84_to_bd09(lon, lat);
        prop_assert!(metres(bd09_to_wgs84(x, y), (lon, lat)) < 2e-4);
    }

    #[test]
    fn the_shift_of_gcj02_stays_under_700_metres(lon in 73.5f64..135.0, lat in 18.0f64..53.5) {
        prop_assert!(metres(wgs84_to_gcj02(lon, lat), (lon, lat)) < 700.0);
    }
}
