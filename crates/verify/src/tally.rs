//! Tallies of zones and levels.

use crate::counts::Counts;
use crate::graph::OUT;
use crate::report::{LevelTally, ZoneTally};
use crate::sheet::Sheet;
use lifang_model::{Certainty, Load};

/// Land of every cell, added up from the arcs around it, and the length of every arc.
pub(crate) struct Land {
    /// Twice the area, mm2.
    pub twice: Vec<i128>,
    /// Length of every arc, mm.
    pub arc: Vec<f64>,
}

impl Land {
    pub fn measure(sheet: &Sheet<'_>) -> Self {
        let fabric = sheet.input.fabric;
        let mut twice = vec![0i128; fabric.cells.len()];
        let mut arc = Vec::with_capacity(fabric.arcs.len());
        for a in &fabric.arcs {
            let mut sum = 0i128;
            let mut length = 0.0;
            for w in a.points.windows(2) {
                let (p, q) = (w[0], w[1]);
                sum += i128::from(p.x) * i128::from(q.y) - i128::from(q.x) * i128::from(p.y);
                length += p.distance(q);
            }
            for (cell, sign) in [(a.left, 1), (a.right, -1)] {
                if let Some(twice) = cell.and_then(|cell| twice.get_mut(cell as usize)) {
                    *twice += sign * sum;
                }
            }
            arc.push(length);
        }
        Self { twice, arc }
    }
}

/// Counts one level.
pub(crate) fn level(sheet: &Sheet<'_>, land: &Land, level: usize) -> LevelTally {
    let level = &sheet.levels[level];
    let zones = level.plan.zones.len();
    let mut pieces = vec![0u32; zones];
    for &zone in level.pieces.iter().filter(|&&zone| zone != OUT) {
        pieces[zone as usize] += 1;
    }
    let mut perimeter = vec![0.0f64; zones];
    let of = |cell: Option<u32>| cell.and_then(|cell| level.zone.get(cell as usize).copied()).unwrap_or(OUT);
    for (arc, length) in sheet.input.fabric.arcs.iter().zip(&land.arc) {
        let (l, r) = (of(arc.left), of(arc.right));
        for zone in [l, r] {
            if l != r && zone != OUT {
                perimeter[zone as usize] += length;
            }
        }
    }
    let detail: Vec<ZoneTally> = level
        .plan
        .zones
        .iter()
        .enumerate()
        .map(|(i, zone)| {
            let mut counts = Counts::default();
            let mut twice = 0i128;
            for &atom in &level.members[i] {
                counts.add(&sheet.input.atoms[atom].demand);
                twice += land.twice.get(atom).copied().unwrap_or(0);
            }
            let (area_m2, perimeter_m) = (twice as f64 / 2e6, perimeter[i] / 1e3);
            ZoneTally {
                code: zone.code.as_str().to_owned(),
                name: zone.name.clone(),
                kind: zone.kind,
                households: narrow(counts.households),
                persons: narrow(counts.persons),
                merchants: narrow(counts.merchants),
                elders: narrow(counts.elders),
                children: narrow(counts.children),
                load: Load(level.load[i]).as_units(),
                in_band: level.band(i).map(|band| band.holds(Load(level.load[i]))),
                certainty: certainty(sheet, &level.members[i]),
                pieces: pieces[i],
                atoms: u32::try_from(level.members[i].len()).unwrap_or(u32::MAX),
                area_m2,
                perimeter_m,
                compactness: compactness(area_m2, perimeter_m),
            }
        })
        .collect();
    let total = |of: fn(&ZoneTally) -> u32| detail.iter().map(of).fold(0, u32::saturating_add);
    LevelTally {
        key: level.plan.key.clone(),
        zones: u32::try_from(zones).unwrap_or(u32::MAX),
        banded: detail.iter().filter(|zone| zone.in_band.is_some()).count() as u32,
        in_band: detail.iter().filter(|zone| zone.in_band == Some(true)).count() as u32,
        households: total(|zone| zone.households),
        persons: total(|zone| zone.persons),
        merchants: total(|zone| zone.merchants),
        elders: total(|zone| zone.elders),
        children: total(|zone| zone.children),
        band: level.rules.and_then(|rules| rules.band),
        detail,
    }
}

/// Polsby-Popper, 4πA/P² (Polsby and Popper 1991, Yale Law & Policy Review 9, p. 336); 0 without an outline.
fn compactness(area_m2: f64, perimeter_m: f64) -> f64 {
    if perimeter_m > 0.0 { 4.0 * std::f64::consts::PI * area_m2 / (perimeter_m * perimeter_m) } else { 0.0 }
}

/// How sure the household count of a zone is: land and buildings with none counted say nothing about it, unless their
/// none is an estimate.
fn certainty(sheet: &Sheet<'_>, members: &[usize]) -> Certainty {
    members
        .iter()
        .map(|&atom| &sheet.input.atoms[atom])
        .filter(|atom| atom.building.is_some())
        .filter(|atom| atom.demand.households > 0 || atom.sources.households == Certainty::Estimated)
        .map(|atom| atom.sources.households)
        .max()
        .unwrap_or(Certainty::Given)
}

/// Absurd counts stop at the largest number there is instead of wrapping round.
fn narrow(count: u64) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
