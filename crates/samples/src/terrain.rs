//! The lie of the land: how the street grid bends, and where it is steep.

use crate::plane::{V, v};
use rand::Rng;
use rand_chacha::ChaCha8Rng;
use std::f64::consts::TAU;

/// One long wave of the ground.
struct Wave {
    along: V,
    phase: f64,
    push: V,
}

/// A smooth one-to-one bending of the plane and a height over it.
pub(crate) struct Terrain {
    waves: Vec<Wave>,
    hills: Vec<Wave>,
    turn: (f64, f64),
    /// Everything is finally scaled by this, so that the territory has its exact area.
    pub scale: f64,
}

/// Wave lengths, metres, and how much each may turn a street (radians): the sum stays well under 1, so that the
/// bending never folds over itself.
const BENDS: [(f64, f64); 6] =
    [(430.0, 0.07), (610.0, 0.10), (880.0, 0.11), (1300.0, 0.11), (2900.0, 0.12), (6100.0, 0.10)];

impl Terrain {
    pub fn new(rng: &mut ChaCha8Rng) -> Self {
        let wave = |rng: &mut ChaCha8Rng, length: f64, size: f64| {
            let (direction, aim) = (rng.random_range(0.0..TAU), rng.random_range(0.0..TAU));
            Wave {
                along: v(direction.cos(), direction.sin()).scale(TAU / length),
                phase: rng.random_range(0.0..TAU),
                push: v(aim.cos(), aim.sin()).scale(size),
            }
        };
        let waves = BENDS.iter().map(|&(length, bend)| wave(rng, length, bend * length / TAU)).collect();
        let hills = [320.0, 520.0, 900.0].iter().map(|&l| wave(rng, l, 0.09 * l / TAU)).collect();
        let turn: f64 = rng.random_range(-0.10..0.10);
        Self { waves, hills, turn: (turn.cos(), turn.sin()), scale: 1.0 }
    }

    /// Where a point of the straight plan lies on the ground.
    pub fn bend(&self, p: V) -> V {
        let bent = self.waves.iter().fold(p, |q, w| q.add(w.push.scale((w.along.dot(p) + w.phase).sin())));
        let (c, s) = self.turn;
        v(c * bent.x - s * bent.y, s * bent.x + c * bent.y).scale(self.scale)
    }

    /// Height, metres, at a point on the ground.
    pub fn height(&self, p: V) -> f64 {
        let bumps: f64 = self.hills.iter().map(|w| w.push.len() * (w.along.dot(p) + w.phase).sin()).sum();
        bumps + 0.03 * p.y
    }

    /// Whether a path between two points needs steps: steeper than one in eight.
    pub fn steep(&self, a: V, b: V) -> bool {
        let run = a.dist(b);
        run > 1.0 && (self.height(a) - self.height(b)).abs() / run > 0.125
    }
}
