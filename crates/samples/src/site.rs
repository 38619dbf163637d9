//! The site of a block: what has been drawn on it, and whether there is room for more.

use crate::block::{Axes, Block};
use crate::house::Draft;
use crate::plane::{V, edges, inside, part_along, point_along, ring_gap, segment_gap, v};
use lifang_model::{LandCover, StreetClass};

/// Clear strip between a building and the middle of a lane, metres.
const LANE_CLEAR: f64 = 3.2;

/// A lane or path on the site, in the block's axes and on the ground.
pub(crate) struct Lane {
    pub line: Vec<V>,
    pub ground: Vec<V>,
    pub class: StreetClass,
    pub name: Option<String>,
}

/// A lawn, pond, square or pitch, in the block's axes.
pub(crate) struct Lawn {
    pub ring: Vec<V>,
    pub cover: LandCover,
    pub name: Option<String>,
}

/// Ground taken, with a circle around it for quick answers.
struct Solid {
    ring: Vec<V>,
    middle: V,
    radius: f64,
}

/// A gate and the way it opens.
pub(crate) struct SiteGate {
    pub at: V,
    pub open: bool,
}

/// A site.
pub(crate) struct Site {
    pub axes: Axes,
    /// Sides inside the pavement, in the block's axes, and the ring they make.
    pub sides: [Vec<V>; 4],
    pub outline: Vec<V>,
    pub outline_ground: Vec<V>,
    pub lanes: Vec<Lane>,
    pub lawns: Vec<Lawn>,
    pub drafts: Vec<Draft>,
    pub gates: Vec<SiteGate>,
    solids: Vec<Solid>,
}

impl Site {
    pub fn new(block: &Block) -> Self {
        let inset = block.inset();
        let axes = Axes::of(&inset);
        let outline_ground: Vec<V> =
            inset.iter().flat_map(|side| side[..side.len() - 1].iter().copied()).collect();
        let sides = inset.map(|side| side.into_iter().map(|p| axes.local(p)).collect::<Vec<_>>());
        let outline = outline_ground.iter().map(|&p| axes.local(p)).collect();
        Self {
            axes,
            sides,
            outline,
            outline_ground,
            lanes: Vec::new(),
            lawns: Vec::new(),
            drafts: Vec::new(),
            gates: Vec::new(),
            solids: Vec::new(),
        }
    }

    /// Takes ground for something that is no building.
    pub fn reserve(&mut self, ring: &[V]) {
        let n = ring.len().max(1) as f64;
        let middle = ring.iter().fold(V::default(), |s, &p| s.add(p)).scale(1.0 / n);
        let radius = ring.iter().map(|p| p.dist(middle)).fold(0.0, f64::max);
        self.solids.push(Solid { ring: ring.to_vec(), middle, radius });
    }

    /// Whether a ring lies on the site, `margin` from its edge, `gap` from all else, and off the lanes.
    pub fn free(&self, ring: &[V], margin: f64, gap: f64) -> bool {
        let n = ring.len().max(1) as f64;
        let middle = ring.iter().fold(V::default(), |s, &p| s.add(p)).scale(1.0 / n);
        let radius = ring.iter().map(|p| p.dist(middle)).fold(0.0, f64::max);
        if !ring.iter().all(|&p| inside(&self.outline, p)) {
            return false;
        }
        let edge_ok = edges(&self.outline).all(|(a, b)| {
            crate::plane::to_segment(middle, a, b) > radius + margin
                || edges(ring).all(|(p, q)| segment_gap(p, q, a, b) >= margin)
        });
        edge_ok
            && self
                .solids
                .iter()
                .all(|s| s.middle.dist(middle) > s.radius + radius + gap || ring_gap(&s.ring, ring) >= gap)
            && self.lanes.iter().filter(|lane| lane.class != StreetClass::Footway).all(|lane| {
                lane.line.windows(2).all(|w| {
                    crate::plane::to_segment(middle, w[0], w[1]) > radius + LANE_CLEAR
                        || (!inside(ring, w[0])
                            && edges(ring).all(|(p, q)| segment_gap(p, q, w[0], w[1]) >= LANE_CLEAR))
                })
            })
    }

    /// Puts a building up if there is room.
    pub fn build(&mut self, draft: Draft, margin: f64, gap: f64) -> bool {
        let room = self.free(&draft.ring, margin, gap);
        if room {
            self.reserve(&draft.ring);
            self.drafts.push(draft);
        }
        room
    }

    pub fn lawn(&mut self, ring: Vec<V>, cover: LandCover) {
        self.lawns.push(Lawn { ring, cover, name: None });
    }

    /// Draws a lane given in the block's axes.
    pub fn lane(&mut self, line: Vec<V>, class: StreetClass) {
        let ground = line.iter().map(|&p| self.axes.ground(p)).collect();
        self.lanes.push(Lane { line, ground, class, name: None });
    }

    /// Where a gate that leads nowhere would be.
    pub fn closed_gate(&self, block: &Block, side: usize, towards: V) -> V {
        nearest_on(&self.sides[side], self.axes.local(self.street_vertex(block, side, towards)))
    }

    fn street_vertex(&self, block: &Block, side: usize, towards: V) -> V {
        let aim = self.axes.ground(towards);
        let street = &block.sides[side];
        // Not at the very corner: a gate there would open onto the crossroads.
        let inner = if street.len() > 4 { &street[2..street.len() - 2] } else { street };
        inner.iter().copied().min_by(|a, b| a.dist(aim).total_cmp(&b.dist(aim))).unwrap_or(aim)
    }

    /// Whether nothing stands between two points.
    pub fn walkable(&self, a: V, b: V) -> bool {
        self.drafts.iter().all(|d| edges(&d.ring).all(|(p, q)| segment_gap(p, q, a, b) > 1.0))
    }

    /// Draws a way in from the street: from the street's vertex nearest to `towards` on a side, through the edge of
    /// the site, to `towards`. Returns the point on the edge.
    pub fn way_in(&mut self, block: &Block, side: usize, towards: V, class: StreetClass) -> V {
        let aim = self.axes.ground(towards);
        let start = self.street_vertex(block, side, towards);
        let edge = &self.sides[side];
        let local = self.axes.local(start);
        let gate = nearest_on(edge, local);
        let line = vec![local, gate, towards];
        let ground = vec![start, self.axes.ground(gate), aim];
        self.lanes.push(Lane { line, ground, class, name: None });
        gate
    }

    /// West and east end of the free width between two heights, `margin` from the edge. Where a side ends at a corner
    /// before these heights, the land ends with it.
    pub fn span(&self, y0: f64, y1: f64, margin: f64) -> (f64, f64) {
        let (mut west, mut east): (Option<f64>, Option<f64>) = (None, None);
        for side in [crate::block::EAST, crate::block::WEST] {
            for w in self.sides[side].windows(2) {
                let (lo, hi) = (w[0].y.min(w[1].y), w[0].y.max(w[1].y));
                if hi < y0 || lo > y1 || (hi - lo) < 1e-9 {
                    continue;
                }
                for y in [y0.max(lo), y1.min(hi)] {
                    let x = w[0].x + (w[1].x - w[0].x) * (y - w[0].y) / (w[1].y - w[0].y);
                    if side == crate::block::WEST {
                        west = Some(west.map_or(x, |west| west.max(x)));
                    } else {
                        east = Some(east.map_or(x, |east| east.min(x)));
                    }
                }
            }
        }
        let (lo, hi) = crate::plane::extent(&self.outline);
        (west.unwrap_or(lo.x) + margin, east.unwrap_or(hi.x) - margin)
    }

    /// South and north end of the site at `x`.
    pub fn column(&self, x: f64) -> (f64, f64) {
        let (mut south, mut north) = (f64::MAX, f64::MIN);
        for (a, b) in edges(&self.outline) {
            if (a.x > x) != (b.x > x) {
                let y = a.y + (b.y - a.y) * (x - a.x) / (b.x - a.x);
                south = south.min(y);
                north = north.max(y);
            }
        }
        (south, north)
    }

    /// The strip of land `setback` behind a side, `depth` deep, between two distances along it; and its front.
    pub fn front(&self, side: usize, from: f64, to: f64, setback: f64, depth: f64) -> (Vec<V>, V, V) {
        let line = part_along(&self.sides[side], from, to);
        let (a, b) = (line[0], line[line.len() - 1]);
        let inward = b.sub(a).unit().left();
        // The street may bulge into the chord: step back behind its deepest point.
        let bulge = line.iter().map(|p| p.sub(a).dot(inward)).fold(0.0, f64::max);
        let (p, q) = (a.add(inward.scale(setback + bulge)), b.add(inward.scale(setback + bulge)));
        (vec![p, q, q.add(inward.scale(depth)), p.add(inward.scale(depth))], p.lerp(q, 0.5), inward)
    }

    /// A point `along` a side.
    pub fn on_side(&self, side: usize, along: f64) -> V {
        point_along(&self.sides[side], along).0
    }
}

fn nearest_on(line: &[V], p: V) -> V {
    let mut best = (f64::MAX, p);
    for w in line.windows(2) {
        let d = w[1].sub(w[0]);
        let t = if d.dot(d) > 0.0 { (p.sub(w[0]).dot(d) / d.dot(d)).clamp(0.0, 1.0) } else { 0.0 };
        let q = w[0].lerp(w[1], t);
        if q.dist(p) < best.0 {
            best = (q.dist(p), q);
        }
    }
    if best.0 == f64::MAX { v(p.x, p.y) } else { best.1 }
}
