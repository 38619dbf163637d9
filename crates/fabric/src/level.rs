//! 面积平差 The last square millimetres: the cells' area is made equal to the boundary's.
//!
//! A line that meets a slanted border meets it at a lattice point a fraction of a millimetre off. Those fractions add up
//! to a few thousand square millimetres over a town. Moving some meeting points by at most [`REACH`] mm, nearly along the
//! border, takes the sum back to nothing, or almost.

use crate::border::{Border, to_segment};
use crate::fabric::Arc;
use crate::grid::Grid;
use crate::noding::crossing;
use crate::settle::settle;
use crate::simplify::Crowd;
use lifang_model::{Point, Polygon};
use std::collections::BTreeMap;

/// How far a meeting point may move, mm.
const REACH: i32 = 15;
/// How far off the border a meeting point may lie, mm; `verify` allows a millimetre for rounding.
const OFF: f64 = 0.9;
/// How many points are tried.
const TRIES: usize = 200;

/// Where a line between two plots meets the border.
struct Meeting {
    at: Point,
    before: Point,
    after: Point,
    inner: Point,
    arcs: [u32; 3],
}

/// Makes the cells' area that of the boundary: by moving meeting points, each only where nothing is in the way, and, where
/// that leaves something, by one more corner.
pub(crate) fn level(arcs: &mut [Arc], boundary: &[Polygon]) {
    straighten(arcs, boundary);
    let wanted: i128 = boundary.iter().map(Polygon::twice_area).sum();
    let outer = |arc: &&Arc| arc.left.is_none() || arc.right.is_none();
    let length: f64 =
        arcs.iter().filter(outer).flat_map(|arc| arc.points.windows(2)).map(|w| w[0].distance(w[1])).sum();
    let excess = enclosed(arcs) - wanted;
    // More than a millimetre all along is no rounding: the boundary's parts overlap, say.
    if excess == 0 || excess.unsigned_abs() as f64 > 2.0 * length {
        return;
    }
    let border = Border::new(boundary);
    even(arcs, &border, excess);
    let rest = enclosed(arcs) - wanted;
    settle(arcs, &border, rest, |_| true);
}

/// Twice the area within the outer border.
pub(crate) fn enclosed(arcs: &[Arc]) -> i128 {
    let side = |arc: &Arc| i128::from(arc.right.is_none()) - i128::from(arc.left.is_none());
    arcs.iter()
        .map(|arc| (arc, side(arc)))
        .filter(|(_, side)| *side != 0)
        .map(|(arc, side)| swept(arc) * side)
        .sum()
}

/// Moves meeting points of the border until the excess is gone, or little is left.
fn even(arcs: &mut [Arc], border: &Border, mut excess: i128) {
    let segments: Vec<(Point, Point)> =
        arcs.iter().flat_map(|arc| arc.points.windows(2)).map(|w| (w[0], w[1])).collect();
    let grid = Grid::of_segments(segments.len(), |i| segments[i]);
    let all = meetings(arcs);
    let mut fixed: Vec<Point> = Vec::new();
    let mut first: Option<&Meeting> = None;
    for second in all.iter().take(TRIES) {
        // A neighbour that moved makes what is known of this point stale; so would moving two that share an edge.
        if second.around().iter().any(|p| fixed.contains(p)) {
            continue;
        }
        let Some(one) = first.filter(|one| !second.around().contains(&one.at)) else {
            first = first.or(Some(second));
            continue;
        };
        first = None;
        let Some((moves, rest)) = best([one, second], excess, border) else { continue };
        let free = moves.iter().zip([one, second]).all(|(&to, m)| {
            to == m.at || m.around().iter().all(|&end| is_free(&grid, &segments, m.at, to, end))
        });
        if !free {
            continue;
        }
        for (to, meeting) in moves.into_iter().zip([one, second]) {
            for i in meeting.arcs {
                arcs[i as usize].points.iter_mut().filter(|p| **p == meeting.at).for_each(|p| *p = to);
            }
            fixed.extend(meeting.around());
            fixed.extend([meeting.at, to]);
        }
        excess = rest;
        if excess == 0 {
            return;
        }
    }
    // Pairs move the sum nearly anywhere; where there was no pair left, or none was free, one point helps a little.
    for one in all.iter().take(TRIES) {
        if fixed.contains(&one.at) || one.around().iter().any(|p| fixed.contains(p)) {
            continue;
        }
        let choices = one.choices(border);
        let Some(&(change, to)) =
            choices.iter().min_by_key(|(change, to)| ((excess + change).abs(), *to != one.at))
        else {
            continue;
        };
        let free = || one.around().iter().all(|&end| is_free(&grid, &segments, one.at, to, end));
        if to == one.at || (excess + change).abs() >= excess.abs() || !free() {
            continue;
        }
        for i in one.arcs {
            arcs[i as usize].points.iter_mut().filter(|p| **p == one.at).for_each(|p| *p = to);
        }
        fixed.extend(one.around());
        fixed.extend([one.at, to]);
        excess += change;
        if excess == 0 {
            return;
        }
    }
}

/// Takes points out of the outer border that are no corners of the boundary and where no arc ends: a line that was noded
/// with the border and divides nothing left them there, a fraction of a millimetre off.
fn straighten(arcs: &mut [Arc], boundary: &[Polygon]) {
    let mut corners: Vec<Point> =
        boundary.iter().flat_map(Polygon::rings).flat_map(|ring| ring.0.iter().copied()).collect();
    corners.sort_unstable();
    let spare = |p: &Point| corners.binary_search(p).is_err();
    let outer = |arc: &Arc| arc.left.is_none() || arc.right.is_none();
    let inner = |arc: &Arc| arc.points.len() > 2 && arc.points[1..arc.points.len() - 1].iter().any(spare);
    let chosen: Vec<usize> = (0..arcs.len()).filter(|&i| outer(&arcs[i]) && inner(&arcs[i])).collect();
    if chosen.is_empty() {
        return;
    }
    let crowd = Crowd::new(arcs);
    let mut gone = vec![false; crowd.len()];
    for i in chosen {
        let points = &arcs[i].points;
        let closed = points.first() == points.last();
        let mut kept: Vec<Point> = vec![points[0]];
        for w in points.windows(2).zip(points.iter().skip(2)) {
            let (&[_, p], &b) = (w.0, w.1) else { continue };
            let a = kept[kept.len() - 1];
            let enough = kept.len() >= if closed { 3 } else { 2 } || !closed && a != b;
            let straight = spare(&p) && to_segment(p, a, b) <= 1.5;
            if enough && straight && !crowd.in_triangle(a, p, b, &gone) {
                if let Some(at) = crowd.place(p) {
                    gone[at] = true;
                }
            } else {
                kept.push(p);
            }
        }
        kept.extend(points.last());
        arcs[i].points = kept;
    }
}

impl Meeting {
    fn around(&self) -> [Point; 3] {
        [self.before, self.after, self.inner]
    }

    /// Where the point may go and what that adds to the area, by what it adds. Staying is one of the choices.
    fn choices(&self, border: &Border) -> Vec<(i128, Point)> {
        let (bx, by) = (
            i128::from(self.after.x) - i128::from(self.before.x),
            i128::from(self.after.y) - i128::from(self.before.y),
        );
        let room = self.around().iter().map(|&p| self.at.distance(p)).fold(f64::MAX, f64::min);
        let reach = REACH.min((room / 4.0) as i32);
        let edge = border.edge_at(self.at);
        let mut choices = Vec::new();
        for dx in -reach..=reach {
            for dy in -reach..=reach {
                let to = Point::new(self.at.x + dx, self.at.y + dy);
                // Beside an edge that runs nearly east or north, the lattice offers one point on each side of it only:
                // both are within a millimetre, and taking one here and the other there evens the sum out.
                if to == self.at || edge.is_some_and(|(c, d)| to_segment(to, c, d) <= OFF) {
                    choices.push((i128::from(dx) * by - i128::from(dy) * bx, to));
                }
            }
        }
        choices.sort_unstable();
        choices
    }
}

/// Twice the area swept from the origin along an arc.
pub(crate) fn swept(arc: &Arc) -> i128 {
    let cross = |p: Point, q: Point| i128::from(p.x) * i128::from(q.y) - i128::from(q.x) * i128::from(p.y);
    arc.points.windows(2).map(|w| cross(w[0], w[1])).sum()
}

/// The nodes where exactly two outer arcs and one inner arc end, by place.
fn meetings(arcs: &[Arc]) -> Vec<Meeting> {
    let outer = |arc: &Arc| arc.left.is_none() || arc.right.is_none();
    let tips = |arc: &Arc| arc.points.first().copied().into_iter().chain(arc.points.last().copied());
    let mut border: Vec<Point> = arcs.iter().filter(|arc| outer(arc)).flat_map(tips).collect();
    border.sort_unstable();
    // Per node: the arc ends there as (arc, next point, whether outer, whether the arc leaves with land on its left).
    let mut ends: BTreeMap<Point, Vec<(u32, Point, bool, bool)>> = BTreeMap::new();
    for (i, arc) in (0u32..).zip(arcs) {
        let outer = outer(arc);
        if !outer && tips(arc).all(|tip| border.binary_search(&tip).is_err()) {
            continue;
        }
        if let [first, second, ..] = *arc.points.as_slice()
            && let [.., before, last] = *arc.points.as_slice()
        {
            ends.entry(first).or_default().push((i, second, outer, arc.right.is_none()));
            ends.entry(last).or_default().push((i, before, outer, arc.left.is_none()));
        }
    }
    ends.into_iter()
        .filter_map(|(at, ends)| {
            let [a, b, c] = <[_; 3]>::try_from(ends).ok()?;
            let inner = [a, b, c].into_iter().find(|e| !e.2)?;
            let after = [a, b, c].into_iter().find(|e| e.2 && e.3)?;
            let before = [a, b, c].into_iter().find(|e| e.2 && !e.3)?;
            Some(Meeting { at, before: before.1, after: after.1, inner: inner.1, arcs: [a.0, b.0, c.0] })
        })
        .collect()
}

/// The places for two points that bring the excess nearest to nothing, and what then remains; `None` if none helps.
fn best(meetings: [&Meeting; 2], excess: i128, border: &Border) -> Option<([Point; 2], i128)> {
    let [ones, twos] = meetings.map(|meeting| meeting.choices(border));
    let mut found: Option<([Point; 2], i128)> = None;
    for &(change, one) in &ones {
        let near = twos.partition_point(|two| two.0 < -(excess + change));
        for &(other, two) in &twos[near.saturating_sub(1)..(near + 1).min(twos.len())] {
            let rest = excess + change + other;
            if rest.abs() < found.map_or(excess, |f| f.1).abs() {
                found = Some(([one, two], rest));
            }
        }
    }
    found
}

/// Whether the edge from `to` to `end` meets nothing but what ends at `end` or at the old place.
fn is_free(grid: &Grid, segments: &[(Point, Point)], old: Point, to: Point, end: Point) -> bool {
    let mut free = true;
    grid.near(to, end, 2 * i64::from(REACH), |i| {
        let (c, d) = segments[i as usize];
        if c == old || d == old {
            return;
        }
        let on = |p: Point, a: Point, b: Point| to_segment(p, a, b) < 1.0;
        let touches = (c != end && on(c, to, end)) || (d != end && on(d, to, end)) || on(to, c, d);
        free = free && !touches && crossing(to, end, c, d).is_none();
    });
    free
}
