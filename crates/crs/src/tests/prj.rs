use crate::{CrsError, CrsSpec, engine, esri_wkt};
use std::process::Command;

/// Geographic, Gauss-Krüger with and without zone, UTM, Web Mercator, Lambert, Hong Kong, our own frame.
fn examples() -> Vec<(CrsSpec, (f64, f64))> {
    let mut list: Vec<_> = [
        (4326, (107.39, 29.7)),
        (4490, (107.39, 29.7)),
        (4545, (440_966.0, 3_287_014.0)),
        (4524, (36_440_966.0, 3_287_014.0)),
        (2360, (36_440_966.0, 3_287_014.0)),
        (32648, (731_000.0, 3_288_000.0)),
        (3857, (11_954_000.0, 3_466_000.0)),
        (2326, (836_000.0, 819_000.0)),
        (3067, (385_000.0, 6_672_000.0)),
        (2154, (650_000.0, 6_860_000.0)),
    ]
    .into_iter()
    .map(|(code, at)| (CrsSpec::Epsg(code), at))
    .collect();
    let own =
        "+proj=tmerc +lat_0=29.7 +lon_0=107.39 +k=1 +x_0=0 +y_0=0 +datum=WGS84 +units=m +no_defs +type=crs";
    list.push((CrsSpec::Definition(own.to_owned()), (1200.0, -800.0)));
    list
}

#[test]
fn a_prj_means_the_same_place_when_read_again() {
    for (spec, (x, y)) in examples() {
        let wkt = esri_wkt(&spec).unwrap();
        assert!(!wkt.contains('\n') && (wkt.starts_with("GEOGCS[") || wkt.starts_with("PROJCS[")), "{wkt}");
        let path = engine::path(&wkt, &spec.proj_text()).unwrap();
        let (a, b) = path.convert((x, y)).unwrap();
        let tolerance = if x.abs() < 180.0 { 1e-11 } else { 1e-4 };
        assert!((a - x).abs() < tolerance && (b - y).abs() < tolerance, "{spec}: {a} {b}\n{wkt}");
    }
}

#[test]
fn gdal_reads_our_prj() {
    if Command::new("gdalsrsinfo").arg("--version").output().is_err() {
        eprintln!("skipped: gdalsrsinfo is not installed");
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    for (spec, _) in examples() {
        let file = dir.path().join("test.prj");
        std::fs::write(&file, esri_wkt(&spec).unwrap()).unwrap();
        let out = Command::new("gdalsrsinfo").args(["-o", "proj4"]).arg(&file).output().unwrap();
        let text = String::from_utf8_lossy(&out.stdout);
        assert!(out.status.success() && text.contains("+proj="), "{spec}: {text}");
        if spec == CrsSpec::Epsg(4545) {
            assert!(
                text.contains("+proj=tmerc") && text.contains("+lon_0=108") && text.contains("+x_0=500000"),
                "{text}"
            );
        }
    }
}

#[test]
fn systems_without_a_standard_get_no_prj() {
    for spec in [CrsSpec::Gcj02, CrsSpec::Bd09, CrsSpec::Local] {
        assert!(matches!(esri_wkt(&spec), Err(CrsError::NoWkt { .. })));
    }
}
