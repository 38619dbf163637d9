//! 方案夹 The plan files of a folder, and which names a plan file may have.

use crate::PlannerError;
use lifang_store::PlanFile;
use serde::Serialize;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

/// Longest name of a plan file, bytes: what common file systems take, less what writing beside it needs.
const LONGEST: usize = 200;

/// Most plans listed.
const MOST: usize = 1000;

/// Names Windows keeps for itself, whatever the ending.
const KEPT: [&str; 22] = [
    "con", "prn", "aux", "nul", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9",
    "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9",
];

/// 方案文件 A plan file of a folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Shelved {
    /// Its name in the folder.
    pub file: String,
    /// Its size, bytes.
    pub bytes: u64,
    /// When it was last changed, milliseconds since 1970, UTC.
    pub modified_ms: Option<u64>,
    /// Its revision; `None` when it cannot be opened.
    pub revision: Option<i64>,
    /// Why it cannot be opened, e.g. because it is no plan file.
    pub problem: Option<String>,
}

/// Where the plan file of this name lies in a folder, whether it is there or not. `.gpkg` is added when it is missing.
///
/// # Errors
/// [`PlannerError::Selection`] when the name leads elsewhere, or is none every system takes.
pub fn place(folder: &Path, name: &str) -> Result<PathBuf, PlannerError> {
    let refuse = |what: &str| PlannerError::Selection {
        what: format!("{name:?} is no name for a plan: {what}"),
        action: "Give letters, digits and the like, e.g. 新街口.gpkg".to_owned(),
    };
    let stem = name.strip_suffix(".gpkg").unwrap_or(name);
    if stem.is_empty() || name.len() > LONGEST {
        return Err(refuse("it is empty or too long"));
    }
    if stem.starts_with(['.', '-', ' ']) || stem.ends_with(['.', ' ']) {
        return Err(refuse("it begins or ends with a dot, a dash or a space"));
    }
    if stem
        .chars()
        .any(|c| c.is_control() || matches!(c, '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|'))
    {
        return Err(refuse("it holds a sign that paths use"));
    }
    let first = stem.split('.').next().unwrap_or(stem);
    if KEPT.iter().any(|kept| first.eq_ignore_ascii_case(kept)) {
        return Err(refuse("Windows keeps it for a device"));
    }
    Ok(folder.join(format!("{stem}.gpkg")))
}

/// The plan files of a folder, by name. Links and names a plan may not have are passed over.
///
/// # Errors
/// [`PlannerError::Io`] when the folder cannot be read.
pub fn list(folder: &Path) -> Result<Vec<Shelved>, PlannerError> {
    let failed = |source| PlannerError::Io {
        path: folder.to_owned(),
        source,
        action: "Give a folder that is there with --folder",
    };
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let Ok(name) = entry.file_name().into_string() else { continue };
        let plain = entry.file_type().is_ok_and(|kind| kind.is_file());
        if plain && name.ends_with(".gpkg") && place(folder, &name).is_ok() {
            names.push(name);
        }
    }
    names.sort();
    names.truncate(MOST);
    Ok(names.into_iter().map(|file| shelved(folder, file)).collect())
}

fn shelved(folder: &Path, file: String) -> Shelved {
    let path = folder.join(&file);
    let meta = std::fs::metadata(&path).ok();
    let modified = meta.as_ref().and_then(|meta| meta.modified().ok()?.duration_since(UNIX_EPOCH).ok());
    let (revision, problem) = match PlanFile::open_read_only(&path) {
        Ok(opened) => (Some(opened.revision()), None),
        // An older plan is brought up to date when it is opened.
        Err(lifang_store::StoreError::Older { .. }) => (Some(0), None),
        Err(error) => (None, Some(error.to_string())),
    };
    Shelved {
        file,
        bytes: meta.map_or(0, |meta| meta.len()),
        modified_ms: modified.and_then(|since| u64::try_from(since.as_millis()).ok()),
        revision,
        problem,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_in_the_folder_and_work_on_every_system() {
        let folder = Path::new("plans");
        assert_eq!(place(folder, "新街口").unwrap(), folder.join("新街口.gpkg"));
        assert_eq!(place(folder, "a b-1.v2.gpkg").unwrap(), folder.join("a b-1.v2.gpkg"));
        let long = "x".repeat(201);
        for name in [
            "",
            ".gpkg",
            "..",
            "../x",
            "a/b",
            "a\\b",
            "/etc/passwd",
            "C:x",
            ".hidden",
            "x.",
            "x ",
            "-rf",
            "nul",
            "COM1.gpkg",
            "a\0b",
            "a\nb",
            "<img src=x>",
            long.as_str(),
        ] {
            assert!(place(folder, name).is_err(), "{name:?}");
        }
    }

    #[test]
    fn what_is_no_plan_is_listed_with_the_reason_and_links_are_not() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("no.gpkg"), "text").unwrap();
        std::fs::write(folder.path().join("other.txt"), "text").unwrap();
        #[cfg(unix)]
        std::os::unix::fs::symlink("/etc/passwd", folder.path().join("link.gpkg")).unwrap();
        let listed = list(folder.path()).unwrap();
        assert_eq!(listed.len(), 1);
        assert!(listed[0].revision.is_none() && listed[0].problem.is_some());
    }
}
