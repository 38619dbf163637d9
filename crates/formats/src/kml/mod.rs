//! KML 2.2 for Google Earth and the field maps offices carry on telephones, and KMZ, its archive, read only.

mod parse;
mod read;
mod write;

pub(crate) use read::{is_kml, read};
pub(crate) use write::bytes_of;
pub use write::kml_bytes;
