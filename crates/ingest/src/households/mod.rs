//! 住户表 Household tables joined to buildings: rows counted per building, stairwell unit and floor, then dropped.
//!
//! A row is a household, a resident, a merchant, or counts of a building, unit or floor; which is told, and can be forced.
//! Names, identity numbers, telephone numbers and dates of birth are never kept: dates are looked at for ages, numbers only
//! when asked, and what leaves this module is counts. Faults name sheet, row and column, never what a person's cell says.

mod address;
mod columns;
mod count;
mod day;
mod form;
mod matching;
mod numerals;
mod spots;

pub use columns::TableRole;
pub use day::{Day, DayError};
pub use form::TableForm;

use crate::columns::Sheet;
use crate::faults::FaultLog;
use crate::inhabit::{Body, Known, Told, inhabit};
use crate::layers::Source;
use crate::{EstimateRules, Layer};
use columns::Found;
use count::{Tally, count};
use lifang_model::{Building, Compound, Place};
use matching::{Match, Names};
use spots::Spot;
use std::collections::BTreeMap;

/// 住户表请求 A household table, and how it is to be read.
#[derive(Clone, Debug, PartialEq)]
pub struct HouseholdTable {
    /// The file; [`Layer::layer`] is the sheet.
    pub layer: Layer,
    /// Columns named by the user; the others are found by their usual names.
    pub columns: BTreeMap<TableRole, String>,
    /// Column of the building layer that the key is matched with; code and name when `None`.
    pub building_key: Option<String>,
    /// What a row is; recognised when `None`.
    pub form: Option<TableForm>,
    /// Empty cells of building, compound, unit and floor take the value above them, as merged cells mean it.
    pub fill_down: bool,
    /// Age from which residents are elders, years.
    pub elder_age: u16,
    /// Age below which residents are children, years.
    pub child_age: u16,
    /// Whether ages may be reckoned from identity numbers.
    pub ages_from_id: bool,
    /// The day ages are reckoned on; the end of the latest year of birth when `None`.
    pub as_of: Option<Day>,
}

impl HouseholdTable {
    /// A table that is read by what it says.
    #[must_use]
    pub const fn new(layer: Layer) -> Self {
        Self {
            layer,
            columns: BTreeMap::new(),
            building_key: None,
            form: None,
            fill_down: false,
            elder_age: 60,
            child_age: 15,
            ages_from_id: false,
            as_of: None,
        }
    }
}

/// What a building is besides its counts, so that they can be reckoned anew.
pub(crate) struct Host {
    pub(crate) known: Known,
    pub(crate) body: Body,
    /// The cell the table's key is matched with, where a column was named for it.
    pub(crate) key: Option<String>,
    /// Its address, where it is also called by a name.
    pub(crate) address: Option<String>,
    /// Where the building is in its layer.
    pub(crate) place: Place,
}

/// Joins a table to buildings: their counts become the table's.
pub(crate) fn join(
    request: &HouseholdTable,
    source: &Source,
    (buildings, hosts, told): (&mut [Building], &[Host], Told),
    compounds: &[Compound],
    estimates: &EstimateRules,
    log: &mut FaultLog,
) {
    log.extend(source.table.faults.iter().filter(|fault| fault.code != "F-505").cloned());
    let sheet = source.sheet(log);
    let found = columns::find(&sheet, &request.columns, log);
    if !found.has(TableRole::Key) && !log.failed() {
        let names: Vec<&str> = sheet.table.columns.iter().map(|column| column.name.as_str()).collect();
        let cause = format!("no column tells the building; there are {}", names.join(", "));
        log.error("I-130", sheet.place(None, None), cause, "Name it with --table-key COLUMN.");
    }
    if log.failed() {
        return;
    }
    let keys: Option<Vec<Option<String>>> =
        request.building_key.as_ref().map(|_| hosts.iter().map(|host| host.key.clone()).collect());
    let addresses: Vec<Option<&str>> = hosts.iter().map(|host| host.address.as_deref()).collect();
    let names = Names::of(buildings, keys.as_deref(), &addresses, compounds);
    let spots = spots::spots(&sheet, &found, &names, request.fill_down, log);
    let Some(form) = decide(request, &sheet, &found, &spots, log) else { return };
    let owners = owners(&sheet, &found, &spots, &names, buildings, log);
    let tallies = count(request, &sheet, &found, (form, &spots, &owners), buildings.len(), log);
    if log.failed() {
        return;
    }
    summary(&sheet, form, (&spots, &owners), &tallies, log);
    let told = Told {
        households: tallies.iter().any(|tally| tally.households.is_some()) || told.households,
        persons: tallies.iter().any(|tally| tally.persons.is_some()) || told.persons,
        ..told
    };
    for ((building, host), tally) in buildings.iter_mut().zip(hosts).zip(&tallies) {
        apply(building, host, tally, (told, form), estimates, log);
    }
}

/// The form asked for, else the one recognised, with a notice; an error where it cannot be told.
fn decide(
    request: &HouseholdTable,
    sheet: &Sheet<'_>,
    found: &Found,
    spots: &[Spot],
    log: &mut FaultLog,
) -> Option<TableForm> {
    if let Some(form) = request.form {
        return Some(form);
    }
    match form::recognise(sheet, found, spots) {
        Some((form, why)) => {
            let cause = format!("the table was taken as {}: {why}", form.title());
            let action = "Say --table-form households, persons, merchants or counts if that is wrong.";
            log.notice("I-131", sheet.place(None, None), cause, action);
            Some(form)
        }
        None => {
            let cause = "whether a row is a household, a resident or a count cannot be told";
            let action = "Say --table-form households, persons, merchants or counts.";
            log.error("I-131", sheet.place(None, None), cause, action);
            None
        }
    }
}

/// The building of each row; rows without one are told.
fn owners(
    sheet: &Sheet<'_>,
    found: &Found,
    spots: &[Spot],
    names: &Names,
    buildings: &[Building],
    log: &mut FaultLog,
) -> Vec<Option<usize>> {
    let column = found.at(TableRole::Key);
    // The same key a thousand times is looked up once.
    let mut known: BTreeMap<(&Option<String>, &Option<String>), Match> = BTreeMap::new();
    let owners: Vec<Option<usize>> = spots
        .iter()
        .map(|spot| {
            let place = || sheet.place(Some(spot.row), column);
            if spot.key.is_none() {
                let action = "The row is not counted; fill the cell in, or say --table-fill-down where cells are merged.";
                log.warning("I-132", place(), "the row does not say which building it is about", action);
                return None;
            }
            match known.entry((&spot.key, &spot.compound)).or_insert_with(|| names.find(spot)) {
                Match::One(row) => Some(*row),
                Match::Several(rows) => {
                    let codes: Vec<&str> = rows.iter().take(5).map(|row| buildings[*row].code.as_str()).collect();
                    let cause = format!("{} could be any of {} buildings: {}", called(spot), rows.len(), codes.join(", "));
                    let action = "The row is not counted; add the compound, or match by a code that is used once.";
                    log.warning("I-134", place(), cause, action);
                    None
                }
                Match::Nothing => {
                    let cause = format!("no building is called {}", called(spot));
                    log.warning("I-133", place(), cause, "The row is not counted; correct the key or the building layer.");
                    None
                }
            }
        })
        .collect();
    if !spots.is_empty() && owners.iter().all(Option::is_none) {
        let example = buildings
            .iter()
            .find_map(|building| building.name.clone())
            .or_else(|| buildings.first().map(|b| b.code.clone()));
        let cause = format!(
            "no row of the table matches a building, which are called like {:?}",
            example.unwrap_or_default()
        );
        let action = "Name the key with --table-key, and the building layer's column it is matched with by --building-key.";
        log.error("I-137", sheet.place(None, None), cause, action);
    }
    owners
}

/// What a row calls its building, without anything that could be about a person: a home's room, a long number.
fn called(spot: &Spot) -> String {
    let long = |key: &str| key.split(|c: char| !c.is_ascii_digit()).any(|run| run.len() > 10);
    let code = spot.key.as_deref().filter(|key| {
        spot.address.inside.floor == 0
            && key.len() <= 32
            && key.chars().all(|c| c.is_ascii_graphic())
            && !long(key)
    });
    match (code, &spot.address.label) {
        (Some(code), _) => format!("{code:?}"),
        (None, Some(label)) => {
            let place: String = spot.address.place.chars().take(24).collect();
            format!("{:?}", format!("{place}{label}栋"))
        }
        (None, None) => "as this cell says".to_owned(),
    }
}

fn summary(
    sheet: &Sheet<'_>,
    form: TableForm,
    (spots, owners): (&[Spot], &[Option<usize>]),
    tallies: &[Tally],
    log: &mut FaultLog,
) {
    let joined = owners.iter().flatten().count();
    let hosts = tallies.iter().filter(|tally| tally.rows > 0).count();
    let sum = |of: fn(&Tally) -> Option<u64>| tallies.iter().filter_map(of).sum::<u64>();
    let counts = [
        ("households", sum(|tally| tally.households)),
        ("persons", sum(|tally| tally.persons)),
        ("merchants", sum(|tally| tally.merchants)),
        ("elders", sum(|tally| tally.elders)),
        ("children", sum(|tally| tally.children)),
    ];
    let counts: Vec<String> =
        counts.iter().filter(|(_, n)| *n > 0).map(|(what, n)| format!("{n} {what}")).collect();
    let cause = format!(
        "{joined} of {} rows ({}) were joined to {hosts} of {} buildings: {}",
        spots.len(),
        form.title(),
        tallies.len(),
        counts.join(", ")
    );
    log.notice("I-137", sheet.place(None, None), cause, "Only these counts were kept.");
}

/// Gives a building what was counted for it.
fn apply(
    building: &mut Building,
    host: &Host,
    tally: &Tally,
    (told, form): (Told, TableForm),
    estimates: &EstimateRules,
    log: &mut FaultLog,
) {
    let place = || Place { feature: Some(building.code.clone()), ..host.place.clone() };
    let small = |number: Option<u64>| number.map(|n| u32::try_from(n).unwrap_or(u32::MAX));
    let mut known = host.known.clone();
    if form == TableForm::Merchants {
        known.merchants = small(tally.merchants).or(Some(0));
    } else {
        if let (Some(layer), Some(table)) = (known.households, tally.households)
            && u64::from(layer) != table
        {
            let cause = format!("the building layer says {layer} households, the table {table}");
            log.notice("I-139", place(), cause, "The table's count was taken.");
        }
        known.households = small(tally.households);
        known.persons = small(tally.persons).or(if tally.rows > 0 { known.persons } else { None });
        known.elders = small(tally.elders).or(if tally.rows > 0 { known.elders } else { None });
        known.children = small(tally.children).or(if tally.rows > 0 { known.children } else { None });
        known.merchants = small(tally.merchants).or(known.merchants);
    }
    if tally.rows == 0 && form != TableForm::Merchants && !crate::uses::without_homes(building.use_) {
        let cause = "no row of the household table is about this building";
        log.warning("I-136", place(), cause, "Its households are unknown and count as 0.");
    }
    let (units, floors) = (tally.most(|storey| storey.unit), tally.most(|storey| storey.floor));
    if let Some(levels) = building.levels.filter(|levels| *levels < floors) {
        let cause = format!("the table has homes on floor {floors}, the building layer says {levels} floors");
        log.notice("I-138", place(), cause, "The higher number was taken.");
    }
    if let Some(said) = building.units.filter(|said| *said < units) {
        let cause = format!("the table has homes in unit {units}, the building layer says {said} units");
        log.notice("I-138", place(), cause, "The higher number was taken.");
    }
    if floors > 0 {
        building.levels = Some(building.levels.unwrap_or(0).max(floors));
    }
    if units > 0 {
        building.units = Some(building.units.unwrap_or(0).max(units));
    }
    let body = Body { levels: building.levels, ..host.body.clone() };
    (building.demand, building.sources) = inhabit(&known, told, &body, estimates);
    if units > 0 || floors > 0 {
        building.storeys = tally.storeys();
    }
}
