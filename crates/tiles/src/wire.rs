//! 字节 The few pieces of Protocol Buffers a vector tile is made of, so that a feature encoded once can be copied into another
//! tile as it is. Fields stand in the order of their numbers, as other programs write them.

use crate::layer::Property;
use crate::tile::EXTENT;

/// Version of the specification, 2.1.
const VERSION: u64 = 2;

/// Writes a number of variable length.
pub(crate) fn varint(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// Bytes a number takes.
const fn size(number: u64) -> usize {
    // Seven bits to a byte, one byte at least.
    (70 - (number | 1).leading_zeros() as usize) / 7
}

/// Writes a field that has a length.
fn field(out: &mut Vec<u8>, number: u32, bytes: &[u8]) {
    varint(out, u64::from(number << 3 | 2));
    varint(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

/// The numbers of a packed field, without its head.
pub(crate) fn packed(numbers: &[u32]) -> Vec<u8> {
    let mut out = Vec::with_capacity(numbers.len() * 2);
    numbers.iter().for_each(|&number| varint(&mut out, number.into()));
    out
}

/// Appends a feature to those of a layer.
pub(crate) fn feature(out: &mut Vec<u8>, id: u64, kind: u8, tags: &[u32], geometry: &[u8]) {
    let tags_size: usize = tags.iter().map(|&tag| size(tag.into())).sum();
    let of_tags = if tags.is_empty() { 0 } else { 1 + size(tags_size as u64) + tags_size };
    let length = 1 + size(id) + of_tags + 2 + 1 + size(geometry.len() as u64) + geometry.len();
    varint(out, 2 << 3 | 2);
    varint(out, length as u64);
    varint(out, 1 << 3);
    varint(out, id);
    if !tags.is_empty() {
        varint(out, 2 << 3 | 2);
        varint(out, tags_size as u64);
        tags.iter().for_each(|&tag| varint(out, tag.into()));
    }
    varint(out, 3 << 3);
    out.push(kind);
    field(out, 4, geometry);
}

/// The message of a value.
pub(crate) fn value(property: &Property) -> Vec<u8> {
    let mut out = Vec::new();
    match property {
        Property::None => {}
        Property::Text(text) => field(&mut out, 1, text.as_bytes()),
        Property::Real(bits) => {
            out.push(3 << 3 | 1);
            out.extend_from_slice(&bits.to_le_bytes());
        }
        Property::Whole(number) => {
            out.push(4 << 3);
            varint(&mut out, *number as u64);
        }
        Property::Flag(flag) => out.extend([7 << 3, u8::from(*flag)]),
    }
    out
}

/// Appends a layer to a tile; `features` as [`feature`] wrote them.
pub(crate) fn layer<'a>(
    out: &mut Vec<u8>,
    name: &str,
    features: &[u8],
    keys: impl Iterator<Item = &'a str>,
    values: impl Iterator<Item = &'a [u8]>,
) {
    let mut rest = Vec::new();
    keys.for_each(|key| field(&mut rest, 3, key.as_bytes()));
    values.for_each(|value| field(&mut rest, 4, value));
    varint(&mut rest, 5 << 3);
    varint(&mut rest, EXTENT.into());
    varint(&mut rest, 15 << 3);
    varint(&mut rest, VERSION);
    let head = 1 + size(name.len() as u64) + name.len();
    out.reserve(head + features.len() + rest.len() + 12);
    varint(out, 3 << 3 | 2);
    varint(out, (head + features.len() + rest.len()) as u64);
    field(out, 1, name.as_bytes());
    out.extend_from_slice(features);
    out.extend_from_slice(&rest);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_number_takes_the_bytes_it_is_said_to(number: u64) {
            let mut out = Vec::new();
            varint(&mut out, number);
            prop_assert_eq!(out.len(), size(number));
            let back = out.iter().rev().fold(0u128, |sum, byte| sum << 7 | u128::from(byte & 0x7f));
            prop_assert_eq!(back, u128::from(number));
        }
    }
}
