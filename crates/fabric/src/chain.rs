//! Lines of equal distance joined end to end and drawn with as few points as the error allows.

use crate::ground::NONE;

/// A line between two sites.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub(crate) left: u32,
    pub(crate) right: u32,
    pub(crate) points: Vec<(f64, f64)>,
}

/// A piece of a line between two Voronoi vertices; its points lie in one list common to all pieces.
#[derive(Copy, Clone, Debug)]
struct Stretch {
    ends: [u32; 2],
    left: u32,
    right: u32,
    points: (u32, u32),
}

impl Stretch {
    fn pair(&self) -> (u32, u32) {
        (self.left.min(self.right), self.left.max(self.right))
    }

    fn other_end(&self, vertex: u32) -> u32 {
        self.ends[usize::from(self.ends[0] == vertex)]
    }
}

/// The stretches of one diagram.
#[derive(Debug, Default)]
pub(crate) struct Stretches {
    list: Vec<Stretch>,
    points: Vec<(f64, f64)>,
}

/// Largest distance a point may be left out by, mm.
const TOLERANCE: f64 = 15.0;

impl Stretches {
    /// Adds a stretch between two vertices, with the sites on its left and right.
    pub(crate) fn push(&mut self, ends: [u32; 2], (left, right): (u32, u32), points: &[(f64, f64)]) {
        let first = self.points.len() as u32;
        self.points.extend_from_slice(points);
        self.list.push(Stretch { ends, left, right, points: (first, self.points.len() as u32) });
    }

    /// Joins stretches through vertices where only two of the same pair of sites meet, then thins them out
    /// (Douglas and Peucker 1973). Vertices are counted from 0 to `vertices`.
    pub(crate) fn straighten(&self, vertices: usize) -> Vec<Line> {
        let list = &self.list;
        // The stretches that end at each vertex: the first two, and how many there are.
        let mut at = vec![(0u32, [NONE; 2]); vertices];
        for (i, stretch) in (0u32..).zip(list) {
            for end in stretch.ends {
                let (count, first) = &mut at[end as usize];
                if let Some(slot) = first.get_mut(*count as usize) {
                    *slot = i;
                }
                *count += 1;
            }
        }
        let follower = |vertex: u32, i: u32| match at[vertex as usize] {
            (2, [a, b]) if a != b && list[a as usize].pair() == list[b as usize].pair() => {
                Some(if a == i { b } else { a })
            }
            _ => None,
        };
        let mut used = vec![false; list.len()];
        let mut out = Vec::new();
        let mut run: Vec<(f64, f64)> = Vec::new();
        let mut thinner = Thinner::default();
        for first in 0..list.len() as u32 {
            if used[first as usize] {
                continue;
            }
            // Back to the beginning of the run, or around a loop to where we are.
            let (mut at, mut vertex) = (first, list[first as usize].ends[0]);
            while let Some(before) = follower(vertex, at) {
                if before == first {
                    break;
                }
                vertex = list[before as usize].other_end(vertex);
                at = before;
            }
            run.clear();
            let begin = &list[at as usize];
            let forward = begin.ends[0] == vertex;
            let (left, right) = if forward { (begin.left, begin.right) } else { (begin.right, begin.left) };
            loop {
                used[at as usize] = true;
                let stretch = &list[at as usize];
                let points = &self.points[stretch.points.0 as usize..stretch.points.1 as usize];
                let skip = usize::from(!run.is_empty());
                if stretch.ends[0] == vertex {
                    run.extend(points.iter().skip(skip));
                } else {
                    run.extend(points.iter().rev().skip(skip));
                }
                vertex = stretch.other_end(vertex);
                match follower(vertex, at) {
                    Some(next) if !used[next as usize] => at = next,
                    _ => break,
                }
            }
            out.push(Line { left, right, points: thinner.thin(&run) });
        }
        out
    }
}

/// Douglas-Peucker; the ends stay. Keeps its working memory from line to line.
#[derive(Default)]
struct Thinner {
    keep: Vec<bool>,
    open: Vec<(usize, usize)>,
}

impl Thinner {
    fn thin(&mut self, points: &[(f64, f64)]) -> Vec<(f64, f64)> {
        let n = points.len();
        if n < 3 {
            return points.to_vec();
        }
        self.keep.clear();
        self.keep.resize(n, false);
        self.keep[0] = true;
        self.keep[n - 1] = true;
        let mut kept = 2;
        self.open.push((0, n - 1));
        while let Some((i, j)) = self.open.pop() {
            let (a, b) = (points[i], points[j]);
            let mut worst = (TOLERANCE * TOLERANCE, 0);
            for (k, &p) in points.iter().enumerate().take(j).skip(i + 1) {
                let off = apart(p, a, b);
                if off > worst.0 {
                    worst = (off, k);
                }
            }
            if worst.1 > 0 {
                self.keep[worst.1] = true;
                kept += 1;
                self.open.push((i, worst.1));
                self.open.push((worst.1, j));
            }
        }
        let mut out = Vec::with_capacity(kept);
        out.extend(points.iter().zip(&self.keep).filter(|(_, keep)| **keep).map(|(p, _)| *p));
        out
    }
}

/// The square of the distance from a point to a segment.
fn apart(p: (f64, f64), a: (f64, f64), b: (f64, f64)) -> f64 {
    let (ux, uy) = (b.0 - a.0, b.1 - a.1);
    let square = ux * ux + uy * uy;
    let t = if square > 0.0 { (((p.0 - a.0) * ux + (p.1 - a.1) * uy) / square).clamp(0.0, 1.0) } else { 0.0 };
    let (x, y) = (p.0 - a.0 - t * ux, p.1 - a.1 - t * uy);
    x * x + y * y
}
