//! The profiles and tiers the product ships.

use lifang_model::{Profile, TierSet};
use std::path::{Path, PathBuf};

fn data(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data").join(folder);
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

#[test]
fn every_profile_is_named_by_its_file_and_says_where_its_numbers_come_from() {
    let profiles: Vec<Profile> = data("profiles")
        .iter()
        .map(|path| {
            let profile: Profile = toml::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
            assert_eq!(path.file_stem().unwrap().to_str(), Some(profile.key.as_str()));
            assert!(!profile.source.is_empty() && ["A", "B", "C"].contains(&profile.certainty.as_str()));
            profile
        })
        .collect();
    let keys: Vec<_> = profiles.iter().map(|profile| profile.key.as_str()).collect();
    assert_eq!(keys, ["adult", "ambulance", "child", "elder", "fire", "wheelchair"]);
    let factor = |key| profiles.iter().find(|profile| profile.key == key).unwrap().steps_factor;
    assert!(factor("adult") <= factor("child") && factor("child") <= factor("elder"));
    assert_eq!(factor("wheelchair"), None);
    for profile in &profiles {
        let Some(rule) = &profile.drive else { continue };
        assert!(
            rule.kmh.keys().all(|class| class.takes_vehicles()) && rule.kmh.values().all(|kmh| *kmh > 0.0)
        );
        assert!(!rule.source.is_empty() && profile.steps_factor.is_none());
    }
}

#[test]
fn the_tiers_of_the_standard_are_its_distances_nearest_first() {
    let files = data("tiers");
    let tiers: TierSet = toml::from_str(&std::fs::read_to_string(&files[0]).unwrap()).unwrap();
    let read: Vec<_> = tiers.tiers.iter().map(|t| (t.key.as_str(), t.distance_m, t.label_minutes)).collect();
    assert_eq!(tiers.key, "gb50180");
    assert_eq!(read, [("5min", 300.0, 5), ("10min", 500.0, 10), ("15min", 1000.0, 15)]);
}
