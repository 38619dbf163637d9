//! 自下而上 Nested levels as one problem: the finest zones first, then zones of zones.
//!
//! The finest band is the narrow one. Dividing coarse zones first, even into loads the finest band adds up to, leaves
//! too few atoms in each to meet it; dividing finely first leaves whole zones to be grouped, and the wide bands of
//! coarser levels are met easily.

use crate::graph::{Edge, Graph, NONE};
use crate::ground::Ground;
use crate::level::{LevelSums, divide};
use crate::plain::Effort;
use crate::problem::Problem;
use crate::solve::solve;
use crate::stop::Stop;
use lifang_model::Rules;
use std::collections::BTreeMap;

/// A zone of one level with the zones of the next finer one inside it.
#[derive(Clone, Debug)]
pub(crate) struct Nested {
    pub atoms: Vec<u32>,
    pub children: Vec<Nested>,
}

/// Divides some atoms for a level and all finer ones: `sums` and `counts` hold the levels from the coarse one on. Also
/// returns the moves made.
pub(crate) fn nest(
    ground: &Ground,
    rules: &Rules,
    (sums, counts): (&[Option<LevelSums>], &[Option<u32>]),
    atoms: &[u32],
    seed: u64,
    effort: &Effort,
    stop: &Stop<'_>,
) -> (Vec<Nested>, u64) {
    let (own, finer) = match sums.split_first() {
        Some((own, finer)) => (own.as_ref(), finer),
        None => return (Vec::new(), 0),
    };
    let (count, fewer) = counts.split_first().map_or((None, counts), |(&count, fewer)| (count, fewer));
    let Some(own) = own else {
        let (children, moves) = nest(ground, rules, (finer, fewer), atoms, seed, effort, stop);
        return (vec![Nested { atoms: atoms.to_vec(), children }], moves);
    };
    if finer.iter().all(Option::is_none) {
        let (zones, moves) = divide(ground, rules, (own, count), atoms, seed, effort, stop);
        return (zones.into_iter().map(|atoms| Nested { atoms, children: Vec::new() }).collect(), moves);
    }
    let (children, below) = nest(ground, rules, (finer, fewer), atoms, seed, effort, stop);
    let (groups, above) = group(ground, rules, (own, count), &children, seed, effort, stop);
    let zones = groups
        .into_iter()
        .map(|group| {
            let children: Vec<Nested> = group.iter().map(|&i| children[i as usize].clone()).collect();
            let mut atoms: Vec<u32> = children.iter().flat_map(|child| child.atoms.iter().copied()).collect();
            atoms.sort_unstable();
            Nested { atoms, children }
        })
        .collect();
    (zones, below + above)
}

/// Groups zones into zones of a coarser level, each connected.
fn group(
    ground: &Ground,
    rules: &Rules,
    (sums, count): (&LevelSums, Option<u32>),
    zones: &[Nested],
    seed: u64,
    effort: &Effort,
    stop: &Stop<'_>,
) -> (Vec<Vec<u32>>, u64) {
    let graph = quotient(ground, sums, zones);
    let target = sums.scale.target(sums.band);
    // Any load of the band will do here: the finer zones exist already.
    let any = sums.scale.band(sums.band, rules.weights.balance);
    let mut problem = Problem::new(graph, any, target, &rules.weights);
    problem.count = count.map(|count| count.min(zones.len() as u32));
    let total: u64 = zones.iter().map(|zone| ground.total(&zone.atoms)).sum::<u64>() / 1000;
    let budget = effort.budget(total / u64::from(sums.band.target.max(1)));
    let found = solve(&problem, seed ^ 0x6e65_7374, budget, stop);
    let mut groups = vec![Vec::new(); found.zones as usize];
    for (zone, label) in found.label.into_iter().enumerate() {
        groups[label as usize].push(zone as u32);
    }
    (groups, found.moves)
}

/// The graph of zones: loads summed, borders between two of them joined.
pub(crate) fn quotient(ground: &Ground, sums: &LevelSums, zones: &[Nested]) -> Graph {
    let whole = &ground.graph;
    let mut zone_of = vec![NONE; whole.len()];
    for (row, zone) in zones.iter().enumerate() {
        for &v in &zone.atoms {
            zone_of[v as usize] = row as u32;
        }
    }
    let mut borders: BTreeMap<(u32, u32), (f32, f32)> = BTreeMap::new();
    for v in zones.iter().flat_map(|zone| zone.atoms.iter().copied()) {
        for arc in whole.arcs(v) {
            let (a, b) = (zone_of[v as usize], zone_of[whole.to[arc] as usize]);
            if b != NONE && a < b {
                let border = borders.entry((a, b)).or_default();
                border.0 += whole.shared[arc];
                border.1 += whole.barrier[arc];
            }
        }
    }
    let edges: Vec<Edge> =
        borders.into_iter().map(|((a, b), (shared, barrier))| Edge { a, b, shared, barrier }).collect();
    let load = zones.iter().map(|zone| sums.scale.one(ground.total(&zone.atoms))).collect();
    let centre = |zone: &Nested| {
        let count = zone.atoms.len().max(1) as f32;
        let sum =
            zone.atoms.iter().map(|&v| whole.at[v as usize]).fold((0.0, 0.0), |s, p| (s.0 + p.0, s.1 + p.1));
        (sum.0 / count, sum.1 / count)
    };
    let mut graph = Graph::new(load, zones.iter().map(centre).collect(), &edges);
    for (row, zone) in zones.iter().enumerate() {
        let mut areas =
            zone.atoms.iter().filter(|&&v| ground.milli[v as usize] > 0).map(|&v| whole.area[v as usize]);
        let first = areas.next().unwrap_or(NONE);
        graph.area[row] = if areas.all(|area| area == first) { first } else { NONE };
    }
    graph
}
