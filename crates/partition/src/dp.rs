//! 树上区间划分 The exact (l,u)-partition of a tree.
//!
//! For every vertex the cheapest way to cut its subtree is kept for each load 0..=u of the part that is still open at
//! the vertex, and for an open part that is already beyond u. Cutting the edge to a child closes the child's open part
//! at the cost [`Sums`] gives its load; keeping it joins both open parts. This is the (l,u)-partition of Ito, Nishizeki,
//! Schröder, Uno and Zhou (Algorithmica 62, 2012) with costs instead of feasibility: loads outside the allowed set are
//! priced, so there is always an answer and it misses the band as rarely as this tree permits.
//!
//! Arrays are no longer than the load of the subtree and live in one arena, which is reused from call to call.

use crate::sums::Sums;

const FREE: f32 = f32::INFINITY;

/// A rooted tree in an order in which parents precede their children; vertex 0 is the root.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tree {
    /// Vertex of the caller.
    pub node: Vec<u32>,
    /// Position of the parent; the root's is 0.
    pub parent: Vec<u32>,
    /// Load of each vertex.
    pub load: Vec<u32>,
    /// Cost of cutting the edge to the parent.
    pub cut: Vec<f32>,
    /// Cost of keeping it.
    pub keep: Vec<f32>,
}

impl Tree {
    /// Forgets everything, keeping the memory.
    pub fn clear(&mut self) {
        self.node.clear();
        self.parent.clear();
        self.load.clear();
        self.cut.clear();
        self.keep.clear();
    }
}

/// Costs by load of an open part: `len` entries of the arena from `at`, and the cost of being beyond the upper end.
#[derive(Copy, Clone, Debug, Default)]
struct Open {
    at: u32,
    len: u32,
    over: f32,
}

/// The arrays of the dynamic programme.
#[derive(Clone, Debug, Default)]
pub(crate) struct Dp {
    arena: Vec<f32>,
    done: Vec<Open>,
    before: Vec<Open>,
    closed: Vec<f32>,
    tail: Vec<f32>,
    want: Vec<u32>,
}

/// The open load of a part beyond the upper end, in [`Dp::want`].
const OVER: u32 = u32::MAX;

impl Dp {
    /// Cuts the tree; `part[i]` becomes the part of the vertex at position `i`. Returns the number of parts and the cost.
    pub fn solve(&mut self, tree: &Tree, sums: &Sums, part: &mut Vec<u32>) -> (u32, f32) {
        let n = tree.parent.len();
        part.clear();
        if n == 0 {
            return (0, 0.0);
        }
        self.arena.clear();
        self.done.clear();
        self.before.clear();
        self.before.resize(n, Open::default());
        self.closed.clear();
        self.closed.resize(n, FREE);
        for &load in &tree.load {
            let open = self.leaf(load, sums);
            self.done.push(open);
        }
        for i in (0..n).rev() {
            self.closed[i] = self.close(self.done[i], sums);
            if i > 0 {
                let p = tree.parent[i] as usize;
                self.before[i] = self.done[p];
                self.done[p] = self.join(self.done[p], self.done[i], self.closed[i], tree, i, sums);
            }
        }
        let parts = self.trace(tree, sums, part);
        (parts, self.closed[0])
    }

    fn leaf(&mut self, load: u32, sums: &Sums) -> Open {
        let at = self.arena.len() as u32;
        if load > sums.upper() {
            self.arena.push(FREE);
            return Open { at, len: 1, over: (load - sums.upper()) as f32 * sums.slope() };
        }
        self.arena.resize(self.arena.len() + load as usize, FREE);
        self.arena.push(0.0);
        Open { at, len: load + 1, over: FREE }
    }

    fn slice(&self, open: Open) -> &[f32] {
        &self.arena[open.at as usize..(open.at + open.len) as usize]
    }

    fn close(&self, open: Open, sums: &Sums) -> f32 {
        let mut best = open.over + sums.beyond();
        for (cost, price) in self.slice(open).iter().zip(sums.table()) {
            let sum = cost + price;
            best = if sum < best { sum } else { best };
        }
        best
    }

    /// The parent's open part after the child at position `i` was either cut off or joined.
    fn join(&mut self, f: Open, g: Open, closed: f32, tree: &Tree, i: usize, sums: &Sums) -> Open {
        let (cut, keep) = (closed + tree.cut[i], tree.keep[i]);
        let (upper, slope) = (sums.upper(), sums.slope());
        let len = (f.len + g.len - 1).min(upper + 1);
        let at = self.arena.len();
        self.arena.resize(at + len as usize, FREE);
        let (old, out) = self.arena.split_at_mut(at);
        let f_cost = &old[f.at as usize..(f.at + f.len) as usize];
        let g_cost = &old[g.at as usize..(g.at + g.len) as usize];
        for (out, cost) in out.iter_mut().zip(f_cost) {
            *out = cost + cut;
        }
        let (short, long) = if f.len <= g.len { (f_cost, g_cost) } else { (g_cost, f_cost) };
        for (t, &cost) in short.iter().enumerate() {
            if cost < FREE {
                let add = cost + keep;
                for (out, cost) in out[t.min(len as usize)..].iter_mut().zip(long) {
                    let sum = cost + add;
                    *out = if sum < *out { sum } else { *out };
                }
            }
        }
        let mut over = f.over + cut;
        if f.len + g.len - 2 > upper {
            // Least cost of an open part of at least s, by s, with its load already charged.
            self.tail.clear();
            self.tail.resize(f.len as usize, FREE);
            let mut least = FREE;
            for s in (0..f.len as usize).rev() {
                least = least.min(f_cost[s] + s as f32 * slope);
                self.tail[s] = least;
            }
            for (t, &cost) in g_cost.iter().enumerate() {
                let need = (upper as usize + 1).saturating_sub(t);
                if let Some(&rest) = self.tail.get(need) {
                    over = over.min(cost + t as f32 * slope + rest - upper as f32 * slope + keep);
                }
            }
        }
        if f.over < FREE {
            for (t, &cost) in g_cost.iter().enumerate() {
                over = over.min(f.over + cost + t as f32 * slope + keep);
            }
        }
        if g.over < FREE {
            for (s, &cost) in f_cost.iter().enumerate() {
                over = over.min(g.over + cost + s as f32 * slope + keep);
            }
            over = over.min(f.over + g.over + upper as f32 * slope + keep);
        }
        Open { at: at as u32, len, over }
    }

    /// Walks down from the root and gives every vertex its part.
    fn trace(&mut self, tree: &Tree, sums: &Sums, part: &mut Vec<u32>) -> u32 {
        let n = tree.parent.len();
        part.resize(n, 0);
        // The open load wanted at each vertex once all its children not yet walked are merged.
        self.want.clear();
        self.want.resize(n, 0);
        self.want[0] = self.best_close(self.done[0], sums);
        let mut parts = 1;
        for i in 1..n {
            let p = tree.parent[i] as usize;
            // Children were merged from the last position to the first, so the first is undone first.
            let (f, g) = (self.before[i], self.done[i]);
            let (rest, mine) = self.undo(f, g, self.want[p], tree, i, sums);
            self.want[p] = rest;
            match mine {
                Some(open) => {
                    self.want[i] = open;
                    part[i] = part[p];
                }
                None => {
                    self.want[i] = self.best_close(g, sums);
                    part[i] = parts;
                    parts += 1;
                }
            }
        }
        parts
    }

    fn best_close(&self, open: Open, sums: &Sums) -> u32 {
        let (mut best, mut at) = (open.over + sums.beyond(), OVER);
        for (load, (cost, price)) in self.slice(open).iter().zip(sums.table()).enumerate() {
            if cost + price < best {
                best = cost + price;
                at = load as u32;
            }
        }
        at
    }

    /// How the parent came to the open load `want`: its own open load before, and the child's if it was joined.
    fn undo(&self, f: Open, g: Open, want: u32, tree: &Tree, i: usize, sums: &Sums) -> (u32, Option<u32>) {
        let (cut, keep) = (self.closed[i] + tree.cut[i], tree.keep[i]);
        let (f_cost, g_cost) = (self.slice(f), self.slice(g));
        let mut best = FREE;
        let mut choice = (want, None);
        let mut offer = |cost: f32, rest: u32, mine: Option<u32>| {
            if cost < best {
                best = cost;
                choice = (rest, mine);
            }
        };
        if want != OVER {
            if let Some(cost) = f_cost.get(want as usize) {
                offer(cost + cut, want, None);
            }
            let low = (want + 1).saturating_sub(f.len);
            for t in low..=want.min(g.len - 1) {
                offer(f_cost[(want - t) as usize] + g_cost[t as usize] + keep, want - t, Some(t));
            }
            return choice;
        }
        let (upper, slope) = (sums.upper(), sums.slope());
        offer(f.over + cut, OVER, None);
        for (s, &a) in f_cost.iter().enumerate() {
            let low = (upper as usize + 1).saturating_sub(s);
            for (t, &b) in g_cost.iter().enumerate().skip(low) {
                let excess = (s + t - upper as usize) as f32 * slope;
                offer(a + b + excess + keep, s as u32, Some(t as u32));
            }
            offer(g.over + a + s as f32 * slope + keep, s as u32, Some(OVER));
        }
        for (t, &b) in g_cost.iter().enumerate() {
            offer(f.over + b + t as f32 * slope + keep, OVER, Some(t as u32));
        }
        offer(f.over + g.over + upper as f32 * slope + keep, OVER, Some(OVER));
        choice
    }
}

#[cfg(test)]
mod tests;
