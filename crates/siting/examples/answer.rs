//! Solves one siting problem and prints what came out, for the tables of `benches/README.md`.
//!
//!   answer cost.csv clients.csv MODEL P RADIUS SECONDS
//!   answer pmed1.txt - MODEL 0 RADIUS SECONDS      (an OR-Library graph; P of 0 takes the file's own)

#![expect(clippy::print_stdout, reason = "its output is what it is for")]

use lifang_siting::{CostMatrix, Effort, Model, Problem, solve};
use std::error::Error;
use std::time::Instant;

fn table(cost: &str, clients: &str) -> Result<(CostMatrix, Vec<f64>), Box<dyn Error>> {
    let weights = std::fs::read_to_string(clients)?
        .lines()
        .skip(1)
        .map(|line| Ok(line.rsplit(',').next().unwrap_or_default().parse()?))
        .collect::<Result<Vec<f64>, Box<dyn Error>>>()?;
    let mut cells = Vec::new();
    for line in std::fs::read_to_string(cost)?.lines() {
        for cell in line.split(',') {
            cells.push(cell.parse()?);
        }
    }
    Ok((CostMatrix::new(weights.len(), cells.len() / weights.len(), cells)?, weights))
}

/// All pairs of an OR-Library graph by Floyd and Warshall; of parallel edges the last counts.
fn orlib(path: &str) -> Result<(CostMatrix, Vec<f64>, usize), Box<dyn Error>> {
    let numbers: Vec<usize> =
        std::fs::read_to_string(path)?.split_whitespace().map(str::parse).collect::<Result<_, _>>()?;
    let [n, _, sites, edges @ ..] = &numbers[..] else { return Err("no header".into()) };
    let n = *n;
    let mut d = vec![f64::INFINITY; n * n];
    for edge in edges.chunks_exact(3) {
        let (i, j) = (edge[0] - 1, edge[1] - 1);
        (d[i * n + j], d[j * n + i]) = (edge[2] as f64, edge[2] as f64);
    }
    for i in 0..n {
        d[i * n + i] = 0.0;
    }
    for k in 0..n {
        let through = d[k * n..(k + 1) * n].to_vec();
        for i in 0..n {
            let first = d[i * n + k];
            for (cell, rest) in d[i * n..(i + 1) * n].iter_mut().zip(&through) {
                *cell = cell.min(first + rest);
            }
        }
    }
    Ok((CostMatrix::new(n, n, d)?, vec![1.0; n], *sites))
}

fn main() -> Result<(), Box<dyn Error>> {
    let given: Vec<String> = std::env::args().skip(1).collect();
    let [cost, clients, model, sites, radius, seconds] = &given[..] else {
        return Err("see the source".into());
    };
    let (costs, weights, own) = match clients.as_str() {
        "-" => orlib(cost)?,
        clients => table(cost, clients).map(|(costs, weights)| (costs, weights, 0))?,
    };
    let model = Model::from_key(model).ok_or("no such model")?;
    let sites = Some(sites.parse()?).filter(|&sites: &usize| sites > 0).unwrap_or(own);
    let effort = Effort { nodes: u64::MAX, seconds: Some(seconds.parse()?), stop: None };
    let problem = Problem { costs: &costs, weights: &weights, fixed: &[] };
    let began = Instant::now();
    let answer = solve(model, &problem, sites, radius.parse()?, &effort)?;
    println!(
        "{} {}x{} p {sites}: {} bound {} gap {:.4} % proven {} in {:.2} s",
        model.key(),
        costs.clients(),
        costs.candidates(),
        answer.objective,
        answer.bound,
        100.0 * answer.gap,
        answer.proven,
        began.elapsed().as_secs_f64()
    );
    Ok(())
}
