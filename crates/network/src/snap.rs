//! 接入 How a place reaches the nearest street.

use crate::StreetGraph;
use crate::cuts::{between, project};
use lifang_model::Point;
use rstar::{AABB, PointDistance, RTree, RTreeObject};

/// How far a place looks for a street, mm.
pub const SNAP_LIMIT_MM: u32 = 300_000;

/// 接入点 Where a place meets the street graph.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Snap {
    /// The edge.
    pub edge: u32,
    /// How far along it from its start, mm.
    pub along_mm: u32,
    /// How far the place is from there, mm.
    pub access_mm: u32,
    /// The point on the street.
    pub at: Point,
}

#[derive(Copy, Clone, Debug)]
struct Piece {
    edge: u32,
    /// Shape length before and after, scaled to the edge's length.
    start: f64,
    end: f64,
    from: Point,
    to: Point,
}

impl Piece {
    fn snap(&self, p: Point) -> Snap {
        let (t, distance) = project(self.from, self.to, p);
        let along = self.start + t * (self.end - self.start);
        Snap {
            edge: self.edge,
            along_mm: along.round() as u32,
            access_mm: distance.round() as u32,
            at: between(self.from, self.to, t),
        }
    }
}

impl RTreeObject for Piece {
    type Envelope = AABB<[f64; 2]>;
    fn envelope(&self) -> Self::Envelope {
        let corner = |p: Point| [f64::from(p.x), f64::from(p.y)];
        AABB::from_corners(corner(self.from), corner(self.to))
    }
}

impl PointDistance for Piece {
    fn distance_2(&self, point: &[f64; 2]) -> f64 {
        // The index is only ever asked about lattice points.
        let (_, distance) = project(self.from, self.to, Point::new(point[0] as i32, point[1] as i32));
        distance * distance
    }
}

/// 接入器 Finds the street a place is reached from.
#[derive(Clone, Debug)]
pub struct Snapper {
    index: RTree<Piece>,
}

impl Snapper {
    /// Indexes the edges of a graph.
    #[must_use]
    pub fn new(graph: &StreetGraph) -> Self {
        let mut pieces = Vec::new();
        for (row, edge) in (0u32..).zip(graph.edges()) {
            let shape = graph.shape(row);
            let whole: f64 = shape.windows(2).map(|pair| pair[0].distance(pair[1])).sum();
            let scale = if whole > 0.0 { f64::from(edge.length_mm) / whole } else { 0.0 };
            let mut at = 0.0;
            for pair in shape.windows(2) {
                let next = at + pair[0].distance(pair[1]);
                pieces.push(Piece {
                    edge: row,
                    start: at * scale,
                    end: next * scale,
                    from: pair[0],
                    to: pair[1],
                });
                at = next;
            }
        }
        Self { index: RTree::bulk_load(pieces) }
    }

    /// The nearest place on a street within [`SNAP_LIMIT_MM`] whose straight access line `blocked` lets through.
    #[must_use]
    pub fn nearest(&self, p: Point, blocked: &dyn Fn(Point, Point) -> bool) -> Option<Snap> {
        self.nearest_where(p, SNAP_LIMIT_MM, &|_| true, blocked)
    }

    /// For every street within `limit_mm` the nearest place on it whose straight access line `blocked` lets through, in the order
    /// of edges. However a street is cut, its nearest place stays, and a new street adds one place and takes none away.
    #[must_use]
    pub fn facing(
        &self,
        p: Point,
        limit_mm: u32,
        graph: &StreetGraph,
        blocked: &dyn Fn(Point, Point) -> bool,
    ) -> Vec<Snap> {
        let limit = f64::from(limit_mm);
        let centre = [f64::from(p.x), f64::from(p.y)];
        let mut found: Vec<(u32, Snap)> = self
            .index
            .locate_within_distance(centre, limit * limit)
            .map(|piece| (graph.edges()[piece.edge as usize].street, piece.snap(p)))
            .collect();
        found.sort_unstable_by_key(|&(street, snap)| (street, snap.access_mm, snap.edge, snap.along_mm));
        let mut told: Vec<Snap> = Vec::new();
        for street in found.chunk_by(|a, b| a.0 == b.0) {
            told.extend(street.iter().map(|&(_, snap)| snap).find(|snap| !blocked(p, snap.at)));
        }
        told.sort_unstable();
        told
    }

    /// The nearest place within `limit_mm` on an edge that `accept` takes; of equally near ones the lowest edge.
    #[must_use]
    pub fn nearest_where(
        &self,
        p: Point,
        limit_mm: u32,
        accept: &dyn Fn(u32) -> bool,
        blocked: &dyn Fn(Point, Point) -> bool,
    ) -> Option<Snap> {
        let limit = f64::from(limit_mm);
        let mut best: Option<Snap> = None;
        let around = self.index.nearest_neighbor_iter_with_distance_2(&[f64::from(p.x), f64::from(p.y)]);
        for (piece, square) in around {
            let distance = square.sqrt();
            if distance > limit || best.is_some_and(|best| distance.round() > f64::from(best.access_mm)) {
                break;
            }
            if !accept(piece.edge) {
                continue;
            }
            let snap = piece.snap(p);
            let key = |snap: &Snap| (snap.access_mm, snap.edge, snap.along_mm);
            if best.is_none_or(|best| key(&snap) < key(&best)) && !blocked(p, snap.at) {
                best = Some(snap);
            }
        }
        best
    }
}
