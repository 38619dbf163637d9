//! 证明 What no plan can avoid, and the arithmetic that shows it.

use crate::ground::Ground;
use crate::level::LevelSums;
use crate::problem::Problem;
use crate::propose::{Draft, in_band};
use lifang_model::{Atom, Band, LevelRules, Load, Relaxation, Rules};
use serde::{Deserialize, Serialize};

/// 证明 Why a zone is out of its band.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Certificate {
    /// Level.
    pub level: String,
    /// Code of the zone.
    pub zone: String,
    /// `Some(false)` when proven unavoidable, `None` when unknown.
    pub avoidable: Option<bool>,
    /// Why, with the arithmetic.
    pub cause: String,
    /// The smallest change that would remove it, if one is known.
    pub relaxation: Option<Relaxation>,
}

/// Zones no plan can bring into the band: one for each oversize atom, and one for each component without such atoms
/// whose load no number of zones in band adds up to.
///
/// Valid for plans in which no zone holds two oversize atoms; merging those would only hide a violation in another.
pub(crate) fn lower_bound(problem: &Problem) -> u32 {
    let graph = &problem.graph;
    let mut bound = 0;
    for part in graph.components(|_| true) {
        let oversize = part.iter().filter(|&&v| problem.oversize(v)).count() as u32;
        let total = graph.total(&part);
        bound += if oversize == 0 && total > 0 { u32::from(!problem.sums.can_tile(total)) } else { oversize };
    }
    bound
}

/// One certificate for every zone out of band.
pub(crate) fn certify(
    atoms: &[Atom],
    ground: &Ground,
    rules: &Rules,
    sums: &[Option<LevelSums>],
    levels: &[Vec<Draft>],
) -> Vec<Certificate> {
    let mut certificates = Vec::new();
    for (depth, (level, drafts)) in rules.levels.iter().zip(levels).enumerate() {
        let (Some(sums), Some(band)) = (sums[depth].as_ref(), level.band) else { continue };
        let missed: Vec<u32> =
            (0..drafts.len() as u32).filter(|&i| !in_band(level, ground, &drafts[i as usize])).collect();
        if missed.is_empty() {
            continue;
        }
        let context = Context::new(ground, depth.checked_sub(1).and_then(|d| levels.get(d)), band);
        for &i in &missed {
            let draft = &drafts[i as usize];
            let reason = reason(atoms, ground, level, sums, band, &context, draft);
            certificates.push(Certificate {
                level: level.key.clone(),
                zone: draft.code.clone(),
                avoidable: reason.0,
                cause: reason.1,
                relaxation: reason.2,
            });
        }
    }
    certificates
}

/// The pieces zones can be made of.
struct Context<'a> {
    parents: Option<&'a Vec<Draft>>,
    /// Component of each atom, and the load of each.
    component: (Vec<u32>, Vec<u64>),
    /// The same once every atom larger than the band is taken away.
    pocket: (Vec<u32>, Vec<u64>),
}

impl<'a> Context<'a> {
    fn new(ground: &Ground, parents: Option<&'a Vec<Draft>>, band: Band) -> Self {
        let max = Load::units(band.max).0;
        let label = |inside: &dyn Fn(u32) -> bool| {
            let mut of = vec![u32::MAX; ground.milli.len()];
            let mut load = Vec::new();
            for part in ground.graph.components(inside) {
                for &v in &part {
                    of[v as usize] = load.len() as u32;
                }
                load.push(ground.total(&part));
            }
            (of, load)
        };
        let pocket = label(&|v| ground.milli[v as usize] <= max);
        Self { parents, component: label(&|_| true), pocket }
    }
}

type Reason = (Option<bool>, String, Option<Relaxation>);

fn reason(
    atoms: &[Atom],
    ground: &Ground,
    level: &LevelRules,
    sums: &LevelSums,
    band: Band,
    context: &Context<'_>,
    draft: &Draft,
) -> Reason {
    let load = ground.total(&draft.atoms);
    let units = |milli: u64| Load(milli).as_units();
    let (min, max) = (Load::units(band.min).0, Load::units(band.max).0);
    if let Some(&v) = draft.atoms.iter().find(|&&v| ground.milli[v as usize] > max) {
        let cause = format!(
            "atom {} alone counts {}, more than the {} a zone of level {} may hold",
            atoms[v as usize].code,
            units(ground.milli[v as usize]),
            band.max,
            level.key
        );
        let divided = atoms[v as usize].building.is_some() && atoms[v as usize].floors.is_none();
        let relaxation =
            divided.then(|| Relaxation { what: "atoms.split_above".to_owned(), to: band.max.to_string() });
        return (Some(false), cause, relaxation);
    }
    let first = draft.atoms.first().map_or(0, |&v| v as usize);
    let pocket =
        context.pocket.0.get(first).and_then(|&p| context.pocket.1.get(p as usize)).copied().unwrap_or(0);
    let whole = context
        .component
        .0
        .get(first)
        .and_then(|&c| context.component.1.get(c as usize))
        .copied()
        .unwrap_or(0);
    if whole < min {
        let cause =
            format!("everything connected to it counts {} in all, less than {}", units(whole), band.min);
        return (Some(false), cause, widen(band, whole));
    }
    if pocket < min {
        let cause = format!(
            "what can be reached without passing an oversize atom counts {} in all, less than {}",
            units(pocket),
            band.min
        );
        return (Some(false), cause, widen(band, load));
    }
    if !tiles(sums, whole) {
        let cause = dead_end("everything connected to it", whole, band);
        return (Some(false), cause, widen(band, whole));
    }
    let parent = context.parents.and_then(|parents| draft.parent.and_then(|p| parents.get(p as usize)));
    if let Some(parent) = parent {
        let inside = ground.total(&parent.atoms);
        if !tiles(sums, inside) {
            let avoidable = if parent.is_area { Some(false) } else { None };
            let cause = dead_end(&format!("its parent {}", parent.code), inside, band);
            return (avoidable, cause, widen(band, inside));
        }
    }
    let off = if load < min { min - load } else { load - load.min(max) };
    let cause = format!("{} off the band; no better division was found, but none was ruled out", units(off));
    (None, cause, widen(band, load))
}

fn tiles(sums: &LevelSums, milli: u64) -> bool {
    sums.sums.can_tile(u64::from(sums.scale.one(milli)))
}

fn dead_end(what: &str, milli: u64, band: Band) -> String {
    let k = milli / Load::units(band.max).0;
    format!(
        "{what} counts {}: too much for {k} zones of at most {}, too little for {} of at least {}",
        Load(milli).as_units(),
        band.max,
        k + 1,
        band.min
    )
}

/// The narrowest band around this one into which some number of equal zones of this load falls.
fn widen(band: Band, milli: u64) -> Option<Relaxation> {
    let load = milli.div_ceil(1000);
    let ends = |k: u64| (u64::from(band.min).min(load / k), u64::from(band.max).max(load.div_ceil(k)));
    let most = load.div_ceil(u64::from(band.min.max(1))).max(1);
    let (low, high) =
        (most.saturating_sub(1).max(1)..=most).map(ends).min_by_key(|(low, high)| (high - low, *low))?;
    let wider = (low, high) != (u64::from(band.min), u64::from(band.max));
    (low > 0 && wider).then(|| Relaxation { what: "band".to_owned(), to: format!("[{low}, {high}]") })
}
