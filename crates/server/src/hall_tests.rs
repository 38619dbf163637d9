//! Several plans at once: each at its own address, with edits, events and links of its own.

use crate::{Content, app_of};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use serde_json::{Value, json};
use std::path::Path;
use tower::ServiceExt as _;

fn plan(folder: &Path, name: &str, seed: u64) -> lifang_planner::Session {
    let request = lifang_planner::NewRequest {
        out: folder.join(name),
        replace: false,
        source: lifang_planner::Source::Sample(lifang_planner::SampleOptions { seed, buildings: Some(50) }),
        preset: lifang_planner::DEFAULT_PRESET.to_owned(),
        parcels: None,
        cuts: None,
        control: None,
    };
    let (mut session, _) = lifang_planner::create(&request, &lifang_model::Silent).unwrap();
    let options = lifang_planner::PartitionOptions {
        preset: lifang_planner::DEFAULT_PRESET.to_owned(),
        counts: Vec::new(),
        seed: 1,
        effort: lifang_planner::Effort { moves: Some(5000), seconds: None },
    };
    session.partition(&options, &lifang_model::Silent).unwrap();
    session
}

async fn send(app: &Router, request: Request<Body>) -> (StatusCode, header::HeaderMap, Vec<u8>) {
    let (parts, body) = app.clone().oneshot(request).await.unwrap().into_parts();
    (parts.status, parts.headers, to_bytes(body, 1 << 24).await.unwrap().to_vec())
}

async fn get(app: &Router, path: &str) -> (u16, Value) {
    let (status, _, body) = send(app, Request::get(path).body(Body::empty()).unwrap()).await;
    (status.as_u16(), serde_json::from_slice(&body).unwrap_or(Value::Null))
}

async fn post(app: &Router, path: &str, body: &Value) -> (u16, Value) {
    let request = Request::post(path)
        .header(header::HOST, "localhost:8080")
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(body.to_string()))
        .unwrap();
    let (status, _, body) = send(app, request).await;
    (status.as_u16(), serde_json::from_slice(&body).unwrap_or(Value::Null))
}

/// An edit that gives an atom of the plan at an address to a zone beside its own.
async fn edited(app: &Router, base: &str) -> (u16, Value) {
    let (_, layer) = get(app, &format!("{base}/api/layers/zones?level=micro_grid")).await;
    let code = layer["features"][0]["properties"]["code"].clone();
    let edit = json!({ "rename": { "level": "micro_grid", "zone": code, "name": "东里" } });
    let (_, history) = get(app, &format!("{base}/api/history")).await;
    post(app, &format!("{base}/api/edits"), &json!({ "base": history["revision"], "edit": edit })).await
}

#[tokio::test(flavor = "multi_thread")]
async fn two_plans_are_open_at_once_and_edits_of_one_leave_the_other_alone() {
    let folder = tempfile::tempdir().unwrap();
    drop(plan(folder.path(), "东街.gpkg", 1));
    drop(plan(folder.path(), "west 2.gpkg", 2));
    let app = app_of(Content { session: None, folder: folder.path().to_owned() });
    let (east, west) = ("/plans/%E4%B8%9C%E8%A1%97.gpkg", "/plans/west%202.gpkg");
    let plans = [east, west].map(|base| format!("{base}/api/plan"));
    let (one, other) = tokio::join!(get(&app, &plans[0]), get(&app, &plans[1]));
    assert_eq!((&one.1["file"], &other.1["file"]), (&json!("东街.gpkg"), &json!("west 2.gpkg")));
    assert_eq!(get(&app, "/api/plan").await.1["error"], "no_plan_open", "none is in front");
    std::fs::write(folder.path().join("none.gpkg"), b"SQLite format 3\0").unwrap();
    let (status, told) = get(&app, "/plans/none.gpkg/api/plan").await;
    let place = folder.path().to_string_lossy().into_owned();
    assert!(status == 422 && !told.to_string().contains(&place), "{status} {told}");
    let before = get(&app, &format!("{west}/api/history")).await;
    let done = edited(&app, east).await;
    assert_eq!(done.0, 200, "{}", done.1);
    assert_eq!(get(&app, &format!("{west}/api/history")).await, before);
    let opened = get(&app, "/api/plans").await.1["opened"].clone();
    assert_eq!(opened, json!([{ "file": "west 2.gpkg", "pages": 0 }, { "file": "东街.gpkg", "pages": 0 }]));

    // Put in front, it answers without its name as well, from the same room.
    let put = post(&app, "/api/plans/open", &json!({ "file": "东街.gpkg" })).await;
    assert_eq!((put.0, &put.1["address"]), (200, &json!(format!("{east}/"))));
    assert_eq!(get(&app, "/api/history").await, get(&app, &format!("{east}/api/history")).await);
    // Closed for everybody, it is opened anew when somebody asks at its address.
    assert_eq!(post(&app, "/api/plans/close", &json!({})).await.0, 200);
    assert_eq!(get(&app, "/api/plan").await.0, 404);
    assert_eq!(get(&app, &format!("{east}/api/history")).await.0, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn browsers_are_led_to_the_page_of_a_plan_and_programs_get_links_that_stay_in_it() {
    let folder = tempfile::tempdir().unwrap();
    let session = plan(folder.path(), "东街.gpkg", 1);
    let app = app_of(Content { session: Some(session), folder: folder.path().to_owned() });
    let page =
        |path: &str| Request::get(path).header(header::ACCEPT, "text/html").body(Body::empty()).unwrap();
    let (status, headers, _) = send(&app, page("/?lang=en")).await;
    let east = "/plans/%E4%B8%9C%E8%A1%97.gpkg/";
    assert_eq!(
        (status.as_u16(), headers[header::LOCATION].to_str().unwrap()),
        (307, &*format!("{east}?lang=en"))
    );
    for path in [east, "/plans/", "/plans", "/plans/nothing.gpkg/"] {
        let (status, headers, _) = send(&app, page(path)).await;
        assert_eq!(status, StatusCode::OK, "{path}");
        assert!(headers[header::CONTENT_TYPE].to_str().unwrap().starts_with("text/html"), "{path}");
    }
    let (status, headers, _) = send(&app, page("/plans/x.gpkg")).await;
    assert_eq!((status.as_u16(), headers[header::LOCATION].to_str().unwrap()), (308, "/plans/x.gpkg/"));

    let json = |path: &str| {
        Request::get(path)
            .header(header::HOST, "127.0.0.1:8080")
            .header("lifang-base", "/evil")
            .body(Body::empty())
            .unwrap()
    };
    for (path, base) in
        [(format!("{east}collections"), east.trim_end_matches('/')), ("/collections".to_owned(), "")]
    {
        let (status, _, body) = send(&app, json(&path)).await;
        let told: Value = serde_json::from_slice(&body).unwrap();
        let link = told["collections"][0]["links"][0]["href"].as_str().unwrap();
        assert_eq!(status, StatusCode::OK);
        assert!(link.starts_with(&format!("http://127.0.0.1:8080{base}/collections/")), "{link}");
    }
    for (path, status) in [
        ("/plans/nothing.gpkg/api/plan", 404),
        ("/plans/..%2Fx.gpkg/api/plan", 400),
        ("/plans/%2Fetc%2Fpasswd/api/plan", 400),
        ("/plans/%FF.gpkg/api/plan", 400),
        ("/plans//api/plan", 400),
        ("/plans/%E4%B8%9C%E8%A1%97.gpkg/api/nothing", 404),
    ] {
        assert_eq!(get(&app, path).await.0, status, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_program_saves_is_seen_by_pages_that_listen() {
    let folder = tempfile::tempdir().unwrap();
    drop(plan(folder.path(), "东街.gpkg", 1));
    let hall = Content { session: None, folder: folder.path().to_owned() }.hall();
    let app = crate::routes::router(std::sync::Arc::clone(&hall));
    let base = "/plans/%E4%B8%9C%E8%A1%97.gpkg";
    let events = app.clone().oneshot(Request::get(format!("{base}/api/events")).body(Body::empty()).unwrap());
    let events = events.await.unwrap();
    let (_, before) = get(&app, &format!("{base}/api/plan")).await;
    hall.look();
    assert_eq!(get(&app, &format!("{base}/api/plan")).await.1, before, "nothing changed, nothing is told");

    let mut elsewhere =
        lifang_planner::Session::open(&folder.path().join("东街.gpkg"), &lifang_model::Silent).unwrap();
    elsewhere.cover(&lifang_planner::CoverOptions::default(), &lifang_model::Silent).unwrap();
    drop(elsewhere);
    hall.look();
    let (_, after) = get(&app, &format!("{base}/api/plan")).await;
    assert_ne!(after["coverage"], before["coverage"]);
    hall.stop();
    let text = to_bytes(events.into_body(), 1 << 20).await.unwrap();
    let text = String::from_utf8(text.to_vec()).unwrap();
    assert!(text.contains("\"reason\":\"elsewhere\""), "{text}");
}
