//! A small town of square cells, 10 m a side, with a good plan over it.

use crate::{Input, Report, verify};
use lifang_fabric::{Arc, Cell, Fabric};
use lifang_model::{
    AreaKind, Atom, AtomCode, AtomIdx, AtomKind, AtomRules, Band, BarrierClass, Building, BuildingIdx,
    BuildingUse, CodeRules, Compound, CompoundIdx, Demand, Frame, Grouping, LevelPlan, LevelRules, Link,
    LinkKind, MeasureRules, Millimetres, Plan, Point, Polygon, Ring, Rules, Silent, Sources, Territory, Text,
    Weights, Zone, ZoneCode, ZoneIdx, ZoneKind, ZoneStatus,
};

pub(crate) const SIDE: i32 = 10_000;

pub(crate) struct Town {
    pub territory: Territory,
    pub fabric: Fabric,
    pub atoms: Vec<Atom>,
    pub plan: Plan,
}

impl Town {
    pub fn judge(&self) -> Report {
        let Self { territory, fabric, atoms, plan } = self;
        verify(&Input { territory, fabric, atoms, plan }, &Silent)
    }

    /// Codes of what is violated, each once.
    pub fn codes(&self) -> Vec<&'static str> {
        let mut codes: Vec<_> = self.judge().violations.iter().map(|v| v.code.key()).collect();
        codes.sort_unstable();
        codes.dedup();
        codes
    }

    /// Sets the counts of an atom and its building.
    pub fn count(&mut self, atom: usize, demand: Demand) {
        self.atoms[atom].demand = demand;
        self.territory.buildings[atom].demand = demand;
    }

    /// Adds up the land the cells claim again, after arcs were changed.
    pub fn claim(&mut self) {
        let mut twice = vec![0i64; self.fabric.cells.len()];
        for arc in &self.fabric.arcs {
            let sum: i64 = arc
                .points
                .windows(2)
                .map(|w| i64::from(w[0].x) * i64::from(w[1].y) - i64::from(w[1].x) * i64::from(w[0].y))
                .sum();
            for (cell, sign) in [(arc.left, 1), (arc.right, -1)] {
                if let Some(cell) = cell {
                    twice[cell as usize] += sign * sum;
                }
            }
        }
        for (cell, twice) in self.fabric.cells.iter_mut().zip(twice) {
            cell.twice_area = twice;
        }
    }
}

pub(crate) fn homes(households: u32) -> Demand {
    Demand {
        households,
        persons: households * 3,
        elders: households / 2,
        children: households / 3,
        ..Demand::default()
    }
}

pub(crate) fn rectangle(w: i32, h: i32) -> Polygon {
    let outer = Ring(vec![Point::new(0, 0), Point::new(w, 0), Point::new(w, h), Point::new(0, h)]);
    Polygon { outer, holes: Vec::new() }
}

/// Square cells, row by row from the south-west, their arcs and links.
pub(crate) fn squares(columns: usize, rows: usize) -> Fabric {
    let at = |x: usize, y: usize| Point::new(x as i32 * SIDE, y as i32 * SIDE);
    let cell = |x: i64, y: i64| {
        ((0..columns as i64).contains(&x) && (0..rows as i64).contains(&y))
            .then(|| (y * columns as i64 + x) as u32)
    };
    let mut arcs = Vec::new();
    let mut links = Vec::new();
    let mut border = |points: Vec<Point>, left: Option<u32>, right: Option<u32>| {
        if let (Some(a), Some(b)) = (left, right) {
            let (a, b) = (AtomIdx(a.min(b)), AtomIdx(a.max(b)));
            let shared = Millimetres(SIDE as u64);
            links.push(Link { a, b, kind: LinkKind::Lateral, shared, barrier: BarrierClass::None });
        }
        arcs.push(Arc { points, left, right, barrier: BarrierClass::None });
    };
    for y in 0..=rows {
        for x in 0..=columns {
            let (i, j) = (x as i64, y as i64);
            if x < columns {
                border(vec![at(x, y), at(x + 1, y)], cell(i, j), cell(i, j - 1));
            }
            if y < rows {
                border(vec![at(x, y), at(x, y + 1)], cell(i - 1, j), cell(i, j));
            }
        }
    }
    links.sort_by_key(|link| (link.a, link.b));
    let cells = (0..columns * rows)
        .map(|i| Cell {
            building: Some(BuildingIdx::of(i)),
            unit: 0,
            storey: 0,
            enclosure: 0,
            anchor: at(i % columns, i / columns),
            twice_area: 2 * i64::from(SIDE) * i64::from(SIDE),
        })
        .collect();
    Fabric { arcs, cells, links, enclosures: 1, faults: Vec::new(), hash: "fabric".into() }
}

pub(crate) fn level(key: &str, grouping: Grouping, band: Option<Band>) -> LevelRules {
    let title = Text { en: key.into(), zh: key.into() };
    LevelRules { key: key.into(), title, grouping, band, count: None, code_digits: 2 }
}

pub(crate) fn rules(levels: Vec<LevelRules>) -> Rules {
    Rules {
        key: "test".into(),
        title: Text { en: "Test".into(), zh: "测试".into() },
        source: "hand".into(),
        certainty: "A".into(),
        measure: MeasureRules::households(0.0),
        atoms: AtomRules { split_above: None, by_floor: false },
        special: lifang_model::SpecialRules::default(),
        codes: CodeRules { separator: String::new(), row_height_m: 60 },
        weights: Weights {
            split_unit: 0,
            split_building: 0,
            split_compound: 0,
            compactness: 0,
            barrier: 0,
            balance: 0,
            kind: 0,
            change: 0,
            walking: 0,
        },
        groups: None,
        levels,
    }
}

pub(crate) fn zone(code: &str, parent: Option<u32>) -> Zone {
    Zone {
        code: ZoneCode::new(code).unwrap(),
        name: None,
        kind: ZoneKind::Comprehensive,
        parent: parent.map(ZoneIdx),
        status: ZoneStatus::Draft,
    }
}

/// A town on a fabric of one building a cell, without compounds or a plan.
pub(crate) fn bare(fabric: Fabric, boundary: Vec<Polygon>, households: &[u32]) -> Town {
    let demands: Vec<Demand> = households.iter().map(|&n| homes(n)).collect();
    let buildings = demands
        .iter()
        .enumerate()
        .map(|(i, &demand)| Building {
            code: format!("B{i}"),
            name: None,
            outline: Vec::new(),
            use_: BuildingUse::Residential,
            levels: Some(6),
            units: Some(1),
            compound: None,
            demand,
            sources: Sources::GIVEN,
            entrances: Vec::new(),
            storeys: Vec::new(),
        })
        .collect();
    let atoms = demands
        .iter()
        .enumerate()
        .map(|(i, &demand)| Atom {
            code: AtomCode::new(format!("B{i}")).unwrap(),
            kind: AtomKind::Residential,
            building: Some(BuildingIdx::of(i)),
            compound: None,
            unit: 0,
            floors: None,
            demand,
            sources: Sources::GIVEN,
            anchor: fabric.cells[i].anchor,
        })
        .collect();
    let territory = Territory {
        name: "test".into(),
        code: "1".into(),
        frame: Frame { crs: None, origin: (0.0, 0.0), source: None },
        boundary,
        buildings,
        compounds: Vec::new(),
        streets: Vec::new(),
        barriers: Vec::new(),
        areas: Vec::new(),
        cuts: Vec::new(),
        facilities: Vec::new(),
        faults: Vec::new(),
    };
    let plan = Plan {
        name: "test".into(),
        fabric: fabric.hash.clone(),
        rules: rules(Vec::new()),
        seed: 0,
        levels: Vec::new(),
        pinned: Vec::new(),
    };
    Town { territory, fabric, atoms, plan }
}

pub(crate) const BAND: Band = Band { min: 30, target: 35, max: 40 };

/// Six columns and five rows: two compounds of three columns, ten households a cell in the four southern rows, only
/// shops in the northern one. A grid is a compound, a micro-grid three cells of a row; the shops belong to the row
/// south of them.
pub(crate) fn good() -> Town {
    let households: Vec<u32> = (0..30).map(|i| if i < 24 { 10 } else { 0 }).collect();
    let mut town = bare(squares(6, 5), vec![rectangle(6 * SIDE, 5 * SIDE)], &households);
    for i in 24..30 {
        town.count(i, Demand { merchants: 2, ..Demand::default() });
    }
    town.territory.compounds = ["west", "east"]
        .map(|name| Compound {
            code: name.into(),
            name: Some(name.into()),
            kind: AreaKind::Residential,
            outline: Vec::new(),
            walled: false,
            gates: Vec::new(),
        })
        .to_vec();
    let compound = |i: usize| (i % 6 / 3) as u32;
    for (i, atom) in town.atoms.iter_mut().enumerate() {
        atom.compound = Some(CompoundIdx(compound(i)));
    }
    town.plan.rules = rules(vec![
        level("grid", Grouping::Area, Some(Band { min: 200, target: 300, max: 400 })),
        level("micro_grid", Grouping::Band, Some(BAND)),
    ]);
    let fine = |i: usize| compound(i) * 4 + (i / 6).min(3) as u32;
    town.plan.levels = vec![
        LevelPlan {
            key: "grid".into(),
            zones: vec![zone("101", None), zone("102", None)],
            assignment: (0..30).map(|i| Some(ZoneIdx(compound(i)))).collect(),
        },
        LevelPlan {
            key: "micro_grid".into(),
            zones: (0..8).map(|k| zone(&format!("10{}0{}", k / 4 + 1, k % 4 + 1), Some(k / 4))).collect(),
            assignment: (0..30).map(|i| Some(ZoneIdx(fine(i)))).collect(),
        },
    ];
    town
}
