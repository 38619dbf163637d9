//! One piece a cell: what lies apart from its building goes to the neighbour it has most border with.

use crate::dsu::Sets;
use crate::ground::{Ground, NONE};
use crate::tessellate::Tessellation;
use lifang_model::BarrierClass;
use rayon::prelude::*;
use std::collections::BTreeMap;

/// A cell before stacks are carved.
#[derive(Clone, Debug)]
pub(crate) struct Plot {
    /// The site, [`NONE`] on open land.
    pub(crate) site: u32,
    pub(crate) enclosure: u32,
}

/// Which plot each face of the second arrangement belongs to.
pub(crate) struct Plots {
    pub(crate) plots: Vec<Plot>,
    /// [`NONE`] outside.
    pub(crate) of_face: Vec<u32>,
    /// The face each site's anchor lies in, [`NONE`] without an anchor.
    pub(crate) of_anchor: Vec<u32>,
}

/// Pieces of open land in an enclosure with buildings smaller than this join a neighbour, twice mm2 (10 m2).
const SPECK: i128 = 20_000_000;

/// Joins faces to pieces and pieces to plots, so that every plot is connected through edges.
pub(crate) fn plots(ground: &Ground, tess: &Tessellation) -> Plots {
    let map = &tess.map;
    let mut sets = Sets::new(map.faces());
    for e in 0..map.ends.len() {
        let (l, r) = (map.face[2 * e], map.face[2 * e + 1]);
        if l != r && tess.labels[l as usize] == tess.labels[r as usize] {
            sets.join(l, r);
        }
    }
    // Pieces in order of their first face.
    let mut piece_of = vec![NONE; map.faces()];
    let mut pieces: Vec<(u32, i128)> = Vec::new();
    for face in 0..map.faces() as u32 {
        if tess.labels[face as usize].enclosure == NONE {
            continue;
        }
        let root = sets.find(face);
        if root == face {
            piece_of[face as usize] = pieces.len() as u32;
            pieces.push((face, 0));
        }
        let piece = piece_of[root as usize];
        piece_of[face as usize] = piece;
        pieces[piece as usize].1 += map.twice_area[face as usize];
    }

    let of_anchor: Vec<u32> = ground
        .sites
        .par_iter()
        .map(|site| site.anchor.map_or(NONE, |p| map.face_at((2 * i64::from(p.x), 2 * i64::from(p.y)))))
        .collect();
    let mains = mains(ground, tess, &piece_of, &pieces, &of_anchor);
    let mut plots = Vec::new();
    let mut plot_of = vec![NONE; pieces.len()];
    for piece in mains {
        let label = tess.labels[pieces[piece as usize].0 as usize];
        plot_of[piece as usize] = plots.len() as u32;
        plots.push(Plot { site: label.site, enclosure: label.enclosure });
    }
    let beside = beside(tess, &piece_of, &plot_of);
    loop {
        let mut changed = false;
        for piece in 0..pieces.len() {
            if plot_of[piece] != NONE {
                continue;
            }
            let enclosure = tess.labels[pieces[piece].0 as usize].enclosure;
            let mut shares: BTreeMap<u32, (BarrierClass, f64)> = BTreeMap::new();
            for &(other, class, length) in &beside[piece] {
                let plot = plot_of[other as usize];
                if plot != NONE && plots[plot as usize].enclosure == enclosure {
                    shares.entry(plot).or_insert((class, 0.0)).1 += length;
                }
            }
            if let Some(plot) = longest(&shares) {
                plot_of[piece] = plot;
                changed = true;
            }
        }
        if changed {
            continue;
        }
        // What touches no plot of its own enclosure joins one across the least severe line, or stands for itself.
        let Some(piece) = plot_of.iter().position(|&plot| plot == NONE) else { break };
        let mut shares: BTreeMap<u32, (BarrierClass, f64)> = BTreeMap::new();
        for &(other, class, length) in &beside[piece] {
            let plot = plot_of[other as usize];
            if plot != NONE {
                let share = shares.entry(plot).or_insert((class, 0.0));
                share.0 = share.0.min(class);
                share.1 += length;
            }
        }
        plot_of[piece] = longest(&shares).unwrap_or_else(|| {
            let enclosure = tess.labels[pieces[piece].0 as usize].enclosure;
            plots.push(Plot { site: NONE, enclosure });
            plots.len() as u32 - 1
        });
    }
    let of_face = piece_of.iter().map(|&p| if p == NONE { NONE } else { plot_of[p as usize] }).collect();
    Plots { plots, of_face, of_anchor }
}

/// The plot with the least severe and then longest common border.
fn longest(shares: &BTreeMap<u32, (BarrierClass, f64)>) -> Option<u32> {
    shares
        .iter()
        .min_by(|(i, (c, l)), (j, (d, m))| c.cmp(d).then(m.total_cmp(l)).then(i.cmp(j)))
        .map(|(&plot, _)| plot)
}

/// The piece each plot grows from: the one with the site's anchor, else its largest; on open land every piece.
fn mains(
    ground: &Ground,
    tess: &Tessellation,
    piece_of: &[u32],
    pieces: &[(u32, i128)],
    of_anchor: &[u32],
) -> Vec<u32> {
    let mut largest: Vec<(i128, u32)> = vec![(0, NONE); ground.sites.len()];
    let mut built = vec![false; ground.enclosures as usize];
    for site in &ground.sites {
        built[site.enclosure as usize] = true;
    }
    let mut out = Vec::new();
    for (piece, &(face, area)) in pieces.iter().enumerate() {
        let label = tess.labels[face as usize];
        if label.site == NONE {
            if !built[label.enclosure as usize] || area > SPECK {
                out.push(piece as u32);
            }
        } else if area > largest[label.site as usize].0 {
            largest[label.site as usize] = (area, piece as u32);
        }
    }
    for (i, &face) in of_anchor.iter().enumerate() {
        let own = face != NONE && tess.labels[face as usize].site == i as u32;
        let anchored = own.then(|| piece_of[face as usize]);
        // A site whose land vanished in rounding has no piece; it is carved a cell later.
        out.extend(Some(anchored.unwrap_or(largest[i].1)).filter(|&piece| piece != NONE));
    }
    out
}

/// For each piece without a plot its neighbours through an edge.
fn beside(tess: &Tessellation, piece_of: &[u32], plot_of: &[u32]) -> Vec<Vec<(u32, BarrierClass, f64)>> {
    let map = &tess.map;
    let mut beside = vec![Vec::new(); plot_of.len()];
    if !plot_of.contains(&NONE) {
        return beside;
    }
    let open = |piece: u32| plot_of[piece as usize] == NONE;
    for e in 0..map.ends.len() {
        let (l, r) = (piece_of[map.face[2 * e] as usize], piece_of[map.face[2 * e + 1] as usize]);
        if l != r && l != NONE && r != NONE && (open(l) || open(r)) {
            let length = map.length(e);
            for (own, other) in [(l, r), (r, l)] {
                if open(own) {
                    beside[own as usize].push((other, tess.barrier[e], length));
                }
            }
        }
    }
    beside
}
