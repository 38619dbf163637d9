//! 道路属性 Class, level and foot access of a street, from OpenStreetMap values or Chinese words.

use crate::text::fold;
use lifang_model::{FootAccess, Point, Street, StreetClass, Traffic};

/// Chinese words for classes, the more special first.
const WORDS: &[(&str, StreetClass)] = &[
    ("高速", StreetClass::Motorway),
    ("快速", StreetClass::Trunk),
    ("次干", StreetClass::Secondary),
    ("主干", StreetClass::Primary),
    ("国道", StreetClass::Primary),
    ("省道", StreetClass::Secondary),
    ("支路", StreetClass::Tertiary),
    ("支线", StreetClass::Tertiary),
    ("县道", StreetClass::Tertiary),
    ("乡道", StreetClass::Residential),
    ("步行街", StreetClass::Pedestrian),
    ("生活街", StreetClass::Living),
    ("台阶", StreetClass::Steps),
    ("梯道", StreetClass::Steps),
    ("阶梯", StreetClass::Steps),
    ("自行车", StreetClass::Cycleway),
    ("人行", StreetClass::Footway),
    ("步道", StreetClass::Footway),
    ("绿道", StreetClass::Footway),
    ("小径", StreetClass::Path),
    ("小路", StreetClass::Path),
    ("内部", StreetClass::Service),
    ("小区", StreetClass::Service),
    ("匝道", StreetClass::Trunk),
    ("街巷", StreetClass::Residential),
    ("巷", StreetClass::Residential),
    ("街", StreetClass::Residential),
    ("村道", StreetClass::Residential),
    ("土路", StreetClass::Track),
];

/// The class a text names: a `highway` value (also a list of them, where steps win because whoever walks the line must
/// climb them, and else the first counts), or a Chinese word.
#[must_use]
pub(crate) fn class(text: &str) -> Option<StreetClass> {
    let folded = fold(text);
    let values: Vec<StreetClass> =
        folded.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter_map(value).collect();
    if values.contains(&StreetClass::Steps) {
        return Some(StreetClass::Steps);
    }
    values
        .first()
        .copied()
        .or_else(|| WORDS.iter().find(|(word, _)| folded.contains(word)).map(|(_, class)| *class))
}

/// The class of one `highway` value; `None` for what is no way to walk or drive on.
#[must_use]
pub(crate) fn value(highway: &str) -> Option<StreetClass> {
    match highway {
        "unclassified" | "road" | "residential_link" => Some(StreetClass::Residential),
        "bridleway" => Some(StreetClass::Path),
        "platform" => Some(StreetClass::Footway),
        "busway" | "bus_guideway" => Some(StreetClass::Service),
        _ => StreetClass::from_key(highway.strip_suffix("_link").unwrap_or(highway)),
    }
}

/// 道路属性 What a street is apart from where it is.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Way {
    class: StreetClass,
    layer: i8,
    bridge: bool,
    tunnel: bool,
    foot: FootAccess,
    traffic: Traffic,
}

impl Way {
    /// The same with what it costs besides its length.
    pub(crate) fn costing(self, traffic: Traffic) -> Self {
        Self { traffic, ..self }
    }

    /// A bridge or tunnel that does not name its level lies one above or below the ground, as OpenStreetMap implies.
    pub(crate) fn new(
        class: StreetClass,
        level: Option<i8>,
        bridge: bool,
        tunnel: bool,
        foot: Option<&str>,
        access: Option<&str>,
    ) -> Self {
        let implied = match (bridge, tunnel) {
            (true, false) => 1,
            (false, true) => -1,
            _ => 0,
        };
        Self {
            class,
            layer: level.unwrap_or(implied),
            bridge,
            tunnel,
            foot: foot_access(class, foot, access),
            traffic: Traffic::default(),
        }
    }

    pub(crate) fn street(&self, code: String, name: Option<String>, line: Vec<Point>) -> Street {
        Street {
            code,
            name,
            class: self.class,
            line,
            layer: self.layer,
            bridge: self.bridge,
            tunnel: self.tunnel,
            foot: self.foot,
            traffic: self.traffic,
        }
    }
}

/// Who may walk: `foot` is stronger than `access`, and both than the class. Motorways are closed unless `foot` opens them.
#[must_use]
pub(crate) fn foot_access(class: StreetClass, foot: Option<&str>, access: Option<&str>) -> FootAccess {
    let meant = |value: &str| match fold(value).as_str() {
        "yes" | "designated" | "permissive" | "official" | "public" | "destination" | "true" | "1" | "是"
        | "可通行" => Some(FootAccess::Yes),
        "private" | "customers" | "permit" | "residents" | "delivery" | "限本区" => {
            Some(FootAccess::Private)
        }
        "no" | "use_sidepath" | "military" | "false" | "0" | "否" | "禁止" => Some(FootAccess::No),
        _ => None,
    };
    let by_class = if class == StreetClass::Motorway { FootAccess::No } else { FootAccess::Yes };
    match (foot.and_then(meant), access.and_then(meant)) {
        (Some(foot), _) => foot,
        // A general permission does not open a motorway to people on foot.
        (None, Some(FootAccess::Yes)) | (None, None) => by_class,
        (None, Some(access)) => access.max(by_class),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_read_from_values_lists_and_chinese_words() {
        for (text, meant) in [
            ("primary_link", StreetClass::Primary),
            ("['footway', 'steps']", StreetClass::Steps),
            ("['residential', 'service']", StreetClass::Residential),
            ("living_street", StreetClass::Living),
            ("城市主干路", StreetClass::Primary),
            ("次干路", StreetClass::Secondary),
            ("步行街", StreetClass::Pedestrian),
            ("梯道", StreetClass::Steps),
        ] {
            assert_eq!(class(text), Some(meant), "{text}");
        }
        assert_eq!(class("proposed"), None);
        assert_eq!(class("?"), None);
    }

    #[test]
    fn foot_is_stronger_than_access_and_a_motorway_is_closed() {
        let of = |class, foot, access| foot_access(class, foot, access);
        assert_eq!(of(StreetClass::Motorway, None, Some("yes")), FootAccess::No);
        assert_eq!(of(StreetClass::Motorway, Some("yes"), None), FootAccess::Yes);
        assert_eq!(of(StreetClass::Service, None, Some("private")), FootAccess::Private);
        assert_eq!(of(StreetClass::Service, Some("yes"), Some("private")), FootAccess::Yes);
        assert_eq!(of(StreetClass::Service, None, Some("no")), FootAccess::No);
        assert_eq!(of(StreetClass::Residential, None, Some("['yes', 'no']")), FootAccess::Yes);
    }
}

/// 坡度 A slope as tags and columns write it, in thousandths, whichever way it goes: `8%`, `-4.5 %`, `5°`, `1:12`, or a plain number of
/// percent. Words like `up` tell no number.
pub(crate) fn incline(text: &str) -> Option<u16> {
    let text = text.trim();
    let number = |text: &str| text.trim().parse::<f64>().ok().filter(|number| number.is_finite());
    let permille = if let Some((rise, run)) = text.split_once(':') {
        1000.0 * number(rise)? / number(run).filter(|run| *run != 0.0)?
    } else if let Some(degrees) = text.strip_suffix('°') {
        1000.0 * number(degrees)?.to_radians().tan()
    } else if let Some(permille) = text.strip_suffix('‰') {
        number(permille)?
    } else {
        10.0 * number(text.strip_suffix(['%', '％']).unwrap_or(text))?
    };
    (permille.abs() <= 5000.0).then(|| permille.abs().round() as u16)
}

#[cfg(test)]
mod incline_tests {
    use super::incline;

    #[test]
    fn slopes_are_read_as_people_write_them() {
        let read = ["8%", "-4.5 %", "1:12", "45°", "30‰", "6", "up", "", "nan", "1:0", "9999%"].map(incline);
        let some = [80, 45, 83, 1000, 30, 60].map(Some);
        assert_eq!(read[..6], some);
        assert!(read[6..].iter().all(Option::is_none), "{read:?}");
    }
}
