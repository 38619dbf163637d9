//! 隐私关口 The privacy gate: no record of a person passes.
//!
//! A column is shut when its header says it holds identity numbers, telephone numbers or the names of people, or when its
//! values look like 18-digit identity numbers (GB 11643: six digits of area, a date of birth, three of sequence, a check
//! character) or 11-digit mobile numbers. What is shut is never read, only named in a notice. In open columns a single
//! value that holds such a number is left out.

use crate::columns::Sheet;
use crate::faults::FaultLog;
use crate::text::{half_width, squash};
use lifang_formats::{FeatureTable, Value};
use lifang_model::Place;
use std::collections::BTreeSet;

/// Header words that mean personal records wherever they stand in a header.
const INSIDE: &[&str] = &[
    "身份证",
    "证件号",
    "电话",
    "手机",
    "联系方式",
    "姓名",
    "户主",
    "业主",
    "联系人",
    "负责人",
    "法人",
    "居民名",
    "出生日期",
    "车牌",
    "idcard",
    "identity",
    "passport",
    "telephone",
    "mobile",
    "phone",
    "householder",
    "surname",
    "firstname",
    "lastname",
    "fullname",
    "personname",
    "ownername",
    "birthdate",
    "dateofbirth",
];

/// Headers that mean personal records when they are the whole header; pinyin initials among them.
const WHOLE: &[&str] = &[
    "tel", "owner", "contact", "dob", "idno", "idnumber", "sfz", "sfzh", "sfzhm", "lxdh", "dh", "sjh",
    "sjhm", "xm", "hzxm", "lxr", "fzr", "hz",
];

/// Headers of machine identifiers, whose long numbers are no telephone numbers.
const MACHINE: &[&str] = &["@id", "id", "osmid", "osmwayid", "fid", "gid", "uuid", "objectid"];

/// Share of a column's values that must look personal to shut the column.
const SHARE: f64 = 0.05;

/// The columns that are shut, each with a notice.
pub(crate) fn gate(table: &FeatureTable, file: &str, log: &mut FaultLog) -> BTreeSet<usize> {
    let mut shut = BTreeSet::new();
    for (at, column) in table.columns.iter().enumerate() {
        let header = squash(&column.name);
        let why = if WHOLE.contains(&header.as_str()) || INSIDE.iter().any(|word| header.contains(word)) {
            Some("its header says it holds personal records".to_owned())
        } else if MACHINE.contains(&header.as_str()) {
            None
        } else {
            looks_personal(table, at)
        };
        if let Some(why) = why {
            let place =
                Place { file: Some(file.to_owned()), column: Some(column.name.clone()), ..Place::default() };
            log.notice("I-115", place, why, "The column was dropped; Lifang needs counts only.");
            shut.insert(at);
        }
    }
    shut
}

fn looks_personal(table: &FeatureTable, at: usize) -> Option<String> {
    let (mut filled, mut hits) = (0u64, 0u64);
    for value in table.rows.iter().filter_map(|row| row.values.get(at)) {
        let text = match value {
            Value::Text(text) if !text.trim().is_empty() => text.clone(),
            Value::Integer(n) => n.to_string(),
            // 2^53: above it a float no longer tells neighbouring numbers apart, so an id in it is already lost.
            Value::Real(x) if x.fract() == 0.0 && x.abs() < 9_007_199_254_740_992.0 => format!("{x:.0}"),
            _ => continue,
        };
        filled += 1;
        hits += u64::from(is_personal(&text));
    }
    (hits > 0 && hits as f64 >= filled as f64 * SHARE)
        .then(|| format!("{hits} of its {filled} values look like identity or telephone numbers"))
}

/// Whether a text holds an identity number or a mobile number.
#[must_use]
pub(crate) fn is_personal(text: &str) -> bool {
    let text = half_width(text);
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if !bytes[at].is_ascii_digit() {
            at += 1;
            continue;
        }
        let start = at;
        while at < bytes.len() && bytes[at].is_ascii_digit() {
            at += 1;
        }
        let run = &bytes[start..at];
        let check = bytes.get(at).filter(|byte| run.len() == 17 && matches!(byte, b'x' | b'X'));
        if is_mobile(run) || is_identity(run, check.copied()) {
            return true;
        }
    }
    false
}

/// Eleven digits, 13 to 19 first, as mainland mobile numbers are; with or without the country's 86 before it.
fn is_mobile(run: &[u8]) -> bool {
    let run = if run.len() == 13 && run.starts_with(b"86") { &run[2..] } else { run };
    run.len() == 11 && run[0] == b'1' && (b'3'..=b'9').contains(&run[1])
}

/// GB 11643-1999: a plausible date of birth and the check character of ISO 7064 MOD 11-2.
fn is_identity(run: &[u8], check: Option<u8>) -> bool {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    const CHECKS: &[u8; 11] = b"10X98765432";
    let Some(last) = run.get(17).copied().filter(|_| run.len() == 18).or(check) else { return false };
    let number = |digits: &[u8]| digits.iter().fold(0u32, |n, d| n * 10 + u32::from(d - b'0'));
    let (year, month, day) = (number(&run[6..10]), number(&run[10..12]), number(&run[12..14]));
    let sum: u32 = run.iter().zip(WEIGHTS).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    (1900..2100).contains(&year)
        && (1..=12).contains(&month)
        && (1..=31).contains(&day)
        && CHECKS[(sum % 11) as usize] == last.to_ascii_uppercase()
}

/// A text of an open column, unless it holds a personal number.
pub(crate) fn scrub(
    text: Option<String>,
    sheet: &Sheet<'_>,
    row: usize,
    at: Option<usize>,
    log: &mut FaultLog,
) -> Option<String> {
    let machine = |at: usize| {
        sheet.table.columns.get(at).is_some_and(|column| MACHINE.contains(&squash(&column.name).as_str()))
    };
    let text = text?;
    if at.is_some_and(machine) || !is_personal(&text) {
        return Some(text);
    }
    let cause = "the value holds what looks like an identity or telephone number";
    log.notice("I-115", sheet.place(Some(row), at), cause, "The value was left out.");
    None
}
