//! 容量中心 p-center with room: as many served as so many sites can take, and of all such ways the one whose longest walk is shortest.

use super::models::told_of;
use super::search::below;
use super::{Capped, RoomAnswer};
use crate::tree::Outcome;
use crate::{CostMatrix, Effort};
use std::time::Instant;

/// Halves the radius: who cannot be served within one cannot be within a shorter one. The bound holds for every choice that serves
/// as many.
pub(super) fn center(costs: &CostMatrix, case: &mut Capped, effort: &Effort<'_>) -> RoomAnswer {
    let began = Instant::now();
    let served = |client: &usize| case.people[*client] > 0;
    let mut radii: Vec<f64> = (0..costs.clients())
        .filter(served)
        .flat_map(|client| costs.row(client).iter().copied().filter(|cost| cost.is_finite()))
        .collect();
    radii.sort_unstable_by(f64::total_cmp);
    radii.dedup();
    let anyhow = below(case, u128::MAX >> 40, effort);
    let (target, mut sites, mut proven) = (anyhow.cost, anyhow.sites, anyhow.proven);
    let total: u64 = case.people.iter().sum();
    if radii.is_empty() || target >= u128::from(total) {
        return told_of(case, sites, 0.0, 0.0, proven);
    }
    // The shortest radius not ruled out, the shortest not tried in vain, the shortest known to do.
    let (mut least, mut low, mut known) = (0, 0, radii.len() - 1);
    while low < known {
        let left = effort.left(began);
        if left.stopped() || left.seconds.is_some_and(|seconds| seconds <= 0.0) {
            proven = false;
            break;
        }
        let middle = low + (known - low) / 2;
        case.rows = within(costs, radii[middle]);
        match below(case, target + 1, &left) {
            Outcome { cost, sites: found, .. } if cost <= target => (sites, known) = (found, middle),
            Outcome { proven: true, .. } => (least, low) = (middle + 1, middle + 1),
            _ => (low, proven) = (middle + 1, false),
        }
    }
    case.rows = within(costs, radii[known]);
    told_of(case, sites, radii[known], radii[least.min(known)], proven)
}

/// The sites of each client within a radius, each at no cost.
fn within(costs: &CostMatrix, radius: f64) -> Vec<Vec<(u64, u32)>> {
    let near = |client: usize| {
        let sites = (0u32..).zip(costs.row(client)).filter(|&(_, &cost)| cost <= radius);
        sites.map(|(site, _)| (0, site)).collect()
    };
    (0..costs.clients()).map(near).collect()
}
