//! What texts of a drawing say, without what they look like.

/// A text as it is shown: `\U+XXXX` and `%%` signs resolved.
pub(super) fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['\\', '%']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some((sign, after)) = unicode(rest) {
            out.push(sign);
            rest = after;
        } else if let Some(after) = rest.strip_prefix("%%") {
            let mut signs = after.chars();
            match signs.next().map(|c| c.to_ascii_lowercase()) {
                Some('d') => out.push('°'),
                Some('p') => out.push('±'),
                Some('c') => out.push('⌀'),
                Some('%') => out.push('%'),
                // Lines above and below the text.
                Some('u' | 'o' | 'k') => {}
                Some(c) => {
                    out.push_str("%%");
                    out.push(c);
                }
                None => out.push_str("%%"),
            }
            rest = signs.as_str();
        } else {
            let mut signs = rest.chars();
            out.extend(signs.next());
            rest = signs.as_str();
        }
    }
    out.push_str(rest);
    out.trim().to_owned()
}

/// The character at the head of `text` if it is escaped, and what follows. Two halves of a surrogate pair are one character.
fn unicode(text: &str) -> Option<(char, &str)> {
    let unit = |text: &str| -> Option<u16> {
        let digits = text.strip_prefix("\\U+").or_else(|| text.strip_prefix("\\u+"))?.get(..4)?;
        u16::from_str_radix(digits, 16).ok()
    };
    let first = unit(text)?;
    let after = &text[7..];
    let pair = unit(after).map(|second| [first, second]);
    let read = |units: &[u16]| char::decode_utf16(units.iter().copied()).next().and_then(Result::ok);
    match pair.filter(|_| (0xd800..0xdc00).contains(&first)) {
        Some(pair) => Some((read(&pair)?, &after[7..])),
        None => Some((read(&[first])?, after)),
    }
}

/// A paragraph text (`MTEXT`) without fonts, heights, colours and stacks.
pub(super) fn paragraph(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['\\', '{', '}']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        if unicode(rest).is_some() {
            // Left for `plain`.
            out.push_str(&rest[..7]);
            rest = &rest[7..];
            continue;
        }
        let mut signs = rest.chars();
        if signs.next() == Some('\\') {
            match signs.next() {
                Some('P' | 'N' | 'X' | '~') => out.push(' '),
                Some(c @ ('\\' | '{' | '}')) => out.push(c),
                Some('S') => {
                    let (stack, after) = signs.as_str().split_once(';').unwrap_or((signs.as_str(), ""));
                    out.extend(stack.chars().map(|c| if matches!(c, '#' | '^') { '/' } else { c }));
                    signs = after.chars();
                }
                Some('f' | 'F' | 'H' | 'C' | 'c' | 'W' | 'Q' | 'T' | 'A' | 'p') => {
                    signs = signs.as_str().split_once(';').map_or("", |(_, after)| after).chars();
                }
                _ => {}
            }
        }
        rest = signs.as_str();
    }
    out.push_str(rest);
    plain(&out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_text_says_is_kept_and_what_it_looks_like_is_not() {
        assert_eq!(plain("\\U+7B2C3\\U+680B %%u混6%%u 45%%d 100%"), "第3栋 混6 45° 100%");
        assert_eq!(plain("\\U+D842\\U+DFB7野 \\U+D842x \\U+12"), "𠮷野 \\U+D842x \\U+12");
        assert_eq!(
            paragraph("{\\fSimSun|b0|i0;\\H2.5x;太平街\\P3号楼} \\S1#2; \\\\ \\{a\\}"),
            "太平街 3号楼 1/2 \\ {a}"
        );
        assert_eq!(paragraph("\\U+7B2C{\\C1;一"), "第一");
        assert_eq!(paragraph("\\fSimSun"), "");
    }
}
