//! Files of every version ever released still open. A fixture is written once, when its version is released, and never
//! again: `cargo test -p lifang-store -- --ignored` writes the one of the newest version if it is not there.

use super::{filled, place, town};
use crate::{PlanFile, schema};
use std::io::Read;
use std::path::PathBuf;

fn fixture(version: i64) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("fixtures/v{version}.gpkg.zz"))
}

#[test]
fn a_plan_of_every_version_opens_with_all_its_content() {
    for version in 1..=schema::newest() {
        let packed = std::fs::read(fixture(version)).unwrap();
        let mut bytes = Vec::new();
        flate2::read::ZlibDecoder::new(packed.as_slice()).read_to_end(&mut bytes).unwrap();
        let (_folder, path) = place();
        std::fs::write(&path, bytes).unwrap();
        let file = PlanFile::open(&path).unwrap();
        file.check().unwrap();
        assert_eq!(file.territory().unwrap(), town::territory(), "version {version}");
        assert_eq!(file.ground().unwrap(), Some(town::ground()), "version {version}");
        assert_eq!(file.plan().unwrap(), Some(town::plan()), "version {version}");
    }
}

#[test]
#[ignore = "writes the fixture of a new version"]
fn write_the_fixture_of_the_newest_version_if_there_is_none() {
    let target = fixture(schema::newest());
    if target.exists() {
        return;
    }
    let (_folder, path, file) = filled();
    drop(file);
    let bytes = std::fs::read(path).unwrap();
    let mut packed = Vec::new();
    flate2::read::ZlibEncoder::new(bytes.as_slice(), flate2::Compression::best())
        .read_to_end(&mut packed)
        .unwrap();
    std::fs::create_dir_all(target.parent().unwrap()).unwrap();
    std::fs::write(target, packed).unwrap();
}
