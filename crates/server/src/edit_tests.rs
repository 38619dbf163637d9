//! What planners ask of the ground and the gates, over a real plan: exact cuts, where zones lie, gates at a time of day.

use crate::real_tests::{done, fits, get, post, prepared, schemas};
use axum::Router;
use serde_json::{Value, json};

/// Longitude and latitude of the middle of the west and of the east of a box, and a little beyond.
fn across(bounds: &Value) -> Value {
    let [west, south, east, north]: [f64; 4] = serde_json::from_value(bounds.clone()).unwrap();
    let (middle, beyond) = (f64::midpoint(south, north), (east - west) * 0.1);
    json!([[west - beyond, middle], [east + beyond, middle]])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_zone_is_divided_exactly_along_a_line_and_gates_are_shut_at_night() {
    let folder = tempfile::tempdir().unwrap();
    let app = prepared(folder.path()).await;
    zones_lie_where_their_outlines_are(&app).await;
    a_line_divides_cells(&app).await;
    gates_are_asked_about_at_a_time(&app).await;
}

async fn zones_lie_where_their_outlines_are(app: &Router) {
    let (_, places) = get(app, "/api/zones").await;
    fits(&schemas().await, "Places", &places);
    let level = places["level"].as_str().unwrap();
    let (_, layer) = get(app, &format!("/api/layers/zones?level={level}")).await;
    let features = layer["features"].as_array().unwrap();
    assert_eq!(places["codes"].as_array().unwrap().len(), features.len());
    for column in ["bounds", "places", "parents", "tints"] {
        assert_eq!(places[column].as_array().unwrap().len(), features.len(), "{column}");
    }
    let parents: Vec<&Value> = places["parents"].as_array().unwrap().iter().collect();
    assert!(parents.iter().all(|parent| parent.is_string()), "{parents:?}");
    for at in 0..5 {
        let code = places["codes"][at].as_str().unwrap();
        let (status, outline) = get(app, &format!("/api/zones/{code}/outline?level={level}")).await;
        assert_eq!((status, &outline["id"]), (200, &places["codes"][at]));
        let mut bounds = [f64::MAX, f64::MAX, f64::MIN, f64::MIN];
        for place in outline["geometry"]["coordinates"].as_array().unwrap().iter().flat_map(corners) {
            bounds = [
                bounds[0].min(place[0]),
                bounds[1].min(place[1]),
                bounds[2].max(place[0]),
                bounds[3].max(place[1]),
            ];
        }
        let told: [f64; 4] = serde_json::from_value(places["bounds"][at].clone()).unwrap();
        assert!(bounds.iter().zip(told).all(|(a, b)| (a - b).abs() < 2e-6), "{bounds:?} {told:?}");
    }
    assert_eq!(get(app, &format!("/api/zones/nobody/outline?level={level}")).await.0, 404);
    assert_eq!(get(app, "/api/zones?level=nothing").await.0, 404);
}

fn corners(polygon: &Value) -> Vec<[f64; 2]> {
    let rings: Vec<Vec<[f64; 2]>> = serde_json::from_value(polygon.clone()).unwrap();
    rings.concat()
}

async fn a_line_divides_cells(app: &Router) {
    let (_, places) = get(app, "/api/zones").await;
    let (_, before) = get(app, "/api/assignment").await;
    let count = |assignment: &Value| {
        assignment["levels"].as_array().unwrap().last().unwrap()["atoms"].as_array().unwrap().len()
    };
    let mut divided = None;
    for (code, bounds) in places["codes"].as_array().unwrap().iter().zip(places["bounds"].as_array().unwrap())
    {
        let edit = json!({ "split": { "level": places["level"], "zone": code, "along": across(bounds), "exact": true } });
        let (status, tried) = post(app, "/api/edits", &json!({ "dry_run": true, "edit": edit })).await;
        if status == 200 && tried["ground"] == true {
            assert_eq!(get(app, "/api/assignment").await.1, before, "what is only tried changes nothing");
            let (status, done) =
                post(app, "/api/edits", &json!({ "base": before["revision"], "edit": edit })).await;
            assert_eq!(status, 200, "{done}");
            divided = Some((code.clone(), done));
            break;
        }
        assert!(status == 200 || status == 422, "{tried}");
    }
    let (code, done) = divided.unwrap();
    fits(&schemas().await, "EditOutcome", &done);
    let after = get(app, "/api/assignment").await.1;
    assert!(count(&after) > count(&before) && after["fabric"] != before["fabric"], "cells were divided");
    let (_, verdict) = get(app, "/api/verify").await;
    assert_eq!((&verdict["tiling"]["gap_m2"], &verdict["tiling"]["overlap_m2"]), (&json!(0.0), &json!(0.0)));
    let told = get(app, "/api/zones").await.1;
    let zones = |places: &Value| places["codes"].as_array().unwrap().len();
    assert_eq!(zones(&told), zones(&places) + 1);
    let both = json!({ "split": { "level": places["level"], "zone": code, "into": 2, "along": [[0.0, 0.0], [1.0, 1.0]], "exact": true } });
    assert_eq!(post(app, "/api/edits", &json!({ "edit": both })).await.0, 422);
    assert_eq!(post(app, "/api/undo", &json!({ "base": done["revision"] })).await.0, 200);
    let back = get(app, "/api/assignment").await.1;
    assert_eq!(
        (&back["fabric"], &back["levels"]),
        (&before["fabric"], &before["levels"]),
        "undo joins them again"
    );
    assert_eq!(zones(&get(app, "/api/zones").await.1), zones(&places));
}

async fn gates_are_asked_about_at_a_time(app: &Router) {
    let (status, wrong) = post(app, "/api/jobs/cover", &json!({ "at": "25:00" })).await;
    assert_eq!(status, 400, "{wrong}");
    assert!(wrong["message"].as_str().unwrap().contains("22:30"), "{wrong}");
    assert_eq!(get(app, "/api/plan").await.1["coverage"]["gates"], Value::Null);
    let some = |at: Value| json!({ "categories": ["clinic"], "profiles": ["adult"], "at": at });
    let told = done(app, "/api/jobs/cover", &some(json!("周日 22:30"))).await;
    let plan = get(app, "/api/plan").await.1;
    fits(&schemas().await, "PlanSummary", &plan);
    let gates = &plan["coverage"]["gates"];
    assert_eq!(*gates, told["result"]["gates"]);
    assert_eq!(gates["at"], "周日 22:30");
    // The sample's gates have no hours: they are said to be unknown and stay open.
    assert!(gates["unknown"].as_u64().unwrap() > 0 && gates["shut"] == 0, "{gates}");
    done(app, "/api/jobs/cover", &some(Value::Null)).await;
    assert_eq!(get(app, "/api/plan").await.1["coverage"]["gates"], Value::Null);
}
