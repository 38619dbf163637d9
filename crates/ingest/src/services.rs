//! 服务目录 The service catalogue: which tag and which word means which category.

use crate::IngestError;
use crate::text::fold;
use lifang_model::{Fault, Place, ServiceCategory, Severity};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CatalogueFile {
    category: Vec<ServiceCategory>,
}

/// 读取服务目录 Reads a service catalogue: an array of [`ServiceCategory`] under `[[category]]`.
///
/// # Errors
/// [`IngestError::Faults`] when the text is no such catalogue, two categories share a key, a tag is not `key=value`, or a
/// colour is not `#rrggbb`; every fault is listed.
pub fn parse_services(text: &str) -> Result<Vec<ServiceCategory>, IngestError> {
    let file: CatalogueFile = toml::from_str(text).map_err(|error| {
        let cause = format!("the service catalogue cannot be read: {}", error.to_string().trim_end());
        IngestError::Faults(vec![Fault::new(Severity::Error, "I-190", cause, "Correct the file.")])
    })?;
    let mut faults = Vec::new();
    let mut wrong = |key: &str, cause: String| {
        let place = Place { feature: Some(key.to_owned()), ..Place::default() };
        faults.push(Fault::new(Severity::Error, "I-191", cause, "Correct the service catalogue.").at(place));
    };
    for (row, category) in file.category.iter().enumerate() {
        let key = &category.key;
        if key.is_empty() || file.category[..row].iter().any(|other| other.key == *key) {
            wrong(key, format!("category {} of the catalogue has no key of its own", row + 1));
        }
        for tag in &category.osm {
            if tag
                .split('+')
                .any(|part| part.split_once('=').is_none_or(|(k, v)| k.is_empty() || v.is_empty()))
            {
                wrong(key, format!("{tag:?} is no tag of the form key=value"));
            }
        }
        if !is_colour(&category.colour) {
            wrong(key, format!("{:?} is no colour of the form #rrggbb", category.colour));
        }
    }
    if faults.is_empty() { Ok(file.category) } else { Err(IngestError::Faults(faults)) }
}

fn is_colour(text: &str) -> bool {
    text.strip_prefix('#')
        .is_some_and(|hex| hex.len() == 6 && hex.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// A tag of the catalogue, taken apart: all its `key=value` parts must hold.
#[derive(PartialEq)]
struct Tag {
    parts: Vec<(String, String)>,
}

impl Tag {
    fn parse(text: &str) -> Self {
        let parts = text
            .split('+')
            .filter_map(|part| part.split_once('='))
            .map(|(key, value)| (key.trim().to_owned(), value.trim().to_owned()))
            .collect();
        Self { parts }
    }

    fn holds<'t>(&self, get: &impl Fn(&str) -> Option<&'t str>) -> bool {
        !self.parts.is_empty()
            && self.parts.iter().all(|(key, wanted)| {
                get(key).is_some_and(|value| match wanted.as_str() {
                    "*" => value != "no",
                    wanted => value.split(';').any(|one| one.trim() == wanted),
                })
            })
    }
}

/// Looks categories up by tag and by word.
pub(crate) struct Catalogue<'a> {
    categories: &'a [ServiceCategory],
    tags: Vec<Vec<Tag>>,
    words: Vec<Vec<String>>,
}

impl<'a> Catalogue<'a> {
    pub(crate) fn new(categories: &'a [ServiceCategory]) -> Self {
        let tags = categories.iter().map(|c| c.osm.iter().map(|tag| Tag::parse(tag)).collect()).collect();
        let words = categories
            .iter()
            .map(|c| {
                let titles = [&c.key, &c.title.en, &c.title.zh];
                titles
                    .into_iter()
                    .chain(&c.words)
                    .map(|word| fold(word))
                    .filter(|word| !word.is_empty())
                    .collect()
            })
            .collect();
        Self { categories, tags, words }
    }

    /// Every category one of whose tags an object carries, in catalogue order. Where several categories carry the very
    /// same tag (a school may be primary or middle), the object's name decides by their words; when it says nothing, the
    /// first of them is taken.
    pub(crate) fn by_tags<'t>(
        &self,
        get: impl Fn(&str) -> Option<&'t str>,
        name: Option<&str>,
    ) -> Vec<&'a str> {
        let held: Vec<(usize, &Tag)> = self
            .tags
            .iter()
            .enumerate()
            .filter_map(|(row, tags)| Some((row, tags.iter().find(|tag| tag.holds(&get))?)))
            .collect();
        let folded = name.map(fold).unwrap_or_default();
        let named: Vec<usize> = held
            .iter()
            .map(|(row, _)| *row)
            .filter(|row| self.longest_inside(*row, &folded).is_some())
            .collect();
        held.iter()
            .enumerate()
            .filter(|(at, (row, tag))| {
                let rivals = || held.iter().filter(|(_, other)| other.parts == tag.parts);
                if rivals().any(|(rival, _)| named.contains(rival)) {
                    named.contains(row)
                } else {
                    !held[..*at].iter().any(|(_, other)| other.parts == tag.parts)
                }
            })
            .filter_map(|(_, (row, _))| self.categories.get(*row))
            .map(|category| category.key.as_str())
            .collect()
    }

    /// The length of the longest word of a category inside a folded text: two characters or more; Latin words must match
    /// whole words.
    fn longest_inside(&self, row: usize, folded: &str) -> Option<usize> {
        let spaced: String = folded.chars().map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect();
        let latin = format!(" {} ", spaced.split_whitespace().collect::<Vec<_>>().join(" "));
        let inside = |word: &&String| {
            if word.is_ascii() {
                latin.contains(&format!(" {word} "))
            } else {
                folded.contains(word.as_str())
            }
        };
        let words = self.words.get(row)?;
        words.iter().filter(inside).map(|word| word.chars().count()).filter(|count| *count >= 2).max()
    }

    /// The category a word of a table means: an exact word first, else the longest catalogue word found inside it.
    pub(crate) fn by_word(&self, word: &str) -> Option<&'a str> {
        let folded = fold(word);
        let exact = self.words.iter().position(|words| words.contains(&folded));
        // The longest word wins; of equals the category that stands first in the catalogue.
        let inside = || {
            (0..self.words.len())
                .filter_map(|row| Some((self.longest_inside(row, &folded)?, row)))
                .max_by_key(|(len, row)| (*len, std::cmp::Reverse(*row)))
                .map(|(_, row)| row)
        };
        self.categories.get(exact.or_else(inside)?).map(|category| category.key.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: &str = r##"
        [[category]]
        key = "clinic"
        title = { en = "Clinic", zh = "卫生服务站" }
        family = "medical"
        osm = ["amenity=clinic", "healthcare=doctor"]
        words = ["诊所", "卫生站", "社区卫生"]
        tier = "5min"
        colour = "#cc0000"
        [[category]]
        key = "hospital"
        title = { en = "Hospital", zh = "医院" }
        family = "medical"
        osm = ["amenity=hospital"]
        words = ["卫生院"]
        tier = "15min"
        colour = "#aa0000"
        [[category]]
        key = "elder_care"
        title = { en = "Elder care", zh = "养老服务" }
        family = "care"
        osm = ["amenity=social_facility+social_facility:for=senior", "social_facility=nursing_home"]
        words = ["日间照料"]
        tier = "5min"
        colour = "#884400"
    "##;

    #[test]
    fn a_catalogue_with_faults_lists_them_all() {
        let bad = SMALL
            .replace("#cc0000", "red")
            .replace("amenity=hospital", "hospital")
            .replace("elder_care", "clinic");
        let Err(IngestError::Faults(faults)) = parse_services(&bad) else { panic!("accepted") };
        assert_eq!(faults.len(), 3, "{faults:?}");
        assert!(matches!(parse_services("category = 3"), Err(IngestError::Faults(_))));
    }

    #[test]
    fn tags_choose_categories_and_joined_tags_need_all_parts() {
        let services = parse_services(SMALL).unwrap();
        let catalogue = Catalogue::new(&services);
        let of = |tags: &[(&'static str, &'static str)]| {
            let tags = tags.to_vec();
            catalogue.by_tags(move |key| tags.iter().find(|(k, _)| *k == key).map(|(_, v)| *v), None)
        };
        assert_eq!(of(&[("amenity", "clinic")]), ["clinic"]);
        assert_eq!(of(&[("amenity", "pharmacy;clinic")]), ["clinic"]);
        assert_eq!(of(&[("amenity", "social_facility")]), [""; 0]);
        assert_eq!(of(&[("amenity", "social_facility"), ("social_facility:for", "senior")]), ["elder_care"]);
    }

    #[test]
    fn the_longest_known_word_inside_a_name_wins() {
        let services = parse_services(SMALL).unwrap();
        let catalogue = Catalogue::new(&services);
        assert_eq!(catalogue.by_word("诊所"), Some("clinic"));
        assert_eq!(catalogue.by_word("太平街社区卫生服务站"), Some("clinic"));
        assert_eq!(catalogue.by_word("敦仁街道卫生院"), Some("hospital"));
        assert_eq!(catalogue.by_word("District Hospital"), Some("hospital"));
        assert_eq!(catalogue.by_word("hospitality"), None);
        assert_eq!(catalogue.by_word("网吧"), None);
        assert_eq!(catalogue.by_word(" "), None);
    }

    #[test]
    fn the_name_tells_a_primary_from_a_middle_school() {
        let services = parse_services(include_str!("../../../data/services/standard.toml")).unwrap();
        let catalogue = Catalogue::new(&services);
        let school = |name| catalogue.by_tags(|key| (key == "amenity").then_some("school"), name);
        assert_eq!(school(Some("南京市第一中学")), ["middle_school"]);
        assert_eq!(school(Some("Horizon Primary School")), ["primary_school"]);
        assert_eq!(school(Some("Mee Toh School")), ["primary_school"]);
        assert_eq!(school(None), ["primary_school"]);
    }

    #[test]
    fn the_catalogue_that_ships_is_sound_and_knows_its_own_words() {
        let services = parse_services(include_str!("../../../data/services/standard.toml")).unwrap();
        let catalogue = Catalogue::new(&services);
        for category in &services {
            assert!(["5min", "10min", "15min"].contains(&category.tier.as_str()), "{}", category.key);
            for word in &category.words {
                assert_eq!(catalogue.by_word(word), Some(category.key.as_str()), "{word}");
            }
        }
    }
}
