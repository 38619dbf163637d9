//! The surroundings: blocks beyond the border, drawn with less detail and without people.

use crate::block::Block;
use crate::house::{Draft, Role, ell, horseshoe, tower};
use crate::plane::{V, extent, oval, rect, v};
use crate::site::{Lawn, Site};
use lifang_model::{BuildingUse, LandCover, StreetClass};
use rand::Rng;
use rand_chacha::ChaCha8Rng;

/// What a block of the surroundings is.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Scene {
    Slabs,
    Towers,
    OldTown,
    Works,
    School,
    Hospital,
    Park,
}

impl Scene {
    pub fn pick(rng: &mut ChaCha8Rng) -> Self {
        match rng.random_range(0..100) {
            0..36 => Self::Slabs,
            36..58 => Self::Towers,
            58..76 => Self::OldTown,
            76..84 => Self::Works,
            84..90 => Self::School,
            90..93 => Self::Hospital,
            _ => Self::Park,
        }
    }
}

/// Draws a scene.
pub(crate) fn draw(site: &mut Site, block: &Block, rng: &mut ChaCha8Rng, scene: Scene) {
    match scene {
        Scene::Slabs => bars(site, rng, (11.5, 13.0), (34.0, 62.0), 32.0, BuildingUse::Residential),
        Scene::Works => bars(site, rng, (22.0, 34.0), (40.0, 80.0), 46.0, BuildingUse::Industrial),
        Scene::OldTown => old_town(site, rng),
        Scene::Towers => towers(site, rng),
        Scene::School => campus(site, rng, BuildingUse::Public, Role::School),
        Scene::Hospital => campus(site, rng, BuildingUse::Public, Role::Hall),
        Scene::Park => park(site, block, rng),
    }
}

fn plain(ring: Vec<V>, role: Role, use_: BuildingUse, levels: u16) -> Draft {
    let (lo, hi) = extent(&ring);
    Draft::new(ring, role, use_, levels).doors(vec![v((lo.x + hi.x) / 2.0, lo.y)])
}

fn bars(
    site: &mut Site,
    rng: &mut ChaCha8Rng,
    depth: (f64, f64),
    length: (f64, f64),
    pitch: f64,
    use_: BuildingUse,
) {
    let (lo, hi) = extent(&site.outline);
    let mut y = lo.y + rng.random_range(8.0..16.0);
    while y + depth.1 < hi.y - 4.0 {
        let deep = rng.random_range(depth.0..depth.1);
        let (west, east) = site.span(y, y + deep, 6.0);
        let mut x = west + rng.random_range(0.0..8.0);
        while x + length.0 < east {
            let long = rng.random_range(length.0..length.1).min(east - x);
            let ring = rect(v(x, y), v(x + long, y + deep));
            let levels = if use_ == BuildingUse::Industrial { 1 } else { rng.random_range(5..=8) };
            let role = if use_ == BuildingUse::Industrial { Role::Hall } else { Role::Home };
            if !rng.random_bool(0.08) {
                site.build(plain(ring, role, use_, levels), 3.0, 6.0);
            }
            x += long + rng.random_range(8.0..16.0);
        }
        y += pitch + rng.random_range(0.0..5.0);
    }
}

fn towers(site: &mut Site, rng: &mut ChaCha8Rng) {
    let (lo, hi) = extent(&site.outline);
    let lawn = oval(v(0.0, 0.0), (hi.x - lo.x) * 0.17, (hi.y - lo.y) * 0.14, 28);
    site.reserve(&lawn);
    let (mut y, mut odd) = (lo.y + 24.0, false);
    while y < hi.y - 20.0 {
        let mut x = lo.x + 24.0 + if odd { 22.0 } else { 0.0 };
        while x < hi.x - 20.0 {
            let (ring, _) = tower(v(x, y), 27.0, 23.0);
            site.build(
                plain(ring, Role::Home, BuildingUse::Residential, rng.random_range(16..=33)),
                7.0,
                14.0,
            );
            x += rng.random_range(46.0..54.0);
        }
        y += rng.random_range(46.0..52.0);
        odd = !odd;
    }
    site.lawn(lawn, LandCover::Green);
}

fn old_town(site: &mut Site, rng: &mut ChaCha8Rng) {
    // Houses along the four streets, and small ones inside.
    for side in 0..4 {
        let whole = crate::plane::length(&site.sides[side]);
        let mut at = 2.0 + rng.random_range(0.0..6.0);
        while at + 10.0 < whole {
            let run = rng.random_range(9.0..26.0f64).min(whole - at - 1.0);
            let (ring, _, _) = site.front(side, at, at + run, 1.5, rng.random_range(9.0..14.0));
            let draft = plain(ring, Role::Terrace, BuildingUse::Mixed, rng.random_range(2..=5));
            at += if site.build(draft, 0.8, 1.4) { run + rng.random_range(1.5..6.0) } else { 4.0 };
        }
    }
    let (lo, hi) = extent(&site.outline);
    let mut y = lo.y + 24.0;
    while y < hi.y - 24.0 {
        let mut x = lo.x + 24.0 + rng.random_range(0.0..8.0);
        while x < hi.x - 24.0 {
            let (w, h) = (rng.random_range(11.0..24.0), rng.random_range(9.0..14.0));
            let at = v(x, y + rng.random_range(-2.0..2.0));
            if rng.random_bool(0.8) {
                let ring = rect(at, v(at.x + w, at.y + h));
                site.build(
                    plain(ring, Role::Home, BuildingUse::Residential, rng.random_range(1..=4)),
                    3.0,
                    3.0,
                );
            }
            x += w + rng.random_range(4.0..12.0);
        }
        y += rng.random_range(19.0..24.0);
    }
}

fn campus(site: &mut Site, rng: &mut ChaCha8Rng, use_: BuildingUse, role: Role) {
    let (lo, hi) = extent(&site.outline);
    let (w, h) = (hi.x - lo.x, hi.y - lo.y);
    let levels = if role == Role::School { 5 } else { 12 };
    for shrink in 0..12 {
        let inset = 10.0 + f64::from(shrink) * 1.5;
        let (a, b) = (v(lo.x + inset, lo.y + inset), v(lo.x + w * 0.48, hi.y - inset));
        let ring = horseshoe(a, b, 15.0, rng.random_bool(0.5));
        if site.build(plain(ring, role, use_, levels), 3.0, 4.0) {
            break;
        }
    }
    for shrink in 0..12 {
        let inset = 10.0 + f64::from(shrink) * 1.5;
        let (a, b) = (v(lo.x + w * 0.56, lo.y + h * 0.62), v(hi.x - inset, hi.y - inset));
        if site.build(plain(ell(a, b, 14.0, true, true), Role::Hall, use_, levels.min(6)), 3.0, 4.0) {
            break;
        }
    }
    let field = rect(v(lo.x + w * 0.56, lo.y + 14.0), v(hi.x - 16.0, lo.y + h * 0.52));
    if site.free(&field, 3.0, 4.0) {
        let (c, r) = (
            v((field[0].x + field[2].x) / 2.0, (field[0].y + field[2].y) / 2.0),
            (field[2].x - field[0].x) / 2.0,
        );
        let track = oval(c, r, (field[2].y - field[0].y) / 2.0, 32);
        site.lawn(track, if role == Role::School { LandCover::Pitch } else { LandCover::Green });
    }
}

fn park(site: &mut Site, block: &Block, rng: &mut ChaCha8Rng) {
    let (lo, hi) = extent(&site.outline);
    let (w, h) = (hi.x - lo.x, hi.y - lo.y);
    let all = site.outline.iter().map(|p| p.scale(0.985)).collect();
    site.lawns.push(Lawn { ring: all, cover: LandCover::Green, name: Some("公园".into()) });
    let heart = v(w * rng.random_range(-0.1..0.1), h * rng.random_range(-0.1..0.1));
    let pond = oval(heart, w * 0.22, h * 0.2, 36);
    site.lawns.push(Lawn { ring: pond.clone(), cover: LandCover::Water, name: None });
    let round: Vec<V> = pond.iter().map(|p| heart.add(p.sub(heart).scale(1.35))).collect();
    for side in 0..4 {
        let middle = site.on_side(side, crate::plane::length(&site.sides[side]) / 2.0);
        let Some(end) = round.iter().copied().min_by(|a, b| a.dist(middle).total_cmp(&b.dist(middle))) else {
            continue;
        };
        site.way_in(block, side, end, StreetClass::Footway);
    }
    let mut closed = round.clone();
    closed.push(round[0]);
    site.lane(closed, StreetClass::Footway);
    let pavilion = rect(v(lo.x + 20.0, lo.y + 20.0), v(lo.x + 34.0, lo.y + 30.0));
    site.build(plain(pavilion, Role::Hall, BuildingUse::Public, 1), 3.0, 3.0);
}
