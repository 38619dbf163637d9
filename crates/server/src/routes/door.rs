//! 门 Takes a request to the room of the plan it names in its address, or to the one in front.

use crate::error::ApiError;
use crate::hall::{Hall, Room, address};
use crate::ogc::links::BASE;
use crate::{ogc, page};
use axum::extract::{Request, State};
use axum::http::uri::{PathAndQuery, Uri};
use axum::http::{HeaderValue, Method};
use axum::response::{IntoResponse, Redirect, Response};
use percent_encoding::percent_decode_str;
use std::sync::Arc;
use tower::ServiceExt as _;

/// What follows the name of the plan in a path, and the name.
struct Address {
    file: String,
    rest: String,
}

impl Address {
    /// Of a path below `/plans/`; `None` where the slash after the name is missing.
    fn of(below: &str) -> Result<Option<Self>, ApiError> {
        let Some((name, rest)) = below.split_once('/') else { return Ok(None) };
        let file = percent_decode_str(name)
            .decode_utf8()
            .map_err(|error| ApiError::BadRequest(format!("the name of the plan is not UTF-8: {error}")))?;
        Ok(Some(Self { file: file.into_owned(), rest: format!("/{rest}") }))
    }
}

/// Every request.
pub(super) async fn enter(State(hall): State<Arc<Hall>>, request: Request) -> Response {
    let below = request.uri().path().strip_prefix("/plans/").filter(|below| !below.is_empty());
    let outcome = match below.map(str::to_owned) {
        Some(below) => named(&hall, &below, request).await,
        None => in_front(&hall, request).await,
    };
    outcome.unwrap_or_else(IntoResponse::into_response)
}

/// To the plan the address names.
async fn named(hall: &Arc<Hall>, below: &str, mut request: Request) -> Result<Response, ApiError> {
    let Some(Address { file, rest }) = Address::of(below)? else {
        let query = request.uri().query().map(|query| format!("?{query}")).unwrap_or_default();
        return Ok(Redirect::permanent(&format!("/plans/{below}/{query}")).into_response());
    };
    *request.uri_mut() = with_path(request.uri(), &rest)?;
    // The page comes at once; what it asks next opens the plan, and can say why that fails.
    if rest == "/" && ogc::wants_page(&request) {
        return Ok(page::file(request.uri().clone(), request.headers().clone()).await);
    }
    let room = match hall.open_room(&file) {
        Some(room) => room,
        None => {
            let (inside, name) = (Arc::clone(hall), file.clone());
            hall.front().served.work(move || inside.room(&name)).await?
        }
    };
    let base = address(&file);
    let base =
        HeaderValue::from_str(base.trim_end_matches('/')).map_err(|error| ApiError::internal(&error))?;
    request.headers_mut().insert(BASE, base);
    Ok(inside(hall, &room, request).await)
}

/// To the plan in front; browsers are sent to its own address, or to the list where there is none.
async fn in_front(hall: &Arc<Hall>, mut request: Request) -> Result<Response, ApiError> {
    let path = request.uri().path();
    if matches!(path, "/" | "/plans" | "/plans/") && request.method() == Method::GET {
        let listed = path != "/";
        let page = listed || ogc::wants_page(&request);
        match hall.front_name() {
            Some(name) if page && !listed => {
                let query = request.uri().query().map(|query| format!("?{query}")).unwrap_or_default();
                return Ok(Redirect::temporary(&format!("{}{query}", address(&name))).into_response());
            }
            _ if page => {
                let uri = with_path(request.uri(), "/")?;
                return Ok(page::file(uri, request.headers().clone()).await);
            }
            _ => {}
        }
    }
    request.headers_mut().remove(BASE);
    Ok(inside(hall, &hall.front(), request).await)
}

async fn inside(hall: &Arc<Hall>, room: &Arc<Room>, mut request: Request) -> Response {
    let _visit = room.visit();
    request.extensions_mut().insert(Arc::clone(hall));
    match room.router.clone().oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    }
}

fn with_path(uri: &Uri, path: &str) -> Result<Uri, ApiError> {
    let whole = match uri.query() {
        Some(query) => format!("{path}?{query}"),
        None => path.to_owned(),
    };
    let mut parts = uri.clone().into_parts();
    let malformed =
        |error: &dyn std::fmt::Display| ApiError::BadRequest(format!("the address is malformed: {error}"));
    let whole: PathAndQuery = whole.parse().map_err(|error| malformed(&error))?;
    parts.path_and_query = Some(whole);
    Uri::from_parts(parts).map_err(|error| malformed(&error))
}
