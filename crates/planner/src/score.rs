//! 生活圈评分 How well homes are served by a mix of services, 0 to 100: per building, per zone, per level.

use crate::{PlannerError, Session, Stage, Stopwatch};
use lifang_coverage::{Nearness, Reach, Score, points, score};
use lifang_model::{Demand, Mix, Progress, Text};
use serde::Serialize;

/// 评分请求 Which mix, for whom.
#[derive(Clone, Debug, PartialEq)]
pub struct ScoreRequest {
    /// Mix key, or a TOML file of the user's own.
    pub mix: String,
    /// Profile key.
    pub profile: String,
}

impl Default for ScoreRequest {
    fn default() -> Self {
        Self { mix: "fifteen".to_owned(), profile: "adult".to_owned() }
    }
}

/// 评分数字 Mean score of some people.
#[derive(Copy, Clone, Debug, Default, PartialEq, Serialize)]
pub struct ScoreFigures {
    /// People counted: residents, or households where nobody knows the residents.
    pub people: u64,
    /// Those of whom no item is known: they have no score.
    pub unknown: u64,
    /// Mean score of the others by the items that are known; `None` when there are none.
    pub score: Option<f64>,
    /// Mean of all people if everything unknown counted nothing.
    pub low: Option<f64>,
    /// Mean of all people if everything unknown counted whole.
    pub high: Option<f64>,
    /// Share of the people with a score who have a good one, 0 to 1.
    pub good: Option<f64>,
}

/// 分项数字 One item of the mix.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ItemFigures {
    /// Key.
    pub item: String,
    /// Title.
    pub title: Text,
    /// What it counts beside the others.
    pub weight: f64,
    /// Open facilities.
    pub facilities: u32,
    /// Whether the data name any facility of its services; without one the item is unknown for everybody.
    pub data: bool,
    /// People for whom it counts whole.
    pub whole: u64,
    /// People for whom it counts in part.
    pub part: u64,
    /// People who can walk there, but so far that it counts 0.
    pub zero: u64,
    /// People who cannot reach it within the search.
    pub unreached: u64,
    /// People of whom nobody knows.
    pub unknown: u64,
    /// Mean points of those known, 0 to 1.
    pub mean: Option<f64>,
}

/// 网格评分 One zone.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ZoneScore {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: Option<String>,
    /// Its people.
    pub figures: ScoreFigures,
}

/// 楼栋评分 One building.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BuildingScore {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: Option<String>,
    /// People counted.
    pub people: u64,
    /// Score by the items that are known; `None` when none is.
    pub score: Option<f64>,
    /// If everything unknown counted nothing.
    pub low: f64,
    /// If everything unknown counted whole.
    pub high: f64,
    /// Metres to each item, in the order of the items: a number, `"unreached"` or `"unknown"`.
    pub walks: Vec<ItemWalk>,
}

/// 分项步行 How far an item is: three values that are never confused.
#[derive(Copy, Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum ItemWalk {
    /// Metres on foot.
    Metres(f64),
    /// Too far for the search, or no way; or nobody knows.
    Word(&'static str),
}

/// 评分结果 What came out.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ScoreResult {
    /// Key of the mix.
    pub mix: String,
    /// Its title.
    pub title: Text,
    /// Profile people walk by.
    pub profile: String,
    /// From this score on it is good.
    pub good: f64,
    /// `persons`, or `households` where nobody knows the residents.
    pub counted: &'static str,
    /// Source of the mix.
    pub source: String,
    /// Certainty tag of the source.
    pub certainty: String,
    /// Everybody.
    pub all: ScoreFigures,
    /// Item by item.
    pub items: Vec<ItemFigures>,
    /// Levels, coarse to fine, each with its zones in code order; empty without a plan.
    pub levels: Vec<(String, Vec<ZoneScore>)>,
    /// Buildings with an atom, in the order of the territory.
    pub buildings: Vec<BuildingScore>,
    /// Wall time, seconds.
    pub seconds: f64,
    /// Wall time per stage.
    pub stages: Vec<Stage>,
}

/// A mean being made.
#[derive(Copy, Clone, Default)]
struct Sum {
    people: u64,
    scored: u64,
    good: u64,
    score: f64,
    low: f64,
    high: f64,
}

impl Sum {
    fn add(&mut self, people: u64, score: &Score, good: f64) {
        let weight = people as f64;
        self.people += people;
        self.low += weight * score.low;
        self.high += weight * score.high;
        if let Some(known) = score.score {
            self.scored += people;
            self.score += weight * known;
            self.good += if known >= good { people } else { 0 };
        }
    }

    fn done(self) -> ScoreFigures {
        let mean = |sum: f64, of: u64| (of > 0).then(|| (sum / of as f64 * 1e4).round() / 1e4);
        ScoreFigures {
            people: self.people,
            unknown: self.people - self.scored,
            score: mean(self.score, self.scored),
            low: mean(self.low, self.people),
            high: mean(self.high, self.people),
            good: mean(self.good as f64, self.scored),
        }
    }
}

impl Session {
    /// 生活圈评分 Scores every home by a mix of services. Nothing is saved.
    ///
    /// # Errors
    /// [`PlannerError::UnknownKey`] or [`PlannerError::Rules`] for a mix that makes no sense; else those of measuring.
    pub fn score(
        &self,
        request: &ScoreRequest,
        progress: &dyn Progress,
    ) -> Result<ScoreResult, PlannerError> {
        let mut watch = Stopwatch::default();
        let mix = self.catalog.mix(&request.mix)?;
        let groups = mix.items.iter().map(|item| (item.services.as_slice(), item.zero_m));
        let near = self.near(&request.profile, groups, &mut watch, progress)?;
        let atoms = &self.ground.atoms;
        let known = atoms.iter().any(|atom| atom.demand.persons > 0);
        let people = |demand: &Demand| u64::from(if known { demand.persons } else { demand.households });
        let scores: Vec<Score> = (0..atoms.len()).map(|row| score(&mix.items, &near, row)).collect();
        let mut all = Sum::default();
        for (atom, score) in atoms.iter().zip(&scores) {
            all.add(people(&atom.demand), score, mix.good);
        }
        let mut levels = Vec::new();
        for level in self.plan.as_ref().map(|plan| plan.levels.as_slice()).unwrap_or_default() {
            let mut sums = vec![Sum::default(); level.zones.len()];
            for ((atom, score), zone) in atoms.iter().zip(&scores).zip(&level.assignment) {
                if let Some(sum) = zone.and_then(|zone| sums.get_mut(zone.at())) {
                    sum.add(people(&atom.demand), score, mix.good);
                }
            }
            let told = level.zones.iter().zip(sums).map(|(zone, sum)| ZoneScore {
                code: zone.code.to_string(),
                name: zone.name.clone(),
                figures: sum.done(),
            });
            levels.push((level.key.clone(), told.collect()));
        }
        let buildings = self.building_scores(&mix, &near, &scores, &people);
        let items = mix.items.iter().zip(&near).map(|(item, near)| {
            let mut told = ItemFigures {
                item: item.key.clone(),
                title: item.title.clone(),
                weight: item.weight,
                facilities: near.open,
                data: near.data,
                whole: 0,
                part: 0,
                zero: 0,
                unreached: 0,
                unknown: 0,
                mean: None,
            };
            let mut sum = 0.0;
            for (row, atom) in atoms.iter().enumerate() {
                let people = people(&atom.demand);
                let slot = match (points(item, near, row), near.known(row)) {
                    (None, _) | (_, None) => &mut told.unknown,
                    (_, Some(Reach::Beyond | Reach::Unsnapped)) => &mut told.unreached,
                    (Some(points), _) => {
                        sum += points * people as f64;
                        if points >= 1.0 {
                            &mut told.whole
                        } else if points > 0.0 {
                            &mut told.part
                        } else {
                            &mut told.zero
                        }
                    }
                };
                *slot += people;
            }
            let known = told.whole + told.part + told.zero + told.unreached;
            told.mean = (known > 0).then(|| (sum / known as f64 * 1e6).round() / 1e6);
            told
        });
        let items = items.collect();
        watch.lap("count");
        let (seconds, stages) = watch.finish();
        Ok(ScoreResult {
            mix: mix.key.clone(),
            title: mix.title.clone(),
            profile: request.profile.clone(),
            good: mix.good,
            counted: if known { "persons" } else { "households" },
            source: mix.source.clone(),
            certainty: mix.certainty.clone(),
            all: all.done(),
            items,
            levels,
            buildings,
            seconds,
            stages,
        })
    }

    /// Each building by its atoms, weighed by their people; those with nobody by all their atoms alike.
    fn building_scores(
        &self,
        mix: &Mix,
        near: &[Nearness],
        scores: &[Score],
        people: &dyn Fn(&Demand) -> u64,
    ) -> Vec<BuildingScore> {
        let atoms = &self.ground.atoms;
        let mut rows: Vec<Vec<usize>> = vec![Vec::new(); self.territory.buildings.len()];
        for (row, atom) in atoms.iter().enumerate() {
            if let Some(rows) = atom.building.and_then(|building| rows.get_mut(building.at())) {
                rows.push(row);
            }
        }
        let count = |row: usize| people(&atoms[row].demand);
        let told = |(building, rows): (&lifang_model::Building, &Vec<usize>)| {
            let most = |&row: &usize| (count(row), std::cmp::Reverse(row));
            let first = rows.iter().copied().max_by_key(most)?;
            let sum = rows.iter().map(|&row| count(row)).sum::<u64>();
            let mut figures = Sum::default();
            for &row in rows {
                figures.add(if sum > 0 { count(row) } else { 1 }, &scores[row], mix.good);
            }
            let figures = figures.done();
            Some(BuildingScore {
                code: building.code.clone(),
                name: building.name.clone(),
                people: sum,
                score: figures.score,
                low: figures.low.unwrap_or(0.0),
                high: figures.high.unwrap_or(0.0),
                walks: near.iter().map(|near| walk(near, first)).collect(),
            })
        };
        self.territory.buildings.iter().zip(&rows).filter_map(told).collect()
    }
}

fn walk(near: &Nearness, row: usize) -> ItemWalk {
    match near.known(row) {
        Some(Reach::Known(mm)) => ItemWalk::Metres(f64::from(mm) / 1000.0),
        Some(Reach::Beyond | Reach::Unsnapped) => ItemWalk::Word("unreached"),
        None => ItemWalk::Word("unknown"),
    }
}
