//! 工作簿 Excel workbooks (`.xlsx`, `.xlsm`; `.xls` and `.et` of Excel 97 to 2003 and WPS): a sheet as a table, as offices keep
//! their households.

mod cells;
mod old;
mod open;
mod read;
mod write;

pub(crate) use open::{OLD, layers};
pub(crate) use read::read;
pub(crate) use write::bytes_at;
pub use write::{Sheet, workbook_bytes};

/// Widest table read, columns.
const COLUMNS: u32 = 1024;

/// Largest table read, rows times columns; more is a sheet that was filled by accident or with intent.
const CELLS: usize = 20_000_000;

/// Most text a sheet may hold, bytes: a shared text can be used by every cell.
const TEXT: usize = 1 << 30;

/// Faults listed one by one.
const LISTED: usize = 50;
