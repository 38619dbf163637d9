//! The routes over a plan of the tests' own.

use crate::download::{Package, Wish};
use crate::edits::{EditBody, Step, StepBody};
use crate::error::ApiError;
use crate::ground::TileQuery;
use crate::hall::Hall;
use crate::ogc::{Found, Offer, Page};
use crate::plans::{LayerQuery, Plans, Told};
use crate::routes;
use crate::state::Served;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use lifang_planner::{GapsRequest, ImpactArea};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
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
    fn path(&self) -> PathBuf {
        PathBuf::from("made.gpkg")
    }

    fn revision(&self) -> i64 {
        7
    }

    fn variants(&self) -> Result<Value, ApiError> {
        Ok(json!({}))
    }

    fn staff(&self) -> Result<Value, ApiError> {
        Ok(json!({}))
    }

    fn impact(&self, _: &ImpactArea) -> Result<Value, ApiError> {
        Ok(json!({}))
    }

    fn openings(&self, _: &GapsRequest) -> Result<Value, ApiError> {
        Ok(json!({}))
    }

    fn compare(&self, _: &Path) -> Result<Value, ApiError> {
        Ok(json!({}))
    }

    fn download(&self, _: &Wish) -> Result<Package, ApiError> {
        Ok(Package { name: "太平街.zip".to_owned(), kind: "application/zip", bytes: vec![1] })
    }

    fn tile(&self, _: &TileQuery) -> Result<Vec<u8>, ApiError> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        Ok(vec![1, 2])
    }

    fn places(&self, _: Option<&str>) -> Result<Value, ApiError> {
        Ok(json!({}))
    }

    fn outline(&self, _: Option<&str>, _: &str) -> Result<Value, ApiError> {
        Ok(json!({}))
    }

    fn warm(&self) -> Result<(), ApiError> {
        Ok(())
    }

    fn tilejson(&self, _: &str, _: Option<&str>) -> Result<Value, ApiError> {
        Ok(json!({}))
    }

    fn topology(&self) -> Result<Value, ApiError> {
        Ok(json!({}))
    }

    fn assignment(&self) -> Result<Value, ApiError> {
        Ok(json!({}))
    }

    fn offer(&self) -> Result<Offer, ApiError> {
        Err(ApiError::Internal)
    }

    fn items(&self, _: &Page) -> Result<Found, ApiError> {
        Err(ApiError::Internal)
    }

    fn item(&self, _: &Page, _: &str) -> Result<Option<Value>, ApiError> {
        Ok(None)
    }

    fn overtaken(&self) -> Result<bool, ApiError> {
        Ok(false)
    }

    fn reload(&self) -> Result<(), ApiError> {
        Ok(())
    }

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

    fn edit(&self, body: &EditBody, told: Told<'_>) -> Result<Value, ApiError> {
        let current = self.asked.fetch_add(1, Ordering::SeqCst) as i64;
        match body.base {
            Some(base) if base < 0 => {
                let message = "somebody was faster".to_owned();
                Err(ApiError::Conflict { message, base, current, changes: Vec::new() })
            }
            _ => {
                let outcome = json!({ "revision": current, "dry": body.dry_run });
                if !body.dry_run {
                    told(&outcome);
                }
                Ok(outcome)
            }
        }
    }

    fn step(&self, step: Step, _: &StepBody, told: Told<'_>) -> Result<Value, ApiError> {
        if step == Step::Undo {
            told(&json!({}));
            Ok(json!({}))
        } else {
            Err(ApiError::Refused("nothing to redo".to_owned()))
        }
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

fn router() -> (Router, Arc<Served>, Arc<Made>) {
    let plans = Arc::new(Made::default());
    let hall = Hall::new(PathBuf::from("."), Some(Arc::clone(&plans) as Arc<dyn Plans>));
    let served = Arc::clone(&hall.front().served);
    (routes::router(hall), served, plans)
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
async fn a_question_about_walking_that_makes_no_sense_is_a_problem_and_begins_no_job() {
    let (router, ..) = router();
    let ask = async |path: &str, body: &str| send(&router, post(path, "localhost", body)).await;
    for (path, body, status) in [
        ("/api/impact", "{}", 400),
        ("/api/impact", "[]", 400),
        ("/api/impact", r#"{"at":[113,28]}"#, 400),
        ("/api/impact", r#"{"at":[113],"radius_m":9}"#, 400),
        ("/api/impact", r#"{"at":[113,28],"radius_m":9,"polygon":{"type":"Polygon","coordinates":[]}}"#, 400),
        ("/api/impact", r#"{"polygon":{"type":"Point","coordinates":[113,28]}}"#, 400),
        ("/api/impact", r#"{"polygon":{"type":"Polygon","coordinates":[[[113]]]}}"#, 400),
        (
            "/api/impact",
            r#"{"polygon":{"type":"Polygon","coordinates":[[[113,28],[114,28],[114,29,7]]]}}"#,
            200,
        ),
        ("/api/jobs/site", "{}", 400),
        ("/api/jobs/site", r#"{"category":"clinic","p":0}"#, 400),
        ("/api/jobs/site", r#"{"category":"clinic","p":18446744073709551615}"#, 400),
        ("/api/jobs/site", r#"{"category":"clinic","p":1,"model":"best"}"#, 400),
        ("/api/jobs/site", r#"{"category":"clinic","p":1,"weight":"votes"}"#, 400),
        ("/api/jobs/site", r#"{"category":"clinic","p":1,"seconds":-1}"#, 400),
        ("/api/jobs/site", r#"{"category":"clinic","p":1,"candidates":"/etc/passwd"}"#, 400),
        ("/api/jobs/site", r#"{"category":"clinic","what_if":{"burn":[]}}"#, 400),
    ] {
        let answer = ask(path, body).await;
        assert_eq!(answer.status.as_u16(), status, "{path} {body}");
        if status == 400 {
            assert_eq!(answer.header(header::CONTENT_TYPE), "application/problem+json", "{path} {body}");
        }
    }
    let places = vec!["[113,28]"; 20_001].join(",");
    for (path, body) in [
        ("/api/impact", format!(r#"{{"polygon":{{"type":"Polygon","coordinates":[[{places}]]}}}}"#)),
        ("/api/jobs/site", format!(r#"{{"category":"clinic","p":1,"candidates":{{"points":[{places}]}}}}"#)),
        ("/api/jobs/site", format!(r#"{{"category":"clinic","what_if":{{"add":[{places}]}}}}"#)),
    ] {
        assert_eq!(ask(path, &body).await.status, StatusCode::PAYLOAD_TOO_LARGE, "{path}");
    }
    for path in [
        "/api/impact?lon=113&lat=28",
        "/api/impact?lon=a&lat=28&radius_m=9",
        "/api/openings",
        "/api/openings?category=clinic&most=-1",
    ] {
        assert_eq!(get(&router, path).await.status, StatusCode::BAD_REQUEST, "{path}");
    }
    let from_elsewhere = post("/api/jobs/site", "evil.example", r#"{"category":"clinic","p":1}"#);
    assert_eq!(send(&router, from_elsewhere).await.status, StatusCode::FORBIDDEN);
    assert_eq!(get(&router, "/api/jobs").await.json()["jobs"], json!([]));
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
    let page = get(&router, "/plans/made.gpkg/").await;
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
    // A name somebody made to point at this machine, a page from elsewhere, a form, nonsense, an unknown field, a body
    // without end.
    let mut form = post("/api/edits", "127.0.0.1", MOVE);
    form.headers_mut().insert(header::CONTENT_TYPE, "text/plain".parse().unwrap());
    let mut foreign = post("/api/edits", "127.0.0.1:8080", MOVE);
    foreign.headers_mut().insert(header::ORIGIN, "http://127.0.0.1:9999".parse().unwrap());
    let mut delete = post("/api/jobs/j1", "evil.example", "");
    *delete.method_mut() = Method::DELETE;
    let mut upload = post("/api/uploads", "127.0.0.1:8080", "--x--");
    upload.headers_mut().insert(header::ORIGIN, "null".parse().unwrap());
    let requests = [
        (403, post("/api/edits", "evil.example:8080", MOVE)),
        (403, post("/api/undo", "evil.example", "{}")),
        (403, post("/api/plans/open", "evil.example", "{\"file\":\"a.gpkg\"}")),
        (403, foreign),
        (403, delete),
        (403, upload),
        (415, form),
        (400, post("/api/edits", "127.0.0.1", "{")),
        (400, post("/api/edits", "127.0.0.1", &MOVE.replacen('{', "{\"x\":1,", 1))),
        (413, post("/api/edits", "127.0.0.1", &format!("\"{}\"", "a".repeat(9 << 20)))),
    ];
    for (status, request) in requests {
        let what = format!("{} {}", request.method(), request.uri());
        let answer = send(&router, request).await;
        assert_eq!(answer.status.as_u16(), status, "{what}");
        assert_eq!(answer.header(header::CONTENT_TYPE), "application/problem+json", "{what}");
        assert!(!answer.json()["message"].as_str().unwrap().is_empty());
    }
    assert_eq!(plans.asked.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn with_no_plan_open_the_plan_routes_say_so_and_the_others_answer() {
    let folder = tempfile::tempdir().unwrap();
    let router = crate::app_of(crate::Content { session: None, folder: folder.path().to_owned() });
    for path in [
        "/api/plan",
        "/api/verify",
        "/api/layers/zones",
        "/api/history",
        "/api/export?layer=zones&format=shp",
    ] {
        let answer = get(&router, path).await;
        assert_eq!(
            (answer.status, answer.json()["error"].clone()),
            (StatusCode::NOT_FOUND, json!("no_plan_open")),
            "{path}"
        );
    }
    assert_eq!(get(&router, "/api/plans").await.json()["plans"], json!([]));
    assert_eq!(get(&router, "/api/jobs").await.json(), json!({ "jobs": [] }));
    assert!(get(&router, "/api/catalog").await.json()["presets"].as_array().unwrap().len() > 3);
    for (file, status) in [("nothing.gpkg", 404), ("../x.gpkg", 400), ("/etc/passwd", 400), ("", 400)] {
        let body = json!({ "file": file }).to_string();
        let answer = send(&router, post("/api/plans/open", "localhost", &body)).await;
        assert_eq!(answer.status.as_u16(), status, "{file:?}: {}", answer.json());
    }
    for path in ["/api/jobs/j1", "/api/jobs/x", "/api/uploads/u1", "/api/uploads/u99999999999999999999"] {
        assert_eq!(get(&router, path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn a_download_is_named_for_everybody() {
    let (router, ..) = router();
    let answer = get(&router, "/api/export?layer=zones&format=shp").await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(answer.header(header::CONTENT_DISPOSITION).contains("filename*=UTF-8''%E5%A4%AA"));
    for path in [
        "/api/export",
        "/api/export?layer=zones&format=exe",
        "/api/export?layer=moon&format=shp",
        "/api/export?layer=zones&format=shp&crs=nonsense",
        "/api/export?layer=zones&format=shp&encoding=utf-7",
    ] {
        assert_eq!(get(&router, path).await.status, StatusCode::BAD_REQUEST, "{path}");
    }
}

#[tokio::test]
async fn who_listens_is_told_of_every_edit_in_order() {
    use futures_util::StreamExt as _;
    let (router, served, _) = router();
    let response =
        router.clone().oneshot(Request::get("/api/events").body(Body::empty()).unwrap()).await.unwrap();
    assert_eq!(response.headers()[header::CONTENT_TYPE], "text/event-stream");
    let mut own = post("/api/edits", "127.0.0.1:8080", MOVE);
    own.headers_mut().insert("lifang-client", "window-1".parse().unwrap());
    send(&router, own).await;
    send(&router, post("/api/undo", "localhost", "{}")).await;
    served.events.close();
    let mut body = response.into_body().into_data_stream();
    let mut text = String::new();
    while let Some(chunk) = body.next().await {
        text.push_str(std::str::from_utf8(&chunk.unwrap()).unwrap());
    }
    let kinds: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("event: ")).collect();
    assert_eq!(kinds, ["hello", "edit", "edit"], "{text}");
    assert!(text.contains("\"client\":\"window-1\"") && text.contains("\"kind\":\"undo\""), "{text}");
    assert_eq!(text.matches("id: ").count(), 3);
}

#[tokio::test]
async fn tiles_are_kept_until_an_edit_and_nonsense_is_no_tile() {
    let (router, served, plans) = router();
    for path in ["/api/tiles/zones/14/13000/6800.mvt", "/api/tiles/zones/14/13000/6800"] {
        let answer = get(&router, path).await;
        assert_eq!((answer.status, answer.body.as_slice()), (StatusCode::OK, &[1, 2][..]), "{path}");
        assert_eq!(answer.header(header::CONTENT_TYPE), "application/vnd.mapbox-vector-tile");
    }
    get(&router, "/api/tiles/streets/14/13000/6800").await;
    assert_eq!(plans.asked.load(Ordering::SeqCst), 2, "the same tile is drawn once");
    send(&router, post("/api/edits", "localhost", MOVE)).await;
    let keys = served.cache.keys();
    assert!(keys.len() == 1 && keys[0].contains("streets"), "{keys:?}");
    for (path, status) in [
        ("/api/tiles/zones/a/b/c.mvt", 400),
        ("/api/tiles/zones/14/-1/0", 400),
        ("/api/tiles/zones/14/1e3/0", 400),
        ("/api/tiles/zones/14/99999999999999999999/0", 400),
        ("/api/tiles/zones/14/+5/0", 400),
        ("/api/tiles/zones/14/16384/0", 404),
        ("/api/tiles/zones/23/0/0", 404),
        ("/api/tiles/zones/14/0", 404),
        ("/api/tiles/zones/14/0/0/0", 404),
        ("/api/tiles/zones/14/0/0?colour=red", 400),
    ] {
        let answer = get(&router, path).await;
        assert_eq!(answer.status.as_u16(), status, "{path}");
        assert_eq!(answer.header(header::CONTENT_TYPE), "application/problem+json", "{path}");
    }
}

#[tokio::test]
async fn the_root_is_the_map_for_browsers_and_a_landing_page_for_programs() {
    let (router, ..) = router();
    let asked = |accept: &str| Request::get("/").header(header::ACCEPT, accept).body(Body::empty()).unwrap();
    let page = send(&router, asked("text/html,application/xhtml+xml,application/json;q=0.1")).await;
    assert_eq!((page.status.as_u16(), page.header(header::LOCATION)), (307, "/plans/made.gpkg/"));
    let landing = send(&router, asked("application/json")).await;
    assert!(landing.json()["links"].as_array().unwrap().iter().any(|link| link["rel"] == "data"));
    assert!(get(&router, "/?f=json").await.json()["title"].is_string());
    assert_eq!(get(&router, "/conformance").await.json()["conformsTo"].as_array().unwrap().len(), 10);
    assert_eq!(get(&router, "/conformance?x=1").await.status, StatusCode::BAD_REQUEST);
    assert_eq!(
        get(&router, "/tileMatrixSets/WebMercatorQuad").await.json()["tileMatrices"]
            .as_array()
            .unwrap()
            .len(),
        23
    );
    assert_eq!(get(&router, "/tileMatrixSets/Mars").await.status, StatusCode::NOT_FOUND);
}
