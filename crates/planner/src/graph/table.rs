//! 平表 A CSV table whose every bad cell is found and located.

use crate::PlannerError;
use std::path::Path;
use std::str::FromStr;

/// A table in memory.
pub(super) struct Table {
    file: String,
    header: Vec<String>,
    records: Vec<csv::StringRecord>,
}

impl Table {
    /// Reads a UTF-8 CSV file with a header.
    pub fn read(path: &Path) -> Result<Self, PlannerError> {
        let file = path.display().to_string();
        let fail = |error: csv::Error| {
            let row = error.position().map_or(1, csv::Position::line);
            match error.into_kind() {
                csv::ErrorKind::Io(source) => PlannerError::Io {
                    path: path.to_owned(),
                    source,
                    action: "Give the path of a readable CSV file",
                },
                csv::ErrorKind::UnequalLengths { expected_len, len, .. } => PlannerError::Table {
                    file: path.display().to_string(),
                    row,
                    column: String::new(),
                    cause: format!("the row has {len} cells, the header {expected_len}"),
                    action: "Mend the row".to_owned(),
                },
                kind => PlannerError::Table {
                    file: path.display().to_string(),
                    row,
                    column: String::new(),
                    cause: format!("the row cannot be read: {kind:?}"),
                    action: "Save the table as UTF-8 CSV".to_owned(),
                },
            }
        };
        let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_path(path).map_err(fail)?;
        let header = reader
            .headers()
            .map_err(fail)?
            .iter()
            .map(|name| name.trim_start_matches('\u{feff}').to_owned())
            .collect();
        let records = reader.records().collect::<Result<Vec<_>, _>>().map_err(fail)?;
        let table = Self { file, header, records };
        if table.records.is_empty() {
            return Err(table.fault(1, "", "the table has no rows".to_owned(), "Give a table with data"));
        }
        Ok(table)
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.records.len()
    }

    fn fault(&self, row: u64, column: &str, cause: String, action: &str) -> PlannerError {
        PlannerError::Table {
            file: self.file.clone(),
            row,
            column: column.to_owned(),
            cause,
            action: action.to_owned(),
        }
    }

    /// A column every row must have.
    pub fn column<T: FromStr>(&self, name: &str) -> Result<Vec<T>, PlannerError> {
        self.optional(name)?.ok_or_else(|| {
            let there = self.header.join(", ");
            self.fault(
                1,
                name,
                format!("there is no such column; there are: {there}"),
                "Rename or add the column",
            )
        })
    }

    /// A column that may be missing; when it is there, every cell must parse.
    pub fn optional<T: FromStr>(&self, name: &str) -> Result<Option<Vec<T>>, PlannerError> {
        let Some(at) = self.header.iter().position(|header| header == name) else {
            return Ok(None);
        };
        let mut values = Vec::with_capacity(self.records.len());
        for (row, record) in self.records.iter().enumerate() {
            let cell = record.get(at).unwrap_or_default();
            let value = cell.parse().map_err(|_parse: T::Err| {
                self.fault(
                    row as u64 + 2,
                    name,
                    format!("{cell:?} is not a number that fits"),
                    "Mend the cell",
                )
            })?;
            values.push(value);
        }
        Ok(Some(values))
    }

    /// A column of row numbers below `limit`.
    pub fn index(&self, name: &str, limit: usize) -> Result<Vec<u32>, PlannerError> {
        let values = self.column::<u32>(name)?;
        match values.iter().position(|&value| value as usize >= limit) {
            Some(row) => Err(self.fault(
                row as u64 + 2,
                name,
                format!("{} is not one of the ids 0 to {}", values[row], limit.saturating_sub(1)),
                "Mend the id",
            )),
            None => Ok(values),
        }
    }

    /// Ids must be 0..n-1 in order, because other tables refer to rows by them.
    pub fn expect_dense_ids(&self, name: &str) -> Result<(), PlannerError> {
        let ids = self.column::<u64>(name)?;
        match ids.iter().enumerate().find(|&(row, &id)| id != row as u64) {
            Some((row, id)) => Err(self.fault(
                row as u64 + 2,
                name,
                format!("the id is {id} where {row} is due"),
                "Number the rows 0, 1, 2, … in order",
            )),
            None => Ok(()),
        }
    }
}
