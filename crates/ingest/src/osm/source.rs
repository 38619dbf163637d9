//! 读入 The reader's objects, put on the lattice of one frame.

use super::data::{Node, Osm, Relation, Tags, Way};
use crate::IngestError;
use crate::faults::FaultLog;
use crate::frame::{self, Mover, Reading};
use lifang_crs::CrsSpec;
use lifang_formats::osm::{self as raw_osm, MemberKind, OsmData};
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
    for node in &raw.nodes {
        let (lon, lat) = node.degrees();
        match mover.point(lon, lat) {
            Ok(at) => {
                osm.at.insert(node.id, at);
            }
            Err(error) => {
                let place = Place { feature: Some(format!("n{}", node.id)), ..place.clone() };
                log.warning("I-107", place, error.to_string(), "The node was left out.");
            }
        }
    }
    for node in &raw.tagged {
        if let Some(at) = osm.at.get(&node.id) {
            osm.nodes.push(Node { id: node.id, at: *at, tags: tags(&node.tags) });
        }
    }
    for way in &raw.ways {
        osm.ways.insert(way.id, Way { id: way.id, refs: way.refs.to_vec(), tags: tags(&way.tags) });
    }
    for relation in &raw.relations {
        let ways = relation.members.iter().filter(|member| member.kind == MemberKind::Way);
        osm.relations.push(Relation {
            id: relation.id,
            ways: ways.map(|member| (member.id, member.role.to_string())).collect(),
            tags: tags(&relation.tags),
        });
    }
    Ok((frame, osm))
}

fn tags(tags: &raw_osm::Tags) -> Tags {
    Tags(tags.iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect())
}

/// The box around the middle nine tenths of the nodes on each axis: a stray node must not move the frame.
fn extent(raw: &OsmData) -> Option<[f64; 4]> {
    let side = |values: Vec<f64>| -> Option<(f64, f64)> {
        let mut values: Vec<f64> = values.into_iter().filter(|v| v.is_finite()).collect();
        values.sort_by(f64::total_cmp);
        let cut = values.len() / 20;
        Some((*values.get(cut)?, *values.get(values.len() - 1 - cut)?))
    };
    let (west, east) = side(raw.nodes.iter().map(|node| node.degrees().0).collect())?;
    let (south, north) = side(raw.nodes.iter().map(|node| node.degrees().1).collect())?;
    Some([west, south, east, north])
}
