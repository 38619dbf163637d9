//! 三方合并 What two plans make together that were one once: what only one of them changed is taken, atom by atom and zone
//! by zone; what both changed otherwise is a conflict.
//!
//! Zones are the same when they are in the common plan; those made since are two zones even under one code, and the one
//! merged in gets a code of its own. Atoms are merged on the finest level they are in; coarser levels follow the parents
//! of zones, so that zones stay nested.

use crate::PlannerError;
use lifang_model::{AtomIdx, LevelPlan, Plan, Zone, ZoneCode, ZoneIdx, ZoneStatus};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// 取舍 Which side a conflict is decided for.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Prefer {
    /// 本方 The plan that is merged into.
    Ours,
    /// 对方 The plan that is merged.
    Theirs,
}

/// 冲突 Something both sides changed, and not alike.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Clash {
    /// Key of the level.
    pub level: String,
    /// What: `atom`, or `name`, `kind`, `code`, `parent`, `end` of a zone.
    pub what: &'static str,
    /// Code of the atom or zone.
    pub of: String,
    /// How it was when both were one.
    pub base: String,
    /// How it is in the plan merged into.
    pub ours: String,
    /// How it is in the plan merged.
    pub theirs: String,
}

/// A zone, wherever it is from.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Base(usize),
    Ours(usize),
    Theirs(usize),
}

/// The zones of one level on the three sides, and in the plan that comes of it.
struct Side {
    ours: Vec<Key>,
    theirs: Vec<Key>,
    /// Row in the merged plan.
    row: BTreeMap<Key, usize>,
}

/// Merges; the plan has the name, ground and rules of `ours`, and its zones first.
///
/// # Errors
/// [`PlannerError::Published`] when the plans cannot be told in one another: other ground, rules or levels.
pub(crate) fn merge(
    file: &str,
    (base, ours, theirs): (&Plan, &Plan, &Plan),
    prefer: Option<Prefer>,
    atom_code: impl Fn(usize) -> String,
    fresh: impl Fn(&Plan, usize, Option<ZoneIdx>, &BTreeSet<ZoneCode>) -> Result<ZoneCode, PlannerError>,
) -> Result<(Plan, Vec<Clash>), PlannerError> {
    alike(file, base, ours, theirs)?;
    let take_theirs = prefer == Some(Prefer::Theirs);
    let mut merged = ours.clone();
    let mut clashes = Vec::new();
    let mut sides: Vec<Side> = Vec::new();
    let mut used: BTreeSet<ZoneCode> = codes(theirs);
    for depth in 0..ours.levels.len() {
        let levels = [&base.levels[depth], &ours.levels[depth], &theirs.levels[depth]];
        let mut side = keys(levels);
        add_theirs(&mut merged, depth, &mut side, levels[2], &sides, (ours, &mut used), &fresh)?;
        zones(&mut merged, depth, &side, levels, &sides, take_theirs, &mut clashes);
        sides.push(side);
    }
    atoms(&mut merged, (base, ours, theirs), &sides, take_theirs, &atom_code, &mut clashes);
    nest(&mut merged);
    revive(&mut merged, theirs, &mut clashes);
    let held = |plan: &Plan| -> BTreeSet<AtomIdx> { plan.pinned.iter().copied().collect() };
    let (was, mine, other) = (held(base), held(ours), held(theirs));
    // A pin is there or not, so two changes of one are the same change.
    let pinned = mine.union(&other).copied().filter(|atom| {
        if mine.contains(atom) == was.contains(atom) { other.contains(atom) } else { mine.contains(atom) }
    });
    merged.pinned = pinned.collect();
    if merged != *ours && merged.stage() != ZoneStatus::Draft {
        for zone in merged.levels.iter_mut().flat_map(|level| &mut level.zones) {
            if zone.status != ZoneStatus::Retired {
                zone.status = ZoneStatus::Draft;
            }
        }
    }
    Ok((merged, clashes))
}

fn alike(file: &str, base: &Plan, ours: &Plan, theirs: &Plan) -> Result<(), PlannerError> {
    let refuse = |why: &str| {
        let what = format!(
            "{:?} cannot be merged into {:?}: {why}. Switch to the one you want, or compare them and edit by hand",
            theirs.name, ours.name
        );
        Err(PlannerError::Published { file: file.to_owned(), what })
    };
    if ours.fabric != theirs.fabric || base.fabric != ours.fabric {
        return refuse("they are over other ground");
    }
    if ours.rules != theirs.rules {
        return refuse("they follow other rules");
    }
    let shape = |plan: &Plan| -> Vec<(String, usize)> {
        plan.levels.iter().map(|level| (level.key.clone(), level.assignment.len())).collect()
    };
    if shape(base) != shape(ours) || shape(base) != shape(theirs) {
        return refuse("they have other levels");
    }
    Ok(())
}

fn codes(plan: &Plan) -> BTreeSet<ZoneCode> {
    plan.levels.iter().flat_map(|level| &level.zones).map(|zone| zone.code.clone()).collect()
}

/// Which zones of two sides are zones of the common plan: those of its code, else, where a draft got another code, those
/// in its row.
fn keys([base, ours, theirs]: [&LevelPlan; 3]) -> Side {
    let of: BTreeMap<&str, usize> =
        base.zones.iter().enumerate().map(|(row, zone)| (zone.code.as_str(), row)).collect();
    let side = |level: &LevelPlan, own: fn(usize) -> Key| -> Vec<Key> {
        let codes: BTreeSet<&str> = level.zones.iter().map(|zone| zone.code.as_str()).collect();
        let key = |(row, zone): (usize, &Zone)| match of.get(zone.code.as_str()) {
            Some(&base) => Key::Base(base),
            None => match base.zones.get(row) {
                Some(was) if !codes.contains(was.code.as_str()) => Key::Base(row),
                _ => own(row),
            },
        };
        level.zones.iter().enumerate().map(key).collect()
    };
    let (ours, theirs) = (side(ours, Key::Ours), side(theirs, Key::Theirs));
    let row = ours.iter().enumerate().map(|(row, &key)| (key, row)).collect();
    Side { ours, theirs, row }
}

/// Adds the zones only the other side has, under codes nobody has.
fn add_theirs(
    merged: &mut Plan,
    depth: usize,
    side: &mut Side,
    theirs: &LevelPlan,
    sides: &[Side],
    (ours, used): (&Plan, &mut BTreeSet<ZoneCode>),
    fresh: &impl Fn(&Plan, usize, Option<ZoneIdx>, &BTreeSet<ZoneCode>) -> Result<ZoneCode, PlannerError>,
) -> Result<(), PlannerError> {
    let taken = codes(ours);
    for (row, &key) in side.theirs.iter().enumerate() {
        if side.row.contains_key(&key) {
            continue;
        }
        let mut zone = theirs.zones[row].clone();
        zone.parent = zone.parent.and_then(|parent| parent_row(sides, depth, |side| &side.theirs, parent));
        if taken.contains(&zone.code) {
            zone.code = fresh(merged, depth, zone.parent, used)?;
            used.insert(zone.code.clone());
        }
        side.row.insert(key, merged.levels[depth].zones.len());
        merged.levels[depth].zones.push(zone);
    }
    Ok(())
}

/// Row in the merged plan of a parent as a side names it.
fn parent_row(
    sides: &[Side],
    depth: usize,
    of: impl Fn(&Side) -> &Vec<Key>,
    parent: ZoneIdx,
) -> Option<ZoneIdx> {
    let above = sides.get(depth.checked_sub(1)?)?;
    Some(ZoneIdx::of(*above.row.get(of(above).get(parent.at())?)?))
}

/// Merges what is said of zones both sides have.
fn zones(
    merged: &mut Plan,
    depth: usize,
    side: &Side,
    [base, ours, theirs]: [&LevelPlan; 3],
    sides: &[Side],
    take_theirs: bool,
    clashes: &mut Vec<Clash>,
) {
    for (their, key) in side.theirs.iter().enumerate() {
        let Key::Base(was) = *key else { continue };
        let Some(&row) = side.row.get(key) else { continue };
        let Some(our) = side.ours.iter().position(|own| own == key) else { continue };
        let (was, mine, other) = (&base.zones[was], &ours.zones[our], &theirs.zones[their]);
        let mut clash = |what, base: String, ours: String, theirs: String| {
            let (level, of) = (base_key(merged, depth), mine.code.to_string());
            clashes.push(Clash { level, what, of, base, ours, theirs });
        };
        let name = |zone: &Zone| zone.name.clone().unwrap_or_default();
        let ended = |zone: &Zone| zone.status == ZoneStatus::Retired;
        let mut zone = mine.clone();
        if pick(&was.name, &mine.name, &other.name, take_theirs, || {
            clash("name", name(was), name(mine), name(other));
        }) {
            zone.name.clone_from(&other.name);
        }
        if pick(&was.kind, &mine.kind, &other.kind, take_theirs, || {
            clash("kind", was.kind.key().into(), mine.kind.key().into(), other.kind.key().into());
        }) {
            zone.kind = other.kind;
        }
        if pick(&was.code, &mine.code, &other.code, take_theirs, || {
            clash("code", was.code.to_string(), mine.code.to_string(), other.code.to_string());
        }) {
            zone.code = other.code.clone();
        }
        let parent = |of: fn(&Side) -> &Vec<Key>, zone: &Zone| {
            zone.parent.and_then(|parent| parent_row(sides, depth, of, parent))
        };
        let then = was.parent.and_then(|parent| {
            let above = sides.get(depth.checked_sub(1)?)?;
            above.row.get(&Key::Base(parent.at())).map(|&row| ZoneIdx::of(row))
        });
        let (here, there) = (parent(|side| &side.ours, mine), parent(|side| &side.theirs, other));
        let said = |parent: Option<ZoneIdx>| {
            let above = depth.checked_sub(1).and_then(|above| merged.levels.get(above));
            let zone = parent.and_then(|parent| above?.zones.get(parent.at()));
            zone.map_or_else(String::new, |zone| zone.code.to_string())
        };
        let (a, b, c) = (said(then), said(here), said(there));
        zone.parent = here;
        if pick(&then, &here, &there, take_theirs, || clash("parent", a, b, c)) {
            zone.parent = there;
        }
        // Ending can only be done, so one side alone never clashes with the other.
        if ended(other) && !ended(was) {
            zone.status = ZoneStatus::Retired;
        }
        merged.levels[depth].zones[row] = zone;
    }
}

fn base_key(plan: &Plan, depth: usize) -> String {
    plan.levels.get(depth).map(|level| level.key.clone()).unwrap_or_default()
}

/// Whether the other side's value is taken; calls `clash` when both changed it otherwise.
fn pick<T: PartialEq>(base: &T, ours: &T, theirs: &T, take_theirs: bool, clash: impl FnOnce()) -> bool {
    if ours == theirs || theirs == base {
        return false;
    }
    if ours == base {
        return true;
    }
    clash();
    take_theirs
}

/// Merges where atoms are.
fn atoms(
    merged: &mut Plan,
    (base, ours, theirs): (&Plan, &Plan, &Plan),
    sides: &[Side],
    take_theirs: bool,
    atom_code: &impl Fn(usize) -> String,
    clashes: &mut Vec<Clash>,
) {
    for (depth, side) in sides.iter().enumerate() {
        let finest = depth + 1 == sides.len();
        let key = base_key(merged, depth);
        for row in 0..ours.levels[depth].assignment.len() {
            let was = base.levels[depth].assignment[row].map(|zone| Key::Base(zone.at()));
            let of = |plan: &Plan, keys: &[Key]| {
                plan.levels[depth].assignment[row].and_then(|zone| keys.get(zone.at()).copied())
            };
            let (mine, other) = (of(ours, &side.ours), of(theirs, &side.theirs));
            let clash = || {
                let said = |key: Option<Key>| {
                    key.map_or_else(String::new, |key| said(key, depth, base, ours, theirs))
                };
                let (level, of) = (key.clone(), atom_code(row));
                let (base, ours, theirs) = (said(was), said(mine), said(other));
                clashes.push(Clash { level, what: "atom", of, base, ours, theirs });
            };
            // Coarser levels follow the finest one wherever there is one.
            let follows = !finest
                && [ours, theirs]
                    .iter()
                    .all(|plan| plan.levels.last().is_some_and(|level| level.assignment[row].is_some()));
            if !follows && pick(&was, &mine, &other, take_theirs, clash) {
                let to = other.and_then(|key| side.row.get(&key));
                merged.levels[depth].assignment[row] = to.map(|&row| ZoneIdx::of(row));
            }
        }
    }
}

fn said(key: Key, depth: usize, base: &Plan, ours: &Plan, theirs: &Plan) -> String {
    let (plan, row) = match key {
        Key::Base(row) => (base, row),
        Key::Ours(row) => (ours, row),
        Key::Theirs(row) => (theirs, row),
    };
    plan.levels[depth].zones.get(row).map_or_else(String::new, |zone| zone.code.to_string())
}

/// Puts atoms into the parents of their zones, from fine to coarse.
fn nest(merged: &mut Plan) {
    for depth in (1..merged.levels.len()).rev() {
        let (above, below) = merged.levels.split_at_mut(depth);
        let (Some(coarse), Some(fine)) = (above.last_mut(), below.first()) else { continue };
        for (coarse, fine) in coarse.assignment.iter_mut().zip(&fine.assignment) {
            let parent = fine.and_then(|zone| fine_parent(&below[0], zone));
            if parent.is_some() {
                *coarse = parent;
            }
        }
    }
}

fn fine_parent(level: &LevelPlan, zone: ZoneIdx) -> Option<ZoneIdx> {
    level.zones.get(zone.at()).and_then(|zone| zone.parent)
}

/// A zone one side ended and the other gave something to goes on.
fn revive(merged: &mut Plan, theirs: &Plan, clashes: &mut Vec<Clash>) {
    for depth in 0..merged.levels.len() {
        let mut held: BTreeSet<ZoneIdx> = merged.levels[depth].assignment.iter().flatten().copied().collect();
        if let Some(finer) = merged.levels.get(depth + 1) {
            let living = finer.zones.iter().filter(|zone| zone.status != ZoneStatus::Retired);
            held.extend(living.filter_map(|zone| zone.parent));
        }
        let level = &mut merged.levels[depth];
        for (row, zone) in level.zones.iter_mut().enumerate() {
            if zone.status != ZoneStatus::Retired || !held.contains(&ZoneIdx::of(row)) {
                continue;
            }
            zone.status = ZoneStatus::Draft;
            let by_them = theirs.levels[depth]
                .zones
                .iter()
                .any(|other| other.code == zone.code && other.status == ZoneStatus::Retired);
            let (ended, kept) = ("ended".to_owned(), "in use".to_owned());
            let (ours, theirs) = if by_them { (kept.clone(), ended) } else { (ended, kept.clone()) };
            let (level, of) = (level.key.clone(), zone.code.to_string());
            clashes.push(Clash { level, what: "end", of, base: kept, ours, theirs });
        }
    }
}
