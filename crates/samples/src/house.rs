//! Buildings as drawn: shape, dwellings it can hold, and its role in the community.

use crate::plane::{V, v};
use lifang_model::BuildingUse;

/// What a building is for; facilities look for their place by this.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Home,
    Terrace,
    Mall,
    MarketHall,
    Centre,
    Hall,
    School,
    Kindergarten,
    ElderHome,
    Shop,
    Shed,
}

/// How many dwellings a building may hold, and how many floors that takes.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) struct Dwellings {
    /// Stairwell units.
    pub units: u16,
    /// Dwellings on a floor of a unit.
    pub per_floor: u16,
    /// Floors of shops below.
    pub shop_floors: u16,
    /// Fewest and most floors of homes.
    pub floors: (u16, u16),
}

impl Dwellings {
    /// Fewest and most households: at the fewest floors one dwelling in sixteen stands empty.
    pub fn range(&self) -> (u32, u32) {
        let floor = u32::from(self.units) * u32::from(self.per_floor);
        (floor * u32::from(self.floors.0) * 15 / 16, floor * u32::from(self.floors.1))
    }

    /// All floors a building with this many households has; a few dwellings may stand empty.
    pub fn levels(&self, households: u32) -> u16 {
        let floor = (u32::from(self.units) * u32::from(self.per_floor)).max(1);
        let homes = u16::try_from(households.div_ceil(floor)).unwrap_or(u16::MAX);
        self.shop_floors + homes.clamp(self.floors.0, self.floors.1)
    }

    /// Whether it is a tower too big for one micro-grid.
    pub fn tall(&self) -> bool {
        self.units * self.per_floor * self.floors.0 > TALLEST_WHOLE
    }
}

/// Most households of a building that can be a micro-grid by itself.
pub(crate) const TALLEST_WHOLE: u16 = 100;

/// A drawn building, in the axes of its block until the block is finished.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    pub ring: Vec<V>,
    pub role: Role,
    pub use_: BuildingUse,
    /// Floors when nobody lives there.
    pub levels: u16,
    pub dwellings: Option<Dwellings>,
    pub households: u32,
    /// Share of the area's merchants, in any unit.
    pub trade: f64,
    /// Persons a household, and shares of elders and children, before they are fitted to the totals.
    pub household_size: f64,
    pub elders: f64,
    pub children: f64,
    pub doors: Vec<V>,
    pub name: Option<String>,
    /// Place in the walk past all homes of the block, neighbour to neighbour.
    pub order: u32,
}

impl Draft {
    pub fn new(ring: Vec<V>, role: Role, use_: BuildingUse, levels: u16) -> Self {
        Self {
            ring,
            role,
            use_,
            levels,
            dwellings: None,
            households: 0,
            trade: 0.0,
            household_size: 2.9,
            elders: 0.22,
            children: 0.14,
            doors: Vec::new(),
            name: None,
            order: 0,
        }
    }

    pub fn homes(mut self, dwellings: Dwellings, order: u32) -> Self {
        self.dwellings = Some(dwellings);
        self.order = order;
        self
    }

    pub fn trading(mut self, trade: f64) -> Self {
        self.trade = trade;
        self
    }

    pub fn doors(mut self, doors: Vec<V>) -> Self {
        self.doors = doors;
        self
    }

    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }
}

/// A slab with its stairwells standing out to the north if `bays`; and the doors of its units, west to east.
pub(crate) fn slab(at: V, units: u16, unit: f64, depth: f64, bays: bool) -> (Vec<V>, Vec<V>) {
    let width = unit * f64::from(units);
    let out = if bays { 1.4 } else { 0.0 };
    let mut ring = vec![at, v(at.x + width, at.y), v(at.x + width, at.y + depth)];
    let mut doors = Vec::with_capacity(usize::from(units));
    for k in (0..units).rev() {
        let middle = at.x + unit * (f64::from(k) + 0.5);
        let north = at.y + depth;
        if bays {
            ring.extend([
                v(middle + 1.6, north),
                v(middle + 1.6, north + out),
                v(middle - 1.6, north + out),
                v(middle - 1.6, north),
            ]);
        }
        doors.push(v(middle, north + out));
    }
    ring.push(v(at.x, at.y + depth));
    doors.reverse();
    (ring, doors)
}

/// The cross-shaped floor of a tower around a centre, and its door in the south.
pub(crate) fn tower(c: V, w: f64, h: f64) -> (Vec<V>, Vec<V>) {
    let (a, b) = (w / 2.0, h / 2.0);
    let (i, j) = (a - w * 0.22, b - h * 0.20);
    let ring = [
        (-i, -b),
        (i, -b),
        (i, -j),
        (a, -j),
        (a, j),
        (i, j),
        (i, b),
        (-i, b),
        (-i, j),
        (-a, j),
        (-a, -j),
        (-i, -j),
    ];
    (ring.iter().map(|&(x, y)| v(c.x + x, c.y + y)).collect(), vec![v(c.x, c.y - b)])
}

/// An L between two corners: arms of `arm` metres along its west and south sides, mirrored as asked.
pub(crate) fn ell(lo: V, hi: V, arm: f64, mirror_x: bool, mirror_y: bool) -> Vec<V> {
    let ring = [
        v(lo.x, lo.y),
        v(hi.x, lo.y),
        v(hi.x, lo.y + arm),
        v(lo.x + arm, lo.y + arm),
        v(lo.x + arm, hi.y),
        v(lo.x, hi.y),
    ];
    mirrored(&ring, lo, hi, mirror_x, mirror_y)
}

/// A U between two corners, open to the north, mirrored as asked.
pub(crate) fn horseshoe(lo: V, hi: V, arm: f64, mirror_y: bool) -> Vec<V> {
    let ring = [
        v(lo.x, lo.y),
        v(hi.x, lo.y),
        v(hi.x, hi.y),
        v(hi.x - arm, hi.y),
        v(hi.x - arm, lo.y + arm),
        v(lo.x + arm, lo.y + arm),
        v(lo.x + arm, hi.y),
        v(lo.x, hi.y),
    ];
    mirrored(&ring, lo, hi, false, mirror_y)
}

fn mirrored(ring: &[V], lo: V, hi: V, x: bool, y: bool) -> Vec<V> {
    ring.iter()
        .map(|p| v(if x { lo.x + hi.x - p.x } else { p.x }, if y { lo.y + hi.y - p.y } else { p.y }))
        .collect()
}
