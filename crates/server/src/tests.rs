//! The routes over a plan of the tests' own.

use crate::api::{Served, with};
use crate::edits::{EditBody, Step, StepBody};
use crate::error::ApiError;
use crate::plans::{LayerQuery, Plans};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tower::ServiceExt;

const HOSTILE: &str = "<img src=x onerror=alert(1)>";

/// Counts how often it is asked, and panics where a real plan would only fail.
#[derive(Default)]
struct Made {
    asked: AtomicUsize,
}

impl Plans for Made {
    fn summary(&self) -> Result<Value, ApiError> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        Ok(json!({ "name": HOSTILE, "levels": [] }))
    }

    fn layer(&self, query: &LayerQuery) -> Result<Vec<u8>, ApiError> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        match (query.layer.as_str(), query.level.as_deref()) {
            ("atoms", _) => panic!("a fault in the engine"),
            ("zones", Some("nowhere")) => Err(ApiError::NotFound("there is no level".to_owned())),
            _ => Ok(format!("{{\"type\":\"FeatureCollection\",\"features\":[],\"of\":{:?}}}", query.layer)
                .repeat(if query.layer == "buildings" { 400 } else { 1 })
                .into_bytes()),
        }
    }

    fn verify(&self) -> Result<Value, ApiError> {
        Err(ApiError::Unavailable("not partitioned yet".to_owned()))
    }

    fn gaps(&self, category: Option<&str>) -> Result<Value, ApiError> {
        Ok(json!([category]))
    }

    fn edit(&self, body: &EditBody) -> Result<Value, ApiError> {
        let current = self.asked.fetch_add(1, Ordering::SeqCst) as i64;
        match body.base {
            Some(base) if base < 0 => {
                Err(ApiError::Conflict { message: "somebody was faster".to_owned(), base, current })
            }
            _ => Ok(json!({ "revision": current, "dry": body.dry_run })),
        }
    }

    fn step(&self, step: Step, _: &StepBody) -> Result<Value, ApiError> {
        if step == Step::Undo { Ok(json!({})) } else { Err(ApiError::Refused("nothing to redo".to_owned())) }
    }

    fn history(&self) -> Result<Value, ApiError> {
        Ok(json!({ "entries": [] }))
    }

    fn refresh(&self) -> Result<Value, ApiError> {
        Ok(json!({}))
    }

    fn close(&self) {}

    fn zone(&self, code: &str) -> Result<Value, ApiError> {
        if code == "0101" {
            Ok(json!({ "code": code }))
        } else {
            Err(ApiError::NotFound("no such zone".to_owned()))
        }
    }
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    fn header(&self, name: header::HeaderName) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

fn router() -> (Router, Arc<Served<Made>>, Arc<Made>) {
    let plans = Arc::new(Made::default());
    let served = Served::new(Arc::clone(&plans));
    (with(Arc::clone(&served)), served, plans)
}

async fn send(router: &Router, request: Request<Body>) -> Answer {
    let response = router.clone().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    Answer {
        status: parts.status,
        headers: parts.headers,
        body: to_bytes(body, 1 << 24).await.unwrap().to_vec(),
    }
}

async fn get(router: &Router, path: &str) -> Answer {
    send(router, Request::get(path).body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn a_layer_is_geojson_with_a_tag_and_worked_out_once() {
    let (router, _, plans) = router();
    let first = get(&router, "/api/layers/zones?level=micro_grid").await;
    assert_eq!(first.status, StatusCode::OK);
    assert_eq!(first.header(header::CONTENT_TYPE), "application/geo+json");
    let tag = first.header(header::ETAG).to_owned();
    let asked = Request::get("/api/layers/zones?level=micro_grid").header(header::IF_NONE_MATCH, &tag);
    let again = send(&router, asked.body(Body::empty()).unwrap()).await;
    assert_eq!((again.status, again.body.len()), (StatusCode::NOT_MODIFIED, 0));
    assert_eq!(again.header(header::ETAG), tag);
    assert_eq!(plans.asked.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn two_who_ask_at_once_share_one_answer() {
    let (router, _, plans) = router();
    let (left, right) = tokio::join!(get(&router, "/api/plan"), get(&router, "/api/plan"));
    assert_eq!(left.body, right.body);
    assert_eq!(plans.asked.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn large_layers_travel_compressed() {
    let (router, ..) = router();
    let request = Request::get("/api/layers/buildings").header(header::ACCEPT_ENCODING, "gzip");
    let answer = send(&router, request.body(Body::empty()).unwrap()).await;
    assert_eq!(answer.header(header::CONTENT_ENCODING), "gzip");
    assert!(answer.body.len() < 2000);
}

#[tokio::test]
async fn what_does_not_exist_is_404_in_json() {
    let (router, served, _) = router();
    for path in [
        "/api",
        "/api/",
        "/api/nothing",
        "/api/plan/x",
        "/api/layers",
        "/api/layers/roads",
        "/api/layers/..%2Fplan",
    ] {
        let answer = get(&router, path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(answer.json()["error"], "not_found", "{path}");
    }
    let answer = get(&router, "/api/layers/zones?level=nowhere").await;
    assert_eq!(answer.json()["message"], "there is no level");
    assert!(served.cache.keys().is_empty(), "a failure must not be kept");
}

#[tokio::test]
async fn nonsense_is_400_in_json() {
    let (router, ..) = router();
    let long = format!("/api/layers/zones?level={}", "x".repeat(500));
    for path in
        ["/api/layers/zones?levl=grid", "/api/layers/zones?level=a&level=b", "/api/gaps?category=%00", &long]
    {
        let answer = get(&router, path).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{path}");
        assert_eq!(answer.json()["error"], "bad_request", "{path}");
    }
}

#[tokio::test]
async fn only_reading_is_answered() {
    let (router, ..) = router();
    for method in [Method::POST, Method::PUT, Method::DELETE, Method::PATCH] {
        for path in ["/api/plan", "/api/layers/zones", "/"] {
            let request = Request::builder().method(&method).uri(path).body(Body::from("{}")).unwrap();
            assert_eq!(
                send(&router, request).await.status,
                StatusCode::METHOD_NOT_ALLOWED,
                "{method} {path}"
            );
        }
    }
    let head = Request::head("/api/plan").body(Body::empty()).unwrap();
    let answer = send(&router, head).await;
    assert_eq!((answer.status, answer.body.len()), (StatusCode::OK, 0));
}

#[tokio::test]
async fn a_fault_inside_is_500_without_its_cause_and_others_are_still_served() {
    let (router, ..) = router();
    let answer = get(&router, "/api/layers/atoms").await;
    assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(!String::from_utf8_lossy(&answer.body).contains("engine"));
    assert_eq!(get(&router, "/api/plan").await.status, StatusCode::OK);
}

#[tokio::test]
async fn what_the_plan_cannot_give_is_said_with_its_reason() {
    let (router, ..) = router();
    let answer = get(&router, "/api/verify").await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(answer.json()["message"], "not partitioned yet");
}

#[tokio::test]
async fn a_zone_is_found_by_its_code() {
    let (router, served, _) = router();
    assert_eq!(get(&router, "/api/zones/0101").await.json()["code"], "0101");
    for path in ["/api/zones/9999", "/api/zones/%E7%BD%91%E6%A0%BC", "/api/zones/", "/api/zones/a/b"] {
        assert_eq!(get(&router, path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(served.cache.keys(), ["zone/0101"]);
}

#[tokio::test]
async fn an_empty_category_means_all() {
    let (router, ..) = router();
    assert_eq!(get(&router, "/api/gaps?category=").await.json(), json!([null]));
    assert_eq!(get(&router, "/api/gaps?category=clinic").await.json(), json!(["clinic"]));
}

#[tokio::test]
async fn hostile_names_are_data_and_no_answer_may_run_them() {
    let (router, ..) = router();
    for path in ["/api/plan", "/", "/nowhere", "/api/nothing"] {
        let answer = get(&router, path).await;
        assert!(answer.header(header::CONTENT_SECURITY_POLICY).starts_with("default-src 'self';"), "{path}");
        assert_eq!(answer.header(header::X_CONTENT_TYPE_OPTIONS), "nosniff", "{path}");
    }
    let answer = get(&router, "/api/plan").await;
    assert_eq!(answer.json()["name"], HOSTILE);
    assert_eq!(answer.header(header::CONTENT_TYPE), "application/json");
}

#[tokio::test]
async fn the_page_is_served_and_no_path_leads_out_of_it() {
    let (router, ..) = router();
    let page = get(&router, "/").await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(page.header(header::CONTENT_TYPE), "text/html; charset=utf-8");
    for path in [
        "/../Cargo.toml",
        "/..%2fCargo.toml",
        "/%2e%2e/Cargo.toml",
        "/assets/..",
        "//etc/passwd",
        "/.git/config",
        "/a\\b",
    ] {
        let Ok(request) = Request::get(path).body(Body::empty()) else { continue };
        assert_eq!(send(&router, request).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn health_needs_no_plan() {
    let (router, _, plans) = router();
    assert_eq!(get(&router, "/api/health").await.json()["status"], "ok");
    assert_eq!(plans.asked.load(Ordering::SeqCst), 0);
}

fn post(path: &str, host: &str, body: &str) -> Request<Body> {
    Request::builder()
        .method(Method::POST)
        .uri(path)
        .header(header::HOST, host)
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(body.to_owned()))
        .unwrap()
}

const MOVE: &str =
    r#"{"base":1,"edit":{"move":{"level":"micro_grid","atoms":{"codes":["A1"]},"to":"0102"}}}"#;

#[tokio::test]
async fn an_edit_forgets_what_it_changes_and_keeps_the_base_map() {
    let (router, served, _) = router();
    for path in ["/api/plan", "/api/layers/zones?level=grid", "/api/layers/streets"] {
        assert_eq!(get(&router, path).await.status, StatusCode::OK, "{path}");
    }
    let dry = MOVE.replacen('{', "{\"dry_run\":true,", 1);
    assert_eq!(send(&router, post("/api/edits", "127.0.0.1:8080", &dry)).await.json()["dry"], true);
    assert_eq!(served.cache.keys().len(), 3, "trying changes nothing");
    assert_eq!(send(&router, post("/api/edits", "[::1]:8080", MOVE)).await.status, StatusCode::OK);
    let keys = served.cache.keys();
    assert!(keys.len() == 1 && keys[0].contains("streets"), "{keys:?}");
}

#[tokio::test]
async fn a_conflict_says_both_revisions_and_a_refusal_why() {
    let (router, _, _) = router();
    let late = MOVE.replace("\"base\":1", "\"base\":-3");
    let answer = send(&router, post("/api/edits", "localhost:8080", &late)).await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    assert_eq!((&answer.json()["base"], &answer.json()["current"]), (&json!(-3), &json!(0)));
    assert_eq!(send(&router, post("/api/undo", "localhost", "{}")).await.status, StatusCode::OK);
    let answer = send(&router, post("/api/redo", "localhost", "{}")).await;
    assert_eq!(
        (answer.status, answer.json()["error"].clone()),
        (StatusCode::UNPROCESSABLE_ENTITY, json!("refused"))
    );
}

#[tokio::test]
async fn changes_are_taken_only_as_json_from_pages_of_our_own() {
    let (router, _, plans) = router();
    // A name somebody made to point at this machine, a form, nonsense, an unknown field, a body without end.
    let mut form = post("/api/edits", "127.0.0.1", MOVE);
    form.headers_mut().insert(header::CONTENT_TYPE, "text/plain".parse().unwrap());
    let requests = [
        post("/api/edits", "evil.example:8080", MOVE),
        post("/api/undo", "evil.example", "{}"),
        form,
        post("/api/edits", "127.0.0.1", "{"),
        post("/api/edits", "127.0.0.1", &MOVE.replacen('{', "{\"x\":1,", 1)),
        post("/api/edits", "127.0.0.1", &format!("\"{}\"", "a".repeat(9 << 20))),
    ];
    for request in requests {
        let answer = send(&router, request).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        assert!(!answer.json()["message"].as_str().unwrap().is_empty());
    }
    assert_eq!(plans.asked.load(Ordering::SeqCst), 0);
}
