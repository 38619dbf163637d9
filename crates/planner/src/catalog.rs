//! 目录 Presets, tiers, services, profiles and estimates: those inside the binary, and the user's own files.

use crate::PlannerError;
use lifang_ingest::EstimateRules;
use lifang_model::{Mix, Need, Profile, Rules, ServiceCategory, TierSet};
use rust_embed::RustEmbed;
use std::path::Path;

/// The preset used when none is named.
pub const DEFAULT_PRESET: &str = "taipingjie";
/// The tier set used when none is named.
pub const DEFAULT_TIERS: &str = "gb50180";

#[derive(RustEmbed)]
#[folder = "../../data"]
#[include = "presets/*.toml"]
#[include = "tiers/*.toml"]
#[include = "services/*.toml"]
#[include = "profiles/*.toml"]
#[include = "mixes/*.toml"]
#[include = "needs/*.toml"]
#[include = "staff/*.toml"]
#[include = "estimates.toml"]
struct Data;

/// The file of roles.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Roles {
    role: Vec<crate::Role>,
}

/// 目录 What the built-in data files say.
#[derive(Clone, Debug)]
pub struct Catalog {
    /// Presets, by key.
    pub presets: Vec<Rules>,
    /// Tier sets, by key.
    pub tiers: Vec<TierSet>,
    /// Walking profiles; `adult` first.
    pub profiles: Vec<Profile>,
    /// Service categories, in the order of their file.
    pub services: Vec<ServiceCategory>,
    /// Mixes of services homes are scored by, by key.
    pub mixes: Vec<Mix>,
    /// Combined needs, by key.
    pub needs: Vec<Need>,
    /// Roles of staff, in the order of their file.
    pub roles: Vec<crate::Role>,
    /// How missing counts are estimated.
    pub estimates: EstimateRules,
}

impl Catalog {
    /// Reads the built-in data.
    ///
    /// # Errors
    /// [`PlannerError::Rules`] when a file does not parse, which a test keeps from happening.
    pub fn built_in() -> Result<Self, PlannerError> {
        let mut catalog = Self {
            presets: parse_all("presets/")?,
            tiers: parse_all("tiers/")?,
            profiles: parse_all("profiles/")?,
            services: Vec::new(),
            mixes: parse_all("mixes/")?,
            needs: parse_all("needs/")?,
            roles: parse::<Roles>("staff/roles.toml", &text("staff/roles.toml")?)?.role,
            estimates: lifang_ingest::parse_estimates(&text("estimates.toml")?)?,
        };
        for path in files("services/") {
            catalog.services.extend(lifang_ingest::parse_services(&text(&path)?)?);
        }
        catalog.profiles.sort_by_key(|profile| (profile.key != "adult", profile.key.clone()));
        for rules in &catalog.presets {
            check_rules(&rules.key, rules)?;
        }
        Ok(catalog)
    }

    /// The preset with this key, or the one in this TOML file.
    ///
    /// # Errors
    /// [`PlannerError::UnknownKey`] or [`PlannerError::Rules`].
    pub fn rules(&self, key_or_file: &str) -> Result<Rules, PlannerError> {
        if let Some(text) = own_file(key_or_file, "Give the path of a preset file")? {
            let rules: Rules = parse(key_or_file, &text)?;
            check_rules(key_or_file, &rules)?;
            return Ok(rules);
        }
        find("preset", &self.presets, key_or_file, |rules| &rules.key).cloned()
    }

    /// The tier set with this key.
    ///
    /// # Errors
    /// [`PlannerError::UnknownKey`].
    pub fn tier_set(&self, key: &str) -> Result<&TierSet, PlannerError> {
        find("tier set", &self.tiers, key, |tiers| &tiers.key)
    }

    /// The profile with this key.
    ///
    /// # Errors
    /// [`PlannerError::UnknownKey`].
    pub fn profile(&self, key: &str) -> Result<&Profile, PlannerError> {
        find("profile", &self.profiles, key, |profile| &profile.key)
    }

    /// The mix with this key, or the one in this TOML file.
    ///
    /// # Errors
    /// [`PlannerError::UnknownKey`] or [`PlannerError::Rules`].
    pub fn mix(&self, key_or_file: &str) -> Result<Mix, PlannerError> {
        let mix = match own_file(key_or_file, "Give the path of a mix file")? {
            Some(text) => parse(key_or_file, &text)?,
            None => find("mix", &self.mixes, key_or_file, |mix| &mix.key)?.clone(),
        };
        self.check_mix(key_or_file, &mix)?;
        Ok(mix)
    }

    /// The need with this key, or the one in this TOML file.
    ///
    /// # Errors
    /// [`PlannerError::UnknownKey`] or [`PlannerError::Rules`].
    pub fn need(&self, key_or_file: &str) -> Result<Need, PlannerError> {
        let need = match own_file(key_or_file, "Give the path of a need file")? {
            Some(text) => parse(key_or_file, &text)?,
            None => find("need", &self.needs, key_or_file, |need| &need.key)?.clone(),
        };
        self.check_need(key_or_file, &need)?;
        Ok(need)
    }

    /// A mix that contradicts itself is refused before any work.
    fn check_mix(&self, file: &str, mix: &Mix) -> Result<(), PlannerError> {
        if mix.items.is_empty() {
            return Err(contradicts(file, "a mix needs at least one [[item]]".to_owned()));
        }
        if !(0.0..=100.0).contains(&mix.good) {
            return Err(contradicts(file, format!("good is {}; 0 to 100 must hold", mix.good)));
        }
        for item in &mix.items {
            let (key, weight) = (&item.key, item.weight);
            if !(weight > 0.0 && weight <= 1000.0) {
                return Err(contradicts(
                    file,
                    format!("item {key:?} has weight {weight}; above 0 must hold"),
                ));
            }
            let (full, zero) = (item.full_m, item.zero_m);
            if !(full >= 0.0 && full < zero && zero <= 20_000.0) {
                let cause = format!(
                    "item {key:?} has full_m {full} and zero_m {zero}; 0 <= full_m < zero_m <= 20000 must hold"
                );
                return Err(contradicts(file, cause));
            }
            self.check_services(file, &item.services)?;
        }
        Ok(())
    }

    /// A need that nothing could meet or miss is refused before any work.
    pub(crate) fn check_need(&self, file: &str, need: &Need) -> Result<(), PlannerError> {
        self.profile(&need.profile)?;
        if need.all.is_empty() || need.all.len() > 32 {
            return Err(contradicts(file, "a need has 1 to 32 parts [[all]]".to_owned()));
        }
        for part in &need.all {
            if !(part.within_m > 0.0 && part.within_m <= 20_000.0) {
                let cause = format!("within_m is {}; above 0, at most 20000 must hold", part.within_m);
                return Err(contradicts(file, cause));
            }
            self.check_services(file, &part.services)?;
        }
        Ok(())
    }

    fn check_services(&self, file: &str, services: &[String]) -> Result<(), PlannerError> {
        if services.is_empty() {
            return Err(contradicts(file, "services = [] names no category".to_owned()));
        }
        services.iter().try_for_each(|key| self.service(key).map(drop))
    }

    /// The service category with this key.
    ///
    /// # Errors
    /// [`PlannerError::UnknownKey`].
    pub fn service(&self, key: &str) -> Result<&ServiceCategory, PlannerError> {
        find("service", &self.services, key, |service| &service.key)
    }
}

/// The text of the user's own file where the key is the path of one.
fn own_file(key_or_file: &str, action: &'static str) -> Result<Option<String>, PlannerError> {
    let path = Path::new(key_or_file);
    if path.extension().is_none_or(|ext| ext != "toml") {
        return Ok(None);
    }
    let read = std::fs::read_to_string(path);
    read.map(Some).map_err(|source| PlannerError::Io { path: path.to_owned(), source, action })
}

fn contradicts(file: &str, cause: String) -> PlannerError {
    PlannerError::Rules { file: file.to_owned(), cause, action: "Mend the file".to_owned() }
}

/// The item with this key, or an error that names those there are.
pub(crate) fn find<'a, T>(
    what: &'static str,
    all: &'a [T],
    key: &str,
    key_of: impl Fn(&T) -> &String,
) -> Result<&'a T, PlannerError> {
    all.iter().find(|item| key_of(item) == key).ok_or_else(|| PlannerError::UnknownKey {
        what,
        key: key.to_owned(),
        known: all.iter().map(|item| key_of(item).as_str()).collect::<Vec<_>>().join(", "),
    })
}

fn files(folder: &str) -> Vec<String> {
    let mut paths: Vec<String> =
        Data::iter().filter(|path| path.starts_with(folder)).map(|path| path.to_string()).collect();
    paths.sort();
    paths
}

fn text(path: &str) -> Result<String, PlannerError> {
    let missing = |cause: &str| PlannerError::Rules {
        file: path.to_owned(),
        cause: cause.to_owned(),
        action: "Rebuild the program from a complete copy of its sources".to_owned(),
    };
    let file = Data::get(path).ok_or_else(|| missing("the built-in file is missing"))?;
    String::from_utf8(file.data.into_owned()).map_err(|_utf8| missing("the built-in file is not UTF-8"))
}

fn parse<T: serde::de::DeserializeOwned>(file: &str, text: &str) -> Result<T, PlannerError> {
    toml::from_str(text).map_err(|error| PlannerError::Rules {
        file: file.to_owned(),
        cause: error.to_string().trim_end().to_owned(),
        action: "Compare it with a built-in file under data/".to_owned(),
    })
}

fn parse_all<T: serde::de::DeserializeOwned>(folder: &str) -> Result<Vec<T>, PlannerError> {
    files(folder).iter().map(|path| parse(path, &text(path)?)).collect()
}

/// A preset that contradicts itself is refused before any work.
fn check_rules(file: &str, rules: &Rules) -> Result<(), PlannerError> {
    let refuse = |cause: String| PlannerError::Rules {
        file: file.to_owned(),
        cause,
        action: "Mend the preset".to_owned(),
    };
    if rules.levels.is_empty() {
        return Err(refuse("a preset needs at least one [[level]]".to_owned()));
    }
    let measure = &rules.measure;
    let weights = [
        ("households_weight", measure.households_weight),
        ("merchants_weight", measure.merchants_weight),
        ("persons_weight", measure.persons_weight),
    ];
    if let Some((name, weight)) = weights.iter().find(|(_, weight)| !(0.0..=10.0).contains(weight)) {
        return Err(refuse(format!("measure.{name} is {weight}; 0 to 10 must hold")));
    }
    if weights.iter().all(|(_, weight)| *weight == 0.0) {
        return Err(refuse("nothing counts: one weight of [measure] must be above 0".to_owned()));
    }
    for (row, level) in rules.levels.iter().enumerate() {
        if rules.levels[..row].iter().any(|other| other.key == level.key) {
            return Err(refuse(format!("two levels are called {:?}", level.key)));
        }
        if let Some(band) = level.band
            && (band.min == 0 || band.min > band.target || band.target > band.max)
        {
            return Err(refuse(format!(
                "level {:?} has band {}-{} with target {}; 0 < min <= target <= max must hold",
                level.key, band.min, band.max, band.target
            )));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_built_in_data_file_parses_and_holds_together() {
        let catalog = Catalog::built_in().unwrap();
        for key in ["taipingjie", "national", "chengdu", "census", "people"] {
            assert!(catalog.rules(key).is_ok(), "{key}");
        }
        let tiers = catalog.tier_set(DEFAULT_TIERS).unwrap();
        assert!(tiers.tiers.is_sorted_by(|a, b| a.distance_m < b.distance_m));
        assert_eq!(catalog.profiles[0].key, "adult");
        assert!(catalog.mix("fifteen").is_ok());
        for need in &catalog.needs {
            assert!(catalog.need(&need.key).is_ok(), "{}", need.key);
        }
        for service in &catalog.services {
            assert!(tiers.tiers.iter().any(|tier| tier.key == service.tier), "{}", service.key);
        }
    }

    #[test]
    fn an_unknown_preset_names_those_there_are() {
        let error = Catalog::built_in().unwrap().rules("atlantis").unwrap_err();
        assert!(error.to_string().contains("taipingjie"), "{error}");
    }
}
