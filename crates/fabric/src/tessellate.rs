//! 围合细分 The second arrangement: every face gets its enclosure and its site.

use crate::FabricError;
use crate::chain::Line;
use crate::clip::{Outline, Piece};
use crate::ground::{Ground, NONE};
use crate::noding::{Noded, Segment, node};
use crate::planar::{OUTSIDE, Planar};
use crate::reuse::{Key, Reuse, key, place};
use crate::voronoi::{Wall, borders, walls};
use lifang_model::{BarrierClass, Extent, Fault, Progress, Severity};
use rayon::prelude::*;

/// What a face of the second arrangement is; like [`crate::ground::Land`], but all land near a site is the site's.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) struct Label {
    /// Its enclosure, [`NONE`] outside.
    pub(crate) enclosure: u32,
    /// The nearest site; [`NONE`] in an enclosure without sites, and on specks that could not be told.
    pub(crate) site: u32,
}

/// The second arrangement.
pub(crate) struct Tessellation {
    pub(crate) map: Planar,
    pub(crate) labels: Vec<Label>,
    /// What lies along each edge.
    pub(crate) barrier: Vec<BarrierClass>,
}

/// Where a segment of the second arrangement comes from, by its tag.
struct Tags<'a> {
    ground: &'a Ground,
    pieces: &'a [(u32, Piece)],
}

impl Tags<'_> {
    /// Labels left and right of the segment; the flag says whether the enclosure is certain.
    fn sides(&self, tag: u32) -> (Label, Label, bool) {
        let walls = self.ground.map.ends.len();
        match (tag as usize).checked_sub(walls) {
            None => {
                let land = |h: u32| {
                    let land = self.ground.land[self.ground.map.face[h as usize] as usize];
                    Label { enclosure: land.enclosure, site: land.site }
                };
                (land(2 * tag), land(2 * tag + 1), true)
            }
            Some(k) => {
                let (enclosure, piece) = &self.pieces[k];
                let label = |site| Label { enclosure: *enclosure, site };
                (label(piece.left), label(piece.right), false)
            }
        }
    }
}

/// Finds the lines between sites, enclosure by enclosure, and labels the faces they make.
pub(crate) fn tessellate(
    ground: &Ground,
    mut reuse: Option<&mut Reuse>,
    faults: &mut Vec<Fault>,
    progress: &dyn Progress,
) -> Result<Tessellation, FabricError> {
    let by_enclosure = Members::new(ground);
    progress.stage("tessellation", Some(u64::from(ground.enclosures)));
    let known = reuse.as_deref();
    let parts: Vec<Found> = (0..ground.enclosures)
        .into_par_iter()
        .map(|e| {
            if progress.cancelled() {
                return Found::default();
            }
            let result = pieces(ground, e, &by_enclosure, known);
            progress.advance(1);
            result
        })
        .collect();
    if progress.cancelled() {
        return Err(FabricError::Cancelled);
    }
    let failed: Vec<bool> = parts.iter().map(|found| found.failed).collect();
    let mut used = Vec::new();
    let mut all: Vec<(u32, Piece)> = Vec::new();
    for found in parts {
        all.extend(found.pieces);
        used.extend(found.used);
    }
    if let Some(reuse) = &mut reuse {
        reuse.keep(used.into_iter());
    }
    for e in (0..ground.enclosures).filter(|&e| failed[e as usize]) {
        faults.push(Fault::new(
            Severity::Warning,
            "B-106",
            format!("the land of enclosure {e} could not be divided by nearest wall"),
            "its buildings kept their footprints and the rest went to one of them; look for damaged outlines there",
        ));
    }

    let mut segments: Vec<Segment> = Vec::with_capacity(all.len() + ground.map.ends.len() / 4);
    for e in 0..ground.map.ends.len() as u32 {
        let land = |h: u32| ground.land[ground.map.face[h as usize] as usize];
        let (l, r) = (land(2 * e), land(2 * e + 1));
        let parted = l.site != r.site
            && ((l.site != NONE && r.site != NONE)
                || (l.enclosure == r.enclosure && l.enclosure != NONE && failed[l.enclosure as usize]));
        if l.enclosure != r.enclosure || parted {
            let (a, b) = ground.map.ends_of(2 * e);
            segments.push(Segment { a, b, tag: e });
        }
    }
    let base = ground.map.ends.len() as u32;
    segments.extend(all.iter().zip(base..).map(|((_, p), tag)| Segment { a: p.a, b: p.b, tag }));
    let mut noded = node(&segments);
    drop(segments);
    let tags = Tags { ground, pieces: &all };
    let barrier = (0..noded.ends.len()).into_par_iter().map(|e| barrier(ground, &noded, &tags, e)).collect();
    let map = Planar::new(std::mem::take(&mut noded.points), std::mem::take(&mut noded.ends));
    let labels = (0..map.faces() as u32)
        .into_par_iter()
        .map(|face| label(&map, &noded, &tags, &by_enclosure, face))
        .collect();
    Ok(Tessellation { map, labels, barrier })
}

/// The edges and sites of each enclosure.
struct Members {
    walls: Vec<Vec<u32>>,
    outline: Vec<Vec<u32>>,
    sites: Vec<Vec<u32>>,
}

impl Members {
    fn new(ground: &Ground) -> Self {
        let n = ground.enclosures as usize;
        let mut members =
            Self { walls: vec![Vec::new(); n], outline: vec![Vec::new(); n], sites: vec![Vec::new(); n] };
        for (i, site) in ground.sites.iter().enumerate() {
            members.sites[site.enclosure as usize].push(i as u32);
        }
        for e in 0..ground.map.ends.len() as u32 {
            let land = |h: u32| ground.land[ground.map.face[h as usize] as usize];
            let (l, r) = (land(2 * e), land(2 * e + 1));
            if l == r {
                continue;
            }
            // A wall between two sites of one enclosure is listed once, from its left.
            for (left, side, other) in [(true, l, r), (false, r, l)] {
                if side.enclosure == NONE {
                    continue;
                }
                let across = side.enclosure != other.enclosure;
                if across {
                    members.outline[side.enclosure as usize].push(e);
                }
                if side.site != NONE && (across || other.site == NONE || left) {
                    members.walls[side.enclosure as usize].push(e);
                }
            }
        }
        members
    }
}

/// What came of one enclosure.
#[derive(Default)]
struct Found {
    pieces: Vec<(u32, Piece)>,
    failed: bool,
    /// For the next build: what the lines follow from, and the lines unless they were known.
    used: Option<(Key, Option<Vec<Line>>)>,
}

/// The lines between the sites of one enclosure.
fn pieces(ground: &Ground, enclosure: u32, members: &Members, reuse: Option<&Reuse>) -> Found {
    let e = enclosure as usize;
    let sites = &members.sites[e];
    if sites.len() < 2 {
        return Found::default();
    }
    let walls: Vec<Wall> = walls(ground, enclosure, &members.walls[e]);
    let ends = members.outline[e].iter().chain(&members.walls[e]).flat_map(|&edge| {
        let (a, b) = ground.map.ends_of(2 * edge);
        [a, b]
    });
    let Some(Extent { min, max }) = Extent::of(ends) else { return Found::default() };
    let known = reuse.map(|reuse| (reuse, key(&walls, sites, min, max)));
    let before = known.as_ref().and_then(|(reuse, key)| reuse.get(key));
    let named = |at: u32| sites.get(at as usize).copied().unwrap_or(NONE);
    let lines = match before {
        Some(lines) => {
            let line =
                |line: &Line| Line { left: named(line.left), right: named(line.right), ..line.clone() };
            lines.iter().map(line).collect()
        }
        None => match borders(&walls, min, max) {
            Some(lines) => lines,
            None => return Found { failed: true, ..Found::default() },
        },
    };
    let outline = Outline::new(ground, enclosure, &members.outline[e]);
    let mut pieces = Vec::new();
    for line in &lines {
        outline.cut(line, &mut pieces);
    }
    let fresh = before.is_none();
    let used = known.map(|(_, key)| {
        let placed =
            |line: Line| Line { left: place(sites, line.left), right: place(sites, line.right), ..line };
        (key, fresh.then(|| lines.into_iter().map(placed).collect()))
    });
    Found { pieces: pieces.into_iter().map(|piece| (enclosure, piece)).collect(), failed: false, used }
}

/// What lies along an edge: the most severe limit; lines of equal distance are nothing.
fn barrier(ground: &Ground, noded: &Noded, tags: &Tags<'_>, edge: usize) -> BarrierClass {
    let mut class = BarrierClass::None;
    for origin in noded.origins(edge) {
        let (left, right, wall) = tags.sides(origin.tag);
        if wall && left.enclosure != right.enclosure {
            let outer = left.enclosure == NONE || right.enclosure == NONE;
            let least = if outer { BarrierClass::Admin } else { BarrierClass::None };
            class = class.max(ground.limit[origin.tag as usize].unwrap_or(least));
        }
    }
    class
}

/// The label of a face: what most of its outline, by length, says. On clean ground all of it agrees; where rounding
/// folded a strip thinner than a millimetre, the longer part wins.
fn label(map: &Planar, noded: &Noded, tags: &Tags<'_>, members: &Members, face: u32) -> Label {
    if face == OUTSIDE {
        return Label { enclosure: NONE, site: NONE };
    }
    let mut votes: Vec<(Label, bool, f64)> = Vec::new();
    for &h in map.around(face) {
        if map.face[(h ^ 1) as usize] == face {
            continue;
        }
        let length = map.length(h as usize / 2);
        for origin in noded.origins(h as usize / 2) {
            let (left, right, certain) = tags.sides(origin.tag);
            let vote = if origin.forward == (h % 2 == 0) { left } else { right };
            match votes.iter_mut().find(|v| v.0 == vote && v.1 == certain) {
                Some(v) => v.2 += length,
                None => votes.push((vote, certain, length)),
            }
        }
    }
    let total = |keep: &dyn Fn(&(Label, bool, f64)) -> bool| -> f64 {
        votes.iter().filter(|v| keep(v)).map(|v| v.2).sum()
    };
    let choose = |candidates: Vec<u32>, weight: &dyn Fn(u32) -> f64| {
        candidates
            .into_iter()
            .map(|c| (weight(c), c))
            .max_by(|p, q| p.0.total_cmp(&q.0).then(q.1.cmp(&p.1)))
            .map(|p| p.1)
    };
    let certain = votes.iter().any(|v| v.1);
    let enclosure = choose(votes.iter().filter(|v| v.1 == certain).map(|v| v.0.enclosure).collect(), &|e| {
        total(&|v| v.1 == certain && v.0.enclosure == e)
    })
    .unwrap_or(NONE);
    if enclosure == NONE {
        return Label { enclosure, site: NONE };
    }
    let near = |v: &(Label, bool, f64)| v.0.enclosure == enclosure && v.0.site != NONE;
    let site = choose(votes.iter().filter(|v| near(v)).map(|v| v.0.site).collect(), &|s| {
        total(&|v| near(v) && v.0.site == s)
    });
    let only = match members.sites[enclosure as usize].as_slice() {
        &[site] => site,
        _ => NONE,
    };
    Label { enclosure, site: site.unwrap_or(only) }
}
