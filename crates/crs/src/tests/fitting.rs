use crate::*;
use proptest::prelude::*;

/// A city grid: CGCS2000 / 108°E turned by 0.4°, 30 ppm longer, with small coordinates.
fn to_known(x: f64, y: f64) -> (f64, f64) {
    let (angle, scale) = (0.4f64.to_radians(), 1.000_03);
    let (dx, dy) = (x - 50_000.0, y - 50_000.0);
    (
        440_966.576 + scale * (angle.cos() * dx - angle.sin() * dy),
        3_287_014.124 + scale * (angle.sin() * dx + angle.cos() * dy),
    )
}

fn points(places: &[(f64, f64)]) -> Vec<ControlPoint> {
    let point = |(at, p): (usize, &(f64, f64))| ControlPoint {
        name: format!("K{at}"),
        local: *p,
        known: to_known(p.0, p.1),
    };
    places.iter().enumerate().map(point).collect()
}

const CITY: [(f64, f64); 5] = [
    (48_000.0, 49_000.0),
    (53_500.0, 48_200.0),
    (52_100.0, 54_800.0),
    (47_300.0, 53_900.0),
    (50_200.0, 51_100.0),
];

#[test]
fn a_turned_and_scaled_grid_is_found_to_the_hundredth_of_a_millimetre() {
    let known = CrsSpec::Epsg(4545);
    for kind in [FitKind::Similarity, FitKind::Affine] {
        let fit = fit_grid(&points(&CITY), &known, kind).unwrap();
        assert!(fit.residuals_mm.iter().all(|mm| *mm < 0.01), "{:?}", fit.residuals_mm);
        assert!((fit.scale_ppm - 30.0).abs() < 0.01 && (fit.rotation_deg - 0.4).abs() < 1e-6, "{fit:?}");
        assert!(!fit.exchanged);
    }
}

#[test]
fn a_bad_point_stands_out_and_exchanged_axes_are_noticed() {
    let mut spoilt = points(&CITY);
    spoilt[3].known.0 += 0.5;
    let fit = fit_grid(&spoilt, &CrsSpec::Epsg(4545), FitKind::Similarity).unwrap();
    let worst = fit.residuals_mm.iter().cloned().fold(0.0, f64::max);
    assert!(worst == fit.residuals_mm[3] && worst > 250.0 && fit.sigma_mm.unwrap() > 100.0, "{fit:?}");
    let mut north_first = points(&CITY);
    for point in &mut north_first {
        point.local = (point.local.1, point.local.0);
    }
    assert!(fit_grid(&north_first, &CrsSpec::Epsg(4545), FitKind::Similarity).unwrap().exchanged);
}

#[test]
fn too_few_or_useless_points_are_refused() {
    let known = CrsSpec::Epsg(4545);
    let refused =
        |places: &[(f64, f64)], kind| fit_grid(&points(places), &known, kind).unwrap_err().to_string();
    assert!(refused(&CITY[..1], FitKind::Similarity).contains("C-501"));
    assert!(refused(&CITY[..3], FitKind::Affine).contains("4 are needed"));
    assert!(refused(&[CITY[0], CITY[0]], FitKind::Similarity).contains("one spot"));
    let line: Vec<(f64, f64)> = (0..5).map(|i| (48_000.0 + f64::from(i) * 100.0, 49_000.0)).collect();
    assert!(refused(&line, FitKind::Affine).contains("one line"));
    assert!(fit_grid(&points(&CITY[..2]), &known, FitKind::Similarity).unwrap().sigma_mm.is_none());
    assert!(fit_grid(&points(&CITY), &CrsSpec::Local, FitKind::Similarity).is_err());
}

#[test]
fn a_fitted_grid_is_a_coordinate_system_like_any_other() {
    let degrees: Vec<ControlPoint> = CITY
        .iter()
        .map(|&(x, y)| {
            let path = engine::path("EPSG:4545", "EPSG:4490").unwrap();
            let (e, n) = to_known(x, y);
            ControlPoint { name: String::new(), local: (x, y), known: path.convert((e, n)).unwrap() }
        })
        .collect();
    let fit = fit_grid(&degrees, &CrsSpec::Epsg(4490), FitKind::Similarity).unwrap();
    assert_eq!(*fit.grid.onto(), CrsSpec::Epsg(4545), "degrees go to the 3° zone they lie in");
    let spec = CrsSpec::Fitted(fit.grid);
    assert_eq!(CrsSpec::parse(&spec.to_string()).as_ref(), Ok(&spec), "the text says everything");
    assert!(!spec.is_geographic().unwrap() && esri_wkt(&spec).is_err());
    let frame = choose_frame(&spec, [48_000.0, 49_000.0, 52_000.0, 53_000.0]).unwrap();
    assert_eq!((frame.crs.as_deref(), frame.source.clone()), (Some("EPSG:4545"), Some(spec.to_string())));
    let (to, from) = (ToFrame::new(&spec, &frame).unwrap(), FromFrame::new(&frame, &spec).unwrap());
    let lonlat = FromFrame::new(&frame, &CrsSpec::Epsg(4490)).unwrap();
    for (point, (x, y)) in degrees.iter().zip(CITY) {
        let p = to.point(x, y).unwrap();
        let (back_x, back_y) = from.point(p).unwrap();
        assert!((back_x - x).abs() < 0.001 && (back_y - y).abs() < 0.001, "{back_x} {back_y}");
        let (lon, lat) = lonlat.point(p).unwrap();
        assert!((lon - point.known.0).abs() < 2e-8 && (lat - point.known.1).abs() < 2e-8);
    }
    assert!(CrsSpec::parse("FIT[EPSG:4545,0,0,0,0,0,0,0,0]").is_err());
    assert!(CrsSpec::parse("FIT[EPSG:4545,1,2]").is_err());
}

proptest! {
    #[test]
    fn points_of_a_similarity_are_met_whatever_it_is(
        angle in -3.1f64..3.1, scale in 0.9f64..1.1, shift in (-1e6f64..1e6, -1e6f64..1e6), seed in prop::collection::vec((0f64..1e4, 0f64..1e4), 3..8),
    ) {
        let spread = seed.iter().any(|p| (p.0 - seed[0].0).hypot(p.1 - seed[0].1) > 100.0);
        prop_assume!(spread);
        let points: Vec<ControlPoint> = seed
            .iter()
            .map(|&(x, y)| ControlPoint {
                name: String::new(),
                local: (x, y),
                known: (shift.0 + scale * (angle.cos() * x - angle.sin() * y), shift.1 + scale * (angle.sin() * x + angle.cos() * y)),
            })
            .collect();
        let fit = fit_grid(&points, &CrsSpec::Epsg(4545), FitKind::Similarity).unwrap();
        prop_assert!(fit.residuals_mm.iter().all(|mm| *mm < 0.01), "{:?}", fit);
        let text = CrsSpec::Fitted(fit.grid.clone()).to_string();
        prop_assert_eq!(CrsSpec::parse(&text), Ok(CrsSpec::Fitted(fit.grid)));
    }
}
