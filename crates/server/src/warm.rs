//! 预热 What the first map of a plan asks for, worked out as soon as the plan is open. Whoever asks for the same meanwhile
//! waits for it instead of doing it again, because each answer is worked out once.

use crate::state::Served;
use axum::Router;
use axum::body::Body;
use axum::http::Request;
use serde_json::Value;
use std::sync::Arc;
use tower::ServiceExt as _;

/// Asks for everything the page asks for first, coarse to fine, and throws the answers away. What fails here fails again,
/// with its reason, for whoever asks.
pub(crate) async fn first_map(served: Arc<Served>, router: Router) {
    let Ok(summary) = served.json("plan".to_owned(), |plans| plans.summary()).await else { return };
    let summary: Value = serde_json::from_slice(&summary.bytes).unwrap_or_default();
    let levels = summary["levels"].as_array().map_or(&[][..], Vec::as_slice);
    let levels: Vec<&str> = levels.iter().filter_map(|level| level["key"].as_str()).collect();
    let mut paths = vec!["/api/layers/boundary".to_owned()];
    paths.extend(levels.iter().map(|level| format!("/api/zones?level={level}")));
    paths.extend(levels.iter().flat_map(|level| first_tiles(&summary["bounds"], level)));
    paths.push("/api/verify".to_owned());
    let asked = async {
        for path in paths {
            if let Ok(request) = Request::get(path).body(Body::empty()) {
                let _answer = router.clone().oneshot(request).await;
            }
        }
    };
    let ground = served.ask(|plans| plans.warm());
    let (_, _done) = tokio::join!(asked, ground);
}

/// The tiles of a level on a map that shows a whole territory.
fn first_tiles(bounds: &Value, level: &str) -> Vec<String> {
    let Ok([west, south, east, north]) = serde_json::from_value::<[f64; 4]>(bounds.clone()) else {
        return Vec::new();
    };
    let x = |lon: f64| lon / 360.0 + 0.5;
    let y = |lat: f64| 0.5 - lat.to_radians().tan().asinh() / std::f64::consts::TAU;
    let across = (x(east) - x(west)).max(y(south) - y(north)).max(1e-7);
    // The page's tiles are 512 pixels wide, and a screen shows the territory over some 600 of them.
    let zoom = (600.0 / 512.0 / across).log2().floor().clamp(0.0, 20.0);
    let at = |world: f64| (world * zoom.exp2()) as u32;
    let mut paths = Vec::new();
    for column in at(x(west))..=at(x(east)) {
        for row in at(y(north))..=at(y(south)) {
            paths.push(format!("/api/tiles/zones/{zoom}/{column}/{row}.mvt?level={level}"));
        }
    }
    paths
}
