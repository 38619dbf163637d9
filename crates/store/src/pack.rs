//! 打包 Packed columns: variable-length integers, compressed, sealed with a checksum. README.md gives the layout.

use crate::error::Problem;
use crate::repeats;
use std::io::{Read, Write};

/// First bytes of every pack, and the version of the layout.
const MAGIC: &[u8; 4] = b"LFP1";
/// The same of a pack whose repeats were folded first ([`crate::repeats`]).
const FOLDED: &[u8; 4] = b"LFP2";
/// Length of the checksum at the end.
const SEAL: usize = 16;
/// Largest content accepted when unpacking, against files made to exhaust memory.
const LIMIT: u64 = 1 << 31;

/// Collects integers.
#[derive(Default)]
pub(crate) struct Packer(Vec<u8>);

impl Packer {
    /// An unsigned integer, LEB128.
    pub(crate) fn unsigned(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.0.push((value & 0x7f) as u8 | 0x80);
            value >>= 7;
        }
        self.0.push(value as u8);
    }

    /// A signed integer, zigzag then LEB128.
    pub(crate) fn signed(&mut self, value: i64) {
        self.unsigned(((value << 1) ^ (value >> 63)) as u64);
    }

    /// An optional index: 0 for none, else the index plus one.
    pub(crate) fn optional(&mut self, value: Option<u32>) {
        self.unsigned(value.map_or(0, |index| u64::from(index) + 1));
    }

    /// Bytes, after their number.
    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        self.unsigned(bytes.len() as u64);
        self.0.extend_from_slice(bytes);
    }

    /// Compresses and seals.
    pub(crate) fn seal(self) -> Result<Vec<u8>, Problem> {
        seal(&self.0)
    }
}

/// Compresses bytes and adds length and checksum.
pub(crate) fn seal(content: &[u8]) -> Result<Vec<u8>, Problem> {
    packed(MAGIC, content.len(), content)
}

/// [`seal`] for megabytes that repeat themselves: a coverage takes half the room.
pub(crate) fn seal_folded(content: &[u8]) -> Result<Vec<u8>, Problem> {
    packed(FOLDED, content.len(), &repeats::fold(content))
}

fn packed(magic: &[u8], length: usize, content: &[u8]) -> Result<Vec<u8>, Problem> {
    let mut out = magic.to_vec();
    out.extend_from_slice(&(length as u64).to_le_bytes());
    // An entry of the log is small and somebody waits for it.
    let level = if content.len() < 1 << 12 { 1 } else { 6 };
    let mut encoder = flate2::write::ZlibEncoder::new(out, flate2::Compression::new(level));
    let mut out = encoder
        .write_all(content)
        .and_then(|()| encoder.finish())
        .map_err(|error| Problem::Unfit(format!("compression failed: {error}")))?;
    let seal = blake3::hash(&out);
    out.extend_from_slice(&seal.as_bytes()[..SEAL]);
    Ok(out)
}

/// Checks the seal and decompresses.
pub(crate) fn unseal(what: &str, bytes: &[u8]) -> Result<Vec<u8>, Problem> {
    let damaged = |why: &str| Problem::Damaged(format!("{what}: {why}"));
    let Some((body, seal)) = bytes.len().checked_sub(SEAL).map(|at| bytes.split_at(at)) else {
        return Err(damaged("too short"));
    };
    let Some((header, packed)) = body.split_at_checked(MAGIC.len() + 8) else {
        return Err(damaged("too short"));
    };
    if blake3::hash(body).as_bytes()[..SEAL] != *seal {
        return Err(damaged("the checksum does not match"));
    }
    let folded = &header[..MAGIC.len()] == FOLDED;
    if &header[..MAGIC.len()] != MAGIC && !folded {
        return Err(damaged("unknown layout"));
    }
    let mut length = [0; 8];
    length.copy_from_slice(&header[MAGIC.len()..]);
    let length = u64::from_le_bytes(length);
    if length > LIMIT {
        return Err(damaged("too large"));
    }
    let mut content = Vec::new();
    // Folded content with nothing to fold is longer than itself by the number of its bytes.
    flate2::read::ZlibDecoder::new(packed)
        .take(if folded { length + 10 } else { length })
        .read_to_end(&mut content)
        .map_err(|error| damaged(&error.to_string()))?;
    if folded {
        content = repeats::unfold(what, &content, usize::try_from(length).unwrap_or(usize::MAX))?;
    }
    if content.len() as u64 == length { Ok(content) } else { Err(damaged("shorter than it says")) }
}

/// Hands the integers out again, in order.
pub(crate) struct Unpacker {
    what: &'static str,
    bytes: Vec<u8>,
    at: usize,
}

impl Unpacker {
    pub(crate) fn open(what: &'static str, bytes: &[u8]) -> Result<Self, Problem> {
        Ok(Self { what, bytes: unseal(what, bytes)?, at: 0 })
    }

    fn damaged(&self, why: &str) -> Problem {
        Problem::Damaged(format!("{}: {why} at byte {}", self.what, self.at))
    }

    pub(crate) fn unsigned(&mut self) -> Result<u64, Problem> {
        let mut value = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = *self.bytes.get(self.at).ok_or_else(|| self.damaged("it ends early"))?;
            self.at += 1;
            let bits = u64::from(byte & 0x7f);
            if shift == 63 && bits > 1 {
                break;
            }
            value |= bits << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(self.damaged("a number is too long"))
    }

    pub(crate) fn signed(&mut self) -> Result<i64, Problem> {
        let value = self.unsigned()?;
        Ok((value >> 1) as i64 ^ -((value & 1) as i64))
    }

    /// An unsigned integer that must fit a smaller type.
    pub(crate) fn small<T: TryFrom<u64>>(&mut self) -> Result<T, Problem> {
        let value = self.unsigned()?;
        T::try_from(value).map_err(|_too_large| self.damaged("a number is out of range"))
    }

    /// A signed integer that must fit an `i32`, after adding it to a base.
    pub(crate) fn delta(&mut self, base: i32) -> Result<i32, Problem> {
        let value = self.signed()?;
        value
            .checked_add(i64::from(base))
            .and_then(|sum| i32::try_from(sum).ok())
            .ok_or_else(|| self.damaged("a coordinate is out of range"))
    }

    pub(crate) fn optional(&mut self) -> Result<Option<u32>, Problem> {
        match self.unsigned()? {
            0 => Ok(None),
            value => u32::try_from(value - 1)
                .map(Some)
                .map_err(|_too_large| self.damaged("an index is out of range")),
        }
    }

    /// One of a list of values.
    pub(crate) fn one_of<T: Copy>(&mut self, values: &[T]) -> Result<T, Problem> {
        let at: usize = self.small()?;
        values.get(at).copied().ok_or_else(|| self.damaged("an unknown kind"))
    }

    /// Bytes, after their number.
    pub(crate) fn bytes(&mut self) -> Result<&[u8], Problem> {
        let count = self.count()?;
        let from = self.at;
        self.at += count;
        Ok(&self.bytes[from..self.at])
    }

    /// Text, as bytes.
    pub(crate) fn text(&mut self) -> Result<String, Problem> {
        let text = self.bytes()?.to_vec();
        String::from_utf8(text).map_err(|_not_text| self.damaged("a text is not UTF-8"))
    }

    /// A count of things that take at least one byte each, so that a wrong one cannot ask for much memory.
    pub(crate) fn count(&mut self) -> Result<usize, Problem> {
        let count: usize = self.small()?;
        if count <= self.bytes.len() - self.at {
            Ok(count)
        } else {
            Err(self.damaged("a count is too large"))
        }
    }

    pub(crate) fn end(&self) -> Result<(), Problem> {
        if self.at == self.bytes.len() { Ok(()) } else { Err(self.damaged("there is more than expected")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn integers_come_back_as_they_went_in(
            unsigned in proptest::collection::vec(any::<u64>(), 0..50),
            signed in proptest::collection::vec(any::<i64>(), 0..50),
            optional in proptest::collection::vec(any::<Option<u32>>(), 0..50),
        ) {
            let mut packer = Packer::default();
            unsigned.iter().for_each(|value| packer.unsigned(*value));
            signed.iter().for_each(|value| packer.signed(*value));
            optional.iter().for_each(|value| packer.optional(*value));
            let sealed = packer.seal().unwrap();
            let mut unpacker = Unpacker::open("test", &sealed).unwrap();
            for value in unsigned { prop_assert_eq!(unpacker.unsigned().unwrap(), value); }
            for value in signed { prop_assert_eq!(unpacker.signed().unwrap(), value); }
            for value in optional { prop_assert_eq!(unpacker.optional().unwrap(), value); }
            prop_assert!(unpacker.end().is_ok());
        }

        #[test]
        fn any_changed_or_missing_byte_is_noticed(
            content in proptest::collection::vec(any::<u8>(), 0..200), at in any::<prop::sample::Index>(), flip in 1u8..,
        ) {
            let sealed = seal(&content).unwrap();
            let mut changed = sealed.clone();
            changed[at.index(sealed.len())] ^= flip;
            prop_assert!(unseal("test", &changed).is_err());
            prop_assert!(unseal("test", &sealed[..at.index(sealed.len())]).is_err());
            prop_assert_eq!(&unseal("test", &sealed).unwrap(), &content);
            prop_assert_eq!(unseal("test", &seal_folded(&content).unwrap()).unwrap(), content);
        }

        #[test]
        fn nonsense_inside_a_good_seal_is_refused_without_panic(content in proptest::collection::vec(any::<u8>(), 0..60)) {
            let sealed = seal(&content).unwrap();
            let mut unpacker = Unpacker::open("test", &sealed).unwrap();
            while unpacker.delta(5).is_ok() && unpacker.optional().is_ok() && unpacker.count().is_ok() {}
        }
    }
}
