use super::data::{Node, Relation, Tags, Way};
use super::*;
use crate::{HouseholdTable, Layer, parse_estimates, parse_services};
use lifang_formats::{Column, FeatureTable, FieldType, Row, Value};
use lifang_model::{
    AreaKind, BarrierClass, BuildingUse, Certainty, FootAccess, LandCover, Silent, StreetClass,
};

/// An extract drawn by hand, in whole metres.
#[derive(Default)]
struct Sketch {
    osm: Osm,
    last: i64,
}

fn tags(text: &str) -> Tags {
    let pairs = text.split_whitespace().filter_map(|pair| pair.split_once('='));
    Tags(pairs.map(|(key, value)| (key.to_owned(), value.to_owned())).collect())
}

impl Sketch {
    fn node(&mut self, x: i32, y: i32, text: &str) -> i64 {
        self.last += 1;
        let at = Point::new(x * 1000, y * 1000);
        self.osm.at.insert(self.last, at);
        if !text.is_empty() {
            self.osm.nodes.push(Node { id: self.last, at, tags: tags(text) });
        }
        self.last
    }

    fn way(&mut self, refs: Vec<i64>, text: &str) -> i64 {
        self.last += 1;
        self.osm.ways.insert(self.last, Way { id: self.last, refs, tags: tags(text) });
        self.last
    }

    fn line(&mut self, points: &[(i32, i32)], text: &str) -> i64 {
        let refs = points.iter().map(|(x, y)| self.node(*x, *y, "")).collect();
        self.way(refs, text)
    }

    fn square(&mut self, x: i32, y: i32, side: i32, text: &str) -> i64 {
        let mut refs: Vec<i64> = [(x, y), (x + side, y), (x + side, y + side), (x, y + side)]
            .map(|(x, y)| self.node(x, y, ""))
            .to_vec();
        refs.push(refs[0]);
        self.way(refs, text)
    }

    fn relation(&mut self, ways: &[(i64, &str)], text: &str) -> i64 {
        self.last += 1;
        let ways = ways.iter().map(|(id, role)| (*id, (*role).to_owned())).collect();
        self.osm.relations.push(Relation { id: self.last, ways, tags: tags(text) });
        self.last
    }

    fn read(self) -> (Territory, Vec<String>) {
        self.joined(None)
    }

    /// With a household table, where there is one.
    fn joined(self, table: Option<(HouseholdTable, FeatureTable)>) -> (Territory, Vec<String>) {
        let (how, table) = table.unzip();
        let request = OsmRequest {
            name: "t".to_owned(),
            code: String::new(),
            osm: "t.osm.pbf".into(),
            boundary: None,
            table: how,
            crs: None,
        };
        let services = parse_services(include_str!("../../../../data/services/standard.toml")).unwrap();
        let rules = parse_estimates(include_str!("../../../../data/estimates.toml")).unwrap();
        let frame = Frame { crs: None, origin: (0.0, 0.0), source: None };
        let mut log = FaultLog::default();
        let table = table.map(|table| layers::Source::of(table, "households.xlsx".to_owned(), None));
        let read = Read { osm: self.osm, frame, drawn: None, table };
        let territory = assemble(&request, read, &services, &rules, &Silent, &mut log);
        (territory, log.into_faults().into_iter().map(|fault| fault.code).collect())
    }
}

fn building(territory: &Territory, way: i64) -> &Building {
    territory.buildings.iter().find(|b| b.code == format!("w{way}")).unwrap()
}

#[test]
fn a_building_takes_floors_from_tags_height_or_parts_and_parts_are_not_buildings() {
    let mut s = Sketch::default();
    let tagged = s.square(0, 0, 20, "building=apartments building:levels=10 building:levels:underground=3");
    let tall = s.square(50, 0, 20, "building=apartments height=30");
    let parted = s.square(100, 0, 20, "building=apartments");
    let half = |s: &mut Sketch, x: i32, text: &str| {
        let mut refs: Vec<i64> =
            [(x, 0), (x + 10, 0), (x + 10, 20), (x, 20)].map(|(x, y)| s.node(x, y, "")).to_vec();
        refs.push(refs[0]);
        s.way(refs, text)
    };
    half(&mut s, 100, "building:part=yes building:levels=4");
    half(&mut s, 110, "building:part=yes building:levels=12");
    s.square(150, 0, 20, "building=parking location=underground");
    let (territory, _) = s.read();
    assert_eq!(territory.buildings.len(), 3);
    assert_eq!(building(&territory, tagged).levels, Some(10));
    assert_eq!(
        building(&territory, tagged).demand.households,
        25,
        "400 m2 x 10 / 163, nothing under the ground"
    );
    assert_eq!(building(&territory, tall).levels, Some(10));
    let parted = building(&territory, parted);
    assert_eq!((parted.levels, parted.demand.households), (Some(12), 20), "200 m2 x 4 + 200 m2 x 12");
    assert_eq!(parted.sources.households, Certainty::Estimated);
}

#[test]
fn a_courtyard_is_a_hole_and_the_old_outer_way_no_second_building() {
    let mut s = Sketch::default();
    let outer = s.square(0, 0, 40, "building=yes");
    let inner = s.square(10, 10, 20, "");
    let relation = s.relation(&[(outer, "outer"), (inner, "inner")], "type=multipolygon building=apartments");
    let (territory, codes) = s.read();
    assert_eq!(territory.buildings.len(), 1);
    let b = &territory.buildings[0];
    assert_eq!(b.code, format!("r{relation}"));
    assert_eq!(crate::shape::area_m2(&b.outline), 1200.0);
    assert!(!codes.contains(&"I-105".to_owned()));
}

#[test]
fn a_building_cut_at_the_edge_and_a_second_copy_are_told() {
    let mut s = Sketch::default();
    s.square(0, 0, 20, "building=yes");
    s.square(0, 0, 20, "building=yes");
    let gone = 999_999;
    let (a, b) = (s.node(60, 0, ""), s.node(60, 20, ""));
    s.way(vec![a, b, gone, a], "building=yes");
    let (territory, codes) = s.read();
    assert_eq!(territory.buildings.len(), 1);
    assert!(codes.contains(&"I-108".to_owned()) && codes.contains(&"I-126".to_owned()), "{codes:?}");
}

#[test]
fn shops_in_and_before_a_building_are_its_merchants_and_make_it_mixed() {
    let mut s = Sketch::default();
    let homes = s.square(0, 0, 20, "building=yes building:levels=6");
    s.node(5, 5, "shop=bakery");
    s.node(10, -14, "amenity=bank");
    s.node(10, -40, "shop=kiosk");
    s.node(6, 6, "shop=vacant");
    let (territory, codes) = s.read();
    let b = building(&territory, homes);
    assert_eq!((b.demand.merchants, b.sources.merchants, b.use_), (2, Certainty::Given, BuildingUse::Mixed));
    assert_eq!(b.demand.households, 12, "400 m2 x 5 of 6 floors / 163");
    assert!(codes.contains(&"I-129".to_owned()));
}

#[test]
fn land_around_lends_its_use_and_flats_are_counted_as_given() {
    let mut s = Sketch::default();
    s.square(-10, -10, 100, "landuse=industrial");
    let hall = s.square(0, 0, 30, "building=yes");
    s.square(200, 0, 100, "amenity=school");
    let class = s.square(210, 10, 30, "building=yes");
    let homes = s.square(400, 0, 20, "building=apartments building:flats=48");
    let (territory, _) = s.read();
    assert_eq!(building(&territory, hall).use_, BuildingUse::Industrial);
    assert_eq!(building(&territory, class).use_, BuildingUse::Public);
    assert_eq!(building(&territory, class).demand.households, 0);
    let homes = building(&territory, homes);
    assert_eq!((homes.demand.households, homes.sources.households), (48, Certainty::Given));
}

#[test]
fn a_walled_compound_has_gates_and_the_smaller_of_two_owns_the_building() {
    let mut s = Sketch::default();
    let (a, b) = (
        s.node(0, 0, "barrier=gate access=private opening_hours=06:00-22:00"),
        s.node(100, 0, "barrier=lift_gate foot=yes"),
    );
    let (c, d) = (s.node(100, 100, ""), s.node(0, 100, ""));
    let compound = s.way(vec![a, b, c, d, a], "landuse=residential name=东青小区");
    s.line(&[(0, 1), (0, 100), (100, 100), (100, 1)], "barrier=wall");
    s.square(-200, -200, 500, "landuse=residential name=片区");
    s.square(-2000, -2000, 4000, "landuse=residential name=城区");
    let home = s.square(40, 40, 20, "building=apartments");
    let (territory, codes) = s.read();
    assert_eq!(territory.compounds.len(), 2, "the town is no compound");
    assert!(codes.contains(&"I-128".to_owned()));
    let own = &territory.compounds[building(&territory, home).compound.unwrap().at()];
    assert_eq!(
        (own.code.clone(), own.kind, own.walled),
        (format!("w{compound}"), AreaKind::Residential, true)
    );
    assert_eq!(own.gates.len(), 2);
    assert_eq!(
        own.gates.iter().filter_map(|gate| gate.hours.as_deref()).collect::<Vec<_>>(),
        ["06:00-22:00"]
    );
    assert!(
        own.gates.iter().all(|gate| gate.open),
        "residents pass a private gate; only a locked one is shut"
    );
}

#[test]
fn doors_on_the_outline_are_entrances() {
    let mut s = Sketch::default();
    let (a, b) = (s.node(0, 0, "entrance=main"), s.node(20, 0, ""));
    let (c, d) = (s.node(20, 20, ""), s.node(0, 20, "entrance=no"));
    s.way(vec![a, b, c, d, a], "building=apartments");
    let (territory, _) = s.read();
    assert_eq!(territory.buildings[0].entrances, [Point::new(0, 0)]);
}

#[test]
fn streets_keep_class_level_and_foot_access() {
    let mut s = Sketch::default();
    s.square(0, 0, 20, "building=yes");
    s.line(&[(0, 0), (9, 9)], "highway=motorway_link");
    s.line(&[(0, 0), (9, 9)], "highway=footway bridge=yes layer=2");
    s.line(&[(0, 0), (9, 9)], "highway=service tunnel=building_passage access=private");
    s.line(&[(0, 0), (9, 9)], "highway=steps tunnel=yes");
    s.line(&[(0, 0), (9, 9)], "highway=proposed");
    let (a, b, c, d) = (s.node(0, 0, ""), s.node(1, 0, ""), s.node(3, 0, ""), s.node(4, 0, ""));
    s.way(vec![a, b, 999_999, c, d], "highway=path");
    let (territory, _) = s.read();
    let seen: Vec<_> =
        territory.streets.iter().map(|s| (s.class, s.layer, s.bridge, s.tunnel, s.foot)).collect();
    assert_eq!(
        seen,
        [
            (StreetClass::Motorway, 0, false, false, FootAccess::No),
            (StreetClass::Footway, 2, true, false, FootAccess::Yes),
            (StreetClass::Service, 0, false, false, FootAccess::Private),
            (StreetClass::Steps, -1, false, true, FootAccess::Yes),
            (StreetClass::Path, 0, false, false, FootAccess::Yes),
            (StreetClass::Path, 0, false, false, FootAccess::Yes),
        ]
    );
    assert!(territory.streets[5].code.ends_with("/2"));
}

#[test]
fn rail_water_walls_and_limits_divide_and_what_lies_above_or_below_does_not() {
    let mut s = Sketch::default();
    s.square(0, 0, 20, "building=yes");
    for text in [
        "railway=rail",
        "railway=subway tunnel=yes",
        "railway=rail service=yard",
        "railway=rail bridge=yes",
        "waterway=river",
        "waterway=river tunnel=culvert",
        "waterway=stream",
        "barrier=fence",
        "boundary=administrative",
    ] {
        s.line(&[(0, 0), (50, 0)], text);
    }
    s.line(&[(0, 0), (5, 0)], "barrier=wall");
    s.line(&[(5000, 0), (6000, 0)], "boundary=administrative");
    s.square(100, 100, 50, "natural=water");
    s.square(200, 100, 10, "natural=water");
    s.square(300, 100, 10, "leisure=pitch");
    let (territory, _) = s.read();
    let seen: Vec<BarrierClass> = territory.barriers.iter().map(|barrier| barrier.class).collect();
    use BarrierClass::{Admin, Rail, Wall, Water};
    assert_eq!(seen, [Rail, Water, Wall, Admin, Water]);
    let covers: Vec<LandCover> = territory.areas.iter().map(|area| area.cover).collect();
    assert_eq!(covers, [LandCover::Water, LandCover::Water, LandCover::Pitch]);
}

#[test]
fn a_facility_mapped_as_area_and_as_node_is_one_and_a_closed_one_is_not_open() {
    let mut s = Sketch::default();
    s.square(0, 0, 20, "building=yes");
    s.square(100, 0, 80, "amenity=school name=实验小学");
    s.node(120, 20, "amenity=school name=实验小学");
    s.node(130, 20, "amenity=school name=实验中学");
    s.node(300, 0, "amenity=pharmacy name=同济药房");
    s.node(303, 0, "amenity=pharmacy name=同济药房");
    s.node(500, 0, "amenity=pharmacy name=同济药房");
    s.square(600, 0, 60, "leisure=pitch access=private");
    let shop = s.node(700, 0, "amenity=pharmacy shop=convenience capacity=12");
    let (territory, _) = s.read();
    let count = |category: &str| territory.facilities.iter().filter(|f| f.category == category).count();
    assert_eq!((count("primary_school"), count("middle_school"), count("pharmacy")), (1, 1, 3));
    let pitch = territory.facilities.iter().find(|f| f.category == "sport").unwrap();
    assert!(!pitch.open_to_public);
    assert_eq!(pitch.area_m2, Some(3600.0));
    let both: Vec<&str> = territory
        .facilities
        .iter()
        .map(|f| f.code.as_str())
        .filter(|code| code.starts_with(&format!("n{shop}")))
        .collect();
    assert_eq!(both, [format!("n{shop}"), format!("n{shop}-pharmacy")]);
}

#[test]
fn an_extract_without_a_building_is_an_error() {
    let mut s = Sketch::default();
    s.line(&[(0, 0), (9, 9)], "highway=path");
    let (territory, codes) = s.read();
    assert!(territory.buildings.is_empty() && codes.contains(&"I-102".to_owned()));
}

#[test]
fn a_household_table_counts_in_buildings_known_by_name_address_compound_or_tag() {
    let sheet = |columns: &[&str], rows: &[&[&str]]| FeatureTable {
        columns: columns.iter().map(|c| Column { name: (*c).to_owned(), kind: FieldType::Text }).collect(),
        rows: rows
            .iter()
            .map(|row| Row {
                geometry: None,
                values: row.iter().map(|v| Value::Text((*v).to_owned())).collect(),
            })
            .collect(),
        ..FeatureTable::default()
    };
    let town = || {
        let mut s = Sketch::default();
        s.square(-20, -20, 200, "landuse=residential name=锦绣花园");
        let ways = [
            s.square(0, 0, 12, "building=apartments name=3栋 building:levels=6 ref=J3"),
            s.square(
                50,
                0,
                12,
                "building=apartments name=金陵公寓 addr:street=中山路 addr:housenumber=12 ref=J1",
            ),
            s.square(100, 0, 12, "building=apartments addr:street=汉中路 addr:housenumber=7 ref=J2"),
        ];
        (s, ways)
    };
    let (s, ways) = town();
    let rows: &[&[&str]] = &[
        &["锦绣花园小区3栋2单元301"],
        &["锦绣花园3栋2单元302"],
        &["中山路12号801室"],
        &["金陵公寓"],
        &["汉中路7号1单元102"],
        &["无名路9号"],
    ];
    let how = HouseholdTable {
        form: Some(crate::TableForm::Households),
        ..HouseholdTable::new(Layer::new("t.xlsx"))
    };
    let (territory, faults) = s.joined(Some((how.clone(), sheet(&["地址"], rows))));
    let homes = |territory: &Territory| ways.map(|way| building(territory, way).demand.households);
    assert_eq!(homes(&territory), [2, 2, 1]);
    assert_eq!(building(&territory, ways[0]).sources.households, Certainty::Given);
    assert_eq!(building(&territory, ways[0]).units, Some(2));
    assert_eq!(building(&territory, ways[1]).name.as_deref(), Some("金陵公寓"));
    assert_eq!(building(&territory, ways[2]).name.as_deref(), Some("汉中路7号"));
    assert!(faults.contains(&"I-133".to_owned()) && faults.contains(&"I-137".to_owned()), "{faults:?}");
    // By a tag.
    let (s, _) = town();
    let how =
        HouseholdTable { building_key: Some("ref".to_owned()), form: Some(crate::TableForm::Counts), ..how };
    let table = sheet(&["楼栋编号", "户数"], &[&["J1", "40"], &["J2", "36"], &["J3", "12"]]);
    let (territory, _) = s.joined(Some((how, table)));
    assert_eq!(homes(&territory), [12, 40, 36]);
}
