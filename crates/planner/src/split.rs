//! 拆分 Works out how a zone divides: into so many parts, or into parts inside its level's band.

use crate::{CrsSpec, PlannerError, Session};
use lifang_model::{AtomIdx, AtomSet, Band, Edit, EditError, Part, Progress, ZoneCode, ZoneIdx, ZoneStatus};
use lifang_partition::{Effort, GraphRequest};
use std::collections::BTreeMap;

/// 拆分方式 Into what a zone is to be divided.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Division {
    /// Into so many parts of about the same size.
    Into(u32),
    /// Into parts inside the band of its level.
    Band,
}

impl Session {
    /// 拟拆分 The edit that divides a zone; nothing is changed. The part with the lowest atom keeps the code.
    ///
    /// # Errors
    /// [`PlannerError::Selection`] when the zone cannot be divided so, [`PlannerError::Edit`] when there is no such zone.
    pub fn division(
        &self,
        level: &str,
        zone: &ZoneCode,
        into: Division,
        progress: &dyn Progress,
    ) -> Result<Edit, PlannerError> {
        let plan = self.plan_or_none()?;
        let refuse = |what: String, action: &str| PlannerError::Selection { what, action: action.to_owned() };
        let (depth, at) = self.find(level, zone)?;
        let own = &plan.levels[depth];
        let members: Vec<usize> =
            (0..own.assignment.len()).filter(|&row| own.assignment[row] == Some(at)).collect();
        let place: BTreeMap<usize, u32> = (0..).zip(&members).map(|(place, &atom)| (atom, place)).collect();
        let atoms = &self.ground.atoms;
        let load = |atom: usize| (plan.rules.load(&atoms[atom].demand).0 / 1000) as u32;
        let mut loads: Vec<u32> = members.iter().map(|&atom| load(atom)).collect();
        if loads.iter().all(|&load| load == 0) {
            // Where nobody counts, parts of as many atoms.
            loads.fill(1);
        }
        let total: u64 = loads.iter().map(|&load| u64::from(load)).sum();
        let band = match into {
            Division::Into(k) if k < 2 || k as usize > members.len() => {
                let what = format!("zone {zone} of {} atoms cannot be split into {k}", members.len());
                return Err(refuse(what, "Give a number from 2 to its atoms"));
            }
            Division::Into(k) => {
                let part = total as f64 / f64::from(k);
                let of = |share: f64| (part * share) as u32;
                Band { min: of(0.8).max(1), target: of(1.0).max(1), max: of(1.2).max(1) }
            }
            Division::Band => plan
                .rules
                .levels
                .iter()
                .find(|rules| rules.key == own.key)
                .and_then(|rules| rules.band)
                .ok_or_else(|| {
                    refuse(format!("level {level} has no size band"), "Say into how many parts instead")
                })?,
        };
        let edges: Vec<(u32, u32, f64)> = self
            .ground
            .fabric
            .links
            .iter()
            .filter_map(|link| {
                Some((*place.get(&link.a.at())?, *place.get(&link.b.at())?, link.shared.metres()))
            })
            .collect();
        let xy: Vec<(f64, f64)> = members
            .iter()
            .map(|&atom| (f64::from(atoms[atom].anchor.x) / 1e3, f64::from(atoms[atom].anchor.y) / 1e3))
            .collect();
        let request = GraphRequest {
            loads: &loads,
            edges: &edges,
            xy: Some(&xy),
            groups: None,
            band,
            zones: match into {
                Division::Into(k) => Some(k),
                Division::Band => None,
            },
            seed: plan.seed,
            effort: Effort { moves: None, seconds: None },
        };
        let solution = lifang_partition::partition_graph(&request, progress)?;
        let mut parts: BTreeMap<u32, Vec<AtomIdx>> = BTreeMap::new();
        for (&atom, &label) in members.iter().zip(&solution.labels) {
            parts.entry(label).or_default().push(AtomIdx::of(atom));
        }
        let mut parts: Vec<Vec<AtomIdx>> = parts.into_values().collect();
        parts.sort();
        if parts.len() < 2 {
            return Err(refuse(format!("zone {zone} does not divide"), "Say into how many parts"));
        }
        self.divided(level, zone, parts)
    }

    /// 划线切分 The edit that divides a zone along a drawn line; nothing is changed. The cut follows the borders of cells
    /// nearest to the line. Coordinates are longitude and latitude in WGS 84 unless a system is named; the part with the
    /// lowest atom keeps the code.
    ///
    /// # Errors
    /// [`PlannerError::Selection`] when the line does not divide the zone, [`PlannerError::Edit`] when there is no such zone,
    /// [`PlannerError::Crs`] when the coordinates cannot be taken over.
    pub fn cut(
        &self,
        level: &str,
        zone: &ZoneCode,
        line: &[(f64, f64)],
        crs: Option<&CrsSpec>,
    ) -> Result<Edit, PlannerError> {
        let (depth, at) = self.find(level, zone)?;
        let assignment = &self.plan_or_none()?.levels[depth].assignment;
        let members = (0..assignment.len()).filter(|&row| assignment[row] == Some(at)).map(AtomIdx::of);
        let members: Vec<AtomIdx> = members.collect();
        let parts = self.ground.fabric.cut(&members, &self.to_frame(line, crs)?);
        self.parted(level, zone, parts)
    }

    /// The edit that leaves a zone the first of the parts a line makes of it.
    pub(crate) fn parted(
        &self,
        level: &str,
        zone: &ZoneCode,
        parts: Vec<Vec<AtomIdx>>,
    ) -> Result<Edit, PlannerError> {
        if parts.len() < 2 {
            return Err(PlannerError::Selection {
                what: format!("the line does not divide zone {zone}"),
                action: "Draw it from border to border of the zone, with cells on both sides".to_owned(),
            });
        }
        self.divided(level, zone, parts)
    }

    /// The edit that leaves the first part to a zone and gives the others codes of their own.
    fn divided(&self, level: &str, zone: &ZoneCode, parts: Vec<Vec<AtomIdx>>) -> Result<Edit, PlannerError> {
        let codes = self.fresh_codes(level, zone, parts.len() - 1)?;
        let parts = codes.into_iter().zip(parts.into_iter().skip(1));
        Ok(Edit::Split {
            level: level.to_owned(),
            zone: zone.clone(),
            parts: parts.map(|(code, atoms)| Part { code, atoms: atoms.into_iter().collect() }).collect(),
        })
    }

    /// 新编码 Codes for zones beside one of this code, never used before.
    ///
    /// # Errors
    /// [`PlannerError::Edit`] when there is no such zone.
    pub fn fresh_codes(
        &self,
        level: &str,
        beside: &ZoneCode,
        count: usize,
    ) -> Result<Vec<ZoneCode>, PlannerError> {
        let plan = self.plan_or_none()?;
        let (depth, at) = self.find(level, beside)?;
        let parent = plan.levels[depth].zones[at.at()].parent;
        let mut used = self.desk.published.clone();
        let mut codes = Vec::new();
        for _ in 0..count {
            let code = plan.fresh_code(depth, parent, &self.territory.code, &used)?;
            used.insert(code.clone());
            codes.push(code);
        }
        Ok(codes)
    }

    /// 新编码 A code for a zone made of some atoms, never used before.
    ///
    /// # Errors
    /// [`PlannerError::Edit`] when there is no such level.
    pub fn fresh_code_for(&self, level: &str, atoms: &AtomSet) -> Result<ZoneCode, PlannerError> {
        let plan = self.plan_or_none()?;
        let depth = self.depth(level)?;
        let coarser = depth.checked_sub(1).and_then(|above| plan.levels.get(above));
        let first = atoms.iter().next();
        let parent = first.and_then(|first| *coarser?.assignment.get(first.at())?);
        Ok(plan.fresh_code(depth, parent, &self.territory.code, &self.desk.published)?)
    }

    fn depth(&self, level: &str) -> Result<usize, PlannerError> {
        let plan = self.plan_or_none()?;
        let known = || plan.levels.iter().map(|level| level.key.as_str()).collect::<Vec<_>>().join(", ");
        let unknown = || EditError::UnknownLevel { level: level.to_owned(), known: known() };
        Ok(plan.levels.iter().position(|own| own.key == level).ok_or_else(unknown)?)
    }

    /// Place of the level and zone in force with a code.
    pub(crate) fn find(&self, level: &str, zone: &ZoneCode) -> Result<(usize, ZoneIdx), PlannerError> {
        let plan = self.plan_or_none()?;
        let depth = self.depth(level)?;
        let mut zones = plan.levels[depth].zones.iter();
        let at = zones.position(|own| own.code == *zone && own.status != ZoneStatus::Retired);
        let unknown = || EditError::UnknownZone { level: level.to_owned(), code: zone.to_string() };
        Ok((depth, ZoneIdx::of(at.ok_or_else(unknown)?)))
    }
}
