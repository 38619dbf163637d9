//! 工作簿 The whole plan as one Excel workbook: zones of every level, the zone of every building, violations, coverage, and what
//! each column means.

use crate::certainty::surest;
use crate::layers::{self, zone_field};
use crate::sheet::{COUNTS, Field, Sheet, known, maybe_text, maybe_whole, real, text, whole};
use crate::{ExportError, Fact, LayerKind, LayerRequest, Scene, dictionary, effective, shape};
use lifang_crs::CrsSpec;
use lifang_formats::{FeatureTable, FieldType, Value};

/// 工作簿 The sheets of a plan in their order, each with its name. Zones carry a point inside them in `crs`.
///
/// # Errors
/// [`ExportError`] when there is no plan, parts of the scene do not belong together, or the system cannot be reached.
pub fn book(
    scene: &Scene<'_>,
    crs: &CrsSpec,
    facts: &[Fact],
) -> Result<Vec<(String, FeatureTable)>, ExportError> {
    let plan = scene.plan.ok_or(ExportError::NoPlan)?;
    let shapes = shape::Shapes::new(&scene.territory.frame, crs)?;
    let mut sheets = vec![("概况 Summary".to_owned(), summary(scene, crs, facts))];
    for level in &plan.levels {
        let title = plan
            .rules
            .levels
            .iter()
            .find(|rules| rules.key == level.key)
            .map(|rules| rules.title.zh.as_str());
        let request = LayerRequest { level: Some(level.key.clone()), ..LayerRequest::of(LayerKind::Zones) };
        let zones = layers::zones(scene, &request, &shapes)?;
        let name = format!("{} {}", title.unwrap_or_default(), level.key);
        sheets.push((name.trim().to_owned(), lifang_formats::with_positions(&zones)));
    }
    sheets.push(("楼栋对照 Buildings".to_owned(), buildings(scene)?));
    sheets.push(("问题 Violations".to_owned(), violations(scene)));
    if scene.coverage.is_some() {
        sheets.push((
            "覆盖率 Coverage".to_owned(),
            layers::coverage(scene, &LayerRequest::of(LayerKind::Coverage), &shapes)?,
        ));
        sheets.push((
            "缺口 Gaps".to_owned(),
            layers::gaps(scene, &LayerRequest::of(LayerKind::Gaps), &shapes)?,
        ));
    }
    if !scene.groups.is_empty() {
        sheets.push(("联系户 Contact groups".to_owned(), layers::groups(scene, &shapes)?));
    }
    sheets.push(("数据问题 Faults".to_owned(), faults(scene)));
    sheets.push(("字段说明 Dictionary".to_owned(), meanings(scene, &sheets)));
    Ok(sheets)
}

/// 表头 What stands over each column: Chinese, and below it the key.
#[must_use]
pub fn titles(scene: &Scene<'_>, table: &FeatureTable) -> Vec<String> {
    table
        .columns
        .iter()
        .map(|column| match meaning(scene, &column.name) {
            Some((zh, ..)) => format!("{zh}\n{}", column.name),
            None => column.name.clone(),
        })
        .collect()
}

/// Chinese, English and unit of a field of any sheet.
fn meaning(scene: &Scene<'_>, field: &str) -> Option<(String, String, &'static str)> {
    let level =
        scene.plan.and_then(|plan| plan.rules.levels.iter().find(|level| zone_field(&level.key) == field));
    match (dictionary::entry(field), level) {
        (Some((zh, en, unit)), _) => Some((zh.to_owned(), en.to_owned(), unit)),
        (None, Some(level)) => {
            Some((format!("{}编码", level.title.zh), format!("code of the {}", level.title.en), ""))
        }
        (None, None) => None,
    }
}

fn summary(scene: &Scene<'_>, crs: &CrsSpec, facts: &[Fact]) -> FeatureTable {
    let mut sheet =
        Sheet::new(&[("item", FieldType::Text), ("item_en", FieldType::Text), ("value", FieldType::Text)]);
    let mut add = |zh: &str, en: &str, value: Value| sheet.row(None, vec![text(zh), text(en), value]);
    let territory = scene.territory;
    add("辖区", "territory", text(&territory.name));
    add(
        "辖区编码",
        "official code",
        maybe_text(Some(territory.code.as_str()).filter(|code| !code.is_empty())),
    );
    let area: f64 = territory.boundary.iter().map(lifang_model::Polygon::area_m2).sum();
    add("面积 (m2)", "area, m2", real(area, 1));
    add("建筑", "buildings", whole(u32::try_from(territory.buildings.len()).unwrap_or(u32::MAX)));
    let total: lifang_model::Demand = scene.atoms.iter().map(|atom| atom.demand).sum();
    for ((key, _), value) in COUNTS.iter().zip(known(&total, &surest(scene.atoms))) {
        let (zh, en, _) = dictionary::entry(key).unwrap_or((key, key, ""));
        add(zh, en, value);
    }
    if let Some(plan) = scene.plan {
        add("规则", "rules", text(format!("{} ({})", plan.rules.title.zh, plan.rules.key)));
    }
    if let Some(report) = scene.report {
        for level in &report.levels {
            add(&format!("{}：网格数", level.key), &format!("{}: zones", level.key), whole(level.zones));
            if level.banded > 0 {
                add(
                    &format!("{}：规模达标", level.key),
                    &format!("{}: in band", level.key),
                    whole(level.in_band),
                );
            }
        }
        add("不符合规则", "violations", whole(u32::try_from(report.violations.len()).unwrap_or(u32::MAX)));
        add("空隙 (m2)", "gaps, m2", real(report.tiling.gap_m2, 6));
        add("重叠 (m2)", "overlaps, m2", real(report.tiling.overlap_m2, 6));
    }
    if layers::is_draft(scene) {
        add("状态", "status", text("草案，不得发布 draft; not for publication"));
    }
    add("坐标系", "coordinate system", text(effective(scene, crs).to_string()));
    for fact in facts {
        add(fact.zh, fact.key, text(&fact.value));
    }
    sheet.done()
}

/// One row an atom of a building: where it is, who is in it, and its zone of every level.
fn buildings(scene: &Scene<'_>) -> Result<FeatureTable, ExportError> {
    let head: [Field; 8] = [
        ("building", FieldType::Text),
        ("building_name", FieldType::Text),
        ("compound", FieldType::Text),
        ("compound_name", FieldType::Text),
        ("unit", FieldType::Integer),
        ("floor_low", FieldType::Integer),
        ("floor_high", FieldType::Integer),
        ("atom", FieldType::Text),
    ];
    let fields: Vec<Field> = head.into_iter().chain(COUNTS).collect();
    let mut sheet = Sheet::new(&fields);
    let levels = scene.plan.map_or(&[][..], |plan| &plan.levels);
    for level in levels {
        layers::fitting(scene, level)?;
        sheet.text_column(zone_field(&level.key));
    }
    for (row, atom) in scene.atoms.iter().enumerate() {
        let Some(building) = atom.building.and_then(|at| scene.territory.buildings.get(at.at())) else {
            continue;
        };
        let compound = atom.compound.and_then(|at| scene.territory.compounds.get(at.at()));
        let mut values = vec![
            text(&building.code),
            maybe_text(building.name.as_deref()),
            maybe_text(compound.map(|compound| compound.code.as_str())),
            maybe_text(compound.and_then(|compound| compound.name.as_deref())),
            whole(atom.unit),
            maybe_whole(atom.floors.map(|floors| floors.low)),
            maybe_whole(atom.floors.map(|floors| floors.high)),
            text(atom.code.as_str()),
        ];
        values.extend(known(&atom.demand, &atom.sources));
        for level in levels {
            let zone = level.assignment[row].and_then(|zone| level.zones.get(zone.at()));
            values.push(maybe_text(zone.map(|zone| zone.code.as_str())));
        }
        sheet.row(None, values);
    }
    Ok(sheet.done())
}

fn violations(scene: &Scene<'_>) -> FeatureTable {
    let mut sheet = Sheet::new(&[
        ("violation", FieldType::Text),
        ("level", FieldType::Text),
        ("zone", FieldType::Text),
        ("measured", FieldType::Real),
        ("limit", FieldType::Real),
        ("cause", FieldType::Text),
        ("action", FieldType::Text),
        ("avoidable", FieldType::Bool),
        ("relaxation", FieldType::Text),
        ("atom_codes", FieldType::Text),
    ]);
    for violation in scene.report.iter().flat_map(|report| &report.violations) {
        let relaxation =
            violation.relaxation.as_ref().map(|change| format!("{}: {}", change.what, change.to));
        sheet.row(
            None,
            vec![
                text(violation.code.key()),
                text(&violation.level),
                maybe_text(violation.zone.as_deref()),
                real(violation.measured, 6),
                real(violation.limit, 6),
                text(&violation.cause),
                text(&violation.action),
                violation.avoidable.map_or(Value::Null, Value::Bool),
                maybe_text(relaxation.as_deref()),
                text(violation.atoms.join(" ")),
            ],
        );
    }
    sheet.done()
}

/// What was wrong or adjusted in the inputs and the ground.
fn faults(scene: &Scene<'_>) -> FeatureTable {
    let names = ["severity", "fault", "file", "sheet", "row", "column", "feature", "cause", "action"];
    let fields: Vec<Field> = names
        .into_iter()
        .map(|name| (name, if name == "row" { FieldType::Integer } else { FieldType::Text }))
        .collect();
    let mut sheet = Sheet::new(&fields);
    for fault in scene.territory.faults.iter().chain(&scene.fabric.faults) {
        let place = &fault.place;
        let severity = match fault.severity {
            lifang_model::Severity::Notice => "notice",
            lifang_model::Severity::Warning => "warning",
            lifang_model::Severity::Error => "error",
        };
        sheet.row(
            None,
            vec![
                text(severity),
                text(&fault.code),
                maybe_text(place.file.as_deref()),
                maybe_text(place.layer.as_deref()),
                maybe_whole(place.row.and_then(|row| i64::try_from(row).ok())),
                maybe_text(place.column.as_deref()),
                maybe_text(place.feature.as_deref()),
                text(&fault.cause),
                text(&fault.action),
            ],
        );
    }
    sheet.done()
}

fn meanings(scene: &Scene<'_>, sheets: &[(String, FeatureTable)]) -> FeatureTable {
    let mut sheet = Sheet::new(&[
        ("sheet", FieldType::Text),
        ("field", FieldType::Text),
        ("title_zh", FieldType::Text),
        ("title_en", FieldType::Text),
        ("unit_of", FieldType::Text),
    ]);
    for (name, table) in sheets {
        for column in &table.columns {
            let (zh, en, unit) = meaning(scene, &column.name).unwrap_or_default();
            sheet.row(None, vec![text(name), text(&column.name), text(zh), text(en), text(unit)]);
        }
    }
    sheet.done()
}
