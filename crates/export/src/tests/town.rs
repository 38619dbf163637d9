//! Three zones that meet in a T, the third around a hole: what goes wrong at borders goes wrong there.

use crate::Scene;
use lifang_coverage::{CategoryCoverage, Coverage, Gap, GapCause, Shares, TierCoverage};
use lifang_fabric::{Arc, Cell, Fabric};
use lifang_model::*;

/// Everything a [`Scene`] borrows.
pub(super) struct Town {
    pub(super) territory: Territory,
    pub(super) fabric: Fabric,
    pub(super) atoms: Vec<Atom>,
    pub(super) plan: Plan,
    pub(super) coverage: Coverage,
    pub(super) categories: Vec<ServiceCategory>,
    pub(super) groups: Vec<ContactGroup>,
}

impl Town {
    pub(super) fn scene(&self) -> Scene<'_> {
        Scene {
            territory: &self.territory,
            fabric: &self.fabric,
            atoms: &self.atoms,
            plan: Some(&self.plan),
            report: None,
            coverage: Some(&self.coverage),
            categories: &self.categories,
            groups: &self.groups,
        }
    }
}

fn text(en: &str, zh: &str) -> Text {
    Text { en: en.to_owned(), zh: zh.to_owned() }
}

fn demand(households: u32) -> Demand {
    Demand { households, persons: 3 * households, elders: households / 5, ..Demand::default() }
}

fn square(x: i32, y: i32, side: i32) -> Polygon {
    let ring = [(x, y), (x + side, y), (x + side, y + side), (x, y + side)];
    Polygon { outer: Ring(ring.map(Point::from).to_vec()), holes: Vec::new() }
}

fn territory() -> Territory {
    let building = |at: i32| Building {
        code: format!("B{at}"),
        name: Some(format!("{at}号楼")),
        outline: vec![square(at * 100_000 + 20_000, 20_000, 30_003)],
        use_: BuildingUse::Residential,
        levels: Some(6),
        units: None,
        compound: Some(CompoundIdx(0)),
        demand: demand(95),
        sources: Sources::GIVEN,
        entrances: Vec::new(),
        storeys: Vec::new(),
    };
    Territory {
        name: "太平街道".to_owned(),
        code: "500102006".to_owned(),
        frame: Frame { crs: Some("EPSG:4545".to_owned()), origin: (440_966.0, 3_287_014.0), source: None },
        boundary: vec![square(0, 0, 200_000)],
        buildings: vec![building(0), building(1)],
        compounds: vec![Compound {
            code: "C1".to_owned(),
            name: Some("㙟里小区".to_owned()),
            kind: AreaKind::Residential,
            outline: vec![square(0, 0, 90_000)],
            walled: true,
            gates: vec![Gate { at: Point::new(0, 5_000), open: false, hours: None }],
        }],
        streets: vec![Street {
            code: "w1".to_owned(),
            name: Some("广场路".to_owned()),
            class: StreetClass::Living,
            line: vec![Point::new(0, 0), Point::new(30_000, 40_000)],
            layer: 0,
            bridge: false,
            tunnel: false,
            foot: FootAccess::Yes,
            traffic: Default::default(),
        }],
        barriers: Vec::new(),
        areas: vec![Area {
            cover: LandCover::Water,
            name: Some("长江".to_owned()),
            outline: square(0, 0, 7_000),
        }],
        cuts: Vec::new(),
        facilities: vec![Facility {
            code: FacilityCode::new("F1").unwrap(),
            name: Some("党群服务中心".to_owned()),
            category: "party".to_owned(),
            at: Point::new(3, 4),
            capacity: None,
            area_m2: None,
            open_to_public: true,
        }],
        faults: Vec::new(),
    }
}

/// Cell 0 in the west, 1 in the east with a hole that is cell 3, 2 in the north. The node at (100 m, 120 m) lies in
/// the middle of cell 2's southern border.
fn fabric() -> Fabric {
    let points = |list: &[(i32, i32)]| list.iter().map(|(x, y)| Point::new(x * 1000, y * 1000)).collect();
    let arc = |list: &[(i32, i32)], left, right| Arc {
        points: points(list),
        left,
        right,
        barrier: BarrierClass::None,
    };
    let arcs = vec![
        arc(&[(0, 120), (0, 0), (100, 0)], Some(0), None),
        arc(&[(100, 0), (200, 0), (200, 121)], Some(1), None),
        arc(&[(200, 121), (200, 200), (0, 200), (0, 120)], Some(2), None),
        arc(&[(100, 0), (97, 33), (100, 120)], Some(0), Some(1)),
        arc(&[(0, 120), (51, 123), (100, 120)], Some(2), Some(0)),
        arc(&[(100, 120), (200, 121)], Some(2), Some(1)),
        arc(&[(140, 40), (140, 60), (160, 60), (160, 40), (140, 40)], Some(1), Some(3)),
    ];
    let anchors = [(50, 60), (180, 100), (100, 160), (150, 50)];
    let cells = (0u32..4)
        .zip(anchors)
        .map(|(at, (x, y))| Cell {
            building: (at < 2).then_some(BuildingIdx(at)),
            unit: 0,
            storey: 0,
            enclosure: 0,
            anchor: Point::new(x * 1000, y * 1000),
            twice_area: 2,
        })
        .collect();
    Fabric { arcs, cells, links: Vec::new(), enclosures: 1, faults: Vec::new(), hash: "f00d".to_owned() }
}

fn atoms(fabric: &Fabric) -> Vec<Atom> {
    let atom = |(at, cell): (u32, &Cell)| Atom {
        code: AtomCode::new(format!("A{at}")).unwrap(),
        kind: if at < 2 { AtomKind::Residential } else { AtomKind::Open },
        building: cell.building,
        compound: None,
        unit: 0,
        floors: (at == 1).then_some(FloorBand { low: 1, high: 6 }),
        demand: if at < 2 { demand(95) } else { Demand::default() },
        sources: Sources { households: Certainty::Estimated, ..Sources::GIVEN },
        anchor: cell.anchor,
    };
    (0u32..).zip(&fabric.cells).map(atom).collect()
}

fn plan() -> Plan {
    let zone = |code: &str, name: &str, parent| Zone {
        code: ZoneCode::new(code).unwrap(),
        name: Some(name.to_owned()),
        kind: ZoneKind::Comprehensive,
        parent,
        status: ZoneStatus::Approved,
    };
    let level = |key: &str, zh: &str, band| LevelRules {
        key: key.to_owned(),
        title: text(key, zh),
        grouping: Grouping::Band,
        band,
        count: None,
        code_digits: 3,
    };
    let weights = Weights {
        split_unit: 1,
        split_building: 1,
        split_compound: 1,
        compactness: 1,
        barrier: 1,
        balance: 1,
        kind: 1,
        change: 1,
        walking: 0,
    };
    let rules = Rules {
        key: "test".to_owned(),
        title: text("Test", "测试"),
        source: String::new(),
        certainty: "C".to_owned(),
        measure: MeasureRules::households(0.0),
        atoms: AtomRules { split_above: None, by_floor: false },
        special: SpecialRules::default(),
        codes: CodeRules { separator: String::new(), row_height_m: 50 },
        weights,
        groups: None,
        levels: vec![
            level("grid", "网格", None),
            level("micro_grid", "微网格", Some(Band { min: 90, target: 95, max: 100 })),
        ],
    };
    let assign = |zones: [u32; 4]| zones.map(|zone| Some(ZoneIdx(zone))).to_vec();
    let parent = Some(ZoneIdx(0));
    Plan {
        name: "第一稿".to_owned(),
        fabric: "f00d".to_owned(),
        rules,
        seed: 1,
        levels: vec![
            LevelPlan {
                key: "grid".to_owned(),
                zones: vec![zone("500102006001", "㙟里小区", None)],
                assignment: assign([0; 4]),
            },
            LevelPlan {
                key: "micro_grid".to_owned(),
                zones: vec![
                    zone("500102006001001", "=HYPERLINK(\"http://x\")", parent),
                    zone("500102006001002", "东区", parent),
                    zone("500102006001003", "北区<script>", parent),
                ],
                // The hole belongs to the north: a zone in two pieces, one of them inside another zone.
                assignment: assign([0, 1, 2, 2]),
            },
        ],
        pinned: Vec::new(),
    }
}

fn coverage() -> Coverage {
    let tier = |key: &str, distance_m| Tier {
        key: key.to_owned(),
        title: text(key, key),
        distance_m,
        label_minutes: 5,
        source: String::new(),
        certainty: "C".to_owned(),
    };
    let tiers = TierSet {
        key: "t".to_owned(),
        title: text("t", "t"),
        tiers: vec![tier("5min", 300.0), tier("10min", 500.0)],
    };
    let covered = |tier: &str, covered: Demand| TierCoverage {
        tier: tier.to_owned(),
        covered,
        total: demand(190),
        share: Shares::of(&covered, &demand(190)),
        zones: Vec::new(),
    };
    let entry = CategoryCoverage {
        category: "party".to_owned(),
        profile: "adult".to_owned(),
        facilities: 1,
        closed: 0,
        tiers: vec![covered("5min", demand(95)), covered("10min", demand(190))],
        distance_mm: vec![Some(200_000), Some(400_000), Some(300_000), None],
        nearest: vec![Some(FacilityIdx(0)); 4],
        straight_mm: vec![Some(100_000); 4],
    };
    let gap = Gap {
        code: "V-party-5min-1".to_owned(),
        category: "party".to_owned(),
        tier: "5min".to_owned(),
        profile: "adult".to_owned(),
        atoms: vec![AtomIdx(1)],
        buildings: vec!["B1".to_owned()],
        names: vec![Some("1号楼".to_owned())],
        demand: demand(95),
        cause: GapCause::MissingPath,
        straight_m: Some(100.0),
        network_m: Some(400.0),
        detour_ratio: Some(4.0),
        nearest: Some(FacilityIdx(0)),
    };
    Coverage {
        tiers,
        network: lifang_coverage::NetworkSummary::default(),
        categories: vec![entry],
        unsnapped: Vec::new(),
        unknown: Demand::default(),
        gaps: vec![gap],
        faults: Vec::new(),
        zone_walks: Vec::new(),
        gates: None,
    }
}

pub(super) fn town() -> Town {
    let fabric = fabric();
    let category = ServiceCategory {
        key: "party".to_owned(),
        title: text("Party service", "党群服务"),
        family: "党".to_owned(),
        osm: Vec::new(),
        words: Vec::new(),
        serves: Default::default(),
        tier: "5min".to_owned(),
        colour: "#cc0000".to_owned(),
    };
    let atoms = atoms(&fabric);
    let member = |at: usize| GroupMember { atom: atoms[at].code.clone(), count: 12 };
    let plan = plan();
    let group = ContactGroup {
        zone: plan.levels[1].zones[0].code.clone(),
        number: 1,
        kind: GroupKind::Homes,
        centre: atoms[0].code.clone(),
        count: 24,
        members: vec![member(0), member(1)],
    };
    Town {
        territory: territory(),
        groups: vec![group],
        atoms,
        plan,
        coverage: coverage(),
        categories: vec![category],
        fabric,
    }
}
