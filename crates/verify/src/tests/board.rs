//! Plans over a hand-made chessboard, each broken in one way; the judge must name exactly that.

use crate::{Input, Report, verify};
use lifang_fabric::{Arc, Cell, Fabric};
use lifang_model::{
    Atom, AtomCode, AtomIdx, AtomKind, AtomRules, Band, BarrierClass, Building, BuildingIdx, BuildingUse,
    CodeRules, Demand, Frame, Grouping, LevelPlan, LevelRules, Link, LinkKind, MeasureRules, Millimetres,
    Plan, Point, Polygon, Ring, Rules, Silent, Sources, Territory, Text, ViolationCode, Weights, Zone,
    ZoneCode, ZoneIdx, ZoneKind, ZoneStatus,
};

const SIDE: i32 = 10_000;

struct Board {
    territory: Territory,
    fabric: Fabric,
    atoms: Vec<Atom>,
    plan: Plan,
}

impl Board {
    fn judged(&self) -> Report {
        // Every atom is a building with the same counts.
        let mut territory = self.territory.clone();
        territory.buildings = self.atoms.iter().map(house).collect();
        let input =
            Input { territory: &territory, fabric: &self.fabric, atoms: &self.atoms, plan: &self.plan };
        verify(&input, &Silent)
    }

    fn codes(&self) -> Vec<ViolationCode> {
        self.judged().violations.iter().map(|violation| violation.code).collect()
    }

    /// Moves an atom at the fine level.
    fn put(&mut self, atom: usize, zone: Option<u32>) {
        self.plan.levels[1].assignment[atom] = zone.map(ZoneIdx);
    }
}

fn text(word: &str) -> Text {
    Text { en: word.to_owned(), zh: word.to_owned() }
}

fn rules(band: Band) -> Rules {
    let level = |key: &str, band| LevelRules {
        key: key.to_owned(),
        title: text(key),
        grouping: Grouping::Band,
        band,
        count: None,
        code_digits: 2,
    };
    Rules {
        key: "test".to_owned(),
        title: text("test"),
        source: "test".to_owned(),
        certainty: "C".to_owned(),
        measure: MeasureRules::households(0.0),
        atoms: AtomRules { split_above: None, by_floor: false },
        special: lifang_model::SpecialRules::default(),
        codes: CodeRules { separator: String::new(), row_height_m: 100 },
        weights: Weights {
            split_unit: 1,
            split_building: 1,
            split_compound: 1,
            compactness: 1,
            barrier: 1,
            balance: 1,
            kind: 1,
            change: 0,
            walking: 0,
        },
        groups: None,
        levels: vec![level("grid", None), level("micro_grid", Some(band))],
    }
}

fn zone(code: &str, parent: Option<u32>) -> Zone {
    Zone {
        code: ZoneCode::new(code).unwrap(),
        name: None,
        kind: ZoneKind::Comprehensive,
        parent: parent.map(ZoneIdx),
        status: ZoneStatus::Draft,
    }
}

fn house(atom: &Atom) -> Building {
    Building {
        code: atom.code.to_string(),
        name: None,
        outline: Vec::new(),
        use_: BuildingUse::Residential,
        levels: None,
        units: None,
        compound: None,
        demand: atom.demand,
        sources: atom.sources,
        entrances: Vec::new(),
        storeys: Vec::new(),
    }
}

/// `n` x `n` cells of 50 households; one grid; each row of two cells a micro-grid of 100.
fn board(n: usize) -> Board {
    let at = |x: usize, y: usize| Point::new(x as i32 * SIDE, y as i32 * SIDE);
    let cell = |x: usize, y: usize| Some((y * n + x) as u32);
    let mut arcs = Vec::new();
    for y in 0..=n {
        for x in 0..n {
            arcs.push(Arc {
                points: vec![at(x, y), at(x + 1, y)],
                left: if y < n { cell(x, y) } else { None },
                right: if y > 0 { cell(x, y - 1) } else { None },
                barrier: BarrierClass::None,
            });
            arcs.push(Arc {
                points: vec![at(y, x), at(y, x + 1)],
                left: if y > 0 { cell(y - 1, x) } else { None },
                right: if y < n { cell(y, x) } else { None },
                barrier: BarrierClass::Local,
            });
        }
    }
    let mut links = Vec::new();
    let mut cells = Vec::new();
    let mut atoms = Vec::new();
    for y in 0..n {
        for x in 0..n {
            let id = y * n + x;
            let link = |b: usize| Link {
                a: AtomIdx::of(id),
                b: AtomIdx::of(b),
                kind: LinkKind::Lateral,
                shared: Millimetres(SIDE as u64),
                barrier: BarrierClass::None,
            };
            if x + 1 < n {
                links.push(link(id + 1));
            }
            if y + 1 < n {
                links.push(link(id + n));
            }
            let anchor = Point::new(x as i32 * SIDE + SIDE / 2, y as i32 * SIDE + SIDE / 2);
            let building = Some(BuildingIdx::of(id));
            cells.push(Cell {
                building,
                unit: 0,
                storey: 0,
                enclosure: 0,
                anchor,
                twice_area: 2 * i64::from(SIDE) * i64::from(SIDE),
            });
            atoms.push(Atom {
                code: AtomCode::new(format!("a{id}")).unwrap(),
                kind: AtomKind::Residential,
                building,
                compound: None,
                unit: 0,
                floors: None,
                demand: Demand { households: 50, persons: 150, ..Demand::default() },
                sources: Sources::GIVEN,
                anchor,
            });
        }
    }
    let count = n * n;
    let assignment = (0..count).map(|id| Some(ZoneIdx::of(id / 2))).collect();
    let zones = (0..count / 2).map(|row| zone(&format!("01{row:02}"), Some(0))).collect();
    Board {
        territory: Territory {
            name: "board".to_owned(),
            code: String::new(),
            frame: Frame { crs: None, origin: (0.0, 0.0), source: None },
            boundary: vec![Polygon {
                outer: Ring(vec![at(0, 0), at(n, 0), at(n, n), at(0, n)]),
                holes: Vec::new(),
            }],
            buildings: Vec::new(),
            compounds: Vec::new(),
            streets: Vec::new(),
            barriers: Vec::new(),
            areas: Vec::new(),
            cuts: Vec::new(),
            facilities: Vec::new(),
            faults: Vec::new(),
        },
        fabric: Fabric { arcs, cells, links, enclosures: 1, faults: Vec::new(), hash: "h".to_owned() },
        atoms,
        plan: Plan {
            name: "board".to_owned(),
            fabric: "h".to_owned(),
            rules: rules(Band { min: 90, target: 95, max: 100 }),
            seed: 1,
            levels: vec![
                LevelPlan {
                    key: "grid".to_owned(),
                    zones: vec![zone("01", None)],
                    assignment: vec![Some(ZoneIdx(0)); count],
                },
                LevelPlan { key: "micro_grid".to_owned(), zones, assignment },
            ],
            pinned: Vec::new(),
        },
    }
}

#[test]
fn a_good_plan_has_no_violation_and_right_sums() {
    let board = board(4);
    let report = board.judged();
    assert_eq!(report.violations, vec![]);
    assert_eq!((report.tiling.gap_m2, report.tiling.overlap_m2), (0.0, 0.0));
    let fine = &report.levels[1];
    assert_eq!((fine.zones, fine.banded, fine.in_band, fine.households, fine.persons), (8, 8, 8, 800, 2400));
    let zone = &fine.detail[0];
    assert_eq!((zone.area_m2, zone.perimeter_m, zone.pieces, zone.load), (200.0, 60.0, 1, 100.0));
    assert!((zone.compactness - 4.0 * std::f64::consts::PI * 200.0 / 3600.0).abs() < 1e-12);
    assert_eq!(report.levels[0].detail[0].households, 800);
    let metric = |board: &Board, key: &str| {
        let metrics = board.judged().metrics;
        metrics.iter().find(|metric| metric.level == "micro_grid" && metric.key == key).unwrap().value
    };
    // Two cells of 100 m2, 5 m from their common centre: J = 2 (100 x 25 + 100^2 / 2 pi), A^2 / (2 pi J).
    let tau = std::f64::consts::TAU;
    let expected = 200.0 * 200.0 / tau / (2.0 * (100.0 * 25.0 + 100.0 * 100.0 / tau));
    assert!((metric(&board, "roundness") - expected).abs() < 1e-9);
    assert_eq!(metric(&board, "kind_purity"), 1.0);
    let mut mixed = self::board(4);
    mixed.atoms[0].kind = AtomKind::Office;
    // 50 of 800 households are of the lesser kind of their zone, whichever of the two that is.
    assert!((metric(&mixed, "kind_purity") - 750.0 / 800.0).abs() < 1e-12);
}

#[test]
fn a_zone_in_two_pieces_is_named() {
    let mut board = board(4);
    // Atom 0 leaves zone 0 for zone 7 in the far corner, atom 15 takes its place: sizes stay, connection does not.
    board.put(0, Some(7));
    board.put(15, Some(0));
    assert_eq!(board.codes(), [ViolationCode::Disconnected, ViolationCode::Disconnected]);
    assert_eq!(board.judged().violations[0].measured, 2.0);
}

#[test]
fn people_in_no_zone_are_named_and_a_zone_without_atoms_too() {
    let mut board = board(4);
    board.put(0, None);
    board.put(1, None);
    assert_eq!(
        board.codes(),
        [ViolationCode::Unassigned, ViolationCode::Empty],
        "an empty zone is not told it is too small as well"
    );
    assert_eq!(board.judged().violations[0].atoms, ["a0", "a1"]);
}

#[test]
fn a_zone_outside_the_band_that_could_be_cured_is_not_called_unavoidable() {
    let mut board = board(4);
    board.put(1, Some(1));
    let report = board.judged();
    let found: Vec<_> = report.violations.iter().map(|v| (v.code, v.measured, v.avoidable)).collect();
    assert_eq!(found, [(ViolationCode::UnderBand, 50.0, None), (ViolationCode::OverBand, 150.0, None)]);
}

#[test]
fn a_load_no_number_of_zones_adds_up_to_is_proven_unavoidable() {
    let mut board = board(2);
    // 210 households: two zones hold at most 200, three at least 270.
    for atom in &mut board.atoms {
        atom.demand.households = 50;
    }
    board.atoms[3].demand.households = 60;
    let report = board.judged();
    assert_eq!(report.violations.len(), 1);
    let violation = &report.violations[0];
    assert_eq!((violation.code, violation.avoidable), (ViolationCode::OverBand, Some(false)));
    assert!(violation.cause.contains("2 zones hold at most 200, 3 at least 270"), "{}", violation.cause);
    assert_eq!(violation.relaxation.as_ref().unwrap().to, "[90, 105]");
}

#[test]
fn an_atom_larger_than_the_band_is_proven_unavoidable() {
    let mut board = board(2);
    board.atoms[0].demand.households = 150;
    board.atoms[1].demand.households = 0;
    let report = board.judged();
    assert_eq!(report.violations.len(), 1);
    assert_eq!(report.violations[0].avoidable, Some(false));
    assert!(report.violations[0].cause.contains("atom a0 alone holds 150"));
}

#[test]
fn a_zone_beyond_its_parent_is_named() {
    let mut board = board(4);
    board.plan.levels[0].zones.push(zone("02", None));
    for atom in 8..16 {
        board.plan.levels[0].assignment[atom] = Some(ZoneIdx(1));
    }
    // The four lower zones still say grid 01.
    assert_eq!(board.codes(), [ViolationCode::NotNested; 4]);
    for row in 4..8 {
        board.plan.levels[1].zones[row].parent = Some(ZoneIdx(1));
    }
    assert_eq!(board.codes(), []);
}

#[test]
fn two_zones_with_one_code_are_named() {
    let mut board = board(4);
    board.plan.levels[1].zones[3].code = ZoneCode::new("0100").unwrap();
    assert_eq!(board.codes(), [ViolationCode::DuplicateCode]);
}

#[test]
fn a_plan_over_another_ground_is_refused() {
    let mut board = board(4);
    board.plan.fabric = "other".to_owned();
    assert_eq!(board.codes(), [ViolationCode::StaleFabric]);
    board.plan.fabric = "h".to_owned();
    board.plan.levels[1].assignment.pop();
    assert_eq!(board.codes(), [ViolationCode::StaleFabric]);
}

#[test]
fn land_in_no_cell_is_measured() {
    let mut board = board(4);
    // The north-east cell is taken out of the ground: its two inner arcs now face the outside.
    let gone = 15;
    for arc in &mut board.fabric.arcs {
        for side in [&mut arc.left, &mut arc.right] {
            if *side == Some(gone) {
                *side = None;
            }
        }
    }
    board.fabric.arcs.retain(|arc| arc.left.is_some() || arc.right.is_some());
    board.fabric.cells.pop();
    board.fabric.links.retain(|link| link.b.0 != gone);
    board.atoms.pop();
    for level in &mut board.plan.levels {
        level.assignment.pop();
    }
    let report = board.judged();
    assert_eq!(report.tiling.gap_m2, 100.0);
    assert_eq!(report.tiling.overlap_m2, 0.0);
    assert!(report.violations.iter().any(|violation| violation.code == ViolationCode::Gap));
}

#[test]
fn a_cell_whose_outline_crosses_itself_is_measured_as_overlap() {
    let mut board = board(4);
    // Arcs bent so far that they cross their neighbours.
    let bent = board.fabric.arcs.iter_mut().find(|arc| arc.left == Some(5) && arc.right == Some(1)).unwrap();
    let (a, b) = (bent.points[0], bent.points[1]);
    bent.points = vec![a, Point::new(a.x + SIDE / 2, a.y + 3 * SIDE), b];
    let report = board.judged();
    assert!(report.tiling.overlap_m2 > 0.0);
    assert!(report.violations.iter().any(|violation| violation.code == ViolationCode::Overlap));
}

#[test]
fn a_divided_building_and_a_street_inside_a_zone_show_in_the_metrics() {
    let mut board = board(4);
    let value = |board: &Board, key: &str| {
        let report = board.judged();
        report.metrics.iter().find(|m| m.key == key && m.level == "micro_grid").map(|m| m.value)
    };
    assert_eq!(value(&board, "split_buildings"), Some(0.0));
    assert_eq!(
        value(&board, "barrier_local"),
        Some(80.0),
        "each zone of two cells has one 10 m street inside"
    );
    board.atoms[2].building = board.atoms[1].building;
    assert_eq!(value(&board, "split_buildings"), Some(100.0));
}

mod random {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// Whatever the labels, sums are conserved and a zone is called whole exactly when a flood fill says so.
        #[test]
        fn sums_and_pieces_agree_with_a_flood_fill(labels in proptest::collection::vec(0u32..5, 25)) {
            let mut board = board(5);
            board.plan.levels[1].zones = (0..5).map(|row| zone(&format!("z{row}"), Some(0))).collect();
            for (atom, &label) in labels.iter().enumerate() {
                board.put(atom, Some(label));
            }
            let report = board.judged();
            let fine = &report.levels[1];
            prop_assert_eq!(fine.households, 25 * 50);
            for (row, tally) in fine.detail.iter().enumerate() {
                prop_assert_eq!(tally.pieces, flood(&labels, row as u32));
            }
            let area: f64 = fine.detail.iter().map(|zone| zone.area_m2).sum();
            prop_assert_eq!(area, 25.0 * 100.0);
        }
    }

    /// Pieces of a label on the 5 x 5 board, by recolouring.
    fn flood(labels: &[u32], label: u32) -> u32 {
        let mut left: Vec<bool> = labels.iter().map(|&l| l == label).collect();
        let mut pieces = 0;
        while let Some(start) = left.iter().position(|&l| l) {
            pieces += 1;
            let mut stack = vec![start];
            while let Some(at) = stack.pop() {
                if !std::mem::replace(&mut left[at], false) {
                    continue;
                }
                let (x, y) = (at % 5, at / 5);
                if x > 0 && left[at - 1] {
                    stack.push(at - 1);
                }
                if x < 4 && left[at + 1] {
                    stack.push(at + 1);
                }
                if y > 0 && left[at - 5] {
                    stack.push(at - 5);
                }
                if y < 4 && left[at + 5] {
                    stack.push(at + 5);
                }
            }
        }
        pieces
    }
}
