//! 围合 Enclosures, and slivers between lines drawn twice.

use crate::dsu::Sets;
use crate::ground::NONE;
use crate::planar::Planar;
use lifang_model::BarrierClass;
use std::collections::BTreeMap;

/// Enclosures without a building smaller than this are slivers, twice mm2 (150 m2).
const SLIVER_AREA: i128 = 300_000_000;
/// Enclosures without a building narrower than this are slivers, mm: twice the area over the perimeter.
const SLIVER_WIDTH: f64 = 4_000.0;

/// The enclosure each raw one became part of.
pub(crate) struct Enclosures {
    pub(crate) of: Vec<u32>,
    pub(crate) count: u32,
}

#[derive(Clone, Default)]
struct Measure {
    area: i128,
    perimeter: f64,
    built: bool,
    neighbours: BTreeMap<u32, (BarrierClass, f64)>,
}

impl Measure {
    fn is_sliver(&self) -> bool {
        !self.built
            && (self.area < SLIVER_AREA || (self.area as f64) < SLIVER_WIDTH * self.perimeter)
            && !self.neighbours.is_empty()
    }

    fn meet(&mut self, other: u32, class: BarrierClass, length: f64) {
        let entry = self.neighbours.entry(other).or_insert((class, 0.0));
        if class < entry.0 {
            *entry = (class, length);
        } else if class == entry.0 {
            entry.1 += length;
        }
    }
}

/// Joins slivers to the neighbour with the least severe and then longest common border, smallest sliver first, so
/// that a street drawn beside a compound's outline leaves no strip of nobody's land.
pub(crate) fn enclosures(
    map: &Planar,
    raw: &[u32],
    count: usize,
    limit: &[Option<BarrierClass>],
    built: impl Iterator<Item = u32>,
) -> Enclosures {
    let mut measures = vec![Measure::default(); count];
    for (face, &e) in raw.iter().enumerate().filter(|(_, e)| **e != NONE) {
        measures[e as usize].area += map.twice_area[face];
    }
    for e in built {
        measures[e as usize].built = true;
    }
    for e in 0..map.ends.len() {
        let (l, r) = (raw[map.face[2 * e] as usize], raw[map.face[2 * e + 1] as usize]);
        if l == r {
            continue;
        }
        let length = map.length(e);
        for (a, b) in [(l, r), (r, l)] {
            if a != NONE {
                measures[a as usize].perimeter += length;
                if b != NONE {
                    measures[a as usize].meet(b, limit[e].unwrap_or(BarrierClass::None), length);
                }
            }
        }
    }

    let mut sets = Sets::new(count);
    let mut queue: std::collections::BTreeSet<(i128, u32)> = (0..count as u32)
        .filter(|&e| measures[e as usize].is_sliver())
        .map(|e| (measures[e as usize].area, e))
        .collect();
    while let Some((_, e)) = queue.pop_first() {
        let sliver = &measures[e as usize];
        let best = sliver
            .neighbours
            .iter()
            .min_by(|(i, (c, l)), (j, (d, m))| c.cmp(d).then(m.total_cmp(l)).then(i.cmp(j)))
            .map(|(&other, _)| other);
        let Some(other) = best else { continue };
        queue.remove(&(measures[other as usize].area, other));
        // Both lie beside each other; the lower name stays.
        let (keep, gone) = (e.min(other), e.max(other));
        let moved = std::mem::take(&mut measures[gone as usize]);
        let common = moved.neighbours.get(&keep).map_or(0.0, |n| n.1);
        let into = &mut measures[keep as usize];
        into.area += moved.area;
        into.perimeter = (into.perimeter + moved.perimeter - 2.0 * common).max(0.0);
        into.built |= moved.built;
        into.neighbours.remove(&gone);
        for (third, (class, length)) in moved.neighbours {
            if third == keep {
                continue;
            }
            measures[keep as usize].meet(third, class, length);
            let theirs = &mut measures[third as usize];
            if let Some((class, length)) = theirs.neighbours.remove(&gone) {
                theirs.meet(keep, class, length);
            }
        }
        sets.join(keep, gone);
        if measures[keep as usize].is_sliver() {
            queue.insert((measures[keep as usize].area, keep));
        }
    }

    let mut names: BTreeMap<u32, u32> = BTreeMap::new();
    let of = (0..count as u32)
        .map(|e| {
            let next = names.len() as u32;
            *names.entry(sets.find(e)).or_insert(next)
        })
        .collect();
    Enclosures { of, count: names.len() as u32 }
}
