//! The served map, without a socket.

use crate::support::{json, partitioned_sample, text};
use axum::body::Body;
use axum::http::{Request, StatusCode};
use lifang_model::Silent;
use lifang_planner::Session;
use std::sync::Arc;
use tower::ServiceExt as _;

async fn get(app: &axum::Router, path: &str) -> (StatusCode, String, Vec<u8>) {
    let response = app.clone().oneshot(Request::get(path).body(Body::empty()).unwrap()).await.unwrap();
    let kind = response.headers().get("content-type").map_or("", |value| value.to_str().unwrap()).to_owned();
    let status = response.status();
    let body = axum::body::to_bytes(response.into_body(), 64 << 20).await.unwrap();
    (status, kind, body.to_vec())
}

#[tokio::test]
async fn the_page_the_summary_and_every_layer_are_served() {
    let folder = tempfile::tempdir().unwrap();
    let plan = partitioned_sample(folder.path(), "1");
    json(&["--json", "cover", text(&plan)]);
    let session = Session::open(&plan, &Silent).unwrap();
    let app = lifang_server::app(Arc::new(session));

    let (status, kind, body) = get(&app, "/").await;
    assert_eq!(status, StatusCode::OK);
    assert!(kind.starts_with("text/html"), "{kind}");
    assert!(!body.is_empty());

    let (status, _, body) = get(&app, "/api/plan").await;
    assert_eq!(status, StatusCode::OK);
    let summary: serde_json::Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(summary["totals"]["persons"], 12_116);
    let bounds: Vec<f64> =
        summary["bounds"].as_array().unwrap().iter().map(|b| b.as_f64().unwrap()).collect();
    assert!(bounds[0] > 107.0 && bounds[3] < 30.5, "{bounds:?}");

    for (layer, least) in [
        ("zones?level=grid", 10),
        ("zones?level=micro_grid", 44),
        ("buildings", 100),
        ("streets", 50),
        ("facilities", 20),
        ("compounds", 10),
        ("gates", 10),
        ("areas", 1),
        ("boundary", 1),
        ("atoms", 100),
        ("coverage?category=clinic&profile=adult&tier=15min", 1),
        ("gaps", 0),
    ] {
        let (status, kind, body) = get(&app, &format!("/api/layers/{layer}")).await;
        assert_eq!(status, StatusCode::OK, "{layer}: {}", String::from_utf8_lossy(&body));
        assert!(kind.contains("geo+json"), "{kind}");
        let collection: serde_json::Value = serde_json::from_slice(&body).unwrap();
        let count = collection["features"].as_array().unwrap().len();
        assert!(count >= least, "{layer} has {count} features");
    }
}

#[tokio::test]
async fn unknown_things_are_answered_in_json_and_paths_cannot_escape() {
    let folder = tempfile::tempdir().unwrap();
    let plan = partitioned_sample(folder.path(), "1");
    let session = Session::open(&plan, &Silent).unwrap();
    let app = lifang_server::app(Arc::new(session));
    for path in ["/api/nothing", "/api/layers/moon", "/api/layers/zones?level=moon", "/api/layers/coverage"] {
        let (status, kind, _) = get(&app, path).await;
        assert!(status.is_client_error(), "{path}: {status}");
        assert!(kind.contains("json"), "{path}: {kind}");
    }
    for path in ["/../Cargo.toml", "/assets/../../Cargo.toml", "/%2e%2e/Cargo.toml", "//etc/passwd"] {
        let (_, _, body) = get(&app, path).await;
        assert!(!String::from_utf8_lossy(&body).contains("[workspace]"), "{path}");
    }
}
