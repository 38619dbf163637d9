//! Partitions the sample community (`town SEED BUILDINGS PRESET`) and prints what came of it.
#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "a command for people who measure")]

use lifang_model::Silent;
use lifang_partition::{Effort, Request, atoms, propose, stack_parts};
use lifang_samples::{SampleOptions, taipingjie};
use std::time::Instant;

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let number = |i: usize| args.get(i).and_then(|text| text.parse::<u64>().ok());
    let buildings = number(2).filter(|&n| n > 0).map(|n| n as u32);
    let territory = taipingjie(&SampleOptions { seed: number(1).unwrap_or(1), buildings }).unwrap();
    let preset = args.get(3).map_or("taipingjie", String::as_str);
    let path = format!("{}/../../data/presets/{preset}.toml", env!("CARGO_MANIFEST_DIR"));
    let rules = toml::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let began = Instant::now();
    let stacks = stack_parts(&territory.buildings, &rules);
    let fabric = lifang_fabric::build(&territory, &stacks, &Silent).unwrap();
    println!("fabric: {} cells in {:.2} s", fabric.cells.len(), began.elapsed().as_secs_f64());
    let began = Instant::now();
    let cells = atoms(&territory, &fabric, &stacks).unwrap();
    println!("atoms: {} in {:.2} s", cells.len(), began.elapsed().as_secs_f64());
    let request = Request {
        atoms: &cells,
        links: &fabric.links,
        walks: None,
        compounds: &territory.compounds,
        rules: &rules,
        territory_code: &territory.code,
        fabric_hash: &fabric.hash,
        name: &territory.name,
        seed: 1,
        effort: Effort::default(),
    };
    let found = propose(&request, &Silent).unwrap();
    println!("{:#?}", found.stats);
    for certificate in found.certificates.iter().take(12) {
        println!("{certificate:?}");
    }
    for level in &found.plan.levels {
        let split = |of: &dyn Fn(usize) -> Option<(u32, u16)>| {
            let mut zones = std::collections::BTreeMap::<_, std::collections::BTreeSet<_>>::new();
            for (i, z) in level.assignment.iter().enumerate() {
                if let Some(group) = of(i) {
                    zones.entry(group).or_default().insert(*z);
                }
            }
            (zones.values().filter(|z| z.len() > 1).count(), zones.len())
        };
        let buildings = split(&|i| cells[i].building.map(|b| (b.0, 0)));
        let units = split(&|i| cells[i].building.map(|b| (b.0, cells[i].unit)));
        println!("{}: divided buildings {buildings:?}, units {units:?}", level.key);
    }
}
