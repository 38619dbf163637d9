//! The routes of maps: vector tiles and shared arcs, and the OGC interface.

use super::{Answer, Route, route};
use crate::{ogc, tiles};
use axum::http::Method;

const GET: Method = Method::GET;

const TILE: &[(&str, bool, &str)] = &[
    ("level", false, "key of a level, for zones; the finest without one"),
    ("revision", false, "without effect; another address for another revision"),
];

const LEVEL: &[(&str, bool, &str)] = &[
    ("level", false, "key of a level; the finest without one"),
    ("revision", false, "without effect; another address for another revision"),
];

const FORMAT: &[(&str, bool, &str)] = &[("f", false, "json")];

const ITEMS: &[(&str, bool, &str)] = &[
    ("bbox", false, "four numbers in the order of the axes of bbox-crs"),
    ("bbox-crs", false, "system of bbox; longitude and latitude without one"),
    ("crs", false, "system of the answer; longitude and latitude without one"),
    ("limit", false, "features of a page, at most 10000"),
    ("offset", false, "features to pass over"),
    ("datetime", false, "taken and without effect: features have no time"),
    ("f", false, "json"),
];

/// Vector tiles, the shared arcs, who is where.
pub(super) fn maps() -> Vec<Route> {
    let tag = "tiles";
    let about =
        "TileJSON of zones, atoms, buildings, streets, facilities, compounds, gates, areas or boundary";
    let tile = "A vector tile with the edits in it; y may end in .mvt";
    let places = "Box, place for the name, parent and colour number of every zone with land, in columns";
    let outline = "The outline of one zone with every vertex";
    let arcs = "The shared arcs of the ground as TopoJSON, with the cells on both sides";
    let assignment = "Zone of every atom of the topology, level by level";
    vec![
        route(GET, "/api/tiles/{layer}", tag, about, "TileJson", tiles::about).query(TILE),
        route(GET, "/api/tiles/{layer}/{z}/{x}/{y}", tag, tile, "", tiles::tile)
            .query(TILE)
            .gives(Answer::Bytes(tiles::MVT)),
        route(GET, "/api/zones", tag, places, "Places", tiles::places).query(LEVEL),
        route(GET, "/api/zones/{code}/outline", tag, outline, "", tiles::outline)
            .query(LEVEL)
            .gives(Answer::GeoJson("Feature")),
        route(GET, "/api/arcs", tag, arcs, "Topology", tiles::arcs),
        route(GET, "/api/assignment", tag, assignment, "Assignment", tiles::assignment),
    ]
}

/// OGC API - Features and Tiles.
pub(super) fn ogc() -> Vec<Route> {
    let tag = "ogc";
    let landing = "The landing page for programs, the map for browsers";
    let items = "The features of a collection, page by page";
    let tile = "/collections/{id}/tiles/{set}/{zoom}/{row}/{column}";
    vec![
        route(GET, "/", tag, landing, "Landing", ogc::landing),
        route(GET, "/conformance", tag, "What clients may rely on", "Conformance", ogc::conformance)
            .query(FORMAT),
        route(GET, "/collections", tag, "The collections", "Collections", ogc::list).query(FORMAT),
        route(GET, "/collections/{id}", tag, "One collection", "Collection", ogc::one).query(FORMAT),
        route(GET, "/collections/{id}/items", tag, items, "", ogc::items)
            .query(ITEMS)
            .gives(Answer::GeoJson("Features")),
        route(GET, "/collections/{id}/items/{fid}", tag, "One feature", "", ogc::item)
            .query(&[("crs", false, "system of the answer"), ("f", false, "json")])
            .gives(Answer::GeoJson("Feature")),
        route(GET, "/collections/{id}/tiles", tag, "The tilesets of a collection", "Tilesets", ogc::tilesets)
            .query(FORMAT),
        route(GET, "/collections/{id}/tiles/{set}", tag, "One tileset", "Tileset", ogc::tileset)
            .query(FORMAT),
        route(GET, tile, tag, "A vector tile", "", ogc::tile).query(FORMAT).gives(Answer::Bytes(tiles::MVT)),
        route(GET, "/tileMatrixSets", tag, "The tiling schemes", "MatrixSets", ogc::matrix_sets)
            .query(FORMAT),
        route(GET, "/tileMatrixSets/{set}", tag, "One tiling scheme", "MatrixSet", ogc::matrix_set)
            .query(FORMAT),
    ]
}
