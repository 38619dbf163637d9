//! 小区图层 Compounds, commercial circles, office clusters, parks.

use super::source::Source;
use crate::codes::Codes;
use crate::columns::{Sheet, flag, text};
use crate::faults::FaultLog;
use crate::frame::Mover;
use crate::place::area_kind;
use crate::privacy::scrub;
use crate::role::Role;
use crate::shape::clean;
use lifang_model::{AreaKind, Compound};
use std::collections::BTreeMap;

/// What the cells of one row say.
#[derive(Debug)]
pub(crate) struct Record {
    code: Option<String>,
    name: Option<String>,
    kind: AreaKind,
    walled: bool,
}

/// Reads every cell. An area whose kind is not said is a residential compound.
pub(crate) fn rows(sheet: &mut Sheet<'_>, log: &mut FaultLog) -> Vec<Record> {
    let name = sheet.quiet(Role::Name).or_else(|| sheet.quiet(Role::Compound));
    let code = sheet.quiet(Role::Code);
    let kind = sheet.column(Role::Kind, None, log);
    let walled = sheet.quiet(Role::Walled);
    let name = name.or(sheet.written());
    let mut strange: BTreeMap<String, u64> = BTreeMap::new();
    let mut records = Vec::new();
    for (at, row) in sheet.table.rows.iter().enumerate() {
        let said = text(row, kind);
        let known = said.as_deref().and_then(area_kind);
        if let (Some(said), None) = (said, known) {
            *strange.entry(said).or_default() += 1;
        }
        records.push(Record {
            code: scrub(text(row, code), sheet, at, code, log),
            name: scrub(text(row, name), sheet, at, name, log),
            kind: known.unwrap_or(AreaKind::Residential),
            walled: flag(row, walled).unwrap_or(false),
        });
    }
    for (word, times) in strange {
        let cause = format!("{word:?} ({times} areas) names no kind of area Lifang knows");
        log.warning("I-123", sheet.place(None, kind), cause, "They were taken as residential compounds.");
    }
    records
}

/// Puts the areas on the lattice.
pub(crate) fn make(
    source: &Source,
    records: Vec<Record>,
    mover: &Mover,
    codes: &mut Codes,
    log: &mut FaultLog,
) -> Vec<Compound> {
    let mut compounds = Vec::new();
    let mut closed = 0;
    for (row, record) in records.into_iter().enumerate() {
        let Some(pieces) = source.outlined(row, mover, "", (&mut closed, log)) else { continue };
        let place = source.place(row);
        let cleaned = clean(&pieces.polygons);
        if cleaned.polygons.is_empty() {
            let cause = if pieces.polygons.is_empty() {
                "an area must be a polygon"
            } else {
                "the outline encloses no area"
            };
            log.warning("I-106", place, cause, "The area was left out.");
            continue;
        }
        if let Some(what) = cleaned.repaired {
            log.warning("I-105", place.clone(), what, "Check the outline in the source.");
        }
        compounds.push(Compound {
            code: codes.take(record.code, 'c', row, place, log),
            name: record.name,
            kind: record.kind,
            outline: cleaned.polygons,
            walled: record.walled,
            gates: Vec::new(),
        });
    }
    source.tell_closed(closed, log);
    compounds
}
