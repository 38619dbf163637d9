//! 设施图层 Facilities with their categories.

use super::source::Source;
use crate::codes::Codes;
use crate::columns::{Sheet, cell, flag, text};
use crate::faults::FaultLog;
use crate::frame::Mover;
use crate::number::count;
use crate::privacy::scrub;
use crate::role::Role;
use crate::services::Catalogue;
use crate::shape::{area_m2, clean, inner_point};
use lifang_formats::Value;
use lifang_model::{Facility, FacilityCode};
use std::collections::BTreeMap;

/// What the cells of one row say.
#[derive(Debug)]
pub(crate) struct Record {
    code: Option<String>,
    name: Option<String>,
    categories: Vec<String>,
    capacity: Option<u32>,
    area_m2: Option<f64>,
    open: bool,
}

/// Reads every cell. The category comes from the category column; else from OpenStreetMap tag columns; else, with a
/// notice, from the facility's name.
pub(crate) fn rows(
    sheet: &mut Sheet<'_>,
    category: Option<&str>,
    catalogue: &Catalogue<'_>,
    log: &mut FaultLog,
) -> Vec<Record> {
    let name = sheet.quiet(Role::Name);
    let code = sheet.quiet(Role::Code);
    let category = sheet.column(Role::Category, category, log);
    let capacity = sheet.quiet(Role::Capacity);
    let area = sheet.quiet(Role::AreaM2);
    let open = sheet.quiet(Role::Open);
    if category.is_none() && name.is_none() && !log.failed() {
        let names: Vec<&str> = sheet.table.columns.iter().map(|column| column.name.as_str()).collect();
        let action = format!("Name the category column. The table has: {}.", names.join(", "));
        log.error(
            "I-111",
            sheet.place(None, None),
            "no column tells the category of the facilities",
            &action,
        );
    }
    let mut strange: BTreeMap<String, u64> = BTreeMap::new();
    let mut by_name = 0u64;
    let mut records = Vec::new();
    for (at, row) in sheet.table.rows.iter().enumerate() {
        let get = |tag: &str| {
            let at = sheet.exactly(tag)?;
            match row.values.get(at) {
                Some(Value::Text(text)) if !text.trim().is_empty() => Some(text.trim()),
                _ => None,
            }
        };
        let called = scrub(text(row, name), sheet, at, name, log);
        let said = scrub(text(row, category), sheet, at, category, log);
        let mut keys: Vec<String> =
            said.as_deref().and_then(|word| catalogue.by_word(word)).map(str::to_owned).into_iter().collect();
        if keys.is_empty() {
            keys = catalogue.by_tags(get, called.as_deref()).into_iter().map(str::to_owned).collect();
        }
        if keys.is_empty() {
            keys = called
                .as_deref()
                .and_then(|word| catalogue.by_word(word))
                .map(str::to_owned)
                .into_iter()
                .collect();
            by_name += u64::from(!keys.is_empty());
        }
        if keys.is_empty() {
            let word = said.or_else(|| called.clone()).unwrap_or_default();
            *strange.entry(word).or_default() += 1;
        }
        let capacity = match count(cell(row, capacity)) {
            Ok(number) => number,
            Err(error) => {
                let place = sheet.place(Some(at), capacity);
                log.warning("I-112", place, error.to_string(), "The capacity is taken as unknown.");
                None
            }
        };
        let area_m2 = text(row, area).and_then(|text| crate::number::metres_tag(&text));
        let open = flag(row, open).unwrap_or(true);
        let code = scrub(text(row, code), sheet, at, code, log);
        records.push(Record { code, name: called, categories: keys, capacity, area_m2, open });
    }
    for (word, times) in strange {
        let cause = format!("{word:?} ({times} facilities) is no category of the catalogue");
        log.warning(
            "I-118",
            sheet.place(None, category),
            cause,
            "They were left out; add the word to the catalogue.",
        );
    }
    if by_name > 0 {
        let cause = format!(
            "{by_name} facilities name no category of the catalogue; it was taken from their own names"
        );
        log.notice(
            "I-124",
            sheet.place(None, name),
            cause,
            "Add the categories' words to the catalogue if that is wrong.",
        );
    }
    records
}

/// Puts the facilities on the lattice; an area is served from a point inside it.
pub(crate) fn make(
    source: &Source,
    records: Vec<Record>,
    mover: &Mover,
    log: &mut FaultLog,
) -> Vec<Facility> {
    let mut codes = Codes::default();
    let mut facilities = Vec::new();
    let mut closed = 0;
    for (row, record) in records.into_iter().enumerate() {
        if record.categories.is_empty() {
            continue;
        }
        let Some(pieces) = source.outlined(row, mover, "", (&mut closed, log)) else { continue };
        let (at, drawn) = match pieces.points.first() {
            Some(point) => (Some(*point), None),
            None => {
                let polygons = clean(&pieces.polygons).polygons;
                (inner_point(&polygons), Some(area_m2(&polygons)))
            }
        };
        let Some(at) = at else {
            log.warning(
                "I-110",
                source.place(row),
                "a facility must be a point or an area",
                "It was left out.",
            );
            continue;
        };
        let whole = codes.take(record.code, 'f', row, source.place(row), log);
        for (part, category) in record.categories.into_iter().enumerate() {
            let code = if part == 0 { whole.clone() } else { format!("{whole}-{category}") };
            let Ok(code) = FacilityCode::new(code) else { continue };
            facilities.push(Facility {
                code,
                name: record.name.clone(),
                category,
                at,
                capacity: record.capacity,
                area_m2: record.area_m2.or(drawn),
                open_to_public: record.open,
            });
        }
    }
    source.tell_closed(closed, log);
    facilities
}
