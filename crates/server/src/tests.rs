//! The routes over a plan of the tests' own, which is made here.

mod changing;
mod reading;
mod refusing;

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
