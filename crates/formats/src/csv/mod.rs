//! CSV as Excel and the offices that use it write and read it.

mod read;
mod write;

pub(crate) use read::{numbers, read};
pub use write::{CsvGeometry, csv_bytes, with_positions};
pub(crate) use write::{bytes_at, quoted};

/// Whether a text would run as a formula when Excel opens the file. Quotes in front are looked through, so that
/// writing and reading stay inverse to each other.
fn is_formula(text: &str) -> bool {
    text.trim_start_matches('\'').starts_with(['=', '+', '-', '@', '\t', '\r'])
}
