//! 大门图层 Gates in the walls of compounds.

use super::source::Source;
use crate::columns::{Sheet, flag, text};
use crate::faults::FaultLog;
use crate::frame::Mover;
use crate::privacy::scrub;
use crate::role::Role;
use lifang_model::{Compound, Gate, Place, Point};

/// A gate this near a compound's outline is in its wall, mm.
const AT_WALL_MM: f64 = 20_000.0;

/// What the cells of one row say.
#[derive(Debug)]
pub(crate) struct Record {
    open: bool,
    hours: Option<String>,
}

/// Reads every cell. A gate that nobody calls closed is open.
pub(crate) fn rows(sheet: &mut Sheet<'_>, log: &mut FaultLog) -> Vec<Record> {
    let hours = sheet.quiet(Role::Hours);
    let open = sheet.quiet(Role::Open);
    let record = |(at, row)| Record {
        open: flag(row, open).unwrap_or(true),
        hours: scrub(text(row, hours), sheet, at, hours, log),
    };
    sheet.table.rows.iter().enumerate().map(record).collect()
}

/// Gives each gate to the compound whose outline it is on, walled ones first, of equally near ones the first.
pub(crate) fn make(
    source: &Source,
    records: Vec<Record>,
    mover: &Mover,
    compounds: &mut [Compound],
    log: &mut FaultLog,
) {
    let mut open_land = 0u64;
    for (row, record) in records.into_iter().enumerate() {
        let Some(pieces) = source.moved(row, mover, "", log) else { continue };
        let Some(&at) = pieces.points.first() else {
            log.warning("I-110", source.place(row), "a gate must be a point", "The feature was left out.");
            continue;
        };
        let nearest = compounds
            .iter()
            .enumerate()
            .map(|(compound, one)| (!one.walled, wall_mm(one, at), compound))
            .filter(|&(_, far, _)| far <= AT_WALL_MM)
            .min_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)).then(a.2.cmp(&b.2)));
        let Some((unwalled, _, compound)) = nearest else {
            log.warning(
                "I-142",
                source.place(row),
                "the gate is not within 20 m of the outline of any compound",
                "It was left out. Check its position, or give the compound it belongs to.",
            );
            continue;
        };
        open_land += u64::from(unwalled);
        compounds[compound].gates.push(Gate { at, open: record.open, hours: record.hours });
    }
    if open_land > 0 {
        let place = Place { file: Some(source.file.clone()), ..Place::default() };
        let cause = format!("{open_land} gates belong to compounds that are not said to be walled");
        let action = "Whoever lives there is not kept in, so these gates change no walk; give the compounds a column `walled`.";
        log.notice("I-143", place, cause, action);
    }
}

/// How far a place is from the outline of a compound, mm.
fn wall_mm(compound: &Compound, p: Point) -> f64 {
    let walls = compound.outline.iter().flat_map(|part| part.rings()).flat_map(|ring| ring.edges());
    walls.map(|(from, to)| to_segment(from, to, p)).fold(f64::INFINITY, f64::min)
}

fn to_segment(from: Point, to: Point, p: Point) -> f64 {
    let (dx, dy) = (f64::from(to.x) - f64::from(from.x), f64::from(to.y) - f64::from(from.y));
    let (px, py) = (f64::from(p.x) - f64::from(from.x), f64::from(p.y) - f64::from(from.y));
    let square = dx * dx + dy * dy;
    let t = if square > 0.0 { ((px * dx + py * dy) / square).clamp(0.0, 1.0) } else { 0.0 };
    (px - t * dx).hypot(py - t * dy)
}
