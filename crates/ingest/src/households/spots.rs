//! 户表位置 Where every row of a household table says it is.

use super::address::{self, Address, Inside};
use super::columns::{Found, TableRole};
use super::matching::Names;
use crate::columns::{Sheet, text};
use crate::faults::FaultLog;
use crate::privacy::is_personal;
use crate::text::squash;

/// A row and where it says it is.
#[derive(Clone, Debug)]
pub(super) struct Spot {
    /// Its place in the table.
    pub(super) row: usize,
    /// What is to be matched; `None` when the cell is empty.
    pub(super) key: Option<String>,
    /// The compound it names.
    pub(super) compound: Option<String>,
    /// The key read as an address.
    pub(super) address: Address,
    /// Stairwell unit, 0 when it is not known.
    pub(super) unit: u16,
    /// Floor, 0 when it is not known.
    pub(super) floor: u16,
    /// The room as written, to tell homes apart; empty when none is named.
    pub(super) room: String,
}

/// Words of rows that add others up.
const SUMS: &[&str] = &["合计", "总计", "小计", "共计", "总数", "total", "subtotal", "sum"];

/// Reads every row. Rows that add others up are left out, and told.
pub(super) fn spots(
    sheet: &Sheet<'_>,
    found: &Found,
    names: &Names,
    fill_down: bool,
    log: &mut FaultLog,
) -> Vec<Spot> {
    let places =
        [TableRole::Key, TableRole::Compound, TableRole::Unit, TableRole::Floor].map(|role| found.at(role));
    let room = found.at(TableRole::Room);
    let mut above: [Option<String>; 4] = Default::default();
    let (mut filled, mut sums, mut packed) = (0u64, 0u64, 0u64);
    let mut spots = Vec::with_capacity(sheet.table.rows.len());
    for (at, row) in sheet.table.rows.iter().enumerate() {
        let mut cells = places.map(|column| text(row, column).filter(|text| !is_personal(text)));
        let first = row.values.iter().find_map(|value| match value {
            lifang_formats::Value::Text(text) if !text.trim().is_empty() => Some(squash(text)),
            _ => None,
        });
        if first.is_some_and(|word| SUMS.contains(&word.as_str())) {
            sums += 1;
            continue;
        }
        if row.values.iter().all(|value| *value == lifang_formats::Value::Null) {
            continue;
        }
        if fill_down {
            // A new building or compound ends what stood above for the cells to its right.
            if cells[0].is_some() || cells[1].is_some() {
                above[2..].iter_mut().for_each(|cell| *cell = None);
            }
            for (cell, above) in cells.iter_mut().zip(&mut above) {
                match cell {
                    Some(said) => *above = Some(said.clone()),
                    None if above.is_some() => {
                        cell.clone_from(above);
                        filled += 1;
                    }
                    None => {}
                }
            }
        }
        let [key, compound, unit, floor] = cells;
        let mut address = key.as_deref().map(address::parse).unwrap_or_default();
        if key.as_deref().is_some_and(|key| names.has_code(key)) {
            // B-3 is a building here, not room 3 of B.
            address.inside = Inside::default();
        }
        let said = text(row, room);
        let inside = said.as_deref().map_or_else(|| address.inside.clone(), address::inside);
        packed += u64::from(inside.packed);
        let unit = unit.as_deref().map_or(0, address::unit);
        let floor = floor.as_deref().map_or(0, address::floor);
        spots.push(Spot {
            row: at,
            unit: [unit, inside.unit, address.inside.unit].into_iter().find(|n| *n > 0).unwrap_or(0),
            floor: [floor, inside.floor, address.inside.floor].into_iter().find(|n| *n > 0).unwrap_or(0),
            room: said.map_or(inside.room, |said| squash(&said)),
            key,
            compound,
            address,
        });
    }
    let mut tell = |count: u64, cause: String, action: &str| {
        if count > 0 {
            log.notice("I-141", sheet.place(None, None), cause, action);
        }
    };
    tell(
        sums,
        format!("{sums} rows of sums (合计, 小计) were passed over"),
        "They would count everybody twice.",
    );
    tell(
        filled,
        format!("{filled} empty cells took the value above them"),
        "Without --table-fill-down they stay empty.",
    );
    tell(
        packed,
        format!("{packed} room numbers of five or six digits were read as unit, floor and room"),
        "Give columns for unit and floor if that is wrong.",
    );
    spots
}
