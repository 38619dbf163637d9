//! 计数 Rows to counts per building, unit and floor. Nothing else of them is kept.

use super::HouseholdTable;
use super::columns::{Found, TableRole};
use super::day::{Day, born_by_id, day};
use super::form::{TableForm, is_head};
use super::spots::Spot;
use crate::columns::{Sheet, cell, text};
use crate::faults::FaultLog;
use crate::number::{self, MOST};
use lifang_formats::Value;
use lifang_model::Storey;
use std::collections::{BTreeMap, BTreeSet};

/// 楼栋计数 What was counted in one building; `None` where the table says nothing of it.
#[derive(Clone, Debug, Default)]
pub(super) struct Tally {
    /// Rows about it.
    pub(super) rows: u64,
    pub(super) households: Option<u64>,
    pub(super) persons: Option<u64>,
    pub(super) merchants: Option<u64>,
    pub(super) elders: Option<u64>,
    pub(super) children: Option<u64>,
    storeys: BTreeMap<(u16, u16), [u64; 3]>,
}

impl Tally {
    /// The highest unit or floor seen.
    pub(super) fn most(&self, of: impl Fn(&Storey) -> u16) -> u16 {
        self.storeys().iter().map(of).max().unwrap_or(0)
    }

    pub(super) fn storeys(&self) -> Vec<Storey> {
        let small = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
        let storey = |(&(unit, floor), &[households, persons, merchants]): (&(u16, u16), &[u64; 3])| Storey {
            unit,
            floor,
            households: small(households),
            persons: small(persons),
            merchants: small(merchants),
        };
        self.storeys.iter().map(storey).collect()
    }

    fn add(&mut self, spot: &Spot, [households, persons, merchants]: [Option<u64>; 3]) {
        let storey = self.storeys.entry((spot.unit, spot.floor)).or_default();
        let totals = [&mut self.households, &mut self.persons, &mut self.merchants];
        for ((total, number), on) in totals.into_iter().zip([households, persons, merchants]).zip(storey) {
            if let Some(number) = number {
                *total = Some(total.unwrap_or(0) + number);
                *on += number;
            }
        }
    }
}

/// Counts the rows of every building.
pub(super) fn count(
    request: &HouseholdTable,
    sheet: &Sheet<'_>,
    found: &Found,
    (form, spots, owners): (TableForm, &[Spot], &[Option<usize>]),
    buildings: usize,
    log: &mut FaultLog,
) -> Vec<Tally> {
    let mut tallies = vec![Tally::default(); buildings];
    let mut cells = Cells { sheet, found, log };
    let ages = if form == TableForm::Persons { Ages::of(request, &mut cells, spots) } else { None };
    let heads =
        form == TableForm::Persons && !found.has(TableRole::Household) && found.has(TableRole::Relation);
    let mut homes = Homes::default();
    for (spot, owner) in spots.iter().zip(owners) {
        let Some(owner) = *owner else { continue };
        let tally = &mut tallies[owner];
        tally.rows += 1;
        match form {
            TableForm::Counts => {
                let numbers = [TableRole::Households, TableRole::Persons, TableRole::Merchants];
                tally.add(spot, numbers.map(|role| cells.number(spot, role)));
                cells.ages(spot, tally);
            }
            TableForm::Households => {
                if homes.is_new(&mut cells, spot, owner) {
                    let persons = cells.number(spot, TableRole::Persons);
                    tally.add(spot, [Some(1), persons, cells.number(spot, TableRole::Merchants)]);
                    cells.ages(spot, tally);
                }
            }
            TableForm::Persons => {
                let household = match heads {
                    true => {
                        let said = text(&sheet.table.rows[spot.row], found.at(TableRole::Relation));
                        Some(u64::from(said.is_some_and(|said| is_head(&said))))
                    }
                    false => homes.first(&cells, spot, owner).map(u64::from),
                };
                tally.add(spot, [household, Some(1), None]);
                if let Some(age) = ages.as_ref().map(|ages| ages.of_row(&cells, spot)) {
                    let count =
                        |total: &mut Option<u64>, yes: Option<bool>, rows: u64| match (yes, &total, rows) {
                            (Some(yes), Some(sum), _) => *total = Some(sum + u64::from(yes)),
                            (Some(yes), None, 1) => *total = Some(u64::from(yes)),
                            // One resident without an age leaves the count of the building unknown.
                            _ => *total = None,
                        };
                    count(&mut tally.elders, age.map(|age| age >= request.elder_age), tally.rows);
                    count(&mut tally.children, age.map(|age| age < request.child_age), tally.rows);
                }
            }
            TableForm::Merchants => tally.add(spot, [None, None, Some(1)]),
        }
    }
    homes.tell(&mut cells);
    let limit = u64::from(MOST);
    if tallies.iter().any(|tally| {
        [tally.households, tally.persons, tally.merchants].into_iter().flatten().any(|n| n > limit)
    }) {
        let cause = format!("the rows of a building add up to more than {MOST}");
        cells.log.error("I-112", sheet.place(None, None), cause, "Check that the rows are not sums already.");
    }
    tallies
}

/// The cells of a table behind its columns.
struct Cells<'a, 'b> {
    sheet: &'a Sheet<'b>,
    found: &'a Found,
    log: &'a mut FaultLog,
}

impl Cells<'_, '_> {
    fn value(&self, spot: &Spot, role: TableRole) -> &Value {
        cell(&self.sheet.table.rows[spot.row], self.found.at(role))
    }

    /// A count; what is none is told without its text.
    fn number(&mut self, spot: &Spot, role: TableRole) -> Option<u64> {
        let column = self.found.at(role)?;
        match number::count(self.value(spot, role)) {
            Ok(number) => number.map(u64::from),
            Err(_) => {
                let place = self.sheet.place(Some(spot.row), Some(column));
                let action = "Correct the cell; leave it empty when the count is not known.";
                self.log.error("I-112", place, "the cell holds no whole number", action);
                None
            }
        }
    }

    /// Counts of elders and children in columns of their own.
    fn ages(&mut self, spot: &Spot, tally: &mut Tally) {
        for (role, total) in
            [(TableRole::Elders, &mut tally.elders), (TableRole::Children, &mut tally.children)]
        {
            if let Some(number) = self.number(spot, role) {
                *total = Some(total.unwrap_or(0) + number);
            }
        }
    }
}

/// Homes seen, to tell households apart and doubles.
#[derive(Default)]
struct Homes {
    seen: BTreeSet<(usize, u16, String)>,
    rooms: u64,
    first_room: Option<usize>,
}

impl Homes {
    /// What tells a household apart: its number, else its room.
    fn name(cells: &Cells<'_, '_>, spot: &Spot) -> Option<(bool, String)> {
        let own = cells.found.at(TableRole::Household).filter(|at| !cells.sheet.is_shut(*at));
        let numbered =
            text(&cells.sheet.table.rows[spot.row], own).map(|number| (true, format!("#{number}")));
        numbered.or_else(|| (!spot.room.is_empty()).then(|| (false, spot.room.clone())))
    }

    /// Whether a row is the first of its household; `None` when nothing tells households apart.
    fn first(&mut self, cells: &Cells<'_, '_>, spot: &Spot, owner: usize) -> Option<bool> {
        let (_, name) = Self::name(cells, spot)?;
        Some(self.seen.insert((owner, spot.unit, name)))
    }

    /// Whether a row of a table of households is one not seen yet. A number given twice is one household; a room given
    /// twice may be two.
    fn is_new(&mut self, cells: &mut Cells<'_, '_>, spot: &Spot, owner: usize) -> bool {
        let Some((numbered, name)) = Self::name(cells, spot) else { return true };
        let unit = if numbered { 0 } else { spot.unit };
        if self.seen.insert((owner, unit, name)) {
            return true;
        }
        if numbered {
            let place = cells.sheet.place(Some(spot.row), cells.found.at(TableRole::Household));
            let cause = "the number of the household was used by a row before";
            cells.log.warning("I-135", place, cause, "It was counted once.");
            return false;
        }
        self.rooms += 1;
        let column = cells.found.at(TableRole::Room).or_else(|| cells.found.at(TableRole::Key));
        let place = cells.sheet.place(Some(spot.row), column);
        self.first_room.get_or_insert(spot.row);
        let cause = "the room was named by a row before";
        cells.log.warning(
            "I-135",
            place,
            cause,
            "Both were counted; delete the row if it is the same household.",
        );
        true
    }

    fn tell(&self, cells: &mut Cells<'_, '_>) {
        if self.rooms > 0 {
            let place = cells.sheet.place(self.first_room, None);
            let cause = format!("{} rows are about a room that was there before", self.rooms);
            cells.log.notice("I-135", place, cause, "They were counted as households of their own.");
        }
    }
}

/// 年龄来源 Where ages come from.
struct Ages {
    role: TableRole,
    on: Option<Day>,
}

impl Ages {
    /// The surest column of ages, and the day they are reckoned on, both told.
    fn of(request: &HouseholdTable, cells: &mut Cells<'_, '_>, spots: &[Spot]) -> Option<Self> {
        let role = [TableRole::Birth, TableRole::Age]
            .into_iter()
            .find(|role| cells.found.has(*role))
            .or_else(|| (request.ages_from_id && cells.found.has(TableRole::Id)).then_some(TableRole::Id))?;
        let place = cells.sheet.place(None, cells.found.at(role));
        let who = format!("elders are {} and older, children under {}", request.elder_age, request.child_age);
        if role == TableRole::Age {
            cells.log.notice(
                "I-140",
                place,
                format!("ages were counted: {who}"),
                "The ages themselves were dropped.",
            );
            return Some(Self { role, on: None });
        }
        let births = spots.iter().filter_map(|spot| Self::born(role, cells.value(spot, role)));
        let latest = births.map(|born| born.year).max();
        let on = request.as_of.or_else(|| Some(Day { year: latest?, month: 12, day: 31 }));
        let when = on.map_or(String::new(), |on| format!(" on {on}"));
        let cause = format!("ages were reckoned{when}: {who}");
        let action = "The dates were dropped; say --as-of DATE for another day.";
        cells.log.notice("I-140", place, cause, action);
        let ages = Self { role, on };
        let missing = spots.iter().filter(|spot| ages.of_row(cells, spot).is_none()).count();
        if missing > 0 {
            let place = cells.sheet.place(None, cells.found.at(role));
            let cause = format!("{missing} of {} residents have no age that can be read", spots.len());
            let action = "Elders and children of their buildings are estimated.";
            cells.log.warning("I-140", place, cause, action);
        }
        Some(ages)
    }

    fn born(role: TableRole, value: &Value) -> Option<Day> {
        if role == TableRole::Id { born_by_id(value) } else { day(value) }
    }

    /// Whole years; `None` when the cell does not say.
    fn of_row(&self, cells: &Cells<'_, '_>, spot: &Spot) -> Option<u16> {
        let value = cells.value(spot, self.role);
        match self.role {
            TableRole::Age => {
                let text = value.to_text();
                let bare = text.trim().trim_end_matches(['岁', '周']);
                number::count_text(bare)
                    .ok()
                    .flatten()
                    .and_then(|n| u16::try_from(n).ok())
                    .filter(|age| *age <= 150)
            }
            role => self.on?.age_of(Self::born(role, value)?),
        }
    }
}
