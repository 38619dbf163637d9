//! The page, out of the binary.

use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "../../web/dist"]
struct Dist;

/// What is shown where the page was not built before the program was.
const ABSENT: &str = "<!doctype html><html lang=\"zh\"><meta charset=\"utf-8\"><title>里坊 Lifang</title>\
    <h1>里坊 Lifang</h1><p>这个程序编译时没有包含地图页面。请先运行 <code>make web</code>，再重新编译。</p>\
    <p>This program was built without the map page. Run <code>make web</code>, then build it again. \
    The figures are at <a href=\"/api/plan\">/api/plan</a>.</p></html>";

/// Answers a path with the file of that name, the root with the page itself.
pub(crate) async fn file(uri: Uri, headers: HeaderMap) -> Response {
    let path = match uri.path().trim_start_matches('/') {
        "" => "index.html",
        path => path,
    };
    let found = plain(path).then(|| Dist::get(path)).flatten();
    let Some(file) = found else {
        return if path == "index.html" {
            html(ABSENT.into())
        } else {
            (StatusCode::NOT_FOUND, "not found").into_response()
        };
    };
    let hash: String = file.metadata.sha256_hash()[..12].iter().map(|byte| format!("{byte:02x}")).collect();
    let etag = format!("W/\"{hash}\"");
    let unchanged =
        headers.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == etag.as_bytes());
    // Vite puts a hash of the contents into the names under assets/: such a name never means other bytes.
    let keep = if path.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    let headers = [(header::CONTENT_TYPE, kind(path)), (header::CACHE_CONTROL, keep), (header::ETAG, &etag)];
    if unchanged {
        return (StatusCode::NOT_MODIFIED, headers).into_response();
    }
    (headers, file.data).into_response()
}

fn html(text: std::borrow::Cow<'static, str>) -> Response {
    ([(header::CONTENT_TYPE, "text/html; charset=utf-8"), (header::CACHE_CONTROL, "no-cache")], text)
        .into_response()
}

/// Only names Vite could have written: no dots at the start of a part, no escapes, no empty parts.
fn plain(path: &str) -> bool {
    path.split('/').all(|part| {
        !part.is_empty()
            && !part.starts_with('.')
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'))
    })
}

fn kind(path: &str) -> &'static str {
    match path.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "json" | "map" => "application/json",
        "png" => "image/png",
        "woff2" => "font/woff2",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_names_are_looked_up() {
        assert!(plain("index.html") && plain("assets/index-DSoc_zBf.css"));
        for path in [
            "../Cargo.toml",
            "assets/../index.html",
            ".git/config",
            "a//b",
            "/etc/passwd",
            "a%2e",
            "a\\b",
            "页",
        ] {
            assert!(!plain(path), "{path}");
        }
    }
}
