//! 邻接 Who touches whom.

use crate::fabric::{Arc, Cell};
use lifang_model::{AtomIdx, BarrierClass, Link, LinkKind, Millimetres};
use std::collections::BTreeMap;

/// Links by pair: lateral ones over shared arcs, vertical ones up the stacks.
pub(crate) fn links(arcs: &[Arc], cells: &[Cell]) -> BTreeMap<(u32, u32), Link> {
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
    let mut links = BTreeMap::new();
    for group in shared.chunk_by(|p, q| p.0 == q.0) {
        let (a, b) = group[0].0;
        let length: f64 = group.iter().map(|s| s.2).sum();
        let barrier = group.iter().map(|s| s.1).min().unwrap_or(BarrierClass::None);
        let shared = Millimetres(length.round().max(1.0) as u64);
        links.insert((a, b), Link { a: AtomIdx(a), b: AtomIdx(b), kind: LinkKind::Lateral, shared, barrier });
    }
    // Cells of a stack follow each other in the table.
    for (i, pair) in (0u32..).zip(cells.windows(2)) {
        let same = pair[0].building.is_some()
            && pair[0].building == pair[1].building
            && pair[0].unit == pair[1].unit;
        if same && pair[1].storey == pair[0].storey + 1 {
            links.insert(
                (i, i + 1),
                Link {
                    a: AtomIdx(i),
                    b: AtomIdx(i + 1),
                    kind: LinkKind::Vertical,
                    shared: Millimetres(0),
                    barrier: BarrierClass::None,
                },
            );
        }
    }
    links
}
