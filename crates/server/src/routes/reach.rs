//! The routes of questions about walking: who is in an area, what would help, where stations would.

use super::{Route, route};
use crate::reach;
use axum::http::Method;

const CIRCLE: &[(&str, bool, &str)] =
    &[("lon", true, "longitude"), ("lat", true, "latitude"), ("radius_m", true, "metres, at most 100000")];

const OPENINGS: &[(&str, bool, &str)] = &[
    ("category", true, "service category"),
    ("tiers", false, "set of tiers"),
    ("tier", false, "tier; the category's own without one"),
    ("profile", false, "walking profile; adult without one"),
    ("most", false, "how many, at most 100; 10 without it"),
    ("at", false, "gates as they are then: 22:30, Su 22:30 or 2026-12-24 22:30"),
];

/// Impact, openings, siting.
pub(super) fn reach() -> Vec<Route> {
    let around = "Who lives and trades within so many metres of a place, straight";
    let inside = "Who lives and trades in an area: at and radius_m, or polygon as GeoJSON";
    let openings = "The single gates, crossings and paths that would bring most people within reach";
    let site = "Where new stations would help most, or what changes would do; the plan stays as it is";
    vec![
        route(Method::GET, "/api/impact", "plan", around, "Impact", reach::around).query(CIRCLE),
        route(Method::POST, "/api/impact", "plan", inside, "Impact", reach::impact).body("ImpactBody"),
        route(Method::GET, "/api/openings", "plan", openings, "Openings", reach::openings).query(OPENINGS),
        route(Method::POST, "/api/jobs/site", "jobs", site, "Job", reach::site).body("SiteBody").status(202),
    ]
}
