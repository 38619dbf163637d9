use super::*;
use crate::tests::shared;
use lifang_model::Silent;

fn data(nodes: &[(i64, f64, f64)], ways: &[(i64, &[i64])]) -> OsmData {
    OsmData {
        nodes: nodes
            .iter()
            .map(|&(id, x, y)| Node { id, lon_e7: (x * 1e7) as i32, lat_e7: (y * 1e7) as i32 })
            .collect(),
        ways: ways.iter().map(|&(id, refs)| Way { id, refs: refs.into(), tags: Tags::default() }).collect(),
        ..OsmData::default()
    }
}

fn relation(members: &[(i64, &str)]) -> Relation {
    let member = |&(id, role): &(i64, &str)| Member { kind: MemberKind::Way, id, role: role.into() };
    Relation { id: 7, members: members.iter().map(member).collect(), tags: Tags::default() }
}

/// A square of side 4 from node 1, in it one of side 2 from node 5.
fn court() -> Vec<(i64, f64, f64)> {
    vec![
        (1, 0.0, 0.0),
        (2, 4.0, 0.0),
        (3, 4.0, 4.0),
        (4, 0.0, 4.0),
        (5, 1.0, 1.0),
        (6, 3.0, 1.0),
        (7, 3.0, 3.0),
        (8, 1.0, 3.0),
    ]
}

#[test]
fn rings_in_pieces_are_joined_and_holes_found() {
    // The outer ring in two pieces, one of them backwards; the inner one closed, without a role.
    let data = data(&court(), &[(10, &[1, 2, 3]), (11, &[1, 4, 3]), (12, &[5, 6, 7, 8, 5])]);
    for role in ["inner", "", "outer"] {
        let area = assemble_area(&data, &relation(&[(10, "outer"), (11, "outer"), (12, role)]));
        assert!(area.faults.is_empty(), "{:?}", area.faults);
        assert_eq!(area.polygons.len(), 1, "role {role:?}");
        assert_eq!(area.polygons[0].interiors().len(), 1, "role {role:?}");
    }
}

#[test]
fn a_broken_ring_is_a_fault_and_the_rest_remains() {
    let data = data(&court(), &[(10, &[1, 2, 3]), (12, &[5, 6, 7, 8, 5])]);
    let area = assemble_area(&data, &relation(&[(10, "outer"), (12, "outer"), (99, "outer")]));
    assert_eq!(area.polygons.len(), 1);
    let text: Vec<_> = area.faults.iter().map(ToString::to_string).collect();
    assert!(text[0].contains("relation/7") && text[0].contains("outside the extract"), "{text:?}");
    assert!(text[1].contains("does not close"), "{text:?}");
}

#[test]
fn a_way_tells_which_of_its_nodes_are_missing() {
    let data = data(&court(), &[(10, &[1, 2, 77, 3])]);
    let (points, missing) = data.way_points(data.way(10).unwrap());
    assert_eq!((points.len(), missing), (3, 1));
    assert!(data.way_polygon(data.way(10).unwrap()).is_none());
}

#[test]
fn real_extracts_are_read_whole() {
    for (path, ways, shops) in [
        ("nanjing/xinjiekou.osm.pbf", 1_000, 60),
        ("hongkong/tsim-sha-tsui.osm.pbf", 300, 1),
        ("monaco/monaco.osm.pbf", 20_000, 1),
    ] {
        let Some(path) = shared(path) else { return };
        let data = read_pbf(&path, &Silent).unwrap();
        assert!(data.ways.len() > ways, "{}", data.ways.len());
        let found = data.tagged.iter().filter(|n| n.tags.get("shop").is_some()).count();
        assert!(found >= shops, "{}: {found} shops", path.display());
        assert!(data.nodes.windows(2).all(|pair| pair[0].id < pair[1].id));
        if let (Some(b), Some(e)) = (data.bounds, data.extent()) {
            assert!((b[0] - e[0]).abs() < 2.0 && (b[3] - e[3]).abs() < 2.0, "{b:?} {e:?}");
        }
        let missing: usize = data.ways.iter().map(|way| data.way_points(way).1).sum();
        eprintln!("{}: {} ways, {missing} references outside", path.display(), data.ways.len());
        for relation in data.relations.iter().filter(|r| r.tags.is("type", "multipolygon")) {
            let area = assemble_area(&data, relation);
            assert!(!area.polygons.is_empty() || !area.faults.is_empty(), "relation {}", relation.id);
        }
    }
}

#[test]
fn a_damaged_extract_is_refused() {
    let Some(path) = shared("hongkong/tsim-sha-tsui.osm.pbf") else { return };
    let bytes = std::fs::read(path).unwrap();
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("t.osm.pbf");
    for bytes in [&bytes[..bytes.len() / 2], &bytes[..7], b"", b"<osm></osm>"] {
        std::fs::write(&file, bytes).unwrap();
        let error = read_pbf(&file, &Silent).unwrap_err().to_string();
        assert!(error.contains("F-601"), "{error}");
    }
    let mut broken = bytes.clone();
    for at in (200..broken.len()).step_by(97) {
        broken[at] ^= 0x55;
    }
    std::fs::write(&file, broken).unwrap();
    assert!(read_pbf(&file, &Silent).is_err());
}
