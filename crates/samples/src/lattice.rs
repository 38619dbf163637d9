//! The street plan: strips of blocks between north-south streets, cut into bands by through roads and into blocks by
//! short streets that seldom line up, all drawn straight and then bent by the terrain.

use crate::plane::V;
use crate::terrain::Terrain;
use lifang_model::StreetClass;
use rand::Rng;
use rand_chacha::ChaCha8Rng;

/// Metres between the two roads along the river, which lies between them.
pub(crate) const RIVER_WIDTH: f64 = 190.0;
/// Strips and bands drawn around the territory, so that it has at least 1 km of surroundings.
const AROUND_STRIPS: usize = 6;
const AROUND_BANDS: usize = 2;
/// Side of a community in the straight plan, metres.
const COMMUNITY: f64 = 600.0;
/// Distance between the vertices of a street, metres.
const STEP: f64 = 15.0;
/// Short streets nearer than this to one across the street meet it at a crossroads.
const ALIGN: f64 = 22.0;

/// Which block: strip from the west, band from the south, place in the strip from the south.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct BlockId {
    pub strip: usize,
    pub band: usize,
    pub row: usize,
}

/// The street plan.
pub(crate) struct Lattice {
    pub terrain: Terrain,
    /// North-south streets, west to east.
    pub xs: Vec<f64>,
    /// South and north road of each band.
    pub bands: Vec<(f64, f64)>,
    /// By strip and band: the east-west streets, the roads of the band included.
    breaks: Vec<Vec<Vec<f64>>>,
    /// The river runs south of this band.
    pub river: usize,
    /// Communities from west to east, and from south to north.
    pub communities: (usize, usize),
}

/// Half the width of a street with its pavements, metres.
pub(crate) const fn half_width(class: StreetClass) -> f64 {
    match class {
        StreetClass::Primary => 15.0,
        StreetClass::Secondary => 11.0,
        StreetClass::Tertiary => 8.0,
        _ => 6.5,
    }
}

impl Lattice {
    /// A plan for `communities` of ten blocks each.
    pub fn new(rng: &mut ChaCha8Rng, communities: (usize, usize)) -> Self {
        let terrain = Terrain::new(rng);
        let strips = communities.0 * 3 + 2 * AROUND_STRIPS;
        let width = strips as f64 / 3.0 * COMMUNITY;
        let mut xs = vec![-width / 2.0];
        while xs.len() <= strips {
            // Three strips make a community; the third takes what is left of its width.
            let (a, b) = (rng.random_range(-22.0..22.0), rng.random_range(-22.0..22.0));
            let west = xs[xs.len() - 1];
            let third = COMMUNITY / 3.0;
            xs.extend([west + third + a, west + 2.0 * third + b, west + COMMUNITY]);
        }
        let count = communities.1 + 2 * AROUND_BANDS;
        let river = AROUND_BANDS + communities.1 / 2;
        let mut south = -COMMUNITY / 2.0 - AROUND_BANDS as f64 * COMMUNITY - RIVER_WIDTH;
        let mut bands = Vec::with_capacity(count);
        for band in 0..count {
            if band == river {
                south += RIVER_WIDTH;
            }
            bands.push((south, south + COMMUNITY));
            south += COMMUNITY;
        }
        let mut breaks: Vec<Vec<Vec<f64>>> = Vec::with_capacity(strips);
        for strip in 0..strips {
            let mut column = Vec::with_capacity(count);
            for (band, &(lo, hi)) in bands.iter().enumerate() {
                let parts = if strip % 3 == 1 { 4 } else { 3 };
                let west = strip.checked_sub(1).map(|w| breaks[w][band].as_slice()).unwrap_or_default();
                column.push(cut(rng, lo, hi, parts, west));
            }
            breaks.push(column);
        }
        Self { terrain, xs, bands, breaks, river, communities }
    }

    /// Number of strips.
    pub fn strips(&self) -> usize {
        self.breaks.len()
    }

    /// The strips and bands that hold the communities.
    pub fn home(&self) -> (std::ops::Range<usize>, std::ops::Range<usize>) {
        let strips = AROUND_STRIPS..AROUND_STRIPS + 3 * self.communities.0;
        (strips, AROUND_BANDS..AROUND_BANDS + self.communities.1)
    }

    /// The ten blocks of a community, counted row by row from the south-west.
    pub fn community(&self, number: usize) -> Vec<BlockId> {
        let strip = AROUND_STRIPS + 3 * (number % self.communities.0);
        let band = AROUND_BANDS + number / self.communities.0;
        (strip..strip + 3)
            .flat_map(|strip| (0..self.rows(strip, band)).map(move |row| BlockId { strip, band, row }))
            .collect()
    }

    /// Blocks of a strip in a band.
    pub fn rows(&self, strip: usize, band: usize) -> usize {
        self.breaks[strip][band].len() - 1
    }

    /// The east-west streets of a strip in a band, from the south; the first and the last are the band's roads.
    pub fn breaks(&self, strip: usize, band: usize) -> &[f64] {
        &self.breaks[strip][band]
    }

    /// Class of north-south street `i`.
    pub fn line_class(&self, i: usize) -> StreetClass {
        match (i + 3 - AROUND_STRIPS % 3) % 3 {
            0 => StreetClass::Secondary,
            1 => StreetClass::Tertiary,
            _ => StreetClass::Residential,
        }
    }

    /// Class of the road along the north (`true`) or south end of a band.
    pub fn road_class(&self, band: usize, north: bool) -> StreetClass {
        if !north && band == self.river { StreetClass::Primary } else { StreetClass::Secondary }
    }

    /// Class of a short street: every other one is wider.
    pub fn break_class(&self, strip: usize, band: usize, at: usize) -> StreetClass {
        let last = self.breaks[strip][band].len() - 1;
        if at == 0 || at == last {
            self.road_class(band, at == last)
        } else if (strip + at + band).is_multiple_of(2) {
            StreetClass::Tertiary
        } else {
            StreetClass::Residential
        }
    }

    /// The east-west line at `y` across a strip.
    pub fn across(&self, strip: usize, y: f64) -> Vec<V> {
        let (x0, x1) = (self.xs[strip], self.xs[strip + 1]);
        let n = ((x1 - x0) / STEP).ceil().max(1.0) as usize;
        let at = |k: usize| if k == n { x1 } else { x0 + (x1 - x0) * k as f64 / n as f64 };
        (0..=n).map(|k| self.terrain.bend(V { x: at(k), y })).collect()
    }

    /// The north-south street `i` between two heights, with a vertex wherever a street of either side ends on it.
    pub fn along(&self, i: usize, band: usize, from: f64, to: f64) -> Vec<V> {
        let mut ys: Vec<f64> = Vec::new();
        for strip in [i.checked_sub(1), (i < self.strips()).then_some(i)].into_iter().flatten() {
            ys.extend(self.breaks[strip][band].iter().filter(|&&y| y >= from && y <= to));
        }
        ys.extend([from, to]);
        ys.sort_by(f64::total_cmp);
        ys.dedup();
        let mut fine = Vec::with_capacity(ys.len() * 8);
        for pair in ys.windows(2) {
            let n = ((pair[1] - pair[0]) / STEP).ceil().max(1.0) as usize;
            fine.extend((0..n).map(|k| pair[0] + (pair[1] - pair[0]) * k as f64 / n as f64));
        }
        fine.extend(ys.last());
        fine.into_iter().map(|y| self.terrain.bend(V { x: self.xs[i], y })).collect()
    }
}

/// Cuts a band into `parts` of uneven height, lining up with a street of the strip to the west where one is near.
fn cut(rng: &mut ChaCha8Rng, lo: f64, hi: f64, parts: usize, west: &[f64]) -> Vec<f64> {
    let height = (hi - lo) / parts as f64;
    let mut ys = vec![lo];
    for k in 1..parts {
        let y = lo + height * (k as f64 + rng.random_range(-0.12..0.12));
        ys.push(west.iter().copied().find(|w| (w - y).abs() < ALIGN).unwrap_or(y));
    }
    ys.push(hi);
    ys
}
