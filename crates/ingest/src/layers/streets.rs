//! 道路图层 Street centre lines.

use super::source::Source;
use crate::codes::Codes;
use crate::columns::{Sheet, flag, text};
use crate::driving;
use crate::faults::FaultLog;
use crate::frame::Mover;
use crate::role::Role;
use crate::ways::{self, Way};
use lifang_model::{Place, Point, Street, StreetClass, Traffic};
use std::collections::BTreeMap;

/// What the cells of one row say.
#[derive(Debug)]
pub(crate) struct Record {
    code: Option<String>,
    name: Option<String>,
    way: Way,
    /// How much higher one end lies than the other, m, where the row says both and no slope of its own.
    rise_m: Option<f64>,
}

/// Reads every cell.
pub(crate) fn rows(sheet: &mut Sheet<'_>, log: &mut FaultLog) -> Vec<Record> {
    let class = sheet.column(Role::StreetClass, None, log);
    let name = sheet.quiet(Role::Name);
    let code = sheet.exactly("@id").or_else(|| sheet.exactly("code")).or_else(|| sheet.exactly("编码"));
    let layer = sheet.quiet(Role::StreetLayer);
    let bridge = sheet.quiet(Role::Bridge);
    let tunnel = sheet.quiet(Role::Tunnel);
    let steps = sheet.quiet(Role::Steps);
    let foot = sheet.quiet(Role::Foot);
    let access = sheet.quiet(Role::Access);
    let slope = ["incline", "slope", "坡度"].iter().find_map(|name| sheet.exactly(name));
    let first = |names: &[&str]| names.iter().find_map(|name| sheet.exactly(name));
    let (from, to) = (first(&["elev_from", "起点高程"]), first(&["elev_to", "终点高程"]));
    let oneway = ["oneway", "单行", "单行线", "单向", "ONEWAY"].iter().find_map(|name| sheet.exactly(name));
    let motor = ["motor_vehicle", "机动车"].iter().find_map(|name| sheet.exactly(name));
    let [vehicle, emergency] = ["vehicle", "emergency"].map(|name| sheet.exactly(name));
    let mut strange: BTreeMap<String, u64> = BTreeMap::new();
    let table = sheet.table;
    let records = table
        .rows
        .iter()
        .map(|row| {
            let said = text(row, class);
            let known = said.as_deref().and_then(ways::class);
            if let (Some(said), None) = (&said, known) {
                *strange.entry(said.clone()).or_default() += 1;
            }
            let known = known.unwrap_or(StreetClass::Unknown);
            let class = if flag(row, steps) == Some(true) { StreetClass::Steps } else { known };
            let yes = |column| flag(row, column) == Some(true);
            let passage = text(row, tunnel).is_some_and(|value| value.contains("building_passage"));
            let level = text(row, layer).and_then(|value| value.parse::<f64>().ok()).map(|level| level as i8);
            let way = Way::new(
                class,
                level,
                yes(bridge),
                yes(tunnel) && !passage,
                text(row, foot).as_deref(),
                text(row, access).as_deref(),
            );
            let incline_permille = text(row, slope).as_deref().and_then(ways::incline);
            let said = |column| text(row, column);
            let way = way.costing(Traffic {
                incline_permille,
                crossing: None,
                oneway: said(oneway).as_deref().and_then(driving::oneway),
                motor: driving::limit(
                    said(motor).as_deref(),
                    said(vehicle).as_deref(),
                    said(access).as_deref(),
                    said(emergency).as_deref(),
                ),
            });
            let metres = |column| {
                let height = text(row, column)?;
                let height = height.trim().trim_end_matches(['m', '米']).trim_end().parse::<f64>().ok();
                height.filter(|metres| metres.is_finite())
            };
            let rise_m = match (incline_permille, metres(from), metres(to)) {
                (None, Some(from), Some(to)) => Some((to - from).abs()),
                _ => None,
            };
            Record { code: text(row, code), name: text(row, name), way, rise_m }
        })
        .collect();
    for (word, times) in strange {
        let cause = format!("{word:?} ({times} streets) names no street class Lifang knows");
        log.notice("I-123", sheet.place(None, class), cause, "The class of these streets is unknown.");
    }
    records
}

/// Puts the streets on the lattice, one for each line. A line that repeats another, forth or back (graphs hold a street once for
/// each direction), is left out.
pub(crate) fn make(source: &Source, records: Vec<Record>, mover: &Mover, log: &mut FaultLog) -> Vec<Street> {
    let mut codes = Codes::default();
    let mut streets = Vec::new();
    let (mut lines, mut repeated) = (0u64, 0u64);
    let mut seen: BTreeMap<Vec<Point>, usize> = BTreeMap::new();
    let failed_before = log.failed();
    for (row, record) in records.into_iter().enumerate() {
        let Some(pieces) = source.moved(row, mover, "", log) else { continue };
        if pieces.lines.is_empty() {
            log.warning("I-110", source.place(row), "a street must be a line", "The feature was left out.");
            continue;
        }
        lines += 1;
        let whole = codes.take(record.code, 's', row, source.place(row), log);
        // Of several lines nobody knows which climbs how much.
        let one = pieces.lines.len() == 1;
        let parts = pieces.lines.into_iter().filter_map(|line| sound_line(&line));
        for (part, line) in parts.enumerate() {
            let key = forth(&line);
            if let Some(&first) = seen.get(&key) {
                repeated += 1;
                both_ways(&mut streets[first], &record.way.street(String::new(), None, line));
                continue;
            }
            seen.insert(key, streets.len());
            let code = if part == 0 { whole.clone() } else { format!("{whole}/{}", part + 1) };
            let mut street = record.way.street(code, record.name.clone(), line);
            street.traffic.incline_permille = street
                .traffic
                .incline_permille
                .or_else(|| slope(record.rise_m.filter(|_| one)?, &street.line));
            streets.push(street);
        }
    }
    if repeated > 0 {
        let place = Place { file: Some(source.file.clone()), ..Place::default() };
        let cause = format!("{repeated} streets run along the same line as another");
        log.notice("I-108", place, cause, "The first of each was kept.");
    }
    if lines == 0 && log.failed() == failed_before {
        source.none_of_kind("I-103", "line", log);
    }
    streets
}

/// A street drawn once for each direction, each of them one-way, leads both ways.
fn both_ways(first: &mut Street, again: &Street) {
    let same = first.line == again.line;
    let turned = again.traffic.oneway.map(|way| if same { way } else { way.reversed() });
    if first.traffic.oneway != turned {
        first.traffic.oneway = None;
    }
}

/// The mean slope of a line whose ends lie so much apart in height, in thousandths; none above 500 %, which nobody means.
fn slope(rise_m: f64, line: &[Point]) -> Option<u16> {
    let run_m: f64 = line.windows(2).map(|pair| pair[0].distance(pair[1])).sum::<f64>() / 1000.0;
    let permille = 1000.0 * rise_m / run_m;
    (permille <= 5000.0).then(|| permille.round() as u16)
}

/// A line without repeated neighbours; `None` when fewer than two points are left.
pub(super) fn sound_line(line: &[Point]) -> Option<Vec<Point>> {
    let mut points = line.to_vec();
    points.dedup();
    (points.len() >= 2).then_some(points)
}

/// The line in whichever of its two directions comes first, to tell that two are the same.
fn forth(line: &[Point]) -> Vec<Point> {
    let back: Vec<Point> = line.iter().rev().copied().collect();
    if back.as_slice() < line { back } else { line.to_vec() }
}
