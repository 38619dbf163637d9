//! 目标项 What a division of a plain graph comes to, term by term: counted from the labels, not by the engine.

use lifang_model::Band;
use serde::Serialize;
use std::collections::BTreeMap;

/// 目标项 The terms of the objective, in its order: what comes first outweighs what follows.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Terms {
    /// Zones outside the band.
    pub out_of_band: u32,
    /// Households by which they are off, in all.
    pub off_band: u64,
    /// Households in compounds that lie in more than one zone; `null` without a `compound` column.
    pub in_divided_compounds: Option<u64>,
    /// Mean over the zones of the root mean square distance of households from their zone's centre, metres; `null`
    /// without positions.
    pub mean_radius_m: Option<f64>,
    /// Borders between zones, metres.
    pub border_m: f64,
    /// Mean distance of the zones' households from the target.
    pub off_target: f64,
}

/// Counts the terms.
pub(super) fn terms(
    loads: &[u32],
    labels: &[u32],
    edges: &[(u32, u32, f64)],
    xy: Option<&[(f64, f64)]>,
    groups: Option<&[i64]>,
    band: Band,
) -> Terms {
    let count = labels.iter().max().map_or(0, |&top| top as usize + 1);
    let mut sum = vec![0u64; count];
    for (&zone, &load) in labels.iter().zip(loads) {
        sum[zone as usize] += u64::from(load);
    }
    let (min, max) = (u64::from(band.min), u64::from(band.max));
    let off = |load: u64| min.saturating_sub(load) + load.saturating_sub(max);
    let mean = |total: f64| if count == 0 { 0.0 } else { total / count as f64 };
    Terms {
        out_of_band: sum.iter().filter(|&&load| off(load) > 0).count() as u32,
        off_band: sum.iter().map(|&load| off(load)).sum(),
        in_divided_compounds: groups.map(|groups| divided(loads, labels, groups)),
        mean_radius_m: xy.map(|xy| mean(radii(loads, labels, xy, count).iter().sum())),
        border_m: edges.iter().filter(|e| labels[e.0 as usize] != labels[e.1 as usize]).map(|e| e.2).sum(),
        off_target: mean(sum.iter().map(|&load| load.abs_diff(u64::from(band.target)) as f64).sum()),
    }
}

fn divided(loads: &[u32], labels: &[u32], groups: &[i64]) -> u64 {
    let mut of: BTreeMap<i64, (u32, bool, u64)> = BTreeMap::new();
    for ((&group, &zone), &load) in groups.iter().zip(labels).zip(loads).filter(|&(_, &load)| load > 0) {
        let entry = of.entry(group).or_insert((zone, false, 0));
        entry.1 |= entry.0 != zone;
        entry.2 += u64::from(load);
    }
    of.values().filter(|entry| entry.1).map(|entry| entry.2).sum()
}

fn radii(loads: &[u32], labels: &[u32], xy: &[(f64, f64)], count: usize) -> Vec<f64> {
    let mut sums = vec![(0.0, 0.0, 0.0); count];
    for ((&zone, &load), &(x, y)) in labels.iter().zip(loads).zip(xy) {
        let (sum, load) = (&mut sums[zone as usize], f64::from(load));
        *sum = (sum.0 + load, sum.1 + load * x, sum.2 + load * y);
    }
    let mut square = vec![0.0; count];
    for ((&zone, &load), &(x, y)) in labels.iter().zip(loads).zip(xy) {
        let sum = sums[zone as usize];
        if sum.0 > 0.0 {
            let (dx, dy) = (x - sum.1 / sum.0, y - sum.2 / sum.0);
            square[zone as usize] += f64::from(load) * (dx * dx + dy * dy);
        }
    }
    square
        .iter()
        .zip(&sums)
        .map(|(&square, sum)| if sum.0 > 0.0 { (square / sum.0).sqrt() } else { 0.0 })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_are_what_one_counts_by_hand() {
        let band = Band { min: 5, target: 6, max: 7 };
        let (loads, labels) = ([3, 3, 0, 4, 5], [0, 0, 0, 1, 1]);
        let edges = [(0, 1, 10.0), (1, 3, 7.0), (2, 3, 2.5), (3, 4, 1.0)];
        let xy = [(0.0, 0.0), (6.0, 0.0), (50.0, 9.0), (0.0, 0.0), (0.0, 0.0)];
        let found = terms(&loads, &labels, &edges, Some(&xy), Some(&[1, 2, 3, 2, 4]), band);
        let wanted = Terms {
            out_of_band: 1,
            off_band: 2,
            in_divided_compounds: Some(7),
            mean_radius_m: Some(1.5),
            border_m: 9.5,
            off_target: 1.5,
        };
        assert_eq!(found, wanted);
        assert_eq!(terms(&loads, &labels, &edges, None, None, band).mean_radius_m, None);
    }
}
