//! The ten areas of a community: what each is, and what is built on it.

use crate::block::{Block, EAST, NORTH, SOUTH, WEST};
use crate::fit::{Fits, MOST};
use crate::house::{Draft, Role};
use crate::lattice::{BlockId, Lattice};
use crate::plane::{extent, rect, v};
use crate::residential::{Compound, Style};
use crate::site::Site;
use crate::{commercial, residential};
use lifang_model::{BuildingUse, LandCover};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Areas of a community, and micro-grids they are divided into.
pub(crate) const AREAS: usize = 10;
pub(crate) const MICRO_GRIDS: u32 = 44;
/// Fewest micro-grids any area may get.
const LEAST: u32 = 2;
/// Layouts drawn for an area until one holds its homes.
const ATTEMPTS: usize = 8;
/// Layouts drawn for a community until it holds them all.
const ROUNDS: usize = 8;
/// Households an area has over 95 a micro-grid; they sum to 0.
const SHIFTS: [i32; AREAS] = [-2, 1, -1, 2, 0, -2, 2, -1, 1, 0];

/// What an area is.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Circle { centre: bool },
    Homes { style: Style, job: Job },
}

/// What is special about a compound.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Job {
    None,
    Pond,
    School,
    Kindergarten,
    ElderHome,
    /// The only open gate is on the side away from the centre.
    FarGate,
}

/// A built area.
pub(crate) struct Built {
    pub block: Block,
    pub site: Site,
    pub kind: Kind,
    pub micro_grids: u32,
    fits: Fits,
    rng: ChaCha8Rng,
}

/// What the ten areas are, in the order of [`Lattice::community`], and the micro-grids wished for.
fn kinds(turned: bool) -> [(Kind, u32); AREAS] {
    let homes = |style, job| Kind::Homes { style, job };
    let circle = Kind::Circle { centre: false };
    let (river_west, river_east) = ((circle, 3), (homes(Style::Mixed, Job::Kindergarten), 5));
    let (hill_west, hill_east) = ((homes(Style::Towers, Job::None), 6), (circle, 3));
    let school = (homes(Style::Slabs, Job::School), 5);
    let pond = (homes(Style::Towers, Job::Pond), 6);
    let old = (homes(Style::Old, Job::ElderHome), 4);
    let far = (homes(Style::Slabs, Job::FarGate), 4);
    let slabs = (homes(Style::Slabs, Job::None), 4);
    let centre = (Kind::Circle { centre: true }, 4);
    if turned {
        [river_east, school, hill_east, old, centre, far, slabs, river_west, pond, hill_west]
    } else {
        [river_west, pond, hill_west, old, centre, far, slabs, river_east, school, hill_east]
    }
}

/// Draws one area; nothing is fitted yet.
fn draw(lattice: &Lattice, id: BlockId, kind: Kind, mut rng: ChaCha8Rng) -> Built {
    let block = Block::new(lattice, id);
    let mut site = Site::new(&block);
    match kind {
        Kind::Circle { centre } => commercial::draw(&mut site, &block, &mut rng, centre),
        Kind::Homes { style, job } => {
            let mut gates = [Some(true), None, Some(true), None];
            if job == Job::FarGate {
                gates[SOUTH] = Some(false);
            } else {
                gates[if rng.random_bool(0.5) { EAST } else { WEST }] = Some(true);
            }
            let (lo, hi) = extent(&site.outline);
            // A flat block keeps its depth for homes.
            let mut shops = [true, false, hi.y - lo.y > 150.0 && rng.random_bool(0.5), false];
            shops[if rng.random_bool(0.5) { EAST } else { WEST }] = true;
            if job == Job::School {
                (shops[EAST], shops[NORTH], gates[EAST]) = (false, false, None);
                gates[WEST] = Some(true);
            }
            let extra = match job {
                Job::Kindergarten => Some(Role::Kindergarten),
                Job::ElderHome => Some(Role::ElderHome),
                _ => None,
            };
            let plan =
                Compound { style, gates, shops, school: job == Job::School, extra, pond: job == Job::Pond };
            residential::draw(&mut site, &block, &mut rng, &plan);
        }
    }
    let fits = Fits::new(&mut rng, &site.drafts);
    Built { block, site, kind, micro_grids: 0, fits, rng }
}

/// Draws and fits the ten areas of community `number`; `exact` ones hold exactly [`MICRO_GRIDS`], others as near as
/// their ground allows.
///
/// # Errors
/// The micro-grids that fit, if that is fewer than [`MICRO_GRIDS`].
pub(crate) fn community(lattice: &Lattice, seed: u64, number: usize, exact: bool) -> Result<Vec<Built>, u32> {
    let mut held = 0;
    for round in 0..ROUNDS {
        match layout(lattice, seed, number, round, exact) {
            Ok(areas) => return Ok(areas),
            Err(most) => held = held.max(most),
        }
    }
    Err(held)
}

/// One layout of the ten areas, or the micro-grids it holds.
fn layout(lattice: &Lattice, seed: u64, number: usize, round: usize, exact: bool) -> Result<Vec<Built>, u32> {
    let stream = |k: usize, attempt: usize| {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream((((number * ROUNDS + round) * ATTEMPTS + attempt) * 16 + k + 1) as u64);
        rng
    };
    let kinds = kinds(stream(AREAS, 0).random_bool(0.5));
    let mut areas = Vec::with_capacity(AREAS);
    for (k, (id, (kind, wish))) in lattice.community(number).into_iter().zip(kinds).enumerate() {
        // A layout that holds too few or too odd homes is drawn again.
        let mut drawn = (0..ATTEMPTS).map(|attempt| draw(lattice, id, kind, stream(k, attempt)));
        let mut best = drawn.next().ok_or(0u32)?;
        while !best.fits.allows(wish) {
            let Some(other) = drawn.next() else { break };
            if other.fits.near(wish) < best.fits.near(wish) {
                best = other;
            }
        }
        areas.push(best);
    }
    let mut sum = 0;
    for (area, (_, wish)) in areas.iter_mut().zip(kinds) {
        let near = (0..MOST).flat_map(|d| [wish + d, wish.saturating_sub(d)]);
        let found = near.into_iter().find(|&k| k >= LEAST && area.fits.allows(k));
        area.micro_grids = match found {
            Some(k) => k,
            None if exact => return Err(sum),
            None => 0,
        };
        sum += area.micro_grids;
    }
    // Where a wish could not be met, another area takes one more or one less.
    while sum != MICRO_GRIDS {
        let step = if sum < MICRO_GRIDS { 1 } else { -1 };
        let to = |area: &Built| {
            area.micro_grids.checked_add_signed(step).filter(|&k| k >= LEAST && area.fits.allows(k))
        };
        let open = areas.iter().enumerate().filter_map(|(i, area)| Some((i, to(area)?)));
        // Homes before circles, so that circles stay as small as they are.
        let most_open =
            open.min_by_key(|&(i, _)| (matches!(areas[i].kind, Kind::Circle { .. }), areas[i].micro_grids));
        let (i, k) = match most_open {
            Some(found) => found,
            None if exact => return Err(sum),
            None => break,
        };
        areas[i].micro_grids = k;
        sum = sum.saturating_add_signed(step);
    }
    for (area, shift) in areas.iter_mut().zip(SHIFTS) {
        settle(area, shift);
    }
    Ok(areas)
}

/// Gives every home its households, and grass to the homes that were not built.
fn settle(area: &mut Built, shift: i32) {
    let drafts = std::mem::take(&mut area.site.drafts);
    let fitted = area.fits.households(area.micro_grids, shift);
    for (mut draft, households) in drafts.into_iter().zip(fitted) {
        match (draft.dwellings, households) {
            (None, _) => area.site.drafts.push(draft),
            (Some(dwellings), Some(households)) => {
                draft.households = households;
                draft.levels = dwellings.levels(households);
                area.site.drafts.push(draft);
            }
            (Some(_), None) => {
                let (lo, hi) = extent(&draft.ring);
                area.site.lawn(draft.ring, LandCover::Green);
                if area.rng.random_bool(0.4) && hi.x - lo.x > 24.0 && hi.y - lo.y > 10.0 {
                    let pitch = rect(v(lo.x + 3.0, lo.y + 2.0), v(lo.x + 19.0, hi.y - 2.0));
                    area.site.lawn(pitch, LandCover::Pitch);
                }
            }
        }
    }
}

/// Puts up to `most` sheds where there is room; returns how many.
pub(crate) fn sheds(area: &mut Built, most: u32) -> u32 {
    let (lo, hi) = extent(&area.site.outline);
    let mut built = 0;
    for _ in 0..most.saturating_mul(12).saturating_add(8) {
        if built == most {
            break;
        }
        let (w, h) = (area.rng.random_range(3.5..9.0), area.rng.random_range(3.0..4.5));
        let at = v(area.rng.random_range(lo.x..hi.x), area.rng.random_range(lo.y..hi.y));
        let ring = rect(at, v(at.x + w, at.y + h));
        let door = v(at.x + w / 2.0, at.y);
        let shed = Draft::new(ring, Role::Shed, BuildingUse::Ancillary, 1).doors(vec![door]);
        built += u32::from(area.site.build(shed, 1.0, 2.0));
    }
    built
}
