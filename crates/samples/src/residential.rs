//! Residential compounds: slabs in rows, towers around a garden, and mixtures of both.

use crate::block::{Block, EAST, NORTH, SOUTH, WEST};
use crate::house::{Draft, Dwellings, Role, slab, tower};
use crate::plane::{V, oval, rect, v};
use crate::site::{Site, SiteGate};
use lifang_model::{BuildingUse, LandCover, StreetClass};
use rand::Rng;
use rand_chacha::ChaCha8Rng;

/// What a compound is made of.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    /// Slabs of six and seven floors.
    Slabs,
    /// Slabs, and older point blocks in the north.
    Old,
    /// Towers around a garden.
    Towers,
    /// Towers in the north, slabs in the south.
    Mixed,
}

/// A compound to be drawn.
pub(crate) struct Compound {
    pub style: Style,
    /// By side: whether there is a gate and whether it is open.
    pub gates: [Option<bool>; 4],
    /// Sides along which shops are built.
    pub shops: [bool; 4],
    /// A school in the north-east corner.
    pub school: bool,
    /// A kindergarten or an elder home among the slabs.
    pub extra: Option<Role>,
    /// A pond in the garden.
    pub pond: bool,
}

/// Deepest row of shops with its pavement.
const SHOP_STRIP: f64 = 13.0;

/// Draws a compound.
pub(crate) fn draw(site: &mut Site, block: &Block, rng: &mut ChaCha8Rng, plan: &Compound) {
    match plan.style {
        Style::Towers => towers(site, block, rng, plan),
        Style::Slabs | Style::Old | Style::Mixed => rows(site, block, rng, plan),
    }
}

fn ways_in(site: &mut Site, block: &Block, plan: &Compound, towards: [V; 4]) {
    for side in [SOUTH, EAST, NORTH, WEST] {
        if let Some(open) = plan.gates[side] {
            let at = if open {
                site.way_in(block, side, towards[side], StreetClass::Service)
            } else {
                site.closed_gate(block, side, towards[side])
            };
            site.gates.push(SiteGate { at, open });
        }
    }
}

/// Low shops along the streets, before anything else takes the ground.
fn shops(site: &mut Site, rng: &mut ChaCha8Rng, plan: &Compound) {
    for side in [SOUTH, EAST, NORTH, WEST] {
        if !plan.shops[side] {
            continue;
        }
        let length = crate::plane::length(&site.sides[side]);
        let mut at = rng.random_range(4.0..12.0);
        while at + 16.0 < length {
            let run = rng.random_range(16.0..34.0f64).min(length - at - 3.0);
            let depth = rng.random_range(8.0..10.0);
            let levels = rng.random_range(1..=3);
            // A shorter one where the whole would stand in a gateway.
            let built = [run, 14.0].into_iter().find(|&run| {
                let (ring, door, _) = site.front(side, at, at + run, 0.8, depth);
                let draft = Draft::new(ring, Role::Shop, BuildingUse::Commercial, levels)
                    .trading(run / 6.0 * f64::from(levels.min(2)))
                    .doors(vec![door]);
                site.build(draft, 0.5, 2.5)
            });
            at += built.map_or(2.0, |run| run + rng.random_range(3.0..7.0));
        }
    }
}

fn rows(site: &mut Site, block: &Block, rng: &mut ChaCha8Rng, plan: &Compound) {
    let spine = rng.random_range(-14.0..14.0);
    let (south, north) = site.column(spine);
    let clear = |side: usize| if plan.shops[side] { SHOP_STRIP + 5.0 } else { 7.0 };
    let (y_first, y_last) = (south + clear(SOUTH), north - clear(NORTH));
    let depth = rng.random_range(11.4..12.8);
    let unit = rng.random_range(14.6..16.4);
    // Seven floors are 20.3 m high; the distance between rows is at least nine tenths of that.
    let least = depth + 18.6;
    let count = (((y_last - 8.0 - depth - y_first) / least).floor().max(0.0) as usize) + 1;
    let pitch = if count > 1 {
        ((y_last - 8.0 - depth - y_first) / (count - 1) as f64).min(least + 9.0)
    } else {
        least
    };
    // Towers take the depth of the last two rows, behind the lane they are reached by.
    let rows = if plan.style == Style::Mixed && count > 2 { count - 1 } else { count };
    let tower_row = |row: usize| plan.style == Style::Mixed && row + 1 == rows;
    let lane_of = |row: usize| y_first + pitch * row as f64 + if tower_row(row) { 1.0 } else { depth + 5.2 };
    let lanes: Vec<f64> = (0..rows).map(lane_of).collect();
    let foot = v(spine, (south + 9.0).min(lanes[0] - 4.0));
    // The spine ends at its last lane where the wall is near.
    let last = lanes[rows - 1];
    let head = v(spine, if north - 9.0 > last + 1.0 { north - 9.0 } else { last });
    let gate_row = rows / 2;
    let (west, east) = site.span(lanes[gate_row] - 3.0, lanes[gate_row] + 3.0, 9.0);
    ways_in(site, block, plan, [foot, v(east, lanes[gate_row]), head, v(west, lanes[gate_row])]);
    let mut line = vec![foot];
    line.extend(lanes.iter().map(|&y| v(spine, y)));
    if head.y > last {
        line.push(head);
    }
    site.lane(line, StreetClass::Service);
    shops(site, rng, plan);
    if plan.school {
        school(site);
    }
    if let Some(role) = plan.extra {
        let (_, east) = site.span(y_first, y_first + 15.0, clear(EAST));
        public_house(site, role, v(east - 36.0, y_first));
    }
    let bays = rng.random_bool(0.5);
    for (row, &lane) in lanes.iter().enumerate() {
        let (kind, y) = match plan.style {
            Style::Mixed if tower_row(row) => (RowKind::Towers, lane + 7.0),
            Style::Old if row + 1 == rows => (RowKind::Points, y_first + pitch * row as f64),
            _ => (RowKind::Slabs { unit, depth, bays }, y_first + pitch * row as f64),
        };
        let reach = row_of_homes(site, rng, plan, kind, y, row as u32, spine);
        lane_to_gates(site, plan, lane, spine, gate_row == row, reach);
    }
}

/// The lane north of a row, from its first door to its last, and on to the side gates.
fn lane_to_gates(site: &mut Site, plan: &Compound, y: f64, spine: f64, gates: bool, reach: (f64, f64)) {
    let (west, east) = site.span(y - 3.0, y + 3.0, 9.0);
    let west = if gates && plan.gates[WEST] == Some(true) { west } else { reach.0.max(west) };
    let east = if gates && plan.gates[EAST] == Some(true) { east } else { reach.1.min(east) };
    for end in [west, east] {
        if (end - spine).abs() > 6.0 {
            site.lane(vec![v(spine, y), v(end, y)], StreetClass::Service);
        }
    }
}

#[derive(Copy, Clone, PartialEq)]
enum RowKind {
    Slabs { unit: f64, depth: f64, bays: bool },
    Points,
    Towers,
}

/// Fills a row on both sides of the spine; returns the outermost doors.
fn row_of_homes(
    site: &mut Site,
    rng: &mut ChaCha8Rng,
    plan: &Compound,
    kind: RowKind,
    y: f64,
    row: u32,
    spine: f64,
) -> (f64, f64) {
    let deep = match kind {
        RowKind::Slabs { depth, .. } => depth,
        RowKind::Points => 13.0,
        RowKind::Towers => 23.0,
    };
    let edge = |side: usize| if plan.shops[side] { SHOP_STRIP + 4.5 } else { 6.0 };
    let (west, _) = site.span(y, y + deep, edge(WEST));
    let (_, east) = site.span(y, y + deep, edge(EAST));
    let mut reach = (spine, spine);
    let mut place = 0;
    for (from, to) in [(west, spine - 6.5), (spine + 6.5, east)] {
        let widths = pack(rng, kind, to - from);
        let used: f64 = widths.iter().sum();
        // What is left over goes into the gaps, up to a width where it would look empty.
        let gap = ((to - from - used) / (widths.len().max(2) - 1) as f64).clamp(7.0, 15.0);
        let mut x = from
            + rng.random_range(0.0..1.0)
                * (to - from - used - gap * (widths.len().max(1) - 1) as f64).max(0.0);
        for width in widths {
            let draft = home(rng, plan, kind, v(x, y), width);
            // The walk goes through rows to and fro, so that neighbours in it touch on the ground.
            let order = row * 1000 + if row.is_multiple_of(2) { place } else { 999 - place };
            place += 1;
            let doors = draft.doors.clone();
            let (lo, hi) = crate::plane::extent(&draft.ring);
            // Where a bent street comes too near, the building steps back a little.
            let built = [0.0, -1.5, 1.5, -3.0, -4.5].into_iter().find(|&dy| {
                let ring = draft.ring.iter().map(|p| v(p.x, p.y + dy)).collect();
                let doors = draft.doors.iter().map(|p| v(p.x, p.y + dy)).collect();
                site.build(Draft { order, ring, doors, ..draft.clone() }, 2.5, 5.0)
            });
            if let Some(dy) = built {
                let (lo, hi) = (v(lo.x, lo.y + dy), v(hi.x, hi.y + dy));
                for door in &doors {
                    reach = (reach.0.min(door.x), reach.1.max(door.x));
                }
                let garden = rect(v(lo.x + 1.0, lo.y - 6.0), v(hi.x - 1.0, lo.y - 1.6));
                if matches!(kind, RowKind::Slabs { .. }) && site.free(&garden, 1.5, 0.5) {
                    site.lawn(garden, LandCover::Green);
                }
            }
            x += width + gap;
        }
    }
    reach
}

/// Widths of the buildings that fill a length, at least 7 m apart.
fn pack(rng: &mut ChaCha8Rng, kind: RowKind, length: f64) -> Vec<f64> {
    match kind {
        RowKind::Slabs { unit, .. } => {
            let fit = |slabs: usize| ((length - 7.0 * (slabs as f64 - 1.0)) / unit).floor().max(0.0) as usize;
            let Some(least) = (1..12).find(|&slabs| fit(slabs) <= 4 * slabs) else { return Vec::new() };
            let slabs =
                if rng.random_bool(0.3) && fit(least + 1) >= 2 * (least + 1) { least + 1 } else { least };
            let units = fit(slabs);
            if units < 2 * slabs {
                return Vec::new();
            }
            let mut parts = vec![units / slabs; slabs];
            for _ in 0..units % slabs {
                let open: Vec<usize> = (0..slabs).filter(|&i| parts[i] == units / slabs).collect();
                parts[open[rng.random_range(0..open.len())]] += 1;
            }
            parts.into_iter().map(|n| unit * n as f64).collect()
        }
        RowKind::Points => vec![19.0; ((length + 8.0) / 27.0).floor().max(0.0) as usize],
        RowKind::Towers => vec![27.0; ((length + 12.0) / 40.0).floor().max(0.0) as usize],
    }
}

fn home(rng: &mut ChaCha8Rng, plan: &Compound, kind: RowKind, at: V, width: f64) -> Draft {
    match kind {
        RowKind::Slabs { unit, depth, bays } => {
            let units = ((width / unit).round() as u16).max(1);
            let (ring, doors) = slab(at, units, unit, depth, bays);
            let dwellings = Dwellings { units, per_floor: 2, shop_floors: 0, floors: (6, 7) };
            let old = plan.style == Style::Old;
            let mut draft =
                Draft::new(ring, Role::Home, BuildingUse::Residential, 6).homes(dwellings, 0).doors(doors);
            draft.household_size = if old { 2.6 } else { 2.9 } + rng.random_range(-0.15..0.15);
            draft.elders = if old { 0.30 } else { 0.23 } + rng.random_range(-0.04..0.04);
            draft.children = if old { 0.10 } else { 0.14 } + rng.random_range(-0.03..0.03);
            draft
        }
        RowKind::Points => {
            let ring = rect(at, v(at.x + 19.0, at.y + 13.0));
            let door = v(at.x + 9.5, at.y + 13.0);
            let dwellings = Dwellings { units: 1, per_floor: 4, shop_floors: 0, floors: (7, 11) };
            let mut draft = Draft::new(ring, Role::Home, BuildingUse::Residential, 9)
                .homes(dwellings, 0)
                .doors(vec![door]);
            draft.elders = 0.27 + rng.random_range(-0.04..0.04);
            draft.household_size = 2.7;
            draft
        }
        RowKind::Towers => {
            let back = rng.random_range(0.0..8.0);
            tower_home(rng, v(at.x + 13.5, at.y + 11.5 + back), false)
        }
    }
}

/// A tower; `tall` ones have 26 to 33 floors, others may be anything from 18 to 25.
fn tower_home(rng: &mut ChaCha8Rng, centre: V, tall: bool) -> Draft {
    let (ring, doors) = tower(centre, 27.0, 23.0);
    let floors = if tall { (26, 33) } else { (18, 25) };
    let dwellings = Dwellings { units: 1, per_floor: 4, shop_floors: 0, floors };
    let mut draft =
        Draft::new(ring, Role::Home, BuildingUse::Residential, 24).homes(dwellings, 0).doors(doors);
    draft.household_size = 3.05 + rng.random_range(-0.1..0.1);
    draft.elders = 0.17 + rng.random_range(-0.03..0.03);
    draft.children = 0.17 + rng.random_range(-0.02..0.02);
    draft
}

fn towers(site: &mut Site, block: &Block, rng: &mut ChaCha8Rng, plan: &Compound) {
    // The ring road inside the wall, behind the shops.
    let ring: Vec<V> = site.outline.iter().map(|p| p.scale(1.0 - 15.5 / p.len().max(40.0))).collect();
    let (lo, hi) = crate::plane::extent(&ring);
    let nearest = |p: V| ring.iter().copied().min_by(|a, b| a.dist(p).total_cmp(&b.dist(p))).unwrap_or(p);
    let aims = [v(0.0, lo.y), v(hi.x, 0.0), v(0.0, hi.y), v(lo.x, 0.0)].map(nearest);
    ways_in(site, block, plan, aims);
    let mut closed = ring.clone();
    closed.push(ring[0]);
    site.lane(closed, StreetClass::Service);
    shops(site, rng, plan);
    let (gx, gy) =
        ((hi.x - lo.x) * rng.random_range(0.17..0.20), (hi.y - lo.y) * rng.random_range(0.15..0.18));
    let heart = v(rng.random_range(-6.0..6.0), rng.random_range(-6.0..6.0));
    let lawn = oval(heart, gx, gy, 36);
    site.reserve(&lawn);
    if plan.pond {
        let mut pond = oval(heart.add(v(-gx * 0.2, 0.0)), gx * 0.45, gy * 0.5, 28);
        pond.reverse();
        site.lawns
            .push(crate::site::Lawn { ring: pond, cover: LandCover::Water, name: Some("镜湖".into()) });
    }
    let rows = (((hi.y - lo.y - 36.0) / 47.0).floor().max(1.0)) as u32 + 1;
    let pitch = (hi.y - lo.y - 36.0) / f64::from(rows - 1).max(1.0);
    for row in 0..rows {
        let y = lo.y + 18.0 + pitch * f64::from(row);
        let mut x = lo.x + 20.0 + if row.is_multiple_of(2) { 0.0 } else { 18.0 } + rng.random_range(0.0..5.0);
        let mut place = 0;
        while x < hi.x - 18.0 {
            let tall = row > 0 && rng.random_bool(0.45);
            let order = row * 1000 + if row.is_multiple_of(2) { place } else { 999 - place };
            place += 1;
            // The road inside the wall may bend into the row: step away from it.
            let built = [0.0, 3.0, -3.0, 6.0, -6.0, 9.0, -9.0].iter().any(|dy| {
                let draft = Draft { order, ..tower_home(rng, v(x, y + dy), tall) };
                site.build(draft, 9.0, 9.0)
            });
            x += if built { rng.random_range(42.0..47.0) } else { 4.0 };
        }
    }
    paths(site, &lawn, &ring);
    site.lawn(lawn, LandCover::Green);
}

/// A path around the lawn, and paths from it to the ring road where nothing stands in the way.
fn paths(site: &mut Site, lawn: &[V], ring: &[V]) {
    let step = lawn.len() / 6;
    let to_ring = |from: V| ring.iter().copied().min_by(|a, b| a.dist(from).total_cmp(&b.dist(from)));
    let ways: Vec<Vec<V>> = (0..6)
        .filter_map(|k| Some(vec![lawn[k * step], to_ring(lawn[k * step])?]))
        .filter(|way| site.walkable(way[0], way[1]))
        .collect();
    // A path that could not be reached would be no path.
    if !ways.is_empty() {
        let mut round = lawn.to_vec();
        round.push(lawn[0]);
        site.lane(round, StreetClass::Footway);
    }
    for way in ways {
        site.lane(way, StreetClass::Footway);
    }
}

/// A school with its pitch in the north-east corner; its door is on the street in the east.
fn school(site: &mut Site) {
    let (_, north) = site.column(50.0);
    for step in 0..24 {
        let top = north - 5.0 - f64::from(step) * 1.5;
        let (_, east) = site.span(top - 78.0, top, 4.0);
        let lo = v(east - 68.0, top - 78.0);
        let plot = rect(lo, v(east, top));
        if !site.free(&plot, 2.0, 4.0) {
            continue;
        }
        let pitch = rect(v(lo.x + 3.0, lo.y + 3.0), v(lo.x + 36.0, lo.y + 60.0));
        let wing = crate::house::ell(v(lo.x + 41.0, lo.y + 6.0), v(east - 2.0, top - 3.0), 12.0, true, true);
        let door = v(east - 2.0, lo.y + 40.0);
        let main =
            Draft::new(wing, Role::School, BuildingUse::Public, 4).doors(vec![door]).named("太平街小学");
        let hall = rect(v(lo.x + 6.0, lo.y + 64.0), v(lo.x + 34.0, top - 2.0));
        let side = v(lo.x + 34.0, lo.y + 66.0);
        let hall = Draft::new(hall, Role::Hall, BuildingUse::Public, 2).doors(vec![side]).named("体育馆");
        site.build(main, 1.0, 1.0);
        site.build(hall, 1.0, 1.0);
        site.reserve(&plot);
        site.lawn(pitch, LandCover::Pitch);
        break;
    }
}

/// A kindergarten, an elder home or the like, with a small yard in the south, as deep as a row of slabs.
fn public_house(site: &mut Site, role: Role, at: V) {
    let (levels, name) = match role {
        Role::Kindergarten => (3, "幼儿园"),
        Role::ElderHome => (4, "养老服务中心"),
        _ => (2, "社区用房"),
    };
    // The street in the east may bend into the row.
    for step in 0..12 {
        let at = v(at.x - f64::from(step) * 2.0, at.y + 2.0);
        let house = rect(v(at.x, at.y + 3.0), v(at.x + 34.0, at.y + 15.0));
        let doors = vec![v(at.x + 17.0, at.y + 15.0)];
        let draft = Draft::new(house, role, BuildingUse::Public, levels).doors(doors).named(name);
        if site.build(draft, 2.0, 4.0) {
            let yard = rect(v(at.x, at.y - 2.0), v(at.x + 34.0, at.y + 2.4));
            if site.free(&yard, 0.5, 0.3) {
                site.lawn(yard, LandCover::Pitch);
            }
            return;
        }
    }
}
