//! 地址解析 Where an address or a room number lies: compound, building, stairwell unit and floor.
//!
//! Written as Chinese practice writes it: `御景湾小区3栋2单元1203`, `十二幢二单元五〇一室`, `5#-2-301`, `3-1203`, `A座1203`. What cannot
//! be told stays open; nothing is guessed from the shape of a name.

use super::numerals::digits;
use crate::text::fold;

/// Highest floor and unit a number is taken for.
const FLOORS: u32 = 200;
const UNITS: u32 = 60;

/// What a building's number is followed by, the longest first. `号` alone counts when nothing else is there.
const MARKS: &[&str] = &["号楼", "#楼", "栋楼", "号栋", "号幢", "#栋", "#幢", "栋", "幢", "座", "#", "号"];

/// 楼栋地址 A building as an address names it.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Address {
    /// What stands before the building's number, made comparable; empty when nothing does.
    pub(super) place: String,
    /// The building's number or letter, without leading zeros; `None` when the address names none.
    pub(super) label: Option<String>,
    /// Where inside.
    pub(super) inside: Inside,
}

/// 户内位置 Where in a building; 0 is unknown.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Inside {
    /// Stairwell unit.
    pub(super) unit: u16,
    /// Floor.
    pub(super) floor: u16,
    /// The room, to tell homes apart; empty when none is named.
    pub(super) room: String,
    /// Whether unit and floor were read out of one long room number (`10203`).
    pub(super) packed: bool,
}

/// Half-width, lower case, without spaces, Chinese numerals as digits, every dash the same.
fn plain(text: &str) -> String {
    let folded: String = fold(text)
        .chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| {
            if matches!(c, '—' | '–' | '－' | '_' | '~' | '﹣' | '−' | '/' | '、' | '\\') {
                '-'
            } else {
                c
            }
        })
        .collect();
    digits(&folded.replace('＃', "#").replace("号楼楼", "号楼"))
}

/// A name of a place made comparable: no separators, no 小区 at its end.
pub(super) fn place(text: &str) -> String {
    let squashed: String = plain(text).chars().filter(|c| c.is_alphanumeric()).collect();
    let short = squashed.strip_suffix("小区").unwrap_or(&squashed);
    if short.is_empty() { squashed } else { short.to_owned() }
}

/// A building's number made comparable.
pub(super) fn label(text: &str) -> Option<String> {
    let text = plain(text);
    let bare = MARKS.iter().find_map(|mark| text.strip_suffix(mark)).unwrap_or(&text);
    let bare = bare.strip_suffix('楼').unwrap_or(bare);
    let bare = bare.strip_prefix('第').unwrap_or(bare);
    is_label(bare).then(|| trimmed(bare))
}

fn is_label(text: &str) -> bool {
    (1..=6).contains(&text.chars().count()) && text.chars().all(is_label_sign)
}

fn is_label_sign(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '甲' | '乙' | '丙' | '丁' | '东' | '西' | '南' | '北')
}

fn trimmed(label: &str) -> String {
    let short = label.trim_start_matches('0');
    if short.is_empty() { label.to_owned() } else { short.to_owned() }
}

/// 解析地址 Reads an address.
pub(super) fn parse(text: &str) -> Address {
    let text = plain(text);
    if let Some((place_end, label, rest)) = marked(&text) {
        return Address { place: place(&text[..place_end]), label: Some(label), inside: inside(rest) };
    }
    // 3-2-501 or 3-501 at the end, whatever stands before.
    let tail = text.trim_end_matches(['室', '户', '房']);
    let start = tail.char_indices().rev().take_while(|(_, c)| c.is_ascii_alphanumeric() || *c == '-').last();
    if let Some((start, _)) = start {
        let parts: Vec<&str> = tail[start..].split('-').filter(|part| !part.is_empty()).collect();
        if parts.len() >= 2 && is_label(parts[0]) {
            let here = Address {
                place: place(&tail[..start]),
                label: Some(trimmed(parts[0])),
                ..Address::default()
            };
            return Address { inside: dashed(&parts[1..]), ..here };
        }
    }
    Address { place: place(&text), label: None, inside: Inside::default() }
}

/// The first building's number: where the place before it ends, the number, what follows.
fn marked(text: &str) -> Option<(usize, String, &str)> {
    for mark in MARKS {
        for (at, _) in text.match_indices(mark) {
            let before = &text[..at];
            let start =
                before.char_indices().rev().take_while(|(_, c)| is_label_sign(*c)).last().map(|(i, _)| i);
            let Some(start) = start else { continue };
            // 东 and the like alone before a number are the end of a name: 城东3栋.
            let digits_at = before[start..].find(|c: char| c.is_ascii_alphanumeric()).map(|i| start + i);
            let start = digits_at.unwrap_or(start);
            let number = &before[start..];
            let rest = &text[at + mark.len()..];
            let gate = *mark == "号"
                && (rest.starts_with('院') || rest.starts_with('线') || rest.starts_with("单元"));
            if is_label(number) && !gate {
                let place_end = before[..start].strip_suffix('第').map_or(start, str::len);
                return Some((place_end, trimmed(number), rest));
            }
        }
    }
    None
}

/// 解析户内 Reads what stands behind a building's number, or in a column of rooms.
pub(super) fn inside(text: &str) -> Inside {
    let text = plain(text);
    let mut rest = text.trim_start_matches(['-', ',', ':', '.']);
    let mut found = Inside::default();
    for mark in ["单元", "门栋", "门", "梯"] {
        if let Some((before, after)) = rest.split_once(mark).filter(|(before, _)| is_label(before)) {
            found.unit = unit(before);
            rest = after.trim_start_matches(['-', ',', ':', '.']);
            break;
        }
    }
    for mark in ["层", "楼"] {
        if let Some((before, after)) = rest.split_once(mark).filter(|(before, _)| floor(before) > 0) {
            found.floor = floor(before);
            rest = after.trim_start_matches(['-', ',', ':', '.']);
            break;
        }
    }
    let parts: Vec<&str> =
        rest.trim_end_matches(['室', '户', '房', '号']).split('-').filter(|part| !part.is_empty()).collect();
    let below = rest.starts_with('-') || rest.starts_with('负');
    let more = dashed(&parts);
    Inside {
        unit: if found.unit > 0 { found.unit } else { more.unit },
        floor: match (found.floor, below) {
            (0, true) => 1,
            (0, false) => more.floor,
            (floor, _) => floor,
        },
        room: more.room,
        packed: more.packed && (found.unit == 0 || found.floor == 0),
    }
}

/// Unit, floor and room between dashes.
fn dashed(parts: &[&str]) -> Inside {
    match parts {
        [] => Inside::default(),
        [room] => by_room(room),
        [stair, room] => {
            let inner = by_room(room);
            // 2-501; but 12-03 without three digits behind the dash is floor 12, room 03 only where a unit came before.
            Inside { unit: unit(stair), room: (*room).to_owned(), packed: false, ..inner }
        }
        [stair, storey, room, ..] => {
            Inside { unit: unit(stair), floor: floor(storey), room: (*room).to_owned(), packed: false }
        }
    }
}

/// A room number: the last two digits are the room, those before the floor, those before that the unit.
fn by_room(room: &str) -> Inside {
    let letters = room.chars().take_while(char::is_ascii_alphabetic).count();
    let (wing, rest) = room.split_at(letters.min(1));
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    let mut found = Inside { room: room.to_owned(), ..Inside::default() };
    let after = &rest[digits.len()..];
    // 12A03 is how some buildings write the thirteenth floor.
    if let Some(tail) =
        after.strip_prefix('a').filter(|tail| tail.len() == 2 && tail.bytes().all(|b| b.is_ascii_digit()))
    {
        let _ = tail;
        found.floor = digits.parse::<u32>().ok().map_or(0, |n| within(n + 1, FLOORS));
        return found;
    }
    if wing == "b" && digits.len() <= 1 {
        found.floor = u16::from(!digits.is_empty());
        return found;
    }
    let number = |text: &str, most: u32| text.parse::<u32>().ok().map_or(0, |n| within(n, most));
    match digits.len() {
        3 | 4 => found.floor = number(&digits[..digits.len() - 2], FLOORS),
        5 | 6 => {
            let split = digits.len() - 4;
            found.floor = number(&digits[split..split + 2], FLOORS);
            found.unit = number(&digits[..split], UNITS);
            found.packed = true;
        }
        _ => {}
    }
    if !wing.is_empty() && found.unit == 0 && (3..=4).contains(&digits.len()) {
        found.unit = unit(wing);
    }
    found
}

fn within(number: u32, most: u32) -> u16 {
    if (1..=most).contains(&number) { number as u16 } else { 0 }
}

/// 单元号 A stairwell unit by its number or letter; 0 when it is neither.
pub(super) fn unit(text: &str) -> u16 {
    let text = plain(text);
    let bare = text.strip_suffix("单元").or_else(|| text.strip_suffix(['门', '梯', '号'])).unwrap_or(&text);
    match bare.as_bytes() {
        [letter] if letter.is_ascii_lowercase() => u16::from(letter - b'a') + 1,
        _ => bare.parse::<u32>().ok().map_or(0, |n| within(n, UNITS)),
    }
}

/// 楼层号 A floor by its number; below ground counts as the ground, 0 means unknown.
pub(super) fn floor(text: &str) -> u16 {
    let text = plain(text);
    let bare = text.trim_end_matches(['层', '楼', 'f']);
    let below = bare.starts_with('-') || bare.starts_with('负') || bare.starts_with('b');
    let bare = bare.trim_start_matches(['-', '负', 'b', '第']);
    if bare == "底" || bare == "g" {
        return 1;
    }
    let (bare, above) = bare.strip_suffix('a').map_or((bare, 0), |bare| (bare, 1));
    let number = bare.parse::<u32>().ok().filter(|n| *n > 0);
    match number {
        Some(_) if below => 1,
        Some(n) => within(n + above, FLOORS),
        None => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn says(text: &str) -> (String, Option<String>, u16, u16) {
        let Address { place, label, inside } = parse(text);
        (place, label, inside.unit, inside.floor)
    }

    #[test]
    fn addresses_are_read_as_people_write_them() {
        for (written, place, label, unit, floor) in [
            ("御景湾小区3栋2单元1203室", "御景湾", "3", 2, 12),
            ("御景湾３幢２单元１２０３", "御景湾", "3", 2, 12),
            ("3栋1单元1203", "", "3", 1, 12),
            ("5#-2-301", "", "5", 2, 3),
            ("5#楼301", "", "5", 0, 3),
            ("3-1203", "", "3", 0, 12),
            ("3-2-501", "", "3", 2, 5),
            ("御景湾3-2-501", "御景湾", "3", 2, 5),
            ("十二幢二单元五〇一室", "", "12", 2, 5),
            ("A座1203", "", "a", 0, 12),
            ("12号楼3门401", "", "12", 3, 4),
            ("涪陵区太平街道御景湾小区03号楼2单元6楼601", "涪陵区太平街道御景湾", "3", 2, 6),
            ("太平街12号3单元501", "太平街", "12", 3, 5),
            ("幸福里3号院5号楼2单元301号", "幸福里3号院", "5", 2, 3),
            ("5栋10203", "", "5", 1, 2),
            ("三峡广场第一栋负1层", "三峡广场", "1", 0, 1),
            ("3栋-1-05", "", "3", 1, 0),
            ("2栋12A03", "", "2", 0, 13),
            ("7栋", "", "7", 0, 0),
        ] {
            assert_eq!(says(written), (place.to_owned(), Some(label.to_owned()), unit, floor), "{written}");
        }
        assert_eq!(says("太平广场"), ("太平广场".to_owned(), None, 0, 0));
    }

    #[test]
    fn rooms_units_and_floors_are_read_alone_too() {
        let room = |text: &str| (inside(text).unit, inside(text).floor);
        assert_eq!(room("1203"), (0, 12));
        assert_eq!(room("2-301"), (2, 3));
        assert_eq!(room("2单元301"), (2, 3));
        assert_eq!(room("501甲"), (0, 5));
        assert_eq!(room("12"), (0, 0));
        assert_eq!(room("11803"), (1, 18));
        assert_eq!(room("B1203"), (2, 12));
        assert_eq!((unit("一单元"), unit("B"), unit("东")), (1, 2, 0));
        assert_eq!((floor("12F"), floor("负一层"), floor("十二层"), floor("999")), (12, 1, 12, 0));
        assert_eq!(
            [label("03栋"), label("三号楼"), label("12"), label("12楼"), label("物业用房一")],
            [Some("3".to_owned()), Some("3".to_owned()), Some("12".to_owned()), Some("12".to_owned()), None]
        );
        assert_eq!(place("御景湾 小区"), place("御景湾"));
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_panic(text in "[0-9a-zA-Z栋幢座号楼#单元门层室院第负东一十百〇 －/-]{0,14}") {
            let _ = parse(&text);
            let _ = inside(&text);
            let _ = (unit(&text), floor(&text), label(&text), place(&text));
        }

        #[test]
        fn every_way_to_write_an_address_means_the_same(building in 1u16..99, unit in 1u16..9, floor in 1u16..40, room in 1u16..9) {
            let number = format!("{floor}{room:02}");
            for written in [
                format!("{building}栋{unit}单元{number}"),
                format!("{building}幢{unit}单元{floor}层{number}室"),
                format!("{building}#-{unit}-{number}"),
                format!("{building}-{unit}-{number}"),
                format!("{building:02}号楼{unit}门{number}"),
            ] {
                prop_assert_eq!(says(&written), (String::new(), Some(building.to_string()), unit, floor), "{}", written);
            }
        }
    }
}
