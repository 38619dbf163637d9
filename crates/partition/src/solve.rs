//! 求解 From a problem to a labelling: a start for every component, then rounds of search on disjoint blocks.
//!
//! # Determinism
//! Every component and every block has its own random stream, named by (seed, component, round, block), and blocks are
//! merged in their fixed order. The result depends on the input, the seed and the number of moves alone: not on the
//! number of threads, and on the clock only if a limit in seconds cuts the work short.

use crate::count::{Piece, adjust, share};
use crate::cover;
use crate::dp::{Dp, Tree};
use crate::problem::Problem;
use crate::region::{Grain, Region};
use crate::search::{Search, dense};
use crate::stop::Stop;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

/// Blocks of about this many zones are searched at a time: small enough for the processor's cache.
const BLOCK_ZONES: usize = 64;

/// Starts of a small problem, as long as zones stay out of band.
const STARTS: u64 = 3;

/// Moves for each zone of the annealings of the soft terms, one after the other. A larger budget goes on with longer ones.
const POLISH: [u64; 3] = [10, 30, 80];

/// Moves for each zone that level loads where the number of zones is given, rounds of them on large problems, their heat,
/// and the name of the first round's random stream.
const LEVEL_MOVES: u64 = 60;
const LEVEL_ROUNDS: u64 = 6;
const LEVEL_HEAT: (f32, f32) = (4.0, 0.05);
const LEVEL_STREAM: u64 = 1 << 32;

/// 预算 How many moves to make.
#[derive(Copy, Clone, Debug, Default, PartialEq)]
pub(crate) struct Budget {
    /// Moves for each zone; `None`: until nothing more is out of band or comes in, and the usual soft terms' share.
    pub each: Option<u64>,
}

impl Budget {
    /// Moves for a connected problem.
    fn limit(self, problem: &Problem, total: u64) -> u64 {
        let zones = (total / problem.target.max(1.0) as u64).max(1);
        self.each.map_or(u64::MAX, |each| each.saturating_mul(zones).max(1))
    }

    /// Moves for each zone of an annealing of the soft terms; `None` when there were enough.
    fn polish(self, cycle: usize) -> Option<u64> {
        match POLISH.get(cycle) {
            Some(&moves) => Some(moves),
            None => self.each.map(|_| POLISH[POLISH.len() - 1] << (cycle - POLISH.len() + 1).min(20)),
        }
    }
}

/// What came out.
#[derive(Clone, Debug, Default)]
pub(crate) struct Solution {
    /// Zone of each atom, from 0.
    pub label: Vec<u32>,
    /// Number of zones.
    pub zones: u32,
    /// Moves made.
    pub moves: u64,
    /// How often each atom was out of band while zones were brought in, for rounds to come; empty for none.
    stays: Vec<u32>,
}

/// A random stream of its own for each name.
pub(crate) fn stream(seed: u64, name: &[u64]) -> ChaCha8Rng {
    // SplitMix64 over the parts, so that neighbouring names give unrelated streams.
    let mut state = seed;
    for &part in name {
        state = state.wrapping_add(part).wrapping_add(0x9e37_79b9_7f4a_7c15);
        state = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        state = (state ^ (state >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        state ^= state >> 31;
    }
    ChaCha8Rng::seed_from_u64(state)
}

/// Partitions every component of the problem.
pub(crate) fn solve(problem: &Problem, seed: u64, budget: Budget, stop: &Stop) -> Solution {
    let components = problem.graph.components(|_| true);
    let counts = problem.count.map(|count| {
        let ends = (problem.sums.lowest(), u64::from(problem.sums.upper()));
        let pieces = components.iter().map(|atoms| Piece::new(problem.graph.total(atoms), atoms.len(), ends));
        share(count, &pieces.collect::<Vec<_>>())
    });
    let parts: Vec<Solution> = components
        .par_iter()
        .enumerate()
        .map(|(i, atoms)| {
            let seed = stream(seed, &[i as u64]).random();
            if components.len() == 1 {
                component(problem, seed, budget, stop)
            } else {
                let mut part = problem.part(atoms);
                part.count = counts.as_ref().map(|counts| counts[i]);
                component(&part, seed, budget, stop)
            }
        })
        .collect();
    let mut whole = Solution { label: vec![0; problem.graph.len()], ..Solution::default() };
    for (atoms, part) in components.iter().zip(parts) {
        for (&v, z) in atoms.iter().zip(part.label) {
            whole.label[v as usize] = whole.zones + z;
        }
        whole.zones += part.zones;
        whole.moves += part.moves;
    }
    whole
}

/// Partitions a connected problem. Where the number of zones is given and so many cannot be in the band, they are made as even
/// as can be instead.
fn component(problem: &Problem, seed: u64, budget: Budget, stop: &Stop) -> Solution {
    let n = problem.graph.len();
    let total: u64 = problem.graph.load.iter().map(|&load| u64::from(load)).sum();
    if n < 2 || (total == 0 && problem.count.is_none_or(|count| count < 2)) {
        return Solution { label: vec![0; n], zones: 1, ..Solution::default() };
    }
    let levelled = problem.count.map(|count| problem.levelled(count));
    let level = levelled.as_ref();
    let problem = match (problem.count, level) {
        (Some(count), Some(level)) if !problem.fits(count, total) => level,
        _ => problem,
    };
    let (label, zones) = start(problem, level, &mut stream(seed, &[0]), stop);
    let limit = budget.limit(problem, total);
    if zones as usize > BLOCK_ZONES * 3 {
        let mut plan = Solution { label, zones, moves: 1, stays: vec![0; n] };
        if let Some(level) = level {
            for round in 0..LEVEL_ROUNDS {
                let heat =
                    LEVEL_HEAT.0 * (LEVEL_HEAT.1 / LEVEL_HEAT.0).powf(round as f32 / LEVEL_ROUNDS as f32);
                let work = Work::Polish(LEVEL_MOVES / LEVEL_ROUNDS, (heat, heat));
                sweep(level, &mut plan, seed, LEVEL_STREAM + round, work, stop);
            }
        }
        return rounds(problem, plan, seed, budget, limit, stop);
    }
    let mut search = Search::new(problem, label, zones, stream(seed, &[1]));
    (search.moves, search.limit) = (1, limit);
    // Where the arithmetic rules out that all zones fit, one miss is the best there is.
    let enough = usize::from((0..n as u32).all(|v| !problem.oversize(v)) && !problem.sums.can_tile(total));
    search.repair(enough, stop);
    for attempt in 1..STARTS {
        if search.bad() <= enough || search.moves >= limit || stop.asked() {
            break;
        }
        // What one start could not reach another may.
        let mut rng = stream(seed, &[1, attempt]);
        let (label, zones) = start(problem, level, &mut rng, stop);
        let mut other = Search::new(problem, label, zones, rng);
        (other.moves, other.limit) = (search.moves, limit);
        other.repair(enough, stop);
        search.moves = other.moves;
        if other.bad() < search.bad() {
            search = other;
        }
    }
    search.settle(stop);
    let mut cycle = 0;
    while let Some(moves) = budget.polish(cycle) {
        let moves = moves * search.zones() as u64;
        if stop.asked() || moves > limit.saturating_sub(search.moves) {
            break;
        }
        search.polish(moves, HEAT, stop);
        cycle += 1;
    }
    let (label, zones) = search.dense();
    Solution { label, zones, moves: search.moves, stays: Vec::new() }
}

/// Where every search starts: one exact cut; where the number of zones is given, brought to it and levelled.
fn start(
    problem: &Problem,
    level: Option<&Problem>,
    rng: &mut ChaCha8Rng,
    stop: &Stop<'_>,
) -> (Vec<u32>, u32) {
    let (label, zones) = cut(problem, rng);
    let (Some(level), Some(count)) = (level, problem.count) else { return (label, zones) };
    let (label, zones) = adjust(problem, &label, count, rng);
    if zones as usize > BLOCK_ZONES * 3 {
        return (label, zones);
    }
    let mut search = Search::new(level, label, zones, rng.clone());
    search.polish(LEVEL_MOVES * u64::from(zones), LEVEL_HEAT, stop);
    search.dense()
}

/// One exact cut of one random spanning tree over everything; the best of a few on small problems.
fn cut(problem: &Problem, rng: &mut ChaCha8Rng) -> (Vec<u32>, u32) {
    let (mut region, mut tree, mut dp) = (Region::default(), Tree::default(), Dp::default());
    region.atoms.extend(0..problem.graph.len() as u32);
    region.close(&problem.graph);
    let tries = if problem.graph.len() < 2000 { 4 } else { 1 };
    let mut best: Option<(f32, Vec<u32>, u32)> = None;
    let mut part = Vec::new();
    for attempt in 0..tries {
        let grain = if attempt % 2 == 0 { Grain::Building } else { Grain::Atom };
        if !region.tree(problem, grain, 1.0, false, rng, &mut tree) {
            continue;
        }
        let (parts, cost) = dp.solve(&tree, &problem.sums, &mut part);
        if best.as_ref().is_none_or(|best| cost < best.0) {
            let label = region.place.iter().map(|&place| part[place as usize]).collect();
            best = Some((cost, label, parts));
        }
    }
    best.map_or_else(|| (vec![0; problem.graph.len()], 1), |(_, label, zones)| (label, zones))
}

/// Heat of an annealing of the soft terms at its start and end.
const HEAT: (f32, f32) = (1.0, 0.02);

/// What a round does with each block.
#[derive(Copy, Clone)]
enum Work {
    /// Brings zones into the band.
    Repair,
    /// Brings what is left nearer to the band.
    Settle,
    /// Moves for each zone, and the heat at the start and end.
    Polish(u64, (f32, f32)),
}

/// Searches a large component block by block, the blocks cut differently in every round. Rounds are done whole, and none
/// is begun once `limit` moves are made: so a larger limit only adds rounds, and the best so far is kept.
fn rounds(
    problem: &Problem,
    mut plan: Solution,
    seed: u64,
    budget: Budget,
    limit: u64,
    stop: &Stop,
) -> Solution {
    /// Moves of repair for each zone at most; more for every doubling beyond so many zones, where a round brings in ever fewer of the
    /// whole; and rounds without progress after which repair ends.
    const REPAIR: u64 = 720;
    const MORE: u64 = 160;
    const LARGE: u64 = 2000;
    const PATIENCE: u64 = 100;
    /// Rounds of one annealing, and the name of the first one's random stream.
    const COOL: u64 = 5;
    const LATER: u64 = 1 << 24;
    let zones = u64::from(plan.zones);
    let doublings = u64::from((zones / LARGE).max(1).ilog2());
    let most = limit.min((REPAIR + MORE * doublings) * zones);
    let mut best = (u32::MAX, 0, plan.clone());
    for round in 0..LATER {
        let misses = misses(problem, &plan);
        if misses < best.0 {
            best = (misses, round, plan.clone());
        }
        if misses == 0 || round > best.1 + PATIENCE || plan.moves >= most || stop.asked() {
            break;
        }
        sweep(problem, &mut plan, seed, round, Work::Repair, stop);
    }
    if misses(problem, &plan) >= best.0 {
        plan = Solution { moves: plan.moves, ..best.2 };
    }
    let mut round = LATER;
    let mut next = |plan: &mut Solution, work: Work| {
        if plan.moves < limit {
            sweep(problem, plan, seed, round, work, stop);
            round += 1;
        }
    };
    next(&mut plan, Work::Settle);
    let mut cycle = 0;
    while let Some(moves) = budget.polish(cycle).filter(|_| plan.moves < limit && !stop.asked()) {
        for part in 0..COOL {
            let heat = |at: u64| HEAT.0 * (HEAT.1 / HEAT.0).powf(at as f32 / COOL as f32);
            next(&mut plan, Work::Polish(moves.div_ceil(COOL), (heat(part), heat(part + 1))));
        }
        cycle += 1;
    }
    plan
}

/// Zones out of band that hold no oversize atom; one so large that it would better be several counts as several.
fn misses(problem: &Problem, plan: &Solution) -> u32 {
    let mut zone = vec![(0u64, false); plan.zones as usize];
    for (v, &z) in plan.label.iter().enumerate() {
        let zone = &mut zone[z as usize];
        zone.0 += u64::from(problem.graph.load[v]);
        zone.1 |= problem.oversize(v as u32);
    }
    let out = zone.iter().filter(|&&(load, oversize)| !oversize && !problem.sums.holds(load));
    out.map(|&(load, _)| cover::misses(load, 0, problem.sums.upper())).sum()
}

/// One round over all blocks.
fn sweep(problem: &Problem, plan: &mut Solution, seed: u64, round: u64, work: Work, stop: &Stop) {
    if stop.asked() {
        return;
    }
    let blocks = blocks(problem, plan, &mut stream(seed, &[2, round]));
    let done: Vec<Option<Solution>> = blocks
        .par_iter()
        .enumerate()
        .map(|(i, atoms)| block(problem, plan, atoms, stream(seed, &[3, round, i as u64]), work, stop))
        .collect();
    let mut next = plan.zones;
    for (atoms, part) in blocks.iter().zip(done) {
        let Some(part) = part else { continue };
        for ((&v, &z), &stays) in atoms.iter().zip(&part.label).zip(&part.stays) {
            plan.label[v as usize] = next + z;
            plan.stays[v as usize] = stays;
        }
        next += part.zones;
        plan.moves += part.moves;
    }
    (plan.label, plan.zones) = dense(&plan.label);
}

/// Searches one block; `None` if there is nothing to do in it.
fn block(
    problem: &Problem,
    plan: &Solution,
    atoms: &[u32],
    rng: ChaCha8Rng,
    work: Work,
    stop: &Stop,
) -> Option<Solution> {
    let label: Vec<u32> = atoms.iter().map(|&v| plan.label[v as usize]).collect();
    if matches!(work, Work::Repair) && !has_bad(problem, atoms, &label) {
        return None;
    }
    let part = problem.part(atoms);
    let (label, zones) = dense(&label);
    let mut search = Search::new(&part, label, zones, rng);
    search.stays = atoms.iter().map(|&v| plan.stays[v as usize]).collect();
    match work {
        Work::Repair => search.shake(stop),
        Work::Settle => search.settle(stop),
        Work::Polish(moves, heat) => search.polish(moves * search.zones() as u64, heat, stop),
    }
    let (label, zones) = search.dense();
    Some(Solution { label, zones, moves: search.moves, stays: search.stays })
}

/// Whether a block has a zone out of band that holds no oversize atom.
fn has_bad(problem: &Problem, atoms: &[u32], label: &[u32]) -> bool {
    let mut load = std::collections::BTreeMap::new();
    for (&v, &z) in atoms.iter().zip(label) {
        let zone = load.entry(z).or_insert((0u64, false));
        zone.0 += u64::from(problem.graph.load[v as usize]);
        zone.1 |= problem.oversize(v);
    }
    load.values().any(|&(load, oversize)| !oversize && !problem.sums.holds(load))
}

/// Cuts the zones into blocks of neighbours by halving along the longer side, in axes turned by a random angle.
fn blocks(problem: &Problem, plan: &Solution, rng: &mut ChaCha8Rng) -> Vec<Vec<u32>> {
    let (sin, cos) = (rng.random::<f32>() * std::f32::consts::TAU).sin_cos();
    let size = BLOCK_ZONES * 3 / 4 + rng.random_range(0..BLOCK_ZONES / 2);
    let mut centre = vec![(0.0f64, 0.0f64, 0.0f64); plan.zones as usize];
    for (&z, &(x, y)) in plan.label.iter().zip(&problem.graph.at) {
        let sum = &mut centre[z as usize];
        sum.0 += f64::from(x * cos - y * sin);
        sum.1 += f64::from(x * sin + y * cos);
        sum.2 += 1.0;
    }
    let centre: Vec<(f64, f64)> = centre.into_iter().map(|(x, y, n)| (x / n, y / n)).collect();
    let mut of = vec![0u32; plan.zones as usize];
    let mut count = 0;
    let mut stack = vec![(0..plan.zones).collect::<Vec<u32>>()];
    while let Some(mut zones) = stack.pop() {
        if zones.len() <= size {
            for &z in &zones {
                of[z as usize] = count;
            }
            count += 1;
            continue;
        }
        let span = |axis: fn(&(f64, f64)) -> f64| {
            let values = zones.iter().map(|&z| axis(&centre[z as usize]));
            values.clone().fold(f64::MIN, f64::max) - values.fold(f64::MAX, f64::min)
        };
        let wide = span(|c| c.0) >= span(|c| c.1);
        let key = |z: u32| if wide { centre[z as usize].0 } else { centre[z as usize].1 };
        zones.sort_by(|&a, &b| key(a).total_cmp(&key(b)).then(a.cmp(&b)));
        let rest = zones.split_off(zones.len() / 2);
        stack.push(rest);
        stack.push(zones);
    }
    let mut blocks = vec![Vec::new(); count as usize];
    for (v, &z) in plan.label.iter().enumerate() {
        blocks[of[z as usize] as usize].push(v as u32);
    }
    blocks
}
