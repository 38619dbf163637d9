//! 要素 The features of a collection, page by page.

use super::links::Links;
use super::{CRS84, Offer, System, format_known, offer};
use crate::error::ApiError;
use crate::state::Served;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderName, header};
use axum::response::{IntoResponse, Response};
use lifang_planner::view::LayerQuery;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Features of a page when nobody says how many.
const USUAL: usize = 1000;

/// Most features of a page; who asks for more gets this many.
pub(crate) const MOST: usize = 10_000;

const CONTENT_CRS: HeaderName = HeaderName::from_static("content-crs");

/// What of a collection.
#[derive(Clone, Debug)]
pub(crate) struct Page {
    pub(crate) layer: LayerQuery,
    pub(crate) system: System,
    /// A box and the system it is in.
    pub(crate) window: Option<([f64; 4], System)>,
    pub(crate) limit: usize,
    pub(crate) offset: usize,
}

/// A page of features, and how many there are in all.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    pub(crate) features: Vec<Value>,
    pub(crate) matched: usize,
}

fn system(offer: &Offer, uri: Option<&String>, name: &str) -> Result<System, ApiError> {
    let wanted = uri.map_or(CRS84, String::as_str);
    // Clients write the addresses with either beginning, and short names in square brackets.
    let same = |system: &&System| {
        let known = system.uri.trim_start_matches("http://");
        let code = system.uri.rsplit('/').next().unwrap_or_default();
        let short = if system.uri == CRS84 { "[OGC:CRS84]".to_owned() } else { format!("[EPSG:{code}]") };
        wanted.trim_start_matches("https://").trim_start_matches("http://") == known || wanted == short
    };
    offer.systems.iter().find(same).cloned().ok_or_else(|| {
        ApiError::BadRequest(format!("{name} is none of those the collection lists under crs"))
    })
}

fn window(text: &str) -> Result<[f64; 4], ApiError> {
    let wrong =
        || ApiError::BadRequest("bbox is four numbers, or six with heights, smaller ones first".to_owned());
    let numbers: Result<Vec<f64>, _> = text.split(',').map(|part| part.trim().parse::<f64>()).collect();
    let numbers = numbers.map_err(|_no_number| wrong())?;
    let window = match numbers[..] {
        [a, b, c, d] => [a, b, c, d],
        [a, b, _, c, d, _] => [a, b, c, d],
        _ => return Err(wrong()),
    };
    if window.iter().all(|number| number.is_finite()) { Ok(window) } else { Err(wrong()) }
}

fn number(query: &BTreeMap<String, String>, name: &str, least: usize) -> Result<Option<usize>, ApiError> {
    let Some(text) = query.get(name) else { return Ok(None) };
    match text.parse::<usize>() {
        Ok(number) if number >= least => Ok(Some(number)),
        _ => Err(ApiError::BadRequest(format!("{name} is a whole number from {least} on"))),
    }
}

/// The page a query means.
fn page(offer: &Offer, id: &str, query: &BTreeMap<String, String>) -> Result<Page, ApiError> {
    const KNOWN: [&str; 7] = ["bbox", "bbox-crs", "crs", "datetime", "f", "limit", "offset"];
    if query.keys().any(|key| !KNOWN.contains(&key.as_str())) {
        return Err(ApiError::BadRequest(format!("items take the parameters {}", KNOWN.join(", "))));
    }
    format_known(query)?;
    let collection = offer.find(id)?;
    let boxed = system(offer, query.get("bbox-crs"), "bbox-crs")?;
    let mut found = None;
    if let Some(text) = query.get("bbox") {
        let window = window(text)?;
        let degrees = boxed.spec.is_geographic().unwrap_or(false);
        let (least, most) = if boxed.north_first { ([1, 0], [3, 2]) } else { ([0, 1], [2, 3]) };
        let upside_down = window[least[1]] > window[most[1]];
        if upside_down || (!degrees && window[least[0]] > window[most[0]]) {
            return Err(ApiError::BadRequest("bbox is four numbers, the smaller ones first".to_owned()));
        }
        found = Some((window, boxed));
    }
    Ok(Page {
        layer: collection.query.clone(),
        system: system(offer, query.get("crs"), "crs")?,
        window: found,
        limit: number(query, "limit", 1)?.unwrap_or(USUAL).min(MOST),
        // Features have no time: `datetime` leaves all of them, as the standard has it.
        offset: number(query, "offset", 0)?.unwrap_or(0),
    })
}

/// The same query at another place.
fn moved(id: &str, query: &BTreeMap<String, String>, offset: usize) -> String {
    let mut query = query.clone();
    query.insert("offset".to_owned(), offset.to_string());
    let encoded = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let pairs: Vec<String> = query
        .iter()
        .map(|(key, value)| format!("{}={}", encoded(key).replace("%2D", "-"), encoded(value)))
        .collect();
    format!("/collections/{id}/items?{}", pairs.join("&"))
}

fn geojson(body: &Value, system: &System) -> Result<Response, ApiError> {
    let bytes = serde_json::to_vec(body).map_err(|error| ApiError::internal(&error))?;
    let said = [
        (header::CONTENT_TYPE, "application/geo+json".to_owned()),
        (header::CACHE_CONTROL, "no-cache".to_owned()),
        (CONTENT_CRS, format!("<{}>", system.uri)),
    ];
    Ok((said, bytes).into_response())
}

/// `GET /collections/{id}/items`.
pub(crate) async fn items(
    State(served): State<Arc<Served>>,
    Path(id): Path<String>,
    Query(query): Query<BTreeMap<String, String>>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let offer = offer(&served).await?;
    let page = page(&offer, &id, &query)?;
    let (system, limit, offset) = (page.system.clone(), page.limit, page.offset);
    let found = served.ask(move |plans| plans.items(&page)).await?;
    let links = Links::of(&headers);
    let mut list = vec![links.to("self", "application/geo+json", &moved(&id, &query, offset), "This page")];
    if offset + found.features.len() < found.matched && !found.features.is_empty() {
        list.push(links.to(
            "next",
            "application/geo+json",
            &moved(&id, &query, offset + limit),
            "The next page",
        ));
    }
    if offset > 0 {
        list.push(links.to(
            "prev",
            "application/geo+json",
            &moved(&id, &query, offset.saturating_sub(limit)),
            "The page before",
        ));
    }
    list.push(links.to("collection", "application/json", &format!("/collections/{id}"), "The collection"));
    let body = json!({
        "type": "FeatureCollection", "numberMatched": found.matched, "numberReturned": found.features.len(),
        "features": found.features, "links": list,
    });
    geojson(&body, &system)
}

/// `GET /collections/{id}/items/{fid}`.
pub(crate) async fn item(
    State(served): State<Arc<Served>>,
    Path((id, fid)): Path<(String, String)>,
    Query(query): Query<BTreeMap<String, String>>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    if query.keys().any(|key| !matches!(key.as_str(), "f" | "crs")) {
        return Err(ApiError::BadRequest("a feature takes the parameters crs, f".to_owned()));
    }
    let offer = offer(&served).await?;
    let page = page(&offer, &id, &query)?;
    let system = page.system.clone();
    let feature = served.ask(move |plans| plans.item(&page, &fid)).await?;
    let mut feature =
        feature.ok_or_else(|| ApiError::NotFound("the collection has no feature of this id".to_owned()))?;
    let links = Links::of(&headers);
    let path = format!("/collections/{id}");
    let own = feature["id"]
        .as_str()
        .map(|fid| utf8_percent_encode(fid, NON_ALPHANUMERIC).to_string())
        .unwrap_or_default();
    feature["links"] = json!([
        links.to("self", "application/geo+json", &format!("{path}/items/{own}"), "This feature"),
        links.to("collection", "application/json", &path, "The collection"),
    ]);
    geojson(&feature, &system)
}

#[cfg(test)]
mod tests {
    use super::*;
    use lifang_planner::CrsSpec;

    fn offer() -> Offer {
        let system = |uri: &str, code, north_first| System {
            uri: uri.to_owned(),
            spec: CrsSpec::Epsg(code),
            north_first,
        };
        Offer {
            name: String::new(),
            collections: vec![super::super::Collection {
                id: "atoms".to_owned(),
                title: String::new(),
                query: LayerQuery::default(),
                tiles: true,
            }],
            systems: vec![
                system(CRS84, 4326, false),
                system("http://www.opengis.net/def/crs/EPSG/0/4490", 4490, true),
                system("http://www.opengis.net/def/crs/EPSG/0/3857", 3857, false),
            ],
            bounds: None,
        }
    }

    fn asked(pairs: &[(&str, &str)]) -> Result<Page, ApiError> {
        let query = pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        page(&offer(), "atoms", &query)
    }

    #[test]
    fn nonsense_in_a_query_is_refused() {
        for pairs in [
            &[("bbox", "1,2,3")][..],
            &[("bbox", "1,2,3,nan")],
            &[("bbox", "1,9,3,4")],
            &[("bbox", "9,1,3,4"), ("bbox-crs", "http://www.opengis.net/def/crs/EPSG/0/3857")],
            &[("limit", "0")],
            &[("limit", "-1")],
            &[("offset", "x")],
            &[("crs", "EPSG:4326")],
            &[("colour", "red")],
            &[("f", "xml")],
        ] {
            assert!(matches!(asked(pairs), Err(ApiError::BadRequest(_))), "{pairs:?}");
        }
        assert!(matches!(page(&offer(), "moon", &BTreeMap::new()), Err(ApiError::NotFound(_))));
    }

    #[test]
    fn a_query_is_understood_in_every_form_clients_use() {
        let page =
            asked(&[("bbox", "170,1,2,-170,4,5"), ("limit", "99999"), ("crs", "[EPSG:4490]")]).unwrap();
        assert_eq!((page.limit, page.window.unwrap().0), (MOST, [170.0, 1.0, -170.0, 4.0]));
        assert!(page.system.north_first);
        let https = "https://www.opengis.net/def/crs/OGC/1.3/CRS84";
        assert_eq!(asked(&[("crs", https)]).unwrap().system.uri, CRS84);
        assert_eq!(
            moved("a", &BTreeMap::from([("bbox-crs".to_owned(), "http://x?y&z".to_owned())]), 5),
            "/collections/a/items?bbox-crs=http%3A%2F%2Fx%3Fy%26z&offset=5"
        );
    }
}
