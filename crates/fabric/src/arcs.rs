//! 弧段 Edges joined to arcs at the nodes where more than two plots, or two kinds of border, meet.

use crate::fabric::Arc;
use crate::ground::NONE;
use crate::pieces::Plots;
use crate::planar::Planar;
use crate::tessellate::Tessellation;
use lifang_model::{BarrierClass, Point};

/// The arcs between plots. `left` and `right` are plots.
pub(crate) fn arcs(tess: &Tessellation, plots: &Plots) -> Vec<Arc> {
    let map = &tess.map;
    let plot = |h: u32| plots.of_face[map.face[h as usize] as usize];
    chained(map, plot, |e| tess.barrier[e as usize], |_| false)
}

/// The arcs between the plots on the left of the half-edges of a map; points that are `fixed` end an arc.
pub(crate) fn chained(
    map: &Planar,
    plot: impl Fn(u32) -> u32,
    barrier: impl Fn(u32) -> BarrierClass,
    fixed: impl Fn(Point) -> bool,
) -> Vec<Arc> {
    let kept: Vec<u32> = (0..map.ends.len() as u32).filter(|&e| plot(2 * e) != plot(2 * e + 1)).collect();

    // Outgoing half-edges of the kept edges at each point.
    let mut start = vec![0u32; map.points.len() + 1];
    for &e in &kept {
        for end in map.ends[e as usize] {
            start[end as usize + 1] += 1;
        }
    }
    for i in 1..start.len() {
        start[i] += start[i - 1];
    }
    let mut fill = start.clone();
    let mut out = vec![0u32; 2 * kept.len()];
    for &e in &kept {
        for side in 0..2 {
            let slot = &mut fill[map.ends[e as usize][side] as usize];
            out[*slot as usize] = 2 * e + side as u32;
            *slot += 1;
        }
    }
    let around = |p: u32| &out[start[p as usize] as usize..start[p as usize + 1] as usize];
    let kind = |h: u32| (plot(h), plot(h ^ 1), barrier(h / 2));
    // The half-edge an arc goes on along after arriving by `h`, unless a node ends it.
    let follower = |h: u32| {
        let head = map.ends[h as usize / 2][1 - h as usize % 2];
        match *around(head) {
            [a, b] if !fixed(map.points[head as usize]) => {
                let next = if a == h ^ 1 { b } else { a };
                (kind(next) == kind(h)).then_some(next)
            }
            _ => None,
        }
    };
    let mut walked: Vec<Point> = Vec::new();
    let mut walk = |first: u32| {
        walked.clear();
        walked.push(map.ends_of(first).0);
        let mut h = first;
        loop {
            push(&mut walked, map.ends_of(h).1);
            match follower(h) {
                Some(next) if next != first => h = next,
                _ => break,
            }
        }
        let (left, right, barrier) = kind(first);
        let cell = |plot: u32| (plot != NONE).then_some(plot);
        Arc { points: walked.clone(), left: cell(left), right: cell(right), barrier }
    };
    // First the arcs that end at nodes, from their first half-edge; then the loops.
    let mut arcs = Vec::new();
    let mut seen = vec![false; map.ends.len()];
    let ends = kept.iter().flat_map(|&e| [2 * e, 2 * e + 1]).filter(|&h| follower(h ^ 1).is_none());
    for h in ends.chain(kept.iter().map(|&e| 2 * e)) {
        if seen[h as usize / 2] {
            continue;
        }
        let mut last = h;
        seen[h as usize / 2] = true;
        while let Some(next) = follower(last).filter(|&next| next != h) {
            last = next;
            seen[last as usize / 2] = true;
        }
        arcs.push(walk(h));
    }
    arcs
}

/// Appends a point; a point before it that lies straight between its neighbours is left out, which changes nothing.
fn push(points: &mut Vec<Point>, p: Point) {
    if let [.., a, b] = *points.as_slice()
        && a.cross(b, p) == 0
        && ahead(a, b, p)
    {
        points.pop();
    }
    points.push(p);
}

fn ahead(a: Point, b: Point, p: Point) -> bool {
    let step = |u: i32, v: i32| (i64::from(v) - i64::from(u)).signum();
    (step(a.x, b.x), step(a.y, b.y)) == (step(b.x, p.x), step(b.y, p.y))
}
