//! 邻接 Who touches whom.

use crate::fabric::{Arc, Cell};
use lifang_model::{AtomIdx, BarrierClass, FloorBand, Link, LinkKind, Millimetres, StackPart};
use std::collections::BTreeMap;

/// Links by pair: lateral ones over shared arcs, vertical ones up the stacks, and through the walls between stairwells.
pub(crate) fn links(arcs: &[Arc], cells: &[Cell], stacks: &[StackPart]) -> BTreeMap<(u32, u32), Link> {
    let mut shared: Vec<((u32, u32), BarrierClass, f64)> = Vec::new();
    for arc in arcs {
        if let (Some(l), Some(r)) = (arc.left, arc.right)
            && cells[l as usize].storey == 0
            && cells[r as usize].storey == 0
        {
            let length = arc.points.windows(2).map(|w| w[0].distance(w[1])).sum();
            shared.push(((l.min(r), l.max(r)), arc.barrier, length));
        }
    }
    shared.sort_by_key(|s| s.0);
    let lateral = |group: &[((u32, u32), BarrierClass, f64)]| {
        let (a, b) = group[0].0;
        let length: f64 = group.iter().map(|s| s.2).sum();
        let barrier = group.iter().map(|s| s.1).min().unwrap_or(BarrierClass::None);
        let shared = Millimetres(length.round().max(1.0) as u64);
        ((a, b), Link { a: AtomIdx(a), b: AtomIdx(b), kind: LinkKind::Lateral, shared, barrier })
    };
    let mut links: BTreeMap<(u32, u32), Link> = shared.chunk_by(|p, q| p.0 == q.0).map(lateral).collect();
    let plain = |a: u32, b: u32, kind: LinkKind| Link {
        a: AtomIdx(a),
        b: AtomIdx(b),
        kind,
        shared: Millimetres(0),
        barrier: BarrierClass::None,
    };
    // Cells of a stack follow each other in the table.
    for (i, pair) in (0u32..).zip(cells.windows(2)) {
        if same_unit(&pair[0], &pair[1]) && pair[1].storey == pair[0].storey + 1 {
            links.insert((i, i + 1), plain(i, i + 1, LinkKind::Vertical));
        }
    }
    let floors = Floors::new(cells, stacks);
    let walls: Vec<(u32, u32)> = links
        .iter()
        .filter(|(_, link)| link.kind == LinkKind::Lateral)
        .map(|(pair, _)| *pair)
        .filter(|&(a, b)| {
            let (a, b) = (&cells[a as usize], &cells[b as usize]);
            // Units are strips side by side: only consecutive ones share a wall, others at most land in front.
            a.building.is_some() && a.building == b.building && a.unit.abs_diff(b.unit) == 1
        })
        .collect();
    for (a, b) in walls {
        for i in stack(cells, a) {
            for j in stack(cells, b).filter(|&j| (i, j) != (a, b) && floors.meet(i, j)) {
                links.insert((i.min(j), i.max(j)), plain(i.min(j), i.max(j), LinkKind::Party));
            }
        }
    }
    links
}

fn same_unit(a: &Cell, b: &Cell) -> bool {
    a.building.is_some() && a.building == b.building && a.unit == b.unit
}

/// The cells of a unit from its ground cell upwards.
fn stack(cells: &[Cell], ground: u32) -> impl Iterator<Item = u32> + '_ {
    let own = &cells[ground as usize];
    let above = cells[ground as usize..].iter().take_while(move |cell| same_unit(own, cell));
    (ground..).zip(above).map(|(i, _)| i)
}

/// The floors of every cell.
struct Floors(Vec<Option<FloorBand>>);

impl Floors {
    fn new(cells: &[Cell], stacks: &[StackPart]) -> Self {
        let mut bands: BTreeMap<(u32, u16), Vec<FloorBand>> = BTreeMap::new();
        for part in stacks {
            if let Some(floors) = part.floors {
                bands.entry((part.building.0, part.unit)).or_default().push(floors);
            }
        }
        for unit in bands.values_mut() {
            unit.sort_by_key(|band| band.low);
        }
        let of =
            |cell: &Cell| bands.get(&(cell.building?.0, cell.unit))?.get(usize::from(cell.storey)).copied();
        Self(cells.iter().map(of).collect())
    }

    /// Whether two cells have a floor in common; a cell that is not divided by floors has all of them.
    fn meet(&self, a: u32, b: u32) -> bool {
        match (self.0[a as usize], self.0[b as usize]) {
            (Some(a), Some(b)) => a.low <= b.high && b.low <= a.high,
            _ => true,
        }
    }
}
