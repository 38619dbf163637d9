//! 服务圈图层 Layers measured anew for one service, mix or need: areas of responsibility, circles of single stations, reached streets,
//! scores, needs.

use crate::catalog::find;
use crate::changes::empty;
use crate::what_if::refuse;
use crate::{Exported, PlannerError, Session};
use lifang_coverage::{Ways, cells_at, tiers_for, ways_for};
use lifang_crs::CrsSpec;
use lifang_export::{Pen, Target};
use lifang_formats::{CsvGeometry, Encoding, FeatureTable, FieldType, Format, Row, Value};
use lifang_model::{Demand, FacilityIdx, Point, Polygon, Profile, Progress, Tier};
use std::collections::BTreeMap;
use std::path::PathBuf;

mod scores;

/// 服务圈图层 What is measured anew.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReachLayer {
    /// 责任区 The land nearest to each open station; areas never overlap.
    Responsibility,
    /// 服务圈 The land within each tier of each single station, nearer tiers inside farther ones.
    Circles,
    /// 可达道路 The streets within each tier of the nearest station, cut where the walk ends.
    ReachedStreets,
    /// 评分 Buildings, or zones of a level, with their score.
    Scores,
    /// 组合需求 Buildings and whether they have all they need.
    Needs,
}

impl ReachLayer {
    /// Every layer.
    pub const ALL: [Self; 5] =
        [Self::Responsibility, Self::Circles, Self::ReachedStreets, Self::Scores, Self::Needs];

    /// The key used on the command line and in file names.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Responsibility => "responsibility",
            Self::Circles => "circles",
            Self::ReachedStreets => "reached_streets",
            Self::Scores => "scores",
            Self::Needs => "needs",
        }
    }

    /// The layer with this key.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|layer| layer.key() == key)
    }
}

/// 图层请求 What to measure, and where the files go.
#[derive(Clone, Debug)]
pub struct ReachLayerRequest {
    /// The layer.
    pub layer: ReachLayer,
    /// Category of stations.
    pub category: Option<String>,
    /// Tier set.
    pub tiers: String,
    /// The widest tier drawn; the widest of the set when not given.
    pub tier: Option<String>,
    /// Profile; adult when not given.
    pub profile: Option<String>,
    /// The one station of [`ReachLayer::Circles`], by code or name; all when not given.
    pub station: Option<String>,
    /// Level of [`ReachLayer::Scores`]; buildings when not given.
    pub level: Option<String>,
    /// Level whose zones [`ReachLayer::Responsibility`] keeps whole.
    pub snap_to: Option<String>,
    /// Mix of [`ReachLayer::Scores`].
    pub mix: String,
    /// Need of [`ReachLayer::Needs`].
    pub need: String,
    /// Format.
    pub format: Format,
    /// Coordinate system; `None` for the format's own.
    pub crs: Option<CrsSpec>,
    /// Text encoding of tables.
    pub encoding: Encoding,
    /// What a CSV says of where its rows are.
    pub csv_geometry: CsvGeometry,
    /// The file, or a folder, made when missing.
    pub out: PathBuf,
}

/// The stations of a category, the tiers up to the widest asked for, and the walker.
struct Stations<'a> {
    category: &'a str,
    open: Vec<FacilityIdx>,
    tiers: Vec<Tier>,
    profile: &'a Profile,
    ways: Ways,
}

impl Stations<'_> {
    fn limits(&self) -> Vec<u32> {
        self.tiers.iter().map(|tier| (tier.distance_m * 1000.0).round().clamp(1.0, 1e9) as u32).collect()
    }

    fn widest(&self) -> u32 {
        self.limits().last().copied().unwrap_or(1)
    }
}

pub(crate) fn words(text: &str) -> Value {
    Value::Text(text.to_owned())
}

pub(crate) fn maybe(text: Option<&str>) -> Value {
    text.map_or(Value::Null, words)
}

pub(crate) fn whole(number: impl Into<u64>) -> Value {
    Value::Integer(i64::try_from(number.into()).unwrap_or(i64::MAX))
}

pub(crate) fn tenths(number: f64) -> Value {
    Value::Real((number * 10.0).round() / 10.0)
}

fn area(land: &[Polygon]) -> Value {
    let area: f64 = land.iter().map(Polygon::area_m2).sum();
    Value::Real((area * 100.0).round() / 100.0)
}

impl Session {
    /// 导出服务圈 Measures and writes one layer.
    ///
    /// # Errors
    /// [`PlannerError::UnknownKey`], [`PlannerError::Rules`] or [`PlannerError::Selection`] for a request that makes no sense,
    /// [`PlannerError::Export`] when the files cannot be written.
    pub fn export_reach(
        &self,
        request: &ReachLayerRequest,
        progress: &dyn Progress,
    ) -> Result<Exported, PlannerError> {
        let crs = self.crs_for(request.crs.as_ref(), request.format)?;
        let mut table = self.reach_layer(request, &crs, progress)?;
        let parts: [Option<&str>; 3] = match request.layer {
            ReachLayer::Responsibility | ReachLayer::Circles | ReachLayer::ReachedStreets => {
                [request.category.as_deref(), request.tier.as_deref(), request.profile.as_deref()]
            }
            ReachLayer::Scores => [request.level.as_deref(), None, request.profile.as_deref()],
            ReachLayer::Needs => [None; 3],
        };
        for part in parts.into_iter().flatten() {
            table.name.push('-');
            // Keys that reach this were found in the catalogue or the plan; a level's may be anything.
            table.name.extend(part.chars().take(24).map(|c| if c.is_alphanumeric() { c } else { '_' }));
        }
        table.crs = Some(
            if crs == CrsSpec::Local { lifang_crs::frame_spec(&self.territory.frame) } else { crs.clone() }
                .to_string(),
        );
        progress.stage("export", None);
        let (format, encoding, out) = (request.format, request.encoding, request.out.as_path());
        let csv_geometry = request.csv_geometry;
        let target = Target { layer: None, format, crs: &crs, encoding, csv_geometry, out };
        let files = lifang_export::save(&self.scene(), &table, &target, &self.facts()?)?;
        let signature = if self.plan.is_some() { Some(self.signature()?) } else { None };
        let stage = self.plan.as_ref().map(|plan| plan.stage().key());
        Ok(Exported { files, crs: crs.to_string(), signature, stage })
    }

    /// 服务圈图层 Measures one layer, as a table in a coordinate system.
    ///
    /// # Errors
    /// As [`Session::export_reach`].
    pub fn reach_layer(
        &self,
        request: &ReachLayerRequest,
        crs: &CrsSpec,
        progress: &dyn Progress,
    ) -> Result<FeatureTable, PlannerError> {
        let pen = Pen::new(&self.territory.frame, crs)?;
        match request.layer {
            ReachLayer::Responsibility => {
                let stations = self.stations(request, progress)?;
                self.responsibility(request, &stations, &pen)
            }
            ReachLayer::Circles => {
                let stations = self.stations(request, progress)?;
                self.circles(request, &stations, &pen, progress)
            }
            ReachLayer::ReachedStreets => self.reached_streets(&self.stations(request, progress)?, &pen),
            ReachLayer::Scores => self.scores(request, &pen, progress),
            ReachLayer::Needs => self.needs_layer(request, &pen, progress),
        }
    }

    fn stations<'a>(
        &'a self,
        request: &'a ReachLayerRequest,
        progress: &dyn Progress,
    ) -> Result<Stations<'a>, PlannerError> {
        let Some(category) = &request.category else {
            let what = format!("layer {} is of one category", request.layer.key());
            return Err(refuse(what, "Give --category, see `lifang catalog`"));
        };
        let category = &self.catalog.service(category)?.key;
        let profile = self.catalog.profile(request.profile.as_deref().unwrap_or("adult"))?;
        let set = tiers_for(self.catalog.tier_set(&request.tiers)?, profile);
        let widest = match &request.tier {
            Some(key) => find("tier", &set.tiers, key, |tier| &tier.key)?.distance_m,
            None => f64::INFINITY,
        };
        let tiers = set.tiers.into_iter().filter(|tier| tier.distance_m <= widest).collect();
        let ways = ways_for(&self.territory, &self.ground.atoms, profile, progress)?;
        progress.stage("walks", None);
        let open = ways.open(&self.territory, category);
        Ok(Stations { category, open, tiers, profile, ways })
    }

    /// The cell of each station that lies inside the boundary; where several share a cell, the first has it.
    fn own_cells(&self, open: &[FacilityIdx]) -> Vec<Option<usize>> {
        let places: Vec<Point> = open.iter().map(|at| self.territory.facilities[at.at()].at).collect();
        cells_at(&self.ground.fabric, &places).into_iter().map(|cell| cell.map(|cell| cell.at())).collect()
    }

    fn responsibility(
        &self,
        request: &ReachLayerRequest,
        stations: &Stations<'_>,
        pen: &Pen,
    ) -> Result<FeatureTable, PlannerError> {
        let atoms = &self.ground.atoms;
        let limit = stations.widest();
        let near = stations.ways.nearest(&self.territory, &stations.open, stations.profile, limit);
        let mut labels: Vec<Option<u32>> =
            near.iter().map(|near| near.map(|(_, facility)| facility.0)).collect();
        // A station stands on its own land, also where that is so large that the middle of it is far off.
        for (station, cell) in stations.open.iter().zip(self.own_cells(&stations.open)).rev() {
            if let Some(slot) = cell.and_then(|cell| labels.get_mut(cell)).filter(|slot| slot.is_none()) {
                *slot = Some(station.0);
            }
        }
        if let Some(level) = &request.snap_to {
            labels = self.snapped(&labels, level)?;
        }
        let mut table = empty(
            "responsibility",
            &[
                ("station", FieldType::Text),
                ("name", FieldType::Text),
                ("category", FieldType::Text),
                ("profile", FieldType::Text),
                ("distance_m", FieldType::Real),
                ("capacity", FieldType::Integer),
                ("households", FieldType::Integer),
                ("persons", FieldType::Integer),
                ("elders", FieldType::Integer),
                ("children", FieldType::Integer),
                ("area_m2", FieldType::Real),
            ],
        );
        let mut people: BTreeMap<u32, Demand> = BTreeMap::new();
        for (atom, label) in atoms.iter().zip(&labels) {
            if let Some(label) = label {
                *people.entry(*label).or_default() += atom.demand;
            }
        }
        for outline in self.ground.fabric.dissolve(&labels) {
            let facility = &self.territory.facilities[outline.label as usize];
            let demand = people.get(&outline.label).copied().unwrap_or_default();
            table.rows.push(Row {
                geometry: pen.polygons(&outline.polygons)?,
                values: vec![
                    words(facility.code.as_str()),
                    maybe(facility.name.as_deref()),
                    words(stations.category),
                    words(&stations.profile.key),
                    tenths(f64::from(limit) / 1000.0),
                    facility.capacity.map_or(Value::Null, whole),
                    whole(demand.households),
                    whole(demand.persons),
                    whole(demand.elders),
                    whole(demand.children),
                    area(&outline.polygons),
                ],
            });
        }
        Ok(table)
    }

    /// Every zone of a level goes whole to the station that has most of its people, of equal ones most of its cells.
    fn snapped(&self, labels: &[Option<u32>], level: &str) -> Result<Vec<Option<u32>>, PlannerError> {
        let plan = self.plan.as_ref().ok_or_else(|| PlannerError::NoPlan { file: self.file() })?;
        let level = find("level", &plan.levels, level, |level| &level.key)?;
        let mut sums: Vec<BTreeMap<u32, (u64, u64, u64)>> = vec![BTreeMap::new(); level.zones.len()];
        for ((zone, label), atom) in level.assignment.iter().zip(labels).zip(&self.ground.atoms) {
            if let (Some(sums), Some(label)) = (zone.and_then(|zone| sums.get_mut(zone.at())), label) {
                let sum = sums.entry(*label).or_default();
                sum.0 += u64::from(atom.demand.persons);
                sum.1 += u64::from(atom.demand.households);
                sum.2 += 1;
            }
        }
        let most: Vec<Option<u32>> = sums
            .iter()
            .map(|sums| sums.iter().max_by_key(|(label, sum)| (**sum, std::cmp::Reverse(**label))))
            .map(|most| most.map(|(label, _)| *label))
            .collect();
        let of = |zone: &Option<lifang_model::ZoneIdx>| most.get((*zone)?.at()).copied().flatten();
        Ok(level.assignment.iter().map(of).collect())
    }

    fn circles(
        &self,
        request: &ReachLayerRequest,
        stations: &Stations<'_>,
        pen: &Pen,
        progress: &dyn Progress,
    ) -> Result<FeatureTable, PlannerError> {
        let mut table = empty(
            "circles",
            &[
                ("station", FieldType::Text),
                ("name", FieldType::Text),
                ("category", FieldType::Text),
                ("profile", FieldType::Text),
                ("tier", FieldType::Text),
                ("distance_m", FieldType::Real),
                ("minutes", FieldType::Integer),
                ("households", FieldType::Integer),
                ("persons", FieldType::Integer),
                ("elders", FieldType::Integer),
                ("children", FieldType::Integer),
                ("area_m2", FieldType::Real),
            ],
        );
        let wanted = |facility: &FacilityIdx| {
            let facility = &self.territory.facilities[facility.at()];
            request.station.as_ref().is_none_or(|key| {
                facility.code.as_str() == key || facility.name.as_deref() == Some(key.as_str())
            })
        };
        let chosen: Vec<FacilityIdx> = stations.open.iter().copied().filter(wanted).collect();
        if let Some(key) = request.station.as_ref().filter(|_| chosen.is_empty()) {
            let what = format!("there is no open station {key:?} of category {:?}", stations.category);
            return Err(refuse(what, "Give the code or name of one, see `lifang export --layer facilities`"));
        }
        let own = self.own_cells(&chosen);
        progress.stage("circles", Some(chosen.len() as u64));
        for (number, (&station, own)) in chosen.iter().zip(own).enumerate() {
            if progress.cancelled() {
                return Err(lifang_coverage::CoverageError::Cancelled.into());
            }
            let far = stations.ways.around(&self.territory, station, stations.profile, stations.widest());
            let facility = &self.territory.facilities[station.at()];
            for (tier, limit) in stations.tiers.iter().zip(stations.limits()) {
                let mut labels: Vec<Option<u32>> =
                    far.iter().map(|mm| mm.filter(|&mm| mm <= limit).map(|_| 0)).collect();
                let within = self.ground.atoms.iter().zip(&labels).filter(|(_, label)| label.is_some());
                let demand: Demand = within.map(|(atom, _)| atom.demand).sum();
                if let Some(slot) = own.and_then(|cell| labels.get_mut(cell)) {
                    *slot = Some(0);
                }
                let land: Vec<Polygon> = self
                    .ground
                    .fabric
                    .dissolve(&labels)
                    .into_iter()
                    .flat_map(|outline| outline.polygons)
                    .collect();
                table.rows.push(Row {
                    geometry: pen.polygons(&land)?,
                    values: vec![
                        words(facility.code.as_str()),
                        maybe(facility.name.as_deref()),
                        words(stations.category),
                        words(&stations.profile.key),
                        words(&tier.key),
                        tenths(tier.distance_m),
                        whole(tier.label_minutes),
                        whole(demand.households),
                        whole(demand.persons),
                        whole(demand.elders),
                        whole(demand.children),
                        area(&land),
                    ],
                });
            }
            progress.advance(number as u64 + 1);
        }
        Ok(table)
    }

    fn reached_streets(&self, stations: &Stations<'_>, pen: &Pen) -> Result<FeatureTable, PlannerError> {
        let mut table = empty(
            "reached_streets",
            &[
                ("street", FieldType::Text),
                ("name", FieldType::Text),
                ("category", FieldType::Text),
                ("profile", FieldType::Text),
                ("tier", FieldType::Text),
                ("distance_m", FieldType::Real),
                ("minutes", FieldType::Integer),
                ("length_m", FieldType::Real),
            ],
        );
        for piece in stations.ways.reached_streets(&stations.open, stations.profile, &stations.limits()) {
            let street = &self.territory.streets[piece.street as usize];
            let tier = &stations.tiers[piece.tier];
            table.rows.push(Row {
                geometry: pen.line(&piece.line)?,
                values: vec![
                    words(&street.code),
                    maybe(street.name.as_deref()),
                    words(stations.category),
                    words(&stations.profile.key),
                    words(&tier.key),
                    tenths(tier.distance_m),
                    whole(tier.label_minutes),
                    Value::Real(f64::from(piece.length_mm) / 1000.0),
                ],
            });
        }
        Ok(table)
    }
}
