//! Commercial circles: terraces of shops with homes above along the streets, malls, a market hall and a square inside.

use crate::block::{Block, EAST, NORTH, SOUTH, WEST};
use crate::house::{Draft, Dwellings, Role, ell, horseshoe};
use crate::plane::{V, length, oval, rect, v};
use crate::site::{Lawn, Site};
use lifang_model::{BuildingUse, LandCover, StreetClass};
use rand::Rng;
use rand_chacha::ChaCha8Rng;

/// Depth of the terraces and of the yard lane behind them, metres.
const TERRACE: f64 = 13.0;
const YARD: f64 = 8.0;

/// Draws a circle; `centre` is where the community has its party-service centre and its square.
pub(crate) fn draw(site: &mut Site, block: &Block, rng: &mut ChaCha8Rng, centre: bool) {
    // A pedestrian street from north to south, a lane from west to east.
    let cross = v(rng.random_range(-10.0..10.0), rng.random_range(-6.0..6.0));
    let ring = &site.outline;
    let (lo, hi) = crate::plane::extent(ring);
    let (south, north) = site.column(cross.x);
    let (west, east) = site.span(cross.y - 1.0, cross.y + 1.0, 0.0);
    let ends =
        [v(cross.x, south + 8.0), v(east - 8.0, cross.y), v(cross.x, north - 8.0), v(west + 8.0, cross.y)];
    for (side, class) in [
        (SOUTH, StreetClass::Pedestrian),
        (NORTH, StreetClass::Pedestrian),
        (EAST, StreetClass::Service),
        (WEST, StreetClass::Service),
    ] {
        site.way_in(block, side, ends[side], class);
        site.lane(vec![ends[side], cross], class);
        if let Some(lane) = site.lanes.last_mut().filter(|_| class == StreetClass::Pedestrian) {
            lane.name = Some("步行街".into());
        }
    }
    terraces(site, rng);
    let inner = TERRACE + YARD + 2.5;
    let (lo, hi) = (v(lo.x + inner, lo.y + inner), v(hi.x - inner, hi.y - inner));
    let half = 5.5;
    let quarter = [
        (v(lo.x, lo.y), v(cross.x - half, cross.y - half)),
        (v(cross.x + half, lo.y), v(hi.x, cross.y - half)),
        (v(cross.x + half, cross.y + half), hi),
        (v(lo.x, cross.y + half), v(cross.x - half, hi.y)),
    ];
    let turn = rng.random_range(0..4usize);
    for (i, kind) in [Inside::Mall, Inside::Market, Inside::Podium, Inside::Square].into_iter().enumerate() {
        let quarter_no = (i + turn) % 4;
        let (lo, hi) = quarter[quarter_no];
        inside(site, rng, kind, &Plot { lo, hi, quarter: quarter_no, cross, centre });
    }
}

/// What stands in a quarter of the inside.
#[derive(Copy, Clone)]
enum Inside {
    Mall,
    Market,
    Podium,
    Square,
}

/// A quarter of the inside: its corners, its number from the south-west, and the crossing of the lanes.
struct Plot {
    lo: V,
    hi: V,
    quarter: usize,
    cross: V,
    centre: bool,
}

/// The walk past the homes goes along the terraces first and ends at the podium.
const LAST: u32 = 5000;

/// Builds on a quarter. Shapes shrink until they fit.
fn inside(site: &mut Site, rng: &mut ChaCha8Rng, kind: Inside, plot: &Plot) {
    let Plot { lo, hi, quarter, cross, centre } = *plot;
    for step in 0..24 {
        let shrink = f64::from(step) * 1.6;
        // Away from the crossing of the lanes the quarter ends at a bent street: give way there.
        let lo = v(
            if lo.x < cross.x { lo.x + shrink } else { lo.x },
            if lo.y < cross.y { lo.y + shrink } else { lo.y },
        );
        let hi = v(
            if hi.x > cross.x { hi.x - shrink } else { hi.x },
            if hi.y > cross.y { hi.y - shrink } else { hi.y },
        );
        let (w, h) = (hi.x - lo.x, hi.y - lo.y);
        if w < 17.0 || h < 15.0 {
            return;
        }
        let north = quarter >= 2;
        let door = v((lo.x + hi.x) / 2.0, if north { lo.y } else { hi.y });
        let done = match kind {
            Inside::Mall => {
                let ring = horseshoe(lo, hi, (h * 0.36).min(w * 0.28), north);
                let levels = rng.random_range(4..=6);
                let draft = Draft::new(ring, Role::Mall, BuildingUse::Commercial, levels).trading(150.0);
                site.build(draft.doors(vec![door]).named("百货商场"), 2.0, 4.0)
            }
            Inside::Market => {
                let draft =
                    Draft::new(rect(lo, hi), Role::MarketHall, BuildingUse::Commercial, 2).trading(170.0);
                site.build(draft.doors(vec![door]).named("农贸市场"), 2.0, 4.0)
            }
            Inside::Podium => {
                let ring =
                    ell(lo, hi, (w * 0.42).min(h * 0.5).min(22.0), quarter == 1 || quarter == 2, north);
                let dwellings = Dwellings { units: 1, per_floor: 4, shop_floors: 3, floors: (6, 16) };
                let x = if quarter == 1 || quarter == 2 { hi.x } else { lo.x };
                let draft = Draft::new(ring, Role::Mall, BuildingUse::Mixed, 9)
                    .homes(dwellings, LAST)
                    .trading(90.0)
                    .doors(vec![v(x, (lo.y + hi.y) / 2.0)])
                    .named("商住楼");
                site.build(draft, 2.0, 4.0)
            }
            Inside::Square => square(site, rng, lo, hi, north, centre),
        };
        if done {
            return;
        }
    }
}

/// A square with a public building at its end.
fn square(site: &mut Site, rng: &mut ChaCha8Rng, lo: V, hi: V, north: bool, centre: bool) -> bool {
    let plot = rect(lo, hi);
    if !site.free(&plot, 2.0, 3.0) {
        return false;
    }
    let depth = ((hi.y - lo.y) * 0.45).clamp(12.0, 20.0);
    let (house, open, y) = if north {
        (
            rect(v(lo.x + 3.0, hi.y - depth), v(hi.x - 3.0, hi.y)),
            rect(lo, v(hi.x, hi.y - depth - 1.0)),
            hi.y - depth,
        )
    } else {
        (
            rect(v(lo.x + 3.0, lo.y), v(hi.x - 3.0, lo.y + depth)),
            rect(v(lo.x, lo.y + depth + 1.0), hi),
            lo.y + depth,
        )
    };
    let door = vec![v((lo.x + hi.x) / 2.0, y)];
    let draft = if centre {
        Draft::new(house, Role::Centre, BuildingUse::Public, 3).named("党群服务中心")
    } else {
        Draft::new(house, Role::Hall, BuildingUse::Public, rng.random_range(2..=3)).named("文化活动中心")
    };
    site.build(draft.doors(door), 1.0, 1.0);
    let (a, b) = crate::plane::extent(&open);
    let bed = oval(a.lerp(b, 0.5), (b.x - a.x) * 0.2, (b.y - a.y) * 0.16, 20);
    site.lawns.push(Lawn { ring: open, cover: LandCover::Square, name: Some("广场".into()) });
    site.lawn(bed, LandCover::Green);
    site.reserve(&plot);
    true
}

/// Terraces on all four sides, in one walk around the block.
fn terraces(site: &mut Site, rng: &mut ChaCha8Rng) {
    let mut order = 0;
    for side in [SOUTH, EAST, NORTH, WEST] {
        let whole = length(&site.sides[side]);
        // The long sides keep the corners; the others begin behind them.
        let (start, end) = if side == SOUTH || side == NORTH {
            (3.0, whole - 3.0)
        } else {
            (TERRACE + 7.0, whole - TERRACE - 7.0)
        };
        let mut at = start + rng.random_range(0.0..2.0);
        while at + 15.0 < end {
            let wish = rng.random_range(1..=3u16);
            // A shorter one where the whole would stand in a lane.
            let built = (1..=wish).rev().find_map(|units| {
                let mut run = f64::from(units) * rng.random_range(11.5..13.5);
                if end - at - run < 14.0 && end - at < 46.0 {
                    run = end - at;
                }
                let run = run.min(end - at);
                let draft = terrace(site, rng, side, (at, run), order);
                site.build(draft, 0.8, 1.2).then_some(run)
            });
            order += 1;
            let gap = if rng.random_bool(0.3) { rng.random_range(4.0..7.0) } else { 1.6 };
            at += built.map_or(2.0, |run| run + gap);
        }
    }
}

fn terrace(site: &Site, rng: &mut ChaCha8Rng, side: usize, (at, run): (f64, f64), order: u32) -> Draft {
    let units = ((run / 12.5).round() as u16).max(1);
    let (ring, front, _) = site.front(side, at, at + run, 2.0, TERRACE);
    let doors = (0..units)
        .map(|u| ring[3].lerp(ring[2], (f64::from(u) + 0.5) / f64::from(units)))
        .chain([front])
        .collect();
    let shop_floors = 1 + u16::from(rng.random_bool(0.4));
    let dwellings = Dwellings { units, per_floor: 2, shop_floors, floors: (3, 6) };
    let mut draft = Draft::new(ring, Role::Terrace, BuildingUse::Mixed, 5)
        .homes(dwellings, order)
        .trading(run / 3.1 * f64::from(shop_floors).sqrt())
        .doors(doors);
    draft.household_size = 2.75 + rng.random_range(-0.2..0.2);
    draft.elders = 0.19 + rng.random_range(-0.04..0.04);
    draft.children = 0.13 + rng.random_range(-0.03..0.03);
    draft
}
