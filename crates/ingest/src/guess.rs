//! 字段猜测 What the columns of a table seem to hold, before anything is read from it: for people to look at and correct.

use crate::columns::Sheet;
use crate::faults::FaultLog;
use crate::privacy;
use crate::role::Role;
use lifang_formats::FeatureTable;

/// 猜测 What one column seems to hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guess {
    /// Its name.
    pub column: String,
    /// What it would be taken as: the name of a field of [`crate::Columns`].
    pub role: Option<&'static str>,
    /// Whether it holds personal records; it is never read then, and its values must not be shown.
    pub personal: bool,
}

/// The order matters: a column is taken once.
const ROLES: [(Role, &str); 12] = [
    (Role::Households, "households"),
    (Role::Persons, "persons"),
    (Role::Elders, "elders"),
    (Role::Children, "children"),
    (Role::Merchants, "merchants"),
    (Role::Floors, "floors"),
    (Role::Units, "units"),
    (Role::Use, "use"),
    (Role::Name, "name"),
    (Role::Code, "code"),
    (Role::Compound, "compound"),
    (Role::Category, "category"),
];

/// 猜测字段 Every column of the table with what it seems to hold, in the order of the table.
///
/// # Determinism
/// The same table gives the same guesses.
#[must_use]
pub fn guess(table: &FeatureTable) -> Vec<Guess> {
    let mut log = FaultLog::default();
    let shut = privacy::gate(table, "", &mut log);
    let mut guesses: Vec<Guess> = table
        .columns
        .iter()
        .enumerate()
        .map(|(at, column)| Guess { column: column.name.clone(), role: None, personal: shut.contains(&at) })
        .collect();
    let mut sheet = Sheet::open(table, String::new(), &mut log);
    for (role, key) in ROLES {
        if let Some(guess) = sheet.quiet(role).and_then(|at| guesses.get_mut(at)) {
            guess.role = Some(key);
        }
    }
    guesses
}

#[cfg(test)]
mod tests {
    use super::*;
    use lifang_formats::{Column, FieldType, Row, Value};

    #[test]
    fn usual_names_are_known_and_personal_columns_are_told() {
        let names = ["总户数", "层数", "户主姓名", "备注"];
        let columns = names.map(|name| Column { name: name.to_owned(), kind: FieldType::Text });
        let values = ["12", "6", "张三", "-"].map(|text| Value::Text(text.to_owned()));
        let table = FeatureTable {
            columns: columns.to_vec(),
            rows: vec![Row { geometry: None, values: values.to_vec() }],
            ..FeatureTable::default()
        };
        let guesses = guess(&table);
        let roles: Vec<_> = guesses.iter().map(|guess| guess.role).collect();
        assert_eq!(roles, [Some("households"), Some("floors"), None, None]);
        assert_eq!(
            guesses.iter().map(|guess| guess.personal).collect::<Vec<_>>(),
            [false, false, true, false]
        );
    }
}
