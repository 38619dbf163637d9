//! 户表类型 What a row of a household table is.

use super::columns::{Found, TableRole};
use super::spots::Spot;
use crate::columns::{Sheet, text};
use std::collections::BTreeSet;

/// 户表类型 What a row of a household table is.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TableForm {
    /// 一户一行 A household.
    Households,
    /// 一人一行 A resident.
    Persons,
    /// 一店一行 A merchant.
    Merchants,
    /// 汇总 Counts of a building, a unit or a floor.
    Counts,
}

impl TableForm {
    pub(super) const fn title(self) -> &'static str {
        match self {
            Self::Households => "one row per household (一户一行)",
            Self::Persons => "one row per resident (一人一行)",
            Self::Merchants => "one row per merchant (一店一行)",
            Self::Counts => "counts per building, unit or floor (汇总表)",
        }
    }
}

/// Share of rows about a home that was there before, from which rows are people.
const REPEATED: f64 = 0.15;

/// The form and why; `None` when it cannot be told.
pub(super) fn recognise(sheet: &Sheet<'_>, found: &Found, spots: &[Spot]) -> Option<(TableForm, String)> {
    let personal = [TableRole::Relation, TableRole::Birth, TableRole::Id, TableRole::Age, TableRole::Sex];
    let has_person = personal.iter().any(|role| found.has(*role));
    let named = |role: TableRole| {
        found.at(role).map_or(String::new(), |at| format!("{:?}", sheet.table.columns[at].name))
    };
    for role in [TableRole::Households, TableRole::Merchants] {
        if found.has(role) {
            return Some((TableForm::Counts, format!("column {} holds counts", named(role))));
        }
    }
    if found.has(TableRole::Trade) && !has_person {
        return Some((TableForm::Merchants, format!("column {} names shops", named(TableRole::Trade))));
    }
    let homes = homes(sheet, found, spots);
    if found.has(TableRole::Relation) && others_than_heads(sheet, found) {
        return Some((
            TableForm::Persons,
            format!("column {} tells members of households apart", named(TableRole::Relation)),
        ));
    }
    if found.has(TableRole::Persons) {
        return match homes {
            Some(_) => Some((
                TableForm::Households,
                "every row names a home and the number of its residents".to_owned(),
            )),
            None if !repeat(spots) => Some((
                TableForm::Counts,
                format!("column {} holds counts and no building comes twice", named(TableRole::Persons)),
            )),
            None => None,
        };
    }
    let (rows, repeated) = homes?;
    let share = repeated as f64 / (rows.max(1)) as f64;
    if has_person && share >= REPEATED {
        return Some((
            TableForm::Persons,
            format!("{repeated} of {rows} rows are about a home that was there before"),
        ));
    }
    Some((TableForm::Households, format!("{} of {rows} rows each name another home", rows - repeated)))
}

/// Rows that name a home, and those of them whose home came before; `None` when homes cannot be told apart.
fn homes(sheet: &Sheet<'_>, found: &Found, spots: &[Spot]) -> Option<(usize, usize)> {
    let own = found.at(TableRole::Household).filter(|at| !sheet.is_shut(*at));
    let mut seen = BTreeSet::new();
    let mut rows = 0;
    for spot in spots {
        let household = own.and_then(|at| text(&sheet.table.rows[spot.row], Some(at)));
        if spot.room.is_empty() && household.is_none() {
            continue;
        }
        rows += 1;
        seen.insert((&spot.key, &spot.compound, spot.unit, &spot.room, household));
    }
    (rows * 2 > spots.len()).then_some((rows, rows - seen.len()))
}

fn repeat(spots: &[Spot]) -> bool {
    let mut seen = BTreeSet::new();
    !spots.iter().all(|spot| seen.insert((&spot.key, &spot.compound, spot.unit, spot.floor)))
}

/// Whether a table of relations has anybody but heads of households.
fn others_than_heads(sheet: &Sheet<'_>, found: &Found) -> bool {
    let at = found.at(TableRole::Relation);
    sheet.table.rows.iter().filter_map(|row| text(row, at)).any(|relation| !is_head(&relation))
}

/// Whether a relation to the head of the household is that of the head itself.
pub(super) fn is_head(relation: &str) -> bool {
    matches!(
        crate::text::squash(relation).as_str(),
        "户主" | "本人" | "本人或户主" | "户主本人" | "01" | "1" | "0" | "head" | "self"
    )
}
