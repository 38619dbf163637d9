//! The plain-table interface, on tables made here and on published cases when they are there.

use crate::support::{json, refused, shared, text};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};
use std::path::Path;

/// A grid of `side` x `side` atoms of 1 to 12 households.
fn grid_case(folder: &Path, side: u32) -> u64 {
    let mut atoms = String::from("id,x,y,households\n");
    let mut adjacency = String::from("a,b,shared_m\n");
    let mut total = 0;
    for row in 0..side {
        for column in 0..side {
            let id = row * side + column;
            let households = 1 + (id * 7 + row * 3) % 12;
            total += u64::from(households);
            atoms.push_str(&format!("{id},{},{},{households}\n", column * 20, row * 20));
            if column + 1 < side {
                adjacency.push_str(&format!("{id},{},20\n", id + 1));
            }
            if row + 1 < side {
                adjacency.push_str(&format!("{id},{},20\n", id + side));
            }
        }
    }
    std::fs::write(folder.join("atoms.csv"), atoms).unwrap();
    std::fs::write(folder.join("adjacency.csv"), adjacency).unwrap();
    total
}

fn rows(path: &Path) -> Vec<Vec<f64>> {
    let text = std::fs::read_to_string(path).unwrap();
    text.lines().skip(1).map(|line| line.split(',').map(|cell| cell.parse().unwrap()).collect()).collect()
}

/// Counts zones that are in the band and in one piece, by means of its own.
fn good_zones(folder: &Path, labels: &Path, households: usize, band: (f64, f64)) -> (usize, usize) {
    let loads: Vec<f64> =
        rows_by_name(&folder.join("atoms.csv"), &["households"]).into_iter().map(|r| r[0]).collect();
    let labels: Vec<i64> = rows(labels).into_iter().map(|row| row[1] as i64).collect();
    assert_eq!(labels.len(), households.max(loads.len()));
    let mut neighbours: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for row in rows_by_name(&folder.join("adjacency.csv"), &["a", "b"]) {
        let (a, b) = (row[0] as usize, row[1] as usize);
        if labels[a] == labels[b] {
            neighbours.entry(a).or_default().push(b);
            neighbours.entry(b).or_default().push(a);
        }
    }
    let mut zones: BTreeMap<i64, Vec<usize>> = BTreeMap::new();
    for (atom, &label) in labels.iter().enumerate() {
        zones.entry(label).or_default().push(atom);
    }
    let good = zones
        .values()
        .filter(|atoms| {
            let sum: f64 = atoms.iter().map(|&atom| loads[atom]).sum();
            let mut seen = BTreeSet::from([atoms[0]]);
            let mut stack = vec![atoms[0]];
            while let Some(atom) = stack.pop() {
                for &next in neighbours.get(&atom).into_iter().flatten() {
                    if seen.insert(next) {
                        stack.push(next);
                    }
                }
            }
            assert_eq!(seen.len(), atoms.len(), "a zone is in pieces");
            (band.0..=band.1).contains(&sum)
        })
        .count();
    (good, zones.len())
}

fn rows_by_name(path: &Path, names: &[&str]) -> Vec<Vec<f64>> {
    let text = std::fs::read_to_string(path).unwrap();
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().unwrap().split(',').collect();
    let at: Vec<usize> =
        names.iter().map(|name| header.iter().position(|column| column == name).unwrap()).collect();
    lines
        .map(|line| {
            let cells: Vec<&str> = line.split(',').collect();
            at.iter().map(|&column| cells[column].parse().unwrap()).collect()
        })
        .collect()
}

fn partition(folder: &Path, labels: &Path, seed: &str) -> serde_json::Value {
    json(&[
        "graph",
        "partition",
        "--atoms",
        text(&folder.join("atoms.csv")),
        "--adjacency",
        text(&folder.join("adjacency.csv")),
        "--band",
        "90",
        "100",
        "--seed",
        seed,
        "--out",
        text(labels),
    ])
}

#[test]
fn a_grid_of_small_atoms_is_wholly_in_the_band() {
    let folder = tempfile::tempdir().unwrap();
    let total = grid_case(folder.path(), 30);
    let labels = folder.path().join("labels.csv");
    let figures = partition(folder.path(), &labels, "1");
    assert_eq!(figures["households"].as_u64(), Some(total));
    let (good, zones) = good_zones(folder.path(), &labels, 900, (90.0, 100.0));
    assert_eq!(good, zones);
    assert_eq!(figures["zones"].as_u64(), Some(zones as u64));
    assert_eq!(figures["in_band"].as_u64(), Some(good as u64));
}

#[test]
fn the_same_seed_gives_the_same_labels_and_another_seed_others() {
    let folder = tempfile::tempdir().unwrap();
    grid_case(folder.path(), 20);
    let read = |name: &str, seed: &str| {
        let labels = folder.path().join(name);
        partition(folder.path(), &labels, seed);
        std::fs::read(&labels).unwrap()
    };
    let first = read("1.csv", "1");
    assert_eq!(first, read("2.csv", "1"));
    assert_ne!(first, read("3.csv", "2"));
}

#[test]
fn bad_cells_are_located() {
    let folder = tempfile::tempdir().unwrap();
    grid_case(folder.path(), 3);
    let path = folder.path().join("adjacency.csv");
    let good = std::fs::read_to_string(&path).unwrap();
    let (atoms, labels) = (folder.path().join("atoms.csv"), folder.path().join("labels.csv"));
    let args = [
        "graph",
        "partition",
        "--atoms",
        text(&atoms),
        "--adjacency",
        text(&path),
        "--band",
        "9",
        "10",
        "--out",
        text(&labels),
    ];
    std::fs::write(&path, good.replacen("0,1,20", "0,99,20", 1)).unwrap();
    let message = refused(&args);
    assert!(message.contains("adjacency.csv row 2 column \"b\""), "{message}");
    std::fs::write(&path, good.replacen("0,1,20", "0,x,20", 1)).unwrap();
    assert!(refused(&args).contains("\"x\""));
    assert!(!labels.exists());
}

#[test]
fn the_published_case_of_776_atoms_is_in_the_band() {
    let Some(case) = shared("peers/cases/u600") else { return };
    let folder = tempfile::tempdir().unwrap();
    let labels = folder.path().join("labels.csv");
    partition(&case, &labels, "1");
    let (good, zones) = good_zones(&case, &labels, 776, (90.0, 100.0));
    assert!(good * 100 >= zones * 95, "{good} of {zones}");
}

/// A textbook Dijkstra over the tables, slow and obvious.
fn dijkstra(edges: &[Vec<f64>], nodes: usize, source: usize, cutoff: f64) -> BTreeMap<usize, f64> {
    let mut neighbours = vec![Vec::new(); nodes];
    for edge in edges {
        neighbours[edge[0] as usize].push((edge[1] as usize, edge[2]));
        neighbours[edge[1] as usize].push((edge[0] as usize, edge[2]));
    }
    let mut best: BTreeMap<usize, f64> = BTreeMap::new();
    let mut heap = BinaryHeap::from([Reverse((0u64, source))]);
    while let Some(Reverse((bits, node))) = heap.pop() {
        let distance = f64::from_bits(bits);
        if best.contains_key(&node) {
            continue;
        }
        best.insert(node, distance);
        for &(next, length) in &neighbours[node] {
            // Positive floats order like their bits.
            if distance + length <= cutoff && !best.contains_key(&next) {
                heap.push(Reverse(((distance + length).to_bits(), next)));
            }
        }
    }
    best
}

#[test]
fn reach_gives_what_a_textbook_search_gives() {
    let Some(case) = shared("peers/cases/reach-liechtenstein") else { return };
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("reach.csv");
    let (nodes, edges, facilities) =
        (case.join("nodes.csv"), case.join("edges.csv"), case.join("facilities.csv"));
    let figures = json(&[
        "graph",
        "reach",
        "--nodes",
        text(&nodes),
        "--edges",
        text(&edges),
        "--facilities",
        text(&facilities),
        "--cutoff",
        "1125",
        "--out",
        text(&out),
    ]);
    assert_eq!(figures["pairs"], 62_685, "the number of pairs scipy finds");
    let mut ours: BTreeMap<usize, BTreeMap<usize, f64>> = BTreeMap::new();
    for row in rows(&out) {
        ours.entry(row[0] as usize).or_default().insert(row[1] as usize, row[2]);
    }
    let edge_rows = rows(&edges);
    let count = rows_by_name(&nodes, &["id"]).len();
    for facility in rows_by_name(&facilities, &["id", "node"]).iter().step_by(10) {
        let expected = dijkstra(&edge_rows, count, facility[1] as usize, 1125.0);
        let found = &ours[&(facility[0] as usize)];
        assert_eq!(expected.len(), found.len());
        for (node, metres) in expected {
            assert!((found[&node] - metres).abs() < 1e-6, "node {node}: {} and {metres}", found[&node]);
        }
    }
}
