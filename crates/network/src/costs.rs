//! 通行代价 What an edge costs a walker.

use crate::{Edge, StreetGraph};
use lifang_model::{Crossing, DriveRule, MotorLimit, OneWay, Profile};

/// An edge this walker cannot use.
pub const UNUSABLE: u32 = u32::MAX;

/// 通行代价 The cost of each edge for one profile, in millimetres of level street.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Costs {
    pub(crate) edge: Vec<u32>,
    /// Which way each edge is shut, from `a` to `b` or back; empty where all edges lead both ways.
    shut: Vec<Option<OneWay>>,
}

/// The costs of a graph for a profile: lengths, those of steps and slopes times the profile's factors, and the waits at
/// crossings. A profile without a factor cannot use steps; neither can one whose factor is negative or not a number. Who drives
/// has the speed of the street's class, and one-way streets bind it; people on foot go both ways.
#[must_use]
pub fn costs(graph: &StreetGraph, profile: &Profile) -> Costs {
    if let Some(rule) = &profile.drive {
        return driven(graph, profile, rule);
    }
    let sound = |factor: &f64| factor.is_finite() && *factor >= 0.0;
    let steps = profile.steps_factor.filter(sound);
    let most = f64::from(UNUSABLE - 1);
    let edge = graph.edges().iter().map(|edge| {
        let factor = if edge.steps { steps } else { slope(profile, edge).filter(sound) };
        let Some(factor) = factor else { return UNUSABLE };
        let walked = if factor == 1.0 {
            edge.length_mm
        } else {
            (f64::from(edge.length_mm) * factor).round().min(most) as u32
        };
        walked.saturating_add(waited(profile, edge)).min(UNUSABLE - 1)
    });
    Costs { edge: edge.collect(), shut: Vec::new() }
}

/// Costs of a vehicle: metres at the profile's own speed, by the speed of each class of street.
fn driven(graph: &StreetGraph, profile: &Profile, rule: &DriveRule) -> Costs {
    let sound = |speed: f64| (speed.is_finite() && speed > 0.0).then_some(speed);
    let own = sound(profile.metres_per_minute);
    let edge = graph.edges().iter().map(|edge| {
        let allowed = match edge.traffic.motor {
            None => true,
            Some(MotorLimit::Private) => rule.private,
            Some(MotorLimit::Emergency) => rule.emergency,
            Some(MotorLimit::No) => false,
        };
        let kmh = rule.kmh.get(&edge.class).copied().and_then(sound);
        match (own, kmh) {
            (Some(own), Some(kmh)) if allowed && edge.class.takes_vehicles() => {
                let factor = own * 60.0 / (kmh * 1000.0);
                (f64::from(edge.length_mm) * factor).round().min(f64::from(UNUSABLE - 1)) as u32
            }
            _ => UNUSABLE,
        }
    });
    let shut = graph.edges().iter().map(|edge| edge.traffic.oneway.map(OneWay::reversed));
    Costs { edge: edge.collect(), shut: shut.collect() }
}

/// What a metre of a slope counts as; `None` when it cannot be used. Steps rise anyway and have a factor of their own.
fn slope(profile: &Profile, edge: &Edge) -> Option<f64> {
    let (Some(rule), Some(incline)) = (&profile.slope, edge.traffic.incline_permille) else {
        return Some(1.0);
    };
    let step =
        rule.steps.iter().filter(|step| step.from_permille <= incline).max_by_key(|step| step.from_permille);
    step.map_or(Some(1.0), |step| step.factor)
}

/// The wait at a crossing as millimetres walked meanwhile, shared out over the edges its street is cut into so that they add up.
fn waited(profile: &Profile, edge: &Edge) -> u32 {
    let (Some(rule), Some(crossing)) = (&profile.crossing, edge.traffic.crossing) else { return 0 };
    let seconds = match crossing {
        Crossing::Signals => rule.signals_s,
        Crossing::Marked => rule.marked_s,
        Crossing::Unmarked => rule.unmarked_s,
    };
    let wait = (seconds * profile.metres_per_minute / 60.0 * 1000.0).round();
    if !(wait > 0.0 && wait < 1e8) {
        return 0;
    }
    let (start, whole) = edge.along_street;
    let until = |mm: u32| (wait as u64 * u64::from(mm) / u64::from(whole.max(1))) as u32;
    until(start.saturating_add(edge.length_mm).min(whole)).saturating_sub(until(start))
}

impl Costs {
    /// Plain lengths: every edge can be walked.
    #[must_use]
    pub fn lengths(graph: &StreetGraph) -> Self {
        Self { edge: graph.edges().iter().map(|edge| edge.length_mm).collect(), shut: Vec::new() }
    }

    /// The cost of an edge, `None` when it cannot be used.
    #[must_use]
    pub fn edge(&self, edge: u32) -> Option<u32> {
        self.edge.get(edge as usize).copied().filter(|&cost| cost != UNUSABLE)
    }

    /// Whether an edge may be used from `a` to `b`, and back; the cost is the same.
    #[must_use]
    pub fn ways(&self, edge: u32) -> (bool, bool) {
        match self.shut.get(edge as usize).copied().flatten() {
            None => (true, true),
            Some(OneWay::Forward) => (false, true),
            Some(OneWay::Backward) => (true, false),
        }
    }

    /// Whether some edge leads one way only.
    pub(crate) fn directed(&self) -> bool {
        !self.shut.is_empty()
    }

    /// The cost from an edge's start to a place along it and from there to its end; they add up to the whole.
    pub(crate) fn split(&self, graph: &StreetGraph, edge: u32, along_mm: u32) -> Option<(u32, u32)> {
        let cost = self.edge(edge)?;
        let length = graph.edges().get(edge as usize)?.length_mm;
        let along = along_mm.min(length);
        let part = if length == 0 {
            0
        } else {
            // At most `cost`, because `along` is at most `length`.
            (u64::from(cost) * u64::from(along) / u64::from(length)) as u32
        };
        Some((part, cost - part))
    }
}
