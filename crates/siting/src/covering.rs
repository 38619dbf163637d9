//! 集合覆盖 LSCP: the fewest sites that leave no client beyond the radius (Toregas et al. 1971).

use crate::branch::below;
use crate::instance::Instance;
use crate::problem::check_radius;
use crate::tree::Outcome;
use crate::{Answer, Effort, Problem, SitingError};
use std::time::Instant;

/// 集合覆盖 The fewest sites so that every client some candidate can serve lies within the radius of one. Weights do not
/// matter.
///
/// # Errors
/// [`SitingError`] when the problem is malformed.
pub fn lscp(problem: &Problem<'_>, radius: f64, effort: &Effort<'_>) -> Result<Answer, SitingError> {
    check_radius(radius)?;
    let fixed = problem.check(None)?;
    let costs = problem.costs;
    let (rows, unserved) = rows_within(problem, &fixed, radius);
    let (cover, bound, proven) = set_cover(rows, costs.candidates(), effort);
    let mut sites = fixed.clone();
    sites.extend(cover);
    sites.sort_unstable();
    let objective = sites.len() as f64;
    Ok(Answer::new(sites, objective, (bound + fixed.len()) as f64, proven, unserved))
}

/// The candidates within the radius of each client that no existing site serves, and the clients without any.
pub(crate) fn rows_within(problem: &Problem<'_>, fixed: &[u32], radius: f64) -> (Vec<Vec<u32>>, Vec<u32>) {
    let costs = problem.costs;
    let (mut rows, mut unserved) = (Vec::new(), Vec::new());
    for client in 0..costs.clients() {
        let row = costs.row(client);
        let near: Vec<u32> = (0u32..).zip(row).filter(|&(_, &cost)| cost <= radius).map(|(j, _)| j).collect();
        if near.is_empty() {
            unserved.push(client as u32);
        } else if !fixed.iter().any(|site| near.binary_search(site).is_ok()) {
            rows.push(near);
        }
    }
    (rows, unserved)
}

/// The smallest set of columns that meets every row: columns, a lower bound of their number, and whether it is reached.
fn set_cover(rows: Vec<Vec<u32>>, columns: usize, effort: &Effort<'_>) -> (Vec<u32>, usize, bool) {
    let began = Instant::now();
    let rows = reduced(rows, columns);
    let (mut best, least) = ascend(&rows, columns, effort);
    let mut settled = true;
    while settled && best.len() > least {
        match search(&rows, columns, best.len() - 1, &effort.left(began)) {
            Decision::Cover(fewer) => best = fewer,
            Decision::Impossible => return (best.clone(), best.len(), true),
            Decision::Unsettled => settled = false,
        }
    }
    let proven = best.len() <= least;
    (best, least, proven)
}

/// Whether so many columns can meet every row.
pub(crate) enum Decision {
    /// They can: these, at most so many.
    Cover(Vec<u32>),
    /// They cannot.
    Impossible,
    /// The effort ran out.
    Unsettled,
}

/// Searches `count` columns with no row left unmet, as a p-median in which an unmet row costs 1.
pub(crate) fn decide(rows: &[Vec<u32>], columns: usize, count: usize, effort: &Effort<'_>) -> Decision {
    if rows.is_empty() {
        return Decision::Cover(Vec::new());
    }
    if count == 0 {
        return Decision::Impossible;
    }
    let (cover, least) = ascend(rows, columns, effort);
    if cover.len() <= count {
        return Decision::Cover(cover);
    }
    if least > count {
        return Decision::Impossible;
    }
    search(rows, columns, count, effort)
}

/// Branch and bound for [`decide`].
fn search(rows: &[Vec<u32>], columns: usize, count: usize, effort: &Effort<'_>) -> Decision {
    let cost = |row: usize, column: usize| {
        if rows[row].binary_search(&(column as u32)).is_ok() { 0.0 } else { f64::INFINITY }
    };
    let instance = Instance::new(columns, count.min(columns), &[], vec![1.0; rows.len()], cost);
    let found = below(&instance, 1.0, effort);
    match found {
        Outcome { cost: 0.0, sites, .. } => Decision::Cover(needed(rows, sites)),
        Outcome { proven: true, .. } => Decision::Impossible,
        _ => Decision::Unsettled,
    }
}

/// Leaves out rows met whenever another is, and columns another can always stand for, until nothing changes.
pub(crate) fn reduced(mut rows: Vec<Vec<u32>>, columns: usize) -> Vec<Vec<u32>> {
    loop {
        let before: usize = rows.iter().map(Vec::len).sum();
        rows = without_dominated_rows(rows, columns);
        let by_column = transposed(&rows, columns);
        let stands_for = |a: usize| {
            let Some(&row) = by_column[a].first() else { return false };
            rows[row as usize].iter().any(|&b| {
                let other = &by_column[b as usize];
                let larger = other.len() > by_column[a].len()
                    || (other.len() == by_column[a].len() && (b as usize) < a);
                larger && by_column[a].iter().all(|row| other.binary_search(row).is_ok())
            })
        };
        let gone: Vec<bool> = (0..columns).map(stands_for).collect();
        for row in &mut rows {
            row.retain(|&column| !gone[column as usize]);
        }
        if rows.iter().map(Vec::len).sum::<usize>() == before {
            return rows;
        }
    }
}

fn transposed(rows: &[Vec<u32>], columns: usize) -> Vec<Vec<u32>> {
    let mut by_column: Vec<Vec<u32>> = vec![Vec::new(); columns];
    for (number, row) in (0u32..).zip(rows) {
        for &column in row {
            by_column[column as usize].push(number);
        }
    }
    by_column
}

/// A row that contains another is met whenever that one is.
fn without_dominated_rows(mut rows: Vec<Vec<u32>>, columns: usize) -> Vec<Vec<u32>> {
    rows.sort_by(|a, b| a.len().cmp(&b.len()).then_with(|| a.cmp(b)));
    rows.dedup();
    let mut kept: Vec<Vec<u32>> = Vec::new();
    // Kept rows by their first column, which a row that contains them has too.
    let mut by_first: Vec<Vec<usize>> = vec![Vec::new(); columns];
    for row in rows {
        let inside = |&small: &usize| kept[small].iter().all(|column| row.binary_search(column).is_ok());
        if !row.iter().any(|&column| by_first[column as usize].iter().any(inside)) {
            by_first[row[0] as usize].push(kept.len());
            kept.push(row);
        }
    }
    kept
}

/// The columns of a cover that are needed.
fn needed(rows: &[Vec<u32>], mut cover: Vec<u32>) -> Vec<u32> {
    for place in (0..cover.len()).rev() {
        let without = |row: &Vec<u32>| {
            cover.iter().enumerate().any(|(i, column)| i != place && row.binary_search(column).is_ok())
        };
        if rows.iter().all(without) {
            cover.remove(place);
        }
    }
    cover
}

/// A cover by columns of least cost at some prices of the rows, those that are not needed left out (Beasley 1990).
fn cover_at(rows: &[Vec<u32>], by_column: &[Vec<u32>], price: &[f64]) -> Vec<u32> {
    let mut met = vec![false; rows.len()];
    let mut left = rows.len();
    // What each column still meets: rows and their prices.
    let mut counts: Vec<u32> = by_column.iter().map(|column| column.len() as u32).collect();
    let mut worth: Vec<f64> =
        by_column.iter().map(|column| column.iter().map(|&row| price[row as usize]).sum()).collect();
    let mut chosen: Vec<u32> = Vec::new();
    while left > 0 {
        let score = |column: usize| {
            let (count, cost) = (f64::from(counts[column]), 1.0 - worth[column]);
            if cost > 0.0 { cost / count } else { cost * count }
        };
        let open = (0..by_column.len()).filter(|&column| counts[column] > 0);
        let Some(column) = open.reduce(|a, b| if score(b) < score(a) { b } else { a }) else { break };
        chosen.push(column as u32);
        for &row in &by_column[column] {
            if !std::mem::replace(&mut met[row as usize], true) {
                left -= 1;
                for &column in &rows[row as usize] {
                    counts[column as usize] -= 1;
                    worth[column as usize] -= price[row as usize];
                }
            }
        }
    }
    needed(rows, chosen)
}

/// A cover and a lower bound of the columns any cover needs: prices of rows at which no column is worth more than 1,
/// raised by subgradient steps along averaged directions (Barahona & Anbil 2000), with a cover tried at the prices met
/// on the way.
fn ascend(rows: &[Vec<u32>], columns: usize, effort: &Effort<'_>) -> (Vec<u32>, usize) {
    let by_column = transposed(rows, columns);
    let mut price: Vec<f64> = vec![0.0; rows.len()];
    let mut load = vec![0.0f64; columns];
    let mut cover = cover_at(rows, &by_column, &price);
    // Dual ascent: each row, those with fewest columns first as they are sorted, takes what its columns have left.
    for (price, row) in price.iter_mut().zip(rows) {
        let slack = row.iter().map(|&column| 1.0 - load[column as usize]).fold(1.0, f64::min);
        *price = slack.max(0.0);
        for &column in row {
            load[column as usize] += *price;
        }
    }
    let mut best = price.iter().sum::<f64>();
    let (mut scale, mut idle) = (1.0, 0);
    let mut direction = vec![0.0f64; rows.len()];
    let whole = |bound: f64| (bound - 1e-6).ceil().max(0.0) as usize;
    for step in 0..2_000 {
        if whole(best) >= cover.len() || scale < 1e-3 || (step % 16 == 0 && effort.stopped()) {
            break;
        }
        load.fill(0.0);
        for (price, row) in price.iter().zip(rows) {
            for &column in row {
                load[column as usize] += price;
            }
        }
        let excess: f64 = load.iter().map(|load| (load - 1.0).max(0.0)).sum();
        let bound = price.iter().sum::<f64>() - excess;
        idle += 1;
        if bound > best {
            if bound > best + 1e-4 {
                idle = 0;
            }
            best = bound;
        }
        if step % 8 == 0 {
            let tried = cover_at(rows, &by_column, &price);
            if tried.len() < cover.len() {
                cover = tried;
            }
        }
        if idle == 20 {
            (scale, idle) = (scale * 0.7, 0);
        }
        let open = |row: &Vec<u32>| row.iter().filter(|&&column| load[column as usize] > 1.0).count();
        for (direction, row) in direction.iter_mut().zip(rows) {
            *direction = 0.7 * *direction + 0.3 * (1.0 - open(row) as f64);
        }
        let square: f64 = direction.iter().map(|d| d * d).sum();
        if square == 0.0 {
            break;
        }
        let length = scale * (cover.len() as f64 - bound).max(0.01) / square;
        for (price, direction) in price.iter_mut().zip(&direction) {
            *price = (*price + length * direction).max(0.0);
        }
    }
    (cover, whole(best))
}
