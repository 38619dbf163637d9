use super::*;
use crate::graph::{Edge, Graph};
use crate::solve::stream;
use crate::sums::Sums;
use lifang_model::{Silent, Weights};

/// 12 x 12 cells; every third is a tower of five floors above its ground.
fn problem() -> Problem {
    let side = 12u32;
    let mut load = Vec::new();
    let mut at = Vec::new();
    let mut edges = Vec::new();
    let mut building = Vec::new();
    for i in 0..side * side {
        load.push([0, 17, 23, 8, 31][(i * 7 % 13 % 5) as usize]);
        at.push(((i % side) as f32 * 20.0, (i / side) as f32 * 20.0));
        building.push(i);
        if i % side + 1 < side {
            edges.push(Edge { a: i, b: i + 1, shared: 20.0, barrier: (i % 5) as f32 });
        }
        if i + side < side * side {
            edges.push(Edge { a: i, b: i + side, shared: 20.0, barrier: 0.0 });
        }
    }
    for ground in (0..side * side).step_by(3) {
        let mut below = ground;
        for _ in 0..5 {
            let floor = load.len() as u32;
            load.push(4);
            at.push(at[ground as usize]);
            building.push(ground);
            edges.push(Edge { a: below, b: floor, shared: 0.0, barrier: 0.0 });
            below = floor;
        }
    }
    let mut graph = Graph::new(load, at, &edges);
    graph.set_group(UNIT, &building);
    graph.set_group(BUILDING, &building);
    let weights = Weights {
        split_unit: 4,
        split_building: 2,
        split_compound: 1,
        compactness: 1,
        barrier: 1,
        balance: 1,
        kind: 1,
        change: 0,
        walking: 0,
    };
    Problem::new(graph, Sums::band(90, 95, 100, 1.0), 95, &weights)
}

/// Everything a search believes about its zones, counted again.
fn check(search: &Search<'_>) {
    let graph = &search.problem.graph;
    let mut bad = 0;
    for (z, atoms) in search.members.iter().enumerate() {
        assert_eq!(search.load[z], graph.total(atoms));
        assert!(atoms.iter().all(|&v| search.label[v as usize] == z as u32));
        assert_eq!(atoms.is_empty(), search.free.contains(&(z as u32)));
        let pieces = graph.components(|v| search.label[v as usize] == z as u32);
        assert!(pieces.len() == usize::from(!atoms.is_empty()), "zone {z} is in {} pieces", pieces.len());
        bad += usize::from(!atoms.is_empty() && !search.problem.sums.holds(search.load[z]));
    }
    assert_eq!(search.members.iter().map(Vec::len).sum::<usize>(), graph.len());
    assert_eq!(search.bad.len(), bad);
}

#[test]
fn zones_stay_connected_and_counted_after_every_move() {
    let problem = problem();
    let stop = Stop::new(&Silent, None);
    let mut search = Search::new(&problem, vec![0; problem.graph.len()], 1, stream(3, &[]));
    check(&search);
    for _ in 0..400 {
        search.limit = search.moves + 1;
        search.shake(&stop);
        check(&search);
    }
    search.limit = u64::MAX;
    for _ in 0..200 {
        search.polish(1, (0.5, 0.1), &stop);
        check(&search);
    }
}

#[test]
fn polishing_never_makes_a_plan_worse() {
    let problem = problem();
    let stop = Stop::new(&Silent, None);
    let mut search = Search::new(&problem, vec![0; problem.graph.len()], 1, stream(4, &[]));
    search.repair(0, &stop);
    assert_eq!(search.bad.len(), 0);
    let before = search.total();
    search.polish(3000, (1.0, 0.02), &stop);
    assert!(search.total() <= before);
    assert_eq!(search.bad.len(), 0);
}
