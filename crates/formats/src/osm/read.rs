//! Reading `.osm.pbf`.

use super::data::{Member, MemberKind, Node, OsmData, Relation, TaggedNode, Tags, Way};
use crate::FormatError;
use crate::error::{bad, io, place};
use lifang_model::Progress;
use osmpbf::{BlobDecode, BlobReader, Element, RelMemberType};
use std::io::BufReader;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

/// Largest extract read, bytes: a province. A country does not fit in memory.
const MAX_BYTES: u64 = 2 << 30;

/// Reads a whole extract into memory, sorted by id.
///
/// # Errors
/// [`FormatError::Io`], or [`FormatError::Input`] for a file that is damaged or no PBF; [`FormatError::Cancelled`].
pub fn read_pbf(path: &Path, progress: &dyn Progress) -> Result<OsmData, FormatError> {
    let file = std::fs::File::open(path).map_err(io(path, "open"))?;
    let length = file.metadata().map_err(io(path, "look at"))?.len();
    if length > MAX_BYTES {
        let cause = format!("{length} bytes; the limit is {MAX_BYTES}");
        return Err(bad(
            "F-111",
            place(path),
            cause,
            "Cut out the area you plan for, e.g. with osmium extract",
        ));
    }
    progress.stage("osm", Some(length));
    let broken = |cause: String| bad("F-601", place(path), cause, "Download the extract again, as .osm.pbf");
    let mut data = OsmData::default();
    let mut seen_header = false;
    for blob in BlobReader::new(BufReader::new(file)) {
        if progress.cancelled() {
            return Err(FormatError::Cancelled);
        }
        let blob = blob.map_err(|error| broken(format!("the file is damaged or no .osm.pbf: {error}")))?;
        if let Some(offset) = blob.offset() {
            progress.advance(offset.0.min(length));
        }
        // The decoder indexes and unwraps on trust; a damaged block must not end the program.
        let decoded = catch_unwind(AssertUnwindSafe(|| -> Result<bool, String> {
            match blob.decode().map_err(|error| format!("a block is damaged: {error}"))? {
                BlobDecode::OsmHeader(header) => {
                    let features = ["OsmSchema-V0.6", "DenseNodes"];
                    for feature in header.required_features() {
                        if !features.contains(&feature.as_str()) {
                            return Err(format!("the extract needs {feature:?}, which is not supported"));
                        }
                    }
                    data.bounds = header.bbox().map(|b| [b.left, b.bottom, b.right, b.top]);
                    Ok(true)
                }
                BlobDecode::OsmData(block) => {
                    let mut trouble = None;
                    block.for_each_element(|element| {
                        if let Err(why) = take(&mut data, &element) {
                            trouble.get_or_insert(why);
                        }
                    });
                    trouble.map_or(Ok(false), Err)
                }
                BlobDecode::Unknown(_) => Ok(false),
            }
        }));
        match decoded {
            Ok(Ok(header)) => seen_header |= header,
            Ok(Err(cause)) => return Err(broken(cause)),
            Err(_panic) => return Err(broken("a block is damaged".to_owned())),
        }
    }
    if !seen_header {
        return Err(broken("the file is empty or no .osm.pbf".to_owned()));
    }
    // Extracts are sorted as a rule; where one is not, or repeats an element, the first one counts.
    data.nodes.sort_by_key(|node| node.id);
    data.nodes.dedup_by_key(|node| node.id);
    data.tagged.sort_by_key(|node| node.id);
    data.tagged.dedup_by_key(|node| node.id);
    data.ways.sort_by_key(|way| way.id);
    data.ways.dedup_by_key(|way| way.id);
    data.relations.sort_by_key(|relation| relation.id);
    data.relations.dedup_by_key(|relation| relation.id);
    progress.advance(length);
    Ok(data)
}

fn collect_tags<'a>(tags: impl Iterator<Item = (&'a str, &'a str)>) -> Tags {
    Tags(tags.map(|(key, value)| (key.into(), value.into())).collect())
}

fn take(data: &mut OsmData, element: &Element<'_>) -> Result<(), String> {
    match element {
        Element::Node(node) => {
            put_node(data, node.id(), node.nano_lon(), node.nano_lat(), collect_tags(node.tags()))?;
        }
        Element::DenseNode(node) => {
            put_node(data, node.id(), node.nano_lon(), node.nano_lat(), collect_tags(node.tags()))?;
        }
        Element::Way(way) => {
            data.ways.push(Way { id: way.id(), refs: way.refs().collect(), tags: collect_tags(way.tags()) });
        }
        Element::Relation(relation) => {
            let mut members = Vec::new();
            for member in relation.members() {
                let kind = match member.member_type {
                    RelMemberType::Node => MemberKind::Node,
                    RelMemberType::Way => MemberKind::Way,
                    RelMemberType::Relation => MemberKind::Relation,
                };
                let role = member.role().map_err(|error| format!("relation {}: {error}", relation.id()))?;
                members.push(Member { kind, id: member.member_id, role: role.into() });
            }
            data.relations.push(Relation {
                id: relation.id(),
                members: members.into(),
                tags: collect_tags(relation.tags()),
            });
        }
    }
    Ok(())
}

fn put_node(data: &mut OsmData, id: i64, nano_lon: i64, nano_lat: i64, tags: Tags) -> Result<(), String> {
    let outside = nano_lon.abs() > 180_000_000_000 || nano_lat.abs() > 90_000_000_000;
    if outside {
        return Err(format!("node {id} lies at no longitude and latitude"));
    }
    let (lon_e7, lat_e7) = ((nano_lon / 100) as i32, (nano_lat / 100) as i32);
    data.nodes.push(Node { id, lon_e7, lat_e7 });
    if !tags.is_empty() {
        data.tagged.push(TaggedNode { id, tags });
    }
    Ok(())
}
