use crate::*;
use lifang_model::{Frame, Point};
use proptest::prelude::*;

fn fuling() -> [f64; 4] {
    [107.38, 29.69, 107.40, 29.71]
}

fn at_origin(crs: &str) -> Frame {
    Frame { crs: Some(crs.to_owned()), origin: (440_000.0, 3_287_000.0), source: None }
}

#[test]
fn proj_gives_the_numbers_the_field_agrees_on() {
    let from = CrsSpec::Epsg(4490);
    let to = ToFrame::new(&from, &at_origin("EPSG:4545")).unwrap();
    // 440966.575911, 3287014.123515 by cs2cs, pyproj and PostGIS.
    assert_eq!(to.point(107.39, 29.70), Ok(Point::new(966_576, 14_124)));
    let path = engine::path("EPSG:4490", "EPSG:4545").unwrap();
    let (x, y) = path.convert((107.39f64, 29.70f64)).unwrap();
    assert!((x - 440_966.575911).abs() < 1e-5 && (y - 3_287_014.123515).abs() < 1e-5);
    let path = engine::path("EPSG:32648", "EPSG:4326").unwrap();
    let (x, y) = path.convert((731_000.0f64, 3_288_000.0f64)).unwrap();
    assert!((x - 107.387591888).abs() < 1e-8 && (y - 29.700638403).abs() < 1e-8);
}

#[test]
fn degrees_get_a_frame_on_their_own_centre() {
    for spec in [CrsSpec::Epsg(4326), CrsSpec::Epsg(4490), CrsSpec::Gcj02, CrsSpec::Bd09] {
        let frame = choose_frame(&spec, fuling()).unwrap();
        let crs = frame.crs.clone().unwrap();
        assert!(crs.starts_with("+proj=tmerc +lat_0=29.7 +lon_0=107.3"), "{crs}");
        assert_eq!(frame.origin, (0.0, 0.0));
        assert_eq!(frame.source, Some(spec.to_string()));
    }
}

#[test]
fn projected_metres_keep_their_system_and_lose_a_whole_metre_origin() {
    let frame = choose_frame(&CrsSpec::Epsg(4545), [440_000.0, 3_286_000.0, 442_001.0, 3_288_000.0]).unwrap();
    assert_eq!(frame.crs.as_deref(), Some("EPSG:4545"));
    assert_eq!(frame.origin, (441_001.0, 3_287_000.0));
    let to = ToFrame::new(&CrsSpec::Epsg(4545), &frame).unwrap();
    assert_eq!(to.point(441_001.234_5, 3_287_000.0), Ok(Point::new(235, 0)));
}

#[test]
fn web_mercator_and_feet_are_never_measured_in() {
    let x = 107.39f64.to_radians() * 6_378_137.0;
    for spec in [CrsSpec::Epsg(3857), CrsSpec::Epsg(3395)] {
        let frame = choose_frame(&spec, [x, 3_460_000.0, x + 2000.0, 3_462_000.0]).unwrap();
        assert!(frame.crs.unwrap().starts_with("+proj=tmerc"));
    }
    // Hong Kong 1980 is metric and keeps its grid; New York's state plane is in feet and does not.
    let hong_kong = choose_frame(&CrsSpec::Epsg(2326), [835_000.0, 817_000.0, 836_000.0, 818_000.0]).unwrap();
    assert_eq!(hong_kong.crs.as_deref(), Some("EPSG:2326"));
    let feet = choose_frame(&CrsSpec::Epsg(2263), [980_000.0, 190_000.0, 990_000.0, 200_000.0]).unwrap();
    assert!(feet.crs.unwrap().starts_with("+proj=tmerc"));
}

#[test]
fn a_local_grid_works_but_cannot_leave() {
    let frame = choose_frame(&CrsSpec::Local, [1000.0, 2000.0, 1500.0, 2600.0]).unwrap();
    assert_eq!(frame.crs, None);
    assert_eq!(ToFrame::new(&CrsSpec::Local, &frame).unwrap().point(1250.5, 2300.0), Ok(Point::new(500, 0)));
    assert!(matches!(FromFrame::new(&frame, &CrsSpec::Epsg(4326)), Err(CrsError::LocalFrame { .. })));
    let back = FromFrame::new(&frame, &CrsSpec::Local).unwrap();
    assert_eq!(back.point(Point::new(500, 0)), Ok((1250.5, 2300.0)));
    let earth = choose_frame(&CrsSpec::Epsg(4326), fuling()).unwrap();
    assert!(matches!(ToFrame::new(&CrsSpec::Local, &earth), Err(CrsError::LocalData { .. })));
}

#[test]
fn a_coordinate_beyond_the_frame_names_itself() {
    let frame = choose_frame(&CrsSpec::Epsg(4326), fuling()).unwrap();
    let to = ToFrame::new(&CrsSpec::Epsg(4326), &frame).unwrap();
    for (x, y) in [(115.0, 29.7), (f64::NAN, 29.7), (107.0, 129.0), (440_966.0, 3_287_014.0)] {
        let error = to.point(x, y).unwrap_err().to_string();
        assert!(error.starts_with("C-201") && error.contains("EPSG:4326"), "{error}");
    }
    assert!(matches!(choose_frame(&CrsSpec::Epsg(4326), [f64::NAN; 4]), Err(CrsError::BadExtent { .. })));
}

#[test]
fn a_frame_of_degrees_measures_true_lengths() {
    let frame = choose_frame(&CrsSpec::Epsg(4490), fuling()).unwrap();
    let to = ToFrame::new(&CrsSpec::Epsg(4490), &frame).unwrap();
    // One minute of latitude at 29.7° on the ellipsoid: 1847.5 m.
    let (a, b) = (to.point(107.39, 29.69).unwrap(), to.point(107.39, 29.69 + 1.0 / 60.0).unwrap());
    assert!((a.distance(b) / 1000.0 - 1847.5).abs() < 0.5, "{}", a.distance(b));
}

#[test]
fn old_datums_and_web_maps_come_with_a_warning() {
    let note = |from, to| accuracy_note(&CrsSpec::Epsg(from), &CrsSpec::Epsg(to));
    assert_eq!(note(4490, 4545), None);
    assert_eq!(note(4490, 4326), None);
    assert_eq!(note(4326, 32648), None);
    assert!(note(4610, 4490).unwrap().starts_with("C-402"), "{:?}", note(4610, 4490));
    assert!(note(2384, 4326).unwrap().starts_with("C-40"));
    assert!(note(4214, 4326).unwrap().starts_with("C-40"));
    assert!(accuracy_note(&CrsSpec::Gcj02, &CrsSpec::Epsg(4490)).unwrap().starts_with("C-401"));
    assert_eq!(accuracy_note(&CrsSpec::Local, &CrsSpec::Local), None);
}

#[test]
fn there_and_back_is_the_same_lattice_point() {
    let frame = choose_frame(&CrsSpec::Epsg(4490), fuling()).unwrap();
    let ways: Vec<_> = [4490, 4326, 4545, 3857]
        .map(CrsSpec::Epsg)
        .into_iter()
        .chain([CrsSpec::Gcj02, CrsSpec::Bd09])
        .map(|spec| (FromFrame::new(&frame, &spec).unwrap(), ToFrame::new(&spec, &frame).unwrap()))
        .collect();
    proptest!(|(x in -20_000_000i32..20_000_000, y in -20_000_000i32..20_000_000)| {
        let p = Point::new(x, y);
        for (out, back) in &ways {
            let (a, b) = out.point(p).unwrap();
            prop_assert_eq!(back.point(a, b).unwrap(), p);
        }
    });
}
