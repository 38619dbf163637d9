use crate::{CrsError, CrsSpec};
use proptest::prelude::*;

const GAUSS: &str = r#"PROJCS["CGCS2000_3_Degree_GK_CM_108E",GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",DATUM["D_China_2000",SPHEROID["CGCS2000",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Gauss_Kruger"],PARAMETER["False_Easting",500000.0],PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",108.0],PARAMETER["Scale_Factor",1.0],PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]"#;

#[test]
fn every_usual_spelling_is_understood() {
    for (text, spec) in [
        ("EPSG:4545", CrsSpec::Epsg(4545)),
        ("epsg:4490", CrsSpec::Epsg(4490)),
        (" 4545 ", CrsSpec::Epsg(4545)),
        ("urn:ogc:def:crs:EPSG::4547", CrsSpec::Epsg(4547)),
        ("urn:ogc:def:crs:OGC:1.3:CRS84", CrsSpec::Epsg(4326)),
        ("http://www.opengis.net/def/crs/EPSG/0/4326", CrsSpec::Epsg(4326)),
        ("GCJ-02", CrsSpec::Gcj02),
        ("gcj02", CrsSpec::Gcj02),
        ("BD-09", CrsSpec::Bd09),
        ("local", CrsSpec::Local),
        ("CGCS2000", CrsSpec::Epsg(4490)),
        (GAUSS, CrsSpec::Epsg(4545)),
    ] {
        assert_eq!(CrsSpec::parse(text), Ok(spec), "{text}");
    }
}

#[test]
fn what_is_no_horizontal_system_is_refused_with_its_kind() {
    for text in ["", "EPSG:999999", "no such system", "PROJCS[", "EPSG:99999999999"] {
        assert!(
            matches!(CrsSpec::parse(text), Err(CrsError::Unknown { .. })),
            "{text}: {:?}",
            CrsSpec::parse(text)
        );
    }
    for text in
        ["EPSG:5773", "EPSG:4978", r#"LOCAL_CS["Site grid",UNIT["metre",1],AXIS["E",EAST],AXIS["N",NORTH]]"#]
    {
        assert!(
            matches!(CrsSpec::parse(text), Err(CrsError::NotHorizontal { .. })),
            "{text}: {:?}",
            CrsSpec::parse(text)
        );
    }
}

#[test]
fn a_city_grid_on_a_national_meridian_is_not_mistaken_for_the_national_zone() {
    for (from, to) in [
        ("\"False_Northing\",0.0", "\"False_Northing\",-3000000.0"),
        ("\"Latitude_Of_Origin\",0.0", "\"Latitude_Of_Origin\",29.0"),
        ("\"Scale_Factor\",1.0", "\"Scale_Factor\",1.00003"),
        ("\"Central_Meridian\",108.0", "\"Central_Meridian\",107.5"),
        ("298.257222101]", "298.257222101],TOWGS84[1,2,3,0,0,0,0]"),
    ] {
        let city = GAUSS.replace(from, to);
        assert_ne!(city, GAUSS);
        assert_eq!(CrsSpec::parse(&city), Ok(CrsSpec::Definition(city.clone())), "{to}");
    }
}

#[test]
fn degrees_and_metres_are_told_apart() {
    assert_eq!(CrsSpec::Epsg(4490).is_geographic(), Ok(true));
    assert_eq!(CrsSpec::Epsg(4545).is_geographic(), Ok(false));
    assert_eq!(CrsSpec::Gcj02.is_geographic(), Ok(true));
    assert_eq!(CrsSpec::Definition("+proj=utm +zone=48 +datum=WGS84".into()).is_geographic(), Ok(false));
}

#[test]
fn every_chinese_zone_is_recognised_by_its_wkt() {
    let ends = [4491, 4501, 2327, 2337, 2349, 2369, 2370, 2390, 2401, 2421, 2422, 2442, 21413, 21423];
    for code in (4513..=4554).step_by(5).chain(ends) {
        let wkt = crate::esri_wkt(&CrsSpec::Epsg(code)).unwrap();
        assert_eq!(CrsSpec::parse(&wkt), Ok(CrsSpec::Epsg(code)), "{wkt}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]
    #[test]
    fn no_text_brings_the_parser_down(text in "\\PC{0,60}") {
        drop(CrsSpec::parse(&text));
    }
}
