//! 检查 Checks a plan file, and mends what can be made anew, after a backup.

use crate::{PlannerError, Session};
use lifang_model::Progress;
use lifang_store::{Finding, PlanFile};
use serde::Serialize;
use std::path::{Path, PathBuf};

/// 检查结果 What was found, and what was done.
#[derive(Clone, Debug, Serialize)]
pub struct Checked {
    /// What is wrong; after a repair, what still is.
    pub findings: Vec<Finding>,
    /// What was wrong before the repair; empty without one.
    pub mended: Vec<Finding>,
    /// The copy made before the repair.
    pub backup: Option<PathBuf>,
}

/// 备份 Copies a plan file, whole and consistent even while others write to it.
///
/// # Errors
/// [`PlannerError::Store`] when the file cannot be opened, the copy's name is taken, or there is no room.
pub fn backup(path: &Path, to: &Path) -> Result<(), PlannerError> {
    Ok(crate::session::open_to_read(path)?.backup(to)?)
}

/// 检查 Looks for damage. With `repair`, a copy is made beside the file, then everything that can be made anew is.
///
/// # Errors
/// [`PlannerError::Store`] when the file cannot be opened, copied or saved.
pub fn check(path: &Path, repair: bool, progress: &dyn Progress) -> Result<Checked, PlannerError> {
    progress.stage("check", None);
    let mut file = PlanFile::open(path)?;
    let findings = file.findings()?;
    if !repair || findings.is_empty() {
        return Ok(Checked { findings, mended: Vec::new(), backup: None });
    }
    let backup = (1u32..)
        .map(|number| path.with_extension(format!("backup-{number}.gpkg")))
        .find(|name| !name.exists());
    if let Some(backup) = &backup {
        file.backup(backup)?;
    }
    file.remake()?;
    let lost = file.ground()?.is_none();
    drop(file);
    if lost {
        let mut session = Session::open(path, progress)?;
        session.save_ground()?;
    }
    let after = PlanFile::open_read_only(path)?.findings()?;
    let mended = findings.into_iter().filter(|finding| !after.contains(finding)).collect();
    Ok(Checked { findings: after, mended, backup })
}
