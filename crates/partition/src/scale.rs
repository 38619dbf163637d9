//! 单位 The unit loads are counted in: the largest that divides them all, so that tables stay short.

use crate::error::PartitionError;
use crate::sums::Sums;
use lifang_model::{Band, Load};

/// Longest table of loads the engine works with; beyond it, loads are rounded.
pub(crate) const LONGEST: u64 = 4000;

/// 计量单位 How many milli-units one unit of the engine is.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) struct Scale {
    unit: u64,
    exact: bool,
}

impl Scale {
    /// A unit for loads in milli-units and the bands they are measured by.
    ///
    /// # Errors
    /// [`PartitionError::Band`] for an empty band, [`PartitionError::TooMuch`] for more load than 32 bits count.
    pub fn new(loads: &[u64], bands: &[(&str, Band)]) -> Result<Self, PartitionError> {
        let mut top = 1;
        for &(level, band) in bands {
            if band.min == 0 || band.target < band.min || band.max < band.target {
                let Band { min, target, max } = band;
                return Err(PartitionError::Band { level: level.to_owned(), min, target, max });
            }
            top = top.max(Load::units(band.max).0);
        }
        let mut unit = loads.iter().fold(0, |unit, &load| gcd(unit, load));
        if unit == 0 {
            unit = 1000;
        }
        // Every band must hold at least one multiple of the unit, or no load would be allowed at all.
        for &(_, band) in bands {
            let (min, max) = (Load::units(band.min).0, Load::units(band.max).0);
            if min.div_ceil(unit) > max / unit {
                unit = gcd(unit, min);
            }
        }
        let exact = top / unit <= LONGEST;
        if !exact {
            unit = top.div_ceil(LONGEST);
        }
        let total = loads.iter().fold(0u64, |sum, &load| sum.saturating_add(load)) / unit;
        if total > u64::from(u32::MAX / 4) {
            return Err(PartitionError::TooMuch(total));
        }
        Ok(Self { unit, exact })
    }

    /// Loads in the engine's unit.
    pub fn loads(&self, loads: &[u64]) -> Vec<u32> {
        loads.iter().map(|&load| self.one(load)).collect()
    }

    /// One load in the engine's unit.
    pub fn one(&self, load: u64) -> u32 {
        ((load + self.unit / 2) / self.unit).min(u64::from(u32::MAX / 4)) as u32
    }

    /// The ends of a band in the engine's unit: the loads that lie inside it.
    pub fn ends(&self, band: Band) -> (u32, u32) {
        let min = Load::units(band.min).0.div_ceil(self.unit) as u32;
        let max = (Load::units(band.max).0 / self.unit) as u32;
        (min, max)
    }

    /// The allowed loads of a band.
    pub fn band(&self, band: Band, balance: u32) -> Sums {
        let (min, max) = self.ends(band);
        Sums::band(min, self.target(band), max, balance as f32)
    }

    /// The load aimed at.
    pub fn target(&self, band: Band) -> u32 {
        self.one(Load::units(band.target).0).max(1)
    }

    /// What the planner should know.
    pub fn notes(&self) -> Vec<String> {
        if self.exact {
            return Vec::new();
        }
        vec![format!(
            "loads were rounded to {:.3} households, because they have no larger common unit",
            self.unit as f64 / 1000.0
        )]
    }
}

fn gcd(mut a: u64, mut b: u64) -> u64 {
    while b > 0 {
        (a, b) = (b, a % b);
    }
    a
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_unit_is_the_largest_that_divides_all_loads() {
        let band = Band { min: 90, target: 95, max: 100 };
        let scale = Scale::new(&[24_000, 36_000, 0], &[("m", band)]).unwrap();
        assert_eq!((scale.loads(&[24_000, 36_000]), scale.ends(band)), (vec![2, 3], (8, 8)));
        let narrow = Band { min: 5, target: 6, max: 7 };
        let scale = Scale::new(&[8000, 4000], &[("m", narrow)]).unwrap();
        assert_eq!(scale.ends(narrow), (5, 7), "no multiple of 4 lies in 5..=7: the unit gives way");
        let rounded = Scale::new(&[1, 24_000], &[("m", band)]).unwrap();
        assert_eq!(rounded.ends(band).1, 4000);
        assert!(!rounded.notes().is_empty());
        assert!(Scale::new(&[1], &[("m", Band { min: 0, target: 1, max: 2 })]).is_err());
    }
}
