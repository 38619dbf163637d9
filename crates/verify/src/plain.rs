//! 普通图 Misses of a division of a plain graph, with what can be proven of them.

use crate::graph::Graph;
use crate::pocket::{self, ALL_STEPS, Field};
use lifang_model::{Band, Load};
use std::collections::{BTreeMap, BTreeSet};

/// 平图不符 A zone of a plain graph outside the band.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct GraphMiss {
    /// Its label.
    pub zone: u32,
    /// What it counts.
    pub load: u64,
    /// `Some(false)` if one of `atoms` is in a zone outside the band in every division into connected zones; `None` if that is open.
    pub avoidable: Option<bool>,
    /// The atoms the proof is about, none of them in two proofs; empty without one.
    pub atoms: Vec<u32>,
    /// How many ways there are in which zones in the band could hold some of the atoms; no choice of them holds all. 0 for an atom
    /// that exceeds the band alone.
    pub ways: usize,
}

/// 平图不符 Every zone outside the band, by label. Edges that name an atom that does not exist, or one twice, are left out.
///
/// # Determinism
/// The same input gives the same answer; searches end by steps, not by the clock.
#[must_use]
pub fn graph_misses(loads: &[u32], edges: &[(u32, u32)], labels: &[u32], band: Band) -> Vec<GraphMiss> {
    let milli: Vec<u64> = loads.iter().map(|&load| u64::from(load) * 1000).collect();
    let inside = |&&(a, b): &&(u32, u32)| (a as usize) < loads.len() && (b as usize) < loads.len() && a != b;
    let graph = Graph::of(loads.len(), edges.iter().filter(inside).map(|&(a, b)| (a, b, 0)));
    // By label, as labels may be any numbers, however large.
    let mut zones: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for (atom, &zone) in labels.iter().enumerate().take(loads.len()) {
        zones.entry(zone).or_default().push(atom);
    }
    let load = |members: &[usize]| members.iter().map(|&atom| milli[atom]).sum::<u64>();
    let most = Load::units(band.max).0;
    let field = Field { graph: &graph, load: &milli, band };
    let missed = |(_, members): &(u32, Vec<usize>)| !band.holds(Load(load(members)));
    let mut steps = ALL_STEPS;
    let mut taken = BTreeSet::new();
    let mut misses = Vec::new();
    for (zone, members) in zones.into_iter().filter(missed) {
        let large = members.iter().copied().find(|&atom| milli[atom] > most).map(|atom| (vec![atom], 0));
        let proof = large.or_else(|| {
            let found = pocket::find(&field, &members, &taken, &mut steps)?;
            Some((found.atoms, found.pieces))
        });
        let avoidable = proof.as_ref().map(|_| false);
        let (atoms, ways) = proof.unwrap_or_default();
        taken.extend(atoms.iter().copied());
        let atoms = atoms.into_iter().map(|atom| atom as u32).collect();
        misses.push(GraphMiss { zone, load: load(&members) / 1000, avoidable, atoms, ways });
    }
    misses
}
