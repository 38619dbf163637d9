//! GeoJSON (RFC 7946), read with the place of every mistake and written as the RFC asks.
//!
//! Read feature by feature with `serde_json` rather than through the `geojson` crate, because a planner with ten
//! thousand features needs the number of the bad one, and because `features` may come before `type` and `crs`.

mod geometry;
mod read;
mod root;
mod write;

pub(crate) use read::read;
pub(crate) use write::bytes_of;
pub use write::geojson_bytes;
