//! 评分与需求图层 Buildings, or zones of a level, with their score; buildings and whether they have all they need.

use super::{ReachLayerRequest, maybe, tenths, whole, words};
use crate::catalog::find;
use crate::changes::empty;
use crate::score::ItemWalk;
use crate::{NeedRequest, PlannerError, ScoreRequest, Session};
use lifang_export::Pen;
use lifang_formats::{FeatureTable, FieldType, Row, Value};
use lifang_model::{Polygon, Progress};
use std::collections::BTreeMap;

impl Session {
    /// The outline of each building by its code.
    fn outlines(&self) -> BTreeMap<&str, &[Polygon]> {
        let buildings = self.territory.buildings.iter();
        buildings.map(|building| (building.code.as_str(), building.outline.as_slice())).collect()
    }

    pub(super) fn scores(
        &self,
        request: &ReachLayerRequest,
        pen: &Pen,
        progress: &dyn Progress,
    ) -> Result<FeatureTable, PlannerError> {
        let profile = request.profile.clone().unwrap_or_else(|| "adult".to_owned());
        let result = self.score(&ScoreRequest { mix: request.mix.clone(), profile }, progress)?;
        let number = |value: Option<f64>| value.map_or(Value::Null, Value::Real);
        if let Some(level) = &request.level {
            let plan = self.plan.as_ref().ok_or_else(|| PlannerError::NoPlan { file: self.file() })?;
            let at = find("level", &plan.levels, level, |level| &level.key)?;
            let zones = result.levels.iter().find(|(key, _)| key == level).map(|(_, zones)| zones);
            let mut table = empty(
                "scores",
                &[
                    ("level", FieldType::Text),
                    ("code", FieldType::Text),
                    ("name", FieldType::Text),
                    ("mix", FieldType::Text),
                    ("profile", FieldType::Text),
                    ("score", FieldType::Real),
                    ("score_low", FieldType::Real),
                    ("score_high", FieldType::Real),
                    ("good_share", FieldType::Real),
                    ("counted", FieldType::Integer),
                    ("unknown", FieldType::Integer),
                ],
            );
            let labels: Vec<Option<u32>> = at.assignment.iter().map(|zone| zone.map(|zone| zone.0)).collect();
            let mut land: BTreeMap<u32, Vec<Polygon>> = BTreeMap::new();
            for outline in self.ground.fabric.dissolve(&labels) {
                land.insert(outline.label, outline.polygons);
            }
            for (row, zone) in (0u32..).zip(zones.into_iter().flatten()) {
                let figures = &zone.figures;
                table.rows.push(Row {
                    geometry: pen.polygons(land.get(&row).map_or(&[][..], Vec::as_slice))?,
                    values: vec![
                        words(level),
                        words(&zone.code),
                        maybe(zone.name.as_deref()),
                        words(&result.mix),
                        words(&result.profile),
                        number(figures.score),
                        number(figures.low),
                        number(figures.high),
                        number(figures.good),
                        whole(figures.people),
                        whole(figures.unknown),
                    ],
                });
            }
            return Ok(table);
        }
        let mut table = empty(
            "scores",
            &[
                ("code", FieldType::Text),
                ("name", FieldType::Text),
                ("mix", FieldType::Text),
                ("profile", FieldType::Text),
                ("score", FieldType::Real),
                ("score_low", FieldType::Real),
                ("score_high", FieldType::Real),
                ("counted", FieldType::Integer),
            ],
        );
        for item in &result.items {
            // Metres where they are known; the text beside them says what an empty field means.
            for (name, kind) in [("m_", FieldType::Real), ("s_", FieldType::Text)] {
                let column = lifang_formats::Column { name: format!("{name}{}", item.item), kind };
                table.columns.push(column);
            }
        }
        let outlines = self.outlines();
        for building in &result.buildings {
            let mut values = vec![
                words(&building.code),
                maybe(building.name.as_deref()),
                words(&result.mix),
                words(&result.profile),
                number(building.score),
                Value::Real(building.low),
                Value::Real(building.high),
                whole(building.people),
            ];
            for walk in &building.walks {
                values.extend(match walk {
                    ItemWalk::Metres(metres) => [tenths(*metres), words("known")],
                    ItemWalk::Word(word) => [Value::Null, words(word)],
                });
            }
            let outline = outlines.get(building.code.as_str()).copied().unwrap_or_default();
            table.rows.push(Row { geometry: pen.polygons(outline)?, values });
        }
        Ok(table)
    }

    pub(super) fn needs_layer(
        &self,
        request: &ReachLayerRequest,
        pen: &Pen,
        progress: &dyn Progress,
    ) -> Result<FeatureTable, PlannerError> {
        let result = self.needs(&NeedRequest::Named(request.need.clone()), progress)?;
        let mut table = empty(
            "needs",
            &[
                ("code", FieldType::Text),
                ("name", FieldType::Text),
                ("need", FieldType::Text),
                ("profile", FieldType::Text),
                ("met", FieldType::Text),
                ("lacks", FieldType::Text),
                ("households", FieldType::Integer),
                ("persons", FieldType::Integer),
                ("elders", FieldType::Integer),
                ("children", FieldType::Integer),
            ],
        );
        let outlines = self.outlines();
        for building in &result.buildings {
            let lacks: Vec<String> =
                building.lacks.iter().map(|&at| result.parts[at].services.join("+")).collect();
            let outline = outlines.get(building.code.as_str()).copied().unwrap_or_default();
            table.rows.push(Row {
                geometry: pen.polygons(outline)?,
                values: vec![
                    words(&building.code),
                    maybe(building.name.as_deref()),
                    words(&result.need),
                    words(&result.profile),
                    words(building.met),
                    maybe(Some(lacks.join(";").as_str()).filter(|text| !text.is_empty())),
                    whole(building.demand.households),
                    whole(building.demand.persons),
                    whole(building.demand.elders),
                    whole(building.demand.children),
                ],
            });
        }
        Ok(table)
    }
}
