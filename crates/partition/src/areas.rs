//! 按小区分组 Grids that are compounds: which areas become one, and who takes the land between them.
//!
//! 1. An area becomes a grid of its own if zones of the finest level add up to its load exactly; all others dissolve,
//!    so that a map with hundreds of tiny areas does not give hundreds of tiny grids.
//! 2. Parts of an area that do not touch are joined over land where nobody counts, if there is such land between them.
//! 3. A market, office, school, park or the like where fewer count than the smallest zone holds becomes a grid of its own if
//!    the rules say so, unless that would leave land around it cut off that then could not be divided.
//! 4. Land outside all these grids: pieces without load go to the grid they share the longest and easiest border with;
//!    pieces whose load cannot stand alone join a neighbour, if that helps; the rest is grouped by the band.

use crate::graph::NONE;
use crate::ground::Ground;
use crate::level::LevelSums;
use lifang_model::{AreaKind, Compound, Polygon, SpecialRules};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

mod pool;
use pool::Pool;

/// A grid made of an area.
#[derive(Clone, Debug)]
pub(crate) struct AreaZone {
    /// Row of the compound.
    pub area: u32,
    /// Its atoms, sorted.
    pub atoms: Vec<u32>,
    /// Whether it is one by its kind, not by who counts there.
    pub special: bool,
}

/// What the areas of a region come to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Areas {
    /// Grids that are areas.
    pub zones: Vec<AreaZone>,
    /// Connected pieces to be grouped by the band; each sorted.
    pub rest: Vec<Vec<u32>>,
    /// Atoms without load that touch nothing.
    pub lost: Vec<u32>,
}

/// Owner of an atom while areas are sorted out: a row of `zones`, [`POOL`] or [`NONE`] outside the region.
const POOL: u32 = u32::MAX - 1;

/// Sorts out the areas of a region. `finest` says which loads can be divided; `band` is that of leftover grids.
pub(crate) fn areas(
    ground: &Ground,
    compounds: &[Compound],
    region: &[u32],
    finest: Option<&LevelSums>,
    band: Option<&LevelSums>,
    rules: &SpecialRules,
) -> Areas {
    let mut owner = vec![NONE; ground.graph.len()];
    let mut of: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for &v in region {
        owner[v as usize] = POOL;
        let area = ground.graph.area[v as usize];
        if (area as usize) < compounds.len() {
            of.entry(area).or_default().push(v);
        }
    }
    let stands = |load: u64| match finest {
        Some(finest) => finest.sums.can_tile(u64::from(finest.scale.one(load))),
        None => load > 0,
    };
    let mut zones: Vec<u32> = Vec::new();
    for (&area, atoms) in &of {
        if stands(ground.total(atoms)) {
            let name = zones.len() as u32;
            let taken = connect(ground, atoms, &owner);
            if stands(ground.total(&taken)) {
                for &v in &taken {
                    owner[v as usize] = name;
                }
                zones.push(area);
            }
        }
    }
    let standing = zones.len();
    let least = finest.map_or(1, |finest| u64::from(finest.band.min) * 1000);
    let mut pool = Pool::new(ground, |v| owner[v as usize] == POOL);
    for (&area, atoms) in &of {
        let compound = &compounds[area as usize];
        let land: f64 = compound.outline.iter().map(Polygon::area_m2).sum();
        let wanted = rules.own.contains(&compound.kind) && land >= f64::from(rules.min_area_m2);
        if wanted && zones[..standing].binary_search(&area).is_err() && ground.total(atoms) < least {
            let taken = connect(ground, atoms, &owner);
            if !taken.is_empty()
                && ground.total(&taken) == ground.total(atoms)
                && pool.take(ground, &taken, stands)
            {
                for &v in &taken {
                    owner[v as usize] = zones.len() as u32;
                }
                zones.push(area);
            }
        }
    }
    let kind = |zone: u32| compounds[zones[zone as usize] as usize].kind;
    let mut load = vec![0u64; zones.len()];
    for &v in region {
        if let Some(load) = load.get_mut(owner[v as usize] as usize) {
            *load += ground.milli[v as usize];
        }
    }
    let pieces = ground.graph.components(|v| owner[v as usize] == POOL);
    let mut done = Areas::default();
    for piece in pieces {
        let own = ground.total(&piece);
        if own == 0 {
            done.lost.extend(spread(ground, piece, &mut owner));
            continue;
        }
        let mut borders = borders(ground, &piece, &owner);
        // Nobody's home goes to a market or a park.
        borders.retain(|&zone, _| (zone as usize) < standing);
        match host(own, &borders, &load, stands, band, kind) {
            Some(zone) => {
                load[zone as usize] += own;
                for &v in &piece {
                    owner[v as usize] = zone;
                }
            }
            None => done.rest.push(piece),
        }
    }
    done.zones = zones
        .iter()
        .enumerate()
        .map(|(row, &area)| AreaZone { area, atoms: Vec::new(), special: row >= standing })
        .collect();
    for &v in region {
        if let Some(zone) = done.zones.get_mut(owner[v as usize] as usize) {
            zone.atoms.push(v);
        }
    }
    done
}

/// Gives land without load to the zones around it, each atom to the one it shares the longest and easiest border with,
/// from the edges inwards, so that a strip between many areas is divided among them. Returns what touches no zone.
fn spread(ground: &Ground, mut left: Vec<u32>, owner: &mut [u32]) -> Vec<u32> {
    while !left.is_empty() {
        let wave: Vec<(u32, u32)> = left
            .iter()
            .filter_map(|&v| {
                let best = borders(ground, &[v], owner).into_iter();
                best.max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0))).map(|(zone, _)| (v, zone))
            })
            .collect();
        if wave.is_empty() {
            break;
        }
        for (v, zone) in wave {
            owner[v as usize] = zone;
        }
        left.retain(|&v| owner[v as usize] == POOL);
    }
    left
}

/// The zone a leftover piece with load joins; `None` if it is better off alone.
fn host(
    own: u64,
    borders: &BTreeMap<u32, f32>,
    load: &[u64],
    stands: impl Fn(u64) -> bool,
    band: Option<&LevelSums>,
    kind: impl Fn(u32) -> AreaKind,
) -> Option<u32> {
    let small = band.is_none_or(|band| own < u64::from(band.band.min) * 1000);
    if stands(own) && (band.is_none() || !small) {
        return None;
    }
    // Prefer a neighbour that can take the piece and still be divided, residential first, then the longest border.
    let best = borders
        .iter()
        .filter(|&(&zone, _)| stands(load[zone as usize] + own))
        .max_by(|a, b| {
            let homes = |zone: u32| kind(zone) == AreaKind::Residential;
            homes(*a.0).cmp(&homes(*b.0)).then(a.1.total_cmp(b.1)).then(b.0.cmp(a.0))
        })
        .map(|(&zone, _)| zone);
    if best.is_some() || stands(own) || !small {
        return best;
    }
    // It stands neither alone nor with anyone. A handful of homes is no grid: they go to the largest residential
    // neighbour, where they are felt least.
    borders
        .keys()
        .copied()
        .filter(|&zone| kind(zone) == AreaKind::Residential)
        .max_by_key(|&zone| (load[zone as usize], std::cmp::Reverse(zone)))
        .filter(|&zone| load[zone as usize] > 4 * own)
}

/// The atoms of an area that hang together: the piece with most load, others that unclaimed land without load joins to
/// it, and that land.
fn connect(ground: &Ground, atoms: &[u32], owner: &[u32]) -> Vec<u32> {
    let mine: BTreeSet<u32> = atoms.iter().copied().collect();
    let graph = &ground.graph;
    let free = |v: u32| {
        owner[v as usize] == POOL
            && (mine.contains(&v) || (ground.milli[v as usize] == 0 && graph.area[v as usize] == NONE))
    };
    // From the heaviest piece, everything within reach; paths over land are kept, other land is not.
    let Some(root) = heaviest(ground, &mine) else { return Vec::new() };
    let mut taken: BTreeMap<u32, u32> = BTreeMap::new();
    let mut from: BTreeMap<u32, u32> = BTreeMap::from([(root, root)]);
    let mut queue = VecDeque::from([root]);
    taken.insert(root, root);
    let mut missing = mine.iter().filter(|&&v| v != root && free(v)).count();
    while missing > 0
        && let Some(v) = queue.pop_front()
    {
        for &w in graph.near(v) {
            if from.contains_key(&w) || !free(w) {
                continue;
            }
            from.insert(w, v);
            if mine.contains(&w) {
                missing -= 1;
                queue.push_front(w);
                let mut at = w;
                while taken.insert(at, at).is_none() {
                    at = from[&at];
                }
            } else {
                queue.push_back(w);
            }
        }
    }
    taken.into_keys().collect()
}

/// The first atom of the connected piece with most load.
fn heaviest(ground: &Ground, mine: &BTreeSet<u32>) -> Option<u32> {
    let mut seen = BTreeSet::new();
    let mut best: Option<(u64, u32)> = None;
    for &first in mine {
        if !seen.insert(first) {
            continue;
        }
        let mut load = 0;
        let mut stack = vec![first];
        while let Some(v) = stack.pop() {
            load += ground.milli[v as usize];
            stack.extend(ground.graph.near(v).iter().filter(|&w| mine.contains(w) && seen.insert(*w)));
        }
        if best.is_none_or(|best| load > best.0) {
            best = Some((load, first));
        }
    }
    best.map(|(_, first)| first)
}

/// Length of the border with each zone, metres, barriers counted against it.
fn borders(ground: &Ground, piece: &[u32], owner: &[u32]) -> BTreeMap<u32, f32> {
    let graph = &ground.graph;
    let mut borders = BTreeMap::new();
    for &v in piece {
        for arc in graph.arcs(v) {
            let zone = owner[graph.to[arc] as usize];
            if zone < POOL {
                let ease = graph.shared[arc].max(0.1) / (1.0 + graph.barrier[arc]);
                *borders.entry(zone).or_insert(0.0) += ease;
            }
        }
    }
    borders
}
