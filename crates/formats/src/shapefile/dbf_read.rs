//! The `.dbf`: fixed-width text in an encoding it may or may not tell.

use crate::encoding::Decoder;
use crate::table::{FieldType, Value};

/// A column of the file.
pub(super) struct Field {
    name: Vec<u8>,
    kind: u8,
    decimals: u8,
    at: usize,
    width: usize,
}

/// A `.dbf` in memory, its header checked.
pub(super) struct Dbf<'a> {
    bytes: &'a [u8],
    fields: Vec<Field>,
    first: usize,
    width: usize,
    /// Records there really are.
    pub rows: usize,
    /// Records the header promises.
    pub promised: usize,
    language: u8,
    /// Kinds of field that are left out: memos, pictures.
    pub skipped: Vec<(Vec<u8>, char)>,
}

impl<'a> Dbf<'a> {
    pub(super) fn open(bytes: &'a [u8]) -> Result<Self, String> {
        let head = bytes.get(..32).ok_or("the .dbf header is cut short")?;
        if !matches!(head[0] & 0x07, 2..=5) && head[0] != 0x30 {
            return Err("the .dbf is no dBASE table".to_owned());
        }
        let promised = u32::from_le_bytes([head[4], head[5], head[6], head[7]]) as usize;
        let first = usize::from(u16::from_le_bytes([head[8], head[9]]));
        let mut width = usize::from(u16::from_le_bytes([head[10], head[11]]));
        if first < 33 || first > bytes.len() || width < 1 {
            return Err("the .dbf header contradicts the file's length".to_owned());
        }
        let (mut fields, mut skipped) = (Vec::new(), Vec::new());
        let mut at = 1;
        for entry in bytes[32..first].chunks_exact(32) {
            if entry[0] == 0x0d {
                break;
            }
            let name: Vec<u8> = entry[..11].iter().copied().take_while(|&b| b != 0).collect();
            let kind = entry[11].to_ascii_uppercase();
            // Long character fields put the high byte of their width where decimals would be.
            let field_width = match kind {
                b'C' => usize::from(u16::from_le_bytes([entry[16], entry[17]])),
                _ => usize::from(entry[16]),
            };
            match kind {
                b'C' | b'N' | b'F' | b'L' | b'D' | b'I' | b'O' | b'B' if kind != b'B' || field_width == 8 => {
                    fields.push(Field { name, kind, decimals: entry[17], at, width: field_width });
                }
                _ => skipped.push((name, kind as char)),
            }
            at += field_width;
        }
        if at > width {
            // Some software forgets the deletion mark when it adds up the width; the length of the file tells.
            let whole = promised.checked_mul(at).and_then(|n| n.checked_add(first));
            if at != width + 1 || whole.is_none_or(|whole| whole > bytes.len() || whole + 1 < bytes.len()) {
                return Err("the fields of the .dbf are wider than its records".to_owned());
            }
            width = at;
        }
        let there = (bytes.len() - first) / width;
        Ok(Self {
            bytes,
            fields,
            first,
            width,
            rows: promised.min(there),
            promised,
            language: head[29],
            skipped,
        })
    }

    fn record(&self, row: usize) -> &'a [u8] {
        let start = self.first + row * self.width;
        self.bytes.get(start..start + self.width).unwrap_or(&[])
    }

    /// Whether a record is marked as deleted.
    pub(super) fn deleted(&self, row: usize) -> bool {
        self.record(row).first() == Some(&b'*')
    }

    /// How texts are to be read: what the user says, then the `.cpg`, then a Chinese, Japanese or Korean language
    /// byte, then the bytes themselves. Other language bytes are set by careless software more often than by intent.
    ///
    /// The second value is a label nobody knows, found in the `.cpg`.
    pub(super) fn decoder(
        &self,
        asked: Option<&str>,
        cpg: Option<&str>,
    ) -> Result<(Decoder, Option<String>), String> {
        if let Some(label) = asked {
            return Decoder::by_label(label, "as asked").map(|d| (d, None)).ok_or_else(|| label.to_owned());
        }
        let mut odd = None;
        if let Some(label) = cpg.map(str::trim).filter(|label| !label.is_empty()) {
            match Decoder::by_label(label, ".cpg") {
                Some(decoder) => return Ok((decoder, None)),
                None => odd = Some(label.chars().take(40).collect()),
            }
        }
        let by_language = match self.language {
            0x13 | 0x7b => Some("932"),
            0x4d | 0x7a => Some("936"),
            0x4e | 0x79 => Some("949"),
            0x4f | 0x78 => Some("950"),
            _ => None,
        };
        if let Some(decoder) =
            by_language.and_then(|label| Decoder::by_label(label, "language byte of the .dbf"))
        {
            return Ok((decoder, odd));
        }
        let names = self.fields.iter().map(|field| field.name.as_slice());
        let texts = (0..self.rows).flat_map(|row| {
            let record = self.record(row);
            self.fields
                .iter()
                .filter(|f| f.kind == b'C')
                .map(move |f| record.get(f.at..f.at + f.width).unwrap_or(&[]))
        });
        Ok((Decoder::sniff(names.chain(texts).map(trim)), odd))
    }

    /// The field names.
    pub(super) fn names(&self, decoder: &Decoder) -> Vec<String> {
        self.fields.iter().map(|field| decoder.decode(trim(&field.name)).0).collect()
    }

    /// The type each field declares.
    pub(super) fn kinds(&self) -> Vec<Option<FieldType>> {
        self.fields
            .iter()
            .map(|field| {
                Some(match field.kind {
                    b'L' => FieldType::Bool,
                    b'I' => FieldType::Integer,
                    // Sums of areas and the like are kept as N with no decimals too, but then wider than an integer.
                    b'N' if field.decimals == 0 && field.width <= 18 => FieldType::Integer,
                    b'N' | b'F' | b'O' | b'B' => FieldType::Real,
                    _ => FieldType::Text,
                })
            })
            .collect()
    }

    /// The values of a record, each with what was odd about it.
    pub(super) fn values(&self, row: usize, decoder: &Decoder) -> Vec<(Value, Oddity)> {
        let record = self.record(row);
        self.fields
            .iter()
            .map(|field| field.value(record.get(field.at..field.at + field.width).unwrap_or(&[]), decoder))
            .collect()
    }
}

/// Without the blanks and zero bytes around it.
fn trim(bytes: &[u8]) -> &[u8] {
    let blank = |b: &u8| *b == b' ' || *b == 0;
    let end = bytes.iter().rposition(|b| !blank(b)).map_or(0, |i| i + 1);
    &bytes[..end]
}

/// What is odd about a value.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) enum Oddity {
    /// Nothing.
    None,
    /// Asterisks alone. To dBASE that is a number too long for its field; shapelib, and so GDAL and QGIS, write an empty
    /// one so (`DBFWriteNULLAttribute`).
    Stars,
    /// It cannot be read, or only with loss.
    Unreadable,
}

impl Field {
    fn value(&self, bytes: &[u8], decoder: &Decoder) -> (Value, Oddity) {
        use Oddity::{None as Plain, Unreadable};
        match self.kind {
            b'I' => match bytes.try_into() {
                Ok(four) => (Value::Integer(i64::from(i32::from_le_bytes(four))), Plain),
                Err(_) => (Value::Null, Unreadable),
            },
            b'O' | b'B' => match bytes.try_into().map(f64::from_le_bytes) {
                Ok(number) if number.is_finite() => (Value::Real(number), Plain),
                _ => (Value::Null, Unreadable),
            },
            b'N' | b'F' => numeric(bytes),
            b'L' => match bytes.first() {
                Some(b'T' | b't' | b'Y' | b'y' | b'1') => (Value::Bool(true), Plain),
                Some(b'F' | b'f' | b'N' | b'n' | b'0') => (Value::Bool(false), Plain),
                Some(b' ' | b'?' | 0) | None => (Value::Null, Plain),
                Some(_) => (Value::Null, Unreadable),
            },
            _ => {
                let bytes = trim(bytes);
                if bytes.is_empty() {
                    return (Value::Null, Plain);
                }
                let (text, lossy) = decoder.decode(bytes);
                (Value::Text(text), if lossy { Unreadable } else { Plain })
            }
        }
    }
}

fn numeric(bytes: &[u8]) -> (Value, Oddity) {
    let Ok(text) = std::str::from_utf8(bytes) else { return (Value::Null, Oddity::Unreadable) };
    let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\0');
    if text.bytes().all(|b| b == b'*') {
        return (Value::Null, if text.is_empty() { Oddity::None } else { Oddity::Stars });
    }
    if let Ok(whole) = text.parse() {
        return (Value::Integer(whole), Oddity::None);
    }
    match text.parse::<f64>() {
        Ok(number) if number.is_finite() => (Value::Real(number), Oddity::None),
        _ => (Value::Null, Oddity::Unreadable),
    }
}
