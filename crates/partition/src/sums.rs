//! 允许值 Which loads a zone may have, and what the others cost.
//!
//! A finest zone may have any load in its band. A coarser zone must also be divisible into zones of the next level:
//! with micro-grids of 90-100 that leaves {90..=100, 180..=200, 270..=300, 360..=400, ...}, and 301..=359 is a dead end.

/// Cost of a zone being outside its band at all.
pub(crate) const MISS: f32 = 100.0;
/// Cost of being a whole target away from the nearest allowed load, on top of [`MISS`]. More than [`MISS`], so that it
/// never pays to hide two atoms that are too large for any zone in one.
pub(crate) const FAR: f32 = 110.0;

/// Cost of a coarse load that leaves the finer zones no room at all.
const TIGHT: f32 = 10.0;
/// [`FAR`] while repairing: less than [`MISS`], so that misses can meet and cancel each other.
const FAR_EASED: f32 = 50.0;
/// Cost of a load twice the mean while loads are levelled; one 5 % off costs 1.
const LEVEL: f32 = 400.0;
/// Means up to which loads are told apart while they are levelled.
pub(crate) const LEVEL_REACH: u64 = 3;
/// How far beyond the band, in targets, eased costs reach, and what each further target costs on top.
const EASED_REACH: f32 = 0.6;
/// See [`EASED_REACH`].
const STEEP: f32 = 200.0;

/// 允许值集合 A set of allowed loads up to `upper`, with the cost of every load.
#[derive(Clone, Debug)]
pub(crate) struct Sums {
    upper: u32,
    cost: Vec<f32>,
    allowed: Vec<bool>,
    slope: f32,
    beyond: f32,
    steep: f32,
    reach: f32,
}

impl Sums {
    /// All loads in `min..=max`; `balance` is the cost of being at the end of the band instead of at the target.
    pub fn band(min: u32, target: u32, max: u32, balance: f32) -> Self {
        let allowed = (0..=max).map(|load| load >= min).collect();
        Self::set(allowed, target, balance, max.saturating_sub(min).max(1))
    }

    /// The loads of `allowed`; at least one must be true. `width` is what balance is measured in.
    pub fn set(allowed: Vec<bool>, target: u32, balance: f32, width: u32) -> Self {
        let upper = allowed.len().saturating_sub(1) as u32;
        let scale = FAR / target.max(1) as f32;
        let distance = distances(&allowed);
        let half = (width as f32 / 2.0).max(1.0);
        let cost = (0..=upper)
            .map(|load| {
                let off = (load as f32 - target as f32) / half;
                let balance = balance * (off * off).min(16.0);
                match distance[load as usize] {
                    0 => balance,
                    far => MISS + far as f32 * scale + balance,
                }
            })
            .collect();
        let top = allowed.iter().rposition(|&yes| yes).unwrap_or(0) as u32;
        let off = (upper as f32 - target as f32) / half;
        let beyond = MISS + (upper - top) as f32 * scale + balance * (off * off).min(16.0);
        let reach = EASED_REACH * target.max(1) as f32;
        Self { upper, cost, allowed, slope: scale, beyond, steep: 0.0, reach }
    }

    /// The loads of `min..=max` that zones of a finer level add up to, `finer` being the loads those may have.
    ///
    /// Loads near the end of what so many finer zones can take are allowed but dear: 300 is three zones of 90-100, but
    /// only if every single one gets exactly 100. `None` if no load is left.
    pub fn nested(finer: &Self, min: u32, target: u32, max: u32, balance: f32) -> Option<Self> {
        let mut allowed = sums_of(&finer.allowed, max as usize);
        allowed[..min as usize].fill(false);
        if !allowed.iter().any(|&yes| yes) {
            return None;
        }
        let mut sums = Self::set(allowed, target, balance, max - min);
        let low = finer.allowed.iter().position(|&yes| yes).unwrap_or(0) as u64;
        let high = u64::from(finer.upper);
        for (load, cost) in sums.cost.iter_mut().enumerate().filter(|(load, _)| sums.allowed[*load]) {
            let load = load as u64;
            let fewest = load.div_ceil(high.max(1));
            let most = load / low.max(1);
            let ease = (fewest..=most).map(|k| (load - k * low).min(k * high - load) as f32 / k as f32);
            let room = (high - low) as f32 / 2.0;
            let tight = 1.0 - ease.fold(0.0, f32::max) / room.max(1.0);
            *cost += TIGHT * tight.max(0.0) * tight.max(0.0);
        }
        Some(sums)
    }

    /// Any load up to [`LEVEL_REACH`] times the mean, at a price that grows with the square of the distance from it.
    pub fn level(mean: f32) -> Self {
        let mean = mean.max(1.0);
        let upper = (LEVEL_REACH as f32 * mean).ceil() as u32;
        let price = |load: f32| LEVEL * ((load - mean) / mean) * ((load - mean) / mean);
        let slope = 2.0 * LEVEL * (upper as f32 - mean) / (mean * mean);
        Self {
            upper,
            cost: (0..=upper).map(|load| price(load as f32)).collect(),
            allowed: vec![true; upper as usize + 1],
            slope,
            beyond: price(upper as f32) + slope,
            steep: 0.0,
            reach: 0.0,
        }
    }

    /// The same loads, with costs that let zones out of band merge and move: being off counts less than being a zone
    /// more out of band. Zones far beyond the band stay dear, or everything unsolved would flow into one.
    pub fn eased(&self) -> Self {
        let mut eased = self.clone();
        let factor = FAR_EASED / FAR;
        for (cost, far) in eased.cost.iter_mut().zip(distances(&self.allowed)) {
            *cost -= far as f32 * self.slope * (1.0 - factor);
        }
        let top = self.allowed.iter().rposition(|&yes| yes).unwrap_or(0) as u32;
        eased.beyond -= (self.upper - top) as f32 * self.slope * (1.0 - factor);
        eased.steep = self.slope * STEEP / FAR;
        eased.slope = self.slope * factor;
        eased
    }

    /// Highest load with a table entry.
    pub fn upper(&self) -> u32 {
        self.upper
    }

    /// The lowest load a zone may have.
    pub fn lowest(&self) -> u64 {
        self.allowed.iter().position(|&yes| yes).unwrap_or(0) as u64
    }

    /// Whether a zone may have each load up to [`Self::upper`].
    pub fn allowed(&self) -> &[bool] {
        &self.allowed
    }

    /// Cost of each load up to [`Self::upper`].
    pub fn table(&self) -> &[f32] {
        &self.cost
    }

    /// Cost of one more unit beyond the upper end.
    pub fn slope(&self) -> f32 {
        self.slope
    }

    /// Cost of being beyond the upper end, the first unit excluded.
    pub fn beyond(&self) -> f32 {
        self.beyond
    }

    /// Cost of a zone with this load.
    pub fn cost(&self, load: u64) -> f32 {
        match self.cost.get(load as usize) {
            Some(&cost) => cost,
            None => {
                let over = (load - u64::from(self.upper)) as f32;
                self.beyond + over * self.slope + (over - self.reach).max(0.0) * self.steep
            }
        }
    }

    /// Whether a zone may have this load.
    pub fn holds(&self, load: u64) -> bool {
        self.allowed.get(load as usize).copied().unwrap_or(false)
    }

    /// Whether some number of zones with allowed loads adds up to `load`.
    pub fn can_tile(&self, load: u64) -> bool {
        let Some(lowest) = self.allowed.iter().position(|&yes| yes).map(|l| l as u64) else { return false };
        if load == 0 || load < lowest {
            return false;
        }
        // Whatever can be tiled can be tiled with one more zone of the largest allowed load, and the least load that
        // can be tiled in each class modulo that load lies below `top * lowest` (the Apery set of the semigroup).
        let top = self.allowed.iter().rposition(|&yes| yes).map_or(lowest, |l| l as u64);
        let bound = top * (lowest + 1);
        let reach = if load > bound { load - (load - bound).div_ceil(top) * top } else { load } as usize;
        sums_of(&self.allowed, reach)[reach]
    }
}

/// For each load up to `reach`, whether one or more allowed loads add up to it.
pub(crate) fn sums_of(allowed: &[bool], reach: usize) -> Vec<bool> {
    let steps: Vec<usize> = (1..allowed.len()).filter(|&load| allowed[load]).collect();
    let mut sums = vec![false; reach + 1];
    sums[0] = true;
    for load in 1..=reach {
        sums[load] = steps.iter().take_while(|&&step| step <= load).any(|&step| sums[load - step]);
    }
    sums[0] = false;
    sums
}

/// Distance of every index to the nearest true one.
fn distances(allowed: &[bool]) -> Vec<u32> {
    let mut far = vec![u32::MAX / 2; allowed.len()];
    let mut last = u32::MAX / 2;
    for (i, &yes) in allowed.iter().enumerate() {
        last = if yes { 0 } else { last.saturating_add(1).min(u32::MAX / 2) };
        far[i] = last;
    }
    last = u32::MAX / 2;
    for (i, &yes) in allowed.iter().enumerate().rev() {
        last = if yes { 0 } else { last.saturating_add(1).min(u32::MAX / 2) };
        far[i] = far[i].min(last);
    }
    far
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grid_of_micro_grids_skips_the_dead_ends() {
        let micro = Sums::band(90, 95, 100, 0.0);
        let grid = sums_of(&micro.allowed, 500);
        let runs: Vec<usize> = (1..=500).filter(|&s| grid[s] != grid[s - 1]).collect();
        assert_eq!(runs, [90, 101, 180, 201, 270, 301, 360, 401, 450]);
        assert!(micro.can_tile(4_000_000) && micro.can_tile(810) && !micro.can_tile(301));
    }

    #[test]
    fn a_load_costs_more_the_further_it_is_from_the_band() {
        let sums = Sums::band(90, 95, 100, 0.1);
        assert!(sums.cost(95) < sums.cost(90) && sums.cost(90) < 1.0);
        assert!(sums.cost(89) > MISS && sums.cost(60) > sums.cost(89));
        assert!(sums.cost(101) > MISS && sums.cost(200) > sums.cost(101));
        assert!((sums.cost(101) - sums.cost(100) - MISS - sums.slope()).abs() < 1e-3);
    }
}
