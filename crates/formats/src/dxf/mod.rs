//! DXF as CAD programs read it everywhere: release 12, plain text, closed polylines, one CAD layer a table.

mod write;

pub(crate) use write::bytes_at;
pub use write::{CadLayer, dxf_bytes};
