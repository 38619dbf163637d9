//! Workbooks of Excel 97 to 2003 and of WPS (`.xls`, `.et`): what they hold is weighed before the library reads it.
//!
//! The library lays out every sheet as the rectangle its cells span and copies a shared text into each cell that uses it, so two far cells
//! or one long text could take all memory. Records and their numbers: [MS-XLS] 2.3 and 2.4, sectors: [MS-CFB].

use super::open::damaged;
use super::{CELLS, COLUMNS, TEXT};
use crate::error::{bad, io, place};
use crate::{FormatError, ReadOptions};
use calamine::{Reader as _, Xls};
use std::fs::File;
use std::io::{BufReader, Read as _};
use std::path::Path;

/// Records that begin and end a part, that continue the one before, and that say where a sheet begins and what it spans.
const BEGIN: u16 = 0x0809;
const END: u16 = 0x000a;
const CONTINUE: u16 = 0x003c;
const SHEET: u16 = 0x0085;
const SPAN: u16 = 0x0200;
/// The shared texts, and a cell that uses one.
const TEXTS: u16 = 0x00fc;
const TEXT_CELL: u16 = 0x00fd;
/// A row of numbers, and the other records of a cell with something in it.
const NUMBERS: u16 = 0x00bd;
const CELL: [u16; 6] = [0x0006, 0x00d6, 0x0203, 0x0204, 0x0205, 0x027e];

/// Opens a workbook whose sheets and texts are of a size that can be held.
pub(crate) fn open(path: &Path, options: &ReadOptions) -> Result<Xls<BufReader<File>>, FormatError> {
    let file = || File::open(path).map(BufReader::new).map_err(io(path, "open"));
    // This library follows no chain of sectors twice.
    let mut container = cfb::CompoundFile::open(file()?).map_err(|error| damaged(path, error))?;
    let stream = ["/Workbook", "/Book"].into_iter().find(|name| container.is_stream(name));
    let Some(stream) = stream else {
        // Excel wraps a workbook of today that has a password in this container.
        let locked = container.is_stream("/EncryptedPackage");
        let cause =
            if locked { "this workbook has a password" } else { "this old Office document holds no sheet" };
        return Err(bad("F-110", place(path), cause, "Save it as .xlsx or CSV UTF-8, without a password"));
    };
    let mut records = Vec::new();
    let stream = container.open_stream(stream).map_err(|error| damaged(path, error))?;
    stream.take(options.max_unpacked).read_to_end(&mut records).map_err(|error| damaged(path, error))?;
    match weigh(&records) {
        Ok(()) => {}
        Err(Weight::Damaged) => return Err(damaged(path, "its sheets or texts end before their end")),
        Err(Weight::TooMuch(cause)) => {
            return Err(bad("F-704", place(path), cause, "Delete what is not needed, or save as CSV UTF-8"));
        }
    }
    Xls::new(file()?).map_err(|error| damaged(path, error))
}

#[derive(Debug, PartialEq)]
enum Weight {
    Damaged,
    TooMuch(String),
}

/// First and last row and column of the cells of a sheet.
#[derive(Default)]
struct Extent(Option<(u16, u16, u16, u16)>);

impl Extent {
    fn add(&mut self, row: u16, column: u16) {
        let (top, left, bottom, right) = self.0.unwrap_or((row, column, row, column));
        self.0 = Some((top.min(row), left.min(column), bottom.max(row), right.max(column)));
    }

    /// Cells of the rectangle.
    fn cells(&self) -> usize {
        let Some((top, left, bottom, right)) = self.0 else { return 0 };
        (usize::from(bottom - top) + 1) * (usize::from(right - left) + 1)
    }
}

/// Whether the records ask for more cells or text than a table may have.
fn weigh(stream: &[u8]) -> Result<(), Weight> {
    let (sheets, lengths) = contents(stream)?;
    let (mut cells, mut text, mut walked) = (0_usize, 0_usize, 0_usize);
    for sheet in sheets {
        let part = stream.get(sheet..).ok_or(Weight::Damaged)?;
        let (mut extent, mut depth) = (Extent::default(), 0_usize);
        for (kind, body) in records(part) {
            walked += 4 + body.len();
            match kind {
                BEGIN => depth += 1,
                // Charts within a sheet are parts of their own.
                END if depth <= 1 => break,
                END => depth -= 1,
                _ if depth > 1 => {}
                SPAN => cells = cells.saturating_add(span(body).ok_or(Weight::Damaged)?),
                NUMBERS | TEXT_CELL => {
                    let (Some(row), Some(column)) = (number(body, 0), number(body, 2)) else { continue };
                    extent.add(row, column);
                    if kind == NUMBERS {
                        // The last column stands at the end.
                        let last = body.len().checked_sub(2).and_then(|at| number(body, at));
                        extent.add(row, last.unwrap_or(column));
                    } else if let Some(index) = long(body, 6) {
                        text = text.saturating_add(lengths.get(index).copied().unwrap_or(0));
                    }
                }
                kind if CELL.contains(&kind) => {
                    if let (Some(row), Some(column)) = (number(body, 0), number(body, 2)) {
                        extent.add(row, column);
                    }
                }
                _ => {}
            }
        }
        // Sheets stand one behind the other.
        if walked > 2 * stream.len() {
            return Err(Weight::Damaged);
        }
        if extent.0.is_some_and(|(_, left, _, right)| u32::from(right - left) >= COLUMNS) {
            return Err(Weight::TooMuch(format!("more than {COLUMNS} columns are filled")));
        }
        cells = cells.saturating_add(extent.cells());
    }
    // What a sheet claims and what it fills are both in the sum.
    let most = 2 * CELLS;
    if cells > most {
        return Err(Weight::TooMuch(format!("its sheets claim and fill more than {most} cells together")));
    }
    if text > TEXT {
        return Err(Weight::TooMuch(format!("its cells hold more than {TEXT} bytes of text")));
    }
    Ok(())
}

/// Where the sheets begin, and how long the shared texts are: the part before all sheets says so.
fn contents(stream: &[u8]) -> Result<(Vec<usize>, Vec<usize>), Weight> {
    let (mut sheets, mut lengths) = (Vec::new(), Vec::new());
    let mut all = records(stream).peekable();
    while let Some((kind, body)) = all.next() {
        match kind {
            END => break,
            SHEET => sheets.push(long(body, 0).ok_or(Weight::Damaged)?),
            TEXTS => {
                let mut pieces = vec![body.get(8..).ok_or(Weight::Damaged)?];
                while let Some((_, more)) = all.next_if(|(kind, _)| *kind == CONTINUE) {
                    pieces.push(more);
                }
                lengths = text_lengths(&pieces).ok_or(Weight::Damaged)?;
            }
            _ => {}
        }
    }
    Ok((sheets, lengths))
}

fn number(body: &[u8], at: usize) -> Option<u16> {
    body.get(at..at + 2).map(|b| u16::from_le_bytes([b[0], b[1]]))
}

fn long(body: &[u8], at: usize) -> Option<usize> {
    body.get(at..at + 4).map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]) as usize)
}

/// Cells of the rectangle a sheet says it spans, before and after Excel 97; `None` where it ends before it begins.
fn span(body: &[u8]) -> Option<usize> {
    let (top, bottom, left, right) = if body.len() < 14 {
        (number(body, 0)?.into(), number(body, 2)?.into(), number(body, 4)?, number(body, 6)?)
    } else {
        (long(body, 0)?, long(body, 4)?, number(body, 8)?, number(body, 10)?)
    };
    // Nothing filled is told as an end of 0; a left end no sheet has is taken as 0.
    let left = if left > 0xff || right < left { 0 } else { left };
    let rows = if bottom == 0 || right == 0 { 1 } else { bottom.checked_sub(top)?.max(1) };
    Some(rows.saturating_mul(usize::from(right.saturating_sub(left)).max(1)))
}

/// The records of a stream: number and body. What is cut off ends it; the library then says what is damaged.
fn records(stream: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let head = stream.get(at..at + 4)?;
        let kind = u16::from_le_bytes([head[0], head[1]]);
        let size = usize::from(u16::from_le_bytes([head[2], head[3]]));
        let body = stream.get(at + 4..at + 4 + size)?;
        at += 4 + size;
        Some((kind, body))
    })
}

/// Bytes of every shared text, at three a character. A text cut by the end of a record goes on in the next with a byte that says
/// whether its characters are wide ([MS-XLS] 2.5.293); `None` if it ends before its end.
fn text_lengths(pieces: &[&[u8]]) -> Option<Vec<usize>> {
    let mut from = Pieces { pieces, piece: 0, at: 0 };
    let mut lengths = Vec::new();
    // The library reads texts until there is no more, whatever number of them is told.
    while from.left() > 0 || from.next_piece().is_some() {
        let mut characters = usize::from(from.number()?);
        let flags = from.byte()?;
        lengths.push(characters * 3);
        let runs = if flags & 8 != 0 { usize::from(from.number()?) } else { 0 };
        let extra =
            if flags & 4 != 0 { usize::from(from.number()?) | usize::from(from.number()?) << 16 } else { 0 };
        let mut wide = flags & 1 != 0;
        while characters > 0 {
            let bytes = if wide { 2 } else { 1 };
            let here = (from.left() / bytes).min(characters);
            from.at += here * bytes;
            characters -= here;
            if characters > 0 {
                from.next_piece()?;
                wide = from.byte()? & 1 != 0;
            }
        }
        from.skip(runs * 4 + extra)?;
    }
    Some(lengths)
}

/// A place in a row of pieces.
struct Pieces<'a> {
    pieces: &'a [&'a [u8]],
    piece: usize,
    at: usize,
}

impl Pieces<'_> {
    fn left(&self) -> usize {
        self.pieces.get(self.piece).map_or(0, |piece| piece.len().saturating_sub(self.at))
    }

    fn next_piece(&mut self) -> Option<()> {
        self.piece += 1;
        self.at = 0;
        (self.piece < self.pieces.len()).then_some(())
    }

    fn byte(&mut self) -> Option<u8> {
        while self.left() == 0 {
            self.next_piece()?;
        }
        let byte = *self.pieces[self.piece].get(self.at)?;
        self.at += 1;
        Some(byte)
    }

    fn number(&mut self) -> Option<u16> {
        Some(u16::from_le_bytes([self.byte()?, self.byte()?]))
    }

    fn skip(&mut self, mut bytes: usize) -> Option<()> {
        while bytes > self.left() {
            bytes -= self.left();
            self.next_piece()?;
        }
        self.at += bytes;
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(kind: u16, body: &[u8]) -> Vec<u8> {
        [&kind.to_le_bytes()[..], &(body.len() as u16).to_le_bytes(), body].concat()
    }

    /// Shared texts: `abc`, wide, cut after its first character; then `x` with a run of formatting.
    fn texts() -> Vec<u8> {
        let head = [2, 0, 0, 0, 2, 0, 0, 0, 3, 0, 1, b'a', 0];
        // The rest is narrow.
        let rest = [0, b'b', b'c', 1, 0, 8, 1, 0, b'x', 0, 0, 0, 0];
        [record(TEXTS, &head), record(CONTINUE, &rest)].concat()
    }

    #[test]
    fn a_text_cut_by_the_end_of_a_record_is_measured_as_one() {
        let stream = texts();
        let mut pieces: Vec<&[u8]> = records(&stream).map(|(_, body)| body).collect();
        pieces[0] = &pieces[0][8..];
        assert_eq!(text_lengths(&pieces), Some(vec![9, 3]));
        assert_eq!(text_lengths(&pieces[..1]), None);
        assert_eq!(weigh(&stream[..17]), Err(Weight::Damaged));
    }

    /// A workbook of one sheet with these records.
    fn book(texts: Vec<u8>, sheet: &[Vec<u8>]) -> Vec<u8> {
        let start = (texts.len() + 12 + 4) as u32;
        let place = [&start.to_le_bytes()[..], &[0; 4]].concat();
        let parts = [texts, record(SHEET, &place), record(END, &[]), record(BEGIN, &[0; 4])];
        [parts.concat(), sheet.concat(), record(END, &[])].concat()
    }

    #[test]
    fn two_far_cells_a_wide_claim_and_a_long_text_in_many_cells_are_too_much() {
        let cell = |row: u16, column: u16| {
            let place = [row.to_le_bytes(), column.to_le_bytes(), [0, 0]].concat();
            record(TEXT_CELL, &[place, vec![0, 0, 0, 0]].concat())
        };
        let too_much = |stream: &[u8], word: &str| match weigh(stream) {
            Err(Weight::TooMuch(cause)) => assert!(cause.contains(word), "{cause}"),
            other => panic!("{other:?}"),
        };
        assert_eq!(weigh(&book(texts(), &[cell(0, 0), cell(60_000, 200)])), Ok(()));
        too_much(&book(texts(), &[cell(0, 0), cell(0, 2000)]), "columns");
        too_much(&book(texts(), &[cell(0, 0), cell(60_000, 1000)]), "fill");
        let claim = [&[0; 4][..], &u32::MAX.to_le_bytes(), &[0, 0, 0xff, 0], &[0, 0]].concat();
        too_much(&book(texts(), &[record(SPAN, &claim)]), "claim");
        // One text of 32,000 characters in 20,000 cells.
        let mut long = [1, 0, 0, 0, 1, 0, 0, 0, 0, 0x7d, 0].to_vec();
        long.extend(std::iter::repeat_n(b'x', 0x7d00));
        let cells: Vec<_> = (0..20_000).map(|row| cell(row, 0)).collect();
        too_much(&book(record(TEXTS, &long), &cells), "text");
    }
}
