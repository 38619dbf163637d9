//! A town of four cells, two by two, each 10 m wide: small enough to check by eye.

use lifang_fabric::{Arc, Cell, Fabric};
use lifang_model::*;

pub(super) fn square(x: i32, y: i32, side: i32) -> Polygon {
    let ring = [(x, y), (x + side, y), (x + side, y + side), (x, y + side)];
    Polygon { outer: Ring(ring.map(Point::from).to_vec()), holes: Vec::new() }
}

fn text(en: &str, zh: &str) -> Text {
    Text { en: en.to_owned(), zh: zh.to_owned() }
}

pub(super) fn territory() -> Territory {
    let demand = Demand { households: 12, persons: 30, merchants: 1, elders: 6, children: 4, day_persons: 2 };
    let building = |at: i32, compound| Building {
        code: format!("B{at}"),
        name: (at == 0).then(|| "一号楼".to_owned()),
        outline: vec![square(at * 10_000 + 2_000, 2_000, 5_000)],
        use_: BuildingUse::Residential,
        levels: Some(6),
        units: None,
        compound,
        demand,
        sources: Sources { ages: Certainty::Estimated, ..Sources::GIVEN },
        entrances: vec![Point::new(at * 10_000 + 4_000, 2_000)],
        storeys: Vec::new(),
    };
    let fault = Fault::new(Severity::Warning, "I-104", "两处重叠 overlap", "kept both").at(Place {
        file: Some("房屋.shp".to_owned()),
        row: Some(7),
        ..Place::default()
    });
    Territory {
        name: "太平街道".to_owned(),
        code: "500102006".to_owned(),
        frame: Frame {
            crs: Some("EPSG:4545".to_owned()),
            origin: (440_966.0, 3_287_014.0),
            source: Some("EPSG:4490".to_owned()),
        },
        boundary: vec![square(0, 0, 20_000)],
        buildings: vec![building(0, Some(CompoundIdx(1))), building(1, None)],
        compounds: vec![
            Compound {
                code: "C1".to_owned(),
                name: None,
                kind: AreaKind::Commercial,
                outline: Vec::new(),
                walled: false,
                gates: Vec::new(),
            },
            Compound {
                code: "C2".to_owned(),
                name: Some("㙟里小区".to_owned()),
                kind: AreaKind::Residential,
                outline: vec![square(0, 0, 10_000), square(12_000, 12_000, 3_000)],
                walled: true,
                gates: vec![Gate { at: Point::new(5_000, 0), open: false, hours: None }],
            },
        ],
        streets: vec![Street {
            code: "w1".to_owned(),
            name: Some("广场路".to_owned()),
            class: StreetClass::Living,
            line: vec![Point::new(-5, 3), Point::new(20_001, 7)],
            layer: -1,
            bridge: false,
            tunnel: true,
            foot: FootAccess::Private,
            traffic: Default::default(),
        }],
        barriers: vec![Barrier { class: BarrierClass::Rail, line: vec![Point::new(0, 0), Point::new(1, 1)] }],
        areas: vec![Area { cover: LandCover::Pitch, name: None, outline: square(1, 1, 7) }],
        cuts: Vec::new(),
        facilities: vec![Facility {
            code: FacilityCode::new("F1").unwrap(),
            name: Some("党群服务中心".to_owned()),
            category: "party_service".to_owned(),
            at: Point::new(3, 4),
            capacity: None,
            area_m2: Some(0.1 + 0.2),
            open_to_public: true,
        }],
        faults: vec![fault],
    }
}

/// Cells 0 and 1 in the south, 2 and 3 in the north.
pub(super) fn ground() -> (Fabric, Vec<StackPart>, Vec<Atom>) {
    let p = |x: i32, y: i32| Point::new(x * 10_000, y * 10_000);
    let arc = |points: Vec<Point>, left, right, barrier| Arc { points, left, right, barrier };
    let none = BarrierClass::None;
    let arcs = vec![
        arc(vec![p(0, 1), p(0, 0), p(1, 0)], Some(0), None, BarrierClass::Admin),
        arc(vec![p(1, 0), p(2, 0), p(2, 1)], Some(1), None, BarrierClass::Admin),
        arc(vec![p(2, 1), p(2, 2), p(1, 2)], Some(3), None, BarrierClass::Admin),
        arc(vec![p(1, 2), p(0, 2), p(0, 1)], Some(2), None, BarrierClass::Admin),
        arc(vec![p(1, 0), p(1, 1)], Some(0), Some(1), none),
        arc(vec![p(1, 1), p(1, 2)], Some(2), Some(3), none),
        arc(vec![p(0, 1), p(1, 1)], Some(2), Some(0), BarrierClass::Local),
        arc(vec![p(1, 1), p(2, 1)], Some(3), Some(1), BarrierClass::Water),
    ];
    let anchor = |at: u32| Point::new((at % 2) as i32 * 10_000 + 5_000, (at / 2) as i32 * 10_000 + 5_000);
    let cells = (0..4u32)
        .map(|at| Cell {
            building: (at < 2).then_some(BuildingIdx(at)),
            unit: 0,
            storey: 0,
            enclosure: at / 2,
            anchor: anchor(at),
            twice_area: 200_000_000,
        })
        .collect();
    let link = |a, b, kind, barrier| Link {
        a: AtomIdx(a),
        b: AtomIdx(b),
        kind,
        shared: Millimetres(if kind == LinkKind::Lateral { 10_000 } else { 0 }),
        barrier,
    };
    let links = vec![
        link(0, 1, LinkKind::Lateral, none),
        link(0, 2, LinkKind::Lateral, BarrierClass::Local),
        link(1, 3, LinkKind::Crossing, BarrierClass::Water),
        link(2, 3, LinkKind::Vertical, none),
    ];
    let fault = Fault::new(Severity::Notice, "B-101", "a", "b");
    let hash = "f00d".to_owned();
    let fabric = Fabric { arcs, cells, links, enclosures: 2, faults: vec![fault], hash };
    let demand = |at: u32| Demand { households: 10 * at, persons: 25 * at, elders: at, ..Demand::default() };
    let floors = Some(FloorBand { low: 1, high: 3 });
    let stacks = vec![
        StackPart { building: BuildingIdx(1), unit: 2, floors, demand: demand(3) },
        StackPart { building: BuildingIdx(0), unit: 0, floors: None, demand: demand(1) },
    ];
    let atoms = (0..4u32)
        .map(|at| Atom {
            code: AtomCode::new(format!("A{at}-2单元")).unwrap(),
            kind: if at < 2 { AtomKind::Residential } else { AtomKind::Open },
            building: (at < 2).then_some(BuildingIdx(at)),
            compound: (at == 0).then_some(CompoundIdx(1)),
            unit: at as u16,
            floors: if at == 1 { floors } else { None },
            demand: demand(at),
            sources: Sources { persons: Certainty::Estimated, ..Sources::default() },
            anchor: anchor(at),
        })
        .collect();
    (fabric, stacks, atoms)
}

fn rules() -> Rules {
    let level = |key: &str, zh: &str, grouping, band| LevelRules {
        key: key.to_owned(),
        title: text(key, zh),
        grouping,
        band,
        count: None,
        code_digits: 3,
    };
    Rules {
        key: "test".to_owned(),
        title: text("Test", "测试"),
        source: "none".to_owned(),
        certainty: "C".to_owned(),
        measure: MeasureRules::households(0.1 + 0.2),
        atoms: AtomRules { split_above: Some(100), by_floor: true },
        special: SpecialRules::default(),
        codes: CodeRules { separator: String::new(), row_height_m: 50 },
        weights: Weights {
            split_unit: 1,
            split_building: 2,
            split_compound: 3,
            compactness: 4,
            barrier: 5,
            balance: 6,
            kind: 7,
            change: 8,
            walking: 0,
        },
        groups: None,
        levels: vec![
            level("grid", "网格", Grouping::Area, None),
            level("micro_grid", "微网格", Grouping::Band, Some(Band { min: 10, target: 15, max: 20 })),
        ],
    }
}

/// One grid of two micro-grids: the south has 10 households, the north 50.
pub(super) fn plan() -> Plan {
    let zone = |code: &str, name: Option<&str>, parent| Zone {
        code: ZoneCode::new(code).unwrap(),
        name: name.map(str::to_owned),
        kind: ZoneKind::Comprehensive,
        parent,
        status: ZoneStatus::Draft,
    };
    let assign = |zones: [u32; 4]| zones.map(|zone| Some(ZoneIdx(zone))).to_vec();
    Plan {
        name: "第一稿".to_owned(),
        fabric: "f00d".to_owned(),
        rules: rules(),
        seed: u64::MAX,
        levels: vec![
            LevelPlan {
                key: "grid".to_owned(),
                zones: vec![zone("500102006001", Some("㙟里小区"), None)],
                assignment: assign([0; 4]),
            },
            LevelPlan {
                key: "micro_grid".to_owned(),
                zones: vec![
                    zone("500102006001001", None, Some(ZoneIdx(0))),
                    zone("500102006001002", None, Some(ZoneIdx(0))),
                ],
                assignment: assign([0, 0, 1, 1]),
            },
        ],
        pinned: vec![AtomIdx(3), AtomIdx(1)],
    }
}
