//! 障碍 What nobody walks straight across on the way to the street: walls, water, rails, motorways.

use lifang_model::{Area, BarrierClass, CompoundIdx, FootAccess, LandCover, Point, Territory};
use rstar::{AABB, RTree, RTreeObject};

/// A gate or a door may stand this far beside the line of the wall it opens, mm.
const IN_THE_WALL_MM: f64 = 2_000.0;

#[derive(Copy, Clone, Debug)]
struct Piece {
    from: Point,
    to: Point,
    /// The compound whose wall this is.
    compound: Option<CompoundIdx>,
    wall: bool,
}

fn corner(p: Point) -> [f64; 2] {
    [f64::from(p.x), f64::from(p.y)]
}

impl RTreeObject for Piece {
    type Envelope = AABB<[f64; 2]>;
    fn envelope(&self) -> Self::Envelope {
        AABB::from_corners(corner(self.from), corner(self.to))
    }
}

/// What a way would cross.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    /// A wall, with its compound if it has one.
    Wall(Option<CompoundIdx>),
    /// Water, rails, a motorway.
    Ground,
}

/// 障碍 All obstacles of a territory.
pub(crate) struct Obstacles {
    index: RTree<Piece>,
}

impl Obstacles {
    pub(crate) fn new(territory: &Territory) -> Self {
        let mut pieces = Vec::new();
        let mut add = |from: Point, to: Point, compound, wall| {
            if from != to {
                pieces.push(Piece { from, to, compound, wall });
            }
        };
        for (row, compound) in territory.compounds.iter().enumerate() {
            if compound.walled {
                for (from, to) in
                    compound.outline.iter().flat_map(|part| part.rings()).flat_map(|r| r.edges())
                {
                    add(from, to, Some(CompoundIdx::of(row)), true);
                }
            }
        }
        let water = |area: &&Area| area.cover == LandCover::Water;
        for area in territory.areas.iter().filter(water) {
            for (from, to) in area.outline.rings().flat_map(|ring| ring.edges()) {
                add(from, to, None, false);
            }
        }
        let stops = |class| {
            matches!(
                class,
                BarrierClass::Wall | BarrierClass::Rail | BarrierClass::Water | BarrierClass::Motorway
            )
        };
        let barriers = territory
            .barriers
            .iter()
            .filter(|barrier| stops(barrier.class))
            .map(|barrier| (&barrier.line, barrier.class == BarrierClass::Wall));
        let motorways = territory
            .streets
            .iter()
            .filter(|street| {
                street.foot == FootAccess::No
                    && street.at_ground()
                    && street.class.barrier() == BarrierClass::Motorway
            })
            .map(|street| (&street.line, false));
        for (line, wall) in barriers.chain(motorways) {
            for pair in line.windows(2) {
                add(pair[0], pair[1], None, wall);
            }
        }
        Self { index: RTree::bulk_load(pieces) }
    }

    /// What the straight way from one point to another crosses, ground before walls.
    pub(crate) fn crossed(&self, from: Point, to: Point) -> Vec<Stop> {
        let around = AABB::from_corners(corner(from), corner(to));
        let cuts = |piece: &&Piece| {
            let sides = (from.cross(to, piece.from) >= 0) != (from.cross(to, piece.to) >= 0);
            let ends = (piece.from.cross(piece.to, from) >= 0) != (piece.from.cross(piece.to, to) >= 0);
            sides && ends
        };
        let crossed = self.index.locate_in_envelope_intersecting(&around).filter(cuts);
        let mut stops: Vec<Piece> = crossed.copied().collect();
        stops.sort_unstable_by_key(|piece| (piece.wall, piece.compound));
        stops.iter().map(|piece| if piece.wall { Stop::Wall(piece.compound) } else { Stop::Ground }).collect()
    }

    /// Whether the straight way from one point to another crosses an obstacle other than the wall of `own`. A line
    /// that starts in a wall, as at a gate, does not cross it.
    pub(crate) fn between(&self, from: Point, to: Point, own: Option<CompoundIdx>, at_gate: bool) -> bool {
        let around = AABB::from_corners(corner(from), corner(to));
        let slack = if at_gate { IN_THE_WALL_MM } else { 0.0 };
        self.index.locate_in_envelope_intersecting(&around).any(|piece| {
            if own.is_some() && piece.compound == own {
                return false;
            }
            let (near, far) = (piece.from.cross(piece.to, from), piece.from.cross(piece.to, to));
            let opposite = (near > 0 && far < 0) || (near < 0 && far > 0);
            // Half open, so that a way through a corner of a wall crosses one of its two sides.
            let sides = (from.cross(to, piece.from) >= 0) != (from.cross(to, piece.to) >= 0);
            if !(opposite && sides) {
                return false;
            }
            let share = near as f64 / (near as f64 - far as f64);
            share * from.distance(to) > slack || slack == 0.0
        })
    }
}
