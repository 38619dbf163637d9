//! 分组 Whether a few atoms can be grouped inside a band at all, tried exhaustively.

use crate::sheet::Sheet;
use lifang_model::{Band, Load, Relaxation};

/// Most atoms with load that are tried: 3^12 subsets of subsets.
const MOST: usize = 12;

/// Whether some grouping of the atoms, touching or not, is in the band throughout; also true where they are too many
/// to try.
pub(crate) fn possible(sheet: &Sheet<'_>, atoms: &[usize], band: Band) -> bool {
    let loads: Vec<u64> =
        atoms.iter().map(|&atom| sheet.load[atom]).filter(|&load| load > 0).take(MOST + 1).collect();
    loads.len() > MOST || groupable(&loads, band)
}

/// The largest atom, to be divided.
pub(crate) fn finer(sheet: &Sheet<'_>, atoms: &[usize]) -> Option<Relaxation> {
    let largest = atoms.iter().map(|&atom| sheet.load[atom]).max()?;
    Some(Relaxation {
        what: "atoms.split_above".to_owned(),
        to: (largest / 1000).saturating_sub(1).to_string(),
    })
}

fn groupable(loads: &[u64], band: Band) -> bool {
    let full = (1usize << loads.len()) - 1;
    let mut sum = vec![0u64; full + 1];
    for mask in 1..=full {
        sum[mask] = sum[mask & (mask - 1)] + loads[mask.trailing_zeros() as usize];
    }
    let mut possible = vec![false; full + 1];
    possible[0] = true;
    for mask in 1..=full {
        // The group of the first atom: every subset that holds it.
        let first = mask & mask.wrapping_neg();
        let rest = mask ^ first;
        let mut subset = rest;
        loop {
            if band.holds(Load(sum[subset | first])) && possible[rest ^ subset] {
                possible[mask] = true;
                break;
            }
            if subset == 0 {
                break;
            }
            subset = (subset - 1) & rest;
        }
    }
    possible[full]
}

#[cfg(test)]
mod tests {
    use super::groupable;
    use lifang_model::Band;

    #[test]
    fn every_grouping_is_tried() {
        let band = Band { min: 90, target: 95, max: 100 };
        let fits = |loads: &[u64]| groupable(&loads.iter().map(|load| load * 1000).collect::<Vec<_>>(), band);
        assert!(fits(&[50, 45, 60, 35]));
        assert!(!fits(&[70, 70, 70, 70]), "280 can be tiled, but not out of seventies");
        assert!(!fits(&[46]) && fits(&[]));
    }
}
