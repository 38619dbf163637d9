//! 网格图层 Zones of one level: outlines by dissolve, counts from the atoms, the judgement from `verify`.

use super::fitting;
use crate::certainty::{surest, word};
use crate::shape::Shapes;
use crate::sheet::{Field, Sheet, known, maybe_text, real, text, whole};
use crate::{ExportError, LayerRequest, Scene, thin};
use lifang_coverage::ZoneWalk;
use lifang_formats::{FeatureTable, FieldType, Value};
use lifang_model::{Certainty, Demand, LevelPlan, Load, Plan, ZoneStatus};
use std::collections::BTreeMap;

const FIELDS: [Field; 22] = [
    ("code", FieldType::Text),
    ("name", FieldType::Text),
    ("level", FieldType::Text),
    ("kind", FieldType::Text),
    ("parent", FieldType::Text),
    ("status", FieldType::Text),
    ("households", FieldType::Integer),
    ("persons", FieldType::Integer),
    ("merchants", FieldType::Integer),
    ("elders", FieldType::Integer),
    ("children", FieldType::Integer),
    ("load", FieldType::Real),
    ("certainty", FieldType::Text),
    ("in_band", FieldType::Bool),
    ("atoms", FieldType::Integer),
    ("pieces", FieldType::Integer),
    ("area_m2", FieldType::Real),
    ("perimeter_m", FieldType::Real),
    ("band_min", FieldType::Integer),
    ("band_max", FieldType::Integer),
    ("walk_mean_m", FieldType::Real),
    ("walk_max_m", FieldType::Real),
];

/// Whether zones may only leave the house as drafts: nobody judged them, or the judge found something.
pub(crate) fn is_draft(scene: &Scene<'_>) -> bool {
    scene.report.is_none_or(|report| !report.violations.is_empty())
}

/// What a zone adds up to.
#[derive(Copy, Clone, Default)]
struct Tally {
    demand: Demand,
    load: Load,
    atoms: u32,
    /// The weakest certainty of households in buildings; a zone without buildings knows its zero.
    certainty: Option<Certainty>,
}

/// The zones of the level asked for, in the order of the plan; those that ended are left out.
pub(crate) fn zones(
    scene: &Scene<'_>,
    request: &LayerRequest,
    shapes: &Shapes,
) -> Result<FeatureTable, ExportError> {
    let plan = scene.plan.ok_or(ExportError::NoPlan)?;
    let at = level_at(plan, request.level.as_deref())?;
    let level = fitting(scene, &plan.levels[at])?;
    let band = plan.rules.levels.iter().find(|rules| rules.key == level.key).and_then(|rules| rules.band);
    let coarser = at.checked_sub(1).and_then(|at| plan.levels.get(at));
    let judged = scene.report.and_then(|report| report.levels.iter().find(|tally| tally.key == level.key));
    let draft = is_draft(scene);

    let mut outlines = vec![Vec::new(); level.zones.len()];
    let labels: Vec<Option<u32>> = level.assignment.iter().map(|zone| zone.map(|zone| zone.0)).collect();
    for outline in scene.fabric.dissolve(&labels) {
        if let Some(slot) = outlines.get_mut(outline.label as usize) {
            *slot = outline.polygons;
        }
    }
    let drawn = request.thinning.map(|thinning| thin::outlines(scene, plan, at, thinning));
    let walks: BTreeMap<&str, &ZoneWalk> = scene
        .coverage
        .iter()
        .flat_map(|coverage| &coverage.zone_walks)
        .filter(|walk| walk.level == level.key)
        .map(|walk| (walk.code.as_str(), walk))
        .collect();
    let metres = |metres: Option<f64>| metres.map_or(Value::Null, |metres| real(metres, 1));
    let mut sheet = Sheet::new(&FIELDS);
    let members = level.members();
    let rows = level.zones.iter().zip(&outlines).zip(tallies(scene, plan, level));
    for (row, ((zone, outline), tally)) in rows.enumerate() {
        if zone.status == ZoneStatus::Retired && tally.atoms == 0 {
            continue;
        }
        let parent = zone.parent.and_then(|parent| coarser?.zones.get(parent.at()));
        let verdict =
            judged.and_then(|judged| judged.detail.iter().find(|detail| detail.code == zone.code.as_str()));
        let walk = walks.get(zone.code.as_str());
        let in_band = verdict.and_then(|verdict| verdict.in_band);
        let certainty = verdict.map(|verdict| verdict.certainty).or(tally.certainty);
        let [households, persons, merchants, elders, children, _] =
            known(&tally.demand, &surest(members[row].iter().filter_map(|atom| scene.atoms.get(atom.at()))));
        let perimeter: f64 = outline.iter().flat_map(|part| part.rings()).map(|ring| ring.perimeter()).sum();
        sheet.row(
            shapes.polygons(drawn.as_ref().map_or(outline, |drawn| &drawn[row]))?,
            vec![
                text(zone.code.as_str()),
                maybe_text(zone.name.as_deref()),
                text(&level.key),
                text(zone.kind.key()),
                maybe_text(parent.map(|parent| parent.code.as_str())),
                text(if draft { "draft" } else { status(zone.status) }),
                households,
                persons,
                merchants,
                elders,
                children,
                real(tally.load.as_units(), 3),
                text(word(certainty.unwrap_or(Certainty::Given))),
                in_band.map_or(Value::Null, Value::Bool),
                whole(tally.atoms),
                whole(u32::try_from(outline.len()).unwrap_or(u32::MAX)),
                real(outline.iter().map(|part| part.area_m2()).sum(), 2),
                real(perimeter / 1000.0, 2),
                band.map_or(Value::Null, |band| whole(band.min)),
                band.map_or(Value::Null, |band| whole(band.max)),
                metres(walk.and_then(|walk| walk.mean_m)),
                metres(walk.and_then(|walk| walk.max_m)),
            ],
        );
    }
    Ok(sheet.done())
}

/// Place of the level with a key, or of the finest.
fn level_at(plan: &Plan, key: Option<&str>) -> Result<usize, ExportError> {
    let found = match key {
        Some(key) => plan.levels.iter().position(|level| level.key == key),
        None => plan.levels.len().checked_sub(1),
    };
    found.ok_or_else(|| ExportError::Unknown {
        what: "level",
        wanted: key.unwrap_or_default().to_owned(),
        known: plan.levels.iter().map(|level| level.key.clone()).collect(),
    })
}

fn tallies(scene: &Scene<'_>, plan: &Plan, level: &LevelPlan) -> Vec<Tally> {
    let mut tallies = vec![Tally::default(); level.zones.len()];
    for (atom, zone) in scene.atoms.iter().zip(&level.assignment) {
        let Some(tally) = zone.and_then(|zone| tallies.get_mut(zone.at())) else { continue };
        tally.demand += atom.demand;
        tally.load += plan.rules.load(&atom.demand);
        tally.atoms += 1;
        if atom.building.is_some() {
            tally.certainty = Some(tally.certainty.unwrap_or(Certainty::Given).with(atom.sources.households));
        }
    }
    tallies
}

const fn status(status: ZoneStatus) -> &'static str {
    match status {
        ZoneStatus::Draft => "draft",
        ZoneStatus::Consulted => "consulted",
        ZoneStatus::Approved => "approved",
        ZoneStatus::Published => "published",
        ZoneStatus::Retired => "retired",
    }
}
