//! 计数 Numbers as people write them in tables: `1,234`, `１２户`, `18F`, `94.0`.

use crate::text::{half_width, said};
use lifang_formats::Value;

/// Why a cell holds no count.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum CountError {
    /// The text is no number.
    #[error("{text:?} is not a number")]
    NotANumber {
        /// The text.
        text: String,
    },
    /// The number is below zero.
    #[error("{text} is negative")]
    Negative {
        /// The number as written.
        text: String,
    },
    /// The number is not whole.
    #[error("{text} is not a whole number")]
    Fraction {
        /// The number as written.
        text: String,
    },
    /// The number is larger than any count of people in a building can be.
    #[error("{text} is too large: a building holds at most {max}")]
    TooLarge {
        /// The number as written.
        text: String,
        /// The limit.
        max: u32,
    },
}

/// Most households, persons or merchants one row may hold.
pub(crate) const MOST: u32 = 10_000_000;

/// Words that may follow a count.
const UNITS: &[&str] = &[
    "个单元",
    "单元",
    "户",
    "人",
    "层",
    "个",
    "家",
    "套",
    "间",
    "位",
    "名",
    "栋",
    "楼",
    "households",
    "units",
    "floors",
    "levels",
    "f",
    "l",
];

/// The count in a cell; `None` when the cell is empty or holds a mark for "nothing said".
///
/// # Errors
/// [`CountError`] when the cell holds something that is no count.
pub(crate) fn count(value: &Value) -> Result<Option<u32>, CountError> {
    match value {
        Value::Null => Ok(None),
        Value::Bool(flag) => Err(CountError::NotANumber { text: flag.to_string() }),
        Value::Integer(n) => whole(*n as f64, &n.to_string()).map(Some),
        Value::Real(x) if x.is_nan() => Ok(None),
        Value::Real(x) => whole(*x, &x.to_string()).map(Some),
        Value::Text(text) => count_text(text),
    }
}

/// [`count`] of a text.
pub(crate) fn count_text(text: &str) -> Result<Option<u32>, CountError> {
    let Some(shown) = said(text) else { return Ok(None) };
    let wrong = || CountError::NotANumber { text: shown.to_owned() };
    let folded = half_width(shown).replace('−', "-").to_lowercase();
    let mut digits = folded.trim();
    if let Some(unit) = UNITS.iter().find(|unit| digits.ends_with(*unit)) {
        digits = digits[..digits.len() - unit.len()].trim_end();
    }
    let digits = ungrouped(digits).ok_or_else(wrong)?;
    let plain = digits.trim_start_matches(['-', '+']);
    if plain.is_empty() || !plain.chars().all(|c| c.is_ascii_digit() || c == '.') {
        return Err(wrong());
    }
    let number: f64 = digits.parse().map_err(|_not_a_float| wrong())?;
    whole(number, shown).map(Some)
}

/// Removes thousands separators when they stand every three digits; `None` when they stand anywhere else.
fn ungrouped(digits: &str) -> Option<String> {
    let unified = digits.replace(['\'', '\u{a0}', '\u{202f}'], ",");
    if !unified.contains(',') {
        return Some(unified);
    }
    let (body, tail) = unified.split_once('.').map_or((unified.as_str(), ""), |(body, tail)| (body, tail));
    let mut groups = body.split(',');
    let first = groups.next()?.trim_start_matches(['-', '+']);
    let even = (1..=3).contains(&first.len()) && groups.all(|group| group.len() == 3) && !tail.contains(',');
    even.then(|| unified.replace(',', ""))
}

fn whole(number: f64, text: &str) -> Result<u32, CountError> {
    let text = || text.to_owned();
    if !number.is_finite() {
        Err(CountError::NotANumber { text: text() })
    } else if number < 0.0 {
        Err(CountError::Negative { text: text() })
    } else if number > f64::from(MOST) {
        Err(CountError::TooLarge { text: text(), max: MOST })
    } else if (number - number.round()).abs() > 1e-6 {
        Err(CountError::Fraction { text: text() })
    } else {
        Ok(number.round() as u32)
    }
}

/// Floors in a free-hand tag value (`5`, `5.5`, `3-5`, `2;4`, `18F`): the largest, rounded down; `None` when it says
/// nothing usable, below 1 or above 200.
#[must_use]
pub(crate) fn levels_tag(text: &str) -> Option<u16> {
    let most = half_width(text)
        .split(|c: char| !(c.is_ascii_digit() || c == '.'))
        .filter_map(|part| part.parse::<f64>().ok())
        .fold(0.0_f64, f64::max);
    (1.0..=200.0).contains(&most).then_some(most as u16)
}

/// Metres in a tag value (`12`, `12.5 m`); `None` when it says nothing usable.
#[must_use]
pub(crate) fn metres_tag(text: &str) -> Option<f64> {
    let text = half_width(text);
    let number = text.trim().trim_end_matches("metres").trim_end_matches(['m', '米']).trim_end();
    number.parse::<f64>().ok().filter(|metres| metres.is_finite() && *metres > 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text(text: &str) -> Result<Option<u32>, CountError> {
        count(&Value::Text(text.to_owned()))
    }

    #[test]
    fn counts_are_read_as_people_write_them() {
        for (written, meant) in [
            ("1,234", 1234),
            ("12户", 12),
            ("１２　户", 12),
            (" 94.0 ", 94),
            ("18F", 18),
            ("３，４５６人", 3456),
            ("4个单元", 4),
            ("0", 0),
        ] {
            assert_eq!(text(written), Ok(Some(meant)), "{written}");
        }
        for nothing in ["", "  ", "-", "—", "无", "NULL"] {
            assert_eq!(text(nothing), Ok(None), "{nothing:?}");
        }
    }

    #[test]
    fn what_is_no_count_is_refused_and_said_why() {
        assert!(matches!(text("约120户"), Err(CountError::NotANumber { .. })));
        assert!(matches!(text("12,34"), Err(CountError::NotANumber { .. })));
        assert!(matches!(text("3栋"), Ok(Some(3))));
        assert!(matches!(text("3-5"), Err(CountError::NotANumber { .. })));
        assert!(matches!(text("-7"), Err(CountError::Negative { .. })));
        assert!(matches!(text("－７户"), Err(CountError::Negative { .. })));
        assert!(matches!(text("94.5"), Err(CountError::Fraction { .. })));
        assert!(matches!(text("99999999999"), Err(CountError::TooLarge { .. })));
        assert!(matches!(count(&Value::Integer(-1)), Err(CountError::Negative { .. })));
        assert!(matches!(count(&Value::Real(f64::INFINITY)), Err(CountError::NotANumber { .. })));
        assert_eq!(count(&Value::Real(f64::NAN)), Ok(None));
    }

    #[test]
    fn floors_in_a_tag_are_the_largest_named() {
        assert_eq!(levels_tag("5"), Some(5));
        assert_eq!(levels_tag("5.5"), Some(5));
        assert_eq!(levels_tag("3-7"), Some(7));
        assert_eq!(levels_tag("2;4"), Some(4));
        assert_eq!(levels_tag("many"), None);
        assert_eq!(levels_tag("0"), None);
        assert_eq!(metres_tag("12.5 m"), Some(12.5));
        assert_eq!(metres_tag("tall"), None);
    }

    proptest! {
        #[test]
        fn any_text_gives_a_count_or_an_error_and_never_a_panic(written in "\\PC{0,12}") {
            let _ = text(&written);
            let _ = levels_tag(&written);
            let _ = metres_tag(&written);
        }

        #[test]
        fn a_whole_number_survives_being_written(n in 0u32..=MOST) {
            prop_assert_eq!(text(&n.to_string()), Ok(Some(n)));
            prop_assert_eq!(text(&format!("{n}户")), Ok(Some(n)));
            prop_assert_eq!(count(&Value::Real(f64::from(n))), Ok(Some(n)));
        }
    }
}
