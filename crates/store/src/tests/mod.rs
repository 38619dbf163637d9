mod crash;
mod editing;
mod edits_elsewhere;
mod files;
mod gis;
mod old_versions;
mod publishing;
mod round_trip;
mod sample;
mod scenarios;
mod town;

use crate::PlanFile;
use std::path::PathBuf;

/// A folder that goes away with the test, and a plan file's name in it.
fn place() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("太平街道 plan.gpkg");
    (folder, path)
}

/// A plan file with the small town of [`town`] in it.
fn filled() -> (tempfile::TempDir, PathBuf, PlanFile) {
    let (folder, path) = place();
    let mut file = PlanFile::create(&path).unwrap();
    let (fabric, stacks, atoms) = town::ground();
    file.save_territory(&town::territory()).unwrap();
    file.save_ground(&fabric, &stacks, &atoms).unwrap();
    file.save_plan(&town::plan(), &fabric, &atoms).unwrap();
    (folder, path, file)
}
