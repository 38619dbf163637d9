//! 列编码 Long columns in few bytes: differences as variable-length integers, as text that JSON does not have to escape.
//!
//! A coverage holds three columns of one number an atom for each category and profile; as plain JSON arrays they would
//! be several times the size of everything else in a plan file.

use serde::{Deserialize, Deserializer, Serializer, de::Error};

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Five bits a character, low ones first; 32 says that more follow.
fn push(text: &mut String, mut value: u64) {
    loop {
        let more = if value >= 32 { 32 } else { 0 };
        text.push(ALPHABET[(value % 32 + more) as usize] as char);
        value /= 32;
        if value == 0 {
            return;
        }
    }
}

fn encode(values: impl Iterator<Item = Option<u32>>) -> String {
    let mut text = String::new();
    let mut last = 0i64;
    for value in values {
        match value {
            None => push(&mut text, 0),
            Some(value) => {
                let step = i64::from(value) - last;
                last = i64::from(value);
                // Zigzag: small steps down are small numbers too; 0 is taken by "nothing".
                push(&mut text, ((step << 1) ^ (step >> 63)) as u64 + 1);
            }
        }
    }
    text
}

fn decode(text: &str) -> Option<Vec<Option<u32>>> {
    let mut values = Vec::new();
    let (mut last, mut value, mut shift) = (0i64, 0u64, 0u32);
    for byte in text.bytes() {
        let digit = ALPHABET.iter().position(|&letter| letter == byte)? as u64;
        if shift > 35 {
            return None;
        }
        value |= (digit & 31) << shift;
        shift += 5;
        if digit & 32 != 0 {
            continue;
        }
        values.push(match value.checked_sub(1) {
            None => None,
            Some(zigzag) => {
                last += (zigzag >> 1) as i64 ^ -((zigzag & 1) as i64);
                Some(u32::try_from(last).ok()?)
            }
        });
        (value, shift) = (0, 0);
    }
    (shift == 0).then_some(values)
}

/// For `#[serde(with)]`.
pub(crate) fn serialize<T: Copy + Into<Number>, S: Serializer>(
    column: &[Option<T>],
    to: S,
) -> Result<S::Ok, S::Error> {
    to.serialize_str(&encode(column.iter().map(|value| value.map(|value| value.into().0))))
}

/// For `#[serde(with)]`.
pub(crate) fn deserialize<'de, T: From<Number>, D: Deserializer<'de>>(
    from: D,
) -> Result<Vec<Option<T>>, D::Error> {
    let text = String::deserialize(from)?;
    let values = decode(&text).ok_or_else(|| D::Error::custom("a column of numbers is damaged"))?;
    Ok(values.into_iter().map(|value| value.map(|value| T::from(Number(value)))).collect())
}

/// What a column holds.
pub(crate) struct Number(u32);

impl From<u32> for Number {
    fn from(value: u32) -> Self {
        Self(value)
    }
}

impl From<Number> for u32 {
    fn from(number: Number) -> Self {
        number.0
    }
}

impl From<lifang_model::FacilityIdx> for Number {
    fn from(index: lifang_model::FacilityIdx) -> Self {
        Self(index.0)
    }
}

impl From<Number> for lifang_model::FacilityIdx {
    fn from(number: Number) -> Self {
        Self(number.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_column_comes_back_as_it_went(column in proptest::collection::vec(any::<Option<u32>>(), 0..50)) {
            prop_assert_eq!(decode(&encode(column.iter().copied())), Some(column));
        }

        #[test]
        fn damaged_text_is_refused_without_a_panic(text in "[A-Za-z0-9_\\-é ]{0,40}") {
            let _ = decode(&text);
        }
    }

    #[test]
    fn neighbours_of_like_distance_take_few_characters() {
        let column: Vec<_> = (0..1000).map(|i| Some(400_000 + i * 37 % 5000)).collect();
        assert!(encode(column.into_iter()).len() < 3100);
    }
}
