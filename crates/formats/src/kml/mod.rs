//! KML 2.3 for Google Earth and the field maps offices carry on telephones.

mod write;

pub(crate) use write::bytes_of;
pub use write::kml_bytes;
