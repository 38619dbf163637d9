use super::{NearestSearch, PlainGraph, Search};
use crate::NetworkError;
use proptest::prelude::*;
use std::path::Path;

/// The slow, obvious answer: relax every edge until nothing improves.
fn bellman_ford(nodes: u32, edges: &[(u32, u32, f64)], source: u32) -> Vec<f64> {
    let mut distance = vec![f64::INFINITY; nodes as usize];
    distance[source as usize] = 0.0;
    loop {
        let before = distance.clone();
        for &(a, b, length) in edges {
            for (u, v) in [(a as usize, b as usize), (b as usize, a as usize)] {
                distance[v] = distance[v].min(distance[u] + length);
            }
        }
        if before == distance {
            return distance;
        }
    }
}

fn bounded(graph: &PlainGraph, source: u32, cutoff: f64) -> Vec<(u32, f64)> {
    let mut found = graph.bounded(source, cutoff, &mut Search::default()).to_vec();
    found.sort_by_key(|&(node, _)| node);
    found
}

/// Sparse graphs, so that chains, rings, dead ends and lone nodes occur.
fn graphs() -> impl Strategy<Value = (u32, Vec<(u32, u32, f64)>)> {
    (1u32..40).prop_flat_map(|nodes| {
        let edge = (0..nodes, 0..nodes, 0u32..5000).prop_map(|(a, b, mm)| (a, b, f64::from(mm) * 0.001));
        let path = Just((1..nodes).map(|b| (b - 1, b, f64::from(b % 7) + 0.1)).collect::<Vec<_>>());
        let count = nodes as usize;
        (
            Just(nodes),
            prop_oneof![
                proptest::collection::vec(edge.clone(), 0..count + 4),
                (path, proptest::collection::vec(edge, 0..5)).prop_map(|(mut path, more)| {
                    path.extend(more);
                    path
                })
            ],
        )
    })
}

proptest! {
    #[test]
    fn a_bounded_search_finds_exactly_what_the_slow_one_finds(
        (nodes, edges) in graphs(), source in 0u32..40, cutoff in prop_oneof![Just(f64::INFINITY), 0.0f64..20.0],
    ) {
        let source = source % nodes;
        let graph = PlainGraph::from_edges(nodes, &edges).unwrap();
        let slow: Vec<_> = (0..nodes).zip(bellman_ford(nodes, &edges, source))
            .filter(|&(_, d)| d <= cutoff && d.is_finite()).collect();
        prop_assert_eq!(bounded(&graph, source, cutoff), slow);
    }

    #[test]
    fn the_nearest_source_is_the_nearest_of_all_and_the_first_of_equals(
        (nodes, edges) in graphs(), sources in proptest::collection::vec(0u32..40, 1..5), cutoff in 0.0f64..30.0,
    ) {
        let sources: Vec<u32> = sources.into_iter().map(|s| s % nodes).collect();
        let graph = PlainGraph::from_edges(nodes, &edges).unwrap();
        let fields: Vec<_> = sources.iter().map(|&s| bellman_ford(nodes, &edges, s)).collect();
        let slow: Vec<_> = (0..nodes).filter_map(|node| {
            let (d, s) = (0u32..).zip(&fields).map(|(s, f)| (f[node as usize], s))
                .min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)))?;
            (d <= cutoff).then_some((node, (d, s)))
        }).collect();
        let mut found = graph.nearest(&sources, cutoff, &mut NearestSearch::default()).to_vec();
        found.sort_by_key(|&(node, _)| node);
        prop_assert_eq!(found, slow);
    }

    #[test]
    fn the_order_of_edges_and_the_memory_used_before_change_nothing((nodes, edges) in graphs(), source in 0u32..40) {
        let source = source % nodes;
        let mut turned: Vec<_> = edges.iter().rev().map(|&(a, b, l)| (b, a, l)).collect();
        turned.extend(edges.first().copied());
        let (one, two) = (PlainGraph::from_edges(nodes, &edges).unwrap(), PlainGraph::from_edges(nodes, &turned).unwrap());
        let mut search = Search::default();
        one.bounded(nodes - 1, 3.0, &mut search);
        let first = one.bounded(source, 9.0, &mut search).to_vec();
        prop_assert_eq!(&first, &one.bounded(source, 9.0, &mut Search::default()).to_vec());
        prop_assert_eq!(&first, &two.bounded(source, 9.0, &mut search).to_vec());
    }
}

#[test]
fn a_distance_equal_to_the_cutoff_is_within_it() {
    let graph = PlainGraph::from_edges(3, &[(0, 1, 500.0), (1, 2, 625.0)]).unwrap();
    assert_eq!(bounded(&graph, 0, 1125.0).len(), 3);
    assert_eq!(bounded(&graph, 0, 1124.999).len(), 2);
    assert!(bounded(&graph, 0, f64::NAN).is_empty());
}

#[test]
fn a_ring_without_a_junction_is_walked_both_ways() {
    let ring: Vec<_> = (0..10u32).map(|i| (i, (i + 1) % 10, 1.0)).collect();
    let graph = PlainGraph::from_edges(10, &ring).unwrap();
    assert_eq!(graph.junctions(), 1);
    assert_eq!(
        bounded(&graph, 3, 100.0).iter().map(|&(_, d)| d as u32).collect::<Vec<_>>(),
        [3, 2, 1, 0, 1, 2, 3, 4, 5, 4]
    );
}

#[test]
fn a_table_that_is_no_graph_is_refused() {
    let missing = PlainGraph::from_edges(2, &[(0, 2, 1.0)]).unwrap_err();
    assert_eq!(missing, NetworkError::NoSuchNode { row: 0, node: 2, nodes: 2 });
    for bad in [-1.0, f64::NAN, f64::INFINITY] {
        assert!(matches!(
            PlainGraph::from_edges(2, &[(0, 1, 1.0), (0, 1, bad)]),
            Err(NetworkError::BadLength { row: 1, .. })
        ));
    }
    let graph = PlainGraph::from_edges(2, &[]).unwrap();
    assert!(matches!(graph.reach(&[5], 1.0), Err(NetworkError::NoSuchSource { node: 5, nodes: 2 })));
    assert!(bounded(&graph, 5, 1.0).is_empty());
}

/// A column of numbers from a plain csv file with a header.
fn rows(path: &Path) -> Vec<Vec<f64>> {
    let text = std::fs::read_to_string(path).unwrap();
    text.lines()
        .skip(1)
        .map(|line| line.split(',').map(|cell| cell.parse().unwrap_or(f64::NAN)).collect())
        .collect()
}

#[test]
fn liechtenstein_is_reached_as_scipy_reaches_it() {
    let folder =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/peers/cases/reach-liechtenstein");
    if !folder.exists() {
        eprintln!("skipped: {} is not here", folder.display());
        return;
    }
    let edges: Vec<_> =
        rows(&folder.join("edges.csv")).iter().map(|r| (r[0] as u32, r[1] as u32, r[2])).collect();
    let nodes = rows(&folder.join("nodes.csv")).len() as u32;
    let sources: Vec<u32> = rows(&folder.join("facilities.csv")).iter().map(|r| r[1] as u32).collect();
    let began = std::time::Instant::now();
    let graph = PlainGraph::from_edges(nodes, &edges).unwrap();
    let built = began.elapsed();
    let mut search = Search::default();
    for &source in &sources {
        graph.bounded(source, 1125.0, &mut search);
    }
    let began = std::time::Instant::now();
    let mut pairs = 0;
    for &source in &sources {
        pairs += graph.bounded(source, 1125.0, &mut search).len();
    }
    let took = began.elapsed();
    eprintln!(
        "built in {built:?}; {} junctions; {pairs} pairs in {took:?}, {:.1} ns a pair",
        graph.junctions(),
        took.as_nanos() as f64 / pairs as f64
    );
    assert_eq!(pairs, 62_685, "the number of pairs scipy finds");
    let lists = graph.reach(&sources, 1125.0).unwrap();
    assert_eq!(lists.iter().map(Vec::len).sum::<usize>(), pairs);
}
