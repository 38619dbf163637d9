//! 边界图层 The boundary as the user drew it.

use super::source::Source;
use crate::faults::FaultLog;
use crate::frame::Mover;
use crate::shape::{clean, union};
use lifang_model::Polygon;

/// The union of all polygons of the layer. An outline that crosses itself is an error: what is to be partitioned must not be
/// guessed.
pub(crate) fn make(source: &Source, mover: &Mover, log: &mut FaultLog) -> Vec<Polygon> {
    let mut parts = Vec::new();
    let mut closed = 0;
    let failed_before = log.failed();
    for row in 0..source.table.rows.len() {
        let Some(pieces) = source.outlined(row, mover, "", (&mut closed, log)) else { continue };
        let cleaned = clean(&pieces.polygons);
        if let Some(what) = cleaned.repaired {
            log.error(
                "I-105",
                source.place(row),
                what,
                "Correct the boundary: its outline must not cross itself.",
            );
        }
        parts.extend(cleaned.polygons);
    }
    source.tell_closed(closed, log);
    if parts.is_empty() && log.failed() == failed_before {
        source.none_of_kind("I-102", "polygon", log);
    }
    if parts.len() > 1 { union(&parts) } else { parts }
}
