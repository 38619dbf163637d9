//! Fits households to a block, so that its homes can be divided into micro-grids of 90 to 100.
//!
//! The homes are taken in one walk, neighbour after neighbour. Some are left unbuilt, and the rest of the walk is cut
//! into runs that can each hold 94 to 96 households; a tower over 100 gives its upper floors, 96 households, to a
//! micro-grid of its own and the rest to its run. So at least one division inside the band is known to exist.
//! All ways are searched at once, one home after another, for every number of micro-grids.

use crate::house::Draft;
use crate::plane::V;
use rand::Rng;
use rand_chacha::ChaCha8Rng;
use std::collections::BTreeMap;

/// Households a run must be able to hold, both of them and all between.
const RUN: (u32, u32) = (94, 96);
/// Households a tower over 100 keeps for itself, and the fewest and most it adds to its run: 26 to 33 floors of four.
const TOP: u32 = 96;
const BELOW: (u32, u32) = (8, 36);
/// Most micro-grids of an area.
pub(crate) const MOST: u32 = 9;

struct Item {
    draft: usize,
    /// Fewest and most households that count in the run.
    range: (u32, u32),
    /// Whether it is a tower over 100; its `range` is what remains for the run.
    tall: bool,
    /// What leaving it unbuilt costs: least in the middle, where a court is wanted.
    keep: u32,
}

/// Micro-grids so far, and the fewest and most households of the open run.
type State = (u32, u32, u32);

/// A step of a way through the walk.
#[derive(Copy, Clone)]
struct Step {
    before: Option<usize>,
    built: bool,
    /// Whether a run ends after this home.
    cut: bool,
}

/// All numbers of micro-grids a block can have.
pub(crate) struct Fits {
    items: Vec<Item>,
    drafts: usize,
    steps: Vec<Step>,
    /// Last step of the best way, by number of micro-grids.
    ends: BTreeMap<u32, usize>,
}

impl Fits {
    /// Searches the homes of a block.
    pub fn new(rng: &mut ChaCha8Rng, drafts: &[Draft]) -> Self {
        let items = items(rng, drafts);
        let mut steps: Vec<Step> = Vec::new();
        let mut layer: BTreeMap<State, (u32, Option<usize>)> = BTreeMap::from([((0, 0, 0), (0, None))]);
        for item in &items {
            let mut next: BTreeMap<State, (u32, Step)> = BTreeMap::new();
            let mut offer = |state: State, cost: u32, step: Step| {
                let better = next.get(&state).is_none_or(|&(old, _)| cost < old);
                if better && state.0 <= MOST && state.1 <= RUN.0 {
                    next.insert(state, (cost, step));
                }
            };
            for (&(runs, least, most), &(cost, before)) in &layer {
                offer((runs, least, most), cost + item.keep, Step { before, built: false, cut: false });
                let (least, most) = (least + item.range.0, most + item.range.1);
                let runs = runs + u32::from(item.tall);
                offer((runs, least, most), cost, Step { before, built: true, cut: false });
                if least <= RUN.0 && most >= RUN.1 {
                    offer((runs + 1, 0, 0), cost, Step { before, built: true, cut: true });
                }
            }
            layer = next
                .into_iter()
                .map(|(state, (cost, step))| {
                    steps.push(step);
                    (state, (cost, Some(steps.len() - 1)))
                })
                .collect();
        }
        let ends = layer
            .into_iter()
            .filter(|&((runs, least, most), _)| runs > 0 && (least, most) == (0, 0))
            .filter_map(|((runs, ..), (_, end))| Some((runs, end?)))
            .collect();
        Self { items, drafts: drafts.len(), steps, ends }
    }

    /// Whether the block can be `k` micro-grids.
    pub fn allows(&self, k: u32) -> bool {
        self.ends.contains_key(&k)
    }

    /// How far the nearest possible number of micro-grids is from `wish`.
    pub fn near(&self, wish: u32) -> u32 {
        self.ends.keys().map(|k| k.abs_diff(wish)).min().unwrap_or(u32::MAX)
    }

    /// Households by draft for `k` micro-grids with `k * 95 + shift` households; `None` is not built.
    pub fn households(&self, k: u32, shift: i32) -> Vec<Option<u32>> {
        let mut households = vec![None; self.drafts];
        let mut at = self.ends.get(&k).copied();
        let mut runs: Vec<Vec<&Item>> = Vec::new();
        for item in self.items.iter().rev() {
            let Some(step) = at.and_then(|at| self.steps.get(at)) else { break };
            if step.cut {
                runs.push(Vec::new());
            }
            if let Some(run) = runs.last_mut().filter(|_| step.built) {
                run.push(item);
            }
            at = step.before;
        }
        let tops: u32 = runs.iter().flatten().filter(|item| item.tall).map(|_| TOP).sum();
        let total = (i64::from(k) * 95 + i64::from(shift)).max(0) as u32;
        let mut left = total.saturating_sub(tops);
        for (done, run) in runs.iter().enumerate() {
            let size = (left / (runs.len() - done) as u32).clamp(RUN.0 - 2, RUN.1 + 2);
            left -= size.min(left);
            for (item, part) in run.iter().zip(fill(run, size)) {
                households[item.draft] = Some(part + if item.tall { TOP } else { 0 });
            }
        }
        households
    }
}

/// Shares `size` households out over a run, so that all its homes are about as full.
fn fill(run: &[&Item], size: u32) -> Vec<u32> {
    let mut parts: Vec<u32> = run.iter().map(|item| item.range.0).collect();
    for _ in parts.iter().sum::<u32>()..size {
        let emptiest = (0..run.len()).filter(|&i| parts[i] < run[i].range.1).min_by_key(|&i| {
            let (least, most) = run[i].range;
            (parts[i] - least) * 1000 / (most - least)
        });
        if let Some(i) = emptiest {
            parts[i] += 1;
        }
    }
    parts
}

fn items(rng: &mut ChaCha8Rng, drafts: &[Draft]) -> Vec<Item> {
    let mut order: Vec<usize> = (0..drafts.len()).filter(|&i| drafts[i].dwellings.is_some()).collect();
    order.sort_by_key(|&i| (drafts[i].order, i));
    let n = order.len().max(1) as f64;
    let middle = order.iter().fold(V::default(), |s, &i| s.add(drafts[i].ring[0])).scale(1.0 / n);
    order
        .into_iter()
        .filter_map(|draft| {
            let dwellings = drafts[draft].dwellings?;
            let tall = dwellings.tall();
            let range = if tall { BELOW } else { dwellings.range() };
            let away = drafts[draft].ring[0].dist(middle) * rng.random_range(0.7..1.3);
            Some(Item { draft, range, tall, keep: 40 + away as u32 })
        })
        .collect()
}
