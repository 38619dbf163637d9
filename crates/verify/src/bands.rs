//! 规模 Zones outside the band, and what can be proved about them.

use crate::contiguity::Neighbours;
use crate::report::LevelTally;
use lifang_model::{Atom, Band, LevelPlan, Load, Relaxation, Rules, Violation, ViolationCode, ZoneIdx};

/// Most atoms with load a component may have for every grouping to be tried.
const EXHAUSTIVE: usize = 16;

/// Where zones of one level may be redrawn: land that hangs together and lies in one parent that stands as given.
struct Room {
    load: Load,
    loads: Vec<Load>,
    misses: u32,
}

pub(crate) fn violations(
    plan: &LevelPlan,
    parents: Option<(&LevelPlan, &LevelTally)>,
    tally: &LevelTally,
    rules: &Rules,
    atoms: &[Atom],
    near: &Neighbours,
) -> Vec<Violation> {
    let Some(band) = tally.band else { return Vec::new() };
    // Only a parent that no band shapes stands as given; the others could be drawn otherwise too, so their land is shared.
    let parent_of = |atom: u32| -> Option<ZoneIdx> {
        let (plan, tally) = parents?;
        plan.assignment[atom as usize]
            .filter(|zone| tally.detail.get(zone.at()).is_some_and(|zone| zone.in_band.is_none()))
    };
    let (component, count) = near.components(|a, b| parent_of(a) == parent_of(b));
    let mut rooms: Vec<Room> =
        (0..count).map(|_| Room { load: Load::default(), loads: Vec::new(), misses: 0 }).collect();
    for (atom, &room) in atoms.iter().zip(&component) {
        let load = rules.load(&atom.demand);
        if load.0 > 0 {
            rooms[room as usize].load += load;
            rooms[room as usize].loads.push(load);
        }
    }
    let members = plan.members();
    let room_of = |row: usize| members[row].first().map(|atom| component[atom.at()] as usize);
    for (row, zone) in tally.detail.iter().enumerate() {
        if zone.in_band == Some(false)
            && let Some(room) = room_of(row)
        {
            rooms[room].misses += 1;
        }
    }
    tally
        .detail
        .iter()
        .enumerate()
        .filter(|(_, zone)| zone.in_band == Some(false))
        .map(|(row, zone)| {
            let load = Load((zone.load * 1000.0).round() as u64);
            let over = load > Load::units(band.max);
            let oversize = members[row]
                .iter()
                .map(|atom| &atoms[atom.at()])
                .find(|atom| rules.load(&atom.demand) > Load::units(band.max));
            let proof = match (oversize, room_of(row)) {
                (Some(atom), _) if over => Some((
                    format!(
                        "atom {} alone holds {} and cannot be divided further.",
                        atom.code,
                        rules.load(&atom.demand).as_units()
                    ),
                    Relaxation {
                        what: "atoms".to_owned(),
                        to: format!("divide {} by unit or floor", atom.code),
                    },
                )),
                (None, Some(room)) => impossible(&rooms[room], band),
                _ => None,
            };
            let (code, limit) =
                if over { (ViolationCode::OverBand, band.max) } else { (ViolationCode::UnderBand, band.min) };
            let side = if over { "more" } else { "fewer" };
            let plain = format!("{} is {side} than {limit}", zone.load);
            let (cause, action, avoidable, relaxation) = match proof {
                Some((why, relaxation)) => (
                    format!("{plain}: {why}"),
                    format!("Accept it, or change {} to {}.", relaxation.what, relaxation.to),
                    Some(false),
                    Some(relaxation),
                ),
                None => (
                    format!("{plain}; whether another plan avoids it is not known."),
                    "Give the partition more moves, or redraw the zone with its neighbours.".to_owned(),
                    None,
                    None,
                ),
            };
            Violation {
                code,
                level: plan.key.clone(),
                zone: Some(zone.code.clone()),
                atoms: members[row].iter().take(20).map(|atom| atoms[atom.at()].code.to_string()).collect(),
                measured: zone.load,
                limit: f64::from(limit),
                cause,
                action,
                avoidable,
                relaxation,
            }
        })
        .collect()
}

/// Why the land of one parent cannot be divided into zones inside the band, if that is so.
fn impossible(room: &Room, band: Band) -> Option<(String, Relaxation)> {
    // Two misses where arithmetic forces only one prove nothing about either.
    if room.misses != 1 {
        return None;
    }
    let load = room.load.as_units();
    if !band.can_tile(room.load) {
        let k = room.load.0.div_ceil(Load::units(band.max).0.max(1)).max(1);
        let why = format!(
            "the {load} of the land it may share with cannot be divided: {} zones hold at most {}, {k} at least {}.",
            k - 1,
            (k - 1) * u64::from(band.max),
            k * u64::from(band.min),
        );
        return Some((why, wider(room.load, band)));
    }
    if room.loads.len() <= EXHAUSTIVE && !groupable(&room.loads, band) {
        let why =
            format!("its {} atoms, {load} in all, cannot be grouped inside the band.", room.loads.len());
        return Some((
            why,
            Relaxation { what: "atoms".to_owned(), to: "a finer division of the buildings".to_owned() },
        ));
    }
    None
}

/// The smallest widening of the band under which this load can be divided.
fn wider(load: Load, band: Band) -> Relaxation {
    let (min, max) = (u64::from(band.min), u64::from(band.max));
    let most = load.0.div_ceil((max * 1000).max(1)).max(1);
    let best = [most.saturating_sub(1).max(1), most]
        .into_iter()
        .map(|k| (min.min(load.0 / (k * 1000)), max.max(load.0.div_ceil(k * 1000))))
        .min_by_key(|&(low, high)| (min - low) + (high - max));
    let (low, high) = best.unwrap_or((min, max));
    Relaxation { what: "band".to_owned(), to: format!("[{low}, {high}]") }
}

/// Whether the loads can be grouped into sums inside the band, neighbours or not, by trying every grouping.
fn groupable(loads: &[Load], band: Band) -> bool {
    let n = loads.len();
    let full = (1usize << n) - 1;
    let mut sum = vec![Load::default(); full + 1];
    for mask in 1..=full {
        let low = mask.trailing_zeros() as usize;
        sum[mask] = sum[mask & (mask - 1)] + loads[low];
    }
    let mut possible = vec![false; full + 1];
    possible[0] = true;
    for mask in 1..=full {
        // The group of the lowest atom: every subset that holds it.
        let low = mask & mask.wrapping_neg();
        let rest = mask ^ low;
        let mut subset = rest;
        loop {
            if band.holds(sum[subset | low]) && possible[rest ^ subset] {
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
    use super::*;

    const BAND: Band = Band { min: 90, target: 95, max: 100 };

    fn units(loads: &[u32]) -> Vec<Load> {
        loads.iter().map(|&load| Load::units(load)).collect()
    }

    #[test]
    fn every_grouping_is_tried() {
        assert!(groupable(&units(&[50, 45, 60, 35]), BAND));
        assert!(!groupable(&units(&[70, 70, 70, 70]), BAND), "280 can be tiled, but not out of seventies");
        assert!(!groupable(&units(&[46]), BAND));
    }

    #[test]
    fn the_smallest_widening_makes_the_load_divisible() {
        assert_eq!(wider(Load::units(46), BAND).to, "[46, 100]");
        assert_eq!(wider(Load::units(330), BAND).to, "[82, 100]");
        assert_eq!(wider(Load::units(104), BAND).to, "[90, 104]");
    }

    #[test]
    fn land_without_people_and_a_band_of_nothing_are_answered_too() {
        let empty = Room { load: Load::default(), loads: Vec::new(), misses: 1 };
        assert_eq!(impossible(&empty, BAND).unwrap().1.to, "[0, 100]");
        let nothing = Band { min: 0, target: 0, max: 0 };
        let room = Room { load: Load::units(5), loads: units(&[5]), misses: 1 };
        assert_eq!(impossible(&room, nothing).unwrap().1.to, "[0, 1]", "five zones of one");
    }
}
