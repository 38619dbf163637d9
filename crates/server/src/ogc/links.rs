//! 链接 Links to other documents, absolute where the request says who we are.

use axum::http::{HeaderMap, HeaderName, header};
use serde_json::{Value, json};

/// Where the routes of the plan begin, set by our own door: what a client sends under this name never comes here.
pub(crate) const BASE: HeaderName = HeaderName::from_static("lifang-base");

/// See the module.
pub(crate) struct Links(String);

impl Links {
    /// From the headers of a request. A host that is none leads to links without one.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let host = headers.get(header::HOST).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let plain =
            |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b':' | b'[' | b']');
        let good = !host.is_empty() && host.len() < 256 && host.bytes().all(plain);
        let base = headers.get(BASE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        Self(if good { format!("http://{host}{base}") } else { base.to_owned() })
    }

    /// The address of a path.
    pub(crate) fn address(&self, path: &str) -> String {
        format!("{}{path}", self.0)
    }

    /// A link.
    pub(crate) fn to(&self, rel: &str, kind: &str, path: &str, title: &str) -> Value {
        json!({ "href": self.address(path), "rel": rel, "type": kind, "title": title })
    }
}
