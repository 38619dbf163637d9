//! The plan file at 100,000 atoms: opening it, and one transfer that is judged and on the disk when the call returns.
//!
//! The ground is a chequerboard of square cells, so that making it costs nothing; grids are blocks of 10 x 10 micro-grids,
//! micro-grids blocks of 3 x 3 cells. `LIFANG_BENCH_SIDE` gives another side; it is rounded to a multiple of 30.
#![expect(clippy::unwrap_used, reason = "a bench that cannot start has nothing to measure")]
#![expect(clippy::print_stderr, reason = "percentiles are told beside criterion's own figures")]

use criterion::{Criterion, criterion_group, criterion_main};
use lifang_fabric::{Arc, Cell, Fabric};
use lifang_model::{
    Across, Atom, AtomCode, AtomIdx, AtomKind, BarrierClass, Building, BuildingIdx, BuildingUse, Demand,
    Edit, Frame, LevelPlan, Link, LinkKind, Millimetres, Plan, Point, Polygon, Ring, Rules, Silent, Sources,
    Territory, Zone, ZoneCode, ZoneIdx, ZoneKind, ZoneStatus,
};
use lifang_planner::{Catalog, DEFAULT_PRESET, Note, Session};
use lifang_store::PlanFile;
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;
use std::time::{Duration, Instant};

const SIDE_MM: i32 = 10_000;

fn side() -> usize {
    let wanted =
        std::env::var("LIFANG_BENCH_SIDE").ok().and_then(|text| text.parse().ok()).unwrap_or(330usize);
    (wanted / 30).max(1) * 30
}

fn fabric(side: usize) -> Fabric {
    let at = |x: usize, y: usize| Point::new(x as i32 * SIDE_MM, y as i32 * SIDE_MM);
    let cell = |x: usize, y: usize| (x < side && y < side).then(|| (y * side + x) as u32);
    let (mut arcs, mut links) = (Vec::new(), Vec::new());
    let mut border = |points: Vec<Point>, left: Option<u32>, right: Option<u32>| {
        if let (Some(a), Some(b)) = (left, right) {
            let (a, b) = (AtomIdx(a.min(b)), AtomIdx(a.max(b)));
            let shared = Millimetres(SIDE_MM as u64);
            links.push(Link { a, b, kind: LinkKind::Lateral, shared, barrier: BarrierClass::None });
        }
        arcs.push(Arc { points, left, right, barrier: BarrierClass::None });
    };
    for y in 0..=side {
        for x in 0..=side {
            if x < side {
                border(vec![at(x, y), at(x + 1, y)], cell(x, y), y.checked_sub(1).and_then(|y| cell(x, y)));
            }
            if y < side {
                border(vec![at(x, y), at(x, y + 1)], x.checked_sub(1).and_then(|x| cell(x, y)), cell(x, y));
            }
        }
    }
    links.sort_by_key(|link| (link.a, link.b));
    let cells = (0..side * side)
        .map(|i| Cell {
            building: Some(BuildingIdx::of(i)),
            unit: 0,
            storey: 0,
            enclosure: 0,
            anchor: Point::new((i % side) as i32 * SIDE_MM + 5_000, (i / side) as i32 * SIDE_MM + 5_000),
            twice_area: 2 * i64::from(SIDE_MM) * i64::from(SIDE_MM),
        })
        .collect();
    Fabric { arcs, cells, links, enclosures: 1, faults: Vec::new(), hash: "chequerboard".to_owned() }
}

/// A plan file of so many atoms, and how many micro-grids a row has.
fn made(path: &Path, side: usize) {
    let fabric = fabric(side);
    let demand = Demand { households: 10, persons: 28, ..Demand::default() };
    let buildings: Vec<Building> = (0..side * side)
        .map(|i| Building {
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
    let atoms: Vec<Atom> = (0..side * side)
        .map(|i| Atom {
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
    let edge = side as i32 * SIDE_MM;
    let outer = Ring([(0, 0), (edge, 0), (edge, edge), (0, edge)].map(Point::from).to_vec());
    let territory = Territory {
        name: "bench".to_owned(),
        code: "1".to_owned(),
        frame: Frame { crs: None, origin: (0.0, 0.0), source: None },
        boundary: vec![Polygon { outer, holes: Vec::new() }],
        buildings,
        compounds: Vec::new(),
        streets: Vec::new(),
        barriers: Vec::new(),
        areas: Vec::new(),
        cuts: Vec::new(),
        facilities: Vec::new(),
        faults: Vec::new(),
    };
    let rules: Rules = Catalog::built_in().unwrap().rules(DEFAULT_PRESET).unwrap();
    let zone = |code: String, parent: Option<usize>| Zone {
        code: ZoneCode::new(code).unwrap(),
        name: None,
        kind: ZoneKind::Comprehensive,
        parent: parent.map(ZoneIdx::of),
        status: ZoneStatus::Draft,
    };
    let grids = side / 30;
    let micros = side / 3;
    let block = |i: usize, size: usize| (i / side / size) * (side / size) + i % side / size;
    let plan = Plan {
        name: "bench".to_owned(),
        fabric: fabric.hash.clone(),
        seed: 1,
        levels: vec![
            LevelPlan {
                key: rules.levels[0].key.clone(),
                zones: (0..grids * grids).map(|i| zone(format!("G{i:04}"), None)).collect(),
                assignment: (0..side * side).map(|i| Some(ZoneIdx::of(block(i, 30)))).collect(),
            },
            LevelPlan {
                key: rules.levels[1].key.clone(),
                zones: (0..micros * micros)
                    .map(|i| zone(format!("M{i:06}"), Some(i / micros / 10 * grids + i % micros / 10)))
                    .collect(),
                assignment: (0..side * side).map(|i| Some(ZoneIdx::of(block(i, 3)))).collect(),
            },
        ],
        rules,
        pinned: Vec::new(),
    };
    let mut file = PlanFile::create(path).unwrap();
    file.save_territory(&territory).unwrap();
    file.save_ground(&fabric, &[], &atoms).unwrap();
    file.save_plan(&plan, &fabric, &atoms).unwrap();
}

/// The atom in the corner of one micro-grid goes to the next in its row, and back the time after.
fn transfer(session: &Session, turn: usize, side: usize) -> Edit {
    let plan = session.plan.as_ref().unwrap();
    let level = &plan.levels[1];
    let atom = AtomIdx::of(turn / 2 * 3 % (side - 3) / 3 * 3 + 2);
    let other = AtomIdx(if turn.is_multiple_of(2) { atom.0 + 1 } else { atom.0 - 1 });
    let to = level.assignment[other.at()].unwrap();
    Edit::Transfer {
        level: level.key.clone(),
        atoms: [atom].into_iter().collect(),
        to: level.zones[to.at()].code.clone(),
        across: Across::Follow,
    }
}

fn percentile(times: &mut [Duration], share: f64) -> f64 {
    times.sort_unstable();
    times[((times.len() - 1) as f64 * share) as usize].as_secs_f64() * 1e3
}

/// Processor time of this thread so far: on a machine others use too it says what the work costs, and the clock does not.
/// Zero where the system does not tell.
fn processor() -> Duration {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    Duration::from_nanos(text.split(' ').next().and_then(|first| first.parse().ok()).unwrap_or(0))
}

/// What the disk itself takes to make 4 KiB safe.
fn fsync(folder: &Path) -> (f64, f64) {
    let mut file = std::fs::File::create(folder.join("fsync")).unwrap();
    let mut times: Vec<Duration> = (0..200u64)
        .map(|turn| {
            file.seek(SeekFrom::Start(turn % 50 * 4096)).unwrap();
            file.write_all(&[turn as u8; 4096]).unwrap();
            let begun = Instant::now();
            file.sync_all().unwrap();
            begun.elapsed()
        })
        .collect();
    (percentile(&mut times, 0.5), percentile(&mut times, 0.99))
}

fn edits(c: &mut Criterion) {
    let folder = tempfile::tempdir_in(std::env::temp_dir()).unwrap();
    let path = folder.path().join("plan.gpkg");
    let side = side();
    made(&path, side);
    let mut group = c.benchmark_group(format!("plan_file_{}", side * side));
    group.sample_size(10);
    group.bench_function("open", |b| {
        b.iter(|| {
            let file = PlanFile::open_read_only(&path).unwrap();
            let plan = file.plan().unwrap().unwrap();
            assert_eq!(plan.levels[1].assignment.len(), side * side);
        });
    });
    let mut opens = Vec::new();
    group.bench_function("open_with_inputs_and_ground", |b| {
        b.iter(|| {
            let begun = processor();
            let file = PlanFile::open_read_only(&path).unwrap();
            assert_eq!(file.territory().unwrap().buildings.len(), side * side);
            assert_eq!(file.ground().unwrap().unwrap().2.len(), side * side);
            let plan = file.plan().unwrap().unwrap();
            opens.push(processor().saturating_sub(begun));
            plan
        });
    });
    let mut session = Session::open(&path, &Silent).unwrap();
    session.begin_editing(&Silent).unwrap();
    let note = Note::default();
    let mut turn = 0;
    let (mut times, mut work) = (Vec::new(), Vec::new());
    group.bench_function("transfer", |b| {
        b.iter_custom(|count| {
            let mut total = Duration::ZERO;
            for _ in 0..count {
                let edit = transfer(&session, turn, side);
                turn += 1;
                let (begun, busy) = (Instant::now(), processor());
                let outcome = session.edit(&edit, None, &note).unwrap();
                let took = begun.elapsed();
                work.push(processor().saturating_sub(busy));
                assert!(!outcome.zones.is_empty());
                times.push(took);
                total += took;
            }
            total
        });
    });
    group.finish();
    let (median, most) = fsync(folder.path());
    eprintln!(
        "transfer: {} edits, median {:.2} ms, 99 % {:.2} ms; fsync of this disk: median {median:.2} ms, 99 % {most:.2} ms",
        times.len(),
        percentile(&mut times, 0.5),
        percentile(&mut times, 0.99)
    );
    eprintln!(
        "processor time: open with inputs and ground {:.0} ms; transfer median {:.2} ms, 99 % {:.2} ms, most {:.2} ms",
        percentile(&mut opens, 0.5),
        percentile(&mut work, 0.5),
        percentile(&mut work, 0.99),
        percentile(&mut work, 1.0)
    );
}

criterion_group!(benches, edits);
criterion_main!(benches);
