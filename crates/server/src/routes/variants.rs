//! The routes of what a plan could be: repairs, scenarios, alternatives; and of who works in its zones.

use super::{Route, route};
use crate::variants;
use axum::http::Method;

/// Repairs, scenarios, alternatives, staff.
pub(super) fn variants() -> Vec<Route> {
    let list = "Scenarios of the plan file, relaxations offered, contact groups";
    let mend = "Puts chosen zones right with their neighbours; only looked at unless accept is true";
    let scenario = "Branches, switches, renames or merges a scenario";
    let alternatives = "Makes clearly different good plans; keeps one when asked to";
    let import = "Takes the roster of a file of an upload";
    vec![
        route(Method::GET, "/api/variants", "plan", list, "Variants", variants::list),
        route(Method::GET, "/api/staff", "plan", "Who works in which zone", "Staff", variants::roster),
        route(Method::POST, "/api/jobs/mend", "jobs", mend, "Job", variants::mend)
            .body("MendBody")
            .status(202),
        route(Method::POST, "/api/jobs/scenario", "jobs", scenario, "Job", variants::scenario)
            .body("ScenarioBody")
            .status(202),
        route(Method::POST, "/api/jobs/alternatives", "jobs", alternatives, "Job", variants::alternatives)
            .body("AlternativesBody")
            .status(202),
        route(Method::POST, "/api/jobs/staff", "jobs", import, "Job", variants::import)
            .body("StaffBody")
            .status(202),
    ]
}
