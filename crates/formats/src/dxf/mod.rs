//! AutoCAD drawings in exchange format. Read: outlines, lines, places and texts of model space. Written: release 12.

mod entity;
mod groups;
mod labels;
mod read;
mod text;
mod write;

pub(crate) use groups::{foreign, is_dxf};
pub(crate) use read::{layers, read, read_layers};
pub(crate) use write::bytes_at;
pub use write::{CadLayer, dxf_bytes};
