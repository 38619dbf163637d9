//! The sample community: its published figures, and the same bytes every time.

use crate::support::{json, lifang_with, partitioned_sample, text};

#[test]
fn the_sample_becomes_ten_grids_and_forty_four_micro_grids_without_a_violation() {
    for seed in ["1", "2", "3"] {
        let folder = tempfile::tempdir().unwrap();
        let plan = partitioned_sample(folder.path(), seed);
        let report = json(&["--json", "verify", text(&plan)]);
        assert_eq!(report["violations"].as_array().unwrap().len(), 0, "{}", report["violations"]);
        let level = |key: &str| {
            report["levels"].as_array().unwrap().iter().find(|level| level["key"] == key).unwrap().clone()
        };
        assert_eq!(level("grid")["zones"], 10);
        assert_eq!(level("micro_grid")["zones"], 44);
        assert_eq!(level("micro_grid")["in_band"], 44);
        assert_eq!(level("micro_grid")["persons"], 12_116);
        assert_eq!(level("micro_grid")["merchants"], 2_775);
        assert_eq!(report["tiling"]["gap_m2"].as_f64(), Some(0.0));
        assert_eq!(report["tiling"]["overlap_m2"].as_f64(), Some(0.0));
    }
}

#[test]
fn one_thread_and_two_give_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let files: Vec<Vec<u8>> = ["1", "2"]
        .iter()
        .map(|threads| {
            let out = folder.path().join(threads);
            let env = [("RAYON_NUM_THREADS", *threads), ("LANG", "zh_CN.UTF-8")];
            let done = lifang_with(&["--quiet", "demo", "--out", text(&out), "--no-serve"], &env);
            assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
            let mut bytes = Vec::new();
            let mut names: Vec<_> =
                std::fs::read_dir(&out).unwrap().map(|entry| entry.unwrap().path()).collect();
            names.sort();
            for name in names {
                // SQLite keeps a change counter and page layout of its own; the text formats show the content.
                if name
                    .extension()
                    .is_some_and(|ext| ["geojson", "csv", "shp", "dbf"].contains(&ext.to_str().unwrap()))
                {
                    bytes.extend(name.file_name().unwrap().as_encoded_bytes());
                    bytes.extend(std::fs::read(&name).unwrap());
                }
            }
            bytes
        })
        .collect();
    assert!(files[0].len() > 10_000);
    assert!(files[0] == files[1], "the outputs of one and two threads differ");
}

#[test]
fn coverage_of_the_sample_counts_everyone_once_and_never_more_than_all() {
    let folder = tempfile::tempdir().unwrap();
    let plan = partitioned_sample(folder.path(), "1");
    let cover = json(&["--json", "cover", text(&plan)]);
    let categories = cover["categories"].as_array().unwrap();
    assert!(categories.len() >= 20);
    for category in categories {
        let tiers = category["tiers"].as_array().unwrap();
        let mut before = 0;
        for tier in tiers {
            assert_eq!(tier["total"]["persons"], 12_116);
            let covered = tier["covered"]["persons"].as_u64().unwrap();
            assert!(before <= covered && covered <= 12_116, "{category}");
            before = covered;
        }
    }
    assert!(!cover["gaps"].as_array().unwrap().is_empty(), "the sample has real gaps");
}
