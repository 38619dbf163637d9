//! 跨越 Bridges, underpasses and footway crossings that join land across a barrier, and gates that open walls.

use crate::border::to_segment;
use crate::fabric::{Arc, Cell};
use crate::grid::Grid;
use crate::noding::crossing;
use lifang_model::{
    AtomIdx, BarrierClass, FootAccess, LandCover, Link, LinkKind, Millimetres, Point, Street, Territory,
};
use std::collections::BTreeMap;

/// How far a bridge is thought longer at both ends, mm: surveyors end it at the water's edge.
const APPROACH: f64 = 10_000.0;

/// Adds a link for every walkable street that crosses a severe barrier, or marks the pair if it touches already.
pub(crate) fn add(
    territory: &Territory,
    arcs: &[Arc],
    cells: &[Cell],
    links: &mut BTreeMap<(u32, u32), Link>,
) {
    let mut edges: Vec<(Point, Point, u32)> = Vec::new();
    for (i, arc) in (0u32..).zip(arcs) {
        if severe(arc.barrier) && arc.left.is_some() && arc.right.is_some() {
            edges.extend(arc.points.windows(2).map(|w| (w[0], w[1], i)));
        }
    }
    if edges.is_empty() {
        return;
    }
    let grid = Grid::of_segments(edges.len(), |i| (edges[i].0, edges[i].1));
    let water: Vec<bool> = cells.iter().map(|cell| in_water(territory, cell)).collect();
    for street in territory.streets.iter().filter(|s| joins(s)) {
        let spans = street.bridge || street.tunnel || street.layer != 0;
        let line = if spans { lengthened(&street.line) } else { street.line.clone() };
        let mut from: Option<(u32, BarrierClass)> = None;
        for w in line.windows(2) {
            for (before, after, class) in meets(w[0], w[1], arcs, &edges, &grid) {
                // A river drawn as an area is crossed from bank to bank: its own cell is no place to stop.
                let start = match from {
                    Some((cell, met)) if spans && water[before as usize] => (cell, met.max(class)),
                    _ => (before, class),
                };
                if spans && water[after as usize] {
                    from = Some(start);
                } else {
                    from = None;
                    if !(spans && water[start.0 as usize]) {
                        join(links, start.0, after, start.1);
                    }
                }
            }
        }
    }
}

/// How far from its wall a gate may be drawn, mm: it is often put on the way that leads through, or at the porter's lodge.
const BESIDE: f64 = 5_000.0;

/// Marks the pairs of cells on both sides of a wall where an open gate leads through it.
pub(crate) fn gates(territory: &Territory, arcs: &[Arc], links: &mut BTreeMap<(u32, u32), Link>) {
    let walled = territory.compounds.iter().filter(|compound| compound.walled);
    let open: Vec<Point> =
        walled.flat_map(|compound| &compound.gates).filter(|gate| gate.open).map(|gate| gate.at).collect();
    if open.is_empty() {
        return;
    }
    let mut edges: Vec<(Point, Point, (u32, u32))> = Vec::new();
    for arc in arcs.iter().filter(|arc| arc.barrier == BarrierClass::Wall) {
        if let (Some(l), Some(r)) = (arc.left, arc.right) {
            edges.extend(arc.points.windows(2).map(|w| (w[0], w[1], (l.min(r), l.max(r)))));
        }
    }
    let grid = Grid::of_segments(edges.len(), |i| (edges[i].0, edges[i].1));
    for at in open {
        let mut best: Option<(f64, u32)> = None;
        grid.near(at, at, BESIDE as i64, |i| {
            let (c, d, _) = edges[i as usize];
            let off = to_segment(at, c, d);
            if off <= BESIDE && best.is_none_or(|best| (off, i) < best) {
                best = Some((off, i));
            }
        });
        let pair = best.map(|(_, i)| edges[i as usize].2);
        if let Some(link) = pair.and_then(|pair| links.get_mut(&pair))
            && (link.kind, link.barrier) == (LinkKind::Lateral, BarrierClass::Wall)
        {
            link.kind = LinkKind::Crossing;
        }
    }
}

fn severe(class: BarrierClass) -> bool {
    matches!(
        class,
        BarrierClass::Water | BarrierClass::Rail | BarrierClass::Motorway | BarrierClass::Arterial
    )
}

/// Walkable, and either off the ground or itself no barrier.
fn joins(street: &Street) -> bool {
    street.foot != FootAccess::No && (!street.at_ground() || street.class.barrier() == BarrierClass::None)
}

fn in_water(territory: &Territory, cell: &Cell) -> bool {
    let water = |area: &&lifang_model::Area| area.cover == LandCover::Water;
    cell.building.is_none() && territory.areas.iter().filter(water).any(|a| a.outline.contains(cell.anchor))
}

/// The crossings of a stretch in order: the cell before, the cell after, and what is crossed.
fn meets(
    a: Point,
    b: Point,
    arcs: &[Arc],
    edges: &[(Point, Point, u32)],
    grid: &Grid,
) -> Vec<(u32, u32, BarrierClass)> {
    let mut found: Vec<(f64, u32, u32, u32, BarrierClass)> = Vec::new();
    grid.near(a, b, 1, |i| {
        let (c, d, arc) = edges[i as usize];
        if let Some(at) = crossing(a, b, c, d) {
            let arc = &arcs[arc as usize];
            if let (Some(left), Some(right)) = (arc.left, arc.right) {
                let from_left = c.cross(d, a) > 0;
                let (before, after) = if from_left { (left, right) } else { (right, left) };
                found.push((a.distance(at), i, before, after, arc.barrier));
            }
        }
    });
    found.sort_by(|p, q| p.0.total_cmp(&q.0).then(p.1.cmp(&q.1)));
    found.dedup_by_key(|f| f.1);
    found.into_iter().map(|f| (f.2, f.3, f.4)).collect()
}

fn join(links: &mut BTreeMap<(u32, u32), Link>, a: u32, b: u32, barrier: BarrierClass) {
    let (a, b) = (a.min(b), a.max(b));
    if a == b {
        return;
    }
    let link =
        Link { a: AtomIdx(a), b: AtomIdx(b), kind: LinkKind::Crossing, shared: Millimetres(0), barrier };
    let entry = links.entry((a, b)).or_insert(link);
    // Where the border has an easier stretch than what is bridged here, the pair already meets there.
    if entry.kind == LinkKind::Lateral && severe(entry.barrier) {
        entry.kind = LinkKind::Crossing;
    }
}

/// The line with both ends drawn out.
fn lengthened(line: &[Point]) -> Vec<Point> {
    let beyond = |end: Point, inner: Point| {
        let length = inner.distance(end);
        if length == 0.0 {
            return end;
        }
        let go = |from: i32, to: i32| {
            (f64::from(to) + (f64::from(to) - f64::from(from)) / length * APPROACH).round() as i32
        };
        Point::new(go(inner.x, end.x), go(inner.y, end.y))
    };
    let mut out = line.to_vec();
    if let [first, second, ..] = *line {
        out[0] = beyond(first, second);
    }
    if let [.., before, last] = *line {
        let n = out.len();
        out[n - 1] = beyond(last, before);
    }
    out
}
