//! The served map, without a socket.

mod qgis;

use crate::support::{json, partitioned_sample, text};
use axum::body::Body;
use axum::http::{Request, StatusCode};
use lifang_model::Silent;
use lifang_planner::Session;
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
    let app = lifang_server::app(session);

    let name = plan.file_name().unwrap().to_str().unwrap();
    assert_eq!(get(&app, "/").await.0, StatusCode::TEMPORARY_REDIRECT, "to the address of the plan");
    let (status, kind, body) = get(&app, &format!("/plans/{name}/")).await;
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
    let app = lifang_server::app(session);
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

async fn post(app: &axum::Router, path: &str, body: &serde_json::Value) -> (StatusCode, serde_json::Value) {
    let request = Request::post(path)
        .header("host", "127.0.0.1:8080")
        .header("content-type", "application/json")
        .body(Body::from(body.to_string()))
        .unwrap();
    let response = app.clone().oneshot(request).await.unwrap();
    let status = response.status();
    let body = axum::body::to_bytes(response.into_body(), 64 << 20).await.unwrap();
    (status, serde_json::from_slice(&body).unwrap())
}

async fn layer(app: &axum::Router, name: &str) -> serde_json::Value {
    let (status, _, body) = get(app, &format!("/api/layers/{name}")).await;
    assert_eq!(status, StatusCode::OK);
    serde_json::from_slice(&body).unwrap()
}

#[tokio::test]
async fn a_move_is_judged_seen_by_all_and_taken_back_to_the_last_byte() {
    let folder = tempfile::tempdir().unwrap();
    let plan = partitioned_sample(folder.path(), "1");
    let app = lifang_server::app(Session::open(&plan, &Silent).unwrap());
    let before = layer(&app, "zones?level=micro_grid").await;
    let atoms = layer(&app, "atoms").await;
    let zone_of =
        |atom: &serde_json::Value| atom["properties"]["zone_micro_grid"].as_str().unwrap().to_owned();
    let homes: Vec<&serde_json::Value> =
        atoms["features"].as_array().unwrap().iter().filter(|a| a["properties"]["households"] != 0).collect();
    // Any home may go to any other zone of its grid; the judge says what that breaks.
    let (atom, to) = homes
        .iter()
        .find_map(|atom| {
            let other = |b: &&&serde_json::Value| {
                b["properties"]["zone_grid"] == atom["properties"]["zone_grid"] && zone_of(b) != zone_of(atom)
            };
            homes.iter().find(other).map(|other| (atom["properties"]["code"].clone(), zone_of(other)))
        })
        .unwrap();
    let (_, _, plan_now) = get(&app, "/api/plan").await;
    let base = serde_json::from_slice::<serde_json::Value>(&plan_now).unwrap()["revision"].clone();
    let wanted = |base: &serde_json::Value, dry: bool| {
        serde_json::json!({ "base": base, "dry_run": dry, "note": { "reason": "交接" },
            "edit": { "move": { "level": "micro_grid", "atoms": { "codes": [atom] }, "to": to } } })
    };
    let (status, tried) = post(&app, "/api/edits", &wanted(&base, true)).await;
    assert_eq!(status, StatusCode::OK, "{tried}");
    assert_eq!(layer(&app, "zones?level=micro_grid").await, before, "trying changes nothing");
    let (status, done) = post(&app, "/api/edits", &wanted(&base, false)).await;
    assert_eq!((status, &done["zones"]), (StatusCode::OK, &tried["zones"]));
    assert!(done["zones"].as_array().unwrap().len() >= 2);
    assert_ne!(layer(&app, "zones?level=micro_grid").await, before);
    let (_, _, verdict) = get(&app, "/api/verify").await;
    let verdict: serde_json::Value = serde_json::from_slice(&verdict).unwrap();
    assert_eq!(verdict["violations"].as_array().unwrap().len(), done["made"].as_array().unwrap().len());

    let (status, late) = post(&app, "/api/edits", &wanted(&base, false)).await;
    assert_eq!((status, late["error"].as_str()), (StatusCode::CONFLICT, Some("conflict")));
    assert_eq!(late["current"], done["revision"]);

    let (status, _) = post(&app, "/api/undo", &serde_json::json!({ "base": done["revision"] })).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(layer(&app, "zones?level=micro_grid").await, before);
    let (_, _, history) = get(&app, "/api/history").await;
    let history: serde_json::Value = serde_json::from_slice(&history).unwrap();
    assert!(history["entries"].as_array().unwrap().len() >= 2, "{history}");
}
