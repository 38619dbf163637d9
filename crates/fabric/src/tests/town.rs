//! Territories for tests.

use lifang_model::{
    Building, BuildingUse, Demand, FootAccess, Frame, Point, Polygon, Ring, Sources, Street, StreetClass,
    Territory,
};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

pub(crate) fn ring(points: &[(i32, i32)]) -> Ring {
    Ring(points.iter().copied().map(Point::from).collect())
}

pub(crate) fn polygon(points: &[(i32, i32)]) -> Polygon {
    Polygon { outer: ring(points), holes: Vec::new() }
}

pub(crate) fn rectangle(x: i32, y: i32, w: i32, h: i32) -> Polygon {
    polygon(&[(x, y), (x + w, y), (x + w, y + h), (x, y + h)])
}

pub(crate) fn building(code: &str, outline: Vec<Polygon>, households: u32) -> Building {
    Building {
        code: code.to_owned(),
        name: None,
        outline,
        use_: BuildingUse::Residential,
        levels: None,
        units: None,
        compound: None,
        demand: Demand { households, persons: 2 * households, ..Demand::default() },
        sources: Sources::GIVEN,
        entrances: Vec::new(),
        storeys: Vec::new(),
    }
}

pub(crate) fn street(class: StreetClass, line: &[(i32, i32)]) -> Street {
    Street {
        code: format!("{line:?}"),
        name: None,
        class,
        line: line.iter().copied().map(Point::from).collect(),
        layer: 0,
        bridge: false,
        tunnel: false,
        foot: FootAccess::Yes,
        traffic: Default::default(),
    }
}

pub(crate) fn territory(boundary: Vec<Polygon>, buildings: Vec<Building>) -> Territory {
    Territory {
        name: "test".to_owned(),
        code: String::new(),
        frame: Frame { crs: None, origin: (0.0, 0.0), source: None },
        boundary,
        buildings,
        compounds: Vec::new(),
        streets: Vec::new(),
        barriers: Vec::new(),
        areas: Vec::new(),
        cuts: Vec::new(),
        facilities: Vec::new(),
        faults: Vec::new(),
    }
}

/// A rotated rectangle, mm.
pub(crate) fn turned(cx: f64, cy: f64, w: f64, h: f64, angle: f64) -> Polygon {
    let (s, c) = angle.sin_cos();
    let at = |x: f64, y: f64| ((cx + x * c - y * s).round() as i32, (cy + x * s + y * c).round() as i32);
    let (w, h) = (w / 2.0, h / 2.0);
    polygon(&[at(-w, -h), at(w, -h), at(w, h), at(-w, h)])
}

/// A town of `n` buildings on slanted ground: blocks between streets, slabs, courtyards, Ls, rows that share walls.
pub(crate) fn town(n: usize, seed: u64) -> Territory {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let side = (n as f64).sqrt().ceil() as i32;
    let pitch = 30_000.0;
    let slant = 0.1;
    let turn = |x: f64, y: f64| {
        (x * f64::cos(slant) - y * f64::sin(slant), x * f64::sin(slant) + y * f64::cos(slant))
    };
    let at = |x: f64, y: f64| {
        let (x, y) = turn(x, y);
        (x.round() as i32, y.round() as i32)
    };
    let size = f64::from(side) * pitch;
    let boundary = polygon(&[
        at(-10_000.0, -10_000.0),
        at(size + 5_000.0, -9_000.0),
        at(size, size + 3_000.0),
        at(-9_000.0, size),
    ]);
    let mut buildings = Vec::new();
    for k in 0..n as i32 {
        let (i, j) = (f64::from(k % side), f64::from(k / side));
        let (x, y) = ((i + 0.5) * pitch, (j + 0.5) * pitch);
        let (dx, dy) = (random.random_range(-2_000.0..2_000.0), random.random_range(-2_000.0..2_000.0));
        let (w, h) = (random.random_range(8_000.0..18_000.0), random.random_range(6_000.0..14_000.0));
        let (cx, cy) = turn(x + dx, y + dy);
        let outline = match k % 7 {
            0 => {
                let mut block = turned(cx, cy, w, h, slant);
                block.holes.push(turned(cx, cy, w / 2.0, h / 2.0, slant).outer);
                block.holes[0].0.reverse();
                vec![block]
            }
            1 => vec![turned(cx, cy, w, h / 2.0, slant), turned(cx, cy, h / 2.0, h, slant)],
            2 => vec![turned(cx, cy, pitch, 8_000.0, slant)],
            _ => vec![turned(cx, cy, w, h, slant + random.random_range(-0.3..0.3))],
        };
        buildings.push(building(&format!("b{k}"), outline, random.random_range(0..60)));
    }
    let mut territory = territory(vec![boundary], buildings);
    for i in (0..=side).step_by(5) {
        let c = f64::from(i) * pitch;
        let class = if i % 20 == 0 { StreetClass::Primary } else { StreetClass::Residential };
        let (a, b) = (at(c, -30_000.0), at(c + 700.0, size + 30_000.0));
        territory.streets.push(street(class, &[a, b]));
        let (a, b) = (at(-30_000.0, c), at(size + 30_000.0, c - 900.0));
        territory.streets.push(street(class, &[a, b]));
    }
    territory
}
