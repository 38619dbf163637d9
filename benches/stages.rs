//! One bench a stage, over the sample at several sizes. Each asserts that its result is the one expected, so that a
//! faster wrong answer is noticed.
#![expect(clippy::unwrap_used, reason = "a bench that cannot start has nothing to measure")]

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use lifang_model::{Band, Rules, Silent, Territory};
use lifang_partition::{Effort, GraphRequest, Request};
use lifang_planner::{Catalog, DEFAULT_PRESET, Ground};
use std::hint::black_box;

const SIZES: [Option<u32>; 2] = [None, Some(3_000)];

fn name(size: Option<u32>) -> String {
    size.map_or_else(|| "community".to_owned(), |n| n.to_string())
}

fn territory(size: Option<u32>) -> Territory {
    lifang_samples::taipingjie(&lifang_samples::SampleOptions { seed: 1, buildings: size }).unwrap()
}

fn rules() -> Rules {
    Catalog::built_in().unwrap().rules(DEFAULT_PRESET).unwrap()
}

fn fabric(c: &mut Criterion) {
    let mut group = c.benchmark_group("fabric_build");
    group.sample_size(10);
    let rules = rules();
    for size in SIZES {
        let territory = territory(size);
        let stacks = lifang_partition::stack_parts(&territory.buildings, &rules);
        let cells = lifang_fabric::build(&territory, &stacks, &Silent).unwrap().cells.len();
        group.bench_with_input(BenchmarkId::from_parameter(name(size)), &territory, |b, territory| {
            b.iter(|| {
                let fabric = lifang_fabric::build(black_box(territory), &stacks, &Silent).unwrap();
                assert_eq!(fabric.cells.len(), cells);
            });
        });
    }
    group.finish();
}

fn partition(c: &mut Criterion) {
    let mut group = c.benchmark_group("partition");
    group.sample_size(10);
    let rules = rules();
    let territory = territory(None);
    let ground = Ground::build(&territory, &rules, &Silent).unwrap();
    group.bench_function("community", |b| {
        b.iter(|| {
            let proposal = lifang_partition::propose(
                &Request {
                    atoms: &ground.atoms,
                    links: &ground.fabric.links,
                    walks: None,
                    compounds: &territory.compounds,
                    rules: &rules,
                    territory_code: &territory.code,
                    fabric_hash: &ground.fabric.hash,
                    name: "bench",
                    seed: 1,
                    effort: Effort { moves: None, seconds: None },
                },
                &Silent,
            )
            .unwrap();
            assert_eq!(proposal.plan.levels.last().unwrap().zones.len(), 44);
        });
    });
    let side = 100u32;
    let loads: Vec<u32> = (0..side * side).map(|id| 1 + (id * 7 + id / side * 3) % 12).collect();
    let mut edges = Vec::new();
    for id in 0..side * side {
        if id % side + 1 < side {
            edges.push((id, id + 1, 20.0));
        }
        if id / side + 1 < side {
            edges.push((id, id + side, 20.0));
        }
    }
    group.bench_function("graph_10000", |b| {
        b.iter(|| {
            let solution = lifang_partition::partition_graph(
                &GraphRequest {
                    loads: &loads,
                    edges: &edges,
                    xy: None,
                    groups: None,
                    band: Band { min: 90, target: 95, max: 100 },
                    zones: None,
                    seed: 1,
                    effort: Effort { moves: None, seconds: None },
                },
                &Silent,
            )
            .unwrap();
            assert_eq!(solution.labels.len(), loads.len());
            assert!(solution.in_band * 100 >= solution.zones * 95);
        });
    });
    group.finish();
}

fn dissolve(c: &mut Criterion) {
    let mut group = c.benchmark_group("dissolve");
    let rules = rules();
    for size in SIZES {
        let territory = territory(size);
        let ground = Ground::build(&territory, &rules, &Silent).unwrap();
        let labels: Vec<Option<u32>> =
            ground.fabric.cells.iter().map(|cell| Some(cell.enclosure / 10)).collect();
        let count = ground.fabric.dissolve(&labels).len();
        group.bench_function(BenchmarkId::from_parameter(name(size)), |b| {
            b.iter(|| assert_eq!(ground.fabric.dissolve(black_box(&labels)).len(), count));
        });
    }
    group.finish();
}

fn coverage(c: &mut Criterion) {
    let mut group = c.benchmark_group("coverage");
    group.sample_size(10);
    let catalog = Catalog::built_in().unwrap();
    let territory = territory(None);
    let ground = Ground::build(&territory, &rules(), &Silent).unwrap();
    group.bench_function("community", |b| {
        b.iter(|| {
            let coverage = lifang_coverage::cover(
                &lifang_coverage::Request {
                    territory: &territory,
                    fabric: &ground.fabric,
                    atoms: &ground.atoms,
                    plan: None,
                    categories: &catalog.services,
                    tiers: &catalog.tiers[0],
                    profiles: &catalog.profiles[..2],
                    rooms: false,
                },
                &Silent,
            )
            .unwrap();
            assert_eq!(coverage.categories.len(), catalog.services.len() * 2);
        });
    });
    group.finish();
}

criterion_group!(benches, fabric, partition, dissolve, coverage);
criterion_main!(benches);
