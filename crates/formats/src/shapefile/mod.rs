//! ESRI Shapefile: `.shp` geometry, `.dbf` attributes, `.prj` system, `.cpg` encoding.
//!
//! Source: ESRI Shapefile Technical Description, July 1998; dBASE III table layout. Read and written here because the
//! `dbase` crate skips deleted records (attributes would slide to the wrong building), writes field names only as
//! UTF-8, and turns characters GBK lacks into `&#…;`; `shapefile` cannot write a feature without geometry.

mod dbf_read;
mod dbf_write;
mod names;
mod read;
mod shp_read;
mod shp_write;
mod write;

pub(crate) use read::{read, read_table};
pub(crate) use write::write;
