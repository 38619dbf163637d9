//! Edits, what they forget, whom they tell, and who may make them.

use super::*;

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
