//! 地块整合 Areas people drew - parcels, compounds, grids in force - made to fit each other, with every gap and overlap told.
//!
//! Corners within a tolerance are snapped, what two areas claim goes to the smaller, what nobody claims between areas goes
//! to the neighbour with the longest common border if it is narrower than the tolerance. The outlines that come out share
//! their vertices; what changed is found by laying the outlines before and after over each other.

use crate::dsu::Sets;
use crate::fabric::Arc;
use crate::ground::NONE;
use crate::inside::lattice_point;
use crate::noding::{Noded, Segment, node};
use crate::planar::{OUTSIDE, Planar};
use crate::snap::{directed, snapped};
use crate::topology::Topology;
use lifang_model::{BarrierClass, Fault, Millimetres, Place, Point, Polygon, Severity};
use std::collections::{BTreeMap, VecDeque};

/// What is smaller is rounding and not told, twice mm2 (100 cm2).
const NOTABLE: i128 = 20_000;

/// 缺陷 What was wrong between areas.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Flaw {
    /// 缝隙 Land nobody claims, shut in by areas or too narrow for the tolerance.
    Gap,
    /// 重叠 Land several areas claim.
    Overlap,
}

/// 发现 A gap or overlap, and what was done.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// What it is.
    pub flaw: Flaw,
    /// The areas concerned, ascending: who claims the land, or who lies around it.
    pub areas: Vec<u32>,
    /// Who has the land now; `None` where it was left open.
    pub given_to: Option<u32>,
    /// Its area, m2.
    pub area_m2: f64,
    /// Its width, m: twice the area by the outline.
    pub width_m: f64,
    /// A point in it.
    pub at: Point,
}

/// 整合结果 Areas that fit each other.
#[derive(Clone, Debug, PartialEq)]
pub struct Mended {
    /// The outline of each area, in order; empty where others have all of its land.
    pub outlines: Vec<Vec<Polygon>>,
    /// The gaps and overlaps found, in order of place.
    pub findings: Vec<Finding>,
    /// Land that changed hands because corners moved, m2.
    pub moved_m2: f64,
}

/// 整合 Makes areas fit each other.
///
/// # Determinism
/// The same areas in the same order give the same answer at any thread count.
#[must_use]
pub fn mend(areas: &[Vec<Polygon>], tolerance: Millimetres) -> Mended {
    let tolerance = tolerance.0 as f64;
    let rings = snapped(areas, tolerance);
    let map = Covered::new(&rings);
    let owners = map.owners(rings.len(), tolerance);
    let outlines = map.outlines(&owners, areas.len());
    let (findings, moved_m2) = ledger(areas, &outlines, tolerance);
    Mended { outlines, findings, moved_m2 }
}

impl Mended {
    /// The findings as faults, areas named by their codes.
    #[must_use]
    pub fn faults(&self, codes: &[String]) -> Vec<Fault> {
        let name = |area: u32| codes.get(area as usize).map_or("?", String::as_str);
        let told = self.findings.iter().map(|finding| {
            let all = finding.areas.iter().map(|&area| name(area)).collect::<Vec<_>>().join(", ");
            let (east, north) = finding.at.metres();
            let size = format!(
                "{:.2} m2, {:.2} m wide, at {east:.1} m east {north:.1} m north",
                finding.area_m2, finding.width_m
            );
            let given = |area: u32| format!("it went to {}; check the outlines", name(area));
            let (severity, code, cause, action) = match (finding.flaw, finding.given_to) {
                (Flaw::Gap, Some(to)) => {
                    (Severity::Warning, "B-110", format!("a gap between {all}: {size}"), given(to))
                }
                (Flaw::Gap, None) => {
                    let action = "it is wider than the snapping tolerance and was left open".to_owned();
                    (
                        Severity::Notice,
                        "B-110",
                        format!("land shut in by {all} that none of them claims: {size}"),
                        action,
                    )
                }
                (Flaw::Overlap, to) => {
                    let action = to.map_or_else(|| "none of them has it now".to_owned(), given);
                    (Severity::Warning, "B-111", format!("{all} overlap: {size}"), action)
                }
            };
            let feature = finding.areas.first().map(|&area| name(area).to_owned());
            Fault::new(severity, code, cause, action).at(Place {
                layer: Some("parcels".to_owned()),
                feature,
                ..Place::default()
            })
        });
        told.collect()
    }
}

/// An arrangement of rings with the areas that cover each face.
struct Covered {
    map: Planar,
    over: Vec<Vec<u32>>,
}

impl Covered {
    fn new(rings: &[Vec<Vec<Point>>]) -> Self {
        let mut segments: Vec<Segment> = Vec::new();
        for (tag, rings) in (0u32..).zip(rings) {
            for ring in rings {
                let n = ring.len();
                let edges = (0..n).map(|i| (ring[i], ring[(i + 1) % n])).filter(|(a, b)| a != b);
                segments.extend(edges.map(|(a, b)| Segment { a, b, tag }));
            }
        }
        let noded = node(&segments);
        let map = Planar::new(noded.points.clone(), noded.ends.clone());
        let over = windings(&map, &noded);
        Self { map, over }
    }

    /// Who has each face: the smaller of those that cover it; narrow gaps go to the longest neighbour.
    fn owners(&self, areas: usize, tolerance: f64) -> Vec<u32> {
        let mut total = vec![0i128; areas];
        for (face, over) in self.over.iter().enumerate() {
            for &area in over {
                total[area as usize] += self.map.twice_area[face];
            }
        }
        let mut owners: Vec<u32> = self
            .over
            .iter()
            .map(|over| over.iter().copied().min_by_key(|&area| (total[area as usize], area)).unwrap_or(NONE))
            .collect();
        for gap in self.patches(&owners) {
            if gap.key != NONE || gap.width() > tolerance {
                continue;
            }
            let mut beside: BTreeMap<u32, f64> = BTreeMap::new();
            for &(other, length) in &gap.beside {
                *beside.entry(owners[other as usize]).or_default() += length;
            }
            let longest = beside
                .iter()
                .filter(|(owner, _)| **owner != NONE)
                .max_by(|p, q| p.1.total_cmp(q.1).then(q.0.cmp(p.0)));
            if let Some((&owner, _)) = longest {
                for &face in &gap.faces {
                    owners[face as usize] = owner;
                }
            }
        }
        owners
    }

    /// The land of each owner.
    fn outlines(&self, owners: &[u32], areas: usize) -> Vec<Vec<Polygon>> {
        let patches = self.patches(owners);
        let mut of_face = vec![NONE; owners.len()];
        let mut kept: Vec<u32> = Vec::new();
        for patch in patches.iter().filter(|patch| patch.key != NONE) {
            for &face in &patch.faces {
                of_face[face as usize] = kept.len() as u32;
            }
            kept.push(patch.key);
        }
        let side = |h: usize| Some(of_face[self.map.face[h] as usize]).filter(|&piece| piece != NONE);
        let arcs: Vec<Arc> = (0..self.map.ends.len())
            .filter(|&e| side(2 * e) != side(2 * e + 1))
            .map(|e| {
                let (a, b) = self.map.ends_of(2 * e as u32);
                Arc {
                    points: vec![a, b],
                    left: side(2 * e),
                    right: side(2 * e + 1),
                    barrier: BarrierClass::None,
                }
            })
            .collect();
        let topology = Topology::of(&arcs, kept.len());
        let mut outlines = vec![Vec::new(); areas];
        for (piece, &owner) in (0u32..).zip(&kept) {
            outlines[owner as usize].extend(topology.polygons(&arcs, &[piece], |other| other == piece));
        }
        outlines
    }

    /// Connected faces with equal keys, in the order of their first face; those joined to the outside are left out.
    fn patches<K: Copy + PartialEq>(&self, keys: &[K]) -> Vec<Patch<K>> {
        let map = &self.map;
        let mut sets = Sets::new(map.faces());
        for e in 0..map.ends.len() {
            let (l, r) = (map.face[2 * e], map.face[2 * e + 1]);
            if keys[l as usize] == keys[r as usize] {
                sets.join(l, r);
            }
        }
        let mut names: BTreeMap<u32, usize> = BTreeMap::new();
        let mut patches: Vec<Patch<K>> = Vec::new();
        for face in 1..map.faces() as u32 {
            let root = sets.find(face);
            if root == OUTSIDE {
                continue;
            }
            let at = *names.entry(root).or_insert(patches.len());
            if at == patches.len() {
                let key = keys[face as usize];
                patches.push(Patch { key, faces: Vec::new(), twice_area: 0, beside: Vec::new() });
            }
            patches[at].faces.push(face);
            patches[at].twice_area += map.twice_area[face as usize];
        }
        for e in 0..map.ends.len() {
            let (l, r) = (map.face[2 * e], map.face[2 * e + 1]);
            if sets.find(l) == sets.find(r) {
                continue;
            }
            for (own, other) in [(l, r), (r, l)] {
                if let Some(&at) = names.get(&sets.find(own)) {
                    patches[at].beside.push((other, map.length(e)));
                }
            }
        }
        patches
    }
}

/// Connected faces.
struct Patch<K> {
    key: K,
    faces: Vec<u32>,
    twice_area: i128,
    /// The faces across its edges, with the length of each edge.
    beside: Vec<(u32, f64)>,
}

impl<K> Patch<K> {
    /// Twice the area by the outline, mm.
    fn width(&self) -> f64 {
        let outline: f64 = self.beside.iter().map(|edge| edge.1).sum();
        if outline > 0.0 { self.twice_area as f64 / outline } else { f64::MAX }
    }
}

/// The areas that wind around each face, ascending.
fn windings(map: &Planar, noded: &Noded) -> Vec<Vec<u32>> {
    let mut over: Vec<Option<BTreeMap<u32, i32>>> = vec![None; map.faces()];
    over[OUTSIDE as usize] = Some(BTreeMap::new());
    let mut queue = VecDeque::from([OUTSIDE]);
    while let Some(face) = queue.pop_front() {
        for &h in map.around(face) {
            let other = map.face[(h ^ 1) as usize];
            if over[other as usize].is_some() {
                continue;
            }
            let mut cover = over[face as usize].clone().unwrap_or_default();
            for origin in noded.origins(h as usize / 2) {
                let along = origin.forward == (h % 2 == 0);
                let turns = cover.entry(origin.tag).or_default();
                *turns += if along { -1 } else { 1 };
                if *turns == 0 {
                    cover.remove(&origin.tag);
                }
            }
            over[other as usize] = Some(cover);
            queue.push_back(other);
        }
    }
    over.into_iter()
        .map(|cover| {
            cover
                .unwrap_or_default()
                .into_iter()
                .filter(|(_, turns)| *turns > 0)
                .map(|(tag, _)| tag)
                .collect()
        })
        .collect()
}

/// What became of the land between the outlines before and after: gaps and overlaps, and how much else changed hands.
fn ledger(areas: &[Vec<Polygon>], outlines: &[Vec<Polygon>], tolerance: f64) -> (Vec<Finding>, f64) {
    let n = areas.len() as u32;
    let rings: Vec<Vec<Vec<Point>>> =
        areas.iter().chain(outlines).map(|area| area.iter().flat_map(directed).collect()).collect();
    let laid = Covered::new(&rings);
    // Faces by who claims them and who has them; equal sets get equal numbers.
    let mut names: BTreeMap<(Vec<u32>, Option<u32>), u32> = BTreeMap::new();
    let mut keys: Vec<u32> = Vec::with_capacity(laid.over.len());
    for over in &laid.over {
        let claims: Vec<u32> = over.iter().copied().filter(|&tag| tag < n).collect();
        let has = over.iter().copied().find(|&tag| tag >= n).map(|tag| tag - n);
        let next = names.len() as u32;
        keys.push(*names.entry((claims, has)).or_insert(next));
    }
    let kinds: BTreeMap<u32, &(Vec<u32>, Option<u32>)> =
        names.iter().map(|(kind, &key)| (key, kind)).collect();
    let mut findings = Vec::new();
    let mut moved = 0i128;
    for patch in laid.patches(&keys) {
        let Some((claims, has)) = kinds.get(&patch.key) else { continue };
        let flaw = match (claims.as_slice(), has) {
            ([], _) => Flaw::Gap,
            ([own], Some(has)) if own == has => continue,
            ([_], _) => {
                moved += patch.twice_area;
                continue;
            }
            _ => Flaw::Overlap,
        };
        // A hole the size of a street block is no gap, it is land.
        let wide = flaw == Flaw::Gap && has.is_none() && patch.width() > 20.0 * tolerance.max(100.0);
        if patch.twice_area < NOTABLE || wide {
            continue;
        }
        let mut around: Vec<u32> = if claims.is_empty() {
            let beside = patch.beside.iter().filter_map(|edge| kinds.get(&keys[edge.0 as usize]));
            beside.flat_map(|(claims, _)| claims.iter().copied()).collect()
        } else {
            claims.clone()
        };
        around.sort_unstable();
        around.dedup();
        let inner = patch
            .faces
            .iter()
            .max_by_key(|&&face| (laid.map.twice_area[face as usize], std::cmp::Reverse(face)));
        let at = inner.map_or(Point::default(), |&face| {
            let corner = || laid.map.around(face).first().map(|&h| laid.map.ends_of(h).0);
            lattice_point(&laid.map, face).or_else(corner).unwrap_or_default()
        });
        findings.push(Finding {
            flaw,
            areas: around,
            given_to: *has,
            area_m2: patch.twice_area as f64 / 2e6,
            width_m: patch.width() / 1e3,
            at,
        });
    }
    findings.sort_by_key(|finding| (finding.at, finding.flaw));
    (findings, moved as f64 / 2e6)
}
