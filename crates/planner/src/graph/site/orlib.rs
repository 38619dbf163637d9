//! OR-Library p-median files (Beasley 1985): nodes, edges and p, then one edge a line.
//!
//! The costs are the shortest paths over the edges; where the same edge is listed twice, the last line counts, as the
//! library's own notes say.

use super::Given;
use crate::PlannerError;
use lifang_network::PlainGraph;
use lifang_siting::CostMatrix;
use std::collections::BTreeMap;
use std::path::Path;

/// Most nodes a file may have: a table of 10,000 by 10,000 costs.
const NODES_MAX: usize = 10_000;

pub(super) fn read(path: &Path) -> Result<Given, PlannerError> {
    let text = std::fs::read_to_string(path).map_err(|source| PlannerError::Io {
        path: path.to_owned(),
        source,
        action: "Give a p-median file of the OR-Library",
    })?;
    let fault = |line: usize, cause: String, action: &str| PlannerError::Table {
        file: path.display().to_string(),
        row: line as u64 + 1,
        column: String::new(),
        cause,
        action: action.to_owned(),
    };
    let mut rows = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()).map(|(at, line)| {
        let numbers = line.split_whitespace().map(|word| word.parse::<u32>().ok());
        match numbers.collect::<Option<Vec<u32>>>().as_deref() {
            Some(&[a, b, c]) => Ok((at, [a, b, c])),
            _ => {
                let cause = format!("{:?} is not three whole numbers", line.trim());
                Err(fault(at, cause, "Give a p-median file: `nodes edges p`, then `node node cost` a line"))
            }
        }
    });
    let (_, [nodes, edges, sites]) =
        rows.next().ok_or_else(|| fault(0, "the file is empty".to_owned(), "Give a p-median file"))??;
    let n = nodes as usize;
    if !(1..=NODES_MAX).contains(&n) {
        let cause = format!("{n} nodes");
        return Err(fault(0, cause, &format!("Give a graph of 1 to {NODES_MAX} nodes")));
    }
    let (mut length, mut count) = (BTreeMap::new(), 0);
    for row in rows {
        let (at, [a, b, cost]) = row?;
        if ![a, b].iter().all(|node| (1..=nodes).contains(node)) {
            let cause = format!("edge {a} - {b} names a node that is none of 1 to {nodes}");
            return Err(fault(at, cause, "Mend the line"));
        }
        length.insert((a.min(b) - 1, a.max(b) - 1), f64::from(cost));
        count += 1;
    }
    if count != edges as usize {
        let cause = format!("{count} edges follow a header that says {edges}");
        return Err(fault(0, cause, "Give the whole file"));
    }
    let edges: Vec<(u32, u32, f64)> = length.into_iter().map(|((a, b), cost)| (a, b, cost)).collect();
    let sources: Vec<u32> = (0..nodes).collect();
    let reached = PlainGraph::from_edges(nodes, &edges)?.reach(&sources, f64::MAX)?;
    let mut cells = vec![f64::INFINITY; n * n];
    for (source, found) in reached.iter().enumerate() {
        for &(node, cost) in found {
            cells[source * n + node as usize] = cost;
        }
    }
    Ok(Given {
        costs: CostMatrix::new(n, n, cells)?,
        weights: vec![1.0; n],
        fixed: Vec::new(),
        sites: Some(sites as usize),
    })
}
