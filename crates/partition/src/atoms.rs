//! 最小单元 Atoms: one for every cell of the fabric, with its code, kind, compound and counts.

use crate::error::PartitionError;
use lifang_fabric::{Cell, Fabric};
use lifang_model::{
    Atom, AtomCode, AtomKind, Building, BuildingIdx, BuildingUse, Certainty, CompoundIdx, Demand, Point,
    Polygon, Sources, StackPart, Territory,
};
use std::collections::{BTreeMap, BTreeSet};

/// Longest code of an atom.
const LONGEST: usize = 64;

/// 最小单元 The atoms of a territory on its fabric: atom `i` is cell `i`.
///
/// The counts of every building inside the boundary are kept exactly: a part without a cell of its own is counted on
/// the nearest cell of its building, and a building without any on the nearest cell of all; where lines divide cells, on the
/// nearest that has a building, so that land cut off moves nobody.
///
/// # Errors
/// [`PartitionError::Code`] if no code can be formed for an atom.
pub fn atoms(
    territory: &Territory,
    fabric: &Fabric,
    stacks: &[StackPart],
) -> Result<Vec<Atom>, PartitionError> {
    let mut atoms = blank(territory, fabric, stacks)?;
    let mut cells: BTreeMap<BuildingIdx, Vec<usize>> = BTreeMap::new();
    for (i, cell) in fabric.cells.iter().enumerate() {
        if let Some(building) = cell.building {
            cells.entry(building).or_default().push(i);
        }
    }
    let mut parts: BTreeMap<BuildingIdx, Vec<&StackPart>> = BTreeMap::new();
    for part in stacks {
        parts.entry(part.building).or_default().push(part);
    }
    for (row, building) in territory.buildings.iter().enumerate() {
        let idx = BuildingIdx::of(row);
        if let Some(own) = cells.get(&idx) {
            match parts.get(&idx) {
                None => give(&mut atoms, own[0], building.demand, building.sources),
                Some(parts) => share(&mut atoms, own, parts, building.sources),
            }
        } else if building.demand != Demand::default()
            && inside(territory, building)
            && let Some(host) = anchor(building).and_then(|p| nearest(&atoms, p, !territory.cuts.is_empty()))
        {
            give(&mut atoms, host, building.demand, building.sources);
        }
    }
    for atom in &mut atoms {
        let building = atom.building.and_then(|b| territory.buildings.get(b.at()));
        atom.kind = kind(building.map(|b| b.use_), &atom.demand);
    }
    Ok(atoms)
}

/// Atoms with everything but their counts.
fn blank(territory: &Territory, fabric: &Fabric, stacks: &[StackPart]) -> Result<Vec<Atom>, PartitionError> {
    let mut floors: BTreeMap<(BuildingIdx, u16), Vec<&StackPart>> = BTreeMap::new();
    for part in stacks {
        floors.entry((part.building, part.unit)).or_default().push(part);
    }
    for parts in floors.values_mut() {
        parts.sort_by_key(|part| part.floors.map_or(0, |band| band.low));
    }
    let mut open = BTreeMap::new();
    let mut taken = BTreeSet::new();
    let mut atoms = Vec::with_capacity(fabric.cells.len());
    for cell in &fabric.cells {
        let building = cell.building.and_then(|b| territory.buildings.get(b.at()));
        let band = cell
            .building
            .and_then(|b| floors.get(&(b, cell.unit)))
            .and_then(|parts| parts.get(usize::from(cell.storey)))
            .and_then(|part| part.floors);
        let text = match building {
            Some(building) => {
                let mut tail = String::new();
                if cell.unit > 0 {
                    tail.push_str(&format!("-U{}", cell.unit));
                }
                match band {
                    Some(band) if band.low == band.high => tail.push_str(&format!("-F{:02}", band.low)),
                    Some(band) => tail.push_str(&format!("-F{:02}-{:02}", band.low, band.high)),
                    None => {}
                }
                unique(&building.code, &tail, &mut taken)
            }
            None => {
                let n = open.entry(cell.enclosure).or_insert(0u32);
                *n += 1;
                unique(&format!("E{}-{n}", cell.enclosure), "", &mut taken)
            }
        };
        atoms.push(Atom {
            code: AtomCode::new(text)?,
            kind: AtomKind::Open,
            building: cell.building,
            compound: compound(territory, building, cell),
            unit: cell.unit,
            floors: band,
            demand: Demand::default(),
            sources: Sources::GIVEN,
            anchor: cell.anchor,
        });
    }
    Ok(atoms)
}

/// A code that is printable, short enough and not taken: shortened or marked with a fingerprint of the full text.
fn unique(base: &str, tail: &str, taken: &mut BTreeSet<String>) -> String {
    let room = LONGEST - tail.chars().count().min(LONGEST);
    let clean: String = base.chars().map(|c| if c.is_control() { '_' } else { c }).collect();
    let mut code = format!("{clean}{tail}");
    if clean.is_empty() || clean != base || clean.chars().count() > room {
        let head: String = clean.chars().take(room.saturating_sub(9)).collect();
        code = format!("{head}~{:08x}{tail}", fingerprint(base));
    }
    let mut n = 1;
    while taken.contains(&code) {
        n += 1;
        let mark = format!("~{:08x}", fingerprint(&format!("{base}{tail}#{n}")));
        let head: String = clean.chars().take(room.saturating_sub(9)).collect();
        code = format!("{head}{mark}{tail}");
    }
    taken.insert(code.clone());
    code
}

/// FNV-1a folded to 32 bits.
fn fingerprint(text: &str) -> u32 {
    let hash = text
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    (hash >> 32) as u32 ^ hash as u32
}

/// The compound of a cell: its building's, else the first whose outline holds its anchor.
fn compound(territory: &Territory, building: Option<&Building>, cell: &Cell) -> Option<CompoundIdx> {
    if let Some(compound) = building.and_then(|b| b.compound) {
        return (compound.at() < territory.compounds.len()).then_some(compound);
    }
    if building.is_some() {
        return None;
    }
    territory.compounds.iter().position(|compound| holds(&compound.outline, cell.anchor)).map(CompoundIdx::of)
}

fn holds(polygons: &[Polygon], p: Point) -> bool {
    polygons.iter().any(|polygon| polygon.contains(p))
}

/// Gives every part to its cell; parts without one go to the cell of the building closest in unit and floor.
fn share(atoms: &mut [Atom], own: &[usize], parts: &[&StackPart], sources: Sources) {
    let mut used = BTreeSet::new();
    for part in parts {
        let exact = own
            .iter()
            .copied()
            .find(|&i| atoms[i].unit == part.unit && atoms[i].floors == part.floors && !used.contains(&i));
        let low = part.floors.map_or(0, |band| band.low);
        let host = exact.or_else(|| {
            own.iter().copied().min_by_key(|&i| {
                let floor = atoms[i].floors.map_or(0, |band| band.low);
                (atoms[i].unit.abs_diff(part.unit), floor.abs_diff(low), i)
            })
        });
        if let Some(host) = host {
            used.insert(host);
            give(atoms, host, part.demand, sources);
        }
    }
}

fn give(atoms: &mut [Atom], host: usize, demand: Demand, sources: Sources) {
    let atom = &mut atoms[host];
    atom.demand += demand;
    let with = |a: Certainty, b: Certainty| a.with(b);
    atom.sources = Sources {
        households: with(atom.sources.households, sources.households),
        persons: with(atom.sources.persons, sources.persons),
        ages: with(atom.sources.ages, sources.ages),
        merchants: with(atom.sources.merchants, sources.merchants),
    };
}

/// The middle of a building's box.
fn anchor(building: &Building) -> Option<Point> {
    building
        .outline
        .iter()
        .filter_map(Polygon::extent)
        .reduce(|a, b| a.union(b))
        .map(|extent| extent.centre())
}

fn inside(territory: &Territory, building: &Building) -> bool {
    anchor(building).is_some_and(|p| holds(&territory.boundary, p))
}

fn nearest(atoms: &[Atom], p: Point, built: bool) -> Option<usize> {
    let far = |q: Point| {
        let (dx, dy) = (i64::from(p.x) - i64::from(q.x), i64::from(p.y) - i64::from(q.y));
        dx * dx + dy * dy
    };
    (0..atoms.len()).min_by_key(|&i| (built && atoms[i].building.is_none(), far(atoms[i].anchor), i))
}

fn kind(building: Option<BuildingUse>, demand: &Demand) -> AtomKind {
    match building {
        Some(BuildingUse::Residential) => AtomKind::Residential,
        Some(BuildingUse::Mixed) if demand.households == 0 && demand.merchants > 0 => AtomKind::Shop,
        Some(BuildingUse::Mixed) => AtomKind::Residential,
        Some(BuildingUse::Commercial) => AtomKind::Shop,
        Some(BuildingUse::Office) => AtomKind::Office,
        Some(BuildingUse::Industrial) => AtomKind::Industrial,
        Some(BuildingUse::Public) => AtomKind::Public,
        Some(BuildingUse::Ancillary | BuildingUse::Unknown) | None if demand.households > 0 => {
            AtomKind::Residential
        }
        Some(BuildingUse::Ancillary | BuildingUse::Unknown) | None if demand.merchants > 0 => AtomKind::Shop,
        Some(BuildingUse::Ancillary | BuildingUse::Unknown) | None => AtomKind::Open,
    }
}

#[cfg(test)]
mod tests;
