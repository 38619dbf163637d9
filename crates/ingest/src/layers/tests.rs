use super::*;
use crate::shape::area_m2;
use crate::{Columns, parse_estimates, parse_services};
use geo_types::{Geometry, LineString, Point as GeoPoint, Polygon as GeoPolygon};
use lifang_crs::{FromFrame, ToFrame, choose_frame};
use lifang_formats::{Column, FeatureTable, FieldType, Row, Value};
use lifang_model::{
    BuildingUse, Certainty, Fault, FootAccess, MotorLimit, OneWay, Severity, Silent, StreetClass,
};

fn rules() -> EstimateRules {
    parse_estimates(include_str!("../../../../data/estimates.toml")).unwrap()
}

fn services() -> Vec<ServiceCategory> {
    parse_services(include_str!("../../../../data/services/standard.toml")).unwrap()
}

/// A square of some metres in EPSG:4545, near Fuling.
pub(super) fn block(east: f64, north: f64, side: f64) -> Geometry<f64> {
    let (x, y) = (440_000.0 + east, 3_287_000.0 + north);
    let ring = vec![(x, y), (x + side, y), (x + side, y + side), (x, y + side), (x, y)];
    GeoPolygon::new(LineString::from(ring), vec![]).into()
}

fn path(points: &[(f64, f64)]) -> Geometry<f64> {
    LineString::from(points.iter().map(|(x, y)| (440_000.0 + x, 3_287_000.0 + y)).collect::<Vec<_>>()).into()
}

pub(super) fn table(columns: &[&str], rows: Vec<(Option<Geometry<f64>>, Vec<&str>)>) -> FeatureTable {
    FeatureTable {
        name: "t".to_owned(),
        crs: Some("EPSG:4545".to_owned()),
        encoding: None,
        columns: columns
            .iter()
            .map(|name| Column { name: (*name).to_owned(), kind: FieldType::Text })
            .collect(),
        rows: rows
            .into_iter()
            .map(|(geometry, values)| Row {
                geometry,
                values: values
                    .into_iter()
                    .map(|v| if v.is_empty() { Value::Null } else { Value::Text(v.to_owned()) })
                    .collect(),
            })
            .collect(),
        ..FeatureTable::default()
    }
}

pub(super) fn request(columns: Columns) -> LayersRequest {
    LayersRequest {
        name: "太平街".to_owned(),
        code: String::new(),
        buildings: Layer::new("buildings.shp"),
        columns,
        streets: None,
        facilities: None,
        compounds: None,
        gates: None,
        boundary: None,
        table: None,
        crs: None,
        encoding: None,
    }
}

pub(super) fn only(buildings: FeatureTable) -> Sources {
    Sources {
        buildings: Source::of(buildings, "buildings.shp".to_owned(), None),
        streets: None,
        facilities: None,
        compounds: None,
        gates: None,
        boundary: None,
        table: None,
    }
}

pub(super) fn run(request: &LayersRequest, sources: &Sources) -> Result<Territory, IngestError> {
    let mut log = FaultLog::default();
    let territory = assemble(request, sources, &services(), &rules(), &Silent, &mut log)?;
    Ok(Territory { faults: log.finish()?, ..territory })
}

pub(super) fn faults(result: Result<Territory, IngestError>) -> Vec<Fault> {
    match result {
        Err(IngestError::Faults(faults)) => faults,
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("accepted"),
    }
}

fn codes(faults: &[Fault], severity: Severity) -> Vec<&str> {
    faults.iter().filter(|fault| fault.severity == severity).map(|fault| fault.code.as_str()).collect()
}

#[test]
fn what_stands_written_in_the_houses_of_a_drawing_is_their_floors_or_name() {
    let written = ["3号楼 混6", "砼18", "幸福里", ""];
    let rows =
        (0..).zip(written).map(|(i, text)| (Some(block(f64::from(i) * 50.0, 0.0, 20.0)), vec!["房屋", text]));
    let sources = only(table(&["layer", "text"], rows.clone().collect()));
    let town = run(&request(Columns::default()), &sources).unwrap();
    let found: Vec<_> = town.buildings.iter().map(|b| (b.levels, b.name.as_deref())).collect();
    assert_eq!(found, [(Some(6), Some("3号楼")), (Some(18), None), (None, Some("幸福里")), (None, None)]);
    let told = town.faults.iter().find(|fault| fault.code == "I-144").unwrap();
    assert!(told.cause.starts_with("2 buildings"), "{told}");
    // A column that says the floors is believed, and elsewhere a column of texts is only that.
    let mut other = table(&["remark", "text"], rows.collect());
    let town = run(&request(Columns::default()), &only(other.clone())).unwrap();
    assert!(town.buildings.iter().all(|b| b.levels.is_none() && b.name.is_none()));
    other.columns[0].name = "layer".to_owned();
    let named = Columns { floors: Some("text".to_owned()), ..Columns::default() };
    assert!(
        run(&request(named), &only(other)).is_err(),
        "混6 is no number where a column of numbers was named"
    );
}

#[test]
fn a_table_with_pinyin_columns_becomes_a_territory_with_its_own_totals() {
    let buildings = table(
        &["BH", "MC", "HS", "RK", "CS", "YT", "DYS"],
        vec![
            (Some(block(0.0, 0.0, 20.0)), vec!["B1", "一栋", "１２０户", "336", "18层", "住宅", "2"]),
            (Some(block(50.0, 0.0, 20.0)), vec!["B2", "二栋", "1,004", "2,800", "33", "商住", "4"]),
            (Some(block(100.0, 0.0, 20.0)), vec!["B3", "小学", "", "", "4", "学校", ""]),
            (Some(block(150.0, 0.0, 20.0)), vec!["B4", "", "", "", "", "", ""]),
        ],
    );
    let territory = run(&request(Columns::default()), &only(buildings)).unwrap();
    let total: u32 = territory.buildings.iter().map(|b| b.demand.households).sum();
    assert_eq!(total, 1124);
    let b = &territory.buildings;
    assert_eq!((b[0].code.as_str(), b[0].levels, b[0].units), ("B1", Some(18), Some(2)));
    assert_eq!(
        (b[1].use_, b[2].use_, b[3].use_),
        (BuildingUse::Mixed, BuildingUse::Public, BuildingUse::Unknown)
    );
    assert_eq!((b[2].sources.households, b[3].sources.households), (Certainty::Given, Certainty::Unknown));
    assert_eq!((b[0].sources.persons, b[0].sources.ages), (Certainty::Given, Certainty::Estimated));
    assert_eq!(b[0].name.as_deref(), Some("一栋"));
    assert_eq!(territory.frame.crs.as_deref(), Some("EPSG:4545"));
    assert_eq!(territory.boundary.len(), 1);
    assert!(
        b.iter().all(|b| b.outline.iter().all(|p| p
            .outer
            .0
            .iter()
            .all(|v| territory.boundary[0].contains(*v))))
    );
}

#[test]
fn a_named_column_that_is_not_there_is_an_error_with_the_columns_and_the_nearest() {
    let buildings = table(&["dwelling_units", "name"], vec![(Some(block(0.0, 0.0, 20.0)), vec!["5", "a"])]);
    let named = Columns { households: Some("dweling_units".to_owned()), ..Columns::default() };
    let faults = faults(run(&request(named), &only(buildings)));
    let fault = faults.iter().find(|fault| fault.code == "I-111").unwrap();
    assert!(fault.action.contains("dwelling_units, name"), "{}", fault.action);
    assert!(fault.action.contains("Did you mean \"dwelling_units\"?"), "{}", fault.action);
    assert_eq!(fault.place.file.as_deref(), Some("buildings.shp"));
    assert_eq!(fault.place.column.as_deref(), Some("dweling_units"));
}

#[test]
fn every_bad_cell_is_told_with_its_row_and_column() {
    let buildings = table(
        &["HS", "RK"],
        vec![
            (Some(block(0.0, 0.0, 20.0)), vec!["约120", "-3"]),
            (Some(block(50.0, 0.0, 20.0)), vec!["12.5", "300"]),
        ],
    );
    let faults = faults(run(&request(Columns::default()), &only(buildings)));
    let places: Vec<(u64, &str)> = faults
        .iter()
        .filter(|fault| fault.code == "I-112")
        .map(|fault| (fault.place.row.unwrap(), fault.place.column.as_deref().unwrap()))
        .collect();
    assert_eq!(places, [(1, "HS"), (1, "RK"), (2, "HS")]);
}

#[test]
fn personal_records_never_pass() {
    let id = "11010519491231002X";
    let buildings = table(
        &["HS", "户主", "remark", "MC", "SFZH", "note"],
        vec![
            (Some(block(0.0, 0.0, 20.0)), vec!["3", "张三", "13912345678", "一栋", id, "x"]),
            (Some(block(50.0, 0.0, 20.0)), vec!["4", "李四", "13812345678", "王五 13712345678", id, "y"]),
            (Some(block(90.0, 0.0, 20.0)), vec!["4", "李四", id, "三栋", id, "z"]),
        ],
    );
    let named = Columns { code: Some("户主".to_owned()), ..Columns::default() };
    let territory = run(&request(named), &only(buildings)).unwrap();
    let shut: Vec<&str> = territory
        .faults
        .iter()
        .filter(|fault| fault.code == "I-115")
        .filter_map(|fault| fault.place.column.as_deref())
        .collect();
    for column in ["户主", "remark", "SFZH"] {
        assert!(shut.contains(&column), "{shut:?}");
    }
    assert!(!shut.contains(&"note"));
    let text = serde_json::to_string(&territory).unwrap();
    for secret in ["张三", "李四", "13912345678", "13712345678", id] {
        assert!(!text.contains(secret), "{secret} passed");
    }
}

#[test]
fn bad_outlines_are_told_one_by_one_and_nothing_else_is_lost() {
    let bow: Geometry<f64> = GeoPolygon::new(
        LineString::from(vec![
            (440_200.0, 3_287_000.0),
            (440_220.0, 3_287_020.0),
            (440_220.0, 3_287_000.0),
            (440_200.0, 3_287_020.0),
            (440_200.0, 3_287_000.0),
        ]),
        vec![],
    )
    .into();
    let buildings = table(
        &["HS"],
        vec![
            (Some(block(0.0, 0.0, 20.0)), vec!["1"]),
            (Some(block(0.0, 0.0, 20.0)), vec!["2"]),
            (Some(block(50.0, 0.0, 0.0)), vec!["4"]),
            (None, vec!["8"]),
            (Some(bow), vec!["16"]),
            (Some(path(&[(0.0, 0.0), (9.0, 9.0)])), vec!["32"]),
        ],
    );
    let territory = run(&request(Columns::default()), &only(buildings)).unwrap();
    let total: u32 = territory.buildings.iter().map(|b| b.demand.households).sum();
    assert_eq!(total, 17);
    let warnings = codes(&territory.faults, Severity::Warning);
    for code in ["I-108", "I-106", "I-104", "I-105", "I-110"] {
        assert!(warnings.contains(&code), "{code} missing of {warnings:?}");
    }
    let twin = territory.faults.iter().find(|fault| fault.code == "I-108").unwrap();
    assert!(twin.cause.contains("row 1") && twin.cause.contains("its 2 households"), "{}", twin.cause);
}

#[test]
fn houses_drawn_as_lines_that_come_back_are_areas_and_told() {
    let around = |x: f64| path(&[(x, 0.0), (x + 20.0, 0.0), (x + 20.0, 10.0), (x, 10.0), (x, 0.0)]);
    let step = path(&[(0.0, 0.0), (9.0, 9.0), (0.0, 0.1)]);
    let rows = vec![(Some(around(0.0)), vec!["1"]), (Some(around(50.0)), vec!["2"]), (Some(step), vec!["0"])];
    let mut sources = only(table(&["HS"], rows));
    let around = path(&[(-9.0, -9.0), (99.0, -9.0), (99.0, 99.0), (-9.0, 99.0), (-9.0, -9.0)]);
    let limit = table(&["name"], vec![(Some(around), vec!["社区"])]);
    sources.boundary = Some(Source::of(limit, "boundary.shp".to_owned(), None));
    let territory = run(&request(Columns::default()), &sources).unwrap();
    let areas: Vec<f64> = territory.buildings.iter().map(|b| area_m2(&b.outline)).collect();
    assert_eq!(areas, [200.0, 200.0]);
    assert_eq!(area_m2(&territory.boundary), 108.0 * 108.0);
    let told: Vec<_> = territory.faults.iter().filter(|fault| fault.code == "I-145").collect();
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told.iter().any(|fault| fault.cause.starts_with("2 features")), "{told:?}");
    assert!(codes(&territory.faults, Severity::Warning).contains(&"I-110"), "the step is told");
}

#[test]
fn empty_and_wrong_layers_are_errors_told_together() {
    let empty = table(&["HS"], vec![]);
    assert!(
        codes(&faults(run(&request(Columns::default()), &only(empty))), Severity::Error).contains(&"I-101")
    );
    let lines = table(&["HS"], vec![(Some(path(&[(0.0, 0.0), (9.0, 9.0)])), vec!["1"])]);
    let mut sources = only(lines);
    sources.streets = Some(Source::of(
        table(&["highway"], vec![(Some(block(0.0, 0.0, 9.0)), vec!["path"])]),
        "streets.shp".to_owned(),
        None,
    ));
    let faults = faults(run(&request(Columns::default()), &sources));
    let errors = codes(&faults, Severity::Error);
    assert!(errors.contains(&"I-102") && errors.contains(&"I-103"), "{errors:?}");
}

#[test]
fn metres_declared_as_degrees_are_refused() {
    let mut buildings = table(&["HS"], vec![(Some(block(0.0, 0.0, 20.0)), vec!["1"])]);
    buildings.crs = Some("EPSG:4326".to_owned());
    let found = faults(run(&request(Columns::default()), &only(buildings.clone())));
    assert!(found.iter().any(|fault| fault.code == "I-116" && fault.action.contains("--crs")), "{found:?}");
    let mut asked = request(Columns::default());
    asked.buildings.crs = Some(CrsSpec::Epsg(4326));
    let mut sources = only(buildings);
    sources.buildings.crs = asked.buildings.crs.clone();
    assert!(codes(&faults(run(&asked, &sources)), Severity::Error).contains(&"I-107"));
}

#[test]
fn a_layer_without_a_system_is_asked_about_or_read_where_the_user_says() {
    let mut buildings = table(&["HS"], vec![(Some(block(0.0, 0.0, 20.0)), vec!["1"])]);
    buildings.crs = None;
    let found = faults(run(&request(Columns::default()), &only(buildings.clone())));
    assert!(found.iter().any(|fault| fault.code == "I-116"), "{found:?}");
    let asked = LayersRequest { crs: Some(CrsSpec::Epsg(4545)), ..request(Columns::default()) };
    let territory = run(&asked, &only(buildings)).unwrap();
    assert_eq!(territory.frame.source.as_deref(), Some("EPSG:4545"));
}

#[test]
fn streets_far_from_the_buildings_are_an_error_that_names_both() {
    let mut sources = only(table(&["HS"], vec![(Some(block(0.0, 0.0, 20.0)), vec!["1"])]));
    let far = table(&["highway"], vec![(Some(path(&[(90_000.0, 0.0), (90_100.0, 0.0)])), vec!["path"])]);
    sources.streets = Some(Source::of(far, "streets.shp".to_owned(), None));
    let found = faults(run(&request(Columns::default()), &sources));
    let fault = found.iter().find(|fault| fault.code == "I-109").unwrap();
    for part in ["streets.shp", "buildings.shp", "EPSG:4545", "90000"] {
        assert!(fault.cause.contains(part) || part == "90000", "{}", fault.cause);
    }
}

#[test]
fn a_boundary_that_crosses_itself_is_an_error() {
    let mut sources = only(table(&["HS"], vec![(Some(block(0.0, 0.0, 20.0)), vec!["1"])]));
    let bow = GeoPolygon::new(
        LineString::from(vec![
            (439_000.0, 3_286_000.0),
            (442_000.0, 3_289_000.0),
            (442_000.0, 3_286_000.0),
            (439_000.0, 3_289_000.0),
            (439_000.0, 3_286_000.0),
        ]),
        vec![],
    );
    sources.boundary =
        Some(Source::of(table(&[], vec![(Some(bow.into()), vec![])]), "b.shp".to_owned(), None));
    assert!(codes(&faults(run(&request(Columns::default()), &sources)), Severity::Error).contains(&"I-105"));
}

#[test]
fn streets_facilities_and_compounds_join_the_buildings() {
    let mut sources = only(table(
        &["HS", "小区"],
        vec![
            (Some(block(0.0, 0.0, 20.0)), vec!["10", ""]),
            (Some(block(50.0, 0.0, 20.0)), vec!["20", "望江苑"]),
            (Some(block(90.0, 0.0, 20.0)), vec!["30", "望江苑"]),
        ],
    ));
    sources.streets = Some(Source::of(
        table(
            &["道路等级", "bridge", "foot"],
            vec![
                (Some(path(&[(0.0, -10.0), (100.0, -10.0)])), vec!["主干路", "", ""]),
                (
                    Some(Geometry::MultiLineString(geo_types::MultiLineString(vec![
                        LineString::from(vec![(440_000.0, 3_287_030.0), (440_050.0, 3_287_030.0)]),
                        LineString::from(vec![(440_060.0, 3_287_030.0), (440_090.0, 3_287_030.0)]),
                    ]))),
                    vec!["步行街", "yes", "private"],
                ),
                (Some(path(&[(0.0, 40.0), (100.0, 40.0)])), vec!["?", "", ""]),
            ],
        ),
        "streets.shp".to_owned(),
        None,
    ));
    sources.facilities = Some(Source::of(
        table(
            &["名称", "类别"],
            vec![
                (Some(GeoPoint::new(440_030.0, 3_287_020.0).into()), vec!["太平街卫生服务站", "医疗卫生"]),
                (Some(block(120.0, 0.0, 20.0)), vec!["实验小学", "小学"]),
                (Some(GeoPoint::new(440_031.0, 3_287_020.0).into()), vec!["某网吧", "网吧"]),
            ],
        ),
        "poi.csv".to_owned(),
        None,
    ));
    sources.compounds = Some(Source::of(
        table(
            &["名称", "业态"],
            vec![
                (Some(block(-10.0, -5.0, 45.0)), vec!["东青小区", "住宅小区"]),
                (Some(block(-50.0, -50.0, 300.0)), vec!["大商圈", "商圈"]),
            ],
        ),
        "areas.shp".to_owned(),
        None,
    ));
    let territory = run(&request(Columns::default()), &sources).unwrap();
    assert_eq!(territory.compounds.len(), 3);
    assert_eq!(territory.compounds[2].name.as_deref(), Some("望江苑"));
    let homes: Vec<u32> = territory.buildings.iter().map(|b| b.compound.unwrap().0).collect();
    assert_eq!(homes, [0, 2, 2], "the smallest compound that holds a building, unless its row names one");
    let classes: Vec<StreetClass> = territory.streets.iter().map(|s| s.class).collect();
    assert_eq!(
        classes,
        [StreetClass::Primary, StreetClass::Pedestrian, StreetClass::Pedestrian, StreetClass::Unknown]
    );
    assert_eq!((territory.streets[1].bridge, territory.streets[1].foot), (true, FootAccess::Private));
    let categories: Vec<&str> = territory.facilities.iter().map(|f| f.category.as_str()).collect();
    assert_eq!(
        categories,
        ["clinic", "primary_school"],
        "医疗卫生 is no word of the catalogue, but the name is"
    );
    let unknown: Vec<&Fault> = territory.faults.iter().filter(|fault| fault.code == "I-118").collect();
    assert_eq!(unknown.len(), 1);
    assert!(unknown[0].cause.contains("网吧"));
    assert!(territory.faults.iter().any(|fault| fault.code == "I-124"));
}

#[test]
fn points_in_gcj_02_join_buildings_in_gauss_krueger_where_they_really_are() {
    let dir = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = dir.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let buildings = r#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"HS":12},
        "geometry":{"type":"Polygon","coordinates":[[[107.39,29.70],[107.3902,29.70],[107.3902,29.7002],
        [107.39,29.7002],[107.39,29.70]]]}}]}"#;
    let frame = choose_frame(&CrsSpec::Epsg(4326), [107.39, 29.70, 107.3902, 29.7002]).unwrap();
    let door = ToFrame::new(&CrsSpec::Epsg(4326), &frame).unwrap().point(107.39, 29.70).unwrap();
    let (lon, lat) = FromFrame::new(&frame, &CrsSpec::Gcj02).unwrap().point(door).unwrap();
    let points = format!("名称,类别,lon,lat\n惠民药店,药店,{lon:.7},{lat:.7}\n");
    let request = LayersRequest {
        buildings: Layer::new(write("b.geojson", buildings)),
        facilities: Some(Layer { crs: Some(CrsSpec::Gcj02), ..Layer::new(write("poi.csv", &points)) }),
        ..request(Columns::default())
    };
    let territory = from_layers(&request, &services(), &rules(), &Silent).unwrap();
    assert_eq!(territory.buildings[0].demand.households, 12);
    let shop = &territory.facilities[0];
    assert_eq!(shop.category, "pharmacy");
    assert!(shop.at.distance(door) < 100.0, "{:?} {door:?}", shop.at);
    assert!((lon - 107.39).abs() > 0.002, "GCJ-02 is hundreds of metres away");
}

#[test]
fn gates_of_a_layer_belong_to_the_wall_they_are_in_and_keep_their_hours() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let square = |x: i32, y: i32, side: i32| {
        let (e, n) = (x + side, y + side);
        format!("[[[{x},{y}],[{e},{y}],[{e},{n}],[{x},{n}],[{x},{y}]]]")
    };
    let feature = |kind: &str, at: &str, more: &str| {
        format!(
            r#"{{"type":"Feature","geometry":{{"type":"{kind}","coordinates":{at}}},"properties":{{{more}}}}}"#
        )
    };
    let layer = |features: &[String]| {
        format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(","))
    };
    let buildings = layer(&[feature("Polygon", &square(441_040, 3_287_040, 20), r#""户数":12"#)]);
    let compounds = layer(&[
        feature("Polygon", &square(441_000, 3_287_000, 200), r#""名称":"安居苑","围墙":"是""#),
        feature("Polygon", &square(441_205, 3_287_000, 200), r#""名称":"广场","围墙":"否""#),
    ]);
    let gates = layer(&[
        feature("Point", "[441000,3287100]", r#""开放时间":"06:00-22:00""#),
        feature("Point", "[441203,3287100]", r#""开放":"否""#),
        feature("Point", "[441400,3287205]", ""),
        feature("Point", "[441900,3287900]", ""),
    ]);
    let request = LayersRequest {
        buildings: Layer::new(write("b.geojson", &buildings)),
        compounds: Some(Layer::new(write("c.geojson", &compounds))),
        gates: Some(Layer::new(write("g.geojson", &gates))),
        crs: Some(CrsSpec::Epsg(4545)),
        ..request(Columns::default())
    };
    let territory = from_layers(&request, &services(), &rules(), &Silent).unwrap();
    let told = |row: usize| -> Vec<(bool, Option<&str>)> {
        territory.compounds[row].gates.iter().map(|gate| (gate.open, gate.hours.as_deref())).collect()
    };
    assert_eq!(
        told(0),
        [(true, Some("06:00-22:00")), (false, None)],
        "a wall is taken before nearer open land"
    );
    assert_eq!(told(1), [(true, None)]);
    let codes: Vec<&str> = territory.faults.iter().map(|fault| fault.code.as_str()).collect();
    assert!(codes.contains(&"I-142") && codes.contains(&"I-143"), "{codes:?}");
}

#[test]
fn one_way_limits_and_slopes_are_read_from_the_columns_of_a_street_layer() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let feature = |kind: &str, at: &str, more: &str| {
        format!(
            r#"{{"type":"Feature","geometry":{{"type":"{kind}","coordinates":{at}}},"properties":{{{more}}}}}"#
        )
    };
    let layer = |features: &[String]| {
        format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(","))
    };
    let ground = "[[[441040,3287040],[441060,3287040],[441060,3287060],[441040,3287060],[441040,3287040]]]";
    let line = |n: i32| format!("[[441000,{n}],[441100,{n}]]");
    let streets = layer(&[
        feature("LineString", &line(3_287_000), r#""elev_from":-2,"elev_to":"6 m","单行":"是""#),
        feature(
            "LineString",
            &line(3_287_010),
            r#""incline":"5%","elev_from":0,"elev_to":50,"access":"private""#,
        ),
        feature("LineString", &line(3_287_020), r#""elev_from":7"#),
        feature("LineString", &line(3_287_030), r#""单行":"逆向","机动车":"否""#),
        // The same street once for each direction.
        feature("LineString", "[[441100,3287000],[441000,3287000]]", r#""单行":"是""#),
    ]);
    let request = LayersRequest {
        buildings: Layer::new(write("b.geojson", &layer(&[feature("Polygon", ground, r#""HS":3"#)]))),
        streets: Some(Layer::new(write("s.geojson", &streets))),
        crs: Some(CrsSpec::Epsg(4545)),
        ..request(Columns::default())
    };
    let territory = from_layers(&request, &services(), &rules(), &Silent).unwrap();
    let told: Vec<_> = territory.streets.iter().map(|street| street.traffic).collect();
    let slopes: Vec<_> = told.iter().map(|traffic| traffic.incline_permille).collect();
    assert_eq!(
        slopes,
        [Some(80), Some(50), None, None],
        "heights at both ends, and a slope of its own is stronger"
    );
    let ways: Vec<_> = told.iter().map(|traffic| traffic.oneway).collect();
    assert_eq!(
        ways,
        [None, None, None, Some(OneWay::Backward)],
        "one way there and one way back is both ways"
    );
    let limits: Vec<_> = told.iter().map(|traffic| traffic.motor).collect();
    assert_eq!(limits, [None, Some(MotorLimit::Private), None, Some(MotorLimit::No)]);
}

#[test]
fn a_file_that_is_not_there_is_a_format_error() {
    let missing = LayersRequest { buildings: Layer::new("no/such.geojson"), ..request(Columns::default()) };
    assert!(matches!(from_layers(&missing, &services(), &rules(), &Silent), Err(IngestError::Format(_))));
}
