//! No gap and no overlap in what is written: every inner edge is there twice, once in each direction, number for
//! number, and what remains is the outline of the whole.

use super::main_file;
use super::town::town;
use crate::{LayerKind, LayerRequest, export, table};
use geo_types::{Coord, Geometry, LineString};
use lifang_crs::CrsSpec;
use lifang_formats::{Encoding, FeatureTable, Format, ReadOptions};
use std::collections::BTreeMap;

pub(super) type Edge = [u64; 4];

fn bits(a: Coord<f64>, b: Coord<f64>) -> Edge {
    [a.x.to_bits(), a.y.to_bits(), b.x.to_bits(), b.y.to_bits()]
}

fn area(ring: &LineString<f64>) -> f64 {
    let origin = ring.0[0];
    let turn = |a: Coord<f64>, b: Coord<f64>| {
        (a.x - origin.x) * (b.y - origin.y) - (b.x - origin.x) * (a.y - origin.y)
    };
    ring.0.windows(2).map(|pair| turn(pair[0], pair[1])).sum()
}

/// Directed edges, land on the left, that are not met by their reverse.
pub(super) fn unmatched(table: &FeatureTable) -> Vec<Edge> {
    let mut balance: BTreeMap<Edge, i32> = BTreeMap::new();
    for row in &table.rows {
        let polygons = match &row.geometry {
            Some(Geometry::MultiPolygon(polygons)) => polygons.0.clone(),
            Some(Geometry::Polygon(polygon)) => vec![polygon.clone()],
            other => panic!("{other:?} is no area"),
        };
        for polygon in &polygons {
            for (ring, outer) in std::iter::once((polygon.exterior(), true))
                .chain(polygon.interiors().iter().map(|hole| (hole, false)))
            {
                // Formats differ in the direction they want rings in.
                let forward = (area(ring) > 0.0) == outer;
                for pair in ring.0.windows(2) {
                    let (a, b) = if forward { (pair[0], pair[1]) } else { (pair[1], pair[0]) };
                    assert_ne!(bits(a, a), bits(b, b), "two points in one place");
                    *balance.entry(bits(a, b)).or_default() += 1;
                    *balance.entry(bits(b, a)).or_default() -= 1;
                }
            }
        }
    }
    balance
        .into_iter()
        .filter(|(_, count)| *count > 0)
        .inspect(|(_, count)| assert_eq!(*count, 1))
        .map(|(edge, _)| edge)
        .collect()
}

pub(super) fn level(key: &str) -> LayerRequest {
    LayerRequest { level: Some(key.to_owned()), ..LayerRequest::of(LayerKind::Zones) }
}

#[test]
fn zones_and_atoms_tile_the_territory_in_every_system() {
    let town = town();
    for crs in ["EPSG:4326", "EPSG:4490", "EPSG:4545", "EPSG:3857", "GCJ-02", "local"] {
        let crs = CrsSpec::parse(crs).unwrap();
        let whole = unmatched(&table(&town.scene(), &level("grid"), &crs).unwrap());
        assert_eq!(whole.len(), 7, "{crs}: the outer border alone");
        assert_eq!(unmatched(&table(&town.scene(), &level("micro_grid"), &crs).unwrap()), whole, "{crs}");
        assert_eq!(
            unmatched(&table(&town.scene(), &LayerRequest::of(LayerKind::Atoms), &crs).unwrap()),
            whole,
            "{crs}"
        );
    }
}

#[test]
fn the_tiling_survives_every_format() {
    let town = town();
    let folder = tempfile::tempdir().unwrap();
    for format in [Format::GeoJson, Format::GeoPackage, Format::Shapefile] {
        let crs = CrsSpec::Epsg(4326);
        let read_back = |key: &str| {
            let files =
                export(&town.scene(), &level(key), format, &crs, Encoding::Utf8, folder.path()).unwrap();
            let table = lifang_formats::read(main_file(&files, format), &ReadOptions::default()).unwrap();
            unmatched(&table)
        };
        let whole = read_back("grid");
        assert_eq!(whole.len(), 7, "{format:?}");
        assert_eq!(read_back("micro_grid"), whole, "{format:?}");
    }
}

#[test]
fn a_node_where_a_third_zone_meets_is_in_all_three_outlines() {
    let town = town();
    let table = table(&town.scene(), &level("micro_grid"), &CrsSpec::Local).unwrap();
    let node = Coord { x: 440_966.0 + 100.0, y: 3_287_014.0 + 120.0 };
    for row in &table.rows {
        let Some(Geometry::MultiPolygon(polygons)) = &row.geometry else { panic!("no outline") };
        assert!(polygons.iter().any(|polygon| polygon.exterior().0.contains(&node)));
    }
}
