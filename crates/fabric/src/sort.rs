//! Sorting by slabs: what is spread out evenly is dealt into slabs by its leading key first, then each slab is sorted where it
//! fits the cache, all of them in parallel. The answer is that of `sort_unstable`, at any thread count.

use rayon::prelude::*;

/// Items a slab holds when the keys are spread evenly.
const SLAB: usize = 2048;

/// The items in ascending order. `key` must not contradict it: of two items the lesser has no greater key.
pub(crate) fn sorted<T: Copy + Ord + Send>(mut items: Vec<T>, key: impl Fn(&T) -> i64) -> Vec<T> {
    let keys = || items.iter().map(&key);
    let (Some(low), Some(high)) = (keys().min(), keys().max()) else { return items };
    let slabs = items.len() / SLAB;
    if slabs < 2 || low == high {
        items.sort_unstable();
        return items;
    }
    // Slabs are counted in 64-bit integers: keys are 32-bit numbers, so their span times the slabs fits.
    let span = high - low + 1;
    let slab = |item: &T| ((key(item) - low) * slabs as i64 / span) as usize;
    let mut start = vec![0usize; slabs + 1];
    for item in &items {
        start[slab(item) + 1] += 1;
    }
    for i in 1..start.len() {
        start[i] += start[i - 1];
    }
    let mut dealt = items.clone();
    let mut fill = start.clone();
    for item in &items {
        let slot = &mut fill[slab(item)];
        dealt[*slot] = *item;
        *slot += 1;
    }
    drop(items);
    let mut rest = dealt.as_mut_slice();
    let mut parts: Vec<&mut [T]> = Vec::with_capacity(slabs);
    for w in start.windows(2) {
        let (own, others) = rest.split_at_mut(w[1] - w[0]);
        parts.push(own);
        rest = others;
    }
    parts.into_par_iter().with_min_len(8).for_each(<[T]>::sort_unstable);
    dealt
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(16))]

        #[test]
        fn slabs_sort_like_the_standard_library_however_the_keys_are_spread(
            n in 0usize..20_000, spread in 1i64..1_000_000, lump in 0usize..3, seed in any::<u64>()
        ) {
            let mut state = seed;
            let mut items: Vec<(i32, u32)> = (0..n as u32).map(|i| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                let key = if (i as usize % 3) < lump { i32::MIN } else { ((state >> 33) as i64 % spread) as i32 };
                (key, (state >> 20) as u32)
            }).collect();
            let by_slabs = sorted(items.clone(), |item| i64::from(item.0));
            items.sort_unstable();
            prop_assert_eq!(by_slabs, items);
        }
    }
}
