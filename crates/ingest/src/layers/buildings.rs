//! 建筑图层 Building footprints with their counts.

use super::source::Source;
use crate::annotation;
use crate::codes::Codes;
use crate::columns::{Sheet, cell, text};
use crate::faults::FaultLog;
use crate::frame::Mover;
use crate::households::Host;
use crate::inhabit::{Body, Known, Told, inhabit};
use crate::number::count;
use crate::privacy::scrub;
use crate::role::Role;
use crate::shape::{area_m2, canonical, clean};
use crate::{Columns, EstimateRules, uses};
use lifang_formats::Row;
use lifang_model::{Building, BuildingUse, Place, Point, Progress};
use std::collections::BTreeMap;

/// What the cells of one row say.
#[derive(Debug)]
pub(crate) struct Record {
    name: Option<String>,
    code: Option<String>,
    compound: Option<String>,
    use_: BuildingUse,
    single: bool,
    levels: Option<u16>,
    units: Option<u16>,
    known: Known,
    /// What a household table is matched with, where a column was named for it.
    key: Option<String>,
}

/// What the cells of the table say.
#[derive(Debug)]
pub(crate) struct Records {
    told: Told,
    rows: Vec<Record>,
}

/// The buildings, and for each the name of the compound its row names and what its counts are made from.
pub(crate) struct Made {
    pub(crate) buildings: Vec<Building>,
    pub(crate) compounds: Vec<Option<String>>,
    pub(crate) hosts: Vec<Host>,
    pub(crate) told: Told,
}

/// Most floors or stairwell units a building may have.
const MOST_FLOORS: u32 = 200;

/// Tags whose columns, when a table has them, tell the use as OpenStreetMap does.
const TAGS: &[&str] = &[
    "building",
    "building:use",
    "amenity",
    "shop",
    "office",
    "tourism",
    "healthcare",
    "leisure",
    "man_made",
    "power",
    "railway",
    "public_transport",
    "government",
    "landuse",
];

/// Reads and checks every cell.
pub(crate) fn rows(
    sheet: &mut Sheet<'_>,
    columns: &Columns,
    key: Option<&str>,
    estimates: &EstimateRules,
    log: &mut FaultLog,
) -> Records {
    // It may be the code or the name as well, so it is not taken from the others.
    let key = key.and_then(|name| sheet.named(Role::Code, name, log));
    let mut find = |role, named: &Option<String>| sheet.column(role, named.as_deref(), log);
    let households = find(Role::Households, &columns.households);
    let persons = find(Role::Persons, &columns.persons);
    let elders = find(Role::Elders, &columns.elders);
    let children = find(Role::Children, &columns.children);
    let merchants = find(Role::Merchants, &columns.merchants);
    let floors = find(Role::Floors, &columns.floors);
    let units = find(Role::Units, &columns.units);
    let name = find(Role::Name, &columns.name);
    let code = find(Role::Code, &columns.code);
    let compound = find(Role::Compound, &columns.compound);
    let tags: BTreeMap<&str, usize> = match columns.use_ {
        Some(_) => BTreeMap::new(),
        None => TAGS.iter().filter_map(|tag| Some((*tag, sheet.exactly(tag)?))).collect(),
    };
    let by_tags = tags.contains_key("building");
    let use_ = if by_tags { None } else { sheet.column(Role::Use, columns.use_.as_deref(), log) };

    let written = sheet.written().filter(|_| name.is_none() || floors.is_none());
    let mut strange: BTreeMap<String, u64> = BTreeMap::new();
    let mut annotated = 0;
    let table = sheet.table;
    let rows = table.rows.iter().enumerate().map(|(at, row)| {
        let mut number = |column: Option<usize>| match count(cell(row, column)) {
            Ok(number) => number,
            Err(error) => {
                let action = "Correct the cell; leave it empty when the count is not known.";
                log.error("I-112", sheet.place(Some(at), column), error.to_string(), action);
                None
            }
        };
        let known = Known {
            households: number(households),
            persons: number(persons),
            elders: number(elders),
            children: number(children),
            merchants: number(merchants),
        };
        let (storeys, title) = annotation::read(&text(row, written).unwrap_or_default());
        let levels = few(number(floors), sheet, at, floors, log);
        let levels = if floors.is_none() { storeys } else { levels };
        annotated += u64::from(floors.is_none() && storeys.is_some());
        let units = few(count(cell(row, units)).ok().flatten(), sheet, at, units, log);
        let get = |tag: &str| tags.get(tag).and_then(|column| plain(row, *column));
        let use_ = if by_tags {
            uses::from_tags(get)
        } else {
            let said = text(row, use_);
            let use_ = said.as_deref().and_then(uses::from_words);
            if let (Some(said), None) = (said, use_) {
                *strange.entry(said).or_default() += 1;
            }
            use_.unwrap_or(BuildingUse::Unknown)
        };
        Record {
            name: if name.is_some() {
                scrub(text(row, name), sheet, at, name, log)
            } else {
                scrub(title, sheet, at, written, log)
            },
            code: scrub(text(row, code), sheet, at, code, log),
            compound: scrub(text(row, compound), sheet, at, compound, log),
            use_,
            single: get("building").is_some_and(|form| estimates.is_single(form)),
            levels,
            units,
            known,
            key: scrub(text(row, key), sheet, at, key, log),
        }
    });
    let rows = rows.collect();
    for (word, times) in strange {
        let cause = format!("{word:?} ({times} buildings) names no use Lifang knows");
        log.notice("I-123", sheet.place(None, use_), cause, "The use of these buildings is unknown.");
    }
    if annotated > 0 {
        let cause = format!("{annotated} buildings say structure and floors, such as 混6");
        log.notice("I-144", sheet.place(None, written), cause, "The floors were taken from there.");
    }
    let told = Told {
        households: households.is_some(),
        persons: persons.is_some(),
        elders: elders.is_some(),
        children: children.is_some(),
        merchants: merchants.is_some(),
    };
    Records { told, rows }
}

/// The text of a cell without a copy; `None` for anything but a text.
fn plain(row: &Row, column: usize) -> Option<&str> {
    match row.values.get(column) {
        Some(lifang_formats::Value::Text(text)) if !text.trim().is_empty() => Some(text.trim()),
        _ => None,
    }
}

/// A number of floors or units: 0 says nothing, more than 200 is an error.
fn few(
    number: Option<u32>,
    sheet: &Sheet<'_>,
    row: usize,
    column: Option<usize>,
    log: &mut FaultLog,
) -> Option<u16> {
    match number {
        Some(n) if n > MOST_FLOORS => {
            let cause = format!("{n} is more than the {MOST_FLOORS} a building can have");
            log.error("I-112", sheet.place(Some(row), column), cause, "Correct the cell.");
            None
        }
        Some(0) | None => None,
        Some(n) => u16::try_from(n).ok(),
    }
}

/// Puts the buildings on the lattice: sound outlines, no outline twice, a code each.
pub(crate) fn make(
    source: &Source,
    records: Records,
    mover: &Mover,
    estimates: &EstimateRules,
    progress: &dyn Progress,
    log: &mut FaultLog,
) -> Made {
    let mut codes = Codes::default();
    let told = records.told;
    let mut made = Made { buildings: Vec::new(), compounds: Vec::new(), hosts: Vec::new(), told };
    let mut seen: BTreeMap<Vec<Vec<Point>>, (usize, String)> = BTreeMap::new();
    let (mut polygons, mut closed) = (0u64, 0);
    let failed_before = log.failed();
    for (row, record) in records.rows.into_iter().enumerate() {
        progress.advance(row as u64 + 1);
        let lost = match record.known.households {
            Some(n) if n > 0 => format!("; its {n} households are not counted"),
            _ => String::new(),
        };
        let Some(pieces) = source.outlined(row, mover, &lost, (&mut closed, log)) else { continue };
        let place = Place { feature: record.code.clone(), ..source.place(row) };
        if pieces.polygons.is_empty() {
            log.warning(
                "I-110",
                place,
                format!("a building must be a polygon{lost}"),
                "The feature was left out.",
            );
            continue;
        }
        polygons += 1;
        let cleaned = clean(&pieces.polygons);
        if cleaned.polygons.is_empty() {
            log.warning(
                "I-106",
                place,
                format!("the outline encloses no area{lost}"),
                "The building was left out.",
            );
            continue;
        }
        if let Some(what) = cleaned.repaired {
            log.warning("I-105", place.clone(), what, "Check the outline in the source.");
        }
        let form = canonical(&cleaned.polygons);
        if let Some((first, code)) = seen.get(&form) {
            let cause = format!("the outline is the same as that of row {} ({code:?}){lost}", first + 1);
            log.warning("I-108", place, cause, "The second building was left out.");
            continue;
        }
        let code = codes.take(record.code, 'b', row, place.clone(), log);
        seen.insert(form, (row, code.clone()));
        let body = Body {
            use_: record.use_,
            footprint_m2: area_m2(&cleaned.polygons),
            levels: record.levels,
            gross_m2: None,
            single: record.single,
        };
        let (demand, sources) = inhabit(&record.known, told, &body, estimates);
        made.compounds.push(record.compound);
        made.hosts.push(Host { known: record.known, body, key: record.key, address: None, place });
        made.buildings.push(Building {
            code,
            name: record.name,
            outline: cleaned.polygons,
            use_: record.use_,
            levels: record.levels,
            units: record.units,
            compound: None,
            demand,
            sources,
            entrances: Vec::new(),
            storeys: Vec::new(),
        });
    }
    source.tell_closed(closed, log);
    if polygons == 0 && log.failed() == failed_before {
        source.none_of_kind("I-102", "polygon", log);
    }
    made
}
