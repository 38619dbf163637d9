//! What makes no sense, is not there or cannot be done: each a problem with its reason.

use super::*;

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
