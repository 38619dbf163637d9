//! 服务范围 What is drawn of a walk: the land nearest to each station, the land around one, and the pieces of street within reach.

use crate::access::{Ways, open_of};
use crate::category::measure;
use lifang_fabric::Fabric;
use lifang_model::{AtomIdx, FacilityIdx, Point, Polygon, Profile, Territory};
use lifang_network::{Field, Snap, costs};

/// 可达路段 A piece of street within one tier and beyond the tier before.
#[derive(Clone, Debug, PartialEq)]
pub struct StreetPiece {
    /// Row of its street in the territory.
    pub street: u32,
    /// Place of the narrowest limit it lies within.
    pub tier: usize,
    /// Its line.
    pub line: Vec<Point>,
    /// Its length, mm.
    pub length_mm: u32,
}

impl Ways {
    /// The open facilities of a category.
    #[must_use]
    pub fn open(&self, territory: &Territory, category: &str) -> Vec<FacilityIdx> {
        open_of(territory, category).collect()
    }

    /// 责任区 For every atom the nearest of some facilities and how far it is, mm; `None` beyond the cut-off. Of equally near ones
    /// the first in the order of rows.
    #[must_use]
    pub fn nearest(
        &self,
        territory: &Territory,
        facilities: &[FacilityIdx],
        profile: &Profile,
        cutoff_mm: u32,
    ) -> Vec<Option<(u32, FacilityIdx)>> {
        let costs = costs(&self.graph, profile);
        let straight = vec![None; self.doors.len()];
        let doors = measure(self, territory, facilities, &straight, &costs, cutoff_mm);
        self.door_of.iter().map(|&door| doors[door as usize].walk).collect()
    }

    /// 步行圈 For every atom how far a facility is on foot, mm; `None` beyond the cut-off.
    #[must_use]
    pub fn around(
        &self,
        territory: &Territory,
        facility: FacilityIdx,
        profile: &Profile,
        cutoff_mm: u32,
    ) -> Vec<Option<u32>> {
        let near = self.nearest(territory, &[facility], profile, cutoff_mm);
        near.into_iter().map(|near| near.map(|(mm, _)| mm)).collect()
    }

    /// 可达路段 The streets within some limits of the nearest of some facilities, cut exactly where the walk ends. Limits must
    /// ascend, mm; each piece belongs to the narrowest limit it lies within, so pieces never overlap.
    #[must_use]
    pub fn reached_streets(
        &self,
        facilities: &[FacilityIdx],
        profile: &Profile,
        limits_mm: &[u32],
    ) -> Vec<StreetPiece> {
        let costs = costs(&self.graph, profile);
        let known = facilities.iter().filter_map(|facility| self.entries.get(facility.at()));
        let sources: Vec<Snap> = known.flat_map(|entry| entry.exits.iter().copied()).collect();
        let Some(&widest) = limits_mm.last() else { return Vec::new() };
        let mut field = Field::default();
        field.run(&self.graph, &costs, &sources, widest);
        let mut pieces = Vec::new();
        for (row, edge) in (0u32..).zip(self.graph.edges()) {
            let mut inner: Vec<(u32, u32)> = Vec::new();
            for (tier, &limit) in limits_mm.iter().enumerate() {
                let outer = field.stretches(&self.graph, &costs, row, limit);
                for (from, to) in without(&outer, &inner) {
                    let line = self.graph.piece(row, from, to);
                    if line.len() > 1 {
                        pieces.push(StreetPiece { street: edge.street, tier, line, length_mm: to - from });
                    }
                }
                inner = outer;
            }
        }
        pieces
    }
}

/// The stretches of `outer` that no stretch of `inner` covers; both ascend and are disjoint.
fn without(outer: &[(u32, u32)], inner: &[(u32, u32)]) -> Vec<(u32, u32)> {
    let mut left = Vec::new();
    for &(mut from, to) in outer {
        for &(start, end) in inner {
            if end <= from || start >= to {
                continue;
            }
            if start > from {
                left.push((from, start));
            }
            from = end;
        }
        if from < to {
            left.push((from, to));
        }
    }
    left
}

/// 所在单元 The cell each place lies in; `None` outside the boundary. A place on a border belongs to the lowest cell.
#[must_use]
pub fn cells_at(fabric: &Fabric, places: &[Point]) -> Vec<Option<AtomIdx>> {
    let mut order: Vec<usize> = (0..places.len()).collect();
    order.sort_by_key(|&place| places[place].x);
    let mut found = vec![None; places.len()];
    for (row, polygon) in fabric.cell_polygons().iter().enumerate() {
        let Some(extent) = Polygon::extent(polygon) else { continue };
        let from = order.partition_point(|&place| places[place].x < extent.min.x);
        for &place in order[from..].iter().take_while(|&&place| places[place].x <= extent.max.x) {
            let p = places[place];
            if found[place].is_none() && (extent.min.y..=extent.max.y).contains(&p.y) && polygon.contains(p) {
                found[place] = Some(AtomIdx::of(row));
            }
        }
    }
    found
}
