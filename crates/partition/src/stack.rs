//! 楼栋分解 Which buildings are divided into stairwell units and floors, and what each part holds.
//!
//! Buildings are divided in the order in which it hurts least: by stairwell unit (单元) first, then, if the rules allow
//! and a unit is still large, into single floors. The solver sees the parts as atoms and is charged for separating
//! them, so that a building is offered in parts, not cut for the sake of it.
//!
//! # Estimates
//! Unknown stairwells: one for every four homes a floor; in a slab (twice as long as deep) one for every 24 homes, the
//! 20-30 a central household looks after, as far as its length leaves 10 m to each; but a building that holds more than
//! the smallest zone counts as one stack of floors. Unknown floors: as many as give four homes a floor and stairwell, at
//! most 33. All are guesses for the lack of data (certainty C); with data they are never used.

use lifang_model::{
    AtomRules, Building, BuildingIdx, BuildingUse, Demand, FloorBand, Load, Point, Rules, StackPart,
};

/// Homes a floor and stairwell when nobody says.
const HOMES_A_FLOOR: u32 = 4;
/// Homes of one stairwell of a slab when nobody says.
const HOMES_A_STAIRWELL: u32 = 24;
/// Least length of a slab served by one stairwell, metres.
const STAIRWELL_M: f64 = 10.0;
/// Length over depth from which a building is a slab.
const SLAB: f64 = 2.0;
/// Floors of the tallest building anybody is assumed to have left unsaid.
const TALLEST: u32 = 33;

/// 楼栋分解 The parts of every building whose load exceeds `rules.atoms.split_above`, in the order of buildings, units
/// and floors. Buildings that stay whole are not listed.
///
/// The counts of a building's parts add up exactly to its own. Homes are spread evenly over units and floors by largest
/// remainder, people follow homes; shops stand on the ground floor unless that alone would be too much for one part.
#[must_use]
pub fn stack_parts(buildings: &[Building], rules: &Rules) -> Vec<StackPart> {
    let Some(split_above) = rules.atoms.split_above else { return Vec::new() };
    let limit = Load::units(split_above);
    let mut parts = Vec::new();
    for (row, building) in buildings.iter().enumerate() {
        if rules.load(&building.demand) > limit && building.use_ != BuildingUse::Ancillary {
            divide(BuildingIdx::of(row), building, rules, rules.atoms, limit, &mut parts);
        }
    }
    parts
}

fn divide(
    idx: BuildingIdx,
    building: &Building,
    rules: &Rules,
    atoms: AtomRules,
    limit: Load,
    parts: &mut Vec<StackPart>,
) {
    let demand = building.demand;
    // What a part must hold at least one of: homes, or shops where nobody lives.
    let things = if demand.households > 0 { demand.households } else { demand.merchants };
    let homes = building.use_ == BuildingUse::Residential || building.use_ == BuildingUse::Mixed;
    let units = match (building.units, building.levels) {
        (Some(units), _) if units > 0 => u32::from(units),
        (_, Some(levels)) if levels > 0 && homes => things.div_ceil(u32::from(levels) * HOMES_A_FLOOR),
        _ if homes => things.div_ceil(TALLEST.min(18) * HOMES_A_FLOOR),
        _ => 1,
    };
    let smallest = rules.finest().and_then(|level| level.band).map_or(limit, |band| Load::units(band.min));
    let units = match building.units {
        Some(units) if units > 0 => u32::from(units),
        // One stack of floors leaves more ways to cut a large building than stairwells of half a zone each.
        _ if homes && atoms.by_floor && rules.load(&demand) > smallest => 1,
        _ if homes => units.max(stairwells(building).min(things.div_ceil(HOMES_A_STAIRWELL))),
        _ => units,
    };
    let units = units.clamp(1, things.clamp(1, u32::from(u16::MAX)));
    let levels = match building.levels {
        Some(levels) if levels > 0 => u32::from(levels),
        _ => things.div_ceil(units * HOMES_A_FLOOR).clamp(1, TALLEST),
    };
    let in_units = apportion(things, &vec![1; units as usize]);
    // Upper floors touch nothing but the stairwell, so they can only be a zone by themselves: a unit is offered by floors
    // only if it holds more than the smallest zone.
    let share = Load(rules.load(&demand).0 / u64::from(units));
    let by_floor = atoms.by_floor && levels > 1 && share > smallest;
    if units == 1 && !by_floor {
        return;
    }
    let floors: Vec<u32> =
        in_units.iter().map(|&n| if by_floor { levels.min(n.max(1)) } else { 1 }).collect();
    let in_floors: Vec<Vec<u32>> =
        in_units.iter().zip(&floors).map(|(&n, &f)| apportion(n, &vec![1; f as usize])).collect();
    let flat: Vec<u32> = in_floors.iter().flatten().copied().collect();
    let ground: Vec<u32> = floors.iter().flat_map(|&f| (0..f).map(|i| u32::from(i == 0))).collect();
    let a_shop = rules.load(&Demand { merchants: 1, ..Demand::default() }).0;
    let shops_fit = a_shop * u64::from(demand.merchants.div_ceil(units)) <= limit.0;
    let spread = |total: u32| apportion(total, &flat);
    let households = if demand.households > 0 { flat.clone() } else { vec![0; flat.len()] };
    let merchants =
        if homes && shops_fit { apportion(demand.merchants, &ground) } else { spread(demand.merchants) };
    let persons = spread(demand.persons);
    let elders = apportion(demand.elders, &persons);
    let children = apportion(demand.children, &persons);
    let day_persons = if demand.merchants > 0 {
        apportion(demand.day_persons, &merchants)
    } else {
        spread(demand.day_persons)
    };
    let mut at = 0;
    for (unit, &count) in floors.iter().enumerate() {
        // Fewer parts than floors when there are fewer homes than floors: then some parts take several floors.
        let heights = apportion(levels, &vec![1; count as usize]);
        let mut low = 1;
        for height in heights {
            let high = low + height - 1;
            let band = FloorBand {
                low: low.min(u32::from(u16::MAX)) as u16,
                high: high.min(u32::from(u16::MAX)) as u16,
            };
            parts.push(StackPart {
                building: idx,
                unit: (unit + 1) as u16,
                floors: (by_floor && count > 1).then_some(band),
                demand: Demand {
                    households: households[at],
                    persons: persons[at],
                    merchants: merchants[at],
                    elders: elders[at],
                    children: children[at],
                    day_persons: day_persons[at],
                },
            });
            low = high + 1;
            at += 1;
        }
    }
}

/// Most stairwells the outline has room for: one, or those of a slab of this length.
fn stairwells(building: &Building) -> u32 {
    let edges = || building.outline.iter().flat_map(|polygon| polygon.outer.edges());
    let middle = |(p, q): (Point, Point)| {
        let ((px, py), (qx, qy)) = (p.metres(), q.metres());
        ((px + qx) / 2.0, (py + qy) / 2.0, (px - qx).hypot(py - qy))
    };
    let (mut weight, mut x, mut y) = (0.0, 0.0, 0.0);
    for (mx, my, length) in edges().map(middle) {
        weight += length;
        x += mx * length;
        y += my * length;
    }
    if weight <= 0.0 {
        return 1;
    }
    (x, y) = (x / weight, y / weight);
    // The main axis is that of the outline's second moments.
    let (mut xx, mut xy, mut yy) = (0.0, 0.0, 0.0);
    for (mx, my, length) in edges().map(middle) {
        xx += length * (mx - x) * (mx - x);
        xy += length * (mx - x) * (my - y);
        yy += length * (my - y) * (my - y);
    }
    let (sin, cos) = (0.5 * (2.0 * xy).atan2(xx - yy)).sin_cos();
    let extent = |ux: f64, uy: f64| {
        let at = edges().map(|(p, _)| p.metres().0 * ux + p.metres().1 * uy);
        let (low, high) = at.fold((f64::MAX, f64::MIN), |(low, high), at| (low.min(at), high.max(at)));
        high - low
    };
    let (length, depth) = (extent(cos, sin), extent(-sin, cos));
    if length < SLAB * depth { 1 } else { (length / STAIRWELL_M).clamp(1.0, 1000.0) as u32 }
}

/// Divides a whole number in proportion to weights so that the parts add up exactly: the method of largest remainders,
/// ties to the earlier part. All weights 0 count as equal.
pub(crate) fn apportion(total: u32, weights: &[u32]) -> Vec<u32> {
    let sum: u64 = weights.iter().map(|&w| u64::from(w)).sum();
    if sum == 0 {
        return if weights.is_empty() { Vec::new() } else { apportion(total, &vec![1; weights.len()]) };
    }
    let scaled: Vec<u64> = weights.iter().map(|&w| u64::from(total) * u64::from(w)).collect();
    let mut parts: Vec<u32> = scaled.iter().map(|&s| (s / sum) as u32).collect();
    let rest = total - parts.iter().sum::<u32>();
    let mut order: Vec<usize> = (0..parts.len()).collect();
    order.sort_by_key(|&i| (std::cmp::Reverse(scaled[i] % sum), i));
    for &i in order.iter().take(rest as usize) {
        parts[i] += 1;
    }
    parts
}

#[cfg(test)]
mod tests;
