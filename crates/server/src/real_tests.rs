//! The routes over a real plan: made here, divided, covered, taken away, brought back; every answer against its schema.

use crate::{Content, app_of, openapi};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, Response, header};
use serde_json::{Value, json};
use std::path::Path;
use std::time::Duration;
use tower::ServiceExt as _;

async fn send(app: &Router, request: Request<Body>) -> (u16, Response<()>, Vec<u8>) {
    let (parts, body) = app.clone().oneshot(request).await.unwrap().into_parts();
    let bytes = to_bytes(body, 1 << 28).await.unwrap().to_vec();
    (parts.status.as_u16(), Response::from_parts(parts, ()), bytes)
}

pub(crate) async fn get(app: &Router, path: &str) -> (u16, Value) {
    let (status, _, bytes) = send(app, Request::get(path).body(Body::empty()).unwrap()).await;
    (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
}

pub(crate) async fn post(app: &Router, path: &str, body: &Value) -> (u16, Value) {
    let request = Request::post(path)
        .header(header::HOST, "127.0.0.1:8080")
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(body.to_string()))
        .unwrap();
    let (status, _, bytes) = send(app, request).await;
    (status, serde_json::from_slice(&bytes).unwrap())
}

/// Begins a job and waits for its end.
async fn job(app: &Router, path: &str, body: &Value) -> Value {
    let (status, begun) = post(app, path, body).await;
    assert_eq!(status, 202, "{path}: {begun}");
    let id = begun["id"].as_str().unwrap().to_owned();
    loop {
        let (_, told) = get(app, &format!("/api/jobs/{id}")).await;
        if !matches!(told["state"].as_str(), Some("queued" | "running")) {
            return told;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

pub(crate) async fn done(app: &Router, path: &str, body: &Value) -> Value {
    let told = job(app, path, body).await;
    assert_eq!(told["state"], "done", "{path}: {told}");
    told
}

fn files(boundary: &str, files: &[(&str, &[u8])]) -> Request<Body> {
    let mut body = Vec::new();
    for (name, bytes) in files {
        let head = format!(
            "--{boundary}\r\ncontent-disposition: form-data; name=\"files\"; filename=\"{name}\"\r\n\r\n"
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    Request::post("/api/uploads")
        .header(header::HOST, "127.0.0.1:8080")
        .header(header::CONTENT_TYPE, format!("multipart/form-data; boundary={boundary}"))
        .body(Body::from(body))
        .unwrap()
}

/// A plan of the sample, divided and covered, over the routes.
pub(crate) async fn prepared(folder: &Path) -> Router {
    let app = app_of(Content { session: None, folder: folder.to_owned() });
    done(&app, "/api/plans/sample", &json!({ "file": "太平街.gpkg" })).await;
    let told = done(&app, "/api/jobs/propose", &json!({ "moves": 20_000 })).await;
    assert!(told["result"]["atoms"].as_u64().unwrap() > 100, "{told}");
    done(&app, "/api/jobs/cover", &json!({ "categories": ["clinic"], "profiles": ["adult"] })).await;
    app
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_is_made_divided_covered_taken_away_and_brought_back() {
    let folder = tempfile::tempdir().unwrap();
    let app = prepared(folder.path()).await;
    let (_, plans) = get(&app, "/api/plans").await;
    assert_eq!(plans["open"], "太平街.gpkg");
    answers_fit(&app).await;
    stations_and_areas_are_asked_about(&app).await;
    edits_show_in_tiles(&app, folder.path()).await;
    variants_are_tried_and_merged(&app).await;

    let path = "/api/export?layer=buildings&format=shp&encoding=gbk&crs=EPSG:4545";
    let (status, response, zip) = send(&app, Request::get(path).body(Body::empty()).unwrap()).await;
    assert_eq!(status, 200);
    assert!(
        response.headers()[header::CONTENT_DISPOSITION].to_str().unwrap().contains("filename*=UTF-8''%E5")
    );
    let (_, _, again) = send(&app, Request::get(path).body(Body::empty()).unwrap()).await;
    assert!(zip == again, "the same plan gives the same archive");
    for (format, start) in [("xlsx", b"PK".as_slice()), ("dxf", b"  0")] {
        let path = format!("/api/export?layer=plan&format={format}&zip=false");
        let (status, response, whole) = send(&app, Request::get(path).body(Body::empty()).unwrap()).await;
        assert!(status == 200 && whole.starts_with(start), "{format}");
        let named = response.headers()[header::CONTENT_DISPOSITION].to_str().unwrap();
        assert!(named.contains(&format!("plan.{format}")), "{named}");
    }
    outlines_are_thinned(&app).await;
    let path = "/api/export?layer=zones&format=geojson&zip=false";
    let (_, _, zones) = send(&app, Request::get(path).body(Body::empty()).unwrap()).await;

    let register = "楼栋编号,户数,户主姓名\nS01-P01,7,某人\n".as_bytes();
    let sent = [
        ("楼栋.zip", zip.as_slice()),
        ("网格.geojson", &zones),
        ("住户.csv", register),
        ("a.xlsx", b"PK\x03\x04"),
    ];
    let (status, _, told) = send(&app, files("B", &sent)).await;
    let told: Value = serde_json::from_slice(&told).unwrap();
    assert_eq!(status, 201, "{told}");
    fits(&schemas().await, "Upload", &told);
    let by = |name: &str| {
        told["files"]
            .as_array()
            .unwrap()
            .iter()
            .find(|file| file["file"].as_str().unwrap().contains(name))
            .cloned()
    };
    let shape = by("buildings.shp").unwrap();
    let layer = &shape["layers"][0];
    assert_eq!(
        (&layer["geometry"], &layer["role"], &layer["crs"][0]["certain"]),
        (&json!("polygon"), &json!("buildings"), &json!(true))
    );
    let guess =
        |role: &str| layer["columns"].as_array().unwrap().iter().any(|column| column["guess"] == role);
    assert!(guess("households") && guess("floors"), "{layer}");
    assert!(by("xlsx").unwrap()["problem"].as_str().unwrap().contains("CSV"));
    let id = told["id"].as_str().unwrap();
    let body = json!({ "file": "../outside", "buildings": { "file": shape["file"] } });
    assert_eq!(post(&app, &format!("/api/uploads/{id}/plan"), &body).await.0, 400);
    let body = json!({ "file": "新", "buildings": { "file": "../太平街.gpkg" } });
    assert_eq!(post(&app, &format!("/api/uploads/{id}/plan"), &body).await.0, 400);
    let register = by("住户.csv").unwrap();
    assert_eq!(register["layers"][0]["role"], "table");
    assert!(!register.to_string().contains("某人"), "{register}");
    let mut body = json!({ "file": "登记", "buildings": { "file": shape["file"] }, "table": { "file": "住户.csv", "form": "x" } });
    assert_eq!(post(&app, &format!("/api/uploads/{id}/plan"), &body).await.0, 400);
    body["table"] = json!({ "file": "住户.csv", "form": "counts", "columns": { "households": "户数" }, "as_of": "2026-07-01" });
    let made = done(&app, &format!("/api/uploads/{id}/plan"), &body).await;
    assert_eq!(made["result"]["demand"]["households"], 7, "{made}");
    assert!(!made.to_string().contains("某人"));
    let body = json!({ "file": "新", "name": "<img src=x onerror=alert(1)>", "buildings": { "file": shape["file"] } });
    let made = done(&app, &format!("/api/uploads/{id}/plan"), &body).await;
    assert_eq!(made["result"]["file"], "新.gpkg");
    let address = made["result"]["address"].as_str().unwrap();
    assert_eq!(get(&app, "/api/plan").await.1["file"], "太平街.gpkg", "the plan in front stays");
    assert_eq!(get(&app, &format!("{address}api/plan")).await.1["name"], "<img src=x onerror=alert(1)>");
    assert_eq!(post(&app, &format!("/api/uploads/{id}/plan"), &body).await.0, 422, "the name is taken");
    let tile = format!("{address}api/tiles/zones/14/13000/6800");
    assert_eq!(get(&app, &tile).await.0, 422, "not divided yet");
    assert_eq!(get(&app, &format!("{address}collections/zones-grid")).await.0, 404);
    assert_eq!(
        get(&app, "/api/compare?with=太平街.gpkg".replace("太平街", "%E5%A4%AA%E5%B9%B3%E8%A1%97").as_str())
            .await
            .1["levels"][0]["moved"]["households"],
        0
    );
    let (_, begun) = post(&app, "/api/jobs/propose", &json!({ "seed": 5 })).await;
    let id = begun["id"].as_str().unwrap();
    let before = get(&app, "/api/plan").await.1["revision"].clone();
    let cancel = Request::delete(format!("/api/jobs/{id}")).header(header::HOST, "localhost");
    assert_eq!(send(&app, cancel.body(Body::empty()).unwrap()).await.0, 200);
    let over = loop {
        let (_, told) = get(&app, &format!("/api/jobs/{id}")).await;
        if !matches!(told["state"].as_str(), Some("queued" | "running")) {
            break told;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    // A job that was done before the word reached it is done.
    if over["state"] == "cancelled" {
        assert_eq!(get(&app, "/api/plan").await.1["revision"], before, "what was cancelled changed nothing");
    }
}

pub(crate) async fn schemas() -> Value {
    openapi::document().await.unwrap().0
}

pub(crate) fn fits(document: &Value, schema: &str, answer: &Value) {
    let root =
        json!({ "$ref": format!("#/components/schemas/{schema}"), "components": document["components"] });
    let validator = jsonschema::validator_for(&root).unwrap();
    let wrong: Vec<String> = validator
        .iter_errors(answer)
        .take(5)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(wrong.is_empty(), "{schema}: {wrong:?}");
}

/// Every answer of a GET route that is JSON fits the schema the description names for it.
async fn answers_fit(app: &Router) {
    let document = schemas().await;
    let (_, atoms) = get(app, "/api/assignment").await;
    let code = atoms["levels"][0]["zones"][0]["code"].as_str().unwrap().to_owned();
    let (_, boundary) = get(app, "/collections/boundary/items").await;
    let (lon, lat) = corner(&boundary["features"][0]["geometry"]["coordinates"]);
    let mut seen = 0;
    for (path, methods) in document["paths"].as_object().unwrap() {
        let Some(told) = methods.get("get") else { continue };
        let content = told["responses"].as_object().unwrap()["200"]["content"].as_object().unwrap();
        let (kind, content) = content.iter().next().unwrap();
        let Some(schema) = content["schema"]["$ref"].as_str() else { continue };
        let schema = schema.rsplit('/').next().unwrap();
        let asked = path
            .replace("{code}", &code)
            .replace("{layer}", "buildings")
            .replace("/api/jobs/{id}", "/api/jobs/j1")
            .replace("{fid}", boundary["features"][0]["id"].as_str().unwrap())
            .replace("{set}", "WebMercatorQuad")
            .replace(
                "/collections/{id}",
                if path.contains("{fid}") { "/collections/boundary" } else { "/collections/zones-grid" },
            );
        let asked = match path.as_str() {
            "/api/uploads/{id}" => continue,
            "/api/compare" => format!("{path}?with=%E5%A4%AA%E5%B9%B3%E8%A1%97.gpkg"),
            "/api/impact" => format!("{path}?lon={lon}&lat={lat}&radius_m=400"),
            "/api/openings" => format!("{path}?category=clinic&most=3"),
            "/api/zones/{code}/outline" => {
                format!("{asked}?level={}", atoms["levels"][0]["key"].as_str().unwrap())
            }
            "/" => "/?f=json".to_owned(),
            _ => asked,
        };
        let (status, answer) = get(app, &asked).await;
        assert_eq!(status, 200, "{asked} ({kind}): {answer}");
        fits(&document, schema, &answer);
        seen += 1;
    }
    assert!(seen >= 26, "{seen}");
    let (status, problem) = get(app, "/api/nothing").await;
    assert_eq!(status, 404);
    fits(&document, "Problem", &problem);
}

/// Thinned outlines say so in their file; what cannot be thinned is refused before anything is written.
async fn outlines_are_thinned(app: &Router) {
    let ask = async |query: &str| {
        let request = Request::get(format!("/api/export?zip=false&{query}")).body(Body::empty()).unwrap();
        let (status, _, bytes) = send(app, request).await;
        (status, bytes)
    };
    let (_, exact) = ask("layer=zones&format=geojson").await;
    let (status, thin) = ask("layer=zones&format=geojson&simplify=5").await;
    assert_eq!(status, 200);
    assert!(thin.len() < exact.len(), "{} of {} bytes", thin.len(), exact.len());
    let (_, smooth) = ask("layer=zones&format=geojson&simplify=5&smooth=true").await;
    let says = |bytes: &[u8], words: &str| String::from_utf8_lossy(bytes).contains(words);
    assert!(says(&thin, "thinned to within 5 m") && !says(&thin, "smoothed") && !says(&exact, "thinned"));
    assert!(says(&smooth, "smoothed, for display only"));
    for refused in [
        "layer=zones&format=geojson&simplify=0",
        "layer=zones&format=geojson&simplify=NaN",
        "layer=zones&format=geojson&simplify=-3",
        "layer=zones&format=geojson&simplify=20000",
        "layer=zones&format=geojson&smooth=true",
        "layer=zones&format=csv&simplify=2",
        "layer=plan&format=xlsx&simplify=2",
        "layer=buildings&format=geojson&simplify=2",
    ] {
        assert_eq!(ask(refused).await.0, 400, "{refused}");
    }
    assert_eq!(ask("layer=plan&format=dxf&simplify=2").await.0, 200);
}

/// An edit changes the tile it lies in, the assignment and the features, and undo brings the same bytes back.
async fn edits_show_in_tiles(app: &Router, folder: &Path) {
    let document = schemas().await;
    let (_, topology) = get(app, "/api/arcs").await;
    let (_, assignment) = get(app, "/api/assignment").await;
    let level = assignment["levels"].as_array().unwrap().last().unwrap();
    let zone = |atom: &Value| Some(level["atoms"][atom.as_u64()? as usize].as_u64()? as usize);
    let sides = topology["sides"].as_array().unwrap();
    let borders = sides.iter().filter_map(|side| Some((side[0].as_u64()?, zone(&side[0])?, zone(&side[1])?)));
    let parent = |zone: usize| &level["zones"][zone]["parent"];
    let mut moves = borders.filter(|(_, a, b)| a != b && parent(*a) == parent(*b));
    let bounds: Vec<f64> = topology["bbox"].as_array().unwrap().iter().map(|b| b.as_f64().unwrap()).collect();
    let (lon, lat) = (f64::midpoint(bounds[0], bounds[2]), f64::midpoint(bounds[1], bounds[3]));
    let across = f64::from(1 << 13);
    let y = 0.5 - lat.to_radians().tan().asinh() / (2.0 * std::f64::consts::PI);
    let tile = format!("13/{}/{}", ((lon / 360.0 + 0.5) * across) as u32, (y * across) as u32);
    let tile = format!("/api/tiles/zones/{tile}.mvt");
    let bytes = async |path: &str| send(app, Request::get(path).body(Body::empty()).unwrap()).await.2;
    let before = bytes(&tile).await;
    assert!(before.len() > 100, "{}", before.len());
    let done = loop {
        let (atom, _, to) = moves.next().unwrap();
        let code = &topology["objects"]["atoms"]["geometries"][atom as usize]["properties"]["code"];
        let body = json!({ "base": assignment["revision"], "edit": { "move": {
            "level": level["key"], "atoms": { "codes": [code] }, "to": level["zones"][to]["code"] } } });
        let (status, outcome) = post(app, "/api/edits", &body).await;
        if status == 200 {
            break outcome;
        }
        assert_eq!(status, 422, "{outcome}");
    };
    fits(&document, "EditOutcome", &done);
    let after = bytes(&tile).await;
    assert!(after != before, "the tile shows the edit");
    // Figures followed the edit; a verdict on everything says the same.
    let anew = app_of(Content { session: None, folder: folder.to_owned() });
    let address = format!("/plans/%E5%A4%AA%E5%B9%B3%E8%A1%97.gpkg{tile}");
    let (_, _, told) = send(&anew, Request::get(address).body(Body::empty()).unwrap()).await;
    assert!(told == after, "the same tile comes from the plan opened anew");
    assert_ne!(get(app, "/api/assignment").await.1["levels"], assignment["levels"]);
    let (status, late) = post(app, "/api/undo", &json!({ "base": assignment["revision"] })).await;
    assert_eq!((status, late["changes"].as_array().unwrap().len()), (409, 1), "{late}");
    fits(&document, "Problem", &late);
    assert_eq!(post(app, "/api/undo", &json!({ "base": done["revision"] })).await.0, 200);
    assert!(bytes(&tile).await == before, "undo brings the same bytes back");
}

/// Who lives inside, where a station helps and what it would do: the answers agree with each other, and the plan stays.
async fn stations_and_areas_are_asked_about(app: &Router) {
    let document = schemas().await;
    let (_, plan) = get(app, "/api/plan").await;
    let (_, boundary) = get(app, "/collections/boundary/items").await;
    let (lon, lat) = corner(&boundary["features"][0]["geometry"]["coordinates"]);
    let (status, all) = post(app, "/api/impact", &json!({ "at": [lon, lat], "radius_m": 20_000 })).await;
    assert_eq!(status, 200, "{all}");
    fits(&document, "Impact", &all);
    let whole = json!({ "polygon": { "type": "Polygon", "coordinates": [[
        [lon - 0.2, lat - 0.2], [lon + 0.2, lat - 0.2], [lon + 0.2, lat + 0.2], [lon - 0.2, lat + 0.2],
        [lon - 0.2, lat - 0.2]]] } });
    let (_, drawn) = post(app, "/api/impact", &whole).await;
    assert!(all["demand"]["households"].as_u64().unwrap() > 0 && drawn == all, "{drawn}");
    for body in [json!({ "at": [lon, lat], "radius_m": -1 }), json!({ "at": [lon, 95], "radius_m": 9 })] {
        let (status, problem) = post(app, "/api/impact", &body).await;
        assert_eq!(status, 422, "{problem}");
        fits(&document, "Problem", &problem);
    }
    assert_eq!(get(app, "/api/openings?category=nothing").await.0, 404);
    assert_eq!(get(app, "/api/openings?category=clinic&at=25:99").await.0, 400);
    let never = json!({ "category": "clinic", "what_if": {}, "at": "midnight" });
    assert_eq!(post(app, "/api/jobs/site", &never).await.0, 400);

    let best = done(app, "/api/jobs/site", &json!({ "category": "clinic", "tier": "5min", "p": 2 })).await;
    let best = &best["result"];
    fits(&document, "SiteResult", best);
    let stations = best["answer"]["stations"].as_array().unwrap();
    let covered = |result: &Value, side: &str| {
        let tiers = result[side]["tiers"].as_array().unwrap();
        let tier = tiers.iter().find(|tier| tier["tier"] == "5min").unwrap();
        tier["covered"]["persons"].as_u64().unwrap()
    };
    let adds: u64 = stations.iter().map(|one| one["adds"]["persons"].as_u64().unwrap()).sum();
    assert!(!stations.is_empty() && adds > 0, "{best}");
    assert_eq!(covered(best, "after") - covered(best, "before"), adds);
    // At night fewer gates are open, so nobody is reached who is not by day.
    let night = json!({ "category": "clinic", "tier": "5min", "p": 2, "at": "Su 23:30" });
    let night = done(app, "/api/jobs/site", &night).await;
    assert!(night["result"]["gates"]["at"] == "Su 23:30" || !night["result"]["gates"].is_null(), "{night}");
    assert!(covered(&night["result"], "before") <= covered(best, "before"));
    // The same stations as a what-if do the same.
    let places: Vec<&Value> = stations.iter().map(|one| &one["at"]).collect();
    let tried = json!({ "category": "clinic", "tier": "5min", "what_if": { "add": places } });
    let tried = done(app, "/api/jobs/site", &tried).await;
    assert_eq!(covered(&tried["result"], "before"), covered(best, "before"));
    assert!(
        tried["result"]["answer"].is_null() && covered(&tried["result"], "after") > covered(best, "before")
    );
    for body in [
        json!({ "category": "nothing", "p": 1 }),
        json!({ "category": "clinic" }),
        json!({ "category": "clinic", "model": "mclp" }),
        json!({ "category": "clinic", "p": 1, "candidates": { "points": [[0, 0]] } }),
        json!({ "category": "clinic", "what_if": { "close": ["nobody"] } }),
    ] {
        let failed = job(app, "/api/jobs/site", &body).await;
        assert_eq!(failed["state"], "failed", "{body}");
        assert_ne!(failed["error"]["error"], "internal", "{body}: {failed}");
        fits(&document, "Job", &failed);
    }
    assert_eq!(get(app, "/api/plan").await.1["revision"], plan["revision"]);
}

/// A zone is put right, a scenario branched and merged, a roster brought in; what is only looked at changes nothing.
async fn variants_are_tried_and_merged(app: &Router) {
    let document = schemas().await;
    let (_, there) = get(app, "/api/variants").await;
    fits(&document, "Variants", &there);
    assert_eq!(there["scenarios"].as_array().unwrap().len(), 1, "{there}");
    let (_, assignment) = get(app, "/api/assignment").await;
    let level = assignment["levels"].as_array().unwrap().last().unwrap();
    let zone = level["zones"][0]["code"].as_str().unwrap();
    let looked = done(app, "/api/jobs/mend", &json!({ "zones": [zone] })).await;
    assert_eq!(looked["result"]["repair"]["zones"], json!([zone]), "{looked}");
    assert_eq!(get(app, "/api/plan").await.1["revision"], assignment["revision"]);
    for body in [json!({ "zones": [] }), json!({ "zones": vec!["1"; 501] }), json!({ "zones": [""] })] {
        assert_eq!(post(app, "/api/jobs/mend", &body).await.0, 400, "{body}");
    }
    let nobody = job(app, "/api/jobs/mend", &json!({ "zones": ["999"] })).await;
    assert_eq!(
        (&nobody["state"], &nobody["error"]["error"]),
        (&json!("failed"), &json!("refused")),
        "{nobody}"
    );

    let main = there["scenarios"][0]["name"].as_str().unwrap();
    done(app, "/api/jobs/scenario", &json!({ "wish": { "branch": "方案二 <b>" } })).await;
    let (_, two) = get(app, "/api/variants").await;
    assert_eq!(two["scenarios"][0]["name"], "方案二 <b>", "{two}");
    assert_eq!(two["scenarios"][0]["origin"], main);
    done(app, "/api/jobs/scenario", &json!({ "wish": { "switch": main } })).await;
    let tried =
        done(app, "/api/jobs/scenario", &json!({ "wish": { "merge": "方案二 <b>" }, "dry_run": true })).await;
    assert_eq!(tried["result"]["clashes"], json!([]), "{tried}");
    let taken = job(app, "/api/jobs/scenario", &json!({ "wish": { "branch": main } })).await;
    assert_eq!(taken["state"], "failed", "{taken}");
    assert_eq!(post(app, "/api/jobs/scenario", &json!({ "wish": { "burn": "x" } })).await.0, 400);

    let several = done(app, "/api/jobs/alternatives", &json!({ "count": 2, "moves": 2000 })).await;
    assert!(!several["result"]["alternatives"].as_array().unwrap().is_empty(), "{several}");
    assert_eq!(post(app, "/api/jobs/alternatives", &json!({ "count": 2, "keep": 3 })).await.0, 400);

    let (_, staff) = get(app, "/api/staff").await;
    fits(&document, "Staff", &staff);
    let role = staff["roles"][0]["key"].as_str().unwrap();
    let of = staff["roles"][0]["levels"][0].as_str();
    let level = assignment["levels"].as_array().unwrap().iter().find(|one| one["key"].as_str() == of);
    let zone = level.unwrap()["zones"][0]["code"].as_str().unwrap();
    let table = format!("zone,role,name\n{zone},{role},王芳\n");
    let (_, _, told) = send(app, files("C", &[("名册.csv", table.as_bytes())])).await;
    let told: Value = serde_json::from_slice(&told).unwrap();
    let roster =
        done(app, "/api/jobs/staff", &json!({ "upload": told["id"], "file": told["files"][0]["file"] }))
            .await;
    assert_eq!(roster["result"]["people"], 1, "{roster}");
    assert_eq!(get(app, "/api/staff").await.1["staff"][0]["name"], "王芳");
}

/// The first position of a geometry.
fn corner(coordinates: &Value) -> (f64, f64) {
    match (coordinates[0].as_f64(), coordinates[1].as_f64()) {
        (Some(x), Some(y)) => (x, y),
        _ => corner(&coordinates[0]),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn features_come_page_by_page_by_place_and_in_the_system_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let app = prepared(folder.path()).await;
    let (_, all) = get(&app, "/collections/atoms/items?limit=10000").await;
    let count = all["numberMatched"].as_u64().unwrap();
    let mut ids = Vec::new();
    let mut next = "/collections/atoms/items?limit=97".to_owned();
    loop {
        let (status, page) = get(&app, &next).await;
        assert_eq!(status, 200);
        ids.extend(page["features"].as_array().unwrap().iter().map(|feature| feature["id"].clone()));
        let link = page["links"].as_array().unwrap().iter().find(|link| link["rel"] == "next").cloned();
        let Some(link) = link else { break };
        next = link["href"].as_str().unwrap().to_owned();
    }
    let whole: Vec<Value> =
        all["features"].as_array().unwrap().iter().map(|feature| feature["id"].clone()).collect();
    assert_eq!((ids.len() as u64, ids == whole), (count, true));
    let fid = ids[3].as_str().unwrap().replace('#', "%23");
    assert_eq!(get(&app, &format!("/collections/atoms/items/{fid}")).await.1["id"], ids[3]);
    assert_eq!(get(&app, "/collections/atoms/items/%3Cimg%3E").await.0, 404);
    // The box of one feature finds it, whatever system the box is in; degrees of EPSG have north first.
    let (lon, lat) = corner(&all["features"][3]["geometry"]["coordinates"]);
    for (bbox, system) in [
        (format!("{},{},{},{}", lon - 1e-5, lat - 1e-5, lon + 1e-5, lat + 1e-5), "OGC/1.3/CRS84"),
        (format!("{},{},{},{}", lat - 1e-5, lon - 1e-5, lat + 1e-5, lon + 1e-5), "EPSG/0/4490"),
    ] {
        let path = format!(
            "/collections/atoms/items?bbox={bbox}&bbox-crs=http://www.opengis.net/def/crs/{system}&crs=http://www.opengis.net/def/crs/EPSG/0/3857"
        );
        let (status, found) = get(&app, &path).await;
        assert_eq!(status, 200, "{found}");
        let few = found["numberMatched"].as_u64().unwrap();
        assert!((1..20).contains(&few), "{few}");
        assert!(found["features"].as_array().unwrap().iter().any(|feature| feature["id"] == ids[3]));
        assert!(corner(&found["features"][0]["geometry"]["coordinates"]).0 > 1e6, "metres of Web Mercator");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn gdal_reads_the_running_server_as_an_ogc_api() {
    let there =
        std::process::Command::new("ogrinfo").arg("--version").output().is_ok_and(|out| out.status.success());
    if !there {
        return eprintln!("skipped: ogrinfo is not on this machine");
    }
    let folder = tempfile::tempdir().unwrap();
    let app = prepared(folder.path()).await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await });
    let info = async |arguments: Vec<String>| {
        let out = tokio::task::spawn_blocking(move || {
            std::process::Command::new("ogrinfo").args(arguments).output()
        });
        let out = out.await.unwrap().unwrap();
        let text =
            format!("{}{}", String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr));
        assert!(out.status.success() && !text.contains("ERROR"), "{text}");
        text
    };
    let source = format!("OAPIF:http://{address}/");
    let listed = info(vec!["-ro".to_owned(), source.clone()]).await;
    for layer in ["zones-grid", "zones-micro_grid", "atoms", "buildings", "gaps"] {
        assert!(listed.contains(layer), "{layer}: {listed}");
    }
    let arguments = |more: [&str; 2], layer: &str| {
        vec!["-ro".to_owned(), more[0].to_owned(), more[1].to_owned(), source.clone(), layer.to_owned()]
    };
    let counted = info(arguments(["-so", "-q"], "atoms")).await;
    assert!(counted.contains("atoms"), "{counted}");
    let wanted = info(arguments(["-al", "-geom=SUMMARY"], "zones-micro_grid")).await;
    let number = |text: &str| -> usize {
        text.lines().find_map(|line| line.strip_prefix("Feature Count: ")?.trim().parse().ok()).unwrap()
    };
    assert_eq!(number(&wanted), wanted.matches("OGRFeature(").count(), "{wanted}");
    assert!(number(&wanted) >= 40 && wanted.contains("households"), "{wanted}");
}
