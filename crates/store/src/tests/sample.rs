//! The sample community, with a real plan over real ground.

use super::place;
use crate::PlanFile;
use lifang_model::{Rules, Silent};

#[test]
fn a_whole_community_with_its_plan_comes_back_equal_and_gdal_reads_it() {
    let rules = format!("{}/../../data/presets/taipingjie.toml", env!("CARGO_MANIFEST_DIR"));
    let rules: Rules = toml::from_str(&std::fs::read_to_string(rules).unwrap()).unwrap();
    let territory = lifang_samples::taipingjie(&lifang_samples::SampleOptions::default()).unwrap();
    let stacks = lifang_partition::stack_parts(&territory.buildings, &rules);
    let fabric = lifang_fabric::build(&territory, &stacks, &Silent).unwrap();
    let atoms = lifang_partition::atoms(&territory, &fabric, &stacks).unwrap();
    let request = lifang_partition::Request {
        atoms: &atoms,
        links: &fabric.links,
        walks: None,
        compounds: &territory.compounds,
        rules: &rules,
        territory_code: &territory.code,
        fabric_hash: &fabric.hash,
        name: "方案",
        seed: 1,
        effort: lifang_partition::Effort { moves: Some(2000), seconds: None },
    };
    let plan = lifang_partition::propose(&request, &Silent).unwrap().plan;

    let (_folder, path) = place();
    let mut file = PlanFile::create(&path).unwrap();
    file.save_territory(&territory).unwrap();
    file.save_ground(&fabric, &stacks, &atoms).unwrap();
    file.save_plan(&plan, &fabric, &atoms).unwrap();
    drop(file);
    let file = PlanFile::open(&path).unwrap();
    assert!(file.territory().unwrap() == territory);
    assert!(file.ground().unwrap() == Some((fabric, stacks, atoms)));
    assert!(file.plan().unwrap() == Some(plan));
    file.check().unwrap();

    let Ok(output) = std::process::Command::new("ogrinfo").args(["-ro", "-al", "-so"]).arg(&path).output()
    else {
        return eprintln!("skipped: ogrinfo is not installed");
    };
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}
