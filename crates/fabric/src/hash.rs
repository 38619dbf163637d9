//! 指纹 The fingerprint of a fabric.

use crate::fabric::Fabric;

/// BLAKE3 over cells, arcs, links and the codes of faults in a fixed little-endian encoding; wording is left out, so a
/// better sentence in a fault makes no plan stale.
pub(crate) fn hash(fabric: &Fabric) -> String {
    let mut bytes: Vec<u8> = b"lifang fabric 1\0".to_vec();
    let some = |v: Option<u32>| v.map_or(u32::MAX, |v| v).to_le_bytes();
    bytes.extend(fabric.enclosures.to_le_bytes());
    bytes.extend((fabric.cells.len() as u64).to_le_bytes());
    for cell in &fabric.cells {
        bytes.extend(some(cell.building.map(|b| b.0)));
        bytes.extend(cell.unit.to_le_bytes());
        bytes.extend(cell.storey.to_le_bytes());
        bytes.extend(cell.enclosure.to_le_bytes());
        bytes.extend(cell.anchor.x.to_le_bytes());
        bytes.extend(cell.anchor.y.to_le_bytes());
        bytes.extend(cell.twice_area.to_le_bytes());
    }
    bytes.extend((fabric.arcs.len() as u64).to_le_bytes());
    for arc in &fabric.arcs {
        bytes.extend(some(arc.left));
        bytes.extend(some(arc.right));
        bytes.push(arc.barrier.rank());
        bytes.extend((arc.points.len() as u32).to_le_bytes());
        for p in &arc.points {
            bytes.extend(p.x.to_le_bytes());
            bytes.extend(p.y.to_le_bytes());
        }
    }
    bytes.extend((fabric.links.len() as u64).to_le_bytes());
    for link in &fabric.links {
        bytes.extend(link.a.0.to_le_bytes());
        bytes.extend(link.b.0.to_le_bytes());
        bytes.push(link.kind as u8);
        bytes.push(link.barrier.rank());
        bytes.extend(link.shared.0.to_le_bytes());
    }
    bytes.extend((fabric.faults.len() as u64).to_le_bytes());
    for fault in &fabric.faults {
        for text in [fault.code.as_str(), fault.place.feature.as_deref().unwrap_or("")] {
            bytes.extend((text.len() as u32).to_le_bytes());
            bytes.extend(text.as_bytes());
        }
    }
    blake3::hash(&bytes).to_hex().to_string()
}
