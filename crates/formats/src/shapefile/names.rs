//! 字段名 Field names of at most ten bytes, unique, and the list that explains them.

use crate::Encoding;
use std::collections::BTreeSet;

/// Bytes a name may take; the eleventh is the zero that ends it.
const LIMIT: usize = 10;

/// A short name for each full name.
///
/// Names that fit are kept, Chinese ones too (five characters of GBK, three of UTF-8). Longer ASCII names are cut,
/// with a number at the end where they would clash; other long names become `F01`, `F02`, … by their position.
pub(super) fn short_names(full: &[&str], encoding: Encoding) -> Vec<String> {
    let fits = |name: &str| {
        !name.is_empty()
            && !name.chars().any(|c| c.is_control() || c.is_whitespace())
            && encoding.encode(name).is_ok_and(|bytes| bytes.len() <= LIMIT)
    };
    let mut taken: BTreeSet<String> = BTreeSet::new();
    let mut short = vec![None; full.len()];
    // Names that fit come first, so that no shortened one takes their place.
    for (slot, name) in short.iter_mut().zip(full) {
        if fits(name) && taken.insert(name.to_lowercase()) {
            *slot = Some((*name).to_owned());
        }
    }
    for (i, slot) in short.iter_mut().enumerate() {
        if slot.is_some() {
            continue;
        }
        let plain = full[i].chars().all(|c| c.is_ascii_graphic() || c == ' ') && !full[i].trim().is_empty();
        let base: String = if plain {
            full[i].trim().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect()
        } else {
            format!("F{:02}", i + 1)
        };
        let cut = |room: usize| base.chars().take(room).collect::<String>();
        let mut name = cut(LIMIT);
        let mut n = 1;
        while !taken.insert(name.to_lowercase()) {
            n += 1;
            let tail = format!("_{n}");
            name = cut(LIMIT - tail.len()) + &tail;
        }
        *slot = Some(name);
    }
    short.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_fit_are_kept_and_the_rest_stay_unique() {
        let full = [
            "code",
            "compactness",
            "compactnes",
            "常住人口",
            "独居老年人口数量",
            "compactness_2",
            "",
            "CODE",
        ];
        assert_eq!(
            short_names(&full, Encoding::Gbk),
            ["code", "compactn_2", "compactnes", "常住人口", "F05", "compactn_3", "F07", "CODE_2"]
        );
        // Four Han characters are twelve bytes of UTF-8.
        assert_eq!(short_names(&["常住人口", "户数"], Encoding::Utf8), ["F01", "户数"]);
    }
}
