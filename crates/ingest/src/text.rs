//! 文字规整 Texts made comparable: full-width forms, case, spaces and separators.

/// Full-width forms (１２３ＡＢＣ，) to their half-width twins, ideographic space to space; the rest is left alone.
#[must_use]
pub(crate) fn half_width(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\u{3000}' => ' ',
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
            _ => c,
        })
        .collect()
}

/// Half-width, lower case, trimmed.
#[must_use]
pub(crate) fn fold(text: &str) -> String {
    half_width(text).trim().to_lowercase()
}

/// [`fold`] without spaces and separators, to compare column names and words.
#[must_use]
pub(crate) fn squash(text: &str) -> String {
    fold(text).chars().filter(|c| !c.is_whitespace() && !"_-.:;/\\·()[]".contains(*c)).collect()
}

/// A trimmed text; `None` when nothing is left, or only a mark people write for "none".
#[must_use]
pub(crate) fn said(text: &str) -> Option<&str> {
    let text = text.trim();
    let empty = matches!(
        text.to_ascii_lowercase().as_str(),
        "" | "-" | "--" | "—" | "——" | "/" | "null" | "<null>" | "none" | "nan" | "n/a" | "na" | "无" | "空"
    );
    (!empty).then_some(text)
}

/// How many single-character edits lead from one text to another (Levenshtein 1966).
#[must_use]
pub(crate) fn edits(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let change = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

/// The candidate nearest to what was typed, if one is near enough to be meant.
#[must_use]
pub(crate) fn nearest<'a>(typed: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let typed = squash(typed);
    candidates
        .map(|name| (edits(&typed, &squash(name)), name))
        .filter(|(distance, name)| *distance <= 1.max(typed.chars().count().max(name.chars().count()) / 3))
        .min()
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn full_width_and_half_width_texts_are_the_same() {
        assert_eq!(fold("　ＨＳ１２，３４　"), "hs12,34");
        assert_eq!(squash("Building:Levels"), "buildinglevels");
    }

    #[test]
    fn marks_for_nothing_say_nothing() {
        assert_eq!(said(" — "), None);
        assert_eq!(said("无"), None);
        assert_eq!(said(" 幼儿园 "), Some("幼儿园"));
    }

    #[test]
    fn a_misspelt_name_finds_its_neighbour_and_a_foreign_one_nothing() {
        let columns = ["dwelling_units", "name", "levels"];
        assert_eq!(nearest("dweling_unit", columns.into_iter()), Some("dwelling_units"));
        assert_eq!(nearest("population", columns.into_iter()), None);
    }

    proptest! {
        #[test]
        fn edits_are_a_distance(a in "[ab户]{0,6}", b in "[ab户]{0,6}", c in "[ab户]{0,6}") {
            prop_assert_eq!(edits(&a, &b) == 0, a == b);
            prop_assert_eq!(edits(&a, &b), edits(&b, &a));
            prop_assert!(edits(&a, &c) <= edits(&a, &b) + edits(&b, &c));
        }
    }
}
