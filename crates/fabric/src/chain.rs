//! Lines of equal distance joined end to end and drawn with as few points as the error allows.

use std::collections::BTreeMap;

/// A line between two Voronoi vertices with a site on each side.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub(crate) from: u32,
    pub(crate) to: u32,
    pub(crate) left: u32,
    pub(crate) right: u32,
    pub(crate) points: Vec<(f64, f64)>,
}

/// Largest distance a point may be left out by, mm.
const TOLERANCE: f64 = 15.0;

/// Joins lines through vertices where only two of the same pair of sites meet, then thins them out
/// (Douglas and Peucker 1973).
pub(crate) fn straighten(lines: Vec<Line>) -> Vec<Line> {
    let mut at: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for (i, line) in lines.iter().enumerate() {
        at.entry(line.from).or_default().push(i as u32);
        at.entry(line.to).or_default().push(i as u32);
    }
    let pair = |i: u32| {
        let l = &lines[i as usize];
        (l.left.min(l.right), l.left.max(l.right))
    };
    let follower = |vertex: u32, i: u32| match at.get(&vertex).map(Vec::as_slice) {
        Some(&[a, b]) if a != b && pair(a) == pair(b) => Some(if a == i { b } else { a }),
        _ => None,
    };
    let mut used = vec![false; lines.len()];
    let mut out = Vec::new();
    for first in 0..lines.len() as u32 {
        if used[first as usize] {
            continue;
        }
        // Back to the beginning of the run, or around a loop to where we are.
        let (mut line, mut start) = (first, lines[first as usize].from);
        while let Some(before) = follower(start, line) {
            if before == first {
                break;
            }
            let l = &lines[before as usize];
            start = if l.to == start { l.from } else { l.to };
            line = before;
        }
        let mut run: Option<Line> = None;
        let mut vertex = start;
        loop {
            used[line as usize] = true;
            let l = &lines[line as usize];
            let forward = l.from == vertex;
            let points: Vec<(f64, f64)> =
                if forward { l.points.clone() } else { l.points.iter().rev().copied().collect() };
            let (left, right) = if forward { (l.left, l.right) } else { (l.right, l.left) };
            vertex = if forward { l.to } else { l.from };
            match &mut run {
                None => run = Some(Line { from: start, to: vertex, left, right, points }),
                Some(run) => {
                    run.points.extend(points.into_iter().skip(1));
                    run.to = vertex;
                }
            }
            match follower(vertex, line) {
                Some(next) if !used[next as usize] => line = next,
                _ => break,
            }
        }
        out.extend(run.map(|mut run| {
            run.points = thin(&run.points);
            run
        }));
    }
    out
}

/// Douglas-Peucker; the ends stay.
fn thin(points: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let n = points.len();
    if n < 3 {
        return points.to_vec();
    }
    let mut keep = vec![false; n];
    keep[0] = true;
    keep[n - 1] = true;
    let mut open = vec![(0, n - 1)];
    while let Some((i, j)) = open.pop() {
        let (a, b) = (points[i], points[j]);
        let mut worst = (TOLERANCE, 0);
        for (k, &p) in points.iter().enumerate().take(j).skip(i + 1) {
            let off = apart(p, a, b);
            if off > worst.0 {
                worst = (off, k);
            }
        }
        if worst.1 > 0 {
            keep[worst.1] = true;
            open.push((i, worst.1));
            open.push((worst.1, j));
        }
    }
    points.iter().zip(keep).filter(|(_, keep)| *keep).map(|(p, _)| *p).collect()
}

fn apart(p: (f64, f64), a: (f64, f64), b: (f64, f64)) -> f64 {
    let (ux, uy) = (b.0 - a.0, b.1 - a.1);
    let square = ux * ux + uy * uy;
    let t = if square > 0.0 { (((p.0 - a.0) * ux + (p.1 - a.1) * uy) / square).clamp(0.0, 1.0) } else { 0.0 };
    (p.0 - a.0 - t * ux).hypot(p.1 - a.1 - t * uy)
}
