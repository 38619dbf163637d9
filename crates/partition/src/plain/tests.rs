use super::*;
use lifang_model::Silent;
use proptest::prelude::*;

fn request<'a>(loads: &'a [u32], edges: &'a [(u32, u32, f64)], band: Band) -> GraphRequest<'a> {
    GraphRequest {
        loads,
        edges,
        xy: None,
        groups: None,
        band,
        zones: None,
        seed: 1,
        effort: Effort::default(),
    }
}

fn connected(n: usize, edges: &[(u32, u32, f64)], labels: &[u32]) -> bool {
    let mut root: Vec<usize> = (0..n).collect();
    fn find(root: &[usize], mut i: usize) -> usize {
        while root[i] != i {
            i = root[i];
        }
        i
    }
    for &(a, b, _) in edges {
        if labels[a as usize] == labels[b as usize] {
            let (a, b) = (find(&root, a as usize), find(&root, b as usize));
            root[a] = b;
        }
    }
    (0..n).all(|i| (0..i).all(|j| labels[i] != labels[j] || find(&root, i) == find(&root, j)))
}

/// Most zones in band, over all ways to divide a small graph with the fewest zones out of band.
fn fewest_misses(n: usize, loads: &[u32], edges: &[(u32, u32, f64)], band: Band) -> usize {
    fn all(i: usize, labels: &mut Vec<u32>, n: usize, see: &mut dyn FnMut(&[u32])) {
        if i == n {
            see(labels);
            return;
        }
        let top = labels.iter().copied().max().map_or(0, |top| top + 1);
        for z in 0..=top {
            labels.push(z);
            all(i + 1, labels, n, see);
            labels.pop();
        }
    }
    let mut best = usize::MAX;
    all(0, &mut Vec::new(), n, &mut |labels| {
        let mut load = vec![0u32; n];
        for (&z, l) in labels.iter().zip(loads) {
            load[z as usize] += l;
        }
        let zones = labels.iter().max().map_or(0, |z| *z as usize + 1);
        let misses = load[..zones].iter().filter(|&&l| l < band.min || l > band.max).count();
        if misses < best && connected(n, edges, labels) {
            best = misses;
        }
    });
    best
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]
    #[test]
    fn whenever_a_small_graph_can_be_divided_in_band_it_is(
        loads in proptest::collection::vec(0u32..9, 4..9),
        extra in proptest::collection::vec((0u32..9, 0u32..9), 0..8),
        min in 4u32..9,
    ) {
        let n = loads.len() as u32;
        prop_assume!(loads.iter().any(|&l| l > 0));
        let mut edges: Vec<(u32, u32, f64)> = (1..n).map(|i| (i / 2, i, 1.0)).collect();
        edges.extend(extra.iter().filter(|(a, b)| a < b && *b < n).map(|&(a, b)| (a, b, 1.0)));
        let band = Band { min, target: min + 1, max: min + 2 };
        let found = partition_graph(&request(&loads, &edges, band), &Silent).unwrap();
        prop_assert!(connected(n as usize, &edges, &found.labels));
        let best = fewest_misses(n as usize, &loads, &edges, band);
        if best == 0 {
            prop_assert_eq!(found.in_band, found.zones);
        } else {
            prop_assert!(found.in_band < found.zones);
        }
        prop_assert!(found.stats.levels[0].unavoidable <= found.zones - found.in_band);
    }
}

#[test]
fn wrong_requests_are_refused_with_the_place() {
    let band = Band { min: 9, target: 10, max: 11 };
    let loads = [1, 2];
    let wrong = partition_graph(&request(&loads, &[(0, 2, 1.0)], band), &Silent);
    assert!(matches!(wrong, Err(PartitionError::NoSuchAtom { row: 0, b: 2, .. })));
    let wrong = partition_graph(&request(&loads, &[], Band { min: 12, ..band }), &Silent);
    assert!(matches!(wrong, Err(PartitionError::Band { .. })));
    let nowhere =
        partition_graph(&GraphRequest { xy: Some(&[(0.0, 0.0)]), ..request(&loads, &[], band) }, &Silent);
    assert!(matches!(nowhere, Err(PartitionError::Length { what: "xy", found: 1, expected: 2 })));
}

#[test]
fn a_large_graph_is_divided_block_by_block_alike_at_any_number_of_threads() {
    let side = 60u32;
    let loads: Vec<u32> = (0..side * side).map(|i| [0, 24, 30, 36, 18][(i * 7 % 11 % 5) as usize]).collect();
    let mut edges = Vec::new();
    for i in 0..side * side {
        if i % side + 1 < side {
            edges.push((i, i + 1, 10.0));
        }
        if i + side < side * side {
            edges.push((i, i + side, 10.0));
        }
    }
    let xy: Vec<(f64, f64)> =
        (0..side * side).map(|i| (f64::from(i % side) * 20.0, f64::from(i / side) * 20.0)).collect();
    let band = Band { min: 90, target: 95, max: 100 };
    let run = |threads, seed| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let effort = Effort { moves: Some(60_000), seconds: None };
        let request = GraphRequest { xy: Some(&xy), seed, effort, ..request(&loads, &edges, band) };
        pool.install(|| partition_graph(&request, &Silent).unwrap())
    };
    let (one, two) = (run(1, 1), run(2, 1));
    assert_eq!(one.labels, two.labels);
    assert_ne!(one.labels, run(2, 2).labels, "another seed is another plan");
    let mut load = vec![0; one.zones as usize];
    for (&z, l) in one.labels.iter().zip(&loads) {
        load[z as usize] += l;
    }
    assert_eq!(load.iter().sum::<u32>(), loads.iter().sum::<u32>());
    assert!(f64::from(one.in_band) >= 0.95 * f64::from(one.zones), "{} of {}", one.in_band, one.zones);
}

/// Asks to stop from the start.
struct Stopped;
impl Progress for Stopped {
    fn stage(&self, _: &'static str, _: Option<u64>) {}
    fn advance(&self, _: u64) {}
    fn cancelled(&self) -> bool {
        true
    }
}

#[test]
fn cancelling_still_gives_connected_zones() {
    let loads = vec![20u32; 200];
    let edges: Vec<(u32, u32, f64)> = (1..200).map(|i| (i - 1, i, 1.0)).collect();
    let found =
        partition_graph(&request(&loads, &edges, Band { min: 90, target: 95, max: 100 }), &Stopped).unwrap();
    assert!(found.stats.cut_short);
    assert!(connected(200, &edges, &found.labels));
}

/// The edges of a grid of cells.
fn cells(side: u32) -> Vec<(u32, u32, f64)> {
    let mut edges = Vec::new();
    for i in 0..side * side {
        if i % side + 1 < side {
            edges.push((i, i + 1, 10.0));
        }
        if i + side < side * side {
            edges.push((i, i + side, 10.0));
        }
    }
    edges
}

#[test]
fn twenty_five_cells_are_divided_into_five_times_five() {
    let edges = cells(5);
    let band = Band { min: 5, target: 5, max: 5 };
    for seed in 1..=20 {
        let request = GraphRequest { seed, ..request(&[1; 25], &edges, band) };
        let found = partition_graph(&request, &Silent).unwrap();
        assert_eq!((found.zones, found.in_band), (5, 5), "seed {seed}");
        assert!(connected(25, &edges, &found.labels));
    }
}

#[test]
fn more_moves_never_leave_more_zones_out_of_band() {
    let edges = cells(40);
    let loads: Vec<u32> = (0..1600).map(|i| [36, 33, 34, 0, 30, 36, 24][(i * 5 % 23 % 7) as usize]).collect();
    let band = Band { min: 90, target: 95, max: 100 };
    let missed = |moves| {
        let effort = Effort { moves: Some(moves), seconds: None };
        let found =
            partition_graph(&GraphRequest { effort, ..request(&loads, &edges, band) }, &Silent).unwrap();
        found.zones - found.in_band
    };
    let out: Vec<u32> = [1000, 10_000, 40_000, 100_000].map(missed).to_vec();
    assert!(out.windows(2).all(|pair| pair[1] <= pair[0]), "{out:?}");
    assert!(out[0] > out[3], "{out:?}");
}

proptest::proptest! {
    #![proptest_config(ProptestConfig::with_cases(20))]

    #[test]
    fn a_given_number_of_zones_is_kept(side in 2u32..9, pieces in 1u32..3, more in 0u32..1000, seed in 0u64..1000) {
        // Lattices of side x side atoms that do not touch each other.
        let each = side * side;
        let n = each * pieces;
        let loads: Vec<u32> = (0..n).map(|i| (i * 7919 + seed as u32) % 13).collect();
        let mut edges = Vec::new();
        for v in 0..n {
            if v % side + 1 < side {
                edges.push((v, v + 1, 1.0));
            }
            if v % each + side < each {
                edges.push((v, v + side, 1.0));
            }
        }
        let zones = pieces + more % (n - pieces + 1);
        let band = Band { min: 40, target: 50, max: 60 };
        let found =
            partition_graph(&GraphRequest { zones: Some(zones), seed, ..request(&loads, &edges, band) }, &Silent)
                .unwrap();
        prop_assert_eq!(found.zones, zones);
        let used: std::collections::BTreeSet<u32> = found.labels.iter().copied().collect();
        prop_assert_eq!(used.len() as u32, zones);
        prop_assert!(connected(n as usize, &edges, &found.labels));
    }
}

/// Lists the connected sets in band of a small graph.
struct Sets<'a> {
    loads: &'a [u32],
    near: &'a [u32],
    band: Band,
    found: Vec<u32>,
}

impl Sets<'_> {
    fn grow(&mut self, set: u32, border: u32, may: u32, load: u32) {
        if (self.band.min..=self.band.max).contains(&load) {
            self.found.push(set);
        }
        let (mut border, mut may) = (border, may);
        while border != 0 {
            let next = border.trailing_zeros() as usize;
            let bit = 1 << next;
            border &= !bit;
            may &= !bit;
            if load + self.loads[next] <= self.band.max {
                self.grow(set | bit, border | self.near[next] & may, may, load + self.loads[next]);
            }
        }
    }
}

/// Whether all atoms divide into connected sets in band: every such set is listed, and every choice of disjoint ones tried.
fn divides(loads: &[u32], near: &[u32], band: Band) -> bool {
    fn cover(rest: u32, by_first: &[Vec<u32>], dead: &mut std::collections::HashSet<u32>) -> bool {
        if rest == 0 {
            return true;
        }
        if dead.contains(&rest) {
            return false;
        }
        let sets = &by_first[rest.trailing_zeros() as usize];
        let found = sets.iter().any(|&set| set & !rest == 0 && cover(rest & !set, by_first, dead));
        if !found {
            dead.insert(rest);
        }
        found
    }
    let all = (1u32 << loads.len()) - 1;
    let by_first: Vec<Vec<u32>> = (0..loads.len())
        .map(|first| {
            let later = all & !((1u32 << (first + 1)) - 1);
            let mut sets = Sets { loads, near, band, found: Vec::new() };
            sets.grow(1 << first, near[first] & later, later, loads[first]);
            sets.found
        })
        .collect();
    cover(all, &by_first, &mut std::collections::HashSet::new())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]
    #[test]
    fn up_to_twenty_five_units_are_divided_in_band_whenever_they_can_be(
        wide in 3u32..6,
        high in 3u32..6,
        loads in proptest::collection::vec(12u32..46, 25),
        gone in proptest::collection::vec(proptest::bool::weighted(0.15), 50),
    ) {
        let n = wide * high;
        let edges: Vec<(u32, u32, f64)> = (0..n)
            .flat_map(|v| {
                let right = (v % wide + 1 < wide && !gone[v as usize]).then_some((v, v + 1, 1.0));
                let down = (v + wide < n && !gone[25 + v as usize]).then_some((v, v + wide, 1.0));
                right.into_iter().chain(down)
            })
            .collect();
        let mut near = vec![0u32; n as usize];
        for &(a, b, _) in &edges {
            near[a as usize] |= 1 << b;
            near[b as usize] |= 1 << a;
        }
        let band = Band { min: 90, target: 95, max: 100 };
        let loads = &loads[..n as usize];
        let found = partition_graph(&request(loads, &edges, band), &Silent).unwrap();
        prop_assert!(connected(n as usize, &edges, &found.labels));
        prop_assert_eq!(found.in_band == found.zones, divides(loads, &near, band));
    }
}

#[test]
fn zones_of_a_given_number_are_as_even_as_can_be() {
    // A lattice of 12 x 12 atoms of 5 divides into 9 zones of 80 each; the band alone would allow 8 to 12 zones.
    let edges: Vec<(u32, u32, f64)> = (0..144u32)
        .flat_map(|v| {
            let right = (v % 12 < 11).then_some((v, v + 1, 1.0));
            let down = (v < 132).then_some((v, v + 12, 1.0));
            right.into_iter().chain(down)
        })
        .collect();
    let band = Band { min: 60, target: 75, max: 90 };
    for zones in [8, 9, 10, 12] {
        let found = partition_graph(
            &GraphRequest { zones: Some(zones), ..request(&[5; 144], &edges, band) },
            &Silent,
        )
        .unwrap();
        assert_eq!((found.zones, found.in_band), (zones, zones));
    }
    // Fewer than the band has room for are made all the same, as even as can be.
    let found =
        partition_graph(&GraphRequest { zones: Some(4), ..request(&[5; 144], &edges, band) }, &Silent)
            .unwrap();
    assert_eq!((found.zones, found.in_band), (4, 0));
    let size = |z: u32| found.labels.iter().filter(|&&label| label == z).count();
    assert_eq!([0, 1, 2, 3].map(size), [36; 4]);
    let wrong = [0, 145].map(|zones| {
        partition_graph(&GraphRequest { zones: Some(zones), ..request(&[5; 144], &edges, band) }, &Silent)
            .is_err()
    });
    assert_eq!(wrong, [true, true]);
}

#[test]
fn a_few_zones_of_a_large_graph_take_no_table_of_all_their_loads() {
    // A strip of 3 x 4000 atoms of 1,000: two zones of six million each.
    let edges: Vec<(u32, u32, f64)> = (0..12_000u32)
        .flat_map(|v| {
            let right = (v % 3 < 2).then_some((v, v + 1, 1.0));
            let down = (v + 3 < 12_000).then_some((v, v + 3, 1.0));
            right.into_iter().chain(down)
        })
        .collect();
    let band = Band { min: 90, target: 95, max: 100 };
    let found =
        partition_graph(&GraphRequest { zones: Some(2), ..request(&[1000; 12_000], &edges, band) }, &Silent)
            .unwrap();
    let first = found.labels.iter().filter(|&&label| label == 0).count();
    assert_eq!(found.zones, 2);
    assert!((5_900..=6_100).contains(&first), "{first}");
}
