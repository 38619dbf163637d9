//! 用途 What a building is used for, from words in a column or from OpenStreetMap tags.

use crate::text::fold;
use lifang_model::BuildingUse;
use std::collections::BTreeSet;

/// Words that mean a use, in Chinese and English. Within one text every use found counts; see [`from_words`].
const WORDS: &[(BuildingUse, &[&str])] = &[
    (BuildingUse::Mixed, &["商住", "住商", "综合楼", "底商", "mixed", "mixed_use"]),
    (
        BuildingUse::Ancillary,
        &[
            "车库",
            "车棚",
            "停车",
            "配电",
            "变电",
            "泵房",
            "水箱",
            "门卫",
            "岗亭",
            "垃圾",
            "公厕",
            "附属",
            "设备",
            "锅炉",
            "雨棚",
            "ancillary",
            "garage",
            "garages",
            "parking",
            "shed",
            "carport",
            "roof",
            "utility",
            "hut",
            "service",
            "toilets",
            "kiosk_shed",
            "greenhouse",
            "barn",
            "stable",
            "sty",
            "cowshed",
            "ruins",
            "construction",
        ],
    ),
    (
        BuildingUse::Residential,
        &[
            "住宅",
            "居住",
            "公寓",
            "宿舍",
            "住房",
            "民房",
            "自建房",
            "别墅",
            "民宅",
            "安置房",
            "居民",
            "residential",
            "apartments",
            "apartment",
            "house",
            "detached",
            "semidetached_house",
            "terrace",
            "dormitory",
            "bungalow",
            "villa",
            "housing",
            "dwelling",
            "home",
            "homes",
            "condominium",
            "farm",
            "cabin",
            "houseboat",
            "static_caravan",
            "hdb",
        ],
    ),
    (
        BuildingUse::Commercial,
        &[
            "商业",
            "商铺",
            "商场",
            "店铺",
            "门面",
            "市场",
            "超市",
            "酒店",
            "宾馆",
            "旅馆",
            "餐饮",
            "商贸",
            "商服",
            "零售",
            "commercial",
            "retail",
            "shop",
            "mall",
            "market",
            "supermarket",
            "hotel",
            "kiosk",
            "restaurant",
            "store",
            "marketplace",
        ],
    ),
    (BuildingUse::Office, &["办公", "写字楼", "商务", "office", "offices", "business"]),
    (
        BuildingUse::Industrial,
        &[
            "工业",
            "厂房",
            "工厂",
            "仓库",
            "仓储",
            "车间",
            "物流",
            "industrial",
            "warehouse",
            "factory",
            "manufacture",
            "depot",
            "storage",
            "works",
        ],
    ),
    (
        BuildingUse::Public,
        &[
            "公共",
            "学校",
            "教育",
            "教学",
            "医院",
            "医疗",
            "卫生",
            "政府",
            "机关",
            "行政",
            "文化",
            "体育",
            "宗教",
            "寺",
            "教堂",
            "派出所",
            "社区服务",
            "党群",
            "幼儿园",
            "养老院",
            "图书馆",
            "博物馆",
            "车站",
            "地铁",
            "消防",
            "公服",
            "public",
            "school",
            "hospital",
            "kindergarten",
            "university",
            "college",
            "church",
            "temple",
            "mosque",
            "civic",
            "government",
            "train_station",
            "station",
            "transportation",
            "library",
            "museum",
            "sports",
            "religious",
            "chapel",
            "cathedral",
            "synagogue",
            "shrine",
            "monastery",
            "fire_station",
            "townhall",
            "stadium",
            "sports_hall",
            "sports_centre",
            "grandstand",
            "education",
            "clinic",
            "theatre",
            "cinema",
            "community_centre",
            "pavilion",
            "worship",
            "palace",
            "castle",
            "bridge",
            "gatehouse",
            "presbytery",
            "riding_hall",
            "military",
        ],
    ),
];

/// Letter codes of urban land use (GB 50137): first letter and optional digits.
const LAND: &[(char, BuildingUse)] = &[
    ('r', BuildingUse::Residential),
    ('a', BuildingUse::Public),
    ('b', BuildingUse::Commercial),
    ('m', BuildingUse::Industrial),
    ('w', BuildingUse::Industrial),
    ('u', BuildingUse::Ancillary),
];

/// The use a text names; `None` when it names none. Homes together with shops or offices are [`BuildingUse::Mixed`]; a
/// word that means an ancillary building wins over the rest (`住宅车库`).
#[must_use]
pub(crate) fn from_words(text: &str) -> Option<BuildingUse> {
    let folded = fold(text);
    if let Some(use_) = BuildingUse::from_key(&folded) {
        return Some(use_);
    }
    let latin: BTreeSet<&str> = folded.split(|c: char| !(c.is_alphanumeric() || c == '_')).collect();
    let names = |words: &[&str]| {
        words.iter().any(|word| if word.is_ascii() { latin.contains(word) } else { folded.contains(word) })
    };
    let found: BTreeSet<BuildingUse> =
        WORDS.iter().filter(|(_, words)| names(words)).map(|(use_, _)| *use_).collect();
    let has = |use_| found.contains(&use_);
    if has(BuildingUse::Ancillary) {
        Some(BuildingUse::Ancillary)
    } else if has(BuildingUse::Mixed)
        || has(BuildingUse::Residential) && (has(BuildingUse::Commercial) || has(BuildingUse::Office))
    {
        Some(BuildingUse::Mixed)
    } else if let Some(use_) = found.first() {
        Some(*use_)
    } else {
        let mut letters = folded.chars();
        let first = letters.next()?;
        let digits = letters.as_str();
        let is_code = digits.len() <= 2 && digits.chars().all(|c| c.is_ascii_digit());
        LAND.iter().find(|(letter, _)| is_code && *letter == first).map(|(_, use_)| *use_)
    }
}

/// The use OpenStreetMap tags name. The object's own function (`amenity`, `shop`, `office`, `tourism`) is more telling
/// than `building`, which describes the form, except that homes with a shop in them stay homes as well.
#[must_use]
pub(crate) fn from_tags<'t>(get: impl Fn(&str) -> Option<&'t str>) -> BuildingUse {
    if let Some(use_) = get("building:use").and_then(from_words) {
        return use_;
    }
    let form = match get("building") {
        None | Some("yes") => None,
        Some(value) => from_words(value),
    };
    let function = function(&get);
    match (form, function) {
        (Some(BuildingUse::Residential), Some(BuildingUse::Commercial | BuildingUse::Office)) => {
            BuildingUse::Mixed
        }
        (_, Some(use_)) => use_,
        (Some(use_), None) => use_,
        (None, None) => BuildingUse::Unknown,
    }
}

/// What the object does, by its function tags.
fn function<'t>(get: &impl Fn(&str) -> Option<&'t str>) -> Option<BuildingUse> {
    let commercial = [
        "restaurant",
        "cafe",
        "fast_food",
        "bar",
        "pub",
        "bank",
        "pharmacy",
        "marketplace",
        "nightclub",
        "fuel",
        "car_wash",
        "food_court",
        "casino",
        "cinema",
        "bureau_de_change",
        "ice_cream",
        "biergarten",
        "studio",
    ];
    let ancillary = [
        "parking",
        "bicycle_parking",
        "toilets",
        "shelter",
        "waste_disposal",
        "recycling",
        "motorcycle_parking",
    ];
    match get("amenity") {
        Some(value) if ancillary.contains(&value) => return Some(BuildingUse::Ancillary),
        Some(value) if commercial.contains(&value) => return Some(BuildingUse::Commercial),
        Some("bench" | "atm" | "vending_machine" | "post_box" | "telephone" | "drinking_water") | None => {}
        Some(_) => return Some(BuildingUse::Public),
    }
    if get("healthcare").is_some()
        || get("leisure").is_some_and(|v| v.starts_with("sports") || v == "stadium")
    {
        return Some(BuildingUse::Public);
    }
    if get("shop").is_some_and(|value| value != "no" && value != "vacant") {
        return Some(BuildingUse::Commercial);
    }
    match get("tourism") {
        Some("hotel" | "hostel" | "guest_house" | "motel" | "apartment") => {
            return Some(BuildingUse::Commercial);
        }
        Some("museum" | "gallery" | "attraction" | "aquarium") => return Some(BuildingUse::Public),
        _ => {}
    }
    if get("office").is_some_and(|value| value == "government") || get("government").is_some() {
        return Some(BuildingUse::Public);
    }
    if get("office").is_some() {
        return Some(BuildingUse::Office);
    }
    if get("man_made").is_some() || get("power").is_some() {
        return Some(BuildingUse::Ancillary);
    }
    if get("railway").is_some_and(|value| value == "station") || get("public_transport").is_some() {
        return Some(BuildingUse::Public);
    }
    match get("landuse") {
        Some("residential") => Some(BuildingUse::Residential),
        Some("retail" | "commercial") => Some(BuildingUse::Commercial),
        Some("industrial") => Some(BuildingUse::Industrial),
        _ => None,
    }
}

/// Whether nobody lives in a building of this use, so that a household count nobody gave is 0 by its nature.
#[must_use]
pub(crate) const fn without_homes(use_: BuildingUse) -> bool {
    !matches!(use_, BuildingUse::Residential | BuildingUse::Mixed | BuildingUse::Unknown)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags(tags: &'static [(&'static str, &'static str)]) -> BuildingUse {
        from_tags(|key| tags.iter().find(|(k, _)| *k == key).map(|(_, v)| *v))
    }

    #[test]
    fn words_in_both_languages_name_a_use() {
        for (text, use_) in [
            ("住宅", BuildingUse::Residential),
            ("商住楼", BuildingUse::Mixed),
            ("住宅、商业", BuildingUse::Mixed),
            ("住宅车库", BuildingUse::Ancillary),
            ("商业服务", BuildingUse::Commercial),
            ("写字楼", BuildingUse::Office),
            ("工业厂房", BuildingUse::Industrial),
            ("中小学校", BuildingUse::Public),
            ("Residential", BuildingUse::Residential),
            ("apartments;retail", BuildingUse::Mixed),
            ("R2", BuildingUse::Residential),
            ("A33", BuildingUse::Public),
        ] {
            assert_eq!(from_words(text), Some(use_), "{text}");
        }
        assert_eq!(from_words("yes"), None);
        assert_eq!(from_words("某某"), None);
        assert_eq!(from_words(""), None);
    }

    #[test]
    fn function_tells_more_than_form() {
        assert_eq!(tags(&[("building", "yes")]), BuildingUse::Unknown);
        assert_eq!(tags(&[("building", "residential"), ("amenity", "parking")]), BuildingUse::Ancillary);
        assert_eq!(tags(&[("building", "apartments"), ("shop", "bakery")]), BuildingUse::Mixed);
        assert_eq!(tags(&[("building", "yes"), ("amenity", "school")]), BuildingUse::Public);
        assert_eq!(tags(&[("building", "house")]), BuildingUse::Residential);
        assert_eq!(tags(&[("building", "yes"), ("office", "company")]), BuildingUse::Office);
        assert_eq!(tags(&[("building", "train_station")]), BuildingUse::Public);
        assert_eq!(tags(&[("building", "yes"), ("amenity", "bench")]), BuildingUse::Unknown);
    }

    #[test]
    fn every_word_names_its_own_use_when_it_stands_alone() {
        for (use_, words) in WORDS {
            for word in *words {
                assert_eq!(from_words(word), Some(*use_), "{word}");
            }
        }
    }
}
