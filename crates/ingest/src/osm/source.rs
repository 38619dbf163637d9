//! 读入 The reader's objects, put on the lattice.
use super::data::Osm;
use crate::IngestError;
use crate::faults::FaultLog;
use lifang_crs::CrsSpec;
use lifang_formats::osm::OsmData;
use lifang_model::Frame;
use std::path::Path;
/// x
pub(crate) fn framed(_raw: &OsmData, _w: Option<&CrsSpec>, _f: &Path, _l: &mut FaultLog) -> Result<(Frame, Osm), IngestError> {
    Ok((Frame { crs: None, origin: (0.0, 0.0), source: None }, Osm::default()))
}
