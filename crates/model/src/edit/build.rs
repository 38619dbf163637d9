//! Checks an edit against a plan and writes down, step by step, what it changes.

use super::{Across, AtomSet, EditError, Part, Patch, Step};
use crate::{AtomIdx, LevelPlan, Plan, Zone, ZoneCode, ZoneIdx, ZoneKind, ZoneStatus};
use std::collections::{BTreeMap, BTreeSet};

/// Collects the steps of one edit. Zones that a step changed are looked up here, not in the plan.
pub(super) struct Builder<'a> {
    plan: &'a Plan,
    published: &'a BTreeSet<ZoneCode>,
    /// Zones as they are after the steps so far, where they differ from the plan or are new.
    zones: BTreeMap<(usize, ZoneIdx), Zone>,
    added: Vec<usize>,
    steps: Vec<Step>,
    /// Steps that only take the plan back to draft: an edit needs more than these.
    opening: usize,
}

impl<'a> Builder<'a> {
    pub fn new(plan: &'a Plan, published: &'a BTreeSet<ZoneCode>) -> Self {
        let added = vec![0; plan.levels.len()];
        Self { plan, published, zones: BTreeMap::new(), added, steps: Vec::new(), opening: 0 }
    }

    pub fn finish(self) -> Result<Patch, EditError> {
        if self.steps.len() > self.opening {
            Ok(Patch { steps: self.steps })
        } else {
            Err(EditError::Nothing)
        }
    }

    pub fn level(&self, key: &str) -> Result<usize, EditError> {
        self.plan.levels.iter().position(|level| level.key == key).ok_or_else(|| EditError::UnknownLevel {
            level: key.to_owned(),
            known: self.plan.levels.iter().map(|level| level.key.as_str()).collect::<Vec<_>>().join(", "),
        })
    }

    fn zone(&self, level: usize, zone: ZoneIdx) -> Option<&Zone> {
        self.zones.get(&(level, zone)).or_else(|| self.plan.levels.get(level)?.zones.get(zone.at()))
    }

    /// What people call a zone that may not be there.
    fn called(&self, level: usize, zone: Option<ZoneIdx>) -> String {
        let zone = zone.and_then(|zone| self.zone(level, zone));
        zone.map_or_else(|| "no zone".to_owned(), |zone| zone.code.to_string())
    }

    /// The zone in force with this code.
    pub fn living(&self, level: usize, code: &ZoneCode) -> Result<ZoneIdx, EditError> {
        let zones = &self.plan.levels[level].zones;
        let found = zones.iter().position(|zone| zone.code == *code && zone.status != ZoneStatus::Retired);
        found.map(ZoneIdx::of).ok_or_else(|| EditError::UnknownZone {
            level: self.plan.levels[level].key.clone(),
            code: code.to_string(),
        })
    }

    fn change(&mut self, level: usize, zone: ZoneIdx, change: impl FnOnce(&mut Zone)) {
        let Some(before) = self.zone(level, zone).cloned() else { return };
        let mut after = before.clone();
        change(&mut after);
        if after != before {
            self.zones.insert((level, zone), after.clone());
            self.steps.push(Step::Zone { level, zone, before, after });
        }
    }

    /// Zones of a plan that was shown, approved or published are drafts again.
    pub fn reopen(&mut self) {
        if self.plan.stage() != ZoneStatus::Draft {
            self.set_stage(ZoneStatus::Draft);
        }
        self.opening = self.steps.len();
    }

    fn set_stage(&mut self, to: ZoneStatus) {
        for (at, level) in self.plan.levels.iter().enumerate() {
            for row in 0..level.zones.len() {
                self.change(at, ZoneIdx::of(row), |zone| {
                    if zone.status != ZoneStatus::Retired {
                        zone.status = to;
                    }
                });
            }
        }
    }

    pub fn stage(&mut self, to: ZoneStatus) -> Result<(), EditError> {
        use ZoneStatus::{Approved, Consulted, Draft, Published, Retired};
        let from = self.plan.stage();
        let why = match (from, to) {
            (Draft, Consulted) | (Consulted, Approved) | (Approved, Published) => None,
            (Consulted | Approved, Draft) => None,
            (a, b) if a == b => return Err(EditError::Nothing),
            (_, Retired) => Some("a plan is retired by publishing the next one"),
            (Published, _) => Some("a published plan is changed by editing it, which begins a new draft"),
            _ => Some("the stages are draft, consulted, approved, published, one after the other"),
        };
        if let Some(why) = why {
            return Err(EditError::Stage { from: from.key(), to: to.key(), why });
        }
        self.set_stage(to);
        Ok(())
    }

    fn known(&self, level: &LevelPlan, atoms: &AtomSet) -> Result<(), EditError> {
        match atoms.last() {
            Some(last) if last.at() >= level.assignment.len() => {
                Err(EditError::UnknownAtom { atom: last.0, atoms: level.assignment.len() })
            }
            _ => Ok(()),
        }
    }

    fn loose(&self, atoms: &AtomSet) -> Result<(), EditError> {
        let mut held = self.plan.pinned.iter().copied().filter(|atom| atoms.contains(*atom));
        match held.next() {
            None => Ok(()),
            Some(first) => Err(EditError::Pinned { count: 1 + held.count(), first: first.0 }),
        }
    }

    /// Gives atoms to a zone; zones of the finer level go with them, and parents follow if asked.
    pub fn transfer(
        &mut self,
        level: usize,
        atoms: &AtomSet,
        to: ZoneIdx,
        across: Across,
    ) -> Result<(), EditError> {
        let plan = self.plan;
        let own = &plan.levels[level];
        self.known(own, atoms)?;
        let moving: AtomSet = atoms.iter().filter(|atom| own.assignment[atom.at()] != Some(to)).collect();
        self.loose(&moving)?;
        self.carry(level, &moving, to)?;
        self.assign(level, &moving, to);
        let mut below = (level, to);
        while let Some(above) = below.0.checked_sub(1) {
            let parent = self.zone(below.0, below.1).and_then(|zone| zone.parent);
            let Some(parent) = parent else { break };
            let coarse = &plan.levels[above];
            let outside: AtomSet = atoms
                .iter()
                .filter(|atom| coarse.assignment.get(atom.at()).is_some_and(|of| *of != Some(parent)))
                .collect();
            let Some(first) = outside.iter().next() else { break };
            if across == Across::Refuse {
                let zone = self.zone(level, to).map(|zone| zone.code.clone());
                let from = coarse.assignment[first.at()];
                return Err(EditError::Crosses {
                    level: coarse.key.clone(),
                    count: outside.len(),
                    from: self.called(above, from),
                    to: self.called(above, Some(parent)),
                    zone: zone.ok_or(EditError::Nothing)?,
                });
            }
            self.loose(&outside)?;
            self.assign(above, &outside, parent);
            below = (above, parent);
        }
        Ok(())
    }

    fn assign(&mut self, level: usize, atoms: &AtomSet, to: ZoneIdx) {
        let own = &self.plan.levels[level];
        let mut by: BTreeMap<Option<ZoneIdx>, Vec<AtomIdx>> = BTreeMap::new();
        for atom in atoms.iter() {
            by.entry(own.assignment[atom.at()]).or_default().push(atom);
        }
        for (from, atoms) in by {
            self.steps.push(Step::Assign { level, from, to: Some(to), atoms: atoms.into_iter().collect() });
        }
    }

    /// Zones of the finer level whose atoms all move get the new parent; one that would be cut stops the edit.
    fn carry(&mut self, level: usize, moving: &AtomSet, to: ZoneIdx) -> Result<(), EditError> {
        let plan = self.plan;
        let Some(finer) = plan.levels.get(level + 1) else { return Ok(()) };
        let mut counts: BTreeMap<ZoneIdx, usize> = BTreeMap::new();
        for zone in moving.iter().filter_map(|atom| *finer.assignment.get(atom.at())?) {
            *counts.entry(zone).or_default() += 1;
        }
        if counts.is_empty() {
            return Ok(());
        }
        let mut whole = vec![0usize; finer.zones.len()];
        for zone in finer.assignment.iter().flatten() {
            if let Some(count) = whole.get_mut(zone.at()) {
                *count += 1;
            }
        }
        for (zone, count) in counts {
            let Some(said) = self.zone(level + 1, zone) else { continue };
            if said.parent == Some(to) {
                continue;
            }
            if whole.get(zone.at()) != Some(&count) {
                return Err(EditError::Straddles {
                    level: finer.key.clone(),
                    zone: said.code.clone(),
                    from: self.called(level, said.parent),
                    to: self.called(level, Some(to)),
                });
            }
            self.change(level + 1, zone, |zone| zone.parent = Some(to));
        }
        Ok(())
    }

    pub fn merge(
        &mut self,
        level: &str,
        from: &[ZoneCode],
        into: &ZoneCode,
        across: Across,
    ) -> Result<(), EditError> {
        let level = self.level(level)?;
        let into = self.living(level, into)?;
        let mut ending = BTreeSet::new();
        for code in from {
            ending.insert(self.living(level, code)?);
        }
        ending.remove(&into);
        let own = &self.plan.levels[level];
        let atoms: AtomSet = (0..)
            .zip(&own.assignment)
            .filter(|(_, of)| of.is_some_and(|of| ending.contains(&of)))
            .map(|(row, _)| AtomIdx(row))
            .collect();
        self.transfer(level, &atoms, into, across)?;
        // Zones of the finer level that hold nothing have a parent too.
        for row in 0..self.plan.levels.get(level + 1).map_or(0, |finer| finer.zones.len()) {
            self.change(level + 1, ZoneIdx::of(row), |zone| {
                if zone.status != ZoneStatus::Retired && zone.parent.is_some_and(|p| ending.contains(&p)) {
                    zone.parent = Some(into);
                }
            });
        }
        for zone in ending {
            self.change(level, zone, |zone| zone.status = ZoneStatus::Retired);
        }
        Ok(())
    }

    pub fn split(&mut self, level: &str, zone: &ZoneCode, parts: &[Part]) -> Result<(), EditError> {
        let level = self.level(level)?;
        let at = self.living(level, zone)?;
        let refuse = |why| EditError::BadSplit { code: zone.clone(), why };
        let own = &self.plan.levels[level];
        let mut taken: BTreeSet<AtomIdx> = BTreeSet::new();
        for part in parts {
            self.known(own, &part.atoms)?;
            if part.atoms.is_empty() {
                return Err(refuse("a part is empty"));
            }
            for atom in part.atoms.iter() {
                if own.assignment[atom.at()] != Some(at) {
                    return Err(refuse("an atom lies in another zone"));
                }
                if !taken.insert(atom) {
                    return Err(refuse("an atom lies in two parts"));
                }
            }
        }
        if own.assignment.iter().filter(|of| **of == Some(at)).count() == taken.len() {
            return Err(refuse("nothing of it is left"));
        }
        let of = own.zones[at.at()].clone();
        let parent = of.parent.and_then(|parent| self.zone(level.checked_sub(1)?, parent));
        let parent = parent.map(|parent| parent.code.clone());
        for part in parts {
            let new = self.fresh(level, &part.code, None, of.kind, parent.as_ref(), &part.atoms)?;
            self.transfer(level, &part.atoms, new, Across::Refuse)?;
        }
        Ok(())
    }

    pub fn redraw(&mut self, level: &str, parts: &[Part], across: Across) -> Result<(), EditError> {
        let at = self.level(level)?;
        let own = &self.plan.levels[at];
        let mut now: BTreeMap<AtomIdx, ZoneIdx> = BTreeMap::new();
        for part in parts.iter().filter(|part| !part.atoms.is_empty()) {
            self.known(own, &part.atoms)?;
            let to = match self.living(at, &part.code) {
                Ok(zone) => zone,
                Err(_) => self.fresh(at, &part.code, None, ZoneKind::Comprehensive, None, &part.atoms)?,
            };
            for atom in part.atoms.iter() {
                if now.insert(atom, to).is_some() {
                    let why = "an atom lies in two parts";
                    return Err(EditError::BadSplit { code: part.code.clone(), why });
                }
            }
            self.transfer(at, &part.atoms, to, across)?;
        }
        let left: BTreeSet<ZoneIdx> = now.keys().filter_map(|atom| own.assignment[atom.at()]).collect();
        let mut held: BTreeSet<ZoneIdx> = now.values().copied().collect();
        let stays = |row: &u32| !now.contains_key(&AtomIdx(*row));
        held.extend((0..).zip(&own.assignment).filter(|(row, _)| stays(row)).filter_map(|(_, of)| *of));
        let finer = self.plan.levels.get(at + 1).map_or(&[][..], |finer| &finer.zones[..]);
        let parents: BTreeSet<ZoneIdx> = (0..finer.len())
            .filter_map(|row| self.zone(at + 1, ZoneIdx::of(row)))
            .filter(|zone| zone.status != ZoneStatus::Retired)
            .filter_map(|zone| zone.parent)
            .collect();
        for zone in left.into_iter().filter(|zone| !held.contains(zone) && !parents.contains(zone)) {
            self.change(at, zone, |zone| zone.status = ZoneStatus::Retired);
        }
        Ok(())
    }

    /// Refuses a code that is, was, or in a revision before was in use.
    pub fn unused(&self, code: &ZoneCode) -> Result<(), EditError> {
        let here = self.plan.levels.iter().flat_map(|level| &level.zones).chain(self.zones.values());
        if self.published.contains(code) || here.into_iter().any(|zone| zone.code == *code) {
            return Err(EditError::CodeUsed { code: code.clone() });
        }
        Ok(())
    }

    /// Adds a zone, for now without atoms.
    pub fn fresh(
        &mut self,
        level: usize,
        code: &ZoneCode,
        name: Option<String>,
        kind: ZoneKind,
        parent: Option<&ZoneCode>,
        atoms: &AtomSet,
    ) -> Result<ZoneIdx, EditError> {
        self.unused(code)?;
        let own = &self.plan.levels[level];
        self.known(own, atoms)?;
        let parent = match (parent, level.checked_sub(1)) {
            (_, None) => None,
            (Some(code), Some(above)) => Some(self.living(above, code)?),
            (None, Some(above)) => {
                let first = atoms.iter().next();
                let parent = first.and_then(|first| *self.plan.levels[above].assignment.get(first.at())?);
                Some(parent.ok_or_else(|| EditError::NoParent { code: code.clone() })?)
            }
        };
        let zone = Zone { code: code.clone(), name, kind, parent, status: ZoneStatus::Draft };
        let at = ZoneIdx::of(own.zones.len() + self.added[level]);
        self.added[level] += 1;
        self.zones.insert((level, at), zone.clone());
        self.steps.push(Step::Add { level, zone });
        Ok(at)
    }

    /// Changes what is said of a zone.
    pub fn say(
        &mut self,
        level: &str,
        zone: &ZoneCode,
        change: impl FnOnce(&mut Zone),
    ) -> Result<(), EditError> {
        let level = self.level(level)?;
        let zone = self.living(level, zone)?;
        self.change(level, zone, change);
        Ok(())
    }

    pub fn retire(&mut self, level: &str, zone: &ZoneCode) -> Result<(), EditError> {
        let at = self.level(level)?;
        let which = self.living(at, zone)?;
        let atoms = self.plan.levels[at].assignment.iter().filter(|of| **of == Some(which)).count();
        let finer = self.plan.levels.get(at + 1).map_or(&[][..], |finer| &finer.zones[..]);
        let living = |zone: &&Zone| zone.parent == Some(which) && zone.status != ZoneStatus::Retired;
        let zones = finer.iter().filter(living).count();
        if atoms + zones > 0 {
            return Err(EditError::Occupied { code: zone.clone(), atoms, zones });
        }
        self.change(at, which, |zone| zone.status = ZoneStatus::Retired);
        Ok(())
    }

    /// Atoms given, and those of zones.
    fn meant(&self, level: &str, zones: &[ZoneCode], atoms: &AtomSet) -> Result<AtomSet, EditError> {
        let level = self.level(level)?;
        let own = &self.plan.levels[level];
        self.known(own, atoms)?;
        let mut wanted = BTreeSet::new();
        for code in zones {
            wanted.insert(self.living(level, code)?);
        }
        let of_zones = (0..)
            .zip(&own.assignment)
            .filter(|(_, of)| of.is_some_and(|of| wanted.contains(&of)))
            .map(|(row, _)| AtomIdx(row));
        Ok(of_zones.chain(atoms.iter()).collect())
    }

    pub fn pin(&mut self, level: &str, zones: &[ZoneCode], atoms: &AtomSet) -> Result<(), EditError> {
        let held: AtomSet = self.plan.pinned.iter().copied().collect();
        let atoms = self.meant(level, zones, atoms)?;
        let atoms: AtomSet = atoms.iter().filter(|atom| !held.contains(*atom)).collect();
        if !atoms.is_empty() {
            self.steps.push(Step::Pin { atoms });
        }
        Ok(())
    }

    pub fn unpin(&mut self, level: &str, zones: &[ZoneCode], atoms: &AtomSet) -> Result<(), EditError> {
        let held: AtomSet = self.plan.pinned.iter().copied().collect();
        let atoms = self.meant(level, zones, atoms)?;
        let atoms: AtomSet = atoms.iter().filter(|atom| held.contains(*atom)).collect();
        if !atoms.is_empty() {
            self.steps.push(Step::Unpin { atoms });
        }
        Ok(())
    }
}
