//! The house: layers, file sizes, what must be where.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Layer of each crate, as the table of `crates/README.md` says.
fn layers() -> BTreeMap<String, u32> {
    let text = std::fs::read_to_string(root().join("crates/README.md")).unwrap();
    text.lines()
        .filter_map(|line| {
            let cells: Vec<&str> = line.split('|').map(str::trim).collect();
            let layer = cells.get(1)?.parse().ok()?;
            let name = cells.get(2)?.split('`').nth(1)?;
            let package = if name == "cli" { "lifang".to_owned() } else { format!("lifang-{name}") };
            Some((package, layer))
        })
        .collect()
}

#[test]
fn a_crate_uses_only_crates_of_strictly_lower_layers() {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let layers = layers();
    let mut checked = 0;
    for package in metadata["packages"].as_array().unwrap() {
        let name = package["name"].as_str().unwrap();
        let layer = layers.get(name).unwrap_or_else(|| panic!("{name} is not in the table of rooms"));
        for dependency in package["dependencies"].as_array().unwrap() {
            let used = dependency["name"].as_str().unwrap();
            // Development dependencies build tests, not the house.
            if dependency["kind"].as_str() == Some("dev") || !used.starts_with("lifang-") {
                continue;
            }
            assert!(layers[used] < *layer, "{name} (layer {layer}) uses {used} (layer {})", layers[used]);
            checked += 1;
        }
    }
    assert!(checked > 20, "only {checked} uses were seen");
}

#[test]
fn verify_shares_no_code_with_partition() {
    let manifest = std::fs::read_to_string(root().join("crates/verify/Cargo.toml")).unwrap();
    assert!(!manifest.contains("lifang-partition"));
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() && !["target", "node_modules", "dist", "demo"].contains(&name.as_str()) {
            sources(&path, found);
        } else if path
            .extension()
            .is_some_and(|ext| ["rs", "ts", "svelte"].contains(&ext.to_str().unwrap_or("")))
        {
            found.push(path);
        }
    }
}

#[test]
fn no_source_file_passes_800_lines() {
    let mut found = Vec::new();
    for folder in ["crates", "tests", "benches", "web"] {
        sources(&root().join(folder), &mut found);
    }
    assert!(found.len() > 50, "only {} source files were seen", found.len());
    let long: Vec<String> = found
        .iter()
        .map(|path| (path, std::fs::read_to_string(path).unwrap().lines().count()))
        .filter(|(_, lines)| *lines > 800)
        .map(|(path, lines)| format!("{} {lines}", path.display()))
        .collect();
    assert!(long.is_empty(), "{long:?}");
}

#[test]
fn every_room_says_what_it_does_and_what_it_never_does() {
    for folder in std::fs::read_dir(root().join("crates")).unwrap() {
        let folder = folder.unwrap().path();
        if !folder.join("Cargo.toml").exists() {
            continue;
        }
        let readme = std::fs::read_to_string(folder.join("README.md"))
            .unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        assert!(readme.contains("Never") || readme.contains("never"), "{}", folder.display());
    }
}

#[test]
fn unfinished_work_is_not_left_in_the_code() {
    let mut found = Vec::new();
    for folder in ["crates", "tests", "benches", "web"] {
        sources(&root().join(folder), &mut found);
    }
    let words =
        [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("unimplemented", "!("), concat!("to", "do!(")];
    for path in found {
        let text = std::fs::read_to_string(&path).unwrap();
        for word in words {
            assert!(!text.contains(word), "{} holds {word}", path.display());
        }
    }
}

/// The commands of both READMEs must be commands the Makefile or the program knows.
#[test]
fn the_commands_of_the_readmes_exist() {
    let makefile = std::fs::read_to_string(root().join("Makefile")).unwrap();
    let help = Command::new(env!("CARGO_BIN_EXE_lifang")).arg("--help").output().unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    for readme in ["README.md", "README.zh-CN.md"] {
        let text = std::fs::read_to_string(root().join(readme)).unwrap();
        let mut seen = 0;
        let mut in_code = false;
        for line in text.lines() {
            if line.starts_with("```") {
                in_code = !in_code;
                continue;
            }
            let mut words = line.split_whitespace();
            match (in_code, words.next(), words.next()) {
                (true, Some("make"), Some(target)) => {
                    assert!(makefile.contains(&format!("\n{target}:")), "{readme}: make {target}");
                    seen += 1;
                }
                (true, Some("lifang"), Some(command)) => {
                    assert!(help.contains(&format!("  {command}")), "{readme}: lifang {command}");
                    seen += 1;
                }
                _ => {}
            }
        }
        assert!(seen >= 8, "{readme} shows only {seen} commands");
    }
}
