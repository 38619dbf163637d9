//! What the integration tests share: running the program, temporary folders, data that may be absent.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Runs the program.
pub fn lifang(args: &[&str]) -> Output {
    lifang_with(args, &[])
}

/// Runs the program with environment variables.
pub fn lifang_with(args: &[&str], env: &[(&str, &str)]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_lifang")).args(args).envs(env.iter().copied()).output().unwrap()
}

/// Runs the program, expects success and reads its JSON.
pub fn json(args: &[&str]) -> serde_json::Value {
    let output = lifang(args);
    assert!(
        output.status.success(),
        "lifang {args:?} ended with {:?}: {}",
        output.status.code(),
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{args:?}: {error}: {}", String::from_utf8_lossy(&output.stdout)))
}

/// Runs the program, expects exit code 2 and gives its message.
pub fn refused(args: &[&str]) -> String {
    let output = lifang(args);
    let message = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "lifang {args:?}: {message}");
    assert!(!message.contains("panicked"), "{message}");
    message
}

/// A path as text.
pub fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// Real data beside the project, or `None` (and a line saying so) when it is absent.
pub fn shared(path: &str) -> Option<PathBuf> {
    let full = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared").join(path);
    if full.exists() {
        Some(full)
    } else {
        eprintln!("skipped: {} is not on this machine", full.display());
        None
    }
}

/// Whether a program is installed; says so when it is not.
pub fn installed(program: &str, probe: &[&str]) -> bool {
    let there = Command::new(program).args(probe).output().is_ok_and(|output| output.status.success());
    if !there {
        eprintln!("skipped: {program} {probe:?} does not run on this machine");
    }
    there
}

/// A plan file of the sample, partitioned.
pub fn partitioned_sample(folder: &Path, seed: &str) -> PathBuf {
    let plan = folder.join("sample.gpkg");
    json(&["--json", "new", text(&plan), "--sample", "taipingjie", "--seed", seed]);
    json(&["--json", "partition", text(&plan), "--seed", seed]);
    plan
}
