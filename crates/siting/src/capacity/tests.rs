use super::solve_with_room;
use crate::{CostMatrix, Effort, Model, Problem, SitingError, solve};
use proptest::prelude::*;

#[derive(Clone, Debug)]
struct Case {
    costs: CostMatrix,
    weights: Vec<f64>,
    room: Vec<Option<u64>>,
    fixed: Vec<u32>,
    sites: usize,
}

fn cases() -> impl Strategy<Value = Case> {
    (1usize..6, 1usize..6).prop_flat_map(|(clients, candidates)| {
        let cost = prop_oneof![8 => (0u32..40).prop_map(f64::from), 1 => Just(f64::INFINITY)];
        (
            proptest::collection::vec(cost, clients * candidates),
            proptest::collection::vec((0u32..6).prop_map(f64::from), clients),
            proptest::collection::vec(proptest::option::weighted(0.8, 0u64..9), candidates),
            proptest::collection::vec(0..candidates as u32, 0..2),
            1..=candidates,
        )
            .prop_map(move |(cells, weights, room, fixed, sites)| {
                let costs = CostMatrix::new(clients, candidates, cells).unwrap();
                let sites = sites.max(fixed.len());
                Case { costs, weights, room, fixed, sites }
            })
    })
}

/// People served and what that costs, by filling the open sites with single people in every way there is.
fn best_share(case: &Case, open: &[usize], radius: f64) -> (u64, f64) {
    fn go(people: &[&[f64]], open: &[usize], room: &mut [u64], radius: f64) -> (u64, f64) {
        let Some((row, rest)) = people.split_first() else { return (0, 0.0) };
        let mut best = go(rest, open, room, radius);
        for &site in open {
            if room[site] > 0 && row[site].is_finite() && row[site] <= radius {
                room[site] -= 1;
                let (served, cost) = go(rest, open, room, radius);
                room[site] += 1;
                let found = (served + 1, cost + row[site]);
                if found.0 > best.0 || (found.0 == best.0 && found.1 < best.1) {
                    best = found;
                }
            }
        }
        best
    }
    let people: Vec<&[f64]> = (0..case.costs.clients())
        .flat_map(|client| vec![case.costs.row(client); case.weights[client] as usize])
        .collect();
    let mut room: Vec<u64> = case.room.iter().map(|room| room.unwrap_or(99)).collect();
    go(&people, open, &mut room, radius)
}

fn choices(case: &Case, sites: usize) -> Vec<Vec<usize>> {
    let candidates = case.costs.candidates();
    (0u32..1 << candidates)
        .filter(|set| {
            set.count_ones() as usize == sites && case.fixed.iter().all(|site| set >> site & 1 == 1)
        })
        .map(|set| (0..candidates).filter(|j| set >> j & 1 == 1).collect())
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, max_global_rejects: 100_000, ..ProptestConfig::default() })]

    #[test]
    fn with_room_at_every_site_the_best_of_all_choices_is_found_and_proven(case in cases()) {
        prop_assume!(case.weights.iter().sum::<f64>() <= 7.0);
        let problem = Problem { costs: &case.costs, weights: &case.weights, fixed: &case.fixed };
        let effort = Effort::default();
        let radius = 25.0;
        let all = choices(&case, case.sites);
        let mclp = solve_with_room(Model::Mclp, &problem, &case.room, case.sites, radius, &effort).unwrap();
        let most = all.iter().map(|open| best_share(&case, open, radius).0).max().unwrap();
        prop_assert!(mclp.answer.proven);
        prop_assert_eq!(mclp.answer.objective, most as f64);
        let median = solve_with_room(Model::PMedian, &problem, &case.room, case.sites, 0.0, &effort).unwrap();
        let key = |(served, cost): (u64, f64)| (std::cmp::Reverse(served), (cost * 1000.0) as u64);
        let least = all.iter().map(|open| best_share(&case, open, f64::INFINITY)).min_by_key(|s| key(*s)).unwrap();
        prop_assert!(median.answer.proven);
        prop_assert!((median.answer.objective - least.1).abs() < 1e-6, "{} {}", median.answer.objective, least.1);
        let people: f64 = case.weights.iter().sum();
        prop_assert_eq!(people as u64 - median.left.iter().sum::<u64>(), least.0);
        let center = solve_with_room(Model::PCenter, &problem, &case.room, case.sites, 0.0, &effort).unwrap();
        let served = all.iter().map(|open| best_share(&case, open, f64::INFINITY).0).max().unwrap();
        let shortest = (0..40).map(f64::from)
            .find(|&radius| all.iter().any(|open| best_share(&case, open, radius).0 == served)).unwrap();
        prop_assert!(center.answer.proven);
        prop_assert_eq!(center.answer.objective, if served == 0 { 0.0 } else { shortest });
        prop_assert_eq!(people as u64 - center.left.iter().sum::<u64>(), served);
        let lscp = solve_with_room(Model::Lscp, &problem, &case.room, 0, radius, &effort).unwrap();
        let target = best_share(&case, &(0..case.costs.candidates()).collect::<Vec<_>>(), radius).0;
        let kept = choices(&case, case.costs.candidates())[0].len();
        let fewest = (0..=kept)
            .find(|&sites| choices(&case, sites).iter().any(|open| best_share(&case, open, radius).0 == target))
            .unwrap();
        prop_assert!(lscp.answer.proven);
        prop_assert_eq!(lscp.answer.objective, fewest as f64);
        for (load, room) in median.load.iter().zip(&case.room) {
            prop_assert!(room.is_none_or(|room| *load <= room));
        }
    }

    #[test]
    fn room_for_everybody_gives_what_no_room_at_all_gives(case in cases()) {
        let problem = Problem { costs: &case.costs, weights: &case.weights, fixed: &case.fixed };
        let (effort, room) = (Effort::default(), vec![None; case.costs.candidates()]);
        for model in [Model::Mclp, Model::PMedian] {
            let free = solve(model, &problem, case.sites, 25.0, &effort).unwrap();
            let roomy = solve_with_room(model, &problem, &room, case.sites, 25.0, &effort).unwrap();
            prop_assert!(roomy.answer.proven);
            if model == Model::Mclp {
                prop_assert_eq!(free.objective, roomy.answer.objective);
            }
        }
    }
}

#[test]
fn what_makes_no_sense_is_refused() {
    let costs = CostMatrix::new(1, 1, vec![1.0]).unwrap();
    let problem = Problem { costs: &costs, weights: &[1.5], fixed: &[] };
    let effort = Effort::default();
    let solve = |model, problem: &Problem<'_>, room: &[Option<u64>]| {
        solve_with_room(model, problem, room, 1, 1.0, &effort).unwrap_err()
    };
    assert!(matches!(solve(Model::Mclp, &problem, &[None]), SitingError::NotWhole { client: 0, .. }));
    let whole = Problem { weights: &[1.0], ..problem };
    assert!(matches!(solve(Model::Mclp, &whole, &[]), SitingError::BadRoom { given: 0, candidates: 1 }));
    assert!(matches!(solve(Model::PCenter, &whole, &[]), SitingError::BadRoom { given: 0, candidates: 1 }));
}
