//! 编码延续 Codes, names and lineage of the changed plan.
//!
//! A new zone's code is its parent's and the first sequence number above all ever used there, so that no code comes
//! back. A zone keeps its code when its parent changes: codes are permanent, the parent is a field of its own. Zones of
//! before keep their rows, retired ones without atoms; new ones come behind.

use super::{LevelChange, Was, Work};
use crate::codes;
use crate::error::PartitionError;
use crate::graph::NONE;
use crate::ground::Ground;
use crate::lineage::{Overlaps, Tale, assign};
use crate::propose::{Draft, Request, special};
use lifang_model::{
    Grouping, LevelPlan, Lineage, LineageEvent, Zone, ZoneCode, ZoneIdx, ZoneKind, ZoneStatus,
};
use std::collections::{BTreeMap, BTreeSet};

/// What a pin is worth against households when codes are given.
const PIN: i64 = 1 << 50;

/// The plan's levels, and what became of its zones.
pub(crate) struct Numbered {
    pub drafts: Vec<Vec<Draft>>,
    pub levels: Vec<LevelPlan>,
    pub lineage: Vec<Lineage>,
    pub changes: Vec<LevelChange>,
}

/// One zone on its way to a code.
struct Named {
    /// Its number while it was worked on.
    id: u32,
    draft: Draft,
    /// The old zone it goes on as.
    old: Option<u32>,
    unchanged: bool,
    status: ZoneStatus,
}

pub(crate) fn number(work: &Work<'_>) -> Result<Numbered, PartitionError> {
    let mut done =
        Numbered { drafts: Vec::new(), levels: Vec::new(), lineage: Vec::new(), changes: Vec::new() };
    // Place of every zone of the coarser level among its drafts, and the row in the plan of each of those.
    let mut place: BTreeMap<u32, u32> = BTreeMap::new();
    let mut rows: Vec<u32> = Vec::new();
    let mut taken = taken(work);
    for depth in 0..=work.finest() {
        let mut named = name(work, depth, &place, done.drafts.last())?;
        number_new(work, depth, &mut named, done.drafts.last(), &mut taken)?;
        named.sort_by(|a, b| {
            let key = |zone: &Named| (zone.old.unwrap_or(u32::MAX), zone.draft.code.clone());
            key(a).cmp(&key(b))
        });
        place = (0u32..).zip(&named).map(|(row, zone)| (zone.id, row)).collect();
        tell(work, depth, &named, &mut done)?;
        let level;
        (level, rows) = level_plan(work, depth, &named, &rows)?;
        done.levels.push(level);
        done.drafts.push(named.into_iter().map(|zone| zone.draft).collect());
    }
    Ok(done)
}

/// Every code that was ever used, by level.
fn taken(work: &Work<'_>) -> Vec<BTreeSet<String>> {
    let levels = work.request.rules.levels.iter().enumerate();
    levels
        .map(|(depth, level)| {
            let mut codes = work.before.used.get(&level.key).cloned().unwrap_or_default();
            codes.extend(work.old(depth).iter().map(|zone| zone.code.as_str().to_owned()));
            codes
        })
        .collect()
}

/// The zones of one level, those that go on as old ones with their codes.
fn name(
    work: &Work<'_>,
    depth: usize,
    place: &BTreeMap<u32, u32>,
    coarser: Option<&Vec<Draft>>,
) -> Result<Vec<Named>, PartitionError> {
    let mut atoms: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for v in 0..work.label.len() as u32 {
        if let Some(zone) = work.zone_of(v, depth) {
            atoms.entry(zone).or_default().push(v);
        }
    }
    let olds = work.old(depth);
    let mut overlaps = Overlaps::new();
    for (&zone, atoms) in &atoms {
        for &v in atoms {
            let home = work.home[depth][v as usize];
            if home != NONE {
                let weight = (work.ground.milli[v as usize] as i64).saturating_mul(1024).saturating_add(1);
                let pin = if work.pinned[v as usize] { PIN } else { 0 };
                let sum = overlaps.entry((home, zone)).or_default();
                *sum = sum.saturating_add(weight).max(pin);
            }
        }
    }
    let goes_on: BTreeMap<u32, u32> = assign(&overlaps).into_iter().map(|(old, new)| (new, old)).collect();
    let areas = areas(&work.ground, work.request, depth, &atoms);
    let before = before(work, depth);
    let mut named = Vec::new();
    for (id, atoms) in atoms {
        let old = goes_on.get(&id).copied();
        let was = old.map(|old| &olds[old as usize]);
        let coarse = depth.checked_sub(1).and_then(|above| work.zone_of(*atoms.first()?, above));
        let parent = coarse.and_then(|coarse| place.get(&coarse).copied());
        let above = parent.and_then(|parent| coarser?.get(parent as usize));
        let area = work.area.get(&id).filter(|_| depth == 0).or_else(|| areas.get(&id));
        let compound = area.and_then(|&area| work.request.compounds.get(area as usize));
        let compound = compound.filter(|_| depth == 0);
        let kind = was.map(|was| was.kind).or(compound.map(|compound| compound.kind.into()));
        let kind = kind.or(above.map(|above| above.kind)).unwrap_or(ZoneKind::Comprehensive);
        let unchanged = old.is_some_and(|old| same(work, &before[old as usize], &atoms));
        let kept = was.filter(|was| unchanged && was.status != ZoneStatus::Retired);
        named.push(Named {
            id,
            draft: Draft {
                kind,
                name: was.map_or_else(|| compound.and_then(|c| c.name.clone()), |was| was.name.clone()),
                parent,
                is_area: areas.contains_key(&id),
                special: special(work.request.rules, kind, work.ground.total(&atoms)),
                code: was.map_or_else(String::new, |was| was.code.as_str().to_owned()),
                children: Vec::new(),
                atoms,
            },
            old,
            unchanged,
            // What was agreed on holds for the zone as it was.
            status: kept.map_or(ZoneStatus::Draft, |was| was.status),
        });
    }
    Ok(named)
}

/// The atoms before of every old zone of a level, sorted.
fn before(work: &Work<'_>, depth: usize) -> Vec<Vec<u32>> {
    let key = &work.request.rules.levels[depth].key;
    let mut atoms = vec![Vec::new(); work.old(depth).len()];
    if let Some(level) = work.before.plan.levels.iter().find(|level| level.key == *key) {
        for (row, zone) in (0u32..).zip(&level.assignment) {
            if let Some(list) = zone.and_then(|zone| atoms.get_mut(zone.at())) {
                list.push(row);
            }
        }
    }
    atoms
}

/// Whether a zone holds the same people as before: the same atoms with the same counts, land without anybody aside.
fn same(work: &Work<'_>, old: &[u32], new: &[u32]) -> bool {
    let counted =
        |atoms: &[lifang_model::Atom], v: u32| atoms[v as usize].demand != lifang_model::Demand::default();
    let mut was = Vec::new();
    for &v in new.iter().filter(|&&v| counted(work.request.atoms, v)) {
        match work.was[v as usize] {
            Some(Was { atom, same: true })
                if work.before.atoms[atom as usize].demand == work.request.atoms[v as usize].demand =>
            {
                was.push(atom);
            }
            _ => return false,
        }
    }
    was.sort_unstable();
    was.into_iter().eq(old.iter().copied().filter(|&v| counted(work.before.atoms, v)))
}

/// Codes and names for new zones, in map order under each parent.
fn number_new(
    work: &Work<'_>,
    depth: usize,
    named: &mut [Named],
    coarser: Option<&Vec<Draft>>,
    taken: &mut [BTreeSet<String>],
) -> Result<(), PartitionError> {
    let rules = &work.request.rules.codes;
    let level = &work.request.rules.levels[depth];
    let mut by_parent: BTreeMap<Option<u32>, Vec<usize>> = BTreeMap::new();
    for (at, zone) in named.iter().enumerate().filter(|(_, zone)| zone.old.is_none()) {
        by_parent.entry(zone.draft.parent).or_default().push(at);
    }
    for (parent, group) in by_parent {
        let above = parent.and_then(|parent| coarser?.get(parent as usize));
        let prefix = above.map_or(work.request.territory_code, |above| above.code.as_str());
        let stem = if prefix.is_empty() { String::new() } else { format!("{prefix}{}", rules.separator) };
        let numbers = taken[depth].iter().filter_map(|code| code.strip_prefix(&stem)?.parse::<usize>().ok());
        let mut next = numbers.max().unwrap_or(0).saturating_add(1);
        let atoms: Vec<Vec<u32>> = group.iter().map(|&at| named[at].draft.atoms.clone()).collect();
        for at in codes::order(&atoms, work.request.atoms, rules) {
            let code = loop {
                let digits = codes::digits(next, level.code_digits);
                let code = codes::code(prefix, rules, next, digits)?;
                if taken.iter().all(|codes| !codes.contains(code.as_str())) {
                    break code;
                }
                next += 1;
            };
            let zone = &mut named[group[at]];
            zone.draft.code = code.as_str().to_owned();
            if zone.draft.name.is_none() {
                let name = above.and_then(|above| above.name.as_ref());
                zone.draft.name = name.map(|name| format!("{name}-{next}"));
            }
            taken[depth].insert(zone.draft.code.clone());
            next += 1;
        }
    }
    Ok(())
}

/// Lineage and figures of one level.
fn tell(work: &Work<'_>, depth: usize, named: &[Named], done: &mut Numbered) -> Result<(), PartitionError> {
    let key = &work.request.rules.levels[depth].key;
    let olds = work.old(depth);
    let before = before(work, depth);
    let old: Vec<ZoneCode> = olds.iter().map(|zone| zone.code.clone()).collect();
    // Zones retired long ago are no part of this story.
    let lived: Vec<bool> = olds
        .iter()
        .zip(&before)
        .map(|(zone, atoms)| zone.status != ZoneStatus::Retired || !atoms.is_empty())
        .collect();
    let new: Vec<ZoneCode> =
        named.iter().map(|zone| ZoneCode::new(zone.draft.code.clone())).collect::<Result<_, _>>()?;
    let households = |v: u32| work.request.atoms[v as usize].demand.households;
    let mut shared: BTreeMap<(u32, u32), u32> = BTreeMap::new();
    let mut new_households = vec![0; new.len()];
    let mut moved = 0;
    for (row, zone) in named.iter().enumerate() {
        for &v in &zone.draft.atoms {
            new_households[row] += households(v);
            let home = work.home[depth][v as usize];
            if home == NONE {
                continue;
            }
            let known = match work.was[v as usize] {
                // Households beyond those that were there are new ones.
                Some(Was { atom, same: true }) => {
                    households(v).min(work.before.atoms[atom as usize].demand.households)
                }
                _ => households(v),
            };
            *shared.entry((home, row as u32)).or_default() += known;
            if zone.old != Some(home) {
                moved += known;
            }
        }
    }
    let mut old_households = vec![0; old.len()];
    for (atoms, sum) in before.iter().zip(&mut old_households) {
        *sum = atoms.iter().map(|&v| work.before.atoms[v as usize].demand.households).sum();
    }
    let unchanged: Vec<bool> = named.iter().map(|zone| zone.unchanged).collect();
    let tale = Tale {
        level: key,
        old: &old,
        lived: &lived,
        new: &new,
        shared: &shared,
        old_households: &old_households,
        new_households: &new_households,
        unchanged: &unchanged,
    };
    let told = tale.tell();
    let count = |event| told.iter().filter(|lineage| lineage.event == event).count() as u32;
    let change = LevelChange {
        key: key.clone(),
        before: lived.iter().filter(|&&lived| lived).count() as u32,
        after: new.len() as u32,
        unchanged: unchanged.iter().filter(|&&same| same).count() as u32,
        kept: named.iter().filter(|zone| zone.old.is_some()).count() as u32,
        split: count(LineageEvent::Split),
        new: count(LineageEvent::New),
        retired: count(LineageEvent::Retired),
        moved,
        stayed_or_moved: shared.values().sum(),
    };
    done.changes.push(change);
    done.lineage.extend(told);
    Ok(())
}

/// The level, and the row of every zone that lives. `coarser` has the rows of the level above.
fn level_plan(
    work: &Work<'_>,
    depth: usize,
    named: &[Named],
    coarser: &[u32],
) -> Result<(LevelPlan, Vec<u32>), PartitionError> {
    let mut zones: Vec<Zone> =
        work.old(depth).iter().map(|old| Zone { status: ZoneStatus::Retired, ..old.clone() }).collect();
    let mut assignment = vec![None; work.label.len()];
    let mut rows = Vec::with_capacity(named.len());
    for zone in named {
        let row = zone.old.unwrap_or(zones.len() as u32);
        for &v in &zone.draft.atoms {
            assignment[v as usize] = Some(ZoneIdx(row));
        }
        let now = Zone {
            code: ZoneCode::new(zone.draft.code.clone())?,
            name: zone.draft.name.clone(),
            kind: zone.draft.kind,
            parent: zone.draft.parent.and_then(|at| coarser.get(at as usize)).map(|&row| ZoneIdx(row)),
            status: zone.status,
        };
        match zones.get_mut(row as usize) {
            Some(slot) => *slot = now,
            None => zones.push(now),
        }
        rows.push(row);
    }
    Ok((LevelPlan { key: work.request.rules.levels[depth].key.clone(), zones, assignment }, rows))
}

/// The zones of a level of areas that are made of one: it holds more than half of their load, and they more than half
/// of its.
pub(crate) fn areas(
    ground: &Ground,
    request: &Request<'_>,
    depth: usize,
    zones: &BTreeMap<u32, Vec<u32>>,
) -> BTreeMap<u32, u32> {
    let compounds = request.compounds.len();
    if request.rules.levels[depth].grouping != Grouping::Area {
        return BTreeMap::new();
    }
    let mut whole = vec![0u64; compounds];
    for (&area, &milli) in ground.graph.area.iter().zip(&ground.milli) {
        if let Some(whole) = whole.get_mut(area as usize) {
            *whole += milli;
        }
    }
    let mut areas = BTreeMap::new();
    for (&zone, atoms) in zones {
        let mut share: BTreeMap<u32, u64> = BTreeMap::new();
        for &v in atoms {
            *share.entry(ground.graph.area[v as usize]).or_default() += ground.milli[v as usize];
        }
        let total: u64 = share.values().sum();
        let main =
            share.iter().filter(|(area, _)| (**area as usize) < compounds).max_by_key(|(_, load)| **load);
        if let Some((&area, &load)) = main
            && load * 2 > total
            && load * 2 > whole[area as usize]
        {
            areas.insert(zone, area);
        }
    }
    areas
}
