//! 图层内容 What each layer holds; one file a family.

mod atoms;
mod base;
mod circles;
mod groups;
mod zones;

pub(crate) use atoms::{atoms, zone_field};
pub(crate) use base::{areas, boundary, buildings, compounds, facilities, gates, streets};
pub(crate) use circles::{coverage, gaps};
pub(crate) use groups::groups;
pub(crate) use zones::{is_draft, zones};

use crate::{ExportError, Scene};
use lifang_model::LevelPlan;

/// A level whose assignment is over this scene's fabric.
pub(crate) fn fitting<'a>(scene: &Scene<'a>, level: &'a LevelPlan) -> Result<&'a LevelPlan, ExportError> {
    let mismatch = |what: &str| Err(ExportError::Mismatch { what: what.to_owned() });
    if scene.plan.is_some_and(|plan| plan.fabric != scene.fabric.hash) {
        return mismatch("the plan was made over another ground");
    }
    if level.assignment.len() != scene.fabric.cells.len() || scene.atoms.len() != scene.fabric.cells.len() {
        return mismatch("plan, atoms and cells do not have the same number");
    }
    Ok(level)
}
