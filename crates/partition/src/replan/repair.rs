//! 修复 Some zones of a plan are solved anew where they are: nothing outside them moves, pins hold, and as few households
//! as will do change zone.

use super::attach::attach;
use super::board::Board;
use super::{Before, Work, arrive, mend};
use crate::error::PartitionError;
use crate::graph::NONE;
use crate::problem::Problem;
use crate::propose::Request;
use crate::stop::Stop;
use lifang_model::{Plan, Progress, ZoneIdx};
use std::collections::{BTreeMap, BTreeSet};

/// 修复结果 Where atoms of the finest level go.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Repaired {
    /// Atoms that leave their zone, by atom, with the zone they go to. Numbers from the count of zones of the plan on are
    /// new zones.
    pub moves: BTreeMap<u32, u32>,
    /// Ways to divide that were tried.
    pub cuts: u64,
}

/// 修复 Divides `free` zones of the finest level anew, so that fewer of them are out of band or in pieces.
///
/// A zone in pieces keeps its heaviest one, and what came off joins the free zones around it. Bands are mended as
/// [`super::replan`] does it, but only with free zones. Without a way to do better nothing moves.
///
/// # Errors
/// [`PartitionError`] if rules, links and plan make no sense together.
pub fn repair(
    request: &Request<'_>,
    plan: &Plan,
    free: &BTreeSet<ZoneIdx>,
    progress: &dyn Progress,
) -> Result<Repaired, PartitionError> {
    progress.stage("repair", None);
    let used = BTreeMap::new();
    let before = Before { plan, atoms: request.atoms, used: &used };
    let mut work = Work::new(request, before)?;
    let depth = work.finest();
    let is_free = |zone: u32| zone != NONE && free.contains(&ZoneIdx(zone));
    for (pinned, &zone) in work.pinned.iter_mut().zip(&work.label) {
        // Nobody's land is left alone too.
        *pinned |= !is_free(zone);
    }
    let home = work.label.clone();
    let mut label: Vec<u32> = home.iter().map(|&zone| if is_free(zone) { zone } else { NONE }).collect();
    let loose = arrive::loosen(&work.ground.graph, &work.ground.milli, &mut label, &work.pinned);
    // Pieces that touch no free zone stay with the zone they came off.
    for v in attach(&work.ground.graph, &mut label, loose) {
        label[v as usize] = home[v as usize];
    }
    for (now, &was) in label.iter_mut().zip(&home) {
        if *now == NONE {
            *now = was;
        }
    }
    let mut cuts = 0;
    if let Some(sums) = work.sums[depth].as_ref() {
        let stop = Stop::new(progress, request.effort.deadline());
        let mut graph = work.ground.graph.clone();
        graph.load = work.ground.milli.iter().map(|&load| sums.scale.one(load)).collect();
        graph.home.clone_from(&work.home[depth]);
        let bound = work.bound();
        let weights = &request.rules.weights;
        let problem = Problem::new(graph, sums.sums.clone(), sums.scale.target(sums.band), weights);
        let mut load = vec![0u64; work.parent[depth].len()];
        for (&zone, &milli) in label.iter().zip(&work.ground.milli) {
            if zone != NONE {
                load[zone as usize] += milli;
            }
        }
        let exempt = work.exempt(depth, &load);
        let parent = std::mem::take(&mut work.parent[depth]);
        let pinned = std::mem::take(&mut work.pinned);
        let mut board = Board::new(problem, label, parent, exempt, pinned, bound, work.change());
        cuts = mend::mend(&mut board, &[], request.seed, work.most(), &stop);
        label = board.label;
    }
    let moved = (0u32..).zip(label.iter().zip(&home)).filter(|(_, (now, was))| now != was);
    Ok(Repaired { moves: moved.map(|(v, (&now, _))| (v, now)).collect(), cuts })
}
