//! What is answered, how it travels, and what of it is kept.

use super::*;

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
        "/api/export?layer=plan&format=shp",
    ] {
        assert_eq!(get(&router, path).await.status, StatusCode::BAD_REQUEST, "{path}");
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
