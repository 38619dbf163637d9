//! The first arrangement: enclosures, and which site's footprint each face belongs to.

use crate::dsu::Sets;
use crate::enclose::{Enclosures, enclosures};
use crate::inside::interior_point;
use crate::noding::{Noded, node};
use crate::planar::{OUTSIDE, Planar};
use crate::sources::{Source, Sources};
use crate::{FabricError, fault};
use lifang_model::{BarrierClass, Fault, Point, Severity, Territory};
use std::collections::{BTreeMap, VecDeque};

/// No enclosure: outside the territory. No site: open land.
pub(crate) const NONE: u32 = u32::MAX;

/// What a face of the first arrangement is.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) struct Land {
    /// Its enclosure, [`NONE`] outside the territory.
    pub(crate) enclosure: u32,
    /// The site whose footprint covers it, [`NONE`] for open land.
    pub(crate) site: u32,
}

/// A building or a unit of one, with a footprint of its own.
#[derive(Clone, Debug)]
pub(crate) struct Site {
    pub(crate) building: u32,
    pub(crate) unit: u16,
    pub(crate) enclosure: u32,
    /// The largest face of its footprint, and a point inside it.
    pub(crate) face: u32,
    pub(crate) anchor: Option<Point>,
}

/// The first arrangement with its labels.
pub(crate) struct Ground {
    pub(crate) map: Planar,
    pub(crate) land: Vec<Land>,
    /// Per edge: the limit along it, `None` where no limit runs.
    pub(crate) limit: Vec<Option<BarrierClass>>,
    /// Sorted by building and unit.
    pub(crate) sites: Vec<Site>,
    pub(crate) enclosures: u32,
    /// Buildings that belong to the territory, with their enclosure.
    pub(crate) home: BTreeMap<u32, u32>,
    /// Per building of the territory the largest face at home its footprint covers, whoever owns it.
    pub(crate) covered: BTreeMap<u32, (i128, u32)>,
    pub(crate) faults: Vec<Fault>,
}

/// Windings of one face.
#[derive(Clone, Default)]
struct Cover {
    border: i32,
    buildings: Vec<(u32, i32)>,
}

impl Cover {
    fn cross(&mut self, source: Source, turn: i32) {
        match source {
            Source::Border => self.border += turn,
            Source::Outline(building) => match self.buildings.iter().position(|m| m.0 == building) {
                Some(i) => {
                    self.buildings[i].1 += turn;
                    if self.buildings[i].1 == 0 {
                        self.buildings.swap_remove(i);
                    }
                }
                None => self.buildings.push((building, turn)),
            },
            Source::Limit(_) | Source::Cut => {}
        }
    }
}

/// Nodes the sources and labels the faces.
pub(crate) fn survey(territory: &Territory, input: &Sources) -> Result<Ground, FabricError> {
    let Sources { segments, sources, stacks, .. } = input;
    let mut noded = node(segments);
    let (limit, border) = edge_kinds(&noded, sources);
    let covers = covers(&mut noded, sources);
    let Covered { map, covers } = covers;
    let inside: Vec<bool> = covers.iter().map(|c| c.border > 0).collect();
    if !inside.contains(&true) {
        return Err(FabricError::EmptyBoundary);
    }

    // Enclosures: faces joined across every edge that is neither border nor limit.
    let mut sets = Sets::new(map.faces());
    for e in 0..map.ends.len() {
        let (l, r) = (map.face[2 * e], map.face[2 * e + 1]);
        if limit[e].is_none() && !border[e] && inside[l as usize] && inside[r as usize] {
            sets.join(l, r);
        }
    }
    let mut raw = vec![NONE; map.faces()];
    let mut names: BTreeMap<u32, u32> = BTreeMap::new();
    for face in 0..map.faces() {
        if inside[face] {
            let next = names.len() as u32;
            raw[face] = *names.entry(sets.find(face as u32)).or_insert(next);
        }
    }

    let mut area: BTreeMap<(u32, u32), i128> = BTreeMap::new();
    for (face, cover) in covers.iter().enumerate() {
        for &(building, _) in &cover.buildings {
            *area.entry((building, raw[face])).or_default() += map.twice_area[face];
        }
    }
    let (home, total) = homes(&area);
    let Enclosures { of, count } = enclosures(&map, &raw, names.len(), &limit, home.values().copied());
    let home: BTreeMap<u32, u32> = home.into_iter().map(|(b, raw)| (b, of[raw as usize])).collect();

    let mut ground = Ground {
        land: vec![Land { enclosure: NONE, site: NONE }; map.faces()],
        map,
        limit,
        sites: Vec::new(),
        enclosures: count,
        home,
        covered: BTreeMap::new(),
        faults: input.faults.clone(),
    };
    let mut found: BTreeMap<(u32, u16), (i128, u32, u32)> = BTreeMap::new();
    let mut owner: Vec<Option<(u32, u16)>> = vec![None; ground.map.faces()];
    let mut lost: BTreeMap<u32, Lost> = BTreeMap::new();
    for (face, cover) in covers.iter().enumerate().filter(|(face, _)| raw[*face] != NONE) {
        let enclosure = of[raw[face] as usize];
        ground.land[face].enclosure = enclosure;
        let at_home = |b: u32| ground.home.get(&b) == Some(&enclosure);
        for b in cover.buildings.iter().map(|m| m.0).filter(|&b| at_home(b)) {
            let largest = ground.covered.entry(b).or_insert((0, face as u32));
            *largest = (*largest).max((ground.map.twice_area[face], face as u32));
        }
        // The smaller of two overlapping footprints keeps the common land, so that a kiosk inside a hall survives.
        let winner =
            cover.buildings.iter().map(|m| m.0).filter(|&b| at_home(b)).min_by_key(|b| (total[b], *b));
        for &(building, _) in &cover.buildings {
            if Some(building) != winner && ground.home.contains_key(&building) {
                let lost = lost.entry(building).or_default();
                let part = if at_home(building) { &mut lost.overlap } else { &mut lost.across };
                *part += ground.map.twice_area[face];
            }
        }
        if let Some(building) = winner {
            let unit = match stacks.get(&building) {
                None => 0,
                Some(stack) => {
                    let strip = match &stack.strips {
                        None => 0,
                        Some(strips) => strips.strip_of(interior_point(&ground.map, face as u32)),
                    };
                    stack.units.get(strip).map_or(0, |u| u.0)
                }
            };
            owner[face] = Some((building, unit));
            let best = found.entry((building, unit)).or_insert((0, face as u32, enclosure));
            if ground.map.twice_area[face] > best.0 {
                *best = (ground.map.twice_area[face], face as u32, enclosure);
            }
        }
    }
    let names: BTreeMap<(u32, u16), u32> = found.keys().copied().zip(0..).collect();
    for (face, owner) in owner.iter().enumerate() {
        if let Some(site) = owner.and_then(|key| names.get(&key)) {
            ground.land[face].site = *site;
        }
    }
    ground.sites = found
        .into_iter()
        .map(|((building, unit), (_, face, enclosure))| Site {
            building,
            unit,
            enclosure,
            face,
            anchor: crate::inside::lattice_point(&ground.map, face),
        })
        .collect();
    report(territory, &ground.home, &total, &area, &lost, &mut ground.faults);
    Ok(ground)
}

struct Covered {
    map: Planar,
    covers: Vec<Cover>,
}

/// What covers each face, by walking from the outside across edges. Takes points and ends of the edges along.
fn covers(noded: &mut Noded, sources: &[Source]) -> Covered {
    let map = Planar::new(std::mem::take(&mut noded.points), std::mem::take(&mut noded.ends));
    let mut covers: Vec<Option<Cover>> = vec![None; map.faces()];
    covers[OUTSIDE as usize] = Some(Cover::default());
    let mut queue = VecDeque::from([OUTSIDE]);
    while let Some(face) = queue.pop_front() {
        for &h in map.around(face) {
            let other = map.face[(h ^ 1) as usize];
            if covers[other as usize].is_some() {
                continue;
            }
            let mut cover = covers[face as usize].clone().unwrap_or_default();
            for origin in noded.origins(h as usize / 2) {
                // Leaving the left side of a counter-clockwise ring is leaving what it encloses.
                let along = origin.forward == (h % 2 == 0);
                cover.cross(sources[origin.tag as usize], if along { -1 } else { 1 });
            }
            covers[other as usize] = Some(cover);
            queue.push_back(other);
        }
    }
    Covered { map, covers: covers.into_iter().map(Option::unwrap_or_default).collect() }
}

/// Per edge: the most severe limit along it, and whether it is border.
fn edge_kinds(noded: &Noded, sources: &[Source]) -> (Vec<Option<BarrierClass>>, Vec<bool>) {
    (0..noded.ends.len())
        .map(|e| {
            let (mut limit, mut border) = (None, false);
            for origin in noded.origins(e) {
                match sources[origin.tag as usize] {
                    Source::Limit(class) => limit = limit.max(Some(class)),
                    Source::Border => border = true,
                    Source::Outline(_) | Source::Cut => {}
                }
            }
            (limit, border)
        })
        .unzip()
}

/// The enclosure that holds most of each building, if most of the building lies in the territory; and all areas.
fn homes(area: &BTreeMap<(u32, u32), i128>) -> (BTreeMap<u32, u32>, BTreeMap<u32, i128>) {
    let mut total: BTreeMap<u32, i128> = BTreeMap::new();
    let mut best: BTreeMap<u32, (i128, u32, i128)> = BTreeMap::new();
    for (&(building, enclosure), &a) in area {
        *total.entry(building).or_default() += a;
        if enclosure != NONE {
            let entry = best.entry(building).or_insert((0, enclosure, 0));
            entry.2 += a;
            if a > entry.0 {
                (entry.0, entry.1) = (a, enclosure);
            }
        }
    }
    let homes = best
        .into_iter()
        .filter(|(building, (_, _, inside))| 2 * inside >= total[building])
        .map(|(building, (_, enclosure, _))| (building, enclosure))
        .collect();
    (homes, total)
}

/// Land of a footprint that went to others, twice mm2.
#[derive(Default)]
struct Lost {
    overlap: i128,
    across: i128,
}

/// A square metre, twice mm2: what is less is drawing noise and not reported.
const NOTABLE: i128 = 2_000_000;

fn report(
    territory: &Territory,
    home: &BTreeMap<u32, u32>,
    total: &BTreeMap<u32, i128>,
    area: &BTreeMap<(u32, u32), i128>,
    lost: &BTreeMap<u32, Lost>,
    faults: &mut Vec<Fault>,
) {
    let m2 = |twice: i128| twice as f64 / 2e6;
    for (&b, &all) in total {
        let building = &territory.buildings[b as usize];
        let outside = area.get(&(b, NONE)).copied().unwrap_or(0);
        if outside > NOTABLE && outside < all {
            let (cause, action) = if home.contains_key(&b) {
                ("is cut by the border", "most of it lies inside, so it belongs to the territory whole")
            } else {
                ("is cut by the border", "most of it lies outside, so it gets no cell")
            };
            let cause = format!("the building {cause}: {:.1} of {:.1} m2 lie outside", m2(outside), m2(all));
            faults.push(fault::building(Severity::Notice, "B-104", building, cause, action));
        }
        let Some(lost) = lost.get(&b) else { continue };
        if lost.across > NOTABLE {
            let cause = format!("{:.1} of {:.1} m2 lie across a dividing line", m2(lost.across), m2(all));
            let action = "the building belongs whole to the side that holds most of it; the rest of the land stays there";
            faults.push(fault::building(Severity::Notice, "B-103", building, cause, action));
        }
        if lost.overlap > NOTABLE {
            let cause = format!("{:.1} of {:.1} m2 overlap other buildings", m2(lost.overlap), m2(all));
            let action = "the common land went to the smaller building; check the outlines";
            faults.push(fault::building(Severity::Notice, "B-102", building, cause, action));
        }
    }
}
