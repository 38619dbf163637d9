//! OGC接口 OGC API - Features and Tiles over the layers of the open plan, so that QGIS and others add the server as it is.
//!
//! The routes lie at the root, where the standard's clients look. <https://docs.ogc.org/is/17-069r4/17-069r4.html>,
//! <https://docs.ogc.org/is/18-058r1/18-058r1.html>, <https://docs.ogc.org/is/20-057/20-057.html>.

mod items;
pub(crate) mod links;
mod tilesets;

pub(crate) use items::{Found, Page, item, items};
pub(crate) use tilesets::{matrix_set, matrix_sets, tile, tileset, tilesets};

use crate::error::ApiError;
use crate::plans::Plans;
use crate::state::Served;
use axum::Json;
use axum::extract::{Path, Query, Request, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use lifang_planner::items::north_first;
use lifang_planner::{CrsSpec, Session, view};
use links::Links;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Longitude and latitude in that order.
pub(crate) const CRS84: &str = "http://www.opengis.net/def/crs/OGC/1.3/CRS84";

/// What every client may rely on.
const CLASSES: [&str; 10] = [
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-common-2/1.0/conf/collections",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/tileset",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/tilesets-list",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/geodata-tilesets",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/mvt",
];

/// 要素集 A collection: a layer, and for zones a level.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Collection {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) query: view::LayerQuery,
    /// Whether there are tiles of it.
    pub(crate) tiles: bool,
}

/// Title of a layer in Chinese and English.
const TITLES: [(&str, &str); 12] = [
    ("zones", "网格 Zones"),
    ("atoms", "最小单元 Atoms"),
    ("buildings", "建筑 Buildings"),
    ("streets", "道路 Streets"),
    ("facilities", "设施 Facilities"),
    ("compounds", "小区 Compounds"),
    ("gates", "大门 Gates"),
    ("areas", "地块 Areas"),
    ("boundary", "边界 Boundary"),
    ("contact_groups", "联系户 Contact groups"),
    ("coverage", "服务圈 Coverage"),
    ("gaps", "缺口 Gaps"),
];

/// What a plan offers.
pub(crate) fn collections(session: &Session) -> Vec<Collection> {
    let mut all = Vec::new();
    for (layer, title) in TITLES {
        let there = match layer {
            "zones" => false,
            "contact_groups" => session.groups.is_some(),
            "coverage" | "gaps" => session.coverage.is_some(),
            _ => true,
        };
        if layer == "zones" {
            for level in session.plan.iter().flat_map(|plan| &plan.rules.levels) {
                all.push(Collection {
                    id: format!("zones-{}", level.key),
                    title: format!("{} {}", level.title.zh, level.title.en),
                    query: view::LayerQuery {
                        layer: layer.to_owned(),
                        level: Some(level.key.clone()),
                        ..view::LayerQuery::default()
                    },
                    tiles: true,
                });
            }
        } else if there {
            all.push(Collection {
                id: layer.to_owned(),
                title: title.to_owned(),
                query: view::LayerQuery { layer: layer.to_owned(), ..view::LayerQuery::default() },
                tiles: !matches!(layer, "contact_groups" | "coverage" | "gaps"),
            });
        }
    }
    all
}

/// 坐标系 A system on offer: its address, what it is, and whether north comes first.
#[derive(Clone, Debug)]
pub(crate) struct System {
    pub(crate) uri: String,
    pub(crate) spec: CrsSpec,
    pub(crate) north_first: bool,
}

/// The systems a plan can be asked in; the first is the default, the last the one its data came in.
pub(crate) fn systems(session: &Session) -> Vec<System> {
    let mut systems = vec![System { uri: CRS84.to_owned(), spec: CrsSpec::Epsg(4326), north_first: false }];
    let own = session.territory.frame.source.as_deref().and_then(|text| CrsSpec::parse(text).ok());
    let offered = [CrsSpec::Epsg(4326), CrsSpec::Epsg(4490), CrsSpec::Epsg(3857)];
    for spec in offered.into_iter().chain(own) {
        let CrsSpec::Epsg(code) = spec else { continue };
        let uri = format!("http://www.opengis.net/def/crs/EPSG/0/{code}");
        if let Some(north_first) = north_first(&spec)
            && !systems.iter().any(|system| system.uri == uri)
        {
            systems.push(System { uri, spec, north_first });
        }
    }
    systems
}

/// What is told of the collections of a plan, without links.
#[derive(Clone, Debug)]
pub(crate) struct Offer {
    pub(crate) name: String,
    pub(crate) collections: Vec<Collection>,
    pub(crate) systems: Vec<System>,
    pub(crate) bounds: Option<[f64; 4]>,
}

impl Offer {
    pub(crate) fn find(&self, id: &str) -> Result<&Collection, ApiError> {
        self.collections.iter().find(|collection| collection.id == id).ok_or_else(|| {
            ApiError::NotFound("there is no such collection; GET /collections lists them".to_owned())
        })
    }

    fn told(&self, collection: &Collection, links: &Links) -> Value {
        let id = &collection.id;
        let mut list = vec![
            links.to("self", "application/json", &format!("/collections/{id}"), "This collection"),
            links.to("items", "application/geo+json", &format!("/collections/{id}/items"), "The features"),
        ];
        if collection.tiles {
            let rel = "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector";
            list.push(links.to(rel, "application/json", &format!("/collections/{id}/tiles"), "The tiles"));
        }
        let mut told = json!({
            "id": id, "title": collection.title, "description": format!("{} · {}", self.name, collection.title),
            "itemType": "feature", "links": list,
            "crs": self.systems.iter().map(|system| &system.uri).collect::<Vec<_>>(),
            "storageCrs": self.systems.last().map(|system| &system.uri),
        });
        if let Some(bounds) = self.bounds {
            told["extent"] = json!({ "spatial": { "bbox": [bounds], "crs": CRS84 } });
        }
        told
    }
}

/// A parameter clients send to say what they want to read; we have one form.
pub(crate) fn format_known(query: &BTreeMap<String, String>) -> Result<(), ApiError> {
    match query.get("f").map(String::as_str) {
        None | Some("json" | "geojson" | "mvt") => Ok(()),
        Some(_) => Err(ApiError::BadRequest("f is json here".to_owned())),
    }
}

/// Nothing but `f` may stand behind the question mark.
pub(crate) fn plain(query: &BTreeMap<String, String>) -> Result<(), ApiError> {
    match query.keys().find(|key| key.as_str() != "f") {
        Some(_) => Err(ApiError::BadRequest("this address takes no parameter but f".to_owned())),
        None => format_known(query),
    }
}

/// Whether a browser asks for the root, which is the page for it and the landing page of the interface for programs.
pub(crate) fn wants_page(request: &Request) -> bool {
    let format = request.uri().query().into_iter().flat_map(|query| query.split('&'));
    match format.filter_map(|pair| pair.strip_prefix("f=")).next() {
        Some(wanted) => wanted != "json",
        None => {
            let accept = request.headers().get(header::ACCEPT).and_then(|value| value.to_str().ok());
            let accept = accept.unwrap_or_default();
            accept.contains("text/html") || !accept.contains("json")
        }
    }
}

/// `GET /`: the landing page of the interface.
pub(crate) async fn landing(State(served): State<Arc<Served>>, headers: HeaderMap) -> Response {
    let links = Links::of(&headers);
    let title = match served.plan() {
        Some(plan) => {
            served.work(move || plan.offer()).await.map_or_else(|_| String::new(), |offer| offer.name.clone())
        }
        None => String::new(),
    };
    let openapi = "application/vnd.oai.openapi+json;version=3.1";
    let body = json!({
        "title": format!("Lifang 里坊 {title}").trim_end(),
        "description": "Grids, micro-grids and 15-minute service circles of the open plan",
        "links": [
            links.to("self", "application/json", "/?f=json", "This document"),
            links.to("alternate", "text/html", "/?f=html", "The map"),
            links.to("service-desc", openapi, "/api/openapi.json", "The description of the interface"),
            links.to("conformance", "application/json", "/conformance", "What clients may rely on"),
            links.to("data", "application/json", "/collections", "The collections"),
            links.to("http://www.opengis.net/def/rel/ogc/1.0/tiling-schemes", "application/json", "/tileMatrixSets", "The tiling schemes"),
        ],
    });
    Json(body).into_response()
}

/// `GET /conformance`.
pub(crate) async fn conformance(
    Query(query): Query<BTreeMap<String, String>>,
) -> Result<Json<Value>, ApiError> {
    plain(&query)?;
    Ok(Json(json!({ "conformsTo": CLASSES })))
}

/// What the open plan offers.
pub(crate) async fn offer(served: &Arc<Served>) -> Result<Offer, ApiError> {
    served.ask(|plans: &dyn Plans| plans.offer()).await
}

/// `GET /collections`.
pub(crate) async fn list(
    State(served): State<Arc<Served>>,
    Query(query): Query<BTreeMap<String, String>>,
    headers: HeaderMap,
) -> Result<Json<Value>, ApiError> {
    plain(&query)?;
    // Without a plan there is nothing to offer, which is no mistake of the one who asks.
    let offer = match served.plan() {
        Some(_) => offer(&served).await?,
        None => Offer { name: String::new(), collections: Vec::new(), systems: Vec::new(), bounds: None },
    };
    let links = Links::of(&headers);
    let told: Vec<Value> =
        offer.collections.iter().map(|collection| offer.told(collection, &links)).collect();
    Ok(Json(json!({
        "links": [links.to("self", "application/json", "/collections", "This document")],
        "crs": offer.systems.iter().map(|system| &system.uri).collect::<Vec<_>>(),
        "collections": told,
    })))
}

/// `GET /collections/{id}`.
pub(crate) async fn one(
    State(served): State<Arc<Served>>,
    Path(id): Path<String>,
    Query(query): Query<BTreeMap<String, String>>,
    headers: HeaderMap,
) -> Result<Json<Value>, ApiError> {
    plain(&query)?;
    let offer = offer(&served).await?;
    let collection = offer.find(&id)?;
    Ok(Json(offer.told(collection, &Links::of(&headers))))
}
