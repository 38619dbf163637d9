//! 通行代价 What an edge costs a walker.

use crate::StreetGraph;
use lifang_model::Profile;

/// An edge this walker cannot use.
pub const UNUSABLE: u32 = u32::MAX;

/// 通行代价 The cost of each edge for one profile, in millimetres of level street.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Costs {
    pub(crate) edge: Vec<u32>,
}

/// The costs of a graph for a profile: lengths, those of steps times the profile's factor. A profile without a factor
/// cannot use steps; neither can one whose factor is negative or not a number.
#[must_use]
pub fn costs(graph: &StreetGraph, profile: &Profile) -> Costs {
    let factor = profile.steps_factor.filter(|factor| factor.is_finite() && *factor >= 0.0);
    let edge = graph.edges().iter().map(|edge| match factor {
        _ if !edge.steps => edge.length_mm,
        Some(factor) => (f64::from(edge.length_mm) * factor).round().min(f64::from(UNUSABLE - 1)) as u32,
        None => UNUSABLE,
    });
    Costs { edge: edge.collect() }
}

impl Costs {
    /// Plain lengths: every edge can be walked.
    #[must_use]
    pub fn lengths(graph: &StreetGraph) -> Self {
        Self { edge: graph.edges().iter().map(|edge| edge.length_mm).collect() }
    }

    /// The cost of an edge, `None` when it cannot be used.
    #[must_use]
    pub fn edge(&self, edge: u32) -> Option<u32> {
        self.edge.get(edge as usize).copied().filter(|&cost| cost != UNUSABLE)
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
