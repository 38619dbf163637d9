//! Texts label the smallest outline they stand in: drawings know no other way to name a house.

use crate::geom::twice_area;
use geo::{BoundingRect as _, Contains as _};
use geo_types::{Coord, Point, Polygon};
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};
use std::collections::BTreeSet;

/// An outline and the layer it is drawn on.
pub(super) struct Outline<'a> {
    pub layer: &'a str,
    pub polygon: &'a Polygon<f64>,
}

/// Of each text, given with its layer, the outline it stands in, the smallest; `None` for one that stands in none. On an edge is not
/// in. A layer `NAME_TEXT` labels the outlines of the layer `NAME` alone, if it has any: so our own drawings are written.
pub(super) fn outlines(texts: &[(&str, Coord<f64>)], outlines: &[Outline<'_>]) -> Vec<Option<usize>> {
    let area: Vec<f64> =
        outlines.iter().map(|outline| twice_area(&outline.polygon.exterior().0).abs()).collect();
    let drawn: BTreeSet<&str> = outlines.iter().map(|outline| outline.layer).collect();
    let boxes = outlines.iter().enumerate().filter_map(|(i, outline)| {
        let rect = outline.polygon.bounding_rect()?;
        let (min, max) = (rect.min(), rect.max());
        Some(GeomWithData::new(Rectangle::from_corners([min.x, min.y], [max.x, max.y]), i))
    });
    let tree = RTree::bulk_load(boxes.collect());
    let around = |&(layer, at): &(&str, Coord<f64>)| {
        let own = layer.strip_suffix("_TEXT").filter(|own| drawn.contains(own));
        let near =
            tree.locate_in_envelope_intersecting(&AABB::from_point([at.x, at.y])).map(|item| item.data);
        near.filter(|&i| own.is_none_or(|own| outlines[i].layer == own))
            .filter(|&i| outlines[i].polygon.contains(&Point(at)))
            .min_by(|&a, &b| area[a].total_cmp(&area[b]).then(a.cmp(&b)))
    };
    texts.iter().map(around).collect()
}
