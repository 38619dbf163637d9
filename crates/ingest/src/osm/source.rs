//! 读入 The reader's objects, put on the lattice of one frame.

use super::data::{Node, Osm, Relation, Tags, Way};
use crate::IngestError;
use crate::faults::FaultLog;
use crate::frame::{self, Mover, Reading};
use lifang_crs::CrsSpec;
use lifang_formats::osm::OsmData;
use lifang_model::{Frame, Place};
use std::collections::HashMap;
use std::path::Path;

/// Chooses the frame for an extract and puts every node in it. Nodes the frame does not reach, further than 500 km from the
/// middle, are told and count as missing.
pub(crate) fn framed(
    raw: &OsmData,
    wish: Option<&CrsSpec>,
    file: &Path,
    log: &mut FaultLog,
) -> Result<(Frame, Osm), IngestError> {
    let place = Place { file: Some(file.display().to_string()), ..Place::default() };
    let Some(extent) = extent(raw) else {
        log.error("I-101", place, "the extract holds no node", "Take an extract of a built-up area.");
        return Err(IngestError::Faults(std::mem::take(log).into_faults()));
    };
    let reading = Reading { spec: CrsSpec::Epsg(4326), swapped: false, extent };
    let frame = frame::frame(&reading, wish)?;
    let mover = Mover::new(&reading, &frame)?;
    let mut osm = Osm { at: HashMap::with_capacity(raw.nodes.len()), ..Osm::default() };
    for (id, node) in &raw.nodes {
        match mover.point(node.lon, node.lat) {
            Ok(at) => {
                osm.at.insert(*id, at);
                if !node.tags.is_empty() {
                    osm.nodes.push(Node { id: *id, at, tags: Tags(node.tags.clone()) });
                }
            }
            Err(error) => {
                let place = Place { feature: Some(format!("n{id}")), ..place.clone() };
                log.warning("I-107", place, error.to_string(), "The node was left out.");
            }
        }
    }
    for (id, way) in &raw.ways {
        osm.ways.insert(*id, Way { id: *id, refs: way.refs.clone(), tags: Tags(way.tags.clone()) });
    }
    for (id, relation) in &raw.relations {
        let ways = relation.members.iter().filter(|member| member.kind == 1);
        osm.relations.push(Relation {
            id: *id,
            ways: ways.map(|member| (member.id, member.role.clone())).collect(),
            tags: Tags(relation.tags.clone()),
        });
    }
    Ok((frame, osm))
}

/// The box around the middle nine tenths of the nodes on each axis: a stray node must not move the frame.
fn extent(raw: &OsmData) -> Option<[f64; 4]> {
    let side = |values: Vec<f64>| -> Option<(f64, f64)> {
        let mut values: Vec<f64> = values.into_iter().filter(|v| v.is_finite()).collect();
        values.sort_by(f64::total_cmp);
        let cut = values.len() / 20;
        Some((*values.get(cut)?, *values.get(values.len() - 1 - cut)?))
    };
    let (west, east) = side(raw.nodes.values().map(|node| node.lon).collect())?;
    let (south, north) = side(raw.nodes.values().map(|node| node.lat).collect())?;
    Some([west, south, east, north])
}
