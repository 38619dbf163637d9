//! Tallies of zones and levels.

use crate::counts::Counts;
use crate::graph::OUT;
use crate::report::{LevelTally, ZoneTally};
use crate::sheet::{LevelSheet, Sheet};
use lifang_model::{Atom, Certainty, Load};

/// Land of every cell, added up from the arcs around it, and the length of every arc.
#[derive(Default)]
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
    let detail: Vec<ZoneTally> =
        (0..zones).map(|i| of_zone(sheet, land, level, i, pieces[i], perimeter[i])).collect();
    let total = |of: fn(&ZoneTally) -> u32| detail.iter().map(of).fold(0, u32::saturating_add);
    LevelTally {
        key: level.plan.key.clone(),
        zones: u32::try_from((0..zones).filter(|&zone| !level.ended(zone)).count()).unwrap_or(u32::MAX),
        banded: detail.iter().filter(|zone| zone.in_band.is_some()).count() as u32,
        misses_at_least: 0,
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

/// Counts one zone of a level, given its pieces and the length of its outline, mm.
fn of_zone(
    sheet: &Sheet<'_>,
    land: &Land,
    level: &LevelSheet<'_>,
    zone: usize,
    pieces: u32,
    perimeter: f64,
) -> ZoneTally {
    let mut counts = Counts::default();
    let mut twice = 0i128;
    for &atom in &level.members[zone] {
        counts.add(&sheet.input.atoms[atom].demand);
        twice += land.twice.get(atom).copied().unwrap_or(0);
    }
    let said = &level.plan.zones[zone];
    let (area_m2, perimeter_m) = (twice as f64 / 2e6, perimeter / 1e3);
    ZoneTally {
        code: said.code.as_str().to_owned(),
        name: said.name.clone(),
        kind: said.kind,
        households: narrow(counts.households),
        persons: narrow(counts.persons),
        merchants: narrow(counts.merchants),
        elders: narrow(counts.elders),
        children: narrow(counts.children),
        load: Load(level.load[zone]).as_units(),
        in_band: level.band(zone).map(|band| band.holds(Load(level.load[zone]))),
        certainty: certainty(sheet, &level.members[zone], |atom| {
            (atom.demand.households, atom.sources.households)
        }),
        persons_certainty: certainty(sheet, &level.members[zone], |atom| {
            // Households of whom nobody knows how many they are make it unknown.
            (atom.demand.persons.max(atom.demand.households), atom.sources.persons)
        }),
        pieces,
        atoms: u32::try_from(level.members[zone].len()).unwrap_or(u32::MAX),
        area_m2,
        perimeter_m,
        compactness: compactness(area_m2, perimeter_m),
    }
}

/// Counts one zone by itself.
pub(crate) fn zone(sheet: &Sheet<'_>, land: &Land, around: &Around, depth: usize, zone: usize) -> ZoneTally {
    let level = &sheet.levels[depth];
    let members = &level.members[zone];
    let mut pieces: Vec<u32> = members.iter().map(|&atom| level.piece[atom]).collect();
    pieces.sort_unstable();
    pieces.dedup();
    // In the order of the arcs, as when all zones are counted together: sums of lengths depend on it.
    let mut arcs: Vec<u32> = members.iter().flat_map(|&atom| around.of(atom)).copied().collect();
    arcs.sort_unstable();
    arcs.dedup();
    let of = |cell: Option<u32>| cell.and_then(|cell| level.zone.get(cell as usize).copied()).unwrap_or(OUT);
    let mut perimeter = 0.0;
    for arc in arcs {
        let said = &sheet.input.fabric.arcs[arc as usize];
        if of(said.left) != of(said.right) {
            perimeter += land.arc[arc as usize];
        }
    }
    of_zone(sheet, land, level, zone, pieces.len() as u32, perimeter)
}

/// The arcs around every cell, packed.
#[derive(Default)]
pub(crate) struct Around {
    start: Vec<usize>,
    arcs: Vec<u32>,
}

impl Around {
    pub fn new(sheet: &Sheet<'_>) -> Self {
        let fabric = sheet.input.fabric;
        let mut sides: Vec<(u32, u32)> = Vec::with_capacity(2 * fabric.arcs.len());
        for (row, arc) in (0u32..).zip(&fabric.arcs) {
            sides.extend([arc.left, arc.right].into_iter().flatten().map(|cell| (cell, row)));
        }
        sides.sort_unstable();
        let cells = fabric.cells.len();
        let start = (0..=cells).map(|cell| sides.partition_point(|&(of, _)| (of as usize) < cell)).collect();
        Self { start, arcs: sides.into_iter().map(|(_, arc)| arc).collect() }
    }

    fn of(&self, cell: usize) -> &[u32] {
        match (self.start.get(cell), self.start.get(cell + 1)) {
            (Some(&from), Some(&to)) => &self.arcs[from..to],
            _ => &[],
        }
    }
}

/// Polsby-Popper, 4πA/P² (Polsby and Popper 1991, Yale Law & Policy Review 9, p. 336); 0 without an outline.
fn compactness(area_m2: f64, perimeter_m: f64) -> f64 {
    if perimeter_m > 0.0 { 4.0 * std::f64::consts::PI * area_m2 / (perimeter_m * perimeter_m) } else { 0.0 }
}

/// How sure a count of a zone is: land and buildings with none counted say nothing about it, unless their none is an
/// estimate.
fn certainty(sheet: &Sheet<'_>, members: &[usize], count: impl Fn(&Atom) -> (u32, Certainty)) -> Certainty {
    members
        .iter()
        .map(|&atom| &sheet.input.atoms[atom])
        .filter(|atom| atom.building.is_some())
        .map(count)
        .filter(|&(number, certainty)| number > 0 || certainty == Certainty::Estimated)
        .map(|(_, certainty)| certainty)
        .max()
        .unwrap_or(Certainty::Given)
}

/// Absurd counts stop at the largest number there is instead of wrapping round.
fn narrow(count: u64) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
