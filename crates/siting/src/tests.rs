use crate::{Answer, CostMatrix, Effort, Model, Problem, SitingError, lscp, mclp, p_center, p_median, solve};
use proptest::prelude::*;
use std::path::{Path, PathBuf};

const EFFORT: Effort<'_> = Effort { nodes: 20_000, seconds: None, stop: None };

/// All choices of `sites` candidates that keep the fixed ones.
fn choices(candidates: usize, sites: usize, fixed: &[u32]) -> Vec<Vec<usize>> {
    (0u32..1 << candidates)
        .filter(|set| set.count_ones() as usize == sites && fixed.iter().all(|site| set >> site & 1 == 1))
        .map(|set| (0..candidates).filter(|j| set >> j & 1 == 1).collect())
        .collect()
}

fn nearest(costs: &CostMatrix, client: usize, open: &[usize]) -> f64 {
    open.iter().map(|&j| costs.row(client)[j]).fold(f64::INFINITY, f64::min)
}

#[derive(Clone, Debug)]
struct Case {
    costs: CostMatrix,
    weights: Vec<f64>,
    fixed: Vec<u32>,
    sites: usize,
}

impl Case {
    fn problem(&self) -> Problem<'_> {
        Problem { costs: &self.costs, weights: &self.weights, fixed: &self.fixed }
    }

    fn kept(&self) -> usize {
        let mut fixed = self.fixed.clone();
        fixed.sort_unstable();
        fixed.dedup();
        fixed.len()
    }
}

fn cases() -> impl Strategy<Value = Case> {
    (1usize..9, 1usize..8, any::<bool>()).prop_flat_map(|(clients, candidates, fraction)| {
        let cost = prop_oneof![9 => (0u32..60).prop_map(move |c| if fraction { f64::from(c) * 0.7 } else { f64::from(c) }),
            1 => Just(f64::INFINITY)];
        (
            proptest::collection::vec(cost, clients * candidates),
            proptest::collection::vec((0u32..9).prop_map(f64::from), clients),
            proptest::collection::vec(0..candidates as u32, 0..3),
            1..=candidates,
        )
            .prop_map(move |(cells, weights, fixed, sites)| {
                let costs = CostMatrix::new(clients, candidates, cells).unwrap();
                let mut case = Case { costs, weights, fixed, sites };
                case.sites = case.sites.max(case.kept());
                case
            })
    })
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-6 * a.abs().max(1.0) || a == b
}

/// What holds for every answer.
fn sound(answer: &Answer, case: &Case) -> bool {
    let sorted = answer.sites.windows(2).all(|pair| pair[0] < pair[1]);
    let kept = case.fixed.iter().all(|site| answer.sites.contains(site));
    sorted && kept && answer.proven && answer.gap == 0.0 && answer.bound == answer.objective
}

proptest! {
    #[test]
    fn p_median_is_the_best_of_all_choices(case in cases()) {
        let answer = p_median(&case.problem(), case.sites, &EFFORT).unwrap();
        let best = choices(case.costs.candidates(), case.sites, &case.fixed).iter().map(|open| {
            let (mut lost, mut sum) = (0, 0.0);
            for (client, weight) in case.weights.iter().enumerate().filter(|&(_, &weight)| weight > 0.0) {
                match nearest(&case.costs, client, open) {
                    cost if cost.is_finite() => sum += weight * cost,
                    _ => lost += 1,
                }
            }
            (lost, sum)
        }).min_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1))).unwrap();
        prop_assert!(close(answer.objective, best.1), "{:?} {:?}", answer, best);
        prop_assert!(sound(&answer, &case) && answer.sites.len() == case.sites, "{:?}", answer);
    }

    #[test]
    fn mclp_is_the_best_of_all_choices(case in cases(), radius in 0.0f64..40.0) {
        let answer = mclp(&case.problem(), case.sites, radius, &EFFORT).unwrap();
        let best = choices(case.costs.candidates(), case.sites, &case.fixed).iter().map(|open| {
            case.weights.iter().enumerate()
                .filter(|&(client, _)| nearest(&case.costs, client, open) <= radius)
                .map(|(_, weight)| weight).sum::<f64>()
        }).fold(0.0, f64::max);
        prop_assert!(close(answer.objective, best), "{:?} {}", answer, best);
        prop_assert!(sound(&answer, &case) && answer.sites.len() == case.sites, "{:?}", answer);
    }

    #[test]
    fn lscp_is_the_smallest_of_all_covers(case in cases(), radius in 0.0f64..40.0) {
        let answer = lscp(&case.problem(), radius, &EFFORT).unwrap();
        let all: Vec<usize> = (0..case.costs.candidates()).collect();
        let can: Vec<usize> = (0..case.costs.clients()).filter(|&i| nearest(&case.costs, i, &all) <= radius).collect();
        let best = (case.kept()..=all.len()).find(|&sites| {
            choices(all.len(), sites, &case.fixed).iter()
                .any(|open| can.iter().all(|&client| nearest(&case.costs, client, open) <= radius))
        });
        prop_assert_eq!(Some(answer.sites.len()), best);
        prop_assert!(sound(&answer, &case));
        prop_assert_eq!(answer.unserved.len() + can.len(), case.costs.clients());
    }

    #[test]
    fn p_center_is_the_nearest_of_all_choices(case in cases()) {
        let answer = p_center(&case.problem(), case.sites, &EFFORT).unwrap();
        let all: Vec<usize> = (0..case.costs.candidates()).collect();
        let best = choices(all.len(), case.sites, &case.fixed).iter().map(|open| {
            (0..case.costs.clients())
                .filter(|&client| nearest(&case.costs, client, &all).is_finite())
                .map(|client| nearest(&case.costs, client, open)).fold(0.0, f64::max)
        }).fold(f64::INFINITY, f64::min);
        prop_assert!(answer.objective == best && answer.proven, "{:?} {}", answer, best);
    }

    #[test]
    fn a_search_over_the_nearest_candidates_ends_with_the_best_of_all(case in cases(), keep in 1usize..4) {
        let whole = |client: usize, site: usize| {
            let cost = case.costs.row(client)[site];
            case.weights[client] * if cost.is_finite() { cost } else { 1000.0 }
        };
        let mut fixed = case.fixed.clone();
        fixed.sort_unstable();
        fixed.dedup();
        let found = crate::models::trimmed(&case.costs, case.sites, &fixed, &whole, keep, &EFFORT);
        let cost = |open: &Vec<usize>| (0..case.costs.clients())
            .map(|client| open.iter().map(|&site| whole(client, site)).fold(f64::INFINITY, f64::min))
            .sum::<f64>();
        let best = choices(case.costs.candidates(), case.sites, &fixed).iter().map(cost).fold(f64::INFINITY, f64::min);
        let sites: Vec<usize> = found.sites.iter().map(|&site| site as usize).collect();
        prop_assert!(found.bound <= best + 1e-6 && close(found.cost, cost(&sites)));
        prop_assert!(found.proven && close(found.cost, best), "{} {}", found.cost, best);
    }

    #[test]
    fn a_search_cut_short_says_how_far_it_may_be_off(case in cases(), radius in 0.0f64..40.0) {
        let short = Effort { nodes: 0, seconds: Some(0.0), stop: None };
        let (quick, best) = (p_median(&case.problem(), case.sites, &short).unwrap(), p_median(&case.problem(), case.sites, &EFFORT).unwrap());
        prop_assert!(quick.bound <= best.objective * (1.0 + 1e-9) + 1e-9);
        prop_assert!(quick.unserved.len() > best.unserved.len() || quick.objective >= best.objective * (1.0 - 1e-9));
        let (quick, best) = (mclp(&case.problem(), case.sites, radius, &short).unwrap(), mclp(&case.problem(), case.sites, radius, &EFFORT).unwrap());
        prop_assert!(quick.objective <= best.objective + 1e-9 && quick.bound >= best.objective - 1e-9);
        let (quick, best) = (lscp(&case.problem(), radius, &short).unwrap(), lscp(&case.problem(), radius, &EFFORT).unwrap());
        prop_assert!(quick.objective >= best.objective && quick.bound <= best.objective);
    }
}

#[test]
fn a_malformed_problem_is_refused() {
    assert!(matches!(CostMatrix::new(2, 2, vec![0.0; 3]), Err(SitingError::WrongShape { cells: 3, .. })));
    assert!(matches!(
        CostMatrix::new(1, 2, vec![0.0, f64::NAN]),
        Err(SitingError::BadCost { candidate: 1, .. })
    ));
    let costs = CostMatrix::new(2, 2, vec![1.0; 4]).unwrap();
    let problem = Problem { costs: &costs, weights: &[1.0, 2.0], fixed: &[] };
    for sites in [0, 3] {
        assert!(matches!(p_median(&problem, sites, &EFFORT), Err(SitingError::BadCount { .. })));
    }
    assert!(matches!(mclp(&problem, 1, f64::NAN, &EFFORT), Err(SitingError::BadRadius { .. })));
    let nowhere = Problem { fixed: &[7], ..problem };
    assert!(matches!(lscp(&nowhere, 1.0, &EFFORT), Err(SitingError::NoSuchSite { site: 7, .. })));
    let short = Problem { weights: &[1.0], ..problem };
    assert!(matches!(lscp(&short, 1.0, &EFFORT), Err(SitingError::BadWeight { client: 1, .. })));
    assert_eq!(costs.row(9), &[] as &[f64]);
}

fn shared(path: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared").join(path);
    if !path.exists() {
        eprintln!("skipped: {} is not here", path.display());
        return None;
    }
    Some(path)
}

/// An OR-Library p-median problem: its costs by Floyd and Warshall, and p. Of parallel edges the last counts.
fn orlib(path: &Path) -> (CostMatrix, usize) {
    let text = std::fs::read_to_string(path).unwrap();
    let numbers: Vec<usize> = text.split_whitespace().map(|word| word.parse().unwrap()).collect();
    let (n, sites) = (numbers[0], numbers[2]);
    let mut d = vec![f64::INFINITY; n * n];
    for edge in numbers[3..].chunks_exact(3) {
        let (i, j) = (edge[0] - 1, edge[1] - 1);
        (d[i * n + j], d[j * n + i]) = (edge[2] as f64, edge[2] as f64);
    }
    for i in 0..n {
        d[i * n + i] = 0.0;
    }
    for k in 0..n {
        let through = d[k * n..(k + 1) * n].to_vec();
        for i in 0..n {
            let first = d[i * n + k];
            for (cell, rest) in d[i * n..(i + 1) * n].iter_mut().zip(&through) {
                *cell = cell.min(first + rest);
            }
        }
    }
    (CostMatrix::new(n, n, d).unwrap(), sites)
}

#[test]
fn the_small_problems_of_the_or_library_are_solved_with_proof() {
    let Some(folder) = shared("data/pmed") else { return };
    let optima = std::fs::read_to_string(folder.join("optima.txt")).unwrap();
    let last: usize = std::env::var("PMED_UP_TO").ok().and_then(|last| last.parse().ok()).unwrap_or(5);
    for number in 1..=last {
        let name = format!("pmed{number}");
        let optimum: f64 = optima
            .lines()
            .filter_map(|line| line.split_once(char::is_whitespace))
            .find(|(key, _)| *key == name)
            .map(|(_, value)| value.trim().parse().unwrap())
            .unwrap();
        let (costs, sites) = orlib(&folder.join(format!("{name}.txt")));
        let weights = vec![1.0; costs.clients()];
        let began = std::time::Instant::now();
        let answer =
            p_median(&Problem { costs: &costs, weights: &weights, fixed: &[] }, sites, &EFFORT).unwrap();
        eprintln!("{name}: {} bound {} in {:?}", answer.objective, answer.bound, began.elapsed());
        assert_eq!((answer.objective, answer.proven), (optimum, true), "{name}");
    }
}

#[test]
fn five_hundred_clients_and_two_hundred_candidates_are_solved_as_the_peers_solve_them() {
    let Some(folder) = shared("peers/cases/site") else { return };
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    let cells: Vec<f64> =
        read("cost.csv").lines().flat_map(|line| line.split(',').map(|cell| cell.parse().unwrap())).collect();
    let weights: Vec<f64> = read("clients.csv")
        .lines()
        .skip(1)
        .map(|line| line.rsplit(',').next().unwrap().parse().unwrap())
        .collect();
    let costs = CostMatrix::new(weights.len(), cells.len() / weights.len(), cells).unwrap();
    let problem = Problem { costs: &costs, weights: &weights, fixed: &[] };
    let tell = |model: &str, began: std::time::Instant, answer: Answer| {
        eprintln!("{model}: {} bound {} in {:?}", answer.objective, answer.bound, began.elapsed());
        assert!(answer.proven, "{model}");
        answer.objective.round()
    };
    let now = std::time::Instant::now;
    assert_eq!(tell("LSCP", now(), lscp(&problem, 1125.0, &EFFORT).unwrap()), 10.0);
    assert_eq!(tell("MCLP", now(), mclp(&problem, 5, 1125.0, &EFFORT).unwrap()), 27_564.0);
    assert_eq!(tell("p-median", now(), p_median(&problem, 5, &EFFORT).unwrap()), 31_720_964.0);
    let center = now();
    let answer = p_center(&problem, 5, &EFFORT).unwrap();
    eprintln!("p-center: {} bound {} in {:?}", answer.objective, answer.bound, center.elapsed());
    assert!(answer.bound <= answer.objective);
}

#[test]
fn a_search_that_is_stopped_ends_with_what_it_has_and_a_bound_that_holds() {
    use std::sync::atomic::{AtomicU32, Ordering};
    let place = |i: u32| (f64::from(i * 7919 % 997), f64::from(i * 104_729 % 991));
    let far = |client: u32, site: u32| {
        let ((a, b), (c, d)) = (place(client), place(site + 500));
        (a - c).hypot(b - d)
    };
    let cells = (0..120).flat_map(|client| (0..60).map(move |site| far(client, site))).collect();
    let costs = CostMatrix::new(120, 60, cells).unwrap();
    let weights: Vec<f64> = (0..120).map(|client| f64::from(client * 31 % 17 + 1)).collect();
    let problem = Problem { costs: &costs, weights: &weights, fixed: &[] };
    for model in Model::ALL {
        let whole = solve(model, &problem, 7, 300.0, &Effort::default()).unwrap();
        for allowed in [0, 1, 3, 10] {
            let asked = AtomicU32::new(0);
            let stop = || asked.fetch_add(1, Ordering::Relaxed) >= allowed;
            let effort = Effort { stop: Some(&stop), ..Effort::default() };
            let cut = solve(model, &problem, 7, 300.0, &effort).unwrap();
            let better = |a: f64, b: f64| if model == Model::Mclp { a >= b - 1e-9 } else { a <= b + 1e-9 };
            assert!(asked.load(Ordering::Relaxed) > 0, "{model:?} never asked");
            assert!(better(whole.objective, cut.objective), "{model:?}");
            assert!(better(cut.bound, whole.objective), "{model:?}: {} {}", cut.bound, whole.objective);
        }
    }
}
