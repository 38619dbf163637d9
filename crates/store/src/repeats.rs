//! 长程去重 Repeats far apart written once. Results name the same buildings, zones and distances again for every service and
//! every kind of walker, megabytes apart; zlib, which looks back 32 KiB, sees none of that.
//!
//! The content becomes literals and copies in turn: number of literal bytes, those bytes, how far back the copy begins, its
//! length; the last literals stand alone. Blocks are found by a rolling hash (Karp and Rabin 1987), greedily, the latest first
//! seen. The same content gives the same bytes.

use crate::error::Problem;

/// Shortest copy, bytes: shorter repeats are zlib's.
const BLOCK: usize = 32;
/// Positions between entries of the table.
const STRIDE: usize = 8;
/// Entries of the table, as a power of two.
const BITS: u32 = 20;
const BASE: u64 = 0x0100_0000_01b3;

/// Writes repeats once.
pub(crate) fn fold(content: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(content.len() / 2);
    let mut literal = 0;
    if let Some(first) = content.get(..BLOCK) {
        let mut table = vec![usize::MAX; 1 << BITS];
        let top = (1..BLOCK).fold(1u64, |power, _| power.wrapping_mul(BASE));
        let mut hash = first.iter().fold(0u64, |hash, byte| step(hash, *byte));
        let (mut at, mut next_entry) = (0, 0);
        while at + BLOCK <= content.len() {
            let slot = (hash.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - BITS)) as usize;
            let before = table[slot];
            let is_copy = before < at && content[before..before + BLOCK] == content[at..at + BLOCK];
            let mut jump = 1;
            if is_copy {
                let same = |length: &usize| content.get(at + length) == content.get(before + length);
                jump = (BLOCK..content.len() - at).find(|length| !same(length)).unwrap_or(content.len() - at);
                unsigned(&mut out, at - literal);
                out.extend_from_slice(&content[literal..at]);
                unsigned(&mut out, at - before);
                unsigned(&mut out, jump);
                literal = at + jump;
            }
            if at >= next_entry {
                table[slot] = at;
                next_entry = at + STRIDE;
            }
            for at in at..at + jump {
                if let Some(new) = content.get(at + BLOCK) {
                    hash = step(hash.wrapping_sub(u64::from(content[at]).wrapping_mul(top)), *new);
                }
            }
            at += jump;
        }
    }
    unsigned(&mut out, content.len() - literal);
    out.extend_from_slice(&content[literal..]);
    out
}

fn step(hash: u64, byte: u8) -> u64 {
    hash.wrapping_mul(BASE).wrapping_add(u64::from(byte))
}

fn unsigned(out: &mut Vec<u8>, mut value: usize) {
    while value >= 0x80 {
        out.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// Undoes [`fold`]; content beyond `limit` bytes is refused.
pub(crate) fn unfold(what: &str, folded: &[u8], limit: usize) -> Result<Vec<u8>, Problem> {
    let damaged = || Problem::Damaged(format!("{what}: its copies make no sense"));
    let mut out: Vec<u8> = Vec::new();
    let mut at = 0;
    loop {
        let literal = number(folded, &mut at).ok_or_else(damaged)?;
        let end = at.checked_add(literal).ok_or_else(damaged)?;
        out.extend_from_slice(folded.get(at..end).ok_or_else(damaged)?);
        at = end;
        if at == folded.len() {
            return Ok(out);
        }
        let back = number(folded, &mut at).ok_or_else(damaged)?;
        let length = number(folded, &mut at).ok_or_else(damaged)?;
        let from = out.len().checked_sub(back).filter(|_| back > 0).ok_or_else(damaged)?;
        if length > limit.saturating_sub(out.len()) {
            return Err(damaged());
        }
        // A copy may reach into itself, so that it goes in pieces no longer than it reaches back.
        let mut left = length;
        while left > 0 {
            let piece = left.min(out.len() - from);
            out.extend_from_within(from..from + piece);
            left -= piece;
        }
    }
}

fn number(bytes: &[u8], at: &mut usize) -> Option<usize> {
    let (mut value, mut shift) = (0u64, 0);
    loop {
        let byte = *bytes.get(*at)?;
        *at += 1;
        value |= u64::from(byte & 0x7f).checked_shl(shift)?;
        if byte & 0x80 == 0 {
            return usize::try_from(value).ok();
        }
        shift += 7;
        if shift > 56 {
            return None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn anything_comes_back_as_it_went_in(
            words in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..60), 1..6),
            order in prop::collection::vec(any::<prop::sample::Index>(), 0..60),
        ) {
            let content: Vec<u8> = order.iter().flat_map(|word| word.get(&words).clone()).collect();
            let folded = fold(&content);
            prop_assert_eq!(unfold("test", &folded, content.len()).unwrap(), content);
        }

        #[test]
        fn nonsense_is_refused_without_panic(folded in prop::collection::vec(any::<u8>(), 0..60)) {
            if let Ok(content) = unfold("test", &folded, 1000) {
                prop_assert!(content.len() <= 1060);
            }
        }
    }

    #[test]
    fn a_megabyte_far_apart_is_written_once() {
        let word: Vec<u8> =
            (0..100_000u32).flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
        let content = [&word[..], &[7; 50_000], &word[..]].concat();
        let folded = fold(&content);
        assert!(folded.len() < word.len() + 1000, "{}", folded.len());
        assert_eq!(unfold("test", &folded, content.len()).unwrap(), content);
        assert!(unfold("test", &folded, content.len() - 1).is_err(), "no more is unpacked than was promised");
    }
}
