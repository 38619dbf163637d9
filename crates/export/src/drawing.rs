//! 图纸 The plan as a CAD drawing: zones of every level, border, buildings, compounds, streets and facilities, a CAD layer each.

use crate::layers;
use crate::{ExportError, LayerKind, LayerRequest, Scene, Thinning, shape};
use lifang_crs::CrsSpec;
use lifang_formats::FeatureTable;

/// What is drawn beside the zones, and the name of its CAD layer.
const GROUND: [(LayerKind, &str); 5] = [
    (LayerKind::Boundary, "边界"),
    (LayerKind::Compounds, "小区"),
    (LayerKind::Buildings, "建筑"),
    (LayerKind::Streets, "道路"),
    (LayerKind::Facilities, "设施"),
];

/// 图纸 The CAD layers of a plan in drawing order, each with its name: zones first, coarse to fine, drawn thinner if asked.
///
/// # Errors
/// [`ExportError::NotMetric`] when the system is not in metres; else as [`crate::table`].
pub fn drawing(
    scene: &Scene<'_>,
    crs: &CrsSpec,
    thinning: Option<Thinning>,
) -> Result<Vec<(String, FeatureTable)>, ExportError> {
    metric(crs)?;
    let shapes = shape::Shapes::new(&scene.territory.frame, crs)?;
    let mut sheets = Vec::new();
    if let Some(plan) = scene.plan {
        for level in &plan.levels {
            let title = plan
                .rules
                .levels
                .iter()
                .find(|rules| rules.key == level.key)
                .map(|rules| rules.title.zh.as_str());
            let request = LayerRequest {
                level: Some(level.key.clone()),
                thinning,
                ..LayerRequest::of(LayerKind::Zones)
            };
            let name = title.filter(|title| !title.is_empty()).unwrap_or(&level.key);
            sheets.push((name.to_owned(), layers::zones(scene, &request, &shapes)?));
        }
    }
    for (kind, name) in GROUND {
        let table = match kind {
            LayerKind::Boundary => layers::boundary(scene, &shapes),
            LayerKind::Compounds => layers::compounds(scene, &shapes),
            LayerKind::Buildings => layers::buildings(scene, &shapes),
            LayerKind::Streets => layers::streets(scene, &shapes),
            _ => layers::facilities(scene, &shapes),
        }?;
        if !table.rows.is_empty() {
            sheets.push((name.to_owned(), table));
        }
    }
    Ok(sheets)
}

/// Refuses degrees: CAD draws and measures in metres.
pub(crate) fn metric(crs: &CrsSpec) -> Result<(), ExportError> {
    if *crs != CrsSpec::Local && crs.is_geographic()? {
        return Err(ExportError::NotMetric { crs: crs.to_string() });
    }
    Ok(())
}
