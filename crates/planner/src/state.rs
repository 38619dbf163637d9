//! 某一状态 A plan as it is, as it was published, as it was at an entry of its history, or another scenario of the file:
//! looked at, compared, exported, never saved.

use crate::content::Content;
use crate::desk::Desk;
use crate::divide::Turn;
use crate::{CoverOptions, PlannerError, Session, Stopwatch};
use lifang_model::{LevelPlan, Plan, Progress, Zone, ZoneCode, ZoneIdx, ZoneKind, ZoneStatus};
use lifang_store::PlanFile;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// 状态 Which state of which plan of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// 现状 As it is.
    Current,
    /// 发布 As it was published, by number.
    Publication(i64),
    /// 生效日 As it was in force on a day, `YYYY-MM-DD`.
    InForce(String),
    /// 条目 As it was right after an entry of the history; 0 for before the first.
    Entry(u64),
    /// 情景 Another plan of the file, by name.
    Scenario(String),
}

impl State {
    /// Takes a name apart: `FILE`, `FILE@1`, `FILE@2026-07-01`, `FILE@e17`, `FILE#SCENARIO`. A file of just that name is
    /// that file.
    #[must_use]
    pub fn parse(name: &str) -> (PathBuf, Self) {
        let whole = || (PathBuf::from(name), Self::Current);
        if Path::new(name).exists() {
            return whole();
        }
        if let Some((file, state)) = name.rsplit_once('@') {
            let entry = state.strip_prefix('e').and_then(|entry| entry.parse().ok());
            let found = match (state.parse(), entry) {
                (Ok(number), _) => Some(Self::Publication(number)),
                (_, Some(entry)) => Some(Self::Entry(entry)),
                _ if crate::stage::is_day(state) => Some(Self::InForce(state.to_owned())),
                _ => None,
            };
            if let Some(found) = found {
                return (PathBuf::from(file), found);
            }
        }
        match name.split_once('#') {
            Some((file, scenario)) => (PathBuf::from(file), Self::Scenario(scenario.to_owned())),
            None => whole(),
        }
    }
}

/// What a state is kept as.
enum Found {
    Plan(Box<Plan>),
    Content(Box<Content>),
}

impl Session {
    /// 打开某一状态 Opens a plan file in one of its states. Any but the current one can only be read.
    ///
    /// # Errors
    /// As [`Session::open`] and [`Session::show`].
    pub fn open_state(path: &Path, state: &State, progress: &dyn Progress) -> Result<Self, PlannerError> {
        let mut session = Self::open(path, progress)?;
        session.show(state, progress)?;
        Ok(session)
    }

    /// 展示某一状态 Shows another state than the current one. The session can then only be read: whatever would be saved
    /// ends as a conflict.
    ///
    /// # Errors
    /// [`PlannerError::Store`] when there is no such state, [`PlannerError::PlanOfOtherGround`] when it is over a ground
    /// that was built anew since; cells divided since are joined again.
    pub fn show(&mut self, state: &State, progress: &dyn Progress) -> Result<(), PlannerError> {
        let file = PlanFile::open_read_only(&self.path)?;
        let missing = |what: String| {
            PlannerError::Selection {
            what,
            action: "`lifang publish PLAN --list`, `lifang scenario list PLAN` and `lifang history PLAN` tell what there is"
                .to_owned(),
        }
        };
        let published =
            |number: i64| -> Result<Content, PlannerError> { Content::read(&file.published(number)?) };
        let found = match state {
            State::Current => return Ok(()),
            State::Publication(number) => Found::Content(Box::new(published(*number)?)),
            State::InForce(day) => {
                let publications = file.publications()?;
                let last = publications.iter().rfind(|one| one.effective <= *day);
                let last = last.ok_or_else(|| missing(format!("no plan was in force on {day}")))?;
                Found::Content(Box::new(published(last.number)?))
            }
            State::Entry(seq) => Found::Plan(Box::new(file.plan_after(*seq)?)),
            State::Scenario(name) => {
                let plan = file.plan_named(name)?;
                Found::Plan(Box::new(plan.ok_or_else(|| missing(format!("there is no scenario {name:?}")))?))
            }
        };
        let fabric = match &found {
            Found::Plan(plan) => &plan.fabric,
            Found::Content(content) => &content.fabric,
        };
        let measured = self.coverage.as_ref().map(CoverOptions::of);
        let turned = *fabric != self.ground.fabric.hash;
        if turned {
            self.back_to(&file, fabric)?;
        }
        let plan = match found {
            Found::Plan(plan) => *plan,
            Found::Content(content) => self.of_content(&content)?,
        };
        let same = self.plan.as_ref().is_some_and(|now| now.levels == plan.levels);
        self.plan = Some(plan);
        // No file has this revision, so nothing of it can be saved by mistake.
        self.desk = Desk::at(i64::MIN);
        self.judge(progress);
        if let Some(options) = measured.filter(|_| turned) {
            self.coverage = Some(self.measured(&options, &mut Stopwatch::default(), progress)?);
        } else if !same {
            // Who reaches what is the same for any plan over this ground; which zone they are in is not.
            for category in self.coverage.iter_mut().flat_map(|coverage| &mut coverage.categories) {
                category.tiers.iter_mut().for_each(|tier| tier.zones.clear());
            }
        }
        Ok(())
    }

    /// Takes cuts back until the ground is the one wanted. Coverage was told in the atoms of the other one.
    fn back_to(&mut self, file: &PlanFile, fabric: &str) -> Result<(), PlannerError> {
        let (mut territory, mut ground) = (self.territory.clone(), self.ground.clone());
        for change in file.grounds_back()? {
            if ground.fabric.hash == fabric {
                break;
            }
            // Behind what does not fit lies ground that was built anew.
            let Ok(turn) = Turn::of(&change, &territory, &ground) else { break };
            turn.make(&mut territory, &mut ground);
        }
        if ground.fabric.hash != fabric {
            return Err(PlannerError::PlanOfOtherGround { file: self.file() });
        }
        (self.territory, self.ground) = (territory, ground);
        self.coverage = None;
        Ok(())
    }

    /// The plan a content tells, over the ground of this session.
    fn of_content(&self, content: &Content) -> Result<Plan, PlannerError> {
        let other = || PlannerError::PlanOfOtherGround { file: self.file() };
        let damaged = |what: String| PlannerError::Selection {
            what: format!("the publication cannot be read: {what}"),
            action: "Restore the file from a backup".to_owned(),
        };
        if content.fabric != self.ground.fabric.hash {
            return Err(other());
        }
        let rules =
            serde_json::from_value(content.rules.clone()).map_err(|error| damaged(error.to_string()))?;
        let rows: BTreeMap<&str, &crate::ContentAtom> =
            content.atoms.iter().map(|atom| (atom.code.as_str(), atom)).collect();
        let mut levels: Vec<LevelPlan> = Vec::new();
        for (depth, (key, zones)) in content.levels.iter().enumerate() {
            let above = levels.last();
            let mut made = Vec::with_capacity(zones.len());
            for zone in zones {
                let parent = zone.parent.as_deref().and_then(|code| {
                    above?.zones.iter().position(|zone| zone.code.as_str() == code).map(ZoneIdx::of)
                });
                made.push(Zone {
                    code: ZoneCode::new(zone.code.as_str()).map_err(|error| damaged(error.to_string()))?,
                    name: zone.name.clone(),
                    kind: ZoneKind::from_key(&zone.kind).ok_or_else(|| damaged(zone.kind.clone()))?,
                    parent,
                    status: ZoneStatus::Published,
                });
            }
            let of = |code: &str| rows.get(code)?.zones.get(depth).copied().flatten().map(ZoneIdx);
            let assignment = self.ground.atoms.iter().map(|atom| of(atom.code.as_str())).collect();
            levels.push(LevelPlan { key: key.clone(), zones: made, assignment });
        }
        let (name, fabric) = (content.plan.clone(), content.fabric.clone());
        Ok(Plan { name, fabric, rules, seed: 0, levels, pinned: Vec::new() })
    }
}

#[cfg(test)]
mod tests {
    use super::State;
    use std::path::PathBuf;

    #[test]
    fn a_name_says_which_state_of_which_file() {
        let of = |name: &str| State::parse(name);
        assert_eq!(of("a.gpkg"), (PathBuf::from("a.gpkg"), State::Current));
        assert_eq!(of("a.gpkg@2").1, State::Publication(2));
        assert_eq!(
            of("a@b.gpkg@2026-07-01"),
            (PathBuf::from("a@b.gpkg"), State::InForce("2026-07-01".to_owned()))
        );
        assert_eq!(of("a.gpkg@e17").1, State::Entry(17));
        assert_eq!(of("a.gpkg#方案二").1, State::Scenario("方案二".to_owned()));
        assert_eq!(of("me@home.gpkg").1, State::Current);
    }
}
