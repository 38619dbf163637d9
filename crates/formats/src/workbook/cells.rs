//! What a cell says, as a value.

use crate::Value;
use calamine::{Data, DataRef, ExcelDateTime};

/// Days after which Excel has no dates: the end of the year 9999.
const LAST_DAY: f64 = 2_958_466.0;

/// The largest whole number that a cell, which holds a float, tells apart from its neighbours.
const WHOLE: f64 = 9_007_199_254_740_992.0;

/// The value of a cell; `Err` says why there is none.
pub(crate) fn value(cell: &DataRef<'_>) -> Result<Value, String> {
    Ok(match cell {
        DataRef::Empty => Value::Null,
        DataRef::Int(number) => Value::Integer(*number),
        DataRef::Float(number) if !number.is_finite() => return Err(format!("{number} is no number")),
        DataRef::Float(number) if number.fract() == 0.0 && number.abs() < WHOLE => {
            Value::Integer(*number as i64)
        }
        DataRef::Float(number) => Value::Real(*number),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => words(text),
        DataRef::SharedString(text) => words(text),
        DataRef::Bool(yes) => Value::Bool(*yes),
        DataRef::DateTime(moment) => Value::Text(date(moment)?),
        DataRef::Error(error) => return Err(format!("the cell holds the error {error}")),
    })
}

/// A cell of a sheet that was read as a whole, as one of a stream.
pub(crate) fn by_reference(cell: &Data) -> DataRef<'_> {
    match cell {
        Data::Int(number) => DataRef::Int(*number),
        Data::Float(number) => DataRef::Float(*number),
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => DataRef::SharedString(text),
        Data::Bool(yes) => DataRef::Bool(*yes),
        Data::DateTime(moment) => DataRef::DateTime(*moment),
        Data::Error(error) => DataRef::Error(error.clone()),
        Data::Empty => DataRef::Empty,
    }
}

fn words(text: &str) -> Value {
    if text.trim().is_empty() { Value::Null } else { Value::Text(text.to_owned()) }
}

/// A date as `2026-07-01`, with the time where it has one; a time of day or a span as `9:30:00`.
fn date(moment: &ExcelDateTime) -> Result<String, String> {
    let days = moment.as_f64();
    if !(0.0..LAST_DAY).contains(&days) {
        return Err(format!("{days} is no date"));
    }
    if moment.is_duration() || days < 1.0 {
        let seconds = (days * 86_400.0).round() as u64;
        return Ok(format!("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60));
    }
    let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
    let day = format!("{year:04}-{month:02}-{day:02}");
    Ok(if (hour, minute, second) == (0, 0, 0) {
        day
    } else {
        format!("{day} {hour:02}:{minute:02}:{second:02}")
    })
}
