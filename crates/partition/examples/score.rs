//! Partitions a plain case (`atoms.csv`: id,x,y,...,households; `adjacency.csv`: a,b,shared_m) with the seeds 1 to SEEDS
//! and prints figures: `score CASE_FOLDER SEEDS [MOVES [LABELS [ZONES]]]`. `-` for MOVES is the usual number.
#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "a command for people who measure")]

use lifang_model::{Band, Silent};
use lifang_partition::{Effort, GraphRequest, partition_graph};

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let rows = |name: &str| -> Vec<Vec<String>> {
        let text = std::fs::read_to_string(format!("{}/{name}", args[1])).unwrap();
        text.lines().skip(1).map(|l| l.split(',').map(str::to_owned).collect()).collect()
    };
    let atoms = rows("atoms.csv");
    let text = std::fs::read_to_string(format!("{}/atoms.csv", args[1])).unwrap();
    let load = text.lines().next().unwrap().split(',').position(|name| name == "households").unwrap();
    let loads: Vec<u32> = atoms.iter().map(|r| r[load].parse().unwrap()).collect();
    let xy: Vec<(f64, f64)> = atoms.iter().map(|r| (r[1].parse().unwrap(), r[2].parse().unwrap())).collect();
    let edges: Vec<(u32, u32, f64)> = rows("adjacency.csv")
        .iter()
        .map(|r| (r[0].parse().unwrap(), r[1].parse().unwrap(), r[2].parse().unwrap()))
        .collect();
    let band = Band { min: 90, target: 95, max: 100 };
    let moves = args.get(3).and_then(|m| m.parse().ok());
    for seed in 1..=args.get(2).map_or(3, |s| s.parse().unwrap()) {
        let request = GraphRequest {
            loads: &loads,
            edges: &edges,
            xy: Some(&xy),
            groups: None,
            band,
            zones: std::env::args().nth(5).and_then(|k| k.parse().ok()),
            seed,
            effort: Effort { moves, seconds: None },
        };
        let began = std::time::Instant::now();
        let found = partition_graph(&request, &Silent).unwrap();
        if let Some(path) = args.get(4) {
            let rows: String = found.labels.iter().enumerate().map(|(i, z)| format!("{i},{z}\n")).collect();
            std::fs::write(format!("{path}.{seed}.csv"), format!("id,part\n{rows}")).unwrap();
        }
        let cut = edges.iter().filter(|e| found.labels[e.0 as usize] != found.labels[e.1 as usize]).count();
        println!(
            "seed {seed}: {} of {} in band = {:.1} %, bound {}, {} moves, {:.2} s, cut {:.1} %",
            found.in_band,
            found.zones,
            100.0 * f64::from(found.in_band) / f64::from(found.zones),
            found.stats.levels[0].unavoidable,
            found.stats.stages[0].moves,
            began.elapsed().as_secs_f64(),
            100.0 * cut as f64 / edges.len() as f64
        );
    }
}
