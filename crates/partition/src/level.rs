//! 单层划分 One level inside one parent: the allowed loads, and the solver on the parent's atoms.

use crate::error::PartitionError;
use crate::ground::Ground;
use crate::plain::Effort;
use crate::problem::Problem;
use crate::scale::Scale;
use crate::solve::{Solution, solve};
use crate::stop::Stop;
use crate::sums::Sums;
use lifang_model::{Band, LevelRules, Rules};

/// The loads zones of one level may have, in its own unit.
#[derive(Clone, Debug)]
pub(crate) struct LevelSums {
    pub scale: Scale,
    pub sums: Sums,
    pub band: Band,
}

/// The allowed loads of every level, coarse to fine; `None` where size does not matter.
///
/// A level is allowed the loads of its band that zones of the next finer banded level add up to.
///
/// # Errors
/// [`PartitionError::Band`] for an empty band.
pub(crate) fn level_sums(rules: &Rules, ground: &Ground) -> Result<Vec<Option<LevelSums>>, PartitionError> {
    let mut all: Vec<Option<LevelSums>> = Vec::new();
    let mut finer: Option<LevelSums> = None;
    for level in rules.levels.iter().rev() {
        let Some(band) = level.band else {
            all.push(None);
            continue;
        };
        let scale = Scale::new(&ground.milli, &[(&level.key, band)])?;
        let balance = rules.weights.balance;
        let mut sums = scale.band(band, balance);
        if let Some(finer) = finer.as_ref().filter(|finer| finer.scale == scale) {
            let (min, max) = scale.ends(band);
            let target = scale.target(band);
            if let Some(nested) = Sums::nested(&finer.sums, min, target, max, balance as f32) {
                sums = nested;
            }
        }
        let this = LevelSums { scale, sums, band };
        finer = Some(this.clone());
        all.push(Some(this));
    }
    all.reverse();
    Ok(all)
}

/// Divides some atoms, sorted, into zones, `count` of them if that is given; each zone is a sorted list of atoms. Also
/// returns the moves made.
pub(crate) fn divide(
    ground: &Ground,
    rules: &Rules,
    (sums, count): (&LevelSums, Option<u32>),
    atoms: &[u32],
    seed: u64,
    effort: &Effort,
    stop: &Stop<'_>,
) -> (Vec<Vec<u32>>, u64) {
    let mut graph = ground.graph.part(atoms);
    graph.load = atoms.iter().map(|&v| sums.scale.one(ground.milli[v as usize])).collect();
    let target = sums.scale.target(sums.band);
    let mut problem = Problem::new(graph, sums.sums.clone(), target, &rules.weights);
    problem.count = count;
    let all: u64 = ground.milli.iter().sum::<u64>() / 1000;
    let budget = effort.budget(all / u64::from(sums.band.target.max(1)));
    let Solution { label, zones, moves, .. } = solve(&problem, seed, budget, stop);
    let mut members = vec![Vec::new(); zones as usize];
    for (&v, z) in atoms.iter().zip(label) {
        members[z as usize].push(v);
    }
    (members, moves)
}

/// The finest level with a band, which decides what can be built at all.
pub(crate) fn finest<'a>(
    rules: &'a Rules,
    sums: &'a [Option<LevelSums>],
) -> Option<(&'a LevelRules, &'a LevelSums)> {
    rules.levels.iter().zip(sums).rev().find_map(|(level, sums)| sums.as_ref().map(|sums| (level, sums)))
}
