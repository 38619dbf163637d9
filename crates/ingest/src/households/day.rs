//! 年龄 Ages from dates of birth and, only when asked, from identity numbers. The dates are looked at and dropped.

use crate::text::half_width;
use lifang_formats::Value;
use std::str::FromStr;

/// 基准日 A day ages are reckoned on.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day {
    /// Year.
    pub year: u16,
    /// Month, 1 to 12.
    pub month: u8,
    /// Day, 1 to 31.
    pub day: u8,
}

/// Why a text is no day.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no day. Write it as 2026-07-01")]
pub struct DayError(String);

impl FromStr for Day {
    type Err = DayError;

    fn from_str(text: &str) -> Result<Self, DayError> {
        day(&Value::Text(text.to_owned())).ok_or_else(|| DayError(text.to_owned()))
    }
}

impl std::fmt::Display for Day {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl Day {
    fn of(year: u32, month: u32, day: u32) -> Option<Self> {
        let fits = (1850..=2200).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
        fits.then_some(Self { year: year as u16, month: month as u8, day: day as u8 })
    }

    /// Whole years from a birth to this day; `None` for one that is still to come.
    pub(super) fn age_of(self, born: Self) -> Option<u16> {
        let before = (self.month, self.day) < (born.month, born.day);
        self.year.checked_sub(born.year)?.checked_sub(u16::from(before))
    }
}

/// A date as people write it: `1950-03-02`, `1950/3`, `1950年3月2日`, `19500302`, `195003`, `1950`, or a day number of
/// Excel. A missing month or day is the first.
pub(super) fn day(value: &Value) -> Option<Day> {
    let text = match value {
        Value::Integer(number) => number.to_string(),
        Value::Real(number) if number.fract() == 0.0 => format!("{number:.0}"),
        Value::Text(text) => half_width(text).trim().to_owned(),
        _ => return None,
    };
    let text = text.split([' ', 'T']).next().unwrap_or_default().to_owned();
    let parts: Vec<&str> =
        text.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty()).collect();
    let number = |text: &str| text.parse::<u32>().ok();
    match parts[..] {
        [one] if one.len() == 8 => Day::of(number(&one[..4])?, number(&one[4..6])?, number(&one[6..])?),
        [one] if one.len() == 6 => Day::of(number(&one[..4])?, number(&one[4..])?, 1),
        [one] if one.len() == 5 => serial(number(one)?),
        [one] if one.len() == 4 => Day::of(number(one)?, 1, 1),
        [year, month] if year.len() == 4 => Day::of(number(year)?, number(month)?, 1),
        [year, month, day] if year.len() == 4 => Day::of(number(year)?, number(month)?, number(day)?),
        _ => None,
    }
}

/// Day number of Excel: 1 is the first of January 1900, and 1900 is taken for a leap year.
fn serial(number: u32) -> Option<Day> {
    // Days since the first of March of the year 0 (Hinnant, days from civil).
    let days = i64::from(number) - 25_569 + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year + era * 400 + i64::from(month <= 2);
    Day::of(u32::try_from(year).ok()?, u32::try_from(month).ok()?, u32::try_from(day).ok()?)
}

/// The date of birth in an identity number (GB 11643: digits 7 to 14 of 18, or six of the old 15).
pub(super) fn born_by_id(value: &Value) -> Option<Day> {
    let text = match value {
        Value::Text(text) => half_width(text).trim().to_owned(),
        Value::Integer(number) => number.to_string(),
        _ => return None,
    };
    let digits = text.strip_suffix(['x', 'X']).unwrap_or(&text);
    if !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let number = |text: &str| text.parse::<u32>().ok();
    match text.len() {
        18 => Day::of(number(&text[6..10])?, number(&text[10..12])?, number(&text[12..14])?),
        15 => Day::of(1900 + number(&text[6..8])?, number(&text[8..10])?, number(&text[10..12])?),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Option<(u16, u8, u8)> {
        day(&Value::Text(text.to_owned())).map(|day| (day.year, day.month, day.day))
    }

    #[test]
    fn dates_are_read_as_offices_write_them() {
        for text in
            ["1950-03-02", "1950/3/2", "1950.3.2", "1950年3月2日", "19500302", "1950-03-02 00:00:00", "18324"]
        {
            assert_eq!(read(text), Some((1950, 3, 2)), "{text}");
        }
        assert_eq!(read("195003"), Some((1950, 3, 1)));
        assert_eq!(read("１９５０年３月"), Some((1950, 3, 1)));
        assert_eq!(read("1950"), Some((1950, 1, 1)));
        for text in ["", "不详", "1950-13-01", "3/2/50", "12"] {
            assert_eq!(read(text), None, "{text}");
        }
        assert_eq!(serial(44_196).map(|day| day.to_string()), Some("2020-12-31".to_owned()));
    }

    #[test]
    fn ages_count_whole_years() {
        let on: Day = "2026-07-01".parse().unwrap();
        let age = |text: &str| on.age_of(text.parse().unwrap());
        assert_eq!(
            [age("1966-07-01"), age("1966-07-02"), age("2026-07-01"), age("2026-08-01")],
            [Some(60), Some(59), Some(0), None]
        );
        assert_eq!(
            born_by_id(&Value::Text("11010519491231002X".into())).map(|d| d.to_string()),
            Some("1949-12-31".into())
        );
        assert_eq!(born_by_id(&Value::Text("110105491231002".into())).map(|d| d.year), Some(1949));
        assert_eq!(born_by_id(&Value::Text("13800138000".into())), None);
    }

    proptest! {
        #[test]
        fn any_text_is_a_day_or_none(text in "[0-9年月日/.xX -]{0,18}") {
            let _ = read(&text);
            let _ = born_by_id(&Value::Text(text));
        }
    }
}
