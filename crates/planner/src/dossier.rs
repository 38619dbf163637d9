//! 网格档案 What is known of one zone beside its counts: its contact groups, and where its households come from.

use crate::session::open_to_read;
use crate::{PlannerError, Session};
use lifang_crs::{CrsSpec, FromFrame};
use lifang_model::{GroupKind, LineageEvent, LineageShare};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// 网格联系户 A contact group of a zone, with where its central household is best found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ZoneGroup {
    /// Number inside the zone, from 1.
    pub number: u32,
    /// Whom it holds.
    pub kind: GroupKind,
    /// Households, or merchants.
    pub count: u32,
    /// Code of the atom the central household is best chosen from.
    pub centre: String,
    /// Code of that atom's building; `None` on open land.
    pub building: Option<String>,
    /// Name of that building, where it has one.
    pub name: Option<String>,
    /// Longitude and latitude of that atom; `None` where the territory has no place on Earth.
    pub at: Option<(f64, f64)>,
    /// Codes of all its buildings, sorted.
    pub buildings: Vec<String>,
}

/// 网格沿革 What one replanning did to a zone.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ZoneEvent {
    /// What happened.
    pub event: LineageEvent,
    /// Where its households come from, or went to, the largest share first.
    pub shares: Vec<LineageShare>,
    /// Households that were in no zone before, or are in none now.
    pub others: u32,
}

impl Session {
    /// 联系户 The contact groups of a zone, by number; none where the rules ask for none, and on coarser levels. After an
    /// edit they are those of the plan judged last.
    #[must_use]
    pub fn groups_of(&self, zone: &str) -> Vec<ZoneGroup> {
        let Some(groups) = &self.groups else { return Vec::new() };
        let atoms: BTreeMap<&str, &lifang_model::Atom> =
            self.ground.atoms.iter().map(|atom| (atom.code.as_str(), atom)).collect();
        let building = |atom: &str| {
            let building = atoms.get(atom)?.building?;
            self.territory.buildings.get(building.at())
        };
        let degrees = FromFrame::new(&self.territory.frame, &CrsSpec::Epsg(4326)).ok();
        let mut found: Vec<ZoneGroup> = groups
            .groups
            .iter()
            .filter(|group| group.zone.as_str() == zone)
            .map(|group| {
                let centre = group.centre.as_str();
                let house = building(centre);
                let members: BTreeSet<&String> = group
                    .members
                    .iter()
                    .filter_map(|member| Some(&building(member.atom.as_str())?.code))
                    .collect();
                ZoneGroup {
                    number: group.number,
                    kind: group.kind,
                    count: group.count,
                    centre: centre.to_owned(),
                    building: house.map(|house| house.code.clone()),
                    name: house.and_then(|house| house.name.clone()),
                    at: atoms.get(centre).and_then(|atom| degrees.as_ref()?.point(atom.anchor).ok()),
                    buildings: members.into_iter().cloned().collect(),
                }
            })
            .collect();
        found.sort_by_key(|group| group.number);
        found
    }

    /// 沿革 What replannings did to a zone of the plan, the latest first; none where it is as it was first made.
    ///
    /// # Errors
    /// [`PlannerError::Store`].
    pub fn lineage_of(&self, zone: &str) -> Result<Vec<ZoneEvent>, PlannerError> {
        let mut known = self.plan.iter().flat_map(|plan| &plan.levels);
        let level = known.rfind(|level| level.zones.iter().any(|each| each.code.as_str() == zone));
        let Some(level) = level.map(|level| &level.key) else { return Ok(Vec::new()) };
        let all = open_to_read(&self.path)?.lineage()?;
        let events = all.iter().rev().flat_map(|replanning| &replanning.lineage);
        Ok(events
            .filter(|line| line.zone.as_str() == zone && line.level == *level)
            .map(|line| ZoneEvent { event: line.event, shares: line.shares.clone(), others: line.others })
            .collect())
    }
}
