//! 字段对应 Finds the column that holds what is wanted: the one the user named, else one with a usual name.

use crate::faults::FaultLog;
use crate::privacy;
use crate::role::Role;
use crate::text::{nearest, said, squash};
use lifang_formats::{FeatureTable, Row, Value};
use lifang_model::Place;
use std::collections::BTreeSet;

/// A table being read, with the name its file goes by in messages and the columns the privacy gate shut.
pub(crate) struct Sheet<'a> {
    pub(crate) table: &'a FeatureTable,
    pub(crate) file: String,
    shut: BTreeSet<usize>,
    taken: BTreeSet<usize>,
}

impl<'a> Sheet<'a> {
    /// Opens a table: the privacy gate comes first.
    pub(crate) fn open(table: &'a FeatureTable, file: String, log: &mut FaultLog) -> Self {
        let shut = privacy::gate(table, &file, log);
        Self { table, file, shut, taken: BTreeSet::new() }
    }

    /// Whether the privacy gate shut a column.
    pub(crate) fn is_shut(&self, at: usize) -> bool {
        self.shut.contains(&at)
    }

    /// A place in this table; rows count as the file counts them, else from 1.
    pub(crate) fn place(&self, row: Option<usize>, column: Option<usize>) -> Place {
        Place {
            file: Some(self.file.clone()),
            layer: sheet_name(self.table, &self.file),
            row: row.map(|row| row_number(self.table, row)),
            column: column.and_then(|at| self.table.columns.get(at)).map(|column| column.name.clone()),
            feature: None,
        }
    }

    /// The column for `role`: `named` by the user (an error when it is not there), else detected with a notice.
    pub(crate) fn column(&mut self, role: Role, named: Option<&str>, log: &mut FaultLog) -> Option<usize> {
        let found = match named {
            Some(name) => self.named(role, name, log),
            None => self.detected(role, log),
        };
        self.taken.extend(found);
        found
    }

    /// Like [`Sheet::column`] for a column whose absence and presence need no word.
    pub(crate) fn quiet(&mut self, role: Role) -> Option<usize> {
        let found = self.search(role);
        self.taken.extend(found);
        found
    }

    /// The column with exactly this name, if the gate left it open.
    pub(crate) fn exactly(&self, name: &str) -> Option<usize> {
        let at = self.table.columns.iter().position(|column| column.name == name)?;
        (!self.shut.contains(&at)).then_some(at)
    }

    /// What stands written in the outlines of a drawing: drawings have no other column that tells about them.
    pub(crate) fn written(&self) -> Option<usize> {
        self.exactly("layer").and(self.exactly("text"))
    }

    /// The column of a name, whether another role has it or not.
    pub(crate) fn named(&self, role: Role, name: &str, log: &mut FaultLog) -> Option<usize> {
        let columns = &self.table.columns;
        let exact = columns.iter().position(|column| column.name == name);
        let found = exact.or_else(|| columns.iter().position(|column| squash(&column.name) == squash(name)));
        match found {
            Some(at) if self.shut.contains(&at) => {
                let cause = format!("the column named for {} holds personal records", role.title());
                log.notice(
                    "I-115",
                    self.place(None, Some(at)),
                    cause,
                    "It is not read; name a column of counts.",
                );
                None
            }
            Some(at) => Some(at),
            None => {
                let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
                let hint = nearest(name, names.iter().copied())
                    .map_or(String::new(), |near| format!(" Did you mean {near:?}?"));
                let action = if names.is_empty() {
                    "The table has no columns.".to_owned()
                } else {
                    format!("It has: {}.{hint}", names.join(", "))
                };
                let place = Place { column: Some(name.to_owned()), ..self.place(None, None) };
                let cause = format!("there is no column {name:?} for {}", role.title());
                log.error("I-111", place, cause, &action);
                None
            }
        }
    }

    fn detected(&self, role: Role, log: &mut FaultLog) -> Option<usize> {
        let at = self.search(role)?;
        let cause = format!("this column was taken as {}", role.title());
        log.notice("I-114", self.place(None, Some(at)), cause, "Name another column if that is wrong.");
        Some(at)
    }

    /// The first usual name that is there as a whole; else the first Chinese one found inside a column name. Columns
    /// shut by the gate, already taken, or without any value are passed over.
    fn search(&self, role: Role) -> Option<usize> {
        let free = |at: usize| !self.shut.contains(&at) && !self.taken.contains(&at) && self.filled(at);
        let squashed: Vec<String> = self.table.columns.iter().map(|column| squash(&column.name)).collect();
        let find = |same: &dyn Fn(&str, &str) -> bool| {
            role.names().iter().find_map(|known| {
                squashed.iter().enumerate().position(|(at, name)| free(at) && same(name, known))
            })
        };
        find(&|name, known| name == known)
            .or_else(|| find(&|name, known| !known.is_ascii() && name.contains(known)))
    }

    fn filled(&self, at: usize) -> bool {
        self.table.rows.iter().any(|row| !matches!(row.values.get(at), None | Some(Value::Null)))
    }
}

/// The number a file gives a row: its own where it has one, else its place from 1.
pub(crate) fn row_number(table: &FeatureTable, row: usize) -> u64 {
    table.lines.get(row).copied().unwrap_or(row as u64 + 1)
}

/// The sheet of a workbook; `None` for a file that is one table.
pub(crate) fn sheet_name(table: &FeatureTable, file: &str) -> Option<String> {
    let stem = std::path::Path::new(file).file_stem()?.to_string_lossy();
    (!table.lines.is_empty() && table.name != stem).then(|| table.name.clone())
}

/// The value in a column of a row.
pub(crate) fn cell(row: &Row, at: Option<usize>) -> &Value {
    at.and_then(|at| row.values.get(at)).unwrap_or(&Value::Null)
}

/// The text in a column of a row, numbers written out; `None` when it says nothing.
pub(crate) fn text(row: &Row, at: Option<usize>) -> Option<String> {
    match cell(row, at) {
        Value::Null => None,
        Value::Bool(flag) => Some(if *flag { "yes" } else { "no" }.to_owned()),
        Value::Integer(n) => Some(n.to_string()),
        Value::Real(x) if x.is_nan() => None,
        Value::Real(x) => Some(x.to_string()),
        Value::Text(text) => said(text).map(str::to_owned),
    }
}

/// Whether a column of a row says yes; `None` when it says nothing.
pub(crate) fn flag(row: &Row, at: Option<usize>) -> Option<bool> {
    match cell(row, at) {
        Value::Bool(flag) => Some(*flag),
        Value::Integer(n) => Some(*n != 0),
        Value::Real(x) => (!x.is_nan()).then_some(*x != 0.0),
        Value::Null => None,
        Value::Text(text) => match squash(text).as_str() {
            "" => None,
            "no" | "false" | "0" | "否" | "不是" | "f" | "n" | "没有" | "无" => Some(false),
            _ => Some(true),
        },
    }
}
