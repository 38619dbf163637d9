//! 方案生成 From atoms to a plan, coded from coarse to fine; where bands nest, the finest zones are found first.

use crate::areas::areas;
use crate::certificate::{Certificate, certify};
use crate::codes;
use crate::count::{Piece, share};
use crate::error::PartitionError;
use crate::ground::{Ground, ground};
use crate::level::{LevelSums, finest, level_sums};
use crate::nest::{Nested, nest};
use crate::plain::Effort;
use crate::solve::stream;
use crate::stats::{LevelStats, StageStats, Stats};
use crate::stop::Stop;
use crate::walks::DoorTable;
use lifang_model::{
    Atom, AtomIdx, Compound, Grouping, LevelPlan, LevelRules, Link, Load, Plan, Progress, Rules, Zone,
    ZoneIdx, ZoneKind, ZoneStatus,
};
use rand::Rng;
use rayon::prelude::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

/// 划分请求 What to make a plan of.
#[derive(Copy, Clone, Debug)]
pub struct Request<'a> {
    /// The atoms.
    pub atoms: &'a [Atom],
    /// Who touches whom.
    pub links: &'a [Link],
    /// How far it is on foot between doors, where streets are known and the rules give walks a weight.
    pub walks: Option<&'a Arc<DoorTable>>,
    /// The areas atoms may belong to.
    pub compounds: &'a [Compound],
    /// The rules.
    pub rules: &'a Rules,
    /// Code of the territory; empty when unknown.
    pub territory_code: &'a str,
    /// Fingerprint of the fabric.
    pub fabric_hash: &'a str,
    /// Name of the plan.
    pub name: &'a str,
    /// Seed.
    pub seed: u64,
    /// Effort.
    pub effort: Effort,
}

/// 方案与证明 A plan, how it was reached, and why it misses what it misses.
#[derive(Clone, Debug, PartialEq)]
pub struct Proposal {
    /// The plan.
    pub plan: Plan,
    /// Figures.
    pub stats: Stats,
    /// One for every zone out of its band.
    pub certificates: Vec<Certificate>,
}

/// A zone before it has a code.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    pub atoms: Vec<u32>,
    pub kind: ZoneKind,
    pub name: Option<String>,
    /// Position of the parent among the coarser level's drafts.
    pub parent: Option<u32>,
    /// Whether it is an area, to which the band does not apply.
    pub is_area: bool,
    /// Whether it is part of a special zone, to which no band applies.
    pub special: bool,
    pub code: String,
    /// The zones of the next finer level, where they were found before this one.
    pub children: Vec<Nested>,
}

/// 生成方案 Makes a plan: every level of the rules, each inside the one before it.
///
/// The same request gives the same plan at any number of threads. Cancelling gives the best plan so far.
///
/// # Errors
/// [`PartitionError`] if the rules or the links make no sense. Missing a band is no error: see [`Proposal::certificates`].
pub fn propose(request: &Request<'_>, progress: &dyn Progress) -> Result<Proposal, PartitionError> {
    let Request { rules, atoms, .. } = *request;
    if rules.levels.is_empty() {
        return Err(PartitionError::NoLevel(rules.key.clone()));
    }
    let ground = ground(atoms, request.links, request.walks, rules)?;
    let sums = level_sums(rules, &ground)?;
    let stop = Stop::new(progress, request.effort.deadline());
    let mut stats = Stats::default();
    let mut notes: Vec<String> = sums.iter().flatten().flat_map(|sums| sums.scale.notes()).collect();
    notes.dedup();
    stats.notes = notes;
    let mut levels: Vec<Vec<Draft>> = Vec::new();
    for (depth, level) in rules.levels.iter().enumerate() {
        let began = Instant::now();
        let (mut drafts, moves) = refine(request, &ground, &sums, depth, levels.last(), &stop, progress);
        drafts = number(drafts, levels.last(), request, level, &mut stats.notes)?;
        if let Some(count) = level.count.filter(|&count| count as usize != drafts.len()) {
            stats.notes.push(format!(
                "{}: {} zones instead of the {count} asked for: areas that stand alone and separate pieces of land are \
                 zones of their own",
                level.key,
                drafts.len()
            ));
        }
        let seconds = began.elapsed().as_secs_f64();
        stats.stages.push(StageStats { key: level.key.clone(), seconds, moves });
        levels.push(drafts);
    }
    let certificates = certify(atoms, &ground, rules, &sums, &levels);
    for (level, drafts) in rules.levels.iter().zip(&levels) {
        let missed = certificates.iter().filter(|c| c.level == level.key);
        stats.levels.push(LevelStats {
            key: level.key.clone(),
            zones: drafts.len() as u32,
            in_band: drafts.iter().filter(|d| in_band(level, &ground, d)).count() as u32,
            unavoidable: missed.filter(|c| c.avoidable == Some(false)).count() as u32,
        });
    }
    stats.cut_short = stop.asked();
    let plan = Plan {
        name: request.name.to_owned(),
        fabric: request.fabric_hash.to_owned(),
        rules: rules.clone(),
        seed: request.seed,
        levels: rules
            .levels
            .iter()
            .zip(&levels)
            .map(|(l, drafts)| level_plan(l, drafts, atoms.len()))
            .collect::<Result<_, _>>()?,
        pinned: Vec::<AtomIdx>::new(),
    };
    if let Some(coarse) = plan.levels.first() {
        let left = coarse.assignment.iter().filter(|zone| zone.is_none()).count();
        if left > 0 {
            stats.notes.push(format!(
                "{left} atoms without households touch no zone and are assigned to none: check the barriers around them"
            ));
        }
    }
    Ok(Proposal { plan, stats, certificates })
}

/// Whether a zone meets the band of its level.
pub(crate) fn in_band(level: &LevelRules, ground: &Ground, draft: &Draft) -> bool {
    draft.is_area
        || draft.special
        || level.band.is_none_or(|band| band.holds(Load(ground.total(&draft.atoms))))
}

/// Whether a zone of this kind and load, in milli-units, is a market, park or the like that no band applies to.
pub(crate) fn special(rules: &Rules, kind: ZoneKind, load: u64) -> bool {
    let least = rules.levels.iter().rev().find_map(|level| level.band).map_or(0, |band| band.min);
    rules.is_special(kind) && load < Load::units(least).0
}

/// Divides every parent, in parallel; each has its own random stream.
fn refine(
    request: &Request<'_>,
    ground: &Ground,
    sums: &[Option<LevelSums>],
    depth: usize,
    parents: Option<&Vec<Draft>>,
    stop: &Stop<'_>,
    progress: &dyn Progress,
) -> (Vec<Draft>, u64) {
    let whole = [Draft {
        atoms: (0..request.atoms.len() as u32).collect(),
        kind: ZoneKind::Comprehensive,
        name: None,
        parent: None,
        is_area: false,
        special: false,
        code: String::new(),
        children: Vec::new(),
    }];
    let all: &[Draft] = parents.map_or(&whole, Vec::as_slice);
    progress.stage("partition", Some(all.len() as u64));
    let done = AtomicU64::new(0);
    let counts = wanted(request, ground, depth, all);
    let split: Vec<(Vec<Draft>, u64)> = all
        .par_iter()
        .enumerate()
        .map(|(row, parent)| {
            let seed = stream(request.seed, &[depth as u64, row as u64]).random();
            let mut part = split(request, ground, sums, depth, (parent, &counts[row]), seed, stop);
            for draft in &mut part.0 {
                draft.parent = parents.map(|_| row as u32);
            }
            progress.advance(done.fetch_add(1, Ordering::Relaxed) + 1);
            part
        })
        .collect();
    let moves = split.iter().map(|part| part.1).sum();
    (split.into_iter().flat_map(|part| part.0).collect(), moves)
}

/// How many zones of this level and the finer ones each parent is to hold, where the rules say how many there are. Parents
/// whose zones were found before keep those; the others share the rest by load.
fn wanted(request: &Request<'_>, ground: &Ground, depth: usize, parents: &[Draft]) -> Vec<Vec<Option<u32>>> {
    let levels = &request.rules.levels[depth..];
    let mut wanted = vec![vec![None; levels.len()]; parents.len()];
    for (below, level) in levels.iter().enumerate() {
        let Some(count) = level.count else { continue };
        let found: u32 = parents.iter().map(|parent| nested(&parent.children, below)).sum();
        let open: Vec<usize> = (0..parents.len()).filter(|&row| parents[row].children.is_empty()).collect();
        let land: Vec<Piece> = open
            .iter()
            .map(|&row| piece_of(level, ground.total(&parents[row].atoms), parents[row].atoms.len()))
            .collect();
        for (row, share) in open.into_iter().zip(share(count.saturating_sub(found), &land)) {
            wanted[row][below] = Some(share);
        }
    }
    wanted
}

/// Zones so many levels below.
fn nested(zones: &[Nested], below: usize) -> u32 {
    match below {
        0 => zones.len() as u32,
        _ => zones.iter().map(|zone| nested(&zone.children, below - 1)).sum(),
    }
}

/// What some land, its load in milli-units, could be divided into on a level.
fn piece_of(level: &LevelRules, load: u64, atoms: usize) -> Piece {
    let ends = level.band.map_or((1, u64::MAX), |band| (Load::units(band.min).0, Load::units(band.max).0));
    Piece::new(load, atoms, ends)
}

/// The zones of one level inside one parent, and the moves made.
fn split(
    request: &Request<'_>,
    ground: &Ground,
    sums: &[Option<LevelSums>],
    depth: usize,
    (parent, counts): (&Draft, &[Option<u32>]),
    seed: u64,
    stop: &Stop<'_>,
) -> (Vec<Draft>, u64) {
    let level = &request.rules.levels[depth];
    if !parent.children.is_empty() {
        let zones = parent.children.iter().cloned();
        return (zones.map(|zone| describe(request, ground, depth, parent, zone)).collect(), 0);
    }
    let own = sums[depth].as_ref();
    let mut drafts = Vec::new();
    let mut moves = 0;
    let pieces = match level.grouping {
        Grouping::Area => {
            let found = areas(
                ground,
                request.compounds,
                &parent.atoms,
                finest(request.rules, sums).map(|f| f.1),
                own,
                &request.rules.special,
            );
            for zone in found.zones {
                let compound = &request.compounds[zone.area as usize];
                drafts.push(Draft {
                    atoms: zone.atoms,
                    kind: compound.kind.into(),
                    name: compound.name.clone(),
                    parent: None,
                    is_area: true,
                    special: zone.special,
                    code: String::new(),
                    children: Vec::new(),
                });
            }
            found.rest
        }
        Grouping::Band => {
            let part = ground.graph.part(&parent.atoms);
            let pieces = part.components(|_| true).into_iter();
            let pieces =
                pieces.map(|piece| piece.iter().map(|&i| parent.atoms[i as usize]).collect::<Vec<_>>());
            // Land that touches nothing is no zone, unless the parent is nothing else.
            pieces
                .filter(|piece| ground.total(piece) > 0 || piece.len() == parent.atoms.len() && depth > 0)
                .collect()
        }
    };
    let stand: Vec<(u64, usize)> =
        drafts.iter().map(|draft| (ground.total(&draft.atoms), draft.atoms.len())).collect();
    let shares: Vec<Option<Vec<u32>>> = request.rules.levels[depth..]
        .iter()
        .zip(counts)
        .enumerate()
        .map(|(below, (level, &count))| {
            // An area that stands alone is one zone of this level, and has its share of finer ones.
            let alone = if below == 0 { stand.len() } else { 0 };
            let land = pieces.iter().map(|piece| (ground.total(piece), piece.len()));
            let land: Vec<Piece> = land
                .chain(stand[alone..].iter().copied())
                .map(|(load, atoms)| piece_of(level, load, atoms))
                .collect();
            Some(share(count?.saturating_sub(alone as u32), &land))
        })
        .collect();
    for (row, piece) in pieces.into_iter().enumerate() {
        let counts: Vec<Option<u32>> = shares.iter().map(|share| Some(*share.as_ref()?.get(row)?)).collect();
        let zones = if own.is_some() {
            let seed = stream(seed, &[row as u64]).random();
            let (zones, made) =
                nest(ground, request.rules, (&sums[depth..], &counts), &piece, seed, &request.effort, stop);
            moves += made;
            zones
        } else {
            vec![Nested { atoms: piece, children: Vec::new() }]
        };
        drafts.extend(zones.into_iter().map(|zone| describe(request, ground, depth, parent, zone)));
    }
    (drafts, moves)
}

/// Kind and name of a zone found by the band: its parent's kind; on the coarsest level those of the area that makes up
/// most of it.
fn describe(request: &Request<'_>, ground: &Ground, depth: usize, parent: &Draft, zone: Nested) -> Draft {
    let Nested { atoms, children } = zone;
    let kind = parent.kind;
    let mut draft = Draft {
        kind,
        name: None,
        parent: None,
        is_area: false,
        special: parent.special,
        code: String::new(),
        atoms,
        children,
    };
    if depth > 0 {
        return draft;
    }
    let mut load = std::collections::BTreeMap::new();
    for &v in &draft.atoms {
        *load.entry(ground.graph.area[v as usize]).or_insert(0u64) += ground.milli[v as usize];
    }
    let main = load.iter().max_by_key(|&(&area, &load)| (load, std::cmp::Reverse(area)));
    if let Some((&area, &load)) = main
        && load * 2 > ground.total(&draft.atoms)
        && let Some(compound) = request.compounds.get(area as usize)
    {
        draft.kind = compound.kind.into();
        draft.name.clone_from(&compound.name);
    }
    draft
}

/// Puts the zones in code order, by parent and then by position, and gives them their codes and missing names.
fn number(
    drafts: Vec<Draft>,
    parents: Option<&Vec<Draft>>,
    request: &Request<'_>,
    level: &LevelRules,
    notes: &mut Vec<String>,
) -> Result<Vec<Draft>, PartitionError> {
    let rules = &request.rules.codes;
    let groups = parents.map_or(1, Vec::len);
    let mut by_parent: Vec<Vec<Draft>> = (0..groups).map(|_| Vec::new()).collect();
    for draft in drafts {
        by_parent[draft.parent.unwrap_or(0) as usize].push(draft);
    }
    let most = by_parent.iter().map(Vec::len).max().unwrap_or(0);
    let digits = codes::digits(most, level.code_digits);
    if digits > usize::from(level.code_digits) {
        notes.push(format!(
            "{}: {most} zones need {digits} digits, the preset has {}; the codes were made longer",
            level.key, level.code_digits
        ));
    }
    let mut numbered = Vec::new();
    for (row, group) in by_parent.into_iter().enumerate() {
        let parent = parents.and_then(|parents| parents.get(row));
        let prefix = parent.map_or(request.territory_code, |parent| parent.code.as_str());
        let atoms: Vec<Vec<u32>> = group.iter().map(|draft| draft.atoms.clone()).collect();
        for (i, at) in codes::order(&atoms, request.atoms, rules).into_iter().enumerate() {
            let mut draft = group[at].clone();
            draft.code = codes::code(prefix, rules, i + 1, digits)?.as_str().to_owned();
            if let Some(name) = parent.and_then(|parent| parent.name.as_ref()) {
                draft.name = Some(format!("{name}-{}", i + 1));
            }
            numbered.push(draft);
        }
    }
    Ok(numbered)
}

fn level_plan(level: &LevelRules, drafts: &[Draft], atoms: usize) -> Result<LevelPlan, PartitionError> {
    let mut assignment = vec![None; atoms];
    let mut zones = Vec::with_capacity(drafts.len());
    for (row, draft) in drafts.iter().enumerate() {
        for &v in &draft.atoms {
            assignment[v as usize] = Some(ZoneIdx::of(row));
        }
        zones.push(Zone {
            code: lifang_model::ZoneCode::new(draft.code.clone())?,
            name: draft.name.clone(),
            kind: draft.kind,
            parent: draft.parent.map(ZoneIdx),
            status: ZoneStatus::Draft,
        });
    }
    Ok(LevelPlan { key: level.key.clone(), zones, assignment })
}

#[cfg(test)]
mod tests;
