//! 新增与脱离 What is new, and what came off its zone: zones of its own where its load calls for that, else part of the
//! zones around it.

use super::Work;
use super::attach::{attach, beside};
use crate::graph::{Graph, NONE};
use crate::level::finest;
use crate::nest::{Nested, nest};
use crate::solve::stream;
use crate::stop::Stop;
use lifang_model::{Grouping, Load};
use rand::Rng;
use std::collections::{BTreeMap, BTreeSet};

/// Takes out of every zone all but its heaviest piece; pieces with pins stay. Returns what was taken out.
pub(crate) fn loosen(graph: &Graph, weight: &[u64], label: &mut [u32], pinned: &[bool]) -> Vec<u32> {
    let mut pieces: BTreeMap<u32, Vec<Vec<u32>>> = BTreeMap::new();
    let mut seen = vec![false; graph.len()];
    for first in 0..graph.len() as u32 {
        if seen[first as usize] || label[first as usize] == NONE {
            continue;
        }
        let zone = label[first as usize];
        seen[first as usize] = true;
        let mut piece = vec![first];
        let mut head = 0;
        while head < piece.len() {
            for &w in graph.near(piece[head]) {
                if !seen[w as usize] && label[w as usize] == zone {
                    seen[w as usize] = true;
                    piece.push(w);
                }
            }
            head += 1;
        }
        pieces.entry(zone).or_default().push(piece);
    }
    let mut loose = Vec::new();
    for pieces in pieces.values().filter(|pieces| pieces.len() > 1) {
        let holds = |piece: &[u32]| piece.iter().any(|&v| pinned[v as usize]);
        let load = |piece: &[u32]| piece.iter().map(|&v| weight[v as usize]).sum::<u64>();
        let key = |at: usize| {
            let piece = &pieces[at];
            (holds(piece), load(piece), piece.len(), std::cmp::Reverse(at))
        };
        let main = (0..pieces.len()).max_by_key(|&at| key(at));
        for (at, piece) in pieces.iter().enumerate() {
            if Some(at) != main && !holds(piece) {
                loose.extend_from_slice(piece);
            }
        }
    }
    for &v in &loose {
        label[v as usize] = NONE;
    }
    loose
}

impl Work<'_> {
    /// Finds a place for every atom that has none.
    pub(crate) fn arrive(&mut self, stop: &Stop<'_>) {
        let mut label = std::mem::take(&mut self.label);
        loosen(&self.ground.graph, &self.ground.milli, &mut label, &self.pinned);
        self.label = label;
        let mut small = Vec::new();
        for piece in self.ground.graph.components(|v| self.label[v as usize] == NONE) {
            let mut rest = piece;
            if self.finest() > 0 && self.request.rules.levels[0].grouping == Grouping::Area {
                rest = self.new_areas(rest, stop);
            }
            for piece in self.pieces(&rest) {
                if self.stands_alone(&piece) {
                    self.settle(piece, stop);
                } else {
                    small.extend(piece);
                }
            }
        }
        let mut label = std::mem::take(&mut self.label);
        let left = attach(&self.ground.graph, &mut label, small);
        self.label = label;
        for piece in self.pieces(&left) {
            if self.ground.total(&piece) > 0 {
                self.found(0, 0, &piece, stop);
            }
        }
    }

    /// Connected pieces of some atoms, each sorted, in order of their first atom. Looks at no others, for there may be
    /// thousands of small changes in a large city.
    fn pieces(&self, atoms: &[u32]) -> Vec<Vec<u32>> {
        let mut left: BTreeSet<u32> = atoms.iter().copied().collect();
        let mut pieces = Vec::new();
        while let Some(first) = left.pop_first() {
            let mut piece = vec![first];
            let mut head = 0;
            while head < piece.len() {
                for w in self.ground.graph.near(piece[head]) {
                    if left.remove(w) {
                        piece.push(*w);
                    }
                }
                head += 1;
            }
            piece.sort_unstable();
            pieces.push(piece);
        }
        pieces
    }

    /// Whether a piece is enough for a zone of the finest level.
    fn stands_alone(&self, piece: &[u32]) -> bool {
        let load = self.ground.total(piece);
        match finest(self.request.rules, &self.sums) {
            Some((_, sums)) => load >= Load::units(sums.band.min).0,
            None => load > 0,
        }
    }

    /// Areas most of whose load is new become coarse zones, if finer zones can add up to it. Returns what is left.
    fn new_areas(&mut self, atoms: Vec<u32>, stop: &Stop<'_>) -> Vec<u32> {
        let compounds = self.request.compounds.len() as u32;
        let mut of: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for &v in &atoms {
            let area = self.ground.graph.area[v as usize];
            if area < compounds {
                of.entry(area).or_default().push(v);
            }
        }
        let mut taken = Vec::new();
        for (area, atoms) in of {
            let mut whole = 0;
            for (&milli, &of) in self.ground.milli.iter().zip(&self.ground.graph.area) {
                whole += if of == area { milli } else { 0 };
            }
            let pieces = self.pieces(&atoms);
            let key = |at: &usize| (self.ground.total(&pieces[*at]), std::cmp::Reverse(*at));
            let Some(piece) = (0..pieces.len()).max_by_key(key).map(|at| &pieces[at]) else { continue };
            let load = self.ground.total(piece);
            let stands = match finest(self.request.rules, &self.sums) {
                Some((_, sums)) => sums.sums.can_tile(u64::from(sums.scale.one(load))),
                None => load > 0,
            };
            if stands && load * 2 > whole {
                let zone = self.add(0, 0);
                self.area.insert(zone, area);
                self.found(1, zone, piece, stop);
                taken.extend_from_slice(piece);
            }
        }
        taken.sort_unstable();
        atoms.into_iter().filter(|v| taken.binary_search(v).is_err()).collect()
    }

    /// Makes finest zones of a piece, each under the coarse zone it lies beside.
    fn settle(&mut self, piece: Vec<u32>, stop: &Stop<'_>) {
        let depth = self.finest();
        let parent = depth
            .checked_sub(1)
            .map(|above| beside(&self.ground.graph, &piece, |v| self.zone_of(v, above).unwrap_or(NONE)));
        match parent {
            Some(Some(parent)) => self.found(depth, parent, &piece, stop),
            Some(None) | None => self.found(0, 0, &piece, stop),
        }
    }

    /// Divides a piece from a level down, from scratch.
    fn found(&mut self, depth: usize, parent: u32, piece: &[u32], stop: &Stop<'_>) {
        let Work { request, .. } = *self;
        let first = piece.first().copied().unwrap_or(0);
        let seed = stream(request.seed, &[0x006e_6577, u64::from(first)]).random();
        let sums = &self.sums[depth..];
        let (zones, _) = nest(&self.ground, request.rules, (sums, &[]), piece, seed, &request.effort, stop);
        for zone in zones {
            self.enter(depth, parent, zone);
        }
    }

    fn enter(&mut self, depth: usize, parent: u32, nested: Nested) {
        let zone = self.add(depth, parent);
        if depth == self.finest() {
            for v in nested.atoms {
                self.label[v as usize] = zone;
            }
        } else if nested.children.is_empty() {
            self.enter(depth + 1, zone, nested);
        } else {
            for child in nested.children {
                self.enter(depth + 1, zone, child);
            }
        }
    }

    fn add(&mut self, depth: usize, parent: u32) -> u32 {
        self.parent[depth].push(parent);
        self.parent[depth].len() as u32 - 1
    }
}
