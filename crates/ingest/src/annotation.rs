//! 房屋注记 What stands written in a house on a large-scale map: its structure and floors, or its name.

/// Structures as large-scale maps abbreviate them, before the number of floors (混6: brick and concrete, six floors; GB/T 20257.1,
/// houses, from memory). The longer first.
const STRUCTURES: [&str; 13] =
    ["框架", "框剪", "砖混", "钢混", "砖木", "砼", "混", "砖", "木", "钢", "石", "土", "简"];

/// Most floors an annotation is believed.
const MOST: u16 = 200;

/// Of the words in a house the floors and what else they say, which is its name.
pub(crate) fn read(said: &str) -> (Option<u16>, Option<String>) {
    let mut floors = None;
    let mut name = Vec::new();
    for word in said.split_whitespace() {
        match floor_count(word) {
            Some(found) => floors = floors.max(Some(found)),
            None => name.push(word),
        }
    }
    (floors, (!name.is_empty()).then(|| name.join(" ")))
}

/// The floors of `混6`, `砼18` or `砼18-1` (one below ground, which is not counted); a structure alone is one floor.
fn floor_count(word: &str) -> Option<u16> {
    let rest = STRUCTURES.iter().find_map(|structure| word.strip_prefix(structure))?;
    if rest.is_empty() {
        return Some(1);
    }
    let above = rest
        .split_once('-')
        .map_or(rest, |(above, below)| if below.bytes().all(|b| b.is_ascii_digit()) { above } else { rest });
    above.parse().ok().filter(|floors| (1..=MOST).contains(floors))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn structure_and_floors_are_no_name_and_a_name_is_no_structure() {
        for (said, floors, name) in [
            ("混6", Some(6), None),
            ("3号楼 砼18-2", Some(18), Some("3号楼")),
            ("砖", Some(1), None),
            ("混6 混4", Some(6), None),
            ("土产公司", None, Some("土产公司")),
            ("石桥村3组", None, Some("石桥村3组")),
            ("砼999", None, Some("砼999")),
            ("", None, None),
        ] {
            assert_eq!(read(said), (floors, name.map(str::to_owned)), "{said}");
        }
    }
}
