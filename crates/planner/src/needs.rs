//! 组合需求 Who has several services near at once: "every elder within 500 m of a canteen and a clinic".

use crate::what_if::refuse;
use crate::{PlannerError, Session, Stage, Stopwatch};
use lifang_coverage::{Met, Nearness, met, part_met, ways};
use lifang_model::{Demand, Need, Progress, Text, Who};
use serde::Serialize;

/// 需求请求 Which need.
#[derive(Clone, Debug, PartialEq)]
pub enum NeedRequest {
    /// A built-in need by key, or a TOML file of the user's own.
    Named(String),
    /// One put together on the spot.
    Own(Need),
}

/// 需求数字 Who has all they need, who has not, and of whom nobody knows.
#[derive(Copy, Clone, Debug, Default, PartialEq, Serialize)]
pub struct NeedFigures {
    /// Demand where every part is met.
    pub met: Demand,
    /// Demand where some part is known not to be met.
    pub unmet: Demand,
    /// Demand where no part is known not to be met and some part is not known.
    pub unknown: Demand,
    /// Share of those counted who have all they need, 0 to 1, the unknown among the others; `None` when nobody is counted.
    pub share: Option<f64>,
}

impl NeedFigures {
    fn add(&mut self, met: Met, demand: Demand) {
        match met {
            Met::Yes => self.met += demand,
            Met::No => self.unmet += demand,
            Met::Unknown => self.unknown += demand,
        }
    }

    fn done(mut self, who: Who) -> Self {
        let count = |demand: &Demand| f64::from(who.of(demand));
        let all = count(&self.met) + count(&self.unmet) + count(&self.unknown);
        self.share = (all > 0.0).then(|| (count(&self.met) / all * 1e9).round() / 1e9);
        self
    }
}

/// 分项数字 One part of the need by itself.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PartFigures {
    /// Keys of the categories, any of which will do.
    pub services: Vec<String>,
    /// Walking distance, metres.
    pub within_m: f64,
    /// Open facilities.
    pub facilities: u32,
    /// Whether the data name any facility of these categories; without one nothing is known of them.
    pub data: bool,
    /// Who has it.
    pub figures: NeedFigures,
    /// Demand that lacks this part and no other.
    pub only_this: Demand,
}

/// 网格需求 One zone.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ZoneNeed {
    /// Key of its level.
    pub level: String,
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: Option<String>,
    /// Its people.
    pub figures: NeedFigures,
}

/// 楼栋需求 One building.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BuildingNeed {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: Option<String>,
    /// `yes`, `no` or `unknown`: that of its worst part.
    pub met: &'static str,
    /// Places in `parts` of those it lacks.
    pub lacks: Vec<usize>,
    /// Its people.
    pub demand: Demand,
}

/// 需求结果 Who has all they need.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NeedResult {
    /// Key of the need.
    pub need: String,
    /// Its title.
    pub title: Text,
    /// Whose need it is.
    pub who: Who,
    /// Profile they walk by.
    pub profile: String,
    /// Source of the numbers.
    pub source: String,
    /// Certainty tag of the source.
    pub certainty: String,
    /// Everybody.
    pub all: NeedFigures,
    /// Part by part.
    pub parts: Vec<PartFigures>,
    /// Zones, level by level, coarse to fine, in code order; empty without a plan.
    pub zones: Vec<ZoneNeed>,
    /// Inhabited buildings, in the order of the territory.
    pub buildings: Vec<BuildingNeed>,
    /// Wall time, seconds.
    pub seconds: f64,
    /// Wall time per stage.
    pub stages: Vec<Stage>,
}

pub(crate) const fn word(met: Met) -> &'static str {
    match met {
        Met::Yes => "yes",
        Met::No => "no",
        Met::Unknown => "unknown",
    }
}

/// The worse of two answers for one building.
fn worse(a: Met, b: Met) -> Met {
    match (a, b) {
        (Met::No, _) | (_, Met::No) => Met::No,
        (Met::Unknown, _) | (_, Met::Unknown) => Met::Unknown,
        _ => Met::Yes,
    }
}

impl Session {
    /// 组合需求 Tells who has all the parts of a need within their walks. Nothing is saved.
    ///
    /// # Errors
    /// [`PlannerError::UnknownKey`] or [`PlannerError::Rules`] for a need that makes no sense; else those of measuring.
    pub fn needs(&self, request: &NeedRequest, progress: &dyn Progress) -> Result<NeedResult, PlannerError> {
        let mut watch = Stopwatch::default();
        let need = match request {
            NeedRequest::Named(key) => self.catalog.need(key)?,
            NeedRequest::Own(need) => {
                self.catalog.check_need(&need.key, need)?;
                need.clone()
            }
        };
        let near = self.near(
            &need.profile,
            need.all.iter().map(|part| (part.services.as_slice(), part.within_m)),
            &mut watch,
            progress,
        )?;
        let atoms = &self.ground.atoms;
        let each: Vec<Met> = (0..atoms.len()).map(|row| met(&need.all, &near, row)).collect();
        let sum = |met: &dyn Fn(usize) -> Met| {
            let mut sum = NeedFigures::default();
            (0..atoms.len()).for_each(|row| sum.add(met(row), atoms[row].demand));
            sum.done(need.who)
        };
        let parts = need
            .all
            .iter()
            .zip(&near)
            .enumerate()
            .map(|(at, (part, near_part))| {
                let lacks_others = |row: usize| {
                    let others = need.all.iter().zip(&near).enumerate().filter(|(other, _)| *other != at);
                    others.into_iter().any(|(_, (part, near))| part_met(part, near, row) != Met::Yes)
                };
                let alone = |row: &usize| part_met(part, near_part, *row) == Met::No && !lacks_others(*row);
                PartFigures {
                    services: part.services.clone(),
                    within_m: part.within_m,
                    facilities: near_part.open,
                    data: near_part.data,
                    figures: sum(&|row| part_met(part, near_part, row)),
                    only_this: (0..atoms.len()).filter(alone).map(|row| atoms[row].demand).sum(),
                }
            })
            .collect();
        let mut zones = Vec::new();
        for level in self.plan.as_ref().map(|plan| plan.levels.as_slice()).unwrap_or_default() {
            let mut sums = vec![NeedFigures::default(); level.zones.len()];
            for (row, zone) in level.assignment.iter().enumerate().take(atoms.len()) {
                if let Some(sum) = zone.and_then(|zone| sums.get_mut(zone.at())) {
                    sum.add(each[row], atoms[row].demand);
                }
            }
            zones.extend(level.zones.iter().zip(sums).map(|(zone, sum)| ZoneNeed {
                level: level.key.clone(),
                code: zone.code.to_string(),
                name: zone.name.clone(),
                figures: sum.done(need.who),
            }));
        }
        let buildings = self.buildings_of(&need, &near, &each);
        watch.lap("count");
        let (seconds, stages) = watch.finish();
        Ok(NeedResult {
            need: need.key.clone(),
            title: need.title.clone(),
            who: need.who,
            profile: need.profile.clone(),
            source: need.source.clone(),
            certainty: need.certainty.clone(),
            all: sum(&|row| each[row]),
            parts,
            zones,
            buildings,
            seconds,
            stages,
        })
    }

    fn buildings_of(&self, need: &Need, near: &[Nearness], each: &[Met]) -> Vec<BuildingNeed> {
        let mut found: Vec<Option<(Met, u32, Demand)>> = vec![None; self.territory.buildings.len()];
        for (row, atom) in self.ground.atoms.iter().enumerate() {
            let Some(slot) = atom.building.and_then(|building| found.get_mut(building.at())) else {
                continue;
            };
            if atom.demand == Demand::default() {
                continue;
            }
            let (worst, lacks, demand) = slot.get_or_insert((Met::Yes, 0, Demand::default()));
            *worst = worse(*worst, each[row]);
            *demand += atom.demand;
            for (at, (part, near)) in need.all.iter().zip(near).enumerate() {
                if part_met(part, near, row) == Met::No {
                    *lacks |= 1 << at;
                }
            }
        }
        let told = |(building, found): (&lifang_model::Building, Option<(Met, u32, Demand)>)| {
            let (met, lacks, demand) = found?;
            Some(BuildingNeed {
                code: building.code.clone(),
                name: building.name.clone(),
                met: word(met),
                lacks: (0..need.all.len()).filter(|at| lacks >> at & 1 == 1).collect(),
                demand,
            })
        };
        self.territory.buildings.iter().zip(found).filter_map(told).collect()
    }

    /// How near each group of services is, looked for to twice its distance and at least 2 km, so that people see by how
    /// much it is missed.
    pub(crate) fn near<'a>(
        &self,
        profile: &str,
        groups: impl Iterator<Item = (&'a [String], f64)>,
        watch: &mut Stopwatch,
        progress: &dyn Progress,
    ) -> Result<Vec<Nearness>, PlannerError> {
        let profile = self.catalog.profile(profile)?;
        if profile.drive.is_some() {
            let what = format!("profile {:?} drives, and these distances are walked", profile.key);
            return Err(refuse(what, "Choose a profile that walks, see `lifang catalog`"));
        }
        let ways = ways(&self.territory, &self.ground.atoms, progress)?;
        watch.lap("network");
        progress.stage("walks", None);
        let cutoff = |metres: f64| (metres * 2.0).max(2000.0) * 1000.0;
        let groups: Vec<(&[String], u32)> =
            groups.map(|(services, metres)| (services, cutoff(metres) as u32)).collect();
        let near = ways.nearnesses(&self.territory, &groups, profile);
        watch.lap("walks");
        Ok(near)
    }
}
