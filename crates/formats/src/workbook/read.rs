//! A sheet as a table: the header found, the rows below it as features.

use super::open::{Book, choose, damaged, guarded, open};
use super::{CELLS, COLUMNS, LISTED, TEXT};
use crate::error::{bad, place, row_place};
use crate::position::{Columns, Positions};
use crate::table::{Column, FeatureTable, FieldType, Row, Value, unique_names};
use crate::{FormatError, ReadOptions};
use lifang_model::{Fault, Place, Severity};
use std::borrow::Cow;
use std::path::Path;

/// Filled rows among which the header is looked for.
const HEADER_WITHIN: usize = 30;

/// A row with something in it: its number in the sheet, from 1, and its cells by column, from 0.
struct Line {
    row: u64,
    cells: Vec<(u32, Result<Value, String>)>,
}

impl Line {
    fn texts(&self) -> usize {
        self.cells.iter().filter(|(_, cell)| matches!(cell, Ok(Value::Text(_)))).count()
    }
}

/// Reads the sheet named by [`ReadOptions::layer`], else the first visible one that is not empty.
pub(crate) fn read(path: &Path, options: &ReadOptions) -> Result<FeatureTable, FormatError> {
    guarded(path, || {
        let mut book = open(path, options)?;
        let sheet = choose(&mut book, path, options)?;
        let at = Sheet { path, name: &sheet };
        let lines = lines(&mut book, &at, options)?;
        let merged = merged(&mut book, &at)?;
        table(&at, lines, merged, options)
    })
}

/// A sheet of a file, for saying where things are.
struct Sheet<'a> {
    path: &'a Path,
    name: &'a str,
}

impl Sheet<'_> {
    fn place(&self) -> Place {
        Place { layer: Some(self.name.to_owned()), ..place(self.path) }
    }

    fn row(&self, row: u64) -> Place {
        Place { layer: Some(self.name.to_owned()), ..row_place(self.path, row) }
    }
}

/// The filled rows of a sheet, as a stream: a sheet's claimed extent is never believed.
fn lines(book: &mut Book, at: &Sheet<'_>, options: &ReadOptions) -> Result<Vec<Line>, FormatError> {
    let mut lines: Vec<Line> = Vec::new();
    let (mut text, mut filled) = (0_usize, 0_usize);
    book.each_cell(at.name, at.path, |row, column, value| {
        if value == Ok(Value::Null) {
            return Ok(true);
        }
        let row = u64::from(row) + 1;
        if column >= COLUMNS {
            let cause = format!("more than {COLUMNS} columns are filled");
            return Err(bad("F-704", at.row(row), cause, "Delete the columns that are not needed"));
        }
        if let Ok(Value::Text(words)) = &value {
            text = text.saturating_add(words.len());
            if text > TEXT {
                let cause = format!("the sheet holds more than {TEXT} bytes of text");
                return Err(bad("F-704", at.row(row), cause, "Delete the columns that are not needed"));
            }
        }
        filled += 1;
        if filled > CELLS {
            let cause = format!("more than {CELLS} cells are filled");
            return Err(bad("F-704", at.row(row), cause, "Delete the columns that are not needed"));
        }
        match lines.last_mut() {
            Some(line) if line.row == row => line.cells.push((column, value)),
            Some(line) if line.row > row => return Err(damaged(at.path, "its rows are out of order")),
            _ => {
                if lines.len() > options.max_features.saturating_add(HEADER_WITHIN) {
                    return Err(options.too_many(at.path));
                }
                lines.push(Line { row, cells: vec![(column, value)] });
            }
        }
        Ok(true)
    })?;
    Ok(lines)
}

/// First and last rows of the merged cells that go over several rows.
fn merged(book: &mut Book, at: &Sheet<'_>) -> Result<Vec<(u64, u64)>, FormatError> {
    let ranges = book.merged(at.name, at.path)?;
    let mut tall: Vec<(u64, u64)> = ranges
        .iter()
        .filter(|range| range.end.0 > range.start.0)
        .map(|range| (u64::from(range.start.0) + 1, u64::from(range.end.0) + 1))
        .collect();
    tall.sort_unstable();
    Ok(tall)
}

/// The header: the first of the filled rows on top with the most cells of text.
fn header(lines: &[Line]) -> Option<usize> {
    let mut best = None;
    for (i, line) in lines.iter().take(HEADER_WITHIN).enumerate() {
        let texts = line.texts();
        if texts > best.map_or(0, |(_, most)| most) {
            best = Some((i, texts));
        }
    }
    best.map(|(i, _)| i)
}

fn table(
    at: &Sheet<'_>,
    lines: Vec<Line>,
    merged: Vec<(u64, u64)>,
    options: &ReadOptions,
) -> Result<FeatureTable, FormatError> {
    let Some(header) = header(&lines) else {
        return Err(bad(
            "F-703",
            at.place(),
            "no row of the sheet can be a header",
            "Give every column a name",
        ));
    };
    // Columns in which neither the header nor any row has anything do not exist.
    let mut used: Vec<u32> = lines[header..].iter().flat_map(|l| l.cells.iter().map(|(c, _)| *c)).collect();
    used.sort_unstable();
    used.dedup();
    let count = lines.len() - header - 1;
    if count > options.max_features {
        return Err(options.too_many(at.path));
    }
    if count.saturating_mul(used.len()) > CELLS {
        let cause = format!("{count} rows of {} columns are more than {CELLS} cells", used.len());
        return Err(bad(
            "F-704",
            at.place(),
            cause,
            "Delete the columns that are not needed, or save as CSV UTF-8",
        ));
    }
    let place_of = |column: u32| used.binary_search(&column).ok();
    let mut names = vec![String::new(); used.len()];
    for (column, cell) in &lines[header].cells {
        if let (Some(i), Ok(value)) = (place_of(*column), cell) {
            // Names are often broken over two lines to make a column narrow.
            names[i] = value.to_text().split_whitespace().collect::<Vec<_>>().join(" ");
        }
    }
    let names = unique_names(names);
    let sample = |column: usize| {
        let cells = lines[header + 1..].iter().flat_map(|line| &line.cells);
        let mut cells = cells.filter(|(at, _)| used.get(column) == Some(at));
        cells.find_map(|(_, cell)| cell.as_ref().ok().map(|value| Cow::Owned(value.to_text())))
    };
    let mut positions = Positions::new(Columns::find(&names, sample), &names);
    let mut faults = Faults::default();
    let header_row = lines[header].row;
    if header > 0 {
        let cause = format!("row {header_row} was taken for the header");
        let action = "What stands above it is not read";
        faults.notes.push(Fault::new(Severity::Notice, "F-706", cause, action).at(at.row(header_row)));
    }
    let tall: Vec<_> = merged.iter().filter(|(_, last)| *last > header_row).collect();
    if let Some((first, last)) = tall.first() {
        let cause = format!("{} merged cells go over several rows, first rows {first} to {last}", tall.len());
        let action = "Only the first row of each has the value; unmerge and fill down where all rows mean it";
        faults.notes.push(Fault::new(Severity::Warning, "F-707", cause, action).at(at.row(*first)));
    }
    let mut rows = Vec::with_capacity(count);
    let numbers = lines.iter().skip(header + 1).map(|line| line.row).collect();
    for line in lines.into_iter().skip(header + 1) {
        let mut values = vec![Value::Null; used.len()];
        for (column, cell) in line.cells {
            let Some(i) = place_of(column) else { continue };
            match cell {
                Ok(value) => values[i] = value,
                Err(cause) => {
                    let at = Place { column: names.get(i).cloned(), ..at.row(line.row) };
                    faults.add("F-705", cause, "The cell is taken as empty; mend it in the workbook", at);
                }
            }
        }
        let geometry = positions.of(|column| Cow::Owned(values[column].to_text()), &at.row(line.row));
        rows.push(Row { geometry, values });
    }
    let mut table = FeatureTable {
        name: at.name.to_owned(),
        columns: names.into_iter().map(|name| Column { name, kind: FieldType::Text }).collect(),
        rows,
        lines: numbers,
        faults: faults.told(at),
        ..FeatureTable::default()
    };
    positions.finish(&mut table, &at.place());
    table.settle_types(&[]);
    Ok(table)
}

/// Faults of cells, the first of them one by one.
#[derive(Default)]
struct Faults {
    notes: Vec<Fault>,
    cells: Vec<Fault>,
    more: usize,
}

impl Faults {
    fn add(&mut self, code: &str, cause: String, action: &str, at: Place) {
        if self.cells.len() < LISTED {
            self.cells.push(Fault::new(Severity::Warning, code, cause, action).at(at));
        } else {
            self.more += 1;
        }
    }

    fn told(mut self, at: &Sheet<'_>) -> Vec<Fault> {
        self.notes.append(&mut self.cells);
        if self.more > 0 {
            let cause = format!("{} more cells cannot be read", self.more);
            let action = "They are taken as empty; mend them in the workbook";
            self.notes.push(Fault::new(Severity::Warning, "F-705", cause, action).at(at.place()));
        }
        self.notes
    }
}
