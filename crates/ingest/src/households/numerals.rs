//! 中文数字 Chinese numerals in addresses as digits: `十二幢二单元五〇一室` becomes `12幢2单元501室`.

/// What may follow a number in an address. Numerals before anything else are part of a name (三峡广场, 十里铺).
const AFTER: &[char] =
    &['栋', '幢', '座', '号', '#', '楼', '单', '门', '层', '室', '户', '房', '期', '梯', '-'];

/// Folds Chinese numerals that count something to digits; everything else stays.
pub(super) fn digits(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while at < chars.len() {
        let end =
            at + chars[at..].iter().take_while(|c| digit(**c).is_some() || power(**c).is_some()).count();
        // A number at the very end counts something too: 三栋五〇一.
        let counts = chars.get(end).is_none_or(|next| AFTER.contains(next)) && (end < chars.len() || at > 0);
        match value(&chars[at..end]).filter(|_| end > at && counts) {
            Some(number) => out.push_str(&number),
            None if end > at => out.extend(&chars[at..end]),
            None => out.push(chars[at]),
        }
        at = end.max(at + 1);
    }
    out
}

fn digit(c: char) -> Option<u32> {
    let at = "〇一二三四五六七八九".chars().position(|d| d == c);
    match c {
        '零' | '○' => Some(0),
        '两' => Some(2),
        _ => at.map(|at| at as u32),
    }
}

fn power(c: char) -> Option<u32> {
    match c {
        '十' => Some(10),
        '百' => Some(100),
        _ => None,
    }
}

/// Spoken (`十二`, `一百零三`) or spelt out (`一二〇三`).
fn value(numerals: &[char]) -> Option<String> {
    if numerals.len() > 6 {
        return None;
    }
    if numerals.iter().all(|c| digit(*c).is_some()) {
        return Some(numerals.iter().filter_map(|c| digit(*c)).map(|d| d.to_string()).collect());
    }
    let (mut sum, mut last) = (0, None);
    for c in numerals {
        match (digit(*c), power(*c)) {
            (Some(d), _) => last = Some(d),
            (None, Some(p)) => sum += last.take().unwrap_or(1) * p,
            (None, None) => return None,
        }
    }
    Some((sum + last.unwrap_or(0)).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numerals_that_count_become_digits_and_names_stay() {
        for (written, meant) in [
            ("十二幢二单元五〇一室", "12幢2单元501室"),
            ("三峡广场三号楼", "三峡广场3号楼"),
            ("十里铺小区一百零三号", "十里铺小区103号"),
            ("二十栋", "20栋"),
            ("第一栋", "第1栋"),
            ("三栋五〇一", "3栋501"),
            ("七星", "七星"),
            ("3栋", "3栋"),
        ] {
            assert_eq!(digits(written), meant, "{written}");
        }
    }
}
