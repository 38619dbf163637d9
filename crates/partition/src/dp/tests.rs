use super::*;
use proptest::prelude::*;

/// Cost of one cut set, from scratch.
fn price(tree: &Tree, sums: &Sums, cut: u32) -> f64 {
    let n = tree.parent.len();
    let mut part: Vec<usize> = (0..n).collect();
    let mut cost = 0.0;
    for i in 1..n {
        if cut >> i & 1 == 1 {
            cost += f64::from(tree.cut[i]);
        } else {
            cost += f64::from(tree.keep[i]);
            part[i] = part[tree.parent[i] as usize];
        }
    }
    let mut load = vec![None; n];
    for i in 0..n {
        *load[part[i]].get_or_insert(0u64) += u64::from(tree.load[i]);
    }
    cost + load.into_iter().flatten().map(|load| f64::from(sums.cost(load))).sum::<f64>()
}

prop_compose! {
    fn any_tree()(n in 1usize..9)(
        parent in proptest::collection::vec(0u32..1000, n),
        load in proptest::collection::vec(prop_oneof![Just(0u32), 1u32..9, 1u32..30], n),
        cut in proptest::collection::vec(0u8..40, n),
        keep in proptest::collection::vec(0u8..40, n),
    ) -> Tree {
        Tree {
            node: (0..parent.len() as u32).collect(),
            parent: parent.iter().enumerate().map(|(i, p)| p % (i.max(1) as u32)).collect(),
            load,
            cut: cut.into_iter().map(f32::from).collect(),
            keep: keep.into_iter().map(f32::from).collect(),
        }
    }
}

proptest! {
    #[test]
    fn the_answer_is_as_cheap_as_the_best_of_all_cut_sets(tree in any_tree(), min in 4u32..12, width in 0u32..6, gap in any::<bool>()) {
        let max = min + width;
        let sums = if gap {
            let allowed = (0..=2 * max).map(|s| (min..=max).contains(&s) || s >= 2 * min).collect();
            Sums::set(allowed, min, 0.5, width)
        } else {
            Sums::band(min, min + width / 2, max, 0.5)
        };
        let n = tree.parent.len();
        let best = (0..1u32 << (n - 1)).map(|cut| price(&tree, &sums, cut << 1)).fold(f64::INFINITY, f64::min);
        let mut part = Vec::new();
        let (parts, cost) = Dp::default().solve(&tree, &sums, &mut part);
        prop_assert!((f64::from(cost) - best).abs() < 0.05, "{cost} against {best}");
        // What is handed back really costs what it says.
        let mut cut = 0u32;
        for i in 1..n {
            if part[i] != part[tree.parent[i] as usize] {
                cut |= 1 << i;
            }
        }
        prop_assert!((price(&tree, &sums, cut) - best).abs() < 0.05);
        prop_assert_eq!(cut.count_ones() + 1, parts);
    }
}
