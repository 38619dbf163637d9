//! 楼栋分解 Which buildings are divided into stairwell units and floors, and what each part holds.
//!
//! Buildings are divided in the order in which it hurts least: by stairwell unit (单元) first, then, if the rules allow
//! and whole units cannot make a zone, into bands of whole floors. The solver sees the parts as atoms and is charged for
//! separating them, so that a building is offered in parts, not cut for the sake of it.
//!
//! A unit of which some number would make a zone (four of 24 homes make 96) stays whole. Others are offered in bands of
//! floors that hold no more than the band is wide: adding such bands one by one cannot jump over it.
//!
//! Where homes were counted by stairwell and floor ([`Building::storeys`]) they stay where they were counted; else they are
//! spread evenly.
//!
//! # Estimates
//! Unknown stairwells: one if there are at most four homes a floor (a tower); else as many as leave two homes a floor to
//! each, but no more than one for every 24 homes, the 20-30 a central household looks after. Unknown floors: as many as
//! give four homes a floor and stairwell, at most 33. All are guesses for the lack of data (certainty C); with data they
//! are never used.

mod counted;

use counted::Counted;
use lifang_model::{Building, BuildingIdx, BuildingUse, Demand, FloorBand, Load, Rules, StackPart};

/// Homes a floor up to which a building without further data has one stairwell.
const HOMES_A_FLOOR: u32 = 4;
/// Homes a floor and stairwell of a building with more.
const HOMES_A_SLAB_FLOOR: u32 = 2;
/// Least homes of one stairwell of several when nobody says.
const HOMES_A_STAIRWELL: u32 = 24;
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
            divide(BuildingIdx::of(row), building, rules, limit, &mut parts);
        }
    }
    parts
}

fn divide(idx: BuildingIdx, building: &Building, rules: &Rules, limit: Load, parts: &mut Vec<StackPart>) {
    let demand = building.demand;
    // What a part must hold at least one of: homes, or shops where nobody lives.
    let things = if demand.households > 0 { demand.households } else { demand.merchants };
    let homes = building.use_ == BuildingUse::Residential || building.use_ == BuildingUse::Mixed;
    let units = match building.units {
        Some(units) if units > 0 => u32::from(units),
        _ if homes => stairwells(building, things),
        _ => 1,
    };
    let units = units.clamp(1, things.clamp(1, u32::from(u16::MAX)));
    let levels = match building.levels {
        Some(levels) if levels > 0 => u32::from(levels),
        _ => things.div_ceil(units * HOMES_A_FLOOR).clamp(1, TALLEST),
    };
    let counted = Counted { building, units, levels };
    let known = if demand.households > 0 { counted.of(things, |storey| storey.households) } else { None };
    let floors: Vec<Vec<u32>> = known.unwrap_or_else(|| {
        let even = |homes: u32| apportion(homes, &vec![1; levels as usize]);
        apportion(things, &vec![1; units as usize]).into_iter().map(even).collect()
    });
    let by_floor = rules.atoms.by_floor && levels > 1;
    let bands: Vec<Vec<Storeys>> = floors
        .iter()
        .map(|floors| {
            let own = floors.iter().sum();
            let most = if by_floor { band_things(rules, &demand, things, own, units) } else { None };
            storeys(floors, most)
        })
        .collect();
    if bands.iter().map(Vec::len).sum::<usize>() < 2 {
        return;
    }
    let flat: Vec<u32> = bands.iter().flatten().map(|band| band.things).collect();
    let ground: Vec<u32> = bands.iter().flat_map(|unit| (0..unit.len()).map(|i| u32::from(i == 0))).collect();
    let a_shop = rules.load(&Demand { merchants: 1, ..Demand::default() }).0;
    let shops_fit = a_shop * u64::from(demand.merchants.div_ceil(units)) <= limit.0;
    let spread = |total: u32| apportion(total, &flat);
    let households = if demand.households > 0 { flat.clone() } else { vec![0; flat.len()] };
    let banded = |floors: Vec<Vec<u32>>| -> Vec<u32> {
        let of = |unit: usize, band: &Storeys| -> u32 {
            (band.floors.low..=band.floors.high).map(|floor| floors[unit][usize::from(floor) - 1]).sum()
        };
        bands
            .iter()
            .enumerate()
            .flat_map(|(unit, bands)| bands.iter().map(move |b| (unit, b)))
            .map(|(u, b)| of(u, b))
            .collect()
    };
    let merchants = match counted.of(demand.merchants, |storey| storey.merchants) {
        Some(floors) => banded(floors),
        None if homes && shops_fit => apportion(demand.merchants, &ground),
        None => spread(demand.merchants),
    };
    let persons = match counted.of(demand.persons, |storey| storey.persons) {
        Some(floors) => banded(floors),
        None => spread(demand.persons),
    };
    let elders = apportion(demand.elders, &persons);
    let children = apportion(demand.children, &persons);
    let day_persons = if demand.merchants > 0 {
        apportion(demand.day_persons, &merchants)
    } else {
        spread(demand.day_persons)
    };
    let mut at = 0;
    for (unit, bands) in bands.iter().enumerate() {
        for band in bands {
            parts.push(StackPart {
                building: idx,
                unit: (unit + 1) as u16,
                floors: (bands.len() > 1).then_some(band.floors),
                demand: Demand {
                    households: households[at],
                    persons: persons[at],
                    merchants: merchants[at],
                    elders: elders[at],
                    children: children[at],
                    day_persons: day_persons[at],
                },
            });
            at += 1;
        }
    }
}

/// Consecutive floors of a unit, and the homes (or shops) on them.
struct Storeys {
    floors: FloorBand,
    things: u32,
}

/// The most homes of a band of floors in a unit of `own` out of `things`, or `None` if the unit is best left whole.
fn band_things(rules: &Rules, demand: &Demand, things: u32, own: u32, units: u32) -> Option<u32> {
    let each = rules.load(demand).0 / u64::from(things.max(1));
    let load = each * u64::from(own);
    let Some(band) = rules.finest().and_then(|level| level.band) else {
        return (load > Load::units(rules.atoms.split_above.unwrap_or(u32::MAX)).0).then_some(1);
    };
    let (min, max) = (Load::units(band.min).0, Load::units(band.max).0);
    // Upper floors touch nothing but their stairwell and the next one of the building.
    let alone = units == 1 && load <= min;
    let whole = load > 0 && min.div_ceil(load) * load <= max;
    if alone || whole {
        return None;
    }
    Some(((max - min + 1000) / each.max(1)).clamp(1, u64::from(u32::MAX)) as u32)
}

/// A unit's floors with their homes, joined from the ground up while they hold no more than `most` homes; one band
/// without a limit.
fn storeys(homes: &[u32], most: Option<u32>) -> Vec<Storeys> {
    let floor = |n: usize| n.min(usize::from(u16::MAX)) as u16;
    let whole =
        Storeys { floors: FloorBand { low: 1, high: floor(homes.len()) }, things: homes.iter().sum() };
    let Some(most) = most else { return vec![whole] };
    let mut bands: Vec<Storeys> = Vec::new();
    for (level, &homes) in (1..).zip(homes) {
        match bands.last_mut() {
            // Floors without homes never stand alone.
            Some(band) if band.things + homes <= most || homes == 0 || band.things == 0 => {
                band.things += homes;
                band.floors.high = floor(level);
            }
            _ => bands
                .push(Storeys { floors: FloorBand { low: floor(level), high: floor(level) }, things: homes }),
        }
    }
    bands
}

/// Stairwells of a block of flats that does not say.
fn stairwells(building: &Building, homes: u32) -> u32 {
    let most = homes.div_ceil(HOMES_A_STAIRWELL);
    match building.levels.map(u32::from) {
        Some(levels) if levels > 0 && homes <= levels * HOMES_A_FLOOR => 1,
        Some(levels) if levels > 0 => {
            let a_unit = levels * HOMES_A_SLAB_FLOOR;
            ((homes + a_unit / 2) / a_unit).clamp(1, most)
        }
        _ => most,
    }
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
